"""A member attacks another whose charter renounces force among them: a breach, with a price in standing and in credit.

An attack among members is no aggression from outside: under such a charter the organisation stands aside. The other
members' elites turn away from the attacker [Gibler2008], and what the organisation has built up by joint acts wears
off [Long2007].
"""

from sim.core.parameters import Mechanism, parameter
from sim.core.world import rows_where


class Breach(Mechanism):
    standing: float = parameter(
        0.01,
        -0.01,
        0.04,
        unit="1/day",
        source="[Gibler2008]",
        text="fall of the disposition of the other members' elites towards the attacker, per day of a full attack",
        claim=True,
    )
    credit: float = parameter(
        0.005,
        -0.005,
        0.03,
        unit="1/day",
        source="[Long2007]",
        text="share of the organisation's joint acts that a day of a full attack among members takes",
        claim=True,
    )

    def step(self, world, model) -> None:
        for s in rows_where(world.attack) if world.stirred else ():
            for charter in world.by_draw_key:
                if in_breach(world, charter, s):
                    self.charge(world, charter, s)

    def charge(self, world, charter, s: int) -> None:
        """One day of an attack on s by a fellow member."""
        attacker, size = world.attacker.item(s), min(1.0, world.attack.item(s))
        token = (charter.draw_key, f"breach:{world.draw_key[attacker]}:{world.draw_key[s]}", int(world.crisis[s]))
        if token not in world.done:
            world.done.add(token)
            world.log(world.names.states[attacker], "breach", charter.name)
        for m in charter.members:
            if m != attacker:
                world.rules.alignment.estrange(world, m, attacker, self.standing * size)
        world.joint_acts[charter.row] *= 1.0 - self.credit * size


def covers(world, charter, s: int) -> float:
    """1 if the charter covers today's event in s, and no fellow member is its author."""
    return 0.0 if in_breach(world, charter, s) else charter.clause(world.external(s))


def in_breach(world, charter, s: int) -> bool:
    """True if s is attacked by a fellow member under a clause that renounces force among members."""
    return (
        "non_use_of_force" in charter.clauses
        and s in charter.members
        and world.attack.item(s) > 0.0
        and world.attacker.item(s) in charter.members
    )


def may_guard(world, charter, s: int) -> bool:
    """True if no clause keeps soldiers of this actor out of s: neither an exclusive charter nor standing aside."""
    return s not in charter.barred and not in_breach(world, charter, s)
