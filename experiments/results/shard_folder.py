"""Shards of unfinished or growing work: files of rows that appear under their names when they are complete."""

from dataclasses import dataclass
from pathlib import Path

from experiments.results.files import fault, shard_number, write_shard

RUNS, SERIES, FAILURES, DAMAGED = "runs", "series", "failures", "damaged"


@dataclass(frozen=True)
class ShardFolder:
    """A folder with one folder of shards per kind. Series belong to the shard of runs of the same number."""

    folder: Path

    def shards(self, kind: str = RUNS) -> list[Path]:
        """Files of a kind in the order of writing; unfinished files begin with a dot and are left out."""
        return sorted(path for path in (self.folder / kind).glob("*.parquet") if not path.name.startswith("."))

    def write(self, number: int, runs: bytes, series: bytes | None = None, kind: str = RUNS) -> None:
        """Write a shard. Its runs count as soon as their file is there, which comes last. Raises StoreFault."""
        if series is not None:
            write_shard(self.folder / SERIES, number, series)
        write_shard(self.folder / kind, number, runs)

    def next_number(self, *kinds: str) -> int:
        """Number of the next shard. kinds: beside runs and series."""
        numbers = [shard_number(path) for kind in (RUNS, SERIES, *kinds) for path in self.shards(kind)]
        return max(numbers, default=-1) + 1

    def mend(self, *kinds: str) -> list[Path]:
        """Move unreadable files to damaged/ and delete unfinished ones. kinds: beside runs and series.

        Returns the runs files among them; their runs are missing now and will run again.
        """
        for path in self.folder.rglob(".*.parquet.*"):
            path.unlink()
        damaged = [path for path in self.shards() if fault(path)]
        for path in [*damaged, *(p for kind in kinds for p in self.shards(kind) if fault(p))]:
            self._set_aside(path)
        runs_files = {shard_number(path): path for path in self.shards()}
        for path in self.shards(SERIES):
            if shard_number(path) not in runs_files:
                self._set_aside(path)
            elif fault(path):
                self._set_aside(path)
                damaged.append(self._set_aside(runs_files[shard_number(path)]))
        return damaged

    def _set_aside(self, path: Path) -> Path:
        target = self.folder / DAMAGED / f"{path.parent.name}-{path.name}"
        target.parent.mkdir(exist_ok=True)
        path.replace(target)
        return path
