"""What a report says of the conclusions of a comparison that rest on indicators, and of how to repeat a result."""

from experiments.statements.table import MODELLED, REPORT, WORDS, Facts, statement


def _examined(facts: Facts, *states: str) -> dict | None:
    """What the examination of conclusions gave, if it ended so; see `experiments.report.conclusions`."""
    examination = facts.data.get("examined") or {}
    return examination if examination.get("state") in states else None


@statement("input_sensitivity.central", REPORT)
def _not_examined(facts: Facts):
    """A comparison with indicators at their centre."""
    if examination := _examined(facts, "central"):
        yield {"approx": examination["approx"]}


@statement("input_sensitivity.undecided", REPORT)
def _nothing_decided(facts: Facts):
    """A comparison with drawn indicators in which no headline difference is decided."""
    if _examined(facts, "undecided"):
        yield {}


@statement("input_sensitivity.few", REPORT)
def _few(facts: Facts):
    """A comparison with drawn indicators and too few worlds for the test."""
    if examination := _examined(facts, "few"):
        yield {"worlds": examination["worlds"], "fewest": examination["fewest"]}


@statement("input_sensitivity.method", REPORT)
def _method(facts: Facts):
    """Decided differences were examined."""
    if examination := _examined(facts, "examined"):
        yield {"indicators": examination["indicators"], "worlds": examination["worlds"]}


@statement("input_sensitivity.none", REPORT)
def _leans_on_nothing(facts: Facts):
    """Some decided difference was examined and no indicator was found."""
    if (examination := _examined(facts, "examined")) and examination["free"]:
        yield {"names": "; ".join(examination["free"])}


@statement("input_sensitivity.some", REPORT)
def _leans(facts: Facts):
    """An indicator was found on which a decided difference leans."""
    for conclusion in (_examined(facts, "examined") or {}).get("sensitive", ()):
        yield {"conclusion": conclusion}


@statement("input_sensitivity.indicator", REPORT)
def _indicator(facts: Facts):
    """An indicator was found on which a decided difference leans: one sentence per conclusion and indicator."""
    for several in (_examined(facts, "examined") or {}).get("lines", ()):
        yield from (line | {"verdict": WORDS(line["verdict"])} for line in several)


def _of_halves(facts: Facts, verdict: str):
    """The verdict on a conclusion, taken again in the worlds with low and with high draws of an indicator."""
    lines = [line for several in (_examined(facts, "examined") or {}).get("lines", ()) for line in several]
    if any(line["verdict"] == verdict for line in lines):
        yield {}


@statement("input_sensitivity.survives", REPORT)
def _survives(facts: Facts):
    """Both halves have the sign of the whole, beyond their intervals."""
    return _of_halves(facts, "input_sensitivity.survives")


@statement("input_sensitivity.turns", REPORT)
def _turns(facts: Facts):
    """A half has the other sign, beyond its interval."""
    return _of_halves(facts, "input_sensitivity.turns")


@statement("input_sensitivity.open", REPORT)
def _open(facts: Facts):
    """The interval of a half holds zero."""
    return _of_halves(facts, "input_sensitivity.open")


@statement("input_sensitivity.undecided_list", REPORT)
def _undecided(facts: Facts):
    """Differences were examined, and others are undecided."""
    if (examination := _examined(facts, "examined")) and examination["undecided"]:
        yield {"names": "; ".join(examination["undecided"])}


@statement("input_sensitivity.limit", REPORT)
def _limit(facts: Facts):
    """Decided differences were examined."""
    if examination := _examined(facts, "examined"):
        yield {"detectable": examination["detectable"]}


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
