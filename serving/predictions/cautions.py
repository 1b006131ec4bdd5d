"""What a planner must be told beside the numbers: support, gaps in the data, compliance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from features.rosters.lookup import catalog_arrays
from features.snapshots.snapshot import Snapshot
from serving.directory.labels import unit_label_of
from serving.messages.answers import Evidence, Warning
from training.bundle import Bundle
from training.experience import OUTSIDE_PART, beyond_experience, part_of_lift
from training.forecast import RosterForecast
from training.leak import likely_share

_STALE_DAYS = 120
#: What leaves a roster partly outside experience.
_GAPS = (
    "observational_evidence",
    "new_brand",
    "unknown_creator",
    "unknown_account",
    "unknown_audience",
    "baseline_far_ahead",
)
_FAR_WEEKS = 26
_LEAST_LOCAL = 0.5


def cautions(bundle: Bundle, snapshot: Snapshot, scored: RosterForecast) -> list[Warning]:
    """All warnings about one scored roster, the gravest first."""
    listed = _listed(catalog_arrays(snapshot).creator_row, scored.rows.creator_ids)
    found = [
        *_of_forecast(bundle, scored),
        _stale(snapshot, listed),
        _undisclosed(scored),
        _virtual(snapshot, listed, scored),
        _elsewhere(scored),
        _past(snapshot, scored),
    ]
    return [warning for warning in found if warning is not None]


def codes_without_catalog(bundle: Bundle, scored: RosterForecast) -> list[str]:
    """The codes of those warnings that a forecast of a past day can have: it has no catalog."""
    found = [*_of_forecast(bundle, scored), _undisclosed(scored), _elsewhere(scored)]
    return [warning.code for warning in found if warning is not None]


def _of_forecast(bundle: Bundle, scored: RosterForecast) -> list[Warning | None]:
    return [
        _outside_support(bundle, scored),
        _observational(bundle),
        _leak(bundle),
        _new_brand(bundle, scored),
        _unknown_creators(scored),
        _unknown_accounts(scored),
        _unknown_audience(scored),
        _far_baseline(scored),
    ]


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
        if gap.creator_ids is None or part_of_lift(scored, gap.creator_ids) >= OUTSIDE_PART
    ]
    return Evidence(grade="partly" if reasons else "inside", reasons=reasons)


def _outside_support(bundle: Bundle, scored: RosterForecast) -> Warning | None:
    beyond = beyond_experience(bundle, scored, unit_label_of)
    if not beyond.reasons:
        return None
    told = "; ".join(beyond.reasons)
    return Warning(
        code="outside_training_support",
        message=f"Outside what past campaigns show: {told}. Ask for a test.",
        creator_ids=list(beyond.creator_ids) or None,
    )


def _observational(bundle: Bundle) -> Warning | None:
    told = bundle.manifest.metrics
    drawn = told.get("share_drawn", 1.0)
    if drawn >= 1.0:
        return None
    words = (
        f"In {1 - drawn:.0%} of past campaigns' markets nobody drew at random where posts were "
        "shown; such estimates can be far off."
    )
    if "robustness_value" in told:
        words += (
            f" An unseen reason for choosing markets that explains {told['robustness_value']:.1%} "
            "of what choice and sales have left would take all of the average effect (E-value "
            f"{told['e_value']:.2f})."
        )
    return Warning(code="observational_evidence", message=f"{words} Ask for a test.")


def _leak(bundle: Bundle) -> Warning | None:
    told = bundle.manifest.metrics
    share = likely_share(told)
    if not share:
        return None
    return Warning(
        code="leak_corrected",
        message=f"In past campaigns about {share:.0%} of an effect also reached the markets that "
        f"were held out (90% interval {told['leak_low']:.0%} to {told['leak_high']:.0%}); lifts "
        "are corrected for it, and wider for not knowing it exactly.",
    )


def _new_brand(bundle: Bundle, scored: RosterForecast) -> Warning | None:
    brand = scored.campaign.brand_id
    if bundle.knows(brand):
        return None
    return Warning(
        code="new_brand",
        message=f"No past campaign of brand {brand} was measured; it is taken for an average brand "
        "and the interval is wider.",
    )


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


def _stale(snapshot: Snapshot, listed: Mapping[str, int]) -> Warning | None:
    rows = list(listed.values())
    seen = snapshot.creators["observed_on"].to_numpy()[rows].astype("datetime64[D]")
    age = (np.datetime64(snapshot.as_of) - seen).astype(int)
    late = (age > _STALE_DAYS) & ~np.isnat(seen)
    old = [creator for creator, too_old in zip(listed, late, strict=True) if too_old]
    return _about("stale_features", f"Not observed for more than {_STALE_DAYS} days", old)


def _undisclosed(scored: RosterForecast) -> Warning | None:
    hidden = sorted({b.creator_id for b in scored.roster if b.disclosure == "none"})
    return _about(
        "undisclosed_sponsorship",
        "Paid posts without disclosure break advertising law in most markets; set a label",
        hidden,
    )


def _virtual(
    snapshot: Snapshot, listed: Mapping[str, int], scored: RosterForecast
) -> Warning | None:
    virtual = snapshot.creators["is_virtual"].to_numpy()[list(listed.values())].astype(bool)
    known = {creator for creator, is_one in zip(listed, virtual, strict=True) if is_one}
    proposed = {b.creator_id for b in scored.roster if b.creator and b.creator.is_virtual}
    return _about(
        "virtual_creator", "Virtual personas; say so to the audience", sorted(known | proposed)
    )


def _listed(row: Mapping[str, int], booked: Iterable[str]) -> dict[str, int]:
    """The booked creators who are in the catalog, in order, with their rows there."""
    return {creator: row[creator] for creator in sorted(set(booked)) if creator in row}


def _elsewhere(scored: RosterForecast) -> Warning | None:
    share = scored.rows.column("audience_in_markets")
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
