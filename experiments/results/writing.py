"""Writes result folders: a new one is complete or not there at all, and nothing is overwritten."""

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np

from experiments.results.csv_file import write_csv
from experiments.results.manifest import build_manifest
from experiments.results.provenance import pack, result_digests, tree_digest
from sim.core.faults import ConfigError, describe_fault
from sim.core.strict_yaml import dump_yaml
from sim.core.whole_file import named, unwritable
from sim.spec.priors import record_of
from sim.spec.schema import Spec


class StoreFault(RuntimeError):
    """A results folder cannot be written or read; its present content is valid and stays."""


class FolderTaken(ConfigError):
    """A folder that another command writes, or that holds something."""


class DrawingFault(StoreFault):
    """Figures that could not be drawn; the numbers are there."""


@contextmanager
def new_folder(out: str | None, name: str) -> Iterator[tuple[Path, Path]]:
    """Yield a temporary folder. It becomes `out` when the block ends well, and is removed when it does not.

    out: target folder, or None for a dated one under results/. Raises ConfigError if the target holds anything, cannot be made,
    or is being written by another command. A DrawingFault of the block is raised when the folder is in its place.
    """
    target = target_of(out, name)
    if out is not None:  # a dated name that is taken by now gives way to the next one
        check_free(target)
    new_parents = missing_parents(target)
    drawing: DrawingFault | None = None
    partial: Path | None = None
    with ExitStack() as stack:
        try:
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                target = _locked(stack, [target] if out is not None else _dated_folders(name))
                partial = hidden_name(target)
                partial.mkdir()
            except OSError as error:
                raise unwritable(target, error) from None
            try:
                with faults_named(partial, target):
                    yield partial, target
            except DrawingFault as fault:
                drawing = fault
            check_free(target)  # a command on another machine may not see the lock
            if target.exists():
                target.rmdir()
            partial.rename(target)
        except BaseException:
            if partial is not None:
                shutil.rmtree(partial, ignore_errors=True)
            stack.close()
            remove_empty(new_parents)
            raise
    if drawing is not None:
        raise undrawn(drawing, target)


def target_of(out: str | None, name: str) -> Path:
    """The folder that a command writes: `out`, or a dated one."""
    target = Path(out) if out is not None else next(_dated_folders(name))
    return target.resolve() if target.is_symlink() and target.is_dir() else target


def hidden_name(target: Path) -> Path:
    """A new name beside a folder."""
    return target.parent / f".{target.name}-{token_hex(4)}"


def missing_parents(target: Path) -> list[Path]:
    """The folders above a target that are not there yet."""
    return [p for p in (target.parent, *target.parent.parents) if not p.exists()]


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove the empty ones of these folders."""
    for folder in folders:
        if folder.exists() and not any(folder.iterdir()):
            folder.rmdir()


@contextmanager
def faults_named(partial: Path, target: Path) -> Iterator[None]:
    """Within the block, faults of files name the target in place of the folder where it is written."""
    try:
        yield
    except DrawingFault:
        raise
    except StoreFault as fault:
        raise StoreFault(str(fault).replace(str(partial), str(target))) from None
    except OSError as error:  # of the hidden folder, or of a library that names none
        inner = error.filename is None or str(error.filename).startswith(str(partial))
        raise named(error, target) if inner else error from None


def undrawn(fault: DrawingFault, target: Path) -> DrawingFault:
    """The fault of figures, with the place of everything else."""
    return DrawingFault(f"{fault}; the numbers and all other figures are in {target}")


def _locked(stack: ExitStack, targets: Iterable[Path]) -> Path:
    """The first of the targets that no other command is writing, locked until the stack ends. Raises FolderTaken."""
    taken: FolderTaken | None = None
    for target in targets:
        try:
            stack.enter_context(folder_lock(target.parent / f".{target.name}.lock", target, passing=True))
            check_free(target)
        except FolderTaken as fault:
            taken = fault
        else:
            return target
    raise taken or FolderTaken("out: no name is free")


def check_free(target: Path) -> None:
    """Refuse a target that holds anything. Raises FolderTaken."""
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        allowed = "exists already and nothing is overwritten; choose a new folder"
        raise FolderTaken(describe_fault("out", target, allowed, ()))


@contextmanager
def folder_lock(path: Path, folder: Path, passing: bool = False) -> Iterator[None]:
    """Hold the lock of a folder within the block; it is released when the process dies. Raises ConfigError.

    passing: remove the file of the lock at the end.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=0)
    try:
        if path.is_symlink():
            raise ConfigError(describe_fault("out", path, "is a link, and a lock is a file", ()))
        lock.acquire()
    except Timeout:
        allowed = "another command is writing there; wait for it or choose a new folder"
        raise FolderTaken(describe_fault("out", folder, allowed, ())) from None
    try:
        yield
    finally:
        if passing:
            with suppress(OSError):  # Windows removes no open file, and needs none removed
                path.unlink()
        lock.release()


def _dated_folders(name: str) -> Iterator[Path]:
    """Names of folders of this second that are not there yet."""
    stem = f"{datetime.now():%Y-%m-%d_%H-%M-%S}_{name}"
    candidates = (Path("results") / (stem if n == 0 else f"{stem}_{n}") for n in range(10_000))
    return (path for path in candidates if not path.exists())


def plain(value: Any) -> Any:
    """The value as JSON takes it: without NumPy types, and null for a value that was not observed."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value


def write_json(path: Path, data: object) -> None:
    """Write readable JSON; null stands for a value that was not observed."""
    path.write_text(json.dumps(plain(data), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_table(path: Path, columns: dict[Any, Any], csv: bool) -> None:
    """Write a table as Parquet, and as CSV on request."""
    import pyarrow as pa
    import pyarrow.parquet

    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})
    pyarrow.parquet.write_table(table, path.with_suffix(".parquet"), compression="zstd")
    if csv:
        write_csv(table, path.with_suffix(".csv"))


def config_text(spec: Spec) -> str:
    """The resolved configuration as YAML, every key."""
    return dump_yaml(spec.model_dump(mode="json"), width=120)


def write_config(path: Path, spec: Spec) -> None:
    """Write the resolved configuration; `suasion` can read it back."""
    path.write_text(config_text(spec), encoding="utf-8")


def write_manifest(
    folder: Path, command: list[str], specs: dict[Any, Any] | None = None, **more: object
) -> dict[Any, Any]:
    """Write manifest.json and one YAML file per spec. The tables must be there already, because it holds their digests.

    Returns the content of the manifest, and under "packed" the text that figures carry.
    """
    trees = {name: spec.model_dump(mode="json") for name, spec in (specs or {}).items()}
    for name, spec in (specs or {}).items():
        write_config(folder / f"{name}.yaml", spec)
    digests = {"configuration": {name: tree_digest(tree) for name, tree in trees.items()}}
    parameters = {"parameters": {name: record_of(spec) for name, spec in (specs or {}).items()}}
    manifest = plain(build_manifest(command, **(parameters | more), **digests, results=result_digests(folder)))
    write_json(folder / "manifest.json", manifest)
    return manifest | {"packed": pack(manifest, trees)}
