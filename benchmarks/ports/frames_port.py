"""The passes in mesa-frames: a data frame of citizens, a day is a few Polars expressions over its columns.

mesa-frames 0.1.0a0 declares numpy < 2 but runs with NumPy 2: `pip install --no-deps mesa-frames==0.1.0a0` after `suasion[bench]`.
"""

from os import environ

environ.setdefault("POLARS_MAX_THREADS", "1")  # the fastest on two cores, and compared on one

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF

from benchmarks.crowd import Case
from benchmarks.ports import Outcome
from benchmarks.ports.numpy_port import day_draws
from sim.core.streams import Stream, bits
from sim.kernels.citizens import ACTIVE
from sim.kernels.opinions import LANES, LIMIT

ALIGNMENTS = [f"alignment_{lane}" for lane in range(LANES)]


class Citizens(AgentSetPolars):
    """Mobilisable adults: traits, segment, state, alignments in units of 2^-12, and the rows of their neighbours."""

    def __init__(self, model: "Crowd", case: Case):
        super().__init__(model)
        self.rule, self.hearing = case.protest, case.alignment
        around, deviations = case.neighbours.T.astype(np.uint32), case.deviations.T.astype(np.int32) << 8
        start, aims = (words.view(np.int16).reshape(-1, LANES) for words in (case.start, case.alignment["aims"]))
        columns = {
            "unique_id": np.arange(case.n_rows),
            "segment": case.segments.astype(np.uint32),
            "hardship": case.protest["traits"][0].astype(np.int64),
            "aversion": case.protest["traits"][1].astype(np.int64),
            "state": np.zeros(case.n_rows, dtype=np.uint8),
            "newly_detained": np.zeros(case.n_rows, dtype=bool),
        }
        for lane, name in enumerate(ALIGNMENTS):
            columns[name] = start[:, lane].astype(np.int32)
            columns[f"aim_{lane}"] = aims[case.segments, lane] + (deviations[lane] * case.alignment["innate"] >> 16)
            columns[f"rounding_{lane}"] = deviations[lane] & 0xFFFF
        self.neighbours = [f"neighbour_{d}" for d in range(len(around))]
        self.heard_neighbours = self.neighbours[: case.n_heard]
        self.add(pl.DataFrame(columns | dict(zip(self.neighbours, around, strict=True))))
        self.tables = {name: pl.Series(case.protest[name]) for name in ("exposure", "noise", "grievance")}

    def step(self) -> None:
        """One day, from yesterday's columns."""
        draws = day_draws(self.rule["key"], self.model.day, 0, len(self))
        caught = (pl.col("state") == ACTIVE) & pl.col("caught")
        self.agents = (
            self.agents.with_columns(
                (pl.col("state") == ACTIVE).cast(pl.UInt8).alias("is_active"),
                pl.Series("cell", (draws >> np.uint64(52)).astype(np.uint32)),
                pl.Series("reviews", (draws & np.uint64(0xFFFFFFFF)) < np.uint64(self.rule["redecide"])),
                pl.Series("caught", ((draws >> np.uint64(32)) & np.uint64(0xFFFF)) < np.uint64(self.rule["arrest"])),
            )
            .with_columns(self.protest(caught).alias("state"), caught.alias("newly_detained"), *self.consider())
            .drop("is_active", "cell", "reviews", "caught")
        )

    @staticmethod
    def around(column: str, neighbours: list[str]) -> pl.Expr:
        """Sum of a column over neighbours."""
        return pl.sum_horizontal(pl.col(column).gather(pl.col(name)) for name in neighbours)

    def protest(self, caught: pl.Expr) -> pl.Expr:
        """Today's states."""
        rule, state = self.rule, pl.col("state")
        of_row = {name: pl.lit(table) for name, table in self.tables.items()}
        pull = pl.col("hardship") * of_row["grievance"].gather(pl.col("segment")) // 65536
        hold = pl.col("aversion") * rule["arrest_risk"] // 65536
        exposure = of_row["exposure"].gather(self.around("is_active", self.neighbours).cast(pl.UInt32))
        utility = pull + exposure + (rule["national"] - rule["threshold"]) - hold
        wills = (utility > of_row["noise"].gather(pl.col("cell"))).cast(pl.UInt8)
        free = pl.when(pl.col("reviews")).then(wills).otherwise(state)
        detained = pl.when(state > 2).then(state - 1).otherwise(pl.lit(0, dtype=pl.UInt8))
        sentence = pl.lit(rule["detention_days"] + 1, dtype=pl.UInt8)
        return pl.when(state > ACTIVE).then(detained).when(caught).then(sentence).otherwise(free)

    def consider(self) -> list[pl.Expr]:
        """Today's alignments."""
        offset = int(bits(self.hearing["key"], Stream.ROUNDING, self.model.day, 0, 0)) & 0xFFFF
        columns = []
        for lane, name in enumerate(ALIGNMENTS):
            peers_sum = self.around(name, self.heard_neighbours) * self.hearing["peers"] // 65536
            way = peers_sum + pl.col(f"aim_{lane}") - pl.col(name)
            rounding = (pl.col(f"rounding_{lane}") + offset) & 0xFFFF
            moved = pl.col(name) + (way * self.hearing["rate"] + rounding) // 65536
            columns.append(moved.clip(-LIMIT, LIMIT).cast(pl.Int32).alias(name))
        return columns


class Crowd(ModelDF):
    """A crowd of citizens under the default rule."""

    def __init__(self, case: Case):
        super().__init__(seed=0)
        self.day = 0
        self.agents += Citizens(self, case)
        self.record: list[pl.DataFrame] = []

    def step(self) -> None:
        """One day and its sums."""
        self.agents.do("step")
        aligned = [pl.col(name).cast(pl.Int64).sum() for name in ALIGNMENTS]
        favourable = [(pl.col(name) >= 0).sum().alias(f"favourable_{name}") for name in ALIGNMENTS]
        active = (pl.col("state") == ACTIVE).sum().alias("active")
        sums = [active, pl.col("newly_detained").sum(), *aligned, *favourable]
        self.record.append(self.frame.group_by("segment").agg(*sums).sort("segment"))
        self.day += 1

    @property
    def frame(self) -> pl.DataFrame:
        """The citizens, one row each."""
        return self.get_agents_of_type(Citizens).agents

    def outcome(self) -> Outcome:
        """Rows and sums after the last day."""
        sums = self.record[-1].drop("segment").to_numpy().astype(np.int64)
        alignments = self.frame.select(ALIGNMENTS).to_numpy().astype(np.int16)
        return Outcome(self.frame["state"].to_numpy(), alignments, *np.split(sums, [2, 2 + LANES], axis=1))
