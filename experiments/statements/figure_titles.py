"""Titles of figures: the message of a figure in words, computed from its data."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from experiments.statements.table import ENGLISH
from sim.core.wording import minus, number, percent

CLAUSES, MOST_ARMS = 3, 2  # of a title, and of a clause
DECIDED = ("higher", "lower")
UNMOVED = 0.05  # percentage points; a smaller change of a share is none


def differences_title(
    entries: Iterable[tuple[str, str, str]], baseline: str, names: Mapping[str, str], days: int | None = None
) -> str:
    """'Against “B”: deaths higher (A); protest peak lower (A, C)'. entries: key of the outcome, label of the arm, verdict."""
    arms_by_clause: dict[tuple[str, str], list[str]] = {}
    for key, arm, verdict in entries:
        if verdict in DECIDED:
            arms_by_clause.setdefault((key, verdict), []).append(arm)
    after = ENGLISH("figure.after", days=days) if days else ""
    if not arms_by_clause:
        return ENGLISH("figure.differences.none", baseline=baseline, after=after)
    clauses = [
        ENGLISH(f"figure.differences.{verdict}", outcome=_outcome(key, names), arms=_listed(arms))
        for (key, verdict), arms in arms_by_clause.items()
    ]
    more = [ENGLISH("figure.differences.more", count=len(clauses) - CLAUSES)] if len(clauses) > CLAUSES else []
    return ENGLISH("figure.differences", baseline=baseline, after=after, clauses="; ".join(clauses[:CLAUSES] + more))


def _outcome(key: str, names: Mapping[str, str]) -> str:
    """The short name of a metric or a daily series."""
    name, _, patron = key.partition(":")
    return ENGLISH(f"figure.outcome.{name}", patron=names.get(patron, patron))


def _listed(arms: list[str]) -> str:
    """The labels, or their number where they are many."""
    return ", ".join(arms) if len(arms) <= MOST_ARMS else ENGLISH("figure.arms", count=len(arms))


def survival_title(host: str, days: int, shares: Sequence[float]) -> str:
    """Shares of replications in which the government is in office on the last day, from the lowest to the highest scenario."""
    low, high = percent(min(shares)), percent(max(shares))
    if low == high:
        return ENGLISH("figure.survival", host=host, days=days, share=low)
    return ENGLISH("figure.survival.range", host=host, days=days, low=low.removesuffix(" %"), high=high)


def regret_title(objectives: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> str:
    """The scenario with the least regret for each outcome, or that the data leave it open."""
    decided = [objective["verdict"]["decided"] for objective in objectives]
    kinds = [kind if kind in ("preferred", "alike") else "undecided" for kind in decided]
    if set(kinds) == {"undecided"}:
        return ENGLISH("figure.regret.none")
    clauses = []
    for objective, kind in zip(objectives, kinds, strict=True):
        outcome = objective["label"][0].lower() + objective["label"][1:]
        leader = labels[objective["verdict"]["leader"]]
        clauses.append(ENGLISH(f"figure.regret.{kind}", outcome=outcome, arm=leader))
    return ENGLISH("figure.regret", clauses="; ".join(clauses))


def influence_title(
    host: str, days: int, move: tuple[float, str, str, str], names: Mapping[str, str], several: bool
) -> str:
    """The largest change of a share of influence on the host. move: points, patron, channel, label of the scenario."""
    points, patron, channel, arm = move
    if abs(points) < UNMOVED:
        return ENGLISH("figure.influence.none", host=host, days=days)
    under = ENGLISH("figure.under", arm=arm) if several else ""
    values = {"patron": names.get(patron, patron), "channel": channel, "under": under, "days": days, "host": host}
    return minus(ENGLISH("figure.influence", points=number(points, signed=True), **values))


def tip_title(result: dict[Any, Any]) -> str:
    """Where an outcome tips: the middle one of its crossings, or that there is none."""
    outcome, threshold, crossings = result["outcome"]["label"], number(result["threshold"]), result["crossings"]
    if not result["found"] or not crossings:
        return ENGLISH("figure.tip.none", outcome=outcome, threshold=threshold)
    names = {axis["path"]: axis["name"] for axis in result["axes"]}
    middle = crossings[len(crossings) // 2]
    values = {"place": number(middle["place"]), "at": number(middle["at"])}
    values |= {"axis": names[middle["axis"]], "crossed": names[middle["crossed"]]}
    way = "rises" if middle["rising"] else "falls"
    return ENGLISH(f"figure.tip.{way}", outcome=outcome, threshold=threshold, **values)


def discover_title(result: dict[Any, Any]) -> str:
    """The first box that stands out, beside the share of all replications, or that there is none."""
    best = next((box for box in result["boxes"] if box["stands_out"]), None)
    everywhere, words = percent(result["all"][0]), result["words"]
    if best is None:
        return ENGLISH("figure.discover.none", words=words, all=everywhere)
    where = " and ".join(limit["words"] for limit in best["limits"])
    text = ENGLISH("figure.discover", words=words, share=percent(best["density"][0]), where=where, all=everywhere)
    return text[0].upper() + text[1:]


def skill_title(scores: Mapping[str, Any], outcomes: Sequence[str], names: Mapping[str, str]) -> str:
    """Outcomes of which the model is better than the base rate beyond doubt, by the interval of its skill."""
    scored = [o for o in outcomes if scores.get(o)]
    better = [names[o] for o in scored if scores[o]["model"]["skill"][1] > 0]
    if not better:
        return ENGLISH("figure.skill.none", scored=len(scored))
    listed = ", ".join(name[0].lower() + name[1:] for name in better)
    return ENGLISH("figure.skill", count=len(better), scored=len(scored), outcomes=listed)


def best_title(
    scores: Mapping[str, Any], score: str, outcomes: Sequence[str], names: Mapping[str, str], labels: Mapping[str, str]
) -> str:
    """The method with the best score of each outcome. score: brier or log, better the lower, or auc."""
    sign = -1.0 if score == "auc" else 1.0
    best = {
        names[o]: min((m for m in labels if m in scores[o]), key=lambda m: sign * scores[o][m][score][0])
        for o in outcomes
        if scores.get(o)
    }
    outcomes_by_method: dict[str, list[str]] = {}
    for outcome, method in best.items():
        outcomes_by_method.setdefault(labels[method].replace("\n", " "), []).append(outcome[0].lower() + outcome[1:])
    clauses = "; ".join(f"{method} ({', '.join(several)})" for method, several in outcomes_by_method.items())
    return ENGLISH(f"figure.best.{score}", clauses=clauses) if best else ENGLISH("figure.best.none")
