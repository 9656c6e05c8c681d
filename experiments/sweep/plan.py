"""What a sweep is going to do: its axes, its points, its base specifications, all checked before anything runs."""

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import product
from typing import Literal

from pydantic import Field, field_validator

from experiments.engine import EngineOptions
from experiments.engine import check as check_engine
from experiments.sweep.axes import BASE, ROLES, Axis, read_axes
from experiments.sweep.design import KINDS, Design, make_design
from experiments.sweep.double import refuse_double
from experiments.sweep.keys import Digests, model_version
from experiments.sweep.names import with_codes
from experiments.sweep.point import applied, at_point, composed_values, fixed_by
from experiments.sweep.shard import Bench
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.metrics import compute_metrics
from sim.model import simulate
from sim.spec.load import fitting, load_with
from sim.spec.overrides import split_axes
from sim.spec.priors import recorded
from sim.spec.schema import Spec

EVERY_POINT = 200  # so many points are all checked beforehand; of more, every value by itself


class SweepOptions(Checked):
    """Settings of `suasion sweep` beside the specification."""

    levers: dict = Field(default={}, description="path -> values: policies and choices, crossed with everything")
    uncertainties: dict = Field(default={}, description="path -> bounds, distribution, values or prior")
    rules: dict = Field(default={}, description="path -> values: variants of a rule, crossed")
    design: Literal["auto", "grid", "cases", "lhs", "sobol", "morris", "saltelli", "saltelli_s2", "oat"] = Field(
        default="auto", description=f"one of {', '.join(KINDS)}"
    )
    samples: int = Field(
        default=64, ge=1, le=2**24, description="points, base points or trajectories of a sampled design"
    )
    n_levels: int = Field(default=5, ge=2, le=1000, description="values of a continuous axis in grid, oat and morris")
    design_seed: int = Field(default=1, ge=0, le=2**63 - 1, description="seed of the design alone")
    cases: str | None = Field(default=None, description="CSV or YAML file of named cases")
    replications: int = Field(default=10, ge=1, le=10_000_000, description="worlds per point")
    part: str | None = Field(default=None, description="2/5: the second fifth of the points")
    series: bool = Field(default=False, description="keep the daily series of every run")
    on_error: Literal["stop", "continue"] = Field(
        default="continue", description="what a failed run does to the others"
    )
    resume_changed: bool = Field(default=False, description="go on in the folder of another sweep or model version")
    retry_failed: bool = Field(default=False, description="run again what failed")
    plan: bool = Field(default=False, description="print what would run and write nothing")
    engine: EngineOptions = EngineOptions()
    out: str | None = Field(default=None, description="folder of the results; default: a dated folder under results/")
    quiet: bool = Field(default=False, description="no progress")
    log: Literal["text", "json"] = Field(default="text", description="json: one event per line on standard error")

    @field_validator("part")
    @classmethod
    def _share(cls, value):
        match = re.fullmatch(r"(\d+)/(\d+)", value or "1/1")
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise ValueError("must be like 2/5, the second of five parts")
        return value

    def for_manifest(self) -> dict:
        """The settings, without the axes, which have a file of their own."""
        return self.model_dump(mode="json", exclude={*ROLES, "plan"})


@dataclass(frozen=True)
class Plan:
    """A sweep that is ready to run."""

    options: SweepOptions
    design: Design
    bases: dict[tuple, Spec]  # by the values of the axes that are choices of files

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Axes in the order of a point's values."""
        return self.design.axes

    @property
    def seed(self) -> int:
        """Seed of the worlds."""
        return next(iter(self.bases.values())).seed

    @cached_property
    def bench(self) -> Bench:
        """What a worker needs. Simulates a day, so that the model is compiled before any worker starts."""
        return Bench(self.bases, self.axes, tuple(self._outcomes()), self.options.series, self.parameters)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Parameters whose values stand in the runs table: all that are fixed or drawn but those that stand in the design."""
        mixed = [
            path for axis, values in self.design.columns() for value in values for path in _mixed(axis.path, value)
        ]
        in_design = {axis.path for axis in self.axes} - set(mixed)
        return tuple(path for path in recorded(self.bases.values(), mixed) if path not in in_design)

    def _outcomes(self) -> dict[str, None]:
        """Every outcome that a run may have: some carry the name of a patron, and the host is not its own."""
        specs = list(self.bases.values())
        for axis in self.axes:
            if axis.path in ("scenario.patrons", "scenario.host") and axis.values:
                specs += [applied(spec, axis.path, value) for spec in self.bases.values() for value in axis.values]
        short = {"days": 1, "citizens": 1000}
        return dict.fromkeys(key for spec in specs for key in compute_metrics(simulate(spec.model_copy(update=short))))

    def mine(self) -> range:
        """Positions of the points that this command runs."""
        part, parts = (int(n) for n in (self.options.part or "1/1").split("/"))
        return range(part - 1, len(self.design), parts)

    @property
    def n_runs(self) -> int:
        """Points times replications, of this part."""
        return len(self.mine()) * self.options.replications

    def base(self) -> dict:
        """What a results folder must agree in to be this sweep's: all but the points, their number and that of the worlds."""
        digests = Digests(self.bases.values())
        return {
            "axes": [axis.path for axis in self.axes],
            "seed": self.seed,
            "series": self.options.series,
            "bases": {repr(values): digests.of(spec).hex() for values, spec in self.bases.items()},
            "model_version": model_version(),
        }

    def digest(self) -> str:
        """Of everything that decides about the results."""
        points = [repr(values) for values in self.design.points()]
        return blake2b(repr((self.base(), self.options.replications, points)).encode(), digest_size=16).hexdigest()


def _mixed(path: str, value) -> list[str]:
    """Parameters of which the design does not hold every value: a case leaves them as they are, or sets several at once."""
    mechanism = path.startswith("mechanisms.")
    return fixed_by(path, value) if mechanism and (value is BASE or isinstance(value, dict)) else []


def read_plan(overrides: list[str], config_dir: str | None) -> Plan:
    """The sweep of a command line, every path and value checked. Raises ConfigError."""
    fixed, swept, given = split_axes(overrides, ROLES)
    spec, options = load_with(fixed, SweepOptions, "sweep", config_dir)
    check_engine(options.engine)
    axes = read_axes(swept, {role: getattr(options, role) | given.get(role, {}) for role in ROLES})
    for axis in axes:
        if axis.path.partition(".")[0] in SweepOptions.model_fields:
            raise ConfigError(
                describe_fault(axis.path, axis.values or axis.said, "is a setting of the sweep, no axis", ())
            )
    chosen = (options.samples, options.n_levels, options.design_seed, options.cases)
    design = with_codes(make_design(axes, options.design, *chosen), spec, config_dir)
    refuse_double(design, fixed, spec)
    plan = Plan(options, design, _bases(design, spec, fixed, config_dir))
    _check(plan)
    return plan


def _bases(design: Design, spec: Spec, fixed: list[str], config_dir: str | None) -> dict[tuple, Spec]:
    """The base specification for every combination of choices of files that a point may have."""
    crossed = [s for axis, s in zip(design.crossed, design.steps, strict=True) if axis.composed]
    inside = [i for i, axis in enumerate(design.block) if axis.composed]
    rows = dict.fromkeys(tuple(row[i] for i in inside) for row in design.rows)
    paths = [axis.path for axis in design.axes if axis.composed]
    found = {}
    for above in product(*crossed):
        for row in rows:
            values = above + row
            words = {path: value for path, value in zip(paths, values, strict=True) if value is not BASE}
            kept = [word for word in fixed if word.partition("=")[0] not in words]
            chosen = [*kept, *(f"{path}={value}" for path, value in words.items())]
            found[values] = load_with(chosen, SweepOptions, "sweep", config_dir)[0] if words else spec
    return found


def _check(plan: Plan) -> None:
    """Refuse a path that does not exist, and values that make no specification. Raises ConfigError.

    Of a large design every value is tried by itself; what only a combination makes invalid is a failed run then.
    """
    for spec in plan.bases.values():
        _settled(spec)
        for axis in plan.axes:
            for value in () if axis.composed else axis.ends():
                if value is not BASE:
                    _settled(applied(spec, axis.path, value), spec)
    for values in plan.design.points() if len(plan.design) <= EVERY_POINT else ():
        _settled(at_point(plan.bases, plan.axes, values), plan.bases[composed_values(plan.axes, values)])


def _settled(spec: Spec, base: Spec | None = None) -> None:
    """Check what the parts make of each other, unless only parts that nothing else names have changed."""
    free = ("mechanisms", "fixed", "network", "days", "citizens", "indicators", "parameters")
    if base is not None and all(getattr(spec, f) is getattr(base, f) for f in Spec.model_fields if f not in free):
        return
    fitting(spec)
