"""Post features once more, in pandas, as one would write them there: whole columns at a time.

Once campaign by campaign, as the question is asked, and once for all campaigns together, with
the as-of join written out by hand.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.entities import FORMATS

_COLUMNS = (
    *("post_id", "account_id", "published_at", "observed_at", "format", "views", "likes"),
    *("comments", "shares", "saves", "creator_replies", "is_sponsored", "is_disclosed"),
)
_MOMENT = ["as_of", "creator_id"]


def post_features_by_campaign(folder: Path, moments: pd.DataFrame) -> pd.DataFrame:
    """As `post_features`: tables are read once, and cut for one booking day after the other."""
    posts, accounts, stats = _read(folder)
    days = np.sort(posts["read_on"].unique())
    parts = [
        _of_moments(posts, accounts, stats, days, part) for _, part in moments.groupby("as_of")
    ]
    return pd.concat(parts).sort_index()


def post_features(folder: Path, moments: pd.DataFrame) -> pd.DataFrame:
    """Every feature of posts at the moments; index as_of, creator_id, sorted."""
    posts, accounts, stats = _read(folder)
    return _of_moments(posts, accounts, stats, np.sort(posts["read_on"].unique()), moments)


def _read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    posts = pd.read_parquet(folder / "posts", columns=list(_COLUMNS))
    read_at = posts["observed_at"].fillna(posts["published_at"] + pd.Timedelta(days=7))
    posts["read_at"], posts["read_on"] = read_at, read_at.dt.floor("D")
    posts["published_on"] = posts["published_at"].dt.floor("D")
    accounts = pd.read_parquet(folder / "accounts.parquet", columns=["account_id", "creator_id"])
    stats = pd.read_parquet(
        folder / "account_stats.parquet", columns=["account_id", "observed_on", "followers"]
    )
    return posts, accounts, stats


def _of_moments(
    posts: pd.DataFrame,
    accounts: pd.DataFrame,
    stats: pd.DataFrame,
    days: npt.NDArray[np.datetime64],
    moments: pd.DataFrame,
) -> pd.DataFrame:
    asked = moments.drop_duplicates()
    place = np.searchsorted(days, asked["as_of"].to_numpy(), side="right")
    asked = asked[place > 0].assign(read_until=days[place[place > 0] - 1])
    held = asked.merge(accounts, on="creator_id")
    rows = held.merge(posts[posts["account_id"].isin(held["account_id"])], on="account_id")
    rows["age"] = (rows["read_until"] - rows["published_on"]).dt.days
    rows = rows[(rows["read_on"] <= rows["read_until"]) & (rows["age"] < 365)]
    rows = rows.sort_values([*_MOMENT, "post_id", "read_at"])
    rows = rows.drop_duplicates([*_MOMENT, "post_id"], keep="last")
    rows["people"] = _followers(stats, rows)
    return _counted(rows[rows["age"] < 90], rows)


def _followers(stats: pd.DataFrame, rows: pd.DataFrame) -> pd.Series[float]:
    """Each row's account's newest follower count by as_of."""
    stats = stats[stats["account_id"].isin(rows["account_id"])]
    observed = pd.to_datetime(stats["observed_on"]).astype(rows["as_of"].dtype)
    stats = stats.assign(observed_on=observed)
    pairs = rows[["as_of", "account_id"]].drop_duplicates().sort_values("as_of")
    newest = pd.merge_asof(
        pairs,
        stats.sort_values("observed_on"),
        left_on="as_of",
        right_on="observed_on",
        by="account_id",
    )
    found = rows[["as_of", "account_id"]].merge(newest, on=["as_of", "account_id"], how="left")
    people: pd.Series[float] = found["followers"].set_axis(rows.index)
    return people.where(people > 0)


def _counted(recent: pd.DataFrame, year: pd.DataFrame) -> pd.DataFrame:
    rows = recent.assign(engagement=recent[["likes", "comments", "shares", "saves"]].sum(axis=1))
    rows["engagement_rate"] = rows["engagement"] / rows["people"]
    rows["view_rate"] = rows["views"] / rows["people"]
    by = rows.groupby(_MOMENT)
    total = by[["engagement", "views", "comments", "creator_replies"]].sum()
    viewed = rows[rows["views"] > 0].groupby(_MOMENT)[["engagement", "views"]].sum()
    replied = rows[rows["comments"] > 0].groupby(_MOMENT)[["creator_replies", "comments"]].sum()
    shares = pd.DataFrame(
        {
            name: (rows["format"] == name).groupby([rows[n] for n in _MOMENT]).mean()
            for name in FORMATS
        }
    )
    told = year[year["is_sponsored"].fillna(False) & year["is_disclosed"].notna()]
    found = pd.DataFrame(
        {
            "engagement_per_view_90d": viewed["engagement"] / viewed["views"],
            "engagement_per_follower_90d": by["engagement_rate"].median(),
            "reply_rate_90d": replied["creator_replies"] / replied["comments"],
            "comment_share_90d": total["comments"] / total["engagement"],
            "posts_per_week_90d": by.size() * 7 / 90,
            "posting_gap_cv_90d": _gap_variation(rows),
            "short_video_share_90d": shares["short_video"],
            "long_video_share_90d": shares["long_video"],
            "live_share_90d": shares["live"],
            "format_diversity_90d": 1 - (shares**2).sum(axis=1),
            "sponsored_share_90d": by["is_sponsored"].mean(),
            "median_views_90d": by["views"].median(),
            "median_view_rate_90d": by["view_rate"].median(),
        }
    )
    disclosed = told["is_disclosed"].astype(float).groupby([told[n] for n in _MOMENT]).mean()
    return found.join(disclosed.rename("disclosure_rate_365d"), how="outer").astype(float)


def _gap_variation(rows: pd.DataFrame) -> pd.Series[float]:
    """Standard deviation of the gaps over their mean, in whole seconds; three posts at least."""
    ordered = rows.sort_values([*_MOMENT, "published_at"])
    seconds = ordered["published_at"].dt.floor("s").astype("int64") // 10**6
    gaps = seconds.groupby([ordered[name] for name in _MOMENT]).diff()
    by = gaps.groupby([ordered[name] for name in _MOMENT])
    variation: pd.Series[float] = by.std(ddof=0) / by.mean()
    return variation.where(by.count() >= 2)
