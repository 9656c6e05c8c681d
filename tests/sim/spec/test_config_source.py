"""A user's folder of configuration: a broken file is one message, and stops only what uses it."""

import os

import pytest
from click.testing import CliRunner

from experiments.cli import main

pytestmark = pytest.mark.exact

WHOLE = "defaults: [both, _self_]\nname: whole\nlabel: Whole\n"
BROKEN = {
    "tab": (b"a:\n\tb: 1\n", "line 2:"),
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
