"""Reads the sweep of a results folder as a plan that can be run again."""

from pathlib import Path
from typing import Any

from experiments.sweep.design import Design
from experiments.sweep.keys import Digests
from experiments.sweep.plan import Plan, SweepOptions
from experiments.sweep.store import Store
from sim.core.faults import ConfigError, describe_fault
from sim.spec.schema import Spec
from sim.spec.validate import validated


def saved_bases(store: Store) -> dict[tuple[Any, ...], Spec]:
    """The base specifications of a folder. Raises ConfigError if a file was changed after the sweep."""
    manifest, digests = store.manifest, Digests(store.bases.values())
    for entry in manifest["bases"]:
        values = tuple(entry["values"])
        if digests.of(store.bases[values]).hex() != manifest["base"]["bases"][repr(values)]:
            allowed = "was changed after the result was made, or this version reads it otherwise, so it cannot repeat the result"
            raise ConfigError(describe_fault("FILE", store.folder / entry["file"], allowed, ()))
    return store.bases


FROM_FILE = ("samples", "n_levels", "design_seed", "series", "on_error")  # settings that describe the saved sweep


def saved_plan(folder: Path, place: dict[Any, Any]) -> Plan:
    """Plan with every point of a folder, in its order, over all its replications. place: settings for engine and output."""
    store = Store.open(folder)
    manifest, bases = store.manifest, saved_bases(store)
    names = store.design["case"].to_pylist() if "case" in store.design.column_names else ()
    design = Design(manifest["design"]["kind"], (), (), store.axes, list(store.points().values()), tuple(names))
    settings = {key: manifest["options"][key] for key in FROM_FILE}
    replications = {"replications": manifest["worlds"]["replications"][1] + 1}
    options = validated(SweepOptions, settings | replications | place)
    return Plan(options, design, bases)
