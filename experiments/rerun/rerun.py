"""`suasion rerun`: repeats a result from its folder, figure or report, and compares.

The file decides everything about the model. It decides nothing beyond: places, engine, workers and snapshot come from the
command line of rerun.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import Field

from experiments.compare import compare
from experiments.engine import EngineOptions
from experiments.rerun.rerun_sweep import rerun_one, rerun_sweep
from experiments.rerun.verdict import Verdict, compare_results
from experiments.results.provenance import Provenance, read_provenance
from experiments.results.target import OutPath
from experiments.run import run
from experiments.sweep.saved_sweep import saved_bases
from experiments.sweep.store import Store
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.core.received import file_digest
from sim.spec.overrides import settings
from sim.spec.schema import Spec
from sim.spec.validate import validated

SWEEPS = ("sweep", "merge")
# settings that decide about the numbers, by command; a test checks that every setting is here or in PLACE_SETTINGS
FROM_FILE = {
    "run": ("csv", "snapshot_day", "map", "animation", "figures"),
    "compare": ("scenarios", "runs", "baseline", "confidence", "objective", "day", "view", "csv", "full", "figures"),
}
PLACE_SETTINGS = {"out", "quiet", "start", "workers", "config", "engine"}  # taken from the command line of rerun


class RerunOptions(Checked):
    """Settings of `suasion rerun`."""

    out: OutPath | None = Field(
        default=None, description="folder of the new result; default: a dated folder under results/"
    )
    quiet: bool = Field(default=False, description="no progress bar")
    run: str | None = Field(default=None, description="key of one run of a sweep, which alone is repeated")
    start: str | None = Field(default=None, description="snapshot that the run went on from, if it did")
    edges: str | None = Field(default=None, description="file of ties that the result read, if it did")
    workers: int | None = Field(
        default=None, ge=1, le=1024, description="processes of a comparison; default: one per core"
    )
    engine: EngineOptions = Field(default=EngineOptions(), description="where the runs of a sweep are computed")


def rerun(file: str, overrides: list[str]) -> Verdict:
    """Repeat the result in a new folder and compare. Raises ConfigError."""
    options = settings(RerunOptions, overrides)
    provenance = read_provenance(file)
    words = [word for word in provenance.manifest["words"] if not _is_place_setting(word)]
    words += [word for word in overrides if _is_place_setting(word)]
    if provenance.experiment in SWEEPS:
        if provenance.folder is None:
            raise ConfigError(
                describe_fault("FILE", file, "is about a sweep, whose points stand in its results folder", ())
            )
        _check_ties(saved_bases(Store.open(provenance.folder)).values(), options.edges)
        place = {"out": options.out, "quiet": options.quiet, "engine": options.engine.model_dump()}
        return rerun_one(provenance, options.run) if options.run else rerun_sweep(provenance, place, words)
    if options.run is not None:
        raise ConfigError(describe_fault("run", options.run, "names a run of a sweep, and this is none", ()))
    if provenance.experiment not in COMMANDS:
        allowed = f"was made by `suasion {provenance.experiment}`; repeat it by hand: {provenance.manifest['command']}"
        raise ConfigError(describe_fault("FILE", file, allowed, ()))
    _check_start(provenance, options.start)
    specs = {name: validated(Spec, tree) for name, tree in provenance.trees.items()}
    _check_ties(specs.values(), options.edges)
    model, _ = COMMANDS[provenance.experiment]
    place = options.model_dump(include=PLACE_SETTINGS & model.model_fields.keys())
    settings_of_result = {
        key: provenance.manifest["options"][key]
        for key in FROM_FILE[provenance.experiment]
        if key in provenance.manifest["options"]
    }
    chosen = validated(model, settings_of_result | place)
    return compare_results(provenance, _repeat(provenance, specs, chosen, words, ["rerun", file, *overrides]))


def _is_place_setting(word: str) -> bool:
    """True for a word that sets where runs are computed, start or are written."""
    return word.partition("=")[0].lstrip("+~").partition(".")[0] in PLACE_SETTINGS - {"config"}


def _check_start(provenance: Provenance, start: str | None) -> None:
    """A run from a snapshot needs that snapshot, and no other run takes one. Raises ConfigError."""
    began = provenance.manifest["options"].get("start") is not None
    if not began and start is None:
        return
    if not began:
        raise ConfigError(describe_fault("start", start, "the result began on its first day, from no snapshot", ()))
    if start is None:
        allowed = "the run went on from a snapshot; name that file: suasion rerun FILE start=SNAPSHOT"
        raise ConfigError(describe_fault("start", None, allowed, ()))
    try:
        digest = file_digest(Path(start))
    except OSError as error:
        raise ConfigError(describe_fault("start", start, f"cannot be read ({error.strerror or error})", ())) from None
    if digest != provenance.manifest.get("start", digest):
        raise ConfigError(
            describe_fault("start", start, "is another snapshot than the one that the run went on from", ())
        )


def _check_ties(specs: Iterable[Spec], edges: str | None) -> None:
    """A file of ties lies outside of the result, so the user must name it as well. Raises ConfigError."""
    for spec in specs:
        if (path := spec.mechanisms.contention.edges) and path != edges:
            allowed = (
                f"the result read ties from the file {path}; name it to have it read: suasion rerun FILE edges={path}"
            )
            raise ConfigError(describe_fault("edges", edges, allowed, ()))


def _repeat(
    provenance: Provenance, specs: dict[str, Spec], options: Checked, words: list[str], again: list[str]
) -> Provenance:
    """again: words of the command that goes on after an interrupt."""
    _, perform = COMMANDS[provenance.experiment]
    return read_provenance(str(perform(specs, options, words, provenance.manifest, again)))


def _run(
    specs: dict[str, Spec], options: run.RunOptions, words: list[str], manifest: dict[Any, Any], again: list[str]
) -> Path:
    if len(specs) != 1:
        raise ConfigError(describe_fault("FILE", ", ".join(specs), "a run has one configuration", ()))
    (spec,) = specs.values()
    return run.perform(spec, options, words)[0]


def _compare(
    specs: dict[str, Spec],
    options: compare.CompareOptions,
    words: list[str],
    manifest: dict[Any, Any],
    again: list[str],
) -> Path:
    arms = {name.removeprefix("config_"): spec for name, spec in specs.items()}
    if options.baseline is None:  # a folder without its baseline is of a build that took the last arm
        options = options.model_copy(update={"baseline": list(arms)[-1]})
    horizons = {arm: spec.days for arm, spec in arms.items()} | manifest["worlds"].get("horizons", {})
    return compare.perform(arms, options, words, horizons, again)[0]


COMMANDS = {"run": (run.RunOptions, _run), "compare": (compare.CompareOptions, _compare)}
