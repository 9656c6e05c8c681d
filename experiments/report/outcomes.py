"""Tables of the outcomes of a comparison: means, differences, survival, a chosen day, regret and robustness."""

from collections.abc import Iterable
from typing import Any

from experiments.compare.comparison import ABSENT
from experiments.compare.robustness import CRITERIA
from experiments.language import Language
from experiments.report.page_model import Table
from experiments.report.result import Result
from experiments.results.formatting import changed, confidence_words, metric_in_words, number, percent, span
from experiments.statements.comparisons import says_something


def headline_tables(result: Result, say: Language) -> list[Table]:
    """Tables of the headline metrics, of time in office, and of regret and robustness for each objective."""
    summary = result.summary
    keys = dict.fromkeys(entry["metric"] for entry in summary["verdicts"]) or _metric_keys(result)
    entries = [*_metrics(result, keys), _head(summary["survival"], summary["survival"]["label"])]
    return [*_pair(result, entries, "", say), *(_objective(result, one, say) for one in summary["objectives"])]


def all_tables(result: Result, say: Language) -> list[Table]:
    """All metrics, and all daily series at the chosen day."""
    tables = _pair(result, _metrics(result, _metric_keys(result)), "", say)
    if result.summary["day"]:
        day = result.summary["day"]
        entries = [_head(entry, entry["label"]) for entry in day["variables"].values() if says_something(entry)]
        tables += _pair(result, entries, say("tables.day", day=day["day"]), say)
    return tables


def _metric_keys(result: Result) -> list[str]:
    return [key for key, entry in result.summary["metrics"].items() if says_something(entry)]


def _metrics(result: Result, keys: Iterable[str]) -> list[tuple[str, dict[Any, Any]]]:
    return [_head(result.summary["metrics"][key], metric_in_words(key, result.names)) for key in keys]


def _head(entry: dict[Any, Any], label: str) -> tuple[str, dict[Any, Any]]:
    return f"{label} ({entry['unit']})", entry


def _pair(result: Result, entries: list[tuple[str, dict[Any, Any]]], when: str, say: Language) -> list[Table]:
    """Two tables: means of all arms, and differences from the baseline."""
    summary, confidence = result.summary, confidence_words(result.summary["confidence"])
    arms, runs = list(result.specs), summary["runs"]
    others = [arm for arm in arms if arm != summary["baseline"]]
    rows = [[head, *(_mean(e["arms"][a], runs, say) for a in arms)] for head, e in entries]
    caption = say("tables.arms", confidence=confidence) + when
    tables = [Table(caption, [say("tables.metric"), *map(result.label, arms)], rows, True)]
    if others:
        caption = say("tables.differences", baseline=result.label(summary["baseline"]), confidence=confidence) + when
        heads = [head.replace(f"({e['unit']})", f"({changed(e['unit'])})") for head, e in entries]
        cells = [[_difference(e["differences"][a], runs, say) for a in others] for _, e in entries]
        rows = [[head, *several] for head, several in zip(heads, cells, strict=True)]
        tables.append(Table(caption, [say("tables.metric"), *map(result.label, others)], rows, True))
    return tables


def _mean(cell: dict[Any, Any], runs: int, say: Language) -> str:
    if not cell["n"]:
        return _empty(cell, say)
    interval = span(cell["low"], cell["high"]) if cell["n"] > 1 else ""
    return f"{number(cell['mean'])} {interval}{_count_note(cell, runs, say)}"


def _difference(cell: dict[Any, Any], runs: int, say: Language) -> str:
    if not cell["n"]:
        return _empty(cell, say)
    if cell["share_positive"] == cell["share_negative"] == 0.0:
        return say("tables.same") + _count_note(cell, runs, say)
    interval = span(cell["low"], cell["high"], True) if cell["n"] > 1 else ""
    signs = say("tables.signs", more=percent(cell["share_positive"]), less=percent(cell["share_negative"]))
    return f"{number(cell['mean'], True)} {interval}{_count_note(cell, runs, say)}\n{signs}"


def _empty(cell: dict[Any, Any], say: Language) -> str:
    return say("tables.absent" if cell["reason"] == ABSENT else "tables.not_observed")


def _count_note(cell: dict[Any, Any], runs: int, say: Language) -> str:
    return "" if cell["n"] == runs else say("tables.n", n=cell["n"])


def _objective(result: Result, objective: dict[Any, Any], say: Language) -> Table:
    """Regret and robustness of one outcome, in the direction of the user's choice."""
    arms = list(objective["arms"])
    caption = say(
        f"tables.objective.{objective['direction']}",
        metric=objective["label"],
        unit=objective["unit"],
        n=objective["n"],
    )
    columns = [say("tables.criterion"), *map(result.label, arms), say("tables.best")]
    rows = [
        [
            words[objective["direction"]],
            *(_criterion(objective["arms"][a], name, objective["n"]) for a in arms),
            _best(result, best, arms, say),
        ]
        for name, words in CRITERIA.items()
        if (best := objective["best"].get(name))
    ]
    return Table(caption, columns, rows, True)


def _criterion(criteria: dict[Any, Any], name: str, replications: int) -> str:
    if name == "mean_regret" and replications > 1:
        return f"{number(criteria[name])} {span(criteria['mean_regret_low'], criteria['mean_regret_high'])}"
    return percent(criteria[name]) if name.startswith("share") else number(criteria[name])


def _best(result: Result, best: list[str], arms: list[str], say: Language) -> str:
    return say("tables.alike") if len(best) == len(arms) else ",\n".join(map(result.label, best))
