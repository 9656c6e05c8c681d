"""The equations: values by hand, ranges and signs, and the same numbers compiled and plain."""

import ast
import inspect
from dataclasses import replace
from importlib import import_module
from math import exp, inf, isclose, log
from pathlib import Path
from types import FunctionType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.core.compiled import njit
from sim.equations import (
    choice,
    clashes,
    coded_facts,
    contention,
    contest,
    elites,
    events,
    forces,
    government,
    legitimacy,
    patrons,
    strain,
)
from sim.mechanisms import Mechanisms

ROOT = Path(__file__).resolve().parents[2]
MODULES = (
    choice,
    clashes,
    coded_facts,
    contention,
    contest,
    elites,
    events,
    forces,
    government,
    legitimacy,
    patrons,
    strain,
)
EQUATIONS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, FunctionType) and value.__module__ == module.__name__
}
# processes that the mean-field model leaves out
NOT_MEAN_FIELD = {
    "choice.logistic",
    "elites.cutoff_hazard",
    "elites.preference_to_leave",
    "patrons.with_leader",
    "patrons.initiative_utility",
}

share = st.floats(0.0, 1.0)
amount = st.floats(0.0, 10.0)
some_force = st.one_of(st.just(0.0), st.floats(1e-9, 10.0))  # none, or a person in a billion and more
ROUNDING = 1e-12
number = st.floats(-10.0, 10.0)


@pytest.mark.exact
def test_published_and_derived_values():
    """Rows 13, 27, 29 and 30 of the verification table, and values by hand from docs/ODD.md."""
    assert forces.arrest_risk(1.0, 1.0, 2.3, 0.6, forces.SMOOTH) == pytest.approx(0.89974, abs=1e-5)
    assert forces.arrest_risk(1.0, 1.0, 2.3, 0.6, forces.SMOOTH) == 1.0 - exp(-2.3)
    assert forces.arrest_risk(1.0, 2.0, 2.0, 0.6, forces.HILL) == 0.5  # x = 1
    assert forces.arrest_risk(4.0, 2.0, 2.0, 0.5, forces.HILL) == pytest.approx(2.0 / 3.0)
    assert [forces.arrest_risk(1.5, 1.0, 2.3, 0.6, r) for r in (forces.FLOOR, forces.NEAREST)] == [
        1.0 - exp(-2.3),
        1.0 - exp(-4.6),
    ]
    assert contest.success(6.0, 3.0, 0.0, 1.0, 2.0) == pytest.approx(0.8, abs=1e-15)
    assert contest.success(6.0, 4.0, 1.0, 0.5, 2.0) == contest.success(6.0, 3.0, 0.0, 1.0, 2.0)
    for rents, cutoff in ((0.25, 0.8), (1.0, 0.5), (3.0, 0.25)):
        below, above = (elites.defection_hazard(cutoff + d, rents, 0.0, 1e6, 0.5, 0.15) for d in (-1e-4, 1e-4))
        assert (below, above) == pytest.approx((0.15, 0.0), abs=1e-9)
        in_calm = 1.0 / (1.0 + exp(9.0 * rents))
        assert elites.defection_hazard(cutoff, rents, 0.0, 9.0, 0.5, 0.15) == pytest.approx(0.15 * (0.5 - in_calm))
        assert elites.defection_hazard(1.0, rents, 0.0, 9.0, 0.5, 0.15) == 0.0
    assert choice.logistic(0.0) == 0.5 and choice.logistic(log(4.0)) == pytest.approx(0.8)
    assert choice.chance(0.1, inf) == 1.0 and choice.chance(0.0, inf) == choice.chance(-0.1, inf) == 0.0


@pytest.mark.exact
def test_values_at_the_defaults():
    """Each equation of docs/ODD.md, section 7, at the default parameters, computed by hand."""
    m = Mechanisms()
    r, a = m.response, m.assistance
    price = government.asking_price(0.0, 0.4, 0.2, r.autonomy_price, r.alignment_cost, r.asking_cost)
    assert price == pytest.approx(0.225 * 0.4 + 0.125 * 0.8 + 0.1)
    assert choice.chance(-price, r.rationality) == pytest.approx(1.0 / (1.0 + exp(5.5 * 0.29)))  # row 43: no pool
    assert government.request_utility(0.5, 0.3, price, 0.0, r.stake) == pytest.approx(4.0 * 0.5 * 0.3 - 0.29)
    assert government.act_utility(government.framing_gain(0.6, 0.3), 0.1, 4.0) == pytest.approx(4.0 * 0.4 * 0.3 - 0.1)
    assert government.repression_cost(1.0, r.force_cost, r.framing_licence) == pytest.approx(0.3 * 0.7)
    assert government.protest_after_concession(0.01, r.concession_relief) == pytest.approx(0.006)
    assert government.force_with_violence(0.006, m.policing.deterrence) == pytest.approx(0.0072)
    assert government.force_surcharge(0.25, 1.0, 0.8, 0.3) == pytest.approx(0.8 * 0.75 - 0.3)
    assert government.expected_consent(0.9, 0.0) == pytest.approx(0.5)
    assert government.expected_consent(0.9, 1.0) == 0.9
    assert government.adversary_utility(True, 0.9, 1.0, 0.7, 1.0, 1.0, 1.0) == 0.7
    assert government.adversary_utility(False, 0.65, 0.5, 0.7, 0.4, 0.2, 0.5) == pytest.approx(-0.6 * 0.75)
    stake = patrons.stake(0.4, 0.6, 0.1, a.alignment_stake)
    assert stake == pytest.approx(2.5 * 0.4 * 0.25)
    home = patrons.event_utility(1.0, 0.5, 1.0, False, False, 0.0, 0.0, 0.85, 0.6, 0.2, 0.3, 1.05, 0.9)
    assert home == pytest.approx(0.85 - (0.3 + 0.2))
    armed = patrons.event_utility(1.0, 0.5, 1.0, False, False, 0.5, 0.0, 0.85, 0.6, 0.2, 0.3, 1.05, 0.9)
    assert armed == pytest.approx(0.85 - (0.3 + 0.2 * 0.55))
    state = patrons.event_utility(1.0, 0.5, 0.5, True, True, 0.0, 0.4, 0.85, 0.6, 0.2, 0.3, 1.05, 0.9)
    assert state == pytest.approx(0.85 - 0.5 * (0.3 + 0.3) - 1.05 * 0.4)
    insurgents = patrons.event_utility(0.0, 1.0, 1.0, True, False, 0.0, 0.0, 0.85, 0.6, 0.2, 0.3, 1.05, 0.9)
    assert insurgents == pytest.approx(-0.6)
    assert patrons.consent_utility(home, stake, 0.5, a.distraction_cost) == pytest.approx(0.35 + 0.25 - 0.525)
    assert patrons.with_leader(0.1, 0.5, -0.4) == pytest.approx(-0.1)
    assert patrons.engagement(0.2, 0.5) == 0.5 and patrons.engagement(0.7, 0.5) == 0.7
    assert patrons.initiative_utility(0.25, 0.1, 0.5, 0.85, 0.6, 1.05) == pytest.approx(0.85 + 0.25 - 0.06 - 0.525)


@pytest.mark.exact
def test_values_of_a_day():
    """Deaths, legitimacy, forces, rents, erosion and the course of an event, by hand."""
    assert clashes.control_deaths(10_000.0, 0.3, 0.012, 0.3, 5.0) == pytest.approx(0.012 * 2.5)
    assert clashes.control_deaths(160_000.0, 0.0, 0.012, 0.5, 5.0) == pytest.approx(0.048)
    assert (
        clashes.control_deaths(0.0, 1.0, 0.012, 0.0, 5.0) == clashes.control_deaths(1e4, 1.0, 0.012, 0.3, -1.0) == 0.0
    )
    assert clashes.fighting_deaths(1.0, 0.0, 0.3, 2.7, 3.0) == pytest.approx(0.3 * (10.0**2.7 - 1.0))
    assert clashes.fighting_deaths(1.0, 3.0, 0.3, 2.0, 3.0) == pytest.approx(0.3 * 9.0)
    assert clashes.fighting_deaths(2.0, 0.0, 0.3, 2.0, 3.0) == clashes.fighting_deaths(1.0, 0.0, 0.3, 2.0, 3.0)
    assert clashes.fighting_deaths(0.0, 0.0, 0.3, 2.7, 3.0) == 0.0
    assert clashes.crisis_factor(exp(-0.5), 0.5, 0.8) == pytest.approx(10.0**-0.8)
    assert clashes.crisis_factor(0.3, 0.2, 0.0) == 1.0
    assert contention.grievance_left(0.9, 10.0, 0.035) == pytest.approx(0.9 * exp(-0.35))
    assert contest.attacking_force(0.5, 0.8, 0.006, 0.35) == pytest.approx(0.14 * 0.006)
    assert contest.armed_force(0.4, 0.006, 0.5) == pytest.approx(0.2 * 0.006)
    assert legitimacy.after_concession(0.5, 0.7, 0.08) == pytest.approx(0.58)
    assert legitimacy.after_concession(0.65, 0.7, 0.08) == 0.7
    assert legitimacy.after_concession(0.75, 0.7, 0.08) == 0.75
    assert legitimacy.after_concession(0.05, 0.7, -0.1) == 0.0
    assert legitimacy.recovery(0.5, 0.7, 0.1, 0.035) == pytest.approx(0.0035)
    assert legitimacy.backlash(190.0, 19e6, 1.0, 0.025, 0.3) == pytest.approx(0.025 * 1.3)
    assert legitimacy.resentment(-0.2, 0.003) == pytest.approx(0.0018)
    assert legitimacy.rally(0.5, 30, 0.02, 0.004, 30.0) == pytest.approx(0.5 * (0.01 - 0.002))
    force = forces.loyal_force(0.006, 0.9, 1.0, 0.8, 0.5, 0.3, 0.5, 0.2)
    assert force == pytest.approx(0.006 * 0.9 * 0.8 * 0.75 * 1.06)
    assert forces.loyal_force(0.006, 0.9, 0.0, 0.8, 0.5, 0.3, 0.5, 0.2) == 0.0
    assert forces.steadiness(0.5, 1.0, 0.4, 0.3) == pytest.approx(0.8 * exp(-0.3))
    assert forces.steadiness(1.0, 0.0, 2.0, 0.3) == forces.LEAST_STEADINESS == 0.05
    assert forces.foreign_force(2_000.0, 12.5e6, 8.5) == pytest.approx(0.00136)
    assert elites.rent_ratio(2.0, 1.0, 0.5, 0.7, 0.25, 0.4) == pytest.approx(2.5 * exp(-0.5))
    assert (
        elites.cutoff_hazard(0.5, 1.0, 9.0, 0.2) == pytest.approx(0.1)
        and elites.cutoff_hazard(0.95, 1.0, 9.0, 0.2) == 0.0
    )
    assert elites.return_hazard(0.5, 1.0, 0.0, 9.0, 0.5, 0.175, 0.3) == pytest.approx(0.175 * 0.3 * 0.5)
    assert elites.return_hazard(0.5, 1.0, 0.4, 9.0, 0.0, 0.175, 0.3) == pytest.approx(0.175 * 0.3 * 0.5)
    assert strain.load(0.35, 0.35, 1.0, 0.0, 2.0, 0.3) == pytest.approx(3.0)
    assert strain.load(-0.2, 0.35, 0.0, 0.0, 2.0, 0.3) == 0.0 == strain.hazard(0.0, 1.0) == strain.decay(1e-3, 365.0)
    assert strain.weakness(0.0, 4) == pytest.approx(1.0)
    assert strain.weakness(2.0, 4) == pytest.approx(2.0 / (1.0 + exp(0.75)))
    assert strain.hazard(1.5, 0.2) == pytest.approx(0.3 / 365.0)
    assert strain.outlook(0.001) == pytest.approx(exp(-0.03)) and strain.outlook(0.0) == 1.0
    assert strain.decay(2.0, 1.0) == pytest.approx(1.0)
    assert [events.intensity(0.3, day, 2, 3, 4.0) for day in (1, 2, 4, 8)] == pytest.approx([0.0, 0.1, 0.3, 0.15])
    assert events.intensity(0.3, 36, 2, 3, 4.0) > 0.0 == events.intensity(0.3, 38, 2, 3, 4.0)


@pytest.mark.exact
def test_values_of_coded_facts():
    """Section 7.18 of docs/ODD.md by hand."""
    assert coded_facts.openness(0.65) == pytest.approx(1.0) and coded_facts.openness(0.45) == 0.0
    assert (coded_facts.openness(0.0), coded_facts.openness(1.0)) == (-1.5, 1.5)
    assert coded_facts.resting_legitimacy(0.7, 1.0, 0.05) == pytest.approx(0.75)
    assert coded_facts.resting_legitimacy(0.95, 1.5, 0.2) == 1.0
    assert coded_facts.full_force(0.006, 1.0, 0.3) == pytest.approx(0.006 * exp(0.3))
    assert coded_facts.grievance_scale(1.0, 0.35, 0.15) == pytest.approx(0.35 * exp(0.15))
    facts, parameters = (1.0, 0.5, 0.4, 1.0, 0.5), (0.75, 0.35, 0.25, 0.25, 0.75, 0.8)
    expected = 0.75 + 0.35 + 0.125 + 0.1 - 0.75
    assert coded_facts.coded_rent_ratio(*facts, False, *parameters) == pytest.approx(exp(expected))
    assert coded_facts.coded_rent_ratio(*facts, True, *parameters) == pytest.approx(exp(expected - 0.4))


@pytest.mark.property
@given(x=st.floats(-800.0, 800.0), y=st.floats(-800.0, 800.0))
def test_the_logistic_function_rises_from_zero_to_one(x, y):
    """In [0, 1], without overflow, monotone, and point-symmetric."""
    assert 0.0 <= choice.logistic(x) <= 1.0
    assert choice.logistic(min(x, y)) <= choice.logistic(max(x, y))
    assert isclose(choice.logistic(x) + choice.logistic(-x), 1.0, abs_tol=1e-15)


@pytest.mark.property
@given(u=number, more=number, rationality=st.floats(0.1, 20.0), noise=number)
def test_a_choice_rises_with_its_utility(u, more, rationality, noise):
    """The chance is monotone in utility, and so is the decision under one random utility; the threshold rule is the limit."""
    low, high = sorted((u, more))
    assert choice.chance(low, rationality) <= choice.chance(high, rationality)
    assert choice.takes(low, rationality, noise) <= choice.takes(high, rationality, noise)
    assert choice.takes(u, inf, noise) == (choice.chance(u, inf) == 1.0) == (u > 0.0)


@pytest.mark.property
@given(
    force=some_force, more=amount, active=share, opposing=share, mu=st.floats(0.2, 0.9), m=st.floats(1.0, 3.0),
    k=st.floats(0.5, 5.0), rule=st.sampled_from((forces.HILL, forces.SMOOTH, forces.FLOOR, forces.NEAREST)), g=st.floats(0.1, 2.0),
)  # fmt: skip
def test_force_helps_and_protest_harms(force, more, active, opposing, mu, m, k, rule, g):
    """Survival and arrest risk are chances that rise with force; survival falls with protest and opponents."""
    survival = contest.success(force, active, opposing, mu, m)
    stronger = force + more if force + more >= 1e-9 else force
    assert 0.0 <= survival <= contest.success(stronger, active, opposing, mu, m) + ROUNDING <= 1.0 + ROUNDING
    assert contest.success(force, active + more, opposing, mu, m) <= survival + ROUNDING
    assert contest.success(force, active, opposing + more, mu, m) <= survival + ROUNDING
    if active > 1e-6:
        risk = forces.arrest_risk(force, active, k, g, rule)
        assert 0.0 <= risk <= forces.arrest_risk(force + more, active, k, g, rule) + ROUNDING <= 1.0 + ROUNDING
        for smooth in (forces.HILL, forces.SMOOTH):
            before = forces.arrest_risk(force, active, k, g, smooth)
            assert forces.arrest_risk(force, active + more, k, g, smooth) <= before + ROUNDING
    assert forces.arrest_risk(force, 0.0, k, g, rule) == 1.0


@pytest.mark.property
@given(
    survival=share, safer=share, rents=st.floats(0.0, 5.0), gone=share, sharpness=st.floats(3.0, 15.0),
    b=st.floats(-1.0, 2.0), rate=st.floats(0.05, 0.6), total=number, wear=amount,
)  # fmt: skip
def test_hazards_are_chances_and_fall_with_safety(survival, safer, rents, gone, sharpness, b, rate, total, wear):
    """Defection falls with survival, return rises with it; both hazards are zero in calm; strain fades, and weakness falls with rents."""
    low, high = sorted((survival, safer))
    after = (rents, gone, sharpness, b, rate)
    assert (
        0.0
        <= elites.defection_hazard(high, *after)
        <= elites.defection_hazard(low, *after) + ROUNDING
        <= rate + ROUNDING
    )
    assert elites.defection_hazard(1.0, rents, 0.0, sharpness, b, rate) == 0.0
    assert 0.0 <= elites.return_hazard(low, *after, 0.3) <= elites.return_hazard(high, *after, 0.3) + ROUNDING
    assert elites.return_hazard(high, *after, 0.3) <= 0.3 * rate
    others = elites.defection_hazard(low, rents, 0.0, sharpness, b, rate)
    assert (elites.defection_hazard(low, *after) - others) * b >= -ROUNDING
    assert strain.weakness(total + 1.0, 4) <= strain.weakness(total, 4)
    assert 0.0 <= strain.decay(wear, 30.0) <= wear and 0.0 <= strain.outlook(strain.hazard(wear, 0.2)) <= 1.0


@pytest.mark.property
@given(
    protesters=st.floats(0.0, 1e7), more=st.floats(0.0, 1e6), violence=share, armed=st.floats(0.0, 2.0), days=st.floats(0.0, 400.0),
    disloyal=share, sites_lost=share, attack=st.floats(0.0, 2.0),
)  # fmt: skip
def test_deaths_and_forces_keep_their_bounds(protesters, more, violence, armed, days, disloyal, sites_lost, attack):
    """Deaths rise with the crowd and with arms, and fall with the days of arms; forces lie between none and the full one."""
    deaths = clashes.control_deaths(protesters, violence, 0.012, 0.3, 5.0)
    assert 0.0 <= deaths <= clashes.control_deaths(protesters + more, violence, 0.012, 0.3, 5.0)
    fought = clashes.fighting_deaths(armed, days, 0.3, 2.7, 3.0)
    assert 0.0 <= clashes.fighting_deaths(armed, days + 1.0, 0.3, 2.7, 3.0) <= fought
    assert fought <= clashes.fighting_deaths(armed + 0.1, days, 0.3, 2.7, 3.0) + ROUNDING
    steady = forces.steadiness(disloyal, sites_lost, 0.4, 0.3)
    assert 0.0 < steady <= 1.0
    assert 0.0 <= forces.loyal_force(0.006, 1.0, 1.0, steady, attack, 0.0, 0.5, 0.2) <= 0.006


@pytest.mark.property
@given(size=st.floats(0.0, 5.0), start=st.integers(0, 30), ramp=st.integers(1, 10), half_life=st.floats(0.5, 200.0))
def test_an_event_rises_to_its_size_and_falls(size, start, ramp, half_life):
    """Zero before, the full size at the end of the ramp, never above it, and spent in the end."""
    course = [events.intensity(size, day, start, ramp, half_life) for day in range(start + ramp + 40)]
    peak = start + ramp - 1
    assert course[:start] == [0.0] * start and course[peak] == pytest.approx(size) and max(course) <= size * (1 + 1e-12)
    assert sorted(course[start : peak + 1]) == course[start : peak + 1]
    assert sorted(course[peak:], reverse=True) == course[peak:]
    assert events.intensity(size, start + ramp + 10_000, start, ramp, half_life) == 0.0


@pytest.mark.exact
@pytest.mark.parametrize("name", EQUATIONS)
def test_an_equation_is_the_same_compiled(name):
    """200 random arguments: compiled and plain agree within rounding; the plain function stays a plain function."""
    function, rng = EQUATIONS[name], np.random.default_rng(1)
    compiled = njit(cache=False)(function)
    kinds = [p.annotation for p in inspect.signature(function).parameters.values()]
    draw = {
        float: lambda: float(rng.uniform(0.05, 1.5)),
        int: lambda: int(rng.integers(0, 3)),
        bool: lambda: bool(rng.integers(2)),
    }
    assert type(function) is FunctionType and set(kinds) <= set(draw)
    for _ in range(200):
        values = [draw[kind]() for kind in kinds]
        if name == "events.intensity":
            values[3] = max(1, values[3])
        if name == "clashes.crisis_factor":
            values[0] /= 2.0  # draws lie below 1
        assert compiled(*values) == pytest.approx(function(*values), rel=1e-14, abs=1e-300), values


@pytest.mark.exact
@pytest.mark.parametrize("name", EQUATIONS)
def test_an_equation_says_units_range_and_place(name):
    """Every docstring has parameters and a result in numpydoc style, and its module names the section of docs/ODD.md."""
    function = EQUATIONS[name]
    text, module = inspect.getdoc(function), import_module(function.__module__)
    assert "Parameters\n----------" in text and "Returns\n-------" in text
    listed = text.partition("Parameters\n")[2].partition("Returns\n")[0]
    assert [p for p in inspect.signature(function).parameters if p not in listed.replace(",", " ").split()] == []
    assert "docs/ODD.md" in module.__doc__ or "docs/ODD.md" in text or "equation" in module.__doc__


def equations_used(folders: tuple[str, ...]) -> set[str]:
    """Equations that the modules of these folders name."""
    used = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        aliases = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim.equations"):
                stem = node.module.rpartition(".")[2]
                for alias in node.names:
                    if stem == "equations":
                        aliases[alias.asname or alias.name] = alias.name
                    else:
                        used.add(f"{stem}.{alias.name}")
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
                used.add(f"{aliases[node.value.id]}.{node.attr}")
    return used & set(EQUATIONS)


@pytest.mark.exact
def test_mechanisms_and_mean_field_model_share_the_equations():
    """Each equation has a caller among the mechanisms and one in the mean-field model, but for the named exceptions."""
    mechanisms = equations_used(("sim/mechanisms", "sim/actors", "sim/stage", "experiments/history/cases"))
    helpers = {"choice.logistic", "elites.preference_to_leave"}  # called by other equations
    assert set(EQUATIONS) - mechanisms - helpers == set()
    mean_field = equations_used(("experiments/history/mean_field", "experiments/history/cases"))
    assert set(EQUATIONS) - mean_field == NOT_MEAN_FIELD


@pytest.mark.property
@settings(max_examples=30)
@given(
    level=share, resting_level=share, deaths=st.integers(0, 500), framing=st.sampled_from((0.0, 1.0)), attack=share,
    days=st.integers(0, 300), soldiers=st.sampled_from((0, 2000)),
)  # fmt: skip
def test_a_step_of_legitimacy(calm_model, level, resting_level, deaths, framing, attack, days, soldiers):
    """The mechanism's step for all states is the sum of the four terms, bit for bit."""
    world, rule = calm_model.world.copy(), calm_model.world.mechanisms.legitimacy
    h, sender = world.fixed.host, world.fixed.charters[0]
    world.fixed = replace(world.fixed, legitimacy0=world.fixed.legitimacy0.copy())
    world.legitimacy[h], world.fixed.legitimacy0[h], world.framing[h] = level, resting_level, framing
    world.deaths_today[h], world.attack[h], world.events_active = deaths, attack, attack > 0.0
    world.day, world.crisis_day[h], world.forces_abroad = days, 0, soldiers > 0
    world.soldiers[sender.row, 0, h] = soldiers
    expected = legitimacy.recovery(level, resting_level, 0.0, rule.recovery)
    if deaths:
        people = world.fixed.population.item(h)
        expected -= legitimacy.backlash(deaths, people, framing, rule.backlash, rule.framing_discount)
    if soldiers:
        expected -= legitimacy.resentment(world.public_alignment.item(h, sender.leader), rule.foreign_troops)
    if attack > 0.0:
        expected += legitimacy.rally(attack, days, rule.rally, rule.weariness, rule.rally_half_life)
    rule.step(world)
    assert world.legitimacy.item(h) == min(max(level + expected, 0.0), 1.0)


@pytest.fixture(scope="module")
def calm_model(quiet):
    """A model without events, on its first day."""
    return sim.InfluenceModel(quiet)
