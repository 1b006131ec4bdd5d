"""How a creator fits a campaign: one function is one column, its docstring the entry.

A function takes the booked creators and the campaign's setting and returns one value per
creator, [creators]. NaN means unknown, never 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.entities import Campaign
from features.history.captions import CaptionIndex
from features.people.coverage import FloatArray, IntArray
from features.rosters.lookup import CatalogArrays
from features.rosters.roster import BookedCreators


@dataclass(frozen=True, eq=False)
class CampaignSetting:
    """A campaign and its markets as the fit features need them, [markets] of the campaign."""

    category: str
    brief: str | None
    markets: IntArray  # positions in the catalog
    people: FloatArray  # share of the campaign's population
    language: npt.NDArray[np.str_]
    country: npt.NDArray[np.str_]
    near: Callable[[frozenset[str]], npt.NDArray[np.bool_]]  # of communities, all markets
    captions: CaptionIndex
    interest_column: dict[str, int]


def campaign_setting(
    arrays: CatalogArrays, captions: CaptionIndex, campaign: Campaign, market_ids: tuple[str, ...]
) -> CampaignSetting:
    """Return the setting of a campaign in these markets."""
    markets = np.array([arrays.market_row[market] for market in market_ids], dtype=np.intp)
    population = arrays.population[markets]
    language, country = arrays.market_language[markets], arrays.market_country[markets]
    return CampaignSetting(
        category=campaign.category,
        brief=campaign.brief,
        markets=markets,
        people=population / max(float(population.sum()), 1.0),
        language=language,
        country=country,
        near=arrays.markets_named_in,
        captions=captions,
        interest_column=arrays.interest_column,
    )


def category_match(creators: BookedCreators, setting: CampaignSetting) -> FloatArray:
    """1 where the creator's niche is the category of the advertised product, else 0."""
    matches: FloatArray = (creators.category == setting.category).astype(float)
    return matches


def audience_interest_in_category(creators: BookedCreators, setting: CampaignSetting) -> FloatArray:
    """Followers interested in the product's category. Unit: share of all followers.

    0 where interests are known and the category is not among them. Missing: interests unknown.
    """
    column = setting.interest_column.get(setting.category)
    if column is not None:
        return creators.interests[:, column]
    known = np.isfinite(creators.interests).any(axis=1)
    return np.where(known, 0.0, np.nan)


def brief_caption_similarity(creators: BookedCreators, setting: CampaignSetting) -> FloatArray:
    """Likeness of the brief and the creator's captions. Unit: cosine, 0 to 1.

    Of character n-grams weighted by how rare they are among creators, so that niche words
    count in any language and script. Missing: no brief, or no captions of the creator.
    """
    return setting.captions.similarity(setting.brief, creators.creator_ids)


def language_match_share(creators: BookedCreators, setting: CampaignSetting) -> FloatArray:
    """People of the campaign's markets whose market speaks the language the creator publishes in.

    Unit: share of the campaign's population, by each market's main language.
    """
    return _share_of_people(creators.language, setting.language, setting.people)


def home_country_match(creators: BookedCreators, setting: CampaignSetting) -> FloatArray:
    """People of the campaign's markets who live in the creator's country.

    Unit: share of the campaign's population.
    """
    return _share_of_people(creators.country, setting.country, setting.people)


def audience_in_markets(creators: BookedCreators, setting: CampaignSetting) -> FloatArray:
    """Followers who live in the campaign's markets. Unit: share of all followers.

    Missing: the audience's markets are unknown.
    """
    return np.where(
        creators.audience_known, creators.shares[:, setting.markets].sum(axis=1), np.nan
    )


def audience_local_share(creators: BookedCreators, setting: CampaignSetting) -> FloatArray:
    """Followers in that one of the campaign's markets where most of them live.

    Unit: share of all followers. Missing: the audience's markets are unknown.
    """
    return np.where(
        creators.audience_known, creators.shares[:, setting.markets].max(axis=1), np.nan
    )


def community_closeness(creators: BookedCreators, setting: CampaignSetting) -> FloatArray:
    """People of the campaign's markets after which one of the creator's communities is named.

    Unit: share of the campaign's population. A community is named after a market if it is the
    market's id, name, language code or country code, in upper or lower case ("es", "Leeds").
    0 where none is, or the creator belongs to no community.
    """
    closeness = {frozenset[str](): 0.0}
    for communities in set(creators.communities) - closeness.keys():
        near = setting.near(communities)[setting.markets]
        closeness[communities] = float(setting.people[near].sum())
    return np.array([closeness[communities] for communities in creators.communities])


def _share_of_people(
    creator: npt.NDArray[np.str_], market: npt.NDArray[np.str_], people: FloatArray
) -> FloatArray:
    same: FloatArray = (creator[:, None] == market).astype(float) @ people
    return same


FitFeature = Callable[[BookedCreators, CampaignSetting], FloatArray]

#: The fit features in the order of their columns.
FIT_FUNCTIONS: Final[tuple[FitFeature, ...]] = (
    category_match,
    audience_interest_in_category,
    brief_caption_similarity,
    language_match_share,
    home_country_match,
    audience_in_markets,
    audience_local_share,
    community_closeness,
)
FIT_FEATURES: Final = tuple(function.__name__ for function in FIT_FUNCTIONS)
