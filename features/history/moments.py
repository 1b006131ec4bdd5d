"""Every feature at every wanted moment, counted in one pass over the tables.

Training asks for many days with few creators each, serving for one day with all of them:
both come through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir
import pandas as pd

from features.history import asof, audiences, creators, posts
from features.history.asof import MOMENT
from features.sources.source import Source

#: Of each creator this many last captions are held against a brief.
CAPTIONS_READ: Final = 12
#: Features are rounded to this many decimals: parallel sums differ in the last bits.
DECIMALS: Final = 12

Functions = Iterable[Callable[[ir.Table], ir.Value]]


@dataclass(frozen=True)
class KnownAtMoments:
    """What was known at the moments, each frame sorted by as_of and creator_id.

    `features`: index (as_of, creator_id) of every moment, one float column per creator
    and audience feature, and observed_on. `accounts`: index (as_of, creator_id, platform).
    `shares`: as_of, creator_id, dimension (market or interest), value, share.
    `captions`: index (as_of, creator_id), the last captions as one text.
    `rates`: as_of, creator_id, platform, format, fee_per_post.
    """

    features: pd.DataFrame
    accounts: pd.DataFrame
    shares: pd.DataFrame
    captions: pd.Series[str]
    rates: pd.DataFrame


def known_at(source: Source, moments: pd.DataFrame) -> KnownAtMoments:
    """Count everything that was known at the moments (columns as_of and creator_id).

    Repeated moments count once; creators who are not in the source are left out.

    Raises:
        SourceError: a table it needs is missing or cannot be read.
    """
    wanted = _wanted(source, moments)
    held = _posting_accounts(source, wanted)
    inputs = _inputs(source, wanted, held)
    asked = source.keep(
        asof.known_rates(wanted, source.rows("rates", related=False)), reads="rates"
    )
    return KnownAtMoments(
        features=_features(inputs),
        accounts=_accounts(inputs),
        shares=_shares(inputs["audience"]),
        captions=_captions(source, held),
        rates=_sorted(asked),
    )


def features_at(source: Source, moments: pd.DataFrame) -> pd.DataFrame:
    """Only the features of `known_at`."""
    wanted = _wanted(source, moments)
    return _features(_inputs(source, wanted, _posting_accounts(source, wanted)))


def captions_at(source: Source, moments: pd.DataFrame) -> pd.Series[str]:
    """Only the captions of `known_at`."""
    return _captions(source, _posting_accounts(source, _wanted(source, moments)))


def _inputs(source: Source, wanted: ir.Table, held: ir.Table) -> dict[str, ir.Table]:
    """What feature functions are given, by the names of their parameters."""
    accounts = source.keep(
        asof.known_accounts(
            wanted, source.table("accounts"), source.rows("account_stats", related=False)
        ),
        reads="account_stats",
    )
    posts_365d = source.keep(posts.measured(_known_posts(source, held, posts.NUMBERS), accounts))
    audience = source.keep(
        audiences.prepared(
            asof.known_audience(wanted, source.rows("audience", related=False)),
            source.table("creators"),
            source.table("markets"),
        ),
        reads="audience",
    )
    return {
        "profile": wanted.join(source.table("creators"), "creator_id"),
        "accounts": accounts,
        "posts_90d": posts.with_gaps(posts_365d.filter(posts_365d.age_days < 90)),
        "posts_365d": posts_365d,
        "audience": audience,
    }


def _posting_accounts(source: Source, wanted: ir.Table) -> ir.Table:
    published = source.rows("posts")
    days = source.once("reading_days", lambda: asof.reading_days(published), reads="posts")
    return source.keep(asof.posting_accounts(wanted, source.table("accounts"), days))


def _known_posts(source: Source, held: ir.Table, columns: Sequence[str]) -> ir.Table:
    """Each post of the last 365 days once, as it was last read by the moment."""
    published = source.rows("posts", related=False)
    readings = asof.known_posts(held, published, days=365, columns=columns)
    return asof.newest_readings(source.keep(readings, reads="posts"))


def _wanted(source: Source, moments: pd.DataFrame) -> ir.Table:
    asked = moments[list(MOMENT)].drop_duplicates()
    asked = asked.assign(as_of=pd.to_datetime(asked["as_of"]).astype("datetime64[us]"))
    table = ibis.memtable(asked.reset_index(drop=True))
    dated = table.mutate(as_of=table.as_of.date(), creator_id=table.creator_id.cast("string"))
    return source.keep(dated.semi_join(source.table("creators"), "creator_id"))


def _columns(inputs: Mapping[str, ir.Table], functions: Functions, by: list[str]) -> pd.DataFrame:
    """One column per function; rows that share an input are counted together."""
    by_input: dict[str, dict[str, ir.Value]] = {}
    for function in functions:
        name = next(iter(function.__annotations__))
        column = function(inputs[name]).cast("float64").name(function.__name__)
        by_input.setdefault(name, {})[function.__name__] = column
    counted = [
        inputs[name].group_by(by).agg(**columns).execute().set_index(by)
        for name, columns in by_input.items()
    ]
    whole: pd.DataFrame = pd.concat(counted, axis=1).astype("float64").round(DECIMALS)
    return whole


def _features(inputs: Mapping[str, ir.Table]) -> pd.DataFrame:
    functions = (*creators.FUNCTIONS, *audiences.FUNCTIONS)
    columns = _columns(inputs, functions, list(MOMENT))
    accounts = inputs["accounts"]
    profile = accounts.group_by(*MOMENT).agg(
        observed_on=accounts.observed_on.max(), followers=accounts.followers.max()
    )
    newest = profile.execute().set_index(list(MOMENT))
    ordered = columns[[function.__name__ for function in functions]]
    whole = newest.reindex(ordered.index).join(ordered)
    whole["observed_on"] = pd.to_datetime(whole["observed_on"]).astype("datetime64[us]")
    typed: pd.DataFrame = whole.astype({"followers": "float64"}).sort_index()
    return typed


def _accounts(inputs: Mapping[str, ir.Table]) -> pd.DataFrame:
    by = [*MOMENT, "platform"]
    accounts = inputs["accounts"]
    counts = accounts.group_by(by).agg(
        followers=accounts.followers.sum().cast("float64"),
        paying_subscribers=accounts.paying_subscribers.sum().cast("float64"),
    )
    columns = _columns(inputs, creators.ACCOUNT_FUNCTIONS, by)
    joined: pd.DataFrame = counts.execute().set_index(by).join(columns).sort_index()
    return joined


def _shares(audience: ir.Table) -> pd.DataFrame:
    rows = audience.filter(audience.dimension.isin(("market", "interest")))
    return _sorted(rows.select(*MOMENT, "dimension", "value", "share"))


def _captions(source: Source, held: ir.Table) -> pd.Series[str]:
    """Cut apart from the numbers: text is wide, and only the last few of each creator count."""
    rows = _known_posts(source, held, ["caption"])
    written = rows.filter(rows.caption.notnull())
    newest = ibis.window(
        group_by=list(MOMENT), order_by=[ibis.desc("published_at"), ibis.asc("post_id")]
    )
    ranked = written.mutate(turn=ibis.row_number().over(newest))
    last = ranked.filter(ranked.turn < CAPTIONS_READ).select(*MOMENT, "turn", "caption")
    frame = last.execute().sort_values([*MOMENT, "turn"])
    texts: pd.Series[str] = frame.groupby(list(MOMENT))["caption"].agg("\n".join)
    return texts


def _sorted(rows: ir.Table) -> pd.DataFrame:
    frame: pd.DataFrame = rows.execute()
    keys = [name for name in frame.columns if name not in ("share", "fee_per_post")]
    return frame.sort_values(keys, ignore_index=True)
