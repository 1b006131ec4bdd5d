"""Bodies of requests that are answered, for tests to change in one place."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def campaign(**changed: Any) -> Json:
    """A campaign of brand b1."""
    return {
        "brand_id": "b1",
        "category": "skincare",
        "starts_on": "2024-05-06",
        "ends_on": "2024-05-19",
        **changed,
    }


def booking(**changed: Any) -> Json:
    """Two short videos of c1 for 1,500."""
    return {
        "creator_id": "c1",
        "platform": "instagram",
        "format": "short_video",
        "posts": 2,
        "fee": 1500,
        **changed,
    }


def predict(**changed: Any) -> Json:
    """A body of /v1/predict."""
    return {"campaign": campaign(), "roster": [booking()], **changed}


def compare(**changed: Any) -> Json:
    """A body of /v1/compare: c1 against c2."""
    scenarios = [
        {"name": "A", "roster": [booking()]},
        {"name": "B", "roster": [booking(creator_id="c2", posts=1, fee=3900)]},
    ]
    return {"campaign": campaign(), "scenarios": scenarios, **changed}


def holdout(**changed: Any) -> Json:
    """A body of /v1/holdout: a tenth and a half of the markets, 6 and 10 weeks."""
    return {**predict(), "shares": [0.1, 0.5], "weeks": [6, 10], **changed}


def optimize(**changed: Any) -> Json:
    """A body of /v1/optimize: 5,000 for creators of skincare."""
    candidates = {"category": "skincare"}
    return {"campaign": campaign(), "budget": 5000, "candidates": candidates, **changed}
