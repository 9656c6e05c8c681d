"""Claims that a result does not support, by kind of result."""

from collections.abc import Iterator
from typing import Any

from experiments.statements.table import MODELLED, REPORT, Facts, statement

MANY, ONE = ("compare", "sweep"), ("run", "paired_view")


def _claim(name: str, kinds: tuple[str, ...], condition: str) -> None:
    def values(facts: Facts) -> Iterator[dict[Any, Any]]:
        if facts.kind in kinds:
            yield {}

    values.__doc__ = condition
    statement(f"unclaimed.{name}", REPORT)(values)


_claim("run", ONE, "A result of one replication.")
_claim("interval", MANY, "A result of many replications, whose means have intervals.")
for _name in ("forecast", "cause", "groups", "deaths", "words", "construction"):
    _claim(_name, MODELLED, "A result that holds replications.")
UNCLAIMED = ("run", "forecast", "interval", "cause", "groups", "deaths", "words", "construction")  # in their order
