"""Likelihood of the record, given outcomes of the mean-field model: help, addressee, time of the fall, and sizes."""

import numpy as np
from scipy.stats import norm

from experiments.history.cases.cases import Case
from experiments.history.cases.folds import event_weights
from experiments.history.cases.patrons import GROUPS, address_class
from experiments.history.mean_field.layout import FIRST_ASKED, PEAK_DENSITY, SOON
from experiments.history.mean_field.to_arrays import observed_sizes

DISCREPANCY = 0.1  # share of the baseline rates in every forecast, because no model is right
EVIDENCE = 0.7  # weight of a case, relative to an independent one
BASELINE_HELP = (0.55, 0.33, 0.12)  # none | asked in vain | helped
FEW = 0.05  # share of simulations with a request at which the baseline has the same weight
BASELINE_ADDRESSEE = (0.25, 0.25, 0.25, 0.25)  # classes of addressees, given a request
BASELINE_FALL = (0.13, 0.03, 0.08, 0.76)  # within ten days | within 90 | later in the year | not
# centre and spread of log10 sizes of crises at home
BASELINE_PEAK, BASELINE_TOLL = (-0.6, 1.0), (0.9, 1.1)


def help_class(case: Case) -> int | None:
    """Class of help: 0 no request, 1 request without help, 2 help; None if it is not coded."""
    if case.requested is None or case.helped is None:
        return None
    return 2 if case.helped else int(case.requested)


def fall_class(case: Case) -> int | None:
    """Class of the fall: 0 within ten days, 1 within 90, 2 later in the year, 3 none; None if it is not coded."""
    early, late, day = case.survived(90), case.survived(365), case.outcome.get("days_to_fall")
    if early is None or late is None:
        return None
    if late:
        return 3
    if early:
        return 2
    return 0 if day is not None and day <= SOON else 1


def first_addressee(case: Case) -> int | None:
    """Class of the first addressee of a request for security help; None without a request or a code."""
    classes = [address_class(code) for code in case.outcome.get("help_requested_from") or []]
    if not case.requested or not classes:
        return None
    groups = [c for c in classes if c != "other"] or classes
    return GROUPS.index(groups[0])


def log_likelihood(means: np.ndarray, cases: list[Case]) -> np.ndarray:
    """(V, C) log likelihood, by weight of evidence, of every vector and case from outcome means (V, C, outcomes)."""
    total = np.zeros(means.shape[:2])
    for c, weight in enumerate(EVIDENCE * event_weights(cases)):
        total[:, c] = weight * _log_likelihood(means[:, c], cases[c])
    return total


def _log_likelihood(means: np.ndarray, case: Case) -> np.ndarray:
    """(V,) of one case, from outcome means (V, outcomes)."""
    request, helped, soon, early, within = means[:, :5].T
    shares = np.stack([1.0 - request, request - helped, helped])
    whom = (means[:, FIRST_ASKED:].T + FEW * np.array(BASELINE_ADDRESSEE)[:, None]) / (request + FEW)
    falls = np.stack([soon, early - soon, within - early, 1.0 - within])
    total = np.zeros(len(means))
    for kind, share, baseline in (
        (help_class(case), shares, BASELINE_HELP),
        (first_addressee(case), whom, BASELINE_ADDRESSEE),
        (fall_class(case), falls, BASELINE_FALL),
    ):
        if kind is not None:
            total += np.log((1.0 - DISCREPANCY) * share[kind] + DISCREPANCY * baseline[kind])
    for density, size, (centre, spread) in (
        (means[:, PEAK_DENSITY], observed_sizes(case)[0], BASELINE_PEAK),
        (means[:, PEAK_DENSITY + 1], observed_sizes(case)[1], BASELINE_TOLL),
    ):
        if np.isfinite(size):
            total += np.log((1.0 - DISCREPANCY) * density + DISCREPANCY * norm.pdf(size, centre, spread))
    return total
