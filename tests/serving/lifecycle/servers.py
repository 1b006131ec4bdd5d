"""Real servers for tests: PostgreSQL, MLflow's tracking server, and the service itself."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from serving.launch import ROOT

#: Root must not run PostgreSQL; tests of other users run it themselves.
SERVANT = "nobody" if os.geteuid() == 0 else None
WORKER = "_bentoml_impl.worker.service"


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def until(holds: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
    """Ask again and again until it holds; returns what was said last."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(httpx.TransportError):
            if said := holds():
                return said
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds:g} s: {what}")


@contextmanager
def postgres() -> Iterator[str]:
    """A new cluster on the loopback, gone afterwards; yields an address for SQLAlchemy."""
    pytest.importorskip("psycopg", reason="needs psycopg: install rosterlift[postgres]")
    found = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found and not installed:
        pytest.skip("needs the programs of PostgreSQL")
    binaries = Path(found).parent if found else installed[-1].parent
    home, port = Path(tempfile.mkdtemp(prefix="rosterlift-postgres-")), free_port()
    if SERVANT:
        shutil.chown(home, SERVANT)
    cluster = home / "cluster"

    def run(*words: object) -> None:
        command = [str(word) for word in words]
        subprocess.run(command, check=True, capture_output=True, user=SERVANT, cwd="/")

    run(binaries / "initdb", "-D", cluster, "-U", "planner", "--auth=trust", "--no-sync")
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
    run(binaries / "pg_ctl", "-D", cluster, "-o", options, "-l", home / "log", "-w", "start")
    try:
        yield f"postgresql+psycopg://planner@127.0.0.1:{port}/postgres"
    finally:
        run(binaries / "pg_ctl", "-D", cluster, "-m", "immediate", "stop")
        shutil.rmtree(home)


@contextmanager
def mlflow_server(store: str, folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """MLflow's tracking server over a database; yields its address and its process group's head."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    options = {
        "--backend-store-uri": store,
        "--artifacts-destination": folder / "artifacts",
        "--host": "127.0.0.1",
        "--port": port,
        "--workers": 1,
    }
    command = [str(word) for option in options.items() for word in option]
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    environment |= {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "mlflow", "server", *command],
            cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        until(
            lambda: _running(server, folder / "log") and httpx.get(f"{address}/health").is_success,
            "the tracking server answers",
        )
        yield address, server
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(10)


@dataclass(frozen=True)
class Service:
    """`rosterlift serve` as users run it."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def workers(self) -> list[psutil.Process]:
        """The processes that answer requests."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        alive = []
        for child in children:
            with suppress(psutil.NoSuchProcess):
                if WORKER in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE:
                    alive.append(child)
        return alive

    def predict(self, body: Mapping[str, Any]) -> httpx.Response:
        """Ask for a prediction."""
        return httpx.post(f"{self.address}/v1/predict", json=body, timeout=30)

    def ready(self) -> httpx.Response:
        """Ask whether it is ready."""
        return httpx.get(f"{self.address}/readyz", timeout=30)

    def kill_workers(self) -> None:
        """End all workers at once, as the kernel does when memory runs out."""
        killed = self.workers()
        for worker in killed:
            worker.kill()
        psutil.wait_procs(killed, timeout=10)


@contextmanager
def service(home: Path, registry: str, workers: int) -> Iterator[Service]:
    """Serve a home with the champion of a registry, from this checkout."""
    words = ["--home", str(home), "--workers", str(workers)]
    command = [sys.executable, "-m", "rosterlift.main", "serve", *words]
    told = {"MLFLOW_TRACKING_URI": registry, "ROSTERLIFT_POLL_SECONDS": "0.3"}
    with started(command, told, ROOT, home / "log") as served:
        yield served


@contextmanager
def started(
    command: Sequence[str], told: Mapping[str, str], folder: Path, log: Path
) -> Iterator[Service]:
    """A service that a command starts in a folder, on a port of its own."""
    port = free_port()
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "BENTOML_DO_NOT_TRACK": "True", **told}
    with log.open("w") as written:
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            cwd=folder, env=environment, stdout=written, stderr=written,
        )  # fmt: skip
    served = Service(f"http://127.0.0.1:{port}", process, log)
    try:
        until(lambda: _running(process, log) and served.ready(), "the service answers")
        yield served
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(40)


def _running(process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, f"ended: {log.read_text()[-2000:]}"
    return True
