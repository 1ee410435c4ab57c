"""The meter stands at zero; each violation that is planted straight into the rows is found, and none is made up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ahize.web.complaints import exposure
from ahize.web.complaints.authorities import book
from ahize.web.complaints.violations import Search, Violation
from ahize.web.permissions import Role
from web.complaints.calls import call, plant, version_of
from web.dialing.shop import NOW, Shop

DAY = timedelta(days=1)
LATER = NOW + 60 * DAY
SCRIPT = {"script_discloses": ["identity", "principal", "purpose", "opt_out"]}


def found(shop: Shop) -> list[Violation]:
    with shop.open():
        return list(Search(NOW - DAY, NOW + DAY, LATER).found())


def test_in_the_normal_state_there_is_nothing(shop: Shop) -> None:
    call(shop, 0, 1, 2, answered=True)
    version_of(shop, **SCRIPT)
    assert found(shop) == []


_STOP = """
    INSERT INTO consents_suppression (id, tenant_id, seller_id, e164, covers, at, source, reason, receipt, end_reason)
    SELECT gen_random_uuid(), tenant_id, seller_id, e164, 'everything', at - interval '{before}',
         'complaint', '', 'R', ''
    FROM dialing_attempt WHERE e164 = '+12025550100'"""
_DISPOSED = """
    INSERT INTO dialing_dispositionrecord (id, tenant_id, attempt_id, code, flags, at, notes, receipt, reason)
    SELECT gen_random_uuid(), tenant_id, id, 'do_not_call', ARRAY['stop'], at, '', '', '' FROM dialing_attempt
    WHERE e164 = '+12025550100'"""
_AT_NIGHT = "UPDATE dialing_ruling SET facts = jsonb_set(facts, '{at}', '\"2026-03-02T04:00:00+00:00\"') WHERE seq = 1"

PLANTED: dict[str, tuple[str, set[str]]] = {
    "barred by its own facts": (_AT_NIGHT, {"barred"}),
    "barred, and dialled all the same": (
        'UPDATE dialing_ruling SET ruling = ruling || \'{"verdict": "block", "bars": [{"rule": "US-FCC-20",'
        ' "ground": "hours", "because": "x", "cites": []}]}\' WHERE seq = 1',
        {"barred"},
    ),
    "a fact is missing": ("UPDATE dialing_ruling SET facts = facts #- '{callee,zones}' WHERE seq = 1", {"unproven"}),
    "no ruling": ("DELETE FROM dialing_ruling WHERE seq = 1", {"no_ruling"}),
    "no permit": ("DELETE FROM dialing_permit WHERE e164 = '+12025550100'", {"no_permit"}),
    "another number's permit": (
        "UPDATE dialing_permit SET e164 = '+12025550199' WHERE e164 = '+12025550100'",
        {"no_permit"},
    ),
    "after a stop": (_STOP.format(before="1 day"), {"after_stop"}),
    "a stop in the same second": (_STOP.format(before="500 milliseconds"), set()),
    "a stop that came after": (_STOP.format(before="-1 hour"), set()),
    "a stop never written down": (_DISPOSED, {"late_stop"}),
    "abandoned": (
        "UPDATE dialing_attempt SET outcome = 'abandoned', heard_at = at, greeting = 'person: hello'",
        {"abandonment"},
    ),
    "recorded, unannounced": (
        "UPDATE campaigns_campaignversion SET settings = settings || "
        '\'{"setup": {"records_call": true, "announces_recording": false}}\'',
        {"disclosure"},
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_each_seeded_violation_is_found_and_nothing_else(shop: Shop, owner_url: str, name: str) -> None:
    call(shop, 0, 1, 2)
    version_of(shop, **SCRIPT)
    if name == "recorded, unannounced":
        plant(owner_url, shop.tenant, "UPDATE dialing_attempt SET connected_at = at WHERE e164 = '+12025550100'")
        in_pennsylvania = """UPDATE dialing_ruling SET facts = jsonb_set(facts, '{callee,regions}', '["US-PA"]')"""
        plant(owner_url, shop.tenant, in_pennsylvania)
    statement, kinds = PLANTED[name]
    plant(owner_url, shop.tenant, statement)
    assert {one.kind for one in found(shop)} == kinds


def test_the_meter_costs_what_the_day_of_the_call_costs_and_opens_its_calls(shop: Shop, owner_url: str) -> None:
    first, *_others = call(shop, 0, 1, 2)
    plant(owner_url, shop.tenant, "DELETE FROM dialing_permit WHERE e164 = '+12025550100'")
    browser = shop.house.browser(Role.COMPLIANCE_OFFICER)
    span = {"since": (NOW - DAY).isoformat(), "until": (NOW + DAY).isoformat()}
    told = browser.post("/api/complaints/exposure", span, content_type="application/json").json()
    (line,) = told["lines"]
    assert (told["state"], told["total"], line["attempts"]) == ("done", 3, [str(first)])
    assert told["totals"] == [{"currency": "USD", "least": 500, "most": 53_088 + 1_500}]
    assert browser.get("/api/complaints/exposure").json()["last"]["id"] == told["id"]
    rows = browser.get(f"/api/complaints/exposure/{told['id']}/csv").content.decode().splitlines()
    assert len(rows) == 3
    assert shop.house.browser(Role.AGENT).post("/api/complaints/exposure", span).status_code == 403


@pytest.mark.parametrize(
    ("kinds", "most"),
    [
        # One call under two rules of one law is charged once.
        ([("barred", ("US-FCC-24", "US-FCC-20"), NOW)], {"US-TCPA": 1_500}),
        ([("barred", ("US-TSR-12", "US-FL-HOURS"), NOW)], {"US-FTC-TSR": 53_088, "US-FL-PRA": 1_500}),
        # The amount is that of the day; before the first day we know of there is none.
        ([("barred", ("US-TSR-12",), NOW - 500 * DAY)], {"US-FTC-TSR": 51_744}),
        ([("barred", ("US-TSR-12",), NOW - 3_000 * DAY)], {"US-FTC-TSR": 0}),
        # What an authority may impose once is not imposed twice.
        ([("barred", ("GB-02",), NOW), ("barred", ("GB-02",), NOW)], {"GB-PECR": 17_500_000}),
        ([("barred", ("AHIZE-HOURS",), NOW)], {}),
    ],
)
def test_amounts_are_those_of_law_and_day(kinds: list[Any], most: dict[str, int]) -> None:
    given = [
        Violation(kind, rules[0][:2] if rules[0][:2] in ("US", "GB") else "US", at, rules, (f"call {n}",))  # type: ignore[arg-type]
        for n, (kind, rules, at) in enumerate(kinds)
    ]
    _lines, totals = exposure.added_up(given, book())
    assert {one["id"]: one["most"] for one in totals} == most
