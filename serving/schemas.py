"""The types of the HTTP interface, requests and answers, by one door.

The OpenAPI document is generated from them; units and examples stand in each field.
"""

from serving.answers import (
    Comparison,
    CreatorPrediction,
    Difference,
    Driver,
    Estimate,
    MarketPrediction,
    ModelInfo,
    Prediction,
    Reach,
    ScenarioResult,
    Warning,
)
from serving.optimize_answers import FrontierPoint, Optimization, Solver
from serving.optimize_questions import CandidateFilter, MinShare, OptimizeRequest
from serving.questions import (
    BookingIn,
    CampaignIn,
    CompareRequest,
    PredictRequest,
    ProposedCreatorIn,
    Scenario,
)

__all__ = [
    "BookingIn",
    "CampaignIn",
    "CandidateFilter",
    "CompareRequest",
    "Comparison",
    "CreatorPrediction",
    "Difference",
    "Driver",
    "Estimate",
    "FrontierPoint",
    "MarketPrediction",
    "MinShare",
    "ModelInfo",
    "Optimization",
    "OptimizeRequest",
    "PredictRequest",
    "Prediction",
    "ProposedCreatorIn",
    "Reach",
    "Scenario",
    "ScenarioResult",
    "Solver",
    "Warning",
]
