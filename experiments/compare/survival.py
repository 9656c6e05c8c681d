"""Survival of the government of day 0: curves, their difference, and mean time in office."""

import numpy as np
from scipy.stats import CensoredData, ecdf

from experiments.compare.intervals import share_difference_interval
from sim.records.ensemble import Ensemble


def time_in_office(one: Ensemble) -> np.ndarray:
    """Days in office of every replication, up to the horizon (restricted [Royston2013]); a fall on day d ends them at d + 1."""
    return np.where(np.isnan(one.metrics["fall_day"]), one.days, one.metrics["fall_day"] + 1.0)


def kaplan_meier(one: Ensemble) -> np.ndarray:
    """Share still in office after 0, 1, ... days [KaplanMeier1958], (days + 1,); replications without a fall are censored at the horizon."""
    censored = np.isnan(one.metrics["fall_day"])
    if censored.all():
        return np.ones(one.days + 1)
    return ecdf(CensoredData.right_censored(time_in_office(one), censored)).sf.evaluate(np.arange(one.days + 1))


def difference_over_time(one: Ensemble, baseline: Ensemble, confidence: float) -> dict[str, np.ndarray]:
    """Difference of the survival curves, with the pointwise score interval for paired shares; arrays (days + 1,).

    No replication is censored before the horizon, so each curve is a share of replications, and replications are pairs.
    """
    days = np.arange(one.days + 1)
    in_office, baseline_in_office = (time_in_office(e)[:, None] > days for e in (one, baseline))
    for curve, e in ((in_office, one), (baseline_in_office, baseline)):
        curve[:, -1] = np.isnan(e.metrics["fall_day"])  # the horizon itself censors, it is no fall
    low, high = share_difference_interval(
        (in_office & ~baseline_in_office).sum(axis=0),
        (baseline_in_office & ~in_office).sum(axis=0),
        len(in_office),
        confidence,
    )
    return {"mean": kaplan_meier(one) - kaplan_meier(baseline), "low": low, "high": high}
