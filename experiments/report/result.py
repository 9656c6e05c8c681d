"""Reads a results folder for its report."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from experiments.compare.arms import labels_of, names_of
from experiments.report.sweep_parts import SweepParts
from experiments.results.figure_file import read_figure
from experiments.results.provenance import Provenance, check_results, read_provenance
from experiments.statements import Facts
from experiments.statements.table import DATA
from experiments.sweep.saved_sweep import saved_bases
from experiments.sweep.store import Store
from sim.core.faults import ConfigError, describe_fault
from sim.core.received import parse_json, read_text
from sim.spec.schema import Spec
from sim.spec.validate import validated

FIGURE_ORDER = (
    "differences",
    "differences_over_time",
    "survival",
    "survival_difference",
    "protest",
    "alignment",
    "regret",
    "distributions",
    "influence",
    "timeline",
    "network",
)  # order of the figures


@dataclass(frozen=True)
class Picture:
    """A figure of the folder with its metadata."""

    name: str
    data: bytes
    title: str
    caption: str
    size: tuple[int, int]  # pixels


@dataclass(frozen=True)
class Result:
    """Content of a results folder. specs: by arm."""

    provenance: Provenance
    folder: Path
    specs: dict[str, Spec]

    @property
    def manifest(self) -> dict[Any, Any]:
        """Content of manifest.json."""
        return self.provenance.manifest

    @property
    def kind(self) -> str:
        """Kind of result: run, compare, paired_view, sweep or merge."""
        return "paired_view" if self.manifest["options"].get("view") == "paired" else self.provenance.experiment

    @cached_property
    def facts(self) -> Facts:
        """The facts that statements read."""
        kind = "sweep" if self.kind == "merge" else self.kind
        if kind in DATA:
            return Facts(kind, self.manifest, self.json(DATA[kind]), self.specs)
        points = {"points": len(self.sweep.store.design)}
        return Facts(kind, self.manifest, points, self.specs, self.sweep.parts, self.sweep.values)

    @cached_property
    def sweep(self) -> SweepParts:
        """The points of a sweep, in parts with one specification each."""
        return SweepParts(Store.open(self.folder))

    @property
    def spec(self) -> Spec:
        """Specification of the first arm; host, patrons, indicators and settings of the run are equal in all arms."""
        return next(iter(self.specs.values()))

    @property
    def names(self) -> dict[str, str]:
        """Code -> name of every actor of any arm."""
        return names_of(self.specs)

    @property
    def host(self) -> str:
        """Name of the host."""
        return self.names[self.spec.scenario.host]

    def label(self, arm: str) -> str:
        """Label of an arm; a scenario that is compared with itself has a number."""
        return labels_of(self.specs)[arm]

    def json(self, name: str) -> dict[Any, Any]:
        """Content of a JSON file of the folder. Raises ConfigError."""
        try:
            return parse_json(read_text(self.folder / name))
        except (OSError, ValueError) as error:
            raise ConfigError(describe_fault("DIR", self.folder / name, f"cannot be read ({error})", ())) from None

    @cached_property
    def summary(self) -> dict[Any, Any]:
        """Content of summary.json of a comparison."""
        return self.json("summary.json")

    def differences(self, key: str, arm: str) -> np.ndarray:
        """(replications,) differences of an arm from the baseline, NaN where not observed in both."""
        metrics = self._metrics_by_arm
        return metrics[arm][key] - metrics[self.summary["baseline"]][key]

    @cached_property
    def _metrics_by_arm(self) -> dict[str, dict[str, np.ndarray]]:
        """Arm -> metric -> (replications,), ordered by replication."""
        import pyarrow.compute as pc
        import pyarrow.parquet

        try:
            table = pyarrow.parquet.read_table(self.folder / "runs.parquet").sort_by("replication")
        except (OSError, ValueError) as error:
            raise ConfigError(
                describe_fault("DIR", self.folder / "runs.parquet", f"cannot be read ({error})", ())
            ) from None
        by_arm = {}
        for arm in self.specs:
            rows = table.filter(pc.equal(table["scenario"], arm))
            by_arm[arm] = {key: rows[key].to_numpy().astype(float) for key in self.summary["metrics"]}
        return by_arm

    def pictures(self) -> list[Picture]:
        """Figures, those with results first. Raises ConfigError if one is damaged."""
        paths = sorted((self.folder / "figures").glob("*.png"), key=lambda p: (_rank(p.stem), p.stem))
        return [_picture(path) for path in paths]


def _rank(name: str) -> int:
    return FIGURE_ORDER.index(name) if name in FIGURE_ORDER else len(FIGURE_ORDER) - 1


def _picture(path: Path) -> Picture:
    try:
        figure = read_figure(path)
    except (OSError, ValueError) as error:
        raise ConfigError(describe_fault("DIR", path, f"is a damaged figure ({error})", ())) from None
    return Picture(path.stem, figure.data, figure.text.get("Title", ""), figure.text.get("Comment", ""), figure.size)


def read_result(folder: str) -> Result:
    """Read the results folder of a run, a comparison or a sweep. Raises ConfigError."""
    if not os.path.isdir(folder):  # False also for a name that is too long
        raise ConfigError(describe_fault("DIR", folder, "must be a results folder", ()))
    provenance = read_provenance(folder)
    if "bases" in provenance.manifest:
        bases = saved_bases(Store.open(folder)).values()
        specs = {spec.scenario.name: spec for spec in bases}  # bases of one scenario share its texts
    else:
        check_results(provenance)
        specs = {name.removeprefix("config_"): validated(Spec, tree) for name, tree in provenance.trees.items()}
    return Result(provenance, Path(folder), specs)
