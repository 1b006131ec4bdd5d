"""LightGBM's own messages, kept off the terminal.

Its verbosity and its logger are settings of each thread: boosters which run side by side
would talk about every leaf they could not split, whatever their parameters say.
"""

from __future__ import annotations

import logging

import lightgbm as lgb

_LOGGER = logging.getLogger("rosterlift.lightgbm")


def hush() -> None:
    """Send the calling thread's LightGBM messages to a logger that shows errors alone."""
    _LOGGER.setLevel(logging.ERROR)
    lgb.register_logger(_LOGGER)
