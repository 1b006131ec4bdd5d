"""Every catalog feature against its slow twin, and time against later knowledge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest

from features.history.audiences import AUDIENCE_FEATURES
from features.history.creators import CREATOR_FEATURES
from features.history.moments import KnownAtMoments, known_at
from features.sources.source import open_source
from tests.features.slow_features import slow_features
from tests.features.tiny_world import FIRST, Tables, tiny_world, write

DAYS = [FIRST + pd.Timedelta(days=days) for days in (0, 40, 97, 188, 365, 440)]


def moments_of(tables: Tables) -> pd.DataFrame:
    return pd.MultiIndex.from_product(
        [DAYS, tables["creators"]["creator_id"]], names=["as_of", "creator_id"]
    ).to_frame(index=False)


def known(tables: Tables, folder: Path) -> KnownAtMoments:
    return known_at(open_source(write(tables, folder)), moments_of(tables))


@pytest.fixture(scope="module", params=[1, 2])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Features as counted and as the slow twin has them, on the same index."""
    tables = tiny_world(request.param)
    counted = known(tables, tmp_path_factory.mktemp("source")).features
    slow = [slow_features(tables, *moment) for moment in counted.index]
    return counted, pd.DataFrame(slow, index=counted.index)


@pytest.mark.parametrize("name", [*CREATOR_FEATURES, *AUDIENCE_FEATURES])
def test_feature_equals_its_slow_twin(name: str, both: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    counted, slow = both
    expected = slow[name].astype(float)
    assert expected.nunique() > 1, "a constant column would prove nothing"
    pdt.assert_series_equal(counted[name], expected, rtol=1e-9, atol=1e-10)


def later_rows(tables: Tables, day: pd.Timestamp, seed: int) -> Tables:
    """The tables with everything after the day replaced by other rows, all rows shuffled."""
    rng = np.random.default_rng(seed)
    other = tiny_world(seed + 100)
    dates = {"account_stats": "observed_on", "audience": "observed_on", "rates": "observed_on"}
    changed = dict(tables)
    for name, column in dates.items():
        past = tables[name][tables[name][column] <= day]
        future = other[name][other[name][column] > day]
        changed[name] = pd.concat([past, future])
    read = tables["posts"]["observed_at"].fillna(
        tables["posts"]["published_at"] + pd.Timedelta(days=7)
    )
    late = read.dt.normalize() > day
    moved = tables["posts"][late].assign(views=1, likes=1, caption="later")
    extra = moved.assign(post_id="x" + moved["post_id"], observed_at=day + pd.Timedelta(days=1))
    extra["published_at"] = day - pd.Timedelta(days=1)
    changed["posts"] = pd.concat([tables["posts"][~late], moved, extra])
    return {
        name: table.iloc[rng.permutation(len(table))] if name != "creators" else table
        for name, table in changed.items()
    }


@pytest.mark.parametrize("seed", [3, 4])
def test_later_rows_change_nothing(seed: int, tmp_path: Path) -> None:
    tables, day = tiny_world(seed), DAYS[3]
    before = known(tables, tmp_path / "before")
    after = known(later_rows(tables, day, seed), tmp_path / "after")
    pdt.assert_frame_equal(before.features.loc[:day], after.features.loc[:day])
    pdt.assert_frame_equal(before.accounts.loc[:day], after.accounts.loc[:day])
    pdt.assert_series_equal(before.captions.loc[:day], after.captions.loc[:day])
    for old, new in ((before.shares, after.shares), (before.rates, after.rates)):
        pdt.assert_frame_equal(old[old["as_of"] <= day], new[new["as_of"] <= day])
    assert not before.features.loc[DAYS[4] :].equals(after.features.loc[DAYS[4] :])


def test_the_day_itself_counts_and_the_day_after_does_not(tmp_path: Path) -> None:
    tables = tiny_world(5)
    account = tables["accounts"].iloc[0]
    post = tables["posts"].iloc[[0]].assign(account_id=account["account_id"], views=10)
    times = {
        "read": ("2023-03-01 08:00", "2023-03-10 23:59:59"),
        "not": ("2023-03-02", "2023-03-11"),
    }
    tables["posts"] = pd.concat(
        post.assign(post_id=p, published_at=pd.Timestamp(a), observed_at=pd.Timestamp(b))
        for p, (a, b) in times.items()
    )
    stats = tables["account_stats"].iloc[[0]].assign(account_id=account["account_id"])
    tables["account_stats"] = pd.concat(
        stats.assign(observed_on=pd.Timestamp(day), followers=n)
        for day, n in (("2023-03-10", 500), ("2023-03-11", 900))
    )
    asked = pd.DataFrame(
        {
            "as_of": pd.to_datetime(["2023-03-09", "2023-03-10", "2023-03-11"]),
            "creator_id": account["creator_id"],
        }
    )
    features = known_at(open_source(write(tables, tmp_path)), asked).features
    assert features["followers_total"].tolist()[1:] == [500.0, 900.0]
    assert np.isnan(features["followers_total"].iloc[0])
    weekly = features["posts_per_week_90d"].to_numpy() * 90 / 7
    np.testing.assert_allclose(weekly, [np.nan, 1, 2])


def test_a_post_without_reading_time_is_read_after_seven_days(tmp_path: Path) -> None:
    tables = tiny_world(6)
    account = tables["accounts"].iloc[0]
    tables["posts"] = (
        tables["posts"].iloc[[0]].drop(columns="observed_at").assign(
            account_id=account["account_id"], published_at=pd.Timestamp("2023-05-01 20:00")
        )
    )  # fmt: skip
    asked = pd.DataFrame(
        {"as_of": pd.to_datetime(["2023-05-07", "2023-05-08"]), "creator_id": account["creator_id"]}
    )
    features = known_at(open_source(write(tables, tmp_path)), asked).features
    assert features["posts_per_week_90d"].notna().tolist() == [False, True]


def test_old_readings_stay_known_until_newer_ones_come(tmp_path: Path) -> None:
    """Windows end at the newest reading of the source, so a stale source is not a silent one."""
    tables = tiny_world(7)
    late = pd.DataFrame({"as_of": [FIRST + pd.Timedelta(days=2000)], "creator_id": "000"})
    stale = known_at(open_source(write(tables, tmp_path / "stale")), late).features
    assert stale["median_views_90d"].notna().all()
    fresh = (
        tables["posts"]
        .iloc[[0]]
        .assign(
            post_id="fresh",
            account_id=tables["accounts"]["account_id"].iloc[-1],
            published_at=FIRST + pd.Timedelta(days=1900),
            observed_at=FIRST + pd.Timedelta(days=1910),
        )
    )
    tables["posts"] = pd.concat([tables["posts"], fresh])
    silent = known_at(open_source(write(tables, tmp_path / "fresh")), late).features
    assert silent["median_views_90d"].isna().all()


def test_unknown_creators_are_left_out_and_repeated_moments_count_once(tmp_path: Path) -> None:
    asked = pd.DataFrame({"as_of": [DAYS[3]] * 3, "creator_id": ["000", "000", "nobody"]})
    features = known_at(open_source(write(tiny_world(8), tmp_path)), asked).features
    assert features.index.tolist() == [(DAYS[3], "000")]
