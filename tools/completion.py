"""The words that the TAB key offers, experiments/terminal/words.json, from the commands and the model.

python -m tools.completion          write the file
python -m tools.completion check    exit status 1 if it is stale

The file spares the key the import of the model, which takes two seconds.
"""

import json
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from experiments.compare.arms import CompareOptions
from experiments.describe.lookup import all_entries
from experiments.explore.discover import DiscoverOptions
from experiments.explore.sensitivity import SensitivityOptions
from experiments.explore.tip import TipOptions
from experiments.export.export import ExportOptions
from experiments.history.backtest.backtest import BacktestOptions
from experiments.history.posterior.calibrate import CalibrateOptions
from experiments.report import ReportOptions
from experiments.rerun.rerun import RerunOptions
from experiments.run.run import RunOptions
from experiments.sweep.merge import MergeOptions
from experiments.sweep.plan import SweepOptions
from sim.metrics import metric_keys
from sim.spec.compose import known_keys
from sim.spec.config_files import names_in
from sim.spec.load import load
from sim.spec.schema import Spec
from sim.spec.validate import field_at

PAGE = Path(__file__).resolve().parent.parent / "experiments" / "terminal" / "words.json"
OPTIONS: dict[str, tuple[type[BaseModel], ...]] = {  # command -> models of its settings beyond the model
    "run": (RunOptions,),
    "compare": (CompareOptions,),
    "sweep": (SweepOptions,),
    "sensitivity": (SensitivityOptions, SweepOptions),
    "tip": (TipOptions, SweepOptions),
    "discover": (DiscoverOptions,),
    "backtest": (BacktestOptions,),
    "calibrate": (CalibrateOptions,),
    "report": (ReportOptions,),
    "rerun": (RerunOptions,),
    "merge": (MergeOptions,),
    "export": (ExportOptions,),
}
WITH_MODEL = ("run", "compare", "sweep", "sensitivity", "tip")  # commands that take keys of the model
TEXTS = {"label", "name", "reference", "names"}  # keys of the model that nobody sets by hand
FILES = ["out", "cases", "config", "start", "engine.ca_file", "engine.cert_file", "engine.key_file", "mechanisms.contention.edges"]  # fmt: skip


def words() -> dict[str, Any]:
    """Everything that the file holds."""
    spec = load()
    scenarios, metrics = list(names_in("scenario")), _metrics(spec)
    hosts = [code for code, state in spec.states.items() if not state.bloc]
    values = {
        "scenario": scenarios,
        "scenarios": scenarios,
        "baseline": scenarios,
        "stage": list(names_in("stage")),
        "host": hosts,
        "scenario.host": hosts,
        "scenario.patrons": list(spec.states),
        "citizens": ["all"],
        "outcome": metrics,
        "objective": metrics,
        "where": metrics,
        "policy": list(names_in("policy")),
    }
    for models in OPTIONS.values():
        for model in models:
            values |= {path: choices for path, choices in _settings(model) if choices and path not in values}
    model_keys = sorted({"scenario", "stage", "host", *_model_keys(known_keys("plain"))})
    values |= {key: choices for key in model_keys if key not in values and (choices := _choices(field_at(Spec, tuple(key.split(".")))[1]))}  # fmt: skip
    return {
        "model": model_keys,
        "settings": {c: sorted({key for m in models for key, _ in _settings(m)}) for c, models in OPTIONS.items()},
        "with_model": list(WITH_MODEL),
        "values": dict(sorted(values.items())),
        "files": FILES,
        "names": sorted(all_entries(spec, None)),
    }


def _metrics(spec: Spec) -> list[str]:
    """Keys of metrics for the patrons and organisations of the default stage."""
    return list(metric_keys(spec.scenario.outside_patrons, tuple(spec.organisations)))


def _model_keys(node: dict[str, Any], above: str = "") -> Iterator[str]:
    """Paths of the settings of the model, without texts, sources and single ties."""
    for key, value in node.items():
        path = f"{above}{key}"
        if key in TEXTS or path == "sources" or above.endswith(".ties."):
            continue
        if isinstance(value, dict) and value:
            yield from _model_keys(value, f"{path}.")
        else:
            yield path


def _settings(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, list[str]]]:
    """Path and possible values of the settings of a command."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _settings(field.annotation, f"{above}{name}.")
        else:
            yield f"{above}{name}", _choices(field)


def _choices(field: Any) -> list[str]:
    """The values that the type of a field names; none for a number or a text."""
    return list(dict.fromkeys(_named(field.annotation))) if field is not None else []


def _named(annotation: Any) -> Iterator[str]:
    if annotation is bool:
        yield from ("true", "false")
    elif get_origin(annotation) is Literal:
        yield from (str(value).lower() if isinstance(value, bool) else str(value) for value in get_args(annotation))
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        yield from (str(member.value) for member in annotation)
    elif annotation is not NoneType and get_origin(annotation) is not dict:
        for part in get_args(annotation):
            yield from _named(part)


def text() -> str:
    """Text of the file."""
    return json.dumps(words(), indent=0, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file, or compare."""
    if arguments == ["check"]:
        stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text()
        print(f"{PAGE.name} is stale: python -m tools.completion" if stale else "", end="")
        return int(stale)
    PAGE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
