"""The table of statements: every claim that a report or a terminal summary can make of a result, with its condition.

A statement is a generator function of the facts of a result. It yields the values of its sentence, once for each time that
the sentence is due, and nothing where the condition fails. Its docstring is the condition; its sentence stands under its key
in `experiments/language`. Terminal and report read the same table, so that both make the same claims.
"""

from experiments.statements import (
    answers,
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
    "STATEMENTS", "Facts", "Statement", "answers", "claims", "comparisons", "conclusions", "differences", "explorations", "histories", "inputs", "regrets", "repetitions", "runs",
    "sentences", "sweeps",
]  # fmt: skip
