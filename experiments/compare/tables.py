"""Tables of a comparison for a terminal: the headline outcomes, all outcomes, and regret."""

from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from rich.table import Table

from experiments.compare.robustness import CRITERIA
from experiments.compare.verdicts import headline_keys
from experiments.results.formatting import number, percent, span
from experiments.results.interval_kinds import NONE, SKEWED
from experiments.statements.answers import SURVIVAL
from experiments.statements.table import ENGLISH
from experiments.terminal.printing import GAP, plain_table, terminal_width

BESIDE = 3  # arms that stand side by side in 80 columns
MOST_ROWS = 8
SHORT_TITLE = 16  # letters that stay on one line


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


def regret_tables(objective: dict[Any, Any], labels: dict[str, str]) -> Iterator[Table]:
    """A line per arm, as many criteria in a table as the terminal is wide; a star marks the best arms unless all are alike."""
    titles = [_two_lines(ENGLISH("headline.scenario"))]
    columns = [[labels[arm] for arm in objective["arms"]]]
    room = terminal_width()
    for criterion in (c for c in CRITERIA if objective["best"][c]):
        title = _two_lines(CRITERIA[criterion][objective["direction"]])
        column = [_criterion(values, criterion, objective, arm) for arm, values in objective["arms"].items()]
        if len(titles) > 1 and sum(map(_width, [*columns, column], [*titles, title])) - GAP > room:
            yield _of_columns(titles, columns)
            titles, columns = titles[:1], columns[:1]
        titles, columns = [*titles, title], [*columns, column]
    yield _of_columns(titles, columns)


def _two_lines(title: str) -> str:
    """The title of a column in two lines of about the same length, if it is long."""
    return "\n".join(wrap(title, max(SHORT_TITLE, len(title) // 2 + 4)))


def _width(column: list[str], title: str) -> int:
    """Columns of the terminal that a column takes."""
    return GAP + max(len(line) for cell in (title, *column) for line in cell.split("\n"))


def _of_columns(titles: list[str], columns: list[list[str]]) -> Table:
    table = plain_table(*titles)
    for row in zip(*columns, strict=True):
        table.add_row(*row)
    return table


def _criterion(values: dict[Any, Any], criterion: str, objective: dict[Any, Any], arm: str) -> str:
    best = objective["best"][criterion]
    star = "" if arm not in best or len(best) == len(objective["arms"]) else " *"
    if criterion == "mean_regret" and objective["n"] > 1:
        interval = span(values["mean_regret_low"], values["mean_regret_high"])
        return f"{number(values['mean_regret'])}{star}\n{interval}"
    value = values[criterion]
    return (percent(value) if criterion.startswith("share") else number(value)) + star
