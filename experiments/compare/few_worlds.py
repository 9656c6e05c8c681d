"""What intervals of few worlds are worth: their measured coverage, in words."""

import json
from collections.abc import Iterable
from pathlib import Path

from experiments.compare.intervals import BOOTSTRAP, SKEWED
from experiments.wording import percent

MEASURED = range(2, 10)  # numbers of worlds for which commands say it
TABLE = Path(__file__).with_suffix(".json")  # written by `python -m benchmarks.coverage few`, at a level of 95 %


def coverage_of(n: int) -> dict[str, float] | None:
    """Lowest, median and highest measured coverage over kinds of values; None from ten worlds on, and for one."""
    return json.loads(TABLE.read_text(encoding="utf-8"))[str(n)] if n in MEASURED else None


def few_worlds_note(n: int) -> str:
    """One sentence on intervals from n worlds; empty where they hold about what they state."""
    rates = coverage_of(n)
    if rates is None:
        return ""
    lowest, highest = (percent(rates[end]) for end in ("lowest", "highest"))
    return (
        f"{n} worlds are few: in trials, 95 % intervals of a mean from {n} worlds held the true mean in {lowest} to {highest} of cases, "
        f"by the kind of values (median {percent(rates['median'])}); an event that happens in one of twenty worlds is mostly not seen at all"
    )


def fewest_worlds(cells: Iterable[dict]) -> int:
    """The smallest number of worlds that an interval of a mean rests on; 0 if there is no such interval."""
    return min((cell["n"] for cell in cells if cell["interval"] in (BOOTSTRAP, SKEWED)), default=0)
