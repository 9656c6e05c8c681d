"""The sections of a report on `suasion compare view=twin`: two runs of one world, and where they part."""

from experiments.report.comparison import scenarios
from experiments.report.parts import Sections, Table
from experiments.report.result import Result
from experiments.report.single import outcomes, unexamined, which_world


def sections(result: Result, say) -> Sections:
    """Everything that two runs of one world say; no conclusion follows from them."""
    spec, found = result.spec, result.json("twin.json")
    first, second = map(result.label, found["scenarios"])
    return Sections(
        title=say("title.twin", host=result.host, first=first, second=second),
        subtitle=which_world(result, say),
        question=say("asked.twin"),
        asked=[scenarios(result, say)],
        verdict=[("", [found["text"], say("verdict.twin")])],
        verdict_notes=[],
        tables=[_events(result, found, say)],
        table_notes=[say("tables.events.note")],
        all_tables=[outcomes(result, say, result.label(arm), values) for arm, values in found["metrics"].items()],
        all_notes=[],
        leaning=[unexamined(result, say)],
        failures=[say("failures.none")],
        failed=[],
        unclaimed=["run", "forecast", "cause", "groups", "deaths", "words", "construction"],
        worlds=say("repeat.seed", seed=spec.seed, replications=spec.replication),
    )


def _events(result: Result, found: dict, say) -> Table:
    from sim.plots.timeline import phrase
    from sim.world import Event

    def said(row: dict, side: str) -> str:
        if row[side] is None:
            return ""
        mark = "" if row["first"] == row["second"] else "* "
        return mark + phrase(Event(**row[side]), found["host"], found["names"])

    rows = [[str(row["day"]), said(row, "first"), said(row, "second")] for row in found["events"]]
    return Table(say("tables.events"), [say("tables.day.column"), *map(result.label, found["scenarios"])], rows)
