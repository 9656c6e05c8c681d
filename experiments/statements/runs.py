"""What one world says: of a run, and of two runs of one world."""

from experiments.statements.table import REPORT, TERMINAL, Facts, statement
from sim.records.variables import BY_NAME


@statement("run.story")
def _story(facts: Facts):
    """A run."""
    if facts.kind == "run":
        yield {}


@statement("paired_view.story")
def _paired_view(facts: Facts):
    """Two runs of one world."""
    if facts.kind == "paired_view":
        yield {}


@statement("paired_view.same")
def _same(facts: Facts):
    """Every recorded series that both runs have, and every event, is the same."""
    if facts.kind == "paired_view" and facts.data["divergence"]["day"] is None:
        yield {}


@statement("paired_view.parted")
def _parted(facts: Facts):
    """The runs differ in an event or in a series that both have."""
    if facts.kind == "paired_view" and facts.data["divergence"]["day"] is not None:
        yield parting(facts.data)


@statement("paired_view.star")
def _star(facts: Facts):
    """Some event happened in one of the runs alone."""
    if facts.kind == "paired_view" and any(row["first"] != row["second"] for row in facts.data["events"]):
        yield {}


@statement("paired_view.replication", TERMINAL)
def _world(facts: Facts):
    """Two runs of one world: which one."""
    if facts.kind == "paired_view":
        yield {"seed": facts.data["seed"], "replication": facts.data["replication"]}


def parting(pair: dict) -> dict:
    """Where two runs part, in words; pair: the content of paired_view.json."""
    from sim.core.log import LogEntry
    from sim.plots.timeline import phrase

    parted, (first, second) = pair["divergence"], pair["labels"]
    only = []
    for label, events in ((first, parted["events"]["first"]), (second, parted["events"]["second"])):
        if events:
            phrases = (phrase(LogEntry(**event), pair["host"], pair["names"]) for event in events)
            only.append(f"only in {label}: {'; '.join(phrases)}")
    event = f"first event on day {parted['events']['day']}, {', '.join(only)}" if only else "no event differs"
    variables = [BY_NAME[name].label.lower() for name in parted["series"]["variables"]]
    when = "before the first day" if parted["series"]["day"] == -1 else f"at the end of day {parted['series']['day']}"
    series = f"first series {when}: {', '.join(variables)}" if variables else "no series differs"
    return {"day": max(0, parted["day"]), "event": event, "series": series}


@statement("input_sensitivity.run", REPORT)
def _single_replication(facts: Facts):
    """A result of a single world."""
    if facts.kind in ("run", "paired_view"):
        from experiments.report.assumptions import indicators

        inputs = indicators(facts.spec)
        yield {"approx": sum(k.quality == "approx" for k in inputs), "total": len(inputs)}
