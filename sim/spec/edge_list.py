"""Ties of citizens from a file of the user: two row numbers a line, checked at load and compiled once."""

import re
import warnings
from functools import lru_cache
from pathlib import Path

import numpy as np

from sim.core.faults import InvalidSpec
from sim.core.received import check_file
from sim.kernels.edges import Adjacency, adjacency
from sim.spec.schema import Spec

KEY = "mechanisms.contention.edges"


def check_edges(spec: Spec) -> None:
    """A file of ties goes with the network `explicit`, and its rows are citizens. Raises InvalidSpec."""
    rule = spec.mechanisms.contention
    if not rule.explicit:
        if rule.edges:
            raise InvalidSpec(KEY, rule.edges, "is read with mechanisms.contention.network=explicit only")
        return
    if spec.citizens == "all":
        raise InvalidSpec("citizens", spec.citizens, "must be a number of rows where ties come from a file")
    if spec.mechanisms.opinions.circle != "ring":
        key, circle = "mechanisms.opinions.circle", spec.mechanisms.opinions.circle
        raise InvalidSpec(key, circle, "must be ring where ties come from a file; long links are hashed")
    adjacency_of(spec)


def adjacency_of(spec: Spec) -> Adjacency | None:
    """The ties of a specification's citizens; None if they follow from the row's number. Raises InvalidSpec."""
    rule = spec.mechanisms.contention
    if not rule.explicit:
        return None
    if not rule.edges:
        raise InvalidSpec(KEY, rule.edges, "a file of ties is needed with network=explicit")
    try:
        check_file(rule.edges)
        status = Path(rule.edges).stat()
    except OSError as error:
        raise InvalidSpec(KEY, rule.edges, f"cannot be read ({error.strerror})") from None
    return _read(rule.edges, (status.st_mtime_ns, status.st_size), spec.citizens, rule.mutual)


@lru_cache(maxsize=2)
def _read(path: str, version: tuple[int, int], n_rows: int, mutual: bool) -> Adjacency:
    """The file as compiled ties; cached, because the check and every world read it."""
    try:
        with open(path, encoding="utf-8") as file, warnings.catch_warnings(action="error"):
            lines = (line.replace(",", " ") for line in file)
            ties = np.loadtxt(lines, dtype=np.int64, comments="#", ndmin=2)
    except OSError as error:
        raise InvalidSpec(KEY, path, f"cannot be read ({error.strerror})") from None
    except (ValueError, UserWarning) as fault:  # UserWarning: no data
        reason = re.sub(
            "could not convert string .* to int64", "no whole number", str(fault).splitlines()[0].split("; ")[0]
        )
        raise InvalidSpec(KEY, path, f"must hold two row numbers a line ({reason})") from None
    if ties.shape[1] != 2:
        raise InvalidSpec(KEY, path, f"must hold two row numbers a line, not {ties.shape[1]}")
    outside = np.flatnonzero(((ties < 0) | (ties >= n_rows)).any(axis=1))
    if outside.size:
        a, b = ties[outside[0]].tolist()
        allowed = f"joins {a} and {b}; rows are numbered from 0 to {n_rows - 1}, citizens={n_rows}"
        raise InvalidSpec(KEY, path, allowed)
    return adjacency(ties, n_rows, mutual)
