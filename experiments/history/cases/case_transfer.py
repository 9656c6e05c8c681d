"""What a scenario on the full stage takes over from a coded crisis: facts, events, and indicators of its host at the time.

The coefficients of coded facts were calibrated on cases as `stage.py` lays them out; a dated scenario lays its host out
alike, so that they mean the same there. All else on stage stays as the state files say.

python -m experiments.history.cases.case_transfer CASE prints it as YAML, to begin a scenario with.
"""

import sys
from collections import Counter

import yaml

from experiments.history.cases.cases import Case, load_cases
from experiments.history.cases.encode import FACTIONS, SOURCE, coded_events, coded_facts, coded_indicators
from experiments.history.cases.facts import day_zero, first_week
from sim.core.axes import CHANNELS, MILITARY

# who stands on the full stage for a code of the case file; the first of them for its forces
ON_STAGE = {"WEST": ("USA", "EUU")}


def taken_over(case: Case, stage: dict) -> dict:
    """What a scenario of the case says. stage: states of the world by code, whose indicators the coded ones set aside.

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


def _indicators(day0) -> dict[str, float]:
    """Coded indicators; events strike every public alike, because no case codes how hard."""
    return coded_indicators(day0) | {"hardship": 1.0}


def instead_of(indicator, value: float) -> dict:
    """The value under the source of the cases, and null under the source that is set aside."""
    return ({} if indicator is None else {indicator.source: None}) | {SOURCE: value}


def _on_stage(day0, stage: dict, forces: bool = False):
    """Who stands on the full stage for each power of the case, and the power. forces: only who has its forces."""
    for p in day0.patrons:
        standing = [code for code in ON_STAGE.get(p.code, (p.code,)) if code in stage]
        yield from ((code, p) for code in (standing[:1] if forces else standing))


def _dependence(day0, stage: dict) -> dict:
    """Dependence on the powers per channel, in place of what the indicators of 2021-22 make of it.

    Dependence is a share: coded levels that sum to more than 1 are divided by their sum, and those who stand for one
    power divide its level, but for military dependence, which is on the first of them.
    """
    found = {}
    for c, channel in enumerate(CHANNELS):
        powers = list(_on_stage(day0, stage, forces=c == MILITARY))
        standing = Counter(p.code for _, p in powers)
        total = max(1.0, sum(p.dependence[c] for p in day0.patrons))
        shares = {code: round(p.dependence[c] / standing[p.code] / total, 4) for code, p in powers}
        found[f"{channel}_dependence"] = {SOURCE: shares}
    return found


def _alignment(day0, host, stage: dict) -> dict:
    """Alignment of the elites with the powers, in the place of what the state file says of them."""
    coded = {code: p.alignment for code, p in _on_stage(day0, stage)}
    said: dict = {}
    for code in coded:
        if code in host.ties.elite_alignment:
            said.setdefault(host.ties.elite_alignment[code].source, {})[code] = None
    return said | {SOURCE: coded}


def main() -> None:
    from sim.spec.load import load

    for case in load_cases()[0]:
        if case.id in sys.argv[1:]:
            print(yaml.safe_dump(taken_over(case, load().states), sort_keys=False, default_flow_style=None, width=118))


if __name__ == "__main__":
    main()
