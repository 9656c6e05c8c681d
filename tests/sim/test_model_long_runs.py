"""Five years in the same model: stocks, deals, a corridor, fading gratitude, integration, the demand for autonomy."""

from math import comb

import numpy as np
import pytest

import sim
from sim.model import InfluenceModel
from sim.records.variables import VARIABLES
from sim.stage.build import Stage

YEARS = "days=1826"
HELD = {
    "HOST": "balancing", "RUS": "decisive_force", "TUR": "government_and_people", "CHN": "economic_china",
    "USA": "conditional_west", "EUU": "adaptive_effort",
}  # fmt: skip
WORLDS = 9
RANGES = {"elite_alignment": (-1.0, 1.0), "public_alignment": (-1.0, 1.0), "autonomy_demand": (-np.inf, np.inf)}
SHARES = {
    "legitimacy",
    "arrest_risk",
    "survival",
    "coalition",
    "territory_lost",
    "integration",
    "autonomy",
    "influence_share",
}


@pytest.mark.statistical
@pytest.mark.parametrize("seed", [3, 4])
def test_five_years_with_policies_of_six_states_have_no_invalid_state(seed):
    """Every series is finite and within its range; what is in force stays bounded."""
    policies = [f"+scenario.policies.{state}={policy}" for state, policy in HELD.items()]
    spec = sim.load([YEARS, "citizens=300", "indicators=drawn", "parameters=prior", f"seed={seed}", *policies])
    model = InfluenceModel(spec)
    for _ in range(spec.days):
        model.step()
    world, records = model.world, model.records
    for v in VARIABLES:
        series = records[v.name]
        assert np.isfinite(series).all(), v.name
        low, high = RANGES.get(v.name, (0.0, 1.0 if v.name in SHARES else np.inf))
        assert series.min() >= low and series.max() <= high + 1e-9, v.name
    uses = {}
    for m in world.instruments:
        tool = world.fixed.charters[m.organisation].instruments[m.instrument]
        uses[m.organisation, m.state, m.instrument] = uses.get((m.organisation, m.state, m.instrument), 0) + 1
        assert uses[m.organisation, m.state, m.instrument] <= tool.at_once
    assert world.instruments and (world.volume >= 0.0).all() and (world.bandwidth <= 1.0).all()
    assert np.isfinite(world.instrument_levels).all() and np.abs(world.instrument_levels).max() < 2.0


@pytest.mark.exact
def test_one_more_use_takes_the_place_of_the_oldest(load):
    """A programme renewed again and again is worth the uses that hold side by side, at its newest term."""
    model = InfluenceModel(load("+scenario.directives.CHN={trade: {HOST: 900}, aid: {HOST: 900}}", "citizens=300"))
    world, (charter,) = model.world, model.world.fixed.acting_alone
    k, s = charter.leader, world.fixed.host
    for day in range(6):
        world.day = 10 * day
        for name in ("trade", "aid"):
            world.mechanisms.instruments.take(world, charter, name, s, 1.0)
    in_force = [m.instrument for m in world.instruments]
    trade, aid = (charter.instruments[name] for name in ("trade", "aid"))
    assert in_force.count("trade") == trade.at_once > 1 and in_force.count("aid") == aid.at_once == 1
    growth = (1.0 + trade.economic) ** trade.at_once * (1.0 + aid.economic)
    assert world.volume[0, k, s] == pytest.approx(growth * world.fixed.volume0[0, k, s])
    assert [m.end for m in world.instruments if m.instrument == "aid"] == [50 + aid.duration]
    assert world.cost[k] == pytest.approx(6 * (trade.cost_musd + aid.cost_musd))


# --- patterns of the long run -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def five_years():
    """`five_years(overrides)`: records of WORLDS worlds, drawn indicators, small."""
    by_overrides: dict[tuple, list] = {}

    def run(*overrides: str) -> list:
        if overrides not in by_overrides:
            spec = sim.load([YEARS, "citizens=200", "indicators=drawn", "seed=11", *overrides])
            stage = Stage(spec)
            by_overrides[overrides] = [sim.simulate(stage, replication=r) for r in range(WORLDS)]
        return by_overrides[overrides]

    return run


def always_above(differences: list[float]) -> bool:
    """True in every world; if either sign were as likely, the chance of that is 2^-9 = 0.2 percent."""
    assert len(differences) == WORLDS
    return min(differences) > 0.0


def share(records, patron: str, channel: int) -> float:
    """Share of a patron in the influence on the host through one channel on the last day."""
    return records["influence_share"][-1, channel, records.names.states.index(patron)]


@pytest.mark.statistical
def test_a_corridor_raises_its_builders_economic_influence(five_years):
    """P13: paired worlds with and without. That a larger flow raises a stock is by construction; that it does so within
    five years and against all other flows is what is seen."""
    idle, built = (
        five_years("scenario=no_outside_act"),
        five_years("scenario=no_outside_act", "+scenario.directives.TUR={corridor: {HOST: 10}}"),
    )
    assert always_above([share(b, "TUR", 0) - share(i, "TUR", 0) for i, b in zip(idle, built, strict=True)])
    k = idle[0].names.states.index("TUR")
    gained = [b["reach"][:, k] - i["reach"][:, k] for i, b in zip(idle, built, strict=True)]
    assert always_above([g[900] for g in gained]) and always_above([g[-1] - g[900] for g in gained])


@pytest.mark.statistical
def test_the_demand_for_autonomy_reacts_to_dominance(five_years):
    """P14: the leading patron's trade deals of five years raise the demand, those of a weak patron do not raise it as much.
    At the default of `autonomy.demand_growth` the sign is by construction."""
    deals = "{use: trade, every: 365, when: {crisis: false}}, {use: arms_sale, every: 365, when: {crisis: false}}"
    policy = f"+policies.deals={{kind: doctrine, label: Deals, summary: deals every year, rules: [{deals}]}}"
    scenario = "scenario=no_outside_act"
    runs = {
        code: five_years(scenario, *([policy, f"+scenario.policies.{code}=deals"] if code else []))
        for code in ("", "RUS", "UZB")
    }
    h = runs[""][0].names.states.index("KAZ")
    last = {code: np.array([r["autonomy_demand"][-1, h] for r in records]) for code, records in runs.items()}
    assert always_above((last["RUS"] - last[""]).tolist())
    assert always_above((last["RUS"] - last["UZB"]).tolist())


@pytest.mark.exact
def test_soldiers_move_autonomy_by_gratitude_and_no_demand_for_it(load):
    """Demand follows shares of influence, which follow flows, and soldiers are none: with three rescues the series is the
    same bit for bit, while gratitude lowers autonomy for as long as it lasts.
    """
    crises, rescued = (
        sim.simulate(load(f"scenario={name}", "citizens=200", "mechanisms.strain.enabled=false"))
        for name in ("repeated_crises", "repeated_rescue")
    )
    h = crises.names.states.index("KAZ")
    assert sum(event.kind == "arrival" for event in rescued.events) >= 2
    assert np.array_equal(crises["influence_share"], rescued["influence_share"])
    assert np.array_equal(crises["autonomy_demand"], rescued["autonomy_demand"])
    lost = (crises["autonomy"] - rescued["autonomy"])[:, h]
    assert lost.max() > 0.005 and lost[-1] < 0.2 * lost.max()


@pytest.mark.statistical
def test_gratitude_for_force_fades(five_years):
    """The lead of the rescuer among the elites after a month is gone after five years: less than a twentieth of it is left
    where both governments still stand, which is more than five half-lives."""
    helped, alone = five_years("scenario=csto_intervention"), five_years("scenario=no_outside_act")
    stand = [
        (a.alignment("elite", "RUS") - b.alignment("elite", "RUS"))
        for a, b in zip(helped, alone, strict=True)
        if a.fall_day < 0 and b.fall_day < 0
    ]
    assert len(stand) >= WORLDS // 2
    for lead in stand:
        assert lead[30] > 0.01 and abs(lead[-1]) < 0.05 * lead[30]


@pytest.mark.exact
def test_ordinary_joint_acts_keep_an_organisation_as_it_is(load, vary):
    """Without them integration fades; with them and members as willing as on day 0 it stays, crisis or not."""
    quiet = vary(load(YEARS, "citizens=200"), {"scenario.events": {}})
    ordinary = vary(quiet, {"mechanisms.integration.ordinary": 1.0})
    fading, steady = (sim.simulate(spec)["integration"] for spec in (quiet, ordinary))
    assert (fading[-1] < 0.4 * fading[0]).all()
    assert steady[-1] == pytest.approx(steady[0], rel=1e-3)


@pytest.mark.exact
def test_who_turns_from_the_leader_takes_part_less(load):
    """Expected share of pairs: all of them with sure members, none with members who never come."""
    model = InfluenceModel(load("citizens=200", "days=5"))
    world, charter, integration = model.world, model.world.fixed.charters[1], model.world.mechanisms.integration
    others = [m for m in charter.members if m != charter.leader]
    for alignment, pairs in ((50.0, 1.0), (-50.0, 0.0)):
        world.elite_alignment[others, charter.leader] = alignment
        assert integration.willing_pairs(world, charter) == pytest.approx(pairs, abs=1e-9)
    world.elite_alignment[others[0], charter.leader] = 50.0
    assert integration.willing_pairs(world, charter) == pytest.approx(1 / comb(len(charter.members), 2), abs=1e-9)
