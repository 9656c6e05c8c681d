"""Measured coverage of intervals that rest on few replications."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from experiments.results.interval_kinds import NONE

MEASURED = range(2, 10)  # numbers of replications for which commands say it
TABLE = Path(__file__).with_suffix(
    ".json"
)  # written by `python -m experiments.studies.coverage few`, at a confidence of 95 %


def coverage_of(n: int) -> dict[str, float] | None:
    """Measured coverage for n replications, or None for one and for ten or more.

    lowest, median, highest: of means, over kinds of values. share, difference: lowest coverage of a share of replications and
    of a difference of paired shares, over all true shares.
    """
    return json.loads(TABLE.read_text(encoding="utf-8"))[str(n)] if n in MEASURED else None


def fewest_replications(cells: Iterable[dict[Any, Any]]) -> int:
    """The smallest n of all intervals that rest on two replications or more; 0 if there is no interval."""
    return min((cell["n"] for cell in cells if cell["interval"] != NONE and cell["n"] > 1), default=0)
