"""A small catalog, a scorer with numbers one can check by hand, and a loader of both."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from features.errors import FieldFault, NoBaselineError, NoRosterError, NoTestBasisError
from features.history.markets import SalesHistory
from serving.directory.catalog import Directory
from serving.messages.answers import Comparison, ModelInfo, Prediction, ScenarioResult
from serving.messages.baselines import Baseline, BaselineQuery
from serving.messages.holdout import HoldoutAnswer, HoldoutRequest
from serving.messages.listings import DataWindow, FeatureEntry, ModelCard
from serving.messages.optimize_answers import Optimization
from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import CompareRequest, PredictRequest
from tests.serving.stub_answers import (
    AS_OF,
    MODEL,
    baseline_of,
    differences_of,
    optimization_of,
    prediction_of,
)
from tests.serving.stub_holdout import holdout_of

Asked = PredictRequest | CompareRequest | OptimizeRequest | HoldoutRequest


@dataclass(frozen=True)
class SmallCatalog:
    """The part of a snapshot that lists are made of."""

    as_of: date
    creators: pd.DataFrame
    accounts: pd.DataFrame
    rates: pd.DataFrame
    brands: pd.DataFrame
    markets: pd.DataFrame
    sales: SalesHistory


def small_catalog() -> SmallCatalog:
    """Five creators, two brands (one without sales), three markets."""
    keys = [("c1", "instagram"), ("c1", "tiktok"), ("c2", "youtube"), ("c3", "tiktok")]
    return SmallCatalog(
        as_of=AS_OF,
        creators=_creators(),
        accounts=pd.DataFrame(
            {"followers": [48_000.0, 9_000.0, 250_000.0, 900.0]},
            index=pd.MultiIndex.from_tuples(keys, names=["creator_id", "platform"]),
        ),
        rates=_rates(),
        brands=pd.DataFrame(
            {"name": ["Dew", "Newcomer"], "category": ["skincare", "food"]},
            index=pd.Index(["b1", "b2"], name="brand_id"),
        ),
        markets=pd.DataFrame(
            {
                "name": ["Hamburg", "Berlin", "Köln"],
                "country": ["DE", "DE", "DE"],
                "language": ["de", "de", "de"],
                "population": [1_850_000, 3_700_000, 1_080_000],
            },
            index=pd.Index(["m1", "m2", "m3"], name="market_id"),
        ),
        sales=_sales(),
    )


def _creators() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "handle": ["@anna.glow", "@bo", "@Çelik", "@ghost", "@née/slash"],
            "category": ["skincare", "fitness", "skincare", "food", "skincare"],
            "country": ["DE", "DE", "TR", "US", "FR"],
            "language": ["de", "en", "tr", "en", "fr"],
            "is_virtual": [False, False, False, True, False],
            "communities": ["", "", "turkish-german;berlin", "", ""],
            "followers": [48_000.0, 250_000.0, 900.0, np.nan, 1_200_000.0],
            "observed_on": pd.to_datetime(
                ["2024-03-30", "2024-03-30", "2024-02-01", "NaT", "2024-03-30"]
            ),
            "reply_rate_90d": [0.31, 0.02, np.nan, np.nan, 0.10],
            "median_views_90d": [22_000.0, 90_000.0, 700.0, np.nan, 400_000.0],
        },
        index=pd.Index(["c1", "c2", "c3", "c4", "ünï/c5"], name="creator_id"),
    )


def _rates() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "creator_id": ["c1", "c1", "c2"],
            "platform": ["instagram", "tiktok", "youtube"],
            "format": ["short_video", "short_video", "long_video"],
            "fee_per_post": [750.0, 420.5, 3900.0],
            "fee_source": ["rates", "estimate", "rates"],
        }
    )


def _sales() -> SalesHistory:
    """Brand b1 sold 100 a week in each market, until the last but one week."""
    weeks = np.array(["2024-03-11", "2024-03-18", "2024-03-25"], dtype="datetime64[D]")
    revenue = np.full((2, 3, 3), np.nan)
    revenue[0, :, :2] = 100.0
    unknown = np.full_like(revenue, np.nan)
    return SalesHistory(("b1", "b2"), ("m1", "m2", "m3"), weeks, revenue, unknown, unknown, unknown)


@dataclass
class StubScorer:
    """Lift is 0.1 % a post; `raises` is raised instead, `gate` is waited for before."""

    raises: Exception | None = None
    gate: threading.Event | None = None
    asked: list[Asked] = field(default_factory=list)

    def predict(self, request: PredictRequest) -> Prediction:
        self._meet(request)
        if request.campaign.brand_id == "b2":
            raise NoBaselineError("b2", "no sales in the last 52 weeks")
        return prediction_of(request)

    def compare(self, request: CompareRequest) -> Comparison:
        self._meet(request)
        predictions = [
            prediction_of(PredictRequest(campaign=request.campaign, roster=scenario.roster))
            for scenario in request.scenarios
        ]
        profits = [
            found.incremental_revenue.mean * request.margin - found.cost for found in predictions
        ]
        order = sorted(range(len(profits)), key=lambda position: -profits[position])
        names = [scenario.name for scenario in request.scenarios]
        return Comparison(
            scenarios=[
                ScenarioResult(
                    name=names[position],
                    prediction=predictions[position],
                    rank=order.index(position) + 1,
                    probability_best=0.7 if position == order[0] else 0.3 / (len(order) - 1),
                )
                for position in range(len(names))
            ],
            differences=differences_of(names, predictions, order),
        )

    def optimize(self, request: OptimizeRequest) -> Optimization:
        self._meet(request)
        if request.budget < 1:
            told = "cannot be kept to beside the other constraints named"
            raise NoRosterError([FieldFault("budget", told), FieldFault("include.0", told)])
        return optimization_of(request)

    def baseline(self, query: BaselineQuery) -> Baseline:
        if query.brand_id == "b2":
            raise NoBaselineError("b2", "no sales in the last 52 weeks")
        return baseline_of(query)

    def holdout(self, request: HoldoutRequest) -> HoldoutAnswer:
        self._meet(request)
        if request.campaign.brand_id == "b2":
            raise NoTestBasisError("b2", "nothing is known of its sales")
        return holdout_of(request)

    def _meet(self, request: Asked) -> None:
        self.asked.append(request)
        if self.gate is not None:
            self.gate.wait(10)
        if self.raises is not None:
            raise self.raises


@dataclass
class StubLoader:
    """Versions are what a test sets them to; `refuses` is raised by the next loads.

    `last` is the version of the model served before, so many seconds ago.
    """

    scorer_: StubScorer = field(default_factory=StubScorer)
    catalog: str | None = "1"
    model: str | None = "1"
    refuses: Exception | None = None
    last: str | None = None
    last_age: float = 0.0
    where: str = "/nowhere"
    loads: list[str] = field(default_factory=list)

    def catalog_version(self) -> str | None:
        return self.catalog

    def model_version(self) -> str | None:
        return self.model

    def load_catalog(self) -> SmallCatalog:
        self._load("catalog")
        return small_catalog()

    def load_model(self) -> ModelInfo:
        self._load("model")
        return MODEL

    def last_model(self, within: float | None) -> tuple[str, ModelInfo] | None:
        if self.last is None or (within is not None and self.last_age > within):
            return None
        return self.last, MODEL

    def directory(self, catalog: SmallCatalog) -> Directory:
        return Directory(catalog)

    def scorer(self, model: ModelInfo, catalog: SmallCatalog) -> StubScorer:
        return self.scorer_

    def card(self, model: ModelInfo, catalog: SmallCatalog) -> ModelCard:
        return ModelCard(
            model=model,
            data_window=DataWindow(
                trained_from=None, trained_until=model.trained_until, catalog_as_of=catalog.as_of
            ),
            metrics={"qini": 0.2, "never_measured": None},
            features=[
                FeatureEntry(
                    name="posts", label="Posts", description="Posts booked.", kind="number"
                )
            ],
            limits_of_use=["Nothing is said beyond the four weeks after posting."],
        )

    def _load(self, what: str) -> None:
        self.loads.append(what)
        if self.refuses is not None:
            raise self.refuses
