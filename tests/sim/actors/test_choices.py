"""Choices: quantal responses, random utilities that last a crisis, directives."""

from math import sqrt
from types import SimpleNamespace

import pytest

from sim.actors.choices import chooses, consents
from sim.equations.choice import logistic


def stub(key=1, day=0, **directives):
    """What the choice functions read of a world."""
    rules = {(1, option): rule for option, rule in directives.items()}
    fixed = SimpleNamespace(key=key, directives=rules)
    return SimpleNamespace(fixed=fixed, day=day, choices=set(), crisis_day=[0])


@pytest.mark.statistical
@pytest.mark.parametrize(("utility", "rationality"), [(0.0, 5.0), (0.5, 2.0), (-0.2, 5.5), (-1.0, 2.0)])
def test_consent_is_a_quantal_response(utility, rationality):
    """Frequency over worlds = logistic(lambda U) [McKelveyPalfrey1995]; 4 standard errors, false alarm 6e-5 per case."""
    n, p = 20_000, logistic(rationality * utility)
    yes = sum(consents(stub(key), 7, "request", 1, utility, rationality) for key in range(n))
    assert abs(yes / n - p) < 4 * sqrt(p * (1 - p) / n)


@pytest.mark.exact
def test_a_random_utility_is_kept_for_the_crisis_and_drawn_anew_for_the_next():
    """The same answer on every day of a crisis, however often asked; other crises, options and actors differ."""
    worlds = range(200)

    def answers(actor=7, option="request", crisis=1, day=0):
        return [consents(stub(key, day), actor, option, crisis, 0.0, 5.0) for key in worlds]

    first = answers()
    assert all(answers(day=day) == first for day in range(1, 60))
    assert len({tuple(a) for a in (first, answers(crisis=2), answers(option="concede"), answers(actor=8))}) == 4


@pytest.mark.exact
def test_an_option_is_taken_at_most_once_a_crisis():
    """Also if it is prescribed; the next crisis offers it again."""
    world = stub(concede="always")
    assert [chooses(world, 1, "concede", crisis, 0, -9.0, 5.0) for crisis in (1, 1, 1, 2)] == [True, False, False, True]


@pytest.mark.exact
def test_directives_come_before_utility():
    """never, always and a day counted from the onset; without a directive the utility decides."""
    world = stub(request="never", repress="always", frame=3)
    assert not chooses(world, 1, "request", 1, 0, 99.0, 5.0)
    assert chooses(world, 1, "repress", 1, 0, -99.0, 5.0)
    taken = []
    for world.day in range(6):
        if chooses(world, 1, "frame", 1, 0, 0.0, 5.0):
            taken.append(world.day)
    assert taken == [3]
    assert chooses(world, 1, "concede", 1, 0, 99.0, 5.0)
    assert not chooses(world, 1, "purge", 1, 0, -99.0, 5.0)
