"""Words of a command line: limits, short forms, paths as typed, and messages instead of tracebacks."""

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from experiments.cli import main
from sim.core.faults import ConfigError
from sim.spec.override_words import LONGEST_KEY, LONGEST_WORD, check_word, prepared, quoted, unquoted
from sim.spec.overrides import parsed_overrides, split_axes, sweeps

CHEAP = ("citizens=300", "days=2", "quiet=true")
DEEP = 200
REFUSED = {
    "deleted scenario": ("~scenario", "every command needs one; scenario=NAME"),
    "deleted stage": ("~stage", "every command needs one"),
    "deleted experiment": ("~experiment", "every command needs one"),
    "deleted unknown key": ("~scenarios", "~scenarios: there is no such key; did you mean 'scenario'?"),
    "deleted states": ("~states", "states: is missing"),
    "deleted host": ("~scenario.host", "scenario.host: is missing"),
    "null": ("scenario=null", "must be one of"),
    "a mapping": ("scenario={a:1}", "must be one of"),
    "lists without end": (f"scenario.patrons={'[' * DEEP}{']' * DEEP}", "nests more than 20 brackets"),
    "lists that never close": (f"scenario.patrons={'[' * 5000}", "nests more than 20 brackets"),
    "mappings without end": (f"scenario.x={'{a:' * DEEP}1{'}' * DEEP}", "nests more than 20 brackets"),
    "calls without end": (f"days={'sort(' * DEEP}1{')' * DEEP}", "nests more than 20 brackets"),
    "a long value": (f"scenario.label={'x' * 100_000}", "at most 50,000"),
    "a long key": (f"{'x' * 100_000}=1", "at most 50,000"),
    "a key longer than a file's name": (f"{'x' * 300}=1", "there is no such key"),
    "a long label": (f"scenario.label={'x' * 201}", "at most 200 characters"),
    "a long number": (f"days={'9' * 5000}", "more than 300 digits"),
    "no UTF-8 in a label": ("scenario.label=\udcff", "is not UTF-8 text"),
    "no UTF-8 in a name": ("scenario=\udcff", "is not UTF-8 text"),
    "no UTF-8 in a key": ("\udcff=1", "is not UTF-8 text"),
    "no UTF-8 in a path": ("out=\udcff", "is not UTF-8 text"),
    "no step": ("days=range(10,20,0)", "never ends"),
    "a step the wrong way": ("days=range(10,20,-1)", "holds no value"),
    "a label in another case, misspelled": ("scenario=CSTO interventoin", "did you mean 'csto_intervention'"),
    "a name without its sign": ("scenario=cstointervention", "did you mean 'csto_intervention'"),
}
pytestmark = pytest.mark.exact


@pytest.mark.parametrize("command", ["run", "compare", "sweep"])
@pytest.mark.parametrize("word, message", REFUSED.values(), ids=list(REFUSED))
def test_a_word_that_cannot_be_used_is_one_message(word, message, command, tmp_path, monkeypatch):
    """Exit status 2, no traceback, nothing written; every command reads its words in the same way."""
    if command == "compare" and word.startswith(("scenario=", "~scenarios")):
        pytest.skip("a comparison takes scenarios=[a,b], and refuses scenario= by itself")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, [command, *CHEAP, word])
    assert result.exit_code == 2 and isinstance(result.exception, SystemExit), result.exc_info
    assert result.stderr.startswith("error: ") and message in result.stderr
    assert len(result.stderr.splitlines()) == 1 and len(result.stderr) < 2000
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "word, value",
    {
        "out=my runs (2) [x]": "my runs (2) [x]", "out='my runs'": "my runs", 'out="my runs"': "my runs", "out=it's": "it's",
        "out=نتائج": "نتائج", "out=Ergebnisse_März": "Ergebnisse_März", "out=a,b": "a,b", "out=a=b": "a=b", "out=5": "5",
        "out=1e5": "1e5", "out=true": "true", "out=100%": "100%", "out=-x": "-x", "out=null": None, "out=": "", "out=''": "",
        "out=range(1,2)": "range(1,2)", "config=my run/config.yaml": "my run/config.yaml", "start=a b/snapshot.npz": "a b/snapshot.npz",
        "cases=John's cases.csv": "John's cases.csv", "engine.ca_file=my ca.pem": "my ca.pem", "decimal=,": ",",
    }.items(),
)  # fmt: skip
def test_a_path_is_taken_as_it_is_typed(word, value):
    """Every character counts, but for quotes about the whole; reading the words again changes nothing."""
    (override,) = parsed_overrides([word])
    assert override.value() == value and not override.is_sweep_override()
    assert parsed_overrides([override.input_line])[0].value() == value
    assert sweeps([word, "seed=1,2"])[0] == [override.input_line] == split_axes([word])[0]


@pytest.mark.property
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30))
def test_quotes_come_off_again(text):
    """Quoted text is itself, whatever quotes and backslashes it holds; Hydra's grammar agrees."""
    assert unquoted(quoted(text)) == text
    if text and "${" not in text:
        assert parsed_overrides([f"a={quoted(text)}"])[0].value() == text


def test_the_host_has_a_short_form(load):
    """`host=KGZ` is `scenario.host=KGZ`, under any name of the state, and as an axis."""
    assert prepared("host=KGZ") == "scenario.host=KGZ" and prepared("hostile=1") == "hostile=1"
    assert load("scenario=home_crisis", "host=Kyrgyzstan").scenario.host == "KGZ"
    assert split_axes(["host=KAZ,KGZ"])[1] == {"scenario.host": ["KAZ", "KGZ"]}


def test_words_at_the_limits_are_accepted():
    """The limits themselves pass, and brackets or digits inside quotes count as text."""
    check_word(f"a={'x' * (LONGEST_WORD - 2)}")
    check_word(f"{'k' * LONGEST_KEY}=1")
    check_word(f"a={'[' * 20}{']' * 20}")
    check_word(f"a='{'[' * 100}{'9' * 400}'")
    for word in (f"a={'x' * LONGEST_WORD}", f"{'k' * (LONGEST_KEY + 1)}=1", f"a={'[' * 21}"):
        with pytest.raises(ConfigError):
            check_word(word)


@pytest.mark.parametrize(
    "text, values",
    [
        ("range(0.1,0.4,0.1)", [0.1, 0.2, 0.3]),
        ("range(0.4,0.1,-0.1)", [0.4, 0.3, 0.2]),
        ("range(1,2,0.25)", [1.0, 1.25, 1.5, 1.75]),
        ("range(0,0.3,0.1)", [0.0, 0.1, 0.2]),
        ("range(30,121,30)", [30, 60, 90, 120]),
        ("sort(range(0.1,0.4,0.1),reverse=true)", [0.3, 0.2, 0.1]),
    ],
)
def test_a_range_holds_the_decimals_that_were_typed(text, values):
    """No .30000000000000004, and the stop is left out."""
    assert split_axes([f"scenario.split.depth={text}"])[1] == {"scenario.split.depth": values}
