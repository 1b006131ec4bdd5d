"""Fit features of hand-made creators, column by column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.history.captions import CaptionIndex, ngram_rarity
from features.rosters.bookings import booking_rows
from features.rosters.fit import FIT_FEATURES
from tests.features.invented import booking, campaign, invented_snapshot

CREATORS = {
    "ada": {"communities": "Berlin; campus"},
    "bo": {"category": "food", "country": "FR", "language": "fr", "communities": "FR"},
    "cy": {"language": "tr", "communities": "diaspora"},
}
SHARES = {
    "ada": {"berlin": 0.5, "hamburg": 0.1, "lyon": 0.01},
    "bo": {"lyon": 0.6, "berlin": 0.2},
}
INTERESTS = {"ada": {"skincare": 0.4, "food": 0.1}, "bo": {"skincare": 0.0, "food": 0.7}}


def fit_of(**changes: Any) -> pd.DataFrame:
    """Fit features of all three creators, by creator."""
    snapshot = invented_snapshot(CREATORS, shares=SHARES, interests=INTERESTS)
    rows = booking_rows(snapshot, campaign(**changes), tuple(booking(name) for name in CREATORS))
    return rows.features[list(FIT_FEATURES)].set_axis(list(CREATORS))


def test_category_match() -> None:
    assert fit_of()["category_match"].tolist() == [1, 0, 1]
    assert fit_of(category="food")["category_match"].tolist() == [0, 1, 0]


def test_interest_in_the_category_is_unknown_only_where_interests_are() -> None:
    found = fit_of()["audience_interest_in_category"]
    np.testing.assert_allclose(found, [0.4, 0.0, np.nan])
    # Nobody lists an interest in cars, yet ada's and bo's interests are known.
    np.testing.assert_allclose(
        fit_of(category="cars")["audience_interest_in_category"], [0.0, 0.0, np.nan]
    )


def test_language_and_country_are_shares_of_the_campaigns_people() -> None:
    found = fit_of()
    np.testing.assert_allclose(found["language_match_share"], [4 / 4.5, 0.5 / 4.5, 0])
    np.testing.assert_allclose(found["home_country_match"], [4 / 4.5, 0.5 / 4.5, 4 / 4.5])
    in_lyon = fit_of(markets=("lyon",))
    assert in_lyon["language_match_share"].tolist() == [0, 1, 0]


def test_audience_in_the_campaigns_markets() -> None:
    found = fit_of(markets=("hamburg", "lyon"))
    np.testing.assert_allclose(found["audience_in_markets"], [0.11, 0.6, np.nan], rtol=1e-6)
    np.testing.assert_allclose(found["audience_local_share"], [0.1, 0.6, np.nan], rtol=1e-6)


def test_communities_named_after_a_market_its_country_or_language() -> None:
    np.testing.assert_allclose(fit_of()["community_closeness"], [3 / 4.5, 0.5 / 4.5, 0])
    assert fit_of(markets=("hamburg",))["community_closeness"].tolist() == [0, 0, 0]


NICHES = {
    "skincare": "moisturizer serum retinol cleanser glow sunscreen routine acne pores",
    "fitness": "workout squat protein gym deadlift training muscle cardio",
    "food": "recipe pasta breakfast delicious cooking oven dinner kitchen",
    "hautpflege": "feuchtigkeitscreme sonnenschutz pickel hautpflege gesicht pflege",
    "kochen": "rezept frühstück lecker küche nudeln abendessen",
    "スキンケア": "スキンケア 保湿 化粧水 日焼け止め 毛穴 美容液",
    "料理": "レシピ 朝ごはん 料理 美味しい 晩ごはん 簡単",
    "уход": "уход за кожей крем увлажнение сыворотка лицо",
    "кухня": "рецепт завтрак вкусно ужин кухня готовить",
    "بشرة": "العناية بالبشرة كريم مرطب واقي الشمس",
    "طبخ": "وصفة فطور لذيذ طبخ عشاء مطبخ",
}
EVERYBODY = ["love", "this", "today", "the", "with", "you", "follow", "#fyp", "#ad", "link", "bio"]


@pytest.fixture(scope="module")
def index() -> CaptionIndex:
    """Six creators of each niche; two words in three are what everybody writes."""
    rng = np.random.default_rng(5)
    captions = {
        f"{niche}/{i}": " ".join(
            " ".join([*rng.choice(words.split(), 3), *rng.choice(EVERYBODY, 6)]) for _ in range(20)
        )
        for niche, words in NICHES.items()
        for i in range(6)
    }
    return CaptionIndex.build(captions)


@pytest.mark.parametrize(
    ("brief", "niche"),
    [
        ("Show your skincare routine with our new retinol serum", "skincare"),
        ("Our workout protein: film your gym training", "fitness"),
        ("A breakfast recipe for the family with our pasta, link in bio", "food"),
        ("Zeige deine Hautpflege mit unserer Feuchtigkeitscreme", "hautpflege"),
        ("保湿スキンケアの新しい化粧水を紹介してください", "スキンケア"),
        ("朝ごはんの料理レシピを紹介してください", "料理"),
        ("новый крем для лица, увлажнение кожи", "уход"),
        ("وصفة فطور لذيذ", "طبخ"),
    ],
)
def test_a_brief_is_closest_to_captions_of_its_niche(
    index: CaptionIndex, brief: str, niche: str
) -> None:
    found = index.similarity(brief, index.creator_ids)
    of_niche = np.array([name.startswith(f"{niche}/") for name in index.creator_ids])
    assert found[of_niche].min() > 2 * found[~of_niche].max()
    assert found[of_niche].min() > 0.05


def test_what_everybody_writes_makes_nobody_similar(index: CaptionIndex) -> None:
    found = index.similarity("love this new video, follow the link in bio", index.creator_ids)
    assert found.max() < 0.02


def test_no_brief_or_no_captions_is_unknown(index: CaptionIndex) -> None:
    name = index.creator_ids[0]
    assert np.isnan(index.similarity(None, [name])).all()
    assert np.isnan(index.similarity("  ", [name])).all()
    found = index.similarity("a skincare routine with serum", ["nobody", name, "nobody"])
    assert np.isnan(found).tolist() == [True, False, True]
    empty = CaptionIndex.build({"ada": " "})
    assert empty.creator_ids == ()
    assert np.isnan(empty.similarity("a brief", ["ada"])).all()


def test_a_brief_that_is_a_creators_captions_has_similarity_one() -> None:
    index = CaptionIndex.build({"ada": "retinol serum", "bo": "pasta recipe"})
    np.testing.assert_allclose(index.similarity("retinol serum", ["ada", "bo"]), [1, 0], atol=1e-6)


def test_rarity_learned_elsewhere_keeps_a_niches_own_words(index: CaptionIndex) -> None:
    """Among three creators of one niche its words are common; among all they are not."""
    few = {f"ada{i}": NICHES["skincare"] + " love this" for i in range(3)}
    brief = "retinol serum for a skincare routine"
    alone = CaptionIndex.build(few)
    assert alone.similarity(brief, ["ada0"])[0] < 0.01
    informed = CaptionIndex.build(few, ngram_rarity([*NICHES.values(), *few.values()]))
    assert informed.similarity(brief, ["ada0"])[0] > 0.2


def test_an_index_survives_its_arrays(index: CaptionIndex) -> None:
    arrays = {name: np.array(array) for name, array in index.arrays().items()}
    again = CaptionIndex.from_arrays(list(index.creator_ids), arrays)
    brief = "film your gym training"
    np.testing.assert_array_equal(
        again.similarity(brief, index.creator_ids), index.similarity(brief, index.creator_ids)
    )
