"""The sections of a report on `suasion run`."""

import shlex
from typing import Any

from experiments.compare.verdicts import headline_keys
from experiments.language import Language
from experiments.report.comparison import scenarios
from experiments.report.page_model import Point, Sections, Table
from experiments.report.result import Result
from experiments.results.formatting import metric_in_words, number
from experiments.statements import sentences
from sim.metrics import describe_key
from sim.spec.schema import Spec


def sections(result: Result, say: Language) -> Sections:
    """All sections of a report on one replication; no conclusion follows from it."""
    spec = result.spec
    label = spec.scenario.label
    metrics = result.json("metrics.json")
    first = {key: metrics[key] for key in headline_keys(metrics, spec.scenario.outside_patrons[:2])}
    return single_replication(
        result,
        say,
        title=say("title.run", host=result.host, label=label),
        question=say("question.run"),
        verdict=[("", sentences(result.facts, "run.story", say=say))],
        tables=[outcomes(result, say, label, first)],
        table_notes=[],
        all_tables=[outcomes(result, say, label, metrics)],
    )


def single_replication(result: Result, say: Language, **sections: Any) -> Sections:
    """Sections that reports on one replication share. sections: those in which they differ."""
    return Sections(
        subtitle=run_keys(result, say),
        question_tables=[scenarios(result, say)],
        verdict_notes=[],
        all_notes=[],
        input_sensitivity=[sensitivity_command(result, say)],
        failures=sentences(result.facts, "failures.none", say=say),
        failed=[],
        **sections,
    )


def run_keys(result: Result, say: Language) -> str:
    """Seed, replication, days and day 0."""
    spec = result.spec
    start = say.date(spec.scenario.start_date)
    return say("title.run.sub", replication=spec.replication, seed=spec.seed, days=spec.days, start=start)


def outcomes(result: Result, say: Language, label: str, metrics: dict[Any, Any]) -> Table:
    """Table of the metrics of one replication."""
    rows = []
    for key, value in metrics.items():
        unit = describe_key(key)[1]
        if value is None:
            text, unit = say("tables.not_observed"), ""
        elif unit == "share of replications":
            text, unit = say("tables.yes" if value else "tables.no"), ""
        else:
            text = number(value)
        rows.append([metric_in_words(key, result.names), text, unit])
    return Table(say("tables.run", label=label), [say(f"tables.{c}") for c in ("metric", "value", "unit")], rows)


def sensitivity_command(result: Result, say: Language) -> Point:
    """Number of approximate inputs, and the command that examines them; it stands in place of conclusions."""
    (text,) = sentences(result.facts, "input_sensitivity.run", say=say)
    return Point(text, command=_comparison_command(result))


def _comparison_command(result: Result) -> str:
    """The comparison of the same scenario over many replications, with the user's settings of the model."""
    words = result.manifest["words"]
    folder = ["--config-dir", words[words.index("--config-dir") + 1]] if "--config-dir" in words else []
    excluded = ("scenario=", "replication=", "indicators=")
    settings = [
        w for w in words if w.partition("=")[0].partition(".")[0] in Spec.model_fields and not w.startswith(excluded)
    ]
    arms = f"scenarios=[{','.join(dict.fromkeys(s.scenario.name for s in result.specs.values()))}]"
    return shlex.join(["suasion", "compare", *folder, arms, *settings, "indicators=drawn"])
