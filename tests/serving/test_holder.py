"""What is served is swapped whole; what cannot be loaded leaves the last good in place."""

from __future__ import annotations

import pytest

from features.errors import (
    BrokenBundleError,
    NoCatalogError,
    NoModelError,
    RegistryUnreachableError,
)
from serving.holder import Holder
from tests.serving.stubs import StubLoader


def test_nothing_published_names_the_catalog_first() -> None:
    holder = Holder(StubLoader(catalog=None, model=None))
    assert holder.refresh() is False
    with pytest.raises(NoCatalogError):
        _ = holder.directory
    with pytest.raises(NoCatalogError):
        _ = holder.scorer


def test_a_catalog_alone_serves_lists_and_names_the_model() -> None:
    holder = Holder(StubLoader(model=None))
    assert holder.refresh() is True
    assert holder.directory.creator("c1").handle == "@anna.glow"
    with pytest.raises(NoModelError):
        _ = holder.scorer
    with pytest.raises(NoModelError):
        _ = holder.card


def test_only_what_is_new_is_loaded() -> None:
    loader = StubLoader()
    holder = Holder(loader)
    holder.refresh()
    assert holder.refresh() is False
    loader.model = "2"
    assert holder.refresh() is True
    assert loader.loads == ["catalog", "model", "model"]


def test_a_state_in_use_is_not_touched_by_a_swap() -> None:
    loader = StubLoader()
    holder = Holder(loader)
    holder.refresh()
    before = holder.state
    loader.catalog = "2"
    holder.refresh()
    assert holder.state is not before
    assert before.directory is not holder.state.directory
    assert before.directory is not None
    assert before.directory.creator("c1").handle == "@anna.glow"


def test_a_model_that_does_not_load_leaves_the_last_one_and_is_tried_again() -> None:
    loader = StubLoader()
    outcomes: list[str] = []
    holder = Holder(loader, counted=outcomes.append)
    holder.refresh()
    before = holder.state
    loader.model, loader.refuses = "2", BrokenBundleError("/bundle", "a file is missing")
    assert holder.refresh() is False
    assert holder.refresh() is False
    assert holder.state is before
    loader.refuses = None
    assert holder.refresh() is True
    # The same complaint is counted and logged once, however often it is met.
    assert outcomes == ["loaded", "loaded", "failed", "loaded"]


def test_what_was_withdrawn_goes_on_being_served() -> None:
    loader = StubLoader()
    holder = Holder(loader)
    holder.refresh()
    loader.model = None
    assert holder.refresh() is False
    assert holder.scorer is loader.scorer_


def test_the_watcher_finds_a_new_model() -> None:
    loader = StubLoader(model=None)
    holder = Holder(loader)
    holder.watch(0.01)
    try:
        loader.model = "1"
        for _ in range(500):
            if holder.state.scorer is not None:
                break
            holder._closed.wait(0.01)
        assert holder.scorer is loader.scorer_
    finally:
        holder.close()


class UnreachableLoader(StubLoader):
    """Its registry does not answer while `down`."""

    down: bool = True

    def model_version(self) -> str | None:
        if self.down:
            raise RegistryUnreachableError("http://registry", "timed out")
        return self.model


def test_where_the_registry_does_not_answer_the_model_served_last_does() -> None:
    loader = UnreachableLoader(last="1", last_age=1e6)
    outcomes: list[str] = []
    holder = Holder(loader, counted=outcomes.append)
    assert holder.refresh() is True
    assert holder.scorer is loader.scorer_
    loader.down = False
    assert holder.refresh() is False
    loader.model = "2"
    assert holder.refresh() is True
    assert loader.loads == ["catalog", "model"]
    assert outcomes == ["loaded", "failed", "resumed", "loaded"]


def test_without_a_model_to_resume_what_stands_in_the_way_is_told() -> None:
    loader = UnreachableLoader()
    holder = Holder(loader)
    assert holder.refresh() is True  # the catalog
    with pytest.raises(RegistryUnreachableError):
        _ = holder.scorer
    loader.down = False
    holder.refresh()
    assert holder.scorer is loader.scorer_


def test_a_registry_that_names_no_champion_is_believed() -> None:
    holder = Holder(StubLoader(model=None, last="1"))
    holder.refresh()
    with pytest.raises(NoModelError):
        _ = holder.scorer


def test_the_model_of_a_moment_ago_is_served_before_the_registry_is_asked() -> None:
    loader = UnreachableLoader(last="1", last_age=5.0)
    holder = Holder(loader)
    assert holder.resume() is True
    assert holder.scorer is loader.scorer_
    older = Holder(UnreachableLoader(last="1", last_age=3600.0))
    assert older.resume() is False


def test_each_outage_is_told_once() -> None:
    loader = UnreachableLoader()
    outcomes: list[str] = []
    holder = Holder(loader, counted=outcomes.append)
    for down in (True, True, False, False, True, True):
        loader.down = down
        holder.refresh()
    assert outcomes == ["loaded", "failed", "loaded", "failed"]


def test_a_worker_waits_for_its_first_look_before_it_takes_requests() -> None:
    loader = StubLoader()
    holder = Holder(loader)
    holder.watch(3600.0)
    try:
        assert holder.scorer is loader.scorer_
    finally:
        holder.close()
