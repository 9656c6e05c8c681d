"""How long a default world takes, and where the time goes.

python -m benchmarks.speed
"""

import platform
import time

import numpy as np

import sim
from sim import build
from sim.build import Stage
from sim.mechanisms import alignment, autonomy, contention, opinions


def clock(function, repeats: int) -> float:
    """Median seconds of a call."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


KERNELS = {
    build: ("draw_traits", "link_rows"),
    contention: ("citizens_day",),
    opinions: ("opinions_day",),
    alignment: ("influence_step", "weighted_means"),
    autonomy: ("weighted_means",),
}


def in_kernels(function) -> float:
    """Seconds of a call that pass in compiled functions, the conversion of their arguments included."""
    spent = 0.0

    def timed(kernel):
        def call(*arguments, **options):
            nonlocal spent
            start = time.perf_counter()
            result = kernel(*arguments, **options)
            spent += time.perf_counter() - start
            return result

        return call

    kept = [(module, name, getattr(module, name)) for module, names in KERNELS.items() for name in names]
    for module, name, kernel in kept:
        setattr(module, name, timed(kernel))
    try:
        function()
    finally:
        for module, name, kernel in kept:
            setattr(module, name, kernel)
    return spent


def main() -> None:
    """Print the table."""
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, one core")
    start = time.perf_counter()
    spec = sim.load()
    print(f"compose and check the configuration  {1e3 * (time.perf_counter() - start):8.0f} ms")
    stage = Stage(spec)
    sim.simulate(spec.model_copy(update={"days": 3}), stage)  # compiles
    print(f"build the stage from it              {1e3 * clock(lambda: Stage(spec), 5):8.1f} ms")
    print(f"build one world on the stage         {1e3 * clock(lambda: stage.world(1, 0), 20):8.1f} ms")
    for rows in (5_000, 20_000, 100_000):
        sized = spec.model_copy(update={"citizens": rows})
        own = Stage(sized)
        whole = clock(lambda s=sized, o=own: sim.simulate(s, o), 9)
        faces = []
        for _ in range(9):
            start = time.perf_counter()
            compiled = in_kernels(lambda s=sized, o=own: sim.simulate(s, o))
            faces.append(1.0 - compiled / (time.perf_counter() - start))
        print(
            f"{rows:>9,} rows, 365 days             {1e3 * whole:8.1f} ms, {1e9 * whole / rows / 365:6.1f} ns per row and day, "
            f"{100 * float(np.median(faces)):.0f} % of it Mesa objects, recording and Python decisions"
        )


if __name__ == "__main__":
    main()
