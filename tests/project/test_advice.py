"""Every command that the product advises, in its sentences, its help and its documents, is one that it accepts."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import sim
from experiments.cli import COMMANDS, main
from experiments.compare.arms import load_arms
from experiments.describe.lists import LISTS
from experiments.describe.lookup import all_entries
from experiments.explore.arguments import read
from experiments.explore.discover import DiscoverOptions
from experiments.explore.sensitivity import SensitivityOptions, _design
from experiments.explore.tip import TipOptions
from experiments.run.run import RunOptions
from experiments.sweep.plan import read_plan
from sim.core.faults import normal
from sim.spec.load import load_with
from sim.spec.overrides import sweeps

pytestmark = pytest.mark.exact
ROOT = Path(sim.__file__).parent.parent
SOURCES = [
    ROOT / "experiments/language/en.yaml", ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "experiments").rglob("*.py")),
]  # fmt: skip
# stand for something that the reader fills in
PLACE = re.compile(
    r"\.\.\.|\{|(?:^|[\s=/])(COMMAND|KIND|DIR|FOLDER|NAME|CODE|FILE|FIGURE|KEY|TERM|PATH|OUT|PARAMETER|HOST:PORT|THE_ADDRESS|[ABC])\b|\$"
)
FILES = ("--config-dir", "config=", "start=", "cases=", "edges=", "stage=mine", "experiment=mine", "=mine")


def _advised(path: Path) -> set[str]:
    """Commands of a file: in backticks, or as a line of an example with its continuations."""
    text = re.sub(r" *\\{1,2}\n\s*", " ", path.read_text(encoding="utf-8"))
    quoted = re.findall(r"`suasion ([^`]+)`", text)
    lines = re.findall(r"^ {4}suasion ([^\n]*)$", text, re.MULTILINE)
    return {re.split(r"\s#|\s{2,}|\s\(", command.strip())[0] for command in (*quoted, *lines)}


ADVICE = sorted({command for path in SOURCES for command in _advised(path)})


def test_there_is_advice():
    """The search finds the sentences, the pages and the help of the commands."""
    assert len(ADVICE) > 80
    assert {command.split()[0] for command in ADVICE} >= {
        "run",
        "compare",
        "sweep",
        "report",
        "describe",
        "export",
        "merge",
    }


@pytest.mark.parametrize("command", ADVICE)
def test_advice_is_accepted(command):
    """The command exists and takes these words; settings are composed and checked, unless they name a file of the reader."""
    name, *words = shlex.split(command)
    if PLACE.match(name) or name.startswith("-"):
        return
    assert name in COMMANDS, name
    if PLACE.search(command) or not words:
        return
    context = main.get_command(click.Context(main), name).make_context(name, list(words))
    if any(file in word for file in FILES for word in words) or any(
        word.endswith(("mine.yaml", "other.yaml")) for word in words
    ):
        return
    _check(name, words, context)


def _check(name: str, words: list[str], context: click.Context) -> None:
    if name == "list":
        assert words[0] in LISTS
    elif name == "describe":
        spelled = {normal(entry) for entry in all_entries(sim.load(), None)}
        assert normal(" ".join(words)) in spelled
    elif name == "compare":
        load_arms(list(context.params["overrides"]))
    elif name == "run":
        fixed, swept = sweeps(list(context.params["overrides"]))
        load_with([*fixed, *(values[0] for values in swept)], RunOptions, name)
    elif name == "sweep":
        read_plan(words, None)
    elif name in ("sensitivity", "discover", "tip"):
        model = {"sensitivity": SensitivityOptions, "discover": DiscoverOptions, "tip": TipOptions}[name]
        options, folder, others = read(words, model)
        if folder is None and others:
            read_plan(_design(options, others) if name == "sensitivity" else others, None)


def test_advice_that_is_wrong_is_found():
    """The check above refuses a name, a kind and a setting that do not exist."""
    for wrong in ("describe no_such_name", "sweep scenario=both,nobody", "run dayz=3"):
        with pytest.raises((AssertionError, ValueError)):
            test_advice_is_accepted(wrong)
    assert CliRunner().invoke(main, ["list", "nothing"]).exit_code == 2
