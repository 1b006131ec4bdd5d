"""Calibration, warnings, drift and the rule for retraining, on forecasts of known quality."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from experiments.backtest.quarters import Quarter
from experiments.ledger.entries import Entry, agreement_of, by_quarter, counted
from experiments.ledger.error_drift import coverage_p_value, cusum, cusum_limit
from experiments.ledger.feature_drift import feature_drift, stability_index
from experiments.ledger.retraining import Champion, retraining
from experiments.ledger.warned import NOT_SHOWN, RIGHT, TOO_FEW, warning_records
from tests.experiments.ledger.invented_entries import FIRST_DAY, entry, honest_entries
from tests.training.plain_rosters import plain_roster


def fired(rule: object) -> set[str]:
    """Names of the criteria that fire."""
    return {one.name for one in getattr(rule, "criteria", ()) if one.fires}


def test_honest_forecasts_agree() -> None:
    found = agreement_of(honest_entries(400))
    assert found is not None and found.coverage is not None
    assert found.coverage.low < 0.9 < found.coverage.high
    assert found.slope.low < 1.0 < found.slope.high
    assert found.bias.low < 0.0 < found.bias.high
    assert 0.5 < found.r2 < 1.0
    # Wilson's interval, by hand.
    n, p, z = 400, found.coverage.value, stats.norm.ppf(0.95)
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert (found.coverage.low, found.coverage.high) == pytest.approx(
        (centre - half, centre + half)
    )


def test_deviations_of_honest_forecasts_are_standard_normal() -> None:
    deviations = [one.deviation for one in honest_entries(600, seed=2)]
    assert np.mean(deviations) == pytest.approx(0.0, abs=0.12)
    assert np.std(deviations) == pytest.approx(1.0, abs=0.1)


def test_faulty_measurements_say_nothing_of_forecasts() -> None:
    entries = [entry(0, 0.02, 0.02), entry(1, 0.02, 0.9, faulty=True)]
    assert [one.campaign.campaign_id for one in counted(entries)] == ["c0"]
    assert agreement_of(entries) is None


def test_quarters_are_those_in_which_campaigns_began() -> None:
    groups = by_quarter([entry(14, 0.0, 0.0), entry(0, 0.0, 0.0), entry(1, 0.0, 0.0)])
    assert {str(q): len(own) for q, own in groups.items()} == {"2024 Q1": 2, "2024 Q2": 1}
    assert list(groups) == [Quarter(2024, 1), Quarter(2024, 2)]


def test_a_warning_is_right_where_forecasts_that_carry_it_miss_by_more() -> None:
    some = frozenset(range(0, 60, 4))
    (found,) = warning_records(honest_entries(60, worse=some))
    assert found.verdict == RIGHT
    assert (found.campaigns, found.campaigns_without) == (15, 45)
    assert found.miss > 3 * found.miss_without
    quiet = [
        entry(n, 0.02, 0.02 + 0.003 * x, warnings=["new_brand"] if n % 2 else ["stale_features"])
        for n, x in enumerate(np.random.default_rng(1).standard_normal(40))
    ]
    assert {one.verdict for one in warning_records(quiet)} == {NOT_SHOWN}
    assert warning_records(quiet[:4])[0].verdict == TOO_FEW


def test_without_drift_there_is_no_reason_to_train_again() -> None:
    rules = [retraining(honest_entries(52, seed=seed), (), None) for seed in range(40)]
    assert sum(rule.retrain for rule in rules) <= 4
    assert rules[0].sentence == "No reason to train again."
    assert [one.name for one in rules[0].criteria] == [
        "coverage", "slope", "errors", "features", "new evidence",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("entries", "criterion"),
    [
        (honest_entries(52, truth=0.4), "slope"),
        (honest_entries(52, truth=0.4), "errors"),
        (honest_entries(52, worse=frozenset(range(52))), "coverage"),
    ],
)
def test_drift_of_errors_is_a_reason(entries: list[Entry], criterion: str) -> None:
    rule = retraining(entries, (), None)
    assert criterion in fired(rule)
    assert rule.sentence.startswith("Train again. ")


def test_only_the_last_year_counts() -> None:
    early = honest_entries(60, truth=0.2)
    late = [entry(60 + n, 0.02, 0.02) for n in range(52)]
    assert fired(retraining([*early, *late], (), None)) == set()


def test_a_champion_that_missed_a_fifth_of_the_evidence_is_behind() -> None:
    entries = honest_entries(52)
    over = [one.campaign.window.last for one in entries]
    behind = Champion("3", over[39], campaigns=60)
    assert fired(retraining(entries, (), behind)) == {"new evidence"}
    assert "12 campaigns" in retraining(entries, (), behind).sentence
    assert fired(retraining(entries, (), Champion("3", over[39], campaigns=61))) == set()
    assert fired(retraining(entries, (), Champion("3", over[43], campaigns=10))) == set()


def test_a_cusum_is_the_sum_written_out() -> None:
    days = [FIRST_DAY + timedelta(days=n) for n in range(5)]
    found = cusum([1.0, -2.0, 1.5, 9.0, 0.0], days)
    # 0.5; 0; 1.0; + 3 (the most one counts) - 0.5 = 3.5.
    assert found.value == pytest.approx(3.5)
    assert (found.upwards, found.since) == (True, days[2])
    down = cusum([-1.0, -1.0, -1.0, 0.0, 0.0], days)
    assert down.value == pytest.approx(1.5)
    assert (down.upwards, down.since) == (False, days[0])
    assert cusum([0.0] * 5, days).since is None
    assert not cusum([], []).alarm


def test_chance_reaches_the_limit_of_a_cusum_once_in_a_hundred() -> None:
    rng = np.random.default_rng(5)
    days = [date(2024, 1, 1)] * 40
    alarms = [cusum(rng.standard_normal(40).tolist(), days).alarm for _ in range(1_500)]
    assert np.mean(alarms) == pytest.approx(0.01, abs=0.008)
    assert cusum_limit(20) < cusum_limit(200)


def test_coverage_has_the_p_value_of_a_binomial() -> None:
    inside = np.array([True] * 15 + [False] * 5)
    terms = [stats.binom.pmf(k, 20, 0.9) for k in range(16)]
    assert coverage_p_value(inside, 0.9) == pytest.approx(sum(terms))


def test_the_stability_index_is_its_formula() -> None:
    expected, found = np.array([50.0, 30.0, 20.0]), np.array([20.0, 20.0, 60.0])
    e, f = expected / 100, found / 100
    by_hand = sum((b - a) * np.log(b / a) for a, b in zip(e, f, strict=True))
    assert float(stability_index(expected, found)) == pytest.approx(by_hand)
    assert float(stability_index(expected, 7 * expected)) == pytest.approx(0.0)


def test_features_that_moved_are_found_and_others_are_not() -> None:
    rng = np.random.default_rng(0)
    names = [f"creator-{i}" for i in range(8)]
    before = [plain_roster(n, names) for n in range(60)]
    late = [
        plain_roster(n, names, columns={"posts": rng.normal(3.0, 1.0, 8)}) for n in range(60, 80)
    ]
    found = feature_drift(before, late)
    assert found[0].feature == "posts"
    assert found[0].drifted
    assert found[0].index > 1.0
    assert sum(one.drifted for one in found) <= 2
    assert not {"season_sin", "season_cos"} & {one.feature for one in found}
    assert feature_drift([], late) == ()


def test_what_a_campaigns_bookings_share_is_no_drift_of_many_bookings() -> None:
    """A brand's own value in every booking: two late campaigns differ by chance, not by drift."""
    rng = np.random.default_rng(1)
    rosters = [
        plain_roster(
            n, [f"creator-{i}" for i in range(12)], columns={"posts": np.full(12, rng.normal())}
        )
        for n in range(40)
    ]
    by_name = {one.feature: one for one in feature_drift(rosters[:38], rosters[38:])}
    assert by_name["posts"].index > 0.25
    assert not by_name["posts"].drifted
