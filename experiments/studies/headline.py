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
from experiments.results.formatting import markdown_table
from experiments.studies.scenarios import cell, difference, play
from sim.metrics import compute_metrics
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
# choice -> its forms: words of the table, and the override, none for what is shipped
RIVALS = {
    "hazard of loyalty": {"coordination": "", "cutoff": "mechanisms.defection.form=cutoff"},
    "arrest risk": {"hill": "", "smooth": "mechanisms.policing.ratio=smooth"},
    "rule of consent": {"leader": "", "consensus": "organisations.CSTO.decision_rule=consensus"},
    "level of rents": {"learnt": "", "by indicators": "mechanisms.defection.base_rents=0.0"},
}
YEAR = 365


def outcomes_of(records: Records, groups: dict[str, str]) -> tuple[Any, ...]:
    """The outcomes of one replication."""
    metrics = compute_metrics(records)
    return tuple(metrics[name] for name in OUTCOMES)


def played(arms: list[str], seeds: int, *overrides: str) -> dict[str, np.ndarray]:
    """Arm -> (seeds, outcomes), NaN without an observation; replication n is the same world in every arm."""
    specs = {arm: sim.load([f"scenario={arm}", *SETTINGS, *overrides]) for arm in arms}
    return {arm: np.array(rows, dtype=float) for arm, rows in play(specs, seeds, outcomes_of).items()}


def effect(arm: np.ndarray, base: np.ndarray, name: str) -> str:
    """Paired difference of one outcome, with its interval."""
    column = OUTCOMES.index(name)
    return cell(difference(arm[:, column], base[:, column], name, YEAR))


def print_arms(title: str, results: dict[str, np.ndarray]) -> None:
    """Print the level of the arm without a request, and the paired differences of the others."""
    base = results[AGAINST]
    rows = [(f"{AGAINST}, mean", *(f"{mean:.3g}" for mean in np.nanmean(base, axis=0)))]
    rows += [(words, *(effect(results[arm], base, name) for name in OUTCOMES)) for arm, words in ARMS.items()]
    print(f"\n**{title}**\n\n" + markdown_table(("arm", *OUTCOMES), rows))


def print_rivals(seeds: int) -> None:
    """Print the primary contrast under every combination of the rival forms, and the share of variance of each choice."""
    arm, outcome = PRIMARY
    column, effects, rows = OUTCOMES.index(outcome), {}, []
    for forms in product(*RIVALS.values()):
        chosen = [pair[form] for pair, form in zip(RIVALS.values(), forms, strict=True)]
        results = played([arm, AGAINST], seeds, "parameters=posterior", *filter(None, chosen))
        effects[forms] = results[arm][:, column] - results[AGAINST][:, column]
        rows.append((*forms, effect(results[arm], results[AGAINST], outcome)))
    title = f"{outcome}, {ARMS[arm]} against {AGAINST}, by rival forms"
    print(f"\n**{title}**\n\n" + markdown_table((*RIVALS, "effect"), rows))
    print(
        f"\nMean over the forms {np.mean(list(effects.values())):+.3f}. Share of the variance of the effect in single worlds:\n"
    )
    total = np.var(np.concatenate(list(effects.values())))
    shares = []
    for k, (name, pair) in enumerate(RIVALS.items()):
        halves = [np.mean([effects[forms].mean() for forms in effects if forms[k] == form]) for form in pair]
        shares.append((name, f"{100.0 * np.var(halves) / total if total > 0.0 else 0.0:.1f} %"))
    worlds = np.var(np.mean(list(effects.values()), axis=0)) / total if total > 0.0 else 0.0
    shares.append(("worlds: parameters, indicators, sizes of the attacks, chance", f"{100.0 * worlds:.1f} %"))
    print(markdown_table(("source", "share"), shares))


def main(words: list[str]) -> None:
    arguments = dict(word.split("=") for word in words)
    seeds = int(arguments.get("seeds", 200))
    arms = [AGAINST, *ARMS]
    draws = {
        "posterior": "over the posterior; priors of claims hold zero and the other sign",
        "posterior_centre": "at the means of the posterior: signs by construction",
    }
    attacks = {(): "attacks given in all arms", TRIGGER: "attacks where their trigger stands"}
    for parameters, of_parameters in draws.items() if seeds else ():
        for trigger, of_attacks in attacks.items():
            results = played(arms, seeds, f"parameters={parameters}", *trigger)
            print_arms(f"{of_attacks}; {of_parameters}", results)
    if rival_seeds := int(arguments.get("rival_seeds", 60)):
        print_rivals(rival_seeds)


if __name__ == "__main__":
    main(sys.argv[1:])
