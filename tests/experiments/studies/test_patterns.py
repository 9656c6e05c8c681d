"""The rule of the patterns: what it calls appearing, and the record in numbers as the historians count it."""

from dataclasses import fields, replace

import numpy as np
import pytest

from experiments.history.backtest.simulate_cases import COLUMNS
from experiments.history.cases.cases import load_cases
from experiments.studies.patterns.checks import ABSENT, APPEARS, PARTS, UNDECIDED, Part, decide, judge, pattern_verdict
from experiments.studies.patterns.outcomes import coded_outcomes, facts, replay_outcomes
from experiments.studies.patterns.stage import Sign

CASES = load_cases()[0]
RECORD, FACTS = coded_outcomes(CASES), facts(CASES)


@pytest.mark.exact
@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("asked for security help", 18 / 21 - 8 / 39),
        ("force for the host", 7 / 60),
        ("askers helped by force: against", 6 / 12 - 1 / 14),
        ("CSTO members asking", 10.0),
        ("askers helped by force: others", 6 / 16 - 1 / 10),
        ("arrivals within two days", 5 / 7),
        ("longest minus shortest", 18.0),
        ("fallen within 90 days", 8 / 39),
        ("the same: forces wavering", 7 / 15 - 1 / 24),
        ("the same: polyarchy", 8 / 24),
        ("the same: hybrids", 6 / 9 - 2 / 30),
        ("of those that fell", 7 / 8),
        ("CSTO members asking Russia that", 1 / 8),
        ("median log10 (1 + deaths)", np.log10(4.0)),
    ],
)
def test_the_record_is_counted_as_the_case_file_says(words, number):
    """Counts of the coded crises, by hand."""
    numbers = [p.number(RECORD, FACTS) for p in PARTS if p.text.startswith(words)]
    assert numbers[0] == pytest.approx(number)


@pytest.mark.exact
@pytest.mark.parametrize(
    ("record", "without", "mean", "band", "share", "verdict"),
    [
        (0.4, 0.0, (0.1, 0.2), (-0.1, 0.5), 1.0, APPEARS),
        (-0.4, 0.0, (-0.2, -0.1), (-0.5, 0.1), 1.0, APPEARS),
        (0.4, 0.0, (0.1, 0.2), (0.0, 0.3), 1.0, ABSENT),  # the sign, not the size
        (0.4, 0.0, (-0.2, -0.1), (-0.5, 0.5), 1.0, ABSENT),  # the other sign
        (0.4, 0.0, (-0.1, 0.2), (-0.5, 0.5), 1.0, UNDECIDED),
        (0.4, 0.0, (0.1, 0.2), (-0.1, 0.5), 0.4, ABSENT),  # seldom anything to measure
        (0.4, None, (0.1, 0.2), (-0.1, 0.5), 1.0, APPEARS),
        (np.nan, 0.0, (0.1, 0.2), (-0.1, 0.5), 1.0, UNDECIDED),
    ],
)
def test_the_rule(record, without, mean, band, share, verdict):
    """Interval of the mean beside the number without the pattern, record beside the range of replays."""
    assert decide(record, without, mean, band, share) == verdict


@pytest.mark.exact
def test_a_pattern_is_as_good_as_its_worst_part():
    """One part that does not appear is enough."""
    assert pattern_verdict([APPEARS, UNDECIDED, ABSENT]) == ABSENT
    assert pattern_verdict([APPEARS, UNDECIDED]) == UNDECIDED and pattern_verdict([APPEARS]) == APPEARS


@pytest.mark.exact
def test_a_replay_that_is_the_record_shows_every_pattern():
    """Coded outcomes in the place of replays: no part is called absent, and a world of calm shows none."""
    assert {judge(p, RECORD, FACTS, [RECORD] * 39).verdict for p in PARTS} == {APPEARS}
    calm = dict.fromkeys(COLUMNS, np.nan) | {"requested": 0.0, "helped": 0.0, "peak_protest": 0.0, "deaths": 0.0}
    calm |= {name: 0.0 for name in COLUMNS if name.startswith("alignment:")}
    quiet = replay_outcomes(np.tile([calm[name] for name in COLUMNS], (len(CASES), 1)))
    assert {judge(p, RECORD, FACTS, [quiet] * 39).verdict for p in PARTS} == {ABSENT}


@pytest.mark.exact
def test_a_sign_in_worlds_of_scenarios():
    """Its interval decides; what is the same in every world is decided by its sign."""
    values = np.arange(-5.0, 45.0)
    for differences, verdict in ((values, APPEARS), (-values, ABSENT), (values - values.mean(), UNDECIDED)):
        assert Sign(6, "", differences).verdict()[-1] == verdict
    assert Sign(6, "", np.zeros(9)).verdict()[-1] == ABSENT and Sign(6, "", np.ones(9)).verdict()[-1] == APPEARS


@pytest.mark.statistical
def test_the_rate_of_false_alarms():
    """The record as one more replay is called absent in 2 of 40 draws: 300 draws, at most 28 (chance of more: 0.1 %)."""
    rng = np.random.default_rng(4)
    size = Part(1, "", lambda o, f: float(o.peak[0]), None)
    alarms = 0
    for _ in range(300):
        worlds = [replace(RECORD, peak=rng.normal(size=1), **_zeros()) for _ in range(40)]
        alarms += judge(size, worlds[0], FACTS, worlds[1:]).verdict == ABSENT
    assert 3 <= alarms <= 28


def _zeros() -> dict[str, np.ndarray]:
    """One crisis, coded throughout."""
    return {f.name: np.zeros(1) for f in fields(RECORD) if f.name not in ("peak", "shift")} | {
        "shift": np.zeros((1, 4))
    }
