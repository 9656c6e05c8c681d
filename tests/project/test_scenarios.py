"""Shipped scenarios: no invalid state, what they claim exists, and what they take over from coded crises is what the code makes of them."""

import numpy as np
import pytest

import sim
from experiments.describe.bibliography import bibliography
from experiments.history.backtest.reproduction import (
    HISTORIES,
    History,
    base_rates,
    by_chance,
    coded_history,
    reproductions,
    shares,
)
from experiments.history.backtest.simulate_cases import COLUMNS
from experiments.history.cases.case_transfer import scenario_of
from experiments.history.cases.cases import load_cases
from experiments.studies.scenarios import invalid
from sim.core.axes import CHANNELS
from sim.core.faults import ConfigError
from sim.metrics import metric_keys
from sim.spec.config_files import names_in
from sim.stage.build import Stage

pytestmark = pytest.mark.exact

NAMES = names_in("scenario")
CASES = {case.id: case for case in load_cases()[0]}
DATED = (
    "belarus_2020", "kyrgyzstan_2005", "kyrgyzstan_2010", "kyrgyzstan_2020", "ukraine_2013", "armenia_2018",
    "armenia_2022", "karabakh_2020", "jet_crisis_2015",
)  # fmt: skip
WHAT_IFS = (
    "early_intervention", "late_intervention", "distracted_russia", "ots_rapid_force", "regime_falls", "host_asks_turkey",
    "reform_first", "zangezur_corridor", "zangezur_corridor_deals", "after_success", "repeated_rescue",
)  # fmt: skip


@pytest.mark.statistical
@pytest.mark.parametrize("name", NAMES)
def test_three_worlds_of_every_scenario_stay_valid(name, load):
    """Drawn indicators and parameters, seeds 1 to 3; `python -m experiments.studies.scenarios` does it for 200. No false alarm: a bound holds always."""
    spec = load(f"scenario={name}", "citizens=300", "indicators=drawn", "parameters=posterior")
    spec = spec.model_copy(update={"days": min(spec.days, 500)})
    stage = Stage(spec)
    for seed in (1, 2, 3):
        assert invalid(sim.simulate(stage, seed=seed, replication=seed)) == []


def test_invalid_states_are_seen(load):
    """A series that leaves its range is named."""
    records = sim.simulate(load("scenario=quiet_years", "citizens=300").model_copy(update={"days": 3}))
    assert invalid(records) == []
    for name, value in (("elite_alignment", -1.2), ("deaths", -1.0), ("legitimacy", np.nan), ("protest", 101.0)):
        original = records.series[name].copy()
        records.series[name][1] = value
        assert invalid(records) == [name]
        records.series[name] = original


@pytest.mark.parametrize("name", NAMES)
def test_what_a_scenario_expects_is_about_things_that_exist(name, load):
    """Signs name metrics of the scenario and another scenario of the same host and length; sources are in the reference list."""
    spec = load(f"scenario={name}")
    assert spec.scenario.name == name and spec.scenario.summary and spec.scenario.label
    for sign in spec.scenario.signs:
        other = load(f"scenario={sign.against}")
        assert sign.metric in metric_keys(spec.scenario.outside_patrons, tuple(spec.organisations))
        assert (other.scenario.host, other.days) == (spec.scenario.host, spec.days)
    assert spec.scenario.expected and set(spec.scenario.sources) <= set(bibliography())


@pytest.mark.parametrize("name", WHAT_IFS)
def test_every_what_if_states_a_sign(name, load):
    assert load(f"scenario={name}").scenario.signs


@pytest.mark.parametrize("name", DATED)
def test_a_dated_scenario_takes_over_what_its_case_codes(name, load):
    """Indicators, facts and events are those that the code makes of the case, to four decimals."""
    spec, stage = load(f"scenario={name}"), load().states
    case = CASES[spec.scenario.crisis]
    tree, expected = spec.model_dump(), scenario_of(case, stage)
    assert (spec.scenario.host, spec.scenario.start_date) == (case.host, case.start)
    agree(expected["scenario"], tree["scenario"], "scenario")
    host, written = expected["states"][case.host], tree["states"][case.host]
    agree(host["factions"], written["factions"], "factions")
    for indicators, of_host in ((host["indicators"], written["indicators"]), (host["ties"], written["ties"])):
        for indicator, sources in indicators.items():
            assert sources["coded_case"] == pytest.approx(of_host[indicator]["coded_case"], abs=1e-4), indicator


def agree(expected, written, where: str) -> None:
    """Everything in `expected` is in `written`, which may hold more."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            agree(value, written[key], f"{where}.{key}")
    elif isinstance(expected, list):
        for i, (a, b) in enumerate(zip(expected, written, strict=True)):
            agree(a, b, f"{where}.{i}")
    else:
        assert written == (pytest.approx(expected, abs=1e-4) if isinstance(expected, float) else expected), where


@pytest.mark.parametrize("name", DATED)
def test_dependence_of_a_dated_host_is_a_share(name, load):
    """The shares of a channel sum to 1 at most, so that autonomy, 1 less its concentration, is above zero [Hirschman1945]."""
    spec = load(f"scenario={name}", "citizens=100")
    ties, world = spec.states[spec.scenario.host].ties, Stage(spec).world(1, 0)
    assert all(sum(f.value for f in getattr(ties, f"{c}_dependence").values()) <= 1.0 + 1e-3 for c in CHANNELS)
    world.mechanisms.autonomy.concentration(world)
    assert 0.1 < world.independence[world.fixed.host] < 1.0


def test_coded_dependence_replaces_that_of_the_indicators(load):
    """Ties of the host with the powers have the coded level in every channel in which there is contact, all others stay."""
    spec = load("scenario=kyrgyzstan_2005")
    silent = spec.states["KGZ"].ties.model_copy(update={f"{channel}_dependence": {} for channel in CHANNELS})
    plain = spec.model_copy(
        update={"states": spec.states | {"KGZ": spec.states["KGZ"].model_copy(update={"ties": silent})}}
    )
    world, plain_world = Stage(spec).world(1, 0), Stage(plain).world(1, 0)
    names = world.fixed.names.states
    host, powers = names.index("KGZ"), [names.index(code) for code in ("RUS", "TUR", "CHN", "USA", "EUU")]
    for c, channel in enumerate(CHANNELS):
        level = getattr(spec.states["KGZ"].ties, f"{channel}_dependence")
        for k in powers:
            expected = level[names[k]].value if plain_world.bandwidth[c, k, host] > 0.0 else 0.0
            assert world.dependence[c, k, host] == expected
    elsewhere = np.ones_like(world.dependence, dtype=bool)
    elsewhere[:, powers, host] = False
    assert np.array_equal(world.dependence[elsewhere], plain_world.dependence[elsewhere])
    assert np.array_equal(world.bandwidth > 0.0, plain_world.bandwidth > 0.0)


def test_a_source_set_aside_leaves_the_other(load, vary):
    """null under a source says nothing, so that a scenario may put an indicator of its own date in the place of the stage's."""
    spec = load("scenario=kyrgyzstan_2005")
    assert spec.states["KGZ"].indicators.population_m.source == "coded_case"
    assert spec.states["KGZ"].ties.elite_alignment["RUS"].source == "coded_case"
    assert spec.states["KGZ"].ties.elite_alignment["KAZ"].source != "coded_case"
    with pytest.raises(ConfigError, match="names exactly one source"):
        sim.load(["+states.KGZ.indicators.population_m.coded_case=5"])


def test_an_organisation_before_its_founding_has_no_part(load):
    """In 2005 there is no OTS: no members, no integration, nobody asks it."""
    spec = load("scenario=kyrgyzstan_2005", "citizens=300")
    world = Stage(spec).world(1, 0)
    charter = next(c for c in world.fixed.charters if c.name == "OTS")
    assert charter.members == () and world.joint_acts[charter.row] == 0.0
    assert "OTS" not in {e.target for e in sim.simulate(spec).events}


ONE, TWO, NEVER = HISTORIES[0], HISTORIES[2], History("RUS", True, 2)


def rows(*histories: tuple[History, int]) -> np.ndarray:
    """Worlds as rows of the columns that a history is read from."""
    table = []
    for history, times in histories:
        value = dict.fromkeys(COLUMNS, 0.0) | {"request_group": np.nan if history.addressee is None else 0.0}
        value |= {"helped": float(history.helped), "fall_day": (10.0, 200.0, np.nan)[history.fall]}
        table += [[value[c] for c in COLUMNS]] * times
    return np.array(table)


def test_a_history_is_shown_if_likely_and_likelier_than_elsewhere():
    """Both halves of the rule, by hand: in the set that holds 90 % of the worlds, and twice the base rate."""
    forecast = shares(rows((ONE, 91), (TWO, 9)))
    assert forecast[ONE] == 0.91 and forecast[TWO] == 0.09
    low = dict.fromkeys(HISTORIES, 0.01)
    assert reproductions(forecast, low) == {ONE}
    assert reproductions(shares(rows((ONE, 89), (TWO, 11))), low) == {ONE, TWO}
    assert reproductions(forecast, low | {ONE: 0.456}) == set()
    assert reproductions(forecast, low | {ONE: 0.455}) == {ONE}


def test_the_chance_of_a_pass_is_that_of_independent_ones():
    assert by_chance([0.5, 0.5, 0.2], 0) == pytest.approx(1.0)
    assert by_chance([0.5, 0.5, 0.2], 3) == pytest.approx(0.05)
    assert by_chance([0.5, 0.5], 1) == pytest.approx(0.75)


def test_histories_of_coded_cases():
    """As coded; base rates come from other hosts only and are shares."""
    assert coded_history(CASES["kaz-2022-january"]) == NEVER
    assert coded_history(CASES["ukr-2013-euromaidan"]) == History(None, False, 1)
    assert coded_history(CASES["tur-2015-jet"]) == History("WEST", False, 2)
    cases = list(CASES.values())
    base = base_rates(CASES["blr-2020"], cases)
    assert sum(base.values()) == pytest.approx(1.0)
    assert base == base_rates(CASES["blr-2020"], [c for c in cases if c.host != "BLR"])
