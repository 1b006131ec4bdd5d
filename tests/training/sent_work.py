"""Work that tests send to other processes: it has to be found there by name."""

from __future__ import annotations

import os

import numpy as np

from features.errors import MissingColumnsError
from training.arrays import Floats


def doubled(number: int) -> int:
    return 2 * number


def refused(number: int) -> int:
    """One of our own errors, with data of its own."""
    if number == 1:
        raise MissingColumnsError("posts", ["views"], ["likes"])
    return number


def broken(number: int) -> int:
    raise ValueError(f"no room for {number}\nand more that nobody reads")


def gone(number: int) -> int:
    """A worker that dies over its work, as for want of memory."""
    os._exit(1)


def lies_in_a_file(values: Floats) -> bool:
    return isinstance(values, np.memmap) or isinstance(values.base, np.memmap)
