"""`suasion rerun`: make a result again from what its folder, figure or report says of its making, and compare."""

from pathlib import Path

from pydantic import Field

from experiments import run
from experiments.compare import compare
from experiments.origin import Origin, read_origin
from experiments.repeat.repeated import Verdict, compared
from experiments.repeat.rerun_sweep import rerun_one, rerun_sweep
from sim.load import ConfigError, describe_fault, settings, validated
from sim.parameters import Checked
from sim.schema import Spec

SWEEPS = ("sweep", "merge")


class RerunOptions(Checked):
    """Settings of `suasion rerun`."""

    out: str | None = Field(None, description="folder of the new result; default: a dated folder under results/")
    quiet: bool = Field(False, description="no progress bar")
    run: str | None = Field(None, description="key of one run of a sweep, which alone is repeated")


def rerun(file: str, overrides: list[str]) -> Verdict:
    """Make the result again in a new folder and compare; raises ConfigError."""
    options = settings(RerunOptions, overrides)
    origin = read_origin(file)
    words = [w for w in origin.manifest["words"] if not w.startswith(("out=", "quiet="))]
    words += [] if options.out is None else [f"out={options.out}"]
    if origin.experiment in SWEEPS:
        if origin.folder is None:
            raise ConfigError(
                describe_fault("FILE", file, "is about a sweep, whose points stand in its results folder", ())
            )
        return rerun_one(origin, options.run) if options.run else rerun_sweep(origin, options.out, options.quiet, words)
    if options.run is not None:
        raise ConfigError(describe_fault("run", options.run, "names a run of a sweep, and this is none", ()))
    if origin.experiment not in EXPERIMENTS:
        allowed = f"was made by `suasion {origin.experiment}`; repeat it by hand: {origin.manifest['command']}"
        raise ConfigError(describe_fault("FILE", file, allowed, ()))
    specs = {name: validated(Spec, tree) for name, tree in origin.trees.items()}
    settled = origin.manifest["options"] | options.model_dump(include={"out", "quiet"})
    return compared(origin, _made_again(origin, specs, settled, words))


def _made_again(origin: Origin, specs: dict[str, Spec], settled: dict, words: list[str]) -> Origin:
    return read_origin(str(EXPERIMENTS[origin.experiment](specs, settled, words, origin.manifest)))


def _run(specs: dict[str, Spec], options: dict, words: list[str], made: dict) -> Path:
    (spec,) = specs.values()
    return run.perform(spec, validated(run.RunOptions, options), words)[0]


def _compare(specs: dict[str, Spec], options: dict, words: list[str], made: dict) -> Path:
    arms = {name.removeprefix("config_"): spec for name, spec in specs.items()}
    horizons = {arm: spec.days for arm, spec in arms.items()} | made["worlds"].get("horizons", {})
    return compare.perform(arms, validated(compare.CompareOptions, options), words, horizons)[0]


EXPERIMENTS = {"run": _run, "compare": _compare}
