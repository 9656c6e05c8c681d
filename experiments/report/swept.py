"""The sections of a report on `suasion sweep`: what was varied, outcomes per point and per value, and what failed."""

import shlex

import numpy as np

from experiments.compare.comparison import SHARE
from experiments.compare.statistics import described
from experiments.compare.verdicts import headline_keys
from experiments.report.comparison import scenarios
from experiments.report.conclusions import with_settings
from experiments.report.parts import Point, Sections, Table
from experiments.report.result import Result
from experiments.statements import sentences
from experiments.statements.sweeps import LEVEL, MOST
from experiments.sweep.store import Store
from experiments.wording import metric_in_words, number, span
from sim.metrics import describe_key, range_of

VERDICT = ("sweep.moved", "sweep.inert", "sweep.further")
SPREAD = ("spread.holds", "spread.without_figures", "spread.without_parameters", "spread.fixed")


def sections(result: Result, say) -> Sections:
    """Everything that a sweep says."""
    store, spec, made = Store.opened(result.folder), result.spec, result.manifest
    first, last = made["worlds"]["replications"]
    keys = headline_keys(made["outcomes"], spec.scenario.outside_patrons[:2])
    table = store.table([*keys, "key", "error"])
    points = len(store.design)
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
        verdict=[("", sentences(result.facts, *VERDICT, say=say))],
        verdict_notes=sentences(result.facts, *SPREAD, say=say),
        tables=[_by_value(result, table, axis.path, keys, say) for axis in store.axes if axis.values is not None],
        table_notes=sentences(result.facts, "sweep.level", "sweep.one_world", "spread.few_worlds", say=say),
        all_tables=[_by_point(result, store, table, keys, say)],
        all_notes=sentences(result.facts, "sweep.first_points", say=say),
        leaning=[_leaning(result, say)],
        failures=sentences(result.facts, "failures.none", "failures.some", "failures.missing", say=say),
        failed=_failed(result, table, say),
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


def _by_value(result: Result, table, path: str, keys: list[str], say) -> Table:
    """Means over all runs of a value of one axis, whatever the other axes are."""
    values = table[path].to_pylist()
    rows = [
        [_text(value), *_cells(table, np.array([v == value for v in values]), keys, _days(result, table), say)]
        for value in dict.fromkeys(values)
    ]
    return Table(say("tables.by_value", path=path), [path, *_heads(result, keys)], rows, True)


def _by_point(result: Result, store: Store, table, keys: list[str], say) -> Table:
    point, rows = table["point"].to_numpy(), []
    for number_, values in list(store.points().items())[:MOST]:
        said = ", ".join(f"{axis.path}={_text(value)}" for axis, value in zip(store.axes, values, strict=True))
        rows.append([f"{number_}: {said}", *_cells(table, point == number_, keys, _days(result, table), say)])
    return Table(say("tables.points"), [say("tables.point"), *_heads(result, keys)], rows, True)


def _heads(result: Result, keys: list[str]) -> list[str]:
    return [f"{metric_in_words(key, result.names)} ({describe_key(key)[1]})" for key in keys]


def _cells(table, chosen: np.ndarray, keys: list[str], days: int, say) -> list[str]:
    """Mean over worlds with interval; a world counts once, with its mean over points, because all points share their worlds."""
    world, cells = table["replication"].to_numpy()[chosen], []
    for key in keys:
        values = per_world(table[key].to_numpy()[chosen].astype(float), world)
        share = describe_key(key)[1] == SHARE and bool(
            np.isin(values, (0.0, 1.0)).all()
        )  # over points it may be a part
        found = described(values, LEVEL, share, range_of(key, days))
        interval = f" {span(found['low'], found['high'])}" if found["n"] > 1 else ""
        cells.append(f"{number(found['mean'])}{interval}" if found["n"] else say("tables.not_observed"))
    return cells


def _days(result: Result, table) -> int:
    """The longest horizon of any run."""
    return max([result.spec.days, *(table["days"].to_pylist() if "days" in table.column_names else ())])


def per_world(values: np.ndarray, world: np.ndarray) -> np.ndarray:
    """Mean over the observed runs of each world, (worlds,)."""
    seen = ~np.isnan(values)
    _, place = np.unique(world[seen], return_inverse=True)
    return np.bincount(place, values[seen]) / np.bincount(place) if seen.any() else np.empty(0)


def _leaning(result: Result, say) -> Point:
    (text,) = sentences(result.facts, "leaning.sweep.central", "leaning.sweep.drawn", say=say)
    if result.spec.figures != "drawn":
        return Point(text, command=with_settings(result, "figures=drawn"))
    arms = ",".join(dict.fromkeys(spec.scenario.name for spec in result.specs.values()))
    command = shlex.join(["suasion", "compare", f"scenarios=[{arms}]", f"days={result.spec.days}"])
    return Point(text, command=command)


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
