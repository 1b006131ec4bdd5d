"""The registry: versions, the champion, the way back, and MLflow's own door to a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import mlflow
import numpy as np
import pytest

from features.errors import (
    FeatureMismatchError,
    NoFormerChampionError,
    NoModelError,
    UnknownIdError,
)
from tests.training.tiny_bundle import booking_features, tiny_bundle
from training import tracking
from training.bundle import Bundle
from training.pyfunc import EXPOSURE, BundleModel
from training.tracking import Logged


@dataclass
class Registry:
    """A home with two versions of one bundle and no champion when it is made."""

    home: Path
    bundle: Bundle
    first: Logged
    second: Logged


def log(home: Path, bundle: Bundle, rank: float) -> Logged:
    return tracking.log_run(
        home,
        bundle,
        parameters={"seed": "3"},
        metrics={"rank": rank},
        tags={"verdict": "refused", "reasons": "too small; too late", "features.hash": "abc"},
        texts={"report.html": "<!doctype html>"},
    )


@pytest.fixture(scope="module")
def registry(new_home: Callable[[], Path]) -> Registry:
    home, bundle = new_home(), tiny_bundle()
    return Registry(home, bundle, log(home, bundle, 0.4), log(home, bundle, 0.6))


@pytest.fixture
def empty(new_home: Callable[[], Path]) -> Path:
    return new_home()


def test_without_a_champion_there_is_no_model(empty: Path) -> None:
    assert tracking.champion_version(empty) is None
    assert tracking.versions(empty) == []
    with pytest.raises(NoModelError, match="rosterlift train"):
        tracking.champion_bundle(empty)
    with pytest.raises(NoFormerChampionError):
        tracking.rollback(empty)
    with pytest.raises(UnknownIdError, match="'1'"):
        tracking.promote(empty, "1", "no such thing")


def test_a_run_registers_a_version_with_its_evidence(registry: Registry) -> None:
    assert (registry.first.version, registry.second.version) == ("1", "2")
    run = tracking.connect(registry.home).get_run(registry.first.run_id).data
    assert run.params["seed"] == "3"
    assert run.tags["features.hash"] == "abc"
    assert (
        tracking.connect(registry.home).get_run(registry.second.run_id).data.metrics["rank"] == 0.6
    )
    newest, oldest = tracking.versions(registry.home)
    assert (newest.version, oldest.version) == ("2", "1")
    assert newest.run_id == registry.second.run_id
    assert newest.verdict == "refused"
    assert oldest.created <= newest.created


def test_a_version_comes_back_as_it_was(registry: Registry) -> None:
    found = tracking.load_version(registry.home, registry.second)
    assert found.manifest.version == "2"
    assert found.manifest.run_id == registry.second.run_id
    same = replace(found.manifest, version="", run_id="")
    assert same == registry.bundle.manifest
    assert found.encoding == registry.bundle.encoding


def test_promote_moves_the_champion_and_rollback_moves_it_back(registry: Registry) -> None:
    home = registry.home
    tracking.promote(home, "1", "the first of all")
    assert tracking.champion_version(home) == registry.first
    assert tracking.champion_bundle(home).manifest.version == "1"
    tracking.promote(home, "2", "ranks better")
    assert tracking.champion_version(home) == registry.second
    newest, oldest = tracking.versions(home)
    assert (newest.champion, oldest.champion) == (True, False)
    assert newest.reason.endswith(": ranks better")
    assert oldest.reason.endswith(": the first of all")

    for unknown in ("99", "two", ""):
        with pytest.raises(UnknownIdError):
            tracking.promote(home, unknown, "no such thing")
    assert tracking.champion_version(home) == registry.second

    assert tracking.rollback(home) == "1"
    assert tracking.champion_version(home) == registry.first
    assert tracking.rollback(home) == "2"


def test_promoting_the_champion_again_keeps_the_one_before(new_home: Callable[[], Path]) -> None:
    home, bundle = new_home(), tiny_bundle("roster_linear")
    for _ in range(2):
        log(home, bundle, 0.5)
    for version in ("1", "2", "2"):
        tracking.promote(home, version, "again")
    assert tracking.rollback(home) == "1"


def test_homes_do_not_mix(registry: Registry, empty: Path) -> None:
    assert tracking.versions(empty) == []
    assert len(tracking.versions(registry.home)) == 2
    assert tracking.tracking_uri(empty) != tracking.tracking_uri(registry.home)


def test_the_environment_names_another_store(
    registry: Registry, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", tracking.tracking_uri(registry.home))
    assert len(tracking.versions(empty)) == 2


def test_a_champion_of_other_features_is_refused(new_home: Callable[[], Path]) -> None:
    home, bundle = new_home(), tiny_bundle("roster_linear")
    manifest = replace(bundle.manifest, feature_hash="f" * 64)
    log(home, replace(bundle, manifest=manifest), 0.5)
    tracking.promote(home, "1", "by hand")
    with pytest.raises(FeatureMismatchError):
        tracking.champion_bundle(home)


def test_mlflow_loads_the_model_and_predicts_what_the_bundle_does(registry: Registry) -> None:
    tracking.connect(registry.home)
    model = mlflow.pyfunc.load_model(f"models:/{tracking.NAME}/1")
    rows = booking_features(np.random.default_rng(4), 12)
    rows[EXPOSURE] = np.linspace(0.0, 0.5, 12)
    found = model.predict(rows)
    bundle = registry.bundle
    values = np.zeros(12)
    trees = bundle.encoding.trees(rows)
    for member in bundle.model.members:  # type: ignore[attr-defined]
        score = member.score(bundle.encoding.linear(trees), trees)
        values += np.exp(score) / len(bundle.model.members)  # type: ignore[attr-defined]
    expected = bundle.calibration.slope * values * rows[EXPOSURE].to_numpy()
    assert found.to_numpy() == pytest.approx(expected, rel=1e-9)
    assert found.to_numpy() == pytest.approx(BundleModel(bundle).predict(rows).to_numpy())
    assert found[0] == 0.0 < found[1]


def test_a_study_is_logged_beside_the_models(registry: Registry) -> None:
    run_id = tracking.log_study(
        registry.home,
        "a study",
        parameters={"folds": "5"},
        metrics={"ihdp/ours.t/mean": 1.5},
        texts={"table.md": "| a | b |"},
    )
    client = tracking.connect(registry.home)
    run = client.get_run(run_id)
    assert run.info.run_name == "a study"
    assert run.data.params == {"folds": "5"}
    assert run.data.metrics == {"ihdp/ours.t/mean": 1.5}
    assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/table.md") == "| a | b |"
    model_run = client.get_run(registry.first.run_id)
    assert run.info.experiment_id != model_run.info.experiment_id
    assert len(tracking.versions(registry.home)) == 2
