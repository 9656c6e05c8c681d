"""From the words of a Spec to rows: names, charters, shocks, directives; and the checks that types cannot make."""

import numpy as np

from sim.faults import InvalidSpec, known
from sim.hosts import complete
from sim.mechanisms.shocks import Shock as WorldShock
from sim.organisations import Charter, in_force
from sim.organisations import Instrument as CharterInstrument
from sim.policies import ADDRESSED, ORGANISATION_OPTIONS, STATE_OPTIONS
from sim.roles import check_roles
from sim.schema import Figures, Spec, StateTies
from sim.schema.hosts import RULES
from sim.schema.scenario import HOST
from sim.world import CHANNELS, Names


def names(spec: Spec) -> Names:
    return Names(
        states=tuple(spec.states),
        organisations=tuple(spec.organisations),
        factions=tuple((code, role) for code, state in spec.states.items() for role in state.factions),
        segments=tuple((code, key) for code, state in spec.states.items() for key in state.segments),
    )


def check(spec: Spec, row: dict[str, int]) -> None:
    """What types cannot check: every name that scenario and organisations use is on stage. Raises InvalidSpec."""
    on_stage = tuple(row)
    organisations = tuple(spec.organisations)
    check_roles(spec, on_stage)
    spec = complete(spec)
    scenario = spec.scenario
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
    _check_directives(spec, on_stage, organisations)


def check_sources(spec: Spec, row: dict[str, int]) -> None:
    """Every tie joins states on stage, and every figure has a known source. Raises InvalidSpec."""
    on_stage, sources = tuple(row), (*spec.sources, "override", *RULES)
    for code, state in spec.states.items():
        for name in StateTies.model_fields:
            for partner, figure in getattr(state.ties, name).items():
                known(f"states.{code}.ties.{name}", partner, on_stage, "a state on stage")
                known(f"states.{code}.ties.{name}.{partner}", figure.source, sources, "a key of sources")
        for language, figure in state.languages.items():
            known(f"states.{code}.languages.{language}", figure.source, sources, "a key of sources")
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
    """Directives name an actor on stage, an option that it has, and free | never | always | a day."""
    for actor, options in by_actor(spec).items():
        key = f"scenario.directives.{actor}"
        if actor not in states + organisations:
            raise InvalidSpec(key, actor, "must be a state or organisation on stage", states + organisations)
        valid = tuple(ORGANISATION_OPTIONS if actor in organisations else STATE_OPTIONS)
        for option, rule in options.items():
            if option not in valid:
                raise InvalidSpec(f"{key}.{option}", option, "must be an option of the actor", valid)
            addressed = option in ADDRESSED
            if addressed != isinstance(rule, dict):
                raise InvalidSpec(
                    f"{key}.{option}", rule, "request and mediation name an addressee, other options do not"
                )
            for addressee, value in rule.items() if addressed else [("", rule)]:
                if addressed and addressee not in organisations:
                    raise InvalidSpec(f"{key}.{option}", addressee, "must be an organisation on stage", organisations)
                day_allowed = actor in states
                if not (
                    value in ("free", "never", "always") or (day_allowed and isinstance(value, int) and value >= 0)
                ):
                    raise InvalidSpec(
                        f"{key}.{option}",
                        value,
                        "must be free, never, always or a day from 0",
                        ("free", "never", "always"),
                    )


def charters(spec: Spec, row: dict[str, int]) -> tuple[Charter, ...]:
    day = spec.scenario.start_date
    charters = []
    for o, (name, config) in enumerate(spec.organisations.items()):
        external, internal = config.clauses.external, config.clauses.internal
        charters.append(
            Charter(
                row=o,
                name=name,
                draw_key=config.draw_key,
                leader=row[config.leader],
                members=tuple(row[m] for m, term in config.members.items() if in_force(term.since, term.until, day)),
                absent_members=sum(
                    a.role == "member" and in_force(a.since, a.until, day) for a in config.absent.values()
                ),
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
                instruments=tuple(_instrument(n, i) for n, i in config.instruments.items()),
            )
        )
    return tuple(charters)


def _instrument(name: str, config) -> CharterInstrument:
    channel = -1 if config.channel is None else CHANNELS.index(config.channel)
    return CharterInstrument(
        name, config.lag, config.cost_share, config.cost_musd, channel, config.growth, config.public, config.elites,
        config.legitimacy, config.joint,
    )  # fmt: skip


def shocks(spec: Spec, row: dict[str, int]) -> tuple[WorldShock, ...]:
    host = spec.states[spec.scenario.host]
    hardship, segments = host.figures.hardship.value, host.segments.values()
    return tuple(
        WorldShock(
            kind=shock.kind,
            name=name,
            state=row[shock.state],
            start=shock.start,
            size=shock.size,
            ramp=shock.ramp,
            half_life=shock.half_life,
            exposure=np.array([shock.exposure.get(g.macro_region, 1.0) * hardship for g in segments]),
            attacker=-1 if shock.attacker is None else row[shock.attacker],
            coded=shock.coded,
        )
        for name, shock in spec.scenario.shocks.items()
    )


def directives(spec: Spec) -> dict:
    """(actor's draw key, option) -> rule; requests are addressed by the organisation's draw key."""
    actors = {**spec.states, **spec.organisations}
    resolved = {}
    for actor, options in by_actor(spec).items():
        for option, rule in options.items():
            if isinstance(rule, dict):
                for addressee, value in rule.items():
                    resolved[actors[actor].draw_key, f"{option}:{spec.organisations[addressee].draw_key}"] = value
            else:
                resolved[actors[actor].draw_key, option] = rule
    return resolved
