"""Identity of runs: digests of specifications, keys of runs."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json

from sim.mechanisms import Mechanisms
from sim.spec.schema import Spec

SIZE = 16  # bytes of a digest
WORLD = ("seed", "replication")  # the replication key stands for these fields


def _hash(*parts: bytes) -> bytes:
    return blake2b(b"".join(len(p).to_bytes(8, "little") + p for p in parts), digest_size=SIZE).digest()


class Digests:
    """Digests of specifications. A part that a specification shares with a base is hashed once."""

    def __init__(self, bases: Iterable[Spec]):
        self._bases = tuple(bases)  # a reference, so that no other object gets one of their ids
        self._by_id: dict[int, bytes] = {}
        for spec in self._bases:
            for part in _parts(spec).values():
                self._learn(part)

    def _learn(self, part: object) -> None:
        if isinstance(part, (dict, BaseModel)):
            for child in _parts(part).values():
                self._learn(child)
            self._by_id[id(part)] = self._digest(part)

    def of(self, spec: Spec) -> bytes:
        """Digest of everything but seed and replication."""
        return self._tree({name: part for name, part in _parts(spec).items() if name not in WORLD})

    def _digest(self, part: object) -> bytes:
        digest = self._by_id.get(id(part)) if isinstance(part, (dict, BaseModel)) else None
        if digest is not None:
            return digest
        children = _parts(part)
        return self._tree(children) if children else _hash(to_json(part))

    def _tree(self, parts: dict[Any, Any]) -> bytes:
        return _hash(*(name.encode() + self._digest(part) for name, part in parts.items()))


def _parts(node: object) -> dict[Any, Any]:
    """Parts with a digest of their own: of the specification, of the mechanisms, and of every collection of models."""
    if isinstance(node, (Spec, Mechanisms)):
        return {name: getattr(node, name) for name in type(node).model_fields}
    if isinstance(node, dict) and all(isinstance(child, BaseModel) for child in node.values()):
        return node
    return {}


def run_key(spec_digest: bytes, world_key: int, version: str) -> str:
    """Key of one run, 32 hexadecimal digits."""
    return _hash(spec_digest, world_key.to_bytes(8, "little", signed=True), version.encode()).hex()
