"""The key of a tie: the kind alone to the model, and a name with both ends to files of the graph."""

import networkx as nx


class TieKey(str):
    """A kind of tie, equal to its text. `str()` adds both ends, because files like GraphML name edges by it."""

    __slots__ = ("ends",)
    ends: tuple[str, str]

    def __new__(cls, kind: str, source: str, target: str) -> "TieKey":
        """The key of a tie from a source to a target."""
        key = super().__new__(cls, kind)
        key.ends = (source, target)
        return key

    def __str__(self) -> str:
        return f"{self.ends[0]}->{self.ends[1]}:{self:s}"

    def __format__(self, spec: str) -> str:
        return format("".join(self), spec)

    def __getnewargs__(self) -> tuple[str, str, str]:
        return "".join(self), *self.ends


def add_tie(graph: nx.MultiDiGraph, source: str, target: str, kind: str, **numbers: float | None) -> None:
    """Add a tie, with its kind as the attribute `channel`."""
    graph.add_edge(source, target, key=TieKey(kind, source, target), channel=kind, **numbers)
