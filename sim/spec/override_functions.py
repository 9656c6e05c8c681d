"""Ranges of values on the command line, as Hydra reads them, with a limit on their size."""

import math
from decimal import Decimal
from typing import Any

from hydra._internal.grammar import grammar_functions
from hydra._internal.grammar.functions import Functions
from hydra.core.override_parser.overrides_parser import create_functions
from hydra.core.override_parser.types import ChoiceSweep, RangeSweep

from sim.core.faults import ConfigError

MOST_VALUES = 10_000  # of one axis


def functions() -> Functions:
    """The functions of Hydra's grammar, with `range` counted before it is expanded."""
    of_hydra = create_functions()
    of_hydra.functions["range"] = limited_range
    return of_hydra


def limited_range(start: float, stop: float | None = None, step: float = 1) -> RangeSweep | ChoiceSweep:
    """Hydra's range, in the decimals that were typed. Raises ConfigError if it has no step, no value or too many values."""
    values: Any = grammar_functions.range(start, stop, step)
    number = (values.stop - values.start) / step if step else math.inf
    text = f"range({values.start:g},{values.stop:g},{step:g})"
    if not number <= MOST_VALUES:  # also for NaN
        many = f"has {number:.3g} values" if math.isfinite(number) else "never ends"
        raise ConfigError(
            f"{text}: {many}; an axis takes at most {MOST_VALUES:,}, and interval(low,high) draws between two"
        )
    if number <= 0:
        raise ConfigError(f"{text}: holds no value; write range(start,stop,step), and the stop is left out")
    integers = all(isinstance(end, int) for end in (values.start, values.stop, step))
    return values if integers else ChoiceSweep(list=_decimals(values.start, values.stop, step))


def _decimals(start: float, stop: float, step: float) -> list[Any]:
    """start, start + step and so on before stop, added as decimals: .1, .2, .3 and not .30000000000000004."""
    first, last, by = (Decimal(str(end)) for end in (start, stop, step))
    return [float(first + n * by) for n in range(math.ceil((last - first) / by))]
