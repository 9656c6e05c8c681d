"""The TAB key: words in their order, in a real bash that parts words at `=` and `:`, and without the import of the model."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete, get_completion_class

from experiments.cli import COMMANDS, main
from experiments.terminal.completion import names, settings
from tools import completion as shipped

pytestmark = pytest.mark.exact

ROOT = Path(__file__).resolve().parents[3]
HEAVY = ("numba", "numpy", "hydra", "omegaconf", "matplotlib", "pydantic", "rich", "yaml", "sim")
SECONDS = 20.0  # without an answer, after which a session counts as hung


def values(command: str, incomplete: str, *more: str) -> list[str]:
    """The words that continue a setting."""
    return [item.value for item in settings(command, incomplete, *more)]


def test_the_shipped_words_are_those_of_the_model():
    """`python -m tools.completion` would change nothing."""
    assert shipped.PAGE.read_text(encoding="utf-8") == shipped.text()


def test_keys_are_offered_level_by_level():
    """Groups end in a dot, settings in `=`; a group that is alone is opened; every command has its settings."""
    assert "mechanisms.contention.threshold=" in values("run", "mechanisms.contention.th")
    assert "mechanisms." in values("run", "m") and "map=" in values("run", "m")
    assert "mechanisms.contention." in values("run", "mech") and "mechanisms." not in values("run", "mech")
    assert values("compare", "ru") == ["runs="] and values("compare", "scenarios") == ["scenarios="]
    assert values("sweep", "replications") == ["replications="] and values("sensitivity", "pair") == ["pairs="]
    assert values("discover", "mech") == [] and values("calibrate", "traj") == ["trajectories="]
    assert values("run", "+scenario.ho") == ["+scenario.host="] and values("run", "~scenario.ho") == ["~scenario.host="]


def test_values_are_offered():
    """Files, codes, choices, metrics with their labels, lists, conditions and objectives."""
    assert values("run", "scenario=cs") == ["scenario=csto_intervention"]
    assert values("sweep", "scenario=both,no_") == ["scenario=both,no_outside_act"]
    assert values("run", "host=KA") == ["host=KAZ"] and "EUU" not in str(values("run", "host="))
    assert values("compare", "scenarios=[both,no_") == [
        "scenarios=[both,no_outside_act,",
        "scenarios=[both,no_outside_act]",
    ]
    assert values("compare", "scenarios=[both, no_")[0] == "scenarios=[both, no_outside_act,"
    assert values("compare", "objective=[max survived_9") == [
        "objective=[max survived_90d,",
        "objective=[max survived_90d]",
    ]
    assert values("sensitivity", "outcome=[deaths,cost:T")[1] == "outcome=[deaths,cost:TUR]"
    assert values("tip", "outcome=protest_d") == ["outcome=protest_duration"]
    assert values("discover", "where=survived_9") == ["where=survived_90d"]
    assert values("discover", "where=deaths > 3 and survived_9") == ["where=deaths > 3 and survived_90d"]
    assert values("run", "mechanisms.contention.network=sm") == ["mechanisms.contention.network=small_world"]
    assert values("run", "+scenario.policies.TUR=bal") == ["+scenario.policies.TUR=balancing"]
    assert values("run", "seed=") == [] and [i.type for i in settings("backtest", "cases=")] == ["file"]


def test_files_of_the_user_are_offered(tmp_path):
    """Scenarios and policies of --config-dir stand beside the shipped ones."""
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "csxy.yaml").write_text("label: [broken", encoding="utf-8")
    assert values("run", "scenario=cs", str(tmp_path)) == ["scenario=csto_intervention", "scenario=csxy"]
    assert [item.value for item in names([], "csx", str(tmp_path))] == ["csxy"]


def test_terms_are_offered_word_by_word():
    """`describe paired difference` is one name of two words."""
    assert "paired difference" in [item.value for item in names([], "pair")]
    assert [item.value for item in names(["paired"], "d")] == ["difference"]


class Session:
    """A bash in a pseudo-terminal, in which Ctrl-G prints the line as it stands."""

    def __init__(self, folder: Path):
        import pty
        import termios

        command = folder / "suasion"
        command.write_text(
            f"#!{sys.executable}\nfrom experiments.cli import main\nmain(prog_name='suasion')\n", encoding="utf-8"
        )
        command.chmod(0o755)
        path = f"{folder}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "TERM": "dumb", "PYTHONPATH": str(ROOT), "HISTFILE": ""}
        above, below = pty.openpty()
        termios.tcsetwinsize(above, (24, 500))  # so that a line scrolls not at all
        words = ["bash", "--norc", "--noprofile", "-i"]
        self._bash = subprocess.Popen(
            words, stdin=below, stdout=below, stderr=below, cwd=folder, env=environment, start_new_session=True
        )
        os.close(below)
        self._terminal = above
        self.write("eval \"$(suasion completion bash)\"; PS1='{''{ready}''}'\n")
        self._wait("{{ready}}")  # the prompt shows when the terminal has left line mode
        self.write('bind -x \'"\\C-g": printf "\\n<%s>\\n" "$READLINE_LINE"\'\n')
        self._wait("{{ready}}")

    def write(self, text: str) -> None:
        """Type a text."""
        os.write(self._terminal, text.encode())

    def line(self, text: str) -> str:
        """The line after typing a text, which may hold TABs; the line is deleted then."""
        self.write(f"{text}\a\x15")
        return self._wait(">\r\n{{ready}}").rpartition("\n<")[2].partition(">\r\n{{ready}}")[0]

    def _wait(self, mark: str) -> str:
        """What the terminal shows until a mark."""
        screen = ""
        while mark not in screen:
            assert select.select([self._terminal], [], [], SECONDS)[0], screen
            screen += os.read(self._terminal, 65536).decode(errors="replace")
        return screen

    def close(self) -> None:
        """End the shell."""
        self._bash.kill()
        self._bash.wait()
        os.close(self._terminal)


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """One bash for all lines."""
    bash = Session(tmp_path_factory.mktemp("bash"))
    yield bash
    bash.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no bash and no pseudo-terminal of this kind")
@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("compa\t", "compare "),
        ("run scenario=cs\t", "run scenario=csto_intervention "),
        ("run scenar\t", "run scenario"),
        ("run host=KA\t", "run host=KAZ "),
        ("compare scenarios=[both,no_\t", "compare scenarios=[both,no_outside_act"),
        ("compare 'scenarios=[both,no_\t]'", "compare 'scenarios=[both,no_outside_act]'"),
        ("compare 'objective=[max survived_9\t", "compare 'objective=[max survived_90d"),
        ("compare objective='[max survived_9\t", "compare objective='[max survived_90d"),
        ('discover s where="survived_9\t == 0"', 'discover s where="survived_90d == 0"'),
        ("sensitivity outcome=elite_change_30d:R\t", "sensitivity outcome=elite_change_30d:RUS "),
        ("sensitivity outcome=[deaths,cost:T\t", "sensitivity outcome=[deaths,cost:TUR"),
        ("run mechanisms.contention.th\t0.3", "run mechanisms.contention.threshold=0.3"),
        ("sweep 'mechanisms.contention.th\tinterval(0.2,0.4)'", "sweep 'mechanisms.contention.threshold=interval(0.2,0.4)'"),
        ("run mech\t", "run mechanisms."),
        ("run stage=eurasia_2022_organisations scenario=cs\t", "run stage=eurasia_2022_organisations scenario=csto_intervention "),
        ("discover s where=deaths\\ \\>\\ 3\\ and\\ survived_9\t", "discover s where=deaths\\ \\>\\ 3\\ and\\ survived_90d"),
        ("run out=suasi\t", "run out=suasion "),
        ("describe after_s\t", "describe after_success "),
        ("describe paired d\t", "describe paired difference "),
        ("list scen\t", "list scenarios "),
        ("compare --conf\t", "compare --config-dir "),
        ("run scenario=both seed=1 quiet=t\t", "run scenario=both seed=1 quiet=true "),
    ],
)  # fmt: skip
def test_bash_completes(session, typed, line):
    """TAB in a real bash; a space follows a word that is at its end, and nothing that is not."""
    assert session.line(f"suasion {typed}") == f"suasion {line}"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_zsh_and_fish_get_the_same_words(shell, monkeypatch):
    """They part words at blanks alone; their scripts ask the same program, which answers with the same values."""
    monkeypatch.setenv("COMP_WORDS", "suasion run scenario=cs")
    monkeypatch.setenv("COMP_CWORD", "2" if shell == "zsh" else "scenario=cs")
    completion_class: type[ShellComplete] | None = get_completion_class(shell)
    assert completion_class is not None
    assert "scenario=csto_intervention" in completion_class(main, {}, "suasion", "_SUASION_COMPLETE").complete()


def test_the_tab_key_imports_no_model():
    """Nor numerics, configuration, drawing: an answer takes a tenth of a second in the place of two."""
    code = (
        "import atexit, json, os, sys; import experiments.cli as cli\n"
        "atexit.register(lambda: print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr))\n"
        "cli.main(prog_name='suasion')"
    )
    for typed in (
        "run scenario=cs",
        "compare 'objective=[max d",
        "describe thr",
        "sensitivity outcome=d",
        "list s",
        "com",
    ):
        line = f"suasion {typed}"
        environment = {
            "COMP_LINE": line,
            "COMP_POINT": str(len(line)),
            "COMP_PART": "",
            "_SUASION_COMPLETE": "bash_complete",
        }
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=60
        )  # fmt: skip
        assert done.returncode == 0 and done.stdout.strip(), done.stderr
        assert not set(HEAVY) & set(json.loads(done.stderr)), typed


def test_every_command_with_settings_has_words():
    """A new command comes into the table of `tools.completion`."""
    assert set(COMMANDS) - set(shipped.OPTIONS) == {"list", "describe", "completion"}
