"""The one typed tree of configuration: every key, its type, unit, range and source. Unknown keys are refused."""

from difflib import get_close_matches
from functools import cache
from typing import Any, Literal, cast

from pydantic import Field, field_validator

from sim.actors.actor_codes import AnyStateCode
from sim.actors.payoffs import Payoffs
from sim.actors.policies import Policy
from sim.core.parameters import Checked, Name
from sim.mechanisms import Mechanisms
from sim.spec.schema.actors import Segment, State
from sim.spec.schema.host_rules import HostRules
from sim.spec.schema.indicators import Indicators, Source, StateTies
from sim.spec.schema.instruments import Instrument
from sim.spec.schema.organisations import Organisation
from sim.spec.schema.scenario import Network, Scenario


def english_names(spec: "Spec") -> dict[str, str]:
    """Code -> name of every state and organisation, for tables and figures."""
    return {code: actor.name.get("en", code) for code, actor in (spec.states | spec.organisations).items()}


class Replication(Checked):
    """Which replication is simulated, and for how long."""

    seed: int = Field(
        default=1,
        ge=0,
        le=2**63 - 1,
        description="seed of the sweep; with the replication it makes the replication key",
    )
    replication: int = Field(default=0, ge=0, le=2**31 - 1, description="number of the replication within the sweep")
    days: int = Field(default=365, ge=1, le=36500, description="days to simulate")


class Spec(Replication):
    """The full input of one simulated replication."""

    citizens: int | Literal["all"] = Field(
        default=5000, description="citizen rows of the host, or 'all' for one row per inhabitant of the host"
    )
    indicators: Literal["central", "drawn"] = Field(
        default="central", description="uncertain indicators at their centre, or drawn within their width"
    )
    parameters: Literal["default", "prior", "posterior", "posterior_centre"] = Field(
        default="default",
        description="parameters at their default values, drawn from their priors, or from the posterior of the record "
        "of history; one draw per replication, draw r of the posterior in replication r of every arm; posterior_centre: its most "
        "central draw in every replication",
    )
    posterior_without: AnyStateCode = Field(
        default="", description="host whose crises are left out of the posterior; empty: none"
    )
    fixed: tuple[str, ...] = Field(
        default=(),
        description="paths of parameters that are drawn in no replication: those that the command line, a scenario or a file names, "
        "and those listed here; a value that differs from its default is never drawn either",
    )
    scenario: Scenario
    sources: dict[str, Source]
    states: dict[Name, State] = Field(min_length=2)
    organisations: dict[Name, Organisation] = {}
    instruments: dict[Name, Instrument] = {}
    policies: dict[Name, Policy] = {}
    host_rules: HostRules = HostRules()
    network: Network = Network()
    mechanisms: Mechanisms = Mechanisms()
    payoffs: Payoffs = Payoffs()

    def replicated(self, **numbers: int | None) -> "Spec":
        """This specification with another seed, replication or number of days; None leaves a number as it is.

        Raises pydantic.ValidationError for a number that is not allowed.
        """
        given = {name: number for name, number in numbers.items() if number is not None}
        return self.model_copy(update=Replication(**given).model_dump(include=set(given))) if given else self

    @field_validator("citizens")
    @classmethod
    def _rows(cls, value: Any) -> Any:
        if value != "all" and not 100 <= value <= 200_000_000:
            raise ValueError("must be 'all' or between 100 and 200000000 rows")
        return value

    @field_validator("fixed")
    @classmethod
    def _paths(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        paths = parameter_paths()
        for path in value:
            if path not in paths:
                near = get_close_matches(path, paths, n=1, cutoff=0.5)
                hint = f"; did you mean '{near[0]}'?" if near else ""
                raise ValueError(f"'{path}' is the path of no parameter, like {paths[1]}{hint}")
        return tuple(sorted(set(value)))


@cache
def parameter_paths() -> tuple[str, ...]:
    """Path of every parameter of the mechanisms, in order."""
    return tuple(
        f"mechanisms.{name}.{parameter}"
        for name, field in Mechanisms.model_fields.items()
        for parameter in cast(Any, field.annotation).model_fields
    )


__all__ = [
    "HostRules", "Indicators", "Instrument", "Network", "Organisation", "Scenario", "Segment", "Source", "Spec", "State",
    "StateTies", "english_names", "parameter_paths",
]  # fmt: skip
