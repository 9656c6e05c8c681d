"""Extras: the core runs without them, and a command that needs one names it."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from experiments.cli import main

pytestmark = pytest.mark.exact

ANALYSIS = ("SALib", "sklearn", "openpyxl", "jsonschema", "jinja2", "markupsafe", "threadpoolctl")
CLUSTER = ("distributed", "dask", "dask_jobqueue")
AXIS = "mechanisms.contention.threshold=interval(0.2,0.4)"
QUICK = ("citizens=1000", "days=2", "quiet=true")

# one process, so that the libraries are hidden from whatever it imports
CORE = f"""
import sys
for library in {(*ANALYSIS, *CLUSTER)!r}:
    sys.modules[library] = None
from experiments.cli import main
for words in (
    ["list", "metrics"],
    ["describe", "deaths"],
    ["run", *{QUICK!r}, "out=one"],
    ["rerun", "one", "out=again"],
    ["compare", "scenarios=[both,no_outside_act]", "runs=4", "workers=1", *{QUICK!r}, "out=two"],
    ["sweep", {AXIS!r}, "design=lhs", "samples=2", "engine.workers=1", *{QUICK!r}, "out=three"],
    ["export", "three", "csv"],
):
    try:
        main(words)
    except SystemExit as end:
        assert not end.code, (words, end.code)
"""


def test_the_core_needs_no_extra(tmp_path):
    """Run, compare, sweep, list, describe, rerun and export to CSV work with the dependencies of the core alone."""
    process = subprocess.run([sys.executable, "-c", CORE], cwd=tmp_path, capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    assert (tmp_path / "again").is_dir() and (tmp_path / "two").is_dir() and (tmp_path / "three" / "runs.csv").is_file()


@pytest.mark.parametrize(
    ("library", "words"),
    [
        ("SALib", ["sensitivity", "folder"]),
        ("SALib", ["sweep", AXIS, "design=morris", "samples=2", *QUICK]),
        ("SALib", ["calibrate"]),
        ("jsonschema", ["calibrate"]),
        ("sklearn", ["discover", "folder", "where=deaths > 1"]),
        ("sklearn", ["tip", AXIS]),
        ("sklearn", ["backtest"]),
        ("jsonschema", ["backtest"]),
        ("openpyxl", ["export", "folder", "xlsx"]),
        ("jinja2", ["report", "folder"]),
    ],
)
def test_a_command_names_the_extra_that_it_needs(library, words, tmp_path, monkeypatch):
    """One message with the library and the command that installs it, exit status 2, before anything is written."""
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 2
    assert result.stderr == f"error: {library} is missing; install with:  pip install 'suasion[analysis]'\n"
    assert list(tmp_path.iterdir()) == []
