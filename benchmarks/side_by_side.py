"""The daily pass over the citizens against its twins in C, NumPy, mesa-frames and Mesa: one crowd, one rule, the same bits.

python -m benchmarks.side_by_side [rows ...]        10,000, 100,000, 1,000,000 and 20,000,000 unless told
"""

import platform
import sys
from collections.abc import Iterator
from functools import partial
from os import cpu_count, getloadavg
from pathlib import Path

import numba
from mesa.examples.advanced.epstein_civil_violence.model import EpsteinCivilViolence

from benchmarks import bandwidth
from benchmarks.clock import Contestant, take_turns
from benchmarks.compiled import NoCompiler
from benchmarks.kernel import crowd
from benchmarks.twins import ArrayCrowd, c_twin, digest, mesa_twin, numpy_twin
from sim.kernels.citizens import citizens_day, citizens_day_threaded

try:
    from benchmarks.twins import frames_twin
except ModuleNotFoundError as missing:
    frames_twin, NO_FRAMES = None, f"mesa-frames: not measured, {missing.name} is not installed"

SIZES = (10_000, 100_000, 1_000_000, 20_000_000)
THREADS = min(2, cpu_count() or 1)
ROUNDS = 9
CHECKED_DAYS = 10  # from calm, compared bit by bit before anything is timed
THREADED_ROWS = 100_000  # below, waking threads costs more than a day
MESA_ROWS, FRAMES_ROWS = 100_000, 1_000_000  # larger crowds take too long
MESA, CELLS, EPSTEIN = "Mesa, neighbours in lists", "Mesa, cells of a Network", "Mesa's own Epstein example"
C_ROW = {
    1: (5.3, 53.0),
    2: (2.6, 56.5),
}  # threads: ns and GB/s of a C prototype of this pass at 2e7 rows, on another machine


def threaded(n_threads: int, *args, **case) -> None:
    """The kernel on so many threads."""
    numba.set_num_threads(n_threads)
    citizens_day_threaded(*args, **case)


def resident() -> int:
    """Bytes of memory that this process holds; 0 where the system does not tell."""
    table = Path("/proc/self/statm")
    return int(table.read_text().split()[1]) * 4096 if table.exists() else 0


def kernel(n_threads: int) -> str:
    """Name of the kernel's row."""
    return f"kernel, {n_threads} thread" + "s" * (n_threads > 1)


def c_name(n_threads: int) -> str:
    """Name of the C twin's row."""
    return f"C, {n_threads} thread" + "s" * (n_threads > 1)


def crowds(n_rows: int) -> Iterator[tuple[str, int, object, float]]:
    """Name, threads, crowd and bytes per citizen of everybody who takes part at a size."""
    case = crowd(n_rows)
    several = range(2, THREADS + 1) if n_rows >= THREADED_ROWS else ()
    ways = [
        (kernel, 1, partial(ArrayCrowd, function=citizens_day)),
        *((kernel, n, partial(ArrayCrowd, function=partial(threaded, n))) for n in several),
        *((c_name, n, partial(c_twin.Crowd, threads=n)) for n in (1, *several)),
        (lambda n: "NumPy", 1, partial(ArrayCrowd, function=numpy_twin.citizens_day)),
    ]
    for name, n_threads, make in ways:
        try:
            town = make(case)
        except NoCompiler as missing:
            print(f"{name(n_threads)}: not measured, {missing}")
            continue
        yield name(n_threads), n_threads, town, town.nbytes() / n_rows
    models = [(MESA, mesa_twin.Crowd), (CELLS, mesa_twin.CellCrowd)] if n_rows <= MESA_ROWS else []
    if frames_twin and n_rows <= FRAMES_ROWS:
        models.insert(0, ("mesa-frames, 1 thread", frames_twin.Crowd))
    for name, model in models:
        before = resident()
        town = model(case)
        yield name, 1, town, (resident() - before) / n_rows


def compare(n_rows: int, ceiling: dict[int, float]) -> dict[str, float]:
    """Print the table of one size; nanoseconds per citizen and day by name."""
    contestants, memory, bits = [], {}, {}
    for name, n_threads, town, size in crowds(n_rows):
        for _ in range(CHECKED_DAYS if n_rows <= 1_000_000 else 3):
            town.step()
        memory[name], bits[name] = size, digest(town)
        contestants.append(Contestant(name, town.step, n_threads))
    if len(set(bits.values())) > 1:
        raise SystemExit(f"{n_rows:,} rows: results differ, {bits}")
    take_turns(contestants, ROUNDS if n_rows <= 1_000_000 else 5)
    found = {c.name: 1e9 * c.seconds / n_rows for c in contestants}
    slowest = found.get(CELLS, max(found.values()))
    moved = (
        7 + 4 * len(crowd(64)["links"]) + 0.25
    )  # bytes: states in and out, with the line fetched to write; traits; links; bits
    print(f"\n{n_rows:,} citizens; digest {next(iter(bits.values()))} of all after the same days")
    print(
        f"{'':30}{'ns':>10}{'clean':>7}{'wall':>10}{'cpu':>10}{'M steps/s':>11}{'ratio':>9}{'bytes':>8}{'bandwidth':>10}"
    )
    for c in contestants:
        ns = found[c.name]
        part = f"{moved / ns / ceiling[c.threads]:>9.0%}" if ceiling and n_rows >= 20_000_000 else ""
        print(
            f"{c.name:30}{c.mark + format(ns, ',.2f'):>10}{len(c.clean):>4}/{len(c.times)}{1e9 * c.wall / n_rows:>11,.2f}"
            f"{1e9 * c.cpu / n_rows:>10,.2f}{1e3 / ns:>11,.2f}{slowest / ns:>9,.1f}{memory[c.name]:>8,.0f}{part:>10}",
            flush=True,
        )
    return found


def epstein_steps() -> float:
    """Nanoseconds per agent and step of Mesa's shipped example, next to the Mesa twins."""
    case, model = crowd(10_000), EpsteinCivilViolence(seed=1)
    twins = {name: town(case) for name, town in ((MESA, mesa_twin.Crowd), (CELLS, mesa_twin.CellCrowd))}
    contestants = [Contestant(EPSTEIN, model.step), *(Contestant(name, town.step) for name, town in twins.items())]
    take_turns(contestants, 5)
    ns = {c.name: 1e9 * c.seconds / (len(model.agents) if c.name == EPSTEIN else 10_000) for c in contestants}
    print(
        f"\n{EPSTEIN} ({len(model.agents):,} agents): {1e9 / ns[EPSTEIN]:,.0f} agent-steps/s; at 10,000 citizens",
        end=" ",
    )
    print(", ".join(f"{name}: {1e9 / ns[name]:,.0f}, {ns[EPSTEIN] / ns[name]:.1f} x" for name in twins))
    return ns[EPSTEIN] / ns[CELLS]


def targets(found: dict[int, dict[str, float]], mesa_quality: float, ceiling: dict[int, float]) -> None:
    """Print what was aimed at next to what was found, as far as it was measured."""
    lines = [("Mesa twin on cells against Mesa's Epstein example", 6.0, mesa_quality)]

    def ratio(text: str, least: float, rows: int, slow: str, fast: str) -> None:
        if {slow, fast} <= found.get(rows, {}).keys():
            lines.append((text, least, found[rows][slow] / found[rows][fast]))

    for n_threads, least in ((1, 1500.0), (2, 3300.0)):
        for name in (CELLS, MESA):
            ratio(f"kernel on {n_threads} thread(s) against {name}, 1e5", least, 100_000, name, kernel(n_threads))
    for rows, least in ((100_000, 0.8), (1_000_000, 0.75), (20_000_000, 0.6)):
        ratio(f"share of the speed of C, 1 thread, {rows:.0e}", least, rows, c_name(1), kernel(1))
        ratio(f"share of the speed of C, 2 threads, {rows:.0e}", least, rows, c_name(2), kernel(2))
    ratio("kernel, two threads against one, 2e7", 1.7, 20_000_000, kernel(1), kernel(2))
    costs = [ns[kernel(1)] for ns in found.values()]
    lines.append(("even cost over the sizes, least / most", 0.5, min(costs) / max(costs)))
    for n_threads, (ns, speed) in C_ROW.items():
        if ceiling and (mine := found.get(20_000_000, {}).get(c_name(n_threads))):
            aim = ns * speed / ceiling[n_threads]
            lines.append((f"C twin against the prototype scaled by bandwidth, {n_threads} thread(s)", 0.9, aim / mine))
    print(f"\n{'':68}{'at least':>10}{'found':>10}")
    for text, least, value in lines:
        print(f"{text:68}{least:>10,.2f}{value:>10,.2f}{'' if value >= least else '   missed'}")


def main() -> None:
    """Print the tables."""
    sizes = [int(float(n)) for n in sys.argv[1:]] or list(SIZES)
    print(f"{platform.processor() or platform.machine()}, {cpu_count()} cores, load {getloadavg()[0]:.1f}", end="; ")
    print(f"Python {platform.python_version()}, numba {numba.__version__}")
    ceiling: dict[int, float] = {}
    try:
        for n_threads in {1, THREADS}:
            speeds = bandwidth.measure(n_threads)
            ceiling[n_threads] = max(speeds.values())
            print(f"GB/s, {n_threads} thread(s): " + ", ".join(f"{name} {speed:.0f}" for name, speed in speeds.items()))
    except NoCompiler as missing:
        print(f"memory bandwidth: not measured, {missing}")
    if not frames_twin:
        print(NO_FRAMES)
    print(
        f"ns per citizen and day: median of clean repetitions of {ROUNDS}, or ~ from processor time; ratio to the Mesa twin"
    )
    found = {n_rows: compare(n_rows, ceiling) for n_rows in sizes}
    targets(found, epstein_steps(), ceiling)
    print(f"load at the end {getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
