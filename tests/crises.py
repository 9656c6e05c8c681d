"""Coded crises by name."""

from experiments.history.cases.cases import Case


def by_id(cases: list[Case], name: str) -> Case:
    return next(c for c in cases if c.id == name)
