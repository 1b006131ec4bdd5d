"""Every setting of a training run: one frozen tree, read from TOML at the edge.

A key that is not listed here is refused, so that a typing error cannot pass in
silence. Nothing below the command line reads the environment.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from features.errors import SettingsError
from training.fan_out import Backend, Workers


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CellSettings(_Section):
    """How a past campaign's sales become outcomes by market."""

    pre_weeks: int = Field(
        default=52, ge=8, le=156, description="weeks before the window that outcomes may draw on"
    )
    min_pre_weeks: int = Field(
        default=8, ge=4, le=52, description="fewer weeks with sales than this and a cell is dropped"
    )
    min_window_share: float = Field(
        default=0.5, gt=0, le=1, description="share of the window's weeks that must have sales"
    )
    campaign_effect_sd: float = Field(
        default=0.03, gt=0, description="prior spread of other campaigns' average log effects"
    )


class BoostingSettings(_Section):
    """Roster boosting: linear start, then trees on booking rows."""

    pooling: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        min_length=1,
        default=(0.25, 4.0, 1000.0),
        description="how far families of columns share one prior spread in the linear start, tried "
        "on held-out campaigns: near 0 each has its own, at 1000 all have one",
    )
    ceilings: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        default=(0.1, 0.3, 1.0),
        description="lifts at which the saturating curve may level off, tried on held-out "
        "campaigns beside no curve at all; those that cannot be told from the best take turns",
    )
    max_rounds: int = Field(default=400, ge=0, le=5000, description="most boosting rounds")
    learning_rate: float = Field(default=0.05, gt=0, le=1, description="shrinkage of each tree")
    num_leaves: int = Field(default=4, ge=2, le=255, description="leaves of a tree")
    min_data_in_leaf: int = Field(default=40, ge=1, description="fewest booking rows in a leaf")
    lambda_l2: float = Field(default=100.0, ge=0, description="L2 penalty on leaf values")
    feature_fraction: float = Field(default=0.5, gt=0, le=1, description="features tried a tree")
    max_bin: int = Field(default=63, ge=7, le=255, description="histogram bins of a feature")
    campaigns_per_round: int = Field(
        default=0,
        ge=0,
        description="campaigns drawn anew for every boosting round, and exposure kept in a scratch "
        "file, so that memory stays bounded; 0 takes all and keeps all in memory",
    )
    trials: int = Field(
        default=0,
        ge=0,
        le=1000,
        description="trials of Optuna's search for the five settings of trees above on held-out "
        "campaigns, each as long as tuning the rounds; 0 takes them as they are",
    )


class IntervalSettings(_Section):
    """Bagging over campaigns and the draws that intervals are read from."""

    bags: int = Field(default=30, ge=5, le=500, description="bootstrap samples of campaigns")
    draws: int = Field(default=1200, ge=200, le=20_000, description="draws kept for an answer")


class ParallelSettings(_Section):
    """Where fits and batches of scenarios run; the answer is the same everywhere."""

    backend: Backend = Field(
        default="threading",
        description="threading: in this process; loky: processes of this machine; spark, dask: a "
        "cluster",
    )
    jobs: int = Field(
        default=0, ge=0, le=10_000, description="jobs at the same time; 0: as many as `threads`"
    )
    address: str = Field(
        default="",
        description="master of Spark (spark://host:7077, local[4]; empty: the session that is "
        "there) or scheduler of Dask (tcp://host:8786)",
    )

    @model_validator(mode="after")
    def _dask_is_somewhere(self) -> Self:
        if self.backend == "dask" and not self.address:
            raise PydanticCustomError(
                "address_of_dask", "expected the address of Dask's scheduler, tcp://host:8786"
            )
        return self


class GateSettings(_Section):
    """What a model must show on held-out campaigns before it is promoted."""

    min_campaigns: int = Field(default=30, ge=10, description="fewest measured campaigns")
    min_effect_z: float = Field(
        default=2.0, description="average effect and slope must exceed this many standard errors"
    )
    slope: tuple[float, float] = Field(
        default=(0.8, 1.2),
        description="where the slope of measured on predicted must lie, give or take two errors",
    )
    sample_ratio_p: float = Field(
        default=0.001, description="smallest p of a campaign's share of treated markets"
    )


class Settings(_Section):
    """All settings of one training run."""

    learner: str = Field(default="roster_boosting", description="learner that is registered")
    folds: int = Field(default=5, ge=2, le=20, description="folds of held-out campaigns")
    threads: int = Field(default=2, ge=1, le=64, description="fits that run side by side")
    seed: int = Field(default=0, ge=0, description="seed of folds, bags and draws")
    exposure_power: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="1 sets people reached against the brand's own sales there, 0 against heads",
    )
    cells: CellSettings = CellSettings()
    boosting: BoostingSettings = BoostingSettings()
    intervals: IntervalSettings = IntervalSettings()
    gates: GateSettings = GateSettings()
    parallel: ParallelSettings = ParallelSettings()

    @property
    def workers(self) -> Workers:
        """Who does the work of this run."""
        asked = self.parallel
        return Workers(asked.backend, asked.jobs or self.threads, asked.address)


def read_settings(path: Path | None) -> Settings:
    """Read settings from a TOML file; None gives the defaults.

    Raises:
        SettingsError: the file cannot be read, a key is unknown or a value is out of range.
    """
    if path is None:
        return Settings()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(str(path), f"cannot be read as TOML: {error}") from error
    try:
        return Settings.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(name, f"{first['msg']} (found {first['input']!r})") from error
