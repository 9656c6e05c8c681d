"""The sections of a report on `suasion sweep`: what was varied, outcomes per point and per value, and what failed."""

import shlex

import numpy as np

from experiments.compare.statistics import described
from experiments.compare.verdicts import headline_keys
from experiments.report.assumptions import figures
from experiments.report.comparison import NOT_CLAIMED, scenarios
from experiments.report.conclusions import with_settings
from experiments.report.parts import Point, Sections, Table
from experiments.report.result import Result
from experiments.sweep.store import Store
from experiments.wording import metric_in_words, number, span
from sim.metrics import describe_key

MOST = 60  # points, values or failures that a table lists
LEVEL = 0.95


def sections(result: Result, say) -> Sections:
    """Everything that a sweep says."""
    store, spec, made = Store.opened(result.folder), result.spec, result.manifest
    first, last = made["worlds"]["replications"]
    keys = headline_keys(made["outcomes"], spec.scenario.outside_patrons[:2])
    table = store.table([*keys, "key", "error"])
    points, drawn = len(store.design), spec.figures == "drawn"
    return Sections(
        title=say("title.sweep", host=result.host, axes=", ".join(axis.path for axis in store.axes)),
        subtitle=say(
            "title.sweep.sub",
            points=points,
            replications=last - first + 1,
            days=spec.days,
            start=say.date(spec.scenario.start_date),
        ),
        question=say("asked.sweep"),
        asked=[_axes(store, say), scenarios(result, say)],
        verdict=[("", [*_moved(made, say), say("verdict.sweep")])],
        verdict_notes=[],
        tables=[_by_value(result, table, axis.path, keys, say) for axis in store.axes if axis.values is not None],
        table_notes=[say("tables.level", level=f"{100 * LEVEL:g} %")],
        all_tables=[_by_point(result, store, table, keys, say)],
        all_notes=[say("tables.points.more", shown=MOST, points=points)] if points > MOST else [],
        leaning=[_leaning(result, drawn, say)],
        failures=_failures(made, say),
        failed=_failed(result, table, say),
        unclaimed=list(NOT_CLAIMED),
        worlds=say("repeat.seed", seed=spec.seed, replications=f"{first} to {last}"),
    )


def _axes(store: Store, say) -> Table:
    rows = []
    for axis in store.axes:
        what = axis.said if axis.values is None else axis.values[:MOST]
        text = ", ".join(f"{k} {v}" for k, v in what.items()) if isinstance(what, dict) else ", ".join(map(_text, what))
        rows.append([axis.path, axis.role, text])
    return Table(say("asked.axes"), [say(f"asked.{c}") for c in ("axis", "role", "values")], rows)


def _text(value) -> str:
    return "base" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _moved(made: dict, say) -> list[str]:
    """Which settings changed an outcome at all."""
    checks = [check for check in made["checks"] or () if check["pairs"]]
    moved = [check["path"] for check in checks if check["changed"]]
    inert = [check["path"] for check in checks if not check["changed"]]
    said = [say("verdict.moved", names=", ".join(moved))] if moved else []
    return said + ([say("failures.inert", names=", ".join(inert))] if inert else [])


def _by_value(result: Result, table, path: str, keys: list[str], say) -> Table:
    """Means over all runs of a value of one axis, whatever the other axes are."""
    values = table[path].to_pylist()
    rows = [
        [_text(value), *_cells(table, np.array([v == value for v in values]), keys, say)]
        for value in dict.fromkeys(values)
    ]
    return Table(say("tables.by_value", path=path), [path, *_heads(result, keys)], rows, True)


def _by_point(result: Result, store: Store, table, keys: list[str], say) -> Table:
    point, rows = table["point"].to_numpy(), []
    for number_, values in list(store.points().items())[:MOST]:
        said = ", ".join(f"{axis.path}={_text(value)}" for axis, value in zip(store.axes, values, strict=True))
        rows.append([f"{number_}: {said}", *_cells(table, point == number_, keys, say)])
    return Table(say("tables.points"), [say("tables.point"), *_heads(result, keys)], rows, True)


def _heads(result: Result, keys: list[str]) -> list[str]:
    return [f"{metric_in_words(key, result.names)} ({describe_key(key)[1]})" for key in keys]


def _cells(table, chosen: np.ndarray, keys: list[str], say) -> list[str]:
    """Mean over worlds with interval; a world counts once, with its mean over points, because all points share their worlds."""
    world, cells = table["replication"].to_numpy()[chosen], []
    for key in keys:
        found = described(per_world(table[key].to_numpy()[chosen].astype(float), world), LEVEL)
        interval = f" {span(found['low'], found['high'])}" if found["n"] > 1 else ""
        cells.append(f"{number(found['mean'])}{interval}" if found["n"] else say("tables.not_observed"))
    return cells


def per_world(values: np.ndarray, world: np.ndarray) -> np.ndarray:
    """Mean over the observed runs of each world, (worlds,)."""
    seen = ~np.isnan(values)
    _, place = np.unique(world[seen], return_inverse=True)
    return np.bincount(place, values[seen]) / np.bincount(place) if seen.any() else np.empty(0)


def _leaning(result: Result, drawn: bool, say) -> Point:
    approx = sum(k.quality == "approx" for k in figures(result.spec))
    if not drawn:
        return Point(say("leaning.sweep.central", approx=approx), command=with_settings(result, "figures=drawn"))
    arms = ",".join(dict.fromkeys(spec.scenario.name for spec in result.specs.values()))
    command = shlex.join(["suasion", "compare", f"scenarios=[{arms}]", f"days={result.spec.days}"])
    return Point(say("leaning.sweep.drawn"), command=command)


def _failures(made: dict, say) -> list[str]:
    said = (
        [say("failures.some", failed=made["failed"], runs=made["runs"])] if made["failed"] else [say("failures.none")]
    )
    return said + ([say("failures.missing", missing=made["missing"])] if made["missing"] else [])


def _failed(result: Result, table, say) -> list[Table]:
    import pyarrow.compute as pc

    wrong = table.filter(pc.is_valid(table["error"])).slice(0, MOST).to_pylist()
    columns = [say(f"failures.{c}") for c in ("run", "error", "repeat")]
    rows = [
        [
            say("failures.which", point=row["point"], replication=row["replication"]),
            row["error"],
            shlex.join(["suasion", "rerun", str(result.folder), f"run={row['key']}"]),
        ]
        for row in wrong
    ]
    return [Table(say("failures.table"), columns, rows)] if rows else []
