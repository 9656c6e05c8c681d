"""Screens of 80 columns: what commands print in a real pseudo-terminal, line by line."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.exact,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminal of this kind"),
]

ROOT = Path(__file__).resolve().parents[3]
WIDTH = 80
START, CODES = "\x1e", re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # of a screen; of a terminal's colours and movements
# one process runs all commands and draws no figure; a backtest, which takes minutes, prints scores as wide as they get
CHILD = """
import json, sys
from pathlib import Path
import experiments.results.figures
experiments.results.figures.save_figures = lambda *figures: None
import experiments.history.backtest.backtest as module
from experiments.cli import main

wide = {"brier": [0.123, 0.1, 0.2], "skill": [-0.123, -1.01, 0.43]}
methods = ("model", "recalibrated", "without_core", "climatology", "climatology_of_file", "lookup", "regression", "average")
outcomes = ("requested", "helped", "survived_90d", "survived_365d")
scores = {outcome: dict.fromkeys(methods, wide) for outcome in outcomes}
summary = {"scores": {"first_week": scores, "day_zero": scores}, "hosts_never_fitted": ["AFG", "IRN"], "runs": 5}
module.backtest = lambda *words: (Path("scores"), summary, ["a case was left out"])
for words in json.loads(sys.argv[1]):
    print("\\x1e" + " ".join(words), flush=True)
    try:
        main(words, prog_name="suasion")
    except SystemExit as end:
        print("\\x1eexit", end.code, flush=True)
"""
SMALL = ("days=31", "citizens=300", "quiet=true")
PLANE = (
    "mechanisms.contention.threshold=interval(0.2,0.4)",
    "scenario.split.depth=interval(0,1.2)",
    "scenario=no_outside_act",
)
SERIAL = ("replications=2", "engine.name=serial", *SMALL)
COMMANDS = [
    ("compare", "scenarios=[csto_intervention,no_outside_act]", "runs=6", "workers=1", *SMALL, "out=two"),
    ("compare", "runs=3", "workers=1", "day=10", "objective=[{metric: deaths, direction: min, threshold: 300},in_office]", *SMALL, "out=three"),
    ("compare", "scenarios=[both,ots_rapid_force_exclusive,late_intervention,no_outside_act]", "runs=2", "workers=1", "objective=min deaths", *SMALL, "out=four"),
    ("compare", "scenarios=[both,no_outside_act]", "runs=2", "workers=1", "full=true", *SMALL, "out=full"),
    ("compare", "view=paired", *SMALL, "out=pair"),
    ("run", "scenario=csto_intervention", *SMALL, "out=run"),
    ("sweep", "scenario=both,no_outside_act", PLANE[0], "design=lhs", "samples=20", *SERIAL, "out=swept"),
    ("sweep", "scenario=both,no_outside_act", PLANE[0], "design=lhs", "samples=20", *SERIAL, "out=swept", "plan=true"),
    ("sensitivity", "swept"),
    ("sensitivity", "method=morris", "samples=4", *PLANE, *SERIAL, "out=screen"),
    ("discover", "swept", "where=protest_peak > 0.4", "words=more than 0.4 % protest"),
    ("tip", *PLANE, "outcome=in_office", "threshold=0.5", "resolution=8", *SERIAL, "out=line"),
    ("backtest",),
    ("export", "swept", "csv"),
    ("merge", "swept", "out=merged"),
    *(("list", kind) for kind in ("scenarios", "metrics", "parameters", "policies", "instruments", "options", "events", "states", "hosts", "organisations", "terms")),
    *(("describe", name) for name in ("threshold", "KAZ", "CSTO", "both", "sanctions", "wdi_2021", "paired difference", "day", "deaths", "balancing", "contention", "grievance", "seed")),
]  # fmt: skip
TABLES = (
    "compare",
    "run",
    "sensitivity",
    "backtest",
    "list",
)  # commands that print tables, whose rows take two lines at most


@pytest.fixture(scope="module")
def screens(tmp_path_factory) -> dict[tuple[str, ...], list[str]]:
    """Words of a command -> its lines."""
    import pty
    import termios

    above, below = pty.openpty()
    termios.tcsetwinsize(above, (24, WIDTH))
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    environment |= {"TERM": "xterm", "PYTHONPATH": str(ROOT)}
    folder = tmp_path_factory.mktemp("screens")
    words = [sys.executable, "-c", CHILD, json.dumps(COMMANDS)]
    child = subprocess.Popen(words, stdin=below, stdout=below, stderr=below, cwd=folder, env=environment)
    os.close(below)
    text = b""
    while True:
        try:
            part = os.read(above, 65536)
        except OSError:  # the end of a pseudo-terminal
            break
        if not part:
            break
        text += part
    assert child.wait(timeout=60) == 0, text.decode()[-3000:]
    blocks = CODES.sub("", text.decode()).replace("\r\n", "\n").split(START)[1:]
    ends = [block.removeprefix("exit ").strip() for block in blocks if block.startswith("exit")]
    assert ends == ["1" if words[0] == "backtest" else "0" for words in COMMANDS], text.decode()[-3000:]
    outputs = [block.split("\n")[1:] for block in blocks if not block.startswith("exit")]
    return dict(zip(COMMANDS, outputs, strict=True))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_screen_fits_the_terminal(screens, words):
    """Every line has at most 80 columns, no cell is cut off, and every screen says something."""
    lines = screens[words]
    assert any(line.strip() for line in lines)
    assert [line for line in lines if len(line) > WIDTH] == []
    assert [line for line in lines if "\N{HORIZONTAL ELLIPSIS}" in line] == []


@pytest.mark.parametrize("words", [words for words in COMMANDS if words[0] in TABLES], ids=" ".join)
def test_a_row_takes_two_lines_at_most(screens, words):
    """No two lines in a row begin far to the right."""
    pairs = zip(screens[words], screens[words][1:], strict=False)
    below = re.compile(r" {10}")
    title = "scenario"  # the titles of a table stand at the bottom of their lines
    rows = [(a, b) for a, b in pairs if below.match(a) and below.match(b) and not b.lstrip().startswith(title)]
    assert rows == []


def test_scenarios_are_listed(screens):
    """A line for every scenario: name, label, host, day 0."""
    assert "kazakhstan_2022            Free choice                KAZ   2022-01-02" in screens["list", "scenarios"]


def test_regret_stands_by_scenario(screens):
    """A line per scenario with a star at the best, in columns whose words are whole: nothing else begins a line."""
    lines = screens[next(words for words in COMMANDS if "out=three" in words)]
    first = next(i for i, line in enumerate(lines) if "Regret and robustness" in line)
    last = next(i for i, line in enumerate(lines) if line.startswith("Deaths: "))
    text = " ".join(" ".join(lines[first:last]).split())
    for title in ("mean regret", "largest regret", "worst", "regret exceeded in a tenth of replications"):
        assert all(word in text for word in title.split())
    rows = re.compile(
        r"(CSTO intervention|Turkic diplomacy|No outside act|scenario| +|Regret and|  as you chose\.|  best in).*|$"
    )
    assert [line for line in lines[first:last] if not rows.match(line)] == []
    assert any(line.startswith(("CSTO", "Turkic", "No outside")) and " *" in line for line in lines[first:last])


def test_a_wrapped_line_stays_under_its_text(screens):
    """The parts of a day are columns; a nested line of YAML goes on deeper than it begins."""
    day = screens["describe", "day"]
    first = next(i for i, line in enumerate(day) if line.startswith(" 1  events"))
    assert day[first + 1].startswith(" " * 17) and not day[first + 1].startswith(" " * 18)
    sanctions = screens["describe", "sanctions"]
    lag = next(i for i, line in enumerate(sanctions) if line.startswith("  lag: days"))
    assert sanctions[lag + 1].startswith("    ") and sanctions[lag + 1].strip()


def test_a_pipe_with_a_code_page_takes_every_letter(tmp_path):
    """`PYTHONIOENCODING=cp1252 suasion ... > file`: a letter that the code page lacks is written as its code."""
    commands = [
        ("describe", "KAZ"),
        ("describe", "CSTO"),
        *(("list", kind) for kind in ("metrics", "parameters", "instruments", "hosts", "terms")),
        ("run", "--cfg", "scenario.label='Қазақстан'"),
        ("run", *SMALL, "scenario.label='Қазақстан'", "out=koš"),
        ("export", "koš", "csv"),
        ("compare", "runs=2", "workers=1", "objective=min deaths", *SMALL, "out=نتائج"),
        ("completion", "bash"),
        ("backtest",),
        ("run", "scenario.label='Қ", "days=no"),
    ]
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", CHILD, json.dumps(commands)]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, timeout=300)
    text = done.stdout.decode("cp1252")
    assert done.returncode == 0 and b"Traceback" not in done.stderr, done.stderr.decode("cp1252")[-2000:]
    ends = re.findall(r"\x1eexit (\d)", text)
    assert ends == ["0"] * (len(commands) - 2) + ["1", "2"]
    assert r"\u041a\u0430\u0437\u0430\u0445\u0441\u0442\u0430\u043d" in text and "koš" in text
