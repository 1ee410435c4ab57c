"""Local presence with numbers the seller owns, no neighbour's mask, and numbers that rest and heal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahize.dialer.events import Cleared
from ahize.kernel.ids import AttemptId
from ahize.kernel.phone import PhoneNumber
from ahize.web.campaigns.models import CampaignNumber
from ahize.web.dialing import pools
from ahize.web.dialing.models import Attempt, Ruling
from ahize.web.dialing.showing import NEIGHBOURS, Pooled, chance_of, chosen, is_local, is_neighbour
from ahize.web.permissions import Role
from ahize.web.tenants.models import CallerId
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

JSON = "application/json"
DAY = timedelta(days=1)


def pooled(e164: str, *, proven: bool = False, rests: int = 0) -> Pooled:
    return Pooled(e164, proven, NOW + rests * DAY if rests else None)


# ── which number ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("callee", "pool", "shown"),
    [
        ("+12025550111", [pooled("+12027770101"), pooled("+13055550101")], "+12027770101"),
        ("+12025550111", [pooled("+13055550101")], None),
        ("+12025550111", [pooled("+12025559999")], None),
        ("+12025550111", [pooled("+12025559999", proven=True)], "+12025559999"),
        ("+12025550111", [pooled("+12027770101", rests=1)], None),
        ("+12025550111", [pooled("+12027770101", rests=-1)], "+12027770101"),
        ("+902125550111", [pooled("+902129990101"), pooled("+903125550101")], "+902129990101"),
        ("+902125550111", [pooled("+902125550199")], None),
        ("+442079460111", [pooled("+12027770101")], None),
    ],
)
def test_who_sees_which_number(callee: str, pool: list[Pooled], shown: str | None) -> None:
    found = chosen(callee, pool, chance=0.5, now=NOW)
    assert (found and found.e164) == shown


numbers = st.integers(2_000_000_000, 9_999_999_999).map(lambda n: f"+1{n}")


@given(numbers, st.lists(st.tuples(numbers, st.booleans()), max_size=8), st.floats(0, 1, exclude_max=True))
def test_nobody_is_ever_shown_an_unproven_neighbour(callee: str, given: list[Any], chance: float) -> None:
    pool = [Pooled(e164, proven, None) for e164, proven in given]
    one = chosen(callee, pool, chance=chance, now=NOW)
    assert one is None or (is_local(one.e164, PhoneNumber(callee)) and one in pool)
    assert one is None or one.proven or not is_neighbour(one.e164, PhoneNumber(callee))
    assert one == chosen(callee, pool[::-1], chance=chance, now=NOW), "the order in which numbers stand changes nothing"


def test_the_chance_is_the_attempts_own_and_spreads() -> None:
    assert chance_of(UUID(int=0)) == 0.0
    assert 0.0 <= chance_of(UUID(int=(1 << 128) - 1)) < 1.0
    pool = [pooled(f"+1202777010{n}") for n in range(4)]
    seen = {chosen("+12025550111", pool, chance=n / 8, now=NOW) for n in range(8)}
    assert seen == set(pool)
    assert NEIGHBOURS == 6


# ── a pool in a campaign ────────────────────────────────────────────────────────────────────────────────────────


def number(shop: Shop, e164: str, **changed: Any) -> CallerId:
    usual = {"kind": "geographic", "dialable": True, "rights_proof": "contract", "valid_from": NOW - DAY}
    return CallerId.objects.create(tenant_id=shop.tenant, seller_id=shop.seller, e164=e164, **{**usual, **changed})


@pytest.fixture
def local(shop: Shop) -> UUID:
    """A number of the callee's area in the campaign's pool."""
    with shop.open():
        own = number(shop, "+12027770101")
        return CampaignNumber.objects.create(tenant_id=shop.tenant, campaign_id=shop.campaign, caller_id=own).pk


def test_clearance_shows_the_local_number_and_rules_on_it(shop: Shop, local: UUID) -> None:
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        given = {"floor": ledger.floor, "epoch": ledger.epoch, "clock": shop.clock}
        (first,) = clearance.rule_on([shop.ask(0)], **given)
        with shop.open():
            CallerId.objects.filter(e164="+12027770101").update(valid_until=NOW)
        (second,) = clearance.rule_on([shop.ask(1)], **given)
    assert isinstance(first, Cleared)
    assert isinstance(second, Cleared)
    assert (first.permit.caller_id, second.permit.caller_id) == ("+12027770101", "+12025550101")
    with shop.open():
        assert Attempt.objects.get(pk=first.attempt).caller_id == "+12027770101"
        assert Ruling.objects.get(pk=first.attempt).facts["cli"]["e164"] == "+12027770101"


def test_a_pool_takes_only_numbers_that_are_owned_and_answered(shop: Shop) -> None:
    browser = shop.house.browser(Role.CAMPAIGN_MANAGER)
    path = f"/api/campaigns/{shop.campaign}"
    with shop.open():
        good = number(shop, "+12027770101").pk
        bad = [
            number(shop, "+12027770102", dialable=False).pk,
            number(shop, "+12027770103", rights_proof=" ").pk,
            number(shop, "+12027770104", valid_until=NOW - DAY / 2).pk,
        ]
    for one in bad:
        refused = browser.patch(path, {"pool": [str(one)]}, content_type=JSON)
        assert (refused.status_code, refused.json()["code"]) == (422, "not_owned"), refused.content
    told = browser.patch(path, {"pool": [str(good)], "pool_rules": {"least": 20}}, content_type=JSON)
    if told.status_code == 409:  # the shop's campaign runs and lacks a telephone line
        with shop.open():
            from ahize.web.campaigns.models import Campaign  # noqa: PLC0415 - beside its only use

            Campaign.objects.update(state="paused")
        told = browser.patch(path, {"pool": [str(good)], "pool_rules": {"least": 20}}, content_type=JSON)
    assert (told.json()["pool"], told.json()["pool_rules"]["least"]) == ([str(good)], 20)
    assert browser.patch(path, {"pool_rules": {"answered_min": 2}}, content_type=JSON).status_code == 422


def test_a_number_nobody_answers_rests_and_begins_anew(shop: Shop, local: UUID) -> None:
    browser = shop.house.browser()
    _dialled(shop, 60, answered=2)
    (own, figure) = browser.get(f"/api/campaigns/{shop.campaign}/numbers").json()
    assert (own["in_pool"], figure["in_pool"], figure["proven"]) == (False, True, False)
    with shop.open():
        (before,) = [one for one in pools.figures(shop.campaign, now=NOW + DAY) if one["in_pool"]]
    assert (before["dialled"], before["answered"], before["rests_until"]) == (60, 2, None)
    assert _rest(shop, NOW + DAY) == 1
    with shop.open():
        row = CampaignNumber.objects.get(pk=local)
        assert (row.rests_until, row.rests_why) == (NOW + 4 * DAY, "few_answer")
    assert _rest(shop, NOW + 2 * DAY) == 0, "it rests already"
    assert _rest(shop, NOW + 5 * DAY) == 0, "what was before its rest is not held against it"


def test_who_entered_a_number_does_not_prove_it(shop: Shop) -> None:
    admin, officer = shop.house.browser(), shop.house.browser(Role.COMPLIANCE_OFFICER)
    path = f"/api/caller-ids/{shop.house.ids['caller_id']}"
    assert admin.post(f"{path}/prove").json()["code"] == "second_person_needed"
    assert officer.post(f"{path}/prove").json()["proven_at"] is not None
    changed = admin.patch(path, {"rights_proof": "another contract"}, content_type=JSON).json()
    assert changed["proven_at"] is None, "a new proof wants a new look"
    assert shop.house.browser(Role.SUPERVISOR).post(f"{path}/prove").status_code == 403


def _dialled(shop: Shop, count: int, *, answered: int) -> None:
    """Attempts over the pool's number, as clearance and dialerd leave them."""
    import os  # noqa: PLC0415 - only here

    import psycopg  # noqa: PLC0415

    from ahize.kernel.chance import stream  # noqa: PLC0415
    from ahize.kernel.ids import new_uuid  # noqa: PLC0415
    from ahize.web.rls import TENANT_SETTING  # noqa: PLC0415

    ids = [AttemptId(new_uuid(NOW, stream(n, "pool"))) for n in range(count)]
    with psycopg.connect(os.environ["AHIZE_DATABASE_URL_CLEARANCE"]) as db:
        db.execute("SELECT set_config(%s, %s, false)", (TENANT_SETTING, str(shop.tenant)))
        db.cursor().executemany(
            "INSERT INTO dialing_attempt (id, tenant_id, seller_id, campaign_id, campaign_version, contact_id,"
            " phone_id, e164, caller_id, method, origin, at, verdict, live, outcome, greeting, disposition)"
            " VALUES (%s, %s, %s, %s, 1, %s, %s, '+12025550100', '+12027770101', 'progressive', 'dialer', %s, 'allow',"
            " false, 'no_answer', '', '')",
            [(one, shop.tenant, shop.seller, shop.campaign, shop.contacts[0], shop.phones[0], NOW) for one in ids],
        )
    with psycopg.connect(os.environ["AHIZE_DATABASE_URL_DIALERD"]) as db:
        db.execute("SELECT set_config(%s, %s, false)", (TENANT_SETTING, str(shop.tenant)))
        db.execute("UPDATE dialing_attempt SET originated_at = at WHERE id = ANY(%s)", (ids,))
        db.execute("UPDATE dialing_attempt SET answered_at = at WHERE id = ANY(%s)", (ids[:answered],))


def _rest(shop: Shop, now: Any) -> int:
    """As the worker does, with its own role."""
    import os  # noqa: PLC0415 - only here

    from django.db import connections  # noqa: PLC0415

    from ahize.web.settings import database  # noqa: PLC0415

    standing = connections.settings["default"]
    connections["default"].close()
    connections.settings["default"] = {**standing, **database(os.environ["AHIZE_DATABASE_URL_WORKER"])}
    del connections["default"]
    try:
        with shop.open():
            return pools.rest(shop.tenant, now=now)
    finally:
        connections["default"].close()
        connections.settings["default"] = standing
        del connections["default"]
