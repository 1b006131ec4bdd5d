"""What a check says: found, expected, and whether failing it stops promotion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """One check's outcome; `gate` says whether failing it stops promotion."""

    check: str
    passed: bool
    found: str
    expected: str
    gate: bool

    @property
    def reason(self) -> str:
        return f"{self.check}: {self.found}; expected {self.expected}"

    @property
    def tag(self) -> str:
        """The name under which a tracking store keeps it: "check.sample_ratio"."""
        return "check." + re.sub(r"[^a-z0-9]+", "_", self.check.lower()).strip("_")


def refusals(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Why a model may not be promoted; empty when it may."""
    return tuple(v.reason for v in verdicts if v.gate and not v.passed)


def as_tags(verdicts: Sequence[Verdict]) -> dict[str, str]:
    """Verdicts for a tracking store: each tag begins with "passed" or "failed"."""
    return {
        v.tag: f"{'passed' if v.passed else 'failed'}: {v.found}; expected {v.expected}"
        for v in verdicts
    }
