"""The best roster under a budget: candidates, a bound, a choice, its prediction."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final, Protocol

import numpy as np

from features.errors import FieldFault, InvalidRequestError
from features.snapshots.snapshot import Snapshot
from serving.directory.catalog import Directory
from serving.messages.answers import Estimate, Prediction, Warning
from serving.messages.optimize_answers import FrontierPoint, Optimization, Solver
from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import BookingIn, PredictRequest
from serving.optimization.alone import Occasion, score_alone
from serving.optimization.binary_program import Exactness
from serving.optimization.candidates import Candidates, read_candidates
from serving.optimization.choice import Choice
from serving.optimization.constraints import read_constraints
from serving.optimization.feasibility import cheapest, some_roster
from serving.optimization.improvement import Improvement, Patience, Tried
from serving.optimization.objective import Goal
from serving.optimization.relaxation import Relaxed, around, relax
from serving.optimization.roster_value import RosterValues
from training.arrays import Integers
from training.bundle import Bundle
from training.forecast import check_campaign, forecast_roster

#: Budgets of the frontier besides the one asked for, as parts of it.
FRACTIONS: Final = (0.25, 0.5, 0.75)
#: The tangent's own error is twice this (`relaxation`).
_EXACT: Final = Exactness(seconds=10.0, gap=1e-3)
#: Budgets beside the one asked for draw a curve: half a percent is not to be seen on it.
_EXACT_BESIDE: Final = Exactness(seconds=1.0, gap=5e-3)
_PATIENCE: Final = Patience(rosters=250, seconds=10.0)
_PATIENCE_BESIDE: Final = Patience(rosters=20, seconds=1.0, reselects=False)


class Totals(Protocol):
    """What is said of a roster as a whole."""

    @property
    def incremental_revenue(self) -> Estimate: ...
    @property
    def cost(self) -> float: ...


class Predicts(Protocol):
    """What answers for single rosters."""

    def predict(self, request: PredictRequest) -> Prediction: ...
    def headline(self, request: PredictRequest) -> Totals: ...


@dataclass(frozen=True, eq=False)
class _Plan:
    """Everything one request is answered from; positions are in `bookings`."""

    request: OptimizeRequest
    candidates: Candidates
    kept: Integers
    choice: Choice
    goal: Goal
    values: RosterValues


@dataclass(frozen=True, eq=False)
class _Found:
    """The roster found for one budget, and the relaxation it came from."""

    budget: float
    relaxed: Relaxed
    tried: Tried


def optimize(
    scorer: Predicts,
    bundle: Bundle,
    snapshot: Snapshot,
    directory: Directory,
    request: OptimizeRequest,
) -> Optimization:
    """Answer POST /v1/optimize.

    Raises:
        InvalidRequestError: unknown brand, markets or creators, each by path.
        NoRosterError: no roster keeps to all constraints; names those in conflict.
        NoBaselineError: there are no sales to set a lift against.
    """
    started = time.perf_counter()
    plan = _plan(bundle, snapshot, directory, request)
    found = _frontier(plan)
    best = found[-1]
    roster = _roster(plan, best.tried.chosen)
    return Optimization(
        roster=roster,
        prediction=scorer.predict(_question(request, roster)),
        frontier=[_point(scorer, plan, one) for one in found],
        warnings=_warnings(plan, best),
        solver=_solver(plan, best, time.perf_counter() - started),
    )


def _plan(
    bundle: Bundle, snapshot: Snapshot, directory: Directory, request: OptimizeRequest
) -> _Plan:
    candidates = _read(snapshot, directory, request)
    campaign = request.to_campaign()
    forecast = forecast_roster(bundle, snapshot, campaign, candidates.bookings[:1])
    constraints = read_constraints(request, candidates)
    some_roster(candidates, constraints)  # raises what is in conflict
    allowed = np.flatnonzero(constraints.allowed(candidates.creator))
    kept, alone = score_alone(
        Occasion.of(bundle, snapshot, forecast),
        [candidates.bookings[i] for i in allowed],
        candidates.creator[allowed],
        prune=not isinstance(request.candidates, list),
    )
    kept = allowed[kept]
    creator = candidates.creator[kept]
    choice = Choice(
        alone=alone,
        fee=candidates.fee[kept],
        creator=creator,
        niche=candidates.traits.niches()[creator],
        constraints=constraints.of(kept),
    )
    return _Plan(
        request=request,
        candidates=candidates,
        kept=kept,
        choice=choice,
        goal=Goal(request.objective, request.margin, request.interval),
        values=RosterValues(alone, [candidates.bookings[i] for i in kept]),
    )


def _read(snapshot: Snapshot, directory: Directory, request: OptimizeRequest) -> Candidates:
    """Read the candidates; what is wrong with the campaign is named beside what is with them."""
    faults: list[FieldFault] = []
    candidates = None
    try:
        check_campaign(snapshot, request.to_campaign())
    except InvalidRequestError as error:
        faults += error.faults
    try:
        candidates = read_candidates(snapshot, directory, request)
    except InvalidRequestError as error:
        faults += error.faults
    if candidates is None or faults:
        raise InvalidRequestError(faults)
    return candidates


def _frontier(plan: _Plan) -> list[_Found]:
    """The best roster for each budget, ascending; the last is the budget asked for.

    What a smaller budget buys a larger one can buy too, so no larger budget ends up worse.
    """
    asked = plan.request.budget
    seed = cheapest(plan.choice.fee, plan.choice.creator, plan.choice.constraints)
    assert seed is not None  # some_roster found one
    relaxed = relax(plan.choice, plan.goal, seed, _EXACT)
    found: list[_Found] = []
    for part in FRACTIONS if asked > 0 else ():
        choice = plan.choice
        choice = replace(choice, constraints=choice.constraints.with_budget(part * asked))
        seed = cheapest(choice.fee, choice.creator, choice.constraints)
        if seed is not None:
            loads = part * relaxed.loads
            beside = around(choice, plan.goal, loads, seed, _EXACT_BESIDE)
            found.append(_improved(plan, choice, part * asked, beside, found))
    return [*found, _improved(plan, plan.choice, asked, relaxed, found)]


def _improved(
    plan: _Plan, choice: Choice, budget: float, relaxed: Relaxed, before: Sequence[_Found]
) -> _Found:
    patience = _PATIENCE if budget == plan.request.budget else _PATIENCE_BESIDE
    starts = [relaxed.chosen, *(one.tried.chosen for one in before[-1:])]
    among = np.unique(np.concatenate([relaxed.shortlist, *starts]))
    search = Improvement(plan.values, choice, plan.goal, patience, among)
    return _Found(budget, relaxed, search.best(starts))


def _roster(plan: _Plan, chosen: Integers) -> list[BookingIn]:
    """The chosen bookings as they were sent, or as the catalog rates them."""
    found = []
    for position in plan.kept[chosen].tolist():
        booking = plan.candidates.bookings[position]
        source = plan.candidates.source[position]
        found.append(BookingIn.model_validate({**asdict(booking), "fee_source": source}))
    return found


def _question(request: OptimizeRequest, roster: list[BookingIn]) -> PredictRequest:
    return PredictRequest(campaign=request.campaign, roster=roster, interval=request.interval)


def _point(scorer: Predicts, plan: _Plan, found: _Found) -> FrontierPoint:
    roster = _roster(plan, found.tried.chosen)
    totals = scorer.headline(_question(plan.request, roster))
    return FrontierPoint(
        budget=found.budget,
        incremental_revenue=totals.incremental_revenue,
        creators=len(roster),
        cost=totals.cost,
    )


def _warnings(plan: _Plan, best: _Found) -> list[Warning]:
    warnings = []
    if plan.goal.kind != "revenue" and best.tried.objective < 0:
        told = "Every roster found is expected to cost more than it brings; booking nobody is "
        told += "better than any of them."
        warnings.append(Warning(code="not_worth_its_cost", message=told))
    if plan.candidates.left_out:
        told = f"{plan.candidates.left_out} creators match, but nobody knows what they ask; they "
        told += "were left out."
        warnings.append(Warning(code="unknown_fee", message=told))
    return warnings


def _solver(plan: _Plan, found: _Found, seconds: float) -> Solver:
    relaxed, value = found.relaxed, found.tried.objective
    additive = plan.choice.alone.occasion.additive
    scale = max(abs(relaxed.bound), 1e-12)
    return Solver(
        status="heuristic" if not additive else "optimal" if relaxed.complete else "time_limit",
        additive_gap=relaxed.additive if additive else None,
        gap=(relaxed.bound - relaxed.value) / scale if additive else None,
        full_model_gap=(relaxed.bound - value) / scale if additive else None,
        bound=relaxed.bound if additive else None,
        value=value,
        seconds=seconds,
        candidates=len(plan.candidates.creator_ids),
        rosters_tried=plan.values.tried,
    )
