"""Whether any roster keeps to all constraints, and if not, which of them are in conflict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from features.errors import FieldFault, NoRosterError
from serving.messages.questions import MOST_BOOKINGS
from serving.optimization.binary_program import Exactness, Program, solve
from serving.optimization.candidates import Candidates
from serving.optimization.constraints import BUDGET, Constraints, Rule
from training.arrays import Floats, Integers

_SECONDS: Final = 10.0


def some_roster(candidates: Candidates, constraints: Constraints) -> Integers:
    """Return positions of a roster of candidates that keeps to all constraints, a cheap one.

    Raises:
        NoRosterError: there is none; names constraints in conflict, as few as can be.
    """
    found = cheapest(candidates.fee, candidates.creator, constraints)
    if found is None:
        raise NoRosterError(_conflict(candidates, constraints))
    return found


def cheapest(fee: Floats, creator: Integers, constraints: Constraints) -> Integers | None:
    """Return positions of the cheapest roster within the constraints, None where there is none.

    Bookings that count alike in all rules but the budget are as good as each other, the cheaper
    the better: as many of the cheapest of each kind as a roster can hold are enough.
    """
    allowed = np.flatnonzero(constraints.allowed(creator))
    if not len(allowed) or not set(constraints.include) <= set(creator[allowed].tolist()):
        return None
    kept = allowed[_enough(fee[allowed], creator[allowed], constraints.of(allowed))]
    own, who, cost = constraints.of(kept), creator[kept], fee[kept]
    for value, gap in ((-cost, 1e-3), (np.zeros(len(cost)), 1.0)):
        taken = solve(Program.of(value, who, own), Exactness(_SECONDS, gap))
        if taken is not None and own.hold(taken.chosen, who):
            return kept[taken.chosen]
    return None


def _enough(fee: Floats, creator: Integers, constraints: Constraints) -> Integers:
    kind = np.isin(creator, list(constraints.include)).astype(np.int64)
    kind = np.where(kind > 0, creator + 1, 0)
    for rule in constraints.rules:
        if rule.path != BUDGET:
            words = np.unique(rule.weights, return_inverse=True)[1]
            kind = np.unique(kind * (words.max(initial=0) + 1) + words, return_inverse=True)[1]
    order = np.lexsort((creator, fee, kind))
    first = np.searchsorted(kind[order], kind[order], side="left")
    place = np.arange(len(order)) - first
    return np.sort(order[place < MOST_BOOKINGS])


@dataclass(frozen=True)
class _Wish:
    """What can be given up: its path, what it says, all constraints without it, its parts."""

    path: str
    message: str
    without: Callable[[Constraints], Constraints]
    parts: tuple[_Wish, ...] = ()


def _conflict(candidates: Candidates, constraints: Constraints) -> list[FieldFault]:
    """Return constraints that conflict, none of which can be left out.

    Deletion filter (Chinneck & Dravnieks 1991, ORSA Journal on Computing 3): a constraint is
    left out for good if the rest is still in conflict. Lists of creators are tried as a whole
    before their items.
    """
    needed, left = [], constraints
    wishes = [*_lists(candidates, constraints), *map(_rule, constraints.rules)]
    while wishes:
        wish = wishes.pop(0)
        without = wish.without(left)
        if cheapest(candidates.fee, candidates.creator, without) is None:
            left = without
        elif wish.parts:
            wishes = [*wish.parts, *wishes]
        else:
            needed.append(FieldFault(wish.path, wish.message))
    return needed or [FieldFault("candidates", "there is nobody to book")]


def _rule(rule: Rule) -> _Wish:
    def without(constraints: Constraints) -> Constraints:
        kept = tuple(other for other in constraints.rules if other.path != rule.path)
        return replace(constraints, rules=kept)

    return _Wish(rule.path, "cannot be kept to beside the other constraints named", without)


def _lists(candidates: Candidates, constraints: Constraints) -> list[_Wish]:
    """Creators to exclude and to include; of the excluded, those also included one by one."""
    names = candidates.creator_ids
    both = {c: p for c, p in constraints.exclude.items() if c in constraints.include}
    others = [creator for creator in constraints.exclude if creator not in both]
    excluded = [_excluded(p, f"{names[c]} is also to be included", [c]) for c, p in both.items()]
    if others:
        told = "the creators left are not enough for the other constraints named"
        excluded.append(_excluded("exclude", told, others))
    included = [
        _included(path, f"{names[creator]} cannot be booked", [creator])
        for creator, path in constraints.include.items()
    ]
    return [
        _excluded("exclude", "", [*both, *others], tuple(excluded)),
        _included("include", "", list(constraints.include), tuple(included)),
    ]


def _excluded(
    path: str, message: str, creators: Sequence[int], parts: tuple[_Wish, ...] = ()
) -> _Wish:
    def without(constraints: Constraints) -> Constraints:
        kept = {c: p for c, p in constraints.exclude.items() if c not in creators}
        return replace(constraints, exclude=kept)

    return _Wish(path, message, without, parts)


def _included(
    path: str, message: str, creators: Sequence[int], parts: tuple[_Wish, ...] = ()
) -> _Wish:
    def without(constraints: Constraints) -> Constraints:
        kept = {c: p for c, p in constraints.include.items() if c not in creators}
        return replace(constraints, include=kept)

    return _Wish(path, message, without, parts)
