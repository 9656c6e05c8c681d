"""`suasion compare view=paired`: two runs of one replication side by side, and their first difference."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from experiments.compare.arms import CompareOptions, colours_of, labels_of, names_of
from experiments.results.figures import save_figures
from experiments.results.writing import new_folder, write_json, write_manifest, write_table
from experiments.statements import Facts, sentences
from experiments.terminal.progress import announce_compilation
from sim.core.log import LogEntry
from sim.metrics import compute_metrics
from sim.records.ensemble import ensemble
from sim.records.records import Records, in_order
from sim.records.variables import BY_NAME, VARIABLES, Variable
from sim.spec.schema import Spec

EVENT = ("day", "actor", "kind", "target", "size", "unit")


def compare_pair(
    arms: dict[str, Spec], options: CompareOptions, command: list[str], horizons: dict[str, int]
) -> tuple[Path, dict[Any, Any]]:
    """Run the first other arm and the baseline in one replication and write the folder; returns folder and summary."""
    from sim.model import simulate  # imported here because it takes a second

    second = options.baseline
    assert second is not None
    first = next(arm for arm in arms if arm != second)
    pair = {arm: arms[arm] for arm in (first, second)}
    with new_folder(options.out, "paired_view") as (folder, target):
        with announce_compilation(options.quiet):
            records = {arm: simulate(spec) for arm, spec in pair.items()}
        metrics = {arm: compute_metrics(one) for arm, one in records.items()}
        first_difference = divergence(*records.values())
        names = names_of(pair)
        spec = pair[first]
        pair_summary = {
            "view": "paired",
            "seed": spec.seed,
            "replication": spec.replication,
            "days": spec.days,
            "host": spec.scenario.host,
        }
        pair_summary |= {"scenarios": [first, second], "labels": list(labels_of(pair).values())}
        pair_summary |= {
            "names": names,
            "divergence": first_difference,
            "events": side_by_side(*records.values()),
            "metrics": metrics,
        }
        replications = {"seed": spec.seed, "replication": spec.replication, "scenarios": [first, second]}
        replications |= {"horizons": {arm: horizons[arm] for arm in pair}}
        pair_summary["text"] = divergence_sentence(pair_summary)
        write_json(folder / "paired_view.json", pair_summary)
        _write_tables(folder, records, options.csv)
        saved = {f"config_{arm}": one for arm, one in pair.items()}
        manifest = write_manifest(folder, command, saved, options=options.model_dump(), worlds=replications)
        draw(folder, pair, records, metrics, pair_summary, manifest, options.figures.format)
    return target, pair_summary


def divergence(first: Records, second: Records) -> dict[Any, Any]:
    """First difference between the records of two runs, bit for bit. Of series, those of both runs are compared.

    day: the earlier of the two below, None if nothing differs; day -1 is the state before the first day.
    series: its day and the variables that differ then. events: its day, and the events of one run alone on that day.
    """
    series, events = _first_series(first, second), _first_events(first, second)
    days = [part["day"] for part in (series, events) if part["day"] is not None]
    return {"day": min(days, default=None), "series": series, "events": events}


def _first_series(first: Records, second: Records) -> dict[Any, Any]:
    """First day on which series differ; row d + 1 of a series is the end of day d."""
    rows = {}
    for v in VARIABLES:
        one, other = (_shared(v, a, b) for a, b in ((first, second), (second, first)))
        differs = (one != other).reshape(first.days + 1, -1).any(axis=1)
        if differs.any():
            rows[v.name] = int(differs.argmax())
    earliest = min(rows.values(), default=None)
    variables = [name for name, row in rows.items() if row == earliest]
    return {"day": None if earliest is None else earliest - 1, "variables": variables}


def _shared(variable: Variable, one: Records, other: Records) -> np.ndarray:
    """The series of one run for the labels that both runs have, sorted by label."""
    axes = [(one.axis(axis), set(one.axis(axis)) & set(other.axis(axis))) for axis in variable.axes]
    indices: list[Any] = [[labels.index(label) for label in sorted(common)] for labels, common in axes]
    return one[variable.name][np.ix_(np.arange(one.days + 1), *indices)]


def _first_events(first: Records, second: Records) -> dict[Any, Any]:
    """First day with an event of one run alone."""
    for day, (_, first_only, second_only) in _by_day(first, second).items():
        if first_only or second_only:
            return {"day": day, "first": [_plain(e) for e in first_only], "second": [_plain(e) for e in second_only]}
    return {"day": None, "first": [], "second": []}


def _by_day(first: Records, second: Records) -> dict[int, tuple[list[LogEntry], list[LogEntry], list[LogEntry]]]:
    """Day -> events of both runs, of the first alone, of the second alone, each in its order."""
    by_day = {}
    for day in sorted({e.day for e in (*first.events, *second.events)}):
        of_first, of_second = ([e for e in one.events if e.day == day] for one in (first, second))
        shared = Counter(of_first) & Counter(of_second)
        by_day[day] = (list(shared.elements()), _without(of_first, shared), _without(of_second, shared))
    return by_day


def _without(events: list[LogEntry], shared: Counter[Any]) -> list[LogEntry]:
    """The events without the shared ones; an event may be shared several times."""
    remaining, unshared = Counter(shared), []
    for event in events:
        if remaining[event]:
            remaining[event] -= 1
        else:
            unshared.append(event)
    return unshared


def side_by_side(first: Records, second: Records) -> list[dict[Any, Any]]:
    """Rows of events: day, first, second. An event of one run alone has None beside it."""
    rows = []
    for day, (shared, first_only, second_only) in _by_day(first, second).items():
        pairs = [(e, e) for e in shared] + list(zip_longest(first_only, second_only))
        rows += [{"day": day, "first": a and _plain(a), "second": b and _plain(b)} for a, b in pairs]
    return rows


def _plain(event: LogEntry) -> dict[Any, Any]:
    return {name: getattr(event, name) for name in EVENT}


def divergence_sentence(pair_summary: dict[Any, Any]) -> str:
    """The first difference in one sentence."""
    (line,) = sentences(Facts("paired_view", {}, pair_summary), "paired_view.same", "paired_view.parted")
    return line


def _write_tables(folder: Path, records: dict[str, Records], csv: bool) -> None:
    """Write series and events; rows of the first run come first."""
    tables = {arm: one.table() for arm, one in records.items()}
    columns: dict[str, Any] = {"scenario": [arm for arm, t in tables.items() for _ in t["day"]]}
    absent = np.full(len(next(iter(tables.values()))["day"]), np.nan)
    for name in in_order(tables.values(), ["day", *BY_NAME]):
        columns[name] = np.concatenate([t.get(name, absent) for t in tables.values()])
    write_table(folder / "series", columns, csv)
    events = [(arm, e) for arm, one in records.items() for e in one.events]
    columns = {"scenario": [arm for arm, _ in events]}
    write_table(folder / "events", columns | {name: [getattr(e, name) for _, e in events] for name in EVENT}, csv)


def draw(
    folder: Path,
    pair: dict[str, Spec],
    records: dict[Any, Any],
    metrics: dict[Any, Any],
    pair_summary: dict[Any, Any],
    manifest: dict[Any, Any],
    formats: Sequence[str],
) -> None:
    """Save the figure of a paired view."""
    from sim import plots  # imported here because it takes a second

    labels, colours = labels_of(pair), colours_of(pair)
    ensembles = [
        replace(ensemble(spec, [records[arm].table()], [metrics[arm]]), label=labels[arm], colour=colours[arm])
        for arm, spec in pair.items()
    ]
    names = names_of(pair)
    figures = {"paired_view": partial(plots.paired_view, ensembles, pair_summary, names)}
    save_figures(folder / "figures", figures, manifest, formats)
