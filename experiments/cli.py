"""`suasion <command>`: a thin dispatcher; nothing heavy is imported before a command runs."""

import sys

import click


def _complete(context, parameter, incomplete: str):
    from experiments.completion import complete

    return complete(context.info_name, list(context.params.get("overrides") or ()), incomplete)


def _overrides(function):
    function = click.option(
        "--config-dir", metavar="DIR", help="A folder with YAML of your own, beside the shipped one."
    )(function)
    return click.argument("overrides", nargs=-1, metavar="[KEY=VALUE]...", shell_complete=_complete)(function)


def _guarded(function, *arguments):
    """Run a command; a faulty configuration is one message and exit status 2, a folder that fails 1."""
    from experiments.console import echo
    from experiments.results.writing import StoreFault
    from sim.core.faults import ConfigError, InvalidSpec, describe_fault

    status = 2
    try:
        return function(*arguments)
    except StoreFault as fault:
        message, status = str(fault), 1
    except ConfigError as error:
        message = str(error)
    except InvalidSpec as fault:
        message = describe_fault(fault.key, fault.value, fault.allowed, fault.valid)
    for line in message.splitlines():
        echo(f"error: {line}", err=True)
    sys.exit(status)


class Interruptible(click.Group):
    """Commands that Ctrl-C ends with one message and exit status 130, at whatever moment."""

    def invoke(self, context):
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            click.echo("interrupted; the unfinished result was not written", err=True)
            sys.exit(130)


@click.group(
    cls=Interruptible,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with:  suasion run    or    suasion compare",
)
@click.version_option(package_name="suasion", message="suasion %(version)s")
def main():
    """An influence laboratory: what do states, elites and populations do when a government is in crisis?

    Run one simulated world and look at it, or compare scenarios over many worlds that share their chance events.
    The first case is Kazakhstan, January 2022: the CSTO's intervention against the diplomacy of Turkey and the
    Organization of Turkic States.
    """


@main.command()
@click.option("-m", "--multirun", is_flag=True, help="Run every combination of comma-separated values, like seed=1,2.")
@click.option("--cfg", is_flag=True, help="Print the resolved configuration and stop.")
@_overrides
def run(multirun: bool, cfg: bool, config_dir: str | None, overrides: tuple[str, ...]):
    """Simulate one world and write its figures, metrics, series and events.

    \b
    suasion run                                            the free choice of all actors, one year
    suasion run scenario=csto_intervention seed=7 days=90  another scenario, world and horizon
    suasion run -m scenario=both,no_outside_act seed=1,2   four worlds
    """
    from experiments.run import console as display

    if cfg:
        _guarded(display.print_config, list(overrides), config_dir)
    elif multirun:
        _guarded(display.run_many, list(overrides), _command("run -m", overrides, config_dir), config_dir)
    else:
        _guarded(display.run_one, list(overrides), _command("run", overrides, config_dir), config_dir)


@main.command()
@_overrides
def compare(config_dir: str | None, overrides: tuple[str, ...]):
    """Compare scenarios over paired worlds: means, differences and their intervals.

    \b
    suasion compare                                              three arms, 200 paired worlds
    suasion compare 'scenarios=[both,no_outside_act]' runs=500   arms and worlds of your choice
    suasion compare parameters=prior day=10                      parameters drawn as well; a table of day 10
    suasion compare 'objective=[max survived_90d, min deaths]'   regret and robustness for your outcomes
    suasion compare view=paired seed=1 replication=4               two runs of one world side by side

    \b
    scenarios=[A,B,...]  1 to 16 arms; one that is named twice is compared with itself
    baseline=A           arm that the others are compared with (the last)
    runs=N               paired worlds (200)
    confidence=0.95      confidence of the intervals
    objective=...        NAME or 'max NAME' or 'min NAME', a list of them, or {metric, direction, tolerance, threshold}
    day=N                table of all daily series at the end of day N
    view=arms|paired     all arms over all worlds, or the first arm beside the baseline in one world
    workers=N            processes (one per core)
    out=DIR csv=true quiet=true
    """
    from experiments.compare import console as compare_text

    _guarded(compare_text.compare_arms, list(overrides), _command("compare", overrides, config_dir), config_dir)


@main.command()
@click.argument("folder", metavar="DIR")
@click.argument("overrides", nargs=-1, metavar="[KEY=VALUE]...")
def report(folder: str, overrides: tuple[str, ...]):
    """Write one HTML file on a results folder: verdict, figures, tables, assumptions, sources, how to repeat it.

    \b
    suasion report my_comparison                    writes my_comparison/report.html; it needs no network
    suasion report my_comparison out=for_class.html
    """
    from experiments.run import console as display

    _guarded(display.write_report, folder, list(overrides))


@main.command()
@click.argument("file")
@click.argument("overrides", nargs=-1, metavar="[KEY=VALUE]...")
def rerun(file: str, overrides: tuple[str, ...]):
    """Make a result again and compare: FILE is a results folder, its manifest.json, or a figure or report made by suasion.

    \b
    suasion rerun my_run                                  into a new folder under results/
    suasion rerun my_comparison/figures/protest.png out=again
    suasion rerun my_sweep run=KEY                        one run of a sweep, held against its row
    Exit status 0: the same bit for bit; 1: some number differs; 2: FILE does not say how it was made.
    """
    from experiments.run import console as display

    sys.exit(0 if _guarded(display.repeat, file, list(overrides)) else 1)


@main.command()
@_overrides
def sweep(config_dir: str | None, overrides: tuple[str, ...]):
    """Run a design of points over worlds that all points share; stopped at any moment, the same command goes on.

    \b
    suasion sweep scenario=both,no_outside_act 'mechanisms.contention.threshold=interval(0.2,0.4)' design=lhs samples=100
    suasion sweep scenario=both,no_outside_act scenario.split.depth=0.3,0.6,0.9 replications=50 out=depth plan=true

    \b
    Exit status: 0 all runs are there, 1 some failed or could not be written, 2 bad input, 130 interrupted.
    """
    from experiments.sweep import command as sweep_command

    _guarded(sweep_command.sweep, list(overrides), _command("sweep", overrides, config_dir), config_dir)


@main.command()
@click.argument("words", nargs=-1, required=True, metavar="DIR DIR... [out=DIR]")
def merge(words: tuple[str, ...]):
    """Put folders of one sweep together, from several machines for example; equal runs count once.

    \b
    suasion sweep ... part=1/2 out=a     (here)
    suasion sweep ... part=2/2 out=b     (elsewhere)
    suasion merge a b out=whole
    """
    from experiments.sweep import command as sweep_command

    _guarded(sweep_command.merge, list(words), _command("merge", words, None))


@main.command()
@click.argument("folder", metavar="DIR")
@click.argument("kind", type=click.Choice(["csv", "xlsx"]))
@click.argument("overrides", nargs=-1, metavar="[out=FILE]")
def export(folder: str, kind: str, overrides: tuple[str, ...]):
    """Write the table of a sweep as CSV or as an Excel workbook; Parquet is what it is kept in."""
    from experiments.sweep import command as sweep_command

    _guarded(sweep_command.export, folder, kind, list(overrides))


@main.command()
@_overrides
def sensitivity(config_dir: str | None, overrides: tuple[str, ...]):
    """Tell which of the varied parameters move an outcome: Morris, Sobol, or rank correlations.

    \b
    suasion sensitivity my_sweep 'outcome=[survived_90d,deaths]'   of a sweep that is there
    suasion sensitivity method=morris samples=20 'mechanisms.contention.threshold=interval(0.2,0.4)' ...
    """
    from experiments.explore import console as printed

    _guarded(printed.show_sensitivity, list(overrides), _command("sensitivity", overrides, config_dir), config_dir)


@main.command()
@_overrides
def discover(config_dir: str | None, overrides: tuple[str, ...]):
    """Tell in plain words where an outcome occurs in a sweep: boxes of the parameter space.

    \b
    suasion discover my_sweep where='survived_90d == 0' words='the government falls'
    """
    from experiments.explore import console as printed

    _guarded(printed.show_discovery, list(overrides), _command("discover", overrides, config_dir))


@main.command()
@_overrides
def tip(config_dir: str | None, overrides: tuple[str, ...]):
    """Search the line of two parameters on which an outcome crosses a threshold, with a fifth of the grid's runs.

    \b
    suasion tip 'mechanisms.contention.threshold=interval(0.2,0.4)' 'scenario.split.depth=interval(0,1.2)' \\
        outcome=survived_90d threshold=0.5 scenario=no_outside_act out=my_line
    """
    from experiments.explore import console as printed

    _guarded(printed.show_tip, list(overrides), _command("tip", overrides, config_dir), config_dir)


@main.command()
@_overrides
def backtest(config_dir: str | None, overrides: tuple[str, ...]):
    """Forecast historical crises of hosts the model was not fitted on, and score the forecasts.

    \b
    suasion backtest                                 the shipped crises, each host left out in turn
    suasion backtest cases=mine.yaml out=scores      crises of your own in the same format
    """
    from experiments.history import console as commands

    _guarded(commands.backtest, list(overrides), _command("backtest", overrides, config_dir), config_dir)


@main.command()
@_overrides
def calibrate(config_dir: str | None, overrides: tuple[str, ...]):
    """Draw a posterior sample of the parameters from the record of history.

    \b
    suasion calibrate out=posterior seed=1
    """
    from experiments.history import console as commands

    _guarded(commands.calibrate, list(overrides), _command("calibrate", overrides, config_dir), config_dir)


@main.command("list")
@click.argument(
    "kind",
    type=click.Choice(
        [
            "scenarios",
            "metrics",
            "parameters",
            "policies",
            "instruments",
            "options",
            "events",
            "states",
            "hosts",
            "organisations",
        ]
    ),
)
@click.option("--config-dir", metavar="DIR", help="A folder with YAML of your own, beside the shipped one.")
def list_(kind: str, config_dir: str | None):
    """List what there is of one kind; hosts: how well each is known."""
    from experiments.describe import catalogue

    _guarded(catalogue.show_list, kind, config_dir)


@main.command()
@click.argument("name")
@click.option("--config-dir", metavar="DIR", help="A folder with YAML of your own, beside the shipped one.")
def describe(name: str, config_dir: str | None):
    """Explain one scenario, metric, parameter, policy, instrument, option, kind of event, mechanism, state, organisation or source."""
    from experiments.describe import catalogue

    _guarded(catalogue.describe, name, config_dir)


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str):
    """Print the script that completes commands and settings with the TAB key.

    \b
    bash:  eval "$(suasion completion bash)"      zsh and fish alike
    """
    from click.shell_completion import get_completion_class

    completion_class = get_completion_class(shell)
    assert completion_class is not None, shell  # click knows each of the three
    click.echo(completion_class(main, {}, "suasion", "_SUASION_COMPLETE").source())


def _command(name: str, overrides: tuple[str, ...], config_dir: str | None) -> list[str]:
    """The words that repeat this command."""
    folder = [] if config_dir is None else ["--config-dir", config_dir]
    return [*name.split(), *folder, *overrides]


if __name__ == "__main__":
    main()
