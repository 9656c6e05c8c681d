"""The figures of a comparison, one per file."""

from functools import partial
from typing import Any

import networkx as nx
import numpy as np

from experiments.compare.comparison import IN_OFFICE, SHARE, Comparison
from experiments.compare.verdicts import headline_keys
from experiments.results.formatting import metric_in_words, number, span, variable_in_words
from experiments.results.interval_kinds import BOOTSTRAP, SCORE, SKEWED
from experiments.statements.figure_titles import (
    UNMOVED,
    differences_title,
    influence_title,
    regret_title,
    survival_title,
)
from sim import plots
from sim.core.wording import minus
from sim.metrics import describe_key
from sim.plots.shares import largest_move

SPREADS = ("protest_peak", "protest_duration", "deaths", "detained", "elite_change_30d", "public_change_30d")

MEANS = f"{BOOTSTRAP}, where few replications differ {SKEWED}"


def draw_figures(
    comparison: Comparison, summary: dict[Any, Any], daily: list[dict[Any, Any]], graph: nx.MultiDiGraph
) -> dict[Any, Any]:
    """File name -> figure. daily: see `Comparison.daily`; graph: the network of day 0."""
    baseline, move = comparison.baseline, largest_move(comparison.ensembles)
    by_file = _arm_figures(comparison) | {
        "influence": _influence(comparison, move),
        "network": _network(comparison, graph, move),
        "distributions": partial(
            plots.distributions, _spreads(comparison), f"n = {baseline.n_runs} replications per scenario"
        ),
    }
    if comparison.others:
        by_file |= _over_time(comparison, summary, daily)
        rows = _difference_rows(comparison, summary)
        if rows:
            title = differences_title(
                ((r["key"], r["arm"], r["decided"]) for r in rows), baseline.label, comparison.names
            )
            by_file["differences"] = partial(
                plots.paired_differences, rows, baseline.label, comparison.confidence, title
            )
    objectives = [o for o in summary["objectives"] if o["n"]]
    if objectives:
        arms = [(e.scenario, e.label, e.colour) for e in comparison.ensembles]
        title = regret_title(objectives, {key: label for key, label, _ in arms})
        by_file["regret"] = partial(plots.regrets, objectives, arms, comparison.confidence, title)
    return by_file


def _arm_figures(comparison: Comparison) -> dict[Any, Any]:
    """Figures of the arms themselves: all in one panel, or one panel each where they are many."""
    ensembles, baseline = comparison.ensembles, comparison.baseline
    shares = [float(e.series["incumbent"][:, -1].mean()) for e in ensembles]
    survival = survival_title(baseline.host_name, baseline.days, shares)
    if len(ensembles) <= plots.MANY:
        return {
            "protest": partial(plots.protest_and_legitimacy, ensembles, baseline=baseline),
            "survival": partial(plots.survival_curves, ensembles, comparison.confidence, survival),
            "alignment": partial(plots.alignments, ensembles, names=comparison.names),
        }
    return {
        "protest": partial(plots.series_multiples, ensembles, baseline, "protest"),
        "legitimacy": partial(plots.series_multiples, ensembles, baseline, "legitimacy"),
        "survival": partial(plots.survival_multiples, ensembles, baseline, comparison.confidence, survival),
        "alignment_elite": partial(plots.alignment_multiples, ensembles, "elite", comparison.names),
        "alignment_public": partial(plots.alignment_multiples, ensembles, "public", comparison.names),
    }


def _influence(comparison: Comparison, move: tuple[float, str, str, str]) -> Any:
    """Shares of influence, with their largest change in the title."""
    ensembles, baseline = comparison.ensembles, comparison.baseline
    title = influence_title(baseline.host_name, baseline.days, move, comparison.names, several=len(ensembles) > 1)
    return partial(plots.influence_shares, ensembles, comparison.names, title)


def _network(comparison: Comparison, graph: nx.MultiDiGraph, move: tuple[float, str, str, str]) -> Any:
    """The network of day 0, with the mean changes of the scenario in which a share of influence on the host changes most."""
    baseline, (points, *_, label) = comparison.baseline, move
    one = next(e for e in comparison.ensembles if e.label == label)
    changes = {
        (patron, one.host, channel): 100 * float((one.series[c][:, -1] - one.series[c][:, 0]).mean())
        for c in one.series
        if c.startswith("influence_share:")
        for _, channel, patron in [c.split(":")]
    }
    until = f"after {one.days} days" + (
        f" under {label}" if len(comparison.ensembles) > 1 and abs(points) >= UNMOVED else ""
    )
    return partial(plots.network_map, graph, baseline.host, baseline.patrons, changes, until)


def _over_time(comparison: Comparison, summary: dict[Any, Any], daily: list[dict[Any, Any]]) -> dict[Any, Any]:
    """Figures of differences over time: one for all variables, or one per variable where the arms are many."""
    baseline, survival = comparison.baseline, summary["survival"]["differences"]
    note = f"n = {baseline.n_runs} paired replications"
    lines = [_line(comparison, entry, survival) for entry in daily]
    in_office = [line for line in lines if line["column"] == IN_OFFICE]
    many = len(comparison.others) >= plots.MANY
    by_file = {
        "survival_difference": partial(
            plots.differences_over_time,
            in_office,
            f"Survival of the government. {_message_at_end(comparison, in_office)}",
            f"{note}; days: mean time in office",
            comparison.confidence,
            "arm" if many else "variable",
        )
    }
    without_notes = [line | {"note": ""} for line in lines]
    if not many:
        message = _message_at_end(comparison, lines)
        return by_file | {
            "differences_over_time": partial(
                plots.differences_over_time, without_notes, message, note, comparison.confidence
            )
        }
    for column in dict.fromkeys(line["column"] for line in without_notes if line["column"] != IN_OFFICE):
        of_column = [line for line in without_notes if line["column"] == column]
        name = f"differences_over_time_{column.replace(':', '_')}"
        message = _message_at_end(comparison, of_column)
        by_file[name] = partial(
            plots.differences_over_time,
            of_column,
            f"{of_column[0]['variable']}. {message}",
            note,
            comparison.confidence,
            "arm",
        )
    return by_file


def _message_at_end(comparison: Comparison, lines: list[dict[Any, Any]]) -> str:
    """The title of a figure over time: what is decided on the last day."""
    decided = ((line["column"], line["arm"], _at_end(line)) for line in lines)
    return differences_title(decided, comparison.baseline.label, comparison.names, comparison.baseline.days)


def _at_end(line: dict[Any, Any]) -> str:
    """The sign of a difference on the last day, by its pointwise interval."""
    low, high = line["low"][-1], line["high"][-1]
    return "higher" if low > 0 else "lower" if high < 0 else "undecided"


def _line(comparison: Comparison, entry: dict[Any, Any], survival: dict[Any, Any]) -> dict[Any, Any]:
    """One difference over time, as `plots.differences_over_time` reads it."""
    index = [e.scenario for e in comparison.ensembles].index(entry["arm"])
    one, days = comparison.ensembles[index], survival[entry["arm"]]
    if entry["variable"] == IN_OFFICE:
        label, unit = "Government of day 0 in office", SHARE
    else:
        label, unit = variable_in_words(entry["variable"], comparison.names)
    days_note = f"{number(days['mean'], True)} {span(days['low'], days['high'], True)} days"
    days_note = minus(days_note)
    style = plots.look(index, one.colour)
    labels = {"column": entry["variable"], "variable": label, "unit": unit, "arm": one.label, "note": days_note}
    in_office = entry["variable"] == IN_OFFICE
    look = {"style": style, "step": in_office, "interval": f"in office: {SCORE}" if in_office else MEANS}
    return entry | labels | look


def _spreads(comparison: Comparison) -> list[dict[Any, Any]]:
    """Rows of the figure of distributions."""
    wanted = [key for name in SPREADS for key in (name, *(f"{name}:{p}" for p in comparison.leading))]
    ensembles_by_key = {key: [e for e in comparison.ensembles if key in e.metrics] for key in wanted}
    return [
        {
            "metric": metric_in_words(key, comparison.names),
            "unit": describe_key(key)[1],
            "arm": e.label,
            "colour": e.colour,
            "values": e.metrics[key],
        }
        for key, ensembles in ensembles_by_key.items()
        if any(np.nanmax(np.abs(e.metrics[key]), initial=0.0) > 0.0 for e in ensembles)
        for e in ensembles
    ]


def _difference_rows(comparison: Comparison, summary: dict[Any, Any]) -> list[dict[Any, Any]]:
    """Rows of the figure of differences: headline metrics, among them those of the leading patrons."""
    return [
        {
            "key": key,
            "metric": metric_in_words(key, comparison.names),
            "unit": summary["metrics"][key]["unit"],
            "arm": one.label,
            "colour": one.colour,
            **summary["metrics"][key]["differences"][one.scenario],
        }
        for key in headline_keys(summary["metrics"], comparison.leading)
        for one in comparison.others
        if summary["metrics"][key]["differences"][one.scenario]["n"]
    ]
