"""`suasion list` and `suasion describe`: kinds, the glossary, and the day."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import sim.agents
from experiments.cli import COMMANDS, main
from experiments.commands.list import KINDS
from experiments.compare.verdicts import decide
from experiments.describe.glossary import glossary
from experiments.describe.lists import LISTS
from experiments.describe.lookup import all_entries
from sim.core.mechanism import DecidingMechanism
from sim.mechanisms import Mechanisms
from sim.spec.config_files import names_in

pytestmark = pytest.mark.exact

ROOT = Path(__file__).resolve().parents[2]
REQUIRED = (
    "host", "patron", "stage", "scenario", "arm", "baseline", "replication", "paired difference", "interval", "confidence", "verdict",
    "higher", "lower", "undecided", "no difference", "not observed", "not in this scenario", "regret", "robustness", "survival",
    "coalition", "channel", "bandwidth", "dependence", "reach", "integration", "autonomy", "alignment", "posterior", "prior",
    "indicator", "event", "instrument", "Morris", "Sobol index", "box", "tipping line", "CRPS", "Brier score", "PIT", "coverage",
)  # fmt: skip


def describe(*words: str) -> str:
    """Output of `suasion describe`."""
    result = CliRunner().invoke(main, ["describe", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_command_has_a_module_and_every_module_a_command():
    """One module of experiments/commands per command."""
    modules = {path.stem for path in (ROOT / "experiments" / "commands").glob("*.py")} - {"__init__", "shared"}
    assert modules == set(COMMANDS)
    for name in COMMANDS:
        assert f"{name}" in CliRunner().invoke(main, [name, "--help"]).stdout.splitlines()[0]


def test_every_kind_has_a_list():
    """The command offers the kinds that can be listed, and no others."""
    assert set(KINDS) == set(LISTS)


def test_a_term_has_a_definition_a_unit_and_a_place():
    """Each entry is short, says its unit or range, and names files that exist."""
    terms = glossary()
    assert len(terms) >= 60 and set(REQUIRED) <= set(terms)
    for term in terms.values():
        text, unit, place = (part.strip() for part in re.split(r"\n+- ", term.text))
        assert text.endswith(".") and len(text.split()) <= 45, term.name
        assert unit.startswith("Unit or range: ") and place.startswith("Computed in: "), term.name
        paths = re.findall(r"`([^`]+)`", place)
        assert paths and all((ROOT / path).is_file() for path in paths), term.name


def test_every_verdict_is_a_term():
    """The words that a verdict can be stand in the glossary."""
    cell = {
        "n": 9,
        "mean": 1.0,
        "low": 0.5,
        "high": 2.0,
        "share_equal": 0.0,
        "share_positive": 0.9,
        "share_negative": 0.1,
    }
    changes = ({}, {"mean": -1.0, "low": -2.0, "high": -0.5}, {"low": -1.0}, {"share_equal": 1.0}, {"n": 0})
    assert {decide(cell | change, 0.95) for change in changes} <= set(glossary())


def test_describe_prints_a_term():
    """By its name, in any case, with spaces or underscores."""
    for words in (("paired difference",), ("paired", "difference"), ("Paired_Difference",)):
        text = describe(*words)
        assert text.startswith("paired difference (term)") and "Computed in: experiments/compare/statistics.py" in text
    result = CliRunner().invoke(main, ["describe", "paired", "diference"])
    assert result.exit_code == 2 and "did you mean 'paired difference'?" in result.stderr


def test_a_term_that_is_also_a_mechanism_has_both_texts():
    """Autonomy is a term and a mechanism with parameters."""
    text = describe("autonomy")
    assert text.startswith("autonomy (term)") and "autonomy (mechanism)" in text and "debt_weight" in text


def test_every_name_has_lines(load):
    """No entry fails, and each has at least two lines."""
    entries = all_entries(load(), None)
    composed = {
        *load().states,
        *names_in("scenario"),
    }  # each takes a second; `describe` is tested on one of both elsewhere
    names = [name for name in entries if name.removeprefix("state=") not in composed]
    assert len(names) > 300 and [name for name in names if len(entries[name]()) < 2] == []


def test_describe_day_prints_mechanisms_and_decisions_in_order(load):
    """The order is that of the model; each decision names a class of Mesa agents."""
    lines = describe("day").splitlines()
    names = re.findall(r"^ *\d+  (\w+)", "\n".join(lines), re.MULTILINE)
    assert names == list(Mechanisms.model_fields)
    deciders = [getattr(load().mechanisms, name) for name in names]
    expected = [m.decided_by for m in deciders if isinstance(m, DecidingMechanism)]
    assert re.findall(r"decided by (\w+) \(Mesa agent\)", "\n".join(lines)) == expected
    assert expected and all(hasattr(sim.agents, name) for name in expected)
    below = next(i for i, line in enumerate(lines) if "decided by Elite" in line)
    assert any("defection" in line for line in lines[below - 2 : below])
