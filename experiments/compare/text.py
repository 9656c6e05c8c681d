"""What `suasion compare` prints."""

import click
from rich.console import Console
from rich.table import Table

from experiments.compare.compare import compare
from experiments.compare.intervals import BOOTSTRAP, NONE, SCORE, SKEWED, WILSON
from experiments.compare.robustness import CRITERIA
from experiments.compare.verdicts import headline_keys
from experiments.wording import number, percent, span

DRAWN = {"prior": "the priors of the parameters", "posterior": "the posterior of the parameters"}
BESIDE = 4  # arms that one table holds beside each other
DIRECTIONS = {"max": "more counts as better", "min": "less counts as better"}


def compare_arms(overrides: list[str], command: list[str], config_dir: str | None) -> None:
    """Compare and print what was found."""
    folder, found = compare(overrides, command, config_dir)
    if found.get("view") == "twin":
        _show_twin(found)
    else:
        _show_arms(found)
    click.echo(f"Written to {folder}")


def _show_arms(summary: dict) -> None:
    metrics = summary["metrics"]
    keys = headline_keys(metrics, tuple(summary["leading"])) if _many(summary) else list(metrics)
    shown = {key: metrics[key] for key in keys if _worth_showing(summary, key, metrics[key])}
    _print(_table(summary, shown, "metric"))
    _print(_table(summary, {"survival": summary["survival"]}, "mean time in office"))
    if summary["day"]:
        title = f"at the end of day {summary['day']['day']}"
        rows = {k: e for k, e in summary["day"]["variables"].items() if _worth_showing(summary, k, e)}
        _print(_table(summary, rows, title))
    for objective in summary["objectives"]:
        _show_objective(objective, summary)
    if summary["verdicts"]:
        click.echo("In words, each interval by itself (none is widened for the number of comparisons):")
        for verdict in summary["verdicts"]:
            if verdict["n"]:  # the table says what was not observed
                click.echo(f"  {verdict['text']}.")
    click.echo("\n" + "\n".join(_notes(summary)))


def _notes(summary: dict) -> list[str]:
    level, kinds = percent(summary["level"]), _kinds(summary)
    notes = [f"{summary['runs']} paired worlds. Means with {level} intervals:"]
    marks = {WILSON: "", SCORE: "", BOOTSTRAP: "", SKEWED: " (marked ~)"}
    notes += [f"  {summary['interval'][kind]}{mark};" for kind, mark in marks.items() if kind in kinds]
    notes += [
        "Differences are taken within the same world; the share is that of worlds in which the difference is positive."
    ]
    notes += [summary["pairing"]["text"]] if summary["verdicts"] else []
    same = [a for a, arm in summary["arms"].items() if arm["same_as_reference"] and a != summary["reference"]]
    notes += [
        f"{a} has the configuration of {summary['reference']}: every difference is zero in every world." for a in same
    ]
    left = ["all but the headline metrics"] if _many(summary) else []
    left += ["metrics that are zero everywhere", "patrons after the first two"]
    return [
        *notes,
        _uncertainty(summary),
        summary["host"],
        f"Left out here and kept in summary.json: {', '.join(left)}.",
    ]


def _many(summary: dict) -> bool:
    """More scenarios than a table holds beside each other."""
    return len(summary["arms"]) > BESIDE


def _kinds(summary: dict) -> set[str]:
    """Intervals that stand in the table of metrics."""
    entries = summary["metrics"].values()
    return {c["interval"] for e in entries for part in ("arms", "differences") for c in e[part].values()} - {NONE}


def _held(summary: dict) -> list[str]:
    """What is uncertain between worlds."""
    held = ["chance"]
    held += ["the stated width of uncertain figures"] if summary["figures"] == "drawn" else []
    return held + ([DRAWN[summary["parameters"]]] if summary["parameters"] in DRAWN else [])


def _uncertainty(summary: dict) -> str:
    left = (
        ""
        if summary["parameters"] in DRAWN
        else " It does not hold the uncertainty of the parameters: see parameters=posterior and parameters=prior."
    )
    return f"The spread holds {', '.join(_held(summary))}.{left}"


def _worth_showing(summary: dict, key: str, entry: dict) -> bool:
    """Not zero everywhere, and about a leading patron if it is about a patron."""
    if key.rsplit(":", 1)[-1] in set(summary["patrons"]) - set(summary["leading"]):
        return False
    cells = list(entry["arms"].values())
    if not any(c["n"] for c in cells):
        return ":" not in key  # beyond the horizon: said once, not once per label
    return any(number(c["mean"]) not in ("0", "not observed") for c in cells)


def _table(summary: dict, entries: dict, what: str) -> Table:
    """Arms and differences beside each other; where arms are many, below each other."""
    arms, reference = list(summary["arms"]), summary["reference"]
    others = [a for a in arms if a != reference]
    if _many(summary):
        table = Table(what, "scenario", "mean", f"difference from {reference}", box=None, pad_edge=False)
        for entry in entries.values():
            observed = any(cell["n"] for cell in entry["arms"].values())
            for i, a in enumerate(arms if observed else arms[:1]):
                difference = "reference" if a == reference else _cell(entry["differences"][a], signed=True)
                table.add_row("" if i else _label(entry), a, _cell(entry["arms"][a]), difference)
    else:
        columns = [what, *arms, *(f"{a} - {reference}" for a in others)]
        table = Table(*columns, box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for entry in entries.values():
            cells = [_cell(entry["arms"][a]) for a in arms]
            table.add_row(_label(entry), *cells, *(_cell(entry["differences"][a], signed=True) for a in others))
    for column in table.columns:
        column.no_wrap = True
    return table


def _label(entry: dict) -> str:
    return f"{entry['label']} ({entry['unit']})"


def _cell(found: dict, signed: bool = False) -> str:
    """A mean with its interval; a difference is signed, and followed by the share of worlds in which it is positive."""
    if not found["n"]:
        return found["reason"]
    mean = number(found["mean"], signed)
    if found["n"] == 1:
        return f"{mean} (one world)"
    mark = "~" if found["interval"] == SKEWED else ""
    share = f" {percent(found['share_positive'])}" if signed else ""
    return f"{mean} {mark}{span(found['low'], found['high'], signed)}{share}"


def _show_objective(objective: dict, summary: dict) -> None:
    """Regret and robustness for one outcome."""
    drawn = DRAWN.get(summary["parameters"])
    held = "over chance" + (f" and {drawn}" if drawn else "")
    direction = DIRECTIONS[objective["direction"]]
    click.echo(
        f"Regret and robustness {held}, {objective['n']} worlds: {_label(objective)}; {direction}, as you chose."
    )
    if not objective["n"]:
        click.echo("  not observed in all scenarios of any world\n")
        return
    used = [c for c in CRITERIA if objective["preferred"][c]]
    table = Table("criterion", *objective["arms"], "preferred", box=None, pad_edge=False)
    for criterion in used:
        cells = [_criterion(c, criterion) for c in objective["arms"].values()]
        table.add_row(CRITERIA[criterion][objective["direction"]], *cells, _preferred(objective, criterion))
    _print(table)


def _criterion(found: dict, criterion: str) -> str:
    if criterion == "mean_regret":
        return f"{number(found['mean_regret'])} {span(found['mean_regret_low'], found['mean_regret_high'])}"
    return percent(found[criterion]) if criterion.startswith("share") else number(found[criterion])


def _preferred(objective: dict, criterion: str) -> str:
    best = objective["preferred"][criterion]
    return "all alike" if len(best) == len(objective["arms"]) else ", ".join(best)


def _show_twin(found: dict) -> None:
    from sim.plots.timeline import phrase
    from sim.world import Event

    def said(event: dict | None) -> str:
        return phrase(Event(**event), found["host"], found["names"]) if event else ""

    table = Table("day", *found["labels"], box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for row in found["events"]:
        marks = ["", ""] if row["first"] == row["second"] else ["* ", "* "]
        cells = [f"{m}{said(e)}" if e else "" for m, e in zip(marks, (row["first"], row["second"]), strict=True)]
        table.add_row(str(row["day"]), *cells)
    _print(table)
    click.echo(
        f"Seed {found['seed']}, replication {found['replication']}. * only in one of the two runs.\n{found['text']}"
    )


def _print(table: Table) -> None:
    console = Console(highlight=False)
    (console if console.is_terminal else Console(highlight=False, width=400)).print(table, markup=False)
    click.echo("")
