"""The report of a sweep says of each point what is true of it: indicators, parameters, hosts, days, and what examines it."""

import shlex

import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.compare.arms import load_arms
from experiments.language import Words
from experiments.report import inputs, swept
from experiments.report.result import Result, read_result
from experiments.statements import sentences

pytestmark = pytest.mark.exact

SPREAD = ("spread.holds", "spread.without_indicators", "spread.without_parameters")


@pytest.fixture
def made(tmp_path):
    """`made("days=20,40")`: a finished sweep of two worlds per point, read for its report."""

    def sweep(*words: str) -> Result:
        out = tmp_path / "sweep"
        said = [
            "sweep",
            *words,
            "replications=2",
            "engine.name=serial",
            "citizens=300",
            "quiet=true",
            f"out={out.as_posix()}",
        ]
        result = CliRunner().invoke(main, said, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return read_result(str(out))

    return sweep


def test_points_without_draws_are_not_said_to_hold_them(made):
    """Parameters and indicators that differ between points are spoken of with the points; in the tables all their values stand."""
    result = made("parameters=default,posterior", "indicators=drawn,central", "days=3", "scenario=no_outside_act")
    everything = " chance, the stated width of uncertain indicators, the posterior of the parameters."
    (spread, *_, without_indicators, without_parameters) = sentences(result.facts, *SPREAD)
    assert everything not in spread
    (both,) = (text for text in sentences(result.facts, "spread.holds") if everything in text)
    assert both.startswith("At points with ") and "indicators=drawn" in both and "parameters=posterior" in both
    assert without_indicators.startswith(
        "At points with indicators=central: It does not hold the uncertainty of the indicators"
    )
    assert without_parameters.startswith("At points with parameters=default: It does not")
    for key, where in (
        ("assumed.posterior", "parameters=posterior"),
        ("assumed.at_default", "parameters=default"),
        ("quality.drawn", "indicators=drawn"),
        ("quality.central", "indicators=central"),
        ("leaning.sweep.central", "indicators=central"),
        ("leaning.sweep.drawn", "indicators=drawn"),
    ):
        (text,) = sentences(result.facts, key)
        assert text.startswith(f"At points with {where}: "), text
    assert not sentences(result.facts, "assumed.unchanged")
    (table,) = (t for t in inputs.assumed(result, Words())["tables"] if t.rows[0][0].count(".") == 0)
    assert {row[0]: row[2] for row in table.rows}["indicators"] == "drawn, central"


def test_days_are_those_of_the_points_and_a_mean_says_how_many_runs_it_has(made):
    """20 and 31 days are no 365; what only the longer runs show is a mean over half of them."""
    result = made("indicators=drawn,central", "days=20,31", "scenario=no_outside_act")
    page = swept.sections(result, Words())
    assert "2 replications each, 20 to 31 days from" in page.subtitle
    by_indicators, by_days = page.tables
    office = by_indicators.columns.index("Government in office after 30 days (share of worlds)")
    assert all(row[office].endswith(" (in 2 of 4 runs)") for row in by_indicators.rows)
    assert [row[office].split(" ")[0] for row in by_days.rows] == ["not", "1"] and "runs" not in by_days.rows[1][office]


def test_every_host_is_named_and_what_a_scenario_lacks_is_not_in_it(made):
    """Two hosts: both in the title, with indicators of both; a patron that is the host of the other scenario has no alignment there."""
    result = made(
        "scenario=csto_intervention,no_outside_act,jet_crisis_2015", "scenario.split.depth=0.2,0.4", "days=31"
    )
    page = swept.sections(result, Words())
    assert page.title.startswith("Kazakhstan / Turkey: ") and "day 0 of each scenario" in page.subtitle
    table = page.tables[0]
    cells = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    turkey = "Elite alignment, change after 30 days, Turkey (points on the scale -1 to 1)"
    assert cells["jet_crisis_2015"][turkey] == "not in this scenario"
    assert cells["no_outside_act"][turkey][0] in "-0123456789"
    assert cells["no_outside_act"]["Government in office after 90 days (share of worlds)"] == "not observed"
    kazakhstan, turkey = sentences(result.facts, "quality.host")
    assert kazakhstan.startswith("At points with scenario=csto_intervention or no_outside_act: The host, Kazakhstan.")
    assert turkey.startswith("At points with scenario=jet_crisis_2015: The host, Turkey.")
    owners = {row[0].split(" from ")[0] for row in inputs.quality(result, Words())["every"].rows}
    assert {"Kazakhstan", "Turkey", "European Union"} <= owners
    commands = [
        point.command for point in page.leaning if point.command
    ]  # one host has two scenarios, the other has one
    assert commands == [
        "suasion compare 'scenarios=[csto_intervention,no_outside_act]' days=31 citizens=300 indicators=drawn"
    ]
    arms, _, _ = load_arms(shlex.split(commands[0])[2:])
    assert {spec.citizens for spec in arms.values()} == {300}


@pytest.mark.parametrize("scenarios", ["no_outside_act", "no_outside_act,jet_crisis_2015"])
def test_no_comparison_is_named_where_there_is_none(made, scenarios):
    """One scenario, or one per host."""
    page = swept.sections(made(f"scenario={scenarios}", "mechanisms.rescue.enabled=true,false", "days=3"), Words())
    assert [point.command for point in page.leaning] == [""] and "command" not in page.leaning[0].text


def test_a_mechanism_that_is_off_at_some_points_is_named(made):
    """`enabled` as an axis: not every mechanism takes part everywhere."""
    result = made("scenario=no_outside_act", "mechanisms.rescue.enabled=true,false", "days=3")
    (text,) = sentences(result.facts, "assumed.mechanisms_off")
    assert "rescue (at some points)" in text and not sentences(result.facts, "assumed.mechanisms")


def test_hosts_that_are_an_axis_are_hosts(made):
    """`scenario.host` varies with one choice of files."""
    result = made("scenario=home_crisis", "scenario.host=KGZ,RUS", "days=3")
    assert swept.sections(result, Words()).title.startswith("Kyrgyzstan / Russia: ")
    assert len(sentences(result.facts, "quality.host")) == 2


def test_central_indicators_have_the_command_that_draws_them(made):
    """Where no point has drawn indicators."""
    (text, command) = swept.sections(made("scenario=no_outside_act", "days=3,4", "indicators=central"), Words()).leaning
    assert text.text.startswith("Not examined") and command.command.endswith("indicators=drawn")


def test_a_case_that_leaves_the_base_is_named_by_the_value_of_the_base(made, tmp_path):
    """An empty cell of a case stands for the configured value, in statements and in tables."""
    (tmp_path / "cases.yaml").write_text("a: {indicators: central}\nb: {days: 5}\n", encoding="utf-8")
    result = made(
        f"cases={(tmp_path / 'cases.yaml').as_posix()}", "scenario=no_outside_act", "indicators=drawn", "days=4"
    )
    assert sentences(result.facts, "quality.drawn")[0].startswith("At points with indicators=drawn: ")
    assert result.facts.varied == {"indicators": "central, drawn", "days": "5, 4"}
    assert "4 to 5 days" in swept.sections(result, Words()).subtitle


def test_an_indicator_that_is_an_axis_has_all_its_values(made):
    """The table of indicators shows what the points used, not the indicator of the base and its width."""
    result = made("scenario=no_outside_act", "states.KAZ.indicators.gini=27,33", "days=3")
    (row,) = (row for row in inputs.quality(result, Words())["every"].rows if row[2] == "27, 33")
    assert row[0] == "Kazakhstan" and row[3] == "used as it stands"
