"""The record of history: loader, facts, unknown fields, scores, twin, posterior, and the command end to end."""

import csv
import json

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

import sim
from experiments.cli import main
from experiments.history import forecast, twin, twin_streets
from experiments.history import twin_layout as layout
from experiments.history.baselines import climatology, fold_of, lookup, observed, recalibrated
from experiments.history.calibrate import prior_box, reference_vector, scores
from experiments.history.cases import Case, load_cases
from experiments.history.facts import day_zero, donors, first_week
from experiments.history.likelihood import EVIDENCE, FEW, asked_class, event_weights
from experiments.history.pack import pack, weeks_of
from experiments.history.play import COLUMNS, Crises, specify
from experiments.history.population import Chain, effective, normalised, population_monte_carlo
from experiments.history.sample import fold_weights, refuse_the_few
from experiments.history.scoring import Hosts, auc, brier, calibration_curve, crps, log_score, quantiles, verdict
from experiments.history.stage import specification
from sim.build import Stage
from sim.load import ConfigError, configs
from sim.mechanisms import Mechanisms
from sim.organisations import ON_REQUEST
from sim.priors import posterior, posterior_draw, posterior_rows
from sim.streams import world_key
from sim.world import MILITARY


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return load_cases()[0]


@pytest.fixture(scope="module")
def raw() -> list[dict]:
    return yaml.safe_load((configs() / "case" / "crises.yaml").read_text(encoding="utf-8"))


def by_id(cases: list[Case], name: str) -> Case:
    return next(c for c in cases if c.id == name)


def written(path, entries) -> str:
    path.write_text(yaml.safe_dump(entries), encoding="utf-8")
    return path.as_posix()


@pytest.mark.exact
def test_the_shipped_cases_are_valid(cases):
    """Sixty crises, three kinds, and the counts of requests and help that the notes of the set state."""
    assert len(cases) == 60 and load_cases()[1] == []
    for kind, n, asked, helped in (("domestic", 39, 8, 3), ("insurgency", 4, 4, 3), ("interstate", 17, 14, 1)):
        mine = [c for c in cases if c.kind == kind]
        assert (len(mine), sum(c.requested for c in mine), sum(c.helped for c in mine)) == (n, asked, helped)


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
    found, faults = load_cases(written(tmp_path / "c.yaml", [bad, good]))
    assert [c.id for c in found] == [good["id"]]
    assert len(faults) == 1 and faults[0].startswith(bad["id"]) and expected in faults[0]


@pytest.mark.exact
def test_missing_and_repeated_entries(tmp_path, raw):
    """A missing field, an entry that is no mapping, and a second case of one name are faults of their own."""
    short = json.loads(json.dumps(raw[0]))
    del short["ex_ante"]["adversary"]
    found, faults = load_cases(written(tmp_path / "c.yaml", [short, "text", raw[1], raw[1]]))
    assert len(found) == 1 and len(faults) == 3
    assert "adversary=absent" in faults[0] and faults[1].startswith("case 2") and "must be unique" in faults[2]


@pytest.mark.exact
def test_absent_outcomes_unknown_hosts_and_patrons(tmp_path, raw):
    """Outcome fields may be absent or null, hosts and patrons unknown; first-week facts may be unknown too."""
    one = json.loads(json.dumps(raw[0]))
    one |= {"id": "new", "host": "XYZ", "outcome": {"help_request_kind": None}}
    one["ex_ante"] |= {"primary_patron": "QQQ", "polyarchy": None, "elite_split": None}
    (case,), faults = load_cases(written(tmp_path / "c.yaml", [one]))
    assert faults == [] and case.requested is None and case.helped is None and case.survived(90) is None
    assert "QQQ" in [p.code for p in day_zero(case).patrons] and first_week(case) is None
    known = load_cases()[0]
    spec = specification(case, weeks_of(case, known, "first_week"), days=5, citizens=200)
    assert len(spec.scenario.facts.first_week) == len(donors(case, known)) and sim.simulate(spec).days == 5


@pytest.mark.exact
def test_first_week_facts_are_never_taken_from_the_own_host(cases):
    """Donors are other hosts of the same kind, and none that shares a war; their chances sum to 1."""
    for case in cases:
        own = [first_week(c) for c in cases if c.host == case.host or c.event == case.event]
        found = donors(case, cases)
        assert np.isclose(sum(w for _, w in found), 1.0)
        assert not any(week is mine for week, _ in found for mine in own)
        expected = [c for c in cases if c.host != case.host and c.event != case.event and c.kind == case.kind]
        assert len(found) == len(expected)


@pytest.mark.exact
def test_day_zero_does_not_read_the_first_week(cases):
    """Changing every first-week fact and the outcome of a case changes nothing on day 0."""
    case = by_id(cases, "kgz-2010-april")
    other = {"elite_split": "none", "security_forces": "loyal", "armed_challenge": "none", "key_sites_lost_week1": False,
             "initial_protest_pct": 9.0}  # fmt: skip
    twin_case = Case(**(vars(case) | {"facts": case.facts | other, "outcome": {}}))
    rest = [c for c in cases if c.id != case.id]
    a = specification(case, weeks_of(case, cases, "day_zero"))
    b = specification(twin_case, weeks_of(twin_case, [*rest, twin_case], "day_zero"))
    assert a == b


@pytest.mark.exact
def test_patrons_of_a_case(cases):
    """Clause by date, the adversary is nobody's patron, an outside patron is added, distraction shrinks the force."""
    kaz = {p.code: p for p in day_zero(by_id(cases, "kaz-2022-january")).patrons}
    osh = {p.code: p for p in day_zero(by_id(cases, "kgz-2010-osh")).patrons}
    assert kaz["RUS"].internal and not osh["RUS"].internal and osh["RUS"].external
    assert "RUS" not in {p.code for p in day_zero(by_id(cases, "ukr-2022-invasion")).patrons}
    assert "AUS" in {p.code for p in day_zero(by_id(cases, "slb-2021")).patrons}
    after = {p.code: p for p in day_zero(by_id(cases, "arm-2022-sept")).patrons}
    assert after["RUS"].committed == 0.9 and after["RUS"].soldiers == pytest.approx(0.1 * 12.0, rel=0.05)


@pytest.mark.exact
def test_facts_are_neutral_where_there_are_none(spec):
    """A scenario without coded facts has no strain, no outsider, no armed challenge."""
    assert spec.scenario.facts is None
    world = Stage(spec).world(1, 0)
    assert not world.strain.any() and not world.outsider.any() and not world.armed.any()


@pytest.mark.exact
def test_coded_facts_take_effect_as_declared(cases):
    """Rents, legitimacy, capacity and sizes of events are those of the parameters' own formulas."""
    case = by_id(cases, "kgz-2005-tulip")
    week, day0, rules = first_week(case), day_zero(case), Mechanisms()
    world = Stage(specification(case, [(week, 1.0)])).world(1, 0)
    d = rules.defection
    log_rents = d.base_rents + d.autocracy_rents * day0.autocracy + d.tenure_rents * day0.tenure - d.split_rents
    assert np.allclose(np.log(world.rent_ratio), log_rents - np.array([d.wavering_rents, 0.0, 0.0, 0.0]))
    assert world.capacity[0] == pytest.approx((1.0 - rules.policing.wavering) * np.exp(-rules.policing.key_sites))
    sizes = {s.name: s.size for s in world.shocks}
    full = rules.shocks.full_grievance * np.exp(rules.shocks.first_days * week.crowd)
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
@settings(max_examples=30, deadline=None)
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
    assert Hosts(["A", "A"]).interval(values, weight) == pytest.approx((0.2, 0.2, 0.2))
    assert Hosts(["A", "B"]).skill(values, values, weight) == pytest.approx((0.0, 0.0, 0.0))
    mean, low, high = Hosts(["A", "B"]).interval(values, weight)
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
    assert np.isnan(observed(Case(**(vars(new) | {"outcome": {}})), "helped"))


@pytest.mark.exact
def test_recalibration_keeps_the_order():
    """A rising curve: forecasts keep their order, and the mean over the training cases is their base rate."""
    rng = np.random.default_rng(4)
    p = rng.uniform(0.05, 0.95, 200)
    y = (rng.random(200) < 0.3 + 0.4 * (p > 0.5)).astype(float)
    q = recalibrated(p, p, y, np.ones(200))
    assert (np.diff(q[np.argsort(p)]) > 0).all() and q.mean() == pytest.approx(y.mean(), abs=0.01)


@pytest.mark.exact
def test_addressees_in_classes(cases):
    """CSTO and RUS are one class, NATO and European states another; nobody asked is no class."""
    found = {c.id: asked_class(c) for c in cases}
    assert found["kaz-2022-january"] == 0 == found["kgz-2010-osh"] and found["mli-2013"] == 2
    assert found["arm-2018-velvet"] is None and found["nk-2020-aze"] == 1


@pytest.mark.exact
def test_active_share_has_the_closed_form_of_the_citizens():
    """(g - T)^2 / (2 g P) where P >= g - T, else 1 - T/g - P/(2g); negative thresholds by integration."""
    g, t = 0.82, 0.1
    assert twin_streets.acting(g, 1.0, t) == pytest.approx((g - t) ** 2 / (2 * g))
    assert twin_streets.acting(g, 0.05, t) == pytest.approx(1 - t / g - 0.05 / (2 * g))
    assert twin_streets.acting(g, 0.0, t) == pytest.approx(1 - t / g) and twin_streets.acting(0.05, 1.0, t) == 0.0
    r = (np.arange(20000) + 0.5) / 20000
    exact = np.clip(1.0 - (-0.1 + r * 0.4) / 0.5, 0.0, 1.0).mean()
    assert twin_streets.acting(0.5, 0.4, -0.1) == pytest.approx(exact, abs=1e-4)


@pytest.mark.exact
def test_the_twin_reads_parameters_of_the_mechanisms():
    """Every path exists, its place in a vector is its default, and the calibrated ones have priors."""
    vector, box = reference_vector(), prior_box()
    assert vector.shape == (len(layout.READ),) and vector[layout.MU] == Mechanisms().contest.protesters_per_officer
    assert (box.low < box.high).all() and box.low.shape == (len(layout.FREE),)
    assert layout.READ[layout.LICENCE] == "response.framing_licence" == layout.FREE[-1]
    assert len(set(layout.READ)) == len(layout.READ) and layout.FREE[: len(layout.ADAPTED)] == layout.ADAPTED
    claims = [m for m in layout.OPEN if not Mechanisms.model_fields[m.split(".")[0]].annotation.model_fields[
        m.split(".")[1]].json_schema_extra["claim"]]  # fmt: skip
    assert claims == []  # what the record says little about and carries no claim is fixed, not drawn


@pytest.mark.exact
def test_nobody_asks_or_falls_without_cause(cases):
    """No shock, no armed challenge, no erosion: no request and no fall in any draw; the same draws give the same bits."""
    packed = pack([by_id(cases, "kaz-2022-january")], cases, 8)
    calm = packed.scalars.copy()
    calm[0, layout.SCALARS.index("shock")] = 0.0
    weeks = np.zeros_like(packed.weeks[0])
    one = reference_vector()[None]
    a = twin.population(one, calm, packed.patrons, packed.n_patrons, weeks, 3)
    assert a[0, 0, :4].tolist() == [0.0, 0.0, 0.0, 0.0]
    b = [twin.population(one, packed.scalars, packed.patrons, packed.n_patrons, packed.weeks[0], 3) for _ in range(2)]
    assert np.array_equal(*b) and b[0][0, 0, 0] > 0.0


@pytest.mark.statistical
def test_the_twin_agrees_with_the_agent_model(cases):
    """Requests, help and falls of three crises at the reference values: 40 worlds of each against 400 draws of the twin.

    Twelve comparisons at 4.5 standard errors plus 0.08 for the mean field: false alarm below 1 in 1,000 if they agree.
    """
    chosen = [by_id(cases, name) for name in ("blr-2006-jeans", "mli-2013", "nk-2020-arm")]
    packed = pack(chosen, cases, 400)
    twins = twin.population(reference_vector()[None], packed.scalars,
                            packed.patrons, packed.n_patrons, packed.weeks[0], 11)[0]  # fmt: skip
    task = specify(chosen, cases, "first_week", lambda case: {"days": 100, "citizens": 1000, "seed": 2})
    for c in range(len(chosen)):
        _, _, rows = task((c, range(40)))
        fall = np.nan_to_num(rows[:, COLUMNS.index("fall_day")], nan=999.0)
        seen = [rows[:, 0].mean(), rows[:, COLUMNS.index("helped")].mean(), (fall < 90).mean()]
        for mine, theirs in zip(seen, twins[c, :3], strict=True):
            se = np.sqrt(max(theirs * (1 - theirs), 0.02) / 40)
            assert abs(mine - theirs) < 4.5 * se + 0.08, (chosen[c].id, seen, twins[c, :3])


@pytest.mark.statistical
def test_population_monte_carlo_finds_a_known_posterior():
    """Uniform prior on the square, one observation with Gaussian noise: mean and spread within 4 Monte Carlo errors.

    The second coordinate is not adapted, and its posterior is its prior; two chains are pooled.
    """

    def evaluate(unit):
        score = -0.5 * (((unit[:, 0] - 0.3) / 0.05) ** 2)
        return score, unit[:, :1]

    chains = [population_monte_carlo(evaluate, 2, 1, (200, 200, 200), np.random.default_rng([5, n])) for n in range(2)]
    found = Chain.pooled(chains)
    unit, w = found.unit, normalised(found.score - found.proposed)
    n = effective(w)
    mean = w @ unit[:, 0]
    assert n > 200 and abs(mean - 0.3) < 4 * 0.05 / np.sqrt(n)
    assert np.sqrt(w @ (unit[:, 0] - mean) ** 2) == pytest.approx(0.05, rel=0.2)
    assert abs(w @ unit[:, 1] - 0.5) < 4 * 0.29 / np.sqrt(n)


@pytest.mark.exact
def test_a_host_is_left_out_of_its_weights(cases):
    """The weights of a fold do not change with the score of the crises of its hosts."""
    rng = np.random.default_rng(1)
    by_case, proposed = rng.normal(size=(50, len(cases))), np.zeros(50)

    def weights(scores: np.ndarray) -> dict[str, np.ndarray]:
        return fold_weights(cases, Chain(np.empty((50, 1)), scores.sum(axis=1), scores, proposed))

    before = weights(by_case)
    changed = by_case.copy()
    changed[:, [i for i, c in enumerate(cases) if c.host == "KGZ"]] += rng.normal(size=(50, 10))
    after = weights(changed)
    assert np.allclose(before["KGZ"], after["KGZ"]) and not np.allclose(before["UKR"], after["UKR"])
    assert np.array_equal(before["ARM"], before["AZE"]) and all(np.isclose(w.sum(), 1.0) for w in before.values())


@pytest.mark.exact
def test_a_fold_of_few_vectors_is_refused():
    """The message names the folds and their effective sample sizes."""
    refuse_the_few({"all": 300.0, "KAZ": 100.0}, 100.0)
    with pytest.raises(ConfigError, match=r"below 100 \(KGZ 12\): nothing is written"):
        refuse_the_few({"all": 300.0, "KGZ": 12.0}, 100.0)


@pytest.mark.exact
def test_worlds_are_weighed_as_if_a_second_host_were_unseen(cases):
    """Drawn without the own host and weighed again, the vectors have the mean of the posterior without both hosts.

    That posterior is the product of two shipped ones over the whole one, by the independence of cases given a vector.
    """
    names, vectors_, reached = posterior()
    share = {host: np.diff(w, prepend=0.0) for host, w in reached.items()}
    case, runs = by_id(cases, "ukr-2004-orange"), 40_000
    weight = forecast.unseen([case], runs, "KGZ")[0]
    assert weight.sum() == pytest.approx(1.0) and (weight >= 0.0).all()
    column = names.index("defection.base_rents")
    drawn = vectors_[posterior_rows(np.arange(runs), "UKR"), column]
    seen = share[""] > 0.0
    both = np.where(seen, share["UKR"] * share["KGZ"] / np.where(seen, share[""], 1.0), 0.0)
    expected = both @ vectors_[:, column] / both.sum()
    assert weight @ drawn == pytest.approx(expected, abs=0.02)


@pytest.mark.exact
def test_requests_read_their_coefficients(spec, vary):
    """Neutral values change nothing; each coefficient moves the worth of a request by what it says."""
    response = Mechanisms().response
    world = Stage(spec).world(1, 0)
    charter = next(c for c in world.charters if c.force and world.host in c.members)

    def utility(**values) -> float:
        rules = response.model_copy(update=values)
        return rules.request_utility(world, world.host, charter, 0.004, 0.5, lambda force, active: 0.9)

    hope, stake, gain = world.rules.assistance.expected_consent(world, charter, world.host), response.stake, 0.4
    assert utility(foresight=0.0) - utility() == pytest.approx(stake * gain * (0.5 - hope))
    assert utility(foresight=1.0, openness_cost=0.0) == utility()
    closed = min(1.5, (0.45 - world.polyarchy.item(world.host)) / 0.2)
    assert closed > 0.0 and utility(openness_cost=0.5) - utility() == pytest.approx(0.5 * closed)
    strange = 1.0 - world.dependence.item(MILITARY, charter.leader, world.host)
    assert 0.0 < strange < 0.5 and utility(stranger_cost=0.5) - utility() == pytest.approx(-0.5 * strange)
    assert charter.clause(False) == 1.0 and utility(clause_gain=0.3) - utility() == pytest.approx(0.3)
    world.armed[world.host] = 0.25
    assert utility(armed_licence=1.0) == utility()  # where nothing is to be paid, nothing is remitted
    assert utility(home_cost=1.0, armed_licence=2.0) - utility() == pytest.approx(-0.5)


@pytest.mark.exact
def test_soldiers_stay_while_anybody_fights(cases):
    """Calm streets end a deployment only once the armed challenge has waned."""
    case = by_id(cases, "mli-2013")
    world = Stage(specification(case, [(first_week(case), 1.0)])).world(1, 0)
    charter, s = next(c for c in world.charters if c.pool_rapid > 0.0), world.host
    asked = charter.row, ON_REQUEST, s
    world.pledged[asked], world.stationed[asked], world.calm_days[s] = True, 500.0, 30
    for armed, backed in ((0.5, True), (0.01, False)):
        world.armed[s] = armed
        world.rules.logistics.stay_or_leave(world, charter, s)
        assert bool(world.pledged[asked]) is backed


@pytest.mark.statistical
def test_a_gathered_crowd_has_the_spread_of_single_citizens():
    """Crowds of which every citizen re-decides: mean and binomial spread within 5 standard errors over 4,000 days."""
    found = np.array([twin_streets.gathered(0.02, 1.0, 7, 3, day) for day in range(4000)])
    sd = np.sqrt(0.02 * 0.98 / layout.ROWS)
    assert abs(found.mean() - 0.02) < 5 * sd / np.sqrt(4000)
    assert abs(found.std() / sd - 1.0) < 5 / np.sqrt(8000)


@pytest.mark.exact
def test_the_primary_patron_counts_for_more(cases):
    """A share of every channel goes to the primary patron beyond the coded level, and the others keep the rest."""
    patrons = {p.code: p for p in day_zero(by_id(cases, "mli-2013")).patrons}
    assert patrons["FRA"].dependence == pytest.approx((0.65, 0.65, 0.37))
    assert patrons["WEST"].dependence == pytest.approx((0.63, 0.63, 0.35))


@pytest.mark.exact
def test_the_likelihood_by_hand(cases):
    """Two trichotomies and the addressee with a tenth of discrepancy, by weight of evidence."""
    case = by_id(cases, "bhr-2011")
    means = np.zeros((1, 2, 1, len(layout.OUTCOMES)))
    means[:, :, 0, :4] = [0.5, 0.3, 0.2, 0.4]
    means[:, :, 0, layout.FIRST_ASKED:] = [0.0, 0.0, 0.1, 0.4]  # it asked Saudi Arabia: one of the others
    expected = np.log(0.9 * 0.3 + 0.1 * 0.12) + np.log(0.9 * 0.6 + 0.1 * 0.78)
    expected += np.log(0.9 * (0.4 + FEW / 4.0) / (0.5 + FEW) + 0.1 / 4.0)
    assert scores(means, [case])[0, 0] == pytest.approx(EVIDENCE * expected)


@pytest.mark.exact
def test_a_posterior_draw_belongs_to_the_replication(spec, vary):
    """Two seeds, two scenarios: the same calibrated parameters in the same replication, others in the next."""
    names, vectors_, weights = posterior()
    assert vectors_.shape[1] == len(names) and "" in weights and "KAZ" in weights
    rules = [posterior_draw(Mechanisms(), world_key(seed, r), r) for seed, r in ((1, 4), (9, 4), (1, 5))]
    picked = [[getattr(getattr(r, p.split(".")[0]), p.split(".")[1]) for p in names] for r in rules]
    assert picked[0] == picked[1] != picked[2]
    world = Stage(vary(spec, {"parameters": "posterior"})).world(7, 4)
    assert world.rules.contest.protesters_per_officer == rules[0].contest.protesters_per_officer
    low, high = (
        Mechanisms.model_fields["contest"].annotation.model_fields["protesters_per_officer"].json_schema_extra["prior"]
    )
    assert all(low <= r.contest.protesters_per_officer <= high for r in rules)


@pytest.mark.exact
def test_what_the_user_has_set_stays_in_the_posterior():
    """A value that differs from the default is not drawn; an unknown host is refused."""
    mine = Mechanisms.model_validate({"contest": {"protesters_per_officer": 0.31}})
    assert posterior_draw(mine, 1, 0).contest.protesters_per_officer == 0.31
    with pytest.raises(ValueError, match="knows no host"):
        posterior_draw(mine, 1, 0, without="XXX")


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
    (row,) = csv.DictReader((out / "cases.csv").open(encoding="utf-8"))
    for fields in ("first_week", "day_zero"):
        for outcome in ("requested", "helped", "survived_90d", "survived_365d"):
            assert 0.0 < float(row[f"p_{outcome}_{fields}"]) < 1.0
    assert float(row["outcome_requested"]) == 1.0
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["left_out"] and set(summary["scores"]) == {"first_week", "day_zero"}
    assert {p.stem for p in (out / "figures").iterdir()} == {"skill", "calibration", "cases"}


@pytest.mark.exact
def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    """No such file: exit status 2, one message, nothing written."""
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["backtest", "cases=nowhere.yaml", f"out={out.as_posix()}"])
    assert result.exit_code == 2 and "cases=nowhere.yaml: cannot be read" in result.output and not out.exists()


@pytest.mark.exact
def test_workers_take_a_task_without_its_stages(cases):
    """What travels to workers is specifications alone."""
    task = Crises([], [], {0: object()})
    assert task.__getstate__()["_stages"] == {}
