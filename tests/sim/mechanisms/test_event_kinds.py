"""The course of an event: a rise in a line, then half-lives."""

import pytest

from sim.mechanisms.dated_event import Event


@pytest.mark.exact
def test_an_event_rises_in_a_line_and_fades_by_half_lives():
    """Nothing before its start, full size after `ramp` days, half of it a half-life later."""
    event = Event("grievance", "price", 0, start=5, size=0.4, ramp=4, half_life=10.0)
    assert [event.intensity(day) for day in range(4, 9)] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4], abs=1e-12)
    assert event.intensity(18) == pytest.approx(0.2, abs=1e-12)
    assert event.intensity(28) == pytest.approx(0.1, abs=1e-12)
