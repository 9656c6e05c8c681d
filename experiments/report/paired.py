"""The sections of a report on `suasion compare view=paired`: two runs of one world, and where they part."""

from experiments.report.page_model import Sections, Table
from experiments.report.result import Result
from experiments.report.single import of_one_world, outcomes
from experiments.statements import sentences


def sections(result: Result, say) -> Sections:
    """Everything that two runs of one world say; no conclusion follows from them."""
    found = result.json("paired_view.json")
    first, second = map(result.label, found["scenarios"])
    return of_one_world(
        result,
        say,
        title=say("title.paired_view", host=result.host, first=first, second=second),
        question=say("asked.paired_view"),
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
        tables=[_events(result, found, say)],
        table_notes=sentences(result.facts, "paired_view.star", say=say),
        all_tables=[outcomes(result, say, result.label(arm), values) for arm, values in found["metrics"].items()],
    )


def _events(result: Result, found: dict, say) -> Table:
    from sim.core.log import LogEntry
    from sim.plots.timeline import phrase

    def said(row: dict, side: str) -> str:
        if row[side] is None:
            return ""
        mark = "" if row["first"] == row["second"] else "* "
        return mark + phrase(LogEntry(**row[side]), found["host"], found["names"])

    rows = [[str(row["day"]), said(row, "first"), said(row, "second")] for row in found["events"]]
    return Table(say("tables.events"), [say("tables.day.column"), *map(result.label, found["scenarios"])], rows)
