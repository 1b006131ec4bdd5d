"""Finished campaigns of a source nobody here designed."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.measurement.campaigns import NO_ASSIGNMENTS, NOT_OVER
from experiments.measurement.finished import (
    CampaignMeasurement,
    MeasuredCampaigns,
    measure_campaigns,
)
from experiments.measurement.measurement import DRAWN, NOT_DRAWN
from features.errors import UnknownIdError
from features.sources.source import Source, open_source
from tests.experiments.measurement.own_source import Ran, half_of_the_markets, write_source

LEAK = {i: 0.4 for i, treated in enumerate(half_of_the_markets(3)) if not treated}
RAN = [
    Ran("first", 30, 2, 0.10, half_of_the_markets(1)),
    Ran("second", 32, 2, 0.25, half_of_the_markets(2)),
    Ran("leaky", 50, 2, 0.20, half_of_the_markets(3), dose=LEAK),
    Ran("chosen", 65, 2, 0.10, half_of_the_markets(4), propensity=None),
    Ran("everywhere", 80, 2, 0.10, (True,) * 24),
    Ran("twin", 95, 2, 0.10, half_of_the_markets(5)),
    Ran("other twin", 95, 2, 0.0, half_of_the_markets(5)),
    Ran("late", 107, 2, 0.10, half_of_the_markets(6)),
]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = write_source(tmp_path_factory.mktemp("foreign"), RAN, weeks=110)
    with (folder / "campaigns.csv").open("a") as file:
        file.write("lost,b,food,2024-05-01,2024-06-03,2024-06-16\n")
    return open_source(folder)


@pytest.fixture(scope="module")
def everything(source: Source) -> MeasuredCampaigns:
    return measure_campaigns(source)


@pytest.fixture(scope="module")
def found(everything: MeasuredCampaigns) -> dict[str, CampaignMeasurement]:
    return {one.campaign_id: one for one in everything.measured}


def test_lifts_are_found_and_the_other_campaign_is_taken_out(
    found: dict[str, CampaignMeasurement],
) -> None:
    first, second = found["first"], found["second"]
    assert first.alongside == ("second",)
    assert second.alongside == ("first",)
    assert first.measurement.lift == pytest.approx(0.10, abs=0.015)
    assert second.measurement.lift == pytest.approx(0.25, abs=0.02)
    assert first.measurement.grade == DRAWN
    assert first.measurement.periods_in_window == 6
    assert (first.last_day - first.first_day).days == 41


def test_they_come_in_the_order_they_started(everything: MeasuredCampaigns) -> None:
    assert [one.campaign_id for one in everything.measured][:4] == [
        "first",
        "second",
        "leaky",
        "chosen",
    ]


def test_a_dose_recorded_beside_the_assignment_counts(
    found: dict[str, CampaignMeasurement],
) -> None:
    leaky = found["leaky"]
    assert leaky.measurement.lift == pytest.approx(0.20, abs=0.02)
    checks = {check.check: check for check in leaky.checks}
    assert "40% in held-out" in checks["contrast of doses"].found


def test_markets_that_nobody_drew_are_graded_so(found: dict[str, CampaignMeasurement]) -> None:
    assert found["chosen"].measurement.grade == NOT_DRAWN
    assert found["chosen"].measurement.lift == pytest.approx(0.10, abs=0.02)


def test_what_is_left_out_has_a_reason(everything: MeasuredCampaigns) -> None:
    assert everything.left_out.keys() == {"everywhere", "late", "lost"}
    assert everything.left_out["late"] == NOT_OVER
    assert everything.left_out["lost"] == NO_ASSIGNMENTS
    assert "0 held-out" in everything.left_out["everywhere"]


def test_campaigns_nobody_can_tell_apart_are_a_fault(everything: MeasuredCampaigns) -> None:
    assert sorted(everything.faults) == ["other twin", "twin"]
    assert all(told[0].startswith("other campaigns") for told in everything.faults.values())


def test_one_campaign_alone_is_measured_as_among_all(
    source: Source, found: dict[str, CampaignMeasurement]
) -> None:
    (alone,) = measure_campaigns(source, campaign_id="second").measured
    assert alone == found["second"]
    with pytest.raises(UnknownIdError, match="third"):
        measure_campaigns(source, campaign_id="third")


def test_sales_by_day_and_a_window_that_ends_with_the_posts(tmp_path: Path) -> None:
    short = Ran("short", 38, 2, 0.10, half_of_the_markets(2))
    source = open_source(write_source(tmp_path, [short], weeks=40, daily=True, carry_over_weeks=0))
    assert measure_campaigns(source).left_out == {"short": NOT_OVER}
    (found,) = measure_campaigns(source, days_after=0).measured
    assert found.measurement.lift == pytest.approx(0.10, abs=0.01)
    assert found.measurement.periods_in_window == 14
    assert found.measurement.periods_before == 38 * 7
