"""The model on disk: LightGBM text files, plain arrays and JSON; no pickle, no code.

    manifest.json    what it is, where it came from, how it was calibrated, what tests showed
    encoding.json    scales and levels of the booking rows
    baseline.json    seasons and the forecast's error
    linear.npz       intercepts [bag], slopes [bag, p] of the linear starts, ceilings [bag]
    trees/000.txt …  one LightGBM booster a bag

A bundle is the letter between training and serving. Its feature-set hash is compared at
load: a model is never fed columns computed in another way.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import lightgbm as lgb
import numpy as np

from features.entities import Campaign
from features.errors import BrokenBundleError, FeatureMismatchError
from features.rosters.bookings import BookingRows
from features.rosters.feature_set import FEATURES
from training.arrays import Booleans, Floats
from training.baseline import BaselineModel
from training.conformal import HoldoutTests
from training.encoding import Encoding
from training.exposure import exposure
from training.intervals import Calibration, RosterDraws, draw_roster
from training.rosters.averages import RosterAverages
from training.rosters.boosting import RosterBoosting
from training.rosters.linear_start import LinearScore
from training.rosters.model import AveragedRosters, BoostedRosters, RosterModel

_FORMAT = 3
#: What reading damaged JSON, arrays and trees raises.
_UNREADABLE = (
    OSError,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    EOFError,
    zipfile.BadZipFile,
    lgb.basic.LightGBMError,
)
#: Extra log standard deviation of a creator whose features were filled from similar ones.
_FILLED_MISFIT = 0.5


@dataclass(frozen=True)
class Manifest:
    """Where a bundle came from and what it may be asked.

    `typical` describes the average past campaign (lift, log exposure, roster size, …) and
    bounds what counts as experience; `metrics` are those of held-out campaigns.
    """

    learner: str
    feature_names: tuple[str, ...]
    feature_hash: str
    trained_until: str
    campaigns: int
    draws: int
    typical_per_head: float
    exposure_power: float
    typical: Mapping[str, float]
    metrics: Mapping[str, float]
    settings: Mapping[str, Any]
    data_window: tuple[str, str] = ("", "")
    run_id: str = ""
    name: str = "rosterlift"
    version: str = ""
    limits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bundle:
    """A model ready to answer."""

    manifest: Manifest
    encoding: Encoding
    baseline: BaselineModel
    calibration: Calibration
    holdout: HoldoutTests
    model: RosterModel
    path: Path | None = field(default=None, compare=False)

    def expose(self, rows: BookingRows, weekly_revenue: Floats) -> Floats:
        """Exposure of the roster's bookings in its markets [booking, market]."""
        return exposure(
            rows.reach,
            weekly_revenue,
            self.manifest.typical_per_head,
            self.manifest.exposure_power,
        )

    def encode(self, rows: BookingRows, campaign: Campaign) -> tuple[Floats, Floats]:
        """The booking rows as the linear start and as the trees take them."""
        return self.encode_each([rows], campaign)[0]

    def encode_each(
        self, rows: Sequence[BookingRows], campaign: Campaign
    ) -> list[tuple[Floats, Floats]]:
        """The same of several rosters at once."""
        numbers = np.concatenate([one.numbers for one in rows])
        words = {n: np.concatenate([one.words[n] for one in rows]) for n in self.encoding.levels}
        trees = self.encoding.tree_design(numbers, words)
        linear = self.encoding.linear(trees, campaign.brand_id, campaign.category)
        ends = np.cumsum([len(one.creator_ids) for one in rows])[:-1]
        return list(zip(np.split(linear, ends), np.split(trees, ends), strict=True))

    def draw(
        self,
        rows: BookingRows,
        encoded: tuple[Floats, Floats],
        exposed: Floats,
        brand_id: str,
        unseen: Booleans | None = None,
    ) -> RosterDraws:
        """Draws of the roster's lift in its markets, from `encode` and `expose`.

        Args:
            unseen: which bookings are of kinds never learned of [booking, kind]; None: as
                `encoded` says.
        """
        told = None if unseen is None else [unseen]
        return self.draw_each([rows], [encoded], [exposed], brand_id, told)[0]

    def draw_each(
        self,
        rows: Sequence[BookingRows],
        encoded: Sequence[tuple[Floats, Floats]],
        exposed: Sequence[Floats],
        brand_id: str,
        unseen: Sequence[Booleans] | None = None,
    ) -> list[RosterDraws]:
        """The same of several rosters: a draw is the same draw for all of them."""
        calibration = self.calibration
        if not self.knows(brand_id):
            calibration = calibration.for_new_brand(self.manifest.typical["brand_spread"])
        if unseen is None:
            unseen = [self.encoding.unseen_kinds(trees) for _, trees in encoded]
        contributions = self.model.contributions_each(encoded, exposed)
        return [
            draw_roster(
                lifts,
                one.creator_ids,
                [_FILLED_MISFIT if creator in one.filled else 0.0 for creator in one.creator_ids],
                calibration,
                self.manifest.draws,
                kinds,
            )
            for one, lifts, kinds in zip(rows, contributions, unseen, strict=True)
        ]

    def knows(self, brand_id: str) -> bool:
        """Whether past campaigns of this brand were learned from."""
        return brand_id in self.encoding.brands

    def registered(self, version: str, run_id: str) -> Bundle:
        """The same bundle under the version and run that the registry gave it."""
        return replace(self, manifest=replace(self.manifest, version=version, run_id=run_id))

    def save(self, folder: Path) -> None:
        """Write the bundle into a new folder; what the folder held before is not touched."""
        folder.mkdir(parents=True, exist_ok=False)
        _write_json(folder / "encoding.json", self.encoding.to_json())
        _write_json(folder / "baseline.json", self.baseline.to_json())
        _save_model(self.model, folder)
        # The manifest comes last: without it the folder is no bundle.
        manifest = {"format": _FORMAT, **_plain(self.manifest)}
        manifest["calibration"] = self.calibration.to_json()
        manifest["holdout"] = self.holdout.to_json()
        manifest["files"] = _checksums(folder)
        _write_json(folder / "manifest.json", manifest)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a bundle.

        Raises:
            BrokenBundleError: files are missing, of another format, or do not parse.
            FeatureMismatchError: it was trained on another feature set.
        """
        try:
            content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            if content.pop("format") != _FORMAT:
                raise BrokenBundleError(str(folder), f"its format is not {_FORMAT}")
            _check_files(folder, content.pop("files"))
            calibration = Calibration.from_json(content.pop("calibration"))
            holdout = HoldoutTests.from_json(content.pop("holdout"))
            manifest = Manifest(**{k: _tupled(v) for k, v in content.items()})
            _check_features(manifest)
            encoding = Encoding.from_json(json.loads((folder / "encoding.json").read_text()))
            baseline = BaselineModel.from_json(json.loads((folder / "baseline.json").read_text()))
            model = _load_model(manifest.learner, folder)
        except _UNREADABLE as error:
            raise BrokenBundleError(str(folder), f"{type(error).__name__}: {error}") from error
        return cls(manifest, encoding, baseline, calibration, holdout, model, folder)


def _checksums(folder: Path) -> dict[str, str]:
    """sha256 of every file of a bundle but the manifest, by its path in the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.name != "manifest.json"
    }


def _check_files(folder: Path, expected: Mapping[str, str]) -> None:
    """Refuse altered and missing files before they are parsed.

    LightGBM ends the whole process over a tree file that was cut short.
    """
    found = _checksums(folder)
    wrong = [name for name, digest in expected.items() if found.get(name) != digest]
    if wrong:
        raise BrokenBundleError(str(folder), f"missing or altered: {', '.join(wrong)}")


def _check_features(manifest: Manifest) -> None:
    if manifest.feature_hash != FEATURES.hash:
        raise FeatureMismatchError(FEATURES.hash[:12], manifest.feature_hash[:12])


def _save_model(model: RosterModel, folder: Path) -> None:
    (folder / "trees").mkdir()
    if isinstance(model, BoostedRosters):
        np.savez(
            folder / "linear.npz",
            intercepts=np.array([member.start.intercept for member in model.members]),
            slopes=np.stack([member.start.slope for member in model.members]),
            ceilings=np.array([member.ceiling for member in model.members]),
        )
    members = getattr(model, "members", ())
    for number, member in enumerate(members):
        if member.booster is not None:
            member.booster.save_model(folder / "trees" / f"{number:03d}.txt")


def _load_model(learner: str, folder: Path) -> RosterModel:
    files = sorted((folder / "trees").glob("*.txt"))
    boosters = [lgb.Booster(model_str=file.read_text(encoding="utf-8")) for file in files]
    if learner == "roster_averages":
        return AveragedRosters(tuple(RosterAverages(booster) for booster in boosters))
    with np.load(folder / "linear.npz", allow_pickle=False) as arrays:
        intercepts, slopes = arrays["intercepts"], arrays["slopes"]
        ceilings = arrays["ceilings"].tolist()
    trees: list[lgb.Booster | None] = list(boosters) if boosters else [None] * len(intercepts)
    starts = [LinearScore(float(i), s) for i, s in zip(intercepts, slopes, strict=True)]
    parts = zip(starts, trees, ceilings, strict=True)
    return BoostedRosters(tuple(RosterBoosting(*part) for part in parts))


def _plain(manifest: Manifest) -> dict[str, Any]:
    return {name: getattr(manifest, name) for name in Manifest.__dataclass_fields__}


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, allow_nan=False), encoding="utf-8")
