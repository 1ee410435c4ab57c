"""One budget over several campaigns, and so over several sites: if everybody answers at once, the one cap holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from ahize.calls.events import AgentJoined, Answered, HumanHeard, Ringing
from ahize.dialer.commands import Connect, Lease, Originate, PlayMessage, SeekLeave
from ahize.dialer.events import CampaignSet, Cleared, Leased, Recovered, SeatReady, Tick
from ahize.dialer.values import Limit
from ahize.kernel.ids import CampaignId
from dialer.desk import CAMPAIGN, NOW, Desk, candidate, of, permit, seat, settings

OTHER = CampaignId(UUID(int=101))
MIDNIGHT = NOW + timedelta(hours=9)
RICH: Mapping[str, Any] = {"live_answers": 20_000, "abandoned": 0, "ratio": 4.0, "abandon_cap": 0.5}
ISTANBUL, ANKARA = (1, 2, 3), (11, 12, 13)
"""Seats of two sites: to the engine, seats of the one floor."""


def house(cap: float = 0.03, live: int = 100, lost: int = 0) -> Limit:
    return Limit("house", (), cap, 1, live, lost, MIDNIGHT, shared="day:house", zone="UTC")


class House(Desk):
    """Two campaigns on one floor; each site has seats in both."""

    def __init__(self, limit: Limit | None = None, **changes: Any) -> None:
        super().__init__(leased=[])
        self.dialer = type(self.dialer)()
        self.people = {CAMPAIGN: 0, OTHER: 5000}
        limits = () if limit is None else (limit,)
        both = [settings(campaign=one, limits=limits, **{**RICH, **changes}) for one in (CAMPAIGN, OTHER)]
        self.tell(Recovered(1, tuple(both), seed=7))

    def tell(self, event: Any, after_s: float = 0.0) -> list[Any]:
        self.now += timedelta(seconds=after_s)
        said = list(self.dialer.handle(event, self.now))
        for lease in of(Lease, said):
            first = self.people[lease.campaign]
            self.people[lease.campaign] += lease.n
            more = [
                candidate(n, campaign=lease.campaign, number=f"+1212{5550000 + n}")
                for n in range(first, first + lease.n)
            ]
            said += self.tell(Leased(lease.campaign, tuple(more)))
        return said

    def come(self) -> list[Any]:
        """All seats are ready, those of each site in both campaigns; all leave that is asked for is given at once."""
        places = [(n, (CAMPAIGN, OTHER)[k % 2]) for site in (ISTANBUL, ANKARA) for k, n in enumerate(site)]
        asks = [ask for n, where in places for ask in of(SeekLeave, self.tell(SeatReady(seat(n), where)))]
        return self.dialled(asks)

    def dialled(self, asks: list[SeekLeave]) -> list[Any]:
        said = []
        for ask in asks:
            leave = permit(ask, self.now, campaign=ask.candidate.campaign)
            said += of(Originate, self.tell(Cleared(ask.attempt, leave)))
        return said

    @property
    def allowances(self) -> list[int]:
        return [self.dialer.snapshot(board).allowance for board in self.dialer.boards.values()]


def test_two_campaigns_of_two_sites_spend_one_allowance_once() -> None:
    assert len(House().come()) > 6 + 3, "without the limit each would dial far ahead"
    floor = House(house())
    originates = floor.come()
    assert len(originates) == 6 + 3, "one for each seat, and what the day has left"
    for originate in originates:
        floor.tell(Ringing(originate.call))
        floor.tell(Answered(originate.call))
    played = [said for one in originates for said in floor.tell(HumanHeard(one.call, "a short greeting, then silence"))]
    for joined in of(Connect, played):
        floor.tell(AgentJoined(joined.call, joined.seat))
    played += floor.tell(Tick(), 2.0)
    assert len(of(PlayMessage, played)) == 3
    budget = floor.dialer.shared["day:house"]
    assert (budget.live_answers, budget.abandoned) == (109, 3)
    assert budget.abandoned <= budget.cap * budget.live_answers


def test_without_an_allowance_each_seat_has_its_one_call() -> None:
    floor = House(house(0.0))
    assert len(floor.come()) == 6
    assert floor.allowances == [0, 0]


def test_free_seats_of_one_campaign_are_no_allowance_of_the_other() -> None:
    floor = House(house(), ratio=1.0)
    for n in ISTANBUL:
        floor.tell(SeatReady(seat(n), CAMPAIGN))
    before = floor.allowances
    floor.tell(SeatReady(seat(11), OTHER))
    assert floor.allowances == before == [3, 3]


def test_what_the_house_changes_holds_at_once_for_all_of_them() -> None:
    floor = House(house())
    for campaign in (CAMPAIGN, OTHER):
        floor.tell(CampaignSet(settings(campaign=campaign, limits=(house(0.01),), **RICH)))
    assert floor.allowances == [1, 1]
    assert floor.dialer.boards[CAMPAIGN].ledger.decides == "day:house"
    for campaign in (CAMPAIGN, OTHER):
        floor.tell(CampaignSet(settings(campaign=campaign, limits=(), **RICH)))
    assert floor.allowances == [10_000, 10_000]
    assert not floor.dialer.shared
    assert floor.dialer.boards[CAMPAIGN].ledger.decides == ""
    floor.tell(CampaignSet(settings(campaign=OTHER, limits=(house(0.03, 300, 2),), **RICH)))
    assert floor.allowances == [10_000, 7], "it comes back with the counts of the rows"


def test_a_day_ends_at_the_houses_midnight() -> None:
    zone = "America/New_York"
    floor = House(replace(house(), zone=zone, until=NOW + timedelta(hours=14)))  # midnight, before clocks change
    floor.tell(Tick(), 14 * 3600)
    assert floor.allowances == [0, 0], "a day begins one to one"
    budget = floor.dialer.shared["day:house"]
    assert budget.until == NOW + timedelta(hours=38)
    floor.tell(Tick(), 4 * 24 * 3600)
    assert budget.until is not None
    assert budget.until.hour == 4, "by its own clock, in summer too"


@pytest.mark.parametrize("mode", ["ratio", "predictive"])
def test_a_seller_has_an_account_of_its_own(mode: str) -> None:
    floor = House(None, mode=mode)
    other = replace(house(), shared="day:seller:2", layer="seller", cap=0.5)
    floor.tell(CampaignSet(settings(campaign=CAMPAIGN, limits=(house(),), **{**RICH, "mode": mode})))
    floor.tell(CampaignSet(settings(campaign=OTHER, limits=(other,), **{**RICH, "mode": mode})))
    assert floor.allowances == [3, 50]
