"""How a meta-learner fits its models: one frozen object, the same for every data set.

What adapts to the data does so by a stated rule: the number of rows, or what held-out rows
say.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Outcome = Literal["regression", "classification"]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TreeSettings(_Section):
    """Boosted trees of one role; names are LightGBM's where it has one."""

    max_rounds: int = Field(default=500, ge=1, le=10_000, description="most boosting rounds")
    patience: int | None = Field(
        default=10,
        ge=1,
        description="rounds without gain on held-out rows that end boosting; None runs all rounds",
    )
    learning_rate: float = Field(default=0.2, gt=0, le=1, description="shrinkage of each tree")
    num_leaves: int = Field(default=16, ge=2, le=1024, description="leaves of a tree")
    min_data_in_leaf: int = Field(default=20, ge=1, description="fewest rows in a leaf")
    min_leaf_share: float = Field(
        default=0.0, ge=0, lt=0.5, description="fewest rows in a leaf as a share of all rows"
    )
    lambda_l2: float = Field(default=1.0, ge=0, description="L2 penalty on leaf values")
    feature_fraction: float = Field(default=1.0, gt=0, le=1, description="features tried a tree")


class LinearTreeSettings(TreeSettings):
    """Boosted trees with linear functions in their leaves, for few rows (Shi et al. 2019)."""

    max_rounds: int = Field(default=2000, ge=1, le=10_000, description="most boosting rounds")
    patience: int | None = Field(
        default=30, ge=1, description="rounds without gain on held-out rows that end boosting"
    )
    learning_rate: float = Field(default=0.1, gt=0, le=1, description="shrinkage of each tree")
    num_leaves: int = Field(default=4, ge=2, le=1024, description="leaves of a tree")
    feature_fraction: float = Field(default=0.5, gt=0, le=1, description="features tried a tree")
    linear_lambda: float = Field(
        default=10.0, ge=0, description="L2 penalty on slopes of standardised features"
    )


class LearnerSettings(_Section):
    """All settings of a meta-learner."""

    small_rows: int = Field(
        default=5000,
        ge=0,
        description="up to this many rows, every role has the trees of `small` and a log-linear "
        "model beside them",
    )
    small: LinearTreeSettings = Field(
        default=LinearTreeSettings(), description="trees of every role on few rows"
    )
    outcome: TreeSettings = Field(
        default=TreeSettings(min_leaf_share=0.002), description="trees of the outcome"
    )
    joint: TreeSettings = Field(
        default=TreeSettings(num_leaves=4, min_leaf_share=0.006),
        description="trees of an outcome with the treatment among its features (S-learner)",
    )
    propensity: TreeSettings = Field(
        default=TreeSettings(min_leaf_share=0.002), description="trees of the treatment"
    )
    effect: TreeSettings = Field(
        default=TreeSettings(learning_rate=0.1, num_leaves=8, min_leaf_share=0.005),
        description="trees of the effect",
    )
    max_bin: int = Field(default=63, ge=7, le=255, description="histogram bins of a feature")
    blend: bool = Field(
        default=True,
        description="mix trees with constant and linear models as held-out rows ask for it",
    )
    clip: float = Field(
        default=0.02,
        gt=0,
        lt=0.5,
        description="estimated propensities are kept in [clip, 1 - clip]",
    )
