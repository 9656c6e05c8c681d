"""Results of a sensitivity analysis in rows and figures."""

from pathlib import Path

import numpy as np

from experiments.results.writing import save_figures

MEASURES = {"morris": ("effect",), "sobol": ("alone (S1)", "with all interactions (ST)"), "ranks": ("correlation",)}
BAR = {
    "morris": "\N{GREEK SMALL LETTER MU}*, mean size of the effect over the full range ({unit})",
    "sobol": "Share of the variance over the parameters",
    "ranks": "Rank correlation with the outcome, \N{MINUS SIGN}1 to 1",
}
KEY = {"morris": "mu_star", "sobol": "ST", "ranks": "rho"}  # what rows are ordered by


def draw(folder: Path, result: dict, made: dict) -> None:
    """One figure per outcome that varies, for elementary effects two."""
    from sim.plots import sensitivity as plots

    method, figures = result["method"], {}
    for name, said in result["outcomes"].items():
        panels = [{"title": title, "rows": rows} for title, rows in ordered(result, name).items()]
        if not panels:
            continue
        stem, title = (
            name.replace(":", "_"),
            f"What moves \N{LEFT DOUBLE QUOTATION MARK}{said['label']}\N{RIGHT DOUBLE QUOTATION MARK}",
        )
        rests = f"{count(result)}; {luck(result, name)}."
        bars = f"Lines: {100 * result['confidence']:g} % intervals over resampled points; n = {rests}"
        figures[stem] = plots.importance(panels, MEASURES[method], (title, bars), BAR[method].format(**said))
        if method == "morris":
            how = f"Effects of moving one parameter over its full range, from many places; n = {rests}"
            figures[f"{stem}_plane"] = plots.elementary_effects(panels, (title, how), said["unit"])
    save_figures(folder, figures, made)


def ordered(result: dict, outcome: str) -> dict[str, list[dict]]:
    """Title of a combination -> rows with names, the most important on average first; constant ones left out."""
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


def _bars(row: dict, method: str) -> list[tuple[float, float, float]]:
    if method == "sobol":
        return [(row[key], row[f"{key}_low"], row[f"{key}_high"]) for key in ("S1", "ST")]
    return [(row[KEY[method]], row["low"], row["high"])]


def luck(result: dict, outcome: str) -> str:
    """How much of what single runs do is chance, over all combinations."""
    if result["worlds"] < 2:
        return "how much is chance, of single runs and between points, is not known from one world"
    shares = [g["outcomes"][outcome]["chance"]["share"] for g in result["combinations"]]
    percents = sorted({f"{100 * share:.0f}" for share in shares if np.isfinite(share)}, key=float)
    if not percents:
        return "nothing varies, neither between points nor between worlds"
    return f"{' to '.join(dict.fromkeys((percents[0], percents[-1])))} % of the variance of single runs is chance"


def count(result: dict) -> str:
    """'12 trajectories, 84 points per combination, each the mean of 6 worlds'."""
    rows = result["points"] // len(result["combinations"])
    base = {"morris": f"{rows // (len(result['axes']) + 1)} trajectories, ", "sobol": f"{result['base']} base points, "}
    each = " per combination" if len(result["combinations"]) > 1 else ""
    worlds = "in one world" if result["worlds"] == 1 else f"the mean of {result['worlds']} worlds"
    return f"{base.get(result['method'], '')}{rows} points{each}, each {worlds}"
