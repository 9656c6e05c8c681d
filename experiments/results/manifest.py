"""The manifest of a result: versions, commit, command, seeds."""

import platform
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.core.version import product_version

LIBRARIES = ("mesa", "numpy", "scipy", "numba", "networkx", "matplotlib", "hydra-core", "pydantic", "pyarrow")


@cache
def git_hash() -> str:
    """Commit of the checkout, '+changes' if it was edited since; 'release' outside a checkout."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return "release"
    commands = (["git", "rev-parse", "--short=12", "HEAD"], ["git", "status", "--porcelain", "--untracked-files=no"])
    try:
        head, dirty = (
            subprocess.run(c, cwd=root, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
            for c in commands
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown (git did not answer)"
    return head + ("+changes" if dirty else "")


def command_line(words: list[str]) -> str:
    """The command of these words, quoted, so that pasting it into a shell runs suasion and nothing else."""
    return shlex.join(["suasion", *words])


def build_manifest(command: list[str], **more: object) -> dict[Any, Any]:
    """The fields of a manifest. more: fields of one command."""
    return {
        "suasion": product_version(),
        "git": git_hash(),
        "command": command_line(command),
        "words": command,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "byte_order": sys.byteorder,
        "libraries": {name: version(name) for name in LIBRARIES},
        **more,
    }
