"""The pass in mesa-frames: a data frame of citizens, a day is a few Polars expressions over its columns.

mesa-frames 0.1.0a0 declares numpy < 2 but runs with NumPy 2: `pip install --no-deps mesa-frames==0.1.0a0` after `suasion[bench]`.
"""

from os import environ

environ.setdefault("POLARS_MAX_THREADS", "1")  # the fastest on two cores, and compared on one

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF

from benchmarks.twins.numpy_twin import day_draws
from sim.kernels.citizens import ACTIVE


class Citizens(AgentSetPolars):
    """Mobilisable adults: traits, segment, state and the rows of their neighbours."""

    def __init__(self, model: "Crowd", case: dict):
        super().__init__(model)
        n_rows, ring = case["links"].shape[1], case["ring"]
        rows = np.arange(n_rows)
        around = [(rows + step) % n_rows for step in range(-ring, ring + 1) if step] + list(case["links"])
        self.neighbours = [f"neighbour_{d}" for d in range(len(around))]
        columns = {
            "unique_id": rows,
            "segment": np.repeat(np.arange(len(case["grievance"])), np.diff(case["bounds"])).astype(np.uint32),
            "hardship": case["traits"][0].astype(np.int64),
            "aversion": case["traits"][1].astype(np.int64),
            "state": np.zeros(n_rows, dtype=np.uint8),
            "newly_detained": np.zeros(n_rows, dtype=bool),
        }
        ends = {name: row.astype(np.uint32) for name, row in zip(self.neighbours, around, strict=True)}
        self.add(pl.DataFrame(columns | ends))
        self.case = case
        self.tables = {name: pl.Series(case[name]) for name in ("exposure", "noise", "grievance")}

    def step(self) -> None:
        """One day, from yesterday's column of states."""
        case, state = self.case, pl.col("state")
        draws = day_draws(case["key"], self.model.day, 0, len(self))
        active = state == ACTIVE
        of_row = {name: pl.lit(table) for name, table in self.tables.items()}
        seen = pl.sum_horizontal(pl.col("is_active").gather(pl.col(name)) for name in self.neighbours)
        pull = pl.col("hardship") * of_row["grievance"].gather(pl.col("segment")) // 65536
        hold = pl.col("aversion") * case["arrest_risk"] // 65536
        utility = pull + of_row["exposure"].gather(seen.cast(pl.UInt32)) + (case["national"] - case["threshold"]) - hold
        wills = (utility > of_row["noise"].gather(pl.col("cell"))).cast(pl.UInt8)
        caught = active & pl.col("caught")
        free = pl.when(pl.col("reviews")).then(wills).otherwise(state)
        held = pl.when(state > 2).then(state - 1).otherwise(pl.lit(0, dtype=pl.UInt8))
        sentence = pl.lit(case["detention_days"] + 1, dtype=pl.UInt8)
        today = pl.when(state > ACTIVE).then(held).when(caught).then(sentence).otherwise(free)
        self.agents = (
            self.agents.with_columns(
                active.cast(pl.UInt8).alias("is_active"),
                pl.Series("cell", (draws >> np.uint64(52)).astype(np.uint32)),
                pl.Series("reviews", (draws & np.uint64(0xFFFFFFFF)) < np.uint64(case["redecide"])),
                pl.Series("caught", ((draws >> np.uint64(32)) & np.uint64(0xFFFF)) < np.uint64(case["arrest"])),
            )
            .with_columns(today.alias("state"), caught.alias("newly_detained"))
            .drop("is_active", "cell", "reviews", "caught")
        )


class Crowd(ModelDF):
    """case: the arguments of the pass, as `benchmarks.kernel.crowd` gives them."""

    def __init__(self, case: dict):
        super().__init__(seed=0)
        self.day = 0
        self.citizens = Citizens(self, case)
        self.agents += self.citizens
        self.record: list[pl.DataFrame] = []

    def step(self) -> None:
        """One day and its counts."""
        self.agents.do("step")
        self.record.append(
            self.frame.group_by("segment").agg(
                (pl.col("state") == ACTIVE).sum().alias("active"), pl.col("newly_detained").sum()
            )
        )
        self.day += 1

    @property
    def frame(self) -> pl.DataFrame:
        """The citizens, one row each."""
        return self.get_agents_of_type(Citizens).agents

    def outcome(self) -> tuple[np.ndarray, np.ndarray]:
        """States of the rows, uint8 (rows,), and yesterday's counts, int64 (segments, 2)."""
        counts = self.record[-1].sort("segment").select("active", "newly_detained").to_numpy().astype(np.int64)
        return self.frame["state"].to_numpy(), counts
