"""Study of the first question: force on day 1, on day 3, refused, never asked, mediation, no outside act; all in paired worlds.

python -m experiments.studies.headline [seeds=200] [rival_seeds=60]        0 leaves a part out

The six arms are compared with `never_asked` twice, with attacks that come in all arms and with attacks that need their trigger, and
twice again, over the posterior, whose priors of claims hold zero and the other sign, and at its means (by construction). Then
the primary contrast under every combination of the rival forms. Prints the tables of docs/headline.md.
"""

import sys
from itertools import product
from typing import Any

import numpy as np

import sim
from experiments.compare.statistics import paired_difference
from experiments.results.formatting import markdown_table
from experiments.studies.scenarios import CONFIDENCE, play
from sim.metrics import METRICS, compute_metrics, range_of
from sim.records.records import Records

ARMS = {
    "early_intervention": "force, asked on day 1",
    "csto_intervention": "force, asked on day 3",
    "refused_request": "request of day 3 refused",
    "turkic_diplomacy": "mediation and diplomacy of the OTS",
    "no_outside_act": "no outside act",
}
AGAINST = "never_asked"
OUTCOMES = (
    "survived_30d", "survived_90d", "survived_365d", "deaths", "protest_duration", "elite_change_30d:RUS",
    "public_change_30d:RUS",
)  # fmt: skip
PRIMARY = ("csto_intervention", "survived_90d")
TRIGGER = ("+scenario.events.attacks.least_crowd=0.0005", "+scenario.events.attacks.most_force=1.0")
SETTINGS = ("citizens=1000", "indicators=drawn")
RIVALS = {
    "hazard of loyalty": ("mechanisms.defection.form=coordination", "mechanisms.defection.form=cutoff"),
    "arrest risk": ("mechanisms.policing.ratio=hill", "mechanisms.policing.ratio=smooth"),
    "rule of consent": ("organisations.CSTO.decision_rule=leader", "organisations.CSTO.decision_rule=consensus"),
    "level of rents": (
        "seed=1",
        "mechanisms.defection.base_rents=0.0",
    ),  # learnt from the cases, or by the indicators alone
}
WORDS = {"seed=1": "learnt", "mechanisms.defection.base_rents=0.0": "by indicators"}
YES_OR_NO = "share of replications"


def metrics_of(records: Records, groups: dict[str, str]) -> tuple[Any, ...]:
    """The outcomes of one replication, and whether the attacks happened."""
    metrics = compute_metrics(records)
    attacked = any(e.kind == "armed" for e in records.events)
    return tuple(metrics[name] for name in OUTCOMES), attacked


def played(arms: list[str], seeds: int, *overrides: str) -> dict[str, np.ndarray]:
    """Arm -> (seeds, outcomes), NaN without an observation; replication n is the same world in every arm."""
    specs = {arm: sim.load([f"scenario={arm}", *SETTINGS, *overrides]) for arm in arms}
    results = play(specs, seeds, metrics_of)
    return {arm: np.array([row for row, _ in rows], dtype=float) for arm, rows in results.items()}


def difference(arm: np.ndarray, base: np.ndarray, name: str) -> dict[str, Any]:
    """Paired difference of one outcome, with its interval."""
    column = OUTCOMES.index(name)
    is_share = METRICS[name.partition(":")[0]].unit == YES_OR_NO
    return paired_difference(arm[:, column], base[:, column], CONFIDENCE, is_share, range_of(name, 365))


def cell(gap: dict[str, Any]) -> str:
    """Mean difference with its interval."""
    return f"{gap['mean']:+.3g} [{gap['low']:+.3g}, {gap['high']:+.3g}]"


def print_arms(title: str, results: dict[str, np.ndarray]) -> None:
    """Print the level of the arm without a request, and the paired differences of the others."""
    base = results[AGAINST]
    rows = [(f"{AGAINST}, mean", *(f"{mean:.3g}" for mean in np.nanmean(base, axis=0)))]
    rows += [(words, *(cell(difference(results[arm], base, name)) for name in OUTCOMES)) for arm, words in ARMS.items()]
    print(f"\n**{title}**\n\n" + markdown_table(("arm", *OUTCOMES), rows))


def print_rivals(seeds: int) -> None:
    """Print the primary contrast under every combination of the rival forms, and the share of variance of each choice."""
    arm, outcome = PRIMARY
    column, effects, rows = OUTCOMES.index(outcome), {}, []
    for forms in product((0, 1), repeat=len(RIVALS)):
        overrides = [pair[form] for pair, form in zip(RIVALS.values(), forms, strict=True)]
        results = played([arm, AGAINST], seeds, "parameters=posterior", *overrides)
        effects[forms] = results[arm][:, column] - results[AGAINST][:, column]
        rows.append(
            (
                *(WORDS.get(word, word.rpartition("=")[2]) for word in overrides),
                cell(difference(results[arm], results[AGAINST], outcome)),
            )
        )
    print(
        f"\n**{outcome}, {ARMS[arm]} against {AGAINST}, by rival forms**\n\n"
        + markdown_table((*RIVALS, "effect"), rows)
    )
    print(
        f"\nMean over the forms {np.mean(list(effects.values())):+.3f}. Share of the variance of the effect in single worlds:\n"
    )
    total = np.var(np.concatenate(list(effects.values())))
    shares = []
    for k, name in enumerate(RIVALS):
        halves = [np.mean([effects[forms].mean() for forms in effects if forms[k] == form]) for form in (0, 1)]
        shares.append((name, f"{100.0 * np.var(halves) / total if total > 0.0 else 0.0:.1f} %"))
    worlds = np.var(np.mean(list(effects.values()), axis=0)) / total if total > 0.0 else 0.0
    shares.append(("worlds: parameters, indicators, sizes of the attacks, chance", f"{100.0 * worlds:.1f} %"))
    print(markdown_table(("source", "share"), shares))


def main(words: list[str]) -> None:
    arguments = dict(word.split("=") for word in words)
    seeds = int(arguments.get("seeds", 200))
    arms = [AGAINST, *ARMS]
    for parameters, of_parameters in (
        ("posterior", "over the posterior; priors of claims hold zero and the other sign"),
        ("posterior_centre", "at the means of the posterior: signs by construction"),
    ):
        for trigger, of_attacks in (((), "attacks given in all arms"), (TRIGGER, "attacks where their trigger stands")):
            if not seeds:
                continue
            results = played(arms, seeds, f"parameters={parameters}", *trigger)
            print_arms(f"{of_attacks}; {of_parameters}", results)
    if rival_seeds := int(arguments.get("rival_seeds", 60)):
        print_rivals(rival_seeds)


if __name__ == "__main__":
    main(sys.argv[1:])
