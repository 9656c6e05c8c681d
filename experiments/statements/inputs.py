"""What a report says of the inputs of a result: settings, figures and their quality, what leans on them, how to repeat it."""

from experiments.statements.table import MODELLED, REPORT, Facts, statement

QUALITIES = ("measured", "derived", "approx", "imputed", "default")


def _changed(facts: Facts) -> bool:
    from experiments.report.assumptions import settings

    return any(one.changed for one in settings(facts.specs))


@statement("assumed.unchanged", REPORT)
def _unchanged(facts: Facts):
    """No setting of run, network or mechanisms is another than its default in any scenario."""
    if facts.kind in MODELLED and not _changed(facts):
        yield {}


def _parameters(facts: Facts, value: str):
    if facts.kind in MODELLED and facts.settings["parameters"] == value:
        yield {}


@statement("assumed.prior", REPORT)
def _prior(facts: Facts):
    """Parameters were drawn from their priors."""
    return _parameters(facts, "prior")


@statement("assumed.posterior", REPORT)
def _posterior(facts: Facts):
    """Parameters were drawn from the posterior."""
    return _parameters(facts, "posterior")


@statement("assumed.posterior_centre", REPORT)
def _centre(facts: Facts):
    """Parameters stood at the centre of the posterior."""
    return _parameters(facts, "posterior_centre")


@statement("assumed.reference", REPORT)
def _reference(facts: Facts):
    """Parameters stood at their reference values."""
    return _parameters(facts, "reference")


def _known(facts: Facts) -> list:
    from experiments.report.assumptions import figures

    return figures(facts.spec) if facts.kind in MODELLED else []


@statement("quality.text", REPORT)
def _quality(facts: Facts):
    """A result that holds worlds; the counts are those of its figures."""
    from experiments.report.assumptions import on_stage
    from sim.schema import english_names

    if known := _known(facts):
        names = english_names(facts.spec)
        count = {quality: sum(k.quality == quality for k in known) for quality in QUALITIES}
        actors = ", ".join(names[code] for code in on_stage(facts.spec))
        yield count | {"actors": actors, "total": len(known)}


@statement("quality.own", REPORT)
def _own(facts: Facts):
    """The user set some of these figures."""
    if count := sum(k.quality == "override" for k in _known(facts)):
        yield {"own": count}


@statement("quality.host", REPORT)
def _host(facts: Facts):
    """A result that holds worlds; the names are those of the values that are imputed, missing or by rule."""
    from experiments.hosts import knowledge

    if facts.kind in MODELLED:
        known = knowledge(facts.spec)
        guessed = {kind: known.names(kind) for kind in ("imputed", "default")}
        missing, by_rule = (", ".join(names) or "none" for names in (known.missing, known.by_rule))
        yield {"host": known.name, "missing": missing, "rule": by_rule} | guessed


@statement("quality.own_patron", REPORT)
def _own_patron(facts: Facts):
    """The scenario names the host among its patrons."""
    from experiments.hosts import knowledge

    if facts.kind in MODELLED and (known := knowledge(facts.spec)).own_patron:
        yield {"host": known.name}


@statement("quality.differ", REPORT)
def _differ(facts: Facts):
    """Scenarios that are compared have other figures of the host, the patrons or the ties among them."""
    from experiments.report.assumptions import figures

    if facts.kind != "compare" or len(facts.specs) < 2:
        return
    (_, first), *others = ((arm, {k.path: k.figure for k in figures(spec)}) for arm, spec in facts.specs.items())
    labels = {arm: entry["label"] for arm, entry in facts.data["arms"].items()}
    differing = {arm: sum(first.get(p) != known.get(p) for p in first | known) for arm, known in others}
    if any(differing.values()):
        shown = ", ".join(f"{labels[arm]} {n}" for arm, n in differing.items() if n)
        yield {"first": labels[next(iter(facts.specs))], "others": shown}


@statement("quality.drawn", REPORT)
def _drawn(facts: Facts):
    """Figures were drawn."""
    if facts.kind in MODELLED and facts.settings["figures"] == "drawn":
        yield {}


@statement("quality.central", REPORT)
def _central(facts: Facts):
    """Figures stood at their centre."""
    if facts.kind in MODELLED and facts.settings["figures"] != "drawn":
        yield {}


def _examined(facts: Facts, *states: str) -> dict | None:
    """What the examination of conclusions gave, if it ended so; see `experiments.report.conclusions`."""
    found = facts.data.get("examined") or {}
    return found if found.get("state") in states else None


@statement("leaning.central", REPORT)
def _not_examined(facts: Facts):
    """A comparison with figures at their centre."""
    if found := _examined(facts, "central"):
        yield {"approx": found["approx"]}


@statement("leaning.undecided", REPORT)
def _nothing_decided(facts: Facts):
    """A comparison with drawn figures in which no headline difference is decided."""
    if _examined(facts, "undecided"):
        yield {}


@statement("leaning.few", REPORT)
def _few(facts: Facts):
    """A comparison with drawn figures and too few worlds for the test."""
    if found := _examined(facts, "few"):
        yield {"worlds": found["worlds"], "fewest": found["fewest"]}


@statement("leaning.method", REPORT)
def _method(facts: Facts):
    """Decided differences were examined."""
    if found := _examined(facts, "examined"):
        yield {"figures": found["figures"], "worlds": found["worlds"]}


@statement("leaning.none", REPORT)
def _leans_on_nothing(facts: Facts):
    """Some decided difference was examined and no figure was found."""
    if (found := _examined(facts, "examined")) and found["free"]:
        yield {"names": "; ".join(found["free"])}


@statement("leaning.some", REPORT)
def _leans(facts: Facts):
    """A figure was found on which a decided difference leans."""
    for conclusion in (_examined(facts, "examined") or {}).get("leaning", ()):
        yield {"conclusion": conclusion}


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
