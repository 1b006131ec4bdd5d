"""What of a campaign reached the markets that were held out, and what is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from training.rosters.sample import RosterSample

#: Leaks that are thought of end here: beyond, too little contrast is left to learn from.
MOST_LEAK: Final = 0.795
#: Before any data: as likely none as some.
EVEN_ODDS: Final = 0.5
#: Chances of a leak above which a user should hear of it.
_LIKELY: Final = 0.5


@dataclass(frozen=True)
class Leak:
    """What a campaign does in a held-out market, as a share of what it does in a treated one.

    `share` is the mean over the posterior, `low` and `high` hold nine tenths of it; `chance` is
    the probability that there is any leak; `relative_error` the log standard deviation that not
    knowing the share adds to every lift. Where the order of markets shows nothing, `told` is
    False and the share 0: nothing is corrected, and nothing excluded.
    """

    share: float
    low: float
    high: float
    chance: float
    relative_error: float
    told: bool

    @property
    def likely(self) -> bool:
        """Whether there is a leak rather than none."""
        return self.told and self.chance > _LIKELY

    @property
    def words(self) -> str:
        """What a user must know of it, in a sentence."""
        if not self.told:
            return (
                "Whether posts also reached the markets that were held out cannot be told from "
                "these sales; where they did, lifts are larger than predicted."
            )
        span = f"90% interval {self.low:.0%} to {self.high:.0%}"
        if not self.likely:
            return (
                f"Nothing shows that posts reached the markets that were held out (leak "
                f"{self.share:.0%} of an effect, {span})."
            )
        return (
            f"About {self.share:.0%} of an effect reached the markets that were held out ({span}); "
            "lifts are corrected for it, and intervals are wider for not knowing it exactly."
        )

    @property
    def limits(self) -> tuple[str, ...]:
        """What of it belongs beside every prediction: nothing where nothing is suspected."""
        return () if self.told and not self.likely else (self.words,)


def likely_share(metrics: Mapping[str, float]) -> float:
    """The share that a model's metrics name, if a leak is likelier than none; else 0."""
    likely = metrics.get("leak_chance", 0.0) > _LIKELY
    return metrics.get("leak", 0.0) if likely else 0.0


UNTOLD: Final = Leak(0.0, 0.0, MOST_LEAK, EVEN_ODDS, 0.0, told=False)


def dosed(sample: RosterSample, leak: Leak) -> RosterSample:
    """The sample with held-out markets given a dose of `share` in place of none.

    Residual doses are residual flags times what is left of the contrast.
    """
    return replace(sample, treatment=(1.0 - leak.share) * sample.treatment)
