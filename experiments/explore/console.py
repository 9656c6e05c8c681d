"""What the exploring commands print."""

from dataclasses import replace
from typing import Any

from rich.table import Table

from experiments.console import Console, echo
from experiments.explore import sensitivity, tip
from experiments.explore.discover import explore
from experiments.explore.importance import count, luck, ordered
from experiments.explore.labels import number
from experiments.statements import Facts, sentences
from experiments.sweep.command import announce, ends
from experiments.sweep.sweep import perform
from sim.core.wording import confidence_words, percent, percents

COLUMNS = {
    "morris": {"mu*": ("mu_star", "low", "high"), "mu": ("mu",), "sigma": ("sigma",)},
    "sobol": {"S1": ("S1", "S1_low", "S1_high"), "ST": ("ST", "ST_low", "ST_high")},
    "ranks": {"rank correlation": ("rho", "low", "high")},
}


def show_sensitivity(words: list[str], command: list[str], config_dir: str | None) -> None:
    """Analyse, and print one table per outcome and combination."""
    options, folder, plan = sensitivity.prepared(words, config_dir)
    if plan is not None and plan.options.plan:
        return announce(plan)
    with ends():
        swept: Any = folder if plan is None else perform(plan, command).folder
        folder, result = sensitivity.sensitivity(options, swept, command)
    facts = Facts("sensitivity", {}, result)
    for name, said in result["outcomes"].items():
        for title, rows in ordered(result, name).items():
            _print(
                f"{said['label']} ({said['unit']}): {title}",
                ["parameter", *COLUMNS[result["method"]]],
                _cells(rows, result),
            )
        _print_pairs(result, name)
        for line in sentences(replace(facts, data=result | {"outcomes": {name: said}}), "sensitivity.constant"):
            echo(line)
        echo("; ".join(filter(None, (luck(result, name), _left(result, name)))) + "\n")
    echo(f"n = {count(result)}; [{confidence_words(result['confidence'])} intervals over resampled points].")
    echo("\n".join(sentences(facts, *(f"sensitivity.{method}" for method in COLUMNS))))
    echo(f"Written to {folder}")


def _cells(rows: list[dict], result: dict) -> list[list[str]]:
    return [[row["name"], *(_cell(row, keys) for keys in COLUMNS[result["method"]].values())] for row in rows]


def _cell(row: dict, keys: tuple[str, ...]) -> str:
    value, *ends = (number(row[key]) for key in keys)
    return f"{value} [{', '.join(ends)}]" if ends else value


def _print_pairs(result: dict, outcome: str) -> None:
    """Shares of pairs, where the design tells them, the largest first."""
    names = {path: said["name"] for path, said in result["axes"].items()}
    for group in result["combinations"]:
        pairs = sorted(group["outcomes"][outcome].get("pairs", ()), key=lambda pair: -abs(pair["S2"]))
        rows = [[" x ".join(names[a] for a in pair["axes"]), _cell(pair, ("S2", "low", "high"))] for pair in pairs]
        if rows:
            _print(f"Pairs: {group['title']}", ["parameters", "S2"], rows)


def _left(result: dict, outcome: str) -> str:
    """How far the means are from those over endless worlds; nothing where `luck` says that it is not known."""
    left = [g["outcomes"][outcome]["chance"]["left"] for g in result["combinations"]]
    shares = [share for share in left if share == share]
    return f"more worlds would remove up to {percent(max(shares))} of the variance between points" if shares else ""


def _print(title: str, columns: list[str], rows: list[list[str]]) -> None:
    echo(title)
    console = Console(highlight=False)
    table = Table(*columns, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for row in rows:
        table.add_row(*row)
    (console if console.is_terminal else Console(highlight=False, width=200)).print(table, markup=False)
    echo()


def show_discovery(words: list[str], command: list[str]) -> None:
    """Analyse, and print one sentence per box."""
    with ends():
        folder, result = explore(words, command)
    for box in result["boxes"]:
        echo(box["sentence"])
    facts = Facts("discover", {}, result)
    for line in sentences(facts, "discover.none", "discover.together"):
        echo(line)
    echo(f"\nEverywhere: {percents(*result['all'])} of worlds. What the tree used:")
    used = [said for said in result["axes"].values() if said["weight"] > 0]
    echo(", ".join(f"{said['name']} {percent(said['weight'])}" for said in used) or "nothing")
    _print_meanings(used)
    for line in sentences(
        facts, "discover.other_worlds", "discover.other_points", "discover.shares", "discover.left_out"
    ):
        echo(line)
    echo(f"Written to {folder}")


def show_tip(words: list[str], command: list[str], config_dir: str | None) -> None:
    """Search, and print where the line is crossed."""
    options, plan = tip.prepared(words, config_dir)
    if plan.options.plan:
        announce(plan)
        echo(f"Of this grid, at most {percent(options.budget)} would be run.")
        return
    with ends():
        folder, result = tip.tip(options, plan, command)
    for line in sentences(Facts("tip", {}, result), "tip.lines", "tip.none"):
        echo(line)
    for sentence in result["sentences"]:
        echo(f"  {sentence}")
    _print_meanings(result["axes"])
    echo(
        f"{result['points']} of {result['grid']:,} grid points ({percent(result['share_of_grid'])}), {result['worlds']} worlds each; "
        f"[{confidence_words(result['confidence'])} band]. Of the plane, {percent(result['undecided'])} is not decided.\n"
        f"Written to {folder}"
    )


def _print_meanings(axes) -> None:
    for said in axes:
        if said["meaning"] != said["name"]:
            echo(f"  {said['name']}: {said['meaning']}")
