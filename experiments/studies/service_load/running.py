"""Servers as processes: ours, and others it is set beside; always ended, whatever happens."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

COMMAND: Final = Path(sys.executable).with_name("rosterlift")
_SECONDS_TO_START: Final = 120.0


@dataclass(frozen=True)
class Server:
    """A running server: its address and its first process."""

    address: str
    process: subprocess.Popen[bytes]

    def children(self) -> list[psutil.Process]:
        """All processes below the first."""
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def workers(self) -> list[psutil.Process]:
        """The processes that answer: those that hold a model are the largest by far."""
        sizes = {one: one.memory_info().rss for one in self.children()}
        return [one for one, size in sizes.items() if size > 0.5 * max(sizes.values())]

    def memory(self) -> float:
        """Resident memory of the first process and all below it, MiB."""
        everybody = [psutil.Process(self.process.pid), *self.children()]
        return float(sum(one.memory_info().rss for one in everybody)) / 2**20


@contextmanager
def service(
    home: Path, *, workers: int = 1, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Our service on a home, started as an installed one is: with its bytecode at hand."""
    port = free_port()
    told = {"PYTHONDONTWRITEBYTECODE": "", **(environment or {})}
    arguments = ["--home", str(home), "serve", "--port", str(port), "--workers", str(workers)]
    with running([str(COMMAND), *arguments], port, "/readyz", told) as server:
        yield server


@contextmanager
def running(
    command: Sequence[str], port: int, path: str, environment: Mapping[str, str]
) -> Iterator[Server]:
    """A server that is ready once `path` answers on the port; what it says is thrown away."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    server = Server(f"http://127.0.0.1:{port}", process)
    try:
        wait_until_ready(server, path)
        yield server
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the process and all it started to end, and see that they do."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until_ready(server: Server, path: str) -> None:
    """Return once the path answers 200; raise `TimeoutError` or `RuntimeError` otherwise."""
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"the server ended with status {server.process.returncode}")
        try:
            with urllib.request.urlopen(server.address + path, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(f"{path} was not ready within {_SECONDS_TO_START:g} seconds")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
