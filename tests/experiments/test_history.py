"""The record of history: loader, facts, unknown fields, scores, and the command end to end."""

import csv
import json
import re
from datetime import date

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

import sim
from experiments.cli import main
from experiments.history.backtest.baselines import climatology, lookup, observation, recalibrate
from experiments.history.backtest.scoring import (
    HostBootstrap,
    auc,
    brier,
    calibration_curve,
    crps,
    log_score,
    quantiles,
    verdict,
)
from experiments.history.backtest.simulate_cases import Crises
from experiments.history.cases.cases import Case, load_cases
from experiments.history.cases.encode import specification
from experiments.history.cases.facts import day_zero, donors, first_week
from experiments.history.cases.folds import event_weights, fold_of
from experiments.history.cases.patrons import powers
from experiments.history.mean_field.to_arrays import weeks_of
from experiments.history.posterior.likelihood import first_addressee
from sim.actors.charter import ON_REQUEST
from sim.core.axes import MILITARY
from sim.core.caches import configs
from sim.mechanisms import Mechanisms
from sim.stage.build import Stage
from tests.crises import by_id


@pytest.fixture(scope="module")
def raw() -> list[dict]:
    return yaml.safe_load((configs() / "case" / "crises.yaml").read_text(encoding="utf-8"))


def written(path, entries) -> str:
    path.write_text(yaml.safe_dump(entries), encoding="utf-8")
    return path.as_posix()


@pytest.mark.exact
def test_the_shipped_cases_are_valid(cases):
    """Sixty crises, three kinds, and the counts of requests and help that the notes of the set state."""
    assert len(cases) == 60 and load_cases()[1] == []
    for kind, n, n_requests, n_helped in (("domestic", 39, 8, 3), ("insurgency", 4, 4, 3), ("interstate", 17, 14, 1)):
        of_kind = [c for c in cases if c.kind == kind]
        assert (len(of_kind), sum(c.requested for c in of_kind), sum(c.helped for c in of_kind)) == (
            n,
            n_requests,
            n_helped,
        )


@pytest.mark.exact
@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            ("ex_ante", "shock_size"),
            "larg",
            "shock_size=larg: must be one of small, medium, large; did you mean 'large'?",
        ),
        (("ex_ante", "polyarchy"), 1.7, "polyarchy=1.7: must be at most 1"),
        (("ex_ante", "oil_rent"), "low", "did you mean 'oil_rents'?"),
        (("kind",), "civil", "kind=civil: must be one of domestic, insurgency, interstate"),
        (("start_date",), "2022-13-01", "must be a date like 2022-01-02"),
        (("outcome", "fatalities"), "many", "fatalities=many: must be number or null"),
    ],
)
def test_a_faulty_case_is_named_and_the_others_stay(tmp_path, raw, path, value, expected):
    """The message names case, field, value and what is allowed; the second case is read."""
    bad, good = json.loads(json.dumps(raw[:2]))
    node = bad
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    cases, faults = load_cases(written(tmp_path / "c.yaml", [bad, good]))
    assert [c.id for c in cases] == [good["id"]]
    assert len(faults) == 1 and re.match(rf".*c\.yaml:\d+: {bad['id']}", faults[0]) and expected in faults[0]


@pytest.mark.exact
def test_missing_and_repeated_entries(tmp_path, raw):
    """A missing field, an entry that is no mapping, and a second case of one name are faults of their own."""
    short = json.loads(json.dumps(raw[0]))
    del short["ex_ante"]["adversary"]
    cases, faults = load_cases(written(tmp_path / "c.yaml", [short, "text", raw[1], raw[1]]))
    assert len(cases) == 1 and len(faults) == 3
    assert (
        "adversary=absent" in faults[0]
        and re.match(r".*c\.yaml:\d+: case 2", faults[1])
        and "must be unique" in faults[2]
    )


@pytest.mark.exact
def test_absent_outcomes_unknown_hosts_and_patrons(tmp_path, raw):
    """Outcome fields may be absent or null, hosts and patrons unknown; first-week facts may be unknown too."""
    one = json.loads(json.dumps(raw[0]))
    one |= {"id": "new", "host": "XYZ", "outcome": {"help_request_kind": None}}
    one["ex_ante"] |= {"primary_patron": "QQQ", "polyarchy": None, "elite_split": None}
    (case,), faults = load_cases(written(tmp_path / "c.yaml", [one]))
    assert faults == [] and case.requested is None and case.helped is None and case.survived(90) is None
    assert "QQQ" in [p.code for p in day_zero(case).patrons] and first_week(case) is None
    shipped = load_cases()[0]
    spec = specification(case, weeks_of(case, shipped, "first_week"), days=5, citizens=200)
    assert len(spec.scenario.facts.first_week) == len(donors(case, shipped)) and sim.simulate(spec).days == 5


@pytest.mark.exact
def test_first_week_facts_are_never_taken_from_the_own_host(cases):
    """Donors are other hosts of the same kind, and none that shares a war; their chances sum to 1."""
    for case in cases:
        weeks_of_host = [first_week(c) for c in cases if c.host == case.host or c.event == case.event]
        weeks = donors(case, cases)
        assert np.isclose(sum(w for _, w in weeks), 1.0)
        assert not any(week is of_host for week, _ in weeks for of_host in weeks_of_host)
        expected = [c for c in cases if c.host != case.host and c.event != case.event and c.kind == case.kind]
        assert len(weeks) == len(expected)


@pytest.mark.exact
def test_day_zero_does_not_read_the_first_week(cases):
    """Changing every first-week fact and the outcome of a case changes nothing on day 0."""
    case = by_id(cases, "kgz-2010-april")
    other = {"elite_split": "none", "security_forces": "loyal", "armed_challenge": "none", "key_sites_lost_week1": False,
             "initial_protest_pct": 9.0}  # fmt: skip
    changed = Case(**(vars(case) | {"facts": case.facts | other, "outcome": {}}))
    others = [c for c in cases if c.id != case.id]
    a = specification(case, weeks_of(case, cases, "day_zero"))
    b = specification(changed, weeks_of(changed, [*others, changed], "day_zero"))
    assert a == b


@pytest.mark.exact
def test_patrons_of_a_case(cases):
    """Clause by date, the adversary is nobody's patron, an outside patron is added, distraction shrinks the force."""
    kaz = {p.code: p for p in day_zero(by_id(cases, "kaz-2022-january")).patrons}
    osh = {p.code: p for p in day_zero(by_id(cases, "kgz-2010-osh")).patrons}
    assert kaz["RUS"].internal and not osh["RUS"].internal and osh["RUS"].external
    assert "RUS" not in {p.code for p in day_zero(by_id(cases, "ukr-2022-invasion")).patrons}
    assert "AUS" in {p.code for p in day_zero(by_id(cases, "slb-2021")).patrons}
    slb = {p.code: p for p in day_zero(by_id(cases, "slb-2021")).patrons}
    assert slb["AUS"].internal and not slb["AUS"].external and not slb["WEST"].internal  # a treaty binds who signed it
    assert slb["AUS"].lag == (1, 2) and slb["WEST"].lag == (7, 28)
    bhr = {p.code: p for p in day_zero(by_id(cases, "bhr-2011")).patrons}
    assert bhr["SAU"].external and not bhr["SAU"].internal
    kursk = {p.code: p for p in day_zero(by_id(cases, "rus-2024-kursk")).patrons}
    assert not kursk["PRK"].external  # signed in June, in force in December
    after = {p.code: p for p in day_zero(by_id(cases, "arm-2022-sept")).patrons}
    assert after["RUS"].committed == 0.9 and after["RUS"].soldiers == pytest.approx(0.1 * 12.0, rel=0.05)


@pytest.mark.exact
def test_treaties_say_nothing_that_is_not_read():
    """Known keys alone, states of three letters, and dates in order."""
    for treaty in powers()["treaties"]:
        assert set(treaty) <= {"between", "since", "until", "external", "internal"}
        assert len(treaty["between"]) > 1 and all(len(code) == 3 and code.isupper() for code in treaty["between"])
        assert treaty["since"] < treaty.get("until", date.max)


@pytest.mark.exact
def test_facts_are_neutral_where_there_are_none(spec):
    """A scenario without coded facts has no strain, no outsider, no armed challenge."""
    assert spec.scenario.facts is None
    world = Stage(spec).world(1, 0)
    assert not world.strain.any() and not world.fixed.outsider.any() and not world.armed.any()


@pytest.mark.exact
def test_coded_facts_take_effect_as_declared(cases):
    """Rents, legitimacy, capacity and sizes of events are those of the parameters' own formulas."""
    case = by_id(cases, "kgz-2005-tulip")
    week, day0, rules = first_week(case), day_zero(case), Mechanisms()
    world = Stage(specification(case, [(week, 1.0)])).world(1, 0)
    d = rules.defection
    log_rents = d.base_rents + d.autocracy_rents * day0.autocracy + d.tenure_rents * day0.tenure - d.split_rents
    assert np.allclose(np.log(world.fixed.rent_ratio), log_rents - np.array([d.wavering_rents, 0.0, 0.0, 0.0]))
    assert world.capacity[0] == pytest.approx((1.0 - rules.policing.wavering) * np.exp(-rules.policing.key_sites))
    sizes = {s.name: s.size for s in world.fixed.events}
    full = rules.events.full_grievance * np.exp(rules.events.first_days * week.crowd)
    assert sizes["grievance"] + sizes["lasting_grievance"] == pytest.approx(full)
    assert sizes["armed_challenge"] == pytest.approx(0.3)


@pytest.mark.exact
def test_scores_in_closed_form():
    """Brier, log score, AUC and bins of a table that can be done by hand."""
    p, y = np.array([0.9, 0.2, 0.6, 0.4]), np.array([1.0, 0.0, 0.0, 1.0])
    assert np.allclose(brier(p, y), [0.01, 0.04, 0.36, 0.36])
    assert np.allclose(log_score(p, y), -np.log([0.9, 0.8, 0.4, 0.4]))
    assert auc(p, y, np.ones(4)) == pytest.approx(0.75)
    curve = calibration_curve(p, y, np.ones(4), bins=2)
    assert [b["n"] for b in curve] == [2.0, 2.0] and curve[1] == {"forecast": 0.75, "observed": 0.5, "n": 2.0}


@pytest.mark.exact
def test_crps_of_a_normal_distribution():
    """A fine sample of N(0,1) against 0.5: the closed form of Gneiting and Raftery."""
    z = norm.ppf((np.arange(4000) + 0.5) / 4000)
    y = 0.5
    exact = y * (2 * norm.cdf(y) - 1) + 2 * norm.pdf(y) - 1 / np.sqrt(np.pi)
    assert crps(z, np.ones(z.size), y) == pytest.approx(exact, abs=1e-3)
    assert crps(np.array([3.0]), np.ones(1), 5.0) == pytest.approx(2.0)
    assert np.allclose(quantiles(z, np.ones(z.size), (0.1, 0.9)), [-1.2816, 1.2816], atol=2e-3)


@pytest.mark.property
@settings(max_examples=30)
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=12), st.floats(-5, 5))
def test_crps_is_the_mean_over_pairs(values, y):
    """E|X - y| - E|X - X'| / 2 by enumeration."""
    x = np.array(values)
    pairs = np.abs(x[:, None] - x[None, :]).mean()
    assert crps(x, np.ones(x.size), y) == pytest.approx(np.abs(x - y).mean() - pairs / 2, abs=1e-9)


@pytest.mark.exact
def test_hosts_are_resampled_whole():
    """With one group there is no uncertainty; skill against itself is zero; a difference that holds zero is undecided."""
    values, weight = np.array([0.1, 0.3]), np.ones(2)
    assert HostBootstrap(["A", "A"]).interval(values, weight) == pytest.approx((0.2, 0.2, 0.2))
    assert HostBootstrap(["A", "B"]).skill(values, values, weight) == pytest.approx((0.0, 0.0, 0.0))
    mean, low, high = HostBootstrap(["A", "B"]).interval(values, weight)
    assert (mean, low, high) == pytest.approx((0.2, 0.1, 0.3))
    assert [verdict(-0.1, 0.1), verdict(-0.2, -0.1), verdict(0.1, 0.2), verdict(np.nan, 1)] == [
        "undecided", "better", "worse", "undecided",
    ]  # fmt: skip


@pytest.mark.exact
def test_one_war_counts_once(cases):
    """The war of 2020 is coded twice; its cases weigh a half each and its hosts are left out together."""
    weight = event_weights(cases)
    halves = {c.id for c, w in zip(cases, weight, strict=True) if w == 0.5}
    assert halves == {"nk-2020-arm", "nk-2020-aze"} and weight.sum() == 59.0
    assert fold_of(by_id(cases, "nk-2020-aze"), cases) == "ARM+AZE" == fold_of(by_id(cases, "arm-2018-velvet"), cases)


@pytest.mark.exact
def test_baselines_by_hand(cases):
    """Base rates and the cell of the lookup table; survival over domestic crises only."""
    new = Case(**(vars(by_id(cases, "alb-1997")) | {"id": "new", "host": "XYZ", "event": "new"}))
    domestic = [c for c in cases if c.kind == "domestic"]
    assert climatology(new, cases, "survived_90d") == pytest.approx(np.mean([c.survived(90) for c in domestic]))
    cell = [c for c in domestic if c.facts["security_forces"] != "loyal"]
    rate, base = sum(c.survived(90) for c in cell), climatology(new, cases, "survived_90d")
    assert lookup(new, cases, "survived_90d", "first_week") == pytest.approx((rate + base) / (len(cell) + 1))
    assert np.isnan(observation(Case(**(vars(new) | {"outcome": {}})), "helped"))


@pytest.mark.exact
def test_recalibration_keeps_the_order():
    """A rising curve: forecasts keep their order, and the mean over the training cases is their base rate."""
    rng = np.random.default_rng(4)
    p = rng.uniform(0.05, 0.95, 200)
    y = (rng.random(200) < 0.3 + 0.4 * (p > 0.5)).astype(float)
    q = recalibrate(p, p, y, np.ones(200))
    assert (np.diff(q[np.argsort(p)]) > 0).all() and q.mean() == pytest.approx(y.mean(), abs=0.01)


@pytest.mark.exact
def test_addressees_in_classes(cases):
    """CSTO and RUS are one class, NATO and European states another; nobody asked is no class."""
    class_of = {c.id: first_addressee(c) for c in cases}
    assert class_of["kaz-2022-january"] == 0 == class_of["kgz-2010-osh"] and class_of["mli-2013"] == 2
    assert class_of["arm-2018-velvet"] is None and class_of["nk-2020-aze"] == 1


@pytest.mark.exact
def test_requests_read_their_coefficients(spec, vary):
    """Neutral values change nothing; each coefficient moves the worth of a request by what it says."""
    response = Mechanisms().response
    world = Stage(spec).world(1, 0)
    charter = next(c for c in world.fixed.charters if c.force and world.fixed.host in c.members)

    def utility(armed_licence=0.0, **values) -> float:
        rules = response.model_copy(update=values)
        assistance = Mechanisms().assistance.model_copy(update={"armed_licence": armed_licence})
        world.mechanisms = Mechanisms().model_copy(update={"assistance": assistance})
        return rules.request_utility(world, world.fixed.host, charter, 0.5, lambda force, active: 0.9)

    hope, stake, gain = (
        world.mechanisms.assistance.expected_consent(world, charter, world.fixed.host),
        response.stake,
        0.4,
    )
    assert utility(foresight=0.0) - utility() == pytest.approx(stake * gain * (0.5 - hope))
    assert utility(foresight=1.0, openness_cost=0.0) == utility()
    closed = min(1.5, (0.45 - world.fixed.polyarchy.item(world.fixed.host)) / 0.2)
    assert closed > 0.0 and utility(openness_cost=0.5) - utility() == pytest.approx(0.5 * closed)
    strange = 1.0 - world.dependence.item(MILITARY, charter.leader, world.fixed.host)
    assert 0.0 < strange < 0.5 and utility(stranger_cost=0.5) - utility() == pytest.approx(-0.5 * strange)
    assert charter.clause(False) == 1.0 and utility(clause_gain=0.3) - utility() == pytest.approx(0.3)
    world.armed[world.fixed.host] = 0.25
    assert utility(armed_licence=1.0) == utility()  # where nothing is to be paid, nothing is remitted, on either side
    assert utility(home_cost=1.0, armed_licence=2.0) - utility() == pytest.approx(-0.5)


@pytest.mark.exact
def test_soldiers_stay_while_anybody_fights(cases):
    """Calm streets end a deployment only once the armed challenge has waned."""
    case = by_id(cases, "mli-2013")
    world = Stage(specification(case, [(first_week(case), 1.0)])).world(1, 0)
    charter, s = next(c for c in world.fixed.charters if c.pool_rapid > 0.0), world.fixed.host
    mission = charter.row, ON_REQUEST, s
    world.commitments[mission], world.soldiers[mission], world.calm_days[s] = True, 500.0, 30
    for armed, backed in ((0.5, True), (0.01, False)):
        world.armed[s] = armed
        world.mechanisms.logistics.stay_or_leave(world, charter, s)
        assert bool(world.commitments[mission]) is backed


@pytest.mark.exact
def test_the_primary_patron_counts_for_more(cases):
    """A share of every channel goes to the primary patron beyond the coded level, and the others keep the rest."""
    patrons = {p.code: p for p in day_zero(by_id(cases, "mli-2013")).patrons}
    assert patrons["FRA"].dependence == pytest.approx((0.93, 0.93, 0.65))
    assert patrons["WEST"].dependence == pytest.approx((0.63, 0.63, 0.35))


@pytest.mark.exact
def test_backtest_end_to_end(tmp_path, raw):
    """A foreign file with one faulty case: the other is forecast and scored, the exit status is 1, the fault is named."""
    good, bad = json.loads(json.dumps(raw[0])), json.loads(json.dumps(raw[1]))
    good |= {"id": "new", "host": "XYZ"}
    bad["ex_ante"]["shock_size"] = "huge"
    path = written(tmp_path / "c.yaml", [good, bad])
    out = tmp_path / "out"
    words = ["backtest", f"cases={path}", f"out={out.as_posix()}", "runs=4", "citizens=200", "days=365",
             "engine.name=serial", "board=0", "quiet=true"]  # fmt: skip
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 1, result.output
    assert "arm-2008-march.ex_ante.shock_size=huge" in result.output
    (row,) = csv.DictReader((out / "cases.csv").read_text(encoding="utf-8").splitlines())
    for fields in ("first_week", "day_zero"):
        for outcome in ("requested", "helped", "survived_90d", "survived_365d"):
            assert 0.0 < float(row[f"p_{outcome}_{fields}"]) < 1.0
    assert float(row["outcome_requested"]) == 1.0
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["left_out"] and set(summary["scores"]) == {"first_week", "day_zero"}
    assert {p.stem for p in (out / "figures").iterdir()} == {
        "skill",
        "brier",
        "log_score",
        "auc",
        "calibration",
        "cases",
    }


@pytest.mark.exact
def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    """No such file: exit status 2, one message, nothing written."""
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["backtest", "cases=nowhere.yaml", f"out={out.as_posix()}"])
    assert result.exit_code == 2 and "cases=nowhere.yaml: cannot be read" in result.output and not out.exists()


@pytest.mark.exact
def test_workers_take_a_task_without_its_stages(cases):
    """What travels to workers is specifications alone."""
    task = Crises([], [])
    task._stages[0] = object()
    assert task.__getstate__()["_stages"] == {}


@pytest.mark.exact
@pytest.mark.parametrize("key", ["id", "title"])
@pytest.mark.parametrize("text", ["x/../y\x1b", "a\nb", "z\u202ez\n"])
def test_an_id_is_a_name_and_a_title_is_a_line(tmp_path, raw, key, text):
    """The case is left out with one line, and the others stay."""
    bad, good = json.loads(json.dumps(raw[:2]))
    cases, faults = load_cases(written(tmp_path / "c.yaml", [bad | {key: text}, good]))
    assert [case.id for case in cases] == [good["id"]]
    assert len(faults) == 1 and len(faults[0].splitlines()) == 1 and f".{key}=" in faults[0] and faults[0].isprintable()


@pytest.mark.exact
@pytest.mark.parametrize("name", ["x/../y", "z z", "z" * 300, ""])
def test_an_id_that_is_no_name_is_refused(tmp_path, raw, name):
    """It would become the name of a scenario; the message counts the case instead."""
    bad, good = json.loads(json.dumps(raw[:2]))
    cases, faults = load_cases(written(tmp_path / "c.yaml", [bad | {"id": name}, good]))
    assert [case.id for case in cases] == [good["id"]]
    assert (
        len(faults) == 1
        and re.match(r".*\.yaml:\d+: case 1\.id=", faults[0])
        and "must be a name of 1 to 60" in faults[0]
    )
