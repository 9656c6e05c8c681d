"""What the exploring commands print."""

import click
from rich.console import Console
from rich.table import Table

from experiments.explore.sensitivity import luck, ordered, sensitivity
from experiments.explore.words import number

COLUMNS = {
    "morris": {"mu*": ("mu_star", "low", "high"), "mu": ("mu",), "sigma": ("sigma",)},
    "sobol": {"S1": ("S1", "S1_low", "S1_high"), "ST": ("ST", "ST_low", "ST_high")},
    "ranks": {"rank correlation": ("rho", "low", "high")},
}
READING = {
    "morris": "mu* is the mean size of the effect of moving a parameter over its full range, mu its mean with sign; sigma says how "
    "much the effect depends on where the others stand. Effects near zero screen a parameter out.",
    "sobol": "S1 is the share of the variance that goes with the parameter alone, ST that of everything it takes part in. What ST "
    "has over S1 are interactions, and chance that is left in the means.",
    "ranks": "Rank correlations see effects in one direction only: an outcome that rises and falls again along a parameter, or "
    "depends on it only together with another, may show none.",
}


def show_sensitivity(words: list[str], command: list[str], config_dir: str | None) -> None:
    """Analyse, and print one table per outcome and combination."""
    folder, result = sensitivity(words, command, config_dir)
    for name, said in result["outcomes"].items():
        for title, rows in ordered(result, name).items():
            _print(
                f"{said['label']} ({said['unit']}): {title}",
                ["parameter", *COLUMNS[result["method"]]],
                _cells(rows, result),
            )
        _print_pairs(result, name)
        flat = [g for g in result["combinations"] if g["outcomes"][name]["constant"]]
        for group in flat:
            click.echo(
                f"{said['label']}: {group['title']}: {number(group['outcomes'][name]['mean'])} at all points, nothing moves it"
            )
        click.echo(f"{luck(result, name)}; {_left(result, name)}\n")
    level = f"{100 * result['level']:g} %"
    click.echo(
        f"{result['points']} points x {result['worlds']} worlds; [{level} intervals over resampled points].\n"
        f"{READING[result['method']]}\nWritten to {folder}"
    )


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
    """How far the means are from those over endless worlds."""
    left = [g["outcomes"][outcome]["chance"]["left"] for g in result["combinations"]]
    seen = [share for share in left if share == share]
    return (
        f"more worlds would remove up to {100 * max(seen):.0f} % of the variance between points"
        if seen
        else "nothing varies"
    )


def _print(title: str, columns: list[str], rows: list[list[str]]) -> None:
    click.echo(title)
    console = Console(highlight=False)
    table = Table(*columns, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for row in rows:
        table.add_row(*row)
    (console if console.is_terminal else Console(highlight=False, width=200)).print(table, markup=False)
    click.echo()
