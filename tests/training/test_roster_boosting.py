"""Roster boosting finds what creators are worth from rosters' outcomes alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from tests.training.simulated_rosters import SimulatedRosters, simulate_rosters
from training.arrays import Floats
from training.fan_out import Workers
from training.metrics.truth import r2_score, rank_score
from training.rosters.averages import (
    average_rows,
    constant_lifts,
    fit_average_bags,
)
from training.rosters.bagging import Bags, fit_bags
from training.rosters.boosting import bin_rows, boost, fold_numbers, new_booster
from training.rosters.linear_start import fit_linear
from training.rosters.loss import RosterLoss, saturated
from training.rosters.model import BoostedRosters
from training.rosters.sample import RosterSample
from training.rosters.tuning import Tuned, alike_best_first, tune
from training.settings import BoostingSettings

BOOSTING = BoostingSettings(pooling=(1.0, 1000.0), ceilings=(), max_rounds=150)


@pytest.fixture(scope="module")
def past() -> SimulatedRosters:
    return simulate_rosters(1)


@pytest.fixture(scope="module")
def to_come() -> SimulatedRosters:
    return simulate_rosters(2, campaigns=80)


@pytest.fixture(scope="module")
def tuned(past: SimulatedRosters) -> Tuned:
    return tune(past.sample, BOOSTING, folds=4, seed=0)


@pytest.fixture(scope="module")
def bags(past: SimulatedRosters, tuned: Tuned) -> Bags:
    return fit_bags(past.sample, tuned, bags=5, seed=0)


def predicted(bags: Bags, rosters: SimulatedRosters) -> Floats:
    """Lift of each campaign to come [campaign]."""
    model = BoostedRosters(bags.members)
    values = model.values(rosters.sample.linear, rosters.sample.trees).mean(axis=0)
    return rosters.campaign_lifts(rosters.sample.shares @ values)


def test_rosters_to_come_are_ranked_and_sized(bags: Bags, to_come: SimulatedRosters) -> None:
    truth, found = to_come.campaign_lifts(to_come.lifts), predicted(bags, to_come)
    assert rank_score(truth, found) > 0.9
    assert r2_score(truth, found) > 0.6
    assert np.polyfit(found, truth, 1)[0] == pytest.approx(1.0, abs=0.35)


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

    def scores(seed: int, threads: int) -> tuple[tuple[float, ...], int, Floats]:
        chosen = tune(past.sample, settings, folds=3, seed=seed, workers=Workers(jobs=threads))
        fitted = fit_bags(past.sample, chosen, bags=3, seed=seed, workers=Workers(jobs=threads))
        return chosen.poolings, chosen.rounds, fitted.scores

    once, again, other = scores(0, 1), scores(0, 2), scores(1, 1)
    assert once[:2] == again[:2]
    assert np.array_equal(once[2], again[2])
    assert not np.allclose(once[2], other[2])


def test_campaigns_of_no_weight_have_no_influence(past: SimulatedRosters, tuned: Tuned) -> None:
    """Outcomes of campaigns that no bag drew may be anything."""
    sample = past.sample
    few = replace(tuned, rounds=20)
    drawn = fit_bags(sample, few, bags=1, seed=3)
    left_out = drawn.counts[0] == 0
    assert 0.2 < left_out.mean() < 0.5
    loss = RosterLoss.of(sample)
    wild = replace(sample, outcome=np.where(left_out[sample.cell_campaign], 5.0, sample.outcome))
    weight = sample.weight * drawn.counts[0][sample.cell_campaign]
    penalty = np.full(6, 10.0)
    start = fit_linear(loss.with_weight(weight), sample.linear, penalty)
    same = fit_linear(RosterLoss.of(wild).with_weight(weight), sample.linear, penalty)
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
    chosen = tune(past.sample, settings, folds=3, seed=0)
    bags = fit_bags(past.sample, chosen, bags=2, seed=0)
    assert chosen.rounds == 0
    for member, scores in zip(bags.members, bags.scores, strict=True):
        assert member.booster is None
        assert np.array_equal(member.start(past.sample.linear), scores)


def test_held_out_scores_come_from_folds_that_left_the_campaign_out(
    past: SimulatedRosters, tuned: Tuned
) -> None:
    """Outcomes of one fold's campaigns change nothing about their own held-out scores."""
    settings = BOOSTING.model_copy(update={"max_rounds": 0, "pooling": (4.0,)})
    fold = fold_numbers(past.sample.campaigns, 3, 0)
    moved = (fold == 1)[past.sample.cell_campaign]
    wild = replace(past.sample, outcome=past.sample.outcome + 0.3 * moved * past.sample.treatment)
    scores = [tune(sample, settings, folds=3, seed=0).scores for sample in (past.sample, wild)]
    held = (fold == 1)[past.sample.booking_campaign]
    assert np.array_equal(scores[0][held], scores[1][held])
    assert not np.allclose(scores[0][~held], scores[1][~held], atol=0.01)


def test_tuning_reports_each_candidates_loss(tuned: Tuned) -> None:
    assert {"pooling 1", "pooling 1000", "ceiling inf"} <= set(tuned.losses)
    rounds = {int(k.split()[1]): v for k, v in tuned.losses.items() if k.startswith("rounds")}
    least = min(rounds.values())
    assert tuned.rounds == min(number for number, value in rounds.items() if value <= least + 2)


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


def test_more_reach_never_sells_less(bags: Bags, past: SimulatedRosters) -> None:
    """Monotone reach holds by construction, under the saturating curve as well."""
    rows = past.sample.linear[:4]
    exposed = np.full((4, 1), 0.2)
    levelling = [replace(member, ceiling=0.01) for member in bags.members]
    for model in (BoostedRosters(bags.members), BoostedRosters(levelling)):
        lift = model.contributions(rows, rows, exposed).sum(axis=1)
        for booking in range(4):
            more = exposed.copy()
            more[booking] *= 1.5
            assert np.all(model.contributions(rows, rows, more).sum(axis=1) > lift)


def test_saturation_is_found_where_there_is_one(past: SimulatedRosters) -> None:
    sample, rng = past.sample, np.random.default_rng(5)
    noise = rng.normal(0, 0.002, len(past.lifts))

    def measured(lifts: Floats) -> RosterSample:
        outcome = sample.treatment * np.log1p(lifts) + noise
        return replace(sample, outcome=outcome, weight=np.full(len(lifts), 0.002**-2.0))

    settings = BOOSTING.model_copy(update={"max_rounds": 0, "ceilings": (0.05, 1.0)})
    levelling = tune(measured(saturated(past.lifts, 0.05)), settings, folds=3, seed=0)
    assert levelling.ceilings == (0.05,)
    straight = tune(measured(past.lifts), settings, folds=3, seed=0)
    assert np.inf in straight.ceilings
    assert 0.05 not in straight.ceilings


def test_a_search_for_trees_keeps_what_judges_best(past: SimulatedRosters, tuned: Tuned) -> None:
    settings = BOOSTING.model_copy(update={"trials": 3, "max_rounds": 40, "pooling": (1000.0,)})
    found = tune(past.sample, settings, folds=2, seed=0)
    trials = [value for name, value in found.losses.items() if name.startswith("trial")]
    assert len(trials) == 3
    rounds = [value for name, value in found.losses.items() if name.startswith("rounds")]
    assert min(rounds) == min(trials)
    again = tune(past.sample, settings, folds=2, seed=0, workers=Workers(jobs=2))
    assert again.trees == found.trees
    assert tuned.trees == BOOSTING


def test_candidates_are_alike_unless_campaigns_agree_on_the_better() -> None:
    rng = np.random.default_rng(3)
    best = rng.chisquare(50, 200)
    scattered = 10.0 * (-1.0) ** np.arange(200)
    alike = best + 0.3 + scattered
    one_campaign = best + 200.0 * (np.arange(200) == 7)
    worse = best + 3.0 + scattered
    assert alike_best_first(np.stack([worse, one_campaign, alike, best])) == [3, 2, 1]


def test_bags_take_turns_among_what_is_alike(past: SimulatedRosters, tuned: Tuned) -> None:
    pooled = tuned.starts[0]
    several = replace(
        tuned, starts=(pooled, replace(pooled, penalty=2 * pooled.penalty)), ceilings=(0.1, np.inf)
    )
    turns = [
        (pooled.penalty is several.turn(bag)[0].penalty, several.turn(bag)[1]) for bag in range(5)
    ]
    assert turns == [(True, 0.1), (False, 0.1), (True, np.inf), (False, np.inf), (True, 0.1)]
    bags = fit_bags(past.sample, several, bags=5, seed=0)
    assert [member.ceiling for member in bags.members] == [0.1, 0.1, np.inf, np.inf, 0.1]
