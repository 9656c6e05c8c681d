"""Sampled rows of a design: groups of points that are not drawn independently."""

from collections.abc import Hashable, Iterable

import numpy as np


def block_size(kind: str, axes: int) -> int | None:
    """Points of a trajectory or block from one draw of all axes; None if every point is a draw of its own, 0 if all points
    come from one draw."""
    return {"morris": axes + 1, "saltelli": axes + 2, "saltelli_s2": 2 * axes + 2, "oat": 0}.get(kind)


def blocks(size: int, members: Iterable[np.ndarray], points: int) -> np.ndarray:
    """Number of the block of every point. members: points of each combination of crossed values, in the order of the design.

    If the points do not fill whole blocks, their order is lost, and all of them are one block.
    """
    block = np.zeros(points, int)
    for rows in members:
        if size and rows.size % size == 0:
            block[rows] = np.arange(rows.size) // size
    return block


def join_groups(*labels: Iterable[Hashable]) -> np.ndarray:
    """Number of the group of every point. Points with an equal label in any column belong together; None equals nothing."""
    parent: list[int] = []

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for column in labels:
        first: dict[Hashable, int] = {}
        for i, label in enumerate(column):
            if i == len(parent):
                parent.append(i)
            if label is not None:
                a, b = sorted((root(first.setdefault(label, i)), root(i)))
                parent[b] = a
    return np.unique([root(i) for i in range(len(parent))], return_inverse=True)[1]
