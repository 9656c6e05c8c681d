"""Comparisons of scenarios with different actors, instruments, horizons and dates: an arm without a metric is reported as such, never as zero."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.compare.arms import colours_of, load_arms
from sim.core.colours import PALETTE
from sim.model import simulate
from sim.stage.build import Stage

pytestmark = pytest.mark.exact

SMALL = ("days=10", "citizens=500", "runs=2", "workers=1", "quiet=true")
ABSENT = "not in this scenario"
PATRONS = (
    "scenarios=[jet_crisis_2015,home_crisis]"  # the first has other patrons, organisations and instruments on stage
)


def run_compare(folder: Path, *words: str) -> tuple[dict, str]:
    """summary.json of a comparison through the command, and what it printed."""
    result = CliRunner().invoke(main, ["compare", *words, f"out={folder.as_posix()}"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads((folder / "summary.json").read_text(encoding="utf-8")), result.stdout


@pytest.fixture(scope="module")
def comparison(tmp_path_factory) -> tuple[Path, dict, str]:
    """Arms of one host with other patrons and organisations: folder, summary, output."""
    folder = tmp_path_factory.mktemp("actors") / "out"
    return folder, *run_compare(
        folder, PATRONS, "baseline=home_crisis", "scenario.host=TUR", "day=5", "csv=true", *SMALL
    )


@pytest.mark.parametrize(
    "pair", ["reform_first,no_outside_act", "after_success,csto_intervention", "zangezur_corridor,quiet_years"]
)
def test_scenarios_with_other_instruments_compare(pair, tmp_path, monkeypatch):
    """A state that acts on its own in one arm alone has columns in all rows, empty in those of the other arm."""
    monkeypatch.setattr("experiments.compare.compare.draw", lambda *a: None)
    run_compare(tmp_path / "out", f"scenarios=[{pair}]", *SMALL)
    series = pq.read_table(tmp_path / "out" / "series.parquet").to_pandas()
    (alone,) = {column for column in series if column.startswith("troops:") and column.endswith(" alone")}
    first, second = pair.split(",")
    rows = {arm: series.loc[series["scenario"] == arm, alone] for arm in (first, second)}
    assert rows[first].notna().all() and rows[second].isna().all()
    assert series.drop(columns=[alone, alone.replace("troops", "integration")]).notna().all(axis=None)


def test_a_metric_that_an_arm_lacks_is_absent_and_not_zero(comparison):
    """Summary, table and output tell "not in this scenario" from "not observed" and from zero; runs and series hold null."""
    folder, summary, output = comparison
    lacking, cell = "home_crisis", summary["metrics"]["requested:NATO"]["arms"]
    assert cell[lacking] == {
        "mean": None,
        "median": None,
        "low": None,
        "high": None,
        "interval": "none",
        "n": 0,
        "reason": ABSENT,
    }
    assert cell["jet_crisis_2015"]["n"] == 2 and "reason" not in cell["jet_crisis_2015"]
    difference = summary["metrics"]["requested:NATO"]["differences"]["jet_crisis_2015"]
    assert (difference["n"], difference["reason"], difference["decided"]) == (0, ABSENT, ABSENT)
    assert summary["metrics"]["survived_90d"]["arms"][lacking]["reason"] == "not observed"
    assert summary["day"]["variables"]["troops:NATO"]["arms"][lacking]["reason"] == ABSENT
    runs = pq.read_table(folder / "runs.parquet").to_pandas()
    absent = runs["scenario"] == lacking
    assert runs.loc[absent, "cost:EUU"].isna().all() and runs.loc[~absent, "cost:EUU"].notna().all()
    metrics = {name for name in runs if not name.startswith("mechanisms.")} - {"scenario", "replication"}
    assert set(summary["metrics"]) == metrics
    assert ABSENT in output and "Cost, EUU" not in output  # of the leading patrons alone
    assert summary["leading"] == ["RUS", "CHN", "USA"] and summary["patrons"] == ["RUS", "CHN", "USA", "EUU"]
    assert {p.stem for p in (folder / "figures").iterdir()} >= {
        "alignment",
        "influence",
        "differences",
        "distributions",
    }


def test_columns_are_known_before_a_run(load):
    """The columns that a stage announces are those of its records, in their order."""
    for name in ("jet_crisis_2015", "reform_first"):
        stage = Stage(load(f"scenario={name}", "days=1", "citizens=500"))
        assert ("day", *stage.columns) == tuple(simulate(stage).table())


@pytest.mark.usefixtures("undrawn")
def test_a_comparison_of_different_actors_is_repeated_and_reported(comparison, tmp_path):
    """`rerun` gives the same bits; the report says what is not in a scenario."""
    folder, *_ = comparison
    words = ["rerun", str(folder), f"out={(tmp_path / 'again').as_posix()}", "workers=1", "quiet=true"]
    again = CliRunner().invoke(main, words)
    assert again.exit_code == 0 and "Reproduced bit for bit" in again.output, again.output
    page = CliRunner().invoke(main, ["report", str(folder), f"out={(tmp_path / 'page.html').as_posix()}"])
    assert page.exit_code == 0, page.output
    assert ABSENT in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_arms_are_cut_to_the_shortest_horizon(tmp_path, monkeypatch):
    """A scenario of five years beside one of a year: both run for a year; days=... is for all of them."""
    words = ["scenarios=[quiet_years,both]", "citizens=500"]
    arms, _, horizons = load_arms(words)
    assert {spec.days for spec in arms.values()} == {365} and horizons == {"quiet_years": 1826, "both": 365}
    arms, _, horizons = load_arms([*words, "days=400"])
    assert {spec.days for spec in arms.values()} == set(horizons.values()) == {400}


def test_a_paired_view_shows_different_actors(tmp_path):
    """Two runs of one replication with other actors: the series of both have all columns, what only one has is null."""
    words = ["view=paired", PATRONS, "scenario.host=TUR", "days=10", "citizens=500", "quiet=true"]
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["compare", *words, f"out={out.as_posix()}"], catch_exceptions=False)
    assert result.exit_code == 0 and "First divergence" in result.output
    series = pq.read_table(out / "series.parquet").to_pandas()
    assert series.loc[series["scenario"] == "home_crisis", "troops:NATO"].isna().all()
    assert np.isfinite(series["protest"]).all() and (out / "figures" / "paired_view.png").is_file()


@pytest.mark.parametrize(
    "words, message",
    [
        (["scenarios=[both,home_crisis]"], "scenarios=both,home_crisis: must have one host; theirs are both KAZ, home_crisis KGZ"),
        ([PATRONS, "scenario.host=TUR", "objective=cost:EUU"], "objective=cost:EUU: is not in home_crisis; must be a metric of every"),
        ([PATRONS, "scenario.host=TUR", "objective=cst:USA"], "did you mean 'cost:USA'?"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(words, message, tmp_path):
    """Hosts that differ, objectives that an arm lacks: one message, exit status 2, nothing written."""
    result = CliRunner().invoke(main, ["compare", *words, f"out={(tmp_path / 'out').as_posix()}", *SMALL])
    assert result.exit_code == 2 and message in result.stderr and len(result.stderr.splitlines()) == 1, result.output
    assert list(tmp_path.iterdir()) == []


def test_arms_of_one_colour_get_others(load):
    """Scenarios that share a colour get different colours; a colour that another arm wants is not taken."""
    names = ("csto_intervention", "host_asks_turkey", "after_success")
    arms = {name: load(f"scenario={name}") for name in names} | {"again": load("scenario=csto_intervention")}
    colours = colours_of(arms)
    assert len(set(colours.values())) == 4 and colours["csto_intervention"] == arms["csto_intervention"].scenario.colour
    assert set(colours.values()) <= set(PALETTE) | {spec.scenario.colour for spec in arms.values()}
