"""One rule of consent: the coded cases and the stage ask the same actors, for the same share of the pool."""

import pytest

from experiments.history.cases.encode import specification
from experiments.history.cases.facts import first_week
from experiments.history.cases.staging import CONTINGENT

pytestmark = pytest.mark.exact


def test_cases_and_stage_have_one_rule(cases, load):
    """The leader decides, on the contingent of January 2022, whatever kind of crisis; so does the licence of arms."""
    charter = load().organisations["CSTO"]
    assert charter.decision_rule == "leader" and charter.contingent_share == CONTINGENT
    for case in cases:
        week = first_week(case)
        if week is None:
            continue
        for organisation in specification(case, [(week, 1.0)]).organisations.values():
            assert (organisation.decision_rule, organisation.contingent_share) == ("leader", CONTINGENT), case.id
