"""Terminal output of `suasion run`."""

from itertools import product
from typing import Any

from rich.table import Table

from experiments.results.formatting import number
from experiments.results.writing import config_text
from experiments.run.run import RunOptions, run
from experiments.statements import Facts, sentences
from experiments.terminal.printing import echo, echo_paragraph, print_table
from sim.core.faults import ConfigError
from sim.metrics import describe_key
from sim.records.records import Records
from sim.spec.load import load_with
from sim.spec.overrides import parsed_overrides, sweeps
from sim.spec.schema import Spec
from sim.stage.build import Stage

METRICS_IN_TABLE = (
    "survived_30d", "survived_90d", "survived_365d", "protest_peak", "protest_peak_day", "protest_duration", "deaths",
    "detained", "request_day", "arrival_day", "withdrawal_day", "autonomy",
)  # fmt: skip


def print_config(overrides: list[str], config_dir: str | None) -> None:
    """Print the resolved configuration as YAML."""
    echo(config_text(load_with(overrides, config_dir=config_dir)[0]))


def run_one(overrides: list[str], command: list[str], config_dir: str | None) -> None:
    """Run one replication and print its outcome."""
    folder, *_ = run(overrides, command, config_dir, show_outcome)
    echo()
    for line in sentences(Facts.read(folder, "run"), "run.story", "host.values"):
        echo_paragraph(line, indent="  ")
    echo(f"Written to {folder}")


def show_outcome(spec: Spec, metrics: dict[Any, Any], records: Records) -> None:
    """Print the headline metrics of one replication."""
    table = Table(
        "outcome",
        "value",
        "unit",
        box=None,
        pad_edge=False,
        title=f"{records.scenario}, {records.days} days",
        title_justify="left",
    )
    for key in METRICS_IN_TABLE:
        label, unit = describe_key(key)
        value = metrics[key]
        if unit == "share of replications" and value is not None:
            value, unit = "yes" if value else "no", ""
        table.add_row(label, number(value) if not isinstance(value, str) else value, "" if value is None else unit)
    print_table(table)


def run_many(overrides: list[str], command: list[str], config_dir: str | None) -> None:
    """Run every combination of comma-separated values, one folder each below `out`."""
    single_valued, swept = sweeps(overrides)
    if not swept:
        raise ConfigError("-m: no setting has several values; write for example seed=1,2")
    base = next((o.value() for o in parsed_overrides(single_valued) if o.key_or_group == "out"), None)
    settings = [o for o in single_valued if not o.startswith("out=")]
    combinations = list(product(*swept))
    for combination in combinations:
        spec, _ = load_with([*single_valued, *combination], RunOptions, "run", config_dir)
        Stage(spec)  # all are checked before the first runs
    for index, combination in enumerate(combinations):
        label = ",".join(combination)
        target = [f"out={base}/{index}_{_safe(label)}"] if base is not None else []
        folder, metrics, _ = run([*settings, *combination, *target], command, config_dir)
        stays = metrics["survived_90d"]
        verdict = "not observed" if stays is None else "yes" if stays else "no"
        echo_paragraph(
            f"{label}: in office after 90 days {verdict}, protest peak {number(metrics['protest_peak'])} percent, {folder}"
        )


def _safe(label: str) -> str:
    name = "".join(c if c.isalnum() or c in "._-" else "-" if c == "=" else "_" for c in label)
    return name.encode()[:100].decode(errors="ignore")
