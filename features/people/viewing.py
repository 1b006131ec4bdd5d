"""From views to people: how many are shown a booking's posts, and who sees at least one."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.people.coverage import FloatArray

#: Nobody is reached for certain, however often a creator posts.
_MOST_CERTAIN: Final = 0.95


def audience_shown(followers: FloatArray, views_per_post: FloatArray) -> FloatArray:
    """Return how many people a booking's posts are shown to, elementwise.

    The followers; where a post has more views than the account has followers, the platform
    shows it to strangers as well, taken to live where the followers live.
    """
    return np.maximum(followers, views_per_post)


def chance_to_see(
    posts: FloatArray, followers: FloatArray, views_per_post: FloatArray
) -> FloatArray:
    """Return the chance (0..0.95) that one of `audience_shown` sees at least one post.

    Views are spread over people as a negative binomial with k = 1 (Ehrenberg's NBD: few see
    most of the posts, many see none): 1 - 1 / (1 + views per person).
    """
    shown = audience_shown(followers, views_per_post)
    per_person = posts * np.divide(views_per_post, shown, out=np.zeros_like(shown), where=shown > 0)
    return np.minimum(per_person / (1 + per_person), _MOST_CERTAIN)
