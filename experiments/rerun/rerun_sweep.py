"""Sweeps made again: all runs of a folder, or one of them."""

from experiments.rerun.repeated import SHOWN, Verdict, notes, other_versions
from experiments.rerun.saved_sweep import saved_bases, saved_plan
from experiments.results.manifest import manifest
from experiments.results.provenance import Origin
from experiments.sweep import sweep
from experiments.sweep.store import Store


def rerun_sweep(origin: Origin, place: dict, words: list[str]) -> Verdict:
    """Every point over every world in a new folder; runs are held against each other by their digest of all outcome bits.

    place: where it is computed and written, as settings of a sweep.
    """
    assert origin.folder is not None  # a sweep is repeated from its folder
    plan = saved_plan(origin.folder, place)
    outcome = sweep.perform(plan, words)
    old, new = Store.opened(origin.folder), Store.opened(outcome.folder)
    place = {number: i for i, number in enumerate(old.points())}
    was = {(place[point], world): found for (point, world), found in _digests(old).items()}
    now = _digests(new)
    differ = [f"point {p}, world {w}" for (p, w), digest in was.items() if now[p, w] != digest]
    more = [f"and {len(differ) - SHOWN} runs more"] if len(differ) > SHOWN else []
    absent = [f"{outcome.missing} runs are missing"] if outcome.missing else []
    base, mine = old.manifest["base"], new.manifest["base"]
    return Verdict(
        command=origin.manifest["command"],
        folder=outcome.folder,
        same_configuration=base["bases"] == mine["bases"],
        changed=[f"{len(differ)} of {len(was)} runs"] if differ else absent,
        numbers=differ[:SHOWN] + more,
        versions=_versions(origin.manifest, new.manifest),
        notes=notes(origin.manifest),
    )


def rerun_one(origin: Origin, key: str) -> Verdict:
    """One run of a folder, held against its row."""
    assert origin.folder is not None  # a sweep is repeated from its folder
    saved_bases(Store.opened(origin.folder))
    row, stored, traceback = sweep.repeat(origin.folder, key)
    said = [f"{name}: {value}" for name, value in row.items()] + (traceback.splitlines() if traceback else [])
    return Verdict(
        command=f"run {key} of {origin.manifest['command']}",
        changed=[] if row["digest"] == stored["digest"] else [f"run {key}"],
        versions=_versions(origin.manifest, manifest([]) | {"model_version": sweep.model_version()}),
        notes=[*notes(origin.manifest), *said],
    )


def _versions(old: dict, new: dict) -> list[str]:
    model = [old["model_version"], new["model_version"]]
    return other_versions(old, new) + ([f"model {model[0]}, now {model[1]}"] if model[0] != model[1] else [])


def _digests(store: Store) -> dict[tuple[int, int], str | None]:
    """(point, world) -> digest of all outcome bits, None for a run that failed."""
    runs = store.runs(["point", "replication", "digest"])
    keys = zip(runs["point"].to_pylist(), runs["replication"].to_pylist(), strict=True)
    return dict(zip(keys, runs["digest"].to_pylist(), strict=True))
