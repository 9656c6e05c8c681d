"""The daily passes over the citizens against ports in C, NumPy, mesa-frames and Mesa: one crowd, one rule, equal bits.

python -m benchmarks.side_by_side [rows ...]        10,000, 100,000, 1,000,000 and 20,000,000 by default
"""

import platform
import sys
from collections.abc import Iterator
from os import cpu_count, getloadavg
from pathlib import Path

import numba
from mesa.examples.advanced.epstein_civil_violence.model import EpsteinCivilViolence

from benchmarks import bandwidth
from benchmarks.clock import Contestant, take_turns
from benchmarks.compiled import NoCompiler
from benchmarks.crowd import FULL_CIRCLE, Case, default_case
from benchmarks.ports import ArrayCrowd, kernel_crowd
from benchmarks.ports import c_port as c_port
from benchmarks.ports import mesa_port as mesa_port
from benchmarks.ports import numpy_port as numpy_port
from sim.mechanisms.contention import THREADED_FROM

try:
    from benchmarks.ports import frames_port as frames_port
except ModuleNotFoundError as missing:
    frames_port, NO_FRAMES = None, f"mesa-frames: not measured, {missing.name} is not installed"

SIZES = (10_000, 100_000, 1_000_000, 20_000_000)
LARGEST = SIZES[-1]
THREADS = min(2, cpu_count() or 1)
ROUNDS = 9
CHECKED_DAYS = 5  # from calm, compared bit by bit before the timing
THREADED_ROWS = 100_000  # below, waking threads takes longer than a day
MESA_ROWS, FRAMES_ROWS = 100_000, 1_000_000  # larger crowds take too long
MESA, CELLS, EPSTEIN = "Mesa, neighbours in lists", "Mesa, cells of a Network", "Mesa's own Epstein example"
# threads: ns of the protest pass at 2e7 rows and GB/s, of a prototype in C on another machine
C_ROW = {1: (5.3, 53.0), 2: (2.6, 56.5)}


def kernel(n_threads: int) -> str:
    """Name of the kernel's row."""
    return f"kernel, {n_threads} thread" + "s" * (n_threads > 1)


def c_name(n_threads: int) -> str:
    """Name of the C port's row."""
    return f"C, {n_threads} thread" + "s" * (n_threads > 1)


def resident_bytes() -> int:
    """Resident bytes of this process; 0 if the system does not report them."""
    table = Path("/proc/self/statm")
    return int(table.read_text().split()[1]) * 4096 if table.exists() else 0


def crowds(case: Case, agents: bool) -> Iterator[tuple[str, int, object, float]]:
    """Name, threads, crowd and bytes per citizen of every contestant of a size; agents: with the ports in Mesa."""
    counts = range(1, THREADS + 1 if case.n_rows >= THREADED_ROWS else 2)
    for n in counts:
        town = kernel_crowd(case, n)
        yield kernel(n), n, town, town.nbytes() / case.n_rows
    for n in counts:
        try:
            town = c_port.Crowd(case, n)
        except NoCompiler as missing:
            print(f"{c_name(n)}: not measured, {missing}")
            break
        yield c_name(n), n, town, town.nbytes() / case.n_rows
    town = ArrayCrowd(case, numpy_port.citizens_day, numpy_port.opinions_day)
    yield "NumPy", 1, town, town.nbytes() / case.n_rows
    models = [(MESA, mesa_port.Crowd), (CELLS, mesa_port.CellCrowd)] if agents and case.n_rows <= MESA_ROWS else []
    if frames_port and agents and case.n_rows <= FRAMES_ROWS:
        models.insert(0, ("mesa-frames, 1 thread", frames_port.Crowd))
    for name, model in models:
        before = resident_bytes()
        town = model(case)
        yield name, 1, town, (resident_bytes() - before) / case.n_rows


def compare(n_rows: int, ceiling: dict[int, float], *overrides: str) -> dict[str, float]:
    """Print the table of one size; return nanoseconds per citizen and day by name, of both passes and of each."""
    case = default_case(n_rows, *overrides)
    days, parts, memory, bits = [], [], {}, {}
    for name, n_threads, town, size in crowds(case, agents=not overrides):
        for _ in range(CHECKED_DAYS if n_rows <= 1_000_000 else 2):
            town.step()
        memory[name], bits[name] = size, town.outcome().digest()
        days.append(Contestant(name, town.step, n_threads))
        if isinstance(town, ArrayCrowd):
            parts.append(Contestant(f"{name}: protest", town.protest, n_threads))
            parts.append(Contestant(f"{name}: alignment", town.converse, n_threads))
    if len(set(bits.values())) > 1:
        raise SystemExit(f"{n_rows:,} rows: results differ, {bits}")
    take_turns(days + parts, ROUNDS if n_rows <= 1_000_000 else 5)
    nanoseconds = {c.name: 1e9 * c.seconds / n_rows for c in days + parts}
    slowest = nanoseconds.get(CELLS, max(nanoseconds[c.name] for c in days))
    stored = case.protest["links"].nbytes / n_rows
    moved = (
        7 + 24 + 2 * stored
    )  # bytes: states and words in and out, with the lines fetched to write; traits; links, twice
    print(
        f"\n{n_rows:,} citizens{''.join(f', {o}' for o in overrides)}; digest {next(iter(bits.values()))} of all after the same days"
    )
    print(
        f"{'':24}{'ns':>11}{'protest':>10}{'alignment':>11}{'clean':>7}{'wall':>11}{'cpu':>11}{'M steps/s':>11}{'ratio':>9}{'bytes':>7}{'bandwidth':>11}"
    )
    for c in days:
        ns = nanoseconds[c.name]
        each = (
            format(nanoseconds[n], ".2f") if (n := f"{c.name}: {share}") in nanoseconds else ""
            for share in ("protest", "alignment")
        )
        share = f"{moved / ns / ceiling[c.threads]:.0%}" if ceiling and n_rows >= LARGEST else ""
        print(
            f"{c.name:24}{c.mark + format(ns, ',.2f'):>11}{next(each):>10}{next(each):>11}{len(c.clean):>4}/{len(c.times):<2}"
            f"{1e9 * c.wall / n_rows:>11,.2f}{1e9 * c.cpu / n_rows:>11,.2f}{1e3 / ns:>11,.2f}{slowest / ns:>9,.1f}"
            f"{memory[c.name]:>7,.0f}{share:>11}",
            flush=True,
        )
    return nanoseconds


def mesa_quality() -> float:
    """Print the speed of the Mesa ports and of Mesa's shipped example, in agent-steps per second; return the ratio."""
    case, model = default_case(10_000), EpsteinCivilViolence(seed=1)
    towns = {MESA: mesa_port.Crowd(case), CELLS: mesa_port.CellCrowd(case)}
    contestants = [Contestant(EPSTEIN, model.step), *(Contestant(name, town.step) for name, town in towns.items())]
    take_turns(contestants, ROUNDS)
    speed = {c.name: (len(model.agents) if c.name == EPSTEIN else case.n_rows) / c.seconds for c in contestants}
    print(
        f"\n{EPSTEIN} ({len(model.agents):,} agents): {speed[EPSTEIN]:,.0f} agent-steps/s; at 10,000 citizens", end=" "
    )
    print(", ".join(f"{name}: {speed[name]:,.0f}, {speed[name] / speed[EPSTEIN]:.1f} x" for name in towns))
    return speed[CELLS] / speed[EPSTEIN]


def targets(
    nanoseconds: dict[int, dict[str, float]], full: dict[str, float], quality: float, ceiling: dict[int, float]
) -> None:
    """Print targets and measured values, for the sizes of this run."""
    lines = [(f"speed of {CELLS}, against Mesa's Epstein example", 6.0, quality)]

    def ratio(text: str, least: float, rows: int, slow: str, fast: str) -> None:
        if {slow, fast} <= nanoseconds.get(rows, {}).keys():
            lines.append((text, least, nanoseconds[rows][slow] / nanoseconds[rows][fast]))

    for n_threads, least in ((1, 1500.0), (2, 3300.0)):
        for name in (CELLS, MESA):
            ratio(f"{kernel(n_threads)}, against {name}, 1e5", least, 100_000, name, kernel(n_threads))
    for rows, least in ((100_000, 0.8), (1_000_000, 0.75), (20_000_000, 0.6)):
        for n in (1, 2):
            ratio(f"{kernel(n)}, share of the speed of C, {rows:.0e}", least, rows, c_name(n), kernel(n))
    ratio("kernel, two threads against one, 2e7", 1.7, LARGEST, kernel(1), kernel(2))
    if ns := full.get(kernel(2)):
        lines.append((f"13 ns against {kernel(2)}, alignment over long links, {LARGEST:.0e}", 1.0, 13.0 / ns))
    if len(nanoseconds) > 1:
        costs = [ns[kernel(1)] for ns in nanoseconds.values()]
        lines.append((f"even cost over the sizes, least / most, {kernel(1)}", 0.5, min(costs) / max(costs)))
        costs_as_used = [
            ns.get(kernel(2 if rows >= THREADED_FROM else 1), ns[kernel(1)]) for rows, ns in nanoseconds.items()
        ]
        lines.append(("the same with threads as runs use them", 0.5, min(costs_as_used) / max(costs_as_used)))
    for n, (ns, speed) in C_ROW.items():
        if ceiling and (kernel_ns := nanoseconds.get(LARGEST, {}).get(f"{c_name(n)}: protest")):
            text = f"{c_name(n)}, protest, against the prototype scaled by bandwidth"
            lines.append((text, 0.9, ns * speed / ceiling[n] / kernel_ns))
    print(f"\n{'':72}{'at least':>10}{'found':>10}")
    for text, least, value in lines:
        print(f"{text:72}{least:>10,.2f}{value:>10,.2f}{'' if value >= least else '   missed'}")


def main() -> None:
    """Print the tables."""
    sizes = [int(float(n)) for n in sys.argv[1:]] or list(SIZES)
    print(f"{platform.processor() or platform.machine()}, {cpu_count()} cores, load {getloadavg()[0]:.1f}", end="; ")
    print(f"Python {platform.python_version()}, numba {numba.__version__}")
    ceiling: dict[int, float] = {}
    try:
        for n_threads in range(1, THREADS + 1):
            speeds = bandwidth.measure(n_threads)
            ceiling[n_threads] = max(speeds.values())
            print(f"GB/s, {n_threads} thread(s): " + ", ".join(f"{name} {speed:.0f}" for name, speed in speeds.items()))
    except NoCompiler as missing:
        print(f"memory bandwidth: not measured, {missing}")
    if not frames_port:
        print(NO_FRAMES)
    print(
        "ns per citizen and day: median of the clean repetitions, or ~ from processor time; ratio to Mesa on cells, or to the slowest"
    )
    nanoseconds = {n_rows: compare(n_rows, ceiling) for n_rows in sizes}
    full = compare(LARGEST, ceiling, FULL_CIRCLE) if LARGEST in sizes else {}
    targets(nanoseconds, full, mesa_quality(), ceiling)
    print(f"load at the end {getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
