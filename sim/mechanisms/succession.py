"""Fall of a government whose coalition is too small, turnover of its elites, and the end of a crisis (equation 6)."""

from itertools import compress
from math import log

from sim.core.arithmetic import order_free_total
from sim.core.parameters import Mechanism, parameter
from sim.core.streams import Stream, accept
from sim.core.world import rows_where
from sim.equations import elites

SETTLED = 0.05  # an armed challenge, or a loss of key sites, that has waned to this does not keep a crisis open


class Succession(Mechanism):
    winning_coalition: float = parameter(
        0.5,
        0.4,
        0.6,
        unit="power weight",
        source="[BuenoDeMesquita2003]",
        text="W*, coalition weight that a government needs",
        prior=True,
    )
    turnover: float = parameter(
        0.5,
        0.0,
        1.0,
        unit="1",
        source="[assumed]",
        text="share of elite positions that change hands after a fall, where a patron is all that matters at home",
    )
    honeymoon: float = parameter(
        0.1, 0.0, 0.3, unit="1", source="[assumed]", text="legitimacy of a new government above the resting level"
    )
    calm_share: float = parameter(
        0.0005,
        0.00005,
        0.005,
        unit="share of population",
        source="[assumed]",
        text="protest below which a day counts as calm",
    )
    calm_days: int = parameter(
        14, 1, 90, unit="days", source="[assumed]", text="calm days after which a crisis is over"
    )
    erosion: float = parameter(
        0.2,
        0.0,
        1.0,
        unit="1/year",
        source="[assumed]",
        text="rate at which a government falls in the year after a large coded event, its streets calm or not",
        prior=True,
    )

    def erosion_hazard(self, world, s: int) -> float:
        """Chance of a fall today from strain that outlasts the protest: the weaker the elites' rents the likelier."""
        rows = world.factions_of(s)
        rents, lost = world.rent_ratio[rows].tolist(), world.rent_loss[rows].tolist()
        total = order_free_total(log(r) - loss for r, loss in zip(rents, lost, strict=True))
        return elites.erosion_hazard(total, len(rents), world.strain.item(s), self.erosion)

    def coalition(self, world, state: int) -> float:
        """Power weight of the loyal factions."""
        rows = world.factions_of(state)
        return order_free_total(compress(world.weight[rows].tolist(), world.loyal[rows].tolist()))

    def contested(self, world, s: int) -> bool:
        """True while an attack or an armed challenge goes on or key sites are lost, the streets calm or not."""
        return bool(world.attack[s] > 0.0 or max(world.armed[s], world.sites[s]) >= SETTLED)

    def step(self, world, model) -> None:
        for s in rows_where(world.in_crisis):
            protest = world.active_share[s] * world.adults[s] / world.population[s]
            world.calm_days[s] = world.calm_days[s] + 1 if protest < self.calm_share else 0
            has_factions = world.faction_starts[s + 1] > world.faction_starts[s]
            at_home = world.attack[s] <= 0.0  # under attack governments stand or fall elsewhere
            if has_factions and at_home and world.incumbent[s] and self.coalition(world, s) < self.winning_coalition:
                self.fall(world, s)
            elif world.calm_days[s] >= self.calm_days and not self.contested(world, s):
                world.in_crisis[s] = False
                world.framing[s] = 0.0
                world.log(world.names.states[s], "crisis over")
        for s in rows_where(world.strain):
            chance = self.erosion_hazard(world, s) if world.incumbent[s] else 0.0
            if accept(chance, world.key, Stream.EROSION, world.draw_key.item(s), world.day, 0):
                self.fall(world, s)

    def fall(self, world, s: int) -> None:
        """The government leaves; a successor takes over with fresh legitimacy and other alignments."""
        world.incumbent[s] = False
        world.fell_day[s] = world.day
        world.in_crisis[s] = False
        world.framing[s] = 0.0
        world.pledged[:, :, s] = False
        rows = world.factions_of(s)
        world.loyal[rows] = True
        world.legitimacy[s] = min(1.0, world.legitimacy0[s] + self.honeymoon)
        at_stake = self.turnover * world.influence[:, s]  # patrons that matter little at home divide nobody
        shift = at_stake * (world.successor[s] - world.alignment[rows])
        world.alignment[rows] += shift
        world.innate[rows] += (1.0 - world.susceptibility[rows, None]) * shift
        world.log(world.names.states[s], "fall")
