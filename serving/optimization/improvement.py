"""From the relaxation to the whole model, in which people are reached once.

Each booking of a roster keeps some part of the people it reaches alone. The linear program runs
anew on values cut by these parts, then bookings are added, dropped and exchanged. Each roster on
the way is valued as a whole, and the best one is kept: a heuristic.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np

from serving.optimization.binary_program import Exactness
from serving.optimization.choice import Choice
from serving.optimization.objective import Goal
from serving.optimization.roster_value import Worth
from serving.optimization.selection import select
from training.arrays import Booleans, Floats, Integers

_RESELECTIONS: Final = 2
_RESELECT: Final = Exactness(seconds=0.5, gap=1e-3)
#: A booking added costs the others as much as it loses itself: at the margin it keeps 1 - 2 x
#: what the average booking loses.
_STRENGTHS: Final = (1.0, 2.0)
_LEAST_KEPT: Final = 0.02
#: Moves that look best are tried; none of them better is the end.
_MOVES: Final = 30
_DROPS: Final = 10
_FILLING: Final = 40
_FILLED: Final = 3
_OUTSIDE: Final = 200


@dataclass(frozen=True, eq=False)
class Tried:
    """A roster (positions, ascending), what it is worth and its objective."""

    chosen: Integers
    worth: Worth
    objective: float


@dataclass(frozen=True)
class Patience:
    """How long to search: rosters valued, seconds in case they take long, programs run anew."""

    rosters: int
    seconds: float
    reselects: bool = True


class Valuer(Protocol):
    """What says what a roster is worth."""

    def worth(self, chosen: Integers, *, drawn: bool = False) -> Worth: ...


class Improvement:
    """One search among some bookings, `among`; rosters valued before are not valued again.

    Within the search, bookings go by their positions in `among`.
    """

    def __init__(
        self, values: Valuer, choice: Choice, goal: Goal, patience: Patience, among: Integers
    ) -> None:
        self._values, self._goal, self._patience = values, goal, patience
        self._among, self._choice = among, choice.of(among)
        self._ends = time.monotonic() + patience.seconds
        self._seen: dict[tuple[int, ...], Tried] = {}

    def best(self, starts: Sequence[Integers]) -> Tried:
        """Return the best roster found from these, which are rosters of `among`."""
        own = [np.searchsorted(self._among, start) for start in starts]
        best = max(map(self._try, own), key=lambda tried: tried.objective)
        if self._patience.reselects:
            best = self._reselected(best)
        while self._goes_on:
            better = next(
                (
                    tried
                    for chosen in self._moves(best)
                    if self._goes_on
                    and self._choice.constraints.hold(chosen, self._choice.creator)
                    and _better(tried := self._try(chosen), best)
                ),
                None,
            )
            if better is None:
                break
            best = better
        return replace(best, chosen=self._among[best.chosen])

    @property
    def _goes_on(self) -> bool:
        return len(self._seen) < self._patience.rosters and time.monotonic() < self._ends

    def _try(self, chosen: Integers) -> Tried:
        key = tuple(np.sort(chosen).tolist())
        if key not in self._seen:
            ordered = np.array(key, dtype=np.int64)
            worth = self._values.worth(self._among[ordered], drawn=self._goal.drawn)
            cost = float(self._choice.fee[ordered].sum())
            self._seen[key] = Tried(ordered, worth, self._goal.of_roster(worth, cost))
        return self._seen[key]

    def _reselected(self, start: Tried) -> Tried:
        best, choice = start, self._choice
        for strength in _STRENGTHS:
            latest, loads = start, start.worth.loads
            for _ in range(_RESELECTIONS):
                if not self._goes_on:
                    return best
                known = len(self._seen)
                gains = self._gains(latest, loads, strength)
                found = select(gains, choice.creator, choice.constraints, latest.chosen, _RESELECT)
                latest = self._try(found.chosen)
                loads = (loads + latest.worth.loads) / 2
                best = max(best, latest, key=lambda tried: tried.objective)
                if len(self._seen) == known:
                    break
        return best

    def _gains(self, tried: Tried, loads: Floats, strength: float) -> Floats:
        """The objective of every booking at the margin of these loads, were it booked too.

        It keeps as much of its people as bookings of its niche keep in this roster.
        """
        choice, chosen, worth = self._choice, tried.chosen, tried.worth
        gains, _ = choice.alone.tangent(loads)
        niches = int(choice.niche.max()) + 1
        count = np.bincount(choice.niche[chosen], minlength=niches)
        sums = np.bincount(choice.niche[chosen], worth.kept, niches)
        usual = np.where(count > 0, sums / np.maximum(count, 1), worth.kept.mean())
        kept = usual[choice.niche]
        kept[chosen] = worth.kept
        kept = np.maximum(1 - strength * (1 - kept), _LEAST_KEPT)
        counted = self._goal.counted(worth) / np.maximum(worth.by_booking, 1e-300)
        risk = np.full(len(kept), float(np.median(counted)))
        risk[chosen] = counted
        return self._goal.of_values(gains * kept * risk, choice.fee)

    def _moves(self, tried: Tried) -> Iterator[Integers]:
        """Rosters that differ by one booking, the most promising first."""
        choice, chosen = self._choice, tried.chosen
        gains = self._gains(tried, tried.worth.loads, _STRENGTHS[-1])
        outside = np.setdiff1d(np.arange(len(self._among)), chosen)
        outside = np.concatenate([[-1], outside[np.argsort(-gains[outside])[:_OUTSIDE]]])
        inside = np.concatenate([[-1], chosen])
        gained = np.where(outside < 0, 0.0, gains[outside])
        lost = np.where(inside < 0, 0.0, gains[inside])
        promise = gained[None, :] - lost[:, None]
        promise[0, 0] = -np.inf
        promise[~self._possible(chosen, inside, outside)] = -np.inf
        # Who brings least for their fee may make room for several others.
        thrift = promise[:, 0] / np.maximum(np.where(inside < 0, 0.0, choice.fee[inside]), 1e-9)
        drops = np.argsort(-thrift, kind="stable")[:_DROPS] * promise.shape[1]
        order = np.argsort(-promise, axis=None, kind="stable")[:_MOVES]
        filled = []
        for move in dict.fromkeys([*order.tolist(), *drops.tolist()]):
            out, into = divmod(move, promise.shape[1])
            if promise[out, into] == -np.inf:
                continue
            moved = chosen[chosen != inside[out]]
            moved = np.append(moved, outside[into]) if outside[into] >= 0 else moved
            yield moved
            filled.append(self._filled(moved, outside[1:], gains, not_with=inside[out]))
        yield from filled

    def _filled(
        self, chosen: Integers, outside: Integers, gains: Floats, not_with: int
    ) -> Integers:
        """Add what fits and still brings something, the most for its fee first."""
        choice = self._choice
        dense = gains[outside] / np.maximum(choice.fee[outside], 1e-9)
        most = len(chosen) + _FILLED
        for booking in outside[np.argsort(-dense, kind="stable")][:_FILLING].tolist():
            if len(chosen) < most and gains[booking] > 0 and booking != not_with:
                more = np.append(chosen, booking)
                if choice.constraints.hold(more, choice.creator):
                    chosen = more
        return chosen

    def _possible(self, chosen: Integers, inside: Integers, outside: Integers) -> Booleans:
        """Which moves keep to the rules [out, into]; -1 stands for nobody."""
        choice = self._choice
        possible = np.ones((len(inside), len(outside)), dtype=bool)
        for rule in choice.constraints.rules:
            gone = np.where(inside < 0, 0.0, rule.weights[inside])
            come = np.where(outside < 0, 0.0, rule.weights[outside])
            after = rule.weights[chosen].sum() - gone[:, None] + come[None, :]
            possible &= after <= rule.most + 1e-9 * max(abs(rule.most), len(chosen), 1.0)
        booked = np.isin(choice.creator[outside], choice.creator[chosen]) & (outside >= 0)
        same = choice.creator[inside][:, None] == choice.creator[outside][None, :]
        same &= (inside >= 0)[:, None]
        possible &= ~booked[None, :] | same
        return possible


def _better(tried: Tried, best: Tried) -> bool:
    return tried.objective > best.objective + 1e-9 * abs(best.objective)
