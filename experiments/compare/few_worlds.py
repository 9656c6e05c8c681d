"""What intervals of few worlds are worth: their measured coverage."""

import json
from collections.abc import Iterable
from pathlib import Path

from experiments.compare.interval_kinds import BOOTSTRAP, SKEWED

MEASURED = range(2, 10)  # numbers of worlds for which commands say it
TABLE = Path(__file__).with_suffix(".json")  # written by `python -m benchmarks.coverage few`, at a level of 95 %


def coverage_of(n: int) -> dict[str, float] | None:
    """Lowest, median and highest measured coverage over kinds of values; None from ten worlds on, and for one."""
    return json.loads(TABLE.read_text(encoding="utf-8"))[str(n)] if n in MEASURED else None


def fewest_worlds(cells: Iterable[dict]) -> int:
    """The smallest number of worlds that an interval of a mean rests on; 0 if there is no such interval."""
    return min((cell["n"] for cell in cells if cell["interval"] in (BOOTSTRAP, SKEWED)), default=0)
