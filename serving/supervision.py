"""How BentoML's supervising process looks after its workers: closely, and to the end.

As it comes, it notices a worker's death within ten seconds, replaces none inside a container,
and while workers finish their last requests it holds the socket open, so that new connections
wait for nobody. BentoML has no settings for these. Nor does it ask, whoever starts it, whether
strangers reach the address it listens on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from bentoml._internal.utils import circus

#: Between two looks after the workers.
LOOK_SECONDS: Final = 0.5


def supervise_closely(accept: Callable[[str], None]) -> None:
    """Change what BentoML makes its supervisor of, in the process that is about to make one.

    `accept` is told each address that will be listened on, and raises where it must not be.
    """
    made = getattr(circus.Arbiter, "arbiter", circus.Arbiter)
    circus.Arbiter = _Supervisors(made, accept)  # type: ignore[misc, assignment]  # not a class


class _Supervisors:
    """Makes supervisors in the place of BentoML's class."""

    def __init__(self, arbiter: Callable[..., Any], accept: Callable[[str], None]) -> None:
        self.arbiter = arbiter
        self.accept = accept

    def __call__(self, watchers: Sequence[Any], *, sockets: Sequence[Any], **options: Any) -> Any:
        """Make one; takes what BentoML's class takes."""
        for address in (socket.host for socket in sockets if not socket.is_unix):
            self.accept(address)
        for watcher in watchers:
            watcher.respawn = True
        supervisor = self.arbiter(
            watchers, sockets=sockets, **{**options, "check_delay": LOOK_SECONDS}
        )
        supervisor.stop = _refusing(supervisor)
        return supervisor


def _refusing(supervisor: Any) -> Callable[[], Any]:
    """Stop as before, but close the socket first: once workers have, connections are refused."""
    stop: Callable[[], Any] = supervisor.stop

    def refuse_and_stop() -> Any:
        supervisor.sockets.close_all()
        return stop()

    return refuse_and_stop
