"""The fixed data of one world: actors, draws before the first day, and the data shared by the stage."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from sim.core.axes import CHANNELS, LANES, LEVELS


@dataclass(frozen=True)
class Names:
    """Row labels, for records and output; no result depends on them."""

    states: tuple[str, ...]
    organisations: tuple[str, ...]  # those with a charter, then states that act alone
    factions: tuple[tuple[str, str], ...]  # (state, role)
    segments: tuple[tuple[str, str], ...]  # (state, segment)
    n_alone: int = 0  # of the organisations' rows, states that act alone

    @property
    def chartered(self) -> tuple[str, ...]:
        """Organisations with a charter."""
        return self.organisations[: len(self.organisations) - self.n_alone]


@dataclass(frozen=True)
class Ties:
    """The ties of the network as arrays, compiled from the graph."""

    bandwidth: np.ndarray  # (C, S patron, S state) in [0, 1], volume of contact
    dependence: np.ndarray  # (C, S patron, S state) in [0, 1]
    openable: np.ndarray  # (C, S patron, S state) bool: no tie exists, and a deal can open one
    dormant: np.ndarray  # (C, S patron, S state) dependence by the indicators where a deal can open a tie
    exposure: np.ndarray  # (C, S patron, E) weight of a channel's message on an entity, 0 where no tie can be
    starts: np.ndarray  # (E+1,) uint32 CSR rows of the peer ties
    sources: np.ndarray  # (T,) uint32 entity at the other end
    weights: np.ndarray  # (T,) share of attention, 2^-40, rows sum to 1
    attention: np.ndarray  # (E,) sum of the weights, each rounded to 2^-40; 0 without peers


@dataclass(frozen=True)
class Fixed:
    """The data of one world that no day changes. Axes: see `sim.core.axes`."""

    names: Names
    key: int  # 64 bits, signed
    payoffs: Any  # actors.payoffs.Payoffs
    host: int  # row of the state
    ties: Ties
    charters: tuple[Any, ...]  # actors.charter.Charter by organisation row
    by_draw_key: tuple[
        Any, ...
    ]  # the same, sorted by draw key: the order in which organisations act never follows names or rows
    acting_alone: tuple[Any, ...]  # of those, the states that act alone
    events: tuple[Any, ...]  # mechanisms.events.Event, resolved to rows
    directives: dict[Any, Any]  # (actor key, option) -> directive; see choices.py
    policies: dict[Any, Any]  # state row -> policy of the state, bound to rows
    draw_key: np.ndarray  # (S,) int64, independent of name and row
    population: np.ndarray  # (S,) persons
    adults: np.ndarray  # (S,) persons
    corruption: np.ndarray  # (S,) in [0, 1]
    polyarchy: np.ndarray  # (S,) electoral democracy, in [0, 1]
    legitimacy0: np.ndarray  # (S,) in [0, 1], resting level
    security: np.ndarray  # (S,) security personnel per adult
    capacity0: np.ndarray  # (S,) security capacity on day 0, 1 = full
    strength0: np.ndarray  # (S,) deployable force on day 0, 1 = level of peace
    joint_acts0: np.ndarray  # (O,) joint acts per pair of members on day 0
    volume0: np.ndarray  # (C, S, S) flow volumes on day 0, in the unit of the channel
    volume_ceiling: np.ndarray  # (C,) largest volume of the stage
    state_of: np.ndarray  # (E,) state row of each entity
    faction_starts: np.ndarray  # (S+1,) factions of a state are consecutive rows
    segment_starts: np.ndarray  # (S+1,) segments likewise, counted from the first segment
    weight: np.ndarray  # (E,) power weight of a faction, population share of a segment
    susceptibility: np.ndarray  # (E,) in [0, 1], under the rule of opinion change
    identity: np.ndarray  # (G,) national identity in [0, 1]
    security_faction: np.ndarray  # (S,) faction row, -1 where there is none
    faction_key: np.ndarray  # (F,) int64 draw key of the state and of the faction within it
    outsider: np.ndarray  # (S,) bool: the adversary of a coded event comes from outside
    rent_ratio: np.ndarray  # (F,) loss of a failed defection over gain of a successful one
    borders: np.ndarray  # (S, S) bool
    kin: np.ndarray  # (S, S) bool: shared language group or family
    organisation_precision: float  # lambda of organisations and their members under their rule of decision
    people_per_row: float
    row_bounds: np.ndarray  # (H+1,) int64 first mobilisable row of each host segment
    links: np.ndarray  # (q, N) uint32 rows at the other ends of the long links; (q, 0): not stored
    edges: Any  # kernels.edges.Adjacency of ties given one by one; None: they follow from the row's number
    traits: np.ndarray  # (2, N) uint16 hardship and risk aversion, 2^-16
    focal_patrons: (
        np.ndarray
    )  # (P,) patrons with whom the alignment of every citizen is simulated, by draw key; at most 4
    hearing: Any  # mechanisms.opinions.Hearing
    inhabitant_bounds: np.ndarray  # (H+1,) int64 first row of each host segment among those that hold alignments
    inhabitant_links: np.ndarray  # (q, A) uint32 as `links`, for them
    deviations: np.ndarray  # (A,) uint32 four innate deviations of each of them from the segment; (0,): not stored
    inhabited_segments: np.ndarray  # (I,) host segments that have rows
    rows_per_segment: np.ndarray  # (I,)

    def __deepcopy__(self, memo: dict[Any, Any]) -> "Fixed":
        """The same object: copies of a world share it, because it never changes."""
        return self

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Length of each axis of `sim.core.axes.AXES`."""
        return {
            "C": len(CHANNELS),
            "S": len(self.names.states),
            "O": len(self.charters),
            "F": len(self.names.factions),
            "E": self.state_of.size,
            "M": max((len(charter.missions) for charter in self.charters), default=0),
            "H": self.row_bounds.size - 1,
            "I": self.inhabited_segments.size,
            "N": int(self.row_bounds[-1]),
            "A": int(self.inhabitant_bounds[-1]) if self.focal_patrons.size else 0,
            "P": self.focal_patrons.size,
            "L": LANES,
            "V": len(LEVELS),
            "B": 2,
        }

    def factions_of(self, state: int) -> slice:
        """Rows of a state's factions."""
        return slice(self.faction_starts.item(state), self.faction_starts.item(state + 1))

    def segments_of(self, state: int) -> slice:
        """Entity rows of a state's segments."""
        n_factions, starts = self.rent_ratio.size, self.segment_starts
        return slice(n_factions + starts.item(state), n_factions + starts.item(state + 1))


FIXED_FIELDS = tuple(field.name for field in fields(Fixed))
