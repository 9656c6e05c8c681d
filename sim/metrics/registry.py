"""The register of metrics: a metric is one function of the records with a label, a unit and a range."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from sim.core.axes import CHANNELS
from sim.core.ranges import Range
from sim.records.records import Records


@dataclass(frozen=True)
class Metric:
    """An outcome of a run.

    Parameters
    ----------
    name : str
        Key in tables and on the command line.
    label : str
        Words for tables and figures.
    unit : str
        Unit of the values.
    axes : tuple of str
        "patron", "organisation", "channel": one value per label.
    within : Range
        What the values can be; intervals of means stay inside it.
    function : callable
        `function(records, *labels)` gives a number, or None where it was not observed.

    Examples
    --------
    >>> from sim.metrics import METRICS
    >>> METRICS["deaths"].axes
    ()
    """

    name: str
    label: str
    unit: str
    axes: tuple[str, ...]  # "patron", "organisation", "channel": one value per label
    within: Range  # intervals of means stay inside it
    function: Callable[..., Any]

    def values(self, records: Records) -> dict[str, float | None]:
        """One entry per combination of labels: 'name' or 'name:label'."""
        values = {}
        for labels in self.labels(records.patrons, records.names.chartered):
            value = self.function(records, *labels)
            values[":".join((self.name, *labels))] = None if value is None else float(value)
        return values

    def labels(self, patrons: tuple[str, ...], organisations: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Combinations of labels along the axes; one empty combination without axes."""
        labels_by_axis = {"patron": patrons, "organisation": organisations, "channel": CHANNELS}
        return product(*(labels_by_axis[axis] for axis in self.axes))


METRICS: dict[str, Metric] = {}  # `sim.metrics` puts them into reading order


def metric(label: str, unit: str, *axes: str, within: Range):
    """Register the decorated function under its own name; its docstring describes it. within: range of its values."""

    def register(function):
        METRICS[function.__name__] = Metric(function.__name__, label, unit, axes, within, function)
        return function

    return register


def compute_metrics(records: Records) -> dict[str, float | None]:
    """Compute every metric of a run.

    Parameters
    ----------
    records : Records
        What `sim.simulate` returns.

    Returns
    -------
    dict of str to float or None
        Value by key, like 'deaths' or 'cost:PATRON'; None where the horizon is too short or the event did not happen.

    Examples
    --------
    >>> import sim
    >>> from sim.metrics import compute_metrics
    >>> compute_metrics(sim.simulate(sim.load(["citizens=1000", "days=3"])))["survived_30d"] is None
    True
    """
    return {key: value for m in METRICS.values() for key, value in m.values(records).items()}


def metric_keys(patrons: tuple[str, ...], organisations: tuple[str, ...]) -> tuple[str, ...]:
    """List the keys that `compute_metrics` gives.

    Parameters
    ----------
    patrons : tuple of str
        Codes of the outside patrons.
    organisations : tuple of str
        Names of the organisations with a charter.

    Returns
    -------
    tuple of str
        'name', or 'name:label' for every label of a metric with axes.

    Examples
    --------
    >>> from sim.metrics import metric_keys
    >>> "deaths" in metric_keys((), ())
    True
    """
    return tuple(":".join((m.name, *labels)) for m in METRICS.values() for labels in m.labels(patrons, organisations))


def describe_key(key: str) -> tuple[str, str]:
    """Give the label and the unit of a measured key.

    Parameters
    ----------
    key : str
        A key like 'deaths' or 'cost:PATRON'.

    Returns
    -------
    label : str
        Words for tables and figures.
    unit : str
        Unit of the value.

    Raises
    ------
    KeyError
        If there is no such metric.

    Examples
    --------
    >>> from sim.metrics import describe_key
    >>> describe_key("troop_days:X")
    ('Troop-days, X', 'thousand soldier-days')
    """
    name, *labels = key.split(":")
    m = METRICS[name]
    return (f"{m.label}, {' '.join(labels)}" if labels else m.label), m.unit


def range_of(key: str, days: int) -> tuple[float, float]:
    """Give the lowest and the highest value that a measured key can have.

    Parameters
    ----------
    key : str
        A key like 'deaths' or 'cost:PATRON'.
    days : int
        Length of the run.

    Returns
    -------
    low : float
        Lowest value, in the unit of the metric.
    high : float
        Highest value.

    Raises
    ------
    KeyError
        If there is no such metric.

    Examples
    --------
    >>> from sim.metrics import range_of
    >>> range_of("survived_90d", 365)
    (0.0, 1.0)
    """
    return METRICS[key.partition(":")[0]].within.within(days)
