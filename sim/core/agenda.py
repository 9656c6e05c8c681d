"""The agenda of a world: acts and decisions of later days."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass
class Task:
    """An act or a decision of an organisation or a patron, and its day."""

    day: int
    kind: str
    organisation: int
    state: int
    size: float = 0.0
    instrument: str = ""
    intensity: float = 1.0


class Agenda(list[Task]):
    """Tasks in the order in which they were scheduled."""

    def schedule(self, *tasks: Task) -> None:
        """Add tasks."""
        self.extend(tasks)

    def take_due(self, day: int, kinds: tuple[str, ...]) -> Iterator[Task]:
        """Yield the due tasks of these kinds; each leaves the agenda when its turn comes, and not before."""
        for task in [task for task in self if task.day <= day and task.kind in kinds]:
            self.remove(task)
            yield task

    def cancel(self, applies: Callable[[Task], bool]) -> None:
        """Remove the tasks to which a predicate applies."""
        self[:] = [task for task in self if not applies(task)]
