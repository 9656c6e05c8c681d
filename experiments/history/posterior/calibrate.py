"""`suasion calibrate`: a posterior sample of the parameters, from historical crises and the mean-field model."""

import time
from pathlib import Path
from typing import Any, cast

import numpy as np
from numba import get_num_threads, set_num_threads
from pydantic import Field

from experiments.history.cases.cases import Case, load_cases
from experiments.history.mean_field.model import population
from experiments.history.mean_field.parameters import ADAPTED, FREE, calibrated_table
from experiments.history.mean_field.to_arrays import FIELD_SETS, CaseArrays, to_arrays
from experiments.history.posterior.likelihood import DISCREPANCY, EVIDENCE, log_likelihood
from experiments.history.posterior.population import Box, Chain, effective, population_monte_carlo
from experiments.history.posterior.sample import fold_weights, identification, refuse_the_few, write_posterior
from experiments.history.posterior.screen import screen
from experiments.results.target import OutPath
from experiments.results.writing import new_folder, write_json, write_manifest
from experiments.terminal.progress import announce_compilation, progress
from sim.core.faults import ConfigError
from sim.core.parameters import Checked
from sim.core.strict_yaml import dump_yaml
from sim.mechanisms import Mechanisms

WORLD = 20220105  # key of the draws of the mean-field model, shared by all vectors


class CalibrateOptions(Checked):
    """Settings of `suasion calibrate`."""

    cases: str | None = Field(default=None, description="file of historical crises; default: the shipped fit set")
    seed: int = Field(default=1, ge=0, le=2**31 - 1, description="seed of the vectors")
    rounds: list[int] = Field(
        default=[1500, 3500, 3500, 3500],
        min_length=2,
        description="vectors of each round of a chain, first the prior's",
    )
    chains: int = Field(
        default=3,
        ge=1,
        le=100,
        description="independent chains, pooled at the end; the summary shows their differences",
    )
    enough: float = Field(default=50.0, ge=1.0, description="least effective sample size of every fold")
    trajectories: int = Field(default=6, ge=2, le=1000, description="of the Morris screen that comes first")
    draws: int = Field(default=12, ge=2, le=1000, description="simulations of every case, field set and vector")
    workers: int | None = Field(default=None, ge=1, le=1024, description="threads; default: one per core")
    out: OutPath | None = Field(
        default=None, description="folder of the results; default: a dated folder under results/"
    )
    quiet: bool = Field(default=False, description="no progress bar")


def prior_box() -> Box:
    """The declared prior of the calibrated parameters."""
    fields = [
        cast(Any, Mechanisms.model_fields[m].annotation).model_fields[p] for m, p in (path.split(".") for path in FREE)
    ]
    bounds = np.array([f.json_schema_extra["prior"] for f in fields])
    return Box(bounds[:, 0], bounds[:, 1])


def simulate_cases(values: np.ndarray, arrays: CaseArrays) -> np.ndarray:
    """(V, field sets, C, outcomes) means of the mean-field model for calibrated values (V, FREE)."""
    parameters = calibrated_table(values)
    means = [
        population(parameters, arrays.facts, arrays.patrons, arrays.n_patrons, weeks, arrays.observed, WORLD)
        for weeks in arrays.weeks
    ]
    return np.stack(means, axis=1)


def scores(means: np.ndarray, cases: list[Case]) -> np.ndarray:
    """(V, C) log likelihood, as the mean over field sets, because both share the outcome."""
    return np.mean([log_likelihood(means[:, f], cases) for f in range(len(FIELD_SETS))], axis=0)


def calibrate(options: CalibrateOptions, command: list[str]) -> tuple[Path, dict[Any, Any]]:
    """Sample the posterior, write history.parquet and history.yaml; return folder and provenance. Raises ConfigError."""
    cases, faults = load_cases(options.cases)
    if faults:
        raise ConfigError("\n".join(faults))
    start = time.time()
    with new_folder(options.out, "calibrate") as (folder, target):
        chains, screen_effects = search(options, cases)
        chain = Chain.pool(chains)
        weights = fold_weights(cases, chain)
        fields = provenance(options, command, cases, weights)
        refuse_the_few(fields["effective_sample_size"], options.enough)
        box = prior_box()
        fields["vectors_kept"] = write_posterior(folder, box.values(chain.unit), weights)
        fields["seconds"] = round(time.time() - start)
        fields["parameters"] = identification(chains, box)
        fields["screen"] = screen_effects
        (folder / "history.yaml").write_text(dump_yaml(fields, width=120), encoding="utf-8")
        write_json(folder / "summary.json", fields)
        write_manifest(folder, command, cases=len(cases))
    return target, fields


def search(options: CalibrateOptions, cases: list[Case]) -> tuple[list[Chain], dict[Any, Any]]:
    """The chains of the sample, and the effects of the Morris screen before them."""
    box, arrays, threads = prior_box(), to_arrays(cases, cases, options.draws), get_num_threads()
    total = options.trajectories * (len(FREE) + 1) + options.chains * sum(options.rounds)
    with announce_compilation(options.quiet), progress(options.quiet, "vectors", total) as advance:

        def evaluate(unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            batches = []
            for start in range(0, len(unit), 100):  # in steps that the progress bar shows
                batches.append(scores(simulate_cases(box.values(unit[start : start + 100]), arrays), cases))
                advance(min(100, len(unit) - start))
            by_case = np.concatenate(batches)
            return by_case.sum(axis=1), by_case

        set_num_threads(options.workers or threads)
        try:
            screen_effects = screen(evaluate, FREE, options.trajectories, options.seed)
            rngs = (np.random.default_rng([options.seed, n]) for n in range(options.chains))
            sizes = tuple(options.rounds)
            return [
                population_monte_carlo(evaluate, len(FREE), len(ADAPTED), sizes, rng) for rng in rngs
            ], screen_effects
        finally:
            set_num_threads(threads)


def provenance(
    options: CalibrateOptions, command: list[str], cases: list[Case], weights: dict[Any, Any]
) -> dict[Any, Any]:
    """Provenance of the posterior, for the file beside it."""
    return {
        "command": " ".join(["suasion", *(word for word in command if not word.startswith("out="))]),
        "seed": options.seed,
        "rounds": list(options.rounds),
        "chains": options.chains,
        "draws": options.draws,
        "discrepancy": DISCREPANCY,
        "evidence": EVIDENCE,
        "cases": len(cases),
        "effective_sample_size": {host or "all": round(effective(w)) for host, w in weights.items()},
    }
