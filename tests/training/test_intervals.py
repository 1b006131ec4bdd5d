"""Calibration recovers what was simulated; draws hold the truth as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.simulated_held_out import (
    CREATOR,
    SHARED,
    SLOPE,
    TrueRosters,
    simulate_true_rosters,
)
from training.arrays import Floats
from training.intervals import (
    TO_COME,
    Calibration,
    HeldOutEffects,
    RosterDraws,
    calibrate,
    draw_roster,
    quantile_interval,
    shared_noise,
)

CALIBRATION = Calibration(slope=0.9, slope_error=0.1, shared_misfit=0.2, creator_misfit=0.5)
NAMES = ["ana", "ben", "cleo", "dan"]


@pytest.fixture
def contributions() -> Floats:
    """Contributions of four creators in three markets by ten bags."""
    return np.random.default_rng(0).uniform(0.001, 0.02, (10, 4, 3))


def draws_of(
    contributions: Floats, names: list[str], unsure: list[float] | None = None, draws: int = 1200
) -> RosterDraws:
    return draw_roster(contributions, names, unsure or [0.0] * len(names), CALIBRATION, draws)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_calibration_recovers_slope_and_misfit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = calibrate(simulate_true_rosters(rng, 500).held_out(rng, error=0.003))
    assert abs(found.slope - SLOPE) < 3 * found.slope_error
    assert found.slope_error < 0.06
    # For a roster of five equal creators the two misfits together, which the data can tell.
    together = np.hypot(found.shared_misfit, found.creator_misfit / np.sqrt(5))
    assert together == pytest.approx(np.hypot(SHARED, CREATOR / np.sqrt(5)), abs=0.08)
    assert 0.25 < found.creator_misfit < 0.85


@pytest.mark.parametrize("slope", [0.6, 1.3])
def test_draws_hold_new_rosters_truth_as_often_as_they_say(slope: float) -> None:
    rng = np.random.default_rng(7)
    calibration = calibrate(simulate_true_rosters(rng, 300, slope).held_out(rng, error=0.005))
    new = simulate_true_rosters(rng, 600, slope, stray=TO_COME)
    for level in (0.5, 0.9):
        assert coverage(new, calibration, level) == pytest.approx(level, abs=0.05)


def coverage(new: TrueRosters, calibration: Calibration, level: float) -> float:
    inside = []
    for number, (parts, lift) in enumerate(zip(new.contributions, new.lifts, strict=True)):
        names = [f"{number}-{i}" for i in range(parts.shape[1])]
        draws = draw_roster(parts, names, [0.0] * len(names), calibration, 600)
        low, high = quantile_interval(draws.by_creator(np.ones(1)).sum(axis=0), level)
        inside.append(low <= lift <= high)
    return float(np.mean(inside))


def test_without_data_the_prior_speaks() -> None:
    loud = HeldOutEffects(
        predicted=np.full(5, 0.02),
        bag_variance=np.full(5, 0.01),
        concentration=np.full(5, 0.2),
        measured=np.full(5, 0.2),
        error=np.full(5, 10.0),
    )
    found = calibrate(loud)
    assert found.slope == pytest.approx(1.0, abs=0.01)
    assert found.slope_error == pytest.approx(0.25, abs=0.01)
    assert Calibration.from_json(found.to_json()) == found


def test_misfit_is_not_seen_where_there_is_none() -> None:
    rng = np.random.default_rng(3)
    predicted = rng.uniform(0.005, 0.05, 400)
    exact = HeldOutEffects(
        predicted,
        np.zeros(400),
        np.full(400, 0.1),
        predicted + rng.normal(0, 0.002, 400),
        np.full(400, 0.002),
    )
    found = calibrate(exact)
    assert found.slope == pytest.approx(1.0, abs=3 * found.slope_error)
    assert found.shared_misfit < 0.06
    assert found.creator_misfit < 0.2


def test_wider_levels_contain_narrower_ones(contributions: Floats) -> None:
    draws = draws_of(contributions, NAMES).by_creator(np.ones(3) / 3)
    levels = (0.5, 0.8, 0.9, 0.95, 0.99)
    bounds = [quantile_interval(draws, level) for level in levels]
    for (low, high), (wider_low, wider_high) in zip(bounds, bounds[1:], strict=False):
        assert np.all(wider_low <= low)
        assert np.all(high <= wider_high)
    assert quantile_interval(np.arange(101.0), 0.9) == pytest.approx((5.0, 95.0))


def test_creators_add_up_to_the_expected_lift(contributions: Floats) -> None:
    weights = np.array([0.5, 0.3, 0.2])
    draws = draws_of(contributions, NAMES)
    expected = 0.9 * sum(contributions[b] for b in range(10)) / 10
    assert draws.mean == pytest.approx(expected)
    by_creator = draws.by_creator(weights)
    assert by_creator.shape == (4, 1200)
    assert by_creator.sum(axis=0).mean() == pytest.approx(float((expected @ weights).sum()))
    assert draws.by_market().shape == (3, 1200)
    assert draws.by_market().mean(axis=1) == pytest.approx(expected.sum(axis=0), rel=0.05)


def test_markets_and_creators_are_two_sums_of_the_same_draws(contributions: Floats) -> None:
    weights = np.array([0.5, 0.3, 0.2])
    draws = draws_of(contributions, NAMES)
    by_creator = draws.by_creator(weights).sum(axis=0)
    by_market = weights @ draws.by_market()
    assert by_creator / by_market == pytest.approx(np.full(1200, by_creator[0] / by_market[0]))


def test_the_order_of_creators_is_irrelevant(contributions: Floats) -> None:
    order = [2, 0, 3, 1]
    one = np.asarray(draws_of(contributions, NAMES).by_creator(np.ones(3)))
    other = draws_of(contributions[:, order], [NAMES[i] for i in order]).by_creator(np.ones(3))
    assert other == pytest.approx(one[order])


def test_a_creator_has_one_misfit_in_every_roster(contributions: Floats) -> None:
    here = draws_of(contributions[:, :2], ["ana", "ben"])
    there = draws_of(contributions[:, 1:], ["ben", "cleo", "ana"])
    assert here.factors[0] == pytest.approx(there.factors[2])
    assert here.factors[1] == pytest.approx(there.factors[0])
    assert abs(np.corrcoef(*here.factors)[0, 1]) < 0.5


def test_differences_of_rosters_keep_only_what_they_do_not_share(contributions: Floats) -> None:
    full = draws_of(contributions, NAMES).by_creator(np.ones(3)).sum(axis=0)
    without = draws_of(contributions[:, :3], NAMES[:3]).by_creator(np.ones(3)).sum(axis=0)
    assert (full - without).std() < 0.6 * np.hypot(full.std(), without.std())


def test_unsure_creators_widen_the_interval(contributions: Floats) -> None:
    def width(unsure: float) -> float:
        draws = draws_of(contributions, NAMES, [unsure] * 4).by_creator(np.ones(3)).sum(axis=0)
        low, high = quantile_interval(draws, 0.9)
        return float(high - low)

    assert width(0.0) < width(0.5) < width(1.0)


def test_small_lifts_are_not_known_to_the_same_percentage() -> None:
    """The floor of the misfit weighs on a roster that adds little, not on one that adds a lot."""
    calibration = Calibration(1.0, 0.05, 0.1, 0.2, floor=0.002)

    def relative_width(lift: float) -> float:
        parts = np.full((10, 4, 1), lift / 4)
        draws = draw_roster(parts, NAMES, [0.0] * 4, calibration, 1200).by_creator(np.ones(1))
        low, high = quantile_interval(draws.sum(axis=0), 0.9)
        return float(high - low) / lift

    assert relative_width(0.002) > 2 * relative_width(0.05)
    assert relative_width(0.05) == pytest.approx(relative_width(0.5), rel=0.05)


def test_shared_noise_is_standard_and_its_own_by_name() -> None:
    one, other = shared_noise("money", 1000), shared_noise("test", 1000)
    assert one is shared_noise("money", 1000)
    assert one.mean() == pytest.approx(0.0, abs=1e-12)
    assert one.std() == pytest.approx(1.0)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.15
    with pytest.raises(ValueError, match="read-only"):
        one[0] = 1.0


def test_calibration_survives_json() -> None:
    assert Calibration.from_json(CALIBRATION.to_json()) == CALIBRATION


def test_a_kind_never_seen_is_doubted_in_all_its_bookings_together() -> None:
    parts = np.full((10, 40, 1), 0.001)
    names = [f"c{number}" for number in range(40)]

    def spread(unseen: int, kinds: int) -> float:
        marked = np.zeros((40, 2), dtype=bool)
        marked[:unseen, :kinds] = True
        drawn = draw_roster(parts, names, [0.0] * 40, CALIBRATION, 4000, marked)
        lift = drawn.by_creator(np.ones(1)).sum(axis=0)
        assert lift.mean() == pytest.approx(0.9 * 0.04, rel=1e-6)
        return float(np.log(lift).std())

    known = spread(0, 0)
    own = TO_COME * CALIBRATION.creator_misfit
    # Forty creators average out what is their own; what their kind shares does not.
    assert spread(40, 1) == pytest.approx(np.hypot(known, own), rel=0.05)
    assert spread(40, 2) == pytest.approx(np.hypot(known, np.sqrt(2) * own), rel=0.05)
    assert known < spread(10, 1) < spread(40, 1)
