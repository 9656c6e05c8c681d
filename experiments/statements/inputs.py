"""Statements of a report on inputs: settings, parameters, indicators and their quality."""

from collections.abc import Iterator
from typing import Any

from experiments.describe.data_quality import data_quality
from experiments.describe.inputs import host_and_patrons, indicators, settings
from experiments.statements.table import ENGLISH, MODELLED, REPORT, Facts, statement
from sim.spec.schema import english_names

QUALITIES = ("measured", "derived", "approx", "imputed", "default")


def _changed(facts: Facts) -> bool:
    return any(one.changed for one in settings(facts.specs, facts.axis_values))


@statement("assumptions.unchanged", REPORT)
def _unchanged(facts: Facts) -> Iterator[dict[Any, Any]]:
    """No setting of run, network or mechanisms is another than its default in any scenario."""
    if facts.kind in MODELLED and not _changed(facts):
        yield {}


def _parameters(facts: Facts, value: str) -> Iterator[dict[Any, Any]]:
    if facts.kind in MODELLED and facts.settings["parameters"] == value:
        yield {}


@statement("assumptions.prior", REPORT)
def _prior(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Parameters were drawn from their priors."""
    return _parameters(facts, "prior")


@statement("assumptions.posterior", REPORT)
def _posterior(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Parameters were drawn from the posterior."""
    return _parameters(facts, "posterior")


@statement("assumptions.posterior_centre", REPORT)
def _centre(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Parameters stood at the centre of the posterior."""
    return _parameters(facts, "posterior_centre")


@statement("assumptions.at_default", REPORT)
def _at_default(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Parameters stood at their default values."""
    return _parameters(facts, "default")


def _indicators(facts: Facts) -> list[Any]:
    return indicators(facts.spec) if facts.kind in MODELLED else []


@statement("quality.text", REPORT)
def _quality(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A result that holds replications; the counts are those of its indicators."""
    if inputs := _indicators(facts):
        names = english_names(facts.spec)
        count = {quality: sum(k.quality == quality for k in inputs) for quality in QUALITIES}
        actors = ", ".join(names[code] for code in host_and_patrons(facts.spec))
        yield count | {"actors": actors, "total": len(inputs)}


@statement("quality.set_by_user", REPORT)
def _set_by_user(facts: Facts) -> Iterator[dict[Any, Any]]:
    """The user set some of these indicators."""
    if count := sum(k.quality == "override" for k in _indicators(facts)):
        yield {"count": count}


@statement("quality.host", REPORT)
def _host(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A result that holds replications; the names are those of the values that are imputed, missing or by rule."""
    if facts.kind in MODELLED:
        quality = data_quality(facts.spec)
        guessed = {kind: quality.names(kind) for kind in ("imputed", "default")}
        missing, by_rule = (", ".join(names) or "none" for names in (quality.missing, quality.by_rule))
        yield {"host": quality.name, "missing": missing, "rule": by_rule} | guessed


@statement("quality.host_among_patrons", REPORT)
def _host_among_patrons(facts: Facts) -> Iterator[dict[Any, Any]]:
    """The scenario names the host among its patrons."""
    if facts.kind in MODELLED and (quality := data_quality(facts.spec)).among_patrons:
        yield {"host": quality.name}


@statement("quality.differ", REPORT)
def _differ(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Scenarios that are compared have other indicators of the host, the patrons or the ties among them."""
    if facts.kind != "compare" or len(facts.specs) < 2:
        return
    (_, first), *others = ((arm, {k.path: k.indicator for k in indicators(spec)}) for arm, spec in facts.specs.items())
    labels = {arm: entry["label"] for arm, entry in facts.data["arms"].items()}
    differing = {arm: sum(first.get(p) != by_path.get(p) for p in first | by_path) for arm, by_path in others}
    if any(differing.values()):
        counts = ", ".join(f"{labels[arm]} {n}" for arm, n in differing.items() if n)
        yield {"first": labels[next(iter(facts.specs))], "others": counts}


@statement("quality.drawn", REPORT)
def _drawn(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Indicators were drawn."""
    if facts.kind in MODELLED and facts.settings["indicators"] == "drawn":
        yield {}


@statement("quality.central", REPORT)
def _central(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Indicators stood at their centre."""
    if facts.kind in MODELLED and facts.settings["indicators"] != "drawn":
        yield {}


@statement("assumptions.mechanisms", REPORT)
def _mechanisms(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Every mechanism takes part in every scenario."""
    if facts.kind in MODELLED and not _off(facts):
        yield {}


@statement("assumptions.mechanisms_off", REPORT)
def _mechanisms_off(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some mechanism is switched off in some scenario."""
    if facts.kind in MODELLED and (off := _off(facts)):
        yield {"names": ", ".join(off)}


def _off(facts: Facts) -> list[str]:
    """Mechanisms that some scenario switches off."""
    mechanisms = [dict(spec.mechanisms) for spec in facts.specs.values()]
    off = [name for name in mechanisms[0] if any(not one[name].enabled for one in mechanisms)]
    switches = (
        path.split(".")[1] for path in facts.axis_values if path.startswith("mechanisms.") and path.endswith(".enabled")
    )
    partly = [
        name for name in switches if name not in off and "False" in facts.axis_values[f"mechanisms.{name}.enabled"]
    ]
    return off + [ENGLISH("sweep.partly", name=name) for name in partly]
