"""Study of patterns: which patterns of the record appear in the model, over all coded crises and shipped scenarios.

python -m experiments.studies.patterns [worlds=39] [posterior=all|without_host]

Prints the tables of docs/patterns.md. Replication n of every crisis and scenario has draw n of the posterior.
"""

import sys
from time import monotonic
from typing import Any

import numpy as np

import sim
from experiments.engine import EngineOptions, open_engine
from experiments.history.backtest.batches import settings
from experiments.history.backtest.simulate_cases import simulate_task, specify
from experiments.history.cases.cases import Case, load_cases
from experiments.results.formatting import markdown_table, number, percent, span
from experiments.studies.patterns import stage
from experiments.studies.patterns.checks import PARTS, judge, pattern_verdict
from experiments.studies.patterns.outcomes import Outcomes, coded_outcomes, facts, replay_outcomes
from experiments.studies.scenarios import play
from experiments.terminal.progress import progress

WORLDS, SEED = 39, 1


def replays(cases: list[Case], replications: int, without_host: bool) -> list[Outcomes]:
    """Replication r of every crisis, for every r, with first-week facts."""
    spec = sim.load(["citizens=1000", "parameters=posterior", f"seed={SEED}"])
    of_case = settings(spec, {case.host for case in cases} if without_host else set())
    task = specify(cases, cases, "first_week", of_case)
    with open_engine(EngineOptions()) as engine, progress(False, "crises", replications * len(cases)) as advance:
        rows = simulate_task(engine, task, replications, advance)
    return [replay_outcomes(rows[:, r]) for r in range(replications)]


def of_cases(cases: list[Case], replays: list[Outcomes]) -> list[tuple[Any, ...]]:
    """(pattern, row) of every part, on these crises."""
    record, case_facts = coded_outcomes(cases), facts(cases)
    rows = []
    for part in PARTS:
        j = judge(part, record, case_facts, replays)
        cells = (number(j.mean), span(*j.interval), span(*j.range), percent(j.share))
        rows.append((part.pattern, (str(part.pattern), part.text, number(j.record), *cells, j.verdict)))
    return rows


def of_scenarios(columns_by_scenario: dict[Any, Any]) -> list[tuple[str, ...]]:
    """One row per scenario: outcomes over its replications."""
    rows = []
    for name, columns in columns_by_scenario.items():
        fell = np.nan_to_num(columns["fall_day"], nan=np.inf) < 90
        delays = columns["help_day"] - columns["request_day"]
        acts = [percent((columns[f"acts:{p}"] > 0).mean()) for p in ("RUS", "TUR", "WEST")]
        days = number(np.median(delays[np.isfinite(delays)])) if np.isfinite(delays).any() else "none"
        sizes = (number(np.median(columns["peak_protest"])), number(np.median(columns["deaths"])))
        shares = [percent(s) for s in (columns["requested"].mean(), np.isfinite(columns["help_day"]).mean())]
        rows.append((name, *shares, days, percent(fell.mean()), *sizes, *acts))
    return rows


def main(words: list[str]) -> None:
    arguments = dict(word.split("=") for word in words)
    replications, out, start = (
        int(arguments.get("worlds", WORLDS)),
        arguments.get("posterior") == "without_host",
        monotonic(),
    )
    cases = load_cases()[0]
    of_crises = of_cases(cases, replays(cases, replications, out))
    specs = stage.specifications()
    scenes = stage.table(play(specs, replications, stage.look))
    signs = [(s, *s.verdict()) for s in stage.signs(scenes)]
    verdicts = [(p, row[-1]) for p, row in of_crises] + [(s.pattern, verdict) for s, *_, verdict in signs]
    print(
        f"\n{len(cases)} crises and {len(specs)} scenarios, {replications} replications each, {monotonic() - start:.0f} s\n"
    )
    print(
        markdown_table(
            ("pattern", "verdict"),
            [(str(p), pattern_verdict([v for q, v in verdicts if q == p])) for p in range(1, 12)],
        )
    )
    head = ("pattern", "measured", "on record", "mean", "its interval", "range of replays", "seen in", "verdict")
    print("\n" + markdown_table(head, [row for _, row in of_crises]))
    rows = [(str(s.pattern), s.text, number(m, True), span(a, b, True), v) for s, m, a, b, v in signs]
    print("\n" + markdown_table(("pattern", "measured in scenarios", "mean", "its interval", "verdict"), rows))
    head = ("scenario", "asks", "soldiers come", "days to arrival", "falls within 90 days", "peak %", "deaths",
            "acts of RUS, CSTO", "acts of TUR, OTS", "acts of the West")  # fmt: skip
    print("\n" + markdown_table(head, of_scenarios(scenes)))


if __name__ == "__main__":
    main(sys.argv[1:])
