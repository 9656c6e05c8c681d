"""Terminal output of `suasion report`."""

from experiments.report import report
from experiments.terminal.printing import echo


def write_report(folder: str, overrides: list[str]) -> None:
    """Write a report and print its path and size."""
    target = report(folder, overrides)
    echo(f"Written to {target}, {target.stat().st_size / 1e6:.1f} MB; it opens without a network.")
