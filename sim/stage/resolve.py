"""From the words of a Spec to rows: names, charters, directives; and the checks that types cannot make."""

from sim.actors.actor_codes import HOST
from sim.actors.charter import in_force
from sim.actors.choices import ADDRESSED, ORGANISATION_OPTIONS, RULES, STATE_OPTIONS
from sim.core.faults import InvalidSpec, known
from sim.core.fixed import Names
from sim.metrics import METRICS, metric_keys
from sim.spec.derived_indicators import complete
from sim.spec.priors import check_host
from sim.spec.schema import Indicators, Spec, StateTies
from sim.spec.schema.host_rules import RULES as HOST_RULES
from sim.stage.build_charters import acting_alone, by_actor, check_policies, host_or
from sim.stage.check_roles import check_roles
from sim.stage.edge_list import check_edges
from sim.stage.event_rows import check_events


def names(spec: Spec) -> Names:
    return Names(
        states=tuple(spec.states),
        organisations=(*spec.organisations, *(f"{code} alone" for code in acting_alone(spec))),
        factions=tuple((code, role) for code, state in spec.states.items() for role in state.factions),
        segments=tuple((code, key) for code, state in spec.states.items() for key in state.segments),
        n_alone=len(acting_alone(spec)),
    )


def check(spec: Spec, row: dict[str, int]) -> None:
    """What types cannot check: every name that scenario and organisations use is on stage. Raises InvalidSpec."""
    on_stage = tuple(row)
    organisations = tuple(spec.organisations)
    check_roles(spec, on_stage)
    if spec.posterior_without:
        check_host(spec.posterior_without)
    spec = complete(spec)
    scenario = spec.scenario
    for i, patron in enumerate(scenario.patrons):
        known(f"scenario.patrons.{i}", patron, on_stage, "a state on stage")
    for code in scenario.strength:
        known("scenario.strength", code, on_stage, "a state on stage")
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
        if now:  # before its founding an organisation has no member, and nobody asks it
            known(f"organisations.{name}.leader", organisation.leader, now, f"a member on {day}")
        for group in ("members", "observers", "partners"):
            for code in getattr(organisation, group):
                known(f"organisations.{name}.{group}", code, on_stage, "a state on stage (others go under absent:)")
        for code in organisation.pools.shares:
            known(f"organisations.{name}.pools.shares", code, tuple(organisation.members), "a member")
        _check_organs(spec, name, organisation)
    _check_date(spec)
    check_policies(spec)
    _check_directives(spec, on_stage, organisations)
    _check_signs(spec, on_stage, organisations)


def _check_signs(spec: Spec, states: tuple[str, ...], organisations: tuple[str, ...]) -> None:
    """Expected signs are about metrics of actors on stage."""
    for i, sign in enumerate(spec.scenario.signs):
        name, *labels = sign.metric.split(":")
        if name not in METRICS or tuple(labels) not in METRICS[name].labels(states, organisations):
            valid = metric_keys(states, organisations)
            raise InvalidSpec(f"scenario.signs.{i}.metric", sign.metric, "must be a metric of the stage", valid)


def _check_organs(spec: Spec, name: str, organisation) -> None:
    """Organs have instruments of the catalogue, and members take the chair."""
    for organ, config in organisation.organs.items():
        for instrument in (*config.instruments, *config.prepares):
            known(f"organisations.{name}.organs.{organ}", instrument, tuple(spec.instruments), "an instrument")
    for i, chair in enumerate(organisation.chairs):
        known(f"organisations.{name}.chairs.{i}.state", chair.state, tuple(organisation.members), "a member")


def _check_date(spec: Spec) -> None:
    """Some organisation exists at the start date; those that do not yet have no members, and act on nobody."""
    founded = [term.since for o in spec.organisations.values() for term in o.members.values()]
    if founded and spec.scenario.start_date < min(founded):
        allowed = f"must be {min(founded)} or later, when the first organisation on stage was founded"
        raise InvalidSpec("scenario.start_date", spec.scenario.start_date, allowed)


def check_sources(spec: Spec, row: dict[str, int]) -> None:
    """Every tie joins states on stage, and every indicator has a known source. Raises InvalidSpec."""
    on_stage, sources = tuple(row), (*spec.sources, "override", *HOST_RULES)
    for code, state in spec.states.items():
        for name in StateTies.model_fields:
            for partner, indicator in getattr(state.ties, name).items():
                known(f"states.{code}.ties.{name}", partner, on_stage, "a state on stage")
                known(f"states.{code}.ties.{name}.{partner}", indicator.source, sources, "a key of sources")
        for language, indicator in state.languages.items():
            known(f"states.{code}.languages.{language}", indicator.source, sources, "a key of sources")
        for name in Indicators.model_fields:
            indicator = getattr(state.indicators, name)
            if indicator is not None:
                known(f"states.{code}.indicators.{name}", indicator.source, sources, "a key of sources")


def _check_directives(spec: Spec, states: tuple[str, ...], organisations: tuple[str, ...]) -> None:
    """Directives name an actor on stage, an option or instrument that it has, and free | never | always | a day."""
    _check_host_once(spec, "scenario.directives", spec.scenario.directives)
    _check_host_once(spec, "scenario.policies", spec.scenario.policies)
    for actor, options in by_actor(spec).items():
        key = f"scenario.directives.{actor}"
        known(key, actor, states + organisations, "a state or organisation on stage")
        valid = tuple(ORGANISATION_OPTIONS) if actor in organisations else (*STATE_OPTIONS, *spec.instruments)
        for option, rule in options.items():
            known(f"{key}.{option}", option, valid, "an option or instrument of the actor")
            addressees = _addressees(spec, actor, option)
            if (addressees is not None) != isinstance(rule, dict):
                raise InvalidSpec(
                    f"{key}.{option}", rule, "requests and acts abroad name an addressee, other options do not"
                )
            if isinstance(rule, dict):
                _check_host_once(spec, f"{key}.{option}", rule)
            for addressee, value in rule.items() if isinstance(rule, dict) else [("", rule)]:
                if addressees is not None and addressee != HOST:
                    known(f"{key}.{option}", addressee, addressees, "an addressee on stage")
                dated = actor in states and isinstance(value, int) and value >= 0
                if not dated and value not in RULES:
                    raise InvalidSpec(f"{key}.{option}", value, "must be free, never, always or a day from 0", RULES)


def _check_host_once(spec: Spec, key: str, mapping: dict) -> None:
    """The host stands as HOST or by its code among the keys of a mapping, not as both: one of the two would be lost."""
    host = spec.scenario.host
    if HOST in mapping and host in mapping:
        raise InvalidSpec(f"{key}.{host}", mapping[host], f"stands there as HOST too; write {HOST} or {host}")


def _addressees(spec: Spec, actor: str, option: str) -> tuple[str, ...] | None:
    """Whom an option may be addressed to; None if it has no addressee."""
    if option in ADDRESSED:
        return tuple(spec.organisations)
    if option not in spec.instruments or not spec.instruments[option].addressed:
        return None
    return tuple(code for code in spec.states if code != actor)


def directives(spec: Spec) -> dict:
    """(actor's draw key, option) -> rule; an addressed option is kept under its addressee's draw key."""
    actors = {**spec.states, **spec.organisations}
    resolved = {}
    for actor, options in by_actor(spec).items():
        for option, rule in options.items():
            if isinstance(rule, dict):
                for addressee, value in rule.items():
                    key = actors[host_or(spec, addressee)].draw_key
                    resolved[actors[actor].draw_key, f"{option}:{key}"] = value
            else:
                resolved[actors[actor].draw_key, option] = rule
    return resolved
