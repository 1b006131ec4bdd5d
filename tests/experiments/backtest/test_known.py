"""What is observed after a roster was booked is not in its rows; what came after a day is cut."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.backtest.known import Known, read_known
from experiments.worlds.simulate import WorldSettings, simulate
from features.sources.source import open_source

WORLD = WorldSettings(
    campaigns=4, creators=60, markets=8, brands=2, weeks=66, future_campaigns=0, seed=5
)
#: Tables of observations, with the column that says when.
DATED = {
    "posts": "published_at",
    "account_stats": "observed_on",
    "audience": "observed_on",
    "rates": "observed_on",
    "sales": "date",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("world")
    simulate(WORLD, made)
    return made


@pytest.fixture(scope="module")
def known(folder: Path) -> Known:
    return read_known(open_source(folder), lambda *_: None)


def with_another_future(folder: Path, out: Path, day: date) -> Path:
    """The same world with every number observed after a day seven times as large, ten days off."""
    shutil.copytree(folder, out)
    for name, column in DATED.items():
        table = pd.read_parquet(out / f"{name}.parquet")
        later = pd.to_datetime(table[column]).dt.date > day
        counts = [
            c for c in ("views", "followers", "revenue", "fee_per_post", "likes") if c in table
        ]
        for count in counts:
            table.loc[later, count] = (table.loc[later, count] * 7).astype(table[count].dtype)
        if name == "audience":
            table.loc[later, "share"] = table.loc[later, "share"].to_numpy()[::-1]
        table.to_parquet(out / f"{name}.parquet")
    return out


def test_another_future_leaves_the_rows_of_a_booking_as_they_were(
    folder: Path, known: Known, tmp_path: Path
) -> None:
    campaigns = sorted(known.campaigns.campaigns, key=lambda c: c.booked_on or date.min)
    name, booked_on = str(campaigns[0].campaign_id), campaigns[0].booked_on
    assert booked_on is not None
    other = read_known(
        open_source(with_another_future(folder, tmp_path / "other", booked_on)), lambda *_: None
    )
    ours, theirs = known.rosters[name], other.rosters[name]
    np.testing.assert_array_equal(ours.rows.numbers, theirs.rows.numbers)
    np.testing.assert_array_equal(ours.rows.reach.shapley, theirs.rows.reach.shapley)
    np.testing.assert_array_equal(ours.weekly, theirs.weekly)
    # The later campaign's rows know that future.
    last = str(campaigns[-1].campaign_id)
    assert not np.array_equal(
        known.rosters[last].rows.numbers, other.rosters[last].rows.numbers, equal_nan=True
    )


def test_before_a_day_only_ended_weeks_and_finished_campaigns_are_known(known: Known) -> None:
    campaign = sorted(known.campaigns.campaigns, key=lambda c: c.window.last)[0]
    last = campaign.window.last
    week_after = np.datetime64(last) + np.timedelta64(8, "D")
    part = known.before(week_after.item())
    assert part.history.weeks[-1] + np.timedelta64(6, "D") < week_after
    assert campaign in part.campaigns.campaigns
    assert set(part.campaigns.assignments["campaign_id"]) == {
        c.campaign_id for c in part.campaigns.campaigns
    }
    assert campaign not in known.before(last).campaigns.campaigns
    nothing = known.before(date(1999, 1, 1))
    assert nothing.campaigns.campaigns == ()
    assert len(nothing.history.weeks) == 0
