"""What intervals of few worlds are worth: their measured coverage."""

import json
from collections.abc import Iterable
from pathlib import Path

from experiments.compare.interval_kinds import NONE

MEASURED = range(2, 10)  # numbers of worlds for which commands say it
TABLE = Path(__file__).with_suffix(
    ".json"
)  # written by `python -m experiments.studies.coverage few`, at a confidence of 95 %


def coverage_of(n: int) -> dict[str, float] | None:
    """Measured coverage: lowest, median and highest of means, over kinds of values; share, difference: lowest of a share of worlds
    and of a difference of paired shares, over all true shares. None from ten worlds on, and for one."""
    return json.loads(TABLE.read_text(encoding="utf-8"))[str(n)] if n in MEASURED else None


def fewest_worlds(cells: Iterable[dict]) -> int:
    """The smallest number of worlds, two or more, that an interval of any kind rests on; 0 if there is no such interval."""
    return min((cell["n"] for cell in cells if cell["interval"] != NONE and cell["n"] > 1), default=0)
