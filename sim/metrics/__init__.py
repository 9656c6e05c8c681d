"""Outcomes: one function per metric, Records -> number, with label and unit."""

from sim.metrics import assistance, influence, payoffs, survival, unrest
from sim.metrics.registry import METRICS, Metric, compute_metrics, describe_key, metric_keys, range_of

READING_ORDER = (survival, unrest, assistance, influence, payoffs)  # the host, then its helpers, then the patrons
_registered = dict(METRICS)
METRICS.clear()
METRICS.update(
    {name: m for module in READING_ORDER for name, m in _registered.items() if m.function.__module__ == module.__name__}
)

__all__ = ["METRICS", "Metric", "compute_metrics", "describe_key", "metric_keys", "range_of"]
