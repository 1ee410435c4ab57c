"""Every definition at once: the tightest decides, from the first call to whom it protects; and the statistical mode."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ahize.dialer.commands import Explain
from ahize.dialer.events import CampaignSet, Tick
from ahize.dialer.pace import BEAT_S
from ahize.dialer.values import Counted, Limit
from ahize.pacing.ledger import UNBOUND
from dialer.desk import CAMPAIGN, NOW, Desk, candidate, of, settings

US = Limit("US", ("US", "PR"), 0.03, 30, 20_000, 100, NOW + timedelta(days=9))
GB = Limit("GB", ("GB",), 0.0, 1)
CANADA = Limit("CA", ("CA",), 0.05, 31, 200, 8, NOW + timedelta(days=9))
RICH: dict[str, Any] = {"live_answers": 20_000, "abandoned": 100, "limits": (US, GB, CANADA), "mode": "predictive"}


def called(*countries: str, **changes: Any) -> Desk:
    """A floor with two free seats and nobody talking; its contacts are of these countries in turn."""
    people = [candidate(n, country=countries[n % len(countries)]) for n in range(60)]
    desk = Desk(leased=people, **{**RICH, **changes})
    desk.ready(1, 2)
    return desk


def allowance(desk: Desk) -> int:
    return desk.dialer.snapshot(desk.dialer.boards[CAMPAIGN]).allowance


def test_a_law_holds_from_the_first_call_to_whom_it_protects() -> None:
    assert allowance(called("US")) == 500
    assert allowance(called("TR")) == 500, "no law counts there, and the campaign's own cap holds"
    assert allowance(called("US", "CA")) == 2, "the tightest decides"
    assert allowance(called("US", "GB")) == 0, "where nothing is allowed it is one to one for all"


def test_all_are_charged_with_the_same_calls() -> None:
    desk = called("US")
    ledger = desk.dialer.boards[CAMPAIGN].ledger
    ledger.answer()
    ledger.abandon()
    assert [(one.live_answers, one.abandoned) for one in ledger.laws.values()] == [(20_001, 101), (1, 1), (201, 9)]


def test_with_a_confidence_the_book_decides_and_not_the_bound() -> None:
    desk = called("US", confidence=0.99)
    assert allowance(desk) == UNBOUND
    assert desk.dialer.boards[CAMPAIGN].ledger.left == 500
    assert allowance(called("US", confidence=0.99, mode="ratio")) == 500, "only a pacer that predicts may"
    desk.tell(CampaignSet(settings(**RICH)))
    assert allowance(desk) == 500


def test_with_a_confidence_too_it_is_one_to_one_where_nothing_is_allowed_or_too_many_were_abandoned() -> None:
    assert allowance(called("US", "GB", confidence=0.99)) == 0
    desk = called("US", confidence=0.99)
    ledger = desk.dialer.boards[CAMPAIGN].ledger
    ledger.abandon(600)
    assert allowance(desk) == 0, "a fault is paid for like anything else"
    ledger.answer(4000)
    assert allowance(desk) == UNBOUND


def test_the_wallboard_hears_what_is_left_in_either_mode() -> None:
    desk = called("US", confidence=0.95)
    said = [word for _ in range(6) for word in of(Explain, desk.tell(Tick(), BEAT_S))]
    assert said[-1].allowance == 500


def test_counts_of_a_day_that_moves_come_with_their_hours() -> None:
    past = tuple(Counted(NOW - timedelta(hours=hours), 100, 1) for hours in (30, 20, 2))
    desk = called("GB", limits=(Limit("GB", ("GB",), 0.03, 1, past=past),))
    budget = desk.dialer.boards[CAMPAIGN].ledger.laws["GB"]
    assert (budget.live_answers, budget.abandoned) == (200, 2)
