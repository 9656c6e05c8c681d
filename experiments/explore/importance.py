"""Rows and figures of a sensitivity analysis."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from experiments.results.figures import save_figures

SERIES = {"morris": ("effect",), "sobol": ("alone (S1)", "with all interactions (ST)"), "ranks": ("correlation",)}
BAR = {
    "morris": "\N{GREEK SMALL LETTER MU}*, mean size of the effect over the full range ({unit})",
    "sobol": "Share of the variance over the parameters",
    "ranks": "Rank correlation with the outcome, \N{MINUS SIGN}1 to 1",
}
KEY = {"morris": "mu_star", "sobol": "ST", "ranks": "rho"}  # rows are ordered by it


def draw(folder: Path, result: dict[Any, Any], manifest_fields: dict[Any, Any], formats: Sequence[str]) -> None:
    """One figure per varying outcome, two for elementary effects."""
    from sim.plots import sensitivity as plots

    method, figures = result["method"], {}
    for name, outcome in result["outcomes"].items():
        panels = [{"title": title, "rows": rows} for title, rows in rows_by_combination(result, name).items()]
        if not panels:
            continue
        stem, title = (
            name.replace(":", "_"),
            f"What moves \N{LEFT DOUBLE QUOTATION MARK}{outcome['label']}\N{RIGHT DOUBLE QUOTATION MARK}",
        )
        sample = f"{count(result)}; {chance_text(result, name)}."
        bars = f"Lines: {100 * result['confidence']:g} % intervals over resampled points; n = {sample}"
        figures[stem] = partial(plots.importance, panels, SERIES[method], (title, bars), BAR[method].format(**outcome))
        if method == "morris":
            how = f"Effects of moving one parameter over its full range, from many places; n = {sample}"
            figures[f"{stem}_plane"] = partial(plots.elementary_effects, panels, (title, how), outcome["unit"])
    save_figures(folder, figures, manifest_fields, formats)


def rows_by_combination(result: dict[Any, Any], outcome: str) -> dict[str, list[dict[Any, Any]]]:
    """Title of a combination -> rows with names, the most important on average first; constant combinations left out."""
    groups = [g for g in result["combinations"] if not g["outcomes"][outcome]["constant"]]
    key = KEY[result["method"]]
    size = dict.fromkeys(result["axes"], 0.0)
    for row in (row for g in groups for row in g["outcomes"][outcome]["axes"]):
        size[row["axis"]] += abs(row[key])
    return {
        g["title"]: [
            row | {"name": result["axes"][row["axis"]]["name"], "values": _bars(row, result["method"])}
            for row in sorted(g["outcomes"][outcome]["axes"], key=lambda row: -size[row["axis"]])
        ]
        for g in groups
    }


def _bars(row: dict[Any, Any], method: str) -> list[tuple[float, float, float]]:
    if method == "sobol":
        return [(row[key], row[f"{key}_low"], row[f"{key}_high"]) for key in ("S1", "ST")]
    return [(row[KEY[method]], row["low"], row["high"])]


def chance_text(result: dict[Any, Any], outcome: str) -> str:
    """Sentence on the share of chance in the variance of single runs, over all combinations."""
    if result["worlds"] < 2:
        return "how much is chance, of single runs and between points, is not known from one replication"
    shares = [g["outcomes"][outcome]["chance"]["share"] for g in result["combinations"]]
    rounded_shares = sorted({f"{100 * share:.0f}" for share in shares if np.isfinite(share)}, key=float)
    if not rounded_shares:
        return "nothing varies, neither between points nor between replications"
    return f"{' to '.join(dict.fromkeys((rounded_shares[0], rounded_shares[-1])))} % of the variance of single runs is chance"


def count(result: dict[Any, Any]) -> str:
    """'12 trajectories, 84 points per combination, each the mean of 6 replications'."""
    rows = result["points"] // len(result["combinations"])
    base = {"morris": f"{rows // (len(result['axes']) + 1)} trajectories, ", "sobol": f"{result['base']} base points, "}
    each = " per combination" if len(result["combinations"]) > 1 else ""
    mean_of = "in one replication" if result["worlds"] == 1 else f"the mean of {result['worlds']} replications"
    return f"{base.get(result['method'], '')}{rows} points{each}, each {mean_of}"
