"""Written by `python -m tools.state` from the declarations of the mechanisms; do not edit."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.core.agenda import Agenda
from sim.core.fixed import Fixed
from sim.core.log import LogEntry
from sim.core.state import Declaration
from sim.mechanisms import Mechanisms
from sim.mechanisms.instruments import InstrumentInForce

class World:
    fixed: Fixed
    mechanisms: Mechanisms
    declarations: tuple[Declaration, ...]
    day: int
    log: list[LogEntry]
    agenda: Agenda
    choices: set[tuple[int, str, int]]
    events_active: bool  # events
    averted: list[str]  # events
    pressure: np.ndarray  # events
    attack: np.ndarray  # events
    attacker: np.ndarray  # events
    territory_aim: np.ndarray  # events
    armed: np.ndarray  # events
    distraction: np.ndarray  # events
    mobilisation: np.ndarray  # events
    discredit: np.ndarray  # events
    rent_loss: np.ndarray  # events
    disloyalty: np.ndarray  # events
    sites_lost: np.ndarray  # events
    flow_left: np.ndarray  # events
    rift: np.ndarray  # events
    crisis: np.ndarray  # events
    in_crisis: np.ndarray  # events
    crisis_day: np.ndarray  # events
    calm_days: np.ndarray  # events
    protest_days: np.ndarray  # events
    grievance_left: np.ndarray  # events
    instruments: list[InstrumentInForce]  # instruments
    instruments_active: bool  # instruments
    next_expiry: int  # instruments
    instrument_levels: np.ndarray  # instruments
    upkeep: np.ndarray  # instruments
    truce: np.ndarray  # instruments
    reconciled: np.ndarray  # instruments
    volume: np.ndarray  # instruments
    strength: np.ndarray  # readiness
    legitimacy: np.ndarray  # legitimacy
    forces_abroad: bool  # logistics
    soldiers: np.ndarray  # logistics
    commitments: np.ndarray  # logistics
    commitment_day: np.ndarray  # logistics
    troop_days: np.ndarray  # logistics
    cost: np.ndarray  # logistics
    missions_over: list[tuple[int, str, int]]  # logistics
    arrest_risk: np.ndarray  # policing
    activity: np.ndarray  # contention
    next_activity: np.ndarray  # contention
    protest_counts: np.ndarray  # contention
    active_share: np.ndarray  # contention
    deaths_today: np.ndarray  # clashes
    deaths: np.ndarray  # clashes
    detained: np.ndarray  # clashes
    days_of_arms: np.ndarray  # clashes
    strain: np.ndarray  # strain
    survival: np.ndarray  # contest
    territory_lost: np.ndarray  # territory
    territory_change: np.ndarray  # territory
    loyal: np.ndarray  # defection
    loyal_forces: np.ndarray  # defection
    defected: np.ndarray  # defection
    incumbent: np.ndarray  # succession
    fall_day: np.ndarray  # succession
    slow_fall: np.ndarray  # succession
    successor: np.ndarray  # succession
    violence: np.ndarray  # response
    framing: np.ndarray  # response
    alignment: np.ndarray  # alignment
    previous_alignment: np.ndarray  # alignment
    peer_alignment: np.ndarray  # alignment
    attraction: np.ndarray  # alignment
    innate: np.ndarray  # alignment
    disposition: np.ndarray  # alignment
    message: np.ndarray  # alignment
    elite_alignment: np.ndarray  # alignment
    public_alignment: np.ndarray  # alignment
    opinions: np.ndarray  # opinions
    next_opinions: np.ndarray  # opinions
    opinion_totals: np.ndarray  # opinions
    favourable_rows: np.ndarray  # opinions
    chance_lean: np.ndarray  # opinions
    favourable: np.ndarray  # opinions
    bandwidth: np.ndarray  # influence
    dependence: np.ndarray  # influence
    reach: np.ndarray  # influence
    influence: np.ndarray  # influence
    influence_share: np.ndarray  # influence
    autonomy: np.ndarray  # autonomy
    independence: np.ndarray  # autonomy
    autonomy_demand: np.ndarray  # autonomy
    joint_acts: np.ndarray  # integration
    acts_rate: np.ndarray  # integration
    capacity: np.ndarray  # rescue
    effort_channel: np.ndarray  # adaptiveeffort
    effort_payoff: np.ndarray  # adaptiveeffort
    payoff_before: np.ndarray  # adaptiveeffort
    def __init__(self, fixed: Fixed, mechanisms: Any, declarations: Iterable[tuple[Any, Declaration]]): ...
    def record(self, actor: str, kind: str, target: str = "", size: float = 0.0, unit: str = "") -> None: ...
    @property
    def arrays(self) -> dict[str, np.ndarray]: ...
    def __getstate__(self) -> dict[str, Any]: ...
    def copy(self) -> World: ...
    def __copy__(self) -> World: ...
    def restored(self, state: dict[str, Any]) -> World: ...
