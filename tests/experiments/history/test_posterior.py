"""The mean-field model beside the agents, population Monte Carlo, and the posterior sample that is shipped."""

import random

import numpy as np
import pytest
from scipy.stats import norm

from experiments.history.backtest import forecast
from experiments.history.backtest.simulate_cases import COLUMNS, specify
from experiments.history.mean_field import citizens, layout, parameters
from experiments.history.mean_field.model import population
from experiments.history.mean_field.to_arrays import to_arrays
from experiments.history.posterior.calibrate import prior_box, scores
from experiments.history.posterior.likelihood import EVIDENCE, FEW
from experiments.history.posterior.population import Chain, effective, normalise, population_monte_carlo, truncate
from experiments.history.posterior.sample import fold_weights, refuse_the_few
from sim.core.faults import ConfigError, InvalidSpec
from sim.core.streams import world_key
from sim.mechanisms import Mechanisms
from sim.spec.priors import Draws, posterior, posterior_rows, value_at
from sim.stage.build import Stage
from tests.crises import by_id


@pytest.mark.exact
def test_active_share_has_the_closed_form_of_the_citizens():
    """(g - T)^2 / (2 g P) where P >= g - T, else 1 - T/g - P/(2g); negative thresholds by integration."""
    g, t = 0.82, 0.1
    assert citizens.acting(g, 1.0, t) == pytest.approx((g - t) ** 2 / (2 * g))
    assert citizens.acting(g, 0.05, t) == pytest.approx(1 - t / g - 0.05 / (2 * g))
    assert citizens.acting(g, 0.0, t) == pytest.approx(1 - t / g) and citizens.acting(0.05, 1.0, t) == 0.0
    r = (np.arange(20000) + 0.5) / 20000
    exact = np.clip(1.0 - (-0.1 + r * 0.4) / 0.5, 0.0, 1.0).mean()
    assert citizens.acting(0.5, 0.4, -0.1) == pytest.approx(exact, abs=1e-4)


@pytest.mark.exact
def test_the_mean_field_model_reads_parameters_of_the_mechanisms():
    """Every path exists, its field in a record is its default, and the calibrated ones have priors."""
    (reference,), box = parameters.parameter_table([Mechanisms()]), prior_box()
    values = {path: value_at(Mechanisms(), f"mechanisms.{path}") for path in parameters.READ}
    assert {path: reference[path.split(".")[0]][path.split(".")[1]] for path in parameters.READ} == values
    assert sum(len(reference[mechanism].dtype) for mechanism in reference.dtype.names) == len(parameters.READ)
    assert reference.contest.protesters_per_officer == Mechanisms().contest.protesters_per_officer
    assert (box.low < box.high).all() and box.low.shape == (len(parameters.FREE),)
    assert parameters.FREE[-1] == "contest.pledge"
    assert len(set(parameters.READ)) == len(parameters.READ)
    assert parameters.FREE[: len(parameters.ADAPTED)] == parameters.ADAPTED
    claims = [m for m in parameters.OPEN if not Mechanisms.model_fields[m.split(".")[0]].annotation.model_fields[
        m.split(".")[1]].json_schema_extra["claim"]]  # fmt: skip
    assert claims == []  # what the record says little about and carries no claim is fixed, not drawn


@pytest.mark.exact
def test_nobody_asks_or_falls_without_cause(cases):
    """No event, no armed challenge, no erosion: no request and no fall in any draw; the same draws give the same bits."""
    arrays = to_arrays([by_id(cases, "kaz-2022-january")], cases, 8)
    calm = arrays.facts.copy()
    calm["event_size"][0] = 0.0
    weeks = np.zeros_like(arrays.weeks[0])
    one = parameters.parameter_table([Mechanisms()])
    a = population(one, calm, arrays.patrons, arrays.n_patrons, weeks, arrays.observed, 3)
    assert a[0, 0, :5].tolist() == [0.0] * 5
    b = [
        population(one, arrays.facts, arrays.patrons, arrays.n_patrons, arrays.weeks[0], arrays.observed, 3)
        for _ in range(2)
    ]
    assert np.array_equal(*b) and b[0][0, 0, 0] > 0.0


@pytest.mark.exact
def test_the_order_of_the_parameters_does_not_matter(cases):
    """Twenty crises with the fields of the record in another order, mechanisms and parameters: the same outcomes, bit for bit."""
    arrays, paths = to_arrays(cases[:20], cases, 3), list(parameters.READ)
    random.Random(1).shuffle(paths)
    other = parameters.record_type(paths)
    assert [(m, other[m].names) for m in other.names] != [(m, parameters.PARAMETERS[m].names) for m in other.names]
    worlds = [Draws(Mechanisms(), "posterior").mechanisms(world_key(1, r), r) for r in range(2)]
    outcomes = [
        population(
            parameters.parameter_table(worlds, kind),
            arrays.facts,
            arrays.patrons,
            arrays.n_patrons,
            arrays.weeks[0],
            arrays.observed,
            5,
        )
        for kind in (parameters.PARAMETERS, other)
    ]
    assert np.array_equal(*outcomes, equal_nan=True) and outcomes[0][:, :, 0].mean() > 0.0


@pytest.mark.exact
def test_calibrated_values_go_to_their_names():
    """Column i of the values is the parameter FREE[i] of the record; all else stays at its default value."""
    values = np.arange(2.0 * len(parameters.FREE)).reshape(2, -1)
    table, (default,) = parameters.calibrated_table(values), parameters.parameter_table([Mechanisms()])
    for path in parameters.READ:
        mechanism, name = path.split(".")
        free = path in parameters.FREE
        expected = values[:, parameters.FREE.index(path)] if free else np.full(2, default[mechanism][name])
        assert np.array_equal(table[mechanism][name], expected), path


@pytest.mark.statistical
def test_the_mean_field_model_agrees_with_the_agent_model(cases):
    """Requests, help and falls of three crises at the default values: 40 worlds of each against 400 draws of the mean-field model.

    Twelve comparisons at 4.5 standard errors plus 0.08 for the mean field: false alarm below 1 in 1,000 if they agree.
    """
    chosen = [by_id(cases, name) for name in ("blr-2006-jeans", "mli-2013", "nk-2020-arm")]
    arrays, default = to_arrays(chosen, cases, 400), parameters.parameter_table([Mechanisms()])
    expected = population(
        default, arrays.facts, arrays.patrons, arrays.n_patrons, arrays.weeks[0], arrays.observed, 11
    )[0]
    falls = expected[:, [layout.OUTCOMES.index(name) for name in ("requested", "helped", "fell_90")]]
    task = specify(chosen, cases, "first_week", lambda case: {"days": 100, "citizens": 1000, "seed": 2})
    for c in range(len(chosen)):
        _, _, rows = task((c, range(40)))
        fall = np.nan_to_num(rows[:, COLUMNS.index("fall_day")], nan=999.0)
        frequencies = [rows[:, 0].mean(), rows[:, COLUMNS.index("helped")].mean(), (fall < 90).mean()]
        for frequency, probability in zip(frequencies, falls[c], strict=True):
            se = np.sqrt(max(probability * (1 - probability), 0.02) / 40)
            assert abs(frequency - probability) < 4.5 * se + 0.08, (chosen[c].id, frequencies, falls[c])


@pytest.mark.statistical
def test_population_monte_carlo_finds_a_known_posterior():
    """Uniform prior on the square, one observation with Gaussian noise: mean and spread within 4 Monte Carlo errors.

    The second coordinate is not adapted, and its posterior is its prior; two chains are pooled.
    """

    def evaluate(unit):
        score = -0.5 * (((unit[:, 0] - 0.3) / 0.05) ** 2)
        return score, unit[:, :1]

    chains = [population_monte_carlo(evaluate, 2, 1, (200, 200, 200), np.random.default_rng([5, n])) for n in range(2)]
    chain = Chain.pool(chains)
    unit, w = chain.unit, normalise(chain.score - chain.proposed)
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
def test_no_vector_carries_more_than_its_root():
    """Of 100 vectors of which one is a thousand times as likely, it is cut to ten times the mean; equal ones stay equal."""
    raw = np.r_[1000.0, np.ones(99)]
    cut = np.r_[10.0 * raw.mean(), np.ones(99)]
    assert truncate(np.log(raw)) == pytest.approx(cut / cut.sum())
    assert truncate(np.full(5, -3.0)) == pytest.approx(np.full(5, 0.2))


@pytest.mark.exact
def test_a_fold_of_few_vectors_is_refused():
    """The message names the folds and their effective sample sizes."""
    refuse_the_few({"all": 300.0, "KAZ": 100.0}, 100.0)
    with pytest.raises(ConfigError, match=r"below 100 \(KGZ 12\): nothing is written"):
        refuse_the_few({"all": 300.0, "KGZ": 12.0}, 100.0)


@pytest.mark.exact
def test_worlds_are_weighed_as_if_a_second_host_were_unseen(cases):
    """Drawn without the case's host and weighed again, the vectors have the mean of the posterior without both hosts.

    That posterior is the product of two shipped ones over the whole one, by the independence of cases given a vector.
    """
    names, vectors_, reached = posterior()
    share = {host: np.diff(w, prepend=0.0) for host, w in reached.items()}
    case, runs = by_id(cases, "ukr-2004-orange"), 40_000
    weight = forecast.unseen([case], runs, "KGZ")[0]
    assert weight.sum() == pytest.approx(1.0) and (weight >= 0.0).all()
    column = names.index("mechanisms.defection.base_rents")
    values = vectors_[posterior_rows(np.arange(runs), "UKR"), column]
    has_weight = share[""] > 0.0
    both = np.where(has_weight, share["UKR"] * share["KGZ"] / np.where(has_weight, share[""], 1.0), 0.0)
    expected = both @ vectors_[:, column] / both.sum()
    assert weight @ values == pytest.approx(expected, abs=0.02)


@pytest.mark.statistical
def test_a_gathered_crowd_has_the_spread_of_single_citizens():
    """Crowds of which every citizen re-decides: mean and binomial spread within 5 standard errors over 4,000 days."""
    shares = np.array([citizens.sampled_crowd(0.02, 1.0, 7, 3, day) for day in range(4000)])
    sd = np.sqrt(0.02 * 0.98 / layout.ROWS)
    assert abs(shares.mean() - 0.02) < 5 * sd / np.sqrt(4000)
    assert abs(shares.std() / sd - 1.0) < 5 / np.sqrt(8000)


@pytest.mark.exact
def test_the_likelihood_by_hand(cases):
    """Help, time of the fall, addressee and two sizes with a tenth of discrepancy, by weight of evidence."""
    case = by_id(cases, "bhr-2011")
    means = np.zeros((1, 2, 1, len(layout.OUTCOMES)))
    means[:, :, 0, :5] = [0.5, 0.3, 0.1, 0.2, 0.4]
    means[:, :, 0, layout.PEAK_DENSITY : layout.PEAK_DENSITY + 2] = [0.4, 0.3]
    means[:, :, 0, layout.FIRST_ASKED :] = [0.0, 0.0, 0.1, 0.4]  # it asked Saudi Arabia: one of the others
    expected = np.log(0.9 * 0.3 + 0.1 * 0.12) + np.log(0.9 * 0.6 + 0.1 * 0.76)
    expected += np.log(0.9 * (0.4 + FEW / 4.0) / (0.5 + FEW) + 0.1 / 4.0)
    expected += np.log(0.9 * 0.4 + 0.1 * norm.pdf(np.log10(10.001), -0.6, 1.0))  # a peak of 10 %, 35 deaths
    expected += np.log(0.9 * 0.3 + 0.1 * norm.pdf(np.log10(36.0), 0.9, 1.1))
    assert scores(means, [case])[0, 0] == pytest.approx(EVIDENCE * expected)


@pytest.mark.exact
def test_a_posterior_draw_belongs_to_the_replication(spec, vary):
    """Two seeds, two scenarios: the same calibrated parameters in the same replication, others in the next."""
    names, vectors_, weights = posterior()
    assert vectors_.shape[1] == len(names) and "" in weights and "KAZ" in weights
    draws = Draws(Mechanisms(), "posterior")
    rules = [draws.mechanisms(world_key(seed, r), r) for seed, r in ((1, 4), (9, 4), (1, 5))]
    picked = [[value_at(r, path) for path in names] for r in rules]
    assert picked[0] == picked[1] != picked[2]
    world = Stage(vary(spec, {"parameters": "posterior"})).world(7, 4)
    assert world.mechanisms.contest.protesters_per_officer == rules[0].contest.protesters_per_officer
    low, high = (
        Mechanisms.model_fields["contest"].annotation.model_fields["protesters_per_officer"].json_schema_extra["prior"]
    )
    assert all(low <= r.contest.protesters_per_officer <= high for r in rules)


@pytest.mark.exact
def test_what_the_user_has_set_stays_in_the_posterior():
    """A value that differs from the default is not drawn; an unknown host is refused."""
    mechanisms = Mechanisms.model_validate({"contest": {"protesters_per_officer": 0.31}})
    assert Draws(mechanisms, "posterior").mechanisms(1, 0).contest.protesters_per_officer == 0.31
    with pytest.raises(InvalidSpec, match="knows no such host"):
        Draws(mechanisms, "posterior", without="nobody")
