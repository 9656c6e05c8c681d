"""Transfer of a coded crisis to a scenario on the full stage: facts, events, and indicators of its host at the time.

The coefficients of coded facts were calibrated on specifications of `encode.py`. A dated scenario encodes its host alike, so
that they mean the same there. All other actors follow the state files.

python -m experiments.history.cases.case_transfer CASE prints it as YAML, as the start of a scenario.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from experiments.history.cases.cases import Case, load_cases
from experiments.history.cases.encode import FACTIONS, SOURCE, coded_events, coded_facts, coded_indicators
from experiments.history.cases.facts import DayZero, day_zero, first_week
from experiments.history.cases.patrons import Patron
from sim.core.axes import CHANNELS, MILITARY
from sim.core.strict_yaml import dump_yaml
from sim.spec.schema import State
from sim.spec.schema.indicators import Indicator

# states of the full stage for a code of the case file; the first one has its forces
ON_STAGE = {"WEST": ("USA", "EUU")}


def scenario_of(case: Case, stage: dict[Any, Any]) -> dict[Any, Any]:
    """Content of a scenario of the case. stage: states by code; coded indicators replace theirs.

    Raises ValueError if the first week of the case is not coded.
    """
    day0, week = day_zero(case), first_week(case)
    if week is None:
        raise ValueError(f"{case.id}: its first week is not coded")
    events = coded_events(case.host, day0, case.facts["adversary"] if day0.state else None)
    on_stage = {name: event for name, event in events.items() if event["state"] in stage}
    host = stage[case.host]
    return {
        "states": {
            case.host: {
                "indicators": {
                    name: instead_of(getattr(host.indicators, name), value) for name, value in _indicators(day0).items()
                },
                "ties": _dependence(day0, stage) | {"elite_alignment": _alignment(day0, host, stage)},
                "factions": FACTIONS,
            }
        },
        "scenario": {
            "crisis": case.id,
            "host": case.host,
            "start_date": case.start,
            "events": on_stage,
            "strength": {p.code: 1.0 - p.committed for p in day0.patrons if p.committed > 0.0 and p.code in stage},
            "facts": coded_facts(day0, [(week, 1.0)]),
        },
    }


def _indicators(day0: DayZero) -> dict[str, float]:
    """Coded indicators; hardship is 1, because no case codes it."""
    return coded_indicators(day0) | {"hardship": 1.0}


def instead_of(indicator: Indicator | None, value: float) -> dict[Any, Any]:
    """The value under the source of the cases, and null under the replaced source."""
    return ({} if indicator is None else {indicator.source: None}) | {SOURCE: value}


def _on_stage(day0: DayZero, stage: dict[Any, Any], forces: bool = False) -> Iterator[tuple[str, Patron]]:
    """Codes on the full stage for each power of the case, with the power. forces: only the one with its forces."""
    for p in day0.patrons:
        codes = [code for code in ON_STAGE.get(p.code, (p.code,)) if code in stage]
        yield from ((code, p) for code in (codes[:1] if forces else codes))


def _dependence(day0: DayZero, stage: dict[Any, Any]) -> dict[Any, Any]:
    """Dependence on the powers per channel, in place of the values from indicators of 2021-22.

    Dependence is a share: coded levels with a sum above 1 are divided by their sum. States for one power share its level;
    military dependence is on the first of them.
    """
    ties = {}
    for c, channel in enumerate(CHANNELS):
        powers = list(_on_stage(day0, stage, forces=c == MILITARY))
        n_on_stage = Counter(p.code for _, p in powers)
        total = max(1.0, sum(p.dependence[c] for p in day0.patrons))
        shares = {code: round(p.dependence[c] / n_on_stage[p.code] / total, 4) for code, p in powers}
        ties[f"{channel}_dependence"] = {SOURCE: shares}
    return ties


def _alignment(day0: DayZero, host: State, stage: dict[Any, Any]) -> dict[Any, Any]:
    """Alignment of the elites with the powers, in place of the values of the state file."""
    coded = {code: p.alignment for code, p in _on_stage(day0, stage)}
    replaced: dict[Any, Any] = {}
    for code in coded:
        if code in host.ties.elite_alignment:
            replaced.setdefault(host.ties.elite_alignment[code].source, {})[code] = None
    return replaced | {SOURCE: coded}


def main() -> None:
    from sim.spec.load import load

    for case in load_cases()[0]:
        if case.id in sys.argv[1:]:
            print(dump_yaml(scenario_of(case, load().states), default_flow_style=None, width=118))


if __name__ == "__main__":
    main()
