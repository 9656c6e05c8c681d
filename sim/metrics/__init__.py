"""Outcomes: one function per metric, Records -> number, with label and unit."""

from sim.metrics import assistance, influence, survival, unrest
from sim.metrics.registry import METRICS, Metric, describe_key, measure

__all__ = ["METRICS", "Metric", "assistance", "describe_key", "influence", "measure", "survival", "unrest"]
