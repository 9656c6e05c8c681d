"""Who acts abroad: organisations by charter, states on their own under a charter of one, and the policies that they hold."""

from dataclasses import replace
from math import inf

from sim.actors.charter import Charter, Mission, in_force
from sim.actors.choices import MEMBERS
from sim.actors.policies import LEADER, RUNNER_UP, Held
from sim.core.arithmetic import order_free_total
from sim.spec.directives import acting_alone, host_or

STAYS = 36500  # days of calm that no run lasts
EXIT_ALONE = 14  # days of calm after which a state's own soldiers leave, and days that this takes
KEYS_ALONE = 1000  # draw keys of states that act on their own begin here; those of organisations end below


def policies(spec, row: dict[str, int], charters: tuple[Charter, ...]) -> dict:
    """State row -> the policy that it holds, with its targets as rows."""
    held = {}
    for actor, name in spec.scenario.policies.items():
        k, policy = row[host_or(spec, actor)], spec.policies[name]
        led = {m for c in charters if c.leader == k and not c.alone for m in c.members if m != k}
        members = tuple(sorted(led, key=lambda s: list(spec.states.values())[s].draw_key))
        named = {MEMBERS: members, "LEADER": (LEADER,), "RUNNER_UP": (RUNNER_UP,)}
        targets = (named[aim] if aim in named else (row[host_or(spec, aim)],) for aim in policy.aims)
        held[k] = Held(policy, tuple(targets))
    return held


def charters(spec, row: dict[str, int]) -> tuple[Charter, ...]:
    """Organisations, then states that act on their own, each under a charter of one; what binds them to one another."""
    organisations = [_charter(spec, row, o, name) for o, name in enumerate(spec.organisations)]
    alone = [
        _alone(spec, row, len(organisations) + i, code, directed)
        for i, (code, directed) in enumerate(acting_alone(spec).items())
    ]
    exclusive = [charter for charter in organisations if "exclusivity" in charter.clauses]
    return tuple(_bound(charter, exclusive) for charter in (*organisations, *alone))


def _bound(charter: Charter, exclusive: list[Charter]) -> Charter:
    """Members of exclusive organisations neither take soldiers from this actor nor stand behind its pools, if it is
    another organisation or a state that is not a member of theirs.
    """
    others = [e for e in exclusive if (charter.leader not in e.members if charter.alone else e.row != charter.row)]
    barred = frozenset(m for e in others for m in e.members)
    if not barred:
        return charter
    withheld = order_free_total(part for m, part in charter.contributions if m in barred)
    kept = max(0.0, 1.0 - withheld)
    return replace(
        charter,
        barred=barred,
        pool_rapid=charter.pool_rapid * kept,
        missions=tuple(replace(m, soldiers=round(m.soldiers * kept)) for m in charter.missions),
        contributions=tuple((m, part / kept) for m, part in charter.contributions if m not in barred and kept > 0.0),
    )


def _charter(spec, row: dict[str, int], o: int, name: str) -> Charter:
    day, config = spec.scenario.start_date, spec.organisations[name]
    tools = _instruments(spec, config)
    here = {code: a for code, a in config.absent.items() if code in row}  # they have come on stage since
    members = config.members | {code: a for code, a in here.items() if a.role == "member"}
    reached = config.observers | config.partners | {code: a for code, a in here.items() if a.role == "observer"}
    return Charter(
        row=o,
        name=name,
        draw_key=config.draw_key,
        leader=row[config.leader],
        members=tuple(row[m] for m, term in members.items() if in_force(term.since, term.until, day)),
        reached=tuple(row[m] for m, term in reached.items() if in_force(term.since, term.until, day)),
        absent_members=sum(
            a.role == "member" and code not in here and in_force(a.since, a.until, day)
            for code, a in config.absent.items()
        ),
        clauses=config.clauses.holding(day),
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


def _instruments(spec, config) -> dict:
    """What the organs of an organisation can do, each as it does it; preparation by another organ saves days."""
    prepared = {name: days for organ in config.organs.values() for name, days in organ.prepares.items()}
    found = {}
    for organ in config.organs.values():
        for name, variation in organ.instruments.items():
            tool = spec.instruments[name] if variation is None else variation.of(spec.instruments[name])
            lag = tuple(max(0, days - prepared.get(name, 0)) for days in tool.lag)
            found[name] = tool.model_copy(update={"lag": lag})
    return found


def _missions(spec, tools: dict, calm_days: int, most: float = inf) -> tuple[Mission, ...]:
    """Missions of all instruments that send soldiers, used here or not, so that their numbers are those of the catalogue.

    most: soldiers that there are.
    """
    return tuple(
        Mission(name, min(1e3 * t.troops_k, most), calm_days if t.leaves_in_calm else STAYS, t.duration)
        for name, t in (spec.instruments | tools).items()
        if t.troops_k > 0.0
    )


def _alone(spec, row: dict[str, int], o: int, code: str, directed) -> Charter:
    """A state on its own: its instruments are those that its policy and its directives name."""
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
        reached=(),
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


def _contributions(config, row: dict[str, int]) -> tuple[tuple[int, float], ...]:
    """Who stands behind what part of the pool: the shares that are named, and the leader behind the rest."""
    shares = {row[code]: share for code, share in config.pools.shares.items()}
    leader = row[config.leader]
    rest = 1.0 - order_free_total(share for code, share in shares.items() if code != leader)
    return tuple((shares | {leader: rest}).items())
