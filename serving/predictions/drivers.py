"""Why this roster's lift differs from the average campaign's, feature by feature.

The linear start explains itself; the trees are explained by TreeSHAP (Lundberg,
Erion & Lee 2018) on booking rows. Booking rows are weighted by their part of the
roster's lift. Reach is a driver of its own: it multiplies everything.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from features.rosters.bookings import BookingRows
from features.rosters.scaling import in_own_unit
from serving.directory.labels import unit_label_of
from serving.messages.answers import Driver
from training.arrays import Floats
from training.bundle import Bundle
from training.encoding import Encoding
from training.forecast import RosterForecast
from training.rosters.model import BoostedRosters

_SHOWN = 8
REACH, BRAND = "reach", "brand"


def drivers(
    bundle: Bundle, forecast: RosterForecast, parts: Floats, lift: float, exposed: float
) -> list[Driver]:
    """The largest drivers first; empty where the learner cannot be explained by booking.

    Args:
        parts: each booking's part of the expected lift, summing to 1 [booking].
        lift: the roster's expected lift.
        exposed: the roster's exposure, in units of the manifest's typical one.
    """
    rows, brand = forecast.rows, forecast.campaign.brand_id
    model, typical = bundle.model, bundle.manifest.typical
    if not isinstance(model, BoostedRosters) or lift <= 0 or exposed <= 0:
        return []
    logs = _log_effects(model, bundle.encoding, forecast, parts)
    logs[REACH] = float(np.log(exposed / typical["exposure"]))
    scale = _log_mean(lift, typical["lift"])
    largest = sorted(logs, key=lambda name: -abs(logs[name]))[:_SHOWN]
    return [
        Driver(
            feature=name,
            label=unit_label_of(name),
            value=brand
            if name == BRAND
            else _value(rows, parts, name, exposed / typical["exposure"]),
            effect=logs[name] * scale,
        )
        for name in largest
        if abs(logs[name]) > 1e-6
    ]


def _log_effects(
    model: BoostedRosters, encoding: Encoding, forecast: RosterForecast, parts: Floats
) -> dict[str, float]:
    linear, trees = forecast.encoded
    effects: dict[str, float] = defaultdict(float)
    slope = np.mean([member.start.slope for member in model.members], axis=0)
    of_columns = [
        *zip(encoding.linear_names, parts @ linear * slope, strict=True),
        *zip(encoding.tree_names, model.tree_effects(trees, parts), strict=True),
    ]
    for name, effect in of_columns:
        effects[_feature_of(name)] += float(effect)
    return effects


def _feature_of(column: str) -> str:
    """`platform=tiktok` and `reply_rate_90d=missing` belong to the feature before the sign."""
    return column.split("=", 1)[0]


def _log_mean(lift: float, typical: float) -> float:
    """Logarithmic mean: turns differences of logs into differences of lifts, exactly."""
    ratio = float(np.log(lift / typical))
    return lift if abs(ratio) < 1e-9 else (lift - typical) / ratio


def _value(
    rows: BookingRows, parts: Floats, name: str, relative_reach: float
) -> float | str | None:
    if name == REACH:
        return relative_reach
    if name in rows.words:
        words, position = np.unique(rows.words[name], return_inverse=True)
        return str(words[np.bincount(position, weights=parts).argmax()])
    values = rows.column(name)
    known = np.isfinite(values) & (parts > 0)
    if not known.any():
        return None
    return in_own_unit(name, float(values[known] @ parts[known] / parts[known].sum()))
