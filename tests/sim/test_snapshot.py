"""Going on from a snapshot: the same bits as never having stopped, from memory and from a file."""

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

import sim
from experiments.cli import main
from sim.core.faults import InvalidSpec
from sim.metrics import compute_metrics
from sim.snapshot import Snapshot
from sim.stage.build import Stage

DAYS = 45
CASES = {
    "intervention": ["scenario=csto_intervention"],
    "drawn": ["scenario=kazakhstan_2022", "indicators=drawn", "parameters=prior", "replication=4"],
    "both, full circle": ["scenario=both", "mechanisms.opinions.circle=full"],
}


@pytest.fixture(scope="module")
def runs() -> dict:
    """Each case: specification, stage, and the run that never stops."""
    by_case = {}
    for name, overrides in CASES.items():
        spec = sim.load([*overrides, "citizens=600", f"days={DAYS}"])
        stage = Stage(spec)
        by_case[name] = spec, stage, sim.simulate(stage)
    return by_case


def stopped(spec, stage, day: int) -> Snapshot:
    """A snapshot of the world on a day."""
    model = sim.InfluenceModel(stage)
    for _ in range(day):
        model.step()
    taken = model.snapshot()
    model.step() if day < spec.days else None  # what happens later must not reach into it
    return taken


def assert_same(a, b) -> None:
    assert a.events == b.events and compute_metrics(a) == compute_metrics(b) and a.fall_day == b.fall_day
    assert all(np.array_equal(a[name], b[name]) for name in a.series)


@pytest.mark.property
@settings(max_examples=12, derandomize=True)
@given(case=st.sampled_from(list(CASES)), day=st.integers(0, DAYS))
def test_a_run_goes_on_from_any_day_as_if_it_had_never_stopped(runs, case, day):
    """Series, events and metrics bit for bit; a snapshot serves more than once."""
    spec, stage, unbroken = runs[case]
    start = stopped(spec, stage, day)
    for _ in range(2):
        assert_same(sim.simulate(stage, start=start), unbroken)


@pytest.mark.exact
@pytest.mark.parametrize("case", list(CASES))
def test_a_file_holds_the_same_world_and_no_code(runs, case, tmp_path):
    """Through the file: the same bits; arrays and JSON only."""
    spec, stage, unbroken = runs[case]
    path = tmp_path / "day20.npz"
    stopped(spec, stage, 20).save(path)
    assert [p.name for p in tmp_path.iterdir()] == ["day20.npz"]
    with ZipFile(path) as file:
        for name in file.namelist():
            np.load(BytesIO(file.read(name)), allow_pickle=False)
    assert_same(sim.simulate(stage, start=Snapshot.load(path)), unbroken)


@pytest.mark.exact
def test_a_longer_run_and_another_policy_go_on_from_the_same_day(runs):
    """More days than the first run had, and directives of another scenario from the day of the snapshot on."""
    spec, stage, unbroken = runs["intervention"]
    start = stopped(spec, stage, 2)
    longer = sim.simulate(spec, days=60, start=start)
    assert np.array_equal(longer["protest"][: DAYS + 1], unbroken["protest"]) and longer.days == 60
    other = sim.load(["scenario=no_outside_act", "citizens=600", f"days={DAYS}"])
    branch = sim.simulate(other, start=start)
    assert np.array_equal(branch["protest"][:3], unbroken["protest"][:3])
    assert not branch["troops"].any() and unbroken["troops"].any()


@pytest.mark.exact
def test_what_was_heard_under_another_rule_is_heard_anew():
    """A run goes on under another rule of hearing as if nobody had been heard before; other directives find room for their missions."""
    common = ["scenario=csto_intervention", "citizens=600", f"days={DAYS}"]
    narrow = sim.load(
        [*common, "mechanisms.alignment.rule=bounded_confidence", "+scenario.directives.RUS={call: {KAZ: 1}}"]
    )
    start = stopped(narrow, Stage(narrow), 4)
    model = sim.InfluenceModel(
        sim.load([*common, "+scenario.directives.RUS={rapid_deployment: {KAZ: 7}}"]), start=start
    )
    assert np.isinf(model.world.previous_alignment).all() and not {"heard", "peers"} & start.state.keys()
    model.step()
    assert np.isfinite(model.world.previous_alignment).all()


@pytest.mark.exact
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 2}, "seed=2: must be 1, as in the snapshot"),
        ({"replication": 9}, "replication=9: must be 0"),
        ({"indicators": "drawn"}, "indicators=drawn: must be central"),
        ({"days": 3}, "days=3: must be at least 10, the day of the snapshot"),
    ],
)
def test_a_snapshot_of_another_world_is_refused(runs, change, message):
    """One message with key, value and what is allowed."""
    spec, stage, _ = runs["intervention"]
    with pytest.raises(InvalidSpec, match=message):
        sim.simulate(spec.model_copy(update=change), start=stopped(spec, stage, 10))


@pytest.mark.exact
def test_a_damaged_file_and_one_of_another_version_are_refused(runs, tmp_path):
    """No traceback of a library, and no half-read world."""
    spec, stage, _ = runs["intervention"]
    path = tmp_path / "day5.npz"
    stopped(spec, stage, 5).save(path)
    content = path.read_bytes()
    for damaged in (b"", b"no archive", content[: len(content) // 2], content[:-30]):
        path.write_bytes(damaged)
        with pytest.raises(InvalidSpec, match="is no snapshot, or a damaged one"):
            Snapshot.load(path)
    with pytest.raises(InvalidSpec, match="cannot be read"):
        Snapshot.load(tmp_path / "missing.npz")
    other = tmp_path / "other.npz"
    np.savez(other, header=np.frombuffer(b'{"suasion": "0.0.1"}', dtype=np.uint8))
    with pytest.raises(InvalidSpec, match=r"was written by suasion 0\.0\.1"):
        Snapshot.load(other)
    snapshot = stopped(spec, stage, 5)
    replace(snapshot, series={k: v for k, v in snapshot.series.items() if k != "deaths"}).save(path)
    with pytest.raises(InvalidSpec, match="holds other series than this version records"):
        Snapshot.load(path)


@pytest.mark.exact
@pytest.mark.usefixtures("undrawn")
def test_the_command_writes_a_snapshot_and_goes_on_from_it(tmp_path):
    """The same series as without stopping; a day beyond the run and a missing file are one message and exit status 2."""
    run = ["run", "scenario=csto_intervention", "citizens=600", "days=8", "quiet=true"]
    for words in (["snapshot_day=3", f"out={tmp_path}/a"], [f"start={tmp_path}/a/snapshot.npz", f"out={tmp_path}/b"]):
        result = CliRunner().invoke(main, [*run, *words])
        assert result.exit_code == 0, result.output
    one, two = (parquet.read_table(tmp_path / folder / "series.parquet") for folder in "ab")
    assert one.equals(two)
    for words, message in (
        (["snapshot_day=9"], "snapshot_day=9: must be between 0 and 8"),
        ([f"start={tmp_path}/none.npz"], "cannot be read"),
    ):
        result = CliRunner().invoke(main, [*run, *words, f"out={tmp_path}/c"])
        assert result.exit_code == 2 and message in result.output and not (tmp_path / "c").exists()
