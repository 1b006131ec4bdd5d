"""What is served is swapped whole; what cannot be loaded leaves the last good in place."""

from __future__ import annotations

import pytest

from features.errors import BrokenBundleError, NoCatalogError, NoModelError
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
