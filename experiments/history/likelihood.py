"""How well outcome frequencies of the twin agree with what happened: two trichotomies per case, with a discrepancy."""

from collections import Counter

import numpy as np

from experiments.history.cases import Case

DISCREPANCY = 0.1  # share of every forecast that is left to the reference rates, because no model is right
EVIDENCE = 0.35  # of a case, relative to one that shares nothing with any other: three crises count as about one
REFERENCE_HELP = (0.55, 0.33, 0.12)  # none | asked in vain | helped
REFERENCE_FALL = (0.14, 0.08, 0.78)  # within 90 days | later in the year | not


def event_weights(cases: list[Case]) -> np.ndarray:
    """(C,) cases of one event share the weight of one."""
    same = Counter(case.event for case in cases)
    return np.array([1.0 / same[case.event] for case in cases])


def help_class(case: Case) -> int | None:
    """0 none, 1 asked and not helped, 2 helped; None where it is not coded."""
    if case.requested is None or case.helped is None:
        return None
    return 2 if case.helped else int(case.requested)


def fall_class(case: Case) -> int | None:
    """0 within 90 days, 1 later in the year, 2 not; None where it is not coded."""
    early, late = case.survived(90), case.survived(365)
    if early is None or late is None:
        return None
    return 0 if not early else 2 if late else 1


def log_likelihood(means: np.ndarray, cases: list[Case]) -> np.ndarray:
    """(V, C) log likelihood, by weight of evidence, of every vector and case from outcome means (V, C, outcomes)."""
    asked, helped, early, within = (means[:, :, i] for i in range(4))
    shares = np.stack([1.0 - asked, asked - helped, helped], axis=2)
    falls = np.stack([early, within - early, 1.0 - within], axis=2)
    total = np.zeros(means.shape[:2])
    weight = EVIDENCE * event_weights(cases)
    for c, case in enumerate(cases):
        for kind, share, reference in (
            (help_class(case), shares, REFERENCE_HELP),
            (fall_class(case), falls, REFERENCE_FALL),
        ):
            if kind is not None:
                p = (1.0 - DISCREPANCY) * share[:, c, kind] + DISCREPANCY * reference[kind]
                total[:, c] += weight[c] * np.log(p)
    return total
