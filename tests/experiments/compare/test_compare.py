"""`suasion compare` end to end: folders, null comparisons, known effects, paired views, figures, bad input."""

import contextlib
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure

import sim
from experiments import replications as simulation
from experiments.cli import main
from experiments.compare import compare, gather
from experiments.compare.arms import load_arms
from experiments.compare.console import _show_headline
from experiments.compare.paired_view import divergence, side_by_side
from experiments.engine import Serial
from experiments.replications.resume import Batch, missing, run_missing
from experiments.results.resumable import resumable_folder
from experiments.statements import Facts
from sim import plots
from sim.core.caches import configs
from sim.core.log import LogEntry
from sim.records.ensemble import Ensemble, ensemble
from sim.stage.build import Stage
from tests.outputs import flat

pytestmark = pytest.mark.exact

QUICK = ("days=20", "citizens=500", "quiet=true", "workers=1")
ARMS = "scenarios=[csto_intervention,both,no_outside_act,no_outside_act]"


def command(*words: str) -> str:
    """Run `suasion compare` in this process, expect success, give what it printed."""
    result = CliRunner().invoke(main, ["compare", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def summary(folder: Path) -> dict:
    """summary.json."""
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def comparison(tmp_path_factory) -> tuple[Path, str]:
    """A finished comparison and its output."""
    out = tmp_path_factory.mktemp("compare") / "out"
    objective = "objective=[min deaths, {metric: protest_peak, direction: min, tolerance: 0.1, threshold: 0.2}]"
    output = command(ARMS, "runs=6", "day=10", objective, "csv=true", "full=true", f"out={out.as_posix()}", *QUICK)
    return out, output


@pytest.fixture(scope="module")
def pair(tmp_path_factory) -> tuple[dict, str, Path]:
    """A finished paired view: summary, output, folder."""
    out = tmp_path_factory.mktemp("paired_view") / "out"
    arms = "scenarios=[csto_intervention,turkic_diplomacy,no_outside_act]"
    output = command("view=paired", arms, "seed=1", "replication=3", f"out={out.as_posix()}", *QUICK)
    return json.loads((out / "paired_view.json").read_text(encoding="utf-8")), output, out


def test_a_comparison_folder_is_complete(comparison):
    """Tables have one row per replication and arm, summary names its intervals, figures are there."""
    folder, output = comparison
    runs = pq.read_table(folder / "runs.parquet").to_pandas()
    assert len(runs) == 24 and set(runs["scenario"]) == {
        "csto_intervention", "both", "no_outside_act", "no_outside_act_2",
    }  # fmt: skip
    series = pq.read_table(folder / "series.parquet")
    assert series.num_rows == 24 * 21 == pyarrow.csv.read_csv(folder / "series.csv").num_rows
    assert series["replication"].to_numpy().tolist() == np.tile(np.repeat(np.arange(6), 21), 4).tolist()
    comparison_summary = summary(folder)
    assert (
        comparison_summary["baseline"] == "no_outside_act"
        and comparison_summary["confidence"] == 0.95
        and comparison_summary["runs"] == 6
    )
    assert {p.stem for p in (folder / "figures").iterdir()} == {
        "protest", "survival", "alignment", "influence", "network", "differences", "differences_over_time",
        "survival_difference", "distributions", "regret",
    }  # fmt: skip
    for word in ("Protest peak", "difference from", "not observed", "95 %", "Pairing: "):
        assert word in output
    assert len(comparison_summary["verdicts"]) == 3 * 8 and all(
        v["text"] and v["decided"] for v in comparison_summary["verdicts"]
    )


def test_a_scenario_does_not_differ_from_itself(comparison):
    """Null comparison: every difference of the repeated arm is exactly zero, of metrics, days, survival and regret, and says so."""
    folder, output = comparison
    comparison_summary = summary(folder)
    entries = [
        *comparison_summary["metrics"].items(),
        *comparison_summary["day"]["variables"].items(),
        ("survival", comparison_summary["survival"]),
    ]
    for key, entry in entries:
        null = entry["differences"]["no_outside_act_2"]
        if null["n"]:
            assert null["mean"] == null["low"] == null["high"] == null["share_positive"] == 0.0, key
            assert null["decided"] == ("no difference" if null["n"] > 1 else "one replication"), key
            assert null["variance_ratio"] in (0.0, None), key
    daily = pq.read_table(folder / "differences_over_time.parquet").to_pandas()
    assert (daily.loc[daily["arm"] == "no_outside_act_2", ["mean", "low", "high"]] == 0.0).all(axis=None)
    for objective in comparison_summary["objectives"]:
        assert objective["arms"]["no_outside_act"] == objective["arms"]["no_outside_act_2"]
    assert "No outside act (2) has the configuration of No outside act: every difference is zero" in flat(output)
    assert any(e["differences"]["csto_intervention"]["mean"] for e in comparison_summary["metrics"].values())


def test_a_comparison_repeats_itself(comparison, tmp_path, undrawn):
    """The same command gives the same tables, whatever the number of processes."""
    folder, _ = comparison
    command(ARMS, "runs=6", *QUICK, "workers=2", f"out={(tmp_path / 'again').as_posix()}")
    for name in ("runs", "series"):
        assert pq.read_table(folder / f"{name}.parquet").equals(pq.read_table(tmp_path / "again" / f"{name}.parquet"))


def test_the_table_of_a_day_shows_that_day(comparison):
    """Row d + 1 of a series is day d."""
    folder, output = comparison
    series = pq.read_table(folder / "series.parquet").to_pandas()
    rows = series[(series["day"] == 11) & (series["scenario"] == "both")]
    variables = summary(folder)["day"]["variables"]
    assert variables["protest"]["arms"]["both"]["mean"] == pytest.approx(rows["protest"].mean())
    assert variables["elite_alignment:RUS"]["arms"]["both"]["mean"] == pytest.approx(rows["elite_alignment:RUS"].mean())
    assert "At the end of day 10" in output


def test_series_are_read_back_as_they_were(tmp_path, monkeypatch, load):
    """Ensembles read from the file equal those stacked in memory, though few rows are held at a time."""
    arms = {name: load(f"scenario={name}", "days=12", "citizens=500") for name in ("both", "no_outside_act")}
    monkeypatch.setattr(gather, "ROWS", 30)
    specs = list(arms.values())
    columns = Stage(specs[0]).columns
    with resumable_folder(str(tmp_path / "out"), "compare", ["compare"], {}) as work:
        batch = Batch(simulation.Replications(specs), list(arms), 5)
        run_missing(Serial(), batch, work, missing(batch, work), 2, lambda n: None)
        stored = gather.gather(tmp_path, work, arms, columns, csv=False)
    for spec, one, done in zip(specs, stored, simulation.run_replications(specs, 5, 1, lambda n: None), strict=True):
        stacked = ensemble(spec, [t for t, _ in done], [m for _, m in done])
        assert set(one.series) == set(stacked.series) and one.metrics.keys() == stacked.metrics.keys()
        assert all(np.array_equal(one.series[k], stacked.series[k]) for k in stacked.series)
        assert all(np.array_equal(one.metrics[k], stacked.metrics[k], equal_nan=True) for k in stacked.metrics)
    assert pq.ParquetFile(tmp_path / "series.parquet").num_row_groups == 6
    with pytest.raises(KeyError):
        stored[0].series["nothing"]


class RaisedByTen(simulation.Replications):
    """Replications whose deaths are raised by 10 and a little noise in the first arm."""

    def run(self, number, replication):
        metrics, table = super().run(number, replication)
        more = 0.0 if number else 10.0 + np.random.default_rng(6 + replication).normal()
        return metrics | {"deaths": metrics["deaths"] + more}, table


def test_a_known_effect_is_recovered(tmp_path, monkeypatch, undrawn):
    """An effect on deaths is found and named, and nothing else is.

    The interval misses 10 with probability 0.05; this seed is one of the others.
    """
    monkeypatch.setattr(compare, "Replications", RaisedByTen)
    folder = tmp_path / "out"
    arms = "scenarios=[csto_intervention,no_outside_act]"
    output = command(
        arms, "runs=30", "days=2", f"out={folder.as_posix()}", "full=true", *QUICK[1:]
    )  # they differ from day 3 on
    verdicts = {v["metric"]: v for v in summary(folder)["verdicts"]}
    deaths = verdicts.pop("deaths")
    assert deaths["decided"] == "higher" and deaths["low"] <= 10.0 <= deaths["high"] < deaths["low"] + 1.5
    assert {v["decided"] for v in verdicts.values()} == {"no difference", "not observed"}
    assert "CSTO intervention against No outside act: deaths: higher by" in flat(output)


def test_one_configuration_with_two_results_is_an_error(tmp_path, monkeypatch, undrawn):
    """A null comparison that is not zero is a fault of the program, because replications must repeat."""
    monkeypatch.setattr(compare, "Replications", RaisedByTen)
    words = ["compare", "scenarios=[both,both]", "runs=3", f"out={(tmp_path / 'out').as_posix()}", *QUICK]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 1 and "has the configuration of the baseline and differs from it" in result.stderr


def test_the_first_divergence_is_found(pair):
    """The replication parts on day 3, when the host asks for force in one run alone; until then all records are the same."""
    pair_summary, output, out = pair
    first_difference = pair_summary["divergence"]
    assert pair_summary["scenarios"] == ["csto_intervention", "no_outside_act"] and first_difference["day"] == 3
    assert [e["kind"] for e in first_difference["events"]["first"]] == ["request"] and first_difference["events"][
        "second"
    ] == []
    assert "First divergence on day 3" in output and "asks Collective Security Treaty Organisation for force" in output
    series = pq.read_table(out / "series.parquet").to_pandas()
    one, other = (g.drop(columns="scenario").reset_index(drop=True) for _, g in series.groupby("scenario", sort=False))
    first = first_difference["series"]["day"] + 1
    assert one[:first].equals(other[:first]) and not one[: first + 1].equals(other[: first + 1])
    assert (out / "figures" / "paired_view.png").is_file() and (out / "config_no_outside_act.yaml").is_file()
    assert set(pq.read_table(out / "events.parquet")["scenario"].to_pylist()) == set(pair_summary["scenarios"])


def test_a_run_does_not_part_from_itself(spec):
    """No divergence between equal records; one changed value or event is found, with its day and name."""
    records, changed = sim.simulate(spec), sim.simulate(spec)
    assert divergence(records, changed)["day"] is None
    assert all(row["first"] == row["second"] for row in side_by_side(records, changed))
    changed.series["legitimacy"][8] += 1e-15
    assert divergence(records, changed)["series"] == {"day": 7, "variables": ["legitimacy"]}
    changed.events.append(LogEntry(5, "X", "request", "Y"))
    difference = divergence(records, changed)
    assert difference["day"] == difference["events"]["day"] == 5
    assert difference["events"]["first"] == [] and difference["events"]["second"][0]["actor"] == "X"
    rows = [row for row in side_by_side(records, changed) if row["first"] != row["second"]]
    assert [(row["day"], row["first"]) for row in rows] == [(5, None)]


def many(n: int, days: int = 30, runs: int = 9) -> list[Ensemble]:
    """n synthetic arms."""
    rng = np.random.default_rng(n)
    names = ("protest", "legitimacy", "deaths", *(f"{who}_alignment:{p}" for who in ("elite", "public") for p in "BC"))
    return [
        Ensemble(
            f"arm_{i}", f"Arm {i} with a label of some length", "#0072B2", "A", "Aland", ("B", "C"), (), date(2022, 1, 2), days,
            {"deaths": rng.exponential(size=runs)},
            {k: rng.random((runs, days + 1)) for k in names} | {"incumbent": np.ones((runs, days + 1))},
        )
        for i in range(n)
    ]  # fmt: skip


@pytest.mark.parametrize("n", [2, 6, 12, 16])
def test_small_multiples_have_one_panel_per_arm(n):
    """Between 2 and 16 arms: a panel each, a title each, no more."""
    arms = many(n)
    for figure in (
        plots.series_multiples(arms, arms[-1], "protest"),
        plots.survival_multiples(arms, arms[-1]),
        plots.alignment_multiples(arms, "public", {}),
    ):
        assert isinstance(figure, Figure)
        titles = [ax.get_title(loc="left").replace("\n", " ") for ax in figure.axes if ax.axison]
        assert titles == [e.label for e in arms]


@pytest.mark.parametrize("panel, panels", [("variable", 1), ("arm", 11)])
def test_differences_over_time_are_drawn_with_their_band(panel, panels):
    """A panel per variable or per arm; the caption says that the band is pointwise, and n."""
    lines = [
        {
            "variable": "Deaths", "unit": "persons", "arm": e.label, "style": plots.look(i, e.colour), "note": "",
            "step": False, "interval": "named", "mean": np.arange(5.0), "low": np.arange(5.0) - 1, "high": np.arange(5.0) + 1,
        }
        for i, e in enumerate(many(11))
    ]  # fmt: skip
    figure = plots.differences_over_time(lines, "Title", "n = 9 paired replications", 0.9, panel)
    assert sum(ax.axison for ax in figure.axes) == panels
    caption = " ".join(t.get_text() for t in figure.texts).replace("\n", " ")
    assert "pointwise 90 % interval, each day by itself (named)" in caption and "n = 9 paired replications" in caption


@pytest.mark.parametrize(
    "words, message",
    [
        (["objective=survivd_90d"], "did you mean 'survived_90d'?"),
        (["objective=best deaths"], "objective.0.direction=best"),
        (["objective=[{metric: deaths, tolerance: -1}]"], "objective.0.tolerance=-1"),
        (["objective=[{metric: deaths, towards: min}]"], "towards=min: there is no such key"),
        (["day=20"], "day=20: must be between 0 and 19"),
        (["day=-1"], "day=-1"),
        (["confidence=1"], "confidence=1"),
        (["view=both"], "view=both"),
        (["view=paired", "scenarios=[both]"], "a paired view takes two of them"),
        (["baseline=no_outsid_act"], "did you mean 'no_outside_act'?" ),
        (["replication=3"], "view=paired shows a single one"),
        (["scenario=both"], "takes its arms from scenarios=[a,b]"),
        ([f"scenarios=[{','.join(['both'] * 17)}]"], "16"),
    ],
)  # fmt: skip
def test_bad_settings_are_refused(words, message, tmp_path):
    """One message with key, value and what is allowed; exit status 2; nothing is written."""
    result = CliRunner().invoke(main, ["compare", *words, f"out={(tmp_path / 'out').as_posix()}", *QUICK])
    assert result.exit_code == 2 and message in result.stderr, result.output
    assert list(tmp_path.iterdir()) == []


def test_help_names_every_setting():
    """The options of a comparison stand in its help, its YAML and nowhere else."""
    output = command("--help")
    settings = set(compare.CompareOptions.model_fields)
    assert settings == {o for o in settings if f"{o}=" in output or f"{o}." in output}
    shipped = configs() / "experiment" / "compare.yaml"
    assert settings <= {line.split(":")[0] for line in shipped.read_text(encoding="utf-8").splitlines()}


def headline(folder: Path) -> str:
    """The output for a folder by default, without a table of a day and regret, which a user must choose."""
    facts, stream = Facts.read(folder, "compare"), io.StringIO()
    with contextlib.redirect_stdout(stream):
        _show_headline(replace(facts, data=facts.data | {"day": None, "objectives": []}))
    return stream.getvalue()


@pytest.mark.exact
@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_headline_fits_the_terminal(comparison, monkeypatch, width):
    """At most eight outcomes, at most 40 lines, no line wider than the terminal, nothing cut off; one answer per other arm."""
    monkeypatch.setenv("COLUMNS", str(width))
    output = headline(comparison[0])
    lines = output.splitlines()
    assert max(map(len, map(str.rstrip, lines))) <= width and "\N{HORIZONTAL ELLIPSIS}" not in output
    assert len(lines) <= 40 or width == 40
    answers = [f"{label}. Deaths: " for label in ("CSTO intervention", "Both", "No outside act (2)")]
    assert all(flat(output).count(answer) == 1 for answer in answers)
    assert "Baseline: No outside act." in output


@pytest.mark.exact
def test_the_baseline_is_no_outside_act_or_the_first_arm():
    """Never silently the last arm."""
    for scenarios, baseline in (
        ("[both,no_outside_act,csto_intervention]", "no_outside_act"),
        ("[both,csto_intervention]", "both"),
        ("[csto_intervention,both]", "csto_intervention"),
        ("[both]", "both"),
    ):
        assert load_arms([f"scenarios={scenarios}", *QUICK])[1].baseline == baseline
    assert load_arms(["scenarios=[no_outside_act,both]", "baseline=both", *QUICK])[1].baseline == "both"
