"""Starting the service: the safety rules first, then BentoML's server in this process's place."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from features.errors import SettingsError
from serving.door.access import Access, refuse_open_host

#: BentoML imports `serving.service` from here, wherever the command is run.
ROOT: Final = Path(__file__).resolve().parent.parent
#: Seconds for requests in flight once SIGTERM arrived.
DRAIN_SECONDS: Final = 30


def serve(home: Path, host: str, port: int, workers: int, token_file: Path | None) -> None:
    """Serve `home` on `host`:`port`; does not return while the server runs.

    BentoML's server takes this process's place, so that its signals are ours: SIGTERM
    lets requests in flight finish.

    Raises:
        SettingsError: the address is no address, or the host can be reached from other
            machines and there is no token file, or the token file is of no use.
    """
    address = resolve(host)
    refuse_open_host(address, token_file)
    Access.from_file(token_file)
    os.environ.update(_environment(home, port, workers, token_file))
    command = _command(address, port)
    os.chdir(ROOT)
    os.execv(command[0], command)  # noqa: S606 - our own interpreter, our own arguments


def resolve(host: str) -> str:
    """Return the IP address of a host name; BentoML binds to addresses only.

    Raises `SettingsError` for a name that nobody knows.
    """
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return socket.gethostbyname(host)
    except OSError as error:
        raise SettingsError(
            "host", f"expected an address or a host name, found {host!r}"
        ) from error


def _environment(home: Path, port: int, workers: int, token_file: Path | None) -> Mapping[str, str]:
    found = {
        "ROSTERLIFT_HOME": str(home.resolve()),
        "ROSTERLIFT_WORKERS": str(workers),
        "BENTOML_DO_NOT_TRACK": "True",
        # Each server keeps its own: BentoML empties the folder of counters when it starts.
        "BENTOML_HOME": str(home.resolve() / "bentoml" / str(port)),
    }
    # An empty value hides a variable that was set outside: what is passed here decides.
    found["ROSTERLIFT_TOKEN_FILE"] = str(token_file.resolve()) if token_file else ""
    return found


def _command(address: str, port: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "bentoml",
        "serve",
        "serving.service:service",
        "--working-dir",
        str(ROOT),
        "--host",
        address,
        "--port",
        str(port),
        "--timeout-graceful-shutdown",
        str(DRAIN_SECONDS),
    ]
