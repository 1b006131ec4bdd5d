"""Every quarter's model knows what was known then, and nothing later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from experiments.backtest import kept
from experiments.backtest.backtest import Backtest, backtest
from experiments.backtest.known import Known
from experiments.backtest.quarters import Quarter
from experiments.backtest.rules import ONE_NUMBER, REACH
from experiments.backtest.scores import MODEL, score
from experiments.backtest.trial import Hindcast, Trial, split_of
from features.errors import CrossedFoldsError, TooFewCampaignsError
from tests.experiments.backtest.invented_known import SETTINGS, invented_known, true_lift
from tests.experiments.backtest.invented_measurements import measured
from training.bundle import Bundle
from training.forecast import RosterForecast
from training.past import PastCampaigns

#: Campaigns c26 to c39 are booked in it.
QUARTER = Quarter(2024, 3)


@pytest.fixture(scope="module")
def known() -> Known:
    return invented_known()


@pytest.fixture(scope="module")
def run(known: Known) -> Backtest:
    return backtest(known, SETTINGS)


def of_quarter(known: Known, quarter: Quarter = QUARTER) -> list[str]:
    """Campaigns booked in a quarter."""
    return [
        str(c.campaign_id)
        for c in known.campaigns.campaigns
        if c.booked_on and Quarter.of(c.booked_on) == quarter
    ]


def with_later_sales(known: Known, day: date, factor: float) -> Known:
    """Sales of weeks that had not ended by a day, multiplied in every other market."""
    ended = len(known.history.until(day).weeks)
    revenue = known.history.revenue.copy()
    revenue[:, ::2, ended:] *= factor
    return replace(known, history=replace(known.history, revenue=revenue))


def test_quarters_begin_where_calendars_say() -> None:
    assert str(Quarter.of(date(2024, 9, 30))) == "2024 Q3"
    assert [Quarter(2024, n).first.month for n in (1, 2, 3, 4)] == [1, 4, 7, 10]
    assert Quarter(2023, 4) < Quarter(2024, 1)


def test_every_campaign_is_predicted_once_or_said_why_not(known: Known, run: Backtest) -> None:
    names = {str(campaign.campaign_id) for campaign in known.campaigns.campaigns}
    assert set(run.hindcasts) | set(run.left_out) == names
    assert not set(run.hindcasts) & set(run.left_out)
    first, second, *later = run.quarters
    assert not first.hindcasts
    assert "0 usable campaigns, at least 10 are needed" in first.reason
    # A window is over 55 days after booking: by April those of the first six weeks.
    assert second.learned_from == 6
    assert "no model by 2024-04-01" in run.left_out["c13"]
    assert [quarter.learned_from for quarter in later] == [19, 32]
    assert set(of_quarter(known)) <= set(run.hindcasts)


def test_what_a_campaign_did_is_foretold(known: Known, run: Backtest) -> None:
    truth = {name: true_lift(known.rosters[name]) for name in run.hindcasts}
    stated = np.array([one.stated.mean for one in run.hindcasts.values()])
    true = np.array([truth[name] for name in run.hindcasts])
    assert np.corrcoef(stated, true)[0, 1] > 0.8
    assert np.polyfit(stated, true, 1)[0] == pytest.approx(1.0, abs=0.3)
    by_reach = np.array([one.rules[REACH] for one in run.hindcasts.values()])
    assert by_reach == pytest.approx(true, rel=0.35)
    one_number = {one.rules[ONE_NUMBER] for one in run.quarters[2].hindcasts}
    assert len(one_number) == 1
    for one in run.hindcasts.values():
        test = one.stated.test
        assert test is not None
        assert test.low < test.mean < test.high
        assert one.stated.low < one.stated.mean < one.stated.high
        assert test.standard_error > 0


def test_nothing_after_the_last_booking_of_a_quarter_changes_it(
    known: Known, run: Backtest
) -> None:
    last = max(known.rosters[name].campaign.booked_on or date.min for name in of_quarter(known))
    told = {name: run.hindcasts[name] for name in of_quarter(known)}
    later = backtest_of(with_later_sales(known, last, 3.0))
    assert {name: later[name] for name in told} == told
    # Sales between the quarter's beginning and a booking scale that roster's exposure, no more.
    inside = backtest_of(with_later_sales(known, QUARTER.first, 3.0))
    learned = {inside[name].rules[ONE_NUMBER] for name in told}
    assert learned == {one.rules[ONE_NUMBER] for one in told.values()}
    # Sales before it change everything.
    before = backtest_of(with_later_sales(known, date(2024, 3, 1), 1.3))
    assert all(before[name] != one for name, one in told.items())


def backtest_of(known: Known) -> dict[str, Hindcast]:
    """The quarter alone, by campaign_id."""
    trial = Trial(known, SETTINGS, None, lambda *_: ())
    result = trial.of(QUARTER, [known.rosters[name] for name in of_quarter(known)])
    return {one.campaign_id: one for one in result.hindcasts}


def test_learning_from_what_was_not_over_is_refused(known: Known) -> None:
    judged = [known.rosters[name] for name in of_quarter(known)]
    split = split_of(known, known.before(QUARTER.first), judged, QUARTER)
    assert len(split.learn) == 19
    assert len(split.judge) == 14
    with pytest.raises(CrossedFoldsError):
        split_of(known, known.before(date(2024, 12, 1)), judged, QUARTER)


def test_an_interrupted_backtest_goes_on(
    known: Known, run: Backtest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def interrupted(name: str, _part: float) -> None:
        if name.startswith("training as of 2024-10"):
            raise KeyboardInterrupt

    def warned(_bundle: Bundle, forecast: RosterForecast) -> list[str]:
        asked.append(str(forecast.campaign.campaign_id))
        return ["new_brand"]

    with pytest.raises(KeyboardInterrupt):
        backtest(known, SETTINGS, folder=tmp_path, warn=warned, progress=interrupted)
    done = set(asked)
    assert done == set(of_quarter(known))
    whole = backtest(known, SETTINGS, folder=tmp_path, warn=warned)
    assert not done & set(asked[len(done) :])
    assert {name: one.rules for name, one in whole.hindcasts.items()} == {
        name: one.rules for name, one in run.hindcasts.items()
    }
    assert all(one.stated.warnings == ("new_brand",) for one in whole.hindcasts.values())
    # Later sales are no reason to train a finished quarter's model again.
    last = max(known.rosters[name].campaign.booked_on or date.min for name in of_quarter(known))
    asked.clear()
    backtest(with_later_sales(known, last, 2.0), SETTINGS, folder=tmp_path, warn=warned)
    assert asked
    assert not set(asked) & set(of_quarter(known))


def test_a_file_that_was_cut_short_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    kept.keep(tmp_path, "k", {"done": True})
    assert kept.kept(tmp_path, "k") == {"done": True}
    (file,) = tmp_path.iterdir()
    file.write_text('{"done"')
    assert kept.kept(tmp_path, "k") is None
    assert kept.kept(tmp_path, "another") is None


def test_no_campaign_is_too_few(known: Known) -> None:
    nobody = PastCampaigns((), {}, known.campaigns.assignments, {})
    with pytest.raises(TooFewCampaignsError):
        backtest(replace(known, campaigns=nobody), SETTINGS)


def test_scores_set_the_model_beside_the_rules(known: Known, run: Backtest) -> None:
    truth = {name: true_lift(known.rosters[name]) for name in run.hindcasts}
    rng = np.random.default_rng(0)
    found = [measured(n, lift + 0.003 * rng.standard_normal(), 0.003) for n, lift in truth.items()]
    found.append(measured("never booked", 0.5))
    wrong = replace(measured("c30", 9.0, faulty=True))
    scores = score(run, [*(one for one in found if one.campaign_id != "c30"), wrong])
    assert scores is not None
    assert scores.campaigns == len(truth) - 1
    own, *others = scores.standings
    assert own.name == MODEL
    assert own.behind is None
    assert own.agreement is not None and own.agreement.coverage is not None
    assert own.agreement.r2 > 0.5
    assert own.agreement.coverage.value > 0.8
    by_name = {one.name: one for one in others}
    assert by_name[ONE_NUMBER].preferred == pytest.approx(scores.average)
    flat = by_name[ONE_NUMBER].agreement
    assert flat is not None
    assert flat.r2 < 0.1
    assert by_name["cheapest"].agreement is None
    assert by_name["cheapest"].behind is not None and by_name["cheapest"].behind.low > 0
    assert own.preferred - by_name["cheapest"].preferred == pytest.approx(
        by_name["cheapest"].behind.value
    )
    assert score(run, []) is None
