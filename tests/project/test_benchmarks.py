"""The ports of the daily passes have the bits of the kernels: the benchmark compares one rule."""

import importlib.util
import shutil

import numpy as np
import pytest

from benchmarks import speed
from benchmarks.clock import Contestant
from benchmarks.crowd import FULL_CIRCLE, Case, default_case
from benchmarks.ports import ArrayCrowd, kernel_crowd
from benchmarks.ports import c_port as c_port
from benchmarks.ports import mesa_port as mesa_port
from benchmarks.ports import numpy_port as numpy_port
from sim.kernels.neighbours import CERTAIN

pytestmark = pytest.mark.exact

DAYS = 20  # longer than a detention: every state and every way out of it is seen
SMALL, LARGE = 2_000, 150_001  # the larger one is more than one share of the threads, and no multiple of a block
DIGESTS = {  # of the kernels; the same on every machine
    (SMALL,): "0bc5f7eff47f",
    (SMALL, FULL_CIRCLE): "71f837bc6e59",
    (LARGE,): "0a2374c22a98",
    (LARGE, FULL_CIRCLE): "96e08b5a2a80",
}

needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="the C port needs gcc")
needs_frames = pytest.mark.skipif(
    importlib.util.find_spec("mesa_frames") is None or importlib.util.find_spec("polars") is None,
    reason="mesa-frames is not installed",
)


@pytest.fixture(scope="module", params=DIGESTS, ids=str)
def case(request) -> tuple[Case, str]:
    """A crowd in the midst of a protest, and its digest after DAYS days."""
    return default_case(*request.param), DIGESTS[request.param]


@pytest.fixture(scope="module", params=((SMALL,), (SMALL, FULL_CIRCLE)), ids=str)
def small(request) -> tuple[Case, str]:
    """A crowd that agents one by one can handle."""
    return default_case(*request.param), DIGESTS[request.param]


def hashed(case: Case) -> Case:
    """The same crowd with long links and innate deviations that are not stored."""
    none = {"links": np.empty((len(case.links), 0), dtype=np.uint32)}
    return Case(case.protest | none, case.alignment | none | {"deviations": np.empty(0, dtype=np.uint32)}, case.start)


def after(town) -> str:
    """Digest of a crowd after DAYS days from calm."""
    for _ in range(DAYS):
        town.step()
    return town.outcome().digest()


@pytest.mark.parametrize("threads", (1, 2))
def test_kernels_have_the_committed_digest(case, threads):
    """On one thread and on two, whatever the machine, with long links and innate deviations stored or hashed."""
    crowd, expected = case
    town = kernel_crowd(crowd, threads)
    assert after(town) == after(kernel_crowd(hashed(crowd), threads)) == expected
    outcome = town.outcome()
    assert (outcome.states == 1).any() and (outcome.states > 1).any() and outcome.counts.any(axis=0).all()
    assert np.unique(outcome.alignments).size > 500


def test_the_numpy_port_equals_the_kernels(case):
    """Bit for bit, with long links and innate deviations stored or hashed."""
    crowd, expected = case
    for given in (crowd, hashed(crowd)):
        assert after(ArrayCrowd(given, numpy_port.citizens_day, numpy_port.opinions_day)) == expected


@needs_gcc
@pytest.mark.parametrize("threads", (1, 2, 3))
def test_the_c_port_equals_the_kernels(case, threads):
    """Bit for bit, on any number of threads, with long links and innate deviations stored or hashed."""
    crowd, expected = case
    for given in (crowd, hashed(crowd)):
        assert after(c_port.Crowd(given, threads)) == expected


@needs_gcc
@pytest.mark.parametrize(
    "changed",
    [
        {"alignment": {"bound": 700}},
        {"alignment": {"scale": (0, 1), "peers": 3000}},
        {"alignment": {"rate": 32767, "innate": 8191}},
        {"protest": {"redecide": 0}},
        {"protest": {"redecide": CERTAIN, "arrest": 1 << 16, "arrest_risk": 1 << 16}},
        {"protest": {"detention_days": 200}},
    ],
)
def test_ports_in_c_and_numpy_follow_the_kernels_through_the_branches_of_the_rule(small, changed):
    """Away from the defaults, bit for bit."""
    crowd, _ = small
    case = Case(crowd.protest | changed.get("protest", {}), crowd.alignment | changed.get("alignment", {}), crowd.start)
    expected = after(kernel_crowd(case, 1))
    assert after(c_port.Crowd(case)) == expected
    assert after(ArrayCrowd(case, numpy_port.citizens_day, numpy_port.opinions_day)) == expected


@pytest.mark.parametrize("model", (mesa_port.Crowd, mesa_port.CellCrowd))
def test_the_mesa_ports_equal_the_kernels(small, model):
    """Every citizen on the last day, and the collected counts of every day."""
    crowd, expected = small
    town, kernel = model(crowd), kernel_crowd(crowd, 1)
    counts = []
    for _ in range(DAYS):
        kernel.step()
        counts.append(kernel.counts.sum(axis=0).tolist())
    assert after(town) == expected
    assert town.datacollector.get_model_vars_dataframe().to_numpy().tolist() == counts
    town.close()


@needs_frames
def test_the_frames_port_equals_the_kernels(small):
    """Bit for bit."""
    from benchmarks.ports import frames_port as frames_port

    crowd, expected = small
    assert after(frames_port.Crowd(crowd)) == expected


def test_the_parts_of_a_run_exist():
    """Every function that the benchmark of a run times is where its table says."""
    parts = speed.PARTS.values()
    absent = [
        f"{owner.__name__}.{name}"
        for part in parts
        for owner in part
        for name in part[owner]
        if not hasattr(owner, name)
    ]
    assert absent == []


def test_figures_come_from_clean_repetitions():
    """Wall time where at least three repetitions had their processors; else processor time per thread, marked."""
    busy = [(9.0, 4.0, False)] * 6
    assert Contestant("", int, 2, [*busy, (2.1, 4.2, True), (2.0, 4.1, True), (2.2, 4.1, True)]).seconds == 2.1
    few = Contestant("", int, 2, [*busy, (2.1, 4.0, True)])
    assert (few.seconds, few.mark) == (2.0, "~")
