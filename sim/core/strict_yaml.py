"""Strict YAML: plain data of one document, with limits. A fault is one line with the number of the line in the file.

Beyond YAML 1.1: `no`, `yes`, `on` and `off` are texts, dates are texts, `3E-01` is a number, and `1:30` is a text. No key
stands twice, keys are texts or whole numbers, numbers are finite, and the only tags are those of plain data.
"""

import math
import re
from collections.abc import Callable
from typing import Any

import yaml

DEEPEST = 100  # levels of a tree; ours have eight
MOST_NODES = 5_000_000  # of a tree whose aliases are written out
MOST_ALIASES = 10_000  # of a file; ours have none
LONGEST_NUMBER = 400  # letters

_HALF = re.compile("[\ud800-\udfff]")  # of a surrogate pair
_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = {f"{_TAG}{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq")}
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same language, ten times faster
_BASE_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_FLOAT = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))(?:[eE][-+]?[0-9]+)?$|[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$"
)
_KINDS = (  # kind, plain scalars of this kind, their first letters
    ("bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
    ("int", re.compile(r"[-+]?(?:0|[1-9][0-9_]*|0x[0-9a-fA-F]+)$"), "-+0123456789"),
    ("float", _FLOAT, "-+0123456789."),
    ("null", re.compile(r"(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
    ("merge", re.compile(r"<<$"), "<"),
)


class BadYaml(ValueError):
    """A text that is no strict YAML. The message begins with the line."""

    def __init__(self, reason: str, mark: Any = None):
        super().__init__(reason if mark is None else f"line {mark.line + 1}: {reason}")


class _Loader(_BASE):
    """Builds plain data from nodes."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """A mapping whose keys are texts or whole numbers, each once."""
        first_lines: dict[Any, int] = {}
        for key_node, _ in node.value:
            key = self._key(key_node)
            if key in first_lines and key != "<<":
                raise BadYaml(
                    f"the key {key} stands here a second time, after line {first_lines[key]}", key_node.start_mark
                )
            first_lines[key] = key_node.start_mark.line + 1
        self.flatten_mapping(node)
        return {self._key(key): self.construct_object(value, deep=True) for key, value in node.value}

    def _key(self, node: Any) -> Any:
        """A key as it is written, or a whole number: `NO:` is no truth value."""
        if not isinstance(node, yaml.ScalarNode):
            raise BadYaml("a key must be one word or one text", node.start_mark)
        return self.construct_object(node) if node.tag == f"{_TAG}int" else node.value

    def construct_map(self, node: Any) -> Any:
        """A mapping; aliases to it get the same object."""
        data: dict[Any, Any] = {}
        yield data
        data.update(self.construct_mapping(node))

    def construct_number(self, node: Any) -> int | float:
        """A finite number of at most so many letters."""
        if len(node.value) > LONGEST_NUMBER:
            raise BadYaml(f"a number of {len(node.value):,} letters", node.start_mark)
        try:
            number = (self.construct_yaml_int if node.tag == f"{_TAG}int" else self.construct_yaml_float)(node)
        except ValueError:
            raise BadYaml(f"{node.value} is no number", node.start_mark) from None
        if not math.isfinite(number):
            raise BadYaml(f"{node.value} is no finite number", node.start_mark)
        return number

    def construct_truth(self, node: Any) -> bool:
        """True or False."""
        if node.value.lower() not in ("true", "false"):
            raise BadYaml(f"{node.value} is neither true nor false", node.start_mark)
        return node.value.lower() == "true"


_Loader.add_constructor(f"{_TAG}map", _Loader.construct_map)
_Loader.add_constructor(f"{_TAG}int", _Loader.construct_number)
_Loader.add_constructor(f"{_TAG}float", _Loader.construct_number)
_Loader.add_constructor(f"{_TAG}bool", _Loader.construct_truth)


class _Dumper(_BASE_DUMPER):
    """Quotes every text that this reader or one of YAML 1.1 would take for something else."""


for _kind, _pattern, _first in _KINDS:
    _Loader.add_implicit_resolver(f"{_TAG}{_kind}", _pattern, list(_first))
    _Dumper.add_implicit_resolver(f"{_TAG}{_kind}", _pattern, list(_first))


def parse_yaml(text: str) -> Any:
    """Plain data of a text with one document. Raises BadYaml, a ValueError, with the line and what is wrong."""
    return _read(text, yaml.load, _Loader)


def root_node(text: str) -> Any:
    """The tree of nodes of a text with one document, with their lines; None for an empty one. Raises BadYaml."""
    return _read(text, yaml.compose, _BASE)


def _read(text: str, read: Callable[..., Any], loader: Any) -> Any:
    """The text as one of PyYAML's functions reads it, once its scalars are within the limits."""
    scalars(text)
    try:
        return read(text, loader)
    except yaml.YAMLError as error:
        raise _fault(error, text) from None


def dump_yaml(data: Any, **settings: Any) -> str:
    """Plain data as YAML that `parse_yaml` reads back."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, **settings)


def scalars(text: str) -> list[str]:
    """Every key and value of a YAML text that is safe to build. Raises BadYaml.

    The C builder would end the process for a text that nests too deeply; counting events does not.
    """
    walk = _Walk()
    if half := _HALF.search(text):
        raise BadYaml(f"line {text.count(chr(10), 0, half.start()) + 1}: half of a character stands alone")
    try:
        for event in yaml.parse(text, _BASE):
            walk.take(event)
    except yaml.YAMLError as error:
        raise _fault(error, text) from None
    return walk.values


class _Walk:
    """Counts levels, nodes, aliases and documents of a text, event by event."""

    def __init__(self):
        self.values: list[str] = []
        self._sizes, self._anchors, self._open = [0], {}, []
        self._aliases = self._documents = 0

    def take(self, event: Any) -> None:
        """Count an event. Raises BadYaml if it is beyond a limit."""
        mark = event.start_mark
        if getattr(event, "tag", None) not in (None, "!", *_PLAIN_TAGS) and not isinstance(event, yaml.AliasEvent):
            raise BadYaml(f"the tag {event.tag.replace(_TAG, '!!')} is not allowed; write plain data", mark)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise BadYaml("a second document begins, and a file holds one", mark)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._sizes.append(1)
            self._open.append(event.anchor)
            if len(self._open) > DEEPEST:
                raise BadYaml("it nests too deeply", mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            size = self._sizes.pop()
            self._anchors[self._open.pop()] = size
            self._sizes[-1] += size
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.ScalarEvent):
            self.values.append(event.value)
            self._anchors[event.anchor] = 1
            self._sizes[-1] += 1
        if self._sizes[-1] > MOST_NODES:
            raise BadYaml("its aliases unfold without end", mark)

    def _alias(self, event: Any) -> None:
        self._aliases += 1
        if event.anchor in self._open:
            raise BadYaml(f"the alias *{event.anchor} contains itself", event.start_mark)
        if self._aliases > MOST_ALIASES:
            raise BadYaml(f"it has more than {MOST_ALIASES:,} aliases", event.start_mark)
        self._sizes[-1] += self._anchors.get(event.anchor, 1)


def _fault(error: yaml.YAMLError, text: str) -> BadYaml:
    """The fault of PyYAML in one line, in words that name the usual causes."""
    problem = " ".join(str(getattr(error, "problem", None) or error).split())
    mark = getattr(error, "problem_mark", None)
    if "character that cannot start any token" in problem or "\\t" in problem:
        problem += "; a tab cannot indent, and a text that begins with @ or ` stands in quotes"
    elif "mapping values are not allowed" in problem:
        problem += "; a text with a colon stands in quotes"
    elif isinstance(error, yaml.reader.ReaderError):
        line = text[: int(error.position)].count("\n") + 1
        return BadYaml(f"line {line}: {error.reason} (character {error.character!r})")
    return BadYaml(problem, mark)
