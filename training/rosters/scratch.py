"""Arrays in a scratch file: what is not worked on leaves the memory.

The file has no name, holds plain single-precision numbers and is gone with the process. The
system reads pages as they are touched; `let_go` gives them back, so that what a process holds
is what it works on, however large the file.
"""

from __future__ import annotations

import mmap
import tempfile

import numpy as np
import numpy.typing as npt


class Scratch:
    """A nameless file of some bytes, mapped into memory."""

    def __init__(self, size: int) -> None:
        with tempfile.TemporaryFile() as file:
            file.truncate(max(size, mmap.PAGESIZE))
            self._map = mmap.mmap(file.fileno(), 0)

    def zeros(self, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
        """An array of zeros [shape] from the file's start; what is written to it is kept."""
        count = int(np.prod(shape))
        return np.frombuffer(self._map, dtype=np.float32, count=count).reshape(shape)

    def let_go(self) -> None:
        """Give the pages back; they are read again when they are touched."""
        self._map.madvise(mmap.MADV_DONTNEED)
