"""Intervals hold what they promise; regret, survival and pairing are what their definitions say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, norm

import sim
from experiments.compare import intervals
from experiments.compare.intervals import mean_interval, share_difference_interval
from experiments.compare.robustness import Objective, assess, regret
from experiments.compare.statistics import estimate, interval, paired_difference, variance_ratio, zero_count_bound
from experiments.compare.survival import difference_over_time, kaplan_meier, time_in_office
from experiments.compare.verdicts import decide, pairing
from experiments.explore.shares import wilson
from experiments.results.few_replications import coverage_of, fewest_replications
from experiments.results.interval_kinds import BOOTSTRAP, EXPLAINED, NONE, SCORE, SKEWED, WILSON
from experiments.statements.comparisons import pairing_form
from experiments.statements.differences import sentence
from experiments.studies import coverage
from sim.core.wording import number
from sim.metrics import METRICS, compute_metrics, range_of
from sim.records.ensemble import Ensemble, ensemble_of
from sim.records.variables import BY_NAME, variable_range

CONFIDENCE = 0.95


def arm(name: str, days: int = 10, **metrics) -> Ensemble:
    """An ensemble of given metrics."""
    values = {k: np.array(v, float) for k, v in metrics.items()}
    return Ensemble(name, name, "#000000", "A", "A", ("B",), (), None, days, values, {})


@pytest.mark.exact
def test_intervals_and_differences():
    """Wilson for shares, nothing from nothing, constants without width, pairs only where both were observed."""
    low, high = interval(np.array([1.0] * 8 + [0.0] * 2), CONFIDENCE, share=True)[1:3]
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)  # Wilson 1927 for 8 of 10
    assert interval(np.array([np.nan, np.nan]), CONFIDENCE)[3] == 0
    assert interval(np.array([2.0, 2.0]), CONFIDENCE)[:3] == (2.0, 2.0, 2.0)
    assert estimate(np.array([2.0]), CONFIDENCE)["interval"] == NONE
    cell = paired_difference(np.array([1.0, 2.0, np.nan, 5.0]), np.array([0.0, 2.0, 1.0, np.nan]), CONFIDENCE)
    assert cell["n"] == 2 and cell["mean"] == 0.5 and cell["share_positive"] == 0.5 == cell["share_equal"]


@pytest.mark.exact
def test_each_interval_is_named():
    """Shares, many values, few values that carry the variance, and none."""
    rng = np.random.default_rng(1)
    zero, many, few = np.zeros(60), rng.normal(size=60), np.eye(60)[3]
    assert paired_difference(many, zero, CONFIDENCE)["interval"] == BOOTSTRAP
    assert paired_difference(few, zero, CONFIDENCE)["interval"] == SKEWED
    assert paired_difference(few, zero, CONFIDENCE, share=True)["interval"] == SCORE
    assert paired_difference(zero, zero, CONFIDENCE)["interval"] == NONE
    assert all(kind in EXPLAINED for kind in (BOOTSTRAP, SKEWED, SCORE, NONE))


@pytest.mark.exact
def test_the_score_interval_ends_where_its_test_rejects():
    """At both ends the normal score is the quantile; no replication that differs gives a symmetric interval of about 4 / n."""
    low, high = share_difference_interval([7, 0], [2, 0], 40, CONFIDENCE)
    quantile = norm.ppf(0.975)
    for end, score in ((low, quantile), (high, -quantile)):
        score_at_end = intervals._score(np.array([7.0, 0.0]), np.array([2.0, 0.0]), 40, end)
        assert score_at_end == pytest.approx([score, score], rel=1e-6)
    assert low[1] == pytest.approx(-high[1]) and high[1] == pytest.approx(quantile**2 / (40 + quantile**2), rel=1e-6)


@pytest.mark.exact
def test_rule_of_three():
    """What none of n replications shows happens in at most about 3 / n of them; exactly, that many would show it with 95 %."""
    assert zero_count_bound(300, 0.95) == pytest.approx(0.01, rel=0.01)
    for n in (1, 7, 1000):
        assert (1 - zero_count_bound(n, 0.9)) ** n == pytest.approx(0.1)


@pytest.mark.exact
def test_the_variance_ratio_is_that_of_all_other_pairings():
    """The denominator equals the mean variance over all rotations of one arm; equal arms give 0, constants nothing."""
    rng = np.random.default_rng(3)
    common = rng.normal(size=25)
    a, b = common + 0.1 * rng.normal(size=25), common + rng.exponential(size=25)
    rotated = np.mean([np.var(a - np.roll(b, k), ddof=1) for k in range(1, 25)])
    assert variance_ratio(a, b) == pytest.approx(np.var(a - b, ddof=1) / rotated)
    assert variance_ratio(a, a) == 0.0
    assert np.isnan(variance_ratio(np.ones(5), np.zeros(5))) and np.isnan(variance_ratio(a[:1], b[:1]))


HEAVY = (
    "log-normal, spread 1.5",
    "log-normal from 0, spread 1.5",
    "log-normal, spread 1",
    "log-normal from 0, spread 1",
)


@pytest.mark.statistical
@pytest.mark.parametrize("n", [10, 30, 200])
@pytest.mark.parametrize("name", [n for n in coverage.cases() if n not in (*HEAVY, *coverage.UNREACHED)])
def test_intervals_of_means_cover(name, n):
    """95 % intervals hold the truth in at least 89.5 % of 400 samples, whatever the range, skewness and number of zeros.

    The lowest coverage measured at length is 0.93 (docs/comparison.md); a case of that coverage fails with probability 0.5 %.
    """
    assert coverage.mean_coverage(coverage.cases()[name], n, repeats=400, seed=11)[0] >= 0.895


@pytest.mark.statistical
@pytest.mark.parametrize(
    "name, least",
    list(zip((*HEAVY, *coverage.UNREACHED), (0.80, 0.80, 0.87, 0.87, 0.33, 0.80, 0.59, 0.82, 0.85), strict=True)),
)
def test_heavy_tails_are_covered_as_stated(name, least):
    """No interval without assumptions covers a mean that rests on values which ten replications seldom show: measured at length, 0.41
    to 0.92 (docs/comparison.md); a case of that coverage falls below the bound in 400 samples with probability below 2e-3."""
    assert coverage.mean_coverage(coverage.cases()[name], 10, repeats=400, seed=11)[0] >= least


@pytest.mark.statistical
def test_the_table_of_few_replications_is_measured():
    """Coverage at n = 3 lies in the recorded span, for every kind of value, within three standard errors of 300 samples."""
    recorded = coverage_of(3)
    for case in coverage.cases().values():
        rate = coverage.mean_coverage(case, 3, repeats=300, seed=5)[0]
        assert recorded["lowest"] - 0.09 <= rate <= recorded["highest"]
    assert coverage_of(10) is None is coverage_of(1)


@pytest.mark.exact
@pytest.mark.parametrize("n", [2, 5])
def test_the_table_of_few_replications_holds_shares(n):
    """The recorded minima are those of a coverage that is summed over all outcomes."""
    recorded = coverage_of(n)
    assert recorded["share"] == pytest.approx(coverage.lowest_share_coverage(n), abs=5e-4)
    assert recorded["difference"] <= coverage.pair_coverage(0.7, 0.3, n)[0] + 5e-4
    chance = sum(
        binom.pmf(k, n, 0.3) for k in range(n + 1) if wilson(k / n, n, 0.95)[0] <= 0.3 <= wilson(k / n, n, 0.95)[1]
    )
    assert coverage.share_coverage(0.3, n)[0] == pytest.approx(chance) and chance >= recorded["share"] - 5e-4


@pytest.mark.exact
def test_the_fewest_replications_are_those_of_any_interval():
    """Means, shares of replications and their differences alike; what has no interval, or one replication, does not count."""
    kinds = (BOOTSTRAP, SKEWED, SCORE, WILSON)
    assert [fewest_replications([{"n": 30, "interval": BOOTSTRAP}, {"n": 4, "interval": kind}]) for kind in kinds] == [
        4
    ] * 4
    assert (
        fewest_replications([{"n": 5, "interval": WILSON}, {"n": 3, "interval": NONE}, {"n": 1, "interval": WILSON}])
        == 5
    )
    assert fewest_replications([]) == 0


@pytest.mark.property
@settings(max_examples=200)
@given(st.data())
def test_an_interval_lies_in_the_range_of_its_metric(data):
    """For every metric and daily variable: low <= mean <= high, inside the range, also where values lie at its ends; in any
    order of the replications the same; differences inside the width of the range."""
    days = data.draw(st.integers(1, 400))
    ranges = [m.within for m in METRICS.values()] + [v.within for v in BY_NAME.values()]
    bottom, top = data.draw(st.sampled_from(ranges)).within(days)
    inside = st.floats(max(bottom, -1e7), min(top, 1e7))
    ends = st.sampled_from([end for end in (bottom, top) if np.isfinite(end)] or [0.0])
    arms = [
        np.array(data.draw(st.lists(st.one_of(inside, ends), min_size=n, max_size=n)))
        for n in [data.draw(st.integers(2, 12))] * 2
    ]
    for values, within in ((arms[0], (bottom, top)), (arms[0] - arms[1], (bottom - top, top - bottom))):
        cell = estimate(values, data.draw(st.sampled_from([0.5, 0.95, 0.999])), within=within)
        slack = 1e-9 * max(1.0, np.abs(values).max())
        assert within[0] <= cell["low"] <= cell["mean"] + slack and cell["mean"] - slack <= cell["high"] <= within[1]
        assert (cell["interval"] == NONE) == (values.min() == values.max())
    low, high, _ = mean_interval(np.stack([arms[0], arms[0][::-1]], axis=1), 0.95, (bottom, top))
    assert low[0] <= high[0] and np.isfinite([low, high]).all()


@pytest.mark.exact
@pytest.mark.parametrize("low, high", [(0.0, 5e-324), (1.0, np.nextafter(1.0, 2.0)), (0.0, 1e-300), (3.0, 1e300)])
def test_values_that_differ_by_a_last_bit_or_by_a_world_have_an_interval(low, high):
    """The mean of such values is rounded to an end of their range; the interval still lies in the range and holds the mean."""
    for values in ([low, high], [high] * 5 + [low], [low] * 9 + [high]):
        below, above, _ = mean_interval(np.array(values)[:, None], CONFIDENCE, (low, np.inf))
        assert low <= below[0] <= np.mean(values) <= above[0]


@pytest.mark.property
@settings(max_examples=60)
@given(st.lists(st.integers(0, 40), min_size=2, max_size=12), st.sampled_from([1e-6, 0.25, 1e4]))
def test_an_interval_scales_with_its_unit_and_turns_with_its_range(values, unit):
    """In another unit the interval is the same in that unit; of what is left to the top of the range it is the mirror image."""
    values = np.array(values, float)[:, None]
    low, high, _ = mean_interval(values, CONFIDENCE, (0.0, 40.0))
    scaled = mean_interval(unit * values, CONFIDENCE, (0.0, 40.0 * unit))
    assert (scaled[0] / unit, scaled[1] / unit) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))
    turned = mean_interval(40.0 - values, CONFIDENCE, (0.0, 40.0))
    assert (40.0 - turned[1], 40.0 - turned[0]) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))


@pytest.mark.exact
def test_time_in_office_and_regret_stay_in_their_ranges():
    """Mean time in office ends at the horizon, mean regret of a share of replications at one, of an alignment at its width; none is below zero."""
    assert estimate(np.array([40.0] * 9 + [31.0]), CONFIDENCE, within=(0.0, 40.0))["high"] < 40.0
    few = [arm("a", deaths=[0, 0, 0, 900]), arm("b", deaths=[0, 0, 1, 0])]
    assessed = assess(few, Objective(metric="deaths", direction="min"), CONFIDENCE)["arms"]
    assert all(0.0 < one["mean_regret_low"] < one["mean_regret"] for one in assessed.values())
    wide = [arm("a", **{"elite_change_30d:RUS": [2, 2, -2]}), arm("b", **{"elite_change_30d:RUS": [-2, -2, 2]})]
    assessed = assess(wide, Objective(metric="elite_change_30d:RUS"), CONFIDENCE)["arms"]
    assert all(one["mean_regret_low"] > 0.0 and one["mean_regret_high"] < 4.0 for one in assessed.values())


@pytest.mark.exact
def test_ends_are_reached_without_being_cut():
    """The equation whose solution an end is: the error at it is that which the range leaves; for zeros and ones it is Wilson's."""
    distance, rise, fall = np.array([0.7, -0.7, 3.0, -3.0, 1e6, -1e6]), np.full(6, 2.0), np.full(6, 0.5)
    x = intervals._solved(distance, (rise, fall))
    assert (x > -0.5).all() and (x < 2.0).all() and np.array_equal(np.sign(x), -np.sign(distance))
    assert x[:4] ** 2 == pytest.approx((distance**2 * (1 + rise * x) * (1 - fall * x))[:4])
    zero = np.zeros(6)
    assert intervals._solved(distance, (zero, zero)) == pytest.approx(-distance)
    share, n, quantile = 0.3, 20, norm.ppf(0.975)
    expected = [end - share for end in binomtest(6, n).proportion_ci(0.95, method="wilson")]
    steps = np.array([quantile, -quantile]) * np.sqrt(share * (1 - share) / n)
    ends = intervals._solved(steps, (np.full(2, 1 / share), np.full(2, 1 / (1 - share))))
    assert ends == pytest.approx(expected)


@pytest.mark.exact
def test_every_metric_and_variable_has_a_range():
    """Low below high; shares, percents, days and amounts have the ends that their units say."""
    ends = {
        "share of replications": (0, 1),
        "percent of population": (0, 100),
        "days from onset": (0, 60),
        "persons": (0, np.inf),
    }
    ends |= {
        "million USD": (0, np.inf),
        "0 to 1": (0, 1),
        "-1 to 1": (-1, 1),
        "points": (-100, 100),
        "payoff": (-np.inf, np.inf),
    }
    for one in (*METRICS.values(), *BY_NAME.values()):
        low, high = one.within.within(60)
        assert low < high and (low, high) == ends.get(one.unit, (low, high)), one.name
    assert METRICS["gap_change_30d"].within.within(60) == (-4, 4) and METRICS["council_after_peak"].within.within(
        60
    ) == (-60, 60)


@pytest.mark.exact
@pytest.mark.parametrize("n", [10, 25, 50])
@pytest.mark.parametrize("more, fewer", [(0.01, 0.0), (0.02, 0.02), (0.1, 0.1), (0.3, 0.05), (0.9, 0.0), (0.7, 0.3)])
def test_intervals_of_shares_cover(more, fewer, n):
    """Exact coverage over all outcomes of n pairs of replications stays within 0.92 and 1."""
    assert coverage.pair_coverage(more, fewer, n)[0] >= 0.92


@pytest.mark.statistical
def test_no_effect_is_seldom_decided():
    """Rare differences that go both ways at random: at most 5 % of verdicts see an effect.

    500 comparisons of 80 replications; at a true rate of 5 % more than 8 % are decided with probability below 2e-3.
    """
    rng = np.random.default_rng(8)
    decided = 0
    for _ in range(500):
        values = rng.choice([-1.0, 1.0], 80) * rng.exponential(size=80) * (rng.random(80) < 0.15)
        cell = paired_difference(values, np.zeros(80), CONFIDENCE)
        decided += decide(cell, CONFIDENCE) in ("higher", "lower")
    assert decided / 500 <= 0.08


@pytest.mark.statistical
def test_a_known_effect_is_recovered():
    """Replications that share all but a tenth of their spread: the effect of 0.3 is found, and pairing is worth much.

    The interval misses 0.3 with probability 0.05; this seed is one of the others.
    """
    rng = np.random.default_rng(4)
    common = rng.exponential(1.0, 200)
    cell = paired_difference(common + 0.3 + 0.1 * rng.normal(size=200), common, CONFIDENCE)
    assert cell["low"] <= 0.3 <= cell["high"] and cell["high"] - cell["low"] < 0.06
    assert decide(cell, CONFIDENCE) == "higher" and cell["variance_ratio"] < 0.02


@pytest.mark.property
@settings(max_examples=60)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40), st.sampled_from([0.5, 0.9, 0.99]))
def test_an_interval_holds_its_mean_and_turns_with_its_sign(values, confidence):
    """low <= mean <= high, finite; of the negative values it is the mirror image."""
    values = np.array(values)[:, None]
    low, high, _ = mean_interval(values, confidence)
    mirrored_low, mirrored_high, _ = mean_interval(-values, confidence)
    slack = 1e-9 * max(1.0, np.abs(values).max())
    assert np.isfinite(low[0]) and np.isfinite(high[0])
    assert low[0] - slack <= values.mean() <= high[0] + slack
    assert mirrored_low[0] == pytest.approx(-high[0], rel=1e-6, abs=slack)
    assert mirrored_high[0] == pytest.approx(-low[0], rel=1e-6, abs=slack)


@pytest.mark.exact
def test_columns_do_not_touch_one_another():
    """Each column of a series has the interval that it has alone, however small or large its values are."""
    rng = np.random.default_rng(2)
    columns = np.column_stack(
        [rng.normal(size=30), 1e-9 * rng.exponential(size=30), np.full(30, 0.1 + 0.2), np.eye(30)[1]]
    )
    low, high, kind = mean_interval(columns, CONFIDENCE)
    for j in range(4):
        alone = mean_interval(columns[:, j : j + 1], CONFIDENCE)
        assert (low[j], high[j]) == pytest.approx((alone[0][0], alone[1][0]), rel=1e-9) and kind[j] == alone[2][0]
    assert low[2] == high[2] == 0.1 + 0.2


@pytest.mark.property
@settings(max_examples=50)
@given(st.lists(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3), min_size=1, max_size=8))
def test_regret_is_behind_the_best(values):
    """Never negative, zero for somebody in every replication, and maximising x is minimising -x."""
    values = np.array(values).T
    lost = regret(values, "max")
    assert (lost >= 0).all() and (lost.min(axis=0) == 0).all()
    assert np.array_equal(lost, regret(-values, "min"))


@pytest.mark.exact
def test_robustness_by_hand():
    """Four replications, two arms, one replication that is not observed in both."""
    arms = [arm("a", deaths=[1, 5, 9, np.nan]), arm("b", deaths=[2, 5, 3, 0])]
    objective = Objective(metric="deaths", direction="min", tolerance=1, threshold=4)
    assessment = assess(arms, objective, CONFIDENCE)
    a, b = assessment["arms"]["a"], assessment["arms"]["b"]
    assert assessment["n"] == 3
    assert (a["mean_regret"], a["largest_regret"], a["worst"]) == (2.0, 6.0, 9.0)
    assert b["mean_regret"] == pytest.approx(1 / 3) and b["largest_regret"] == 1.0 and b["worst"] == 5.0
    assert (
        a["share_best"] == pytest.approx(2 / 3) and a["share_close"] == pytest.approx(2 / 3) and b["share_close"] == 1.0
    )
    assert a["share_satisfied"] == pytest.approx(1 / 3) and b["share_satisfied"] == pytest.approx(2 / 3)
    assert a["mean_and_spread"] == pytest.approx(5 * 4.0)
    assert all(best == ["b"] for best in assessment["best"].values())
    assert assessment["verdict"]["decided"] == "undecided" and assessment["verdict"]["arms"] == [
        "a",
        "b",
    ]  # of three replications
    assert assess([arm("a", deaths=[np.nan])], objective, CONFIDENCE)["n"] == 0


@pytest.mark.exact
def test_arms_that_are_alike_share_the_preference():
    """A scenario against itself: no regret, nobody preferred over the other."""
    assessment = assess([arm("a", deaths=[1, 2]), arm("b", deaths=[1, 2])], Objective(metric="deaths"), CONFIDENCE)
    assert all(best in ([], ["a", "b"]) for best in assessment["best"].values())
    assert assessment["verdict"]["decided"] == "alike" and assessment["verdict"]["arms"] == ["a", "b"]
    assert assessment["arms"]["a"]["mean_regret"] == assessment["arms"]["b"]["mean_regret_high"] == 0.0


@pytest.mark.exact
def test_survival_by_hand():
    """Falls on days 3 and 9 of ten, and two replications that stay: Kaplan-Meier is the plain share, time in office its area."""
    one, other = arm("a", fall_day=[3, 9, np.nan, np.nan]), arm("b", fall_day=[np.nan] * 4)
    curve = kaplan_meier(one)
    assert curve.tolist() == [1.0] * 4 + [0.75] * 6 + [0.5]
    assert time_in_office(one).tolist() == [4, 10, 10, 10]
    assert time_in_office(one).mean() == pytest.approx(curve[:-1].sum())
    curve_difference = difference_over_time(one, other, CONFIDENCE)
    assert curve_difference["mean"].tolist() == (curve - 1.0).tolist()
    assert (curve_difference["low"] <= curve_difference["mean"]).all() and (
        curve_difference["mean"] <= curve_difference["high"]
    ).all()
    low, high = share_difference_interval(0, 2, 4, CONFIDENCE)
    assert (curve_difference["low"][-1], curve_difference["high"][-1]) == (low, high)


@pytest.mark.exact
@pytest.mark.parametrize(
    "values, share, decided, words",
    [
        ([], False, "not observed", "not observed in both arms"),
        ([1.0], False, "one replication", "no verdict from one replication"),
        (
            [0.0] * 40,
            False,
            "no difference",
            "no difference in any of 40 paired replications; at most 7 % of replications deviate",
        ),
        ([0.0] * 40, True, "no difference", "at most 7 % of replications deviate from that (95 %, one-sided)"),
        (
            [2.0] * 40,
            False,
            "higher",
            "higher by 2 persons in each of 40 paired replications; at most 7 % of replications deviate",
        ),
        (
            [2.0] * 5,
            False,
            "undecided",
            "undecided, +2 [+2, +2] persons: all replications agree on the direction, but 5 paired replications are too few",
        ),
        ([-1.0] * 30 + [0.0] * 10, True, "lower", "lower by 0.75"),
        ([1.0, -1.0] * 20, False, "undecided", "undecided, the interval holds zero: 0 ["),
    ],
)
def test_verdicts_in_words(values, share, decided, words):
    """Ties, equal differences, one replication and none have a sensible sentence each."""
    difference = paired_difference(np.array(values), np.zeros(len(values)), CONFIDENCE, share)
    difference["decided"] = decide(difference, CONFIDENCE)
    assert difference["decided"] == decided
    assert words in sentence("A against B: deaths", "persons", difference, CONFIDENCE, same=False)


@pytest.mark.exact
def test_the_pairing_line_copes_with_nothing():
    """No ratio, ratios of zero, and ordinary ones."""
    forms = {"ratio": np.array([0.5, 0.1, 0.02]), "constant": np.array([]), "none": np.zeros(3)}
    assert {name: pairing_form(pairing(ratios)) for name, ratios in forms.items()} == {n: f"pairing.{n}" for n in forms}
    assert pairing(forms["ratio"]) == {"n": 3, "median": 0.1, "low": 0.02, "high": 0.5}


@pytest.mark.property
@given(st.lists(st.tuples(*[st.integers(-3, 3)] * 3), min_size=1, max_size=25), st.sampled_from(["max", "min"]))
def test_regret_never_contradicts_the_verdict(replications, direction):
    """An arm is preferred only if its paired difference from every other one is decided in its favour, whichever is the baseline."""
    values = np.array(replications, float).T
    arms = [arm(name, deaths=row) for name, row in zip("abc", values, strict=True)]
    verdict_of_regret = assess(arms, Objective(metric="deaths", direction=direction), CONFIDENCE)["verdict"]
    ahead = "higher" if direction == "max" else "lower"
    leader = values["abc".index(verdict_of_regret["leader"])]
    decided = {
        n: decide(paired_difference(leader, row, CONFIDENCE), CONFIDENCE)
        for n, row in zip("abc", values, strict=True)
        if n != verdict_of_regret["leader"]
    }
    assert (verdict_of_regret["decided"] == "preferred") == all(verdict == ahead for verdict in decided.values())
    assert {n for n in decided if n not in verdict_of_regret["arms"]} == {
        n for n, verdict in decided.items() if verdict == ahead
    }


@pytest.mark.exact
@pytest.mark.parametrize("corner", ["prior", "low", "high"])
@pytest.mark.parametrize("scenario", ["csto_intervention", "reform_first", "karabakh_2020", "zangezur_corridor"])
def test_every_value_lies_in_the_range_of_its_metric(load, scenario, corner):
    """In replications of the prior, and with every uncertain parameter at an end of it: an interval may rely on the range."""
    spec = load(f"scenario={scenario}", "days=40", "citizens=500", "indicators=drawn", "parameters=prior")
    if corner != "prior":
        update = {}
        for name, part in spec.mechanisms:
            priors = {key: (f.json_schema_extra or {}).get("prior") for key, f in type(part).model_fields.items()}
            update[name] = part.model_copy(update={k: p[corner == "high"] for k, p in priors.items() if p})
        spec = spec.model_copy(update={"mechanisms": spec.mechanisms.model_copy(update=update)})
    for replication in range(3 if corner == "prior" else 1):
        records = sim.simulate(spec, replication=replication)
        values = {
            key: (value, range_of(key, spec.days))
            for key, value in compute_metrics(records).items()
            if value is not None
        }
        table = {column: data for column, data in records.table().items() if column != "day"}
        values |= {column: (data, variable_range(column, spec.days)) for column, data in table.items()}
        outside = {
            key: v for key, (v, (low, high)) in values.items() if np.min(v) < low - 1e-9 or np.max(v) > high + 1e-9
        }
        assert outside == {}


@pytest.mark.exact
def test_nothing_but_zero_is_printed_as_zero():
    """A value that rounds to zero says on which side of it it lies."""
    texts = [number(v, signed) for v in (0.0, 2e-4, -2e-4, 5e-4) for signed in (False, True)]
    assert texts == ["0", "0", "<0.001", "<0.001", ">-0.001", ">-0.001", "0.001", "+0.001"]


@pytest.mark.exact
def test_few_replications_of_one_direction_decide_nothing():
    """By the sign test, whatever the kind of interval: five replications are too few at 95 %, six are enough."""
    for n, decided in ((4, "undecided"), (5, "undecided"), (6, "higher")):
        for values, share in ((np.ones(n), True), (np.linspace(1.0, 1.1, n), False)):
            assert decide(paired_difference(values, np.zeros(n), 0.95, share), 0.95) == decided


@pytest.mark.exact
def test_regret_and_its_verdict_are_over_the_same_replications(load):
    """An arm that shows the outcome in few replications leaves only these to all."""
    rng, n = np.random.default_rng(1), 30
    days = {"a": rng.normal(60, 3, n), "b": rng.normal(70, 3, n), "c": np.full(n, np.nan)}
    days["a"][:3], days["b"][:3], days["c"][:3] = 60.0, 50.0, 70.0
    base = load("days=365")
    ensembles = [replace(ensemble_of(base, {"fall_day": v}, {}), scenario=arm) for arm, v in days.items()]
    verdict = assess(ensembles, Objective(metric="fall_day", direction="max"), 0.95)["verdict"]
    assert {cell["n"] for cell in verdict["differences"].values()} == {3}
