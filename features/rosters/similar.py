"""A creator who is not in the catalog, filled in from similar creators who are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.entities import TIERS, ProposedCreator, tier_of
from features.errors import FieldFault
from features.people.coverage import FloatArray, IntArray
from features.rosters.lookup import CATALOG_FEATURES, CatalogArrays

#: The medians of so many creators, nearest by followers, fill what is not given.
NEAREST: Final = 25
#: Fewer creators of the niche and language than this say too little.
_ENOUGH: Final = 5


@dataclass(frozen=True, eq=False)
class ProposedProfile:
    """A proposed creator as a row of the catalog, filled in; no communities are known.

    `values` [CATALOG_FEATURES], `shares` [markets of the snapshot], `interests` [categories].
    """

    values: FloatArray
    followers: float
    category: str
    language: str
    country: str
    shares: FloatArray
    audience_known: bool
    interests: FloatArray


def similar_creators(arrays: CatalogArrays, proposed: ProposedCreator) -> IntArray:
    """Return rows of up to 25 catalog creators like the proposed one, nearest first.

    Of the same niche and language; if there are fewer than 5, of the niche, then of the
    language, then of the whole catalog. Nearest by the logarithm of followers.
    """
    niche = arrays.category == proposed.category
    tongue = arrays.language == proposed.language
    everyone = np.ones(len(niche), dtype=bool)
    comparable = next(
        (group for group in (niche & tongue, niche, tongue) if group.sum() >= _ENOUGH), everyone
    )
    rows = np.flatnonzero(comparable & np.isfinite(arrays.followers))
    distance = np.abs(np.log1p(arrays.followers[rows]) - np.log1p(proposed.followers))
    return rows[np.argsort(distance, kind="stable")[:NEAREST]]


def proposed_profile(arrays: CatalogArrays, proposed: ProposedCreator) -> ProposedProfile:
    """Return the proposed creator as a catalog row: what is given, else the peers' median."""
    peers = similar_creators(arrays, proposed)
    values = _median(arrays.values[peers], arrays.values.shape[1])
    given = _given_market_shares(arrays, proposed)
    located = peers[arrays.audience_known[peers]]
    peers_shares = _mean(arrays.shares[located if len(located) else peers])
    shares = np.nan_to_num(peers_shares) if given is None else given
    homes, counts = np.unique(arrays.country[peers], return_counts=True)
    country = str(homes[counts.argmax()]) if len(homes) else ""
    for name, value in _given_values(proposed, values).items():
        values[CATALOG_FEATURES.index(name)] = value
    if given is not None and given.sum() > 0:
        for name, value in _spread_of(given, arrays.market_country == country).items():
            values[CATALOG_FEATURES.index(name)] = value
    return ProposedProfile(
        values=values,
        followers=float(proposed.followers),
        category=proposed.category,
        language=proposed.language,
        country=country,
        shares=shares,
        audience_known=given is not None or bool(len(located)),
        interests=_mean(arrays.interests[peers]),
    )


def audience_faults(arrays: CatalogArrays, proposed: ProposedCreator) -> list[FieldFault]:
    """Return what is wrong with the proposed creator's audience by market, by path below it."""
    shares = proposed.audience.get("market", {})
    faults = [
        FieldFault(f"audience.market.{market}", f"no market with id {market!r} in the catalog")
        for market in shares
        if market not in arrays.market_row
    ]
    if any(not 0 <= share <= 1 for share in shares.values()) or sum(shares.values()) > 1 + 1e-6:
        found = f"found a sum of {sum(shares.values()):g}"
        expected = "shares are of all followers: each in 0..1, together at most 1"
        faults.append(FieldFault("audience.market", f"{expected}; {found}"))
    return faults


def _given_values(proposed: ProposedCreator, filled: FloatArray) -> dict[str, float]:
    """Return the catalog features that follow from what the planner knows."""
    tier = list(TIERS).index(tier_of(proposed.followers))
    view_rate = filled[CATALOG_FEATURES.index("median_view_rate_90d")]
    known = {
        "followers_total": float(proposed.followers),
        "follower_tier": float(tier),
        # Peers' views belong to peers' follower counts.
        "median_views_90d": float(view_rate * proposed.followers),
        "engagement_per_follower_90d": proposed.engagement_rate,
        "reply_rate_90d": proposed.reply_rate,
        "sponsored_share_90d": proposed.sponsored_share,
        "is_virtual": float(proposed.is_virtual),
    }
    return {name: value for name, value in known.items() if value is not None}


def _spread_of(shares: FloatArray, at_home: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Return the audience features that follow from the audience by market."""
    return {
        "audience_home_country_share": float(shares[at_home].sum()),
        "audience_market_concentration": float((shares**2).sum() / shares.sum() ** 2),
        "audience_top_market_share": float(shares.max()),
    }


def _given_market_shares(arrays: CatalogArrays, proposed: ProposedCreator) -> FloatArray | None:
    given = proposed.audience.get("market")
    if not given:
        return None
    shares = np.zeros(len(arrays.population))
    for market, share in given.items():
        shares[arrays.market_row[market]] = share
    return shares


def _median(rows: FloatArray, columns: int) -> FloatArray:
    """Return each column's median over known values; NaN where nothing is known."""
    medians = np.full(columns, np.nan)
    known = np.isfinite(rows).any(axis=0) if len(rows) else np.zeros(columns, dtype=bool)
    medians[known] = np.nanmedian(rows[:, known], axis=0)
    return medians


def _mean(rows: FloatArray) -> FloatArray:
    """Return each column's mean over known values; NaN where nothing is known."""
    counted = np.isfinite(rows).sum(axis=0)
    total = np.nansum(rows, axis=0)
    mean: FloatArray = np.divide(total, counted, out=np.full(len(total), np.nan), where=counted > 0)
    return mean
