"""What a report says of the conclusions of a comparison that rest on indicators, and of how to repeat a result."""

from experiments.statements.table import MODELLED, REPORT, WORDS, Facts, statement


def _examined(facts: Facts, *states: str) -> dict | None:
    """What the examination of conclusions gave, if it ended so; see `experiments.report.conclusions`."""
    found = facts.data.get("examined") or {}
    return found if found.get("state") in states else None


@statement("leaning.central", REPORT)
def _not_examined(facts: Facts):
    """A comparison with indicators at their centre."""
    if found := _examined(facts, "central"):
        yield {"approx": found["approx"]}


@statement("leaning.undecided", REPORT)
def _nothing_decided(facts: Facts):
    """A comparison with drawn indicators in which no headline difference is decided."""
    if _examined(facts, "undecided"):
        yield {}


@statement("leaning.few", REPORT)
def _few(facts: Facts):
    """A comparison with drawn indicators and too few worlds for the test."""
    if found := _examined(facts, "few"):
        yield {"worlds": found["worlds"], "fewest": found["fewest"]}


@statement("leaning.method", REPORT)
def _method(facts: Facts):
    """Decided differences were examined."""
    if found := _examined(facts, "examined"):
        yield {"indicators": found["indicators"], "worlds": found["worlds"]}


@statement("leaning.none", REPORT)
def _leans_on_nothing(facts: Facts):
    """Some decided difference was examined and no indicator was found."""
    if (found := _examined(facts, "examined")) and found["free"]:
        yield {"names": "; ".join(found["free"])}


@statement("leaning.some", REPORT)
def _leans(facts: Facts):
    """An indicator was found on which a decided difference leans."""
    for conclusion in (_examined(facts, "examined") or {}).get("leaning", ()):
        yield {"conclusion": conclusion}


@statement("leaning.indicator", REPORT)
def _indicator(facts: Facts):
    """An indicator was found on which a decided difference leans: one sentence per conclusion and indicator."""
    for several in (_examined(facts, "examined") or {}).get("lines", ()):
        yield from (line | {"verdict": WORDS(line["verdict"])} for line in several)


def _of_halves(facts: Facts, verdict: str):
    """The verdict on a conclusion, taken again in the worlds with low and with high draws of an indicator."""
    lines = [line for several in (_examined(facts, "examined") or {}).get("lines", ()) for line in several]
    if any(line["verdict"] == verdict for line in lines):
        yield {}


@statement("leaning.survives", REPORT)
def _survives(facts: Facts):
    """Both halves have the sign of the whole, beyond their intervals."""
    return _of_halves(facts, "leaning.survives")


@statement("leaning.turns", REPORT)
def _turns(facts: Facts):
    """A half has the other sign, beyond its interval."""
    return _of_halves(facts, "leaning.turns")


@statement("leaning.open", REPORT)
def _open(facts: Facts):
    """The interval of a half holds zero."""
    return _of_halves(facts, "leaning.open")


@statement("leaning.undecided_list", REPORT)
def _undecided(facts: Facts):
    """Differences were examined, and others are undecided."""
    if (found := _examined(facts, "examined")) and found["undecided"]:
        yield {"names": "; ".join(found["undecided"])}


@statement("leaning.limit", REPORT)
def _limit(facts: Facts):
    """Decided differences were examined."""
    if found := _examined(facts, "examined"):
        yield {"detectable": found["detectable"]}


@statement("repeat.seed", REPORT)
def _keys(facts: Facts):
    """A result that holds worlds: their keys."""
    if facts.kind in MODELLED:
        worlds = facts.manifest["worlds"]
        keys = worlds.get("replications", worlds.get("replication"))
        replications = keys if isinstance(keys, int) else f"{keys[0]} to {keys[1]}"
        yield {"seed": facts.spec.seed, "replications": replications}


@statement("repeat.edited", REPORT)
def _edited(facts: Facts):
    """The code that made the result had changes that its commit does not hold."""
    if facts.manifest.get("git", "").endswith("+changes"):
        yield {}


@statement("repeat.config_dir", REPORT)
def _config_dir(facts: Facts):
    """The command read a folder of the user's own configuration."""
    if "--config-dir" in facts.manifest.get("words", ()):
        yield {}
