"""What a planner must be told beside the numbers: support, gaps in the data, compliance."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from features.snapshot import Snapshot
from serving.answers import Evidence, Warning
from serving.labels import label_of
from training.bundle import Bundle
from training.forecast import RosterForecast

#: A booking is outside experience when so many of its features are.
_OUTSIDE_FEATURES = 3
#: The roster is, when such a part of its expected lift comes from such bookings.
_OUTSIDE_PART = 0.2
_STALE_DAYS = 120
#: What leaves a roster partly outside experience.
_GAPS = ("unknown_creator", "unknown_account", "unknown_audience", "baseline_far_ahead")
_FAR_WEEKS = 26
_LEAST_LOCAL = 0.5
#: How far beyond past campaigns' extremes a roster may go.
_STRETCH = 1.5


def cautions(bundle: Bundle, snapshot: Snapshot, scored: RosterForecast) -> list[Warning]:
    """All warnings about one scored roster, the gravest first."""
    found = [
        _outside_support(bundle, scored),
        _unknown_creators(scored),
        _unknown_accounts(scored),
        _unknown_audience(scored),
        _far_baseline(scored),
        _stale(snapshot, scored),
        _undisclosed(scored),
        _virtual(snapshot, scored),
        _elsewhere(snapshot, scored),
        _past(snapshot, scored),
    ]
    return [warning for warning in found if warning is not None]


def evidence_grade(warnings: Iterable[Warning], scored: RosterForecast) -> Evidence:
    """Inside experience, partly outside, or outside: what the numbers rest on.

    A gap in what is known of some creators counts once a fifth of the lift rests on them.
    """
    found = {warning.code: warning for warning in warnings}
    if "outside_training_support" in found:
        return Evidence(grade="outside", reasons=[found["outside_training_support"].message])
    gaps = [found[code] for code in _GAPS if code in found]
    reasons = [
        gap.message
        for gap in gaps
        if gap.creator_ids is None or _part_of(scored, gap.creator_ids) >= _OUTSIDE_PART
    ]
    return Evidence(grade="partly" if reasons else "inside", reasons=reasons)


def _part_of(scored: RosterForecast, creators: Iterable[str]) -> float:
    """Which part of the expected lift comes from these creators."""
    own = np.isin(scored.rows.creator_ids, list(creators))
    part = np.maximum(scored.expected @ scored.weight, 0.0)
    return float(part[own].sum() / part.sum()) if part.sum() > 0 else float(own.mean())


def _outside_support(bundle: Bundle, scored: RosterForecast) -> Warning | None:
    reasons, creators = _roster_beyond(bundle, scored), []
    encoding = bundle.encoding
    outside = encoding.outside(scored.rows.features)
    words = list(encoding.levels)
    unseen = outside[:, len(encoding.numeric) :]
    strange = (outside[:, : len(encoding.numeric)].sum(axis=1) >= _OUTSIDE_FEATURES) | unseen[
        :, [words.index(name) for name in ("platform", "format") if name in words]
    ].any(axis=1)
    part = np.maximum(scored.expected @ scored.weight, 0.0)
    heavy = strange.mean() if part.sum() <= 0 else part[strange].sum() / part.sum()
    if strange.any() and heavy >= _OUTSIDE_PART:
        creators = sorted(
            {c for c, odd in zip(scored.rows.creator_ids, strange, strict=True) if odd}
        )
        names = [*encoding.numeric, *words]
        common = [names[i] for i in np.argsort(-outside[strange].sum(axis=0))[:3]]
        told = ", ".join(label_of(name).lower() for name in common)
        reasons.append(f"{len(creators)} creators are unlike those of past campaigns ({told})")
    if not reasons:
        return None
    return Warning(
        code="outside_training_support",
        message="Outside what past campaigns show: " + "; ".join(reasons) + ". Ask for a test.",
        creator_ids=creators or None,
    )


def _roster_beyond(bundle: Bundle, scored: RosterForecast) -> list[str]:
    typical = bundle.manifest.typical
    reasons = []
    size = len({booking.creator_id for booking in scored.roster})
    if size > _STRETCH * typical["largest_roster"]:
        reasons.append(f"{size} creators; past rosters had at most {typical['largest_roster']:.0f}")
    exposed = float(scored.exposed.sum(axis=0) @ scored.weight)
    if exposed > _STRETCH * typical["largest_exposure"]:
        times = exposed / typical["largest_exposure"]
        reasons.append(
            f"it reaches {times:.1f} times as many people, for what the brand sells, "
            "as any past campaign"
        )
    own = bundle.encoding
    if "log_brand_revenue_per_head" in own.numeric:
        column = own.numeric.index("log_brand_revenue_per_head")
        if own.outside(scored.rows.features)[:, column].all():
            reasons.append("the brand's sales per inhabitant are unlike those of past campaigns")
    return reasons


def _unknown_creators(scored: RosterForecast) -> Warning | None:
    filled = sorted(set(scored.rows.filled))
    return _about(
        "unknown_creator",
        "Not in the catalog; what was not given is filled from similar creators, and the "
        "interval is wider",
        filled,
    )


def _unknown_accounts(scored: RosterForecast) -> Warning | None:
    return _about(
        "unknown_account",
        "No account known on the booked platform; followers are taken from their largest one",
        sorted(set(scored.rows.unknown_accounts)),
    )


def _unknown_audience(scored: RosterForecast) -> Warning | None:
    return _about(
        "unknown_audience",
        "Nobody observed where these creators' followers live; a guess from country and language "
        "stands in",
        sorted(set(scored.rows.guessed_audience) - set(scored.rows.filled)),
    )


def _far_baseline(scored: RosterForecast) -> Warning | None:
    weeks = scored.baseline.horizon_weeks
    if weeks <= _FAR_WEEKS:
        return None
    return Warning(
        code="baseline_far_ahead",
        message=f"The campaign lies {weeks:.0f} weeks after the last known sales; the baseline "
        "forecast is unsure.",
    )


def _stale(snapshot: Snapshot, scored: RosterForecast) -> Warning | None:
    seen = snapshot.creators["observed_on"]
    old = [
        creator
        for creator in dict.fromkeys(scored.rows.creator_ids)
        if creator in seen.index
        and pd.notna(seen[creator])
        and (snapshot.as_of - pd.Timestamp(seen[creator]).date()).days > _STALE_DAYS
    ]
    return _about("stale_features", f"Not observed for more than {_STALE_DAYS} days", sorted(old))


def _undisclosed(scored: RosterForecast) -> Warning | None:
    hidden = sorted({b.creator_id for b in scored.roster if b.disclosure == "none"})
    return _about(
        "undisclosed_sponsorship",
        "Paid posts without disclosure break advertising law in most markets; set a label",
        hidden,
    )


def _virtual(snapshot: Snapshot, scored: RosterForecast) -> Warning | None:
    virtual = snapshot.creators["is_virtual"]
    listed = sorted(
        {
            b.creator_id
            for b in scored.roster
            if (b.creator_id in virtual.index and bool(virtual[b.creator_id]))
            or (b.creator is not None and b.creator.is_virtual)
        }
    )
    return _about("virtual_creator", "Virtual personas; say so to the audience", listed)


def _elsewhere(snapshot: Snapshot, scored: RosterForecast) -> Warning | None:
    share = scored.rows.features["audience_in_markets"].to_numpy(dtype=float)
    away = {
        creator
        for creator, local in zip(scored.rows.creator_ids, share, strict=True)
        if local < _LEAST_LOCAL
    }
    return _about(
        "audience_outside_markets",
        "Less than half of the audience lives in the campaign's markets",
        sorted(away),
    )


def _past(snapshot: Snapshot, scored: RosterForecast) -> Warning | None:
    if scored.campaign.starts_on >= snapshot.as_of:
        return None
    return Warning(
        code="campaign_in_the_past",
        message=f"The campaign starts before the catalog's day ({snapshot.as_of}); the answer uses "
        "what is known on that day, not what was known before the campaign.",
    )


def _about(code: str, message: str, creators: list[str]) -> Warning | None:
    if not creators:
        return None
    names = ", ".join(creators[:5]) + (
        f" and {len(creators) - 5} more" if len(creators) > 5 else ""
    )
    return Warning(code=code, message=f"{message}: {names}.", creator_ids=creators)
