"""The sections of a report on `suasion run`."""

import shlex

from experiments.compare.verdicts import headline_keys
from experiments.report.comparison import scenarios
from experiments.report.page_model import Point, Sections, Table
from experiments.report.result import Result
from experiments.results.formatting import metric_in_words, number
from experiments.statements import sentences
from sim.metrics import describe_key
from sim.spec.schema import Spec


def sections(result: Result, say) -> Sections:
    """Everything that one world says; no conclusion follows from it."""
    spec = result.spec
    label = spec.scenario.label
    measured = result.json("metrics.json")
    first = {key: measured[key] for key in headline_keys(measured, spec.scenario.outside_patrons[:2])}
    return of_one_world(
        result,
        say,
        title=say("title.run", host=result.host, label=label),
        question=say("asked.run"),
        verdict=[("", sentences(result.facts, "run.story", say=say))],
        tables=[outcomes(result, say, label, first)],
        table_notes=[],
        all_tables=[outcomes(result, say, label, measured)],
    )


def of_one_world(result: Result, say, **own) -> Sections:
    """The sections of a report on a single world; own: those in which such reports differ."""
    return Sections(
        subtitle=which_world(result, say),
        asked=[scenarios(result, say)],
        verdict_notes=[],
        all_notes=[],
        leaning=[unexamined(result, say)],
        failures=sentences(result.facts, "failures.none", say=say),
        failed=[],
        **own,
    )


def which_world(result: Result, say) -> str:
    """Seed, replication, days and day 0."""
    spec = result.spec
    start = say.date(spec.scenario.start_date)
    return say("title.run.sub", replication=spec.replication, seed=spec.seed, days=spec.days, start=start)


def outcomes(result: Result, say, label: str, measured: dict) -> Table:
    """Metric -> value of one world."""
    rows = []
    for key, value in measured.items():
        unit = describe_key(key)[1]
        if value is None:
            text, unit = say("tables.not_observed"), ""
        elif unit == "share of worlds":
            text, unit = say("tables.yes" if value else "tables.no"), ""
        else:
            text = number(value)
        rows.append([metric_in_words(key, result.names), text, unit])
    return Table(say("tables.run", label=label), [say(f"tables.{c}") for c in ("metric", "value", "unit")], rows)


def unexamined(result: Result, say) -> Point:
    """What stands in place of conclusions: how many inputs are approximate, and the command that examines it."""
    (text,) = sentences(result.facts, "leaning.run", say=say)
    return Point(text, command=_over_worlds(result))


def _over_worlds(result: Result) -> str:
    """The comparison that simulates the same scenario over many worlds, with the user's settings of the model."""
    said = result.manifest["words"]
    folder = ["--config-dir", said[said.index("--config-dir") + 1]] if "--config-dir" in said else []
    left = ("scenario=", "replication=", "indicators=")
    kept = [w for w in said if w.partition("=")[0].partition(".")[0] in Spec.model_fields and not w.startswith(left)]
    arms = f"scenarios=[{','.join(dict.fromkeys(s.scenario.name for s in result.specs.values()))}]"
    return shlex.join(["suasion", "compare", *folder, arms, *kept, "indicators=drawn"])
