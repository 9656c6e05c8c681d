"""Repeats a sweep: all runs of a folder, or one of them."""

from typing import Any

from experiments.rerun.verdict import MOST_LINES, Verdict, notes, other_versions
from experiments.results.manifest import build_manifest
from experiments.results.model_version import model_version
from experiments.results.provenance import Provenance
from experiments.sweep import sweep
from experiments.sweep.saved_sweep import saved_bases, saved_plan
from experiments.sweep.store import Store


def rerun_sweep(provenance: Provenance, place: dict[Any, Any], words: list[str]) -> Verdict:
    """Repeat every point over every replication in a new folder; compare runs by the digest of all outcome bits.

    place: settings of a sweep for engine and output.
    """
    assert provenance.folder is not None  # a sweep is repeated from its folder
    plan = saved_plan(provenance.folder, place)
    outcome = sweep.run_sweep(plan, words)
    old, new = Store.open(provenance.folder), Store.open(outcome.folder)
    index = {number: i for i, number in enumerate(old.points())}
    was = {(index[point], replication): digest for (point, replication), digest in _digests(old).items()}
    now = _digests(new)
    differ = [f"point {p}, replication {w}" for (p, w), digest in was.items() if now[p, w] != digest]
    more = [f"and {len(differ) - MOST_LINES} runs more"] if len(differ) > MOST_LINES else []
    absent = [f"{outcome.missing} runs are missing"] if outcome.missing else []
    old_base, new_base = old.manifest["base"], new.manifest["base"]
    return Verdict(
        command=provenance.manifest["command"],
        folder=outcome.folder,
        same_configuration=old_base["bases"] == new_base["bases"],
        changed=[f"{len(differ)} of {len(was)} runs"] if differ else absent,
        numbers=differ[:MOST_LINES] + more,
        versions=_versions(provenance.manifest, new.manifest),
        notes=notes(provenance.manifest),
    )


def rerun_one(provenance: Provenance, key: str) -> Verdict:
    """Repeat one run of a folder and compare it with its row."""
    assert provenance.folder is not None  # a sweep is repeated from its folder
    saved_bases(Store.open(provenance.folder))
    row, stored, traceback = sweep.rerun_run(provenance.folder, key)
    lines = [f"{name}: {value}" for name, value in row.items()] + (traceback.splitlines() if traceback else [])
    return Verdict(
        command=f"run {key} of {provenance.manifest['command']}",
        changed=[] if row["digest"] == stored["digest"] else [f"run {key}"],
        versions=_versions(provenance.manifest, build_manifest([]) | {"model_version": model_version()}),
        notes=[*notes(provenance.manifest), *lines],
    )


def _versions(old: dict[Any, Any], new: dict[Any, Any]) -> list[str]:
    model = [old["model_version"], new["model_version"]]
    return other_versions(old, new) + ([f"model {model[0]}, now {model[1]}"] if model[0] != model[1] else [])


def _digests(store: Store) -> dict[tuple[int, int], str | None]:
    """(point, replication) -> digest of all outcome bits, None for a run that failed."""
    runs = store.runs(["point", "replication", "digest"])
    keys = zip(runs["point"].to_pylist(), runs["replication"].to_pylist(), strict=True)
    return dict(zip(keys, runs["digest"].to_pylist(), strict=True))
