"""A user's folder of configuration: a broken file is one message, and stops only what uses it."""

import os

import pytest
from click.testing import CliRunner

import sim
from experiments.cli import main
from sim.core.faults import ConfigError

pytestmark = pytest.mark.exact

WHOLE = "defaults: [both, _self_]\nname: whole\nlabel: Whole\n"
BROKEN = {
    "tab": (b"a:\n\tb: 1\n", "line 2: found character that cannot start any token; a tab cannot indent"),
    "tab_in_list": (b"defaults:\n- both\n\t- _self_\n", "line 3: found a tab character that violates indentation"),
    "quote": (b"label: 'x\n", "line 2:"),
    "tag": (b"a: !foo 1\n", "line 1: the tag !foo"),
    "python": (b"a: !!python/name:os.system\n", "is not allowed"),
    "two": (b"a: 1\n---\nb: 2\n", "line 2: a second document"),
    "twice": (b"label: A\nlabel: B\n", "line 2: the key label"),
    "list": (b"- a\n", "must hold a mapping"),
    "number": (b"3\n", "must hold a mapping"),
    "latin": ("label: März\n".encode("latin-1"), "line 1: the byte 0xe4"),
    "half": (b'label: "\\ud800"\n', "line 1:"),
    "deep": (b"[" * 200, "nests too deeply"),
    "itself": (b"a: &a [*a]\n", "contains itself"),
    "bomb": (b"\n".join(b"a%d: &a%d [%s]" % (i, i, b", ".join([b"*a%d" % (i - 1) if i else b"x"] * 9)) for i in range(12)), "unfold without end"),
    "infinite": (b"days: .inf\n", "no finite number"),
}  # fmt: skip


def invoke(*words: object):
    """Run the command line in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with every broken file, a folder and links in the place of files, and one whole scenario."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "scenario").mkdir()
    (folder / "policy").mkdir()
    for name, (content, _) in BROKEN.items():
        (folder / "scenario" / f"{name}.yaml").write_bytes(content)
    (folder / "scenario" / "folder.yaml").mkdir()
    if os.name != "nt":
        (folder / "scenario" / "dangling.yaml").symlink_to("nowhere")
        (folder / "scenario" / "loop.yaml").symlink_to("loop.yaml")
    (folder / "scenario" / "whole.yaml").write_text(WHOLE, encoding="utf-8")
    (folder / "policy" / "open.yaml").write_text("rules: [", encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", [*BROKEN, "folder", "dangling", "loop"])
def test_a_broken_file_is_one_message(folder, name):
    """With the file and its line; exit status 2."""
    if not os.path.lexists(folder / "scenario" / f"{name}.yaml"):
        pytest.skip("links need a right of their own on Windows")
    expected = BROKEN[name][1] if name in BROKEN else "cannot be read"
    for words in (("run", "--cfg", f"scenario={name}"), ("describe", name)):
        result = invoke(*words, "--config-dir", folder)
        assert result.exit_code == 2 and expected in result.stderr and f"{name}.yaml" in result.stderr, result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_a_broken_file_stops_nothing_else(folder):
    """A run of another scenario, lists and descriptions go on; each names the broken files."""
    for words in (
        ("run", "--cfg", "scenario=whole"),
        ("list", "scenarios"),
        ("list", "policies"),
        ("describe", "whole"),
    ):
        result = invoke(*words, "--config-dir", folder)
        assert result.exit_code == 0, result.stderr
        for name in (*BROKEN, "folder"):
            assert f"{name}.yaml" in result.stderr, name
        assert "open.yaml" in result.stderr
        if words == ("list", "scenarios"):
            assert "  Whole; host: KAZ" in result.stdout and "cannot be used" in result.stdout


def test_a_folder_of_any_name_is_a_folder(tmp_path):
    """Its name is never read as an override."""
    for name in ("John's cfg", "a']+x=['b", "a,b=c", "نتائج", "[x]"):
        group = tmp_path / name / "scenario"
        group.mkdir(parents=True)
        (group / "whole.yaml").write_text(WHOLE, encoding="utf-8")
        result = invoke("run", "--cfg", "scenario=whole", "--config-dir", tmp_path / name)
        assert result.exit_code == 0 and "label: Whole" in result.stdout, (name, result.stderr)


@pytest.mark.parametrize(
    ("defaults", "message"),
    [
        ("5", "x.yaml:1: defaults=5: must be a list of files"),
        ("{a: 1}", "x.yaml:1: defaults={'a': 1}: must be a list of files"),
        ("[5, _self_]", "x.yaml:1: defaults.0=5: must be the name of a file"),
        ("[{}, _self_]", "x.yaml:1: defaults.0={}: must be the name of a file"),
        ("[null]", "x.yaml:1: defaults.0=None: must be the name of a file"),
        ("[{a: b, c: d}]", "must be the name of a file, or {/GROUP@PLACE: NAME}"),
        ("[{/state@states.MNG: [0]}, _self_]", "must be the name of a file, or {/GROUP@PLACE: NAME}"),
        ("[{override /stage: 5}]", "must be the name of a file, or {/GROUP@PLACE: NAME}"),
        (
            "[csto_interventon, _self_]",
            "x.yaml:1: defaults.0=csto_interventon: must be a file of scenario; did you mean 'csto_intervention'?",
        ),
        ("[x, _self_]", "x.yaml:1: defaults: a file names itself, or files name each other in a circle"),
    ],
)
def test_a_wrong_list_of_defaults_is_one_message(tmp_path, defaults, message):
    """What a file builds on is a list of names; no name leads in a circle."""
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "x.yaml").write_text(f"defaults: {defaults}\nlabel: X\n", encoding="utf-8")
    result = CliRunner().invoke(
        main, ["run", "--cfg", "scenario=x", "--config-dir", str(tmp_path)], catch_exceptions=False
    )
    assert result.exit_code == 2 and len(result.stderr.splitlines()) == 1
    assert message in result.stderr


def test_a_circle_of_defaults_names_a_file_in_it(tmp_path):
    """Also if the chosen file only leads into the circle."""
    (tmp_path / "scenario").mkdir()
    for name, below in {"chosen": "first", "first": "second", "second": "first"}.items():
        text = f"label: X\ndefaults: [{below}, _self_]\n"
        (tmp_path / "scenario" / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"first\.yaml:2: defaults: a file names itself, or files name each other"):
        sim.load(["scenario=chosen"], config_dir=str(tmp_path))


@pytest.mark.parametrize(
    ("group", "content", "message"),
    [
        ("scenario", "policies: 3", "x.yaml:3: scenario.policies=3: input should be a valid dictionary"),
        ("scenario", "policies: [balancing]", "x.yaml:3: scenario.policies=['balancing']: input should be a valid"),
        ("scenario", "policies: true", "x.yaml:3: scenario.policies=True: input should be a valid dictionary"),
        ("stage", "policies: 3", "x.yaml:3: policies=3: input should be a valid dictionary"),
        ("stage", "policies: {balancing: 3}", "x.yaml:3: policies.balancing=3: input should be a valid dictionary"),
    ],
)
def test_policies_that_are_no_mapping_are_one_message(tmp_path, group, content, message):
    """Exit status 2, with file and line."""
    head = {
        "scenario": "label: X\ndefaults: [csto_intervention, _self_]\n",
        "stage": "# @package _global_\ndefaults: [eurasia_2022, _self_]\n",
    }
    (tmp_path / group).mkdir()
    (tmp_path / group / "x.yaml").write_text(f"{head[group]}{content}\n", encoding="utf-8")
    result = invoke("run", "--cfg", f"{group}=x", "--config-dir", tmp_path)
    assert result.exit_code == 2 and len(result.stderr.splitlines()) == 1
    assert message in result.stderr


@pytest.mark.parametrize("word", ["state@states.KAZ=[0]", "+state@states.X={a: 1}", "policy@policies.a=true"])
def test_a_choice_of_a_file_is_a_name(word):
    """A list of numbers or a mapping is no file."""
    result = CliRunner().invoke(main, ["run", "--cfg", word], catch_exceptions=False)
    assert result.exit_code == 2 and "must be the name of a file" in result.stderr
