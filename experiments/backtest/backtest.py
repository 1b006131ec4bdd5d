"""The backtest quarter by quarter: what a user would have got.

At the beginning of every quarter a model is trained on what was known then, and asked for the
campaigns that are booked in the quarter, each with what was known of its creators on the day it
was booked. Training's own backtest makes one such cut and uses sales after it to measure; here
nothing later than the cut is used at all, and the cut is made again every quarter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from experiments.backtest import rules
from experiments.backtest.known import Known
from experiments.backtest.quarters import Quarter
from experiments.backtest.trial import Hindcast, QuarterResult, Trial, Warn, unwarned
from features.errors import TooFewCampaignsError
from training.past import PastRoster
from training.run import Progress
from training.settings import Settings


@dataclass(frozen=True)
class Backtest:
    """All quarters in order, and what they were made of.

    `priorities` are what the rules that only rank prefer, by rule and campaign_id.
    """

    quarters: tuple[QuarterResult, ...]
    known: Known
    priorities: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def hindcasts(self) -> dict[str, Hindcast]:
        """By campaign_id."""
        return {one.campaign_id: one for quarter in self.quarters for one in quarter.hindcasts}

    @property
    def left_out(self) -> dict[str, str]:
        """Why campaigns have none, by campaign_id."""
        return {name: why for quarter in self.quarters for name, why in quarter.left_out.items()}


def backtest(
    known: Known,
    settings: Settings,
    *,
    folder: Path | None = None,
    warn: Warn = unwarned,
    progress: Progress = lambda *_: None,
) -> Backtest:
    """Train at every quarter and predict what was booked in it.

    Args:
        known: all that ever became known, from `read_known`.
        settings: those of the models.
        folder: where finished quarters are kept; an interrupted backtest goes on there.
        warn: says what a forecast must be warned of.

    Raises:
        TooFewCampaignsError: there is no campaign that is over.
    """
    if not known.campaigns.campaigns:
        raise TooFewCampaignsError(0, 1)
    trial = Trial(known, settings, folder, warn)
    asked = _by_quarter(known)
    done = []
    for number, (quarter, judged) in enumerate(asked.items()):
        progress(f"training as of {quarter.first}", number / len(asked))
        done.append(trial.of(quarter, judged))
    rosters = known.rosters_of(known.campaigns.campaigns)
    names = [str(campaign.campaign_id) for campaign in known.campaigns.campaigns]
    ranked = {
        rule: dict(zip(names, ranks.tolist(), strict=True))
        for rule, ranks in rules.priorities(rosters, known.campaigns).items()
    }
    return Backtest(tuple(done), known, ranked)


def _by_quarter(known: Known) -> dict[Quarter, list[PastRoster]]:
    asked: dict[Quarter, list[PastRoster]] = {}
    for campaign in known.campaigns.campaigns:
        quarter = Quarter.of(campaign.booked_on or campaign.starts_on)
        asked.setdefault(quarter, []).append(known.rosters[str(campaign.campaign_id)])
    return dict(sorted(asked.items()))
