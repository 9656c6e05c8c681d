"""Cases that are not independent: those of one event share a weight, and hosts that share a war share a fold."""

from collections import Counter

import numpy as np

from experiments.history.cases.cases import Case


def event_weights(cases: list[Case]) -> np.ndarray:
    """(C,) weights: the cases of one event share the weight of one case."""
    same = Counter(case.event for case in cases)
    return np.array([1.0 / same[case.event] for case in cases])


def fold_of(case: Case, cases: list[Case]) -> str:
    """Name of the group of hosts that is left out together; hosts that share a war are one group."""
    hosts = {case.host}
    while True:
        events = {c.event for c in cases if c.host in hosts}
        wider = hosts | {c.host for c in cases if c.event in events}
        if wider == hosts:
            return "+".join(sorted(hosts))
        hosts = wider
