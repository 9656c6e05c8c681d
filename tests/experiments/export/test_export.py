"""`suasion export`: every table of every kind of folder as CSV and as a workbook, by the command."""

import csv
import json
import shutil
from pathlib import Path

import openpyxl
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.sweep.store import Store
from tests.outputs import flat

pytestmark = pytest.mark.exact


def export(folder: Path, *words: str):
    """Run the command in this process."""
    return CliRunner().invoke(main, ["export", str(folder), *words], catch_exceptions=False)


@pytest.fixture
def copied(folders, tmp_path):
    """`copied("run")`: a folder of results that a test may change."""
    return lambda name: Path(shutil.copytree(folders[name], tmp_path / name))


@pytest.mark.parametrize(
    ("name", "usual", "others"),
    [
        ("run", "runs", {"series", "events"}),
        ("compare", "runs", {"series", "differences_over_time"}),
        ("paired_view", "series", {"events"}),
        ("sweep", "runs", {"design"}),
    ],
)
def test_every_folder_has_a_usual_table(copied, name, usual, others):
    """The message names the table, its size, the file and the other tables, which table= takes."""
    folder = copied(name)
    result = export(folder, "csv")
    assert result.exit_code == 0, result.output
    written = pyarrow.csv.read_csv(folder / f"{usual}.csv")
    size = f"{written.num_rows:,} row{'' if written.num_rows == 1 else 's'}, {written.num_columns:,} columns"
    text = flat(result.stdout)
    assert text.startswith(f"Table {usual}: {size}.") and f"{usual}.csv" in text
    assert set(text.partition("Other tables: ")[2].partition(" (")[0].split(", ")) == others
    for other in others:
        assert f"Table {other}: " in export(folder, "csv", f"table={other}").stdout
        assert (folder / f"{other}.csv").is_file()


def test_a_run_is_one_row_of_its_metrics(copied):
    """The same columns as the runs of a comparison: scenario, replication, metrics."""
    folder = copied("run")
    export(folder, "csv")
    (row,) = pyarrow.csv.read_csv(folder / "runs.csv").to_pylist()
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert row == {"scenario": "csto_intervention", "replication": 0} | metrics


def test_a_table_holds_the_rows_of_the_folder(copied):
    """Of a comparison: runs.parquet, value by value."""
    folder = copied("compare")
    export(folder, "csv", f"out={folder.parent.as_posix()}/a.csv")
    assert (
        pyarrow.csv.read_csv(folder.parent / "a.csv").to_pylist() == pq.read_table(folder / "runs.parquet").to_pylist()
    )


def test_a_sweep_is_exported_as_csv_and_workbook(copied):
    """Design and runs joined; nothing is overwritten; the workbook says where the table comes from."""
    folder = copied("sweep")
    for kind in ("csv", "xlsx"):
        assert export(folder, kind).exit_code == 0
        assert export(folder, kind).exit_code == 2
    expected = Store(folder).table()
    written = pyarrow.csv.read_csv(folder / "runs.csv")
    assert written["digest"].to_pylist() == expected["digest"].to_pylist()
    assert written.column_names == expected.column_names
    book = openpyxl.load_workbook(folder / "runs.xlsx", read_only=True)
    rows = list(book["runs"].iter_rows(values_only=True))
    assert rows[0] == tuple(expected.column_names) and len(rows) == 1 + len(expected)
    place = expected.column_names.index("protest_peak")
    peaks = expected["protest_peak"].to_pylist()
    assert [row[place] for row in rows[1:]] == pytest.approx(peaks, rel=1e-15)  # a workbook keeps sixteen digits
    about = dict(book["about"].iter_rows(values_only=True))
    assert about["runs"] == 12 and about["command"].startswith("suasion sweep ")


def test_series_of_a_sweep_are_one_table(tmp_path):
    """One row per run and day, of all shards."""
    words = [
        "scenario=both,no_outside_act",
        "days=3",
        "replications=2",
        "engine.name=serial",
        "series=true",
        "citizens=200",
    ]
    out = tmp_path / "swept"
    assert CliRunner().invoke(main, ["sweep", *words, "quiet=true", f"out={out.as_posix()}"]).exit_code == 0
    assert export(out, "csv", "table=series").exit_code == 0
    table = pyarrow.csv.read_csv(out / "series.csv")
    assert len(table) == 2 * 2 * 4 and {"point", "replication", "day", "protest"} <= set(table.column_names)


def test_a_decimal_comma_comes_with_semicolons(copied):
    """`decimal=,` reads back as the same numbers; a workbook holds numbers and takes none."""
    folder = copied("run")
    assert export(folder, "csv", "table=series", "decimal=,").exit_code == 0
    with open(folder / "series.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    expected = pq.read_table(folder / "series.parquet")["protest"].to_pylist()
    assert [float(row["protest"].replace(",", ".")) for row in rows] == expected
    assert any("," in row["protest"] for row in rows)
    result = export(folder, "xlsx", "decimal=,")
    assert result.exit_code == 2 and "a workbook holds numbers" in result.stderr


def test_what_cannot_be_exported_says_why(copied, tmp_path, folders):
    """One message, exit status 2, and no file."""
    folder, backtest = copied("run"), copied("compare")
    manifest = json.loads((backtest / "manifest.json").read_text(encoding="utf-8"))
    (backtest / "manifest.json").write_text(json.dumps(manifest | {"words": ["backtest"]}), encoding="utf-8")
    shutil.copytree(folders["run"], tmp_path / "edited")
    (tmp_path / "edited" / "metrics.json").write_text("{}", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    for place, words, message in (
        (tmp_path / "nobody", ("csv",), "is no folder of results"),
        (folder / "figures", ("csv",), "holds no manifest.json"),
        (folder / "figures" / "protest.png", ("csv",), "is no folder of results"),
        (backtest, ("csv",), "was made by `suasion backtest`; folders of run, compare, sweep and merge are exported"),
        (tmp_path / "edited", ("csv",), "was changed after the result was made"),
        (folder, ("csv", "table=serie"), "must be one of runs, series, events; did you mean 'series'?"),
        (folder, ("csv", "tabel=runs"), "did you mean 'table'?"),
        (folder, ("csv", f"out={tmp_path.as_posix()}/no/a.csv"), "is not a folder"),
    ):
        result = export(place, *words)
        assert result.exit_code == 2 and message in result.stderr, result.output
        assert len(result.stderr.splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_a_formula_is_text_in_every_table(tmp_path):
    """A case named like a formula, in CSV behind an apostrophe."""
    (tmp_path / "cases.yaml").write_text(
        "'=low+high': {scenario.split.depth: 0.2}\nb: {scenario.split.depth: 0.4}\n", encoding="utf-8"
    )
    words = ["scenario=both", "days=2", "replications=1", "engine.name=serial", "citizens=200", "design=cases"]
    words += [f"cases={tmp_path.as_posix()}/cases.yaml", "quiet=true", f"out={tmp_path.as_posix()}/s"]
    result = CliRunner().invoke(main, ["sweep", *words])
    assert result.exit_code == 0, result.output
    for table in ("runs", "design"):
        assert export(tmp_path / "s", "csv", f"table={table}").exit_code == 0
        assert "'=low+high" in pyarrow.csv.read_csv(tmp_path / "s" / f"{table}.csv")["case"].to_pylist()


def test_a_grown_sweep_has_the_columns_of_all_its_scenarios(tmp_path):
    """Other patrons come with another scenario: their outcomes stand beside the first ones, empty where there is none."""
    small = ["days=3", "replications=1", "engine.name=serial", "citizens=200", "quiet=true", "series=true"]
    out = tmp_path / "grown"
    counts = []
    for scenarios in ("both,no_outside_act", "both,no_outside_act,jet_crisis_2015"):
        result = CliRunner().invoke(main, ["sweep", f"scenario={scenarios}", *small, f"out={out.as_posix()}"])
        assert result.exit_code == 0, result.output
        for table in ("runs", "series"):
            path = tmp_path / f"{len(counts)}_{table}.csv"
            assert export(out, "csv", f"table={table}", f"out={path.as_posix()}").exit_code == 0
        counts.append(len(Store.open(out).table().column_names))
    first, grown = (pyarrow.csv.read_csv(tmp_path / f"{n}_runs.csv") for n in (0, 1))
    assert set(first.column_names) < set(grown.column_names) and grown.num_columns == counts[1] > counts[0]
    new = set(grown.column_names) - set(first.column_names)
    by_scenario = {row["scenario"]: row for row in grown.to_pylist()}
    assert all(by_scenario["both"][name] is None for name in new)
    assert any(by_scenario["jet_crisis_2015"][name] is not None for name in new)
    before, after = (pyarrow.csv.read_csv(tmp_path / f"{n}_series.csv") for n in (0, 1))
    assert set(before.column_names) < set(after.column_names) and len(after) == 3 * 4
