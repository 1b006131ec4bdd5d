"""Can it be proved? The question of /v1/holdout and its answer.

A holdout test leaves some of the campaign's markets without the posts and compares sales. Its
false alarms are 1 in 20 (two-sided); a lift counts as detectable where it is seen 4 times in 5.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from serving.messages.answers import Estimate, ModelInfo, Warning
from serving.messages.field_types import Number, Share, Whole, first_repeated
from serving.messages.questions import PredictRequest, Schema

SHARES: Final = (0.1, 0.2, 0.3, 0.4, 0.5)
LONGEST_TEST_WEEKS: Final = 52


def _each_once(values: list[float] | list[int]) -> list[float] | list[int]:
    repeated = first_repeated([str(value) for value in values])
    if repeated is not None:
        raise PydanticCustomError(
            "each_once", "value {position} repeats an earlier one", {"position": repeated}
        )
    return values


HeldOutShare = Annotated[Number, Field(ge=0.1, le=0.9)]
WeeksOfSales = Annotated[Whole, Field(ge=1, le=LONGEST_TEST_WEEKS)]


class HoldoutRequest(PredictRequest):
    """What a holdout test of one roster could detect."""

    shares: Annotated[
        list[HeldOutShare], Field(min_length=1, max_length=9), AfterValidator(_each_once)
    ] = Field(
        default=list(SHARES),
        examples=[[0.2, 0.5]],
        description="Shares of the campaign's markets to hold out, each tried.",
    )
    weeks: (
        Annotated[
            list[WeeksOfSales], Field(min_length=1, max_length=12), AfterValidator(_each_once)
        ]
        | None
    ) = Field(
        default=None,
        examples=[[6, 10]],
        description="Weeks of sales to compare, from the first day of posting; absent: the "
        "posting weeks and the four after.",
    )
    leak: Share | None = Field(
        default=None,
        examples=[0.25],
        description="Part of what the posts do that reaches held-out markets all the same; "
        "0: they are not shown there; absent: as in past campaigns.",
    )


class HoldoutDesign(Schema):
    """One way to hold out markets, and what it detects."""

    share: Share = Field(examples=[0.3], description="Share of the markets to hold out, as asked.")
    held_out: int = Field(ge=2, examples=[15], description="Markets held out.")
    weeks: int = Field(ge=1, examples=[6], description="Weeks of sales compared.")
    standard_error: Number = Field(examples=[0.006], description="Of the measured lift.")
    smallest_detectable_lift: Number | None = Field(
        examples=[0.018],
        description="The lift seen 4 times in 5; null: none, everything leaks.",
    )
    power: Share = Field(
        examples=[0.71], description="Chance to see this roster's lift, unsure as that is."
    )
    revenue_forgone: Number = Field(
        examples=[9_800.0], description="Expected incremental revenue that is given up, money."
    )


class HoldoutAnswer(Schema):
    """Whether a holdout test could show what a roster is expected to do."""

    model: ModelInfo
    as_of: date = Field(description="The catalog's day: nothing observed later was used.")
    interval: Share = Field(examples=[0.9], description="Probability meant by low..high.")
    lift: Estimate = Field(description="Expected, a share of what would be sold anyway.")
    window_weeks: int = Field(
        ge=1, examples=[6], description="Weeks that the lift is about; it thins out beyond them."
    )
    leak: Share = Field(
        examples=[0.25], description="As asked, or as estimated from past campaigns."
    )
    markets: int = Field(ge=4, examples=[50], description="Markets with enough sales for a test.")
    weekly_noise: Number = Field(
        examples=[0.043], description="Of log sales in the median market, standard deviation."
    )
    autocorrelation: Number = Field(
        examples=[0.2], description="Of one week's noise with the next one's."
    )
    history_weeks: int = Field(ge=1, examples=[156], description="Weeks of sales that show it.")
    designs: list[HoldoutDesign] = Field(description="By weeks, then share.")
    recommended: HoldoutDesign = Field(
        description="The least held out that sees the lift 4 times in 5, else the best there is."
    )
    verdict: Literal["provable", "uncertain", "not_provable"] = Field(
        description="Power of the recommended design: from 0.8, from 0.5, below."
    )
    sentence: str = Field(description="The answer in words.")
    warnings: list[Warning]
