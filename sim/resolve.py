"""From the words of a Spec to rows: names, charters, shocks, directives; and the checks that types cannot make."""

import numpy as np

from sim.choices import ADDRESSED, ORGANISATION_OPTIONS, STATE_OPTIONS
from sim.mechanisms.shocks import Shock as WorldShock
from sim.organisations import Charter, in_force
from sim.policies import LEADER, RUNNER_UP, Held
from sim.schema import Figures, Spec, StateTies
from sim.world import Names

HOST = "HOST"  # in directives and policies: whichever state is the host
MEMBERS = "MEMBERS"  # in policies: the other members of organisations that the actor leads
AIMS = (HOST, MEMBERS, "LEADER", "RUNNER_UP")
RULES = ("free", "never", "always")
KEYS_ALONE = 1000  # draw keys of states that act on their own begin here; those of organisations end below


class InvalidSpec(ValueError):
    """A configuration whose parts do not fit together: key, value and what is allowed."""

    def __init__(self, key: str, value, allowed: str, valid: tuple[str, ...] = ()):
        super().__init__(f"{key}={value}: {allowed}")
        self.key, self.value, self.allowed, self.valid = key, value, allowed, tuple(valid)


def names(spec: Spec) -> Names:
    return Names(
        states=tuple(spec.states),
        organisations=(*spec.organisations, *(f"{code} alone" for code in acting_alone(spec))),
        factions=tuple((code, role) for code, state in spec.states.items() for role in state.factions),
        segments=tuple((code, key) for code, state in spec.states.items() for key in state.segments),
        n_alone=len(acting_alone(spec)),
    )


def known(key: str, value: str, valid: tuple[str, ...], what: str) -> None:
    """Raises InvalidSpec unless the value is among the valid ones."""
    if value not in valid:
        raise InvalidSpec(key, value, f"must be {what}", valid)


def check(spec: Spec, row: dict[str, int]) -> None:
    """What types cannot check: every name that scenario and organisations use is on stage. Raises InvalidSpec."""
    on_stage = tuple(row)
    organisations = tuple(spec.organisations)
    scenario = spec.scenario
    known("scenario.host", scenario.host, on_stage, "a state on stage")
    for i, patron in enumerate(scenario.patrons):
        known(f"scenario.patrons.{i}", patron, on_stage, "a state on stage")
    for name, shock in scenario.shocks.items():
        known(f"scenario.shocks.{name}.state", shock.state, on_stage, "a state on stage")
        if shock.kind == "grievance" and shock.state != scenario.host:
            raise InvalidSpec(
                f"scenario.shocks.{name}.state",
                shock.state,
                "a grievance strikes the host, whose citizens are simulated",
                (scenario.host,),
            )
        if shock.kind == "attack":
            others = tuple(code for code in on_stage if code != shock.state)
            known(f"scenario.shocks.{name}.attacker", str(shock.attacker), others, "another state on stage")
        macro_regions = tuple({g.macro_region for g in spec.states[scenario.host].segments.values()})
        for region in shock.exposure:
            known(f"scenario.shocks.{name}.exposure", region, macro_regions, "a macro-region of the host")
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
        known(f"organisations.{name}.leader", organisation.leader, now, f"a member on {day}")
        for group in ("members", "observers"):
            for code in getattr(organisation, group):
                known(f"organisations.{name}.{group}", code, on_stage, "a state on stage (others go under absent:)")
    check_policies(spec)
    _check_directives(spec, on_stage, organisations)


def check_sources(spec: Spec, row: dict[str, int]) -> None:
    """Every tie joins states on stage, and every figure has a known source. Raises InvalidSpec."""
    on_stage, sources = tuple(row), (*spec.sources, "override")
    for code, state in spec.states.items():
        for name in StateTies.model_fields:
            for partner, figure in getattr(state.ties, name).items():
                known(f"states.{code}.ties.{name}", partner, on_stage, "a state on stage")
                known(f"states.{code}.ties.{name}.{partner}", figure.source, sources, "a key of sources")
        for name in Figures.model_fields:
            figure = getattr(state.figures, name)
            if figure is not None:
                known(f"states.{code}.figures.{name}", figure.source, sources, "a key of sources")


def by_actor(spec: Spec) -> dict:
    """Directives by actor, with HOST standing for the scenario's host."""
    return {
        spec.scenario.host if actor == HOST else actor: options for actor, options in spec.scenario.directives.items()
    }


def _check_directives(spec: Spec, states: tuple[str, ...], organisations: tuple[str, ...]) -> None:
    """Directives name an actor on stage, an option or instrument that it has, and free | never | always | a day."""
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
            for addressee, value in rule.items() if isinstance(rule, dict) else [("", rule)]:
                if addressees is not None and addressee != HOST:
                    known(f"{key}.{option}", addressee, addressees, "an addressee on stage")
                dated = actor in states and isinstance(value, int) and value >= 0
                if not dated and value not in RULES:
                    raise InvalidSpec(f"{key}.{option}", value, "must be free, never, always or a day from 0", RULES)


def _addressees(spec: Spec, actor: str, option: str) -> tuple[str, ...] | None:
    """Whom an option may be addressed to; None if it has no addressee."""
    if option in ADDRESSED:
        return tuple(spec.organisations)
    if option not in spec.instruments or not spec.instruments[option].addressed:
        return None
    return tuple(code for code in spec.states if code != actor)


def acting_alone(spec: Spec) -> dict[str, tuple[tuple[str, str], ...]]:
    """State that acts on its own -> what directives tell it: (instrument, target); by policy or by directive."""
    found = dict.fromkeys((_host_or(spec, actor) for actor in spec.scenario.policies), ())
    for actor, options in by_actor(spec).items():
        for name, rule in options.items():
            if actor in spec.states and name in spec.instruments and name not in ADDRESSED:
                targets = rule if isinstance(rule, dict) else {actor: rule}
                told = tuple((name, _host_or(spec, target)) for target in targets)
                found[actor] = (*found.get(actor, ()), *told)
    return found


def _host_or(spec: Spec, actor: str) -> str:
    return spec.scenario.host if actor == HOST else actor


def check_policies(spec: Spec) -> None:
    """Policies are held by states on stage, exist, and name instruments and targets that exist. Raises InvalidSpec."""
    for actor, name in spec.scenario.policies.items():
        key = f"scenario.policies.{actor}"
        known(key, actor, (HOST, *spec.states), "a state on stage, or HOST")
        known(key, name, tuple(spec.policies), "a policy")
    for name, policy in spec.policies.items():
        for instrument in policy.instruments:
            known(f"policies.{name}", instrument, tuple(spec.instruments), "an instrument")
        for aim in policy.aims:
            known(f"policies.{name}", aim, (*AIMS, *spec.states), f"a state on stage, {', '.join(AIMS)}")
    for name, organisation in spec.organisations.items():
        for organ, config in organisation.organs.items():
            for instrument in (*config.instruments, *config.prepares):
                key = f"organisations.{name}.organs.{organ}"
                known(key, instrument, tuple(spec.instruments), "an instrument")
        for i, chair in enumerate(organisation.chairs):
            known(f"organisations.{name}.chairs.{i}.state", chair.state, tuple(organisation.members), "a member")


def policies(spec: Spec, row: dict[str, int], charters: tuple[Charter, ...]) -> dict:
    """State row -> the policy that it holds, with its targets as rows."""
    held = {}
    for actor, name in spec.scenario.policies.items():
        k, policy = row[_host_or(spec, actor)], spec.policies[name]
        led = {m for c in charters if c.leader == k and not c.alone for m in c.members if m != k}
        members = tuple(sorted(led, key=lambda s: list(spec.states.values())[s].draw_key))
        named = {MEMBERS: members, "LEADER": (LEADER,), "RUNNER_UP": (RUNNER_UP,)}
        targets = (named[aim] if aim in named else (row[_host_or(spec, aim)],) for aim in policy.aims)
        held[k] = Held(policy, tuple(targets))
    return held


def charters(spec: Spec, row: dict[str, int]) -> tuple[Charter, ...]:
    """Organisations, then states that act on their own, each under a charter of one."""
    organisations = [_charter(spec, row, o, name) for o, name in enumerate(spec.organisations)]
    alone = [
        _alone(spec, row, len(organisations) + i, code, told)
        for i, (code, told) in enumerate(acting_alone(spec).items())
    ]
    return (*organisations, *alone)


def _charter(spec: Spec, row: dict[str, int], o: int, name: str) -> Charter:
    day, config = spec.scenario.start_date, spec.organisations[name]
    external, internal = config.clauses.external, config.clauses.internal
    return Charter(
        row=o,
        name=name,
        draw_key=config.draw_key,
        leader=row[config.leader],
        members=tuple(row[m] for m, term in config.members.items() if in_force(term.since, term.until, day)),
        absent_members=sum(a.role == "member" and in_force(a.since, a.until, day) for a in config.absent.values()),
        external_clause=external is not None and in_force(external.in_force, external.until, day),
        internal_clause=internal is not None and in_force(internal.in_force, internal.until, day),
        pool_rapid=config.pools.rapid,
        contingent_share=config.contingent_share,
        decision_rule=config.decision_rule,
        decide_lag=config.lags.decide,
        deploy_lag=config.lags.deploy,
        calm_days=config.lags.calm,
        exit_days=config.lags.exit,
        mandate_days=config.lags.mandate,
        force=config.force,
        instruments=_instruments(spec, config),
        chair=next((row[c.state] for c in config.chairs if c.state in row and in_force(c.since, c.until, day)), -1),
        chair_delay=config.lags.chair,
    )


def _instruments(spec: Spec, config) -> dict:
    """What the organs of an organisation can do, each as it does it; preparation by another organ saves days."""
    prepared = {name: days for organ in config.organs.values() for name, days in organ.prepares.items()}
    found = {}
    for organ in config.organs.values():
        for name, variation in organ.instruments.items():
            tool = spec.instruments[name] if variation is None else variation.of(spec.instruments[name])
            lag = tuple(max(0, days - prepared.get(name, 0)) for days in tool.lag)
            found[name] = tool.model_copy(update={"lag": lag})
    return found


def _alone(spec: Spec, row: dict[str, int], o: int, code: str, told) -> Charter:
    """A state on its own: its instruments are those that its policy and its directives name."""
    names = [name for name, _ in told]
    for actor, policy in spec.scenario.policies.items():
        if _host_or(spec, actor) == code:
            names += spec.policies[policy].instruments
    tools = {name: spec.instruments[name] for name in dict.fromkeys(names)}
    senders = [tool for tool in tools.values() if tool.troops_k > 0.0]
    most = max(senders, key=lambda tool: tool.troops_k, default=None)
    return Charter(
        row=o,
        name=code,
        draw_key=KEYS_ALONE + spec.states[code].draw_key,
        leader=row[code],
        members=(row[code],),
        absent_members=0,
        external_clause=False,
        internal_clause=False,
        pool_rapid=0.0 if most is None else 1e3 * most.troops_k,
        contingent_share=1.0,
        decision_rule="leader",
        decide_lag=0,
        deploy_lag=0,
        calm_days=14 if most is None or most.leaves_in_calm else most.duration,
        exit_days=14,
        mandate_days=1 if most is None else most.duration,
        force=False,
        instruments=tools,
        alone=True,
        told=tuple((name, row[target]) for name, target in told),
    )


def shocks(spec: Spec, row: dict[str, int]) -> tuple[WorldShock, ...]:
    segments = spec.states[spec.scenario.host].segments.values()
    return tuple(
        WorldShock(
            kind=shock.kind,
            name=name,
            state=row[shock.state],
            start=shock.start,
            size=shock.size,
            ramp=shock.ramp,
            half_life=shock.half_life,
            exposure=np.array([shock.exposure.get(g.macro_region, 1.0) for g in segments]),
            attacker=-1 if shock.attacker is None else row[shock.attacker],
            coded=shock.coded,
        )
        for name, shock in spec.scenario.shocks.items()
    )


def directives(spec: Spec) -> dict:
    """(actor's draw key, option) -> rule; an addressed option is kept under its addressee's draw key."""
    actors = {**spec.states, **spec.organisations}
    resolved = {}
    for actor, options in by_actor(spec).items():
        for option, rule in options.items():
            if isinstance(rule, dict):
                for addressee, value in rule.items():
                    key = actors[_host_or(spec, addressee)].draw_key
                    resolved[actors[actor].draw_key, f"{option}:{key}"] = value
            else:
                resolved[actors[actor].draw_key, option] = rule
    return resolved
