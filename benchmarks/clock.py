"""Timing side by side: contestants take turns (A B C A B C ...), so that the load of a shared machine affects all alike."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

IDLE = 0.07  # largest share of time that a thread waits for a processor in a clean repetition
ENOUGH = 3


@dataclass
class Contestant:
    """A named unit of work, with the times of its repetitions."""

    name: str
    work: Callable[[], object]
    threads: int = 1
    times: list[tuple[float, float, bool]] = field(default_factory=list)  # wall and processor seconds of a unit, clean

    @property
    def clean(self) -> list[float]:
        """Wall seconds of the repetitions with a processor for every thread."""
        return [wall for wall, _, clean in self.times if clean]

    @property
    def seconds(self) -> float:
        """Wall seconds of one unit: median of the clean repetitions, or of processor time / threads if fewer than 3 are clean."""
        return median(self.clean) if len(self.clean) >= ENOUGH else self.cpu / self.threads

    @property
    def cpu(self) -> float:
        """Median processor seconds of one unit, over all threads."""
        return median(cpu for _, cpu, _ in self.times)

    @property
    def wall(self) -> float:
        """Median wall seconds of one unit, over all repetitions."""
        return median(wall for wall, _, _ in self.times)

    @property
    def mark(self) -> str:
        """`~` where `seconds` is projected from processor time."""
        return "" if len(self.clean) >= ENOUGH else "~"

    def repeat(self, units: int) -> None:
        """Time one repetition of so many units."""
        queued, wall, cpu = seconds_in_queue(), time.perf_counter(), time.process_time()
        for _ in range(units):
            self.work()
        wall, cpu, queued = time.perf_counter() - wall, time.process_time() - cpu, seconds_in_queue() - queued
        self.times.append((wall / units, cpu / units, queued <= IDLE * self.threads * wall))


def seconds_in_queue() -> float:
    """Seconds that the threads of this process waited for a processor, by the count of Linux."""
    queues = Path("/proc/self/task").glob("*/schedstat")
    return sum(int(queue.read_text().split()[1]) for queue in queues) * 1e-9


def take_turns(contestants: list[Contestant], rounds: int, least: float = 0.2, patience: float = 60.0) -> None:
    """Time `rounds` repetitions of every contestant, of at least `least` seconds each; the first units do not count.

    On a busy machine more rounds follow, for at most `patience` seconds, until every contestant has enough clean repetitions.
    """
    units = {}
    for c in contestants:
        c.work()
        start = time.perf_counter()
        c.work()
        units[c.name] = max(1, round(least / (time.perf_counter() - start)))
    start, done = time.perf_counter(), 0
    while done < rounds or (any(len(c.clean) < ENOUGH for c in contestants) and time.perf_counter() - start < patience):
        for c in contestants:
            c.repeat(units[c.name])
        done += 1
