"""One quarter of a backtest: a model of what was known before it, asked for what it booked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from experiments.backtest import kept, rules
from experiments.backtest.known import Known
from experiments.backtest.quarters import Quarter
from experiments.backtest.stated import StatedLift, stated_by
from features.errors import (
    MetricInputError,
    NoBaselineError,
    NoHoldoutError,
    TooFewCampaignsError,
)
from training.bundle import Bundle
from training.forecast import RosterForecast, forecast_rows
from training.past import PastRoster
from training.run import fit_bundle, measure_past
from training.settings import Settings
from training.splits import TimeForward

#: Codes of what a forecast is warned of; needs nothing but the forecast and its model.
Warn = Callable[[Bundle, RosterForecast], Sequence[str]]
#: What training says of a past that nothing can be learned from.
_NOTHING_TO_LEARN: Final = (TooFewCampaignsError, NoHoldoutError, MetricInputError)


def unwarned(_bundle: Bundle, _forecast: RosterForecast) -> Sequence[str]:
    """Nobody looks for warnings."""
    return ()


@dataclass(frozen=True)
class Hindcast:
    """One campaign's lift as a model of its quarter states it.

    `rules` are the lifts that rules without a model would have stated, by their names.
    """

    campaign_id: str
    stated: StatedLift
    rules: Mapping[str, float]


@dataclass(frozen=True)
class QuarterResult:
    """One quarter: what its model learned from, and the campaigns booked in it.

    `reason` says why there is no model; the campaigns are then in `left_out`.
    """

    quarter: Quarter
    learned_from: int
    hindcasts: tuple[Hindcast, ...]
    left_out: Mapping[str, str]
    reason: str = ""


@dataclass(frozen=True)
class Trial:
    """All that a backtest's quarters share.

    `known` is all that ever became known, of which each quarter sees its part. Finished quarters
    are kept in `folder`.
    """

    known: Known
    settings: Settings
    folder: Path | None
    warn: Warn

    def of(self, quarter: Quarter, judged: Sequence[PastRoster]) -> QuarterResult:
        """Train on what was known before a quarter and ask for these campaigns, or remember it."""
        before = self.known.before(quarter.first)
        split_of(self.known, before, judged, quarter)
        if self.folder is None:
            return self._run(before, quarter, judged)
        key = self._key(before, judged)
        content = kept.kept(self.folder, key)
        if content is None:
            content = _plain(self._run(before, quarter, judged))
            kept.keep(self.folder, key, content)
        return _from_plain(content)

    def _key(self, before: Known, judged: Sequence[PastRoster]) -> str:
        last = max(roster.campaign.booked_on or roster.campaign.starts_on for roster in judged)
        sold = self.known.history.until(last)
        warned = f"{self.warn.__module__}.{self.warn.__qualname__}"
        return kept.key_of(before, sold, judged, self.settings, warned)

    def _run(self, before: Known, quarter: Quarter, judged: Sequence[PastRoster]) -> QuarterResult:
        learned = before.campaigns.campaigns
        try:
            past = measure_past(
                before.history, before.campaigns, before.rosters_of(learned), self.settings
            )
            bundle = fit_bundle(past, self.known.categories, self.settings)
        except _NOTHING_TO_LEARN as error:
            reason = f"no model by {quarter.first}: {str(error).partition('. ')[0]}"
            names = [str(roster.campaign.campaign_id) for roster in judged]
            return QuarterResult(quarter, len(learned), (), dict.fromkeys(names, reason), reason)
        by_rule = rules.predictions(past, judged)
        hindcasts, left_out = [], {}
        for number, roster in enumerate(judged):
            name = str(roster.campaign.campaign_id)
            try:
                stated = self._stated(bundle, quarter, roster)
            except NoBaselineError as error:
                left_out[name] = str(error)
                continue
            own = {rule: float(lifts[number]) for rule, lifts in by_rule.items()}
            hindcasts.append(Hindcast(name, stated, own))
        return QuarterResult(quarter, len(past.cells.campaign_ids), tuple(hindcasts), left_out)

    def _stated(self, bundle: Bundle, quarter: Quarter, roster: PastRoster) -> StatedLift:
        """As the service would have answered on the day of booking."""
        campaign = roster.campaign
        sold = self.known.history.until(campaign.booked_on or campaign.starts_on)
        if not len(sold.weeks):
            raise NoBaselineError(campaign.brand_id, "nothing was sold before it was booked")
        category = self.known.categories.get(campaign.brand_id, "*")
        markets = roster.rows.reach.market_ids
        baseline = bundle.baseline.forecast(
            sold, campaign.brand_id, category, markets, campaign.window
        )
        booked = self.known.campaigns.rosters[str(campaign.campaign_id)]
        forecast = forecast_rows(
            bundle, campaign, [booked], [roster.rows], roster.weekly, baseline
        )[0]
        warnings = tuple(self.warn(bundle, forecast))
        return stated_by(bundle, forecast, str(quarter), warnings)


def split_of(
    known: Known, before: Known, judged: Sequence[PastRoster], quarter: Quarter
) -> TimeForward:
    """The campaigns that are learned from and those that are judged, proven apart in time.

    Raises:
        CrossedFoldsError: something is learned from that was not over when the quarter began.
    """
    every = known.campaigns.campaigns
    place = {campaign.campaign_id: number for number, campaign in enumerate(every)}
    learned = [place[campaign.campaign_id] for campaign in before.campaigns.campaigns]
    asked = [place[roster.campaign.campaign_id] for roster in judged]
    return TimeForward(
        learn=np.array(learned, dtype=np.int64),
        judge=np.array(asked, dtype=np.int64),
        cut=np.datetime64(quarter.first),
        booked_on=np.array([c.booked_on for c in every], "datetime64[D]"),
        measured_on=np.array([c.window.last for c in every], "datetime64[D]"),
    )


def _plain(result: QuarterResult) -> dict[str, Any]:
    hindcasts = [
        {**vars(one), "stated": kept.plain(one.stated), "rules": dict(one.rules)}
        for one in result.hindcasts
    ]
    quarter = [result.quarter.year, result.quarter.number]
    return {**vars(result), "quarter": quarter, "hindcasts": hindcasts}


def _from_plain(content: Mapping[str, Any]) -> QuarterResult:
    hindcasts = [
        Hindcast(one["campaign_id"], kept.stated_from(one["stated"]), one["rules"])
        for one in content["hindcasts"]
    ]
    return QuarterResult(
        **{**content, "quarter": Quarter(*content["quarter"]), "hindcasts": tuple(hindcasts)}
    )
