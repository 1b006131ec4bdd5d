"""Writing answers so that a failure leaves what was there before."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: A scratch file is its owner's alone; an answer is read by others too.
_MODE = 0o644


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A scratch file beside `path` that takes its place in one step once the block is done.

    A reader sees the old file or the new one, whole; where the block fails the old one stays and
    the scratch file goes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(descriptor)
    scratch = Path(name)
    try:
        yield scratch
        scratch.chmod(_MODE)
        os.replace(scratch, path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def write_json(path: Path, content: object) -> None:
    """Write a JSON document in one step."""
    with written_whole(path) as scratch, scratch.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=2, ensure_ascii=False, allow_nan=False)
        file.write("\n")
