"""Any government as the host: rules from its own indicators, the report of defaults, and runs without an invalid state."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sim
from experiments.cli import main
from experiments.compare.arms import load_arms
from experiments.describe.data_quality import QUALITIES, data_quality, markdown
from experiments.history.cases.cases import load_cases
from experiments.history.cases.encode import specification
from experiments.history.mean_field.to_arrays import weeks_of
from sim.core.faults import ConfigError, InvalidSpec
from sim.records.variables import VARIABLES
from sim.spec.derived_indicators import SEGMENTS, complete
from sim.spec.schema import HostRules, Spec
from sim.spec.schema.actors import DEFAULT_WEIGHTS
from sim.spec.schema.host_rules import KAZAKH_FORCE, KAZAKH_VALUES
from sim.spec.validate import validated
from sim.stage.build import Stage
from tests.outputs import flat

GOVERNMENTS = (
    "KAZ", "RUS", "TUR", "AZE", "ARM", "BLR", "KGZ", "TJK", "UZB", "TKM", "GEO", "UKR", "MDA", "CHN", "USA", "IRN", "AFG",
    "NCY",
)  # fmt: skip
SHORT = ("scenario=home_crisis", "citizens=500", "days=30")
HIGHEST = {"0 to 1": 1.0, "-1 to 1": 1.0, "percent of population": 100.0}
FOUNDED, LAST = date(2009, 10, 3), date(2022, 12, 31)  # the younger organisation; the year of the latest flows


@pytest.fixture(scope="module")
def home(load) -> Spec:
    """The crisis at home, small and short."""
    return load(*SHORT)


def hosted(spec: Spec, host: str, **scenario) -> Spec:
    """The same scenario at another host, its settings checked again."""
    scenario_tree = spec.scenario.model_dump() | {"host": host} | scenario
    return spec.model_copy(update={"scenario": type(spec.scenario).model_validate(scenario_tree)})


def with_indicators(spec: Spec, code: str, **indicators) -> Spec:
    """The specification with other indicators of a state, None for a missing one."""
    state = spec.states[code]
    tree = state.model_dump() | {"indicators": state.indicators.model_dump() | indicators}
    return spec.model_copy(update={"states": spec.states | {code: type(state).model_validate(tree)}})


def assert_valid(records) -> None:
    """Every series is a number inside its bounds: shares 0 to 1, alignments -1 to 1, counts from 0."""
    for v in VARIABLES:
        data = np.asarray(records[v.name], dtype=float)
        assert np.isfinite(data).all(), v.name
        if "alignment" in v.name:
            assert data.min() >= -1.0 and data.max() <= 1.0, v.name
        elif "demand" not in v.name:
            assert data.min() >= 0.0, v.name
        if v.unit in HIGHEST:
            assert data.max() <= HIGHEST[v.unit], v.name


@pytest.mark.exact
def test_the_governments_are_those_of_the_stage(home):
    """Eighteen governments and one bloc."""
    assert tuple(code for code, state in home.states.items() if not state.bloc) == GOVERNMENTS


@pytest.mark.exact
@pytest.mark.parametrize("host", GOVERNMENTS)
def test_every_government_can_be_the_host(home, host):
    """Thirty days of a crisis at home: valid numbers, the crisis opens there, nobody is a patron of itself."""
    spec = hosted(home, host)
    records = sim.simulate(spec)
    assert_valid(records)
    assert records.host == host and host not in records.patrons and host not in records.followed
    assert set(records.patrons) == {p for p in spec.scenario.patrons if p != host}
    assert any(e.kind == "grievance" and e.actor == host for e in records.events)
    assert records["protest"].max() > 0.0


@pytest.mark.property
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(host=st.sampled_from(GOVERNMENTS), start=st.dates(FOUNDED, LAST), seed=st.integers(0, 2**31))
def test_any_host_runs_from_any_date(home, host, start, seed):
    """Any host, any start date on which both organisations exist, any draw of indicators and parameters."""
    spec = hosted(home, host, start_date=start)
    free = {"seed": seed, "days": 12, "citizens": 200, "indicators": "drawn", "parameters": "prior"}
    assert_valid(sim.simulate(spec.model_copy(update=free)))


@pytest.mark.exact
@pytest.mark.parametrize(("leader", "organisation"), [("RUS", "CSTO"), ("TUR", "OTS")])
def test_a_leader_does_not_ask_itself(home, leader, organisation):
    """The host that leads an organisation gets nothing from it, and no directive can make it ask."""
    records = sim.simulate(hosted(home, leader))
    assert not any(e.actor == organisation or e.target == organisation for e in records.events)
    for value, refused in ((3, True), ("always", True), ("never", False), ("free", False)):
        directed = hosted(home, leader, directives={"HOST": {"request": {organisation: value}}})
        if refused:
            with pytest.raises(
                InvalidSpec, match=f"request.{organisation}={value}: {leader} leads {organisation} and cannot"
            ):
                Stage(directed)
        else:
            Stage(directed)


# --- the rules


INDICATORS = {
    "polyarchy": st.floats(0.0, 0.9),
    "corruption_cpi": st.floats(10.0, 80.0),
    "resource_rents_pct_gdp": st.floats(0.0, 40.0),
    "gini": st.floats(20.0, 50.0),
    "youth_unemployment_pct": st.floats(1.0, 40.0),
    "security_personnel_k": st.floats(10.0, 400.0),
}
RULE = HostRules()
# indicator, what follows from it, in which direction, and the coefficient that says how much
EFFECTS = {
    "legitimacy with elections": ("polyarchy", RULE.legitimacy.__func__, 1, ("legitimacy_polyarchy",)),
    "legitimacy with integrity": ("corruption_cpi", RULE.legitimacy.__func__, 1, ("legitimacy_integrity",)),
    "rents with closure": ("polyarchy", RULE.rent_ratio.__func__, -1, ("rents_closure",)),
    "rents with resources": ("resource_rents_pct_gdp", RULE.rent_ratio.__func__, 1, ("rents_resources",)),
    "security with force": ("security_personnel_k", lambda r, f: weight(r, f, "security"), 1, ("weight_force",)),
    "security with closure": ("polyarchy", lambda r, f: weight(r, f, "security"), -1, ("weight_closure", "weight_openness")),
    "core with corruption": ("corruption_cpi", lambda r, f: weight(r, f, "core"), -1, ("weight_corruption",)),
    "holdings with resources": ("resource_rents_pct_gdp", lambda r, f: weight(r, f, "economic"), 1, ("weight_resources",)),
    "regions with elections": ("polyarchy", lambda r, f: weight(r, f, "regional"), 1, ("weight_openness", "weight_closure")),
    "officers' rents with force": ("security_personnel_k", lambda r, f: r.rent_factors(f)["security"], 1, ("factor_force",)),
    "the core's rents with corruption": ("corruption_cpi", lambda r, f: r.rent_factors(f)["core"], -1, ("factor_corruption",)),
    "holdings' rents with resources": ("resource_rents_pct_gdp", lambda r, f: r.rent_factors(f)["economic"], 1, ("factor_resources",)),
    "hardship with inequality": ("gini", RULE.hardship.__func__, 1, ("hardship_inequality",)),
    "hardship with unemployment": ("youth_unemployment_pct", RULE.hardship.__func__, 1, ("hardship_unemployment",)),
}  # fmt: skip


def weight(rules: HostRules, indicators, role: str) -> float:
    return rules.weights(indicators, DEFAULT_WEIGHTS)[role]


@pytest.mark.property
@pytest.mark.parametrize("effect", EFFECTS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_rules_are_monotone(home, effect, data):
    """More of the indicator moves what follows one way or, at a bound, not at all; a zero coefficient takes the effect away."""
    name, value, sign, coefficients = EFFECTS[effect]
    drawn = {key: data.draw(values) for key, values in INDICATORS.items()}
    low, high = sorted((drawn[name], data.draw(INDICATORS[name])))
    less, more = (with_indicators(home, "TUR", **(drawn | {name: v})).states["TUR"].indicators for v in (low, high))
    assert sign * (value(RULE, more) - value(RULE, less)) >= -1e-12
    none = HostRules(**dict.fromkeys(coefficients, 0.0))
    assert value(none, more) == pytest.approx(value(none, less), abs=1e-12)


@pytest.mark.exact
@pytest.mark.parametrize("effect", EFFECTS)
def test_every_rule_has_an_effect_away_from_its_bounds(home, effect):
    """Between two common values of the indicator the sign is strict."""
    name, value, sign, _ = EFFECTS[effect]
    common = {"polyarchy": (0.2, 0.4), "security_personnel_k": (300.0, 500.0)}.get(name, (20.0, 30.0))
    less, more = (with_indicators(home, "TUR", **{name: v}).states["TUR"].indicators for v in common)
    assert sign * (value(RULE, more) - value(RULE, less)) > 1e-4


@pytest.mark.exact
def test_at_the_reference_indicators_the_rules_give_the_reference(home):
    """The state for which weights, factors and events were set: the rules repeat what its file says."""
    indicators = home.states["KAZ"].indicators
    assert {name: getattr(indicators, name).value for name in KAZAKH_VALUES} == KAZAKH_VALUES
    assert indicators.security_personnel_k.value / indicators.population_m.value == KAZAKH_FORCE
    assert RULE.hardship(indicators) == 1.0 and RULE.identity(0.7) == 0.5
    assert RULE.weights(indicators, DEFAULT_WEIGHTS) == pytest.approx(DEFAULT_WEIGHTS, abs=1e-15)
    assert set(RULE.rent_factors(indicators).values()) == {1.0}
    assert RULE.legitimacy(indicators) == pytest.approx(indicators.legitimacy.value, abs=5e-4)
    assert RULE.rent_ratio(indicators) == pytest.approx(indicators.rent_ratio.value, abs=5e-3)
    written = {role: (f.weight, f.rent_factor) for role, f in home.states["KAZ"].factions.items()}
    assert written == {role: (weight, 1.0) for role, weight in DEFAULT_WEIGHTS.items()}


@pytest.mark.exact
def test_what_is_said_stays_and_completing_again_changes_nothing(home, vary):
    """Values in a file or from the user win; a complete specification is complete."""
    spec = vary(home, {"states.RUS.indicators.legitimacy": 0.61, "states.RUS.indicators.identity": 0.9})
    spec = vary(spec, {"states.RUS.factions.security": {"weight": 0.5, "rent_factor": 2.0}})
    completed = complete(hosted(spec, "RUS"))
    state = completed.states["RUS"]
    assert (state.indicators.legitimacy.value, state.indicators.legitimacy.source) == (0.61, "override")
    assert (state.factions["security"].weight, state.factions["security"].rent_factor) == (0.5, 2.0)
    assert state.factions["core"].weight == RULE.weights(state.indicators, DEFAULT_WEIGHTS)["core"]
    assert complete(completed) == completed
    stage = Stage(hosted(spec, "RUS"))
    rows = [i for i, (code, _) in enumerate(stage.names.segments) if code == "RUS"]
    assert set(stage.entities.identity[rows]) == {0.9} and set(stage.entities.identity) == {0.5, 0.9}


@pytest.mark.exact
@pytest.mark.parametrize("host", [g for g in GOVERNMENTS if g != "KAZ"])
def test_the_public_of_a_host_follows_from_languages_and_towns(home, host):
    """Sizes add up to the population; each language and each place has its share; others are not laid out by place."""
    completed = complete(hosted(home, host))
    state = completed.states[host]
    size = {key: s.population_k.value for key, s in state.segments.items()}
    people = state.indicators.population_m.value * 1e3
    assert sum(size.values()) == pytest.approx(people) and len(size) >= 2
    assert {s.population_k.source for s in state.segments.values()} == {SEGMENTS}
    for language, share in state.languages.items():
        users = sum(size[key] for key, s in state.segments.items() if s.language == language)
        assert users / people == pytest.approx(share.value / sum(f.value for f in state.languages.values()))
    towns = sum(size[key] for key, s in state.segments.items() if s.region == "urban")
    urban = state.indicators.urban_pct
    assert towns / people == pytest.approx(0.0 if urban is None else urban.value / 100.0)
    other = "TUR" if host == "RUS" else "RUS"
    assert {s.region for s in completed.states[other].segments.values()} == {"national"}


@pytest.mark.exact
def test_a_grievance_weighs_by_hardship_and_place(home, vary):
    """Exposure of a segment = exposure of its macro-region x hardship of the host."""
    spec = vary(hosted(home, "GEO"), {"scenario.events.prices.exposure": {"rural": 0.5}})
    stage = Stage(spec)
    hardship = RULE.hardship(spec.states["GEO"].indicators)
    assert hardship > 1.0
    places = [s.region for s in stage.complete_spec.states["GEO"].segments.values()]
    expected = [hardship * (0.5 if place == "rural" else 1.0) for place in places]
    assert stage.world(1, 0).fixed.events[0].exposure.tolist() == expected


@pytest.mark.exact
def test_a_stage_serves_one_host(home):
    """The public of the host is laid out by place, so another host needs another stage."""
    base = Stage(hosted(home, "RUS"))
    assert base.serves(hosted(home, "RUS")) and not base.serves(hosted(home, "TUR"))
    assert not base.serves(home.model_copy(update={"host_rules": HostRules(weight_force=0.0)}))


@pytest.mark.exact
def test_coefficients_of_the_rules_can_be_varied(home, vary):
    """Identity and weights answer to their coefficients; coded cases of history do not, their facts weigh instead."""
    changed = complete(vary(hosted(home, "GEO"), {"host_rules.identity_language": 1.0, "host_rules.weight_force": 0.0}))
    assert changed.states["GEO"].indicators.identity.value == pytest.approx(0.5 + (1.0 - 0.868))
    assert changed.states["GEO"].indicators.identity.source == "rule_identity"
    plain = complete(hosted(home, "GEO")).states["GEO"].factions["security"].weight
    assert changed.states["GEO"].factions["security"].weight < plain


@pytest.mark.exact
def test_coded_cases_keep_the_reference_weights():
    """The facts of a coded crisis weigh on rents already: no rule is laid on top."""
    cases, _ = load_cases()
    case = cases[0]
    stage = Stage(specification(case, weeks_of(case, cases, "first_week")))
    host = stage.complete_spec.states[case.host]
    assert {role: (f.weight, f.rent_factor) for role, f in host.factions.items()} == {
        role: (weight, 1.0) for role, weight in DEFAULT_WEIGHTS.items()
    }
    assert (host.indicators.hardship.value, host.indicators.identity.value) == (1.0, 0.5)


# --- bad input


BAD = {
    "a bloc as the host": ({"scenario.host": "EUU"}, r"scenario\.host=EUU: is a bloc; the host must be a government"),
    "regions of another host": (
        {"scenario.events.prices.exposure": {"West": 2.0}},
        r"exposure=West: must be a macro-region of the host",
    ),
    "a grievance elsewhere": (
        {"scenario.events.prices.state": "TUR"},
        r"state=TUR: an event of kind grievance strikes the host, whose citizens are simulated",
    ),
    "languages that do not add up": (
        {"states.RUS.languages": {"recalled_languages": {"ru": 94.2, "tt": 30.0}}},
        r"RUS\.languages=124\.2: must be 99 to 101",
    ),
    "a language of nobody": (
        {"states.RUS.languages": {"recalled_languages": {"ru": 100.0, "tt": 0.0}}},
        r"languages\.tt=0: must be",
    ),
    "languages and segments": (
        {"states.KAZ.languages": {"recalled_languages": {"kk": 70.0, "ru": 30.0}}},
        r"states\.KAZ.*either segments or languages",
    ),
    "an unknown source of a language": (
        {"states.RUS.languages": {"nobody": {"ru": 94.0, "tt": 6.0}}},
        r"RUS\.languages\.ru=nobody: must be a key of sources",
    ),
    "a bloc twice": (
        {"organisations.OTS.stands_for": "EUU", "scenario.patrons": ["RUS", "EUU"]},
        r"stands_for=EUU: the bloc is among scenario\.patrons; it is a patron or an organisation, never both",
    ),
    "a bloc with a directive": (
        {"organisations.OTS.stands_for": "EUU", "scenario.directives": {"EUU": {"concede": "never"}}},
        r"stands_for=EUU: the bloc is among scenario\.directives",
    ),
    "a bloc that is none": ({"organisations.OTS.stands_for": "RUS"}, r"stands_for=RUS: must be a bloc on stage"),
    "a coefficient out of range": ({"host_rules.weight_force": 9.0}, r"host_rules\.weight_force=9.*-0\.2 to 0\.6"),
}


@pytest.mark.exact
@pytest.mark.parametrize("fault", BAD)
def test_a_wrong_host_is_refused_with_advice(home, changed, fault):
    """The message names key, value and what is allowed."""
    changes, message = BAD[fault]
    with pytest.raises((ConfigError, InvalidSpec), match=message):
        Stage(validated(Spec, changed(home, changes)))


@pytest.mark.exact
def test_a_bloc_as_the_host_ends_the_command(tmp_path):
    """One message, exit status 2, nothing written."""
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["run", *SHORT, "scenario.host=EUU", f"out={out.as_posix()}"])
    assert result.exit_code == 2 and not out.exists()
    assert result.output == "error: scenario.host=EUU: is a bloc; the host must be a government\n"


@pytest.mark.exact
def test_a_bloc_may_act_through_an_organisation(home, vary):
    """It is accepted where the bloc is no patron of the scenario."""
    Stage(vary(home, {"organisations.OTS.stands_for": "EUU"}))


# --- quality of its data


@pytest.mark.exact
@pytest.mark.parametrize("host", GOVERNMENTS)
def test_what_is_known_of_a_host_is_counted_by_the_quality_of_sources(home, host):
    """Every value counts once under the quality of its source; a source that changes its quality moves its values."""
    quality = data_quality(home, host)
    state = complete(hosted(home, host)).states[host]
    values = [f for f in state.indicators.__dict__.values() if f is not None]
    values += [f for tie in state.ties.__dict__.values() for f in tie.values()]
    values += [*state.languages.values(), *(s.population_k for s in state.segments.values())]
    assert sum(quality.counts.values()) == len(values) and set(quality.counts) == set(QUALITIES)
    trade = home.sources["baci_2022"].model_copy(update={"quality": "imputed"})
    worse = data_quality(home.model_copy(update={"sources": home.sources | {"baci_2022": trade}}), host)
    moved = sum(f.source == "baci_2022" for f in values)
    assert worse.counts["imputed"] == quality.counts["imputed"] + moved
    assert worse.guessed["imputed"]["imports_musd"] == quality.guessed["imputed"]["imports_musd"] + moved


@pytest.mark.exact
def test_missing_indicators_and_the_users_own_are_named(home):
    """A host without inequality and unemployment: hardship is a default, and the line says so."""
    spec = with_indicators(home, "NCY", gini=None, youth_unemployment_pct=None, legitimacy=0.7)
    quality = data_quality(spec, "NCY")
    assert quality.missing == ("gini", "youth_unemployment_pct", "urban_pct")
    assert set(quality.guessed["default"]) == {"hardship", "identity"} and quality.counts["override"] == 1
    assert "legitimacy" not in quality.by_rule and "rent_ratio" in quality.by_rule
    assert "Defaults: hardship, identity. No indicator: gini, youth_unemployment_pct, urban_pct." in quality.line


@pytest.mark.exact
@pytest.mark.usefixtures("undrawn")
def test_a_run_says_how_well_its_host_is_known(tmp_path):
    """On the screen, in the manifest and in the report; the description of a state says the same of it."""
    out = tmp_path / "russia"
    run = CliRunner().invoke(
        main, ["run", *SHORT, "days=3", "scenario.host=RUS", "quiet=true", f"out={out.as_posix()}"]
    )
    line = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["host"]
    assert line.startswith("Values of the host Russia: ") and line in flat(run.output)
    assert line.endswith("Russia is no patron of its own and left out of the patrons.")
    report = CliRunner().invoke(main, ["report", out.as_posix()])
    assert report.exit_code == 0, report.output
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Russia is no patron of its own" in page and "weights and rents of 4 factions" in page
    described = CliRunner().invoke(main, ["describe", "state=RUS"])
    assert "weights and rents of 4 factions" in " ".join(described.output.split())
    assert "ru_rural" in described.output
    listed = CliRunner().invoke(main, ["list", "hosts"])
    assert listed.exit_code == 0 and all(code in listed.output for code in GOVERNMENTS)


@pytest.mark.exact
def test_the_table_of_hosts_in_the_docs_is_that_of_the_code(load):
    """docs/hosts.md holds what `python -m experiments.describe.data_quality` prints, and names every coefficient with its default."""
    text = (Path(__file__).resolve().parents[4] / "docs" / "hosts.md").read_text(encoding="utf-8")
    assert markdown(load()) in text
    for name, field in HostRules.model_fields.items():
        assert f"| `host_rules.{name}` | {field.default:g} |" in text, name


@pytest.mark.exact
@pytest.mark.usefixtures("undrawn")
def test_a_comparison_and_a_sweep_take_any_host(tmp_path):
    """The arms say what is simulated, not the default scenario; metrics of patrons are those of all hosts; rules are an axis."""
    arms, *_ = load_arms(["scenarios=[home_crisis]", "scenario.host=TUR", "days=9"])
    assert arms["home_crisis"].scenario.host == "TUR"
    out = tmp_path / "sweep"
    words = ["scenario=home_crisis", "scenario.host=RUS,GEO", "host_rules.hardship_inequality=0,0.03", "replications=1"]
    result = CliRunner().invoke(
        main, ["sweep", *words, "days=8", "citizens=300", "engine.name=serial", "quiet=true", f"out={out.as_posix()}"]
    )
    assert result.exit_code == 0 and "inert" not in result.output, result.output
    assert "4 runs" in result.output
