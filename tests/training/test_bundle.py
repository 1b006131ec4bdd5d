"""A bundle comes back from disk as it was, and nothing else is accepted as one."""

from __future__ import annotations

import json
import pickletools
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from features.entities import Campaign
from features.errors import BrokenBundleError, FeatureMismatchError
from features.rosters.bookings import BookingRows
from tests.training.tiny_bundle import booking_rows_of, tiny_bundle
from training.bundle import Bundle
from training.intervals import quantile_interval
from training.rosters.model import BoostedRosters

OF_B0 = Campaign("b0", "skincare", date(2025, 3, 3), date(2025, 3, 16))
LEARNERS = ("roster_boosting", "roster_linear", "roster_averages")


@pytest.fixture(scope="module")
def bundles() -> dict[str, Bundle]:
    return {learner: tiny_bundle(learner) for learner in LEARNERS}


@pytest.fixture
def saved(bundles: dict[str, Bundle], tmp_path: Path) -> Path:
    bundles["roster_boosting"].save(tmp_path / "bundle")
    return tmp_path / "bundle"


@pytest.mark.parametrize("learner", LEARNERS)
def test_a_saved_bundle_answers_the_same(
    bundles: dict[str, Bundle], learner: str, tmp_path: Path
) -> None:
    bundle = bundles[learner]
    bundle.save(tmp_path / "bundle")
    again = Bundle.load(tmp_path / "bundle")
    rows = booking_rows_of(np.random.default_rng(5), 8)
    exposed = bundle.expose(rows, np.array([5_000.0, 30_000.0]))
    one = bundle.draw(rows, bundle.encode(rows, OF_B0), exposed, "b0")
    other = again.draw(rows, again.encode(rows, OF_B0), exposed, "b0")
    assert np.abs(one.contributions).max() > 0
    assert other.contributions == pytest.approx(one.contributions, rel=1e-12, abs=1e-12)
    assert other.by_creator(np.array([0.5, 0.5])) == pytest.approx(
        one.by_creator(np.array([0.5, 0.5])), rel=1e-9
    )
    assert again.manifest == bundle.manifest
    assert again.encoding == bundle.encoding
    assert again.baseline == bundle.baseline
    assert again.calibration == bundle.calibration
    assert again.path == tmp_path / "bundle"


def test_the_boosted_bundle_has_trees_to_lose(bundles: dict[str, Bundle]) -> None:
    model = bundles["roster_boosting"].model
    assert isinstance(model, BoostedRosters)
    assert all(member.booster is not None for member in model.members)


@pytest.mark.parametrize("learner", LEARNERS)
def test_the_folder_holds_text_and_plain_arrays(
    bundles: dict[str, Bundle], learner: str, tmp_path: Path
) -> None:
    bundles[learner].save(tmp_path / "bundle")
    files = [path for path in (tmp_path / "bundle").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} <= {".json", ".npz", ".txt"}
    for path in files:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                assert {arrays[name].dtype.kind for name in arrays.files} == {"f"}
        else:
            path.read_text(encoding="utf-8")
        with pytest.raises(ValueError, match=r".+"):
            list(pickletools.genops(path.read_bytes()))


def test_a_saved_bundle_is_never_written_over(bundles: dict[str, Bundle], saved: Path) -> None:
    before = (saved / "manifest.json").read_bytes()
    with pytest.raises(FileExistsError):
        bundles["roster_linear"].save(saved)
    assert (saved / "manifest.json").read_bytes() == before


def test_other_features_are_refused(bundles: dict[str, Bundle], tmp_path: Path) -> None:
    bundle = bundles["roster_linear"]
    other = replace(bundle, manifest=replace(bundle.manifest, feature_hash="0" * 64))
    other.save(tmp_path / "other")
    with pytest.raises(FeatureMismatchError, match="Train again") as caught:
        Bundle.load(tmp_path / "other")
    assert caught.value.found == "0" * 12
    assert caught.value.expected == bundle.manifest.feature_hash[:12]


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def write(name: str, text: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return damage


def change(name: str, key: str, value: object) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
        (folder / name).write_text(json.dumps({**content, key: value}), encoding="utf-8")

    return damage


def add_an_odd_array(folder: Path) -> None:
    np.savez(folder / "linear.npz", intercepts=np.zeros(2), slopes=np.zeros((3, 4)))


DAMAGES: dict[str, Callable[[Path], None]] = {
    "no manifest": remove("manifest.json"),
    "no encoding": remove("encoding.json"),
    "no baseline": remove("baseline.json"),
    "no linear start": remove("linear.npz"),
    "a tree less": remove("trees/000.txt"),
    "a manifest cut short": write("manifest.json", '{"format": 1, "learner": "ros'),
    "an encoding of nothing": write("encoding.json", "{}"),
    "an empty tree": write("trees/001.txt", ""),
    "a linear start of words": write("linear.npz", "not an archive"),
    "arrays of other sizes": add_an_odd_array,
    "another format": change("manifest.json", "format", 99),
    "a key too many": change("manifest.json", "colour", "red"),
    "a baseline of another kind": change("baseline.json", "alpha", 3),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_broken_bundle_says_so(saved: Path, damage: Callable[[Path], None]) -> None:
    damage(saved)
    with pytest.raises(BrokenBundleError, match="Train or fetch it again") as caught:
        Bundle.load(saved)
    assert caught.value.path == str(saved)


def test_a_folder_that_is_not_there_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(BrokenBundleError):
        Bundle.load(tmp_path / "nowhere")


def test_registration_names_version_and_run(bundles: dict[str, Bundle]) -> None:
    known = bundles["roster_linear"].registered("7", "abc")
    assert (known.manifest.version, known.manifest.run_id) == ("7", "abc")
    assert known.model is bundles["roster_linear"].model


def width(bundle: Bundle, rows: BookingRows, brand_id: str) -> float:
    """Width of the 90 % interval of the roster's lift."""
    exposed = bundle.expose(rows, np.array([5_000.0, 30_000.0]))
    draws = bundle.draw(
        rows, bundle.encode(rows, replace(OF_B0, brand_id=brand_id)), exposed, brand_id
    )
    low, high = quantile_interval(draws.by_creator(np.ones(2)).sum(axis=0), 0.9)
    return float(high - low)


def test_filled_creators_are_less_certain(bundles: dict[str, Bundle]) -> None:
    bundle = bundles["roster_boosting"]
    sure = booking_rows_of(np.random.default_rng(1), 1)
    assert width(bundle, sure, "b0") < width(bundle, replace(sure, filled=("creator-0",)), "b0")


def test_a_brand_without_a_past_is_less_certain(bundles: dict[str, Bundle]) -> None:
    bundle, rows = bundles["roster_boosting"], booking_rows_of(np.random.default_rng(1), 6)
    assert bundle.knows("b0")
    assert not bundle.knows("b9")
    alike = {**bundle.manifest.typical, "brand_spread": 0.0}
    if_alike = replace(bundle, manifest=replace(bundle.manifest, typical=alike))
    assert width(bundle, rows, "b9") > 1.1 * width(if_alike, rows, "b9")
