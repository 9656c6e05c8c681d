"""Names of actors: one resolver for codes, ISO codes and names, on the command line and in every file."""

from copy import deepcopy

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import sim
from experiments.cli import main
from experiments.compare.arms import load_arms
from experiments.explore.labels import check_outcomes
from experiments.history.backtest.backtest import never_fitted
from experiments.history.backtest.batches import settings
from experiments.history.cases.cases import load_cases
from experiments.sweep.plan import read_plan
from experiments.sweep.point import with_value
from sim.actors.actor_codes import ACTOR, STATE, ActorCodes, AmbiguousActor, listed, metric_key, world_codes
from sim.core.caches import configs
from sim.core.faults import ConfigError, normal
from sim.spec.priors import posterior

SMALL = ("citizens=300", "days=3", "engine.name=serial")
HOSTS = ("KZ", "kz", "kaz", "Kazakhstan", "KAZAKHSTAN", "Казахстан")
KNOWN_AS = {"TUR": ("TR", "Turkey", "Türkiye", "turkiye", "TÜRKİYE"), "RUS": ("RU", "russia", "Россия", "Russian Federation"),
            "USA": ("US", "United States", "united states of america"), "KGZ": ("KG", "Kyrgyzstan", "Kyrgyz Republic")}  # fmt: skip
SPELLINGS = [(code, text) for code, texts in KNOWN_AS.items() for text in texts]


@pytest.fixture(scope="module")
def raw() -> dict:
    """A coded case of Kazakhstan, as it stands in the file."""
    cases = yaml.safe_load((configs() / "case" / "crises.yaml").read_text(encoding="utf-8"))
    return next(case for case in cases if case["host"] == "KAZ")


@pytest.fixture
def read(raw, tmp_path):
    """`read({"host": "KZ"})`: the case with other values, read from a file: (cases, faults)."""

    def cases_of(changes: dict):
        one = deepcopy(raw)
        for path, value in changes.items():
            *above, last = path.split(".")
            node = one
            for part in above:
                node = node[part]
            node[last] = value
        (tmp_path / "cases.yaml").write_text(yaml.safe_dump([one], allow_unicode=True), encoding="utf-8")
        return load_cases(tmp_path / "cases.yaml")

    return cases_of


@pytest.mark.exact
@pytest.mark.parametrize(("code", "text"), SPELLINGS)
def test_every_spelling_of_an_actor_is_its_code(load, code, text):
    """Two letters, names in several languages, other cases, with and without accents."""
    assert ActorCodes.of(load()).code(text) == code


@pytest.mark.property
@given(code=st.sampled_from(sorted(listed())), data=st.data())
def test_the_table_of_states_names_everybody_once(code, data):
    """No two states of the world share a spelling; case, accents and signs do not matter."""
    name = data.draw(st.sampled_from((code, *listed()[code])))
    form = data.draw(
        st.sampled_from((str, str.upper, str.lower, str.casefold, normal, lambda s: f" {s.replace(' ', '_')}"))
    )
    assert world_codes().code(form(name), STATE) == code


@pytest.mark.exact
@pytest.mark.parametrize("name", HOSTS)
def test_the_host_by_any_name(name):
    """On the command line, without quotes too; the specification holds the code."""
    assert sim.load([f"scenario.host={name}"]) == sim.load()


@pytest.mark.exact
def test_letters_beyond_ascii_need_no_quotes():
    """In values, in lists, in keys."""
    words = [
        "scenario.patrons=[Türkiye,'Россия']",
        "states.Türkiye.indicators.polyarchy=0.3",
        "scenario.label=Çevik kuvvet",
    ]
    codes = ["scenario.patrons=[TUR,RUS]", "states.TUR.indicators.polyarchy=0.3", "scenario.label='Çevik kuvvet'"]
    assert sim.load(words) == sim.load(codes)


@pytest.mark.exact
@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("scenario.host=KASACHSTAN", "did you mean 'KAZ' (Kazakhstan)?"),
        ("scenario.host=KSZ", "did you mean 'KAZ'?"),
        ("states.Kasachstan.indicators.legitimacy=0.5", "did you mean 'states.KAZ' (Kazakhstan)?"),
        ("+scenario.directives.Chin={loan: {HOST: 30}}", "did you mean 'CHN' (China)?"),
        ("scenario.patrons=[Turkiye,TUR]", "'Turkiye' and 'TUR' are two names of TUR (Turkey)"),
        ("+scenario.strength={russia: 0.5, RU: 0.4}", "'russia' and 'RU' are two names of RUS (Russia)"),
        ("+scenario.directives.CHN={loan: {kazakhstan: 30, KZ: 20}}", "'kazakhstan' and 'KZ' are two names of KAZ (Kazakhstan)"),
        ("+scenario.directives.CHN={loan: {HOST: 30, KZ: 20}}", "stands there as HOST too"),
        ("+scenario.policies={HOST: abstain, kaz: abstain}", "stands there as HOST too"),
        ("+states.kz.indicators.legitimacy=0.5", "kz and KAZ are two names of one state"),
        ("posterior_without=Germany", "the posterior knows no such host"),
    ],
)  # fmt: skip
def test_unknown_and_double_names_are_refused(word, message):
    """One line with the nearest valid code, or with both names."""
    with pytest.raises(ConfigError) as fault:
        sim.load([word])
    assert message in str(fault.value) and len(str(fault.value).splitlines()) == 1


@pytest.mark.exact
def test_two_actors_of_one_name_are_refused_with_both(load):
    """Their codes still name them; where only a state can stand, the state is meant."""
    codes = ActorCodes({"AAA": ["Georgia"], "BBB": ["georgia"], "EUU": ["European Union"]}, {"EU": ["European Union"]})
    with pytest.raises(AmbiguousActor, match=r"AAA \(Georgia\) and BBB \(georgia\)"):
        codes.code("GEORGIA")
    assert [codes.code(code) for code in ("AAA", "BBB", "EU", "EUU")] == ["AAA", "BBB", "EU", "EUU"]
    assert codes.code("european union", STATE) == codes.code("EU", STATE) == "EUU"
    with pytest.raises(AmbiguousActor, match=r"EUU .* and EU "):
        codes.code("European Union", ACTOR)


@pytest.mark.exact
def test_every_part_of_a_scenario_takes_names():
    """Patrons, directives with addressees, policies, strength, events, ties that are cut, paths of states and organisations."""
    words = [
        "scenario.patrons=[Russia,Türkiye,'Китай',US]", "+scenario.directives.china={loan: {kz: 30}}",
        "+scenario.policies.turkey=adaptive_effort", "+scenario.strength.russia=0.5", "network.cut=['Russia->KZ:military']",
        "states.Kazakhstan.indicators.legitimacy=0.5", "organisations.csto.lags.decide=3", "posterior_without=Serbia",
        "+scenario.events.war={kind: attack, state: armenia, attacker: AZ}",
    ]  # fmt: skip
    codes = [
        "scenario.patrons=[RUS,TUR,CHN,USA]", "+scenario.directives.CHN={loan: {KAZ: 30}}",
        "+scenario.policies.TUR=adaptive_effort", "+scenario.strength.RUS=0.5", "network.cut=['RUS->KAZ:military']",
        "states.KAZ.indicators.legitimacy=0.5", "organisations.CSTO.lags.decide=3", "posterior_without=SRB",
        "+scenario.events.war={kind: attack, state: ARM, attacker: AZE}",
    ]  # fmt: skip
    assert sim.load(words) == sim.load(codes)


@pytest.mark.exact
@pytest.mark.parametrize(("word", "code"), [
    ("states.KAZ.ties.alliance.treaties.Russia=0.3", "states.KAZ.ties.alliance.treaties.RUS=0.3"),
    ("organisations.csto.members.Kazakhstan.since=1993-01-01", "organisations.CSTO.members.KAZ.since=1993-01-01"),
    ("+organisations.OTS.pools.shares.turkey=0.9", "+organisations.OTS.pools.shares.TUR=0.9"),
    ("+scenario.directives.china.loan.kz=30", "+scenario.directives.CHN.loan.KAZ=30"),
    ("+scenario.directives={host: {request: {csto: 3}}}", "+scenario.directives={HOST: {request: {CSTO: 3}}}"),
    ("+scenario.directives.CHN={loan: {Host: 30}}", "+scenario.directives.CHN={loan: {HOST: 30}}"),
])  # fmt: skip
def test_keys_below_actors_take_names(word, code):
    """Ties by partner, members, shares of a pool, addressees of a directive; HOST in any case."""
    assert sim.load([word]) == sim.load([code]) != sim.load()


@pytest.mark.exact
@pytest.mark.parametrize(("word", "near"), [
    ("states.KAZ.ties.alliance.treaties.Rusia=0.3", "'states.KAZ.ties.alliance.treaties.RUS' (Russia)"),
    ("organisations.CSTO.members.Kasachstan.since=1993-01-01", "'organisations.CSTO.members.KAZ' (Kazakhstan)"),
])  # fmt: skip
def test_the_nearest_key_below_actors_is_by_name(word, near):
    """Not the code of two other letters in common."""
    with pytest.raises(ConfigError) as fault:
        sim.load([word])
    assert f"did you mean {near}?" in str(fault.value)


@pytest.mark.exact
def test_the_nearest_metric_is_by_name():
    """In the objective of a comparison, in an outcome of a sweep, and in a description."""
    near = "did you mean 'elite_change_30d:RUS' (Russia)?"
    with pytest.raises(ConfigError) as fault:
        load_arms(["scenarios=[csto_intervention,no_outside_act]", "objective=max elite_change_30d:Rusia"])
    assert near in str(fault.value)
    with pytest.raises(ConfigError) as fault:
        check_outcomes(["elite_change_30d:Rusia"], ("elite_change_30d:TUR", "elite_change_30d:RUS", "deaths"))
    assert near in str(fault.value)
    done = CliRunner().invoke(main, ["describe", "elite_change_30d:Rusia"])
    assert done.exit_code == 2 and near in done.output
    done = CliRunner().invoke(main, ["describe", "elite_change_30d:Russia"])
    assert done.exit_code == 0 and done.stdout.startswith("elite_change_30d:RUS (metric)")


@pytest.mark.exact
def test_files_of_ones_own_take_names(tmp_path):
    """A scenario, a state with ties and borders, an organisation and a policy that name actors in words."""
    scenario = {"defaults": ["kazakhstan_2022", "_self_"], "name": "own", "label": "Own words", "host": "Kazakhstan",
                "patrons": ["Russia", "Türkiye"], "policies": {"turkey": "own"}, "directives": {"China": {"loan": {"kz": 5}}}}  # fmt: skip
    policy = yaml.safe_load((configs() / "policy" / "adaptive_effort.yaml").read_text(encoding="utf-8")) | {
        "target": "kazakhstan"
    }
    state = yaml.safe_load((configs() / "state" / "TUR.yaml").read_text(encoding="utf-8"))
    state |= {"borders": ["Armenia", "Azerbaijan", "EUU", "GE", "iran"]}
    state["ties"]["imports_musd"]["recalled_2021"] = {"Russia": 28960, "Ukraine": 4500}
    organisation = yaml.safe_load((configs() / "organisation" / "OTS.yaml").read_text(encoding="utf-8"))
    organisation |= {
        "leader": "Türkiye",
        "members": {{"TUR": "Turkey"}.get(c, c.lower()): t for c, t in organisation["members"].items()},
    }
    for group, name, tree in (
        ("scenario", "own", scenario), ("policy", "own", policy), ("state", "own", state), ("organisation", "own", organisation),
    ):  # fmt: skip
        (tmp_path / group).mkdir()
        (tmp_path / group / f"{name}.yaml").write_text(
            yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
    files = ("state@states.TUR=own", "organisation@organisations.OTS=own")
    spec, shipped = sim.load(["scenario=own words", *files], str(tmp_path)), sim.load()
    assert (spec.scenario.host, spec.scenario.patrons, spec.scenario.policies) == (
        "KAZ",
        ["RUS", "TUR"],
        {"TUR": "own"},
    )
    assert spec.scenario.directives == {"CHN": {"loan": {"KAZ": 5}}} and spec.policies["own"].target == "KAZ"
    assert spec.states == shipped.states and spec.organisations == shipped.organisations


@pytest.mark.exact
@pytest.mark.parametrize(("word", "message"), [
    ("scenario.crisis=kaz-2022-januar", "scenario.crisis=kaz-2022-januar: must be the id of a case; did you mean 'kaz-2022-january'?"),
    ("scenario.signs=[{metric: 'elite_change_365d:Rusia', direction: up, against: both}]", "did you mean 'elite_change_365d:RUS' (Russia)?"),
    ("scenario.signs=[{metric: 'requested:RUS', direction: up, against: both}]", "scenario.signs.0.metric=requested:RUS: must be a metric"),
    ("scenario.signs=[{metric: 'deaths:RUS', direction: up, against: both}]", "must be a metric of the stage"),
    ("scenario.signs=[{metric: death, direction: up, against: both}]", "must be a metric of the stage; did you mean 'deaths'?"),
    ("scenario.signs=[{metric: deaths, direction: up, against: bothe}]", "scenario.signs.0.against=bothe: must be a scenario; did you mean 'both'?"),
])  # fmt: skip
def test_what_a_scenario_expects_has_names_that_exist(word, message):
    """Its case, and in its signs the metric and the scenario of comparison."""
    with pytest.raises(ConfigError) as fault:
        sim.load([f"++{word}"])
    assert message in str(fault.value) and len(str(fault.value).splitlines()) == 1


@pytest.mark.exact
def test_norway_needs_no_quotes_in_a_scenario(tmp_path):
    """YAML reads NO as False: as a host, in a list, as the key of a mapping and of another one below it."""
    state = yaml.safe_load((configs() / "state" / "KGZ.yaml").read_text(encoding="utf-8"))
    state |= {"name": {"en": "Norway"}, "draw_key": 777}
    scenario = """
        defaults: [home_crisis, _self_]
        name: north
        host: NO
        patrons: [NO, RUS]
        strength: {NO: 0.5}
        directives: {NO: {concede: never}, China: {loan: {NO: 5}}}
    """
    for group, name, text in (
        ("state", "NOR", yaml.safe_dump(state, allow_unicode=True)),
        ("scenario", "north", scenario),
    ):
        (tmp_path / group).mkdir()
        (tmp_path / group / f"{name}.yaml").write_text(text, encoding="utf-8")
    north = sim.load(["scenario=north", "+state@states.NOR=NOR"], str(tmp_path)).scenario
    assert (north.host, north.patrons, north.strength) == ("NOR", ["NOR", "RUS"], {"NOR": 0.5})
    assert north.directives["CHN"] == {"loan": {"NOR": 5}} and "NOR" in north.directives


@pytest.mark.exact
def test_scenarios_by_name_in_any_case_and_by_label():
    """One scenario, several arms, a baseline and the axis of a sweep."""
    for name in ("CSTO_intervention", "csto intervention", "'CSTO intervention'"):
        assert sim.load([f"scenario={name}"]).scenario.name == "csto_intervention"
    arms, options, _ = load_arms(
        [
            "scenarios=[CSTO_Intervention,No_Outside_Act]",
            "baseline=csto intervention",
            "objective=max elite_change_30d:russia",
        ]
    )
    assert list(arms) == ["csto_intervention", "no_outside_act"] and options.baseline == "csto_intervention"
    assert options.objective[0].metric == "elite_change_30d:RUS"
    with pytest.raises(ConfigError, match="did you mean 'csto_intervention'"):
        sim.load(["scenario=csto_interventoin"])


@pytest.mark.exact
def test_axes_of_a_sweep_hold_codes():
    """In paths and in values; two names of one actor are one value too many."""
    plan = read_plan(
        ["scenario=home_crisis", "scenario.host=KZ,Kyrgyzstan", "states.turkey.indicators.polyarchy=0.2,0.3", *SMALL],
        None,
    )
    assert {axis.path: axis.values for axis in plan.axes} == {
        "scenario.host": ("KAZ", "KGZ"), "states.TUR.indicators.polyarchy": (0.2, 0.3),
    }  # fmt: skip
    assert next(iter(plan.design.points())) == ("KAZ", 0.2)
    plan = read_plan(["scenario=CSTO_intervention,both", *SMALL], None)
    assert list(plan.bases) == [("csto_intervention",), ("both",)]
    twice = ["states.KZ.indicators.polyarchy=0.2,0.3", "states.KAZ.indicators.polyarchy=0.4,0.5"]
    for words, message in ((["scenario.host=KZ,KAZ"], "names of the same"), (twice, "given twice")):
        with pytest.raises(ConfigError, match=message):
            read_plan(["scenario=home_crisis", *words, *SMALL], None)


@pytest.mark.exact
def test_a_point_and_a_metric_by_name(load):
    """What a sweep puts in, and outcomes that carry the name of a patron."""
    assert with_value(load(), "scenario.host", "Kyrgyzstan").scenario.host == "KGZ"
    keys = ("deaths", "elite_change_30d:RUS", "elite_change_30d:TUR", "shift:TUR:military")
    assert metric_key("elite_change_30d:Türkiye", keys) == "elite_change_30d:TUR"
    assert metric_key("shift:tr:military", keys) == "shift:TUR:military"
    assert check_outcomes(["deaths", "elite_change_30d:ru"], keys) == ["deaths", "elite_change_30d:RUS"]
    with pytest.raises(ConfigError, match="is no outcome"):
        check_outcomes(["elite_change_30d:Mars"], keys)


@pytest.mark.exact
@pytest.mark.parametrize(("name", "start"), [
    ("Kazakhstan", "KAZ (Kazakhstan)"), ("kz", "KAZ (Kazakhstan)"), ("Türkiye", "TUR (Turkey)"), ("csto", "CSTO (Collective"),
    ("CSTO_intervention", "csto_intervention (scenario)"), ("CSTO intervention", "csto_intervention (scenario)"),
])  # fmt: skip
def test_describe_by_any_name(name, start):
    """As the code does."""
    done = CliRunner().invoke(main, ["describe", name])
    assert done.exit_code == 0 and done.stdout.startswith(start)


@pytest.mark.exact
def test_describe_names_the_nearest():
    """By the name that is nearest."""
    done = CliRunner().invoke(main, ["describe", "Kasachstan"])
    assert done.exit_code == 2 and "did you mean 'KAZ' (Kazakhstan)?" in done.output


@pytest.mark.exact
@pytest.mark.parametrize("name", ["KZ", "kaz", "Kazakhstan"])
def test_a_backtest_leaves_out_the_host_that_a_case_names(read, load, name):
    """Under any name the replications are drawn from the posterior that has not seen its crises."""
    (case,), faults = read({"host": name})
    hosts = {host for host in posterior()[2] if host}
    assert faults == [] and case.host == "KAZ"
    assert settings(load("parameters=posterior"), hosts)(case)["posterior_without"] == "KAZ"
    assert never_fitted([case], hosts) == []


@pytest.mark.exact
def test_a_host_that_the_posterior_has_never_seen_is_named(read, load):
    """There is nothing to leave out: all of the posterior is used, and the summary says so."""
    (case,), faults = read({"host": "Georgia"})
    hosts = {host for host in posterior()[2] if host}
    assert (case.host, faults) == ("GEO", []) and "GEO" not in hosts
    assert settings(load("parameters=posterior"), hosts)(case)["posterior_without"] == ""
    assert never_fitted([case], hosts) == ["GEO"]


@pytest.mark.exact
@pytest.mark.parametrize(
    ("field", "name", "code"),
    [
        ("ex_ante.primary_patron", "Russia", "RUS"),
        ("ex_ante.foreign_troops_in_host", ["russian federation", "US"], ["RUS", "USA"]),
        ("outcome.help_requested_from", ["csto", "Türkiye"], ["CSTO", "TUR"]),
        ("outcome.help_declined_by", ["kyrgyzstan"], ["KGZ"]),
        ("outcome.military_intervention_by", ["GB"], ["GBR"]),
        ("ex_ante.patron_relation", {"Russia": "good", "tr": "good", "China": "mixed", "west": "mixed"},
         {"RUS": "good", "TUR": "good", "CHN": "mixed", "WEST": "mixed"}),
    ],
)  # fmt: skip
def test_every_field_of_a_case_takes_names(read, field, name, code):
    """Facts and outcomes hold codes afterwards."""
    (case,), faults = read({field: name})
    part, key = field.split(".")
    assert faults == [] and {"ex_ante": case.facts, "outcome": case.outcome}[part][key] == code


@pytest.mark.exact
def test_the_adversary_of_a_case(read):
    """Another state in a war between states; an insurgency may have any name, also one that reads like a code."""
    (case,), _ = read({"kind": "interstate", "ex_ante.adversary": "uz"})
    assert case.facts["adversary"] == "UZB"
    (case,), _ = read({"kind": "insurgency", "ex_ante.adversary": "IS"})
    assert case.facts["adversary"] == "IS"
    cases, faults = read({"kind": "interstate", "ex_ante.adversary": "Uzbekstan"})
    assert cases == [] and "did you mean 'UZB' (Uzbekistan)?" in faults[0]


@pytest.mark.exact
@pytest.mark.parametrize("kind", ["domestic", "insurgency"])
@pytest.mark.parametrize(("name", "code"), [
    ("RU", "RUS"), ("Russia", "RUS"), ("rus", "RUS"), ("None", "none"), ("none", "none"), ("Taliban", "Taliban"),
])  # fmt: skip
def test_an_adversary_at_home_may_be_a_state_or_nobody(read, kind, name, code):
    """A code of two letters is resolved as a name is."""
    (case,), faults = read({"kind": kind, "ex_ante.adversary": name})
    assert faults == [] and case.facts["adversary"] == code


@pytest.mark.exact
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"host": "none"}, "must be the name or code of a state"),
        ({"host": "None"}, "must be the name or code of a state"),
        ({"kind": "interstate", "ex_ante.adversary": "none"}, "must be the name or code of a state"),
        ({"kind": "interstate", "ex_ante.adversary": "kz"}, "must be another than the host"),
        ({"kind": "insurgency", "ex_ante.adversary": "Kazakhstan"}, "must be another than the host"),
        ({"ex_ante.primary_patron": "KZ"}, "must be another than the host"),
        ({"outcome.help_requested_from": ["none"]}, "must be the name or code of a state or organisation"),
        ({"ex_ante.adversary": "a\nb"}, "must be one line of text"),
        ({"ex_ante.adversary": " "}, "must be a name, or none"),
        ({"ex_ante.primary_patron": False}, "YAML reads no and NO as False"),
        ({"ex_ante.adversary": ["none"]}, "must be string"),
    ],
)
def test_nobody_is_somebody_only_where_nobody_can_be(read, changes, message):
    """A host is a state, as is the other side of a war between states; neither is the host itself."""
    cases, faults = read(changes)
    assert cases == [] and message in faults[0] and "did you mean" not in faults[0]


@pytest.mark.exact
def test_norway_is_a_host_without_quotes(read):
    """YAML reads NO as False."""
    (case,), faults = read({"host": False, "outcome.help_requested_from": [False]})
    assert (case.host, case.outcome["help_requested_from"], faults) == ("NOR", ["NOR"], [])


@pytest.mark.exact
@pytest.mark.parametrize(("field", "name", "near"), [
    ("host", "KASACHSTAN", "'KAZ' (Kazakhstan)"), ("ex_ante.primary_patron", "Rusia", "'RUS' (Russia)"),
    ("outcome.help_requested_from", ["CSTTO"], "'CSTO'"),
])  # fmt: skip
def test_unknown_actors_of_a_case_are_refused(read, field, name, near):
    """The case is left out, with one line that names the nearest; codes that ISO leaves to users are free."""
    cases, faults = read({field: name})
    assert cases == [] and len(faults) == 1 and f"did you mean {near}?" in faults[0]
    assert read({"host": "XYZ"})[0][0].host == "XYZ"


@pytest.mark.exact
def test_what_is_no_actor_keeps_its_name(load):
    """Languages and regions are no actors, though some read like codes of states."""
    assert {"ru", "tt"} <= set(load().states["RUS"].languages) and "tr" in load().states["TUR"].languages
    assert with_value(load(), "states.KAZ.home_language", "tr").states["KAZ"].home_language == "tr"
