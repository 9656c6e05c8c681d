"""Every shipped scenario, a directive, six policies and a resumed snapshot give the recorded bits."""

import pytest

from tests.digests import cases, differences, processor, recorded, run

RECORDED = recorded()


@pytest.mark.exact
def test_every_run_is_recorded():
    """A new scenario is recorded too: python -m tests.digests record."""
    assert cases().keys() == RECORDED["runs"].keys()


@pytest.mark.exact
@pytest.mark.parametrize("name", cases())
def test_a_run_gives_the_recorded_bits(name):
    """Bit for bit on the kind of processor that recorded them, to 1e-9 elsewhere."""
    exact = processor() == RECORDED["processor"]
    assert not differences(RECORDED["runs"][name], run(name, cases()[name]), exact)


@pytest.mark.exact
def test_another_seed_is_a_difference():
    """The comparison sees it if series move."""
    old = RECORDED["runs"]["kazakhstan_2022 default"]
    new = run("", ("scenario=kazakhstan_2022", "parameters=default", "seed=1"))
    assert "series" in differences(old, new, exact=True)
    assert differences(old, new, exact=False)
