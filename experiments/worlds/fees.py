"""What creators ask for a post."""

from __future__ import annotations

from typing import Final

import numpy as np

from experiments.worlds.settings import Floats, Ints
from experiments.worlds.world import World

#: A fee grows less than in proportion to followers, and a little with engagement.
FOLLOWER_ELASTICITY: Final = 0.70
ENGAGEMENT_ELASTICITY: Final = 0.25
_FEE_LEVEL: Final = 0.16
#: What any post costs, however few follow: the creator's work.
_BASE_FEE: Final = 25.0
_INFLATION: Final = 0.05
#: Price of each format relative to a short video, in the order of FORMATS.
_FORMAT_FACTOR: Final = (1.0, 1.8, 0.8, 0.85, 0.45, 1.3, 0.4, 1.1, 1.0)


def fee_per_post(
    world: World, account: Ints, post_format: Ints, day: np.datetime64, noise: Floats
) -> Floats:
    """The fee of one post on each account in each format on a day; `noise` is in logs."""
    creator = world.accounts.creator[account]
    followers = world.followers_on(day)[creator] * world.accounts.follower_share[account]
    appeal = world.creators.appeal[creator]
    # Paying subscribers are worth more than followers.
    paying = np.nan_to_num(world.accounts.paying_share[account])
    log_size = FOLLOWER_ELASTICITY * np.log(np.maximum(followers, 1.0) * (1.0 + 5.0 * paying))
    log_size = log_size + ENGAGEMENT_ELASTICITY * appeal
    log_terms = world.creators.fee_noise[creator] + _INFLATION * world.years_from_end(day) + noise
    by_format = np.array(_FORMAT_FACTOR)[post_format] * np.exp(log_terms)
    rounded: Floats = np.round((_BASE_FEE + _FEE_LEVEL * np.exp(log_size)) * by_format, 2)
    return rounded
