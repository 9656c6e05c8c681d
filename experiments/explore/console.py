"""Terminal output of `suasion sensitivity`, `suasion discover` and `suasion tip`."""

from collections.abc import Iterable
from dataclasses import replace
from math import isnan
from typing import Any

from experiments.explore import sensitivity, tip
from experiments.explore.discover import explore
from experiments.explore.importance import chance_text, count, rows_by_combination
from experiments.explore.labels import number
from experiments.statements import Facts, sentences
from experiments.sweep.console import show_plan
from experiments.sweep.sweep import run_sweep
from experiments.terminal.printing import echo, echo_paragraph, plain_table, print_table
from sim.core.wording import confidence_words, percent, percents

COLUMNS = {
    "morris": {"mu*": ("mu_star", "low", "high"), "mu": ("mu",), "sigma": ("sigma",)},
    "sobol": {"S1": ("S1", "S1_low", "S1_high"), "ST": ("ST", "ST_low", "ST_high")},
    "ranks": {"rank correlation": ("rho", "low", "high")},
}


def show_sensitivity(words: list[str], command: list[str], config_dir: str | None) -> None:
    """Analyse the sensitivity, and print one table per outcome and combination."""
    options, folder, plan = sensitivity.prepare(words, config_dir)
    if plan is not None and plan.options.plan:
        return show_plan(plan)
    swept: Any = folder if plan is None else run_sweep(plan, command).folder
    folder, result = sensitivity.sensitivity(options, swept, command)
    facts = Facts("sensitivity", {}, result)
    for name, outcome in result["outcomes"].items():
        for title, rows in rows_by_combination(result, name).items():
            _print(
                f"{outcome['label']} ({outcome['unit']}): {title}",
                ["parameter", *COLUMNS[result["method"]]],
                _cells(rows, result),
            )
        _print_pairs(result, name)
        for line in sentences(replace(facts, data=result | {"outcomes": {name: outcome}}), "sensitivity.constant"):
            echo_paragraph(line)
        echo_paragraph("; ".join(filter(None, (chance_text(result, name), _removable(result, name)))))
        echo()
    echo_paragraph(f"n = {count(result)}; [{confidence_words(result['confidence'])} intervals over resampled points].")
    for line in sentences(facts, *(f"sensitivity.{method}" for method in COLUMNS)):
        echo_paragraph(line, indent="  ")
    echo(f"Written to {folder}")


def _cells(rows: list[dict[Any, Any]], result: dict[Any, Any]) -> list[list[str]]:
    return [[row["name"], *(_cell(row, keys) for keys in COLUMNS[result["method"]].values())] for row in rows]


def _cell(row: dict[Any, Any], keys: tuple[str, ...]) -> str:
    value, *bounds = (number(row[key]) for key in keys)
    return f"{value} [{', '.join(bounds)}]" if bounds else value


def _print_pairs(result: dict[Any, Any], outcome: str) -> None:
    """Print shares of pairs, the largest first, if the design has them."""
    names = {path: axis["name"] for path, axis in result["axes"].items()}
    for group in result["combinations"]:
        pairs = sorted(group["outcomes"][outcome].get("pairs", ()), key=lambda pair: -abs(pair["S2"]))
        rows = [[" x ".join(names[a] for a in pair["axes"]), _cell(pair, ("S2", "low", "high"))] for pair in pairs]
        if rows:
            _print(f"Pairs: {group['title']}", ["parameters", "S2"], rows)


def _removable(result: dict[Any, Any], outcome: str) -> str:
    """Share of the variance between points that more replications would remove; empty if it is unknown."""
    shares_left = [g["outcomes"][outcome]["chance"]["left"] for g in result["combinations"]]
    shares = [share for share in shares_left if not isnan(share)]
    return (
        f"more replications would remove up to {percent(max(shares))} of the variance between points" if shares else ""
    )


def _print(title: str, columns: list[str], rows: list[list[str]]) -> None:
    echo_paragraph(title)
    table = plain_table(*columns)
    for row in rows:
        table.add_row(*row)
    print_table(table)
    echo()


def show_discovery(words: list[str], command: list[str]) -> None:
    """Look for boxes, and print one sentence per box."""
    folder, result = explore(words, command)
    for box in result["boxes"]:
        echo_paragraph(box["sentence"], indent="  ")
    facts = Facts("discover", {}, result)
    for line in sentences(facts, "discover.none", "discover.together"):
        echo_paragraph(line)
    echo()
    echo(f"Everywhere: {percents(*result['all'])} of replications. The tree used:")
    split_axes = [axis for axis in result["axes"].values() if axis["weight"] > 0]
    echo_paragraph(", ".join(f"{axis['name']} {percent(axis['weight'])}" for axis in split_axes) or "nothing")
    _print_meanings(split_axes)
    for line in sentences(
        facts, "discover.other_replications", "discover.other_points", "discover.shares", "discover.left_out"
    ):
        echo_paragraph(line)
    echo(f"Written to {folder}")


def show_tip(words: list[str], command: list[str], config_dir: str | None) -> None:
    """Search the tipping line, and print its crossings."""
    options, plan = tip.prepare(words, config_dir)
    if plan.options.plan:
        show_plan(plan)
        echo(f"Of this grid, at most {percent(options.budget)} would be run.")
        return
    folder, result = tip.tip(options, plan, command)
    for line in sentences(Facts("tip", {}, result), "tip.lines", "tip.none"):
        echo_paragraph(line)
    for sentence in result["sentences"]:
        echo_paragraph(f"  {sentence}", indent="  ")
    _print_meanings(result["axes"])
    echo_paragraph(
        f"{result['points']} of {result['grid']:,} grid points ({percent(result['share_of_grid'])}), {result['worlds']} replications each; "
        f"[{confidence_words(result['confidence'])} band]. Of the plane, {percent(result['undecided'])} is not decided.\n"
        f"Written to {folder}"
    )


def _print_meanings(axes: Iterable[dict[Any, Any]]) -> None:
    for axis in axes:
        if axis["meaning"] != axis["name"]:
            echo_paragraph(f"  {axis['name']}: {axis['meaning']}", indent="    ")
