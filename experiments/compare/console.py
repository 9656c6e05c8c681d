"""Terminal output of `suasion compare`."""

from dataclasses import replace
from typing import Any

from rich.table import Table

from experiments.compare.compare import compare
from experiments.compare.robustness import CRITERIA
from experiments.compare.verdicts import headline_keys
from experiments.results.formatting import number, percent, span
from experiments.results.interval_kinds import SKEWED
from experiments.statements import Facts, sentences
from experiments.statements.comparisons import MOST_BESIDE
from experiments.statements.regrets import REGRET
from experiments.terminal.printing import echo, print_table

NOTES = (
    "compare.replications", "compare.alone", "compare.interval", "compare.methods", "compare.marked", "compare.horizon", "compare.dates",
    "compare.absent", "compare.same", "pairing.constant", "pairing.none", "pairing.ratio", "spread.holds", "spread.without_indicators",
    "spread.without_parameters", "spread.fixed", "spread.few_replications", "host.values", "compare.left_out",
)  # fmt: skip
DIRECTIONS = {"max": "more counts as better", "min": "less counts as better"}


def compare_arms(overrides: list[str], command: list[str], config_dir: str | None) -> None:
    """Compare and print the result."""
    folder, summary = compare(overrides, command, config_dir)
    if summary.get("view") == "paired":
        _show_paired_view(Facts.read(folder, "paired_view"))
    else:
        _show_arms(Facts.read(folder, "compare"))
    echo(f"Written to {folder}")


def _show_arms(facts: Facts) -> None:
    summary, metrics = facts.data, facts.data["metrics"]
    keys = headline_keys(metrics, tuple(summary["leading"])) if _many(summary) else list(metrics)
    table_metrics = {key: metrics[key] for key in keys if _worth_showing(summary, key, metrics[key])}
    _print(_table(summary, table_metrics, "metric"))
    _print(_table(summary, {"survival": summary["survival"]}, "mean time in office"))
    if summary["day"]:
        title = f"at the end of day {summary['day']['day']}"
        rows = {k: e for k, e in summary["day"]["variables"].items() if _worth_showing(summary, k, e)}
        _print(_table(summary, rows, title))
    for objective in summary["objectives"]:
        _show_objective(objective)
    if summary["verdicts"]:
        echo("In words:")
        for verdict in summary["verdicts"]:
            if verdict["n"]:  # the table names outcomes without observations
                echo(f"  {verdict['text']}.")
    for line in (*sentences(facts, *REGRET), *sentences(_with_metrics(facts, table_metrics), "compare.conditional")):
        echo(f"  {line}")
    echo("\n" + "\n".join(sentences(facts, *NOTES)))


def _with_metrics(facts: Facts, metrics: dict[Any, Any]) -> Facts:
    """The facts with these metrics alone."""
    return replace(facts, data=facts.data | {"metrics": metrics})


def _many(summary: dict[Any, Any]) -> bool:
    """True if the arms are too many for one table side by side."""
    return len(summary["arms"]) > MOST_BESIDE


def _worth_showing(summary: dict[Any, Any], key: str, entry: dict[Any, Any]) -> bool:
    """False for a metric that is zero everywhere, and for one of a patron that does not lead."""
    if key.rsplit(":", 1)[-1] in set(summary["patrons"]) - set(summary["leading"]):
        return False
    cells = list(entry["arms"].values())
    if not any(c["n"] for c in cells):
        return ":" not in key  # beyond the horizon: one row, not one per label
    return any(c["n"] and number(c["mean"]) != "0" for c in cells)


def _table(summary: dict[Any, Any], entries: dict[Any, Any], what: str) -> Table:
    """Arms and differences side by side, or one below the other where the arms are many."""
    arms, baseline, runs = list(summary["arms"]), summary["baseline"], summary["runs"]
    others = [a for a in arms if a != baseline]
    if _many(summary):
        table = Table(what, "scenario", "mean", f"difference from {baseline}", box=None, pad_edge=False)
        for entry in entries.values():
            observed = any(cell["n"] for cell in entry["arms"].values())
            for i, a in enumerate(arms if observed else arms[:1]):
                difference = "baseline" if a == baseline else _cell(entry["differences"][a], runs, True)
                table.add_row("" if i else _label(entry), a, _cell(entry["arms"][a], runs), difference)
    else:
        columns = [what, *arms, *(f"{a} - {baseline}" for a in others)]
        table = Table(*columns, box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for entry in entries.values():
            cells = [_cell(entry["arms"][a], runs) for a in arms]
            table.add_row(_label(entry), *cells, *(_cell(entry["differences"][a], runs, True) for a in others))
    for column in table.columns:
        column.no_wrap = True
    return table


def _label(entry: dict[Any, Any]) -> str:
    return f"{entry['label']} ({entry['unit']})"


def _cell(cell: dict[Any, Any], runs: int, signed: bool = False) -> str:
    """A mean with its interval, and n where some replications do not show it.

    A difference is signed, and followed by the share of replications in which it is positive.
    """
    if not cell["n"]:
        return cell["reason"]
    mean = number(cell["mean"], signed)
    if cell["n"] == 1:
        return f"{mean} (one replication)"
    n = "" if cell["n"] == runs else f", n = {cell['n']}"
    mark = "~" if cell["interval"] == SKEWED else ""
    share = f" {percent(cell['share_positive'])}" if signed else ""
    return f"{mean} {mark}{span(cell['low'], cell['high'], signed)}{share}{n}"


def _show_objective(objective: dict[Any, Any]) -> None:
    """Print regret and robustness for one outcome that some replication shows in all scenarios."""
    if not objective["n"]:
        return
    direction = DIRECTIONS[objective["direction"]]
    replications = "1 replication" if objective["n"] == 1 else f"{objective['n']} replications"
    echo(f"Regret and robustness, {replications}: {_label(objective)}; {direction}, as you chose.")
    used = [c for c in CRITERIA if objective["best"][c]]
    table = Table("criterion", *objective["arms"], "best in these replications", box=None, pad_edge=False)
    for criterion in used:
        cells = [_criterion(c, criterion, objective["n"]) for c in objective["arms"].values()]
        table.add_row(CRITERIA[criterion][objective["direction"]], *cells, _best(objective, criterion))
    _print(table)


def _criterion(criteria: dict[Any, Any], criterion: str, replications: int) -> str:
    if criterion == "mean_regret" and replications > 1:
        return f"{number(criteria['mean_regret'])} {span(criteria['mean_regret_low'], criteria['mean_regret_high'])}"
    return percent(criteria[criterion]) if criterion.startswith("share") else number(criteria[criterion])


def _best(objective: dict[Any, Any], criterion: str) -> str:
    best = objective["best"][criterion]
    return "all alike" if len(best) == len(objective["arms"]) else ", ".join(best)


def _show_paired_view(facts: Facts) -> None:
    pair = facts.data
    from sim.core.log import LogEntry
    from sim.plots.timeline import phrase

    def describe(event: dict[Any, Any] | None) -> str:
        return phrase(LogEntry(**event), pair["host"], pair["names"]) if event else ""

    table = Table("day", *pair["labels"], box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for row in pair["events"]:
        marks = ["", ""] if row["first"] == row["second"] else ["* ", "* "]
        cells = [f"{m}{describe(e)}" if e else "" for m, e in zip(marks, (row["first"], row["second"]), strict=True)]
        table.add_row(str(row["day"]), *cells)
    _print(table)
    keys = (
        "paired_view.parted",
        "paired_view.same",
        "paired_view.star",
        "compare.horizon",
        "paired_view.replication",
        "paired_view.story",
    )
    echo("\n".join(sentences(facts, *keys)))


def _print(table: Table) -> None:
    print_table(table, width=400)
    echo("")
