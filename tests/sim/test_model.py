"""The whole model: replay, common random numbers, label swap, limits without force."""

import numpy as np
import pytest

import sim
from experiments.replications import run_replications
from sim.core.faults import InvalidSpec
from sim.equations.choice import logistic
from sim.metrics import compute_metrics
from sim.records.variables import VARIABLES
from sim.spec.schema import Spec
from sim.stage.build import Stage

SHORT = ["days=60", "citizens=2000"]
NO_POOLS = ["organisations.CSTO.pools.rapid=0", "organisations.CSTO.pools.peacekeepers=0"]


def world(spec: Spec, replication: int, stage: Stage | None = None):
    """Records of one replication."""
    return sim.simulate(spec if stage is None else stage, replication=replication)


def assert_same(a, b) -> None:
    """Bit for bit the same series and events."""
    for v in VARIABLES:
        assert np.array_equal(a[v.name], b[v.name]), v.name
    assert a.events == b.events
    assert compute_metrics(a) == compute_metrics(b)


@pytest.mark.exact
def test_the_same_seed_gives_the_same_bits():
    """Two runs of one spec, and a notebook that steps by hand, agree bit for bit."""
    spec = sim.load(["scenario=csto_intervention", "seed=3", *SHORT])
    first = sim.simulate(spec)
    assert_same(first, sim.simulate(spec))
    model = sim.InfluenceModel(spec)
    for _ in range(spec.days):
        model.step()
    assert_same(first, model.records)


@pytest.mark.exact
def test_seeds_and_replications_are_different_worlds():
    """Changing either key changes the protest."""
    spec = sim.load(SHORT)
    series = [world(spec, r)["protest"] for r in (0, 1)] + [sim.simulate(spec, seed=2)["protest"]]
    assert len({s.tobytes() for s in series}) == 3


@pytest.mark.exact
def test_processes_do_not_change_the_numbers():
    """One process and two give the same tables and metrics."""
    spec = sim.load(["scenario=both", "indicators=drawn", "days=30", "citizens=1000"])
    serial, parallel = (run_replications([spec], 6, workers, lambda n: None)[0] for workers in (1, 2))
    for (a, metrics_a), (b, metrics_b) in zip(serial, parallel, strict=True):
        assert all(np.array_equal(a[column], b[column]) for column in a)
        assert metrics_a == metrics_b


@pytest.mark.exact
def test_a_scenario_that_differs_in_nothing_gives_the_same_world():
    """World keys never see the scenario's name, label or colour."""
    spec = sim.load(["scenario=both", "indicators=drawn", *SHORT])
    renamed = spec.scenario.model_copy(
        update={"name": "other", "label": "Other", "colour": "#123456", "summary": "same"}
    )
    for replication in range(3):
        a = world(spec, replication)
        b = world(spec.model_copy(update={"scenario": renamed}), replication)
        assert_same(a, b)


@pytest.mark.exact
def test_arms_share_their_world_until_they_decide_differently():
    """Before the prescribed request the intervention arm equals the arm without outside act."""
    arms = [
        world(sim.load([f"scenario={name}", "indicators=drawn", *SHORT]), 5)
        for name in ("csto_intervention", "no_outside_act")
    ]
    for v in VARIABLES:
        assert np.array_equal(arms[0][v.name][:4], arms[1][v.name][:4]), v.name


def relabelled(tree, names: dict):
    """The tree with names exchanged wherever they stand, as keys or values."""
    if isinstance(tree, dict):
        return {names.get(k, k): relabelled(v, names) for k, v in tree.items()}
    if isinstance(tree, list):
        return [relabelled(v, names) for v in tree]
    return names.get(tree, tree) if isinstance(tree, str) else tree


def swapped(spec: Spec, names: dict) -> Spec:
    """Exchange everything but the names, and turn the rows round."""
    tree = relabelled(spec.model_dump(mode="json"), names)
    for group in ("states", "organisations"):
        tree[group] = dict(reversed(list(tree[group].items())))
    return Spec.model_validate(tree)


@pytest.mark.exact
@pytest.mark.parametrize("scenario", ["kazakhstan_2022", "csto_intervention", "both", "home_crisis"])
@pytest.mark.parametrize("names", [{"RUS": "TUR", "TUR": "RUS"}, {"CSTO": "OTS", "OTS": "CSTO"}])
def test_swapping_everything_but_the_names_swaps_the_results(scenario, names):
    """Rows are permuted, attributes and draw keys exchanged: every output swaps bit for bit."""
    host = ["scenario.host=RUS"] if scenario == "home_crisis" else []
    spec = sim.load([f"scenario={scenario}", "indicators=drawn", "seed=5", *SHORT, *host])
    other = swapped(spec, names)
    for replication in range(2):
        a, b = world(spec, replication), world(other, replication)
        rows = {
            axis: [b.axis(axis).index(names.get(n, n)) for n in a.axis(axis)]
            for axis in ("state", "patron", "organisation", "channel", "followed")
        }
        for v in VARIABLES:
            expected = b[v.name]
            for position, axis in enumerate(v.axes, 1):
                expected = expected.take(rows[axis], axis=position)
            assert np.array_equal(a[v.name], expected), v.name
        assert [(e.day, e.kind, e.size) for e in a.events] == [(e.day, e.kind, e.size) for e in b.events]


@pytest.mark.statistical
def test_draw_keys_carry_chance_but_no_advantage():
    """Exchanging only the draw keys of two patrons leaves the distributions alone.

    300 independent worlds each; difference of means within 4 standard errors for four metrics: false alarm about 3e-4.
    """
    spec = sim.load(["indicators=drawn", "days=40", "citizens=1000"])
    tree = spec.model_dump(mode="json")
    tree["states"]["RUS"]["draw_key"], tree["states"]["TUR"]["draw_key"] = (
        tree["states"]["TUR"]["draw_key"],
        tree["states"]["RUS"]["draw_key"],
    )
    other = Spec.model_validate(tree).model_copy(update={"seed": 99})
    samples = []
    for variant in (spec, other):
        stage = Stage(variant)
        samples.append([compute_metrics(world(variant, r, stage)) for r in range(300)])
    for key in ("survived_30d", "protest_peak", "requested:CSTO", "elite_change_30d:RUS"):
        a, b = (np.array([m[key] for m in metrics], dtype=float) for metrics in samples)
        error = np.sqrt(a.var() / a.size + b.var() / b.size)
        assert abs(a.mean() - b.mean()) <= 4 * error, key


@pytest.mark.exact
def test_without_force_pools_an_intervention_is_no_act():
    """With every pool zero no troops move and the intervention arm equals the arm without outside act, bit for bit."""
    a, b = (sim.load([f"scenario={name}", *NO_POOLS, *SHORT]) for name in ("csto_intervention", "no_outside_act"))
    for replication in range(5):
        one, other = world(a, replication), world(b, replication)
        assert not one["troops"].any()
        assert_same(one, other)


@pytest.mark.exact
def test_without_force_pools_asking_does_not_change_survival():
    """Requests that cannot be met leave protest and office as they are without a request."""
    never = ["+scenario.directives.KAZ={request: {CSTO: never}}"]
    a, b = sim.load([*NO_POOLS, *SHORT]), sim.load([*NO_POOLS, *SHORT, *never])
    n_requests = 0
    for replication in range(25):
        one, other = world(a, replication), world(b, replication)
        n_requests += any(e.kind == "request" for e in one.events)
        for name in ("protest", "survival", "incumbent", "deaths", "coalition"):
            assert np.array_equal(one[name], other[name]), name
    assert n_requests > 0


@pytest.mark.statistical
def test_without_force_pools_requests_are_as_rare_as_their_price_says():
    """P(request) = logistic(-lambda (price of asking)); 400 worlds, 4 standard errors: false alarm 6e-5."""
    spec = sim.load([*NO_POOLS, "days=40", "citizens=1000"])
    stage, requested, expected = Stage(spec), [], []
    for replication in range(400):
        model = sim.InfluenceModel(stage, replication=replication)
        charter = next(c for c in model.world.fixed.charters if c.force)
        price = model.world.mechanisms.response.asking_price(model.world, model.world.fixed.host, charter)
        expected.append(logistic(-model.world.mechanisms.response.rationality * price))
        for _ in range(spec.days):
            model.step()
        requested.append(any(e.kind == "request" for e in model.world.log))
    p = float(np.mean(expected))
    assert abs(np.mean(requested) - p) <= 4 * np.sqrt(p * (1 - p) / len(requested))


@pytest.mark.statistical
def test_the_number_of_rows_does_not_move_the_headline():
    """1,000 against 4,000 rows over 150 worlds: means within 4 standard errors for three metrics (false alarm 2e-4)."""
    samples = []
    for citizens, seed in ((1000, 1), (4000, 2)):
        spec = sim.load([f"citizens={citizens}", f"seed={seed}", "days=40", "indicators=drawn"])
        stage = Stage(spec)
        samples.append([compute_metrics(world(spec, r, stage)) for r in range(150)])
    for key in ("survived_30d", "deaths", "protest_duration"):
        a, b = (np.array([m[key] for m in metrics], dtype=float) for metrics in samples)
        assert abs(a.mean() - b.mean()) <= 4 * np.sqrt(a.var() / a.size + b.var() / b.size), key


ATTACKED = [
    "scenario.host=ARM",
    "~scenario.events.fuel_price",
    "+scenario.events.war={kind: attack, state: ARM, attacker: AZE, start: 0, size: 1.0, ramp: 1, half_life: 20}",
    "+scenario.directives.HOST={request: {CSTO: always}}",
]


@pytest.mark.exact
def test_an_interstate_attack_opens_a_crisis_that_can_lead_to_a_request():
    """The attack weighs in the contest, engages both sides, calls the external clause, and nobody falls under it."""
    spec = sim.load([*SHORT, *ATTACKED])
    model = sim.InfluenceModel(spec)
    model.step()
    world, row = model.world, model.world.fixed.names.states.index
    assert world.attacker[world.fixed.host] == row("AZE") and world.survival[world.fixed.host] < 0.9
    assert world.distraction[row("ARM")] == world.distraction[row("AZE")] == 1.0
    charter = next(c for c in world.fixed.charters if c.force)
    tied = world.mechanisms.assistance.common_utility(world, charter, world.fixed.host, 0.0, 1.0)
    assert tied < world.mechanisms.assistance.clause_weight  # the adversary's ties to members cost
    for _ in range(spec.days - 1):
        model.step()
    kinds = {e.kind for e in model.world.log}
    assert "request" in kinds and kinds & {"decision", "refusal"} and "fall" not in kinds


@pytest.mark.exact
def test_a_prescribed_day_holds_on_calm_days_of_a_crisis():
    """A request prescribed for day 12 is made on day 12 in every world whose crisis and government last that long."""
    late = ["scenario=csto_intervention", "scenario.directives.HOST.request.CSTO=12", *SHORT]
    spec = sim.load(late)
    stage = Stage(spec)
    for replication in range(6):
        events = world(spec, replication, stage).events
        over = min((e.day for e in events if e.kind in ("crisis over", "fall")), default=spec.days)
        assert [e.day for e in events if e.kind == "request"] == ([12] if over > 12 else [])


@pytest.mark.exact
def test_any_government_can_be_the_host():
    """HOST in the directives follows the scenario's host."""
    price = ["~scenario.events.fuel_price", "+scenario.events.price={kind: grievance, state: KGZ, size: 0.3}"]
    spec = sim.load(["scenario=csto_intervention", "scenario.host=KGZ", *price, *SHORT])
    requests = [e for e in sim.simulate(spec).events if e.kind == "request"]
    assert [e.actor for e in requests] == ["KGZ"] and requests[0].day == 3


@pytest.mark.exact
def test_a_stage_serves_its_specification_only():
    """A stage takes no other graph, and a specification no stage."""
    spec = sim.load(SHORT)
    stage = Stage(spec)
    with pytest.raises(ValueError, match="a stage brings its graph"):
        sim.InfluenceModel(stage, graph=sim.network(spec))
    with pytest.raises(TypeError, match="stage"):
        sim.InfluenceModel(spec.model_copy(update={"citizens": 3000}), stage=stage)
    with pytest.raises(ValueError, match="replication"):
        sim.simulate(stage, replication=-1)


@pytest.mark.exact
def test_a_graph_that_makes_no_sense_is_refused():
    """Numbers out of range, unknown kinds of tie and unknown nodes get one message."""
    spec = sim.load(SHORT)
    for spoil in (
        lambda g: g["RUS"]["KAZ"]["military"].update(bandwidth=-3.0),
        lambda g: g["RUS"]["KAZ"]["military"].update(dependence=float("nan")),
        lambda g: g.add_edge("RUS", "KAZ", key="religious", bandwidth=0.1, dependence=0.1),
        lambda g: g.add_edge("RUS", "ZZZ", key="military", bandwidth=0.1, dependence=0.1),
    ):
        graph = sim.network(spec)
        spoil(graph)
        with pytest.raises(InvalidSpec, match="must join nodes of the stage"):
            sim.InfluenceModel(spec, graph=graph)


@pytest.mark.exact
def test_one_row_per_inhabitant():
    """citizens=all: every inhabitant holds alignments, every mobilisable adult has a row of its own among them."""
    spec = sim.load(["citizens=all", "days=1"])
    small = spec.states["KAZ"].model_copy(
        update={
            "indicators": spec.states["KAZ"].indicators.model_copy(
                update={"population_m": spec.states["KAZ"].indicators.population_m.model_copy(update={"value": 0.05})}
            )
        }
    )
    spec = spec.model_copy(update={"states": spec.states | {"KAZ": small}})
    model = sim.InfluenceModel(spec)
    assert model.world.opinions.size == 50_000
    assert model.world.activity.size == round(50_000 * 0.66 * 0.1)
    assert model.world.fixed.people_per_row == 1.0
    model.step()


@pytest.mark.exact
def test_closing_a_model_lets_it_go():
    """Mesa keeps no reference to a model that was simulated and closed."""
    import gc
    import weakref

    spec = sim.load(["days=1", "citizens=1000"])
    model = sim.InfluenceModel(spec)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


@pytest.mark.exact
def test_agents_are_views_on_the_arrays():
    """What an agent shows is the row of the world, not a copy."""
    model = sim.InfluenceModel(sim.load(["days=5", "citizens=1000"]))
    kaz = next(s for s in model.governments if s.name == "KAZ")
    assert len(kaz.elites) >= 4
    assert len(kaz.populations) == 34
    assert all(len(s.elites) >= 4 and len(s.populations) >= 2 for s in model.governments if s.elites)
    assert sum(len(p.citizens) for p in model.populations) == 1000
    assert np.shares_memory(kaz.populations[0].citizens, model.world.activity)
    assert np.shares_memory(kaz.elites[0].alignment, model.world.alignment)
    assert {type(a).__name__ for a in model.agents} == {"State", "Elite", "Population", "Organisation"}
