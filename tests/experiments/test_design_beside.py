"""Campaigns before and beside a test: how much of it they cover, and what a planner is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from experiments.design.beside import BrandCampaign, added_variance, beside, covered
from experiments.design.design import DesignedTest, Question, design_test
from experiments.design.document import beside_sentence, document, sentences
from experiments.design.past_sales import PastSales, past_sales
from features.entities import Campaign, Window
from tests.experiments.invented_past import FIRST_MONDAY, history_of, invented_past, noise_of

STARTS_ON = date(2024, 7, 1)
MARKETS = 24


def running(first: date, last: date, name: str = "k9", effect: float = 0.04) -> BrandCampaign:
    """A campaign in every second market that scatters as much as it does on average."""
    shown = np.asarray(np.arange(MARKETS) % 2, dtype=np.float64)
    return BrandCampaign(name, Window(first, last), shown, True, effect, effect**2)


def designed(past: PastSales) -> DesignedTest:
    return design_test(past, Question(STARTS_ON, 6, (0.5,), seed=5, tests=28))


@pytest.mark.parametrize(
    ("first", "days"), [(-40, 20), (-40, 45), (-10, 100), (3, 7), (20, 60), (42, 9)]
)
def test_a_window_covers_as_many_days_as_one_counts(first: int, days: int) -> None:
    window = Window(STARTS_ON + timedelta(first), STARTS_ON + timedelta(first + days - 1))
    test = [STARTS_ON + timedelta(day) for day in range(42)]
    counted = sum(window.first <= day <= window.last for day in test)
    assert covered(window, STARTS_ON, 6) == pytest.approx(counted / 42)


def test_a_campaign_adds_by_how_unlike_it_covers_window_and_weeks_before() -> None:
    inside = running(STARTS_ON, STARTS_ON + timedelta(weeks=3, days=-1))
    before = running(STARTS_ON - timedelta(weeks=4), STARTS_ON - timedelta(days=1))
    always = running(STARTS_ON - timedelta(weeks=60), STARTS_ON + timedelta(weeks=60))
    added = [added_variance([one], STARTS_ON, 6, 52) for one in (inside, before, always)]
    for found, apart in zip(added, (3 / 6, 4 / 52, 0.0), strict=True):
        np.testing.assert_allclose(found, inside.shown * (0.04 * apart) ** 2)
    together = added_variance([inside, before], STARTS_ON, 6, 52)
    np.testing.assert_allclose(together, np.add(added[0], added[1]))
    nowhere = replace(inside, shown=np.zeros(MARKETS))
    assert beside([inside, before, always, nowhere], STARTS_ON, 6) == (inside, always)


def test_with_a_campaign_beside_it_takes_a_larger_lift_and_the_planner_is_told() -> None:
    past = invented_past()
    alone = designed(past)
    known = running(STARTS_ON + timedelta(weeks=1), STARTS_ON + timedelta(weeks=9))
    found = designed(replace(past, campaigns=(known,)))
    best, told = found.recommended, beside_sentence(found)
    assert best.smallest_detectable > 1.1 * alone.recommended.smallest_detectable
    assert best.smallest_alone == pytest.approx(alone.recommended.smallest_detectable)
    assert told is not None
    assert "k9 (2024-07-08 to 2024-09-02)" in told
    assert f"without them a lift of {best.smallest_alone:.1%} would be seen" in told
    whole = document(found, "k10")
    assert whole["beside_sentence"] == told
    assert [one["campaign_id"] for one in whole["beside"]] == ["k9"]
    assert whole["recommended"]["smallest_detectable_lift_alone"] == best.smallest_alone
    assert f"{best.smallest_detectable:.1%}" in sentences(found)[0]


def test_without_any_the_promise_is_made_on_that_condition_where_it_matters() -> None:
    past = invented_past()
    even, uneven = (
        designed(replace(past, unevenness=replace(past.unevenness, part=part)))
        for part in (0.1, 1.5)
    )
    assert (beside_sentence(even), document(even, "k")["beside"]) == (None, [])
    told = beside_sentence(uneven)
    assert told is not None
    assert told.startswith("This holds as long as no other campaign of the brand runs beside")
    assert "adds 3.0% on average" in told
    assert told.endswith(f"it takes a lift of {uneven.recommended.smallest_disturbed:.1%}.")


def test_the_brand_s_calendar_is_read_from_the_tables() -> None:
    logs = noise_of(MARKETS, 120, seed=6)
    ids = [f"m{i:02d}" for i in range(MARKETS)]
    monday: date = FIRST_MONDAY.astype("datetime64[D]").item()
    weeks = {"seen": 60, "coming": 122, "unassigned": 122}
    campaigns = [
        Campaign("b1", "food", (day := monday + timedelta(weeks=n)), day, campaign_id=name)
        for name, n in weeks.items()
    ]
    other = replace(campaigns[0], brand_id="b2", campaign_id="other brand")
    treated = np.arange(MARKETS) < 10
    assigned = pd.concat(
        pd.DataFrame({"campaign_id": name, "market_id": ids, "treated": treated})
        for name in ("seen", "coming")
    )
    logs[:10, 60:64] += 0.1
    markets = pd.DataFrame({"population": 1_000}, index=ids)
    found = past_sales(history_of(logs), "b1", markets, [*campaigns, other], assigned)
    assert [one.campaign_id for one in found.campaigns] == list(weeks)
    seen, coming, unassigned = found.campaigns
    assert seen.effect == pytest.approx(0.1, abs=0.02)
    assert coming.effect == unassigned.effect == pytest.approx(found.unevenness.typical**0.5)
    np.testing.assert_array_equal(coming.shown, treated)
    np.testing.assert_array_equal(unassigned.shown, 0.5)
    assert (coming.assigned, unassigned.assigned) == (True, False)
