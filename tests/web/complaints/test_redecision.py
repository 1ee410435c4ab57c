"""Rulings of a case are decided again: the same, or each difference by itself, and then it is one for counsel."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from ahize.web.complaints import intake, redecide
from ahize.web.complaints.models import Case, Source, State
from ahize.web.permissions import Role
from web.complaints.calls import call, plant
from web.dialing.shop import NOW, Shop

CALLED = "+12025550100"


def case_of(shop: Shop, *numbers: str) -> UUID:
    with shop.open():
        given = intake.Complaint(source=Source.SCREEN, door="voice", received_at=NOW, numbers=numbers or (CALLED,))
        return intake.open_case(given, tenant=shop.tenant, by=None, now=NOW).case.pk


def decided(shop: Shop, case: UUID) -> tuple[Any, Case]:
    with shop.open():
        made = redecide.redecide(case, by=None, now=NOW)
        return made, Case.objects.get(pk=case)


def test_what_was_ruled_is_ruled_again(shop: Shop) -> None:
    call(shop, 0, 1)
    made, case = decided(shop, case_of(shop))
    assert (made.attempts, made.same, made.findings) == (1, 1, [])
    assert (case.state, case.counsel) == (State.RECEIVED, [])


PLANTED = {
    "difference": (
        "UPDATE dialing_ruling SET ruling = jsonb_set(ruling, '{duties}', '[]')",
        {"ruling_changed", "difference"},
    ),
    "facts": (
        "UPDATE dialing_ruling SET facts = jsonb_set(facts, '{at}', '\"2026-03-02T04:00:00+00:00\"')",
        {"ruling_changed", "difference"},
    ),
    "missing ruling": ("DELETE FROM dialing_ruling WHERE seq = 1", {"missing_ruling"}),
    "journal gap": (
        "DELETE FROM dialing_journal WHERE event->>'type' = 'Ringing'",
        {"journal_gap"},
    ),
    "journal changed": (
        "UPDATE dialing_journal SET event = event || '{\"cause\": 16}' WHERE event->>'type' = 'HungUp'",
        {"journal_changed"},
    ),
    "no journal": ("DELETE FROM dialing_journal", {"journal_missing"}),
    "unlinked": ("UPDATE dialing_ruling SET previous_hash = 'x'", {"ruling_changed", "ruling_unlinked"}),
    "dialled though barred": (
        'UPDATE dialing_ruling SET ruling = ruling || \'{"verdict": "block"}\'',
        {"ruling_changed", "difference", "dialled_though_barred"},
    ),
    "another rulebook": (
        "UPDATE dialing_ruling SET sources = jsonb_set(sources, '{law,sha256}', '\"00\"')",
        {"ruling_changed", "no_rulebook"},
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_not_as_it_should_be_goes_to_counsel_and_is_never_smoothed_over(
    shop: Shop, owner_url: str, name: str
) -> None:
    call(shop, 0)
    case_id = case_of(shop)
    statement, kinds = PLANTED[name]
    plant(owner_url, shop.tenant, statement)
    made, case = decided(shop, case_id)
    assert {one["kind"] for one in made.findings} == kinds
    assert (made.attempts, made.same, case.state) == (1, 0, State.NEEDS_COUNSEL)
    again, case = decided(shop, case_id)
    assert len(case.counsel) == len(again.findings), "told once, kept for good"


def test_the_number_opens_every_attempt_with_all_that_stands_beside_it(shop: Shop) -> None:
    call(shop, 0)
    case_of(shop)
    told = shop.house.browser(Role.SUPERVISOR).get("/api/complaints/history", {"number": "(202) 555-0100"}).json()
    (attempt,) = told["attempts"]
    assert (attempt["verdict"], attempt["outcome"], attempt["list_name"]) == ("allow", "no_answer", "Neighbours")
    assert attempt["sentences"]
    assert [one["kind"] for one in told["moments"]] == ["suppressed"]
    assert (told["lists"][0]["source"], told["complaints"][0]["number"]) == ("site", 1)
    nobody = shop.house.browser(Role.SUPERVISOR).get("/api/complaints/history", {"number": "+12025550188"}).json()
    assert (nobody["attempts"], nobody["lists"]) == ([], [])
