"""The ledger that `rosterlift ledger` keeps in a home, as it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from features.errors import NoLedgerError
from serving.messages.ledger import Ledger

#: Of a home.
FILE: Final = Path("ledger") / "ledger.json"


@dataclass(frozen=True)
class LedgerFile:
    """Reads a home's ledger anew each time: it is replaced whole, and seldom asked for."""

    home: Path

    def read(self) -> Ledger:
        """Return the ledger.

        Raises:
            NoLedgerError: none was made yet, or another release wrote it.
        """
        try:
            content = (self.home / FILE).read_bytes()
        except OSError as error:
            raise NoLedgerError(str(self.home), "none was made yet") from error
        try:
            return Ledger.model_validate_json(content)
        except ValidationError as error:
            raise NoLedgerError(str(self.home), "another release wrote it") from error
