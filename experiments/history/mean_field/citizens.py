"""Citizens of the mean-field model: the share that protests, in closed form, and the chance in a crowd of finite size."""

from math import cos, exp, floor, log, pi, sqrt

from experiments.history.mean_field.layout import NODES, ROWS
from sim.core.compiled import njit
from sim.core.streams import Stream, uniform

MEAN_FIELD = Stream.MEAN_FIELD
MOST_STEPS = 30.0  # mean up to which a count is drawn by adding up its chances


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


@njit(cache=True)
def drawn_count(mean, key, unit, day):
    """A Poisson count; above MOST_STEPS a rounded normal draw of the same mean and variance."""
    if mean <= 0.0:
        return 0.0
    u = uniform(key, MEAN_FIELD, unit, day, 62)
    if mean > MOST_STEPS:
        normal = sqrt(-2.0 * log(u)) * cos(2.0 * pi * uniform(key, MEAN_FIELD, unit, day, 63))
        return max(0.0, floor(mean + sqrt(mean) * normal + 0.5))
    count, term = 0.0, exp(-mean)
    reached = term
    while reached < u and count < 20.0 * MOST_STEPS:
        count += 1.0
        term *= mean / count
        reached += term
    return count
