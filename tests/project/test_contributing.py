"""CONTRIBUTING.md taken at its word: its YAML in an empty folder makes a stage that runs, its Python does what it says."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import sim
from experiments.cli import main
from sim.core.ranges import DAYS
from sim.mechanisms import event_kinds as kinds
from sim.metrics import METRICS, registry
from sim.records.records import Records
from sim.stage.build import Stage

pytestmark = pytest.mark.exact

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CONFIG = re.compile(
    r"^[^\n]*`((?:stage|state|organisation|policy|scenario)/\w+\.yaml)`.*\n(?:.+\n)*\n((?: {4}.*\n|\n)+)", re.M
)
SMALL = ("citizens=300", "stage=mine")


def code(start: str) -> str:
    """The indented block of the page that begins with these words."""
    block = re.search(rf"^ {{4}}{re.escape(start)}.*\n(?: {{4}}.*\n|\n)*", PAGE, re.M).group()
    return re.sub(r"^ {4}", "", block, flags=re.M)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> str:
    """A folder of one's own with every YAML file that the page shows, as the page names it."""
    root = tmp_path_factory.mktemp("mine")
    for name, text in reversed(CONFIG.findall(PAGE.split("## What a change costs")[1])):  # the first of a name stays
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(re.sub(r"^ {4}", "", text, flags=re.M), encoding="utf-8")
    return str(root)


def test_the_page_shows_one_file_of_each_kind(folder):
    """State, organisation, policy, scenario and stage."""
    files = {str(p.relative_to(folder)) for p in Path(folder).rglob("*.yaml")}
    assert files == {
        "stage/mine.yaml", "state/MNG.yaml", "organisation/TST.yaml", "policy/patient.yaml", "scenario/late_csto.yaml",
    }  # fmt: skip


def test_a_stage_of_ones_own_runs_from_a_folder(folder, tmp_path):
    """A new state is the host, a new organisation and instrument are there, a power follows a new policy."""
    words = [*SMALL, "scenario=home_crisis", "scenario.host=MNG", "+scenario.policies.TUR=patient", "days=5"]
    spec = sim.load(words, folder)
    assert len(spec.states) == len(sim.load().states) + 1 and "TST" in spec.organisations
    records = sim.simulate(spec)
    assert (
        records.host == "MNG" and records.days == 5 and ("TUR", "call") in {(e.actor, e.kind) for e in records.events}
    )
    done = CliRunner().invoke(main, ["run", *words, "quiet=true", f"out={tmp_path}/result", "--config-dir", folder])
    assert done.exit_code == 0, done.output
    assert "Mongolia" in done.output and (tmp_path / "result" / "config.yaml").is_file()


def test_the_scenario_of_the_page_says_what_it_says(folder):
    """It asks on day 10 and not before; it is that of the headline otherwise."""
    spec, other = (sim.load([f"scenario={name}"], folder) for name in ("late_csto", "csto_intervention"))
    assert spec.scenario.directives["HOST"]["request"] == {"CSTO": 10, "OTS": "never"}
    assert spec.scenario.events == other.scenario.events and spec.scenario.expected
    assert sim.simulate(spec, days=5).days == 5


def test_the_instrument_of_the_page_is_used_as_the_page_says(folder):
    """By a directive from day 30, in force 30 to 90 days later; by an organ 20 to 60 days after the opening of a crisis."""
    directive = "+scenario.directives.TUR={scholarships: {HOST: 30}}"
    acts = "+scenario.directives.TST={act: always}"
    spec = sim.load([*SMALL, "scenario=home_crisis", "scenario.host=KAZ", directive, acts, "days=125"], folder)
    days = {e.actor: e.day for e in reversed(sim.simulate(spec).events) if e.kind == "scholarships"}
    assert 60 <= days["TUR"] <= 121 and 20 <= days["TST"] <= 62


def test_who_was_absent_counts_once_on_stage(folder):
    """The SCO names Mongolia as an observer and India and Pakistan as members that are not on stage."""
    spec = sim.load(["stage=mine", "+organisation@organisations.SCO=SCO"], folder)
    charter = next(c for c in Stage(spec).charters if c.name == "SCO")
    row = list(spec.states).index("MNG")
    assert row in charter.associates and row not in charter.members and charter.absent_members == 2
    tree = spec.model_dump(mode="json")
    tree["organisations"]["SCO"]["absent"]["MNG"]["role"] = "member"
    joined = next(c for c in Stage(type(spec).model_validate(tree)).charters if c.name == "SCO")
    assert row in joined.members and row not in joined.associates and joined.absent_members == 2


def test_a_world_that_does_not_compose_gets_one_message(tmp_path):
    """Two files for one group are refused in words, with status 2 and nothing written."""
    for name, text in (
        (
            "stage/twice.yaml",
            "# @package _global_\ndefaults: [/instrument@instruments: common, /instrument@instruments: own]\n",
        ),
        ("instrument/own.yaml", "{}\n"),
    ):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["run", "stage=twice", f"out={tmp_path}/result", "--config-dir", str(tmp_path)])
    assert done.exit_code == 2 and "Multiple values for instrument@instruments" in done.output
    assert "Traceback" not in done.output and not (tmp_path / "result").exists()


def test_an_organ_shows_instruments_that_it_uses_as_they_are():
    """`suasion describe` lists an instrument of an organ also where nothing differs from the catalogue."""
    text = CliRunner().invoke(main, ["describe", "OTS"]).stdout
    assert "statement: {}" in text and "culture: {}" in text


def test_the_metric_of_the_page_is_registered_and_counts(monkeypatch):
    """None where nobody dies, else the day."""
    monkeypatch.setattr(registry, "METRICS", METRICS)
    try:
        exec(code("@metric("), {"metric": registry.metric, "DAYS": DAYS, "Records": Records})
        first = METRICS["first_death_day"]
        records = sim.simulate(sim.load(["citizens=300", "days=20"]))
        records.series["deaths"][:] = 0.0
        assert first.unit == "days from onset" and first.function(records) is None
        records.series["deaths"][8:] = 2.0
        assert first.function(records) == 7
    finally:
        METRICS.pop("first_death_day", None)


def test_the_kind_of_event_of_the_page_presses_on_citizens():
    """Today's pressure rises by the size."""
    model = sim.InfluenceModel(sim.load(["citizens=300", "days=5"]))
    event = replace(model.world.fixed.events[0])
    try:
        exec(code("@kind("), {"kind": kinds.kind})
        model.world.pressure[:] = 0.0
        kinds.EVENT_KINDS["drought"].strike(model.world, event, 0.2)
        assert model.world.pressure == pytest.approx(0.2 * event.exposure) and model.world.pressure.max() > 0.0
    finally:
        kinds.EVENT_KINDS.pop("drought", None)


class Copy:
    """A copy of the code and the configuration, in which commands run. touched: files of code that differ from the last look.

    Compiled code comes along, because to compile it again takes half a minute.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        for name in ("sim", "experiments", "configs", "docs"):
            shutil.copytree(ROOT / name, folder / name)
        self.before = self._contents()

    def _contents(self) -> dict[str, bytes]:
        return {p.relative_to(self.folder).as_posix(): p.read_bytes() for p in self.folder.rglob("*.py")}

    def touched(self) -> set[str]:
        """Names of the files; the next look begins here."""
        before, self.before = self.before, self._contents()
        return {name for name, content in self.before.items() if before.get(name) != content}

    def __call__(self, *words: str) -> str:
        script = "import sys; sys.path.insert(0, '.'); from experiments.cli import main; main()"
        done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Copy:
    """One copy for all tests of this module."""
    return Copy(tmp_path_factory.mktemp("copy"))


def test_the_figure_of_the_page_is_drawn(copied):
    """Written as the page says, it touches two files of code; the folder of a run has it."""
    (copied.folder / "sim" / "plots" / "coalition.py").write_text(
        code('"""The figure of the coalition'), encoding="utf-8"
    )
    run = copied.folder / "experiments" / "run" / "run.py"
    text, line = run.read_text(encoding="utf-8"), code('"coalition": partial(coalition, records),')
    place = '        "protest": partial('
    text = text.replace(
        "    from sim import plots  # imported",
        "    from sim.plots.coalition import coalition\n    from sim import plots  # imported",
    )
    run.write_text(text.replace(place, f"        {line.strip()}\n{place}"), encoding="utf-8")
    copied("run", "citizens=300", "days=5", "quiet=true", "out=drawn")
    assert (copied.folder / "drawn" / "figures" / "coalition.png").is_file()
    assert copied.touched() == {"sim/plots/coalition.py", "experiments/run/run.py"}


def test_the_command_of_the_page_runs(copied):
    """Written as the page says, it touches two files of code; `suasion --help` lists it."""
    (copied.folder / "experiments" / "commands" / "hosts.py").write_text(code('"""`suasion hosts`'), encoding="utf-8")
    cli = copied.folder / "experiments" / "cli.py"
    cli.write_text(
        cli.read_text(encoding="utf-8").replace('    "list",\n', '    "list",\n    "hosts",\n'), encoding="utf-8"
    )
    assert "KAZ" in copied("hosts").split() and "Print the code of every host" in copied("--help")
    assert copied.touched() == {"experiments/commands/hosts.py", "experiments/cli.py"}


def test_what_needs_no_code_touches_none(copied, folder):
    """State, organisation, instrument, policy and scenario of the page run from a folder, without a change of the code."""
    shutil.copytree(folder, copied.folder / "mine")
    directive = "+scenario.directives.TUR={scholarships: {HOST: 30}}"
    words = ["scenario=late_csto", "stage=mine", "+scenario.policies.RUS=patient", directive, "days=4", "citizens=300"]
    copied("run", *words, "quiet=true", "out=result", "--config-dir", "mine")
    saved = (copied.folder / "result" / "config.yaml").read_text(encoding="utf-8")
    assert all(name in saved for name in ("MNG", "TST", "scholarships", "patient")) and copied.touched() == set()


def test_the_mechanism_of_the_page_owns_an_array_and_asks_legitimacy(copied):
    """Written as the page says, into a copy of the model, it touches two files; at a rate of zero it changes no bit."""
    mechanisms = copied.folder / "sim" / "mechanisms"
    (mechanisms / "patience.py").write_text(code('"""Patience'), encoding="utf-8")
    listed = (mechanisms / "__init__.py").read_text(encoding="utf-8")
    after = "from sim.mechanisms.opinions import Opinions\n"
    line = code("patience: Patience")
    place = re.search(r"    contest: .*\n", listed).group()
    listed = listed.replace(after, after + "from sim.mechanisms.patience import Patience\n")
    (mechanisms / "__init__.py").write_text(listed.replace(place, place + "    " + line), encoding="utf-8")
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import sim, numpy as np;"
        "models = [sim.InfluenceModel(sim.load(['citizens=300', 'days=5', f'mechanisms.patience.rate={r}'])) for r in (0, 0.02)];"
        "[m.step() for m in models for _ in range(5)];"
        "a, b = models; s = a.world.fixed.host;"
        "print(sim.__file__, a.records['legitimacy'].tolist(), b.records['legitimacy'].tolist(), b.world.patience[s],"
        " a.world.day - a.world.crisis_day[s], a.snapshot().state['patience'].shape, sep='|')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(copied.folder)], capture_output=True, text=True, cwd=copied.folder
    )
    assert done.returncode == 0, done.stderr
    assert copied.touched() == {"sim/mechanisms/patience.py", "sim/mechanisms/__init__.py"}
    where, without, with_it, patience, days, shape = done.stdout.strip().split("|")
    records = sim.simulate(sim.load(["citizens=300", "days=5"]))
    assert where.startswith(str(copied.folder)) and without == str(records["legitimacy"].tolist()) != with_it
    assert float(patience) == pytest.approx(0.9 ** int(days)) and shape == "(19,)"
