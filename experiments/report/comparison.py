"""The sections of a report on `suasion compare`."""

from collections.abc import Iterable

from experiments.report.conclusions import resting
from experiments.report.outcomes import every, headline
from experiments.report.page_model import Sections, Table, ended
from experiments.report.result import Result
from experiments.statements import sentences
from sim.spec.schema import Spec

VERDICT = (
    "compare.interval", "spread.holds", "spread.without_indicators", "spread.without_parameters", "spread.fixed", "compare.horizon",
    "compare.dates", "compare.absent", "compare.same", "pairing.constant", "pairing.none", "pairing.ratio",
)  # fmt: skip
REGRET = ("regret.preferred", "regret.undecided", "regret.alike", "regret.one_world", "regret.none", "regret.criteria")


def sections(result: Result, say) -> Sections:
    """Everything that a comparison says."""
    summary, spec = result.summary, result.spec
    baseline = result.label(summary["baseline"])
    return Sections(
        title=say("title.compare", host=result.host, arms=", ".join(map(result.label, result.specs))),
        subtitle=say(
            "title.compare.sub" if len(result.specs) > 1 else "title.alone.sub",
            runs=summary["runs"],
            days=spec.days,
            start=start(result.specs.values(), say),
        ),
        question=say("asked.compare" if len(result.specs) > 1 else "asked.alone", baseline=baseline),
        asked=[scenarios(result, say, summary["baseline"])],
        verdict=_verdict(result, baseline, say),
        verdict_notes=sentences(result.facts, *VERDICT, say=say),
        tables=headline(result, say),
        table_notes=sentences(
            result.facts, *REGRET, "compare.conditional", "compare.methods", "spread.few_worlds", say=say
        ),
        all_tables=every(result, say),
        all_notes=sentences(result.facts, "compare.zero", say=say),
        leaning=resting(result, say),
        failures=sentences(result.facts, "failures.none", say=say),
        failed=[],
    )


def start(specs: Iterable[Spec], say) -> str:
    """The date of day 0, where the scenarios share it."""
    dates = {spec.scenario.start_date for spec in specs}
    return say.date(dates.pop()) if len(dates) == 1 else say("title.start.each")


def scenarios(result: Result, say, baseline: str | None = None) -> Table:
    """What each scenario is, and what was expected of it."""
    rows = []
    for arm, spec in result.specs.items():
        label, one = result.label(arm), spec.scenario
        name = say("asked.baseline", label=label) if arm == baseline else label
        rows.append([name, one.summary, say.date(one.start_date), one.expected or say("asked.expected.none")])
    return Table(say("asked.table"), [say(f"asked.{c}") for c in ("scenario", "happens", "start", "expected")], rows)


def _verdict(result: Result, baseline: str, say) -> list[tuple[str, list[str]]]:
    """Sentences by arm; what they repeat of the heading is left out."""
    said = result.summary["verdicts"]
    found = []
    for arm in dict.fromkeys(entry["arm"] for entry in said):
        subject = f"{result.label(arm)} against {baseline}: "
        texts = [entry["text"].removeprefix(subject) for entry in said if entry["arm"] == arm]
        heading = say("verdict.heading", arm=result.label(arm), baseline=baseline)
        found.append((heading, [ended(text[0].upper() + text[1:]) for text in texts]))
    return found or [("", sentences(result.facts, "compare.alone", say=say))]
