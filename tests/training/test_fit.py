"""Training from a folder of tables to a registered version with its verdict."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

from features.errors import (
    NoHoldoutError,
    PromotionRefusedError,
    SettingsError,
    SourceError,
    SourceNotFoundError,
    TooFewCampaignsError,
)
from features.rosters.feature_set import FEATURES
from features.sources.source import open_source
from tests.training.trained_worlds import SMALL, TrainedWorld
from training import tracking
from training.bundle import Bundle
from training.checks.verdict import refusals
from training.fit import train
from training.provenance import fingerprint
from training.rosters.fitting import LEARNERS
from training.run import fit_run

NewHome = Callable[[], Path]


def test_a_randomised_world_gets_a_verdict_and_a_report(randomised: TrainedWorld) -> None:
    result = randomised.result
    assert result.verdict == ("refused" if result.reasons else "promoted")
    assert result.reasons == refusals(result.checks)
    report = result.report.read_text(encoding="utf-8")
    assert result.verdict.capitalize() in report
    assert result.report == randomised.home / "reports" / f"{result.run_id}.html"
    assert result.run_id in report
    assert all(check.check in report for check in result.checks)
    assert report.lstrip().lower().startswith("<!doctype html>")
    client = tracking.connect(randomised.home)
    kept = Path(client.download_artifacts(result.run_id, "report.html"))
    assert kept.read_text(encoding="utf-8") == report


def test_verdicts_are_tags_of_the_run(randomised: TrainedWorld) -> None:
    tags = tracking.connect(randomised.home).get_run(randomised.result.run_id).data.tags
    for check in randomised.result.checks:
        assert tags[check.tag].startswith("passed: " if check.passed else "failed: ")
        assert check.found in tags[check.tag]


def test_an_effect_is_found_where_there_is_one(randomised: TrainedWorld) -> None:
    metrics = randomised.result.metrics
    assert metrics["average_effect"] > 3 * metrics["average_effect_error"]
    passed = {check.check: check.passed for check in randomised.result.checks}
    assert passed["average effect against shuffled markets"]
    assert passed["sample ratio"]
    truth = pd.read_parquet(randomised.folder / "truth.parquet")
    treated = truth[truth["treated"]] if "treated" in truth else truth
    average = np.log1p(treated.select_dtypes("number").iloc[:, 0]).mean()
    assert metrics["average_effect"] == pytest.approx(
        average, abs=0.5 * average + 3 * metrics["average_effect_error"]
    )


def test_a_world_of_nothing_is_refused_with_reasons(null: TrainedWorld) -> None:
    assert null.result.verdict == "refused"
    assert any(reason.startswith("average effect") for reason in null.result.reasons)
    assert tracking.champion_version(null.home) is None
    report = null.result.report.read_text(encoding="utf-8")
    assert "Refused" in report
    lifts = null.run.evidence.calibration.slope * null.run.evidence.held_out.predicted
    assert lifts.mean() < 0.01


def test_rows_kept_and_dropped_are_reported(randomised: TrainedWorld) -> None:
    rows = randomised.result.rows
    assert rows["kept"]["campaigns"] == 40
    recorded = len(pd.read_parquet(randomised.folder / "assignments.parquet"))
    thin = rows["dropped"].get("cell: too few weeks with sales", 0)
    assert rows["kept"]["cells"] == recorded - thin
    assert all(count > 0 for count in rows["dropped"].values())
    assert rows["tables"]["assignments"] == recorded
    logged = tracking.connect(randomised.home).get_run(randomised.result.run_id).data.metrics
    assert logged["rows.kept.campaigns"] == 40
    assert len([name for name in logged if name.startswith("rows.dropped")]) == len(rows["dropped"])


def test_the_run_says_where_it_came_from(randomised: TrainedWorld) -> None:
    run = tracking.connect(randomised.home).get_run(randomised.result.run_id).data
    assert run.tags["features.hash"] == FEATURES.hash
    assert run.tags["verdict"] == randomised.result.verdict
    assert run.tags["library.numpy"] == np.__version__
    assert run.params["seed"] == "0"
    assert run.params["boosting.max_rounds"] == "20"
    assert run.metrics["slope"] == pytest.approx(randomised.result.metrics["slope"])


def test_the_registered_bundle_is_the_fitted_one(randomised: TrainedWorld) -> None:
    logged = tracking.Logged(randomised.result.run_id, randomised.result.version)
    bundle = tracking.load_version(randomised.home, logged)
    fitted = randomised.run.bundle
    assert bundle.manifest.run_id == randomised.result.run_id
    assert bundle.manifest.version == randomised.result.version == "1"
    assert bundle.encoding == fitted.encoding
    assert bundle.baseline == fitted.baseline
    assert bundle.manifest.campaigns == 40
    assert bundle.manifest.trained_until == "2024-09-22"  # the 90th Sunday from 2023-01-02 on
    assert bundle.baseline.backtests >= 30


def test_progress_is_told_step_by_step(randomised: TrainedWorld) -> None:
    names = list(dict.fromkeys(name for name, _ in randomised.steps))
    assert names[0] == "checking tables"
    assert names[-1] == "logging"
    for name in names:
        parts = [part for step, part in randomised.steps if step == name]
        assert parts == sorted(parts)
        assert 0 <= parts[0] <= parts[-1] <= 1


def test_never_leaves_the_alias(randomised: TrainedWorld, new_home: NewHome) -> None:
    home = new_home()
    result = randomised.train_again(home, "never")
    assert result.verdict == ("refused" if result.reasons else "not promoted")
    assert tracking.champion_version(home) is None
    assert [version.champion for version in tracking.versions(home)] == [False]


def test_force_promotes_what_gates_refuse_and_keeps_the_reason(
    null: TrainedWorld, new_home: NewHome
) -> None:
    home = new_home()
    result = null.train_again(home, "force", "the board wants it")
    assert result.verdict == "promoted"
    assert result.reasons
    (version,) = tracking.versions(home)
    assert version.champion
    assert version.reason.endswith("the board wants it")


def test_a_refused_version_keeps_the_champion(null: TrainedWorld, new_home: NewHome) -> None:
    home = new_home()
    null.train_again(home, "force", "a start")
    again = null.train_again(home, "auto")
    assert again.verdict == "refused"
    assert "The champion, version 1," in again.report.read_text(encoding="utf-8")
    newest, oldest = tracking.versions(home)
    assert (newest.version, newest.champion, newest.verdict) == ("2", False, "refused")
    assert "average effect" in newest.reason
    assert oldest.champion


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_force_without_a_reason_is_refused(
    world_folders: dict[str, Path], tmp_path: Path, reason: str
) -> None:
    with pytest.raises(PromotionRefusedError, match="needs a reason"):
        train(str(world_folders["null"]), tmp_path / "home", SMALL, promote="force", reason=reason)
    assert not (tmp_path / "home").exists()


def test_an_unknown_wish_or_learner_is_refused(
    world_folders: dict[str, Path], tmp_path: Path
) -> None:
    folder = str(world_folders["null"])
    with pytest.raises(SettingsError, match="always") as caught:
        train(folder, tmp_path / "home", SMALL, promote="always")
    assert caught.value.setting == "promote"
    strange = SMALL.model_copy(update={"learner": "crystal_ball"})
    with pytest.raises(SettingsError, match="crystal_ball") as caught:
        train(folder, tmp_path / "home", strange)
    assert all(name in str(caught.value) for name in LEARNERS)
    assert not (tmp_path / "home").exists()


def test_a_missing_source_logs_nothing(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError):
        train(str(tmp_path / "nowhere"), tmp_path / "home", SMALL)
    assert not (tmp_path / "home").exists()


def changed(
    folder: Path, target: Path, table: str, change: Callable[[pd.DataFrame], pd.DataFrame]
) -> Path:
    shutil.copytree(folder, target)
    frame = pd.read_parquet(target / f"{table}.parquet")
    change(frame).to_parquet(target / f"{table}.parquet", index=False)
    return target


def test_too_few_campaigns_are_refused(world_folders: dict[str, Path], tmp_path: Path) -> None:
    few = changed(world_folders["null"], tmp_path / "few", "campaigns", lambda rows: rows.head(9))
    with pytest.raises(TooFewCampaignsError) as caught:
        fit_run(open_source(str(few)), SMALL)
    assert (caught.value.found, caught.value.needed) == (9, 10)


def test_without_held_out_markets_nothing_is_learned(
    world_folders: dict[str, Path], tmp_path: Path
) -> None:
    folder = changed(
        world_folders["null"],
        tmp_path / "all",
        "assignments",
        lambda rows: rows.assign(treated=True, propensity=None),
    )
    with pytest.raises((NoHoldoutError, SourceError)):
        fit_run(open_source(str(folder)), SMALL)


def test_the_fingerprint_knows_rows_and_no_order(randomised: TrainedWorld, tmp_path: Path) -> None:
    run = tracking.connect(randomised.home).get_run(randomised.result.run_id)
    shuffled = tmp_path / "shuffled"
    shuffled.mkdir()
    for path in randomised.folder.glob("*.parquet"):
        rows = pd.read_parquet(path)
        rows = rows.sample(frac=1, random_state=3)[rows.columns[::-1]]
        rows.to_parquet(shuffled / path.name, index=False)
    before = run.data.tags["data.fingerprint"]
    assert fingerprint(open_source(str(shuffled))) == before
    one_fee = changed(
        randomised.folder,
        tmp_path / "fee",
        "bookings",
        lambda rows: rows.assign(fee=[rows["fee"][0] + 1, *rows["fee"][1:]]),
    )
    assert fingerprint(open_source(str(one_fee))) != before


def test_a_home_holds_all_that_a_run_writes(
    randomised: TrainedWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_home: NewHome
) -> None:
    """Nothing lands in the folder one happens to be in."""
    monkeypatch.chdir(tmp_path)
    home = new_home()
    randomised.train_again(home, "never")
    assert list(tmp_path.iterdir()) == []
    manifests = list((home / "mlruns").rglob("manifest.json"))
    assert len(manifests) == 1
    assert Bundle.load(manifests[0].parent).manifest.campaigns == 40
    assert json.loads(manifests[0].read_text())["feature_hash"] == FEATURES.hash
    assert mlflow.get_tracking_uri() == tracking.tracking_uri(home)
