"""Commands end to end: folders, tables, repeatability, help."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner
from PIL import Image

import sim
from experiments.cli import main
from sim.metrics import METRICS, compute_metrics
from sim.spec.schema import Spec

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
    assert compute_metrics(sim.simulate(spec)) == saved
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
    """A fault half-way removes the partial folder, and is one message that is not about the input."""
    from experiments.run import run as module

    monkeypatch.setattr(module, "draw", lambda *a: 1 / 0)
    words = ["run", f"out={(tmp_path / 'new' / 'out').as_posix()}", *QUICK]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 1 and result.stderr.count("\n") == 1
    assert "a fault of the program, not of your input: ZeroDivisionError: division by zero (tests/" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.exact
@pytest.mark.usefixtures("undrawn")
def test_ties_of_a_file_are_the_network(tmp_path):
    """An explicit network by the command: other ties give another course of protest, the same ties the same one."""
    ring = "".join(f"{row} {(row + step) % 500}\n" for row in range(500) for step in (1, 2, 3))
    (tmp_path / "ring.txt").write_text(f"# rows\n{ring}", encoding="utf-8")
    (tmp_path / "pair.txt").write_text("0 1\n", encoding="utf-8")
    peaks = []
    for name, ties in (("a", "ring"), ("b", "ring"), ("c", "pair")):
        edges = f"mechanisms.contention.edges={(tmp_path / ties).as_posix()}.txt"
        out = tmp_path / name
        command("run", "mechanisms.contention.network=explicit", edges, f"out={out.as_posix()}", *QUICK)
        peaks.append(json.loads((out / "metrics.json").read_text(encoding="utf-8"))["protester_days"])
    assert peaks[0] == peaks[1] != peaks[2]


@pytest.mark.exact
@pytest.mark.usefixtures("undrawn")
def test_the_default_folder_is_dated_and_new(tmp_path, monkeypatch):
    """Without `out` every run gets a folder of its own under results/."""
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        command("run", *QUICK)
    assert len(list((tmp_path / "results").iterdir())) == 2


@pytest.mark.exact
@pytest.mark.usefixtures("undrawn")
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
@pytest.mark.parametrize(
    "kind", ["metrics", "parameters", "policies", "instruments", "options", "states", "organisations"]
)
def test_list_names_everything(kind):
    """Each list has its rows."""
    expected = {
        "metrics": "protest_peak", "parameters": "mechanisms.contention.threshold",
        "policies": "balancing", "instruments": "internet_shutdown", "options": "repress", "states": "Kazakhstan", "organisations": "OTS",
    }  # fmt: skip
    assert expected[kind] in command("list", kind).stdout


@pytest.mark.exact
@pytest.mark.parametrize(
    "name",
    [
        "both",
        "deaths",
        "threshold",
        "mechanisms.contest",
        "CSTO",
        "KAZ",
        "frame",
        "corridor",
        "balancing",
        "wdi_2021",
        "seed",
    ],
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
def test_help_is_short_and_plain():
    """Every command explains itself with an example."""
    assert "suasion run" in command("--help").stdout
    for name in ("run", "compare", "sweep", "merge", "export", "list", "describe", "completion"):
        assert "Usage:" in command(name, "--help").stdout
    assert "complete" in command("completion", "bash").stdout


def take_compiled_code(source, copy) -> None:
    """Copy compiled code to sources with the same content, because to compile it again takes half a minute."""
    for path in source.rglob("*.py"):
        other = copy / path.relative_to(source)
        assert other.read_bytes() == path.read_bytes(), other
        shutil.copystat(path, other)
    for path in source.rglob("*.nb?"):
        other = copy / path.relative_to(source)
        other.parent.mkdir(exist_ok=True)
        shutil.copy2(path, other)


@pytest.mark.exact
def test_a_wheel_runs_from_another_folder(tmp_path):
    """The built wheel, unpacked elsewhere and without the checkout on the path, runs a scenario and draws its map."""
    root = Path(__file__).resolve().parents[2]
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
    take_compiled_code(root / "sim", tmp_path / "site" / "sim")
    away = tmp_path / "away"
    away.mkdir()
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import sim, experiments.cli; "
        "assert sim.__file__.startswith(sys.argv[1]), sim.__file__; "
        "sys.argv = ['suasion', 'run', 'scenario=both', 'days=3', 'citizens=500', 'map=true', 'out=here']; experiments.cli.main()"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "site")],
        cwd=away,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "experiments" / "glossary.md").is_file()
    assert (away / "here" / "metrics.json").is_file()
    assert (away / "here" / "figures" / "map.png").is_file()
