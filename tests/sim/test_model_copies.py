"""A model in Python: copies, its end, many of them, and Mesa's tools."""

import asyncio
import copy
import gc
import pickle
from concurrent.futures import ThreadPoolExecutor

import mesa
import numpy as np
import psutil
import pytest
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra

import sim

pytestmark = pytest.mark.exact

DAYS = 12
COPIES = {"deepcopy": copy.deepcopy, "copy": copy.copy, "pickle": lambda model: pickle.loads(pickle.dumps(model))}


def begun(spec, days: int):
    """A model after so many days."""
    model = sim.InfluenceModel(spec)
    for _ in range(days):
        model.step()
    return model


@pytest.fixture(scope="module")
def short(load):
    """A crisis of a few days in which everything moves."""
    return load("scenario=csto_intervention", "citizens=1000", f"days={DAYS}", "parameters=prior", "indicators=drawn")


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("day", [0, 3, DAYS])
def test_copies_go_on_to_the_bits_of_the_original(short, assert_same, way, day):
    """Both go on, first the one and then the other: neither moves the other."""
    original = begun(short, DAYS).records
    model = begun(short, day)
    other = COPIES[way](model)
    before = model.records
    other.run_model()
    assert_same(model.records, before)
    assert_same(other.records, original)
    model.run_model()
    assert_same(model.records, original)
    assert_same(other.records, original)
    assert not any(np.shares_memory(a, getattr(other.world, name)) for name, a in vars(model.world).items()
                   if isinstance(a, np.ndarray) and a.size)  # fmt: skip


def test_a_copy_resumes_from_a_snapshot(short, assert_same):
    """A snapshot of a copy is one of the original."""
    model = begun(short, 5)
    start = copy.deepcopy(model).snapshot()
    assert_same(sim.simulate(short, start=start), begun(short, DAYS).records)


def test_the_record_keeps_its_content_when_the_model_steps_on(short):
    """Also a month that is not over."""
    model = begun(short, 4)
    records = model.records
    before = {name: data.copy() for name, data in records.series.items()}
    model.step()
    assert all(np.array_equal(records.series[name], data) for name, data in before.items())
    records.series["deaths"][:] = -1.0
    assert model.records["deaths"].min() >= 0.0


def test_a_run_ends_at_its_last_day(short, assert_same):
    """`run_model` ends, `running` says so, and a further step raises without a trace."""
    model = sim.InfluenceModel(short)
    assert model.running
    model.run_model()
    assert (model.world.day, model.steps, model.running) == (DAYS, DAYS, False)
    before, in_office = model.records, model.governments[model.world.fixed.host].in_office
    for _ in range(3):
        with pytest.raises(RuntimeError, match=f"ended after its {DAYS} days"):
            model.step()
    assert_same(model.records, before)
    assert (model.world.day, model.steps, model.governments[model.world.fixed.host].in_office) == (
        DAYS,
        DAYS,
        in_office,
    )
    resumed = sim.InfluenceModel(short, start=model.snapshot())
    assert not resumed.running
    resumed.run_model()
    assert_same(resumed.records, before)


def test_many_models_are_forgotten(load):
    """Memory of models that nobody holds does not grow; no call is needed."""
    spec, process = load("citizens=20000", "days=60"), psutil.Process()
    sizes = []
    for _ in range(3):
        for _ in range(20):
            model = begun(spec, 1)
        gc.collect()
        sizes.append(process.memory_info().rss / 2**20)
    assert sizes[2] - sizes[0] < 20, sizes  # one model of this size takes some 3 MiB
    assert (
        sum(issubclass(type(thing), sim.InfluenceModel) for thing in gc.get_objects()) <= 12
    )  # those of other tests included; `isinstance` would follow dead weak references
    assert model.world.day == 1


def test_agents_are_numbered_from_one_in_each_model(short):
    """As Mesa numbers them."""
    for _ in range(2):
        model = sim.InfluenceModel(short)
        assert sorted(agent.unique_id for agent in model.agents) == list(range(1, len(model.agents) + 1))


def test_batch_run_says_that_it_is_not_supported(short):
    """And what to use instead, whether a specification is given alone or in a list."""
    with pytest.raises(TypeError, match="batch runner is not supported"):
        mesa.batch_run(sim.InfluenceModel, {"spec": short}, display_progress=False)
    with pytest.raises(NotImplementedError, match=r"sim\.simulate"):
        mesa.batch_run(sim.InfluenceModel, {"spec": [short]}, display_progress=False)


def test_the_public_functions_work_within_a_running_loop(assert_same):
    """As in a notebook, whose cells run inside an event loop, and again and again."""

    async def cell():
        spec = sim.load(["citizens=500", "days=3"])
        graph = sim.network(spec)
        return sim.simulate(spec), begun(spec, 3).records, graph.number_of_edges()

    async def notebook():
        return [await cell() for _ in range(3)]

    results = asyncio.run(notebook())
    for simulated, stepped, edges in results:
        assert_same(simulated, stepped)
        assert edges == results[0][2]


def test_configurations_are_loaded_in_threads():
    """The composition of one thread waits for that of another."""
    words = [["citizens=500", f"seed={n}", f"scenario={name}"] for n in range(4) for name in ("both", "no_outside_act")]
    with ThreadPoolExecutor(4) as pool:
        specs = list(pool.map(sim.load, words))
    assert [(s.seed, s.scenario.name) for s in specs] == [
        (n, name) for n in range(4) for name in ("both", "no_outside_act")
    ]


def test_a_program_that_uses_hydra_keeps_its_own(tmp_path):
    """Its state is as it was."""
    with initialize_config_dir(str(tmp_path), version_base="1.3"):
        before = GlobalHydra.instance().hydra
        sim.load(["citizens=500"])
        with pytest.raises(sim.ConfigError, match="must be a folder"):
            sim.load([], str(tmp_path / "nowhere"))
        assert GlobalHydra.instance().hydra is before is not None
