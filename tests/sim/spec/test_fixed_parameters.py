"""A parameter that a user names has that value in every world, whatever the value is; the tables hold the values used."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from experiments.cli import main
from experiments.history.backtest.simulate_cases import specify
from experiments.run.run import RunOptions
from experiments.sweep.point import with_value
from experiments.sweep.store import Store
from sim.core.faults import ConfigError
from sim.core.streams import world_key
from sim.mechanisms import Mechanisms
from sim.spec.load import load_with
from sim.spec.priors import Draws, record_of, value_at
from sim.spec.schema import parameter_paths
from sim.stage.build import Stage

TROOPS, BACKLASH = "mechanisms.legitimacy.foreign_troops", "mechanisms.legitimacy.backlash"
DEFAULT = value_at(Mechanisms(), TROOPS)
SMALL = ("citizens=300", "days=4", "quiet=true")
KINDS = ("prior", "posterior", "posterior_centre")


def command(*words: str, status: int = 0) -> str:
    """What a command prints, with the expected exit status."""
    done = CliRunner().invoke(main, list(words), catch_exceptions=False)
    assert done.exit_code == status, done.output
    return done.output


def fixed_in(folder: Path, name: str = "config") -> list[str]:
    """The fixed parameters that a manifest lists."""
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["parameters"][name]["fixed"]


def declared(path: str):
    """The field of a parameter."""
    _, name, parameter = path.split(".")
    return Mechanisms.model_fields[name].annotation.model_fields[parameter]


def typed_values(path: str) -> st.SearchStrategy:
    """Values inside the range of a parameter, its default among them."""
    field = declared(path)
    extra, default = field.json_schema_extra or {}, value_at(Mechanisms(), path)
    if "low" not in extra:
        return st.just(default)
    number = st.integers if field.annotation is int else st.floats
    low, high = extra["low"], extra["high"]
    return (
        st.just(default) | number(low, high) if isinstance(low, float) or field.annotation is int else st.just(default)
    )


@pytest.mark.property
@settings(max_examples=150)
@given(data=st.data(), kind=st.sampled_from(KINDS), replication=st.integers(0, 10_000), seed=st.integers(0, 2**63 - 1))
def test_every_world_runs_with_the_value_of_an_axis(load, data, kind, replication, seed):
    """For any parameter and any value in its range, the default among them, at a point of a sweep."""
    path = data.draw(st.sampled_from(parameter_paths()))
    value = data.draw(typed_values(path))
    try:
        spec = with_value(load(f"parameters={kind}"), path, value)
    except ConfigError:  # some values do not go with the values of other parameters
        return
    draws = Draws.of(spec)
    assert value_at(draws.mechanisms(world_key(seed, replication), replication), path) == value
    assert path not in draws.paths and path in spec.fixed


@pytest.mark.exact
@pytest.mark.parametrize("kind", KINDS)
def test_every_typed_default_is_fixed(kind):
    """All parameters typed at their defaults on one command line: no world has another value."""
    standard = Mechanisms().model_dump(mode="json")
    words = [f"{path}={standard[path.split('.')[1]][path.split('.')[2]]}" for path in parameter_paths()]
    spec = sim.load([f"parameters={kind}", *words])
    assert spec.fixed == tuple(sorted(parameter_paths()))
    assert Draws.of(spec).paths == () and Stage(spec).world(5, 7).mechanisms == Mechanisms()


@pytest.mark.exact
@pytest.mark.parametrize("group", ["scenario", "stage"])
def test_a_file_that_names_a_default_fixes_it(tmp_path, group):
    """In a scenario or a world of one's own."""
    defaults = {"scenario": "/scenario/both@scenario", "stage": "eurasia_2022"}
    tree = {"defaults": [defaults[group], "_self_"], "mechanisms": {"legitimacy": {"foreign_troops": DEFAULT}}}
    (tmp_path / group).mkdir()
    text = "# @package _global_\n" + yaml.safe_dump(tree)
    (tmp_path / group / "own.yaml").write_text(text, encoding="utf-8")
    spec = sim.load([f"{group}=own", "parameters=posterior"], str(tmp_path))
    assert spec.fixed == (TROOPS,)
    assert {Stage(spec).world(1, r).mechanisms.legitimacy.foreign_troops for r in range(3)} == {DEFAULT}


@pytest.mark.exact
def test_nothing_is_fixed_unless_it_is_named():
    """The shipped files name no parameter; a list, a table and a reference to another parameter do."""
    assert sim.load().fixed == ()
    assert sim.load([f"fixed=[{TROOPS}]"]).fixed == (TROOPS,)
    assert sim.load([f"mechanisms.legitimacy={{foreign_troops: {DEFAULT}}}"]).fixed == (TROOPS,)
    spec = sim.load([f"{BACKLASH}=${{{TROOPS}}}"])
    assert spec.fixed == (BACKLASH,) and spec.mechanisms.legitimacy.backlash == DEFAULT
    assert sim.load([f"~{TROOPS}"]) == sim.load()
    with pytest.raises(ConfigError, match="takes nothing back"):
        sim.load(["~mechanisms.legitimacy"])
    with pytest.raises(ConfigError, match="is no value"):
        sim.load([f"{TROOPS}=???"])
    with pytest.raises(ConfigError, match=f"did you mean '{TROOPS}'"):
        sim.load(["fixed=[mechanisms.legitimacy.foreign_trops]"])


@pytest.mark.exact
def test_a_value_changed_in_python_is_fixed(spec, vary):
    """A value that differs from the default is drawn in no world, and the record says that it is fixed."""
    changed = vary(spec, {"parameters": "prior", TROOPS: 0.004})
    assert TROOPS not in Draws.of(changed).paths
    assert record_of(changed)["fixed"] == [TROOPS] and TROOPS not in record_of(changed)["drawn"]


@pytest.mark.exact
def test_a_sweep_through_the_default_is_smooth(tmp_path):
    """Deaths hardly move from .0029 over .003, the default, to .0031; the table holds every value that was used."""
    axis, typed = f"{TROOPS}=0.0029,{DEFAULT},0.0031", f"{BACKLASH}=0.0249"
    words = (
        "scenario=csto_intervention",
        axis,
        typed,
        "replications=6",
        "days=40",
        "citizens=1000",
        "engine.name=serial",
    )
    command("sweep", *words, "quiet=true", f"out={tmp_path}/s")
    store = Store.open(tmp_path / "s")
    table = store.table().to_pydict()
    means = [
        np.mean([d for d, t in zip(table["deaths"], table[TROOPS], strict=True) if t == value])
        for value in (0.0029, DEFAULT, 0.0031)
    ]
    assert max(means) - min(means) < 0.05 * min(means) and min(means) > 0
    assert set(table[BACKLASH]) == {0.0249}
    record = store.manifest["parameters"]["config"]
    assert record["fixed"] == [BACKLASH] and record["varied"] == [TROOPS] and TROOPS not in record["drawn"]
    drawn = record["drawn"][0]
    draws = Draws.of(store.bases[()])
    for world, value in zip(table["replication"], table[drawn], strict=True):
        assert value == value_at(draws.mechanisms(world_key(1, world), world), drawn)
    assert not set(record["drawn"]) & set(store.manifest["outcomes"])


@pytest.mark.exact
def test_a_case_that_leaves_a_parameter_alone_shows_what_was_drawn(tmp_path):
    """One column: the typed value where a case types one, else the value of the world."""
    (tmp_path / "cases.csv").write_text(f"name,{TROOPS}\ntyped,{DEFAULT}\nopen,\n", encoding="utf-8")
    command("sweep", f"cases={tmp_path}/cases.csv", "replications=2", "engine.name=serial", *SMALL, f"out={tmp_path}/s")
    store = Store.open(tmp_path / "s")
    table = store.table()
    assert table.column_names.count(TROOPS) == 1
    values = dict(
        zip(
            zip(table["case"].to_pylist(), table["replication"].to_pylist(), strict=True),
            table[TROOPS].to_pylist(),
            strict=True,
        )
    )
    draws = Draws.of(store.bases[()])
    assert {values["typed", r] for r in (0, 1)} == {DEFAULT}
    assert [values["open", r] for r in (0, 1)] == [
        value_at(draws.mechanisms(world_key(1, r), r), TROOPS) for r in (0, 1)
    ]


@pytest.mark.exact
def test_a_value_for_a_whole_mechanism_leaves_the_other_typed_values(load):
    """A lever that sets one parameter of a mechanism by a table does not reset what the base has."""
    base = load(f"{BACKLASH}=0.0249", "parameters=posterior")
    spec = with_value(base, "mechanisms.legitimacy", {"foreign_troops": DEFAULT})
    assert spec.mechanisms.legitimacy.backlash == 0.0249
    assert spec.fixed == (BACKLASH, TROOPS)


@pytest.mark.exact
@pytest.mark.parametrize(
    ("typed", "path", "value", "single"),
    [
        ("network.cross_border=0.7", "network", {"same_region": 2.0}, {"same_region": 2.0}),
        ("organisations.CSTO.lags.decide=5", "organisations.CSTO.lags", {"calm": 7}, {"calm": 7}),
        ("organisations.CSTO.lags.decide=5", "organisations.CSTO", {"lags": {"calm": 7}}, {"lags.calm": 7}),
        ("scenario.split.depth=0.3", "scenario.split", {"wavering": 0.2}, {"wavering": 0.2}),
        ("days=9", "scenario.events.fuel_price", {"size": 0.3}, {"size": 0.3}),
        ("days=9", "scenario.events", {"fuel_price": {"size": 0.3, "ramp": 5}}, {"fuel_price.size": 0.3, "fuel_price.ramp": 5}),
        ("days=9", "states.KAZ.indicators", {"polyarchy": 0.3}, {"polyarchy": 0.3}),
        ("days=9", "states.KAZ", {"indicators": {"polyarchy": 0.3}}, {"indicators.polyarchy": 0.3}),
        ("days=9", "host_rules", {}, {}),
    ],
)  # fmt: skip
def test_a_mapping_merges_as_in_a_run(load, typed, path, value, single):
    """An axis of mappings changes the keys that it names; all others stay, typed ones too."""
    written = {f"{path}.{key}": number for key, number in single.items()}
    assert with_value(load(typed), path, value) == load(
        typed, *(f"++{key}={number}" for key, number in written.items())
    )


@pytest.mark.exact
def test_a_mapping_of_ties_leaves_the_other_ties(load):
    """A partner may go by any of its names; two names of one are refused."""
    path = "states.KAZ.ties.alliance"
    base, other = load(), load(f"{path}.treaties.RUS=0.2").states["KAZ"].ties.alliance
    values = {partner: indicator.value for partner, indicator in other.items()}
    for where, value in (
        (f"{path}.treaties", {"RUS": 0.2}),
        (f"{path}.treaties", {"Russia": 0.2}),
        (path, {"treaties": {"RU": 0.2}}),
    ):
        ties = with_value(base, where, value).states["KAZ"].ties.alliance
        assert {partner: indicator.value for partner, indicator in ties.items()} == values and len(values) > 1
    with pytest.raises(ConfigError, match="two names"):
        with_value(base, f"{path}.treaties", {"RUS": 0.2, "Russia": 0.2})


@pytest.mark.exact
@pytest.mark.usefixtures("undrawn")
def test_compare_holds_the_values_of_every_arm(tmp_path):
    """runs.parquet has fixed and drawn parameters, the same draw in every arm; words are values too."""
    words = (
        "scenarios=[both,no_outside_act]",
        "runs=3",
        "workers=1",
        f"{TROOPS}={DEFAULT}",
        "mechanisms.contention.network=small_world",
    )
    command("compare", *words, *SMALL, f"out={tmp_path}/c")
    table = pq.read_table(tmp_path / "c" / "runs.parquet").to_pydict()
    assert set(table[TROOPS]) == {DEFAULT} and set(table["mechanisms.contention.network"]) == {"small_world"}
    assert table[BACKLASH][:3] == table[BACKLASH][3:] and len(set(table[BACKLASH])) == 3
    for arm in ("both", "no_outside_act"):
        assert fixed_in(tmp_path / "c", f"config_{arm}") == [TROOPS, "mechanisms.contention.network"]
    summary = json.loads((tmp_path / "c" / "summary.json").read_text(encoding="utf-8"))
    assert TROOPS not in json.dumps(summary)


@pytest.mark.exact
@pytest.mark.usefixtures("undrawn")
def test_a_result_is_taken_up_with_the_fixed_parameters_alone(tmp_path):
    """`config=` and `rerun` fix what the user fixed, not all that config.yaml prints; an edited value is fixed too."""
    first, edited = tmp_path / "a", tmp_path / "edited.yaml"
    command("run", "parameters=posterior", f"{TROOPS}={DEFAULT}", *SMALL, f"out={first}")
    values = json.loads((first / "manifest.json").read_text(encoding="utf-8"))["parameters"]["config"]["values"]
    assert values[TROOPS] == DEFAULT and values[BACKLASH] != value_at(Mechanisms(), BACKLASH)
    again = load_with([f"config={first}"], RunOptions)[0]
    assert again == load_with(["parameters=posterior", f"{TROOPS}={DEFAULT}", *SMALL], RunOptions)[0]
    command("rerun", str(first), "quiet=true", f"out={tmp_path}/c")
    assert fixed_in(first) == fixed_in(tmp_path / "c") == [*again.fixed] == [TROOPS]
    tree = yaml.safe_load((first / "config.yaml").read_text(encoding="utf-8"))
    tree["mechanisms"]["legitimacy"]["backlash"] = 0.0249
    edited.write_text(yaml.safe_dump(tree), encoding="utf-8")
    spec = load_with([f"config={edited}", "mechanisms.legitimacy.weariness=0.0"], RunOptions)[0]
    assert spec.fixed == (BACKLASH, TROOPS, "mechanisms.legitimacy.weariness")


@pytest.mark.exact
def test_a_configuration_of_an_earlier_version_loads(tmp_path, spec):
    """Without the list, a parameter is fixed if it differs from its default."""
    tree = spec.model_dump(mode="json")
    del tree["fixed"]
    tree["mechanisms"]["legitimacy"]["backlash"] = 0.0249
    (tmp_path / "old.yaml").write_text(yaml.safe_dump(tree), encoding="utf-8")
    assert load_with([f"config={tmp_path}/old.yaml"], RunOptions)[0].fixed == (BACKLASH,)


@pytest.mark.exact
@pytest.mark.parametrize("source", ["rule_elite"])
def test_an_indicator_that_is_typed_is_exact(load, source):
    """Where indicators are drawn, a number typed below its source stays as typed, on the command line and on an axis."""
    path = f"states.KAZ.ties.elite_alignment.{source}.RUS"
    base = load("indicators=drawn")
    value = base.states["KAZ"].ties.elite_alignment["RUS"].value
    host, patron = (list(base.states).index(code) for code in ("KAZ", "RUS"))

    def drawn(spec) -> set[float]:
        indicators = Stage(spec).indicators
        return {float(indicators.draw(world_key(1, r))[1]["elite_alignment"][patron, host]) for r in range(3)}

    assert len(drawn(base)) == 3
    assert drawn(load("indicators=drawn", f"{path}={value}")) == {value}
    assert drawn(with_value(base, path, value)) == {value}
    assert drawn(load("indicators=drawn", "states.KAZ.indicators.polyarchy=0.253")) == drawn(base)


@pytest.mark.exact
def test_the_centre_of_the_posterior_leaves_out_the_named_host(load):
    """The central draw without a host is another one than with all hosts; an unknown host is refused."""
    with_all = Draws(Mechanisms(), "posterior_centre")
    assert Draws.of(load("parameters=posterior_centre")).mechanisms(1, 0) == with_all.mechanisms(1, 0)
    without = {h: Draws(Mechanisms(), "posterior_centre", h).mechanisms(1, 0) for h in ("KAZ", "UKR", "KGZ")}
    assert any(rules != with_all.mechanisms(1, 0) for rules in without.values())
    with pytest.raises(ConfigError, match="posterior_without"):
        sim.load(["parameters=posterior", "posterior_without=XYZ"])


@pytest.mark.exact
def test_a_backtest_runs_with_what_is_typed(cases, spec):
    """The number of requests that coded cases have by default gives way to a typed one; what a case decides is refused."""
    path = "mechanisms.response.most_requests"
    typed = sim.load([f"{path}={spec.mechanisms.response.most_requests}"])
    for base in (spec, typed):
        same = {name: getattr(base, name) for name in ("citizens", "mechanisms", "fixed")}
        crises = specify(cases[:1], cases, "first_week", lambda case, same=same: same)
        assert crises.specs[0].fixed == base.fixed
        assert (crises.specs[0].mechanisms.response.most_requests == 1) is (base is spec)
    for words in (["indicators=central"], ["posterior_without=KAZ"], ["scenario=both"]):
        assert "is set by each coded case" in command("backtest", *words, status=2)
    assert "is no setting of a calibration" in command("calibrate", f"{TROOPS}=0.003", status=2)


@pytest.mark.exact
@pytest.mark.usefixtures("undrawn")
def test_settings_come_on_top_of_a_result(tmp_path):
    """A policy by its file, a parameter taken back; the list of fixed parameters itself is the result's."""
    path, out = "mechanisms.legitimacy.foreign_troops", (tmp_path / "first").as_posix()
    words = ["run", "citizens=100", "days=3", "quiet=true", f"{path}=0.003", f"out={out}"]
    assert CliRunner().invoke(main, words, catch_exceptions=False).exit_code == 0
    spec = sim.load([f"config={out}"])
    assert spec.fixed == (path,) and spec == sim.load([f"config={out}/config.yaml"])
    assert sim.load([f"config={out}", f"~{path}"]).fixed == ()
    policy = sim.load([f"config={out}", "+scenario.policies.TUR=government_and_people"])
    assert policy.policies == sim.load(["+scenario.policies.TUR=government_and_people"]).policies
    for word in (
        "fixed=[]",
        "~fixed",
        "~mechanisms",
        "~mechanisms.legitimacy",
        "mechanisms.legitimacy={foreign_troops: '???'}",
    ):
        with pytest.raises(ConfigError):
            sim.load([f"config={out}", word])
