"""The sections of a report on `suasion sweep`: what was varied, outcomes per point and per value, and what failed."""

import shlex
from collections.abc import Set

import numpy as np

from experiments.compare.comparison import SHARE
from experiments.compare.statistics import described
from experiments.compare.verdicts import headline_keys
from experiments.report.comparison import scenarios, start
from experiments.report.page_model import Sections, Table
from experiments.report.result import Result
from experiments.report.unexamined import unexamined
from experiments.report.varied import text, values_of
from experiments.results.formatting import metric_in_words, number, span
from experiments.statements import sentences
from experiments.statements.sweeps import CONFIDENCE, MOST
from experiments.sweep.store import Store
from sim.metrics import describe_key, range_of

VERDICT = ("sweep.moved", "sweep.inert", "sweep.further")
SPREAD = ("spread.holds", "spread.without_indicators", "spread.without_parameters", "spread.fixed")


def sections(result: Result, say) -> Sections:
    """Everything that a sweep says."""
    store, specs, made = result.varied.store, result.varied.specs, result.manifest
    first, last = made["worlds"]["replications"]
    patrons = tuple(dict.fromkeys(code for spec in specs for code in spec.scenario.outside_patrons[:2]))
    keys = headline_keys(made["outcomes"], patrons)
    table = store.table([*keys, "key", "error"])
    points = len(store.design)
    return Sections(
        title=say("title.sweep", host=" / ".join(_hosts(result)), axes=", ".join(axis.path for axis in store.axes)),
        subtitle=say(
            "title.sweep.sub",
            points=points,
            replications=last - first + 1,
            days=" to ".join(map(str, dict.fromkeys(result.varied.days))),
            start=start(specs, say),
        ),
        question=say("asked.sweep"),
        asked=[_axes(store, say), scenarios(result, say)],
        verdict=[("", sentences(result.facts, *VERDICT, say=say))],
        verdict_notes=sentences(result.facts, *SPREAD, say=say),
        tables=[_by_value(result, table, axis.path, keys, say) for axis in store.axes if axis.values is not None],
        table_notes=sentences(result.facts, "sweep.confidence", "sweep.one_world", "spread.few_worlds", say=say),
        all_tables=[_by_point(result, store, table, keys, say)],
        all_notes=sentences(result.facts, "sweep.first_points", say=say),
        leaning=unexamined(result, say),
        failures=sentences(result.facts, "failures.none", "failures.some", "failures.missing", say=say),
        failed=_failed(result, table, say),
    )


def _axes(store: Store, say) -> Table:
    rows = []
    for axis in store.axes:
        rows.append([axis.path, axis.role, values_of(axis, MOST)])
    return Table(say("asked.axes"), [say(f"asked.{c}") for c in ("axis", "role", "values")], rows)


def _hosts(result: Result) -> list[str]:
    return list(dict.fromkeys(result.names[spec.scenario.host] for spec in result.varied.specs))


def _by_value(result: Result, table, path: str, keys: list[str], say) -> Table:
    """Means over all runs of a value of one axis, whatever the other axes are."""
    values = table[path].to_pylist()
    rows = [
        [text(value), *_row(result, table, np.array([v == value for v in values]), keys, say)]
        for value in dict.fromkeys(values)
    ]
    return Table(say("tables.by_value", path=path), [path, *_heads(result, keys)], rows, True)


def _by_point(result: Result, store: Store, table, keys: list[str], say) -> Table:
    point, rows = table["point"].to_numpy(), []
    for number_, values in list(store.points().items())[:MOST]:
        said = ", ".join(f"{axis.path}={text(value)}" for axis, value in zip(store.axes, values, strict=True))
        rows.append([f"{number_}: {said}", *_row(result, table, point == number_, keys, say)])
    return Table(say("tables.points"), [say("tables.point"), *_heads(result, keys)], rows, True)


def _heads(result: Result, keys: list[str]) -> list[str]:
    return [f"{metric_in_words(key, result.names)} ({describe_key(key)[1]})" for key in keys]


def _row(result: Result, table, chosen: np.ndarray, keys: list[str], say) -> list[str]:
    """The cells of these runs."""
    absent = result.varied.absent(set(table["point"].to_numpy()[chosen].tolist()), keys)
    return _cells(table, chosen, keys, result.varied.days[1], say, absent)


def _cells(table, chosen: np.ndarray, keys: list[str], days: int, say, absent: Set[str] = frozenset()) -> list[str]:
    """Mean over worlds with interval, and how many runs show it if not all do.

    A world counts once, with its mean over points, because all points share their worlds. absent: metrics that the scenarios lack.
    """
    world, cells = table["replication"].to_numpy()[chosen], []
    for key in keys:
        by_run = table[key].to_numpy()[chosen].astype(float)
        values, observed = per_world(by_run, world), int(np.isfinite(by_run).sum())
        share = describe_key(key)[1] == SHARE and bool(
            np.isin(values, (0.0, 1.0)).all()
        )  # over points it may be a part
        found = described(values, CONFIDENCE, share, range_of(key, days))
        interval = f" {span(found['low'], found['high'])}" if found["n"] > 1 else ""
        part = say("tables.observed", observed=observed, runs=by_run.size) if observed < by_run.size else ""
        empty = say("tables.absent" if key in absent else "tables.not_observed")
        cells.append(f"{number(found['mean'])}{interval}{part}" if found["n"] else empty)
    return cells


def per_world(values: np.ndarray, world: np.ndarray) -> np.ndarray:
    """Mean over the observed runs of each world, (worlds,)."""
    seen = ~np.isnan(values)
    _, place = np.unique(world[seen], return_inverse=True)
    return np.bincount(place, values[seen]) / np.bincount(place) if seen.any() else np.empty(0)


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
