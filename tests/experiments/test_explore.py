"""The exploring commands on the model itself: folders, words, figures, and what is refused."""

import json
import shlex
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.explore import sensitivity, tip
from experiments.explore.arguments import read
from experiments.explore.discover import DiscoverOptions
from experiments.explore.labels import axis_name, number
from experiments.explore.samples import Samples, spans
from experiments.sweep.axes import Axis
from experiments.sweep.plan import read_plan
from tests.outputs import flat

pytestmark = pytest.mark.exact

QUICK = ("days=8", "citizens=500", "quiet=true", "engine.name=serial")
THRESHOLD, REDECIDE = "mechanisms.contention.threshold", "mechanisms.contention.redecide"
AXES = (f"{THRESHOLD}=interval(0.2,0.4)", f"{REDECIDE}=interval(0.1,0.9)")


def run_command(*words: str, status: int = 0):
    """Run the command line in this process; its output if it ends as expected."""
    result = CliRunner().invoke(main, list(words), catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.output if status == 0 else result.stderr


@pytest.fixture(scope="module")
def screened(tmp_path_factory) -> tuple[Path, str]:
    """A Morris sweep of `suasion sensitivity`, and its output."""
    out = tmp_path_factory.mktemp("screened") / "out"
    scenarios = "scenario=no_outside_act,csto_intervention"
    words = ("method=morris", "samples=3", "replications=2", "outcome=protest_peak,deaths", scenarios)
    return out, run_command("sensitivity", *words, *AXES, f"out={out.as_posix()}", *QUICK)


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    """A Latin hypercube of 40 points in six worlds."""
    out = tmp_path_factory.mktemp("filled") / "out"
    run_command(
        "sweep",
        "design=lhs",
        "samples=40",
        "replications=6",
        "parameters=default",
        *AXES,
        f"out={out.as_posix()}",
        *QUICK,
    )
    return out


def test_sensitivity_runs_its_sweep_and_says_what_matters(screened):
    """Two parameters per scenario with their intervals, the share of chance, a figure of bars and one of the plane."""
    out, output = screened
    assert output.count("contention threshold") == output.count("contention redecide") == 4
    assert (
        "n = 3 trajectories, 9 points per combination, each the mean of 2 replications" in output
        and "is chance" in output
    )
    result = json.loads((out / "sensitivity" / "sensitivity.json").read_text("utf-8"))
    assert result["method"] == "morris" and len(result["combinations"]) == 2
    rows = result["combinations"][0]["outcomes"]["protest_peak"]["axes"]
    assert {row["axis"] for row in rows} == {THRESHOLD, REDECIDE} and all(
        row["mu_star"] >= abs(row["mu"]) for row in rows
    )
    figures = {path.stem for path in (out / "sensitivity" / "figures").iterdir()}
    assert figures == {"protest_peak", "protest_peak_plane", "deaths", "deaths_plane"}


def test_an_analysis_is_added_and_nothing_overwritten(screened):
    """A second analysis of the folder stands beside the first and says the same."""
    out, output = screened
    again = run_command("sensitivity", out.as_posix(), "outcome=[protest_peak,deaths]")
    assert (out / "sensitivity_2").is_dir()
    assert again.splitlines()[:4] == output.splitlines()[:4]


def test_a_design_with_holes_is_refused(tmp_path):
    """Which runs are missing, and the command that fills them; nothing is written."""
    folder = tmp_path / "half"
    words = ("design=morris", "samples=3", "replications=2", f"out={folder.as_posix()}", *AXES, *QUICK)
    run_command("sweep", "part=1/2", *words)
    message = run_command("sensitivity", folder.as_posix(), status=2)
    assert "8 of 18 runs are missing or failed" in message and "Points 1, 3, 5, 7 (replication 0-1)." in message
    assert "design=morris" in message and "retry_failed=true" in message and "part=" not in message
    assert not (folder / "sensitivity").exists()
    run_command("sweep", *words)
    run_command("sensitivity", folder.as_posix(), "outcome=deaths")


def test_a_missing_library_is_named(filled, monkeypatch):
    """One message with the command that installs it."""
    monkeypatch.setattr("experiments.extras.find_spec", lambda name: None)
    for words in (("discover", filled.as_posix(), "where=deaths > 1"), ("tip", *AXES)):
        assert "pip install 'suasion[analysis]'" in run_command(*words, status=2)


def test_names_in_sentences():
    """The last two words of a path, or the actor and its indicator; numbers in three digits; runs of numbers."""
    paths = ("mechanisms.contention.threshold", "scenario.split.depth", "states.KAZ.gdp.value", "citizens")
    assert [axis_name(p) for p in paths] == ["contention threshold", "split depth", "KAZ gdp", "citizens"]
    assert [number(v) for v in (0.26789, 1e-12, 1234.5, -3.0, float("nan"))] == [
        "0.268",
        "0",
        "1,234",
        "-3",
        "not known",
    ]
    assert spans([0, 1, 2, 5, 7, 8]) == "0-2, 5, 7-8" and spans([]) == ""


def test_other_designs_get_rank_correlations(filled):
    """A lower threshold of protest goes with a higher peak, and the output states the limits of the measure."""
    output = run_command("sensitivity", filled.as_posix(), "outcome=protest_peak")
    result = json.loads((filled / "sensitivity" / "sensitivity.json").read_text("utf-8"))
    rho = {row["axis"]: row for row in result["combinations"][0]["outcomes"]["protest_peak"]["axes"]}
    assert rho[THRESHOLD]["high"] < 0 and "one direction only" in output


def test_discovery_speaks_in_words(filled):
    """Large protest lies where the threshold is low; measured on other sampled rows and worlds."""
    output = flat(
        run_command("discover", filled.as_posix(), "where=protest_peak > 0.2", "words=protest is large", "depth=1")
    )
    assert output.startswith("Protest is large in ") and "the contention threshold is below 0." in output
    assert "of other sampled rows and other replications" in output
    result = json.loads((filled / "discover" / "discover.json").read_text("utf-8"))
    (box,) = result["boxes"]
    assert box["density"][0] > result["all"][0] and box["density"][1] <= box["density"][0] <= box["density"][2]
    assert result["trained"] == result["held_out"] == 60 and result["held_rows"] == 20 and result["held_worlds"] == 3
    assert {path.stem for path in (filled / "discover" / "figures").iterdir()} == {"boxes", "map"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("where=protest_peek > 1",), "did you mean 'protest_peak'?"),
        (("where=protest_peak",), "write OUTCOME SIGN NUMBER"),
        (("where=deaths < 0",), "are cases"),
        (("where=survived_365d == 0",), "no run observed it"),
        (("where=deaths > 1", "dept=2"), "did you mean 'depth'?"),
        ((), "where="),
    ],
)
def test_faulty_questions_are_refused(filled, words, message):
    """One message, exit status 2, nothing written."""
    before = sorted(path.name for path in filled.iterdir())
    assert message in run_command("discover", filled.as_posix(), *words, status=2)
    assert before == sorted(path.name for path in filled.iterdir())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sensitivity", "FOLDER", "outcome=survived_365d"), "was not observed in 240 of 240 runs"),
        (("sensitivity", "FOLDER", "outcome=deaths", "method=morris"), "design=morris does"),
        (("sensitivity", "FOLDER", "outcome=death"), "did you mean 'deaths'?"),
        (("sensitivity", "outcome=deaths"), "one of morris, sobol, ranks"),
        (("sensitivity", "method=morris", AXES[0], "outcome=death", *QUICK), "did you mean 'deaths'?"),
        (("sensitivity", "method=morris", "design=lhs"), "the design follows from method"),
        (("discover", "where=deaths > 1"), "needs the folder of a sweep"),
        (("tip", f"{THRESHOLD}=interval(0.2,0.4)"), "give two with bounds"),
        (("tip", *AXES, "outcome=death", *QUICK), "did you mean 'deaths'?"),
        (("tip", *AXES, "replications=1"), "must be at least 2"),
        (("tip", *AXES, "design=lhs"), "searched on a grid"),
        (("tip", "mechanisms.contention.detention_days=interval(1,5)", AXES[0], *QUICK), "5 different values"),
    ],
)
def test_faulty_commands_are_refused(filled, words, message):
    """One message that says what is allowed, exit status 2."""
    assert message in run_command(*(filled.as_posix() if word == "FOLDER" else word for word in words), status=2)


def test_a_tipping_line_of_the_model(tmp_path):
    """Within the budget, the same again without a new run, and a place with its interval."""
    out = tmp_path / "line"
    words = (
        "tip",
        *AXES,
        "parameters=default",
        "outcome=protest_peak",
        "resolution=10",
        "replications=2",
        f"out={out.as_posix()}",
        *QUICK,
    )
    first = run_command(*words, "threshold=0.3")
    result = json.loads((out / "tip" / "tip.json").read_text("utf-8"))
    assert result["points"] <= 20 and result["share_of_grid"] <= 0.2 and result["grid"] == 100
    assert result["found"] and all("the line is crossed at" in sentence for sentence in result["sentences"])
    runs = sum(pq.read_table(path).num_rows for path in (out / "runs").glob("*.parquet"))
    assert runs == 2 * result["points"]
    again = run_command(*words, "threshold=0.3")
    assert again.splitlines()[:-1] == first.splitlines()[:-1]
    assert runs == sum(pq.read_table(path).num_rows for path in (out / "runs").glob("*.parquet"))
    assert "No tipping line" in run_command(*words, "threshold=90")
    run_command(
        "sweep",
        "design=grid",
        "n_levels=10",
        "replications=2",
        "parameters=default",
        *AXES,
        f"out={out.as_posix()}",
        *QUICK,
    )
    tables = [pq.read_table(path) for path in (out / "runs").glob("*.parquet")]
    assert sum(table.num_rows for table in tables) == 200  # the sweep of the whole grid took the runs over


def test_the_commands_of_the_documentation_are_valid():
    """Each command of docs/exploring.md is accepted as it stands."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "exploring.md").read_text("utf-8").replace("\\\n", " ")
    commands = [shlex.split(line) for line in text.splitlines() if line.startswith("    suasion ")]
    assert {words[1] for words in commands} == {"sweep", "sensitivity", "discover", "tip"}
    for _, name, *words in commands:
        if name == "sweep":
            read_plan(words, None)
        elif name == "discover":
            read(words, DiscoverOptions)
        else:
            {"sensitivity": sensitivity, "tip": tip}[name].prepare(words)


def test_with_one_world_chance_is_not_known(tmp_path):
    """A single world does not show variance, and the output does not claim any."""
    words = (
        "method=morris",
        "samples=2",
        "replications=1",
        "outcome=protest_peak",
        f"out={(tmp_path / 'one').as_posix()}",
    )
    output = flat(run_command("sensitivity", *words, *AXES, *QUICK))
    assert "how much is chance, of single runs and between points, is not known from one replication" in output
    assert "nothing varies" not in output and "each in one replication" in output


def manifest(kind: str, block: list[str], design: str = "grid") -> dict:
    """What a manifest says of a design, and of the options that it was made with."""
    return {"design": {"kind": kind, "block": block}, "options": {"design": design}, "worlds": {"replications": [0, 0]}}


def test_points_of_one_sampled_row_are_recognised_by_their_values():
    """A block of rows crossed with a lever, in any order and merged; a grid whose axes are listed; a grid of an interval."""
    sampled, lever = Axis("a", "uncertainty", None, {"low": 0, "high": 1}), Axis("b", "lever", (1, 2))
    listed = Axis("c", "lever", (0.1, 0.2))

    def rows(axes, block, **columns) -> list[int]:
        design = pa.table({"point": list(range(len(columns["b"])))} | columns)
        store = SimpleNamespace(axes=axes, design=design, manifest=manifest("merged", block))
        return Samples(store).sampled_row.tolist()

    a, b = [0.3, 0.7, 0.3, 0.7, 0.5], [1, 1, 2, 2, 1]
    assert rows((lever, sampled), ["a"], b=b, a=a) == rows((lever, sampled), [], b=b, a=a) == [0, 1, 0, 1, 2]
    assert rows((lever, listed), [], b=[1, 1, 2, 2], c=[0.1, 0.2, 0.1, 0.2]) == [0, 1, 2, 3]
    assert rows((lever, listed), ["c"], b=[1, 1, 2, 2], c=[0.1, 0.2, 0.1, 0.2]) == [0, 1, 0, 1]


@pytest.mark.parametrize(
    "kind, rows, size",
    [("morris", 12, 3), ("saltelli", 12, 4), ("saltelli_s2", 12, 6), ("oat", 12, 12), ("lhs", 12, 1)],
)
def test_a_trajectory_is_one_row(kind, rows, size):
    """Its points are made from each other: also where a lever is crossed, and in a merged folder; a broken order is one row."""
    axes = tuple(Axis(name, "uncertainty", None, {"low": 0, "high": 1}) for name in "xy")
    lever, expected = Axis("b", "lever", (1, 2)), [i // size for i in range(rows)]

    def sampled_rows(manifest: dict, length: int) -> list[int]:
        x = [float(i) for i in range(length)]
        design = pa.table({"point": list(range(2 * length)), "b": [1] * length + [2] * length, "x": x * 2, "y": x * 2})
        return Samples(SimpleNamespace(axes=(lever, *axes), design=design, manifest=manifest)).sampled_row.tolist()

    assert (
        sampled_rows(manifest(kind, ["x", "y"]), rows)
        == sampled_rows(manifest("merged", ["x", "y"], kind), rows)
        == expected * 2
    )
    if kind in ("morris", "saltelli", "saltelli_s2"):
        assert set(sampled_rows(manifest(kind, ["x", "y"]), rows - 1)) == {0}


def test_equal_runs_of_a_single_world_are_one_row():
    """A grid of listed values of which one axis changes nothing; a run that failed equals no other."""
    axes = Axis("a", "lever", (1, 2)), Axis("b", "lever", (1, 2, 3))
    design = pa.table({"point": [7, 1, 2, 3, 4, 5], "a": [1, 1, 1, 2, 2, 2], "b": [1, 2, 3, 1, 2, 3]})
    digests = pa.table(
        {"point": [1, 2, 3, 4, 5, 7], "replication": [0] * 6, "digest": ["u", "u", "v", None, None, "u"]}
    )
    store = SimpleNamespace(axes=axes, design=design, manifest=manifest("grid", []), runs=lambda columns: digests)
    assert Samples(store).sampled_row.tolist() == [0, 1, 2, 3, 4, 5]
    assert Samples(store).independent_row(0).tolist() == [0, 0, 0, 1, 2, 3]


def test_one_at_a_time_shows_no_box(tmp_path):
    """All its points share all values but one: discover says that this is one row, and writes nothing."""
    out = tmp_path / "out"
    run_command("sweep", "design=oat", "n_levels=4", "replications=1", *AXES, f"out={out.as_posix()}", *QUICK)
    assert "1 independent row " in run_command("discover", out.as_posix(), "where=deaths > 0", status=2)
    assert not (out / "discover").exists()
