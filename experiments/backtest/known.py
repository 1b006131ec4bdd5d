"""A source read once, and what of it was known on a day.

Booking rows are cut at each campaign's own `booked_on` when they are made. Sales and measured
campaigns are cut here: before a day, only weeks that had ended and campaigns whose window was
over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from features.entities import Campaign
from features.history.markets import SalesHistory, sales_history
from features.sources.source import Source
from training.past import PastCampaigns, PastRoster, past_rosters, read_past
from training.run import brand_categories
from training.weeks import last_day


@dataclass(frozen=True)
class Known:
    """Sales, finished campaigns and their booking rows; `categories` by brand_id."""

    history: SalesHistory
    campaigns: PastCampaigns
    rosters: Mapping[str, PastRoster]
    categories: Mapping[str, str]

    def before(self, day: date) -> Known:
        """The part that was known when a day began."""
        history = self.history.until(day - timedelta(days=1))
        if not len(history.weeks):
            return replace(self, history=history, campaigns=_only(self.campaigns, ()))
        until = last_day(history)
        over = tuple(c for c in self.campaigns.campaigns if c.window.last <= until)
        return replace(self, history=history, campaigns=_only(self.campaigns, over))

    def rosters_of(self, campaigns: tuple[Campaign, ...]) -> list[PastRoster]:
        """Booking rows of some campaigns, in their order."""
        return [self.rosters[str(campaign.campaign_id)] for campaign in campaigns]


def read_known(source: Source, progress: Callable[[str, float], None]) -> Known:
    """Read all that ever became known.

    Raises:
        SourceError: a table is missing or cannot be read.
    """
    progress("reading sales", 0.0)
    history = sales_history(source)
    categories = brand_categories(source)
    campaigns = read_past(source, last_day(history))
    rosters = past_rosters(source, history, campaigns, lambda part: progress("features", part))
    by_id = {str(one.campaign.campaign_id): one for one in rosters}
    return Known(history, campaigns, by_id, categories)


def _only(campaigns: PastCampaigns, kept: tuple[Campaign, ...]) -> PastCampaigns:
    names = {str(campaign.campaign_id) for campaign in kept}
    assigned = campaigns.assignments
    return replace(
        campaigns, campaigns=kept, assignments=assigned[assigned["campaign_id"].isin(names)]
    )
