"""The last good model as a copy in the home: what a restarted worker answers from.

    served/<version>-<stamp>/   the bundle as the registry gave it
    served/current              JSON: which registry, version, run and folder, and how the
                                registry's file was stamped when it said so

The registry may be down when a worker starts, and asking it takes seconds even when it is
not. A copy is written whole before `current` names it, and a bundle's files are checked
against their sha256 when it is read. The time of `current` is when a worker last heard that
this model is the champion.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from features.errors import BundleError

if TYPE_CHECKING:
    from training.bundle import Bundle
    from training.store import Stamp

_CURRENT: Final = "current"


@dataclass(frozen=True)
class Kept:
    """A model that was champion of a registry, given by the sha256 of its address.

    `told_at` is the stamp of a registry in a file when it said so; None of one that is no file.
    """

    registry: str
    version: str
    run_id: str
    folder: str
    told_at: Stamp | None = None

    def is_of(self, registry: str, version: str, run_id: str) -> bool:
        """Whether it is this version of the registry at that address."""
        named = (_digest(registry), version, run_id)
        return (self.registry, self.version, self.run_id) == named


@dataclass(frozen=True)
class KeptModel:
    """The copy in one home, of the champion of the registry at one address."""

    home: Path
    registry: str

    @property
    def place(self) -> Path:
        """Where everything of the copy is."""
        return self.home / "served"

    def keep(self, version: str, run_id: str, bundle: Path, told_at: Stamp | None = None) -> None:
        """Copy a bundle that was loaded; raises `OSError` where the home cannot be written."""
        with self._writing():
            held = self._current()
            if held is not None and held.is_of(self.registry, version, run_id):
                self._name(replace(held, told_at=told_at))
                return
            folder = self.place / f"{version}-{time.time_ns():020d}"
            shutil.copytree(bundle, folder)
            self._name(Kept(_digest(self.registry), version, run_id, folder.name, told_at))
            self._forget_all_but(folder.name)

    def confirm(self, version: str, run_id: str, told_at: Stamp | None = None) -> None:
        """Note that the registry names this model now, if it is the one kept."""
        held = self._current()
        if held is None or not held.is_of(self.registry, version, run_id):
            return
        with suppress(OSError):  # of no use where the home cannot be written
            if told_at == held.told_at:
                os.utime(self.place / _CURRENT)
                return
            with self._writing():
                if self._current() == held:
                    self._name(replace(held, told_at=told_at))

    def champion(self, told_at: Stamp) -> tuple[str, str] | None:
        """Version and run that the registry's file named when it was stamped so, if known."""
        held = self._current()
        if held is None or held.registry != _digest(self.registry) or held.told_at != told_at:
            return None
        return held.version, held.run_id

    def load(self, within: float | None) -> Bundle | None:
        """Read the copy; None where there is none that can be used.

        `within`: only if the registry named it champion at most so many seconds ago.
        """
        from training.bundle import Bundle

        held = self._current()
        if held is None or held.registry != _digest(self.registry):
            return None
        try:
            if within is not None and self._age() > within:
                return None
            bundle = Bundle.load(self.place / held.folder)
        except (BundleError, OSError):
            self._drop(held)
            return None
        return bundle.registered(held.version, held.run_id)

    def _age(self) -> float:
        return time.time() - (self.place / _CURRENT).stat().st_mtime

    def _current(self) -> Kept | None:
        try:
            named = json.loads((self.place / _CURRENT).read_text())
            stamps = named.pop("told_at", None)
            told_at = None if stamps is None else tuple(tuple(one) for one in stamps)
            return Kept(**named, told_at=told_at)
        except (OSError, ValueError, TypeError, AttributeError):
            return None

    def _name(self, kept: Kept) -> None:
        """Put what is kept in the place of what was."""
        fresh = self.place / f"{_CURRENT}.new"
        fresh.write_text(json.dumps(asdict(kept)))
        fresh.replace(self.place / _CURRENT)

    def _drop(self, held: Kept) -> None:
        """Forget a copy that does not load, unless another has taken its place meanwhile."""
        with suppress(OSError), self._writing():
            if self._current() == held:
                (self.place / _CURRENT).unlink(missing_ok=True)

    def _forget_all_but(self, name: str) -> None:
        for folder in self.place.iterdir():
            if folder.is_dir() and folder.name != name:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Workers of one home take turns."""
        self.place.mkdir(parents=True, exist_ok=True)
        with (self.place / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()
