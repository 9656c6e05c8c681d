"""What somebody sent cannot run code, follow a link, read the environment or write outside of its place."""

import json
import lzma
import os
import re
import shutil
import struct
import zlib
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from experiments.cli import main
from experiments.compare.compare import CompareOptions
from experiments.rerun.rerun import FROM_FILE, PLACE_SETTINGS
from experiments.results.figure_file import read_figure
from experiments.results.provenance import MARK, pack, read_provenance
from experiments.results.writing import new_folder
from experiments.run.run import RunOptions
from sim.core.faults import ConfigError, InvalidSpec, printable
from sim.core.parameters import is_name
from sim.core.received import check_plain, check_tree, inside, parse_json
from sim.core.strict_yaml import dump_yaml, parse_yaml
from sim.snapshot import Snapshot
from sim.spec.load import load
from sim.spec.overrides import sweeps

pytestmark = pytest.mark.exact

SECRET = "value-of-the-variable"
links = pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")


def invoke(*words: object):
    """Run the command line in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def refused(result, expected: str) -> None:
    """One message, exit status 2, no traceback."""
    assert result.exit_code == 2 and expected in result.stderr, (result.exit_code, result.output)
    assert len(result.stderr.splitlines()) == 1 and result.stderr.startswith("error: "), result.stderr


@pytest.fixture
def copy(folders, tmp_path):
    """`copy("run")`: a folder of its own that a test may change."""
    return lambda name: shutil.copytree(folders[name], tmp_path / name)


@pytest.fixture
def elsewhere(tmp_path) -> Path:
    """A folder outside of what was received, with one file."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "private.yaml").write_text(f"name: {SECRET}\n", encoding="utf-8")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def write_figure(path: Path, text: str) -> Path:
    """A figure of 8 x 8 pixels that says this of its making."""
    info = PngInfo()
    info.add_text(MARK, text, zip=len(text) > 10_000)
    Image.new("RGB", (8, 8)).save(path, pnginfo=info)
    return path


def fold(text: str) -> str:
    """A text as figures carry it."""
    return b64encode(lzma.compress(text.encode(), preset=0)).decode()


# names ----------------------------------------------------------------------------------------------------------------

WRONG_NAMES = [
    "/../../../../other/escaped",
    "x/../../y",
    "..",
    "",
    "a b",
    "a.b",
    "a\\b",
    "C:x",
    "a\x1b[31m",
    "x" * 61,
    "a\u202eb",
]


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_a_name_that_leads_elsewhere_is_refused(changed, spec, name):
    """Of a scenario, a state, an organisation, a policy: only letters, digits, `_` and `-`."""
    from sim.spec.schema import Spec
    from sim.spec.validate import validated

    tree = changed(spec, {"scenario.name": name})
    with pytest.raises(ConfigError, match="must be a name"):
        validated(Spec, tree)
    for group in ("states", "organisations"):
        tree = spec.model_dump(mode="json")
        tree[group][name] = next(iter(tree[group].values()))
        with pytest.raises(ConfigError):
            validated(Spec, tree)


@pytest.mark.parametrize("name", ["çevik", "Ergebnisse_März", "نتائج", "संघर्ष", "危機-2", "2022"])
def test_a_name_of_any_script_is_a_name(name):
    """Letters with their marks, digits, `_` and `-`."""
    assert is_name(name)


@pytest.mark.parametrize("name", [n for n in WRONG_NAMES if n not in ("a b", "a.b", "x" * 61, "a\x1b[31m", "a\u202eb")])
def test_a_file_named_by_data_stays_in_its_folder(tmp_path, name):
    """`bases[].file` and the like."""
    with pytest.raises(ConfigError, match="must be the name of a file"):
        inside("folder", tmp_path, name)


@pytest.mark.property
@given(st.text(max_size=70))
def test_a_name_makes_a_file_of_its_folder(name):
    """Whatever passes as a name is one component of a path."""
    if is_name(name):
        assert Path("folder", f"config_{name}.yaml").parent == Path("folder")
        assert not re.search(r"[/\\:\0\s]", name) and len(f"2026-01-01_00-00-00_{name}".encode()) < 255


def test_a_configuration_of_a_manifest_stays_in_its_folder(copy, elsewhere):
    """A manifest that names ../elsewhere/private as its configuration reads nothing there, in folder and figure alike."""
    folder = copy("run")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["configuration"] = {"../elsewhere/private": "0"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    result = invoke("rerun", folder)
    refused(result, "has no usable configuration")
    assert SECRET not in result.output
    figure = write_figure(folder / "a.png", pack(manifest, {"../elsewhere/private": {}}))
    refused(invoke("rerun", figure), "has no usable configuration")


def test_a_figure_writes_its_repetition_under_results(folders, tmp_path, monkeypatch):
    """A scenario in a figure whose name leads elsewhere: refused, nothing is written."""
    provenance = read_provenance(str(folders["run"]))
    tree = json.loads(json.dumps(provenance.trees["config"]))
    tree["scenario"]["name"] = "/../../../../escaped"
    figure = write_figure(tmp_path / "a.png", pack(provenance.manifest, {"config": tree}))
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    refused(invoke("rerun", figure), "scenario.name=/../../../../escaped: must be a name")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_sweep_reads_no_configuration_outside_of_its_folder(copy, elsewhere, tmp_path):
    """`bases[].file` that leads elsewhere: merge, export, report, rerun and sweep refuse it and quote nothing."""
    folder = copy("sweep")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["bases"][0]["file"] = "../elsewhere/private.yaml"
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for words in (("merge", folder, folder, f"out={tmp_path / 'm'}"), ("report", folder), ("rerun", folder)):
        result = invoke(*words)
        refused(result, "must be the name of a file")
        assert SECRET not in result.output
    assert not (tmp_path / "m").exists()


# links and devices ----------------------------------------------------------------------------------------------------


def swap(path: Path, target: Path) -> None:
    """Put a link in the place of a file or folder."""
    if path.is_dir():
        shutil.move(path, target / path.name)
        path.symlink_to(target / path.name)
    else:
        path.unlink(missing_ok=True)
        path.symlink_to(target / "private.yaml")


COMMANDS = {
    "run": (("rerun",), ("report",)),
    "compare": (("rerun",), ("report",)),
    "sweep": (
        ("rerun",),
        ("report",),
        ("export", "csv"),
        ("merge",),
        ("discover", "where='survived_90d == 0'"),
        ("sensitivity",),
    ),
}
LINKS = {
    "run": (
        "config.yaml",
        "manifest.json",
        "metrics.json",
        "series.parquet",
        "figures",
        "report.html",
        "figures/extra.png",
    ),
    "compare": ("config_no_outside_act.yaml", "runs.parquet", "summary.json"),
    "sweep": ("runs", ".lock", "config.yaml", "design.parquet", "axes.json", "failures", "series"),
}


@links
@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in LINKS.items() for name in names])
def test_no_link_of_a_received_folder_is_followed(copy, elsewhere, kind, name):
    """Every command that reads such a folder refuses it by one message, and what the link leads to stays as it was."""
    folder = copy(kind)
    swap(folder / name, elsewhere)
    before = files(elsewhere)
    for command, *more in COMMANDS[kind]:
        result = invoke(command, folder, *more)
        refused(result, "is a link or a device")
        assert SECRET not in result.output
    assert files(elsewhere) == before


@links
def test_a_sweep_writes_through_no_link(copy, elsewhere):
    """`sweep out=` into a folder whose runs/ or .lock lead elsewhere."""
    words = ["scenario=both,no_outside_act", "scenario.split.depth=0.3,0.9", "days=9", "replications=4", "citizens=500"]
    folder = copy("sweep")
    swap(folder / "runs", elsewhere)
    swap(folder / ".lock", elsewhere)
    before = files(elsewhere)
    result = invoke("sweep", *words, "engine.name=serial", "quiet=true", f"out={folder.as_posix()}")
    refused(result, "is a link or a device")
    assert files(elsewhere) == before


@links
def test_a_pipe_is_not_waited_for(copy, tmp_path):
    """A named pipe in a folder, as a case list and as a saved configuration: one message at once."""
    folder = copy("run")
    (folder / "config.yaml").unlink()
    os.mkfifo(folder / "config.yaml")
    refused(invoke("rerun", folder), "is a link or a device")
    refused(invoke("run", f"config={folder.as_posix()}"), "is a link or a device")
    refused(invoke("run", f"config={folder.as_posix()}/config.yaml"), "a device, not a file")
    refused(invoke("rerun", "/dev/zero"), "a device, not a file")
    refused(invoke("backtest", "cases=/dev/zero"), "a device, not a file")
    refused(invoke("run", f"start={folder.as_posix()}/config.yaml"), "a device, not a file")


@links
def test_the_folder_itself_may_be_reached_by_a_link(folders, tmp_path):
    """The user names the link, so it is the user's."""
    (tmp_path / "mine").symlink_to(folders["run"])
    assert invoke("run", "--cfg", f"config={(tmp_path / 'mine').as_posix()}").exit_code == 0


@links
def test_a_folder_of_configuration_leads_nowhere_else(tmp_path, elsewhere):
    """A YAML file or a group that is a link out of the folder, and a defaults list that climbs out of it, are refused."""
    group = tmp_path / "sent" / "scenario"
    group.mkdir(parents=True)
    (group / "a.yaml").symlink_to(elsewhere / "private.yaml")
    refused(invoke("run", "--cfg", "--config-dir", group.parent), "leads out of the folder")
    (group / "a.yaml").unlink()
    (group / "a.yaml").write_text(
        "defaults: [../../../elsewhere/private, both, _self_]\nname: a\nlabel: A\n", encoding="utf-8"
    )
    result = invoke("run", "--cfg", "--config-dir", group.parent, "scenario=a")
    refused(result, "leads out of the folder")
    assert SECRET not in result.output
    (group / "a.yaml").unlink()
    (group.parent / "policy").symlink_to(elsewhere)
    refused(invoke("run", "--cfg", "--config-dir", group.parent), "leads out of the folder")


# what rerun takes from a file -----------------------------------------------------------------------------------------


def test_every_setting_is_either_of_the_file_or_of_the_command_line():
    """A new setting of run or compare has to be put on one of the two sides."""
    for name, model in (("run", RunOptions), ("compare", CompareOptions)):
        assert set(FROM_FILE[name]) | (PLACE_SETTINGS & model.model_fields.keys()) == model.model_fields.keys()
        assert not set(FROM_FILE[name]) & PLACE_SETTINGS


@pytest.mark.parametrize("kind", ["run", "compare", "sweep"])
def test_rerun_takes_no_place_from_a_file(copy, tmp_path, monkeypatch, kind, undrawn):
    """Engine, address, workers, out and quiet of a manifest are not used and do not stand in the new one."""
    folder, aside = copy(kind), tmp_path / "aside"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    hostile = {"name": "dask", "address": "tcp://127.0.0.1:9", "workers": 3, "shard_seconds": 5.0}
    manifest["options"] |= {"engine": hostile, "workers": 1000, "out": str(aside), "config": str(aside)}
    manifest["words"] += ["engine.address=tcp://127.0.0.1:9", "+engine.workers=3", f"out={aside}", "workers=1000"]
    manifest["command"] = "suasion run; touch escaped"
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    engines = []
    monkeypatch.setattr(
        "experiments.replications.EngineOptions", lambda **options: engines.append(options) or _serial()
    )
    here = ["engine.name=serial"] if kind == "sweep" else ["workers=1"]
    result = invoke("rerun", folder, f"out={(tmp_path / 'again').as_posix()}", "quiet=true", *here)
    assert result.exit_code == 0 and "Reproduced bit for bit." in result.output, result.output
    assert "escaped" not in result.output and not aside.exists() and all(e == {"name": "serial"} for e in engines)
    again = json.loads((tmp_path / "again" / "manifest.json").read_text(encoding="utf-8"))
    assert "127.0.0.1" not in json.dumps(again) and "1000" not in json.dumps(again["words"])


def _serial():
    from experiments.engine import EngineOptions

    return EngineOptions(name="serial")


def test_a_run_from_a_snapshot_needs_it_on_the_command_line(tmp_path, undrawn):
    """Its digest stands in the manifest: without start= and with another snapshot one message, with it the same bits."""
    short = ["citizens=500", "days=6", "quiet=true", "snapshot_day=3"]
    for name, seed in (("a", 1), ("b", 2)):
        assert invoke("run", *short, f"seed={seed}", f"out={(tmp_path / name).as_posix()}").exit_code == 0
    snapshot, other = (tmp_path / name / "snapshot.npz" for name in "ab")
    on = tmp_path / "on"
    words = [*short[:3], f"start={snapshot.as_posix()}", f"out={on.as_posix()}"]
    assert invoke("run", *words).exit_code == 0
    refused(invoke("rerun", on), "name that file: suasion rerun FILE start=SNAPSHOT")
    refused(invoke("rerun", on, f"start={other.as_posix()}"), "is another snapshot")
    refused(invoke("rerun", tmp_path / "a", f"start={snapshot.as_posix()}"), "from no snapshot")
    result = invoke("rerun", on, f"start={snapshot.as_posix()}", f"out={(tmp_path / 'again').as_posix()}", "quiet=true")
    assert result.exit_code == 0 and "Reproduced bit for bit." in result.output, result.output


def test_ties_are_read_where_the_user_names_them(tmp_path, undrawn):
    """A configuration that somebody sent does not open a file outside of the result, unless the user names it too."""
    ties, out = tmp_path / "ties.csv", tmp_path / "a"
    ties.write_text("0,1\n", encoding="utf-8")
    key = f"mechanisms.contention.edges={ties.as_posix()}"
    words = ["citizens=500", "days=2", "quiet=true", "mechanisms.contention.network=explicit", key]
    assert invoke("run", *words, f"out={out.as_posix()}").exit_code == 0
    refused(invoke("rerun", out), f"suasion rerun FILE edges={ties}")
    refused(invoke("run", "--cfg", f"config={out.as_posix()}"), "must be typed on the command line")
    assert invoke("run", "--cfg", f"config={out.as_posix()}", key).exit_code == 0
    result = invoke("rerun", out, f"edges={ties.as_posix()}", f"out={(tmp_path / 'b').as_posix()}", "quiet=true")
    assert result.exit_code == 0 and "Reproduced bit for bit." in result.output, result.output
    ties.write_text(SECRET, encoding="utf-8")
    result = invoke("rerun", out)
    assert result.exit_code == 2 and SECRET not in result.output


# resolvers ------------------------------------------------------------------------------------------------------------

ASKS = [
    "${oc.env:SECRET}",
    "a ${oc.${x}:SECRET}",
    "${oc.decode:x}",
    "${hydra:runtime.cwd}",
    "${hydra.job.name}",
    "${x:}",
    "$${oc.env:SECRET}",
    "${oc.env:SECRET,x}",
]


@pytest.mark.parametrize("text", ASKS)
def test_no_resolver_is_run(tmp_path, monkeypatch, text):
    """In a label, a key, a defaults list, escaped, in a policy, on the command line, in a saved configuration."""
    monkeypatch.setenv("SECRET", SECRET)
    written = json.dumps(text)
    scenarios = [
        f"defaults: [both, _self_]\nname: a\nlabel: {written}\n",
        f"defaults: [both, _self_]\nname: a\nlabel: {written.replace('$', chr(92) + 'x24')}\n",
        f"defaults: [{written}, _self_]\nname: a\nlabel: A\n",
        f"defaults: [both, _self_]\nname: a\nlabel: A\nstrength: {{{written}: 0.5}}\n",
    ]
    group = tmp_path / "sent" / "scenario"
    group.mkdir(parents=True)
    for content in scenarios:
        (group / "a.yaml").write_text(content, encoding="utf-8")
        result = invoke("run", "--cfg", "--config-dir", group.parent, "scenario=a")
        refused(result, "is resolved; no resolver reads the environment")
        assert SECRET not in result.output
    (group / "a.yaml").unlink()
    (group.parent / "policy").mkdir()
    (group.parent / "policy" / "p.yaml").write_text(f"summary: {written}\n", encoding="utf-8")
    for words in (["list", "policies"], ["run", "--cfg"]):
        result = invoke(*words, "--config-dir", group.parent)
        refused(result, "is resolved; no resolver reads the environment")
    for words in (
        ["run", "--cfg", f"scenario.label='{text}'"],
        ["sweep", f"levers={{scenario.label:['{text}']}}", "plan=true"],
        ["rerun", "x", f"out='{text}'"],
    ):
        result = invoke(*words)
        refused(result, "is resolved; no resolver reads the environment")
        assert SECRET not in result.output


def test_a_saved_configuration_resolves_nothing(copy, monkeypatch):
    """`config=FOLDER` of a folder whose label asks for a variable."""
    monkeypatch.setenv("SECRET", SECRET)
    folder = copy("run")
    path = folder / "config.yaml"
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    tree["scenario"]["label"] = "${oc.env:SECRET}"
    path.write_text(yaml.safe_dump(tree), encoding="utf-8")
    result = invoke("run", "--cfg", f"config={folder.as_posix()}")
    refused(result, "is resolved; no resolver reads the environment")
    assert SECRET not in result.output


def test_the_value_of_another_key_may_be_taken(tmp_path):
    """Plain interpolation stays."""
    check_plain("a", "${scenario.name} and ${..events.a[0].size}")
    check_tree("a", {"a": ["${b}", {"c": 1, "d": None}]})
    group = tmp_path / "scenario"
    group.mkdir()
    (group / "a.yaml").write_text("defaults: [both, _self_]\nname: a\nlabel: Case ${scenario.name}\n", encoding="utf-8")
    assert load(["scenario=a"], str(tmp_path)).scenario.label == "Case a"


def test_a_folder_of_configuration_steers_hydra_in_nothing(tmp_path):
    """Keys of Hydra on the command line are no keys; a config.yaml and a hydra/ folder that somebody sent do nothing."""
    for word in ("hydra.searchpath=[pkg://os]", "+hydra.job.name=x", "hydra/job_logging=none", "hydra=x"):
        refused(invoke("run", "--cfg", word), "")
    (tmp_path / "hydra" / "job_logging").mkdir(parents=True)
    (tmp_path / "hydra" / "job_logging" / "default.yaml").write_text(
        "_target_: os.system\n_args_: [x]\n", encoding="utf-8"
    )
    (tmp_path / "config.yaml").write_text("hydra: {searchpath: ['pkg://os']}\nseed: 77\n", encoding="utf-8")
    result = invoke("run", "--cfg", "--config-dir", tmp_path)
    assert result.exit_code == 0 and "seed: 1\n" in result.stdout
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "a.yaml").write_text(
        "defaults: [both, _self_]\nname: a\n_target_: os.system\n", encoding="utf-8"
    )
    refused(invoke("run", "--cfg", "--config-dir", tmp_path, "scenario=a"), "there is no such key")


# damaged and hostile files --------------------------------------------------------------------------------------------


def bomb_png(path: Path, width: int, height: int) -> Path:
    """A small file that says it has so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )
    return path


def test_a_hostile_figure_is_a_damaged_one(tmp_path):
    """Deep nesting, texts and pixels that unfold without end, another format under the name: one message."""
    deep = write_figure(tmp_path / "deep.png", fold("[" * 200_000))
    assert deep.stat().st_size < 2000
    refused(invoke("rerun", deep), "is damaged")
    refused(invoke("rerun", write_figure(tmp_path / "long.png", fold(" " * (1 << 27)))), "is damaged")
    info = PngInfo()
    info.add_text(MARK, "x" * (1 << 26), zip=True)
    Image.new("RGB", (8, 8)).save(tmp_path / "text.png", pnginfo=info)
    refused(invoke("rerun", tmp_path / "text.png"), "is a damaged figure")
    for size in ((60_000, 60_000), (9_000, 9_000)):
        refused(invoke("rerun", bomb_png(tmp_path / "pixels.png", *size)), "is a damaged figure")
    memory = lzma.compress(b"{}", format=lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 30}])
    refused(invoke("rerun", write_figure(tmp_path / "memory.png", b64encode(memory).decode())), "is damaged")
    (tmp_path / "program.png").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no PNG"):
        read_figure(tmp_path / "program.png")


def test_deep_texts_are_damaged_ones(copy, tmp_path):
    """200,000 brackets in a manifest, in axes, in a saved configuration and in a case list."""
    deep = "[" * 200_000
    folder = copy("run")
    (folder / "config.yaml").write_text(deep, encoding="utf-8")
    refused(invoke("rerun", folder), "nests too deeply")
    refused(invoke("run", f"config={folder.as_posix()}"), "nests too deeply")
    (folder / "manifest.json").write_text(deep, encoding="utf-8")
    refused(invoke("rerun", folder), "nests too deeply")
    (tmp_path / "cases.yaml").write_text(deep, encoding="utf-8")
    refused(invoke("sweep", f"cases={(tmp_path / 'cases.yaml').as_posix()}", "plan=true"), "nests too deeply")
    refused(invoke("backtest", f"cases={(tmp_path / 'cases.yaml').as_posix()}"), "nests too deeply")
    group = tmp_path / "sent" / "scenario"
    group.mkdir(parents=True)
    (group / "a.yaml").write_text(deep, encoding="utf-8")
    refused(invoke("run", "--config-dir", group.parent, "scenario=a"), "nests too deeply")


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system [x]", "!!python/name:os.system", "a: &a [*a]", "[" * 101,
        "\n".join([f"a{i}: &a{i} [{', '.join([f'*a{i - 1}' if i else 'x'] * 9)}]" for i in range(12)]),
    ],
)  # fmt: skip
def test_hostile_yaml_is_no_data(text):
    """Tags of Python, an alias of itself, a bomb of aliases, deep nesting."""
    with pytest.raises((ValueError, yaml.YAMLError)):
        parse_yaml(text)


@pytest.mark.property
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_plain_data_come_through(data):
    """Whatever we write as JSON or YAML is read back."""
    assert parse_json(json.dumps(data)) == data
    assert parse_yaml(dump_yaml(data)) == data


def test_a_snapshot_with_objects_or_without_end_is_damaged(tmp_path):
    """No pickle is opened, and no array that is larger than the memory."""
    np.savez(tmp_path / "pickle.npz", header=np.array([{"suasion": "x"}], dtype=object))
    np.savez(tmp_path / "deep.npz", header=np.frombuffer(b"[" * 200_000, dtype=np.uint8))
    (tmp_path / "text.npz").write_text("text", encoding="utf-8")
    for name in ("pickle", "deep", "text"):
        with pytest.raises(InvalidSpec, match="no snapshot, or a damaged one"):
            Snapshot.load(tmp_path / f"{name}.npz")


HOSTILE = "a\x1b]0;title\x07b\x9b31m\u202ec\rd"


def test_texts_that_steer_are_shown_as_their_codes(copy, tmp_path, undrawn):
    """Escape sequences, changes of direction and carriage returns in commands, keys, names and labels."""
    assert (
        printable(HOSTILE) == "a\\x1b]0;title\\x07b\\x9b31m\\u202ec\\rd"
        and printable("نتائج\u200cها\n") == "نتائج\u200cها\n"
    )
    folder = copy("run")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"words": [*manifest["words"], HOSTILE], "git": HOSTILE, "libraries": {HOSTILE: HOSTILE}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    result = invoke("rerun", folder, f"out={(tmp_path / 'again').as_posix()}", "quiet=true")
    assert result.exit_code == 0 and not re.search("[\x1b\x07\x9b\u202e\r]", result.output), result.output
    assert "\\x1b]0;title" in result.output
    for key in ("scenario.label", "scenario.summary"):
        refused(invoke("run", "--cfg", f"{key}='{HOSTILE}'"), "control characters")
    refused(invoke("run", "--cfg", f"'{HOSTILE}'=1"), "error")


def test_a_report_of_a_hostile_folder_is_text(copy):
    """No script, no markup and no address from data; what would reorder a line is shown as its code."""
    folder = copy("run")
    attack = (
        "<script>alert(1)</script><img src=http://example.org/x onerror=alert(1)>\" onload='x' `<b>` {{7*7}}" + HOSTILE
    )
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {
        "words": [*manifest["words"], attack],
        "git": attack,
        "platform": attack,
        "host": attack,
        "libraries": {attack: attack},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    info = PngInfo()
    info.add_text("Title", attack)
    info.add_itxt("Comment", attack)
    Image.new("RGB", (8, 8)).save(folder / "figures" / "a.png", pnginfo=info)
    assert invoke("report", folder).exit_code == 0
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy\" content=\"default-src 'none'" in page
    assert not re.search("[\x1b\x07\x9b\u202e\r]", page) and "{{7*7}}" in page
    tags = Tags(page).tags
    assert [dict(attributes_of_tag) for tag, attributes_of_tag in tags if tag == "script"] == [
        {"type": "text/plain", "id": MARK}
    ]
    assert {tag for tag, _ in tags} & {"iframe", "object", "embed", "form", "base"} == set()
    attributes = [(name, value) for _, attributes_of_tag in tags for name, value in attributes_of_tag]
    assert [name for name, _ in attributes if name.startswith("on")] == []
    addresses = [value for name, value in attributes if name in ("src", "href", "action", "data")]
    allowed = ("data:", "#", "https://doi.org/", "https://arxiv.org/")
    assert addresses and all(value.startswith(allowed) for value in addresses)


class Tags(HTMLParser):
    """Tags of a page with their attributes."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[tuple[str, list]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))


def test_a_text_of_a_workbook_is_no_formula(tmp_path):
    """Cells that begin with = and hold what no cell may hold."""
    from openpyxl import Workbook, load_workbook

    from experiments.export.workbook import _cell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("runs")
    sheet.append([_cell(sheet, value) for value in ("=1+1", "+1", HOSTILE, 2**60, None, 1.5)])
    book.save(tmp_path / "a.xlsx")
    row = next(load_workbook(tmp_path / "a.xlsx")["runs"].iter_rows())
    assert [cell.data_type for cell in row] == ["s", "s", "s", "s", "n", "n"]
    assert [cell.value for cell in row] == ["=1+1", "+1", printable(HOSTILE, keep=""), str(2**60), None, 1.5]


# places ---------------------------------------------------------------------------------------------------------------


@links
def test_folders_and_files_follow_the_umask(tmp_path):
    """umask 077: nobody else reads a result."""
    before = os.umask(0o077)
    try:
        result = invoke("run", "citizens=500", "days=2", "quiet=true", f"out={(tmp_path / 'a' / 'b').as_posix()}")
    finally:
        os.umask(before)
    assert result.exit_code == 0, result.output
    assert [p for p in (tmp_path / "a").rglob("*") if p.stat().st_mode & 0o077] == []
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
    with new_folder(str(tmp_path / "open"), "x"):
        pass
    assert (tmp_path / "open").stat().st_mode & 0o777 == 0o777 & ~before


def test_a_second_command_is_refused_before_it_computes(tmp_path, monkeypatch):
    """Two commands into one new folder: the second is refused at its start, the result of the first is there."""
    with new_folder(str(tmp_path / "a"), "x") as (folder, target):
        (folder / "f").write_text("first", encoding="utf-8")
        with pytest.raises(ConfigError, match="another command is writing there"), new_folder(str(tmp_path / "a"), "x"):
            raise AssertionError("the second command was let in")
    assert files(tmp_path) == {os.path.join("a", "f"): b"first"} and target == tmp_path / "a"
    monkeypatch.chdir(tmp_path)
    with new_folder(None, "x") as (_, one), new_folder(None, "x") as (_, two):
        assert one != two
    with pytest.raises(RuntimeError), new_folder(str(tmp_path / "b" / "c"), "x"):
        raise RuntimeError
    assert not (tmp_path / "b").exists()


def test_a_command_that_lost_the_race_overwrites_nothing(tmp_path):
    """A folder that appears while a command computes stays as it is."""
    with pytest.raises(ConfigError, match="exists already"), new_folder(str(tmp_path / "a"), "x") as (_, target):
        target.mkdir()
        (target / "f").write_text("other", encoding="utf-8")
    assert files(tmp_path) == {os.path.join("a", "f"): b"other"}


@pytest.mark.parametrize(
    "words",
    [
        "mechanisms.contention.threshold=range(0.2,0.4,0.0000000001)",
        "mechanisms.contention.threshold=shuffle(range(0.2,0.4,0.0000000001))",
        "seed=range(1,100000000000)",
        "seed=range(10,20,0)",
    ],
)
def test_a_range_is_counted_before_it_is_expanded(words):
    """In sweep, in `run -m`, inside another function."""
    for command in (["sweep", "plan=true"], ["run", "-m"]):
        refused(invoke(*command, words), "an axis takes at most 10,000")


def test_a_design_is_counted_before_it_is_made():
    """Crossed levels, trajectories, and combinations of `run -m`."""
    axes = [f"mechanisms.contention.threshold=interval(0.2,0.{n})" for n in (3,)] + [
        "scenario.split.depth=interval(0,1)", "mechanisms.legitimacy.backlash=interval(0,0.02)",
    ]  # fmt: skip
    refused(invoke("sweep", *axes, "design=grid", "n_levels=1000", "plan=true"), "a sweep takes at most")
    refused(
        invoke("sweep", *axes, "design=morris", "n_levels=4", "samples=16777216", "plan=true"), "a sweep takes at most"
    )
    with pytest.raises(ConfigError, match="combinations"):
        sweeps(["seed=range(0,1000)", "days=range(1,1000)"])


@pytest.mark.exact
@pytest.mark.parametrize(
    "text",
    [
        "out: /somewhere/else",
        "start: /somewhere/snapshot.npz",
        "mechanisms: {contention: {network: explicit, edges: /etc/passwd}}",
    ],
)
def test_no_file_chooses_a_place(tmp_path, text):
    """Where a command reads and writes beyond the model is typed on the command line; no line of a file is quoted."""
    (tmp_path / "experiment").mkdir()
    sent = f"# @package _global_\ndefaults: [run, _self_]\n{text}\n"
    (tmp_path / "experiment" / "sent.yaml").write_text(sent, encoding="utf-8")
    result = invoke("run", "--config-dir", tmp_path, "experiment=sent", "days=3", "citizens=100")
    refused(result, "must be typed on the command line")
    assert "root:" not in result.stderr


@pytest.mark.exact
def test_a_file_of_no_ties_is_not_quoted(tmp_path):
    """The message names the line, not what stands there."""
    secret = tmp_path / "secret"
    secret.write_text("token abc\n", encoding="utf-8")
    words = ("mechanisms.contention.network=explicit", f"mechanisms.contention.edges={secret.as_posix()}")
    result = invoke("run", *words, "days=3", "citizens=100")
    refused(result, "line 1 must hold two row numbers")
    assert "token" not in result.stderr
