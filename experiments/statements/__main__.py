"""Prints docs/statements.md."""

from experiments.results.formatting import markdown_table
from experiments.statements import STATEMENTS
from experiments.statements.table import ENGLISH

HEAD = """# Statements

Everything that a report or a terminal summary can claim of a result, with the condition under which it is made. Terminal and
report ask one table (`experiments/statements`), so that both say the same of one folder; the sentences stand in
`experiments/language/en.yaml`. Words in braces are filled in from the manifest or the data. Headings, labels, numbers in tables and
the captions of figures are not listed.

This page is written by `python -m experiments.statements > docs/statements.md`.
"""


def page() -> str:
    """The page."""
    rows = [
        (f"`{one.key}`", ENGLISH.sentences[key].replace("|", "\\|"), one.condition, ", ".join(one.places))
        for key, one in STATEMENTS.items()
    ]
    return f"{HEAD}\n{markdown_table(('key', 'sentence', 'made when', 'where'), rows)}"


if __name__ == "__main__":
    print(page())
