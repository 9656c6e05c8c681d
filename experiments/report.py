"""What the commands print."""

from itertools import product

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from experiments.output import config_text
from experiments.run import RunOptions, run
from sim.build import Stage
from sim.load import ConfigError, load, load_with, sweeps
from sim.metrics import describe_key

SHOWN = (
    "survived_30d", "survived_90d", "survived_365d", "protest_peak", "protest_peak_day", "protest_duration", "deaths",
    "detained", "request_day", "arrival_day", "withdrawal_day", "autonomy",
)  # fmt: skip


def print_config(overrides: list[str], config_dir: str | None) -> None:
    """The resolved configuration as YAML."""
    click.echo(config_text(load(overrides, config_dir)))


def run_one(overrides: list[str], command: list[str], config_dir: str | None) -> None:
    """Run and print the outcome of one world."""
    folder, metrics, records = run(overrides, command, config_dir)
    table = Table(
        "outcome",
        "value",
        "unit",
        box=None,
        pad_edge=False,
        title=f"{records.scenario}, {records.days} days",
        title_justify="left",
    )
    for key in SHOWN:
        label, unit = describe_key(key)
        value = metrics[key]
        if unit == "share of worlds" and value is not None:
            value, unit = "yes" if value else "no", ""
        table.add_row(label, _number(value) if not isinstance(value, str) else value, "" if value is None else unit)
    Console(highlight=False).print(table, markup=False)
    click.echo(f"\nOne world is one story, not a result: compare many with `suasion compare`.\nWritten to {folder}")


def run_many(overrides: list[str], command: list[str], config_dir: str | None) -> None:
    """Every combination of comma-separated values, one folder each below `out`."""
    fixed, swept = sweeps(overrides)
    if not swept:
        raise ConfigError("-m: no setting has several values; write for example seed=1,2")
    base = next((o.split("=", 1)[1] for o in fixed if o.startswith("out=")), None)
    rest = [o for o in fixed if not o.startswith("out=")]
    combinations = list(product(*swept))
    for combination in combinations:
        Stage(
            load_with([*rest, *combination], RunOptions, "run", config_dir)[0]
        )  # all are checked before the first runs
    for number, combination in enumerate(combinations):
        label = ",".join(combination)
        where = [f"out={base}/{number}_{_safe(label)}"] if base else []
        folder, metrics, _ = run([*rest, *combination, *where], command, config_dir)
        stays = metrics["survived_90d"]
        verdict = "not observed" if stays is None else "yes" if stays else "no"
        click.echo(
            f"{label}: in office after 90 days {verdict}, protest peak {metrics['protest_peak']:.3g} %, {folder}"
        )


def _safe(label: str) -> str:
    return "".join(c if c.isalnum() or c in "._-" else "-" if c == "=" else "_" for c in label)[:100]


def compare_arms(overrides: list[str], command: list[str], config_dir: str | None) -> None:
    """Compare and print one table."""
    from experiments.compare import compare  # a second to import, and of use to nothing else here

    folder, ensembles, summary = compare(overrides, command, config_dir)
    reference = summary["reference"]
    others = [e for e in ensembles if e.scenario != reference]
    level = f"{100 * summary['level']:g} %"
    columns = ["metric", *(e.scenario for e in ensembles), *(f"{e.scenario} - {reference}" for e in others)]
    table = Table(*columns, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in table.columns:
        column.no_wrap = True
    for key, entry in summary["metrics"].items():
        if not _worth_showing(ensembles, key):
            continue
        cells = [_with_interval(entry["arms"][e.scenario]) for e in ensembles]
        cells += [_difference(entry["differences"][e.scenario]) for e in others]
        table.add_row(f"{entry['label']} ({entry['unit']})", *cells)
    console = Console(highlight=False)
    (console if console.is_terminal else Console(highlight=False, width=400)).print(table, markup=False)
    click.echo(
        f"\n{summary['runs']} paired worlds. Means [{level} interval: {summary['interval']}].\n"
        "Differences are taken within the same world; the share is that of worlds in which the difference is positive.\n"
        f"{_uncertainty(summary)}\n"
        "Left out here and kept in summary.json: metrics that are zero everywhere, and patrons after the first two.\n"
        f"Written to {folder}"
    )


def _uncertainty(summary: dict) -> str:
    held = ["chance"]
    held += ["the stated width of uncertain figures"] if summary["figures"] == "drawn" else []
    held += ["the priors of the parameters"] if summary["parameters"] == "prior" else []
    left = (
        " It does not hold the uncertainty of the parameters: see parameters=prior."
        if summary["parameters"] != "prior"
        else ""
    )
    return f"The spread holds {', '.join(held)}.{left}"


def _worth_showing(ensembles, key: str) -> bool:
    """Not zero everywhere, and about one of the first two patrons if it is about a patron."""
    patrons = ensembles[0].patrons
    label = key.rsplit(":", 1)[-1]
    if label in patrons[2:]:
        return False
    if all(np.isnan(e.metrics[key]).all() for e in ensembles):
        return ":" not in key  # beyond the horizon: said once, not once per label
    return any(np.abs(np.nan_to_num(e.metrics[key])).max() >= 5e-4 for e in ensembles)


def _with_interval(cell: dict) -> str:
    if not cell["n"]:
        return "not observed"
    if cell["n"] == 1:
        return f"{_number(cell['mean'])} (one world)"
    return f"{_number(cell['mean'])} [{_number(cell['low'])}, {_number(cell['high'])}]"


def _difference(cell: dict) -> str:
    if not cell["n"]:
        return "not observed"
    if cell["n"] == 1:
        return f"{_number(cell['mean'], True)} (one world)"
    low, high = _number(cell["low"], True), _number(cell["high"], True)
    return f"{_number(cell['mean'], True)} [{low}, {high}] {100 * cell['share_positive']:.0f} %"


def _number(value: float | None, signed: bool = False) -> str:
    """Three significant digits and at most three decimals, whole numbers from a thousand up."""
    if value is None or not np.isfinite(value):
        return "not observed"
    sign = "+" if signed else ""
    if abs(value) < 5e-4:
        return "0"
    if abs(value) >= 1000:
        return f"{value:{sign},.0f}"
    digits = 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:{sign}.{digits}f}".rstrip("0").rstrip(".")
