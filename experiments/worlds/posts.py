"""What creators published: the posts table, organic and sponsored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from experiments.worlds.accounts import expected_views, formats_on
from experiments.worlds.campaigns import Plan
from experiments.worlds.persuasion import persuasion_index
from experiments.worlds.rosters import Roster
from experiments.worlds.settings import Bools, Floats, Ints
from experiments.worlds.vocabulary import (
    CATEGORIES,
    LANGUAGES,
    THEMES,
    category_words,
    theme_tags,
    theme_words,
)
from experiments.worlds.world import World
from features.entities import DISCLOSURES, FORMATS, PLATFORMS

_CAPTIONS_PER_CREATOR: Final = 24
_DAY: Final = 86_400
#: Likes, comments, shares and saves per view.
_LIKE_RATE: Final = 0.05
_COMMENT_RATE: Final = 0.004
_SHARE_RATE: Final = 0.003
_SAVE_RATE: Final = 0.004
#: Undisclosed advertising costs later posts so much of their engagement (log scale, per share).
_UNDISCLOSED_LOSS: Final = 0.4
_VIRTUAL_LOSS: Final = 0.25
_NO_VIEWS_ON: Final = ("patreon",)


@dataclass(frozen=True, slots=True)
class Draft:
    """Posts before anyone saw them; arrays have one entry per post."""

    account: Ints
    format: Ints
    #: Seconds since the first day of data.
    published: Ints
    sponsored: Bools
    disclosed: Bools
    #: Position of the sponsoring brand, −1 for none or a brand outside the world.
    brand: Ints
    #: Log factor on saves: persuasive sponsored posts are kept for later.
    keep: Floats


def posts_table(world: World, plans: list[Plan], rosters: list[Roster]) -> pa.Table:
    """The posts table: what creators post of their own, and the posts of past campaigns."""
    rng = world.settings.stream("posts")
    parts = [_organic(rng, world)]
    parts += [_booked(rng, world, p, r) for p, r in zip(plans, rosters, strict=True)]
    draft = _join(parts)
    observed = draft.published + rng.integers(5 * _DAY, 9 * _DAY, len(draft.published))
    # Posts too young to have been read are not in the tables yet.
    read = observed < world.settings.weeks * 7 * _DAY
    opened = (world.accounts.opened_on - world.settings.first_week).astype(np.int64) * _DAY
    read &= draft.published >= opened[draft.account]
    order = np.flatnonzero(read)[np.argsort(draft.published[read], kind="stable")]
    draft = Draft(*(getattr(draft, name)[order] for name in Draft.__slots__))
    return _as_table(rng, world, draft, observed[order])


def _organic(rng: np.random.Generator, world: World) -> Draft:
    """Posts of the creators' own accord, some of them sponsored by whoever."""
    accounts, creators = world.accounts, world.creators
    share = np.where(accounts.is_main, 0.75, 0.25)
    rate = creators.posting_rate[accounts.creator] * share
    count = rng.poisson(rate * world.settings.weeks)
    account = np.repeat(np.arange(len(count)), count)
    creator = accounts.creator[account]
    n = len(account)
    sponsored = rng.random(n) < creators.sponsored_share[creator]
    brand = np.where(
        sponsored & (rng.random(n) < 0.25), rng.integers(world.brands.count, size=n), -1
    )
    return Draft(
        account=account,
        format=_draw_formats(rng, world, account),
        published=rng.integers(0, world.settings.weeks * 7 * _DAY, n),
        sponsored=sponsored,
        disclosed=rng.random(n) >= creators.undisclosed_share[creator],
        brand=brand,
        keep=np.zeros(n),
    )


def _draw_formats(rng: np.random.Generator, world: World, account: Ints) -> Ints:
    """A format for each post: the platform's usual one half of the time."""
    platform = world.accounts.platform[account]
    result = np.empty(len(account), dtype=np.int64)
    for code in np.unique(platform):
        mine = np.flatnonzero(platform == code)
        formats = formats_on(int(code))
        chance = np.where(np.arange(len(formats)) == 0, 1.0, 1.0 / max(1, len(formats) - 1))
        result[mine] = rng.choice(formats, size=len(mine), p=chance / chance.sum())
    return result


def _booked(rng: np.random.Generator, world: World, plan: Plan, roster: Roster) -> Draft:
    """The posts of one campaign, spread over its posting weeks."""
    booking = np.repeat(np.arange(roster.size), roster.posts)
    start = plan.first_week * 7 * _DAY
    persuasive = persuasion_index(world, plan, roster)[:, :, 0, 0].mean(axis=1)
    return Draft(
        account=roster.account[booking],
        format=roster.format[booking],
        published=start + rng.integers(0, plan.posting_weeks * 7 * _DAY, len(booking)),
        sponsored=np.ones(len(booking), dtype=bool),
        disclosed=roster.disclosure[booking] != DISCLOSURES.index("none"),
        brand=np.full(len(booking), plan.brand),
        keep=0.5 * (persuasive - persuasive.mean())[booking],
    )


def _join(parts: list[Draft]) -> Draft:
    return Draft(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Draft.__slots__)
    )


def _as_table(rng: np.random.Generator, world: World, draft: Draft, observed: Ints) -> pa.Table:
    accounts = world.accounts
    creator = accounts.creator[draft.account]
    counts = _counts(rng, world, draft, creator)
    start = world.settings.first_week.astype("datetime64[s]")
    no_views = np.isin(accounts.platform[draft.account], [PLATFORMS.index(p) for p in _NO_VIEWS_ON])
    captions = _captions(world.settings.stream("captions"), world)
    chosen = creator * _CAPTIONS_PER_CREATOR + rng.integers(
        _CAPTIONS_PER_CREATOR, size=len(creator)
    )
    return pa.table(
        {
            "post_id": [f"p{k:07d}" for k in range(len(creator))],
            "account_id": pa.array(accounts.account_ids).take(pa.array(draft.account)),
            "published_at": _timestamps(start, draft.published),
            "observed_at": _timestamps(start, observed),
            "format": pa.array(FORMATS).take(pa.array(draft.format)),
            "views": pa.array(counts["views"], mask=no_views),
            "likes": counts["likes"],
            "comments": counts["comments"],
            "shares": counts["shares"],
            "saves": counts["saves"],
            "creator_replies": counts["creator_replies"],
            "is_sponsored": draft.sponsored,
            "is_disclosed": pa.array(draft.disclosed, mask=~draft.sponsored),
            "brand_id": pa.array(world.brands.brand_ids).take(
                pa.array(np.maximum(draft.brand, 0), mask=draft.brand < 0)
            ),
            "caption": pa.array(captions).take(pa.array(chosen)),
        }
    )


def _timestamps(start: np.datetime64, seconds: Ints) -> pa.Array:
    moments = (start + seconds.astype("timedelta64[s]")).astype("datetime64[us]")
    return pa.array(moments, pa.timestamp("us", tz="UTC"))


def _counts(rng: np.random.Generator, world: World, draft: Draft, creator: Ints) -> dict[str, Ints]:
    """Views and reactions of each post, as read a week later."""
    creators, settings = world.creators, world.settings
    years = (draft.published / _DAY - settings.weeks * 7) / 365.25
    followers = world.followers[creator] * np.exp(creators.growth[creator] * years)
    followers = followers * world.accounts.follower_share[draft.account]
    wobble = 0.6 * rng.standard_normal(len(creator))
    views = expected_views(followers, draft.format, creators.appeal[creator]) * np.exp(wobble)
    trait = creators.undisclosed_share * creators.sponsored_share * _UNDISCLOSED_LOSS * 3.0
    liking = 0.4 * creators.appeal - trait - _VIRTUAL_LOSS * creators.is_virtual
    likes = views * _LIKE_RATE * np.exp(liking[creator] + 0.3 * rng.standard_normal(len(creator)))
    comments = rng.poisson(views * _COMMENT_RATE * np.exp(liking[creator]))
    middle = years + settings.weeks * 3.5 / 365.25
    logit = creators.reply_logit[creator] + creators.reply_drift[creator] * middle
    saves = views * _SAVE_RATE * np.exp(liking[creator] + draft.keep)
    return {
        "views": np.rint(views).astype(np.int64),
        "likes": np.rint(likes).astype(np.int64),
        "comments": comments,
        "shares": rng.poisson(views * _SHARE_RATE * np.exp(liking[creator])),
        "saves": rng.poisson(saves),
        "creator_replies": rng.binomial(comments, 1.0 / (1.0 + np.exp(-logit))),
    }


def _captions(rng: np.random.Generator, world: World) -> list[str]:
    """Captions of all creators, `_CAPTIONS_PER_CREATOR` each, in the creator's language.

    Half of them speak of the creator's theme and carry its tags.
    """
    creators = world.creators
    captions = []
    for i in range(creators.count):
        language = LANGUAGES[creators.language[i]]
        own = category_words(language, int(creators.category[i]))
        other = category_words(language, int(rng.integers(len(CATEGORIES))))
        for _ in range(_CAPTIONS_PER_CREATOR):
            theme = int(creators.theme[i] if rng.random() < 0.7 else rng.integers(len(THEMES)))
            words = [*own, own[0], *other[:1]]
            picked = [words[k] for k in rng.integers(len(words), size=5)]
            tone = theme_words(language, theme)[int(rng.integers(3))]
            tag = theme_tags(theme)[int(rng.integers(2))]
            captions.append(" ".join([*picked, tone, tag]))
    return captions
