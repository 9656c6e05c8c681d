"""Strict YAML: what is no plain data is refused with its line, and names stay names."""

import pytest
import yaml

from sim.core.caches import configs
from sim.core.received import parse_json, read_text, read_yaml
from sim.core.strict_yaml import dump_yaml, parse_yaml

pytestmark = pytest.mark.exact


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n\tb: 1", "line 2: .*tab"),
        ("a: 1\nb: 'x", "line 2: .*end of stream"),
        ("a: 1\nb: !foo 1", "line 2: the tag !foo is not allowed"),
        ("a: !!binary aGVs", "line 1: the tag !!binary is not allowed"),
        ("a: !!set {b, c}", "line 1: the tag !!set is not allowed"),
        ("!!python/object/apply:os.system [x]", "line 1: the tag .* is not allowed"),
        ("a: 1\n---\nb: 2", "line 2: a second document"),
        ("a: 1\nb: 2\na: 3", "line 3: the key a stands here a second time, after line 1"),
        ("x: {NO: 1, NO: 2}", "line 1: the key NO stands here a second time"),
        ("a: .inf", "no finite number"),
        ("a: -.INF", "no finite number"),
        ("a: .nan", "no finite number"),
        ("a: 1e999", "no finite number"),
        (f"a: {'9' * 5000}", "a number of 5,000 letters"),
        ("a: &a [*a]", r"the alias \*a contains itself"),
        ("[" * 101, "nests too deeply"),
        ("{a: " * 101, "nests too deeply"),
        ("a: &x 1\nb: [" + "*x, " * 10_001 + "]", "more than 10,000 aliases"),
        ("? [1, 2]\n: 3", "a key must be one word"),
        ("a: 1\nb: \x07", "line 2: control characters"),
        ("a: 1\nb: \ud800", "line 2: half of a character"),
        ('a: "\\ud800"', "line 1: "),
        ("a: b: c", "line 1: .*a text with a colon stands in quotes"),
        ("a: !!int x", "line 1: x is no number"),
        ("a: *b", "line 1: .*undefined alias"),
    ],
)  # fmt: skip
def test_what_is_no_plain_data_is_refused_with_its_line(text, message):
    """One line."""
    with pytest.raises(ValueError, match=message) as fault:
        parse_yaml(text)
    assert len(str(fault.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("NO: no\nyes: ON", {"NO": "no", "yes": "ON"}),
        ("2022-01-02: 2022-02-30", {"2022-01-02": "2022-02-30"}),
        ("[3E-01, 3e2, .5, 5., -1.5e+3]", [0.3, 300.0, 0.5, 5.0, -1500.0]),
        ("[1:30, 007, 0o7, 1_000, 0x10]", ["1:30", "007", "0o7", 1000, 16]),
        ("[true, False, null, ~, '']", [True, False, None, None, ""]),
        ("1e3: a\n12: b\ntrue: c\n~: d", {"1e3": "a", 12: "b", "true": "c", "~": "d"}),
        ("a: &x {b: 1}\nc: {<<: *x, d: 2}", {"a": {"b": 1}, "c": {"b": 1, "d": 2}}),
        ("", None),
    ],
)
def test_names_dates_and_numbers_are_what_they_look_like(text, data):
    """Texts stay texts, and numbers of every spelling are numbers."""
    assert parse_yaml(text) == data


@pytest.mark.parametrize("text", ["1e5", "no", "3E-01", "2022-01-02", "1:30", "~", "", "0x1f", ".inf", "<<", "007"])
def test_a_text_that_looks_like_something_else_is_quoted(text):
    """Ours and PyYAML read back the same text."""
    assert parse_yaml(dump_yaml({text: [text]})) == {text: [text]} == yaml.safe_load(dump_yaml({text: [text]}))


def test_shipped_files_read_as_before():
    """Both readers agree on every shipped file, apart from dates."""

    def texts(node):
        if isinstance(node, dict):
            return {key: texts(value) for key, value in node.items()}
        if isinstance(node, list):
            return [texts(value) for value in node]
        return node.isoformat() if hasattr(node, "isoformat") else node

    paths = sorted(configs().rglob("*.yaml"))
    assert paths
    for path in paths:
        assert read_yaml(path) == texts(yaml.safe_load(read_text(path))), path


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: 1\nb: M\xe4rz\n", "line 2: the byte 0xe4 is no UTF-8"),
        ("a: 1".encode("utf-16"), "UTF-16"),
        (b"a: \xed\xa0\x80", "line 1: the byte 0xed is no UTF-8"),
    ],
)
def test_the_encoding_is_named(tmp_path, content, message):
    """Latin-1, UTF-16, a lone surrogate; a byte order mark is no fault."""
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_yaml(path)
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    assert read_yaml(path) == {"a": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [('{"a": 1, "a": 2}', "the key a stands twice"), ("[NaN]", "no finite"), ("[1e999]", "no finite"), ("[" * 200_000, "deeply")],
)  # fmt: skip
def test_json_is_as_strict(text, message):
    """Keys once, numbers finite."""
    with pytest.raises(ValueError, match=message):
        parse_json(text)
