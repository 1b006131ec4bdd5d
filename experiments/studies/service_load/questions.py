"""What is asked: rosters drawn from the service's own lists."""

from __future__ import annotations

import json
import urllib.request
from datetime import date, timedelta
from typing import Any

import numpy as np

Json = dict[str, Any]

_BRIEF = "Show how you use it every day and answer what people ask."


def campaign(address: str) -> Json:
    """A campaign of four weeks ahead for a brand that sells, in all its markets."""
    brand = next(b for b in _get(address, "/v1/brands?limit=500")["items"] if b["has_baseline"])
    as_of = date.fromisoformat(_get(address, "/v1/model")["data_window"]["catalog_as_of"])
    return {
        "brand_id": brand["brand_id"],
        "category": brand["category"],
        "starts_on": str(as_of + timedelta(28)),
        "ends_on": str(as_of + timedelta(41)),
        "brief": _BRIEF,
        "markets": [market["market_id"] for market in _markets(address)],
    }


def rosters(address: str, count: int, creators: int, seed: int) -> list[list[Json]]:
    """So many rosters of so many creators each, every one drawn anew."""
    listed = _pages(address, "/v1/creators")
    able = [(one["creator_id"], one["platforms"][0]) for one in listed if one["platforms"]]
    rng = np.random.default_rng(seed)
    drawn = [rng.choice(len(able), min(creators, len(able)), replace=False) for _ in range(count)]
    return [[_booking(*able[i]) for i in own] for own in drawn]


def predictions(address: str, count: int, creators: int, seed: int) -> list[bytes]:
    """Bodies of POST /v1/predict."""
    about = campaign(address)
    drawn = rosters(address, count, creators, seed)
    return [json.dumps({"campaign": about, "roster": roster}).encode() for roster in drawn]


def comparisons(address: str, count: int, scenarios: int, creators: int, seed: int) -> list[bytes]:
    """Bodies of POST /v1/compare whose scenarios have nothing in common but chance."""
    about = campaign(address)
    drawn = rosters(address, count * scenarios, creators, seed)
    groups = [drawn[first : first + scenarios] for first in range(0, len(drawn), scenarios)]
    return [
        json.dumps(
            {
                "campaign": about,
                "scenarios": [{"name": f"{i}", "roster": one} for i, one in enumerate(group)],
            }
        ).encode()
        for group in groups
    ]


def _booking(creator: str, platform: str) -> Json:
    return {
        "creator_id": creator,
        "platform": platform,
        "format": "short_video",
        "posts": 2,
        "fee": 300.0,
    }


def _markets(address: str) -> list[Json]:
    return _pages(address, "/v1/markets")


def _pages(address: str, path: str) -> list[Json]:
    found: list[Json] = []
    while True:
        page = _get(address, f"{path}?limit=500&offset={len(found)}")
        found += page["items"]
        if len(found) >= page["total"] or not page["items"]:
            return found


def _get(address: str, path: str) -> Json:
    with urllib.request.urlopen(address + path) as response:
        content: Json = json.load(response)
    return content
