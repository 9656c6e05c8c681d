"""Checks and completion of a specification, whether it was loaded or changed in Python."""

from sim.actors.charter import in_force
from sim.core.faults import InvalidSpec, require_one_of
from sim.metrics import METRICS, metric_keys
from sim.spec.check_events import check_events
from sim.spec.check_roles import check_roles
from sim.spec.derived_indicators import complete
from sim.spec.directives import check_directives, check_policies
from sim.spec.edge_list import check_edges
from sim.spec.priors import check_host
from sim.spec.schema import Indicators, Organisation, Spec, StateTies
from sim.spec.schema.host_rules import RULES as HOST_RULES


def completed(spec: Spec, *, sources: bool = True) -> Spec:
    """The specification with the values that follow by rule, after a check that its parts fit together.

    Types are checked before. Here every name must be on stage, and every indicator needs a source; sources=False skips the
    latter for a specification that shares its states with a checked one. The argument does not change. Raises InvalidSpec.
    """
    check_roles(spec, tuple(spec.states))
    if spec.posterior_without:
        check_host(spec.posterior_without)
    complete_spec = complete(spec)
    _check(complete_spec)
    if sources:
        _check_sources(complete_spec)
    return complete_spec


def _check(spec: Spec) -> None:
    """Every name that scenario and organisations use is on stage. Raises InvalidSpec."""
    on_stage, organisations = tuple(spec.states), tuple(spec.organisations)
    scenario = spec.scenario
    for i, patron in enumerate(scenario.patrons):
        require_one_of(f"scenario.patrons.{i}", patron, on_stage, "a state on stage")
    for code in scenario.strength:
        require_one_of("scenario.strength", code, on_stage, "a state on stage")
    check_events(spec, on_stage)
    check_edges(spec)
    keys: dict[int, str] = {}
    for kind, actors in (("states", spec.states), ("organisations", spec.organisations)):
        for name, actor in actors.items():
            if actor.draw_key in keys:
                raise InvalidSpec(
                    f"{kind}.{name}.draw_key", actor.draw_key, f"must be unique; {keys[actor.draw_key]} has it too"
                )
            keys[actor.draw_key] = name
    for name, organisation in spec.organisations.items():
        day = scenario.start_date
        now = tuple(code for code, term in organisation.members.items() if in_force(term.since, term.until, day))
        if now:  # before its founding an organisation has no members
            require_one_of(f"organisations.{name}.leader", organisation.leader, now, f"a member on {day}")
        for group in ("members", "observers", "partners"):
            for code in getattr(organisation, group):
                require_one_of(
                    f"organisations.{name}.{group}", code, on_stage, "a state on stage (others go under absent:)"
                )
        for code in organisation.pools.shares:
            require_one_of(f"organisations.{name}.pools.shares", code, tuple(organisation.members), "a member")
        _check_organs(spec, name, organisation)
    _check_date(spec)
    check_policies(spec)
    check_directives(spec, on_stage, organisations)
    _check_signs(spec, on_stage, organisations)


def _check_signs(spec: Spec, states: tuple[str, ...], organisations: tuple[str, ...]) -> None:
    """Expected signs are about metrics of actors on stage."""
    for i, sign in enumerate(spec.scenario.signs):
        name, *labels = sign.metric.split(":")
        if name not in METRICS or tuple(labels) not in METRICS[name].labels(states, organisations):
            valid = metric_keys(states, organisations)
            raise InvalidSpec(f"scenario.signs.{i}.metric", sign.metric, "must be a metric of the stage", valid)


def _check_organs(spec: Spec, name: str, organisation: Organisation) -> None:
    """Organs have instruments of the catalogue, and members take the chair."""
    for organ, config in organisation.organs.items():
        for instrument in (*config.instruments, *config.prepares):
            require_one_of(f"organisations.{name}.organs.{organ}", instrument, tuple(spec.instruments), "an instrument")
    for i, chair in enumerate(organisation.chairs):
        require_one_of(f"organisations.{name}.chairs.{i}.state", chair.state, tuple(organisation.members), "a member")


def _check_date(spec: Spec) -> None:
    """Some organisation exists at the start date; one that does not exist yet has no members and does not act."""
    founded = [term.since for o in spec.organisations.values() for term in o.members.values()]
    if founded and spec.scenario.start_date < min(founded):
        allowed = f"must be {min(founded)} or later, when the first organisation on stage was founded"
        raise InvalidSpec("scenario.start_date", spec.scenario.start_date, allowed)


def _check_sources(spec: Spec) -> None:
    """Every tie joins states on stage, and every indicator has a known source. Raises InvalidSpec."""
    on_stage, sources = tuple(spec.states), (*spec.sources, "override", *HOST_RULES)
    for code, state in spec.states.items():
        for name in StateTies.model_fields:
            for partner, indicator in getattr(state.ties, name).items():
                require_one_of(f"states.{code}.ties.{name}", partner, on_stage, "a state on stage")
                require_one_of(f"states.{code}.ties.{name}.{partner}", indicator.source, sources, "a key of sources")
        for language, indicator in state.languages.items():
            require_one_of(f"states.{code}.languages.{language}", indicator.source, sources, "a key of sources")
        for name in Indicators.model_fields:
            indicator = getattr(state.indicators, name)
            if indicator is not None:
                require_one_of(f"states.{code}.indicators.{name}", indicator.source, sources, "a key of sources")
