"""All that was known on a date: the one type training and serving read features from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.history.captions import CaptionIndex
from features.history.followers import FollowerSample
from features.history.markets import SalesHistory


@dataclass(frozen=True)
class AudienceShares:
    """Where the creators' followers live.

    `shares[i, m]` is the share of ALL followers of creator i (a row of
    `Snapshot.creators`) who live in market m; `known[i]` is False where no market row
    of the creator was observed, and the row is then all zeros.
    """

    market_ids: tuple[str, ...]
    shares: npt.NDArray[np.float32]  # [n_creators, n_markets]
    known: npt.NDArray[np.bool_]  # [n_creators]


@dataclass(frozen=True)
class Snapshot:
    """What was known on `as_of`, that day included.

    `creators`: index creator_id (ascending); profile columns handle, category, country,
    language, is_virtual (bool), communities (";"-separated or ""), followers (of the
    largest account), observed_on (newest follower count, NaT if none), then one float
    column per creator and audience feature, NaN where unknown.
    `accounts`: index (creator_id, platform); floats followers, paying_subscribers,
    median_views_90d, median_view_rate_90d, engagement_per_view_90d.
    `interests`: index creator_id, one column per interest; a row of NaN where unknown.
    `markets`: index market_id; name, country, language, population.
    `brands`: index brand_id; name, category.
    `rates`: creator_id, platform, format, fee_per_post, fee_source ("rates"|"estimate").
    """

    as_of: date
    creators: pd.DataFrame
    accounts: pd.DataFrame
    audience: AudienceShares
    interests: pd.DataFrame
    captions: CaptionIndex
    followers: FollowerSample | None
    markets: pd.DataFrame
    brands: pd.DataFrame
    rates: pd.DataFrame
    sales: SalesHistory
