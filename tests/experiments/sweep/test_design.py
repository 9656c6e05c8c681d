"""Axes and designs of sweeps: what is read, what is refused, how points are laid out and put into the typed tree."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.results.model_version import model_version
from experiments.sweep.axes import read_axes
from experiments.sweep.design import make_design
from experiments.sweep.keys import Digests, run_key
from experiments.sweep.plan import read_plan
from experiments.sweep.point import at_point, with_value
from experiments.sweep.shard import Job
from sim.core.faults import ConfigError
from sim.spec.overrides import split_axes
from sim.spec.schema import Spec

THRESHOLD, NEWS = "mechanisms.contention.threshold", "mechanisms.contention.news"


def one_axis(setting, path: str = THRESHOLD):
    """The axis of a table entry."""
    return read_axes({}, {"uncertainties": {path: setting}})[0]


@pytest.mark.exact
def test_the_command_line_gives_axes_in_hydras_grammar():
    """Lists, ranges, intervals, patterns and tables; what is not swept stays a fixed override."""
    words = ["scenario=glob(csto_*)", f"{THRESHOLD}=interval(0.2,0.4)", "days=range(5,11,5)", "citizens=500", "seed=3"]
    fixed, typed, tables = split_axes([*words, f"levers={{{NEWS}:[0.1,0.2]}}"], ("levers",))
    assert fixed == ["citizens=500", "seed=3"] and tables == {"levers": {NEWS: [0.1, 0.2]}}
    assert typed == {"scenario": ["csto_intervention"], THRESHOLD: {"low": 0.2, "high": 0.4}, "days": [5, 10]}
    role_of = {
        axis.path: axis.role for axis in read_axes(typed | {"mechanisms.clashes.enabled": [True, False]}, tables)
    }
    assert role_of[THRESHOLD] == "uncertainty" and role_of["scenario"] == role_of[NEWS] == "lever"
    assert role_of["mechanisms.clashes.enabled"] == "rule"


@pytest.mark.exact
@pytest.mark.parametrize(
    ("setting", "at_half", "ends"),
    [
        ({"low": 0.2, "high": 0.4}, 0.3, (0.2, 0.4)),
        ("prior", 0.3, (0.2, 0.4)),
        ({"distribution": "triangular", "low": 0.2, "mode": 0.3, "high": 0.4}, 0.3, (0.2, 0.4)),
        ({"distribution": "normal", "mean": 0.3, "sd": 9.0}, 0.3, (0.2, 0.4)),  # cut off at the declared range
        ({"distribution": "uniform", "low": 0.25, "high": 0.35}, 0.3, (0.25, 0.35)),
        ({"distribution": "beta", "a": 2, "b": 2, "loc": 0.2, "scale": 0.2}, 0.3, (0.2, 0.4)),
    ],
)
def test_distributions_are_inverted(setting, at_half, ends):
    """Median and ends of bounds, priors and named distributions."""
    axis = one_axis(setting)
    assert axis.at(np.array([0.5]))[0] == pytest.approx(at_half, abs=1e-6)
    assert axis.ends() == pytest.approx(ends, abs=1e-6)


@pytest.mark.exact
def test_whole_numbers_stay_whole():
    """An interval of days gives every day of it the same share."""
    axis = one_axis({"low": 1, "high": 5}, "mechanisms.contention.detention_days")
    drawn = axis.at((np.arange(1000) + 0.5) / 1000)
    assert {v: drawn.count(v) for v in drawn} == {1: 200, 2: 200, 3: 200, 4: 200, 5: 200}


@pytest.mark.exact
@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"low": 0.4, "high": 0.2}, "low must be below high"),
        ({"low": 0.2}, "give {low, high}"),
        ({"low": float("nan"), "high": 1.0}, "finite"),
        ({"low": "a", "high": 1.0}, "finite"),
        ({"distribution": "normal", "mean": 0.3}, "normal takes mean, sd"),
        ({"distribution": "nomal", "mean": 0.3, "sd": 1.0}, "did you mean 'normal'?"),
        ({"distribution": "normal", "mean": 9.0, "sd": 0.01}, "between 0.2 and 0.4"),
        ({"distribution": "triangular", "low": 0.3, "mode": 0.3, "high": 0.3}, "low must be below high"),
        ([], "at least one value"),
        ([0.3, 0.3], "has a value twice"),
    ],
)
def test_faulty_axes_are_refused(setting, words):
    """One message that says what is allowed."""
    with pytest.raises(ConfigError, match=words.replace("{", r"\{").replace("?", r"\?")):
        one_axis(setting)


@pytest.mark.property
@settings(max_examples=60)
@given(
    kind=st.sampled_from(["grid", "lhs", "sobol", "morris", "saltelli", "saltelli_s2", "oat"]),
    crossed=st.lists(st.integers(1, 3), max_size=2),
    sampled=st.integers(1, 3),
    power=st.integers(0, 3),
)
def test_a_point_is_found_from_its_number(kind, crossed, sampled, power):
    """values(i) is the i-th of points(), for every design; each combination of crossed values repeats the whole block."""
    levers = {f"mechanisms.clashes.{name}": [0.1 * i for i in range(n)] for name, n in zip("ab", crossed, strict=False)}
    bounds = {f"mechanisms.contention.{name}": {"low": 0.0, "high": 1.0} for name in "xyz"[:sampled]}
    axes = read_axes({}, {"levers": levers, "uncertainties": bounds})
    design = make_design(axes, kind, 2**power, 4, 7, None)
    points = list(design.points())
    assert points == [design.values(i) for i in range(len(design))] and len(points) == len(design)
    assert len(points) == design.combinations * len(design.rows)
    block = [values[len(design.crossed) :] for values in points]
    assert block == design.rows * design.combinations
    again = make_design(axes, kind, 2**power, 4, 7, None)
    assert list(again.points()) == points


@pytest.mark.exact
def test_sampled_designs_have_the_sizes_of_their_methods():
    """Morris: trajectories of k + 1 points; Saltelli: N (k + 2); Latin hypercube: one point in each of n strata."""
    axes = read_axes({}, {"uncertainties": {THRESHOLD: "prior", NEWS: "prior", "mechanisms.contention.noise": "prior"}})
    assert len(make_design(axes, "morris", 5, 4, 1, None)) == 5 * 4
    assert len(make_design(axes, "saltelli", 8, 4, 1, None)) == 8 * 5
    assert len(make_design(axes, "saltelli_s2", 8, 4, 1, None)) == 8 * 8
    latin = make_design(axes, "lhs", 20, 5, 1, None)
    strata = sorted(int((row[0] - 0.2) / 0.2 * 20) for row in latin.rows)
    assert strata == list(range(20))
    morris = make_design(axes, "morris", 5, 4, 1, None)
    moved = [sum(a != b for a, b in zip(morris.rows[i], morris.rows[i + 1], strict=True)) for i in (0, 1, 2)]
    assert moved == [1, 1, 1]  # one parameter at a time


@pytest.mark.exact
def test_cases_come_from_files(tmp_path):
    """CSV and YAML, named, not crossed among themselves; an empty cell leaves the base."""
    table = tmp_path / "cases.csv"
    table.write_text(f"name,scenario,{THRESHOLD}\nearly,both,0.25\nlate,,0.3\n", encoding="utf-8")
    tree = tmp_path / "cases.yaml"
    tree.write_text(f"early: {{scenario: both, {THRESHOLD}: 0.25}}\nlate: {{{THRESHOLD}: 0.3}}\n", encoding="utf-8")
    for path in (table, tree):
        design = make_design(read_axes({NEWS: [0.1, 0.2]}, {}), "auto", 1, 5, 1, str(path))
        assert list(design.points())[:2] == [(0.1, "both", 0.25), (0.1, None, 0.3)] and len(design) == 4
        assert design.point_names() == ["early", "late"] * 2
    for text, words in (
        ("name,a\nx,1\nx,2\n", "same name"),
        ("name,a\nx\n", "another number of cells"),
        ("", "must hold cases"),
    ):
        table.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError, match=words):
            make_design((), "cases", 1, 5, 1, str(table))


@pytest.mark.exact
def test_a_value_is_put_into_the_typed_tree(spec: Spec, vary):
    """As if the configuration had been composed with it; all other parts stay the same objects."""
    for path, value in (
        (THRESHOLD, 0.25), ("scenario.split.depth", 0.3), ("days", 12), ("network.same_region", 2.0),
        ("states.KAZ.indicators.legitimacy", 0.5), ("states.KAZ.segments.mangystau_kk.identity", 0.1),
        ("organisations.CSTO.lags.decide", 3), ("scenario.directives", {"HOST": {"repress": "never"}}),
    ):  # fmt: skip
        changed = with_value(spec, path, value)
        fixed = [path] if path.startswith("mechanisms.") else []
        assert changed == vary(spec, {path: value, "fixed": fixed}), path
        same = [name for name in Spec.model_fields if name not in (path.partition(".")[0], "fixed")]
        assert all(getattr(changed, name) is getattr(spec, name) for name in same)
    assert with_value(spec, THRESHOLD, 0.25).mechanisms.clashes is spec.mechanisms.clashes


@pytest.mark.exact
@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("mechanisms.contention.thresold", 0.3, "did you mean 'threshold'"),
        ("mechanism.contention.threshold", 0.3, "did you mean 'mechanisms'"),
        ("mechanisms.contention.threshold", 3.0, "mechanisms.contention.threshold=3.0: .*0.2 to 0.4"),
        ("states.KAZ.segments.mangystau_kk.population_k", -1.0, "population_k"),
        ("seed", 3, "replications=N"),
        ("states", 3, "not one setting"),
        ("days.long", 3, "not one setting"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(spec, path, value, words):
    """By its full key, with what is allowed and the nearest name."""
    with pytest.raises(ConfigError, match=words):
        with_value(spec, path, value)


@pytest.mark.exact
def test_keys_follow_what_is_simulated(spec: Spec):
    """The same specification has the same digest however it was made; every change, seed and version gives another key."""
    digests = Digests([spec])
    changed = with_value(spec, THRESHOLD, 0.25)
    assert digests.of(changed) == Digests([]).of(changed) == digests.of(with_value(changed, THRESHOLD, 0.25))
    default = spec.mechanisms.contention.threshold
    assert digests.of(with_value(changed, THRESHOLD, default)) == digests.of(with_value(spec, THRESHOLD, default))
    assert digests.of(spec.model_copy(update={"seed": 9, "replication": 4})) == digests.of(spec)
    others = [with_value(spec, "days", 61), with_value(spec, "states.KAZ.indicators.legitimacy", 0.5), changed, spec]
    assert len({digests.of(s) for s in others}) == 4
    assert len({run_key(digests.of(spec), w, v) for w in (1, -1) for v in ("a", model_version())}) == 4


@pytest.mark.exact
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["seed=1,2"], "replications=N"),
        (["replications=1,2"], "is a setting of the sweep"),
        (["scenario=both,nobody"], "did you mean|must be one of"),
        ([f"{THRESHOLD}=interval(0.2,0.9)"], "0.2 to 0.4"),
        (["design=sobol", f"{THRESHOLD}=interval(0.2,0.4)", "samples=10"], "power of two for sobol, like 8"),
        (["design=lhs", f"{THRESHOLD}=0.2,0.3"], "samples uncertainties"),
        (["cases=nowhere.csv"], "cannot be read"),
        (["part=3/2"], "must be like 2/5"),
        ([f"{THRESHOLD}=0.2,0.3", f"levers={{{THRESHOLD}:[0.2]}}"], "given twice"),
        (
            ["network.same_region=2,3", "network={same_region:4.0},{same_region:5.0}"],
            "given twice, network.*the same key",
        ),
        (["scenario.host=KAZ,RUSS"], "a state on stage"),
    ],
)
def test_a_faulty_sweep_is_refused_before_it_runs(words, message):
    """Every path and value is checked at the door."""
    with pytest.raises(ConfigError, match=message):
        read_plan(words, None)


@pytest.mark.exact
def test_directives_bring_actors_on_stage():
    """Points whose directives have states act on their own are built afresh, and simulated."""
    loans = ",".join(f"{{{code}:{{loan:{{HOST:1}}}}}}" for code in ("RUS", "CHN"))
    plan = read_plan([f"scenario.directives={loans}", "citizens=500", "days=30"], None)
    runs = [plan.task.runs(Job(i, values, (0,))) for i, values in enumerate(plan.design.points())]
    rows = [row for several in runs for row, _, _ in several]
    assert [row["error"] for row in rows] == [None, None] and len({row["digest"] for row in rows}) == 2


@pytest.mark.exact
def test_names_in_a_mapping_are_codes_in_the_design():
    """One directive under two names is one value; keys, words and lists inside a mapping hold codes."""
    levers = {
        "scenario.directives": "[{Russia: {loan: {Kazakhstan: 30}}}, {China: {loan: {HOST: 30}}}]",
        "scenario.events.fuel_price": "[{state: KZ}]",
        "states.KAZ.ties.alliance": "[{treaties: {Russia: 0.2}}]",
    }
    plan = read_plan([f"levers={{{', '.join(f'{path}: {values}' for path, values in levers.items())}}}"], None)
    assert [axis.values for axis in plan.axes] == [
        ({"RUS": {"loan": {"KAZ": 30}}}, {"CHN": {"loan": {"HOST": 30}}}),
        ({"state": "KAZ"},),
        ({"treaties": {"RUS": 0.2}},),
    ]
    with pytest.raises(ConfigError, match="names of the same"):
        read_plan(["scenario.directives={RUS:{loan:{HOST:30}}},{Russia:{loan:{HOST:30}}}"], None)


@pytest.mark.exact
@pytest.mark.parametrize(
    "words",
    [
        ["days=30", "days=3,4"],
        [f"levers={{{THRESHOLD}: [0.25,0.3]}}", f"{THRESHOLD}=0.35"],
        [f"{THRESHOLD}=0.35", f"{THRESHOLD}=interval(0.2,0.4)", "samples=4"],
        ["states.KZ.indicators.polyarchy=0.1,0.2", "states.KAZ.indicators.polyarchy=0.3"],
        ["states.KAZ.indicators.polyarchy=0.1,0.2", "states.KAZ.indicators.polyarchy.vdem_2021=0.3"],
        ["scenario=both", "scenario=both,no_outside_act"],
        ["scenario.host=KZ", "scenario.host=KAZ,KGZ"],
        ["network.same_region=5", "network={same_region:2.0},{same_region:3.0}"],
        ["network.same_region=2,3", "network={same_region:5}"],
        ["++scenario.directives={RUS:{loan:{HOST:30}}}", "scenario.directives={Russia:{loan:{HOST:20}}},{CHN:{loan:{HOST:9}}}"],
        [f"{NEWS}=0.2", "cases=FILE"],
    ],
)  # fmt: skip
def test_a_typed_value_is_never_replaced_by_an_axis(tmp_path, words):
    """A key that is given as a value and as an axis is refused, whatever the order and the names."""
    (tmp_path / "cases.csv").write_text(f"name,{NEWS}\na,0.1\nb,0.15\n", encoding="utf-8")
    words = [word.replace("FILE", str(tmp_path / "cases.csv")) for word in words]
    with pytest.raises(ConfigError, match="is given as a value and as an axis"):
        read_plan(words, None)


@pytest.mark.exact
def test_a_typed_value_is_the_base_of_points_that_leave_it(tmp_path):
    """Empty cells, null and one-at-a-time designs read it; a sibling and a choice of files are other settings."""
    (tmp_path / "cases.csv").write_text(f"name,{NEWS}\na,0.1\nb,\n", encoding="utf-8")
    for words, thresholds in (
        ([f"{NEWS}=0.2", f"cases={tmp_path}/cases.csv"], [0.1, 0.2]),
        ([f"{NEWS}=0.2", f"levers={{{NEWS}: [null, 0.1]}}"], [0.2, 0.1]),
        ([f"{NEWS}=0.2", f"{NEWS}=0.1,0.15", "design=oat"], [0.2, 0.1, 0.15]),
        ([f"{NEWS}=0.2", "mechanisms.contention={threshold:0.25},{threshold:0.3}"], [0.2, 0.2]),
        ([f"{NEWS}=0.2", "scenario=both,no_outside_act", "scenario.patrons=[RUS]"], [0.2, 0.2]),
    ):
        plan = read_plan(words, None)
        specs = [at_point(plan.bases, plan.axes, values) for values in plan.design.points()]
        assert [spec.mechanisms.contention.news for spec in specs] == thresholds
