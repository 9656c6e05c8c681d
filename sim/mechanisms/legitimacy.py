"""Legitimacy: returns to its resting level, falls with deaths and foreign troops, rallies under attack (equation 2)."""

from typing import Any

from sim.actors.views import troops
from sim.core.arithmetic import add_within
from sim.core.axes import rows_where
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.world import World
from sim.equations import legitimacy


class Legitimacy(Mechanism):
    recovery: float = parameter(
        0.035,
        0.01,
        0.06,
        unit="1/day",
        source="[assumed]",
        text="nu, daily return of legitimacy to its resting level",
        prior=True,
    )
    backlash: float = parameter(
        0.025,
        -0.02,
        0.05,
        unit="1 per death per 100,000",
        source="[Francisco2004]",
        text="delta_v, legitimacy lost per death per 100,000 inhabitants",
        claim=True,
    )
    foreign_troops: float = parameter(
        0.003,
        -0.01,
        0.02,
        unit="1/day",
        source="[assumed]",
        text="delta_f, legitimacy lost per day of foreign troops under full public resentment of their sender",
        claim=True,
    )
    framing_discount: float = parameter(
        0.3,
        -1.0,
        2.0,
        unit="1",
        source="[Entman1993]",
        text="f3, relative change of legitimacy lost per death when events are named an attack on the state",
        claim=True,
    )
    rally: float = parameter(
        0.02,
        -0.02,
        0.06,
        unit="1/day",
        source="[Mueller1970]",
        text="legitimacy gained per day at the start of a full attack",
        claim=True,
    )
    weariness: float = parameter(
        0.004,
        -0.004,
        0.012,
        unit="1/day",
        source="[Mueller1970]",
        text="legitimacy lost per day late in a full attack",
        claim=True,
    )
    rally_half_life: float = parameter(
        30.0,
        5.0,
        120.0,
        unit="days",
        source="[Mueller1970]",
        text="half-life of the rally, after which weariness sets in",
    )
    territory_blame: float = parameter(
        0.5,
        -0.5,
        2.0,
        unit="1",
        source="[Goemans2000]",
        text="legitimacy lost per share of the territory lost, regained with it; below zero, losses rally",
        claim=True,
    )
    elections: float = parameter(
        0.05,
        -0.1,
        0.2,
        unit="1",
        source="[BuenoDeMesquita2003]",
        text="resting legitimacy of an open regime in a coded case, above that of a closed one",
        claim=True,
    )

    class State:
        legitimacy: Declaration = array(
            "S",
            "legitimacy of the government",
            unit="0 to 1",
            low=0.0,
            high=1.0,
            start=lambda _, fixed: fixed.legitimacy0,
        )

    def raise_level(self, world: World, state: int, amount: float) -> None:
        """An act of today raises legitimacy, or lowers it."""
        world.legitimacy[state] = min(1.0, max(0.0, world.legitimacy[state] + amount))

    def concede(self, world: World, state: int, gain: float) -> None:
        """A concession restores legitimacy, up to its resting level."""
        level, resting_level = world.legitimacy.item(state), world.fixed.legitimacy0.item(state)
        world.legitimacy[state] = legitimacy.after_concession(level, resting_level, gain)

    def inaugurate(self, world: World, state: int, honeymoon: float) -> None:
        """A new government starts above its resting level."""
        world.legitimacy[state] = min(1.0, world.fixed.legitimacy0[state] + honeymoon)

    def step(self, world: World) -> None:
        fixed = world.fixed
        recovery: Any = legitimacy.recovery  # the equation serves arrays as well
        change = recovery(world.legitimacy, fixed.legitimacy0, world.discredit, self.recovery)
        for s in rows_where(world.deaths_today):
            deaths, framing = world.deaths_today[s], world.framing[s]
            change[s] -= legitimacy.backlash(deaths, fixed.population[s], framing, self.backlash, self.framing_discount)
        for charter in fixed.by_draw_key if world.forces_abroad else ():
            for s in rows_where(troops(world)[charter.row]):
                change[s] -= legitimacy.resentment(world.public_alignment[s, charter.leader], self.foreign_troops)
        for s in rows_where(world.attack) if world.events_active else ():
            days = world.day - world.crisis_day[s]
            change[s] += legitimacy.rally(world.attack[s], days, self.rally, self.weariness, self.rally_half_life)
        for s in rows_where(world.territory_change):
            change[s] -= self.territory_blame * world.territory_change[s]
        add_within(world.legitimacy, change, 0.0, 1.0)
