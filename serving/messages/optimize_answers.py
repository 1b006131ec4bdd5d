"""What /v1/optimize answers: a roster, what it is expected to do, and how sure the choice is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from serving.messages.answers import Estimate, Prediction, Warning
from serving.messages.field_types import Number
from serving.messages.questions import BookingIn, Schema


class FrontierPoint(Schema):
    """The best roster found for one budget."""

    budget: Number = Field(examples=[25_000.0], description="Money.")
    incremental_revenue: Estimate = Field(description="Money, of the best roster found for it.")
    creators: int = Field(examples=[12], description="How many creators that roster has.")
    cost: Number = Field(examples=[24_600.0], description="Its fees together, money.")


class Solver(Schema):
    """How the roster was found and how far it can be from the best there is.

    If people counted once for every booking that reaches them, a roster would be worth more, never
    less, and the best one follows from linear programs: its value is a bound for every roster.
    """

    status: Literal["optimal", "time_limit", "heuristic"] = Field(
        description="The exact program was solved (to 0.1 %); was stopped; or bounds nothing, as "
        "the model is no sum over bookings."
    )
    additive_gap: Number | None = Field(
        examples=[0.0004],
        description="Proven, of the exact program in which a booking adds what it adds at the "
        "margin: (its bound - its best roster) / its bound.",
    )
    gap: Number | None = Field(
        examples=[0.006],
        description="Proven: (bound - best roster found where people count for every booking) / "
        "bound; lifts level off, so it holds what indivisible bookings lose.",
    )
    full_model_gap: Number | None = Field(
        examples=[0.04],
        description="Proven: (bound - value of the answered roster, in which people are reached "
        "once) / bound. No roster is better by more. For cautious: against the expected profit.",
    )
    bound: Number | None = Field(
        examples=[31_000.0],
        description="No roster's value is above this, money; in units of the objective.",
    )
    value: Number = Field(
        examples=[29_800.0], description="The answered roster's value: the objective, money."
    )
    seconds: Number = Field(examples=[2.4], description="Time for all of it.")
    candidates: int = Field(examples=[10_000], description="Creators that could be booked.")
    rosters_tried: int = Field(examples=[240], description="Rosters forecast as a whole.")


class Optimization(Schema):
    """The best roster found, its prediction, and what other budgets would buy."""

    roster: list[BookingIn] = Field(
        description="As /v1/predict takes it; `fee_source` where the catalog named the fee."
    )
    prediction: Prediction = Field(description="What /v1/predict says of this roster.")
    frontier: list[FrontierPoint] = Field(
        description="A quarter, half, three quarters and all of the budget; a budget too small for "
        "the constraints is left out."
    )
    solver: Solver
    warnings: list[Warning] = Field(
        description="About the choice: candidates left out, a roster that costs more than it "
        "brings."
    )
