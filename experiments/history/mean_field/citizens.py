"""Citizens of the mean-field model: the share that protests, in closed form, and the chance in a crowd of finite size."""

from math import cos, log, pi, sqrt

from experiments.history.mean_field.layout import NODES, ROWS
from sim.core.compiled import njit
from sim.core.streams import Stream, uniform

MEAN_FIELD = Stream.MEAN_FIELD


@njit(cache=True)
def acting(grievance, risk, threshold):
    """Share with h g - r P > T for h, r uniform on 0..1."""
    if grievance <= threshold:
        return 0.0
    if risk <= 0.0:
        return min(1.0, 1.0 - threshold / grievance)
    surely = min(1.0, max(0.0, -threshold / risk))  # so little averse that they act whatever their hardship
    upper = min(1.0, (grievance - threshold) / risk)
    others = (1.0 - threshold / grievance) * (upper - surely)
    return surely + others - 0.5 * risk / grievance * (upper * upper - surely * surely)


@njit(cache=True)
def active_share(grievance, risk, threshold, noise):
    """`acting` under logit noise, averaged over the middle of equal shares of the noise."""
    if noise <= 0.0:
        return acting(grievance, risk, threshold)
    total = 0.0
    for z in NODES:
        total += acting(grievance, risk, threshold + noise * z)
    return total / NODES.size


@njit(cache=True)
def sampled_crowd(crowd, redecide, key, unit, day):
    """The share of a crowd that is expected, with the chance of ROWS citizens who decide one by one."""
    u, angle = uniform(key, MEAN_FIELD, unit, day, 60), uniform(key, MEAN_FIELD, unit, day, 61)
    normal = sqrt(-2.0 * log(u)) * cos(2.0 * pi * angle)
    variance = crowd * (1.0 - crowd) * (1.0 - (1.0 - redecide) ** 2) / ROWS
    return min(1.0, max(0.0, crowd + normal * sqrt(max(0.0, variance))))
