"""Charters and policies by rows: organisations by charter, states that act alone under a charter of one."""

from dataclasses import replace
from math import inf
from typing import Any, cast

from sim.actors.charter import Charter, Mission, in_force
from sim.actors.choices import MEMBERS
from sim.actors.policies import LEADER, RUNNER_UP, StatePolicy
from sim.core.arithmetic import order_free_total
from sim.spec.directives import acting_alone, host_or
from sim.spec.schema import Organisation, Spec

STAYS = 36500  # days of calm; no run is so long
EXIT_ALONE = 14  # days of calm before the soldiers of a state alone leave, and days of the withdrawal
KEYS_ALONE = 1000  # draw keys of states that act alone begin here; those of organisations are smaller


def policies(spec: Spec, row: dict[str, int], charters: tuple[Charter, ...]) -> dict[Any, Any]:
    """State row -> its policy, with the targets as rows."""
    by_state = {}
    for actor, name in spec.scenario.policies.items():
        k, policy = row[host_or(spec, actor)], spec.policies[name]
        follower_rows = {m for c in charters if c.leader == k and not c.alone for m in c.members if m != k}
        members = tuple(sorted(follower_rows, key=lambda s: list(spec.states.values())[s].draw_key))
        target_rows = {MEMBERS: members, "LEADER": (LEADER,), "RUNNER_UP": (RUNNER_UP,)}
        targets = (target_rows[aim] if aim in target_rows else (row[host_or(spec, aim)],) for aim in policy.aims)
        by_state[k] = StatePolicy(policy, tuple(targets))
    return by_state


def charters(spec: Spec, row: dict[str, int]) -> tuple[Charter, ...]:
    """Charters of organisations, then of states that act alone; exclusive charters limit the others."""
    organisations = [_charter(spec, row, o, name) for o, name in enumerate(spec.organisations)]
    alone = [
        _alone(spec, row, len(organisations) + i, code, directed)
        for i, (code, directed) in enumerate(acting_alone(spec).items())
    ]
    exclusive = [charter for charter in organisations if "exclusivity" in charter.clauses]
    return tuple(_under_exclusive_charters(charter, exclusive) for charter in (*organisations, *alone))


def _under_exclusive_charters(charter: Charter, exclusive: list[Charter]) -> Charter:
    """The charter under exclusive charters elsewhere: their members take no soldiers from this actor and add none to its pools,
    if it is another organisation or a state outside of theirs.
    """
    others = [e for e in exclusive if (charter.leader not in e.members if charter.alone else e.row != charter.row)]
    barred = frozenset(m for e in others for m in e.members)
    if not barred:
        return charter
    withheld_share = order_free_total(part for m, part in charter.contributions if m in barred)
    share = max(0.0, 1.0 - withheld_share)
    return replace(
        charter,
        barred=barred,
        pool_rapid=charter.pool_rapid * share,
        missions=tuple(replace(m, soldiers=round(m.soldiers * share)) for m in charter.missions),
        contributions=tuple((m, part / share) for m, part in charter.contributions if m not in barred and share > 0.0),
    )


def _charter(spec: Spec, row: dict[str, int], o: int, name: str) -> Charter:
    day, config = spec.scenario.start_date, spec.organisations[name]
    tools = _instruments(spec, config)
    on_stage = {code: a for code, a in config.absent.items() if code in row}  # listed as absent, but on this stage
    members = config.members | {code: a for code, a in on_stage.items() if a.role == "member"}
    associates = config.observers | config.partners | {code: a for code, a in on_stage.items() if a.role == "observer"}
    return Charter(
        row=o,
        name=name,
        draw_key=config.draw_key,
        leader=row[config.leader],
        members=tuple(row[m] for m, term in members.items() if in_force(term.since, term.until, day)),
        associates=tuple(row[m] for m, term in associates.items() if in_force(term.since, term.until, day)),
        absent_members=sum(
            a.role == "member" and code not in on_stage and in_force(a.since, a.until, day)
            for code, a in config.absent.items()
        ),
        clauses=config.clauses.in_force_on(day),
        barred=frozenset(),
        pool_rapid=config.pools.rapid,
        contributions=_contributions(config, row),
        contingent_share=config.contingent_share,
        decision_rule=config.decision_rule,
        decide_lag=config.lags.decide,
        deploy_lag=config.lags.deploy,
        missions=(
            Mission("", 0.0, config.lags.calm, config.lags.mandate),
            *_missions(spec, tools, config.lags.calm, config.pools.peacekeepers),
        ),
        exit_days=config.lags.exit,
        force=config.force,
        instruments=tools,
        chair=next((row[c.state] for c in config.chairs if c.state in row and in_force(c.since, c.until, day)), -1),
        chair_delay=config.lags.chair,
    )


def _instruments(spec: Spec, config: Organisation) -> dict[Any, Any]:
    """Instruments of the organs of an organisation, with their variations; preparation by another organ saves days."""
    days_saved = {name: days for organ in config.organs.values() for name, days in organ.prepares.items()}
    tools = {}
    for organ in config.organs.values():
        for name, variation in organ.instruments.items():
            tool = spec.instruments[name] if variation is None else variation.of(spec.instruments[name])
            lag = tuple(max(0, days - days_saved.get(name, 0)) for days in tool.lag)
            tools[name] = tool.model_copy(update={"lag": lag})
    return tools


def _missions(spec: Spec, tools: dict[Any, Any], calm_days: int, most: float = inf) -> tuple[Mission, ...]:
    """Missions of all instruments of the catalogue that send soldiers, so that mission numbers are the same for every actor.

    most: soldiers of the pool.
    """
    return tuple(
        Mission(name, min(1e3 * t.troops_k, most), calm_days if t.leaves_in_calm else STAYS, cast(int, t.duration))
        for name, t in (spec.instruments | tools).items()
        if t.troops_k > 0.0
    )


def _alone(spec: Spec, row: dict[str, int], o: int, code: str, directed: tuple[tuple[str, str], ...]) -> Charter:
    """The charter of a state that acts alone; its policy and its directives name its instruments."""
    names = [name for name, _ in directed]
    for actor, policy in spec.scenario.policies.items():
        if host_or(spec, actor) == code:
            names += spec.policies[policy].instruments
    tools = {name: spec.instruments[name] for name in dict.fromkeys(names)}
    return Charter(
        row=o,
        name=code,
        draw_key=KEYS_ALONE + spec.states[code].draw_key,
        leader=row[code],
        members=(row[code],),
        associates=(),
        absent_members=0,
        clauses=frozenset(),
        barred=frozenset(),
        pool_rapid=0.0,
        contributions=((row[code], 1.0),),
        contingent_share=0.0,
        decision_rule="leader",
        decide_lag=0,
        deploy_lag=(0, 0),
        missions=(Mission("", 0.0, EXIT_ALONE, EXIT_ALONE), *_missions(spec, tools, EXIT_ALONE)),
        exit_days=EXIT_ALONE,
        force=False,
        instruments=tools,
        alone=True,
        directed=tuple((name, row[target]) for name, target in directed),
    )


def _contributions(config: Organisation, row: dict[str, int]) -> tuple[tuple[int, float], ...]:
    """Shares of members in the pool: the listed ones, and the leader's remainder."""
    shares = {row[code]: share for code, share in config.pools.shares.items()}
    leader = row[config.leader]
    leader_share = 1.0 - order_free_total(share for code, share in shares.items() if code != leader)
    return tuple((shares | {leader: leader_share}).items())
