"""Writing answers so that a failure leaves what was there before."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

#: A scratch file is its owner's alone; an answer is read by others too.
_MODE = 0o644


def write_json(path: Path, content: object) -> None:
    """Write a JSON document in one step: a reader sees the old file or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2, ensure_ascii=False, allow_nan=False)
            file.write("\n")
        Path(scratch).chmod(_MODE)
        os.replace(scratch, path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
