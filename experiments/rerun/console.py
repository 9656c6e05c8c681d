"""Terminal output of `suasion rerun`."""

from experiments.rerun.rerun import rerun
from experiments.statements import Facts, sentences
from experiments.terminal.printing import echo


def repeat(file: str, overrides: list[str]) -> bool:
    """Repeat a result and print how it compares; True if it is the same bit for bit."""
    verdict = rerun(file, overrides)
    echo(f"Made again: {verdict.command}" + (f"\nWritten to {verdict.folder}\n" if verdict.folder else ""))
    for line in verdict.notes:
        echo(line)
    facts = Facts("rerun", {}, vars(verdict))
    for line in sentences(facts, "rerun.configuration", "rerun.reproduced", "rerun.changed"):
        echo(line)
    for line in verdict.numbers:
        echo(f"  {line}")
    for line in sentences(facts, "rerun.versions"):
        echo(line)
    return verdict.reproduced
