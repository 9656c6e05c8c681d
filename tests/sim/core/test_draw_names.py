"""Draws stay where they were: a name that has changed keeps the address of its draws."""

import json
from pathlib import Path

import pytest

import sim
from sim.actors.choices import ORGANISATION_OPTIONS, STATE_OPTIONS, option_code
from sim.core.draw_names import ADDRESS, address, draw_unit, name_of
from sim.mechanisms import Mechanisms
from sim.spec.priors import _uncertain, posterior
from sim.spec.schema import Indicators, StateTies, parameter_paths

pytestmark = pytest.mark.exact

RECORDED = json.loads(Path(__file__).with_name("draw_units.json").read_text(encoding="utf-8"))


def test_every_uncertain_parameter_has_its_recorded_unit():
    """A parameter that is renamed without an entry in the table moves its draws, and fails here."""
    units = {uncertain.path.removeprefix("mechanisms."): uncertain.unit for uncertain in _uncertain()}
    assert units == RECORDED["parameters"]
    assert len(set(units.values())) == len(units)


def test_indicators_options_and_instruments_have_their_recorded_units(spec):
    """The names that address the draws of indicators, decisions and lags."""
    names = {
        "indicators": (*Indicators.model_fields, *StateTies.model_fields),
        "options": (*STATE_OPTIONS, *ORGANISATION_OPTIONS, "deploy", "request:100"),
        "instruments": tuple(spec.instruments),
    }
    for kind, present in names.items():
        assert {name: option_code(name) for name in present} == RECORDED[kind], kind


def test_the_table_names_what_exists():
    """Each entry is a mechanism or a name of today, its old name is none, and both directions agree."""
    mechanisms = Mechanisms.model_fields
    for new, old in ADDRESS.items():
        assert new.removesuffix(".") in mechanisms and old.removesuffix(".") not in mechanisms
    for path in parameter_paths():
        name = path.removeprefix("mechanisms.")
        assert name_of(address(name)) == name
    assert draw_unit("events.full_grievance") == draw_unit("shocks.full_grievance")


def test_every_column_of_the_posterior_is_a_parameter():
    """The shipped sample keeps the names under which it was calibrated."""
    assert set(posterior()[0]) <= set(parameter_paths())
    assert "mechanisms.events.full_grievance" in posterior()[0]
    assert sim.load(["parameters=posterior"]).parameters == "posterior"
