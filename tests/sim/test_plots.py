"""Figures say what they show: common scales, verdicts, least spans, changes, colours and dashes that differ."""

from datetime import date

import networkx as nx
import numpy as np
import pytest

from sim.core.colours import FURTHER, PALETTE, distinct
from sim.plots import alignments, differences_over_time, look, network_map, paired_differences, protest_and_legitimacy
from sim.plots.differences import HEADER
from sim.plots.network_changes import GAIN, LOSS
from sim.plots.shares import influence_shares, largest_move
from sim.plots.style import at_least, canvas
from sim.records.ensemble import Ensemble

pytestmark = pytest.mark.exact
DAYS = 30


def one(name: str, **series: tuple[float, float]) -> Ensemble:
    """An ensemble whose series move evenly from a first to a last value, alike in all replications."""
    stacked = {key.replace("__", ":"): np.tile(np.linspace(*ends, DAYS + 1), (1, 1)) for key, ends in series.items()}
    return Ensemble(
        name,
        name,
        "#D55E00",
        "KAZ",
        "Kazakhstan",
        ("RUS", "TUR"),
        (),
        date(2022, 1, 2),
        DAYS,
        {"m": np.zeros(1)},
        stacked,
    )


def row(metric: str, unit: str, mean: float, decided: str, arm: str = "A") -> dict:
    """One paired difference."""
    ends = {"mean": mean, "low": mean - abs(mean) / 2, "high": mean + abs(mean) / 2, "interval": "t"}
    return {
        "metric": metric,
        "unit": unit,
        "arm": arm,
        "colour": "#0072B2",
        "share_positive": 0.5,
        "n": 9,
        "decided": decided,
    } | ends


def panels(figure) -> list:
    return [ax for ax in figure.axes if ax.axison]


def test_metrics_of_one_unit_share_their_scale():
    """+0.001 is drawn short beside +0.058, and deaths keep a scale of their own."""
    unit = "points on the scale -1 to 1"
    rows = [row("a", unit, 0.001, "undecided"), row("b", unit, 0.058, "higher"), row("c", "persons", 40.0, "higher")]
    a, b, c = panels(paired_differences(rows, "R", 0.95))
    assert a.get_xlim() == b.get_xlim() != c.get_xlim()
    assert a.get_xlim()[1] > 0.058


def test_every_mark_has_its_verdict_and_the_column_has_a_name():
    """The verdict stands beside the mark; an open one is pale."""
    rows = [row("a", "persons", 4.0, verdict, verdict) for verdict in ("higher", "lower", "undecided", "no difference")]
    figure = paired_differences(rows, "R", 0.95)
    (ax,) = panels(figure)
    texts = [t.get_text() for t in ax.texts]
    assert texts.count("50 %") == 4
    assert [t for t in texts if t in {r["decided"] for r in rows}] == [r["decided"] for r in rows]
    assert HEADER in texts
    assert "share of paired replications in which it is higher" in figure.texts[1].get_text().replace("\n", " ")
    faces = [line.get_markerfacecolor() for line in ax.lines if line.get_marker() not in ("None", "")]
    assert faces == ["#0072B2", "#0072B2", "white", "white"]


def test_a_small_move_of_legitimacy_looks_small():
    """0.692 to 0.667 takes an eighth of the axis, inside 0 to 1."""
    figure = protest_and_legitimacy([one("a", protest=(0.0, 0.2), legitimacy=(0.692, 0.667))])
    low, high = figure.axes[1].get_ylim()
    assert high - low == pytest.approx(0.2) and low >= 0.0 and high <= 1.0


@pytest.mark.parametrize("ends, expected", [((0.0, 0.01), (0.0, 0.2)), ((0.99, 1.0), (0.8, 1.0))])
def test_an_axis_stays_inside_the_range(ends, expected):
    """A span at an end of the range is widened to the inside alone."""
    from sim.core.ranges import SHARE

    ax = canvas("t", "n").subplots()
    ax.set_ylim(*ends)
    at_least(ax, 0.2, SHARE)
    assert ax.get_ylim() == pytest.approx(expected)


def test_protest_of_several_arms_shows_the_difference_beside():
    """The second column holds the paired difference from the baseline, which has none of its own."""
    arms = [one(n, protest=(0.0, p), legitimacy=(0.6, 0.6 + p)) for n, p in (("a", 0.2), ("b", 0.5))]
    figure = protest_and_legitimacy(arms, baseline=arms[0])
    assert len(figure.axes) == 4
    drawn = [np.asarray(line.get_ydata()) for line in figure.axes[1].lines]
    difference = [values for values in drawn if values.size > 2]
    assert len(difference) == 1 and difference[0][-1] == pytest.approx(0.3)
    assert "a" in figure.axes[1].get_title(loc="left")
    assert len(protest_and_legitimacy(arms[:1], baseline=arms[0]).axes) == 2


def test_alignments_without_movement_are_named_and_not_drawn():
    """Turkey does not move: no row, one line. If nobody moves, the title says so."""
    still = {"elite_alignment__TUR": (0.1, 0.1), "public_alignment__TUR": (0.2, 0.2)}
    moving = {"elite_alignment__RUS": (0.1, 0.3), "public_alignment__RUS": (0.0, 0.0)}
    figure = alignments([one("a", **still, **moving)], names={"TUR": "Turkey", "RUS": "Russia"})
    assert [ax.get_ylabel() for ax in figure.axes] == ["Russia", ""]
    assert "Turkey." in figure.texts[1].get_text().replace("\n", " ")
    assert figure.texts[0].get_text().endswith("since day 0")
    nothing = {key: (0.1, 0.1) for key in (*still, *moving)}
    assert alignments([one("a", **nothing)]).texts[0].get_text().endswith("nothing moves")


def test_scenarios_never_share_a_colour_or_dashes():
    """A repeated colour is replaced, up to the sixteen arms of a comparison; eight lines differ in black and white."""
    assert distinct(["#D55E00", "#D55E00"]) == ["#D55E00", "#0072B2"]
    assert distinct(["#0072B2", "#D55E00", "#d55e00"])[2] not in ("#0072B2", "#D55E00")
    assert len(set(distinct(["#D55E00"] * 16))) == 16 == len({*PALETTE, *FURTHER})
    assert len({str(look(i, "black")["linestyle"]) for i in range(8)}) == 8
    arms = [one(n, protest=(0.0, 1.0), legitimacy=(0.5, 0.5)) for n in "ab"]
    legend = protest_and_legitimacy(arms).legends[0].get_lines()
    assert legend[0].get_color() != legend[1].get_color() and legend[0].get_linestyle() != legend[1].get_linestyle()


def test_the_network_shows_the_change():
    """A gain, a loss, and a tie without a change differ in colour; the title names the largest change."""
    graph = nx.MultiDiGraph()
    for code in ("KAZ", "RUS", "TUR"):
        graph.add_node(code, kind="state", label=code)
    for patron, channel in (("RUS", "military"), ("TUR", "cultural"), ("RUS", "economic")):
        graph.add_edge(patron, "KAZ", channel, bandwidth=0.5, dependence=0.5)
    changes = {("RUS", "KAZ", "military"): 4.2, ("TUR", "KAZ", "cultural"): -1.5, ("RUS", "KAZ", "economic"): 0.01}
    figure = network_map(graph, "KAZ", ("RUS", "TUR"), changes, "after 30 days")
    assert figure.texts[0].get_text() == "KAZ: RUS gains most influence (military, +4.2 points after 30 days)"
    numbers = {t.get_text(): t.get_color() for t in figure.axes[0].texts if t.get_text()[:1] in "+\N{MINUS SIGN}"}
    assert numbers == {"+4.2": GAIN, "\N{MINUS SIGN}1.5": LOSS}
    still = network_map(graph, "KAZ", ("RUS", "TUR"), {}, "after 30 days")
    assert still.texts[0].get_text() == "KAZ: influence between states, unchanged after 30 days"


def test_shares_emphasise_what_moved():
    """Numbers of a change of a point or more are bold, others are not; the largest one is known."""
    arm = one("a", influence_share__military__RUS=(0.2, 0.3), influence_share__military__TUR=(0.1, 0.101))
    figure = influence_shares([arm], title="T")
    weights = {t.get_text(): t.get_fontweight() for ax in figure.axes for t in ax.texts}
    assert weights == {"20": "normal", "30": "bold", "10": "normal", "10.1": "normal"}
    assert figure.texts[0].get_text() == "T"
    assert largest_move([arm]) == (pytest.approx(10.0), "RUS", "military", "a")


def test_a_difference_over_time_is_strong_where_it_is_decided():
    """The thick line has values on those days alone on which the interval excludes zero."""
    line = {"variable": "V", "unit": "-1 to 1", "arm": "A", "style": look(0, "#0072B2"), "note": "", "step": False}
    line |= {
        "interval": "",
        "mean": np.array([0.0, 0.1, 0.2]),
        "low": np.array([0.0, -0.1, 0.1]),
        "high": np.full(3, 0.3),
    }
    (ax,) = panels(differences_over_time([line], "T", "n = 3", 0.95))
    thick = max(ax.lines, key=lambda drawn: drawn.get_linewidth())
    assert np.isfinite(np.asarray(thick.get_ydata())).tolist() == [False, False, True]
