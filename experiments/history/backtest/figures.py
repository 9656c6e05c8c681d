"""Figures of a backtest."""

from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.history.backtest.baselines import OUTCOMES, is_scored, observation
from experiments.history.backtest.pattern_checks import ARMS
from experiments.history.cases.cases import Case
from experiments.statements.figure_titles import best_title, skill_title
from sim.metrics import METRICS
from sim.plots.style import FAINT, GREY, NOTE, SMALL, Figure, Line2D, canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = {
    "requested": "Security help requested",
    "helped": "Force on the host's side",
    "survived_90d": "In office after 90 days",
    "survived_365d": "In office after 365 days",
}
FIELDS = {"first_week": "with first-week facts", "day_zero": "on the facts of day 0"}
COLOURS = {"first_week": "#0072B2", "day_zero": "#D55E00"}
ARM_COLOURS = dict(zip(ARMS, (*COLOURS.values(), "#009E73"), strict=True))
LABELS = {
    "model": "model", "recalibrated": "recalibrated", "without_core": "without protest,\ncontest, alignment",
    "climatology": "base rate,\nother hosts", "climatology_of_file": "base rate,\nthis file", "lookup": "lookup table",
    "regression": "logistic regression", "average": "model and regression",
}  # fmt: skip
SCORES = {
    "brier": "Brier score (lower is better)", "log": "Log score (lower is better)", "auc": "AUC (higher is better)",
}  # fmt: skip

FILES = {"brier": "brier", "log_score": "log", "auc": "auc"}  # figure of one score -> key of SCORES


def _handles(marker: str = "o") -> list[Line2D]:
    return [Line2D([], [], color=COLOURS[f], marker=marker, lw=1.5, label=FIELDS[f]) for f in FIELDS]


def skill(summary: dict[Any, Any]) -> Figure:
    """Skill on the Brier score against climatology by method and outcome, with intervals over hosts."""
    title = skill_title(summary["scores"]["first_week"], OUTCOMES, NAMES)
    note = "Skill against climatology, hosts left out: 1 - Brier score / that of the base rate; lines are 95 % intervals of the bootstrap over hosts, cut at -1"
    fig = canvas(title, note, _handles(), height=6.6)
    axes = fig.subplots(1, len(OUTCOMES), sharey=True)
    for ax, outcome in zip(axes, OUTCOMES, strict=True):
        ax.set_title(NAMES[outcome], size=SMALL)
        ax.axvline(0.0, color=GREY, lw=0.8)
        _by_method(ax, summary, outcome, "skill", [m for m in LABELS if not m.startswith("climatology")])
        ax.set_xlim(-1.05, 1.0)
    fig.supxlabel("Skill (1: perfect, 0: as good as the base rate)", size=NOTE)
    return fig


def scores(summary: dict[Any, Any], score: str) -> Figure:
    """One score by method and outcome, with intervals over hosts. score: a key of SCORES."""
    title = best_title(summary["scores"]["first_week"], score, OUTCOMES, NAMES, LABELS)
    note = "Title: with first-week facts; hosts left out; filled: the best method. Lines are 95 % intervals of the bootstrap over hosts"
    note += "; a base rate of left-out hosts ranks below chance by construction" if score == "auc" else ""
    fig = canvas(title, note, _handles(), height=6.6)
    axes = fig.subplots(1, len(OUTCOMES), sharey=True, sharex=True)
    for ax, outcome in zip(axes, OUTCOMES, strict=True):
        ax.set_title(NAMES[outcome], size=SMALL)
        _by_method(ax, summary, outcome, score, list(LABELS))
    farthest = [ax.dataLim.x1 for ax in axes if np.isfinite(ax.dataLim.x1)]
    axes[0].set_xlim(-0.03, 1.05 * max(farthest, default=1.0))
    fig.supxlabel(SCORES[score], size=NOTE)
    return fig


def _by_method(ax: "Axes", summary: dict[Any, Any], outcome: str, score: str, methods: list[str]) -> None:
    """Mean and interval of a score, one line per method and field set; empty if no crisis of the file is scored."""
    for f, fields in enumerate(FIELDS):
        scores_of_outcome = summary["scores"][fields].get(outcome) or {}
        listed = methods if scores_of_outcome else []
        best = _best(scores_of_outcome, score, listed)
        for k, method in enumerate(listed):
            mean, low, high = np.clip(scores_of_outcome[method][score], -1.0, None)
            y, face = k + 0.16 * (2 * f - 1), COLOURS[fields] if method == best else "white"
            ax.plot([low, high], [y, y], color=COLOURS[fields], lw=3 if method == best else 1.2)
            ax.plot(mean, y, "o", color=COLOURS[fields], markerfacecolor=face, ms=8 if method == best else 5)
    ax.set_yticks(range(len(methods)), [LABELS[m] for m in methods], size=SMALL)
    ax.set_ylim(len(methods) - 0.5, -0.5)
    ax.grid(axis="x", color=FAINT, lw=0.6)


def _best(scores_of_outcome: dict[Any, Any], score: str, methods: list[str]) -> str:
    """The method with the best mean of a score, or nothing without methods; skill and AUC are better the higher."""
    sign = 1.0 if score in ("skill", "auc") else -1.0
    means = {m: sign * scores_of_outcome[m][score][0] for m in methods}
    return max((m for m in means if np.isfinite(means[m])), key=means.__getitem__, default="")


def calibration(summary: dict[Any, Any]) -> Figure:
    """Observed share against forecast of the full model, raw and recalibrated."""
    fig = canvas(
        "Calibration of the full model, hosts left out",
        "Bins of equal width; the size of a mark grows with the number of crises in it",
        [*_handles(), Line2D([], [], color=GREY, ls="--", lw=1.2, label="recalibrated")],
        height=4.6,
    )
    axes = fig.subplots(1, len(OUTCOMES), sharey=True)
    for ax, outcome in zip(axes, OUTCOMES, strict=True):
        ax.set_title(NAMES[outcome], size=SMALL)
        ax.plot([0, 1], [0, 1], color=GREY, lw=0.8)
        for fields in FIELDS:
            for method, line, alpha in (("model", "-", 0.8), ("recalibrated", "--", 0.3)):
                curve = summary["calibration"][fields].get(outcome, {}).get(method, [])
                x, y = [b["forecast"] for b in curve], [b["observed"] for b in curve]
                ax.plot(x, y, color=COLOURS[fields], ls=line, lw=1.2)
                ax.scatter(x, y, s=[12 + 8 * b["n"] for b in curve], color=COLOURS[fields], alpha=alpha, lw=0)
        ax.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
        ax.grid(color=FAINT, lw=0.6)
    axes[0].set_ylabel("Observed share of crises", size=NOTE)
    fig.supxlabel("Forecast probability", size=NOTE)
    return fig


def cases(cases: list[Case], results: dict[Any, Any]) -> Figure:
    """Forecast of the full model and outcome of every case."""
    handles = [*_handles(), Line2D([], [], color="black", marker="|", ms=10, lw=0, label="what happened")]
    fig = canvas(
        "Forecasts and outcomes, hosts left out", "One row per crisis", handles, height=2.0 + 0.22 * len(cases)
    )
    axes = fig.subplots(1, len(OUTCOMES), sharey=True)
    rows = np.arange(len(cases))
    for ax, outcome in zip(axes, OUTCOMES, strict=True):
        ax.set_title(NAMES[outcome], size=SMALL)
        observations = [np.nan if not is_scored(c, outcome) else observation(c, outcome) for c in cases]
        ax.plot(observations, rows, "|", color="black", ms=9, mew=2)
        for fields in FIELDS:
            p = results[fields]["probabilities"]["model"][outcome]
            apart = 0.14 if fields == "day_zero" else -0.14
            ax.plot(
                np.where(np.isnan(observations), np.nan, p), rows + apart, "o", color=COLOURS[fields], ms=4, alpha=0.9
            )
        ax.set_xlim(-0.05, 1.05)
        ax.grid(axis="x", color=FAINT, lw=0.6)
    axes[0].set_yticks(rows, [c.id for c in cases], size=SMALL)
    axes[0].set_ylim(len(cases) - 0.5, -0.5)
    fig.supxlabel("Forecast probability", size=NOTE)
    return fig


def patterns(rows: list[dict[Any, Any]]) -> Figure:
    """Patterns of Kazakhstan 2022: reported range against the posterior predictive, by arm."""
    handles = [Line2D([], [], color="black", lw=7, alpha=0.25, label="reported")]
    for arm, (_, _, words) in ARMS.items():
        handles.append(Line2D([], [], color=ARM_COLOURS[arm], marker="o", lw=1.5, label=words))
    title, note = (
        "Kazakhstan, January 2022: patterns and posterior",
        "Median and 80 % band of the replications in which it is observed, or share of replications; each row on a scale of its own",
    )
    order = sorted(rows, key=lambda r: ("unseen", "fitted", "input").index(r["use"]))
    fig = canvas(title, note, handles, height=1.8 + 0.46 * len(order))
    axes = fig.subplots(len(order), 1)
    for ax, row in zip(axes, order, strict=True):
        _pattern(ax, row)
    return fig


def _pattern(ax: "Axes", row: dict[Any, Any]) -> None:
    """One pattern: reported range, and per arm median and band, or the share of replications of a yes-or-no outcome."""
    happens = METRICS[row["metric"].partition(":")[0]].unit == "share of replications"
    ax.plot([row["low"], row["high"]], [0, 0], color="black", lw=9, alpha=0.25, solid_capstyle="butt")
    ax.plot([row["low"]], [0], "|", color="black", ms=12)
    for y, arm in zip((0.4, 0.0, -0.4), ARMS, strict=True):
        if not happens:
            ax.plot([row[f"low_{arm}"], row[f"high_{arm}"]], [y, y], color=ARM_COLOURS[arm], lw=1.5)
        ax.plot(row[f"mean_{arm}" if happens else f"median_{arm}"], y, "o", color=ARM_COLOURS[arm], ms=4)
    if happens:
        ax.set_xlim(-0.03, 1.03)
    ax.set(ylim=(-0.8, 0.8), yticks=[])
    ax.xaxis.set_major_formatter("{x:,.7g}")
    ax.tick_params(labelsize=SMALL, length=2)
    ax.set_ylabel(f"{row['label']} ({row['use']})", rotation=0, ha="right", va="center", size=SMALL)
    ax.spines[["top", "right", "left"]].set_visible(False)
