"""Tables of a comparison for a terminal: the headline outcomes, all outcomes, and regret."""

from typing import Any

from rich.table import Table

from experiments.compare.robustness import CRITERIA
from experiments.compare.verdicts import headline_keys
from experiments.results.formatting import number, percent, span
from experiments.results.interval_kinds import NONE, SKEWED
from experiments.statements.answers import SURVIVAL
from experiments.statements.table import ENGLISH
from experiments.terminal.printing import plain_table

BESIDE = 3  # arms that stand side by side in 80 columns
MOST_ROWS = 8


def headline_table(summary: dict[Any, Any]) -> Table:
    """The headline outcomes: the mean of the baseline, differences of the others, and below them the intervals."""
    metrics, baseline = summary["metrics"], summary["baseline"]
    observed = [key for key in _headline(summary) if any(cell["n"] for cell in metrics[key]["arms"].values())]
    labels = {arm: entry["label"] for arm, entry in summary["arms"].items()}
    others = [arm for arm in labels if arm != baseline]
    if len(labels) <= BESIDE:
        table = plain_table(ENGLISH("headline.outcome"), labels[baseline], *(labels[arm] for arm in others))
        for key in observed[:MOST_ROWS]:
            table.add_row(_short(key), *(_headline_cell(metrics[key], arm, baseline) for arm in (baseline, *others)))
        return table
    keys = _leading_outcomes(observed)
    table = plain_table(ENGLISH("headline.scenario"), *(_short(key) for key in keys))
    for arm in (baseline, *others):
        label = ENGLISH("headline.baseline", label=labels[arm]) if arm == baseline else labels[arm]
        table.add_row(label, *(_headline_cell(metrics[key], arm, baseline) for key in keys))
    return table


def _headline(summary: dict[Any, Any]) -> list[str]:
    return headline_keys(summary["metrics"], tuple(summary["leading"]))


def _leading_outcomes(keys: list[str]) -> list[str]:
    """Survival, deaths, and the elites towards the first patron: three columns for many arms."""
    by_name: dict[str, str] = {}
    for key in keys:
        by_name.setdefault(key.partition(":")[0], key)
    survival = [name for name in SURVIVAL if name in by_name][:1]
    return [by_name[name] for name in (*survival, "deaths", "elite_change_30d") if name in by_name]


def _short(key: str) -> str:
    name, _, patron = key.partition(":")
    return ENGLISH(f"headline.{name}", patron=patron)


def _headline_cell(entry: dict[Any, Any], arm: str, baseline: str) -> str:
    """A mean or a difference, its verdict where it is not decided, and the interval on a line of its own."""
    cell = entry["arms" if arm == baseline else "differences"][arm]
    decided = "" if arm == baseline else cell["decided"]
    if not cell["n"]:
        return cell["reason"]
    if decided == "no difference":
        return decided
    value = number(cell["mean"], arm != baseline)
    if cell["n"] == 1:
        return f"{value}\none replication"
    if cell["interval"] == NONE:
        return value
    mark = " undecided" if decided == "undecided" else ""
    return f"{value}{mark}\n{span(cell['low'], cell['high'], arm != baseline)}"


def outcome_table(summary: dict[Any, Any], entry: dict[Any, Any]) -> Table:
    """A line per arm for one outcome: mean, and difference from the baseline."""
    baseline, runs = summary["baseline"], summary["runs"]
    table = plain_table()
    table.expand, table.show_header = True, False
    for ratio in (22, 26, 32):  # the same columns for every outcome
        table.add_column(ratio=ratio)
    for arm in (baseline, *(a for a in entry["arms"] if a != baseline)):
        difference = "baseline" if arm == baseline else _cell(entry["differences"][arm], runs, True)
        table.add_row(f"  {arm}", _cell(entry["arms"][arm], runs), difference)
    return table


def _cell(cell: dict[Any, Any], runs: int, signed: bool = False) -> str:
    """A mean with its interval, and n where some replications do not show it.

    A difference is signed, and followed by the share of replications in which it is positive.
    """
    if not cell["n"]:
        return cell["reason"]
    if signed and cell["decided"] == "no difference":
        return "no difference"
    mean = number(cell["mean"], signed)
    if cell["n"] == 1:
        return f"{mean} (one replication)"
    n = "" if cell["n"] == runs else f", n = {cell['n']}"
    mark = "~" if cell["interval"] == SKEWED else ""
    share = f" {percent(cell['share_positive'])}" if signed else ""
    return f"{mean} {mark}{span(cell['low'], cell['high'], signed)}{share}{n}"


def regret_table(objective: dict[Any, Any]) -> Table:
    """A line per criterion, with its value for each arm."""
    table = plain_table("criterion", *objective["arms"], "best in these replications")
    for criterion in (c for c in CRITERIA if objective["best"][c]):
        cells = [_criterion(arm, criterion, objective["n"]) for arm in objective["arms"].values()]
        table.add_row(CRITERIA[criterion][objective["direction"]], *cells, _best(objective, criterion))
    return table


def _criterion(criteria: dict[Any, Any], criterion: str, replications: int) -> str:
    if criterion == "mean_regret" and replications > 1:
        return f"{number(criteria['mean_regret'])} {span(criteria['mean_regret_low'], criteria['mean_regret_high'])}"
    return percent(criteria[criterion]) if criterion.startswith("share") else number(criteria[criterion])


def _best(objective: dict[Any, Any], criterion: str) -> str:
    best = objective["best"][criterion]
    return "all alike" if len(best) == len(objective["arms"]) else ", ".join(best)
