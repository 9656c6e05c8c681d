"""Everything that a report or a terminal summary can claim of a result: one table of statements, each with its condition.

A statement is a function of the facts of a result: it yields the values of its sentence once for every time that it is made, and
nothing where it must not be made. Its docstring is the condition in words, and its sentence stands under its key in
`experiments/language`. Terminal and report ask the table, so that both say the same of one folder.
"""

from experiments.statements import (
    claims,
    comparisons,
    conclusions,
    differences,
    explorations,
    histories,
    inputs,
    regrets,
    repetitions,
    runs,
    sweeps,
)
from experiments.statements.table import STATEMENTS, Facts, Statement, sentences

__all__ = [
    "STATEMENTS", "Facts", "Statement", "claims", "comparisons", "conclusions", "differences", "explorations", "histories", "inputs", "regrets", "repetitions", "runs",
    "sentences", "sweeps",
]  # fmt: skip
