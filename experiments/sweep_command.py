"""What `suasion sweep` prints, and its exit status."""

import sys

import click

from experiments.plan import read_plan
from experiments.progress import announced
from experiments.store import StoreFault
from experiments.sweep import sweep as perform


def sweep(overrides: list[str], command: list[str], config_dir: str | None) -> None:
    """Run, and end with status 0 if all runs are there, 1 if some failed or could not be written, 130 if interrupted."""
    plan = read_plan(overrides, config_dir)
    try:
        with announced(plan.options.quiet):
            plan.bench  # noqa
        outcome = perform(plan, command)
    except StoreFault as fault:
        click.echo(f"error: {fault}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo(
            "interrupted; all runs that were done are kept, and the same command goes on with the others", err=True
        )
        sys.exit(130)
    click.echo(f"{outcome}")
    sys.exit(1 if outcome.failed or outcome.missing else 0)
