"""Titles of figures: the message that the data hold, and formats of figures."""

import pytest

from experiments.explore.arguments import read
from experiments.explore.discover import DiscoverOptions
from experiments.results.figure_formats import FigureOptions
from experiments.results.figures import save_figures
from experiments.statements import figure_titles as titles
from sim.core.faults import ConfigError
from sim.plots.style import canvas

pytestmark = pytest.mark.exact
NAMES = {"RUS": "Russia"}


@pytest.mark.parametrize(
    "entries, title",
    [
        ([("deaths", "A", "undecided")], "Against “B”: no difference is decided"),
        ([("deaths", "A", "higher"), ("deaths", "C", "higher")], "Against “B”: deaths higher (A, C)"),
        ([("elite_change_30d:RUS", "A", "lower")], "Against “B”: elites towards Russia lower (A)"),
        ([("deaths", arm, "lower") for arm in "ACD"], "Against “B”: deaths lower (3 scenarios)"),
    ],
)
def test_differences_are_named_by_their_verdicts(entries, title):
    """Decided outcomes with their arms, or that there is none."""
    assert titles.differences_title(entries, "B", NAMES) == title


def test_a_title_names_three_differences_at_most():
    """The others are counted."""
    keys = ("deaths", "protest_peak", "survived_30d", "elite_change_30d:RUS", "public_change_30d:RUS")
    title = titles.differences_title([(key, "A", "lower") for key in keys], "B", NAMES, 60)
    assert title.startswith("Against “B” after 60 days: deaths lower (A); ") and title.endswith("; 2 more decided")


def test_influence_says_whether_a_share_changes():
    """A change below a twentieth of a point is none."""
    assert (
        titles.influence_title("K", 30, (0.04, "RUS", "military", "A"), NAMES, False)
        == "K: no share of influence changes within 30 days"
    )
    assert titles.influence_title("K", 30, (-2.0, "RUS", "military", "A"), NAMES, True) == (
        "Russia has the largest change of influence on K: −2 points in the military channel under “A” after 30 days"
    )


def test_tip_and_discover_state_what_they_found():
    """The middle crossing; the first box that stands out; or that there is none."""
    crossing = {"axis": "a", "at": 0.5, "crossed": "b", "place": 0.3, "rising": False}
    axes = [{"path": "a", "name": "depth"}, {"path": "b", "name": "threshold"}]
    result = {"outcome": {"label": "Survival"}, "threshold": 0.5, "crossings": [crossing], "axes": axes, "found": True}
    assert titles.tip_title(result) == "“Survival” falls through 0.5 where threshold passes 0.3 (at depth 0.5)"
    assert titles.tip_title(result | {"found": False}) == "“Survival” does not cross 0.5 anywhere on this plane"
    box = {"stands_out": True, "density": (0.8, 0.7, 0.9), "limits": [{"words": "the depth is above 0.3"}]}
    discovery = {"boxes": [box], "all": (0.3, 0.2, 0.4), "words": "the government falls"}
    assert (
        titles.discover_title(discovery)
        == "The government falls in 80 % of replications where the depth is above 0.3; everywhere in 30 %"
    )
    assert titles.discover_title(discovery | {"boxes": []}).startswith("No box stands out: ")


def test_scores_name_the_best_method_and_what_the_model_beats():
    """By the lower end of the interval of its skill, and by the mean Brier score."""

    def cell(skill: float, brier: float) -> dict:
        return {"skill": (skill, skill - 0.1, skill + 0.1), "brier": (brier, 0.0, 1.0)}

    scores = {
        "x": {"model": cell(0.3, 0.1), "rate": cell(0.0, 0.2)},
        "y": {"model": cell(0.05, 0.3), "rate": cell(0.0, 0.2)},
    }
    names, labels = {"x": "Help", "y": "Survival", "z": "Other"}, {"model": "model", "rate": "base\nrate"}
    assert (
        titles.skill_title(scores, ("x", "y", "z"), names)
        == "The model beats the base rate beyond doubt for 1 of 2 outcomes: help"
    )
    assert (
        titles.best_title(scores, "brier", ("x", "y", "z"), names, labels)
        == "Lowest Brier score: model (help); base rate (survival)"
    )
    areas = {"x": {"model": {"auc": (0.9, 0.8, 1.0)}, "rate": {"auc": (0.5, 0.4, 0.6)}}}
    assert titles.best_title(areas, "auc", ("x",), names, labels) == "Highest AUC: model (help)"
    assert titles.best_title({}, "auc", ("x",), names, labels) == "No outcome is scored"


def test_formats_are_checked_and_png_is_always_written(tmp_path):
    """One, several or a list; another one is refused. SVG and PDF of one figure repeat byte for byte."""
    assert FigureOptions.model_validate({"format": "svg"}).format == ["svg"]
    assert FigureOptions.model_validate({"format": "png, pdf"}).format == ["png", "pdf"]
    assert read(["figures.format=[svg,pdf]", "where=x"], DiscoverOptions)[0].figures.format == ["svg", "pdf"]
    for wrong in ("figures.format=gif", "figures.format=[]", "figures.size=3"):
        with pytest.raises(ConfigError):
            read([wrong, "where=x"], DiscoverOptions)
    manifest = {"suasion": "1", "git": "x", "command": "c", "packed": "p"}
    for name in ("a", "b"):
        save_figures(tmp_path / name, {"f": lambda: canvas("Title", "note")}, manifest, ("svg", "pdf"))
    assert {p.name for p in (tmp_path / "a").iterdir()} == {"f.png", "f.svg", "f.pdf"}
    for file in ("f.svg", "f.pdf"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert b"Title" in (tmp_path / "a" / "f.svg").read_bytes()


def test_survival_names_the_range_of_the_scenarios():
    """From the lowest to the highest share, or one share."""
    assert (
        titles.survival_title("Kazakhstan", 90, [0.8, 0.75])
        == "Kazakhstan: in office after 90 days in 75 to 80 % of replications"
    )
    assert (
        titles.survival_title("Kazakhstan", 90, [0.8]) == "Kazakhstan: in office after 90 days in 80 % of replications"
    )


def test_regret_names_the_scenario_that_is_best_beyond_doubt():
    """By outcome, or that there is none."""

    def objective(label: str, decided: str) -> dict:
        return {"label": label, "verdict": {"decided": decided, "leader": "a"}}

    open_ = [objective("Deaths", "undecided"), objective("Protest peak", "one replication")]
    assert titles.regret_title(open_, {"a": "A"}) == "No scenario has the least regret beyond doubt"
    title = titles.regret_title(
        [objective("Deaths", "preferred"), objective("Detained", "alike"), *open_[1:]], {"a": "A"}
    )
    assert title == "Least regret beyond doubt: deaths: A; detained: all alike; protest peak: undecided"
