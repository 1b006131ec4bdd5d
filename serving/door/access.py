"""Who may ask: bearer tokens from a file, kept as digests and compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from starlette.datastructures import Headers

from features.errors import SettingsError
from serving.errors import Refusal

SHORTEST_TOKEN = 16  # characters


@dataclass(frozen=True)
class Access:
    """The digests of the tokens that open the interface; none: it is open."""

    digests: tuple[bytes, ...] = ()

    @classmethod
    def from_file(cls, path: Path | None) -> Self:
        """Read one token a line; blank lines and lines that start with # are skipped.

        Raises `SettingsError` where the file cannot be read, holds no token or a token
        shorter than 16 characters: a service must not stand open by a slip.
        """
        if path is None:
            return cls()
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError("token_file", f"cannot be read: {error}") from error
        tokens = [line.strip() for line in lines]
        tokens = [token for token in tokens if token and not token.startswith("#")]
        if not tokens or min(map(len, tokens)) < SHORTEST_TOKEN:
            raise SettingsError(
                "token_file",
                f"expected at least one token, each of {SHORTEST_TOKEN} characters or more",
            )
        return cls(tuple(_digest(token) for token in tokens))

    def check(self, headers: Headers) -> None:
        """Raise `Refusal` 401 unless the request carries one of the tokens.

        Every digest is compared, so that the time taken tells nothing.
        """
        if not self.digests:
            return
        scheme, _, token = headers.get("authorization", "").partition(" ")
        found = _digest(token.strip())
        matches: Sequence[bool] = [hmac.compare_digest(found, known) for known in self.digests]
        if scheme.lower() != "bearer" or not any(matches):
            raise Refusal(
                401,
                "expected `Authorization: Bearer` with a token this service knows.",
                headers={"WWW-Authenticate": 'Bearer realm="rosterlift"'},
            )


def refuse_open_host(host: str, token_file: Path | None) -> None:
    """Raise `SettingsError` where strangers could reach the service and none needs a token."""
    if token_file is None and not ipaddress.ip_address(host).is_loopback:
        raise SettingsError(
            "host",
            f"{host} can be reached from other machines: expected a token file with it "
            "(--token-file), or a loopback address such as 127.0.0.1",
        )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
