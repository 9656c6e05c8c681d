"""Commands end to end: folders, tables, repeatability, help."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner
from PIL import Image

import sim
from experiments.cli import main
from experiments.completion import complete
from experiments.statistics import interval, paired
from sim.metrics import METRICS, measure
from sim.schema import Spec

QUICK = ("days=20", "citizens=500", "quiet=true")


def command(*words: str):
    """Run the command line in this process and expect success."""
    result = CliRunner().invoke(main, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory) -> Path:
    """A finished run."""
    out = tmp_path_factory.mktemp("run") / "out"
    command("run", "scenario=csto_intervention", "seed=7", "csv=true", f"out={out.as_posix()}", *QUICK)
    return out


@pytest.fixture(scope="module")
def comparison(tmp_path_factory) -> tuple[Path, str]:
    """A finished comparison and what it printed."""
    out = tmp_path_factory.mktemp("compare") / "out"
    arms = "scenarios=[csto_intervention,both,no_outside_act,no_outside_act]"
    result = command("compare", arms, "runs=6", "workers=1", f"out={out.as_posix()}", *QUICK)
    return out, result.stdout


@pytest.mark.exact
def test_a_run_folder_is_complete(run_folder):
    """Configuration, manifest, metrics, series, events and figures, each readable."""
    names = {p.name for p in run_folder.iterdir()}
    assert names == {
        "config.yaml", "manifest.json", "metrics.json", "series.parquet", "series.csv", "events.parquet", "events.csv", "figures",
    }  # fmt: skip
    manifest = json.loads((run_folder / "manifest.json").read_text(encoding="utf-8"))
    assert (
        manifest["suasion"] and manifest["git"] and manifest["worlds"]["seed"] == 7 and "mesa" in manifest["libraries"]
    )
    assert pq.read_table(run_folder / "series.parquet").num_rows == 21
    assert {p.stem for p in (run_folder / "figures").iterdir()} == {
        "protest",
        "alignment",
        "influence",
        "timeline",
        "network",
    }


@pytest.mark.exact
def test_the_saved_configuration_repeats_the_run(run_folder):
    """Re-reading config.yaml and simulating gives the saved metrics."""
    spec = Spec.model_validate(yaml.safe_load((run_folder / "config.yaml").read_text(encoding="utf-8")))
    saved = json.loads((run_folder / "metrics.json").read_text(encoding="utf-8"))
    assert measure(sim.simulate(spec)) == saved
    assert saved["survived_365d"] is None  # beyond the horizon: not observed


@pytest.mark.exact
def test_figures_carry_their_provenance(run_folder):
    """Version, hash and command are in the file's metadata."""
    for path in (run_folder / "figures").iterdir():
        text = Image.open(path).text
        assert text["Software"].startswith("suasion ") and "scenario=csto_intervention" in text["Description"], (
            path.name
        )


@pytest.mark.exact
def test_nothing_is_overwritten(run_folder):
    """A second run into the same folder is refused and leaves it as it was."""
    before = sorted((p.name, p.stat().st_mtime_ns) for p in run_folder.iterdir())
    result = CliRunner().invoke(main, ["run", f"out={run_folder.as_posix()}", *QUICK])
    assert result.exit_code == 2 and "nothing is overwritten" in result.stderr
    assert before == sorted((p.name, p.stat().st_mtime_ns) for p in run_folder.iterdir())


@pytest.mark.exact
def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    """A path below a file cannot be made: one message, exit status 2."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for experiment in ("run", "compare"):
        result = CliRunner().invoke(main, [experiment, f"out={(tmp_path / 'file' / 'below').as_posix()}", *QUICK])
        assert result.exit_code == 2 and "cannot be written" in result.stderr, result.output
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.exact
def test_a_failed_run_leaves_nothing_behind(tmp_path, monkeypatch):
    """An error half-way removes the partial folder and does not hide itself."""
    from experiments import run as module

    monkeypatch.setattr(module, "draw", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(
            main, ["run", f"out={(tmp_path / 'new' / 'out').as_posix()}", *QUICK], catch_exceptions=False
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.exact
def test_the_default_folder_is_dated_and_new(tmp_path, monkeypatch):
    """Without `out` every run gets a folder of its own under results/."""
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        command("run", *QUICK)
    assert len(list((tmp_path / "results").iterdir())) == 2


@pytest.mark.exact
def test_multirun_runs_every_combination(tmp_path):
    """-m scenario=a,b seed=1,2 makes four folders; a list of nothing to sweep is refused."""
    out = (tmp_path / "many").as_posix()
    command("run", "-m", "scenario=both,no_outside_act", "seed=1,2", f"out={out}", *QUICK)
    specs = [yaml.safe_load((p / "config.yaml").read_text(encoding="utf-8")) for p in sorted(Path(out).iterdir())]
    assert {(s["scenario"]["name"], s["seed"]) for s in specs} == {
        (n, i) for n in ("both", "no_outside_act") for i in (1, 2)
    }
    result = CliRunner().invoke(main, ["run", "-m", "seed=1"])
    assert result.exit_code == 2 and "no setting has several values" in result.stderr


@pytest.mark.exact
def test_a_comparison_folder_is_complete(comparison):
    """Tables have one row per world and arm, summary names its intervals, figures are there."""
    folder, printed = comparison
    runs = pq.read_table(folder / "runs.parquet").to_pandas()
    assert len(runs) == 24 and set(runs["scenario"]) == {
        "csto_intervention",
        "both",
        "no_outside_act",
        "no_outside_act_2",
    }
    assert pq.read_table(folder / "series.parquet").num_rows == 24 * 21
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["reference"] == "no_outside_act_2" and summary["level"] == 0.95 and summary["runs"] == 6
    assert {p.stem for p in (folder / "figures").iterdir()} == {
        "protest", "survival", "alignment", "influence", "network", "differences",
    }  # fmt: skip
    for word in ("Protest peak", "csto_intervention - no_outside_act_2", "not observed", "95 %"):
        assert word in printed


@pytest.mark.exact
def test_a_scenario_does_not_differ_from_itself(comparison):
    """Null comparison: every difference of the repeated arm is exactly zero."""
    folder, _ = comparison
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    for key, entry in summary["metrics"].items():
        null = entry["differences"]["no_outside_act"]
        if null["n"]:
            assert null["mean"] == null["low"] == null["high"] == null["share_positive"] == 0.0, key
    assert any(e["differences"]["csto_intervention"]["mean"] for e in summary["metrics"].values())


@pytest.mark.exact
def test_a_comparison_repeats_itself(comparison, tmp_path):
    """The same command gives the same runs table, whatever the number of processes."""
    folder, _ = comparison
    arms = "scenarios=[csto_intervention,both,no_outside_act,no_outside_act]"
    command("compare", arms, "runs=6", "workers=2", f"out={(tmp_path / 'again').as_posix()}", *QUICK)
    for name in ("runs", "series"):
        assert pq.read_table(folder / f"{name}.parquet").equals(pq.read_table(tmp_path / "again" / f"{name}.parquet"))


@pytest.mark.exact
def test_intervals_and_differences():
    """Wilson for shares, nothing from nothing, constants without width, pairs only where both were observed."""
    low, high = interval(np.array([1.0] * 8 + [0.0] * 2), 0.95, share=True)[1:3]
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)  # Wilson 1927 for 8 of 10
    assert interval(np.array([np.nan, np.nan]), 0.95)[3] == 0
    assert interval(np.array([2.0, 2.0]), 0.95)[:3] == (2.0, 2.0, 2.0)
    found = paired(np.array([1.0, 2.0, np.nan, 5.0]), np.array([0.0, 2.0, 1.0, np.nan]), 0.95)
    assert found["n"] == 2 and found["mean"] == 0.5 and found["share_positive"] == 0.5


@pytest.mark.statistical
def test_bootstrap_intervals_cover():
    """95 % intervals of paired differences cover the truth in 400 synthetic comparisons of 60 worlds.

    Coverage between 0.90 and 0.98; a procedure with true coverage 0.94 leaves that band with probability below 1e-3.
    """
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(400):
        common = rng.normal(size=60)
        found = paired(common + 0.3 + rng.exponential(1, 60), common + rng.exponential(1, 60), 0.95)
        hits += found["low"] <= 0.3 <= found["high"]
    assert 0.90 <= hits / 400 <= 0.98


@pytest.mark.exact
@pytest.mark.parametrize("kind", ["scenarios", "metrics", "parameters", "policies", "states", "organisations"])
def test_list_names_everything(kind):
    """Each list has its rows."""
    expected = {
        "scenarios": "kazakhstan_2022", "metrics": "protest_peak", "parameters": "mechanisms.contention.threshold",
        "policies": "repress", "states": "Kazakhstan", "organisations": "OTS",
    }  # fmt: skip
    assert expected[kind] in command("list", kind).stdout


@pytest.mark.exact
@pytest.mark.parametrize(
    "name", ["both", "deaths", "threshold", "mechanisms.contest", "CSTO", "KAZ", "frame", "wdi_2021", "seed"]
)
def test_describe_explains_any_name(name):
    """A scenario, metric, parameter, mechanism, organisation, state, policy, source and setting."""
    text = command("describe", name).stdout
    assert name in text and len(text.splitlines()) >= 2


@pytest.mark.exact
def test_describe_suggests_the_nearest_name():
    """A typo is answered with the name that was meant."""
    result = CliRunner().invoke(main, ["describe", "thresold"])
    assert result.exit_code == 2 and "did you mean 'threshold'?" in result.stderr


@pytest.mark.exact
def test_every_metric_is_described():
    """Label, unit and docstring; values are numbers or not observed."""
    assert all(m.label and m.unit and m.function.__doc__ for m in METRICS.values())


@pytest.mark.exact
def test_tab_offers_keys_and_values():
    """Scenario names, parameter paths level by level, and both ways in which shells split at '='."""
    assert "scenario=csto_intervention" in [c.value for c in complete("run", [], "scenario=cs")]
    assert [c.value for c in complete("run", ["scenario", "="], "cs")] == ["csto_intervention"]
    assert "mechanisms." in [c.value for c in complete("run", [], "mech")]
    assert "mechanisms.contention.threshold=" in [c.value for c in complete("run", [], "mechanisms.contention.th")]
    assert "runs=" in [c.value for c in complete("compare", [], "ru")]
    assert "replications=" in [c.value for c in complete("sweep", [], "replications")]


@pytest.mark.exact
def test_help_is_short_and_plain():
    """Every command explains itself with an example."""
    assert "suasion run" in command("--help").stdout
    for name in ("run", "compare", "sweep", "merge", "export", "list", "describe", "completion"):
        assert "Usage:" in command(name, "--help").stdout
    assert "complete" in command("completion", "bash").stdout


@pytest.mark.exact
def test_a_wheel_runs_from_another_folder(tmp_path):
    """The built wheel, unpacked elsewhere and without the checkout on the path, runs a scenario."""
    root = Path(__file__).resolve().parent.parent
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(root)]
    subprocess.run(build, check=True, capture_output=True, timeout=300)
    wheel = next((tmp_path / "dist").glob("*.whl"))
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(tmp_path / "site"),
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True, timeout=300)
    away = tmp_path / "away"
    away.mkdir()
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import sim, experiments.cli; "
        "assert sim.__file__.startswith(sys.argv[1]), sim.__file__; "
        "sys.argv = ['suasion', 'run', 'scenario=both', 'days=3', 'citizens=500', 'out=here']; experiments.cli.main()"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "site")],
        cwd=away,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert (away / "here" / "metrics.json").is_file()
