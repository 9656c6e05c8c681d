"""Terminal output and exit status of `suasion backtest` and `suasion calibrate`."""

import sys
from typing import Any

from experiments.extras import needs
from experiments.statements import Facts, sentences
from experiments.terminal.printing import echo, echo_paragraph, plain_table, print_table
from sim.spec.compose import composed
from sim.spec.overrides import refuse_others
from sim.spec.validate import validated

OUTCOMES = ("requested", "helped", "survived_90d", "survived_365d")


def backtest(overrides: list[str], command: list[str], config_dir: str | None) -> None:
    """Run a backtest and print one table per field set; exit status 1 if cases were left out."""
    from experiments.history.backtest.backtest import backtest as run

    folder, summary, faults = run(overrides, command, config_dir)
    for fields, scores in summary["scores"].items():
        echo(_words(fields))
        table = plain_table("method", *OUTCOMES)
        for method in next(iter(scores.values())):
            cells = [_cell(scores[o][method]) if o in scores else "not observed" for o in OUTCOMES]
            table.add_row(method.replace("_", " "), *cells)
        print_table(table)
        echo()
    facts = Facts(
        "backtest", {}, {"faults": faults, "never_fitted": summary["hosts_never_fitted"], "runs": summary["runs"]}
    )
    for line in sentences(facts, "backtest.rough", "backtest.scores", "backtest.never_fitted"):
        echo_paragraph(line, indent="  ")
    echo(f"Written to {folder}")
    for line in sentences(facts, "backtest.left_out"):
        echo(line, err=True)
    sys.exit(1 if faults else 0)


def _words(fields: str) -> str:
    return {"first_week": "With first-week facts", "day_zero": "On the facts of day 0"}[fields]


def _cell(score: dict[Any, Any]) -> str:
    mean, low, high = score["skill"]
    return f"{score['brier'][0]:.3f}, {mean:+.2f}\n[{low:+.2f}, {high:+.2f}]"


def calibrate(overrides: list[str], command: list[str], config_dir: str | None) -> None:
    """Calibrate, and print mean and deviation of each parameter beside those of the prior."""
    from experiments.history.posterior.calibrate import CalibrateOptions
    from experiments.history.posterior.calibrate import calibrate as run

    needs("analysis", "SALib", "jsonschema")
    refuse_others(overrides, tuple(CalibrateOptions.model_fields), "is no setting of a calibration")
    tree = composed(overrides, "calibrate", config_dir)
    options = validated(CalibrateOptions, {k: tree[k] for k in CalibrateOptions.model_fields if k in tree})
    folder, posterior = run(options, command)
    for line in sentences(Facts("calibrate", {}, posterior), "calibrate.identified"):
        echo_paragraph(line)
    table = plain_table("parameter", "mean", "deviation", "of the prior's")
    for path, summary in posterior["parameters"].items():
        table.add_row(path, f"{summary['mean']:.3f}", f"{summary['sd']:.3f}", f"{summary['sd_over_prior']:.2f}")
    print_table(table)
    echo(f"Written to {folder}")
