"""`suasion compare`."""

import click

from experiments.commands.shared import command_words, guarded, overrides


@click.command()
@overrides
def command(config_dir: str | None, overrides: tuple[str, ...]) -> None:
    """Compare scenarios over paired replications: means, differences and their intervals.

    \b
    suasion compare                                              three arms, 200 paired replications
    suasion compare 'scenarios=[both,no_outside_act]' runs=500   arms and replications of your choice
    suasion compare parameters=prior day=10                      parameters drawn as well; a table of day 10
    suasion compare 'objective=[max survived_90d, min deaths]'   regret and robustness for your outcomes
    suasion compare view=paired seed=1 replication=4             two runs of one replication side by side

    \b
    scenarios=[A,B,...]  1 to 16 arms; one that is named twice is compared with itself
    baseline=A           arm that the others are compared with
                         (no_outside_act, else the first)
    runs=N               paired replications (200)
    confidence=0.95      confidence of the intervals
    objective=...        NAME or 'max NAME' or 'min NAME', a list of them, or {metric, direction, tolerance, threshold}
    day=N                table of all daily series at the end of day N
    view=arms|paired     all arms over all replications, or the first arm beside the baseline in one replication
    workers=N            processes (one per core)
    full=true            print all outcomes and notes, not the headline alone
    figures.format=[png,svg,pdf]  formats of the figures; PNG is always written
    out=DIR csv=true quiet=true

    \b
    After a stop the same command with the same out= goes on. Ctrl-C prints it.
    Exit status: 0 finished, 1 something failed, 2 bad input, 130 interrupted.
    """
    from experiments.compare import console

    guarded(console.compare_arms, list(overrides), command_words("compare", overrides, config_dir), config_dir)
