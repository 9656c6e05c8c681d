"""A results folder, read for its report."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from experiments.compare.arms import labels_of, names_of
from experiments.report.varied import Varied
from experiments.rerun.saved_sweep import saved_bases
from experiments.results.figure_file import read_figure
from experiments.results.provenance import Origin, read_origin
from experiments.statements import Facts
from experiments.statements.table import DATA
from experiments.sweep.store import Store
from sim.core.faults import ConfigError, describe_fault
from sim.core.received import parse_json, read_text
from sim.spec.schema import Spec
from sim.spec.validate import validated

FIRST = (
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
    """A figure of the folder with what it says of itself."""

    name: str
    data: bytes
    title: str
    caption: str
    size: tuple[int, int]  # pixels


@dataclass(frozen=True)
class Result:
    """What a folder holds; specs are named by their arm."""

    origin: Origin
    folder: Path
    specs: dict[str, Spec]

    @property
    def manifest(self) -> dict:
        """manifest.json."""
        return self.origin.manifest

    @property
    def kind(self) -> str:
        """run, compare, paired_view, sweep or merge."""
        return "paired_view" if self.manifest["options"].get("view") == "paired" else self.origin.experiment

    @cached_property
    def facts(self) -> Facts:
        """What statements rest on."""
        kind = "sweep" if self.kind == "merge" else self.kind
        if kind in DATA:
            return Facts(kind, self.manifest, self.json(DATA[kind]), self.specs)
        points = {"points": len(self.varied.store.design)}
        return Facts(kind, self.manifest, points, self.specs, self.varied.parts, self.varied.values)

    @cached_property
    def varied(self) -> Varied:
        """What differs between the points of a sweep."""
        return Varied(Store.opened(self.folder))

    @property
    def spec(self) -> Spec:
        """Of the first arm; host, patrons, indicators and settings of the run are those of all."""
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
        """Name of an arm; a scenario that is compared with itself has a number."""
        return labels_of(self.specs)[arm]

    def json(self, name: str) -> dict:
        """A JSON file of the folder. Raises ConfigError."""
        try:
            return parse_json(read_text(self.folder / name))
        except (OSError, ValueError) as error:
            raise ConfigError(describe_fault("DIR", self.folder / name, f"cannot be read ({error})", ())) from None

    @cached_property
    def summary(self) -> dict:
        """summary.json of a comparison."""
        return self.json("summary.json")

    def differences(self, key: str, arm: str) -> np.ndarray:
        """(worlds,) differences of an arm from the baseline, NaN where not observed in both."""
        worlds = self._worlds
        return worlds[arm][key] - worlds[self.summary["baseline"]][key]

    @cached_property
    def _worlds(self) -> dict[str, dict[str, np.ndarray]]:
        """Arm -> metric -> (worlds,), worlds in the order of their replication."""
        import pyarrow.compute as pc
        import pyarrow.parquet

        try:
            table = pyarrow.parquet.read_table(self.folder / "runs.parquet").sort_by("replication")
        except (OSError, ValueError) as error:
            raise ConfigError(
                describe_fault("DIR", self.folder / "runs.parquet", f"cannot be read ({error})", ())
            ) from None
        found = {}
        for arm in self.specs:
            rows = table.filter(pc.equal(table["scenario"], arm))
            found[arm] = {key: rows[key].to_numpy().astype(float) for key in self.summary["metrics"]}
        return found

    def pictures(self) -> list[Picture]:
        """Figures, the ones with the results first. Raises ConfigError if one is damaged."""
        paths = sorted((self.folder / "figures").glob("*.png"), key=lambda p: (_place(p.stem), p.stem))
        return [_picture(path) for path in paths]


def _place(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST) - 1


def _picture(path: Path) -> Picture:
    try:
        figure = read_figure(path)
    except (OSError, ValueError) as error:
        raise ConfigError(describe_fault("DIR", path, f"is a damaged figure ({error})", ())) from None
    return Picture(path.stem, figure.data, figure.text.get("Title", ""), figure.text.get("Comment", ""), figure.size)


def read_result(folder: str) -> Result:
    """The results folder of a run, a comparison or a sweep. Raises ConfigError."""
    if not Path(folder).is_dir():
        raise ConfigError(describe_fault("DIR", folder, "must be a results folder", ()))
    origin = read_origin(folder)
    if "bases" in origin.manifest:
        bases = saved_bases(Store.opened(folder)).values()
        specs = {spec.scenario.name: spec for spec in bases}  # other choices of files share their scenario's words
    else:
        specs = {name.removeprefix("config_"): validated(Spec, tree) for name, tree in origin.trees.items()}
    return Result(origin, Path(folder), specs)
