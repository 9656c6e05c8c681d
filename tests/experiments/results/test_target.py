"""The path that a command writes to: refused before anything is computed."""

import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.results.target import check_path, is_folder
from sim.model import InfluenceModel

pytestmark = pytest.mark.exact
CHEAP = ("citizens=300", "days=2", "quiet=true")
COMMANDS = {"run": (), "run -m": ("seed=1,2",), "compare": ("runs=2",), "sweep": ("scenario=both",), "backtest": ()}
REFUSED = {
    "": "must name a new folder", "''": "must name a new folder", "' '": "must name a new folder", ".": "must name a new folder",
    "./": "must name a new folder", "..": "must name a new folder", "a/..": "must name a new folder", "/": "must name a new folder",
    "C:/Users/x/r": "is a path of Windows", "C:\\Users\\x": "is a path of Windows", "D:r": "is a path of Windows",
    "\\\\server\\share": "is a path of Windows", "s3://bucket/x": "is an address", "file:///tmp/x": "is an address",
    "~/x": "begins with ~", "~": "begins with ~", "x" * 300: "is too long", "é" * 130: "is too long", "x/" * 3000: "is too long",
    "a\x00b": "without control characters", "\x1b[31m": "without control characters", "a\nb": "without control characters",
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("path, message", REFUSED.items(), ids=[repr(path[:20]) for path in REFUSED])
def test_a_path_that_no_folder_can_have_is_refused(path, message, command, tmp_path, monkeypatch):
    """One message, exit status 2, nothing computed and nothing left behind."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(InfluenceModel, "step", None)  # calling it would be a traceback
    words = CHEAP[2:] if command == "backtest" else CHEAP
    result = CliRunner().invoke(main, [*command.split(), *words, *COMMANDS[command], f"out={path}"])
    assert result.exit_code == 2 and isinstance(result.exception, SystemExit), result.exc_info
    assert result.stderr.startswith("error: out=") and message in result.stderr and len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["r", "a/b", "نتائج", "März (2) [x]", "x" * 230, "100%", "-x", "a.b", "~x", "../r"])
def test_any_other_path_is_accepted(path):
    """Also with spaces, brackets and letters of any script."""
    assert check_path(path) == path


def test_a_folder_may_be_named_like_a_setting(tmp_path, monkeypatch):
    """`depth=0.3` is a folder where one has that name; `out=` is always a setting."""
    monkeypatch.chdir(tmp_path)
    assert is_folder("depth") and not is_folder("depth=0.3")
    for name in ("depth=0.3", "out=a"):
        (tmp_path / name).mkdir()
    assert is_folder("depth=0.3") and not is_folder("out=a")
