"""Documentation is run: the Python of the README, and its commands' settings."""

import re
import shlex
from pathlib import Path

import pytest

import sim
from experiments.compare.compare import CompareOptions
from experiments.results.writing import write_config
from experiments.run.run import RunOptions
from sim.actors.choices import STATE_OPTIONS
from sim.mechanisms.event_kinds import EVENT_KINDS
from sim.spec.load import load_with
from sim.spec.overrides import sweeps
from tools.instruments import PAGE, fill

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.exact
def test_the_python_of_the_readme_runs():
    """Each block runs as it stands, on a shorter horizon."""
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        names: dict = {}
        exec(block.replace('"seed=3"', '"seed=3", "days=5", "citizens=500"'), names)
        assert names["records"].days == 5
        assert not names["graph"].has_edge("RUS", "KAZ", key="military")


@pytest.mark.exact
def test_the_commands_of_the_readme_are_valid(tmp_path, monkeypatch):
    """Every `suasion run` and `suasion compare` line is accepted by the one door, beside the result of an earlier one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_run").mkdir()
    write_config(tmp_path / "my_run" / "config.yaml", sim.load())
    lines = re.findall(r"^ +suasion (run|compare)((?: [^#\n]*?)?)(?: {2,}[(#].*)?$", README, re.MULTILINE)
    assert len(lines) >= 7
    for name, words_of_line in dict.fromkeys(lines):
        words = [w for w in shlex.split(words_of_line) if w != "-m"]
        fixed, swept = sweeps(words)
        options = RunOptions if name == "run" else CompareOptions
        load_with([*fixed, *(values[0] for values in swept)], options, name)


@pytest.mark.exact
def test_figures_named_in_the_readme_exist():
    """Pictures and linked documents are there."""
    root = Path(sim.__file__).parent.parent
    assert all((root / target).exists() for target in re.findall(r"\]\(([^)#:]+)\)", README))


@pytest.mark.exact
def test_the_tables_of_instruments_are_those_of_the_configuration():
    """`python -m tools.instruments` would change nothing; it would if an instrument were another."""
    page = PAGE.read_text(encoding="utf-8")
    changed = page.replace("| `call` ", "| `cal` ")
    assert changed != page and fill(changed) == page


@pytest.mark.exact
def test_what_the_page_on_coverage_names_exists():
    """Every file, test, instrument and option that it names is there, and no fact is missing."""
    root = Path(__file__).resolve().parents[2]
    page = (root / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (F\d+) ", page, re.MULTILINE) == [f"F{n}" for n in range(1, 19)]
    words = set(re.findall(r"`([^`]+)`", page))
    tests = {word for word in words if "::" in word}
    for word in tests:
        path, name = word.split("::")
        assert re.search(rf"^def {name}\(", (root / path).read_text(encoding="utf-8"), re.MULTILINE), word
    files = {word for word in words if "/" in word and "::" not in word}
    assert [word for word in files if not (root / word).exists()] == []
    acts = words - tests - files
    assert acts <= {*sim.load().instruments, *STATE_OPTIONS, *EVENT_KINDS} and set(sim.load().instruments) <= acts | {
        "mediation"
    }
