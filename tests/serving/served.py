"""The whole service behind a real socket: the same HTTP that clients meet."""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

# BentoML makes its folder on import, in the home folder unless told otherwise.
if "BENTOML_HOME" not in os.environ:
    os.environ["BENTOML_HOME"] = tempfile.mkdtemp(prefix="bentoml-")
    atexit.register(shutil.rmtree, os.environ["BENTOML_HOME"], ignore_errors=True)
os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")

from serving.bento import build_service
from serving.loading import Loader
from serving.settings import ServiceSettings
from tests.serving.stubs import StubLoader

#: BentoML's own doing: what others have deprecated, and a folder its client leaves behind.
BENTOML_WARNINGS = (
    "ignore:GitWildMatchPattern:DeprecationWarning",
    "ignore:The .__get_pydantic_core_schema__. method:DeprecationWarning",
    "ignore:Implicitly cleaning up .*bentoml-client:ResourceWarning",
)


@contextmanager
def served_on_loopback(
    loader: Loader[Any, Any] | None = None,
    settings: ServiceSettings | None = None,
    port: int = 0,
) -> Iterator[str]:
    """Serve what the loader loads; yields the address, which ends without a slash.

    A home of its own, gone afterwards, where the settings name none; any free port for 0.
    """
    told = settings or ServiceSettings()
    with tempfile.TemporaryDirectory() as home:
        if "home" not in told.model_fields_set:
            told = told.model_copy(update={"home": Path(home)})
        application = build_service(told, loader or StubLoader()).to_asgi()
        with _running(application, port) as address:
            yield address


@contextmanager
def _running(application: Any, port: int) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(
        uvicorn.Config(application, log_config=None, lifespan="on", server_header=False)
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server died while starting"
        thread.join(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()
