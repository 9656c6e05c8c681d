"""Compares a result with its repetition: the same bit for bit, or which numbers differ."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from experiments.results.provenance import Provenance, result_digests

MOST_LINES = 8  # columns that differ, per table


@dataclass
class Verdict:
    """Outcome of a repetition."""

    command: str
    folder: Path | None = None  # of the repetition; a single run of a sweep has none
    same_configuration: bool = True
    changed: list[str] = field(default_factory=list)  # parts of the results that differ
    numbers: list[str] = field(default_factory=list)  # differing columns, where both tables are there
    versions: list[str] = field(default_factory=list)  # versions that changed
    notes: list[str] = field(default_factory=list)

    @property
    def reproduced(self) -> bool:
        """True if nothing differs by one bit."""
        return not self.changed


def compare_results(old: Provenance, new: Provenance) -> Verdict:
    """Compare the repetition of a run or a comparison with the original."""
    before = result_digests(old.folder) if old.folder else old.manifest["results"]
    after = new.manifest["results"]
    changed = [name for name in before | after if before.get(name) != after.get(name)]
    tables = [name for name in changed if old.folder and name.endswith(".parquet") and name in before.keys() & after]
    altered = [name for name in before if before[name] != old.manifest["results"].get(name)]
    return Verdict(
        folder=new.folder,
        command=old.manifest["command"],
        same_configuration=old.manifest["configuration"] == new.manifest["configuration"],
        changed=changed,
        numbers=[line for name in tables for line in _different_columns(old.folder / name, new.folder / name)],
        versions=other_versions(old.manifest, new.manifest),
        notes=[f"{name} of the original was changed after it was made." for name in altered] + notes(old.manifest),
    )


def other_versions(old: dict[Any, Any], new: dict[Any, Any]) -> list[str]:
    """One line per version that changed."""

    def by_name(manifest: dict[Any, Any]) -> dict[Any, Any]:
        product = {"suasion": manifest["suasion"], "commit": manifest["git"], "Python": manifest["python"]}
        return product | {"platform": manifest["platform"]} | manifest["libraries"]

    was, now = by_name(old), by_name(new)
    return [f"{name} {was.get(name)}, now {now.get(name)}" for name in was | now if was.get(name) != now.get(name)]


def notes(manifest: dict[Any, Any]) -> list[str]:
    """Remarks on the original: a missing folder of configuration, uncommitted changes."""
    lines, words = [], manifest["words"]
    if "--config-dir" in words[:-1] and not os.path.isdir(folder := words[words.index("--config-dir") + 1]):
        lines.append(
            f"The folder of configuration that the command names, {folder}, is not here; the saved one was used."
        )
    if manifest["git"].endswith("+changes"):
        lines.append("The original was made by code with changes that its commit does not hold.")
    return lines


def _different_columns(old: Path, new: Path) -> list[str]:
    """Columns of a table that differ, with the number of rows and the largest difference, or a different shape."""
    import pyarrow.parquet

    was, now = pyarrow.parquet.read_table(old), pyarrow.parquet.read_table(new)
    if was.column_names != now.column_names or len(was) != len(now):
        return [f"{old.name}: {len(was)} rows of {was.num_columns} columns, now {len(now)} of {now.num_columns}"]
    lines = []
    for name in was.column_names:
        a, b = was[name].to_numpy(), now[name].to_numpy()
        numeric = a.dtype != object and b.dtype != object
        differs = (a != b) & ~((a != a) & (b != b))
        if differs.any():
            gaps = np.abs(a[differs].astype(float) - b[differs].astype(float)) if numeric else np.empty(0)
            most = f", by at most {np.nanmax(gaps):.3g}" if np.isfinite(gaps).any() else ""
            lines.append(f"{old.name}: {name} differs in {differs.sum()} of {len(a)} rows{most}")
    more = [f"{old.name}: and {len(lines) - MOST_LINES} columns more"] if len(lines) > MOST_LINES else []
    return lines[:MOST_LINES] + more
