"""What the service refuses to start with, and that it starts and stops as promised."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from features.errors import SettingsError
from serving.door.access import Access, refuse_open_host
from serving.launch import ROOT, resolve, serve
from serving.settings import ServiceSettings


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1"])
def test_a_loopback_host_needs_no_token(host: str) -> None:
    refuse_open_host(host, None)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "2001:db8::1"])
def test_a_host_that_others_reach_needs_a_token_file(host: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="token file"):
        refuse_open_host(host, None)
    with pytest.raises(SettingsError, match="token file"):
        serve(tmp_path, host, 1, 1, None)
    refuse_open_host(host, tmp_path / "tokens")


@pytest.mark.parametrize("text", ["", "# only a comment\n", "short\n", "long-enough-token-1\nx\n"])
def test_a_token_file_of_no_use_is_refused(tmp_path: Path, text: str) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text(text)
    with pytest.raises(SettingsError, match="16 characters"):
        Access.from_file(tokens)


def test_a_missing_token_file_is_refused_before_anything_is_served(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        serve(tmp_path, "127.0.0.1", 1, 1, tmp_path / "none")


def test_tokens_are_kept_as_digests_only(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text("a-token-of-good-length\n")
    assert "a-token" not in repr(Access.from_file(tokens))


def test_a_host_name_becomes_an_address() -> None:
    assert resolve("localhost") in {"127.0.0.1", "::1"}
    with pytest.raises(SettingsError, match="host name"):
        resolve("no such host")


def test_settings_are_read_from_the_environment() -> None:
    settings = ServiceSettings.from_environment(
        {"ROSTERLIFT_HOME": "/h", "ROSTERLIFT_THREADS": "3"}
    )
    assert (settings.home, settings.threads) == (Path("/h"), 3)
    assert ServiceSettings.from_environment({"ROSTERLIFT_TOKEN_FILE": ""}).token_file is None


def test_a_wrong_setting_is_named() -> None:
    with pytest.raises(SettingsError, match="ROSTERLIFT_WORKERS.*none"):
        ServiceSettings.from_environment({"ROSTERLIFT_WORKERS": "none"})


def test_it_serves_from_any_folder_and_leaves_on_sigterm(tmp_path: Path) -> None:
    port = _free_port()
    code = (
        "from pathlib import Path; from serving.launch import serve; "
        f"serve(Path('home'), '127.0.0.1', {port}, 1, None)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("MLFLOW_TRACKING_URI", None)
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", code], cwd=tmp_path, env=environment, stdout=log, stderr=log
        )
    try:
        assert _answered(f"http://127.0.0.1:{port}/healthz", server).status_code == 200
        not_ready = httpx.get(f"http://127.0.0.1:{port}/readyz")
        assert not_ready.status_code == 503
        assert str(tmp_path / "home") in not_ready.json()["detail"]
        assert not (tmp_path / "home" / "mlflow.db").exists()
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/healthz")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _answered(url: str, server: subprocess.Popen[bytes]) -> httpx.Response:
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        try:
            return httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("no answer within a minute")
