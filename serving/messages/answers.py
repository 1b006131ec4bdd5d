"""What the service answers about rosters: predictions, comparisons, and why.

A lift is a share: incremental revenue divided by what would have been sold without the
campaign, over the posting weeks and the four weeks after. Answers hold finite numbers
only: a NaN is a fault of the service and is never sent.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from serving.messages.field_types import Number, Share
from serving.messages.questions import Schema


class Estimate(Schema):
    """A mean with the bounds of the answer's `interval`."""

    mean: Number = Field(examples=[0.022], description="Expected value.")
    low: Number = Field(examples=[0.011], description="Lower bound of the interval.")
    high: Number = Field(examples=[0.049], description="Upper bound of the interval.")


class ModelInfo(Schema):
    """Which model answered."""

    name: str = Field(examples=["rosterlift"], description="Name in the registry.")
    version: str = Field(examples=["3"], description="Version in the registry.")
    run_id: str = Field(examples=["0f3c…"], description="The training run.")
    trained_until: date = Field(description="Last day of the data it learned from.")


class Reach(Schema):
    """Who sees the posts."""

    people: Number = Field(examples=[84_000.0], description="Deduplicated people reached.")
    impressions: Number = Field(examples=[131_000.0], description="Gross views.")
    frequency: Number = Field(examples=[1.56], description="Views per person reached; 0 for none.")


class RosterReach(Reach):
    """Who sees the posts, and out of how many."""

    followers: Number = Field(
        examples=[1_900_000.0],
        description="Of the booked accounts together; who follows several counts several times.",
    )
    followers_in_markets: Number = Field(
        examples=[610_000.0], description="Those of them who live in the campaign's markets."
    )
    unique_people: Number = Field(
        examples=[52_000.0], description="People whom one creator of the roster alone reaches."
    )


class LikelyRange(Schema):
    """The middle half of what is plausible: as likely to hold the truth as not."""

    lift: Estimate = Field(description="Bounds of the 50 % interval.")
    incremental_revenue: Estimate = Field(description="Bounds of the 50 % interval, money.")


class Composition(Schema):
    """Who is booked: reported for fairness and compliance, and not rated.

    Creators are counted once; "unknown" where the catalog does not say.
    """

    creators: int = Field(examples=[50])
    bookings: int = Field(examples=[52])
    undisclosed: int = Field(examples=[0], description="Bookings without a disclosure.")
    virtual: int = Field(examples=[1], description="AI or virtual personas.")
    tiers: dict[str, int] = Field(examples=[{"micro": 48, "macro": 2}])
    languages: dict[str, int] = Field(
        examples=[{"de": 41, "tr": 9}], description="ISO 639-1, that they publish in."
    )
    communities: dict[str, int] = Field(
        examples=[{"turkish-german": 9}],
        description="Local or cultural ones; a creator may belong to several or to none.",
    )


class MarketPrediction(Schema):
    """What the roster does in one market."""

    market_id: str = Field(examples=["m001"], description="Where.")
    lift: Estimate = Field(description="Share of what would be sold there anyway.")
    incremental_revenue: Estimate = Field(description="Money.")
    reach: Reach


class CreatorPrediction(Schema):
    """One creator's part; the means add up to the roster's."""

    creator_id: str = Field(examples=["c0042"], description="Who.")
    incremental_revenue: Estimate = Field(description="Money.")
    cost: Number = Field(examples=[1500.0], description="Fees, money.")
    return_on_spend: Estimate | None = Field(
        description="Incremental revenue / cost; null where the cost is 0."
    )
    unique_reach: Number = Field(
        examples=[9_100.0], description="People nobody else in the roster reaches."
    )


class Driver(Schema):
    """One reason why this roster's lift differs from the average campaign's."""

    feature: str = Field(examples=["reply_rate_90d"], description="Name in the dictionary.")
    label: str = Field(examples=["Replies to comments"], description="The same in words.")
    value: Number | str | None = Field(
        examples=[0.31], description="This roster's value; null: unknown."
    )
    effect: Number = Field(examples=[0.004], description="Effect on the lift, a share.")


class Warning(Schema):
    """Something the numbers alone do not say."""

    code: str = Field(examples=["outside_training_support"], description="For machines.")
    message: str = Field(description="For people.")
    creator_ids: list[str] | None = Field(default=None, description="Whom it is about, if anyone.")


class Evidence(Schema):
    """What the numbers rest on."""

    grade: Literal["inside", "partly", "outside"] = Field(
        description="Inside past campaigns' experience, partly outside, or outside: ask for a test."
    )
    reasons: list[str] = Field(description="Why it is not inside.")


class HoldoutTest(Schema):
    """What a test that holds out some of these markets would show: never the lift itself."""

    lift: Estimate = Field(
        description="The measured lift to expect: the same mean, with the noise of the test."
    )
    standard_error: Number = Field(
        examples=[0.012], description="Of a test in these markets, as the brand's past ones had."
    )


class Prediction(Schema):
    """What one roster is expected to do."""

    model: ModelInfo
    as_of: date = Field(description="The catalog's day: nothing observed later was used.")
    interval: Share = Field(examples=[0.9], description="Probability meant by low..high.")
    lift: Estimate = Field(description="Share of what would be sold anyway.")
    incremental_revenue: Estimate = Field(description="Money.")
    return_on_spend: Estimate | None = Field(
        description="Incremental revenue / cost; null where the cost is 0."
    )
    probability_positive: Share = Field(description="Probability that the lift is above 0.")
    baseline_revenue: Number = Field(description="Money sold without the campaign.")
    cost: Number = Field(description="Sum of the fees, money.")
    reach: RosterReach
    by_market: list[MarketPrediction]
    by_creator: list[CreatorPrediction]
    drivers: list[Driver] = Field(description="Largest effect first.")
    warnings: list[Warning]
    evidence: Evidence
    holdout_test: HoldoutTest
    likely: LikelyRange = Field(description="The same estimates with a 50 % interval.")
    composition: Composition


class ScenarioResult(Schema):
    """One roster of a comparison."""

    name: str = Field(examples=["Twelve micro creators"], description="As sent.")
    prediction: Prediction
    rank: int = Field(ge=1, description="1 is the best expected incremental profit.")
    probability_best: Share = Field(description="Probability that it is the most profitable.")
    probability_pays_back: Share | None = Field(
        default=None,
        description="Probability that incremental revenue x margin covers the cost; null: unknown.",
    )


class Difference(Schema):
    """Two rosters on the same draws: uncertainty they share cancels out."""

    better: str = Field(description="Name of the scenario ranked higher.")
    worse: str = Field(description="Name of the scenario ranked lower.")
    lift: Estimate = Field(description="Better minus worse, a share.")
    incremental_revenue: Estimate = Field(description="Better minus worse, money.")
    probability: Share = Field(description="Probability that better is more profitable.")


class Comparison(Schema):
    """Rosters ranked by expected incremental profit, and how sure the ranking is."""

    scenarios: list[ScenarioResult] = Field(description="In the order they were sent.")
    differences: list[Difference] = Field(description="Every pair of scenarios.")
