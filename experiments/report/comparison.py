"""The sections of a report on `suasion compare`."""

from collections.abc import Iterable

from experiments.language import Language
from experiments.report.conclusions import sensitivity_points
from experiments.report.outcomes import all_tables, headline_tables
from experiments.report.page_model import Sections, Table, with_full_stop
from experiments.report.result import Result
from experiments.statements import sentences
from experiments.statements.regrets import REGRET
from sim.spec.schema import Spec

VERDICT = (
    "compare.interval", "spread.holds", "spread.without_indicators", "spread.without_parameters", "spread.fixed", "compare.horizon",
    "compare.dates", "compare.absent", "compare.same", "pairing.constant", "pairing.none", "pairing.ratio",
)  # fmt: skip


def sections(result: Result, say: Language) -> Sections:
    """All sections of a report on a comparison."""
    summary, spec = result.summary, result.spec
    baseline = result.label(summary["baseline"])
    return Sections(
        title=say("title.compare", host=result.host, arms=", ".join(map(result.label, result.specs))),
        subtitle=say(
            "title.compare.sub" if len(result.specs) > 1 else "title.alone.sub",
            runs=summary["runs"],
            days=spec.days,
            start=start_date(result.specs.values(), say),
        ),
        question=say("question.compare" if len(result.specs) > 1 else "question.alone", baseline=baseline),
        question_tables=[scenarios(result, say, summary["baseline"])],
        verdict=_verdict(result, baseline, say),
        verdict_notes=sentences(result.facts, *VERDICT, say=say),
        tables=headline_tables(result, say),
        table_notes=sentences(
            result.facts, *REGRET, "compare.conditional", "compare.methods", "spread.few_replications", say=say
        ),
        all_tables=all_tables(result, say),
        all_notes=sentences(result.facts, "compare.zero", say=say),
        input_sensitivity=sensitivity_points(result, say),
        failures=sentences(result.facts, "failures.none", say=say),
        failed=[],
    )


def start_date(specs: Iterable[Spec], say: Language) -> str:
    """The date of day 0 if the scenarios share it."""
    dates = {spec.scenario.start_date for spec in specs}
    return say.date(dates.pop()) if len(dates) == 1 else say("title.start.each")


def scenarios(result: Result, say: Language, baseline: str | None = None) -> Table:
    """Table of the scenarios with their expectations."""
    rows = []
    for arm, spec in result.specs.items():
        label, one = result.label(arm), spec.scenario
        name = say("question.baseline", label=label) if arm == baseline else label
        rows.append([name, one.summary, say.date(one.start_date), one.expected or say("question.expected.none")])
    return Table(
        say("question.table"), [say(f"question.{c}") for c in ("scenario", "happens", "start", "expected")], rows
    )


def _verdict(result: Result, baseline: str, say: Language) -> list[tuple[str, list[str]]]:
    """Sentences by arm, without the words of the heading."""
    verdicts = result.summary["verdicts"]
    by_arm = []
    for arm in dict.fromkeys(entry["arm"] for entry in verdicts):
        subject = f"{result.label(arm)} against {baseline}: "
        texts = [entry["text"].removeprefix(subject) for entry in verdicts if entry["arm"] == arm]
        heading = say("verdict.heading", arm=result.label(arm), baseline=baseline)
        by_arm.append((heading, [with_full_stop(text[0].upper() + text[1:]) for text in texts]))
    return by_arm or [("", sentences(result.facts, "compare.alone", say=say))]
