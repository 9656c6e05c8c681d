"""What the exploring commands print."""

from rich.table import Table

from experiments.console import Console, echo
from experiments.explore import sensitivity, tip
from experiments.explore.discover import explore
from experiments.explore.importance import count, luck, ordered
from experiments.explore.words import number, percents
from experiments.sweep.command import announce, ends
from experiments.sweep.sweep import perform

COLUMNS = {
    "morris": {"mu*": ("mu_star", "low", "high"), "mu": ("mu",), "sigma": ("sigma",)},
    "sobol": {"S1": ("S1", "S1_low", "S1_high"), "ST": ("ST", "ST_low", "ST_high")},
    "ranks": {"rank correlation": ("rho", "low", "high")},
}
READING = {
    "morris": "mu* is the mean size of the effect of moving a parameter over its full range, mu its mean with sign; sigma says how "
    "much the effect depends on where the others stand. Effects near zero screen a parameter out.",
    "sobol": "S1 is the share of the variance that goes with the parameter alone, ST that of everything it takes part in. What ST "
    "has over S1 are interactions, and chance that is left in the means. Shares below 0 or above 1 ask for more base points (samples).",
    "ranks": "Rank correlations see effects in one direction only: an outcome that rises and falls again along a parameter, or "
    "depends on it only together with another, may show none.",
}


def show_sensitivity(words: list[str], command: list[str], config_dir: str | None) -> None:
    """Analyse, and print one table per outcome and combination."""
    options, folder, plan = sensitivity.prepared(words, config_dir)
    if plan is not None and plan.options.plan:
        return announce(plan)
    with ends():
        folder, result = sensitivity.sensitivity(options, folder or perform(plan, command).folder, command)
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
            echo(
                f"{said['label']}: {group['title']}: {number(group['outcomes'][name]['mean'])} at all points, nothing moves it"
            )
        echo("; ".join(filter(None, (luck(result, name), _left(result, name)))) + "\n")
    level, base = f"{100 * result['level']:g} %", count(result)
    echo(f"n = {base}; [{level} intervals over resampled points].\n{READING[result['method']]}\nWritten to {folder}")


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
    return f"more worlds would remove up to {100 * max(shares):.0f} % of the variance between points" if shares else ""


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
    if not result["boxes"]:
        echo("No box: no limit on the parameters tells where it happens better than the share of all worlds.")
    if len(result["boxes"]) > 1:
        together = result["together"]
        echo(
            f"Together: {percents(*together['density'])} of worlds in any of these, {percents(*together['coverage'])} of all."
        )
    echo(f"\nEverywhere: {percents(*result['all'])} of worlds. What the tree used:")
    used = [said for said in result["axes"].values() if said["weight"] > 0]
    echo(", ".join(f"{said['name']} {100 * said['weight']:.0f} %" for said in used) or "nothing")
    _print_meanings(used)
    other = (
        "other sampled rows and other worlds" if result["by_world"] else "other sampled rows (there is one world only)"
    )
    echo(
        f"Learned from {result['trained']:,} runs; shares are measured on {result['held_out']:,} runs of {other}, with "
        f"{100 * result['level']:g} % intervals.\nShares are shares of this design, not probabilities."
    )
    if result["left_out"]:
        echo(f"Left out: {result['left_out']:,} runs that failed, are missing or did not observe it.")
    echo(f"Written to {folder}")


def show_tip(words: list[str], command: list[str], config_dir: str | None) -> None:
    """Search, and print where the line is crossed."""
    options, plan = tip.prepared(words, config_dir)
    if plan.options.plan:
        announce(plan)
        echo(f"Of this grid, at most {100 * options.budget:g} % would be run.")
        return
    with ends():
        folder, result = tip.tip(options, plan, command)
    label, level = result["outcome"]["label"], f"{result['level']:g}"
    if result["found"]:
        closed = sum(line["closed"] for line in result["lines"])
        lines = f"{len(result['lines'])} line{'s' if len(result['lines']) > 1 else ''}" + (
            f", {closed} closed" if closed else ""
        )
        echo(f"{label} crosses {level} on {lines}; {result['scenario']}:")
    else:
        echo(
            f"No tipping line: nowhere is {label} beyond doubt on the other side of {level}. At the points that were run its mean "
            f"is {number(result['lowest'])} to {number(result['highest'])}. A region smaller than the gaps between the points may be missed."
        )
    for sentence in result["sentences"]:
        echo(f"  {sentence}")
    _print_meanings(result["axes"])
    echo(
        f"{result['points']} of {result['grid']:,} grid points ({100 * result['share_of_grid']:.0f} %), {result['worlds']} worlds each; "
        f"[{100 * result['confidence']:g} % band]. Of the plane, {100 * result['undecided']:.0f} % are not decided.\n"
        f"Written to {folder}"
    )


def _print_meanings(axes) -> None:
    for said in axes:
        if said["meaning"] != said["name"]:
            echo(f"  {said['name']}: {said['meaning']}")
