"""What a comparison as a whole says: what was paired, what an interval holds, what is left out."""

from collections.abc import Iterator
from datetime import date

from experiments.compare.few_worlds import coverage_of
from experiments.compare.interval_kinds import NONE, SKEWED
from experiments.statements.table import REPORT, TERMINAL, WORDS, Facts, statement
from sim.core.wording import confidence_words, number, percent

ABSENT = "not in this scenario"
DRAWN = ("prior", "posterior")  # how parameters differ from world to world
MOST_BESIDE = 4  # arms that a table on a terminal holds beside each other


def _labels(facts: Facts) -> dict[str, str]:
    return {arm: entry["label"] for arm, entry in facts.data.get("arms", {}).items()}


def _cells(facts: Facts, *parts: str) -> Iterator[dict]:
    for entry in facts.data.get("metrics", {}).values() if facts.kind == "compare" else ():
        for part in parts:
            yield from entry[part].values()


def several(facts: Facts) -> bool:
    """A comparison or a sweep of more than one world."""
    worlds = (
        facts.manifest.get("worlds", {}).get("replications", (0, 0)) if facts.kind in ("compare", "sweep") else (0, 0)
    )
    return worlds[1] > worlds[0]


@statement("compare.worlds", TERMINAL)
def _worlds(facts: Facts):
    """A comparison of several scenarios."""
    if facts.data.get("verdicts"):
        yield {"runs": facts.data["runs"]}


@statement("compare.alone")
def _alone(facts: Facts):
    """A comparison with one scenario."""
    if facts.kind == "compare" and not facts.data["verdicts"]:
        yield {}


@statement("compare.interval")
def _interval(facts: Facts):
    """A comparison of several scenarios over more than one world."""
    if facts.data.get("verdicts") and several(facts):
        yield {"confidence": confidence_words(facts.data["confidence"])}


@statement("compare.methods")
def _methods(facts: Facts):
    """Some mean or difference has an interval."""
    kinds = {cell["interval"] for cell in _cells(facts, "arms", "differences")} - {NONE}
    if kinds:
        yield {"methods": "; ".join(text for kind, text in facts.data["interval"].items() if kind in kinds)}


@statement("compare.marked", TERMINAL)
def _marked(facts: Facts):
    """Some interval is corrected for skewness because few worlds carry the variance."""
    if any(cell["interval"] == SKEWED for cell in _cells(facts, "arms", "differences")):
        yield {}


@statement("compare.same")
def _same(facts: Facts):
    """An arm has the configuration of the baseline."""
    labels, baseline = _labels(facts), facts.data.get("baseline", "")
    for arm, entry in facts.data.get("arms", {}).items():
        if entry["same_as_baseline"] and arm != baseline:
            yield {"arm": labels[arm], "baseline": labels[baseline]}


@statement("compare.horizon")
def _horizon(facts: Facts):
    """The scenarios are set for different numbers of days."""
    horizons = facts.manifest.get("worlds", {}).get("horizons", {})
    shortest = min(horizons.values(), default=0)
    longer = [f"{arm} {days}" for arm, days in horizons.items() if days > shortest]
    if longer:
        yield {"days": shortest, "longer": ", ".join(longer)}


@statement("compare.dates")
def _dates(facts: Facts):
    """Day 0 is not the same date in all scenarios."""
    starts = {arm: entry["start"] for arm, entry in facts.data.get("arms", {}).items()}
    if len(set(starts.values())) > 1:
        labels = _labels(facts)
        each = (f"{labels[arm]} {WORDS.date(date.fromisoformat(start))}" for arm, start in starts.items())
        yield {"starts": ", ".join(each)}


@statement("compare.absent")
def _absent(facts: Facts):
    """Some scenario has no metric that another one has."""
    entries = facts.data.get("metrics", {}).values() if facts.kind == "compare" else ()
    lacking = [arm for entry in entries for arm, cell in entry["arms"].items() if cell.get("reason") == ABSENT]
    if lacking:
        labels = _labels(facts)
        counts = ", ".join(f"{labels[arm]} {lacking.count(arm)}" for arm in dict.fromkeys(lacking))
        yield {"counts": counts}


@statement("compare.conditional")
def _conditional(facts: Facts):
    """A metric is observed in some worlds of a scenario and not in others; metrics of the same worlds share a sentence."""
    labels, groups = _labels(facts), {}
    for entry in facts.data.get("metrics", {}).values() if facts.kind == "compare" else ():
        if entry["conditional"]:
            counts = (_counts(entry[part], labels) for part in ("arms", "differences"))
            groups.setdefault((*counts, _other_worlds(entry, facts.data["baseline"])), []).append(entry["words"])
    for (arms, pairs, other), metrics in groups.items():
        pairs = WORDS(f"compare.conditional.{'other' if other else 'pairs'}", pairs=pairs) if pairs else ""
        yield {"metrics": "; ".join(metrics), "arms": arms, "runs": facts.data["runs"], "pairs": pairs}


def _other_worlds(entry: dict, baseline: str) -> bool:
    """True if some difference rests on other worlds than the means of its two scenarios."""
    n = {arm: cell["n"] for arm, cell in entry["arms"].items()}
    return any(cell["n"] and not cell["n"] == n[arm] == n[baseline] for arm, cell in entry["differences"].items())


def _counts(cells: dict[str, dict], labels: dict[str, str]) -> str:
    """'Both 7, No outside act 9': worlds behind each cell."""
    return ", ".join(f"{labels[arm]} {cell['n']}" for arm, cell in cells.items())


@statement("spread.holds")
def _spread(facts: Facts):
    """Several worlds were simulated; chance is always among what differs, indicators and parameters where they were drawn."""
    if not several(facts):
        return
    settings = facts.settings
    held = [WORDS("spread.chance")]
    held += [WORDS("spread.indicators")] if settings["indicators"] == "drawn" else []
    held += [WORDS(f"spread.{settings['parameters']}")] if settings["parameters"] in DRAWN else []
    yield {"held": ", ".join(held)}


@statement("spread.without_indicators")
def _without_indicators(facts: Facts):
    """Several worlds were simulated, with indicators at their centre."""
    if several(facts) and facts.settings["indicators"] != "drawn":
        yield {}


@statement("spread.without_parameters")
def _without_parameters(facts: Facts):
    """Several worlds were simulated, with the same parameters."""
    if several(facts) and facts.settings["parameters"] not in DRAWN:
        yield {}


@statement("spread.fixed")
def _fixed(facts: Facts):
    """Parameters were drawn, but for some that the user fixed."""
    records = facts.manifest.get("parameters", {}).values()  # by configuration
    fixed = dict.fromkeys(path for record in records for path in record["fixed"])
    if several(facts) and facts.settings["parameters"] in DRAWN and fixed:
        yield {"names": ", ".join(fixed)}


@statement("spread.few_worlds")
def _few_worlds(facts: Facts):
    """An interval rests on fewer than ten worlds."""
    n = facts.data["few_worlds"]["n"] if facts.kind == "compare" else 0
    if facts.kind == "sweep":
        first, last = facts.manifest["worlds"]["replications"]
        n = last - first + 1
    if rates := coverage_of(n):
        yield {"n": n, **{name: percent(rate) for name, rate in rates.items()}}


def _pairing(facts: Facts, key: str):
    """What pairing is worth, where this is its sentence."""
    found = facts.data.get("pairing", {}) if facts.data.get("verdicts") else {}
    if found and pairing_form(found) == key:
        yield {"n": found["n"], **{name: number(found[name]) for name in ("median", "low", "high")}}


def pairing_form(found: dict) -> str:
    """The key of its sentence."""
    return "pairing.constant" if not found["n"] else "pairing.none" if found["high"] == 0.0 else "pairing.ratio"


@statement("pairing.constant")
def _no_variance(facts: Facts):
    """No headline metric varies between worlds."""
    return _pairing(facts, "pairing.constant")


@statement("pairing.none")
def _no_difference_varies(facts: Facts):
    """Headline metrics vary between worlds, their differences do not."""
    return _pairing(facts, "pairing.none")


@statement("pairing.ratio")
def _ratio(facts: Facts):
    """Some headline difference varies between worlds."""
    return _pairing(facts, "pairing.ratio")


@statement("compare.left_out", TERMINAL)
def _left_out(facts: Facts):
    """A comparison; which metrics are left out depends on the number of scenarios."""
    if facts.kind == "compare":
        many = len(facts.data["arms"]) > MOST_BESIDE
        yield {"names": WORDS("compare.left_out.many" if many else "compare.left_out.few")}


@statement("compare.zero", REPORT)
def _zero(facts: Facts):
    """Some metric of a comparison is zero, or empty, in every scenario."""
    entries = facts.data.get("metrics", {}).values() if facts.kind == "compare" else ()
    if names := [entry["words"] for entry in entries if not says_something(entry)]:
        yield {"names": ", ".join(names)}


def says_something(entry: dict) -> bool:
    """Not zero, as it is printed, or empty in every scenario."""
    cells = [cell for cell in entry["arms"].values() if cell["n"]]
    return any(cell[key] is not None and number(cell[key]) != "0" for cell in cells for key in ("mean", "low", "high"))


@statement("host.values", TERMINAL)
def _host(facts: Facts):
    """A run or comparison, whose host has values of some quality."""
    line = facts.data.get("host") if facts.kind == "compare" else facts.manifest.get("host")
    if line:
        yield {"line": line}
