"""Digests of every series of every shipped scenario, and of runs that only directives, policies or a snapshot reach.

    python -m tests.digests          compare with the recorded ones; exit status 1 and a line per run that differs
    python -m tests.digests record   record them anew

Recorded bits are those of one kind of processor: elsewhere the last bit of a sum may differ, so sums stand beside the digests.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np

import sim
from benchmarks.speed import POLICIES
from sim.spec.config_files import names_in

PATH = Path(__file__).with_suffix(".json")
SETTINGS = ("citizens=1000", "indicators=drawn", "seed=20220105", "replication=3")
PARAMETERS = ("default", "prior", "posterior")
DIRECTIVE = "+scenario.directives.CHN={loan: {HOST: 30}}"
SNAPSHOT_DAY = 20


def cases() -> dict[str, tuple[str, ...]]:
    """Name of a run -> its overrides, without the common ones."""
    runs = {
        f"{scenario} {parameters}": (f"scenario={scenario}", f"parameters={parameters}")
        for scenario in names_in("scenario")
        for parameters in PARAMETERS
    }
    policies = (f"+scenario.policies.{state}={policy}" for state, policy in POLICIES.items())
    return runs | {
        "directive": (DIRECTIVE, "parameters=posterior"),
        "policies": (*policies, "days=730", "parameters=posterior"),
        "snapshot": ("scenario=csto_intervention", "parameters=posterior"),
    }


def run(name: str, overrides: tuple[str, ...]) -> dict:
    """Digests of the series and of the events of one run, and the sum of each series."""
    spec = sim.load([*SETTINGS, *overrides])
    start = None
    if name == "snapshot":
        model = sim.InfluenceModel(spec)
        for _ in range(SNAPSHOT_DAY):
            model.step()
        start = model.snapshot()
    records = sim.simulate(spec, start=start)
    digest = sha256()
    for series, data in sorted(records.series.items()):
        digest.update(repr((series, data.shape, data.dtype.str)).encode() + np.ascontiguousarray(data).tobytes())
    events = [(e.day, e.actor, e.kind, e.target, e.size, e.unit) for e in records.events]
    return {
        "series": digest.hexdigest(),
        "events": sha256(repr(events).encode()).hexdigest(),
        "sums": {series: float(data.sum()) for series, data in sorted(records.series.items())},
    }


def processor() -> list[str]:
    """The vector instructions that NumPy uses here: where they are others, sums may differ in the last bit."""
    extensions = np.show_config(mode="dicts")["SIMD Extensions"]
    return sorted(extensions.get("baseline", [])) + sorted(extensions.get("found", []))


def compute() -> dict:
    """All runs."""
    return {"processor": processor(), "runs": {name: run(name, overrides) for name, overrides in cases().items()}}


def recorded() -> dict:
    """What was recorded."""
    return json.loads(PATH.read_text(encoding="utf-8"))


def differences(old: dict, new: dict, exact: bool) -> list[str]:
    """Parts of one run that differ: digests if exact, and the series whose sums differ by more than 1e-9."""
    parts = [part for part in ("series", "events") if exact and old[part] != new[part]]
    was, now = old["sums"], new["sums"]
    moved = [
        name for name in was | now if not np.isclose(was.get(name, np.nan), now.get(name, np.nan), rtol=1e-9, atol=1e-9)
    ]
    return parts + moved


def main(words: list[str]) -> int:
    """Record or compare."""
    if words == ["record"]:
        PATH.write_text(json.dumps(compute(), indent=1) + "\n", encoding="utf-8")
        return 0
    old, new = recorded(), compute()
    lines = [f"{name}: only in one of the two" for name in sorted(old["runs"].keys() ^ new["runs"].keys())]
    for name in (name for name in old["runs"] if name in new["runs"]):
        parts = differences(old["runs"][name], new["runs"][name], old["processor"] == new["processor"])
        lines += [f"{name}: {', '.join(parts)}"] if parts else []
    print("\n".join(lines) or "all the same")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
