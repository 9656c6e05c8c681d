"""Results folders that somebody damaged or edited: the file and the reason are named, and nothing is run from it."""

import copy
import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.sweep.store import Store

pytestmark = pytest.mark.exact

ABSENT = object()
WRONG = (ABSENT, None, "x", [], {})


def refused(folder: Path, name: str, *commands: tuple[str, ...]) -> None:
    """Every command names the file in one message and fails."""
    for command, *more in commands:
        result = CliRunner().invoke(main, [command, str(folder), *more], catch_exceptions=False)
        assert result.exit_code in (1, 2) and name in result.stderr, (command, result.output)
        assert len(result.stderr.splitlines()) == 1, result.stderr


def edited(path: Path, keys: tuple, value: object) -> None:
    """Put another value into a JSON file, or take it away."""
    tree = json.loads(path.read_text(encoding="utf-8"))
    node = tree
    for key in keys[:-1]:
        node = node[key]
    if value is ABSENT:
        del node[keys[-1]]
    else:
        node[keys[-1]] = copy.deepcopy(value)
    path.write_text(json.dumps(tree), encoding="utf-8")


@pytest.fixture
def folder(folders, tmp_path):
    """`folder("run")`: a folder of its own that a test may change."""
    return lambda kind: shutil.copytree(folders[kind], tmp_path / kind)


@pytest.mark.parametrize(
    "keys",
    [
        ("words",), ("options",), ("worlds",), ("worlds", "replications"), ("base",), ("base", "axes"), ("base", "bases"), ("bases",),
        ("bases", 0), ("bases", 0, "values"), ("design", "points"), ("outcomes",), ("runs",), ("seconds",), ("model_version",), ("made",),
        ("libraries",), ("parameters",),
    ],
    ids=lambda keys: ".".join(map(str, keys)),
)  # fmt: skip
def test_a_manifest_of_a_sweep_has_its_fields(folder, keys):
    """A key that is missing or of another type."""
    sweep = folder("sweep")
    content = (sweep / "manifest.json").read_text(encoding="utf-8")
    empty = json.loads(content)
    for key in keys:
        empty = empty[key]
    for value in WRONG:
        if type(value) is type(empty) and keys in (
            ("options",),
            ("libraries",),
            ("parameters",),
            ("made",),
            ("model_version",),
            ("bases", 0, "values"),
        ):
            continue  # empty, and of the right type
        (sweep / "manifest.json").write_text(content, encoding="utf-8")
        edited(sweep / "manifest.json", keys, value)
        refused(sweep, "manifest.json", ("report",), ("rerun",), ("export", "csv"), ("merge", str(sweep)))


@pytest.mark.parametrize("keys", [("words",), ("options",), ("worlds",), ("worlds", "seed"), ("configuration",), ("results",), ("made",), ("python",)], ids=lambda k: ".".join(k))  # fmt: skip
@pytest.mark.parametrize("kind", ["run", "compare"])
def test_a_manifest_of_a_run_has_its_fields(folder, kind, keys):
    """A key that is missing or null."""
    result = folder(kind)
    content = (result / "manifest.json").read_text(encoding="utf-8")
    for value in (ABSENT, None, 3.5):
        (result / "manifest.json").write_text(content, encoding="utf-8")
        edited(result / "manifest.json", keys, value)
        refused(result, "manifest.json", ("report",), ("rerun",))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '{"a": 1, "a": 2}', "[" * 10_000, "\x00"])
@pytest.mark.parametrize(("kind", "name"), [("sweep", "manifest.json"), ("sweep", "axes.json"), ("run", "manifest.json"), ("run", "metrics.json"), ("compare", "summary.json")])  # fmt: skip
def test_a_file_of_json_is_one(folder, kind, name, text):
    """Empty, cut, of another kind, a key twice, too deep."""
    result = folder(kind)
    (result / name).write_text(text, encoding="utf-8")
    refused(
        result, "manifest.json" if text in ("[]", "3", "null") and name == "manifest.json" else result.name, ("report",)
    )


@pytest.mark.parametrize("keys", [(0, "path"), (0, "role"), (0, "kind"), (0, "values"), (0, "whole"), (1,)], ids=str)
def test_axes_have_their_fields(folder, keys):
    """A key that is missing or of another type, and an axis that is missing."""
    sweep = folder("sweep")
    content = (sweep / "axes.json").read_text(encoding="utf-8")
    for value in WRONG:
        (sweep / "axes.json").write_text(content, encoding="utf-8")
        edited(sweep / "axes.json", keys, value)
        refused(sweep, "axes.json", ("report",), ("rerun",), ("export", "csv"), ("merge", str(sweep)))


TABLES = {
    "no point": lambda t: t.drop_columns("point"),
    "text": lambda t: t.set_column(t.column_names.index("point"), "point", t["point"].cast(pa.string())),
    "empty cells": lambda t: t.set_column(t.column_names.index("point"), "point", pa.array([None] * len(t), pa.int64())),
    "another name": lambda t: t.rename_columns(["x", *t.column_names[1:]]),
    "twice": lambda t: t.append_column("point", t["point"]),
}  # fmt: skip


@pytest.mark.parametrize("change", TABLES.values(), ids=TABLES)
def test_tables_of_a_sweep_have_their_columns(folder, rewrite, change):
    """Design and shard with a column that is missing, of another type, empty or there twice; a shard that is cut off."""
    sweep = folder("sweep")
    commands = (("report",), ("export", "csv"), ("merge", str(sweep)))
    design = sweep / "design.parquet"
    content = design.read_bytes()
    pq.write_table(change(pq.read_table(design)), design)
    refused(sweep, "design.parquet", *commands)
    design.write_bytes(content[:100])
    refused(sweep, "design.parquet", *commands)
    design.write_bytes(content)
    shard = Store(sweep).shards()[0]
    cut = shard.read_bytes()[:200]
    rewrite(shard, change(pq.read_table(shard)))
    refused(sweep, "runs", *commands)
    shard = Store(sweep).shards()[0]
    shard.write_bytes(cut)
    refused(sweep, shard.name, *commands)


def test_a_report_shows_no_table_that_was_changed(folder):
    """summary.json of a comparison that somebody edited, a table that is cut off, and one that is missing."""
    comparison = folder("compare")
    edited(comparison / "summary.json", ("runs",), 1000)
    refused(comparison, "summary.json", ("report",))
    run = folder("run")
    (run / "series.parquet").write_bytes((run / "series.parquet").read_bytes()[:100])
    refused(run, "series.parquet", ("report",))
    (run / "series.parquet").unlink()
    refused(run, "series.parquet", ("report",))


def test_a_name_that_is_too_long_is_one_message(tmp_path):
    """As a folder to read, and as a place to write."""
    name = "x" * 3000
    for words in (
        ["report", name],
        ["rerun", name],
        ["export", name, "csv"],
        ["run", "days=2", "citizens=100", f"out={tmp_path / name}"],
    ):
        result = CliRunner().invoke(main, words, catch_exceptions=False)
        assert result.exit_code in (1, 2) and len(result.stderr.splitlines()) == 1, result.output
