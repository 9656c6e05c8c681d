"""A result is repeated from its folder, its figures or its report, and compared with the original."""

import json
import lzma
import shutil
from base64 import b64encode
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from experiments.cli import main
from experiments.rerun.verdict import compare_results
from experiments.results.provenance import MARK, Provenance, pack, read_provenance, result_digests
from experiments.sweep import saved_sweep
from experiments.sweep.plan import SweepOptions
from sim.core.faults import ConfigError


def invoke(*words: object):
    """Run the command line in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def copy(folders, tmp_path):
    """`copy("run")`: a folder of its own that a test may change."""
    return lambda name: shutil.copytree(folders[name], tmp_path / name)


def rerun(file: Path, out: Path, *words: str):
    """`suasion rerun`."""
    return invoke("rerun", file, f"out={out.as_posix()}", "quiet=true", *words)


@pytest.mark.exact
@pytest.mark.parametrize(
    ("name", "file", "words"),
    [("run", "figures/timeline.png", ()), ("compare", "manifest.json", ("workers=1",))],
)
@pytest.mark.usefixtures("undrawn")
def test_a_result_is_reproduced_bit_for_bit(folders, tmp_path, name, file, words):
    """From the folder, its manifest or a figure: every table of the new folder equals the old one, exit status 0."""
    result = rerun(folders[name] / file, tmp_path / "again", *words)
    assert result.exit_code == 0 and "Reproduced bit for bit." in result.output, result.output
    tables = sorted(p.name for p in folders[name].glob("*.parquet"))
    assert tables == sorted(p.name for p in (tmp_path / "again").glob("*.parquet")) and tables
    for table in tables:
        assert pq.read_table(folders[name] / table).equals(pq.read_table(tmp_path / "again" / table)), table
    assert read_provenance(str(folders[name])).trees == read_provenance(str(tmp_path / "again")).trees


@pytest.mark.exact
def test_settings_of_a_saved_sweep_are_settings_of_a_sweep():
    """Each name is a field of the options, so that none is silently left at its default."""
    assert set(saved_sweep.FROM_FILE) <= SweepOptions.model_fields.keys()


def test_a_sweep_is_reproduced_whole_and_run_by_run(folders, tmp_path):
    """All runs in a new folder, and one run held against its row; a key that is none and a report are refused."""
    result = rerun(folders["sweep"], tmp_path / "again")
    assert result.exit_code == 0 and "Reproduced bit for bit." in result.output, result.output
    assert len(pq.read_table(tmp_path / "again" / "runs")) == 12
    shard = next((folders["sweep"] / "runs").glob("*.parquet"))
    key = pq.read_table(shard)["key"][0].as_py()
    one = invoke("rerun", folders["sweep"], f"run={key}")
    assert one.exit_code == 0 and "Reproduced bit for bit." in one.output and "digest: " in one.output
    for words, expected in (
        ((folders["sweep"], "run=abc"), "is the key of no run"),
        ((folders["run"], "run=abc"), "this is none"),
    ):
        result = invoke("rerun", *words)
        assert result.exit_code == 2 and expected in result.stderr


@pytest.mark.exact
def test_a_sweep_that_differs_names_its_runs(copy, tmp_path, rewrite):
    """A digest that is not what the run gives: exit status 1 and the point and replication; a changed configuration: status 2."""
    folder = copy("sweep")
    shard = sorted((folder / "runs").iterdir())[0]
    runs = pq.read_table(shard)
    wrong = pa.array(["0" * 32, *runs["digest"].to_pylist()[1:]])
    rewrite(shard, runs.set_column(runs.column_names.index("digest"), "digest", wrong))
    result = rerun(folder, tmp_path / "again")
    assert result.exit_code == 1 and "Not reproduced: 1 of 12 runs differ" in result.output
    assert f"point {runs['point'][0]}, replication {runs['replication'][0]}" in result.output
    path = folder / "config_1.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("citizens: 500", "citizens: 600"), encoding="utf-8")
    result = rerun(folder, tmp_path / "more")
    assert result.exit_code == 2 and "was changed after the result was made" in result.stderr


@pytest.mark.exact
def test_a_figure_is_enough_when_folder_and_configuration_are_gone(tmp_path):
    """A run on YAML of the user's own is repeated from a figure after that YAML was deleted, and says so."""
    folder = tmp_path / "mine" / "scenario"
    folder.mkdir(parents=True)
    text = "defaults: [both, _self_]\nname: late\nlabel: Late\ndirectives: {HOST: {request: {CSTO: 5}}}\n"
    (folder / "late.yaml").write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    original = invoke(
        "run",
        "--config-dir",
        folder.parent,
        "scenario=late",
        "days=9",
        "citizens=500",
        "quiet=true",
        f"out={out.as_posix()}",
    )
    assert original.exit_code == 0, original.output
    figure = shutil.move(out / "figures" / "protest.png", tmp_path / "kept.png")
    shutil.rmtree(folder.parent)
    shutil.rmtree(out)
    result = rerun(Path(figure), tmp_path / "again")
    assert result.exit_code == 0 and "is not here; the saved one was used" in result.output, result.output


@pytest.mark.exact
def test_a_changed_configuration_is_refused(copy, tmp_path):
    """config.yaml that is not what made the result: one message, exit status 2, nothing written."""
    folder = copy("run")
    path = folder / "config.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("seed: 7", "seed: 8"), encoding="utf-8")
    result = rerun(folder, tmp_path / "again")
    assert result.exit_code == 2 and "was changed after the result was made" in result.stderr
    assert not (tmp_path / "again").exists()


@pytest.mark.exact
@pytest.mark.usefixtures("undrawn")
def test_changed_numbers_are_named(copy, tmp_path):
    """A table that is not what the command gives: exit status 1, and which column differs in how many rows by how much."""
    folder = copy("run")
    table = pq.read_table(folder / "series.parquet")
    deaths = table["deaths"].to_numpy().copy()
    deaths[2] += 5.0
    changed = table.set_column(table.column_names.index("deaths"), "deaths", pa.array(deaths))
    pq.write_table(changed, folder / "series.parquet")
    result = rerun(folder, tmp_path / "again")
    assert result.exit_code == 1 and "Not reproduced: series.parquet differ" in result.output
    assert f"deaths differs in 1 of {len(deaths)} rows, by at most 5" in result.output
    assert "series.parquet of the original was changed after it was made." in result.output


@pytest.mark.exact
def test_another_version_is_named(folders):
    """Versions that changed are named; they are no failure while the numbers agree."""
    new = read_provenance(str(folders["run"]))
    libraries = new.manifest["libraries"] | {"numpy": "1.0"}
    old = Provenance(new.manifest | {"libraries": libraries, "git": "abc+changes"}, new.trees)
    verdict = compare_results(old, new)
    assert verdict.reproduced and f"numpy 1.0, now {new.manifest['libraries']['numpy']}" in verdict.versions
    assert verdict.notes == ["The original was made by code with changes that its commit does not hold."]


@pytest.mark.exact
def test_equal_tables_have_equal_digests(tmp_path):
    """Compression and row groups do not count; a value, a missing value, a name, a type and the order do."""
    table = pa.table({"a": [1.0, None, 3.0], "b": ["x", None, "z"]})
    tables = [
        table,
        table,
        table.slice(1),
        table.rename_columns(["a", "c"]),
        table.cast(pa.schema([("a", pa.float32()), ("b", pa.string())])),
    ]
    tables += [table.take([1, 0, 2]), table.set_column(0, "a", pa.array([1.0, 2.0, 3.0]))]
    digests = []
    for i, one in enumerate(tables):
        (tmp_path / str(i)).mkdir()
        pq.write_table(one, tmp_path / str(i) / "t.parquet", compression=("zstd", "none")[i % 2], row_group_size=1 + i)
        digests.append(result_digests(tmp_path / str(i))["t.parquet"])
    assert digests[0] == digests[1] and len(set(digests)) == len(digests) - 1


@pytest.mark.exact
def test_what_does_not_say_how_it_was_made_is_refused(copy, tmp_path):
    """Foreign, damaged, empty, missing: one line on standard error each, exit status 2."""
    foreign = tmp_path / "foreign.png"
    Image.new("RGB", (8, 8)).save(foreign)
    half = tmp_path / "half.png"
    half.write_bytes((copy("run") / "figures" / "protest.png").read_bytes()[:4000])
    info = PngInfo()
    info.add_text(MARK, "not a packed text")
    Image.new("RGB", (8, 8)).save(tmp_path / "lying.png", pnginfo=info)
    (tmp_path / "text.md").write_text("# words", encoding="utf-8")
    (tmp_path / "page.html").write_text("<!doctype html><html></html>", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    broken = copy("compare")
    (broken / "manifest.json").write_text('{"suasion": ', encoding="utf-8")
    messages = {
        foreign: "does not say how it was made",
        half: "damaged",
        tmp_path / "lying.png": "cannot be read",
        tmp_path / "text.md": "must be a results folder",
        tmp_path / "page.html": "does not say how it was made",
        tmp_path / "empty": "holds no manifest.json",
        tmp_path / "nowhere": "cannot be read",
        broken: "is damaged",
    }
    for file, expected in messages.items():
        result = invoke("rerun", file)
        assert result.exit_code == 2 and expected in result.stderr, (file, result.output)
        assert len(result.stderr.splitlines()) == 1
    result = invoke("rerun", broken, "oout=x")
    assert result.exit_code == 2 and "did you mean 'out'?" in result.stderr


@pytest.mark.exact
def test_a_manifest_of_an_earlier_version_names_its_command(copy):
    """Without the settings that a repetition needs, the command is given to be repeated by hand."""
    folder = copy("run")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del manifest["options"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    result = invoke("rerun", folder)
    assert result.exit_code == 2 and f"repeat it by hand: {manifest['command']}" in result.stderr


@pytest.mark.exact
def test_a_packed_text_that_unfolds_without_end_is_refused(tmp_path, monkeypatch):
    """A small text of a large content is given up at the limit, not unfolded into memory."""
    monkeypatch.setattr("experiments.results.provenance.LARGEST", 1000)
    bomb = b64encode(lzma.compress(b" " * 100_000, preset=0)).decode()
    page = tmp_path / "page.html"
    page.write_text(f'<html><script type="text/plain" id="{MARK}">{bomb}</script></html>', encoding="utf-8")
    with pytest.raises(ConfigError, match="damaged"):
        read_provenance(str(page))


@pytest.mark.property
@given(
    st.dictionaries(
        st.text(), st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(), st.none())
    )
)
def test_what_is_packed_is_read_back(tmp_path_factory, tree):
    """Any manifest and configuration come back from the text that figures and reports carry."""
    manifest = {
        "suasion": "1",
        "git": "a",
        "command": "suasion run",
        "words": ["run"],
        "options": {},
        "configuration": {"config": "d"},
    }
    manifest |= {"results": {}, "python": "3", "platform": "p", "libraries": {}, "made": "2022-01-05T00:00:00"}
    manifest |= {"worlds": {"seed": 1, "replications": [0, 0]}, "parameters": {}}
    page = tmp_path_factory.getbasetemp() / "packed.html"
    text = pack(manifest, {"config": tree})
    page.write_text(f'<html><script type="text/plain" id="{MARK}">{text}</script></html>', encoding="utf-8")
    provenance = read_provenance(str(page))
    assert (provenance.manifest, provenance.trees) == (manifest, {"config": tree})


@pytest.mark.exact
@pytest.mark.usefixtures("undrawn")
def test_a_run_starts_from_a_saved_configuration(folders):
    """config=FOLDER is the configuration that is saved there; settings come on top; what cannot be beside it is refused."""
    saved = (folders["run"] / "config.yaml").read_text(encoding="utf-8")
    assert invoke("run", "--cfg", f"config={folders['run'].as_posix()}").stdout.rstrip() == saved.rstrip()
    changed = invoke("run", "--cfg", f"config={folders['compare'].as_posix()}/config_no_outside_act.yaml", "days=9")
    assert "days: 9\n" in changed.stdout and "name: no_outside_act\n" in changed.stdout
    result = invoke("run", f"config={folders['run'].as_posix()}", "scenario=both")
    assert result.exit_code == 2 and "cannot be chosen beside config=" in result.stderr
    result = invoke("run", f"config={(folders['run'] / 'metrics.json').as_posix()}")
    assert result.exit_code == 2 and "is not the configuration of a result" in result.stderr
