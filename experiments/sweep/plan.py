"""Plan of a sweep: axes, points and base specifications, all checked before the first run."""

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import product
from typing import Any, Literal

from pydantic import Field, field_validator

from experiments.engine import EngineOptions
from experiments.engine import check as check_engine
from experiments.results.model_version import model_version
from experiments.results.target import OutPath
from experiments.sweep.axes import BASE, ROLES, Axis, read_axes
from experiments.sweep.case_table import naming_cases
from experiments.sweep.design import KINDS, Design, make_design
from experiments.sweep.duplicates import refuse_duplicates
from experiments.sweep.keys import Digests
from experiments.sweep.names import with_codes
from experiments.sweep.point import at_point, file_choices, parameter_paths, with_value
from experiments.sweep.shard import SweepTask
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.metrics import compute_metrics
from sim.spec.edge_list import check_edges
from sim.spec.load import fitting, load_with
from sim.spec.override_words import quoted
from sim.spec.overrides import split_axes
from sim.spec.priors import recorded
from sim.spec.schema import Spec

TIES = ("citizens", "mechanisms.contention", "mechanisms.opinions")  # settings that a file of ties goes with
EVERY_POINT = 200  # up to this size every point is checked beforehand; in a larger design every value by itself


class SweepOptions(Checked):
    """Settings of `suasion sweep`, apart from the specification."""

    levers: dict[Any, Any] = Field(
        default={}, description="path -> values: policies and choices, crossed with everything"
    )
    uncertainties: dict[Any, Any] = Field(default={}, description="path -> bounds, distribution, values or prior")
    rules: dict[Any, Any] = Field(default={}, description="path -> values: variants of a rule, crossed")
    design: Literal["auto", "grid", "cases", "lhs", "sobol", "morris", "saltelli", "saltelli_s2", "oat"] = Field(
        default="auto", description=f"one of {', '.join(KINDS)}"
    )
    samples: int = Field(
        default=64, ge=1, le=2**24, description="points, base points or trajectories of a sampled design"
    )
    n_levels: int | None = Field(
        default=None, ge=2, le=1000, description="values of a continuous axis in grid, oat (5) and morris (4)"
    )
    design_seed: int = Field(default=1, ge=0, le=2**63 - 1, description="seed of the design alone")
    cases: str | None = Field(default=None, description="CSV or YAML file of named cases")
    replications: int = Field(default=10, ge=1, le=10_000_000, description="replications per point")
    part: str | None = Field(default=None, description="2/5: the second fifth of the points")
    series: bool = Field(default=False, description="keep the daily series of every run")
    on_error: Literal["stop", "continue"] = Field(
        default="continue", description="what a failed run does to the others"
    )
    resume_changed: bool = Field(default=False, description="go on in the folder of another sweep or model version")
    retry_failed: bool = Field(default=False, description="run again what failed")
    plan: bool = Field(default=False, description="print what would run and write nothing")
    engine: EngineOptions = EngineOptions()
    out: OutPath | None = Field(
        default=None, description="folder of the results; default: a dated folder under results/"
    )
    quiet: bool = Field(default=False, description="no progress")
    log: Literal["text", "json"] = Field(default="text", description="json: one event per line on standard error")

    @field_validator("part")
    @classmethod
    def _check_part(cls, value: str | None) -> str | None:
        match = re.fullmatch(r"(\d+)/(\d+)", value or "1/1")
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise ValueError("must be like 2/5, the second of five parts")
        return value

    @property
    def levels(self) -> int:
        """Values of a continuous axis: those chosen, else the usual number of the design; morris takes an even one."""
        return self.n_levels or (4 if self.design == "morris" else 5)

    def for_manifest(self) -> dict[Any, Any]:
        """The settings without the axes, which stand in axes.json."""
        return self.model_dump(mode="json", exclude={*ROLES, "plan"}) | {"n_levels": self.levels}


@dataclass(frozen=True)
class Plan:
    """A sweep, ready to run."""

    options: SweepOptions
    design: Design
    bases: dict[tuple[Any, ...], Spec]  # by the values of the axes that are choices of files

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Axes in the order of a point's values."""
        return self.design.axes

    @property
    def seed(self) -> int:
        """Seed of the replications."""
        return next(iter(self.bases.values())).seed

    @cached_property
    def task(self) -> SweepTask:
        """The task of the workers. Simulates a day, so that the model is compiled before any worker starts."""
        return SweepTask(self.bases, self.axes, tuple(self._outcomes()), self.options.series, self.parameters)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Parameters with a column in the runs table: fixed and drawn ones without a column in the design."""
        open_parameters = [
            path
            for axis, values in self.design.columns()
            for value in values
            for path in _open_parameters(axis.path, value)
        ]
        in_design = {axis.path for axis in self.axes} - set(open_parameters)
        return tuple(path for path in recorded(self.bases.values(), open_parameters) if path not in in_design)

    def _outcomes(self) -> dict[str, None]:
        """Every outcome that a run may have; some outcomes carry the name of a patron, which is never the host."""
        from sim.model import simulate

        specs = list(self.bases.values())
        for axis in self.axes:
            if axis.path in ("scenario.patrons", "scenario.host") and axis.values:
                specs += [with_value(spec, axis.path, value) for spec in self.bases.values() for value in axis.values]
        short = {"days": 1, "citizens": 1000}
        return dict.fromkeys(key for spec in specs for key in compute_metrics(simulate(spec.model_copy(update=short))))

    def positions(self) -> range:
        """Positions of the points of this command's part."""
        part, parts = (int(n) for n in (self.options.part or "1/1").split("/"))
        return range(part - 1, len(self.design), parts)

    @property
    def n_runs(self) -> int:
        """Number of runs of this part: points times replications."""
        return len(self.positions()) * self.options.replications

    def base(self) -> dict[Any, Any]:
        """Fields that a results folder of this sweep must share: all but points and replications."""
        digests = Digests(self.bases.values())
        return {
            "axes": [axis.path for axis in self.axes],
            "seed": self.seed,
            "series": self.options.series,
            "bases": {repr(values): digests.of(spec).hex() for values, spec in self.bases.items()},
            "model_version": model_version(),
        }

    def digest(self) -> str:
        """Digest of everything that determines the results."""
        points = [repr(values) for values in self.design.points()]
        return blake2b(repr((self.base(), self.options.replications, points)).encode(), digest_size=16).hexdigest()


def _open_parameters(path: str, value: object) -> list[str]:
    """Parameters without a complete column in the design: a point keeps the base, or sets several parameters at once."""
    mechanism = path.startswith("mechanisms.")
    return parameter_paths(path, value) if mechanism and (value is BASE or isinstance(value, dict)) else []


def read_plan(overrides: list[str], config_dir: str | None) -> Plan:
    """The sweep of a command line, every path and value checked. Raises ConfigError."""
    fixed, typed, tables = split_axes(overrides, ROLES)
    spec, options = load_with(fixed, SweepOptions, "sweep", config_dir)
    check_engine(options.engine)
    axes = read_axes(typed, {role: getattr(options, role) | tables.get(role, {}) for role in ROLES})
    for axis in axes:
        if axis.path.partition(".")[0] in SweepOptions.model_fields:
            raise ConfigError(
                describe_fault(axis.path, axis.values or axis.distribution, "is a setting of the sweep, no axis", ())
            )
    arguments = (options.samples, options.levels, options.design_seed, options.cases)
    with naming_cases(options.cases):
        design = with_codes(make_design(axes, options.design, *arguments), spec, config_dir)
        refuse_duplicates(design, fixed, spec)
        plan = Plan(options, design, _bases(design, spec, fixed, config_dir))
        _check(plan)
    return plan


def _bases(design: Design, spec: Spec, fixed: list[str], config_dir: str | None) -> dict[tuple[Any, ...], Spec]:
    """Base specifications by the file choices of the points."""
    crossed = [s for axis, s in zip(design.crossed, design.steps, strict=True) if axis.chooses_files]
    indices = [i for i, axis in enumerate(design.block) if axis.chooses_files]
    rows = dict.fromkeys(tuple(row[i] for i in indices) for row in design.rows)
    paths = [axis.path for axis in design.axes if axis.chooses_files]
    bases = {}
    for above in product(*crossed):
        for row in rows:
            values = above + row
            choices = {path: value for path, value in zip(paths, values, strict=True) if value is not BASE}
            others = [word for word in fixed if word.partition("=")[0] not in choices]
            overrides = [*others, *(f"{path}={quoted(str(value))}" for path, value in choices.items())]
            bases[values] = load_with(overrides, SweepOptions, "sweep", config_dir)[0] if choices else spec
    return bases


def _check(plan: Plan) -> None:
    """Refuse unknown paths and values without a valid specification. Raises ConfigError.

    In a large design every value is checked by itself; a combination that is invalid becomes a failed run.
    """
    for spec in plan.bases.values():
        _check_fit(spec)
        for axis in plan.axes:
            for value in () if axis.chooses_files else axis.ends():
                if value is not BASE:
                    _check_fit(with_value(spec, axis.path, value), spec)
    if len(plan.design) > EVERY_POINT:
        return _check_ties(plan)
    for values in plan.design.points():
        spec = at_point(plan.bases, plan.axes, values)
        _check_fit(spec, plan.bases[file_choices(plan.axes, values)])
        fitting(spec, check_edges)


def _check_ties(plan: Plan) -> None:
    """Check the ties of citizens for every value by itself, unless several axes decide about them. Raises ConfigError."""
    deciding = [axis for axis in plan.axes if axis.path.startswith(TIES)]
    for spec in plan.bases.values() if len(deciding) == 1 else ():
        for value in deciding[0].ends():
            if value is not BASE:
                fitting(with_value(spec, deciding[0].path, value), check_edges)


def _check_fit(spec: Spec, base: Spec | None = None) -> None:
    """Check that the parts fit each other, unless only independent parts differ from the base. Raises ConfigError."""
    free = ("mechanisms", "fixed", "network", "days", "citizens", "indicators", "parameters")
    if base is not None and all(getattr(spec, f) is getattr(base, f) for f in Spec.model_fields if f not in free):
        return
    fitting(spec)
