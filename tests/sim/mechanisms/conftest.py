"""Fixtures of the tests of mechanisms."""

import pytest

import sim


@pytest.fixture
def model(spec):
    """A fresh model of the default scenario."""
    model = sim.InfluenceModel(spec)
    yield model


@pytest.fixture(scope="session")
def intervention(load):
    """The CSTO is asked on day 3 and comes."""
    return load("scenario=csto_intervention", "citizens=2000", "days=120")


@pytest.fixture
def acting(load):
    """A model in which Russia and Turkey act alone and may lend."""
    loans = [f"+scenario.directives.{state}={{loan: {{HOST: 5}}}}" for state in ("RUS", "TUR")]
    return sim.InfluenceModel(load("scenario=both", *loans, "citizens=500", "days=9"))
