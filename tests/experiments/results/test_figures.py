"""Drawing: a figure that fails is named and takes no numbers with it; labels are drawn as they are written."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure
from matplotlib.text import Text

import sim.plots
from experiments.cli import main
from experiments.results.figures import save_figures
from experiments.results.writing import DrawingFault, new_folder
from sim.plots.style import canvas

CHEAP = ("citizens=300", "days=2", "quiet=true")
MANIFEST = {"suasion": "0", "git": "0", "command": "suasion"}
pytestmark = pytest.mark.exact


def _fail() -> Figure:
    raise ZeroDivisionError("no room")


def test_the_other_figures_are_saved(tmp_path):
    """Every figure that failed is named, with the reason."""
    with pytest.raises(DrawingFault, match=r"a.png: cannot be drawn.*ZeroDivisionError: no room.*; .*c.png"):
        save_figures(tmp_path / "figures", {"a": _fail, "b": Figure, "c": _fail}, MANIFEST)
    assert [path.name for path in (tmp_path / "figures").iterdir()] == ["b.png"]


def test_the_folder_is_kept_when_a_figure_fails(tmp_path):
    """The fault is raised when everything else is in its place."""
    with (
        pytest.raises(DrawingFault, match=r"the numbers and all other figures are in .*out"),
        new_folder(str(tmp_path / "out"), "run") as (folder, _),
    ):
        (folder / "numbers").write_text("1")
        save_figures(folder / "figures", {"a": _fail}, MANIFEST)
    assert (tmp_path / "out" / "numbers").read_text() == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("command", [["run"], ["compare", "runs=2", "workers=1", "scenarios=[both,no_outside_act]"]])
def test_a_command_keeps_its_numbers(command, tmp_path, monkeypatch):
    """Exit status 1, one message, and the folder is complete but for the figure."""
    monkeypatch.setattr(sim.plots, "network_map", lambda *arguments: _fail())
    out = tmp_path / "out"
    result = CliRunner().invoke(main, [*command, *CHEAP, f"out={out}"])
    assert result.exit_code == 1 and result.stderr.startswith("error: figures/network.png: cannot be drawn"), (
        result.output
    )
    assert (out / "manifest.json").is_file() and (out / "figures" / "protest.png").is_file()
    assert not (out / "figures" / "network.png").exists()


@pytest.mark.parametrize(
    "label", ["Aid $5bn (50%) vs $10bn", "$\\undefinedmacro$", "$x^2$", "a $ b", "\\$5", "{$}_^", "$$", "%s #&"]
)
@pytest.mark.parametrize("session", [{}, {"text.parse_math": True, "text.usetex": False}])
def test_labels_are_drawn_as_they_are_written(label, session, tmp_path):
    """In titles, legends, axes and ticks, also those of ticks that appear while drawing."""
    import matplotlib

    with matplotlib.rc_context(session):
        figure = canvas(label, label)
        axes = figure.subplots()
        axes.plot([0, 1], label=label)
        axes.legend()
        axes.set_title(label)
        axes.set_xticks([0, 1], [label, label])
        save_figures(tmp_path, {"a": lambda: figure}, MANIFEST)
    texts = [text for text in figure.findobj(Text) if label in text.get_text()]
    assert len(texts) >= 5 and not any(text.get_parse_math() or text.get_usetex() for text in texts)
    assert (tmp_path / "a.png").stat().st_size > 1000


@pytest.mark.parametrize("variable", ["MPLCONFIGDIR", "MATPLOTLIBRC"])
def test_settings_of_the_user_do_not_reach_the_figures(variable, tmp_path):
    """Neither a backend that is not there, nor a matplotlibrc that is wrong or no text."""
    (tmp_path / "matplotlibrc").write_bytes(b"font.size: 33\nbackend: module://no.such\n\xff\xfe: 1\n")
    code = "import sim.plots, matplotlib as m; print(m.get_backend(), m.rcParams['font.size'])"
    environment = os.environ | {variable: str(tmp_path), "MPLBACKEND": "module://no.such"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["agg", "10.0"] and done.stderr == ""
