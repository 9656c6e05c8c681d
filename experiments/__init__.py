"""Experiments: each knows a model only as specification -> records.

The functions here are the commands `run`, `compare`, `sweep` and `backtest` for notebooks and scripts: each takes the words
of a command line, writes a folder of results and returns what is in it. Nothing heavy is imported before one is called.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from experiments.sweep.sweep import SweepSummary
    from sim.records.records import Records

__all__ = ["backtest_crises", "compare_scenarios", "run_scenario", "run_sweep"]


def run_scenario(overrides: "Sequence[str]" = (), config_dir: str | None = None) -> "tuple[Path, dict, Records]":
    """Simulate one replication and write its folder, as `suasion run` does.

    Parameters
    ----------
    overrides : sequence of str, optional
        Words of the command line, like ["scenario=csto_intervention", "days=30", "out=my_run"].
    config_dir : str, optional
        A folder of the user's own YAML, beside the shipped one.

    Returns
    -------
    folder : pathlib.Path
        The results.
    metrics : dict of str to float or None
        What `sim.metrics.compute_metrics` returns.
    records : Records
        Series of shape (days + 1, ...), and the events.

    Raises
    ------
    ConfigError
        If the configuration is wrong, or the folder exists.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import experiments
    >>> with TemporaryDirectory() as place:
    ...     words = ["citizens=1000", "days=2", "quiet=true", f"out={place}/run"]
    ...     folder, metrics, records = experiments.run_scenario(words)
    ...     (folder / "metrics.json").is_file(), records["protest"].shape
    (True, (3,))
    """
    from experiments.run.run import run

    words = list(overrides)
    return run(words, ["run", *words], config_dir)


def compare_scenarios(overrides: "Sequence[str]" = (), config_dir: str | None = None) -> tuple[Path, dict[Any, Any]]:
    """Compare scenarios over paired replications and write the folder, as `suasion compare` does.

    Parameters
    ----------
    overrides : sequence of str, optional
        Words of the command line, like ["scenarios=[both,no_outside_act]", "runs=200", "out=my_comparison"].
    config_dir : str, optional
        A folder of the user's own YAML, beside the shipped one.

    Returns
    -------
    folder : pathlib.Path
        The results.
    summary : dict
        What summary.json holds: means, paired differences, their intervals and the verdicts.

    Raises
    ------
    ConfigError
        If the configuration is wrong, or the folder exists.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import experiments
    >>> with TemporaryDirectory() as place:
    ...     words = ["scenarios=[both,no_outside_act]", "runs=2", "citizens=1000", "days=2", "workers=1", "quiet=true"]
    ...     folder, summary = experiments.compare_scenarios([*words, f"out={place}/compared"])
    ...     summary["baseline"]
    'no_outside_act'
    """
    from experiments.compare.compare import compare

    words = list(overrides)
    return compare(words, ["compare", *words], config_dir)


def run_sweep(overrides: "Sequence[str]", config_dir: str | None = None) -> "SweepSummary":
    """Run a design of points over shared replications and write the folder, as `suasion sweep` does.

    What an earlier call with the same `out=` has run is not run again.

    Parameters
    ----------
    overrides : sequence of str
        Words of the command line: axes like "mechanisms.contention.threshold=interval(0.2,0.4)", and settings.
    config_dir : str, optional
        A folder of the user's own YAML, beside the shipped one.

    Returns
    -------
    SweepSummary
        The folder, and how many runs are in it, are new, failed and are missing.

    Raises
    ------
    ConfigError
        If the configuration is wrong, or the folder is another sweep's.
    StoreFault
        If the folder cannot be written; the runs that are written stay.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import experiments
    >>> with TemporaryDirectory() as place:
    ...     words = ["scenario=both,no_outside_act", "replications=2", "citizens=1000", "days=2", "quiet=true"]
    ...     outcome = experiments.run_sweep([*words, "engine.name=serial", f"out={place}/sweep"])
    ...     outcome.runs, outcome.failed
    (4, 0)
    """
    from experiments.sweep.plan import read_plan
    from experiments.sweep.sweep import run_sweep as perform

    words = list(overrides)
    return perform(read_plan(words, config_dir), ["sweep", *words])


def backtest_crises(
    overrides: "Sequence[str]" = (), config_dir: str | None = None
) -> tuple[Path, dict[Any, Any], list[str]]:
    """Forecast historical crises and score the forecasts, as `suasion backtest` does.

    Parameters
    ----------
    overrides : sequence of str, optional
        Words of the command line, like ["cases=mine.yaml", "runs=100", "out=scores"].
    config_dir : str, optional
        A folder of the user's own YAML, beside the shipped one.

    Returns
    -------
    folder : pathlib.Path
        The results.
    summary : dict
        What summary.json holds: scores by field set, outcome and method, with bootstrap intervals over hosts.
    faults : list of str
        Why cases were left out, one line each.

    Raises
    ------
    ConfigError
        If the configuration is wrong, no case is left, or the libraries of the extra `analysis` are missing.

    Examples
    --------
    >>> import experiments
    >>> try:
    ...     experiments.backtest_crises(["cases=no_such_file.yaml"])
    ... except ValueError as error:
    ...     print(str(error).partition(":")[0])
    cases=no_such_file.yaml
    """
    from experiments.history.backtest.backtest import backtest

    words = list(overrides)
    return backtest(words, ["backtest", *words], config_dir)
