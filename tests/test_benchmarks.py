"""The twins of the daily pass have its bits: what is timed side by side is one rule."""

import importlib.util
import shutil

import pytest

from benchmarks.clock import Contestant
from benchmarks.kernel import crowd
from benchmarks.twins import ArrayCrowd, c_twin, digest, mesa_twin, numpy_twin
from sim.kernels.citizens import citizens_day, citizens_day_threaded

pytestmark = pytest.mark.exact

DAYS = 20  # longer than a detention: every state and every way out of it is seen
SMALL, LARGE = 2_000, 150_001  # the larger one is more than one share of the threads, and no multiple of a block
DIGESTS = {SMALL: "4ded7fa44d9a", LARGE: "2c72895892e1"}  # of the kernel; the same on every machine

needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="the C twin needs gcc")
needs_frames = pytest.mark.skipif(
    importlib.util.find_spec("mesa_frames") is None or importlib.util.find_spec("polars") is None,
    reason="mesa-frames is not installed",
)


@pytest.fixture(scope="module", params=(SMALL, LARGE))
def case(request) -> dict:
    """A crowd in the midst of a protest."""
    return crowd(request.param)


@pytest.fixture(scope="module")
def small() -> dict:
    """A crowd that agents one by one can handle."""
    return crowd(SMALL)


def after(town) -> str:
    """Digest of a crowd after DAYS days from calm."""
    for _ in range(DAYS):
        town.step()
    return digest(town)


def test_kernel_has_the_committed_digest(case):
    """On one thread and on all, whatever the machine."""
    for function in (citizens_day, citizens_day_threaded):
        town = ArrayCrowd(case, function)
        assert after(town) == DIGESTS[int(case["bounds"][-1])]
    states, counts = town.outcome()
    assert (states == 1).any() and (states > 1).any() and counts.any(axis=0).all()


def test_numpy_twin_equals_the_kernel(case):
    """Bit for bit."""
    assert after(ArrayCrowd(case, numpy_twin.citizens_day)) == DIGESTS[int(case["bounds"][-1])]


@needs_gcc
@pytest.mark.parametrize("threads", (1, 2, 3))
def test_c_twin_equals_the_kernel(case, threads):
    """Bit for bit, on any number of threads."""
    assert after(c_twin.Crowd(case, threads)) == DIGESTS[int(case["bounds"][-1])]


@pytest.mark.parametrize("model", (mesa_twin.Crowd, mesa_twin.CellCrowd))
def test_mesa_twins_equal_the_kernel(small, model):
    """Every citizen on the last day, and the collected counts of every day."""
    town, kernel = model(small), ArrayCrowd(small, citizens_day)
    expected = []
    for _ in range(DAYS):
        kernel.step()
        expected.append(kernel.counts.sum(axis=0).tolist())
    assert after(town) == DIGESTS[SMALL]
    assert town.datacollector.get_model_vars_dataframe().to_numpy().tolist() == expected
    town.close()


@needs_frames
def test_frames_twin_equals_the_kernel(small):
    """Bit for bit."""
    from benchmarks.twins import frames_twin

    assert after(frames_twin.Crowd(small)) == DIGESTS[SMALL]


def test_figures_come_from_clean_repetitions():
    """Wall time where at least three repetitions had their processors; else processor time per thread, marked."""
    busy = [(9.0, 4.0, False)] * 6
    assert Contestant("", int, 2, [*busy, (2.1, 4.2, True), (2.0, 4.1, True), (2.2, 4.1, True)]).seconds == 2.1
    few = Contestant("", int, 2, [*busy, (2.1, 4.0, True)])
    assert (few.seconds, few.mark) == (2.0, "~")
