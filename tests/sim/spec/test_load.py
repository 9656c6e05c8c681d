"""Configuration: everything shipped composes, and bad input gets one message, exit status 2, and nothing written."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from click.testing import CliRunner

import sim
from experiments.cli import main
from sim.core.caches import configs
from sim.core.faults import ConfigError, InvalidSpec
from sim.spec.compose import composed
from sim.spec.config_files import names_in
from sim.spec.derived_indicators import complete
from sim.spec.load import load_with
from sim.spec.schema import Spec
from sim.stage.build import Stage


def command(*words: str):
    """Run the command line in this process."""
    return CliRunner().invoke(main, list(words))


@pytest.mark.exact
def test_every_shipped_file_is_reached():
    """No YAML lies about unused: states and organisations are on the stage, sources are loaded."""
    spec = sim.load()
    assert set(names_in("state")) == set(spec.states)
    variants, wide = (
        {"OTS_seven"},
        sim.load(["stage=eurasia_2022_organisations"]),
    )  # a variant takes the place of its original
    assert set(names_in("organisation")) - variants == set(wide.organisations) > set(spec.organisations)
    assert {p.parent.name for p in configs().rglob("*.yaml")} == {
        "configs", "stage", "state", "organisation", "scenario", "experiment", "sources", "instrument", "policy", "case", "posterior",
    } - ({"configs"} - {configs().name})  # fmt: skip


@pytest.mark.exact
def test_the_stage_holds_what_was_promised():
    """The nineteen states, one bloc without factions, one unrecognised; seventeen regions by language in the host."""
    spec = sim.load()
    promised = "KAZ RUS TUR AZE ARM BLR KGZ TJK UZB TKM GEO UKR MDA CHN USA IRN AFG EUU NCY"
    assert set(promised.split()) <= set(spec.states)
    assert [c for c, s in spec.states.items() if s.bloc] == ["EUU"] and not spec.states["EUU"].factions
    assert [c for c, s in spec.states.items() if not s.recognised] == ["NCY"]
    full_spec = complete(spec)
    assert all(len(s.factions) >= 4 and len(s.segments) >= 2 for s in full_spec.states.values() if not s.bloc)
    host = spec.states["KAZ"]
    assert len({g.region for g in host.segments.values()}) == 17 and len(host.segments) == 34
    assert sum(f.old_guard for f in host.factions.values()) >= 1


@pytest.mark.exact
@pytest.mark.parametrize(
    "words",
    [
        ["days=5", "scenario=both", "days=6", "seed=int('7')"],
        ["+scenario.policies={TUR: balancing}", "scenario=home_crisis", "scenario.policies.TUR=abstain"],
        ["scenario.label=A", "+scenario.directives.TUR={call: {HOST: 30}}", "scenario.directives.TUR.call.HOST=31"],
        ["+scenario.events.dry={kind: unrest, state: HOST, start: 2, size: 0.1}", "scenario.events.dry.size=0.2"],
        ["scenario.split={depth: 0.4}", "~scenario.events", "mechanisms.contention.threshold=0.3"],
        ["scenario.label='${scenario.name}, ${days} days'", "days=9", "parameters=prior"],
        ["states.KAZ.indicators.polyarchy=0.39", "days=9", "states.KAZ.indicators.polyarchy={me: 0.2}"],
        ["scenario=both", "organisations.CSTO.decision_rule=majority", "states.RUS.borders=[KAZ]"],
        ["states.KAZ.factions.security.weight=0.9", "++states.KAZ.indicators.gini=39"],
        ["instruments.sanctions.lag=[9, 20]", "states.KAZ={home_language: ru}"],
        ["scenarios=[both]", "scenario.patrons=[RUS, TUR]", "++scenario.note=1", "figures.format=[svg]"],
    ],
)
def test_values_on_a_tree_of_files_are_those_of_one_composition(monkeypatch, words):
    """Files are composed once and values come on a copy of them; Hydra does both at once."""
    first = composed(words, "compare")
    composed([word.replace("9", "8") for word in words], "compare")
    again = composed(words, "compare")
    monkeypatch.setattr("sim.spec.compose._around_stage", lambda *_: None)
    assert first == again == composed(words, "compare")


@pytest.mark.exact
def test_a_resolved_configuration_reads_back_unchanged():
    """What a results folder keeps is the specification itself."""
    spec = sim.load(["scenario=both", "seed=4"])
    assert Spec.model_validate(yaml.safe_load(yaml.safe_dump(spec.model_dump(mode="json")))) == spec


BAD = {
    "unknown key": ("seedd=3", r"seedd=3: there is no such key; did you mean 'seed'\?"),
    "unknown nested key": ("mechanisms.contention.treshold=0.3", r"there is no such key; did you mean '.*threshold'\?"),
    "added unknown key": ("+mechanisms.contention.foo=1", r"mechanisms\.contention\.foo=1: there is no such key"),
    "misspelt scenario": (
        "scenario=csto_interventio",
        r"scenario=csto_interventio: .*did you mean 'csto_intervention'\?",
    ),
    "too large": ("mechanisms.contention.threshold=7", r"threshold=7.*less than or equal to 0\.4.*0\.2 to 0\.4"),
    "not a number": ("mechanisms.contention.threshold=nan", r"threshold=nan.*finite.*0\.2 to 0\.4"),
    "text for a number": ("days=many", r"days=many.*integer"),
    "no rows": ("citizens=0", r"citizens=0.*'all' or between"),
    "wrong choice": ("indicators=real", r"indicators=real.*'central' or 'drawn'"),
    "unknown host": ("scenario.host=KAX", r"scenario\.host=KAX: must be a state on stage; did you mean 'KAZ'\?"),
    "unknown member": (
        "+organisations.OTS.members.KAX={since: 2020-01-01}",
        r"organisations\.OTS\.members=KAX: must be a state on stage.*did you mean 'KAZ'\?",
    ),
    "unknown actor": ("+scenario.directives.CST={act: never}", r"directives\.CST=CST: .*did you mean 'CSTO'\?"),
    "unknown directive": ("+scenario.directives.CSTO={act: perhaps}", r"act=perhaps: must be free, never, always"),
    "cut of nothing": ("network.cut=['RUS->KAX']", r"network\.cut=RUS->KAX: must match at least one tie"),
    "indicator below its range": (
        "states.KAZ.indicators.population_m=-1",
        r"indicators\.population_m=-1: must be 0\.01 to 2000",
    ),
    "tie above its range": ("states.KAZ.ties.media.recalled_media_tur.TUR=3", r"ties\.media\.TUR=3: must be 0 to 1"),
    "exposure not a number": ("scenario.events.fuel_price.exposure.West=nan", r"exposure\.West=nan: .*finite"),
    "draw key too large": ("states.KAZ.draw_key=99999999999999999999", r"draw_key=9+: .*less than 1000"),
    "draw key taken": ("states.KAZ.draw_key=2", r"draw_key=2: must be unique; KAZ has it too|must be unique"),
    "leader that left": ("organisations.CSTO.leader=UZB", r"leader=UZB: must be a member on 2022-01-02"),
    "before the charter": ("scenario.start_date=1990-01-01", r"start_date=1990-01-01: must be 1992-05-15 or later"),
    "added group": ("++scenario=both", r"scenario=both: is chosen with scenario=both"),
    "neither number nor all": ("citizens=alll", r"citizens=alll: is not allowed: .*'all'"),
    "unreadable": ("a=[1", r"cannot read the override"),
}


@pytest.mark.exact
@pytest.mark.parametrize("override, message", BAD.values(), ids=list(BAD))
def test_bad_input_is_refused_with_advice(override, message, tmp_path):
    """One message on standard error, exit status 2, no traceback, nothing written."""
    out = tmp_path / "out"
    result = command("run", override, f"out={out.as_posix()}")
    assert result.exit_code == 2, result.output
    assert re.search(message, result.stderr), result.stderr
    assert "Traceback" not in result.output and not result.stdout
    assert list(tmp_path.iterdir()) == []


BAD_COMPARISONS = {
    "empty list": ("scenarios=[]", r"scenarios=\[\].*at least 1"),
    "misspelt": ("scenarios=[bot]", r"scenarios=bot: .*did you mean 'both'\?"),
    "no replications": ("runs=0", r"runs=0.*greater than or equal to 1"),
    "baseline elsewhere": ("baseline=both", r"baseline=both: must be one of the scenarios compared"),
    "two ways": ("scenario=both", r"a comparison takes its arms from scenarios"),
    "cut of nothing": ("network.cut=[FOO]", r"network\.cut=FOO: must match"),
    "confidence": ("confidence=1.5", r"confidence=1\.5.*less than 1"),
}


@pytest.mark.exact
@pytest.mark.parametrize("override, message", BAD_COMPARISONS.values(), ids=list(BAD_COMPARISONS))
def test_a_bad_comparison_is_refused_with_advice(override, message, tmp_path):
    """The same for compare."""
    result = command("compare", override, f"out={(tmp_path / 'out').as_posix()}")
    assert result.exit_code == 2 and re.search(message, result.stderr), result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.exact
@pytest.mark.parametrize(
    "name", ["scenario/both.yaml", "policy/balancing.yaml", "state/KAZ.yaml", "experiment/run.yaml"]
)
def test_a_file_of_the_user_replaces_no_shipped_one(tmp_path, name):
    """Nor is it ignored: it needs another name."""
    path = tmp_path / "mine" / name
    path.parent.mkdir(parents=True)
    path.write_text("name: mine\n", encoding="utf-8")
    out = tmp_path / "out"
    result = command("run", "days=3", "citizens=100", f"out={out}", "--config-dir", str(tmp_path / "mine"))
    assert result.exit_code == 2 and f"{name} has the name of a shipped file" in result.stderr and not out.exists()


@pytest.mark.exact
def test_a_user_folder_of_yaml_adds_a_scenario(tmp_path):
    """--config-dir: a scenario of one's own stands beside the shipped ones; a missing folder is refused."""
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "mine.yaml").write_text(
        "defaults: [both, _self_]\nname: mine\nlabel: Mine\n", encoding="utf-8"
    )
    assert sim.load(["scenario=mine"], str(tmp_path)).scenario.label == "Mine"
    with pytest.raises(ConfigError, match="must be a folder"):
        sim.load([], str(tmp_path / "nowhere"))


@pytest.mark.exact
def test_arms_of_one_comparison_must_fit_together(tmp_path):
    """Arms of another host are refused before anything runs."""
    (tmp_path / "scenario").mkdir()
    text = "defaults: [home_crisis, _self_]\nname: mine\nhost: KGZ\n"
    (tmp_path / "scenario" / "mine.yaml").write_text(text, encoding="utf-8")
    out = (tmp_path / "out").as_posix()
    result = command("compare", "--config-dir", str(tmp_path), "scenarios=[both,mine]", "runs=2", f"out={out}")
    assert result.exit_code == 2 and "must have one host" in result.stderr, result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.exact
def test_an_indicator_can_be_overridden_by_a_plain_number():
    """The user's own number has no width and says so."""
    indicator = (
        sim.load(["states.KAZ.indicators.security_personnel_k=150"]).states["KAZ"].indicators.security_personnel_k
    )
    assert (indicator.value, indicator.source) == (150.0, "override")


@pytest.mark.exact
def test_a_comparison_draws_uncertain_indicators_and_a_run_does_not():
    """Approximate indicators enter a comparison as their distribution."""
    assert load_with([], None, "run")[0].indicators == "central"
    spec = load_with([], None, "compare")[0]
    assert spec.indicators == "drawn"
    stage = Stage(spec)
    a, b = stage.world(1, 0).fixed, stage.world(1, 1).fixed
    assert a.security[a.host] != b.security[b.host]
    indicator = spec.states["KAZ"].indicators.security_personnel_k
    width = spec.sources[indicator.source].width
    central = Stage(spec.model_copy(update={"indicators": "central"})).world(1, 0).fixed
    ratios = [stage.world(1, r).fixed.security[a.host] / central.security[a.host] for r in range(200)]
    assert 1 - width <= min(ratios) < 1 - 0.8 * width and 1 + 0.8 * width < max(ratios) <= 1 + width
    assert Path(configs()).is_dir()


@pytest.mark.exact
def test_more_citizens_than_memory_holds_are_refused_before_anything_is_allocated(monkeypatch):
    """One message with key, value and the free memory; the test pretends that 50 MB are left."""
    spec = sim.load(["citizens=20000000", "days=1"])
    free = SimpleNamespace(available=50 * 2**20)
    monkeypatch.setattr("sim.stage.survey.psutil.virtual_memory", lambda: free)
    with pytest.raises(InvalidSpec, match=r"citizens=20000000: needs 0\.4 GiB for 20,000,000 citizens, and 0\.0 GiB"):
        Stage(spec)
    Stage(spec.model_copy(update={"citizens": 100_000}))
