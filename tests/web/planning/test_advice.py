"""Before anything is dialled a manager is told how a team of that size had best dial, and why."""

from __future__ import annotations

import pytest

from ahize.web.permissions import Role
from web.dialing.shop import Shop


def told(shop: Shop, role=Role.CAMPAIGN_MANAGER, **asked):
    return shop.house.browser(role).get(f"/api/planning/campaigns/{shop.campaign}/advice", asked)


def test_two_seats_dial_one_by_one_forty_ahead_and_all_one_by_one_where_nothing_may_be_abandoned(shop: Shop):
    small, large = (told(shop, seats=seats, cap=0.03).json() for seats in (2, 40))
    assert (small["mode"], small["why"]) == ("progressive", "no_gain")
    assert (large["mode"], large["why"]) == ("predictive", "waits_less")
    assert large["wait_s"] < large["other_s"] == small["wait_s"]
    assert small["of_dials"] == 0, "nobody has dialled yet, so it rests on what is usual"
    none = told(shop, seats=2, cap=0).json()
    assert (none["mode"], none["why"], none["other_s"]) == ("progressive", "no_allowance", None)
    assert none["wait_s"] == small["wait_s"]


def test_a_wish_above_the_law_is_advised_by_the_law(shop: Shop):
    assert told(shop, seats=5, cap=0.5).json() == told(shop, seats=5, cap=0.03).json()


@pytest.mark.parametrize("asked", [{}, {"seats": 0}, {"seats": 3, "cap": 1}])
def test_what_cant_be_is_refused(shop: Shop, asked):
    assert told(shop, **asked).status_code == 422


def test_an_agent_is_told_nothing(shop: Shop):
    assert told(shop, Role.AGENT, seats=3).status_code == 403
