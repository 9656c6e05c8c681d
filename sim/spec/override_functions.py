"""Ranges of values on the command line, as Hydra reads them, with a limit on their size."""

import math
from typing import Any

from hydra._internal.grammar import grammar_functions
from hydra._internal.grammar.functions import Functions
from hydra.core.override_parser.overrides_parser import create_functions
from hydra.core.override_parser.types import RangeSweep

from sim.core.faults import ConfigError

MOST_VALUES = 10_000  # of one axis


def functions() -> Functions:
    """The functions of Hydra's grammar, with `range` counted before it is expanded."""
    of_hydra = create_functions()
    of_hydra.functions["range"] = limited_range
    return of_hydra


def limited_range(start: float, stop: float | None = None, step: float = 1) -> RangeSweep:
    """Hydra's range. Raises ConfigError if it has no step or too many values."""
    values: Any = grammar_functions.range(start, stop, step)
    number = (values.stop - values.start) / step if step else math.inf
    if not number <= MOST_VALUES:  # also for NaN
        text = f"range({values.start:g},{values.stop:g},{step:g})"
        many = f"has {number:.3g} values" if math.isfinite(number) else "never ends"
        raise ConfigError(
            f"{text}: {many}; an axis takes at most {MOST_VALUES:,}, and interval(low,high) draws between two"
        )
    return values
