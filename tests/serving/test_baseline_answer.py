"""GET /v1/baseline on a real model: the same numbers as a prediction's."""

from __future__ import annotations

import numpy as np
import pytest

from features.errors import InvalidRequestError
from serving.messages.baselines import Baseline, BaselineQuery
from serving.messages.questions import PredictRequest
from serving.predictions.scoring import RosterScorer
from tests.serving.small_world import World


def asked(world: World, **changed: object) -> Baseline:
    campaign = world.body["campaign"]
    values = {name: campaign[name] for name in ("brand_id", "starts_on", "ends_on")}
    query = BaselineQuery.model_validate({**values, **changed})
    return RosterScorer(world.bundles[0], world.snapshot).baseline(query)


def test_the_total_is_a_prediction_s_baseline(world: World) -> None:
    scorer = RosterScorer(world.bundles[0], world.snapshot)
    predicted = scorer.predict(PredictRequest(**world.body))
    markets = ";".join(world.body["campaign"].get("markets") or ())
    found = asked(world, markets=markets or None)
    assert found.revenue.mean == pytest.approx(predicted.baseline_revenue)
    assert sorted(found.market_ids) == sorted(one.market_id for one in predicted.by_market)


def test_the_interval_is_that_of_a_prediction_s_draws(world: World) -> None:
    found = asked(world, interval=0.8)
    total = RosterScorer(world.bundles[0], world.snapshot)._forecast(PredictRequest(**world.body))
    error = total.baseline.relative_error
    factors = np.exp(error * np.random.default_rng(1).normal(size=200_000))
    low, high = np.quantile(factors / factors.mean(), [0.1, 0.9])
    assert found.revenue.low == pytest.approx(found.revenue.mean * low, rel=0.01)
    assert found.revenue.high == pytest.approx(found.revenue.mean * high, rel=0.01)


def test_past_weeks_are_the_sales_table_s(world: World) -> None:
    found = asked(world)
    sales = world.snapshot.sales
    own = sales.revenue[sales.brand_ids.index(found.brand_id)]
    rows = [sales.market_ids.index(market) for market in found.market_ids]
    last = found.history[-1]
    assert str(last.week) == str(sales.weeks[-1].astype("datetime64[D]"))
    assert last.revenue == pytest.approx(float(np.nansum(own[rows, -1])))
    assert found.weeks[0].week > last.week


def test_faults_are_named_by_the_question_s_own_fields(world: World) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        asked(world, brand_id="nobody", markets="nowhere")
    assert [fault.path for fault in refused.value.faults] == ["brand_id", "markets.0"]
