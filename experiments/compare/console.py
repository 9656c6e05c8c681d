"""Terminal output of `suasion compare`."""

from dataclasses import replace
from typing import Any

from rich.table import Table

from experiments.compare.compare import compare
from experiments.compare.tables import headline_table, outcome_table, regret_tables
from experiments.results.formatting import number
from experiments.statements import Facts, sentences
from experiments.terminal.printing import echo, echo_paragraph, plain_table, print_table

NOTES = (
    "compare.replications", "compare.alone", "compare.interval", "compare.methods", "compare.marked", "compare.horizon", "compare.dates",
    "compare.absent", "compare.same", "pairing.constant", "pairing.none", "pairing.ratio", "spread.holds", "spread.without_indicators",
    "spread.without_parameters", "spread.fixed", "spread.few_replications", "host.values", "compare.left_out",
)  # fmt: skip
# of the headline outcomes: what a reader must know before the numbers are read
HEADLINE_NOTES = (
    "compare.alone", "compare.headline", "compare.horizon", "compare.dates", "compare.same", "spread.fixed", "spread.few_replications",
    "compare.more",
)  # fmt: skip
REGRET = (
    "regret.preferred",
    "regret.undecided",
    "regret.alike",
    "regret.one_replication",
    "regret.none",
    "regret.criteria",
)
LONGEST_NAME = 20  # letters of an actor's name in a column; of a longer one the code is shown
DIRECTIONS = {"max": "more counts as better", "min": "less counts as better"}


def compare_arms(overrides: list[str], command: list[str], config_dir: str | None) -> None:
    """Compare and print the result."""
    folder, summary = compare(overrides, command, config_dir)
    if summary.get("view") == "paired":
        _show_paired_view(Facts.read(folder, "paired_view"))
    else:
        facts = Facts.read(folder, "compare")
        (_show_all if facts.manifest["options"]["full"] else _show_headline)(facts)
    echo(f"Written to {folder}")


def _show_headline(facts: Facts) -> None:
    """The answer per arm, the headline outcomes, and what the user asked for beside them."""
    for line in sentences(facts, "compare.heading"):
        echo_paragraph(line)
        echo()
    for line in sentences(facts, "compare.answer"):
        echo_paragraph(line, indent="  ")
    echo()
    _print(headline_table(facts.data))
    _show_day(facts.data)
    _show_objectives(facts)
    _show_sentences(facts, *HEADLINE_NOTES)


def _show_all(facts: Facts) -> None:
    """Every outcome, every verdict in words, and all notes."""
    summary = facts.data
    outcomes = {key: entry for key, entry in summary["metrics"].items() if _worth_showing(summary, key, entry)}
    _show_outcomes(summary, outcomes | {"survival": summary["survival"]})
    _show_day(summary)
    _show_objectives(facts)
    if summary["verdicts"]:
        echo("In words:")
        for verdict in summary["verdicts"]:
            if verdict["n"]:  # the table names outcomes without observations
                echo_paragraph(f"{verdict['text']}.", indent="  ")
    _show_sentences(replace(facts, data=summary | {"metrics": outcomes}), "compare.conditional")
    _show_sentences(facts, *NOTES)


def _worth_showing(summary: dict[Any, Any], key: str, entry: dict[Any, Any]) -> bool:
    """False for a metric that is zero everywhere, and for one of a patron that does not lead."""
    if key.rsplit(":", 1)[-1] in set(summary["patrons"]) - set(summary["leading"]):
        return False
    cells = list(entry["arms"].values())
    if not any(c["n"] for c in cells):
        return ":" not in key  # beyond the horizon: one row, not one per label
    return any(c["n"] and number(c["mean"]) != "0" for c in cells)


def _show_outcomes(summary: dict[Any, Any], entries: dict[Any, Any]) -> None:
    for entry in entries.values():
        if any(cell["n"] for cell in entry["arms"].values()):
            echo_paragraph(_label(entry), indent="  ")
            print_table(outcome_table(summary, entry))
        else:
            echo_paragraph(f"{_label(entry)}: not observed", indent="  ")
    echo()


def _show_day(summary: dict[Any, Any]) -> None:
    """All daily series at the end of a day, if the user chose one."""
    if summary["day"]:
        echo(f"At the end of day {summary['day']['day']}:")
        _show_outcomes(summary, {k: e for k, e in summary["day"]["variables"].items() if _worth_showing(summary, k, e)})


def _show_objectives(facts: Facts) -> None:
    """Regret and robustness for each outcome that some replication shows in all scenarios."""
    for objective in facts.data["objectives"]:
        if objective["n"]:
            direction = DIRECTIONS[objective["direction"]]
            replications = "1 replication" if objective["n"] == 1 else f"{objective['n']} replications"
            echo_paragraph(
                f"Regret and robustness, {replications}: {_label(objective)}; {direction}, as you chose.",
                indent="  ",
            )
            labels = {arm: entry["label"] for arm, entry in facts.data["arms"].items()}
            for table in regret_tables(objective, labels):
                _print(table)
    _show_sentences(facts, *REGRET)


def _show_sentences(facts: Facts, *keys: str) -> None:
    for line in sentences(facts, *keys):
        echo_paragraph(line, indent="  ")


def _label(entry: dict[Any, Any]) -> str:
    return f"{entry['label']} ({entry['unit']})"


def _show_paired_view(facts: Facts) -> None:
    pair = facts.data
    from sim.core.log import LogEntry
    from sim.plots.timeline import phrase

    def describe(event: dict[Any, Any] | None) -> str:
        return phrase(LogEntry(**event), pair["host"], names) if event else ""

    names = {code: name if len(name) <= LONGEST_NAME else code for code, name in pair["names"].items()}
    table = plain_table("day", *pair["labels"])
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
    _show_sentences(facts, *keys)


def _print(table: Table) -> None:
    print_table(table)
    echo()
