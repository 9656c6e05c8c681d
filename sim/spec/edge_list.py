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


_WHOLE = re.compile(r"[-+]?\d{1,18}")


@lru_cache(maxsize=2)
def _read(path: str, version: tuple[int, int], n_rows: int, mutual: bool) -> Adjacency:
    """The file as compiled ties; cached, because the check and every world read it."""
    try:
        with open(path, encoding="utf-8") as file, warnings.catch_warnings(action="error"):
            lines = (line.replace(",", " ") for line in file)
            ties = np.loadtxt(lines, dtype=np.int64, comments="#", ndmin=2)
    except OSError as error:
        raise InvalidSpec(KEY, path, f"cannot be read ({error.strerror})") from None
    except (ValueError, UserWarning):  # UserWarning: no data
        raise _fault(path, n_rows) from None
    if ties.shape[1] != 2 or ((ties < 0) | (ties >= n_rows)).any():
        raise _fault(path, n_rows)
    return adjacency(ties, n_rows, mutual)


def _fault(path: str, n_rows: int) -> InvalidSpec:
    """The fault of the first line that is no tie, with its number and without its text: it may be any file."""
    text = Path(path).read_bytes().decode(errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].replace(",", " ").split()
        if words and (len(words) != 2 or not all(map(_WHOLE.fullmatch, words))):
            return InvalidSpec(KEY, path, f"line {number} must hold two row numbers")
        if words and not all(0 <= int(word) < n_rows for word in words):
            allowed = f"line {number} joins {words[0]} and {words[1]}; rows are numbered from 0 to {n_rows - 1}, citizens={n_rows}"
            return InvalidSpec(KEY, path, allowed)
    return InvalidSpec(KEY, path, "must hold two row numbers a line, and holds none")
