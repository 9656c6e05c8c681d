"""What the operating system refuses is one message with path and reason: a full disk, limits, rights, a folder that is gone."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.results.unfinished import is_unfinished
from sim.core.system_faults import system_fault
from sim.core.whole_file import write_bytes

pytestmark = pytest.mark.exact

SHORT = ["citizens=300", "days=2", "quiet=true"]
SWEEP = ["sweep", "scenario=both,no_outside_act", "replications=2", "engine.name=serial", *SHORT]
CALIBRATE = [
    "calibrate",
    "rounds=[20,20]",
    "chains=1",
    "enough=1",
    "trajectories=2",
    "draws=2",
    "workers=1",
    "quiet=true",
]


@pytest.fixture
def disk(tmp_path):
    """`disk(40)`: an empty disk of so many KiB. Skips where mounting is not permitted."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = []

    def mount(kib: int) -> Path:
        if sys.platform != "linux" or shutil.which("mount") is None:
            pytest.skip("a small disk is mounted on Linux alone")
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k", "none", str(place)], capture_output=True)
        if done.returncode:
            pytest.skip(f"mounting is not permitted: {done.stderr.decode().strip()}")
        mounted.append(place)
        return place

    yield mount
    for path in mounted:
        subprocess.run(["umount", "-l", str(path)], check=True)


@pytest.mark.parametrize(
    ("words", "sizes"),
    [
        (["run"], (4, 200)), (["compare", "runs=2", "workers=1"], (4, 100)), (SWEEP, (4, 100, 300)),
        (["merge", "{sweep}", "{sweep}"], (4, 16)), (["export", "{sweep}", "csv"], (4,)), (["export", "{sweep}", "xlsx"], (4,)),
        (["report", "{sweep}"], (4, 40)), (["rerun", "{run}", "quiet=true"], (4,)), (CALIBRATE, (8,)),
    ],
    ids=lambda value: value[0] if isinstance(value[0], str) else None,
)  # fmt: skip
def test_a_full_disk_leaves_nothing_half_written(folders, disk, words, sizes):
    """One message with the place and the reason, exit status 1, an empty disk but for finished replications."""
    short = SHORT if words[0] in ("run", "compare") else []
    for kib in sizes:
        place = disk(kib)
        out = place / "result"
        command = [word.format(**folders) for word in words]
        result = CliRunner().invoke(main, [*command, *short, f"out={out}"], catch_exceptions=False)
        assert result.exit_code == 1 and len(result.stderr.splitlines()) == 1, (kib, result.output)
        assert str(out) in result.stderr and ("disk is full" in result.stderr or "No space left" in result.stderr)
        assert list(place.iterdir()) == [] or (words[0] == "compare" and is_unfinished(out))


def test_a_file_is_whole_or_not_there(tmp_path, disk):
    """A file that does not fit leaves the one before it as it was."""
    place = disk(64)
    write_bytes(place / "a", b"first")
    with pytest.raises(OSError, match="No space left") as fault:
        write_bytes(place / "a", b"x" * 100_000)
    assert fault.value.filename == str(place / "a")
    assert (place / "a").read_bytes() == b"first" and [p.name for p in place.iterdir()] == ["a"]


def test_a_full_cache_costs_time_alone(tmp_path, disk, monkeypatch):
    """Compiled code and derived data are made, used and not kept; no half of an entry is left."""
    import importlib.util

    import numba

    from sim.core import caches

    place = disk(16)
    (place / "fill").write_bytes(bytes(16 * 1024 - 4096 * 2))
    (place / "code").mkdir()
    with suppress(OSError):
        (place / "more").write_bytes(bytes(16 * 1024))
    monkeypatch.setattr(caches, "folder", lambda: place)
    monkeypatch.setattr(caches, "_texts", {})
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(place / "code"))
    assert caches.load_or_make("a", "1", lambda: {"x": "y" * 9000}) == {"x": "y" * 9000}
    source = "from sim.core.compiled import njit\n\n\n@njit(cache=True)\ndef twice(x):\n    return 2 * x\n"
    (tmp_path / "one.py").write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("one", tmp_path / "one.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.twice(4) == 8 and module.twice(2.5) == 5.0
    assert {path.name for path in place.rglob("*") if path.is_file()} == {"fill", "more"}


def command(*words: str, before=None, cwd: Path | None = None) -> subprocess.CompletedProcess:
    """A command in a process of its own. before: what the process does before it starts."""
    run = [sys.executable, "-c", "from experiments.cli import main; main()", *words]
    path = {"PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    return subprocess.run(run, capture_output=True, text=True, preexec_fn=before, cwd=cwd, env=os.environ | path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limits")
def test_a_limit_on_the_size_of_files_is_named(tmp_path):
    """RLIMIT_FSIZE of 20 KiB."""
    from resource import RLIMIT_FSIZE, setrlimit

    out = tmp_path / "a"
    done = command("run", *SHORT, f"out={out}", before=lambda: setrlimit(RLIMIT_FSIZE, (20_000, 20_000)))
    assert done.returncode == 1 and str(out) in done.stderr and "ulimit -f" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the limit of the address space binds nothing")
@pytest.mark.parametrize("mib", [100, 400, 900])
def test_too_little_memory_to_start_is_named(tmp_path, mib):
    """Refused before the imports, which would hang or end without a reason."""
    from resource import RLIMIT_AS, setrlimit

    limit = mib << 20
    done = command("run", *SHORT, f"out={tmp_path / 'a'}", before=lambda: setrlimit(RLIMIT_AS, (limit, limit)))
    message = (
        f"error: memory: this session is limited to {mib} MiB (ulimit -v), and a command needs 1000 MiB to start\n"
    )
    assert (done.returncode, done.stderr) == (1, message) and list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes no working directory")
def test_a_working_directory_that_is_gone_is_named(tmp_path):
    """Refused before anything is computed."""
    gone = tmp_path / "gone"
    gone.mkdir()
    done = command("run", *SHORT, before=gone.rmdir, cwd=gone)
    assert done.returncode == 2 and "working directory cannot be used" in done.stderr, done.stderr
    assert len(done.stderr.splitlines()) == 1


OTHER_USER = """
import os, sys
from click.testing import CliRunner
from experiments.cli import main
import sim.model, experiments.export.console, experiments.run.console, experiments.sweep.console, experiments.report.console, experiments.rerun.console
os.setgroups([]); os.setgid(65534); os.setuid(65534)
for words in sys.argv[1:]:
    result = CliRunner().invoke(main, words.split("|"), catch_exceptions=False)
    print(result.exit_code, len(result.stderr.splitlines()), result.stderr.strip())
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="another user is tried as root alone")
def test_another_users_folders_are_named(folders, tmp_path):
    """A folder that cannot be written or read, a lock of somebody else: one message each, and nothing is left."""
    for parent in tmp_path.parents:
        if parent.owner() == "root" and len(parent.parts) > 2:
            parent.chmod(parent.stat().st_mode | 0o011)
    tmp_path.chmod(0o755)
    readable, closed, shared = tmp_path / "readable", tmp_path / "closed", tmp_path / "shared"
    shutil.copytree(folders["sweep"], readable)
    shutil.copytree(folders["sweep"], closed)
    closed.chmod(0o700)
    shared.mkdir()
    shared.chmod(0o777)
    (shared / ".taken.lock").touch(mode=0o600)
    grown = [word for word in SWEEP if not word.startswith(("replications", "days", "citizens"))]
    tries = [
        ["run", *SHORT, f"out={tmp_path / 'x'}"],
        ["run", *SHORT, f"out={shared / 'taken'}"],
        ["export", str(readable), "csv"],
        ["report", str(readable)],
        ["report", str(closed)],
        ["export", str(closed), "csv"],
        ["rerun", str(closed)],
        [*grown, "scenario.split.depth=0.3,0.9", "days=9", "citizens=500", "replications=4", f"out={readable}"],
    ]
    run = [sys.executable, "-c", OTHER_USER, *("|".join(words) for words in tries)]
    path = {"PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    done = subprocess.run(run, capture_output=True, text=True, env=os.environ | path, cwd="/")
    lines = done.stdout.splitlines()
    assert len(lines) == len(tries), done.stdout
    for words, line in zip(tries, lines, strict=True):
        assert line.startswith(("1 1 error: ", "2 1 error: ")) and "permission denied" in line.lower(), (words, line)
    assert not (tmp_path / "x").exists() and [p.name for p in shared.iterdir()] == [".taken.lock"]


def test_a_dangling_link_is_no_place_and_a_link_to_an_empty_folder_is_one(tmp_path):
    """`out=` that is a link."""
    if os.name == "nt":
        pytest.skip("links need a right of their own on Windows")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    result = CliRunner().invoke(main, ["run", *SHORT, f"out={tmp_path / 'dangling'}"], catch_exceptions=False)
    assert result.exit_code == 2 and "exists already" in result.stderr and not (tmp_path / "nowhere").exists()
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    result = CliRunner().invoke(main, ["run", *SHORT, f"out={tmp_path / 'link'}"], catch_exceptions=False)
    assert result.exit_code == 0 and (tmp_path / "empty" / "manifest.json").is_file(), result.output


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device", "a/b"), ("a/b", "disk is full")),
        (OSError(24, "Too many open files"), ("too many open files", "ulimit -n")),
        (MemoryError("Unable to allocate 7.45 GiB for an array with shape (10,)"), ("not enough memory (7.45 GiB",)),
        (MemoryError(), ("not enough memory",)),
        (PermissionError(13, "Permission denied", "x"), ("path=x", "permission denied")),
        (RuntimeError("can't start new thread"), ("no further process",)),
    ],
)
def test_every_reason_is_one_line(error, words):
    """Path and reason, without numbers of errors."""
    line = system_fault(error)
    assert line is not None and len(line.splitlines()) == 1 and all(word in line for word in words), line


def test_other_errors_are_no_fault_of_the_system():
    """They keep their traceback."""
    assert system_fault(RuntimeError("a mistake")) is None and system_fault(KeyError("x")) is None
