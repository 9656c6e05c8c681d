"""The arrays of one world: who is on stage (names <-> rows) and everything that changes from day to day.

Axes: C channels, S states (every state is host and patron), O organisations, F factions, G segments,
E = F + G entities that hold alignments (factions first), M missions, H segments of the host, N citizen rows (host only),
A rows that hold alignments (all inhabitants where every one has a row, else the citizen rows).
"""

from dataclasses import dataclass, field, replace

import numpy as np

CHANNELS = ("economic", "military", "cultural")
ECONOMIC, MILITARY, CULTURAL = range(3)
# what a measure does to a state while it is in force; see schema.instruments
LEVELS = (
    "grievance", "challenge", "truce", "violence", "rents", "security_rents", "resting_legitimacy", "news",
)  # fmt: skip
NEVER = 10**9  # a day that no run reaches
VIOLENCE, NEWS = LEVELS.index("violence"), LEVELS.index("news")


def rows_where(mask: np.ndarray) -> list[int]:
    """Rows at which a boolean mask holds, as plain numbers."""
    return mask.nonzero()[0].tolist()


@dataclass(frozen=True)
class Names:
    """Row labels; mechanisms never read them."""

    states: tuple[str, ...]
    organisations: tuple[str, ...]  # those with a charter, then states that act on their own
    factions: tuple[tuple[str, str], ...]  # (state, role)
    segments: tuple[tuple[str, str], ...]  # (state, segment)
    n_alone: int = 0  # of the organisations' rows, states that act on their own

    @property
    def chartered(self) -> tuple[str, ...]:
        """Organisations with a charter."""
        return self.organisations[: len(self.organisations) - self.n_alone]


@dataclass(frozen=True)
class Ties:
    """What the dynamics read of the network, compiled from the graph."""

    bandwidth: np.ndarray  # (C, S patron, S state) in [0, 1], volume of contact
    dependence: np.ndarray  # (C, S patron, S state) in [0, 1]
    openable: np.ndarray  # (C, S patron, S state) bool: there is no tie, and a deal can open one
    dormant: np.ndarray  # (C, S patron, S state) dependence by the indicators where a deal can open a tie
    exposure: np.ndarray  # (C, S patron, E) weight of a channel's message on an entity, 0 where no tie can be
    starts: np.ndarray  # (E+1,) uint32 CSR rows of the peer ties
    sources: np.ndarray  # (T,) uint32 entity listened to
    weights: np.ndarray  # (T,) share of attention, 2^-40, rows sum to 1
    attention: np.ndarray  # (E,) sum of the weights, each rounded to 2^-40; 0 where nobody is heard


@dataclass(frozen=True)
class LogEntry:
    """Something that happened: who did what to whom, on which day, and how much of it."""

    day: int
    actor: str
    kind: str
    target: str = ""
    size: float = 0.0
    unit: str = ""


@dataclass
class Task:
    """Something that is due on a later day: an organisation's or patron's act under way."""

    day: int
    kind: str
    organisation: int
    state: int
    size: float = 0.0
    instrument: str = ""
    level: float = 1.0


@dataclass
class Measure:
    """An instrument in force: levels and flows that hold until its last day."""

    end: int  # first day on which it is over, -1 = until it is withdrawn
    organisation: int
    state: int
    instrument: str
    level: float


@dataclass
class World:
    # --- fixed for a run
    names: Names
    key: int  # 64 bits, signed
    payoffs: object  # payoffs.Payoffs
    rules: object  # the mechanisms with the parameters of this world
    host: int
    ties: Ties
    charters: tuple  # organisations.Charter by organisation row
    by_draw_key: tuple  # the same, sorted by draw key: the order in which organisations act never follows names or rows
    alone: tuple  # of those, the states that act on their own
    shocks: tuple  # mechanisms.events.Event, resolved to rows
    directives: dict  # (actor key, option) -> directive; see choices.py
    draw_key: np.ndarray  # (S,) int64, independent of name and row
    population: np.ndarray  # (S,) persons
    adults: np.ndarray  # (S,) persons
    corruption: np.ndarray  # (S,) in [0, 1]
    polyarchy: np.ndarray  # (S,) electoral democracy, in [0, 1]
    legitimacy0: np.ndarray  # (S,) in [0, 1], resting level
    security: np.ndarray  # (S,) security personnel per adult
    volume0: np.ndarray  # (C, S, S) observed flow volumes, channel's own unit
    volume_ceiling: np.ndarray  # (C,) largest volume of the stage
    owner: np.ndarray  # (E,) state row of each entity
    faction_starts: np.ndarray  # (S+1,) factions of a state are consecutive rows
    segment_starts: np.ndarray  # (S+1,) segments likewise, counted from the first segment
    weight: np.ndarray  # (E,) power weight of a faction, population share of a segment
    susceptibility: np.ndarray  # (E,) in [0, 1], under the rule of opinion change
    identity: np.ndarray  # (G,) national identity in [0, 1]
    security_faction: np.ndarray  # (S,) faction row, -1 where there is none
    faction_key: np.ndarray  # (F,) int64 draw key of the state and of the faction within it
    strain: np.ndarray  # (S,) size of a coded event, which wears a government out beyond the protest
    outsider: np.ndarray  # (S,) bool: the adversary of a coded event comes from outside
    rent_ratio: np.ndarray  # (F,) loss of a failed defection over gain of a successful one
    borders: np.ndarray  # (S, S) bool
    kin: np.ndarray  # (S, S) bool: shared language group or family
    policies: dict  # state row -> policies.Doctrine or another policy, bound to rows
    people_per_row: float
    row_bounds: np.ndarray  # (H+1,) int64 first mobilisable row of each host segment
    links: np.ndarray  # (q, N) uint32 rows at the other ends of the long links; (q, 0): not stored
    edges: object  # kernels.edges.Adjacency of ties given one by one; None: they follow from the row's number
    traits: np.ndarray  # (2, N) uint16 hardship and risk aversion, 2^-16

    followed: np.ndarray  # (L,) patrons with whom the alignment of every citizen is followed, by draw key; L <= 4
    hearing: object  # mechanisms.opinions.Hearing
    inhabitant_bounds: np.ndarray  # (H+1,) int64 first row of each host segment among those that hold alignments
    inhabitant_links: np.ndarray  # (q, A) uint32 as `links`, for them
    deviations: np.ndarray  # (A,) uint32 four innate deviations of each of them from the segment; (0,): not stored
    peopled: np.ndarray  # host segments that have rows
    rows_per_segment: np.ndarray  # (peopled,)

    # --- changes from day to day: every field with a default, which is what a snapshot keeps
    day: int = 0
    legitimacy: np.ndarray = None  # (S,)
    pressure: np.ndarray = None  # (H,) exogenous grievance on the host's segments
    capacity: np.ndarray = None  # (S,) own security capacity left, 1 = full
    successor: np.ndarray = None  # (S, S) alignment of the likely successor of row s with each patron
    levels: np.ndarray = None  # (LEVELS, S) sum of what the measures in force do to a state
    upkeep: np.ndarray = None  # (S,) million USD a day that each state spends on them
    strength: np.ndarray = None  # (S,) deployable force, 1 = level of peace
    attack: np.ndarray = None  # (S,) intensity of an interstate attack
    attacker: np.ndarray = None  # (S,) state row, -1
    armed: np.ndarray = None  # (S,) strength of an armed challenge at home, 1 = high
    own_war: np.ndarray = None  # (S,) distraction of a patron in [0, 1]
    stirred: bool = False  # events have raised levels today, which are set back tomorrow; if not, all are calm
    effort: np.ndarray = None  # (S,) share of its force that a state has at war, in [0, 1]
    truce: np.ndarray = None  # (S,) part of an attack on the state that rests, in [0, 1]; kept until it is set anew
    aim: np.ndarray = None  # (S,) share of the territory that the attacker aims at
    territory_lost: np.ndarray = None  # (S,) share of the territory
    territory_change: np.ndarray = None  # (S,) share lost today, negative = retaken
    discredit: np.ndarray = None  # (S,) fall of resting legitimacy by events
    rent_loss: np.ndarray = None  # (F,) fall of the log rent ratio by events
    wavering: np.ndarray = None  # (S,) disloyalty of the security forces by events, 1 = full
    sites: np.ndarray = None  # (S,) key sites lost, 1 = all
    flow_left: np.ndarray = None  # (C, S, S) share of the flow volumes that events leave
    rift: np.ndarray = None  # (S, S) rupture between two states, in [0, 1]
    reconciled: np.ndarray = None  # (S, S) part of a rupture that is healed, in [0, 1]; kept until it is set anew
    crisis: np.ndarray = None  # (S,) number of the current or last crisis, 0 = none yet
    in_crisis: np.ndarray = None  # (S,) bool
    crisis_day: np.ndarray = None  # (S,) first day of the current crisis
    calm_days: np.ndarray = None  # (S,) days in a row without notable protest
    active_share: np.ndarray = None  # (S,) share of adults protesting
    arrest_risk: np.ndarray = None  # (S,) perceived, all forces present
    clash_risk: np.ndarray = None  # (S,) from own forces alone: foreign soldiers guard sites and do not clash
    survival: np.ndarray = None  # (S,) perceived probability that the regime survives
    violence: np.ndarray = None  # (S,) in [0, 1]
    framing: np.ndarray = None  # (S,) in [0, 1]; 1 = events named an attack on the state
    incumbent: np.ndarray = None  # (S,) bool: the government of day 0 is in office
    fell_day: np.ndarray = None  # (S,) -1 = has not fallen
    loyal: np.ndarray = None  # (F,) bool
    alignment: np.ndarray = None  # (E, S)
    heard: np.ndarray = None  # (E, S) alignments that were heard last, of which `peers` speaks; infinite = none yet
    peers: np.ndarray = None  # (E, S) mean alignment of those whom each entity hears
    drawn: np.ndarray = None  # (H, S) where citizens of a segment are drawn to but for their neighbours
    opinions: np.ndarray = None  # (A,) uint64 four alignments of each row; see kernels.opinions
    opinions_next: np.ndarray = None  # (A,) uint64 second buffer
    opinion_totals: np.ndarray = None  # (H, 4) int64 sums over the rows of a segment
    chance_lean: np.ndarray = (
        None  # (peopled, L) indicator of a segment less the mean of its rows when they had settled
    )
    favourable_rows: np.ndarray = None  # (H, 4) int64 rows whose alignment is not negative
    innate: np.ndarray = None  # (E, S)
    disposition: np.ndarray = None  # (E, S) gratitude (factions), attraction or resentment (segments)
    standing: np.ndarray = None  # (E, S) message of the standing ties
    volume: np.ndarray = None  # (C, S, S)
    bandwidth: np.ndarray = None  # (C, S, S)
    dependence: np.ndarray = None  # (C, S, S)
    reach: np.ndarray = None  # (S,) influence of each patron over all states
    influence: np.ndarray = None  # (S patron, S state), bandwidth x dependence over the channels
    share: np.ndarray = None  # (C, S, S) share of each patron and channel in the influence on a state
    autonomy: np.ndarray = None  # (S,) in [0, 1]
    independence: np.ndarray = None  # (S,) 1 - concentration of dependence
    autonomy_demand: np.ndarray = None  # (S,)
    elite_alignment: np.ndarray = None  # (S, S) power-weighted mean of a state's factions
    public_alignment: np.ndarray = None  # (S, S) population-weighted mean of its segments
    abroad: bool = True  # soldiers may be promised or present somewhere; if not, there are none
    stationed: np.ndarray = None  # (O, M, S) soldiers present, by what they were sent for
    pledged: np.ndarray = None  # (O, M, S) bool: credible public commitment
    pledged_day: np.ndarray = None  # (O, M, S) day of the last commitment
    joint_acts: np.ndarray = None  # (O,) joint acts per pair of members, decayed over two years
    acts_rate: np.ndarray = None  # (O,) ordinary joint acts a month if every pair of members took part
    act: np.ndarray = None  # (N,) uint8; see kernels.citizens
    act_next: np.ndarray = None  # (N,) uint8 second buffer
    counts: np.ndarray = None  # (H, 2) int64 rows active and newly detained today
    favourable: np.ndarray = None  # (L,) percent of the host's citizens whose alignment is not negative
    deaths_today: np.ndarray = None  # (S,) persons
    deaths: np.ndarray = None  # (S,) persons, cumulative
    detained: np.ndarray = None  # (S,) persons, cumulative
    cost: np.ndarray = None  # (S,) million USD spent abroad by each state as a patron
    troop_days: np.ndarray = None  # (O, S)
    effort_channel: np.ndarray = None  # (S,) channel of the last effort of an adaptive policy
    effort_payoff: np.ndarray = None  # (C, S) what effort in a channel has paid so far
    payoff_before: np.ndarray = None  # (S,) payoff at the start of the quarter
    done: set[tuple[int, str, int]] = field(default_factory=set)  # (actor key, option, crisis) already chosen
    agenda: list[Task] = field(default_factory=list)
    holding: bool = False  # what is in force sets levels or costs upkeep
    first_end: int = NEVER  # day on which the next measure ends
    measures: list[Measure] = field(default_factory=list)  # in force
    events: list[LogEntry] = field(default_factory=list)

    def log(self, actor: str, kind: str, target: str = "", size: float = 0.0, unit: str = "") -> None:
        """Add an event of today."""
        self.events.append(LogEntry(self.day, actor, kind, target, float(size), unit))

    def factions_of(self, state: int) -> slice:
        """Rows of a state's factions."""
        return slice(self.faction_starts.item(state), self.faction_starts.item(state + 1))

    def segments_of(self, state: int) -> slice:
        """Entity rows of a state's segments."""
        n_factions, starts = self.rent_ratio.size, self.segment_starts
        return slice(n_factions + starts.item(state), n_factions + starts.item(state + 1))

    def external(self, state: int) -> bool:
        """True if the adversary comes from outside."""
        return bool(self.attack[state] > 0.0 or self.outsider[state])

    def violence_of(self, state: int) -> float:
        """Violence of policing: what the government orders, and what measures in force add or take."""
        return min(1.0, max(0.0, self.violence.item(state) + self.levels.item(VIOLENCE, state)))

    def security_loyalty(self, state: int) -> float:
        """1 while the security faction stands by the government, else 0."""
        row = self.security_faction.item(state)
        return 1.0 if row < 0 or self.loyal[row] else 0.0

    @property
    def troops(self) -> np.ndarray:
        """(O, S) soldiers present, of all missions."""
        return self.stationed.sum(axis=1)

    @property
    def committed(self) -> np.ndarray:
        """(O, S) bool: some commitment stands."""
        return self.pledged.any(axis=1)

    def foreign_troops(self, state: int) -> float:
        """Soldiers of all organisations in the state; counts are whole numbers, so the order of the sum is free."""
        return self.stationed[:, :, state].sum().item() if self.abroad else 0.0

    def copy(self) -> "World":
        """An independent world in the same state."""
        arrays = {k: v.copy() for k, v in vars(self).items() if isinstance(v, np.ndarray)}
        lists = {"agenda": [replace(t) for t in self.agenda], "measures": [replace(m) for m in self.measures]}
        return replace(self, **arrays, **lists, done=set(self.done), events=list(self.events))
