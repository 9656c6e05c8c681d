"""`suasion calibrate`: a posterior sample of the parameters from the record of history, by the mean-field twin."""

import time
from pathlib import Path

import numpy as np
import yaml
from numba import get_num_threads, set_num_threads
from pydantic import Field

from experiments.history.baselines import fold_of
from experiments.history.cases import Case, load_cases
from experiments.history.likelihood import DISCREPANCY, log_likelihood
from experiments.history.pack import FIELD_SETS, Packed, pack
from experiments.history.population import Box, effective, normalised, population_monte_carlo
from experiments.history.screen import screen
from experiments.history.twin import population
from experiments.history.twin_layout import FREE, READ
from experiments.output import new_folder, write_json, write_manifest, write_table
from experiments.progress import announced, progress
from sim.load import ConfigError
from sim.mechanisms import Mechanisms
from sim.parameters import Checked
from sim.priors import WEIGHT

WORLD = 20220105  # key of the twin's draws, shared by all vectors
KEPT = 0.995  # share of the weight of every fold that the vectors which are kept hold
ENOUGH = 100  # effective sample size below which a fold is named


class CalibrateOptions(Checked):
    """Settings of `suasion calibrate`."""

    cases: str | None = Field(None, description="file of historical crises; default: the shipped fit set")
    seed: int = Field(1, ge=0, le=2**31 - 1, description="seed of the vectors")
    stages: list[int] = Field(
        [1600, 1600, 1600, 1600], min_length=2, description="vectors of each stage, first the prior's"
    )
    trajectories: int = Field(6, ge=2, le=1000, description="of the Morris screen that comes first")
    draws: int = Field(12, ge=2, le=1000, description="plays of every case, field set and vector")
    workers: int | None = Field(None, ge=1, le=1024, description="threads; default: one per core")
    out: str | None = Field(None, description="folder of the results; default: a dated folder under results/")
    quiet: bool = Field(False, description="no progress bar")


def reference_vector() -> np.ndarray:
    """Everything that the twin reads at its reference value."""
    rules = Mechanisms()
    return np.array([float(getattr(getattr(rules, path.split(".")[0]), path.split(".")[1])) for path in READ])


def prior_box() -> Box:
    """The prior of the calibrated parameters, as declared."""
    fields = [Mechanisms.model_fields[m].annotation.model_fields[p] for m, p in (path.split(".") for path in FREE)]
    bounds = np.array([f.json_schema_extra["prior"] for f in fields])
    return Box(bounds[:, 0], bounds[:, 1])


def vectors(values: np.ndarray) -> np.ndarray:
    """Full vectors for the twin from calibrated values (V, P)."""
    full = np.tile(reference_vector(), (len(values), 1))
    full[:, : len(FREE)] = values
    return full


def play(values: np.ndarray, packed: Packed) -> np.ndarray:
    """(V, field sets, C, outcomes) means of the twin."""
    full = vectors(values)
    return np.stack(
        [
            population(full, packed.scalars, packed.patrons, packed.n_patrons, weeks, WORLD)
            for weeks in packed.weeks
        ],
        axis=1,
    )  # fmt: skip


def scores(means: np.ndarray, cases: list[Case]) -> np.ndarray:
    """(V, C) log likelihood, the mean over field sets: the same outcome counts once."""
    return np.mean([log_likelihood(means[:, f], cases) for f in range(len(FIELD_SETS))], axis=0)


def calibrate(options: CalibrateOptions, command: list[str]) -> tuple[Path, dict]:
    """Draw, play, weigh; writes history.parquet and history.yaml; returns folder and provenance. Raises ConfigError."""
    cases, faults = load_cases(options.cases)
    if faults:
        raise ConfigError("\n".join(faults))
    started, threads = time.time(), get_num_threads()
    box, packed = prior_box(), pack(cases, cases, options.draws)
    with new_folder(options.out, "calibrate") as (folder, target):
        with announced(options.quiet), progress(options.quiet, "vectors", _total(options)) as advance:
            if options.workers:
                set_num_threads(options.workers)

            def evaluate(unit: np.ndarray):
                found = []
                for start in range(0, len(unit), 100):  # so that there is progress to see
                    found.append(scores(play(box.values(unit[start : start + 100]), packed), cases))
                    advance(min(100, len(unit) - start))
                by_case = np.concatenate(found)
                return by_case.sum(axis=1), by_case

            screened = screen(evaluate, FREE, options.trajectories, options.seed)
            rng = np.random.default_rng(options.seed)
            unit, total, by_case, proposed = population_monte_carlo(evaluate, len(FREE), tuple(options.stages), rng)
            set_num_threads(threads)
        weights = fold_weights(cases, total, by_case, proposed)
        keep = np.any([_heaviest(w) for w in weights.values()], axis=0)
        values = box.values(unit)
        columns = {path: values[keep, i].astype(np.float32) for i, path in enumerate(FREE)}
        columns |= {WEIGHT + host: (w[keep] / w[keep].sum()).astype(np.float32) for host, w in weights.items()}
        write_table(folder / "history", columns, csv=False)
        told = provenance(options, command, cases, weights, int(keep.sum()), time.time() - started)
        told["parameters"] = identification(values, weights[""], box)
        told["screen"] = screened
        (folder / "history.yaml").write_text(yaml.safe_dump(told, sort_keys=False, width=120), encoding="utf-8")
        write_json(folder / "summary.json", told)
        write_manifest(folder, command, cases=len(cases))
    return target, told


def _total(options: CalibrateOptions) -> int:
    """Vectors of the screen and of all stages."""
    return options.trajectories * (len(FREE) + 1) + sum(options.stages)


def _heaviest(weights: np.ndarray) -> np.ndarray:
    """(V,) which vectors are needed to hold nearly all of the weight."""
    order = np.argsort(-weights, kind="stable")
    needed = np.searchsorted(np.cumsum(weights[order]), KEPT) + 1
    mask = np.zeros(len(weights), dtype=bool)
    mask[order[:needed]] = True
    return mask


def fold_weights(cases: list[Case], total, by_case, proposed) -> dict[str, np.ndarray]:
    """Weights of the vectors with all cases ('') and without each host; hosts that share a war are left out together."""
    folds = np.array([fold_of(case, cases) for case in cases])
    found = {"": normalised(total - proposed)}
    for fold in sorted(set(folds)):
        without = normalised(total - by_case[:, folds == fold].sum(axis=1) - proposed)
        found |= dict.fromkeys(fold.split("+"), without)
    return found


def identification(values: np.ndarray, weights: np.ndarray, box: Box) -> dict:
    """Mean and standard deviation of each parameter, and the latter relative to the prior's: near 1, nothing was learnt."""
    mean = weights @ values
    spread = np.sqrt(weights @ (values - mean) ** 2)
    return {
        path: {
            "mean": round(float(mean[i]), 3),
            "sd": round(float(spread[i]), 3),
            "prior": [float(box.low[i]), float(box.high[i])],
            "sd_over_prior": round(float(spread[i] / ((box.high[i] - box.low[i]) / np.sqrt(12.0))), 2),
            "share_positive": round(float(weights @ (values[:, i] > 0.0)), 2),
        }
        for i, path in enumerate(FREE)
    }


def provenance(options, command, cases, weights, kept: int, seconds: float) -> dict:
    """How the posterior came about, beside the file that holds it."""
    sizes = {host or "all": round(effective(w)) for host, w in weights.items()}
    return {
        "command": " ".join(["suasion", *(word for word in command if not word.startswith("out="))]),
        "seed": options.seed,
        "stages": list(options.stages),
        "draws": options.draws,
        "discrepancy": DISCREPANCY,
        "cases": len(cases),
        "vectors_kept": kept,
        "seconds": round(seconds),
        "effective_sample_size": sizes,
        "folds_below_enough": [host for host, n in sizes.items() if n < ENOUGH],
    }
