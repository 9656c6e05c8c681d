"""The report of a sweep: statements name the points that they hold for (indicators, parameters, hosts, days)."""

import shlex

import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.compare.arms import load_arms
from experiments.language import Language
from experiments.report import inputs
from experiments.report import sweep as sweep_report
from experiments.report.result import Result, read_result
from experiments.statements import sentences

pytestmark = pytest.mark.exact

SPREAD = ("spread.holds", "spread.without_indicators", "spread.without_parameters")


@pytest.fixture
def sweep_result(tmp_path):
    """`sweep_result("days=20,40")`: a finished sweep of two replications per point, read for its report."""

    def run_sweep(*words: str) -> Result:
        out = tmp_path / "sweep"
        arguments = [
            "sweep",
            *words,
            "replications=2",
            "engine.name=serial",
            "citizens=300",
            "quiet=true",
            f"out={out.as_posix()}",
        ]
        result = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return read_result(str(out))

    return run_sweep


def test_statements_name_the_points_that_they_hold_for(sweep_result):
    """Statements on parameters and indicators that differ between points name the points; tables show all their values."""
    result = sweep_result(
        "parameters=default,posterior", "indicators=drawn,central", "days=3", "scenario=no_outside_act"
    )
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
        ("assumptions.posterior", "parameters=posterior"),
        ("assumptions.at_default", "parameters=default"),
        ("quality.drawn", "indicators=drawn"),
        ("quality.central", "indicators=central"),
        ("input_sensitivity.sweep.central", "indicators=central"),
        ("input_sensitivity.sweep.drawn", "indicators=drawn"),
    ):
        (text,) = sentences(result.facts, key)
        assert text.startswith(f"At points with {where}: "), text
    assert not sentences(result.facts, "assumptions.unchanged")
    (table,) = (t for t in inputs.assumptions(result, Language())["tables"] if t.rows[0][0].count(".") == 0)
    assert {row[0]: row[2] for row in table.rows}["indicators"] == "drawn, central"


def test_days_are_those_of_the_points_and_a_mean_says_how_many_runs_it_has(sweep_result):
    """20 and 31 days are no 365; what only the longer runs show is a mean over half of them."""
    result = sweep_result("indicators=drawn,central", "days=20,31", "scenario=no_outside_act")
    page = sweep_report.sections(result, Language())
    assert "2 replications each, 20 to 31 days from" in page.subtitle
    by_indicators, by_days = page.tables
    office = by_indicators.columns.index("Government in office after 30 days (share of replications)")
    assert all(row[office].endswith(" (in 2 of 4 runs)") for row in by_indicators.rows)
    assert [row[office].split(" ")[0] for row in by_days.rows] == ["not", "1"] and "runs" not in by_days.rows[1][office]


def test_every_host_is_named_and_what_a_scenario_lacks_is_not_in_it(sweep_result):
    """Two hosts: both in the title, with indicators of both; a patron that is the host of the other scenario has no alignment there."""
    result = sweep_result(
        "scenario=csto_intervention,no_outside_act,jet_crisis_2015", "scenario.split.depth=0.2,0.4", "days=31"
    )
    page = sweep_report.sections(result, Language())
    assert page.title.startswith("Kazakhstan / Turkey: ") and "day 0 of each scenario" in page.subtitle
    table = page.tables[0]
    cells = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    turkey = "Elite alignment, change after 30 days, Turkey (points on the scale -1 to 1)"
    assert cells["jet_crisis_2015"][turkey] == "not in this scenario"
    assert cells["no_outside_act"][turkey][0] in "-0123456789"
    assert cells["no_outside_act"]["Government in office after 90 days (share of replications)"] == "not observed"
    kazakhstan, turkey = sentences(result.facts, "quality.host")
    assert kazakhstan.startswith("At points with scenario=csto_intervention or no_outside_act: The host, Kazakhstan.")
    assert turkey.startswith("At points with scenario=jet_crisis_2015: The host, Turkey.")
    owners = {row[0].split(" from ")[0] for row in inputs.quality(result, Language())["every"].rows}
    assert {"Kazakhstan", "Turkey", "European Union"} <= owners
    commands = [
        point.command for point in page.input_sensitivity if point.command
    ]  # one host has two scenarios, the other has one
    assert commands == [
        "suasion compare 'scenarios=[csto_intervention,no_outside_act]' days=31 citizens=300 indicators=drawn"
    ]
    arms, _, _ = load_arms(shlex.split(commands[0])[2:])
    assert {spec.citizens for spec in arms.values()} == {300}


@pytest.mark.parametrize("scenarios", ["no_outside_act", "no_outside_act,jet_crisis_2015"])
def test_no_comparison_is_named_where_there_is_none(sweep_result, scenarios):
    """One scenario, or one per host."""
    page = sweep_report.sections(
        sweep_result(f"scenario={scenarios}", "mechanisms.rescue.enabled=true,false", "days=3"), Language()
    )
    assert [point.command for point in page.input_sensitivity] == [""] and "command" not in page.input_sensitivity[
        0
    ].text


def test_a_mechanism_that_is_off_at_some_points_is_named(sweep_result):
    """`enabled` as an axis: not every mechanism takes part everywhere."""
    result = sweep_result("scenario=no_outside_act", "mechanisms.rescue.enabled=true,false", "days=3")
    (text,) = sentences(result.facts, "assumptions.mechanisms_off")
    assert "rescue (at some points)" in text and not sentences(result.facts, "assumptions.mechanisms")


def test_hosts_that_are_an_axis_are_hosts(sweep_result):
    """`scenario.host` varies with one choice of files."""
    result = sweep_result("scenario=home_crisis", "scenario.host=KGZ,RUS", "days=3")
    assert sweep_report.sections(result, Language()).title.startswith("Kyrgyzstan / Russia: ")
    assert len(sentences(result.facts, "quality.host")) == 2


def test_central_indicators_have_the_command_that_draws_them(sweep_result):
    """Where no point has drawn indicators."""
    (text, command) = sweep_report.sections(
        sweep_result("scenario=no_outside_act", "days=3,4", "indicators=central"), Language()
    ).input_sensitivity
    assert text.text.startswith("Not examined") and command.command.endswith("indicators=drawn")


def test_a_case_that_leaves_the_base_is_named_by_the_value_of_the_base(sweep_result, tmp_path):
    """An empty cell of a case stands for the configured value, in statements and in tables."""
    (tmp_path / "cases.yaml").write_text("a: {indicators: central}\nb: {days: 5}\n", encoding="utf-8")
    result = sweep_result(
        f"cases={(tmp_path / 'cases.yaml').as_posix()}", "scenario=no_outside_act", "indicators=drawn", "days=4"
    )
    assert sentences(result.facts, "quality.drawn")[0].startswith("At points with indicators=drawn: ")
    assert result.facts.axis_values == {"indicators": "central, drawn", "days": "5, 4"}
    assert "4 to 5 days" in sweep_report.sections(result, Language()).subtitle


def test_an_indicator_that_is_an_axis_has_all_its_values(sweep_result):
    """The table of indicators shows what the points used, not the indicator of the base and its width."""
    result = sweep_result("scenario=no_outside_act", "states.KAZ.indicators.gini=27,33", "days=3")
    (row,) = (row for row in inputs.quality(result, Language())["every"].rows if row[2] == "27, 33")
    assert row[0] == "Kazakhstan" and row[3] == "used as it stands"
