"""Settings of `suasion compare`, and its arms: one checked specification per scenario."""

from collections import Counter
from itertools import count
from typing import Any, Literal

from pydantic import Field, field_validator

from experiments.compare.robustness import Objective
from experiments.results.figure_formats import FigureOptions
from experiments.results.target import OutPath
from sim.actors.actor_codes import metric_key, metric_spellings
from sim.core.colours import distinct
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.metrics import metric_keys
from sim.spec.config_files import file_name, file_spellings, names_in
from sim.spec.load import load_options, load_with
from sim.spec.override_words import quoted
from sim.spec.schema import Spec, english_names

NO_ACT = "no_outside_act"  # the baseline where it is compared and no other one is chosen


class CompareOptions(Checked):
    """Settings of `suasion compare` beside the specification."""

    scenarios: list[str] = Field(min_length=1, max_length=16, description="scenarios to compare, at most 16")
    runs: int = Field(default=200, ge=1, le=10_000_000, description="paired replications")
    workers: int | None = Field(default=None, ge=1, le=1024, description="processes; default: one per core")
    baseline: str | None = Field(
        default=None, description="scenario that the others are compared with; default: no_outside_act, else the first"
    )
    confidence: float = Field(
        default=0.95, gt=0.0, lt=1.0, allow_inf_nan=False, description="confidence of the intervals"
    )
    objective: list[Objective] = Field(default=[], description="outcomes for regret and robustness, like 'min deaths'")
    day: int | None = Field(default=None, ge=0, description="day of a table of all daily series; default: none")
    view: Literal["arms", "paired"] = Field(
        default="arms", description="arms over many replications, or two runs of one replication"
    )
    figures: FigureOptions = FigureOptions()
    out: OutPath | None = Field(
        default=None, description="folder of the results; default: a dated folder under results/"
    )
    csv: bool = Field(default=False, description="write CSV beside Parquet")
    full: bool = Field(default=False, description="print all metrics and notes, not the headline alone")
    quiet: bool = Field(default=False, description="no progress bar")

    @field_validator("scenarios", mode="before")
    @classmethod
    def _names(cls, raw: object) -> object:
        names = [raw] if isinstance(raw, str) else raw
        return [str(name) for name in names] if isinstance(names, list) else names

    @field_validator("baseline", mode="before")
    @classmethod
    def _name(cls, raw: object) -> object:
        return str(raw) if isinstance(raw, int) else raw  # a file may be named 2022.yaml

    @field_validator("objective", mode="before")
    @classmethod
    def _several(cls, raw: object) -> object:
        """One objective, a list of them, or null."""
        return raw if isinstance(raw, list) else [] if raw is None else [raw]


def load_arms(
    overrides: list[str], config_dir: str | None = None
) -> tuple[dict[str, Spec], CompareOptions, dict[str, int]]:
    """Compose and check every arm. Raises ConfigError.

    Returns three things: arm -> Spec, the settings, and arm -> days of its scenario. A scenario that is named twice gets a
    number. Arms with different days all run for the shortest time, because no day depends on the days after it.
    """
    options = _with_file_names(load_options(overrides, CompareOptions, "compare", config_dir), config_dir)
    _check_names(options, config_dir)
    _check_overrides(overrides, options)
    names = _unique(options.scenarios)
    specs = [
        load_with([f"scenario={quoted(s)}", *overrides], None, "compare", config_dir)[0] for s in options.scenarios
    ]
    _check_comparable(names, specs)
    horizons = {name: spec.days for name, spec in zip(names, specs, strict=True)}
    shortest = min(horizons.values())
    if options.day is not None and options.day >= shortest:
        allowed = f"must be between 0 and {shortest - 1}, the days of these runs"
        raise ConfigError(describe_fault("day", options.day, allowed, ()))
    arms = {name: spec.model_copy(update={"days": shortest}) for name, spec in zip(names, specs, strict=True)}
    objectives = _checked_objectives(options.objective, arms)
    baseline = options.baseline or (NO_ACT if NO_ACT in names else names[0])
    return arms, options.model_copy(update={"objective": objectives, "baseline": baseline}), horizons


def _checked_objectives(objectives: list[Objective], arms: dict[str, Spec]) -> list[Objective]:
    """The objectives, with codes in place of the names of actors. Every arm must have each metric. Raises ConfigError."""
    keys = {arm: metric_keys(spec.scenario.outside_patrons, tuple(spec.organisations)) for arm, spec in arms.items()}
    anywhere = tuple(dict.fromkeys(key for several in keys.values() for key in several))
    everywhere = [key for key in anywhere if all(key in several for several in keys.values())]
    objectives = [o.model_copy(update={"metric": metric_key(o.metric, anywhere)}) for o in objectives]
    if objectives and len(arms) == 1:
        allowed = "compares scenarios by regret; name at least two in scenarios=[a,b]"
        raise ConfigError(describe_fault("objective", objectives[0].metric, allowed, ()))
    for objective in objectives:
        lacking = [arm for arm, several in keys.items() if objective.metric not in several]
        if len(lacking) == len(keys):
            allowed = "must be a metric, after max or min; `suasion list metrics` lists them"
            raise ConfigError(describe_fault("objective", objective.metric, allowed, metric_spellings(everywhere)))
        if lacking:
            allowed = f"is not in {', '.join(lacking)}; must be a metric of every scenario that is compared"
            raise ConfigError(describe_fault("objective", objective.metric, allowed, metric_spellings(everywhere)))
    return objectives


def _with_file_names(options: CompareOptions, config_dir: str | None) -> CompareOptions:
    """The options, with scenarios named by their files."""
    scenarios = [file_name("scenario", name, config_dir) for name in options.scenarios]
    baseline = options.baseline and file_name("scenario", options.baseline, config_dir)
    return options.model_copy(update={"scenarios": scenarios, "baseline": baseline})


def labels_of(arms: dict[str, Spec]) -> dict[str, str]:
    """Arm -> its label. A label that an earlier arm has gets a number: figures and sentences tell arms apart by labels."""
    labels: dict[str, str] = {}
    for arm, spec in arms.items():
        label = spec.scenario.label
        numbered = (label if n == 1 else f"{label} ({n})" for n in count(1))
        labels[arm] = next(text for text in numbered if text not in labels.values())
    return labels


def colours_of(arms: dict[str, Spec]) -> dict[str, str]:
    """Arm -> its colour. A colour that an earlier arm has is replaced by the first free one of the palette."""
    return dict(zip(arms, distinct([spec.scenario.colour for spec in arms.values()]), strict=True))


def names_of(arms: dict[str, Spec]) -> dict[str, str]:
    """Code -> name of every actor of any arm."""
    names: dict[str, str] = {}
    for spec in arms.values():
        names = english_names(spec) | names
    return names


def _check_names(options: CompareOptions, config_dir: str | None) -> None:
    """The scenarios exist and the baseline is one of them."""
    valid = names_in("scenario", config_dir)
    for name in options.scenarios:
        if name not in valid:
            spellings = file_spellings("scenario", config_dir)
            raise ConfigError(describe_fault("scenarios", name, f"must be among {', '.join(valid)}", spellings))
    if options.baseline is not None and options.baseline not in options.scenarios:
        allowed = f"must be one of the scenarios compared, {', '.join(options.scenarios)}"
        raise ConfigError(describe_fault("baseline", options.baseline, allowed, tuple(options.scenarios)))
    if options.view == "paired" and len(options.scenarios) < 2:
        raise ConfigError(describe_fault("scenarios", options.scenarios, "a paired view takes two of them", ()))


def _check_overrides(overrides: list[str], options: CompareOptions) -> None:
    """Refuse settings that a comparison chooses by itself."""
    if any(o.startswith("scenario=") for o in overrides):
        raise ConfigError("scenario: a comparison takes its arms from scenarios=[a,b]")
    if options.view == "arms" and any(o.startswith("replication=") for o in overrides):
        raise ConfigError("replication: a comparison runs replications 0 to runs - 1; view=paired shows a single one")


def _check_comparable(names: list[str], specs: list[Spec]) -> None:
    """Refuse arms of different hosts, or with different seeds, indicators or parameters: their replications are no pairs."""
    hosts = {name: spec.scenario.host for name, spec in zip(names, specs, strict=True)}
    if len(set(hosts.values())) > 1:
        each = ", ".join(f"{name} {host}" for name, host in hosts.items())
        raise ConfigError(
            describe_fault(
                "scenarios",
                ",".join(names),
                f"must have one host; theirs are {each}; scenario.host=CODE gives them one",
                (),
            )
        )
    for part in ("seed", "replication", "indicators", "parameters", "posterior_without"):
        first = getattr(specs[0], part)
        for name, spec in zip(names[1:], specs[1:], strict=True):
            if getattr(spec, part) != first:
                allowed = f"must be {first}, as in {names[0]}, or replications are no pairs; {part}=... sets it for all"
                raise ConfigError(describe_fault(f"{name}: {part}", getattr(spec, part), allowed, ()))


def _unique(names: list[str]) -> list[str]:
    """Arm names: a scenario compared with itself gets a number."""
    counts: Counter[Any] = Counter()
    arms = []
    for name in names:
        counts[name] += 1
        arms.append(name if counts[name] == 1 else f"{name}_{counts[name]}")
    return arms
