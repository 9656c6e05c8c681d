"""The sections of a report on `suasion compare view=paired`."""

from typing import Any

from experiments.language import Language
from experiments.report.page_model import Sections, Table
from experiments.report.result import Result
from experiments.report.single import outcomes, single_replication
from experiments.statements import sentences


def sections(result: Result, say: Language) -> Sections:
    """All sections of a report on two runs of one replication; no conclusion follows from them."""
    pair = result.json("paired_view.json")
    first, second = map(result.label, pair["scenarios"])
    return single_replication(
        result,
        say,
        title=say("title.paired_view", host=result.host, first=first, second=second),
        question=say("question.paired_view"),
        verdict=[
            (
                "",
                sentences(
                    result.facts,
                    "paired_view.parted",
                    "paired_view.same",
                    "compare.horizon",
                    "paired_view.story",
                    say=say,
                ),
            )
        ],
        tables=[_events(result, pair, say)],
        table_notes=sentences(result.facts, "paired_view.star", say=say),
        all_tables=[outcomes(result, say, result.label(arm), values) for arm, values in pair["metrics"].items()],
    )


def _events(result: Result, pair: dict[Any, Any], say: Language) -> Table:
    from sim.core.log import LogEntry
    from sim.plots.timeline import phrase

    def describe(row: dict[Any, Any], side: str) -> str:
        if row[side] is None:
            return ""
        mark = "" if row["first"] == row["second"] else "* "
        return mark + phrase(LogEntry(**row[side]), pair["host"], pair["names"])

    rows = [[str(row["day"]), describe(row, "first"), describe(row, "second")] for row in pair["events"]]
    return Table(say("tables.events"), [say("tables.day.column"), *map(result.label, pair["scenarios"])], rows)
