"""Clients that keep their connection: one after the other, or several side by side."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """What came back: status 0 where nothing did; `began`, `ended` by the monotonic clock."""

    status: int
    body: bytes
    request_id: str
    began: float
    ended: float

    @property
    def milliseconds(self) -> float:
        return 1000.0 * (self.ended - self.began)


class Client:
    """One connection, opened anew when it breaks."""

    def __init__(self, address: str, path: str) -> None:
        self._place = urlsplit(address)
        self._path = path
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, body: bytes) -> Answer:
        """Post a body; a broken connection is an answer of status 0."""
        began = time.monotonic()
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    str(self._place.hostname), self._place.port, timeout=60
                )
            self._connection.request("POST", self._path, body, JSON)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return Answer(0, b"", "", began, time.monotonic())
        named = response.getheader("X-Request-Id", "")
        return Answer(response.status, content, named, began, time.monotonic())

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def one_by_one(address: str, path: str, bodies: Sequence[bytes]) -> list[Answer]:
    """Answers of one client that asks again as soon as it was answered."""
    client = Client(address, path)
    try:
        return [client.ask(body) for body in bodies]
    finally:
        client.close()


@dataclass
class Crowd:
    """Several clients side by side until `stop`; each answer is handed to `on_answer`.

    `rate` is how many questions a second all of them together begin at most; a client that is
    still waiting for an answer begins none.
    """

    address: str
    path: str
    bodies: Sequence[bytes]
    clients: int
    on_answer: Callable[[Answer], None]
    rate: float | None = None
    _stopped: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin asking."""
        turns, lock, began = itertools.count(), threading.Lock(), time.monotonic()

        def run() -> None:
            client = Client(self.address, self.path)
            while not self._stopped.is_set():
                with lock:
                    turn = next(turns)
                if self.rate and self._stopped.wait(began + turn / self.rate - time.monotonic()):
                    break
                self.on_answer(client.ask(self.bodies[turn % len(self.bodies)]))
            client.close()

        self._threads = [threading.Thread(target=run) for _ in range(self.clients)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let the questions that were asked be answered, and end."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()


def throughput(
    address: str, path: str, bodies: Sequence[bytes], *, clients: int, seconds: float
) -> float:
    """Answers of status 200 a second, from so many clients at once.

    Raises:
        RuntimeError: a question was answered otherwise.
    """
    answers: list[Answer] = []
    crowd = Crowd(address, path, bodies, clients, answers.append)
    began = time.monotonic()
    crowd.start()
    time.sleep(seconds)
    crowd.stop()
    failed = [answer.status for answer in answers if answer.status != 200]
    if failed:
        raise RuntimeError(f"{len(failed)} of {len(answers)} questions failed: {set(failed)}")
    return len(answers) / (max(answer.ended for answer in answers) - began)
