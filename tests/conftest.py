"""Fixtures that all test modules share: specs, checked variations of them, and bit-for-bit comparison of records."""

import os
from functools import cache
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from click.testing import CliRunner
from filelock import FileLock

import sim
from experiments.cli import main
from experiments.history.cases.cases import Case, load_cases
from experiments.results.files import as_parquet, shard_number, write_shard
from sim.records.variables import VARIABLES
from sim.spec.schema import Spec

hypothesis.settings.register_profile("suasion", deadline=None)  # a busy machine fails no test
hypothesis.settings.load_profile("suasion")


@pytest.fixture(scope="session")
def load():
    """`load("scenario=both", "days=40")`: like `sim.load`, but composed once per configuration."""
    return cache(lambda *overrides: sim.load(list(overrides)))


@pytest.fixture(scope="session")
def cases() -> list[Case]:
    """The coded crises that are shipped."""
    return load_cases()[0]


@pytest.fixture(scope="session")
def spec(load) -> Spec:
    """The default scenario, small and short."""
    return load("citizens=2000", "days=60")


@pytest.fixture(scope="session")
def changed():
    """`changed(spec, {"scenario.host": "nobody"})`: the tree of a spec with other values, not yet checked."""

    def tree_of(spec: Spec, changes: dict) -> dict:
        tree = spec.model_dump(mode="json")
        for key, value in changes.items():
            *path, last = key.split(".")
            node = tree
            for part in path:
                node = node[part]
            assert last in node, key
            node[last] = value
        return tree

    return tree_of


@pytest.fixture(scope="session")
def vary(changed):
    """`vary(spec, {"mechanisms.clashes.enabled": False})`: a validated copy, in a hundredth of the time of `sim.load`."""
    return lambda spec, changes: Spec.model_validate(changed(spec, changes))


@pytest.fixture(scope="session")
def quiet(spec, vary) -> Spec:
    """The default scenario without its events: no crisis opens."""
    return vary(spec, {"scenario.events": {}})


@pytest.fixture(scope="session")
def assert_same():
    """`assert_same(a, b)`: two records agree in every series, bit for bit, and in every event."""

    def same(a, b) -> None:
        for v in VARIABLES:
            assert np.array_equal(a[v.name], b[v.name]), v.name
        assert a.events == b.events

    return same


@pytest.fixture(scope="session")
def folders(tmp_path_factory) -> dict[str, Path]:
    """Finished folders that no test changes: a run, a comparison with a scenario that is named twice, a paired view, a sweep.

    They are made once for all processes of a test run.
    """
    commands = {
        "run": ("run", "scenario=csto_intervention", "seed=7", "days=12"),
        "compare": (
            "compare",
            "scenarios=[csto_intervention,no_outside_act,no_outside_act]",
            "runs=32",
            "workers=1",
            "days=31",
        ),
        "paired_view": ("compare", "view=paired", "days=12"),
        "sweep": (
            "sweep",
            "scenario=both,no_outside_act",
            "scenario.split.depth=0.3,0.9",
            "days=9",
            "replications=3",
            "engine.name=serial",
        ),
    }
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    places = {name: base / "folders" / name for name in commands}
    with FileLock(base / "folders.lock"):
        for name in commands if not (base / "folders" / "all").exists() else ():
            words = [*commands[name], "citizens=500", "quiet=true", f"out={places[name].as_posix()}"]
            result = CliRunner().invoke(main, words, catch_exceptions=False)
            assert result.exit_code == 0, result.output
        (base / "folders" / "all").touch()
    return places


@pytest.fixture
def undrawn(monkeypatch):
    """Figures take most of the time of a small run or comparison; where they are not the matter, none is drawn."""
    for place in ("experiments.run.run.draw", "experiments.compare.compare.draw"):
        monkeypatch.setattr(place, lambda *arguments: {})


@pytest.fixture(scope="session")
def rewrite():
    """`rewrite(path, table)`: other content for a shard of a sweep, under the name that belongs to it."""

    def written(path, table) -> None:
        path.unlink()
        write_shard(path.parent, shard_number(path), as_parquet(table))

    return written
