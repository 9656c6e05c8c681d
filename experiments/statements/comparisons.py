"""Statements on a comparison: replications, intervals, horizons, absent metrics, pairing."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from experiments.results.few_replications import coverage_of
from experiments.results.interval_kinds import NONE, SKEWED
from experiments.statements.table import ENGLISH, REPORT, TERMINAL, Facts, statement
from sim.core.wording import confidence_words, number, percent

ABSENT = "not in this scenario"
DRAWN = ("prior", "posterior")  # values of `parameters` that draw them
MOST_BESIDE = 4  # arms side by side in a terminal table


def _labels(facts: Facts) -> dict[str, str]:
    return {arm: entry["label"] for arm, entry in facts.data.get("arms", {}).items()}


def _cells(facts: Facts, *parts: str) -> Iterator[dict[Any, Any]]:
    for entry in facts.data.get("metrics", {}).values() if facts.kind == "compare" else ():
        for part in parts:
            yield from entry[part].values()


def several(facts: Facts) -> bool:
    """True for a comparison or a sweep of more than one replication."""
    replications = (
        facts.manifest.get("worlds", {}).get("replications", (0, 0)) if facts.kind in ("compare", "sweep") else (0, 0)
    )
    return replications[1] > replications[0]


@statement("compare.replications", TERMINAL)
def _replications(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A comparison of several scenarios."""
    if facts.data.get("verdicts"):
        yield {"runs": facts.data["runs"]}


@statement("compare.alone")
def _alone(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A comparison with one scenario."""
    if facts.kind == "compare" and not facts.data["verdicts"]:
        yield {}


@statement("compare.interval")
def _interval(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A comparison of several scenarios over more than one replication."""
    if facts.data.get("verdicts") and several(facts):
        yield {"confidence": confidence_words(facts.data["confidence"])}


@statement("compare.methods")
def _methods(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some mean or difference has an interval."""
    kinds = {cell["interval"] for cell in _cells(facts, "arms", "differences")} - {NONE}
    if kinds:
        yield {"methods": "; ".join(text for kind, text in facts.data["interval"].items() if kind in kinds)}


@statement("compare.marked", TERMINAL)
def _marked(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some interval is corrected for skewness because few replications carry the variance."""
    if any(cell["interval"] == SKEWED for cell in _cells(facts, "arms", "differences")):
        yield {}


@statement("compare.same")
def _same(facts: Facts) -> Iterator[dict[Any, Any]]:
    """An arm has the configuration of the baseline."""
    labels, baseline = _labels(facts), facts.data.get("baseline", "")
    for arm, entry in facts.data.get("arms", {}).items():
        if entry["same_as_baseline"] and arm != baseline:
            yield {"arm": labels[arm], "baseline": labels[baseline]}


@statement("compare.horizon")
def _horizon(facts: Facts) -> Iterator[dict[Any, Any]]:
    """The scenarios are set for different numbers of days."""
    horizons = facts.manifest.get("worlds", {}).get("horizons", {})
    shortest = min(horizons.values(), default=0)
    longer = [f"{arm} {days}" for arm, days in horizons.items() if days > shortest]
    if longer:
        yield {"days": shortest, "longer": ", ".join(longer)}


@statement("compare.dates")
def _dates(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Day 0 is not the same date in all scenarios."""
    starts = {arm: entry["start"] for arm, entry in facts.data.get("arms", {}).items()}
    if len(set(starts.values())) > 1:
        labels = _labels(facts)
        each = (f"{labels[arm]} {ENGLISH.date(date.fromisoformat(start))}" for arm, start in starts.items())
        yield {"starts": ", ".join(each)}


@statement("compare.absent")
def _absent(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some scenario has no metric that another one has."""
    entries = facts.data.get("metrics", {}).values() if facts.kind == "compare" else ()
    lacking = [arm for entry in entries for arm, cell in entry["arms"].items() if cell.get("reason") == ABSENT]
    if lacking:
        labels = _labels(facts)
        counts = ", ".join(f"{labels[arm]} {lacking.count(arm)}" for arm in dict.fromkeys(lacking))
        yield {"counts": counts}


@statement("compare.conditional")
def _conditional(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A metric is observed in some replications of a scenario and not in others; metrics of the same replications share a sentence."""
    labels, groups = _labels(facts), {}
    for entry in facts.data.get("metrics", {}).values() if facts.kind == "compare" else ():
        if entry["conditional"]:
            counts = (_counts(entry[part], labels) for part in ("arms", "differences"))
            groups.setdefault((*counts, _other_replications(entry, facts.data["baseline"])), []).append(entry["words"])
    for (arms, pairs, other), metrics in groups.items():
        pairs = ENGLISH(f"compare.conditional.{'other' if other else 'pairs'}", pairs=pairs) if pairs else ""
        yield {"metrics": "; ".join(metrics), "arms": arms, "runs": facts.data["runs"], "pairs": pairs}


def _other_replications(entry: dict[Any, Any], baseline: str) -> bool:
    """True if some difference rests on other replications than the means of its two scenarios."""
    n = {arm: cell["n"] for arm, cell in entry["arms"].items()}
    return any(cell["n"] and not cell["n"] == n[arm] == n[baseline] for arm, cell in entry["differences"].items())


def _counts(cells: dict[str, dict[Any, Any]], labels: dict[str, str]) -> str:
    """'Both 7, No outside act 9': replications behind each cell."""
    return ", ".join(f"{labels[arm]} {cell['n']}" for arm, cell in cells.items())


@statement("spread.holds")
def _spread(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Several replications were simulated. They always differ by chance, and by indicators and parameters that were drawn."""
    if not several(facts):
        return
    settings = facts.settings
    sources = [ENGLISH("spread.chance")]
    sources += [ENGLISH("spread.indicators")] if settings["indicators"] == "drawn" else []
    sources += [ENGLISH(f"spread.{settings['parameters']}")] if settings["parameters"] in DRAWN else []
    yield {"held": ", ".join(sources)}


@statement("spread.without_indicators")
def _without_indicators(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Several replications were simulated, with indicators at their centre."""
    if several(facts) and facts.settings["indicators"] != "drawn":
        yield {}


@statement("spread.without_parameters")
def _without_parameters(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Several replications were simulated, with the same parameters."""
    if several(facts) and facts.settings["parameters"] not in DRAWN:
        yield {}


@statement("spread.fixed")
def _fixed(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Parameters were drawn, except those that the user fixed."""
    records = facts.manifest.get("parameters", {}).values()  # by configuration
    fixed = dict.fromkeys(path for record in records for path in record["fixed"])
    if several(facts) and facts.settings["parameters"] in DRAWN and fixed:
        yield {"names": ", ".join(fixed)}


@statement("spread.few_replications")
def _few_replications(facts: Facts) -> Iterator[dict[Any, Any]]:
    """An interval rests on fewer than ten replications."""
    n = facts.data["few_worlds"]["n"] if facts.kind == "compare" else 0
    if facts.kind == "sweep":
        first, last = facts.manifest["worlds"]["replications"]
        n = last - first + 1
    if rates := coverage_of(n):
        yield {"n": n, **{name: percent(rate) for name, rate in rates.items()}}


def _pairing(facts: Facts, key: str) -> Iterator[dict[Any, Any]]:
    """Values of the sentence on pairing, if its form is this key."""
    pairing = facts.data.get("pairing", {}) if facts.data.get("verdicts") else {}
    if pairing and pairing_form(pairing) == key:
        yield {"n": pairing["n"], **{name: number(pairing[name]) for name in ("median", "low", "high")}}


def pairing_form(pairing: dict[Any, Any]) -> str:
    """Key of the sentence on pairing."""
    return "pairing.constant" if not pairing["n"] else "pairing.none" if pairing["high"] == 0.0 else "pairing.ratio"


@statement("pairing.constant")
def _no_variance(facts: Facts) -> Iterator[dict[Any, Any]]:
    """No headline metric varies between replications."""
    return _pairing(facts, "pairing.constant")


@statement("pairing.none")
def _no_difference_varies(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Headline metrics vary between replications, their differences do not."""
    return _pairing(facts, "pairing.none")


@statement("pairing.ratio")
def _ratio(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some headline difference varies between replications."""
    return _pairing(facts, "pairing.ratio")


@statement("compare.left_out", TERMINAL)
def _left_out(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A comparison. The omitted metrics depend on the number of scenarios."""
    if facts.kind == "compare":
        many = len(facts.data["arms"]) > MOST_BESIDE
        yield {"names": ENGLISH("compare.left_out.many" if many else "compare.left_out.few")}


@statement("compare.zero", REPORT)
def _zero(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some metric of a comparison is zero, or empty, in every scenario."""
    entries = facts.data.get("metrics", {}).values() if facts.kind == "compare" else ()
    if names := [entry["words"] for entry in entries if not says_something(entry)]:
        yield {"names": ", ".join(names)}


def says_something(entry: dict[Any, Any]) -> bool:
    """False for a metric that is printed as zero, or empty, in every scenario."""
    cells = [cell for cell in entry["arms"].values() if cell["n"]]
    return any(cell[key] is not None and number(cell[key]) != "0" for cell in cells for key in ("mean", "low", "high"))


@statement("host.values", TERMINAL)
def _host(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A run or comparison, whose host has values of some quality."""
    line = facts.data.get("host") if facts.kind == "compare" else facts.manifest.get("host")
    if line:
        yield {"line": line}
