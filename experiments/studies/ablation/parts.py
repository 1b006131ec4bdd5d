"""The parts of roster boosting that are left out, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np

from experiments.studies.rosters_to_come import Judged
from experiments.studies.studied_world import FutureRows, StudiedWorld, judge_bundle, refit
from features.entities import Campaign
from features.history.audiences import AUDIENCE_FEATURES
from features.history.creators import CREATOR_FEATURES
from features.rosters.bookings import NUMERIC_FEATURES, BookingRows
from features.rosters.feature_set import FEATURES
from features.rosters.fit import FIT_FEATURES
from features.rosters.scaling import in_booking_rows
from features.rosters.terms import TERM_FEATURES
from training.bundle import Bundle
from training.intervals import Calibration
from training.past import PastRoster
from training.rosters.join import JoinedSample
from training.settings import Settings

T = TypeVar("T")


def _as_it_is(part: T) -> T:
    return part


@dataclass(frozen=True)
class Part:
    """A part, and how to do without it: in settings, campaigns, rows, arrays or the bundle."""

    name: str
    settings: Callable[[Settings], Settings] = _as_it_is
    campaign: Callable[[Campaign], Campaign] = _as_it_is
    rows: Callable[[BookingRows], BookingRows] = _as_it_is
    joined: Callable[[JoinedSample], JoinedSample] = _as_it_is
    bundle: Callable[[Bundle], Bundle] = _as_it_is


def without(part: Part, world: StudiedWorld, settings: Settings) -> Judged:
    """Fit without a part, and judge on the same rosters to come."""
    changed = replace(
        world,
        rosters=tuple(_past(part, past) for past in world.rosters),
        future=tuple(_future(part, one) for one in world.future),
    )
    bundle = refit(changed, part.settings(settings), part.joined)
    return judge_bundle(part.bundle(bundle), changed.future)


def _past(part: Part, past: PastRoster) -> PastRoster:
    return replace(past, rows=part.rows(past.rows), campaign=part.campaign(past.campaign))


def _future(part: Part, one: FutureRows) -> FutureRows:
    asked = replace(one.asked, campaign=part.campaign(one.asked.campaign))
    return replace(one, rows=part.rows(one.rows), asked=asked)


def _linear_only(settings: Settings) -> Settings:
    return settings.model_copy(update={"learner": "roster_linear"})


def _one_prior(settings: Settings) -> Settings:
    return _with_boosting(settings, pooling=(1000.0,))


def _no_curve(settings: Settings) -> Settings:
    return _with_boosting(settings, ceilings=(1e6,))


def _with_boosting(settings: Settings, **changed: tuple[float, ...]) -> Settings:
    return settings.model_copy(update={"boosting": settings.boosting.model_copy(update=changed)})


def _heads_alone(settings: Settings) -> Settings:
    return settings.model_copy(update={"exposure_power": 0.0})


def _any_brand(campaign: Campaign) -> Campaign:
    """A brand that all campaigns share is no brand at all."""
    return replace(campaign, brand_id="any", category="any")


def _summed_people(rows: BookingRows) -> BookingRows:
    """Everybody a booking reaches by itself, counted again for every other booking."""
    people = rows.reach.gross.sum(axis=0)
    return replace(rows, reach=replace(rows.reach, shapley=rows.reach.gross, people=people))


def _no_linear_design(joined: JoinedSample) -> JoinedSample:
    """Nothing for slopes to act on: what remains of the linear start is its intercept."""
    blank = np.zeros_like(joined.sample.linear)
    return replace(joined, sample=replace(joined.sample, linear=blank))


def _uncalibrated(bundle: Bundle) -> Bundle:
    nothing = Calibration(slope=1.0, slope_error=0.0, shared_misfit=0.0, creator_misfit=0.0)
    return replace(bundle, calibration=nothing)


def _without_columns(names: Sequence[str]) -> Callable[[BookingRows], BookingRows]:
    """Columns of which nothing is known: no number, and the same word for all."""
    columns = [NUMERIC_FEATURES.index(name) for name in names if name in NUMERIC_FEATURES]

    def blank(rows: BookingRows) -> BookingRows:
        numbers = rows.numbers.copy()
        numbers[:, columns] = np.nan
        words = {n: np.full_like(w, "") if n in names else w for n, w in rows.words.items()}
        return replace(rows, numbers=numbers, words=words)

    return blank


PARTS: Final = (
    Part("nothing"),
    Part("trees", settings=_linear_only),
    Part("linear start", joined=_no_linear_design),
    Part("priors of its own for each feature", settings=_one_prior),
    Part("terms of brands and categories", campaign=_any_brand),
    Part("saturating curve", settings=_no_curve),
    Part("deduplication: people summed over bookings", rows=_summed_people),
    Part("exposure in units of sales: heads alone", settings=_heads_alone),
    Part("recalibration", bundle=_uncalibrated),
    Part("features of creators", rows=_without_columns(in_booking_rows(CREATOR_FEATURES))),
    Part("features of audiences", rows=_without_columns(in_booking_rows(AUDIENCE_FEATURES))),
    Part("features of fit", rows=_without_columns(FIT_FEATURES)),
    Part("features of terms and occasion", rows=_without_columns(TERM_FEATURES)),
    Part("all features: reach and brand alone", rows=_without_columns(FEATURES.names)),
)
