"""Where a key stands in a YAML text: the path of every key and item, its plain value, and its line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from sim.core.faults import ConfigError, describe_fault
from sim.core.strict_yaml import root_node


class Place(NamedTuple):
    """A key or an item of a list. value: of a plain one, as it is written."""

    path: str
    value: str | None
    line: int


def places_in(text: str, above: str = "") -> list[Place]:
    """The places of a text in their order. above: path of the whole text. Raises BadYaml, a ValueError, for no strict YAML."""
    return list(_below(root_node(text), above))


def places_of_parts(text: str) -> list[Place]:
    """The places in each part of a mapping, whose names do not belong to the paths: settings of named cases. Raises BadYaml."""
    root = root_node(text)
    parts = [value for _, value in root.value] if isinstance(root, yaml.MappingNode) else []
    return [place for part in parts for place in _below(part, "")]


def _below(node: Any, above: str) -> Iterator[Place]:
    if isinstance(node, yaml.MappingNode):
        parts = [(key.value if isinstance(key, yaml.ScalarNode) else "", key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        parts = [(str(number), value, value) for number, value in enumerate(node.value)]
    else:
        return
    for name, key, value in parts:
        path = f"{above}.{name}" if above else name
        plain = value.value if isinstance(value, yaml.ScalarNode) else None
        yield Place(path, plain, key.start_mark.line + 1)
        yield from _below(value, path)


def place_of(line: str, places: list[Place]) -> int | None:
    """The number of the line that a fault is about, 'KEY=VALUE: ...' or 'KEY: ...'; of a missing key that of the key above it.

    A place with the value of the fault goes before one with the key alone.
    """
    key = line.partition(":")[0].partition("=")[0]
    same = [place for place in places if place.path == key]
    exact = (p for p in same if p.value is not None and line.startswith(describe_fault(key, p.value, "", ())))
    place = next(exact, same[0] if same else None)
    if place is None and "=" not in line.partition(":")[0]:
        above = [p for p in places if key.startswith(f"{p.path}.")]
        place = max(above, key=lambda p: len(p.path), default=None)
    return None if place is None else place.line


def placed(error: ConfigError, path: str | Path, places: list[Place]) -> ConfigError:
    """The error with file and line before every fault that has a place."""
    lines = [with_place(line, path, place_of(line, places)) for line in str(error).splitlines()]
    return type(error)("\n".join(lines))


def with_place(line: str, path: str | Path, number: int | None) -> str:
    """The fault behind its file and line, as compilers write it."""
    return line if number is None else f"{path}:{number}: {line}"
