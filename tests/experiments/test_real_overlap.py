"""Reach against channels whose common viewers were counted."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.studies.feature_scale import real_overlap as real

three = real.Channels(
    ("a", "b", "c"),
    np.array([1_000.0, 800.0, 500.0]),
    np.array([[0.0, 300.0, 0.0], [300.0, 0.0, 200.0], [0.0, 200.0, 0.0]]),
)


def test_bounds_by_hand() -> None:
    # Unpublished: a and c, at most a tenth of c. The tree holds both published pairs.
    assert real.unique_bounds(three) == pytest.approx((2_300 - 300 - 200 - 50, 2_300 - 500))
    assert real.nobody_watches_three(three)


def test_a_sample_finds_the_unique_viewers() -> None:
    rng = np.random.default_rng(2)
    found = [real.unique_by_sample(three, 0.5, rng) for _ in range(50)]
    # 650 of 2,300 memberships weigh against 50 of the coarser estimate.
    assert np.mean(found) == pytest.approx(1_800, rel=0.03)


def test_channels_drawn_at_random_hardly_overlap() -> None:
    assert real.unique_at_random(three.viewers[:, None])[0] == pytest.approx(2_300, rel=1e-4)
    assert real.unique_by_types(three.viewers[:, None])[0] < 2_299.9


@pytest.mark.skipif(not real.FOLDER.is_dir(), reason="no real overlap at ../shared/data/audience")
def test_types_beat_random_overlap_on_counted_pairs() -> None:
    channels = real.held_out(real.read_channels())
    one, other = real.published_pairs(channels)
    viewers = channels.viewers[np.stack([one, other])]
    truth = viewers.sum(axis=0) - channels.shared[one, other]
    typed = np.abs(real.unique_by_types(viewers) / truth - 1).mean()
    random = np.abs(real.unique_at_random(viewers) / truth - 1).mean()
    assert typed < random
    assert typed < 0.05
