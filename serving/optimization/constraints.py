"""What a roster must keep to, as sums over its bookings, each under the path of its field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import MOST_BOOKINGS
from serving.optimization.candidates import Candidates
from training.arrays import Booleans, Floats, Integers

BUDGET: Final = "budget"
#: Sums of shares and fees are compared with this slack, relative to what was asked.
_SLACK: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Rule:
    """The sum of `weights` [booking] over a roster's bookings is at most `most`."""

    path: str
    weights: Floats
    most: float

    def holds(self, chosen: Integers) -> bool:
        """Whether the roster of these bookings keeps to it."""
        slack = _SLACK * max(abs(self.most), len(chosen), 1.0)
        return bool(self.weights[chosen].sum() <= self.most + slack)


@dataclass(frozen=True, eq=False)
class Constraints:
    """All that a roster must keep to.

    `include` and `exclude` map a creator's number to the path that names them. A creator is
    booked at most once, and somebody is booked.
    """

    rules: tuple[Rule, ...]
    include: dict[int, str]
    exclude: dict[int, str]

    def allowed(self, creator: Integers) -> Booleans:
        """Which bookings are not excluded, by their creators' numbers."""
        allowed: Booleans = ~np.isin(creator, list(self.exclude))
        return allowed

    def hold(self, chosen: Integers, creator: Integers) -> bool:
        """Whether a roster, positions of bookings, keeps to all of it."""
        booked = creator[chosen].tolist()
        return (
            0 < len(chosen) <= MOST_BOOKINGS
            and len(set(booked)) == len(booked)
            and set(self.include) <= set(booked)
            and not set(self.exclude) & set(booked)
            and all(rule.holds(chosen) for rule in self.rules)
        )

    def with_budget(self, budget: float) -> Constraints:
        """The same with another budget."""
        rules = (replace(r, most=budget) if r.path == BUDGET else r for r in self.rules)
        return replace(self, rules=tuple(rules))

    def of(self, kept: Integers) -> Constraints:
        """The same for some of the bookings."""
        rules = (replace(rule, weights=rule.weights[kept]) for rule in self.rules)
        return replace(self, rules=tuple(rules))


def read_constraints(request: OptimizeRequest, candidates: Candidates) -> Constraints:
    """Return what the request asks of a roster of these candidates."""
    number = {creator: i for i, creator in enumerate(candidates.creator_ids)}
    one = np.ones(len(candidates.fee))
    rules = [Rule(BUDGET, candidates.fee, request.budget)]
    if request.max_creators is not None:
        rules.append(Rule("max_creators", one, request.max_creators))
    if request.min_disclosed:
        rules.append(_at_least("min_disclosed", candidates.disclosed, request.min_disclosed))
    if request.max_virtual is not None:
        virtual = candidates.traits.virtual[candidates.creator].astype(float)
        rules.append(Rule("max_virtual", virtual - request.max_virtual, 0.0))
    return Constraints(
        rules=(*rules, *_shares(request, candidates)),
        include=_numbered("include", request.include, number),
        exclude=_numbered("exclude", request.exclude, number),
    )


def _at_least(path: str, having: Booleans, share: float) -> Rule:
    return Rule(path, share - having.astype(float), 0.0)


def _shares(request: OptimizeRequest, candidates: Candidates) -> list[Rule]:
    if request.min_share is None:
        return []
    return [
        _at_least(
            f"min_share.{dimension}.{value}",
            candidates.traits.having(dimension, value)[candidates.creator],
            share,
        )
        for dimension, wanted in request.min_share
        for value, share in sorted(wanted.items())
        if share > 0
    ]


def _numbered(field: str, creators: Sequence[str], number: dict[str, int]) -> dict[int, str]:
    """Numbers of the creators who are candidates, with the path of their first mention."""
    found: dict[int, str] = {}
    for i, creator in enumerate(creators):
        if creator in number:
            found.setdefault(number[creator], f"{field}.{i}")
    return found
