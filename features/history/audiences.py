"""Audience features: one function is one column, its docstring the entry in the dictionary.

`audience` holds the newest shares known at a moment, grouped by creator: dimension,
value, share (of all followers), market_country (of market values), home_country and
own_language (of the creator). A missing value means that the dimension is unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import ibis.expr.types as ir


def prepared(audience: ir.Table, creators: ir.Table, markets: ir.Table) -> ir.Table:
    """Add the creator's country and language, and the market's country, to shares."""
    homes = creators.select("creator_id", home_country="country", own_language="language")
    places = markets.select("market_id", market_country="country")
    rows = audience.join(homes, "creator_id", how="left")
    market = (rows.dimension == "market").ifelse(rows.value, None)
    joined = rows.mutate(market_value=market).left_join(places, [("market_value", "market_id")])
    return joined.drop("creator_id_right", "market_value", "market_id")


def _of(audience: ir.Table, dimension: str) -> ir.BooleanValue:
    return audience.dimension == dimension


def _share_where(audience: ir.Table, dimension: str, chosen: ir.BooleanValue) -> ir.Value:
    """Sum of the chosen shares of a dimension; 0 where it is known and none is chosen."""
    share = chosen.fill_null(False).ifelse(audience.share, 0.0)
    return share.sum(where=_of(audience, dimension))


def authentic_share(audience: ir.Table) -> ir.Value:
    """Authentic followers, neither bots nor bought. Unit: share. Missing: not measured."""
    return _share_where(audience, "authenticity", audience.value == "authentic")


def audience_home_country_share(audience: ir.Table) -> ir.Value:
    """Followers who live in markets of the creator's country. Unit: share of all followers.

    Missing: markets unknown.
    """
    at_home = audience.market_country == audience.home_country
    return _share_where(audience, "market", at_home)


def audience_market_concentration(audience: ir.Table) -> ir.Value:
    """Herfindahl index over markets. Unit: 1 ÷ markets (even) to 1 (one market).

    Of the followers whose market is known. Missing: markets unknown.
    """
    of_market = _of(audience, "market")
    squares = (audience.share * audience.share).sum(where=of_market)
    return squares / audience.share.sum(where=of_market).nullif(0).pow(2)


def audience_top_market_share(audience: ir.Table) -> ir.Value:
    """Followers in the largest market. Unit: share of all followers. Missing: markets unknown."""
    return audience.share.max(where=_of(audience, "market"))


def audience_language_match(audience: ir.Table) -> ir.Value:
    """Followers who speak the language the creator publishes in. Unit: share.

    Missing: languages unknown.
    """
    return _share_where(audience, "language", audience.value == audience.own_language)


def audience_young_share(audience: ir.Table) -> ir.Value:
    """Followers of age 18 to 34. Unit: share. Missing: ages unknown."""
    return _share_where(audience, "age", audience.value.isin(("18-24", "25-34")))


def audience_female_share(audience: ir.Table) -> ir.Value:
    """Female followers. Unit: share. Missing: genders unknown."""
    return _share_where(audience, "gender", audience.value == "female")


def audience_interest_entropy(audience: ir.Table) -> ir.Value:
    """Breadth of interests: entropy of the interest shares. Unit: nats, 0 for one interest.

    Missing: interests unknown.
    """
    of_interest = _of(audience, "interest") & (audience.share > 0)
    total = audience.share.sum(where=of_interest).nullif(0)
    weighted = (audience.share * audience.share.nullif(0).ln()).sum(where=of_interest)
    return total.ln() - weighted / total


#: The features in the order of their columns.
FUNCTIONS: Final[tuple[Callable[[ir.Table], ir.Value], ...]] = (
    authentic_share,
    audience_home_country_share,
    audience_market_concentration,
    audience_top_market_share,
    audience_language_match,
    audience_young_share,
    audience_female_share,
    audience_interest_entropy,
)
AUDIENCE_FEATURES: Final = tuple(function.__name__ for function in FUNCTIONS)
