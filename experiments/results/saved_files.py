"""What the files of a results folder hold, as typed models: somebody may have damaged or edited them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from sim.core.parameters import Name

Count = Annotated[int, Field(ge=0)]
Scalar = str | int | float | bool | None


class Saved(BaseModel):
    """Base of the models: no conversion of types, and further keys are allowed."""

    model_config = ConfigDict(strict=True)


class Parameters(Saved):
    """Parameters of one configuration, by what became of them."""

    fixed: list[str]
    drawn: list[str]
    varied: list[str] = []
    values: dict[str, Any] = {}


class Worlds(Saved):
    """Seed and replications of a result."""

    seed: int
    replication: int | None = None
    replications: list[Count] = Field(default=[0, 0], min_length=2, max_length=2)
    horizons: dict[str, Count] = {}


class SweepWorlds(Worlds):
    """Seed and replications of a sweep."""

    replications: list[Count] = Field(min_length=2, max_length=2)


class AnyManifest(Saved):
    """The fields that every result has."""

    suasion: str
    git: str
    command: str
    words: list[str] = Field(min_length=1)
    options: dict[str, Any]
    worlds: Worlds
    parameters: dict[str, Parameters]
    python: str
    platform: str
    libraries: dict[str, str]
    made: str
    host: str | None = None
    start: str | None = None

    @field_validator("made")
    @classmethod
    def _is_a_time(cls, text: str) -> str:
        datetime.fromisoformat(text)
        return text


class Manifest(AnyManifest):
    """The manifest of a run or a comparison."""

    configuration: dict[Name, str] = Field(min_length=1)
    results: dict[str, str]


class SweepBase(Saved):
    """Identity of a sweep; `experiments.sweep.keys` computes its digests."""

    axes: list[str]
    seed: int
    series: Any
    bases: dict[str, str] = Field(min_length=1)
    model_version: str


class BaseFile(Saved):
    """The file of the base specification of some file choices."""

    values: list[Scalar]
    file: str


class SavedDesign(Saved):
    """Size of a design."""

    kind: str
    points: Count
    crossed: list[str]
    block: list[str]
    combinations: Count
    rows: Count


class Check(Saved):
    """How many pairs of runs an axis changed."""

    path: str
    pairs: Count
    changed: Count
    probed: bool


class SweepManifest(AnyManifest):
    """The manifest of a sweep."""

    worlds: SweepWorlds
    model_version: str
    plan: str
    base: SweepBase
    bases: list[BaseFile] = Field(min_length=1)
    design: SavedDesign
    outcomes: list[str] = Field(min_length=1)
    runs: Count
    failed: Count
    missing: Count
    seconds: float
    checks: list[Check] | None

    @model_validator(mode="after")
    def _agrees(self) -> "SweepManifest":
        """Every base has a digest, and numbers of replications are in order."""
        if {repr(tuple(entry.values)) for entry in self.bases} != set(self.base.bases):
            raise ValueError("bases and base.bases name other file choices")
        if self.worlds.replications[0] > self.worlds.replications[1]:
            raise ValueError("worlds.replications: the first is above the last")
        return self


class SavedAxis(Saved):
    """An axis of axes.json: values, bounds or a distribution."""

    path: str = Field(min_length=1)
    role: Literal["lever", "uncertainty", "rule"]
    kind: Literal["values", "bounds", "distribution"]
    values: list[Any] | None = Field(default=None, min_length=1)
    bounds: dict[str, int | float] | None = None
    distribution: dict[str, str | int | float] | None = None
    whole: bool

    @model_validator(mode="after")
    def _holds_its_kind(self) -> "SavedAxis":
        """An axis of a kind holds the key of that name."""
        if getattr(self, self.kind) is None:
            raise ValueError(f"holds no {self.kind}")
        return self


class SavedAxes(Saved):
    """Content of axes.json."""

    axes: list[SavedAxis]


class Metrics(Saved):
    """Content of metrics.json: a number by key, null where nothing was observed."""

    metrics: dict[str, float | int | None]


def faults_of(model: type[BaseModel], data: object) -> list[tuple[str, str]]:
    """Key and message of every fault of plain data."""
    try:
        model.model_validate(data)
    except ValidationError as error:
        faults = [(".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors()]
        return [(key, message[0].lower() + message[1:]) for key, message in faults]
    return []
