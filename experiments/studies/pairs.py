"""Study of pairs: compares every pair of shipped scenarios with the same host, and writes a report on each.

python -m experiments.studies.pairs [runs=2] [days=10] [citizens=500] [draw=true] [NAME ...]

Prints a line per pair, then the number of successes. NAME: only pairs of these scenarios.
"""

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from experiments.compare import compare
from experiments.report import report
from sim.spec.config_files import names_in
from sim.spec.load import load_with

SETTINGS = {"runs": "2", "days": "10", "citizens": "500", "draw": "true"}


def pairs(names: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of scenarios with the same host."""
    hosts: dict[str, list[str]] = defaultdict(list)
    for name in names:
        hosts[load_with([f"scenario={name}"])[0].scenario.host].append(name)
    for same in hosts.values():
        yield from combinations(same, 2)


def one(pair: tuple[str, str], settings: list[str]) -> str:
    """Compare two scenarios and write the report; return a line on it."""
    with tempfile.TemporaryDirectory() as base:
        out = Path(base) / "out"
        words = [f"scenarios=[{','.join(pair)}]", "workers=1", "quiet=true", *settings]
        _, summary = compare.compare([*words, f"out={out.as_posix()}"], ["compare", *words])
        page = report(str(out), [])
        cells = [c for e in summary["metrics"].values() for c in e["arms"].values()]
        absent = sum(c.get("reason") == "not in this scenario" for c in cells)
        return f"{len(summary['metrics'])} metrics, {absent} cells not in a scenario, report {page.stat().st_size / 1e6:.1f} MB"


def main(words: list[str]) -> int:
    """Exit status 1 if a pair fails."""
    arguments = dict(word.split("=", 1) for word in words if "=" in word)
    settings = SETTINGS | arguments
    if settings.pop("draw") == "false":
        compare.draw = lambda *a: None
    words_of_settings = [f"{key}={value}" for key, value in settings.items() if value != "none"]
    names = [word for word in words if "=" not in word] or list(names_in("scenario"))
    failed, every = 0, list(pairs(names))
    for pair in every:
        start = time.perf_counter()
        try:
            result = one(pair, words_of_settings)
        except Exception as error:  # the study goes on and counts
            failed += 1
            result = f"FAILED, {type(error).__name__}: {str(error).splitlines()[0]}"
        print(f"{pair[0]}, {pair[1]}: {result}, {time.perf_counter() - start:.1f} s", flush=True)
    print(f"{len(every) - failed} of {len(every)} pairs of one host compare and have a report")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
