"""What no order, repetition or later knowledge of rows may change, on random messy sources."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.history.moments import KnownAtMoments, known_at
from features.sources.source import open_source
from tests.features.messy_world import OBSERVED, messy_world, read_on
from tests.features.slow_features import slow_captions, slow_features
from tests.features.tiny_world import FIRST, Tables, tiny_world, write

DAYS = [FIRST + pd.Timedelta(days=days) for days in (97, 188, 365)]
LAST = DAYS[-1]


def known(tables: Tables) -> KnownAtMoments:
    asked = pd.MultiIndex.from_product([DAYS, tables["creators"]["creator_id"]])
    moments = asked.to_frame(index=False, name=["as_of", "creator_id"])
    with TemporaryDirectory() as folder:
        return known_at(open_source(write(tables, Path(folder)), threads=1), moments)


@cache
def known_before(seed: int) -> KnownAtMoments:
    return known(messy_world(seed))


@st.composite
def told_otherwise(draw: st.DrawFn) -> tuple[int, Tables]:
    """A messy world, and the same in another order, with copies, and another time to come."""
    seed = draw(st.integers(0, 1))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    tables, other = messy_world(seed), tiny_world(draw(st.integers(10, 20)))
    changed = dict(tables)
    for name, column in OBSERVED.items():
        past = tables[name][tables[name][column] <= LAST]
        to_come = other[name].assign(**{column: LAST + pd.Timedelta(days=draw(st.integers(1, 99)))})
        changed[name] = pd.concat([past, to_come])
    changed["posts"] = _another_time_to_come(tables["posts"], rng, draw(st.integers(1, 99)))
    return seed, {name: _shuffled(table, rng) for name, table in changed.items()}


def _another_time_to_come(posts: pd.DataFrame, rng: np.random.Generator, days: int) -> pd.DataFrame:
    """Rows read later are moved and say something else; all posts of the past are read again."""
    late = read_on(posts) > LAST
    after = LAST + pd.Timedelta(days=days)
    moved = posts[late].assign(observed_at=after, views=1, caption="later")
    moved["published_at"] = rng.permutation(moved["published_at"].to_numpy(copy=True))
    again = posts[~late].assign(observed_at=after, views=10**6, caption="again", format="live")
    return pd.concat([posts[~late], moved[moved["published_at"] <= after], again])


def _shuffled(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    copies = table[rng.random(len(table)) < 0.3]
    return pd.concat([table, copies]).sample(frac=1, random_state=rng)


@given(told_otherwise())
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_order_copies_and_later_rows_change_nothing(told: tuple[int, Tables]) -> None:
    seed, tables = told
    before, after = known_before(seed), known(tables)
    pdt.assert_frame_equal(before.features, after.features)
    pdt.assert_frame_equal(before.accounts, after.accounts)
    pdt.assert_series_equal(before.captions, after.captions)
    pdt.assert_frame_equal(before.shares, after.shares)
    pdt.assert_frame_equal(before.rates, after.rates)


@pytest.mark.parametrize("seed", [0, 1])
def test_every_column_equals_its_slow_twin(seed: int) -> None:
    tables, found = messy_world(seed), known_before(seed)
    slow: list[dict[str, Any]] = [slow_features(tables, *moment) for moment in found.features.index]
    for name in slow[0]:
        expected = pd.Series([row[name] for row in slow], found.features.index, float, name)
        pdt.assert_series_equal(found.features[name], expected, rtol=1e-9, atol=1e-10)
    texts = {moment: slow_captions(tables, *moment) for moment in found.features.index}
    assert found.captions.to_dict() == {m: text for m, text in texts.items() if text}


def test_a_post_read_again_counts_as_it_was_last_read_by_the_moment() -> None:
    tables = tiny_world(2)
    account = tables["accounts"].iloc[0]
    post = tables["posts"].iloc[[0]].assign(
        account_id=account["account_id"], published_at=DAYS[0] - pd.Timedelta(days=60)
    )  # fmt: skip
    readings = {DAYS[0] - pd.Timedelta(days=50): 5, DAYS[0] + pd.Timedelta(days=1): 7}
    tables["posts"] = pd.concat(
        post.assign(observed_at=day, views=views) for day, views in readings.items()
    )
    asked = [DAYS[0], DAYS[0] + pd.Timedelta(days=1)]
    moments = pd.DataFrame({"as_of": asked, "creator_id": account["creator_id"]})
    with TemporaryDirectory() as folder:
        found = known_at(open_source(write(tables, Path(folder))), moments).features
    assert found["median_views_90d"].tolist() == [5.0, 7.0]
    assert found["posts_per_week_90d"].tolist() == pytest.approx([7 / 90] * 2)
