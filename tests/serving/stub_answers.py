"""The stub's numbers: each post adds 0.1 % of a baseline of 1.5 million, plus or minus half."""

from __future__ import annotations

from datetime import date, timedelta

from serving.messages.answers import (
    Composition,
    CreatorPrediction,
    Difference,
    Driver,
    Estimate,
    Evidence,
    HoldoutTest,
    LikelyRange,
    MarketPrediction,
    ModelInfo,
    Prediction,
    Reach,
    RosterReach,
    Warning,
)
from serving.messages.baselines import Baseline, BaselineQuery, PastWeek, WeekAhead
from serving.messages.optimize_answers import FrontierPoint, Optimization, Solver
from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import BookingIn, PredictRequest

MODEL = ModelInfo(name="rosterlift", version="7", run_id="r7", trained_until=date(2024, 3, 31))
AS_OF = date(2024, 4, 1)
BASELINE = 1_500_000.0


def _estimate(mean: float, spread: float = 0.5) -> Estimate:
    return Estimate(mean=mean, low=mean * (1 - spread), high=mean * (1 + spread))


def differences_of(
    names: list[str], predictions: list[Prediction], order: list[int]
) -> list[Difference]:
    found = []
    for place, better in enumerate(order):
        for worse in order[place + 1 :]:
            lift = predictions[better].lift.mean - predictions[worse].lift.mean
            found.append(
                Difference(
                    better=names[better],
                    worse=names[worse],
                    lift=Estimate(mean=lift, low=lift - 0.004, high=lift + 0.004),
                    incremental_revenue=Estimate(
                        mean=lift * BASELINE,
                        low=(lift - 0.004) * BASELINE,
                        high=(lift + 0.004) * BASELINE,
                    ),
                    probability=0.7,
                )
            )
    return found


def prediction_of(request: PredictRequest) -> Prediction:
    """The stub's answer: each post adds 0.1 % of a baseline of 1.5 million, ±50 %."""
    posts = sum(booking.posts for booking in request.roster)
    cost = sum(booking.fee for booking in request.roster)
    lift = 0.001 * posts
    return Prediction(
        model=MODEL,
        as_of=AS_OF,
        interval=request.interval,
        lift=_estimate(lift),
        incremental_revenue=_estimate(lift * BASELINE),
        return_on_spend=_estimate(lift * BASELINE / cost) if cost else None,
        probability_positive=0.93,
        baseline_revenue=BASELINE,
        cost=cost,
        reach=RosterReach(
            **_reach(posts).model_dump(),
            followers=100_000.0,
            followers_in_markets=50_000.0,
            unique_people=6_000.0 * posts,
        ),
        by_market=_by_market(request.campaign.markets or ["m1", "m2", "m3"], posts),
        by_creator=[_by_creator(booking) for booking in request.roster],
        drivers=[
            Driver(
                feature="reply_rate_90d", label="Reply rate, last 90 days", value=0.31, effect=0.004
            ),
            Driver(feature="posts", label="Posts", value=float(posts), effect=-0.001),
        ],
        warnings=[
            Warning(
                code="undisclosed_sponsorship",
                message=f"{booking.creator_id} is booked without a disclosure.",
                creator_ids=[booking.creator_id],
            )
            for booking in request.roster
            if booking.disclosure == "none"
        ],
        evidence=Evidence(grade="inside", reasons=[]),
        holdout_test=HoldoutTest(lift=_estimate(lift, 2.0), standard_error=0.01),
        likely=LikelyRange(
            lift=_estimate(lift, 0.2), incremental_revenue=_estimate(lift * BASELINE, 0.2)
        ),
        composition=_composition(request.roster),
    )


def _composition(roster: list[BookingIn]) -> Composition:
    """All of them micro, German and of Berlin; c4 is virtual."""
    creators = len({booking.creator_id for booking in roster})
    return Composition(
        creators=creators,
        bookings=len(roster),
        undisclosed=sum(booking.disclosure == "none" for booking in roster),
        virtual=sum(booking.creator_id == "c4" for booking in roster),
        tiers={"micro": creators},
        languages={"de": creators},
        communities={"berlin": creators},
    )


def baseline_of(query: BaselineQuery) -> Baseline:
    """200,000 a week for two years, 250,000 in each of seven weeks to come, ±10 %."""
    monday = AS_OF - timedelta(days=AS_OF.weekday())
    campaign = query.to_campaign()
    return Baseline(
        brand_id=query.brand_id,
        market_ids=list(campaign.markets or ("m1", "m2", "m3")),
        as_of=AS_OF,
        interval=query.interval,
        revenue=_estimate(BASELINE, 0.1),
        last_year=1_400_000.0,
        history=[
            PastWeek(week=monday - timedelta(weeks=ago), revenue=200_000.0)
            for ago in range(104, 0, -1)
        ],
        weeks=[
            WeekAhead(
                week=monday + timedelta(weeks=ahead),
                in_window=ahead > 0,
                revenue=_estimate(250_000.0, 0.1),
                last_year=200_000.0,
            )
            for ahead in range(7)
        ],
    )


def optimization_of(request: OptimizeRequest) -> Optimization:
    """The first candidate, or two short videos of c1 for 1,500, and no other budget."""
    asked = request.candidates
    first = BookingIn(
        creator_id="c1",
        platform="instagram",
        format="short_video",
        posts=2,
        fee=1500.0,
        fee_source="rates",
    )
    roster = asked[:1] if isinstance(asked, list) else [first]
    found = prediction_of(PredictRequest(campaign=request.campaign, roster=roster))
    point = FrontierPoint(
        budget=request.budget,
        incremental_revenue=found.incremental_revenue,
        creators=1,
        cost=found.cost,
    )
    return Optimization(
        roster=roster,
        prediction=found,
        frontier=[point],
        solver=Solver(
            status="optimal",
            gap=0.0,
            additive_gap=0.0,
            full_model_gap=0.0,
            bound=found.incremental_revenue.mean,
            value=found.incremental_revenue.mean,
            seconds=0.1,
            candidates=1,
            rosters_tried=1,
        ),
        warnings=[],
    )


def _reach(posts: int) -> Reach:
    return Reach(people=9_000.0 * posts, impressions=14_000.0 * posts, frequency=14 / 9)


def _by_market(markets: list[str], posts: int) -> list[MarketPrediction]:
    return [
        MarketPrediction(
            market_id=market,
            lift=_estimate(0.001 * posts),
            incremental_revenue=_estimate(0.001 * posts * BASELINE / 3),
            reach=_reach(posts),
        )
        for market in markets
    ]


def _by_creator(booking: BookingIn) -> CreatorPrediction:
    added = 0.001 * booking.posts * BASELINE
    return CreatorPrediction(
        creator_id=booking.creator_id,
        incremental_revenue=_estimate(added),
        cost=booking.fee,
        return_on_spend=_estimate(added / booking.fee) if booking.fee else None,
        unique_reach=6_000.0 * booking.posts,
    )
