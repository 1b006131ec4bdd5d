"""What a piece of work takes: seconds, CPU seconds, and how far it raises peak memory."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_STATUS = Path("/proc/self/status")


@dataclass
class Spent:
    """Wall-clock and CPU seconds, children's included, and MiB above the peak before."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory_mib: float = 0.0


@contextmanager
def measured() -> Iterator[Spent]:
    """Measure the block; the yielded numbers are set when it ends."""
    spent = Spent()
    peak, cpu, started = peak_memory_mib(), _cpu_seconds(), time.perf_counter()
    yield spent
    spent.seconds = time.perf_counter() - started
    spent.cpu_seconds = _cpu_seconds() - cpu
    spent.memory_mib = peak_memory_mib() - peak


def peak_memory_mib() -> float:
    """Most memory this process ever held.

    `ru_maxrss` of a process starts at what its parent held when it was started; the kernel's
    own high-water mark does not, and is taken where there is one.
    """
    if _STATUS.exists():
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
