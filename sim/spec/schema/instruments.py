"""Instruments of influence as data: cost, lag, target layer, limits, reversal, and one vector of effects.

An effect works on a quantity that a mechanism moves anyway: flows, messages, legitimacy, grievance, forces, rents. An
*impulse* happens once and fades as its mechanism says; a *level* holds while the instrument is in force and is gone the
day after.
"""

from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, create_model, model_serializer, model_validator

from sim.actors.limits import LIMITS
from sim.core.axes import CHANNELS, LEVELS
from sim.core.parameters import Checked, Labels, Prose, parameter

IMPULSES = ("public", "elites", "legitimacy", "capacity", "successor")
TIES = (*CHANNELS, "isolation")  # levels that hold between two states
EFFECTS = (*IMPULSES, *TIES, *LEVELS, "troops_k")

if TYPE_CHECKING:
    Limit = str  # one of LIMITS
else:
    Limit = Literal[tuple(LIMITS)]


def _effect(low: float, high: float, unit: str, text: str, source: str = "[assumed]") -> Any:
    return parameter(0.0, low, high, unit=unit, source=source, text=text)


class Instrument(Checked):
    """One kind of act. Effects are per use at intensity 1; a policy may use it at an intensity from -1 to 1."""

    label: Labels = Field(default_factory=dict, description="name by language")
    by: Literal["patron", "host"] = Field(default="patron", description="who may use it")
    layer: Literal["regime", "elites", "public"] = Field(description="whom it is aimed at")
    lag: tuple[int, int] = Field(
        description="days from the decision to the act, lowest and highest; an organ of an organisation decides on its own "
        "instruments so many days after the opening of a crisis, and acts a day later"
    )
    duration: int | None = Field(
        default=None, ge=1, le=36500, description="days in force; none: until it is withdrawn, or a single act"
    )
    limits: list[Limit] = Field(default_factory=list, description="conditions of its use")
    cost_share: float = parameter(
        0.0, 0.0, 1.0, unit="share of a full deployment", source="[assumed]", text="political cost"
    )
    cost_musd: float = parameter(0.0, 0.0, 1e5, unit="million USD", source="[assumed]", text="money spent at once")
    upkeep_musd: float = parameter(
        0.0, 0.0, 1e3, unit="million USD/day", source="[assumed]", text="money spent while it is in force"
    )
    on_request: bool = Field(
        default=False, description="an organisation uses it when a government asks; the lag counts from there"
    )
    joint: bool = Field(default=False, description="counts as a joint act of the members that take part")
    withdraws: bool = Field(default=False, description="ends what its addressee has in force here; his soldiers leave")
    reversal: Prose = Field(default="", description="how it ends, in words")
    at_once: int = Field(
        default=1,
        ge=1,
        le=100,
        description="uses by one actor towards one target that hold side by side; one more takes the place of the oldest",
    )
    sources: list[str] = Field(default_factory=list, description="literature, keys of docs/references.md")

    public: float = _effect(-10.0, 10.0, "acts", "persuasion of the public, in acts", "[Nye2004]")
    elites: float = _effect(-30.0, 30.0, "backed days", "bargain with the elites, in days of backing")
    legitimacy: float = _effect(-0.2, 0.2, "1", "legitimacy lent to a government in crisis, or taken from it")
    capacity: float = _effect(-0.5, 0.5, "1", "relative change of own security capacity, which returns to full")
    successor: float = _effect(-1.0, 1.0, "alignment", "move of the likely successor towards the actor")
    economic: float = _effect(-1.0, 5.0, "1", "relative growth of trade and money between actor and target")
    military: float = _effect(-1.0, 5.0, "1", "relative growth of arms and training between actor and target")
    cultural: float = _effect(-1.0, 5.0, "1", "relative growth of contact between actor and target")
    isolation: float = _effect(0.0, 1.0, "1", "share of everybody's trade with the target that stops")
    grievance: float = _effect(-0.3, 0.3, "1", "pressure on the citizens of the target")
    challenge: float = _effect(-1.0, 1.0, "1", "armed challenge at home, 1 = high")
    truce: float = _effect(0.0, 1.0, "1", "share by which attack, rupture and armed challenge subside")
    violence: float = _effect(-1.0, 1.0, "1", "violence of policing above (or below) what the government orders")
    rents: float = _effect(-2.0, 2.0, "log", "log rent ratio of all factions")
    security_rents: float = _effect(-2.0, 2.0, "log", "log rent ratio of the security faction")
    resting_legitimacy: float = _effect(-0.3, 0.3, "1", "level to which legitimacy returns")
    news: float = _effect(-1.0, 0.0, "1", "relative change of what citizens see of protest elsewhere")
    troops_k: float = _effect(
        0.0,
        50.0,
        "thousand soldiers",
        "soldiers sent at any intensity above zero, who land over the days of build-up; at most the peacekeeping pool of an "
        "organisation",
    )
    leaves_in_calm: bool = Field(
        default=True, description="soldiers leave after two weeks of calm, and not only at the end"
    )

    @model_validator(mode="after")
    def _ordered(self) -> "Instrument":
        if not 0 <= self.lag[0] <= self.lag[1]:
            raise ValueError("lag must be [lowest, highest] with 0 <= lowest <= highest")
        if self.troops_k > 0.0 and self.duration is None:
            raise ValueError("soldiers are sent for a duration")
        if not any(getattr(self, name) for name in EFFECTS) and not self.withdraws:
            raise ValueError(f"an instrument has an effect: one of {', '.join(EFFECTS)}")
        return self

    @property
    def vector(self) -> tuple[float, ...]:
        """The effects, in the order of EFFECTS."""
        return tuple(getattr(self, name) for name in EFFECTS)

    @property
    def addressed(self) -> bool:
        """True if it is used towards another state; a government's own instrument may be for home alone."""
        return self.by == "patron" or self.withdraws or any(getattr(self, n) for n in ("public", "elites", *CHANNELS))

    @property
    def lasts(self) -> bool:
        """True if something holds while it is in force."""
        return any(getattr(self, name) for name in (*TIES, *LEVELS)) or self.upkeep_musd > 0.0

    @property
    def stays(self) -> bool:
        """True if it holds until it is withdrawn."""
        return self.lasts and self.duration is None


def _optional(field: Any) -> Any:
    field = copy(field)
    field.annotation, field.default, field.default_factory = field.annotation | None, None, None
    return field.annotation, field


_fields: dict[str, Any] = {name: _optional(field) for name, field in Instrument.model_fields.items()}
_Variation = create_model("_Variation", __base__=Checked, **_fields)


class Variation(_Variation):
    """How an organ uses an instrument: only what differs from the catalogue."""

    @model_serializer(mode="wrap")
    def _as_written(self, handler: Callable[[Any], dict[Any, Any]]) -> dict[Any, Any]:
        return {name: value for name, value in handler(self).items() if name in self.model_fields_set}

    def of(self, instrument: Instrument) -> Instrument:
        """The instrument with these differences. Raises ValueError."""
        return Instrument.model_validate(instrument.model_dump() | self.model_dump(exclude_unset=True))
