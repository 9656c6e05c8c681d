"""The path that a command writes to, `out=`: refused before anything is computed if no folder can have it."""

import os
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from sim.core.faults import printable

LONGEST_NAME = 230  # bytes; file systems take 255, and an unfinished folder has a longer name
LONGEST_PATH = 3900  # bytes; systems take 4096, with the files in the folder
_DRIVE = re.compile(r"[A-Za-z]:")
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]*:/")


def check_path(text: str) -> str:
    """The text, if a folder or a file can have it as its path. Raises ValueError."""
    if printable(text, keep="") != text:
        raise ValueError("must be a path without control characters")
    if text.strip() == "" or Path(text).name in ("", ".."):
        raise ValueError("must name a new folder or file, and this is none; write for example out=my_results")
    if text == "~" or text.startswith(("~/", "~\\")):
        raise ValueError("begins with ~, which is not written out here; write the whole path")
    _check_system(text)
    if max(len(os.fsencode(part)) for part in Path(text).parts) > LONGEST_NAME:
        raise ValueError(f"is too long: a name takes at most {LONGEST_NAME} bytes")
    if len(os.fsencode(Path(text).absolute())) > LONGEST_PATH:
        raise ValueError(f"is too long: a path takes at most {LONGEST_PATH} bytes")
    return text


def _check_system(text: str) -> None:
    """Refuse a path of another system, and the address of a server."""
    if os.name == "nt":
        drive = Path(text).drive
        if drive and not Path(f"{drive}\\").exists():
            raise ValueError(f"is on {drive}, and this machine has no such drive")
        return
    if _DRIVE.match(text) or "\\" in text:
        raise ValueError("is a path of Windows, and this machine has no drives; write it with / and without a drive")
    if _ADDRESS.match(text):
        raise ValueError("is an address; results are written to folders of this machine")


OutPath = Annotated[str, AfterValidator(check_path)]


def is_folder(word: str) -> bool:
    """True if a word of a command names a results folder: it is no setting, or a folder has that very name, like `depth=0.3`."""
    return "=" not in word or (not word.startswith("out=") and os.path.isdir(word))
