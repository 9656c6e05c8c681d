"""`suasion rerun`: make a result again from what its folder, figure or report says of its making, and compare.

What the file says about the model is taken from it. What reaches beyond the model is not: where runs are computed, which
snapshot they start from, where they are written. That is said on the command line of rerun.
"""

from collections.abc import Iterable
from pathlib import Path

from pydantic import Field

from experiments.compare import compare
from experiments.engine import EngineOptions
from experiments.rerun.repeated import Verdict, compared
from experiments.rerun.rerun_sweep import rerun_one, rerun_sweep
from experiments.rerun.saved_sweep import saved_bases
from experiments.results.provenance import Origin, read_origin
from experiments.run import run
from experiments.sweep.store import Store
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.core.received import file_digest
from sim.spec.overrides import settings
from sim.spec.schema import Spec
from sim.spec.validate import validated

SWEEPS = ("sweep", "merge")
# settings that decide about the numbers, by command; a test asks of every new one whether it belongs here
FROM_FILE = {
    "run": ("csv", "snapshot_day", "map", "animation"),
    "compare": ("scenarios", "runs", "baseline", "confidence", "objective", "day", "view", "csv"),
}
OF_PLACE = {"out", "quiet", "start", "workers", "config", "engine"}  # said anew on the command line of rerun


class RerunOptions(Checked):
    """Settings of `suasion rerun`."""

    out: str | None = Field(
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
    """Make the result again in a new folder and compare; raises ConfigError."""
    options = settings(RerunOptions, overrides)
    origin = read_origin(file)
    words = [word for word in origin.manifest["words"] if not _of_place(word)]
    words += [word for word in overrides if _of_place(word)]
    if origin.experiment in SWEEPS:
        if origin.folder is None:
            raise ConfigError(
                describe_fault("FILE", file, "is about a sweep, whose points stand in its results folder", ())
            )
        _check_ties(saved_bases(Store.opened(origin.folder)).values(), options.edges)
        place = {"out": options.out, "quiet": options.quiet, "engine": options.engine.model_dump()}
        return rerun_one(origin, options.run) if options.run else rerun_sweep(origin, place, words)
    if options.run is not None:
        raise ConfigError(describe_fault("run", options.run, "names a run of a sweep, and this is none", ()))
    if origin.experiment not in EXPERIMENTS:
        allowed = f"was made by `suasion {origin.experiment}`; repeat it by hand: {origin.manifest['command']}"
        raise ConfigError(describe_fault("FILE", file, allowed, ()))
    _check_start(origin, options.start)
    specs = {name: validated(Spec, tree) for name, tree in origin.trees.items()}
    _check_ties(specs.values(), options.edges)
    model, _ = EXPERIMENTS[origin.experiment]
    place = options.model_dump(include=OF_PLACE & model.model_fields.keys())
    kept = {
        key: origin.manifest["options"][key]
        for key in FROM_FILE[origin.experiment]
        if key in origin.manifest["options"]
    }
    return compared(origin, _made_again(origin, specs, validated(model, kept | place), words))


def _of_place(word: str) -> bool:
    """True for a word that says where runs are computed, start or are written."""
    return word.partition("=")[0].lstrip("+~").partition(".")[0] in OF_PLACE - {"config"}


def _check_start(origin: Origin, start: str | None) -> None:
    """A run that went on from a snapshot needs that snapshot, and no other run takes one. Raises ConfigError."""
    began = origin.manifest["options"].get("start") is not None
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
    if digest != origin.manifest.get("start", digest):
        raise ConfigError(
            describe_fault("start", start, "is another snapshot than the one that the run went on from", ())
        )


def _check_ties(specs: Iterable[Spec], edges: str | None) -> None:
    """A file of ties lies outside of the result: the user names it too, or it is not read. Raises ConfigError."""
    for spec in specs:
        if (path := spec.mechanisms.contention.edges) and path != edges:
            allowed = (
                f"the result read ties from the file {path}; name it to have it read: suasion rerun FILE edges={path}"
            )
            raise ConfigError(describe_fault("edges", edges, allowed, ()))


def _made_again(origin: Origin, specs: dict[str, Spec], options: Checked, words: list[str]) -> Origin:
    _, perform = EXPERIMENTS[origin.experiment]
    return read_origin(str(perform(specs, options, words, origin.manifest)))


def _run(specs: dict[str, Spec], options: run.RunOptions, words: list[str], manifest: dict) -> Path:
    if len(specs) != 1:
        raise ConfigError(describe_fault("FILE", ", ".join(specs), "a run has one configuration", ()))
    (spec,) = specs.values()
    return run.perform(spec, options, words)[0]


def _compare(specs: dict[str, Spec], options: compare.CompareOptions, words: list[str], manifest: dict) -> Path:
    arms = {name.removeprefix("config_"): spec for name, spec in specs.items()}
    horizons = {arm: spec.days for arm, spec in arms.items()} | manifest["worlds"].get("horizons", {})
    return compare.perform(arms, options, words, horizons)[0]


EXPERIMENTS = {"run": (run.RunOptions, _run), "compare": (compare.CompareOptions, _compare)}
