"""What cleaning leaves out, what it mends, and that it counts both."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pandas.testing as pdt

from features.sources.source import open_source
from tests.features.tiny_world import Tables, tiny_world, write


def tables_for(*names: str) -> Tables:
    return {name: table for name, table in tiny_world(3).items() if name in names}


def test_a_sound_source_loses_nothing(tmp_path: Path) -> None:
    tables = tiny_world(3)
    source = open_source(write(tables, tmp_path))
    assert source.dropped == {}
    assert {name: len(source.frame(name)) for name in tables} == {
        name: len(table) for name, table in tables.items()
    }


def test_every_row_left_out_is_counted_by_its_reason(tmp_path: Path) -> None:
    tables = tables_for("posts", "accounts", "creators")
    posts = tables["posts"].reset_index(drop=True)
    broken = posts.astype({"account_id": object, "published_at": object})
    broken.loc[0, "published_at"] = pd.NaT
    broken.loc[1:2, "account_id"] = "nobody"
    twins = broken.iloc[[10, 11]]
    contradiction = broken.iloc[[12]].assign(views=10**9)
    whole = pd.concat([broken, twins, contradiction]).astype({"published_at": "datetime64[us]"})
    source = open_source(write({**tables, "posts": whole}, tmp_path))
    assert source.dropped == {
        "posts: account_id unknown": 2,
        "posts: conflicting post_id": 1,
        "posts: published_at null required": 1,
        "posts: repeated rows": 2,
    }
    assert len(source.frame("posts")) == len(whole) - sum(source.dropped.values())


def test_of_contradicting_posts_the_newest_reading_stays(tmp_path: Path) -> None:
    tables = tables_for("posts", "accounts", "creators")
    post = tables["posts"].iloc[[0]].assign(published_at=pd.Timestamp("2023-05-01"))
    readings = [
        post.assign(observed_at=pd.Timestamp("2023-05-03"), views=3),
        post.assign(observed_at=pd.Timestamp("2023-05-09"), views=9),
        post.assign(observed_at=pd.Timestamp("2023-05-06"), views=6),
        post.assign(observed_at=None, views=1),
    ]
    source = open_source(write({**tables, "posts": pd.concat(readings)}, tmp_path))
    assert source.frame("posts")["views"].tolist() == [9]


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    tables = tables_for("creators", "accounts", "account_stats", "audience")
    stats = tables["account_stats"]
    tables["account_stats"] = pd.concat([stats, stats.assign(followers=stats["followers"] + 7)])
    shuffled = {name: table.sample(frac=1, random_state=5) for name, table in tables.items()}
    straight = open_source(write(tables, tmp_path / "straight"))
    crooked = open_source(write(shuffled, tmp_path / "crooked"))
    for name in tables:
        pdt.assert_frame_equal(straight.frame(name), crooked.frame(name))
    assert straight.dropped == crooked.dropped
    kept = straight.frame("account_stats")["followers"].sum()
    assert kept == stats["followers"].sum() + 7 * len(stats)


def test_impossible_values_become_unknown(tmp_path: Path) -> None:
    tables = tables_for("posts", "accounts", "creators")
    posts = (
        tables["posts"]
        .iloc[:2]
        .assign(
            post_id=["a", "b"],
            published_at=pd.Timestamp("2023-05-01"),
            observed_at=pd.to_datetime(["2023-04-01", "2023-05-09"]),
            views=[-5, 5],
            is_sponsored=[False, True],
            is_disclosed=[True, True],
        )
    )
    cleaned = open_source(write({**tables, "posts": posts}, tmp_path)).frame("posts")
    assert cleaned["observed_at"].isna().tolist() == [True, False]
    assert cleaned["views"].isna().tolist() == [True, False]
    assert cleaned["is_disclosed"].isna().tolist() == [True, False]


def test_shares_above_one_are_scaled_down(tmp_path: Path) -> None:
    tables = tables_for("audience", "creators")
    day = pd.Timestamp("2023-05-01")
    tables["audience"] = pd.DataFrame(
        {
            "creator_id": "000",
            "observed_on": day,
            "dimension": ["age", "age", "gender"],
            "value": ["18-24", "25-34", "female"],
            "share": [0.9, 0.6, 0.7],
        }
    )
    shares = open_source(write(tables, tmp_path)).frame("audience")
    assert shares["share"].round(12).tolist() == [0.6, 0.4, 0.7]


def test_a_sample_with_several_rates_is_not_used(tmp_path: Path) -> None:
    tables = tables_for("followers", "creators")
    sample = tables["followers"].reset_index(drop=True)
    sample.loc[0, "sample_rate"] = 0.5
    source = open_source(write({**tables, "followers": sample}, tmp_path))
    assert source.frame("followers").empty
    assert source.dropped == {"followers: sample_rate varies": len(sample)}
