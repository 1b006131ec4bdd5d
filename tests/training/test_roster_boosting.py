"""Roster boosting finds what creators are worth from rosters' outcomes alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from tests.training.simulated_rosters import SimulatedRosters, simulate_rosters
from training.arrays import Floats
from training.metrics import r2_score, rank_score
from training.rosters.averages import (
    average_rows,
    constant_lifts,
    fit_average_bags,
)
from training.rosters.bagging import Bags, Tuned, fit_bags, tune
from training.rosters.boosting import (
    best_constant,
    bin_rows,
    boost,
    fit_linear,
    fold_numbers,
    new_booster,
)
from training.rosters.loss import RosterLoss
from training.rosters.model import BoostedRosters
from training.settings import BoostingSettings

BOOSTING = BoostingSettings(ridge=(3.0, 30.0), max_rounds=150)


@pytest.fixture(scope="module")
def past() -> SimulatedRosters:
    return simulate_rosters(1)


@pytest.fixture(scope="module")
def to_come() -> SimulatedRosters:
    return simulate_rosters(2, campaigns=80)


@pytest.fixture(scope="module")
def tuned(past: SimulatedRosters) -> Tuned:
    return tune(past.sample, BOOSTING, folds=4, seed=0, threads=1)


@pytest.fixture(scope="module")
def bags(past: SimulatedRosters, tuned: Tuned) -> Bags:
    return fit_bags(past.sample, BOOSTING, tuned, bags=5, seed=0, threads=1)


def predicted(bags: Bags, rosters: SimulatedRosters) -> Floats:
    """Lift of each campaign to come [campaign]."""
    model = BoostedRosters(bags.members)
    values = model.values(rosters.sample.linear, rosters.sample.trees).mean(axis=0)
    return rosters.campaign_lifts(rosters.sample.shares @ values)


def test_rosters_to_come_are_ranked_and_sized(bags: Bags, to_come: SimulatedRosters) -> None:
    truth, found = to_come.campaign_lifts(to_come.lifts), predicted(bags, to_come)
    assert rank_score(truth, found) > 0.9
    assert r2_score(truth, found) > 0.6
    assert np.polyfit(found, truth, 1)[0] == pytest.approx(1.0, abs=0.3)


def test_it_beats_one_number_and_roster_averages(
    past: SimulatedRosters, bags: Bags, to_come: SimulatedRosters
) -> None:
    truth, sample = to_come.campaign_lifts(to_come.lifts), to_come.sample
    members, _ = fit_average_bags(past.sample, 60, bags=5, seed=0)
    rows = average_rows(sample.linear, sample.shares, sample.cell_campaign)
    averaged = np.mean([member.lift(rows) for member in members], axis=0)
    rival = rank_score(truth, to_come.campaign_lifts(averaged))
    assert rank_score(truth, predicted(bags, to_come)) > rival + 0.03 > 0.03
    one_number = constant_lifts(past.sample, np.ones(past.sample.campaigns))
    own = np.mean((truth - predicted(bags, to_come)) ** 2)
    assert own < 0.5 * np.mean((truth - one_number) ** 2)


def test_trees_find_the_threshold_that_a_line_cannot(
    bags: Bags, tuned: Tuned, to_come: SimulatedRosters
) -> None:
    assert tuned.rounds > 0
    sample = to_come.sample
    full = np.mean([m.score(sample.linear, sample.trees) for m in bags.members], axis=0)
    line = np.mean([m.start(sample.linear) for m in bags.members], axis=0)
    truth = to_come.scores
    assert stats.pearsonr(truth, full).statistic > stats.pearsonr(truth, line).statistic


def test_creators_are_ranked_within_rosters(bags: Bags, to_come: SimulatedRosters) -> None:
    sample = to_come.sample
    found = np.mean([m.score(sample.linear, sample.trees) for m in bags.members], axis=0)
    own = [
        stats.spearmanr(to_come.scores[mask], found[mask]).statistic
        for number in range(sample.campaigns)
        if (mask := sample.booking_campaign == number).sum() >= 6
    ]
    assert np.mean(own) > 0.7


def test_the_seed_decides_and_threads_do_not(past: SimulatedRosters, bags: Bags) -> None:
    settings = BOOSTING.model_copy(update={"max_rounds": 30})

    def scores(seed: int, threads: int) -> tuple[float, int, Floats]:
        chosen = tune(past.sample, settings, folds=3, seed=seed, threads=threads)
        fitted = fit_bags(past.sample, settings, chosen, bags=3, seed=seed, threads=threads)
        return chosen.ridge, chosen.rounds, fitted.scores

    once, again, other = scores(0, 1), scores(0, 2), scores(1, 1)
    assert once[:2] == again[:2]
    assert np.array_equal(once[2], again[2])
    assert not np.allclose(once[2], other[2])


def test_campaigns_of_no_weight_have_no_influence(past: SimulatedRosters, tuned: Tuned) -> None:
    """Outcomes of campaigns that no bag drew may be anything."""
    sample = past.sample
    few = replace(tuned, rounds=20)
    drawn = fit_bags(sample, BOOSTING, few, bags=1, seed=3, threads=1)
    left_out = drawn.counts[0] == 0
    assert 0.2 < left_out.mean() < 0.5
    loss = RosterLoss.of(sample)
    wild = replace(sample, outcome=np.where(left_out[sample.cell_campaign], 5.0, sample.outcome))
    weight = sample.weight * drawn.counts[0][sample.cell_campaign]
    penalty, prior = np.full(6, 10.0), np.zeros(6)
    start = fit_linear(loss.with_weight(weight), sample.linear, penalty, prior, None)
    same = fit_linear(RosterLoss.of(wild).with_weight(weight), sample.linear, penalty, prior, None)
    assert start.intercept == same.intercept
    assert np.array_equal(start.slope, same.slope)
    scores = []
    for one in (sample, wild):
        booster = new_booster(bin_rows(one.trees, BOOSTING), BOOSTING, seed=0)
        weighted = RosterLoss.of(one).with_weight(weight)
        boost(booster, weighted, start(one.linear), 10)
        scores.append(np.asarray(booster.predict(one.trees, num_threads=1)))
    assert np.ptp(scores[0]) > 0
    assert np.array_equal(scores[0], scores[1])


def test_no_rounds_leaves_the_linear_start(past: SimulatedRosters) -> None:
    settings = BOOSTING.model_copy(update={"max_rounds": 0})
    chosen = tune(past.sample, settings, folds=3, seed=0, threads=1)
    bags = fit_bags(past.sample, settings, chosen, bags=2, seed=0, threads=1)
    assert chosen.rounds == 0
    for member, scores in zip(bags.members, bags.scores, strict=True):
        assert member.booster is None
        assert np.array_equal(member.start(past.sample.linear), scores)


def test_the_linear_start_minimises_loss_and_penalty(past: SimulatedRosters) -> None:
    loss, linear = RosterLoss.of(past.sample), past.sample.linear
    penalty, prior = np.full(6, 10.0), np.linspace(-0.2, 0.2, 6)

    def objective(intercept: float, slope: Floats) -> float:
        return loss.value(intercept + linear @ slope) + float(penalty @ (slope - prior) ** 2)

    found = fit_linear(loss, linear, penalty, prior, None)
    best = objective(found.intercept, found.slope)
    for unit in np.eye(7) * 0.01:
        assert objective(found.intercept + unit[0], found.slope + unit[1:]) > best
        assert objective(found.intercept - unit[0], found.slope - unit[1:]) > best
    tight = fit_linear(loss, linear, np.full(6, 1e7), prior, None)
    assert tight.slope == pytest.approx(prior, abs=1e-3)


def test_the_best_constant_is_the_average_value(past: SimulatedRosters) -> None:
    loss, bookings = RosterLoss.of(past.sample), len(past.scores)
    found = best_constant(loss, bookings)
    assert found == pytest.approx(np.log(np.mean(np.exp(past.scores))), abs=0.5)
    for score in np.linspace(-6, 6, 13):
        assert loss.value(np.full(bookings, found)) <= loss.value(np.full(bookings, score))


def test_held_out_scores_come_from_folds_that_left_the_campaign_out(
    past: SimulatedRosters, tuned: Tuned
) -> None:
    """Outcomes of one fold's campaigns change nothing about their own held-out scores."""
    settings = BOOSTING.model_copy(update={"max_rounds": 0, "ridge": (10.0,)})
    fold = fold_numbers(past.sample.campaigns, 3, 0)
    moved = (fold == 1)[past.sample.cell_campaign]
    wild = replace(past.sample, outcome=past.sample.outcome + 0.3 * moved * past.sample.treatment)
    scores = [
        tune(sample, settings, folds=3, seed=0, threads=1).scores for sample in (past.sample, wild)
    ]
    held = (fold == 1)[past.sample.booking_campaign]
    assert np.array_equal(scores[0][held], scores[1][held])
    assert not np.allclose(scores[0][~held], scores[1][~held], atol=0.01)


def test_tuning_reports_each_candidates_loss(tuned: Tuned) -> None:
    assert {"ridge 3", "ridge 30", "rounds 0", f"rounds {tuned.rounds}"} <= set(tuned.losses)
    rounds = {k: v for k, v in tuned.losses.items() if k.startswith("rounds")}
    assert min(rounds, key=lambda name: rounds[name]) == f"rounds {tuned.rounds}"


def test_folds_are_of_equal_size() -> None:
    fold = fold_numbers(23, 5, seed=1)
    assert sorted(np.bincount(fold)) == [4, 4, 5, 5, 5]
    assert np.array_equal(fold, fold_numbers(23, 5, seed=1))


def test_contributions_add_up_to_the_rosters_lift(bags: Bags, past: SimulatedRosters) -> None:
    own = past.sample.booking_campaign == 0
    exposed = past.sample.shares[past.sample.cell_campaign == 0][:, own].toarray().T
    rows = past.sample.linear[own]
    parts = BoostedRosters(bags.members).contributions(rows, rows, exposed)
    assert parts.shape == (5, own.sum(), 12)
    for bag in range(5):
        for market in range(12):
            lift = np.sum(exposed[:, market] * np.exp(bags.scores[bag][own]))
            assert parts[bag, :, market].sum() == pytest.approx(lift, rel=1e-9)
