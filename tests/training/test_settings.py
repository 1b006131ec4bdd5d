"""Settings are read from TOML; what is not a setting is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from features.errors import SettingsError
from training.settings import GateSettings, Settings, read_settings


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_gives_the_defaults() -> None:
    assert read_settings(None) == Settings()
    assert Settings().learner == "roster_boosting"
    assert Settings().gates.slope == (0.8, 1.2)
    assert Settings().intervals.bags >= 20


def test_a_file_changes_what_it_names(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "seed = 7\n[boosting]\nmax_rounds = 0\npooling = [1, 2.5]\n[gates]\nslope = [0, 3]\n",
    )
    found = read_settings(path)
    assert found.seed == 7
    assert found.boosting.max_rounds == 0
    assert found.boosting.pooling == (1.0, 2.5)
    assert found.gates == GateSettings(slope=(0.0, 3.0))
    assert found.cells == Settings().cells


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, "")) == Settings()


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("lerner = 'roster_boosting'", "lerner"),
        ("[boosting]\nmax_round = 3", "boosting.max_round"),
        ("[boosting]\nmax_rounds = -1", "boosting.max_rounds"),
        ("[intervals]\nbags = 'many'", "intervals.bags"),
        ("[cells]\nmin_window_share = 0", "cells.min_window_share"),
        ("folds = 1", "folds"),
        ("boosting = 3", "boosting"),
        ("[parallel]\nbackend = 'ray'", "parallel.backend"),
        ("[parallel]\ncores = 3", "parallel.cores"),
        ("[parallel]\nbackend = 'dask'", "parallel"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(tmp_path: Path, text: str, setting: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(written(tmp_path, text))
    assert caught.value.setting == setting
    assert setting in str(caught.value)
    assert "found" in str(caught.value)


def test_a_file_that_is_no_toml_is_refused_by_path(tmp_path: Path) -> None:
    path = written(tmp_path, "seed = = 3")
    with pytest.raises(SettingsError, match="TOML") as caught:
        read_settings(path)
    assert caught.value.setting == str(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="TOML"):
        read_settings(path)
    with pytest.raises(SettingsError, match="nowhere"):
        read_settings(tmp_path / "nowhere.toml")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().seed = 3
