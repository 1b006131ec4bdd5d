"""Bundle, catalog and a roster become a prediction in money with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from pydantic import TypeAdapter

from features.errors import FieldFault, InvalidRequestError
from features.rosters.lookup import catalog_arrays
from features.rosters.roster import booked_roster
from features.snapshots.snapshot import Snapshot
from serving.directory.card import model_info
from serving.directory.catalog import Directory
from serving.messages.answers import (
    Comparison,
    CreatorPrediction,
    Estimate,
    Evidence,
    HoldoutTest,
    LikelyRange,
    MarketPrediction,
    Prediction,
    RosterReach,
    Warning,
)
from serving.messages.baselines import Baseline, BaselineQuery
from serving.messages.holdout import HoldoutAnswer, HoldoutRequest
from serving.messages.optimize_answers import Optimization
from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import CompareRequest, PredictRequest
from serving.optimization.optimizer import optimize
from serving.predictions.baselines import baseline_answer
from serving.predictions.cautions import cautions, evidence_grade
from serving.predictions.composition import composition
from serving.predictions.drivers import drivers
from serving.predictions.holdout import holdout_answer
from serving.predictions.scenarios import compare_scored
from training.arrays import Floats
from training.bundle import Bundle
from training.conformal import HoldoutTests
from training.forecast import RosterForecast, check_campaign, forecast_booked, forecast_roster
from training.intervals import quantile_interval
from training.rosters.model import BoostedRosters

_MARKETS: Final = TypeAdapter(list[MarketPrediction])
_MARKET_FIELDS: Final = tuple(MarketPrediction.model_fields)
_CREATORS: Final = TypeAdapter(list[CreatorPrediction])


@dataclass(frozen=True)
class Headline:
    """What is said of a roster as a whole; fields as in `Prediction`."""

    lift: Estimate
    incremental_revenue: Estimate
    return_on_spend: Estimate | None
    probability_positive: float
    baseline_revenue: float
    cost: float
    reach: RosterReach
    warnings: list[Warning]
    evidence: Evidence


class RosterScorer:
    """Answers for one bundle and one snapshot; both are only read."""

    def __init__(self, bundle: Bundle, snapshot: Snapshot) -> None:
        self._bundle = bundle
        self._snapshot = snapshot
        # What the first answer would wait for.
        catalog_arrays(snapshot)
        if isinstance(bundle.model, BoostedRosters):
            bundle.model.prepare()

    def predict(self, request: PredictRequest) -> Prediction:
        """Predict one roster; raises `RequestError` where there is no basis."""
        return self._answer(self._forecast(request), request.interval)

    def headline(self, request: PredictRequest) -> Headline:
        """The same without markets, creators, drivers and test, at half the cost."""
        return self._headline(self._forecast(request), request.interval)

    def compare(self, request: CompareRequest) -> Comparison:
        """Predict several rosters on the same draws and rank them."""
        named = self._forecasts(request)
        predictions = {name: self._answer(scored, request.interval) for name, scored in named}
        return compare_scored(named, predictions, margin=request.margin, level=request.interval)

    def optimize(self, request: OptimizeRequest) -> Optimization:
        """Find the best roster under a budget; raises `RequestError` where there is none."""
        return optimize(self, self._bundle, self._snapshot, self._directory, request)

    def baseline(self, query: BaselineQuery) -> Baseline:
        """Tell sales by week, so far and without the campaign; raises `RequestError`."""
        return baseline_answer(self._bundle.baseline, self._snapshot, query)

    def holdout(self, request: HoldoutRequest) -> HoldoutAnswer:
        """Say what a holdout test could show; raises `RequestError` where there is no basis."""
        return holdout_answer(self._bundle, self._snapshot, request)

    @cached_property
    def _directory(self) -> Directory:
        return Directory(self._snapshot)

    def _forecast(self, request: PredictRequest) -> RosterForecast:
        campaign, roster = request.to_campaign(), request.to_roster()
        return forecast_roster(self._bundle, self._snapshot, campaign, roster)

    def _forecasts(self, request: CompareRequest) -> list[tuple[str, RosterForecast]]:
        """Forecast every scenario; what is wrong in any of them is named by its full path."""
        campaign, arrays = request.to_campaign(), catalog_arrays(self._snapshot)
        check_campaign(self._snapshot, campaign)
        booked, faults = [], []
        for position, scenario in enumerate(request.scenarios):
            try:
                booked.append(booked_roster(arrays, scenario.to_roster()))
            except InvalidRequestError as error:
                faults += [
                    FieldFault(f"scenarios.{position}.{fault.path}", fault.message)
                    for fault in error.faults
                ]
        if faults:
            raise InvalidRequestError(faults)
        forecasts = forecast_booked(self._bundle, self._snapshot, campaign, booked)
        names = [scenario.name for scenario in request.scenarios]
        return list(zip(names, forecasts, strict=True))

    def _headline(self, scored: RosterForecast, level: float) -> Headline:
        warnings = cautions(self._bundle, self._snapshot, scored)
        expected, cost = scored.expected_revenue(), scored.cost
        return Headline(
            lift=estimate(scored.lift, scored.expected_lift(), level),
            incremental_revenue=estimate(scored.revenue, expected, level),
            return_on_spend=_per_spend(scored.revenue, expected, cost, level),
            probability_positive=float(np.mean(scored.lift > 0)),
            baseline_revenue=scored.baseline_revenue(),
            cost=cost,
            reach=_reach(scored),
            warnings=warnings,
            evidence=evidence_grade(warnings, scored),
        )

    def _answer(self, scored: RosterForecast, level: float) -> Prediction:
        part = scored.expected @ scored.weight
        total = float(part.sum())
        return Prediction(
            **vars(self._headline(scored, level)),
            model=model_info(self._bundle.manifest),
            as_of=self._snapshot.as_of,
            interval=level,
            by_market=_by_market(scored, level),
            by_creator=_by_creator(scored, level),
            drivers=drivers(
                self._bundle,
                scored,
                part / total if total > 0 else part,
                total,
                float(scored.exposed.sum(axis=0) @ scored.weight),
            ),
            holdout_test=_holdout_test(self._bundle.holdout, scored, level),
            likely=_likely(scored),
            composition=composition(self._snapshot, scored.roster),
        )


def estimate(draws: Floats, mean: float, level: float) -> Estimate:
    """An estimate from draws; the mean is the analytic one and lies inside."""
    low, high = quantile_interval(draws, level)
    return Estimate(mean=mean, low=min(float(low), mean), high=max(float(high), mean))


def _holdout_test(tests: HoldoutTests, scored: RosterForecast, level: float) -> HoldoutTest:
    error = tests.standard_error(scored.campaign.brand_id, len(scored.rows.reach.market_ids))
    low, high = tests.interval(scored.lift, error, level)
    lift = _bounded(scored.expected_lift(), low, high)
    return HoldoutTest(lift=lift, standard_error=error)


def _per_spend(draws: Floats, mean: float, cost: float, level: float) -> Estimate | None:
    return None if cost <= 0 else estimate(draws / cost, mean / cost, level)


def _likely(scored: RosterForecast) -> LikelyRange:
    return LikelyRange(
        lift=estimate(scored.lift, scored.expected_lift(), 0.5),
        incremental_revenue=estimate(scored.revenue, scored.expected_revenue(), 0.5),
    )


def _reach(scored: RosterForecast) -> RosterReach:
    reach = scored.rows.reach
    accounts = {(b.creator_id, b.platform): i for i, b in enumerate(scored.roster)}
    booked = list(accounts.values())
    return RosterReach(
        people=reach.total_people,
        impressions=reach.total_impressions,
        frequency=reach.frequency,
        followers=float(reach.followers[booked].sum()),
        followers_in_markets=float(reach.local[booked].sum()),
        unique_people=float(reach.unique.sum()),
    )


def _by_market(scored: RosterForecast, level: float) -> list[MarketPrediction]:
    reach = scored.rows.reach
    drawn, revenue = scored.draws.by_market(), scored.baseline.revenue
    money = (scored.money / scored.money.mean()).astype(np.float32)
    means = scored.expected.sum(axis=0)
    lifts = _around(means, *quantile_interval(drawn, level))
    low, high = quantile_interval(drawn * money, level)
    amounts = _around(means * revenue, low * revenue, high * revenue)
    people, views = reach.people, reach.impressions.sum(axis=0)
    often = np.divide(views, people, out=np.zeros_like(views), where=people > 0)
    reached = [
        {"people": p, "impressions": v, "frequency": f}
        for p, v, f in zip(people.tolist(), views.tolist(), often.tolist(), strict=True)
    ]
    columns = zip(reach.market_ids, lifts, amounts, reached, strict=True)
    # All at once: making hundreds of models one by one takes longer than sorting the draws.
    return _MARKETS.validate_python(
        [dict(zip(_MARKET_FIELDS, row, strict=True)) for row in columns]
    )


def _around(means: Floats, low: Floats, high: Floats) -> list[dict[str, float]]:
    """Estimates as plain values; bounds that a finite number of draws missed enclose the mean."""
    bounds = zip(
        means.tolist(),
        np.minimum(low, means).tolist(),
        np.maximum(high, means).tolist(),
        strict=True,
    )
    return [{"mean": mean, "low": below, "high": above} for mean, below, above in bounds]


def _by_creator(scored: RosterForecast, level: float) -> list[CreatorPrediction]:
    """One row a creator, however many bookings; unique reach is the sum of the bookings'."""
    means = scored.expected @ scored.weight * scored.baseline_revenue()
    draws = scored.booking_lift * scored.money[None, :]
    fees = np.array([booking.fee for booking in scored.roster])
    place: dict[str, int] = {}
    creator = np.array([place.setdefault(name, len(place)) for name in scored.rows.creator_ids])
    order = np.argsort(creator, kind="stable")
    first = np.searchsorted(creator[order], np.arange(len(place)))
    summed, mean, cost, unique = (
        np.add.reduceat(column[order], first, axis=0)
        for column in (draws, means, fees, scored.rows.reach.unique)
    )
    money = _around(mean, *quantile_interval(summed, level))
    columns = zip(place, money, cost.tolist(), unique.tolist(), strict=True)
    return _CREATORS.validate_python(
        [
            {
                "creator_id": creator,
                "incremental_revenue": amount,
                "cost": paid,
                "return_on_spend": None
                if paid <= 0
                else {name: value / paid for name, value in amount.items()},
                "unique_reach": alone,
            }
            for creator, amount, paid, alone in columns
        ]
    )


def _bounded(mean: float, low: float, high: float) -> Estimate:
    return Estimate(
        mean=float(mean), low=min(float(low), float(mean)), high=max(float(high), float(mean))
    )
