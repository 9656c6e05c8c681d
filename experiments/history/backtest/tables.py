"""The tables of a backtest as Markdown, for the results folder and for docs/validation.md."""

from typing import Any

import numpy as np

from experiments.history.backtest.pattern_checks import ARMS

FIELDS = {"first_week": "first week", "day_zero": "day 0"}


def markdown(summary: dict[Any, Any], patterns: list[dict[Any, Any]]) -> str:
    """Scores, differences, distributions and the pattern checks."""
    parts = [_scores(summary, outcome) for outcome in next(iter(summary["scores"].values()))]
    parts += [_differences(summary), _distributions(summary), _sizes(summary), _falls(summary), _classes(summary)]
    if patterns:
        parts.append(_pattern_table(patterns))
    return "\n\n".join(parts) + "\n"


def _interval(interval: tuple[float, float, float], digits: int = 3) -> str:
    mean, low, high = interval
    return f"{mean:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def _table(title: str, columns: list[str], rows: list[list[str]]) -> str:
    lines = [f"**{title}**", "", "| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _scores(summary: dict[Any, Any], outcome: str) -> str:
    rows, n, positives = [], 0, 0.0
    for fields, words in FIELDS.items():
        for method, s in summary["scores"][fields][outcome].items():
            n, positives = s["n"], s["positives"]
            cells = [_interval(s["brier"]), _interval(s["log"], 2), _interval(s["auc"], 2), _interval(s["skill"], 2)]
            rows.append([words, method.replace("_", " "), *cells])
    title = f"{outcome.replace('_', ' ')} (n = {n}, of which {positives:g} yes)"
    return _table(title, ["fields", "method", "Brier", "log score", "AUC", "skill"], rows)


def _differences(summary: dict[Any, Any]) -> str:
    rows = []
    for fields, words in FIELDS.items():
        for outcome, pairs in summary["differences"][fields].items():
            for pair, d in pairs.items():
                cell = _interval((d["mean"], d["low"], d["high"]))
                rows.append([words, outcome.replace("_", " "), pair.replace("_", " "), cell, d["verdict"]])
    return _table(
        "Differences of Brier scores, paired over hosts", ["fields", "outcome", "pair", "mean", "verdict"], rows
    )


def _distributions(summary: dict[Any, Any]) -> str:
    rows = []
    for fields, words in FIELDS.items():
        for name in ("days_to_fall", "days_to_help", "peak_protest", "deaths"):
            d = summary["distributions"][fields][name]
            gap = d["difference"]
            rows.append(
                [words, name.replace("_", " "), str(d["n"]), _interval(d["crps"], 2), _interval(d["crps_climatology"], 2),
                 f"{_interval((gap['mean'], gap['low'], gap['high']), 2)} {gap['verdict']}", _interval(d["coverage_80"], 2)]
            )  # fmt: skip
    columns = ["fields", "quantity", "n", "CRPS", "CRPS of climatology", "difference", "coverage of 80 % intervals"]
    return _table("Times and sizes (days; log10 of percent and of deaths)", columns, rows)


def _sizes(summary: dict[Any, Any]) -> str:
    rows = []
    for fields, words in FIELDS.items():
        for name, subsets in summary["sizes"][fields].items():
            for subset, s in subsets.items():
                keys = ("model", "constant", "regression", "model - constant", "model - regression", "bias", "coverage")
                rows.append(
                    [words, name.replace("_", " "), subset, str(s["n"]), *(_interval(s[key], 2) for key in keys)]
                )
    columns = [
        "fields", "size", "crises at home", "n", "MAE of the model", "of a constant", "of the regression",
        "model - constant", "model - regression", "bias", "PIT in .1 to .9 (binomial interval)",
    ]  # fmt: skip
    return _table(
        "Sizes without a refit to the record (log10; regression: deaths on the armed challenge, peak on the first days' protest)",
        columns,
        rows,
    )


def _falls(summary: dict[Any, Any]) -> str:
    rows = []
    for fields, words in FIELDS.items():
        f = summary["falls"][fields]
        if f["n"]:
            for day, record, model in zip(f["days"], f["record"], f["model"], strict=True):
                rows.append([words, f"up to day {day}", f"{record:.2f}", f"{model:.2f}", str(f["n"]), f"{f['p']:.2f}"])
    columns = ["fields", "share of falls at home", "record", "model", "falls on record", "p of the rank test"]
    return _table("Days of fall", columns, rows)


def _classes(summary: dict[Any, Any]) -> str:
    rows = []
    for fields, words in FIELDS.items():
        scores = summary["distributions"][fields]
        classes = {"addressee": scores["addressee"]} | {f"alignment {p}": a for p, a in scores["alignment"].items()}
        for name, d in classes.items():
            gap = d["difference"]
            cell = f"{_interval((gap['mean'], gap['low'], gap['high']), 2)} {gap['verdict']}"
            rows.append(
                [words, name, str(d["n"]), _interval(d["brier"], 2), _interval(d["brier_climatology"], 2), cell]
            )
    columns = ["fields", "what", "n", "Brier over classes", "of climatology", "difference"]
    return _table("Whom the host asks, and where alignment goes", columns, rows)


def _pattern_table(patterns: list[dict[Any, Any]]) -> str:
    rows = []
    for use in ("unseen", "fitted", "input"):
        for r in (r for r in patterns if r["use"] == use):
            cells = [_band(r, arm) for arm in ARMS]
            reported = f"{r['low']:g}" if r["low"] == r["high"] else f"{r['low']:g} to {r['high']:g}"
            rows.append([use, r["metric"], f"{reported}: {r['report']}", *cells])
    columns = ["use", "pattern", "reported", *(words for _, _, words in ARMS.values())]
    return _table(
        "Kazakhstan, January 2022 (median, 80 % band, share of replications within the reported range)", columns, rows
    )


def _band(row: dict[Any, Any], arm: str) -> str:
    if np.isnan(row[f"median_{arm}"]):
        return "not observed"
    band = f"{row[f'median_{arm}']:.3g} [{row[f'low_{arm}']:.3g}, {row[f'high_{arm}']:.3g}]"
    return (
        f"{band}, {100 * row[f'share_inside_{arm}']:.0f} % of the {100 * row[f'observed_in_{arm}']:.0f} % where it is"
    )
