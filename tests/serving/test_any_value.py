"""Any JSON value in any field: 200 where it is right, a 422 that names the field where it is not."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogs import catalog
from features.errors import NoRosterError
from serving.errors import PROBLEMS
from serving.home import HomeLoader
from serving.kept import KeptModel
from serving.settings import ServiceSettings
from tests.serving.asking import Json, booking
from tests.serving.problems import paths_in, problem_in
from tests.serving.right_values import (
    INTERVAL,
    MARGIN,
    NOTHING,
    WORD,
    FieldOf,
    of_booking,
    of_campaign,
    of_proposed,
    of_wishes,
    under,
)
from tests.serving.served import served_on_loopback
from tests.serving.small_world import TYPICAL, World
from tests.training.tiny_bundle import tiny_bundle
from training.store import CONFIGURED, tracking_uri

#: Values that are right in one field and wrong in the next, or were trouble elsewhere.
ODD: Final[tuple[Any, ...]] = (
    None, True, False, -1, 0, -0.0, 0.3, 0.99, 1, 1.0, 2.5, 50, 51, 501, 10**10 + 1, 1e13, 1e308,
    5e-324, -(10**400), 10**400, math.inf, -math.inf, "", " ", "0", "x" * 201, "\0", "\ud800",
    "\u202e", "NaN", "1", "null", "instagram", "none", "2024-02-30", "1899-12-31", "2024-W19-1",
    "２０２４-05-10", [], {}, [[]], [None], [1], ["c1"], {"": 0}, {"market": {"nowhere": 0.5}},
    {"market": {"nowhere": 2}}, {"food": 1.5}, {"x": {"y": {"z": []}}},
)  # fmt: skip
ANYTHING: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
NEW: Final = "somebody new"


@dataclass(frozen=True, repr=False)
class Asking:
    """A served model, what is in its catalog, and a campaign with two bookings that it answers."""

    client: httpx.Client
    world: World
    campaign: Json
    roster: list[Json]

    def campaign_fields(self) -> dict[str, FieldOf]:
        starts, ends = (date.fromisoformat(self.campaign[n]) for n in ("starts_on", "ends_on"))
        return under("campaign", of_campaign(self.world.snapshot, starts, ends))

    def booking_fields(self) -> dict[str, FieldOf]:
        """Of the booking of a known creator, and of one of a proposed one."""
        ids = list(self.world.snapshot.creators.index)
        proposed = under("creator", of_proposed(self.world.snapshot))
        return under("0", of_booking(ids)) | under("1", proposed | {"creator_id": WORD})


@pytest.fixture(scope="module")
def asking(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    home = tmp_path_factory.mktemp("home")
    fitted = tiny_bundle()
    manifest = replace(fitted.manifest, typical={**fitted.manifest.typical, **TYPICAL})
    replace(fitted, manifest=manifest).save(home / "bundle")
    catalog.save(world.snapshot, home)
    told = world.body["campaign"]
    roster = [
        booking(creator_id=world.body["roster"][0]["creator_id"]),
        booking(creator_id=NEW, creator={"category": "food", "language": "en", "followers": 900}),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(CONFIGURED, raising=False)
        KeptModel(home, tracking_uri(home)).keep("1", "run-1", home / "bundle")
        limits = ServiceSettings(home=home, poll_seconds=3600)
        with (
            served_on_loopback(HomeLoader(home), limits) as address,
            httpx.Client(base_url=address, timeout=60) as client,
        ):
            yield Asking(client, world, told, roster)


def changed(body: Json, path: str, value: Any) -> Json:
    """A copy of the body with another value at the path."""
    found: Any = json.loads(json.dumps(body))
    whole, (*steps, last) = found, path.split(".")
    for step in steps:
        found = found[int(step)] if isinstance(found, list) else found.setdefault(step, {})
    found[last] = value
    return dict(whole)


def written(body: Json) -> str:
    """As JSON, which writes no infinity but numbers that are too large."""
    return json.dumps(body).replace("Infinity", "1e400")


def about(found: str, path: str) -> bool:
    """Whether a fault's path is that of the field, of what it is in or of what is in it.

    A campaign that starts too late is said to end too early.
    """
    return path.startswith(found) or found.startswith((path, path.replace("starts_on", "ends_on")))


def drawn(data: st.DataObject, fields: Mapping[str, FieldOf]) -> tuple[str, Any, bool]:
    """A field, a value for it, and whether it is right there."""
    path = data.draw(st.sampled_from(sorted(fields)), "field")
    some = st.sampled_from((*ODD, *fields[path].some))
    value = data.draw(some | some | ANYTHING, "value")
    return path, value, fields[path].right(value)


def answered(asking: Asking, route: str, body: Json, path: str, right: bool) -> None:
    response = asking.client.post(route, content=written(body))
    if right:
        assert response.status_code == 200, response.text[:500]
    else:
        found = paths_in(response)
        assert found and all(about(one, path) for one in found), found


@settings(max_examples=200)
@given(data=st.data())
def test_predict(asking: Asking, data: st.DataObject) -> None:
    bookings = under("roster", asking.booking_fields())
    fields = {**asking.campaign_fields(), **bookings, "interval": INTERVAL, "surprise": NOTHING}
    path, value, right = drawn(data, fields)
    body = {"campaign": asking.campaign, "roster": asking.roster}
    answered(asking, "/v1/predict", changed(body, path, value), path, right)


@settings(max_examples=80)
@given(data=st.data())
def test_compare(asking: Asking, data: st.DataObject) -> None:
    name = FieldOf(lambda value: WORD.right(value) and value != "B", ["x", "B", "Ж"])
    fields = {
        **under("scenarios.1.roster", asking.booking_fields()),
        "scenarios.0.name": name,
        "scenarios.0.surprise": NOTHING,
        "margin": MARGIN,
        "interval": INTERVAL,
        "surprise": NOTHING,
    }
    path, value, right = drawn(data, fields)
    scenarios = [
        {"name": "A", "roster": asking.roster[:1]},
        {"name": "B", "roster": asking.roster},
    ]
    body = {"campaign": asking.campaign, "scenarios": scenarios}
    answered(asking, "/v1/compare", changed(body, path, value), path, right)


@settings(max_examples=60)
@given(data=st.data())
def test_optimize(asking: Asking, data: st.DataObject) -> None:
    fields = of_wishes(asking.world.snapshot)
    path, value, right = drawn(data, fields)
    body = changed({"campaign": asking.campaign, "budget": 5000.0}, path, value)
    response = asking.client.post("/v1/optimize", content=written(body))
    if right and response.status_code == 200:
        return
    told = problem_in(response, 422)
    if not right or told["title"] != PROBLEMS[NoRosterError][1]:
        # A right one is refused where nobody passes the filter or has a known fee.
        assert all(about(fault["path"], path) for fault in told["errors"]), told
