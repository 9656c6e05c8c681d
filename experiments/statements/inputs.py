"""What a report says of the inputs of a result: settings, parameters, indicators and their quality."""

from experiments.statements.table import MODELLED, REPORT, WORDS, Facts, statement

QUALITIES = ("measured", "derived", "approx", "imputed", "default")


def _changed(facts: Facts) -> bool:
    from experiments.report.assumptions import settings

    return any(one.changed for one in settings(facts.specs, facts.varied))


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


@statement("assumed.at_default", REPORT)
def _at_default(facts: Facts):
    """Parameters stood at their default values."""
    return _parameters(facts, "default")


def _known(facts: Facts) -> list:
    from experiments.report.assumptions import indicators

    return indicators(facts.spec) if facts.kind in MODELLED else []


@statement("quality.text", REPORT)
def _quality(facts: Facts):
    """A result that holds worlds; the counts are those of its indicators."""
    from experiments.report.assumptions import on_stage
    from sim.spec.schema import english_names

    if known := _known(facts):
        names = english_names(facts.spec)
        count = {quality: sum(k.quality == quality for k in known) for quality in QUALITIES}
        actors = ", ".join(names[code] for code in on_stage(facts.spec))
        yield count | {"actors": actors, "total": len(known)}


@statement("quality.own", REPORT)
def _own(facts: Facts):
    """The user set some of these indicators."""
    if count := sum(k.quality == "override" for k in _known(facts)):
        yield {"own": count}


@statement("quality.host", REPORT)
def _host(facts: Facts):
    """A result that holds worlds; the names are those of the values that are imputed, missing or by rule."""
    from experiments.describe.data_quality import knowledge

    if facts.kind in MODELLED:
        known = knowledge(facts.spec)
        guessed = {kind: known.names(kind) for kind in ("imputed", "default")}
        missing, by_rule = (", ".join(names) or "none" for names in (known.missing, known.by_rule))
        yield {"host": known.name, "missing": missing, "rule": by_rule} | guessed


@statement("quality.own_patron", REPORT)
def _own_patron(facts: Facts):
    """The scenario names the host among its patrons."""
    from experiments.describe.data_quality import knowledge

    if facts.kind in MODELLED and (known := knowledge(facts.spec)).own_patron:
        yield {"host": known.name}


@statement("quality.differ", REPORT)
def _differ(facts: Facts):
    """Scenarios that are compared have other indicators of the host, the patrons or the ties among them."""
    from experiments.report.assumptions import indicators

    if facts.kind != "compare" or len(facts.specs) < 2:
        return
    (_, first), *others = ((arm, {k.path: k.indicator for k in indicators(spec)}) for arm, spec in facts.specs.items())
    labels = {arm: entry["label"] for arm, entry in facts.data["arms"].items()}
    differing = {arm: sum(first.get(p) != known.get(p) for p in first | known) for arm, known in others}
    if any(differing.values()):
        shown = ", ".join(f"{labels[arm]} {n}" for arm, n in differing.items() if n)
        yield {"first": labels[next(iter(facts.specs))], "others": shown}


@statement("quality.drawn", REPORT)
def _drawn(facts: Facts):
    """Indicators were drawn."""
    if facts.kind in MODELLED and facts.settings["indicators"] == "drawn":
        yield {}


@statement("quality.central", REPORT)
def _central(facts: Facts):
    """Indicators stood at their centre."""
    if facts.kind in MODELLED and facts.settings["indicators"] != "drawn":
        yield {}


@statement("assumed.mechanisms", REPORT)
def _mechanisms(facts: Facts):
    """Every mechanism takes part in every scenario."""
    if facts.kind in MODELLED and not _off(facts):
        yield {}


@statement("assumed.mechanisms_off", REPORT)
def _mechanisms_off(facts: Facts):
    """Some mechanism is switched off in some scenario."""
    if facts.kind in MODELLED and (off := _off(facts)):
        yield {"names": ", ".join(off)}


def _off(facts: Facts) -> list[str]:
    """Mechanisms that some scenario switches off."""
    mechanisms = [dict(spec.mechanisms) for spec in facts.specs.values()]
    off = [name for name in mechanisms[0] if any(not one[name].enabled for one in mechanisms)]
    varied = (
        path.split(".")[1] for path in facts.varied if path.startswith("mechanisms.") and path.endswith(".enabled")
    )
    partly = [name for name in varied if name not in off and "False" in facts.varied[f"mechanisms.{name}.enabled"]]
    return off + [WORDS("sweep.partly", name=name) for name in partly]
