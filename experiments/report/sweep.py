"""The sections of a report on `suasion sweep`: axes, outcomes per point and per value, and failures."""

import shlex
from collections.abc import Collection

import numpy as np
import pyarrow as pa

from experiments.compare.comparison import SHARE
from experiments.compare.statistics import estimate
from experiments.compare.verdicts import headline_keys
from experiments.language import Language
from experiments.report.comparison import scenarios, start_date
from experiments.report.page_model import Sections, Table
from experiments.report.result import Result
from experiments.report.sensitivity_commands import sensitivity_commands
from experiments.report.sweep_parts import text, values_of
from experiments.results.formatting import metric_in_words, number, span
from experiments.statements import sentences
from experiments.statements.sweeps import CONFIDENCE, MOST
from experiments.sweep.store import Store
from sim.metrics import describe_key, range_of

VERDICT = ("sweep.moved", "sweep.inert", "sweep.further")
SPREAD = ("spread.holds", "spread.without_indicators", "spread.without_parameters", "spread.fixed")


def sections(result: Result, say: Language) -> Sections:
    """All sections of a report on a sweep."""
    store, specs, manifest = result.sweep.store, result.sweep.specs, result.manifest
    first, last = manifest["worlds"]["replications"]
    patrons = tuple(dict.fromkeys(code for spec in specs for code in spec.scenario.outside_patrons[:2]))
    keys = headline_keys(manifest["outcomes"], patrons)
    table = store.table([*keys, "key", "error"])
    points = len(store.design)
    return Sections(
        title=say("title.sweep", host=" / ".join(_hosts(result)), axes=", ".join(axis.path for axis in store.axes)),
        subtitle=say(
            "title.sweep.sub",
            points=points,
            replications=last - first + 1,
            days=" to ".join(map(str, dict.fromkeys(result.sweep.days))),
            start=start_date(specs, say),
        ),
        question=say("question.sweep"),
        question_tables=[_axes(store, say), scenarios(result, say)],
        verdict=[("", sentences(result.facts, *VERDICT, say=say))],
        verdict_notes=sentences(result.facts, *SPREAD, say=say),
        tables=[_by_value(result, table, axis.path, keys, say) for axis in store.axes if axis.values is not None],
        table_notes=sentences(
            result.facts, "sweep.confidence", "sweep.one_replication", "spread.few_replications", say=say
        ),
        all_tables=[_by_point(result, store, table, keys, say)],
        all_notes=sentences(result.facts, "sweep.first_points", say=say),
        input_sensitivity=sensitivity_commands(result, say),
        failures=sentences(result.facts, "failures.none", "failures.some", "failures.missing", say=say),
        failed=_failed(result, table, say),
    )


def _axes(store: Store, say: Language) -> Table:
    rows = []
    for axis in store.axes:
        rows.append([axis.path, axis.role, values_of(axis, MOST)])
    return Table(say("question.axes"), [say(f"question.{c}") for c in ("axis", "role", "values")], rows)


def _hosts(result: Result) -> list[str]:
    return list(dict.fromkeys(result.names[spec.scenario.host] for spec in result.sweep.specs))


def _by_value(result: Result, table: pa.Table, path: str, keys: list[str], say: Language) -> Table:
    """Means over all runs with one value of an axis, over all values of the other axes."""
    values = table[path].to_pylist()
    rows = [
        [text(value), *_row(result, table, np.array([v == value for v in values]), keys, say)]
        for value in dict.fromkeys(values)
    ]
    return Table(say("tables.by_value", path=path), [path, *_heads(result, keys)], rows, True)


def _by_point(result: Result, store: Store, table: pa.Table, keys: list[str], say: Language) -> Table:
    point, rows = table["point"].to_numpy(), []
    for number_, values in list(store.points().items())[:MOST]:
        settings = ", ".join(f"{axis.path}={text(value)}" for axis, value in zip(store.axes, values, strict=True))
        rows.append([f"{number_}: {settings}", *_row(result, table, point == number_, keys, say)])
    return Table(say("tables.points"), [say("tables.point"), *_heads(result, keys)], rows, True)


def _heads(result: Result, keys: list[str]) -> list[str]:
    return [f"{metric_in_words(key, result.names)} ({describe_key(key)[1]})" for key in keys]


def _row(result: Result, table: pa.Table, chosen: np.ndarray, keys: list[str], say: Language) -> list[str]:
    """Cells of the chosen runs."""
    absent = result.sweep.absent(set(table["point"].to_numpy()[chosen].tolist()), keys)
    return _cells(table, chosen, keys, result.sweep.days[1], say, absent)


def _cells(
    table: pa.Table, chosen: np.ndarray, keys: list[str], days: int, say: Language, absent: Collection[str] = ()
) -> list[str]:
    """Mean over replications with interval, and the number of runs that show it if some do not.

    A replication counts once, with its mean over points, because all points share replications. absent: metrics that the scenarios
    lack.
    """
    replication, cells = table["replication"].to_numpy()[chosen], []
    for key in keys:
        by_run = table[key].to_numpy()[chosen].astype(float)
        values, observed = per_replication(by_run, replication), int(np.isfinite(by_run).sum())
        share = describe_key(key)[1] == SHARE and bool(
            np.isin(values, (0.0, 1.0)).all()
        )  # a mean over points may be a fraction
        cell = estimate(values, CONFIDENCE, share, range_of(key, days))
        interval = f" {span(cell['low'], cell['high'])}" if cell["n"] > 1 else ""
        part = say("tables.observed", observed=observed, runs=by_run.size) if observed < by_run.size else ""
        empty = say("tables.absent" if key in absent else "tables.not_observed")
        cells.append(f"{number(cell['mean'])}{interval}{part}" if cell["n"] else empty)
    return cells


def per_replication(values: np.ndarray, replication: np.ndarray) -> np.ndarray:
    """Mean over the observed runs of each replication, (replications,)."""
    finite = ~np.isnan(values)
    _, index = np.unique(replication[finite], return_inverse=True)
    return np.bincount(index, values[finite]) / np.bincount(index) if finite.any() else np.empty(0)


def _failed(result: Result, table: pa.Table, say: Language) -> list[Table]:
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
