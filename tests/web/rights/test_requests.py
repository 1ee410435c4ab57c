"""Each request has the clock of its law, the most overdue stands on top, and none is decided without a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ahize.web import base
from ahize.web.consents.models import Suppression
from ahize.web.permissions import Role
from ahize.web.rights import clocks
from web.called.callers import Clock, at, stranger
from web.dialing.shop import NOW, Shop

JSON = "application/json"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(base, "CLOCK", made)
    return made


@pytest.mark.parametrize(
    ("country", "region", "on", "code", "due"),
    [
        ("TR", "", datetime(2026, 1, 31, 9, tzinfo=UTC), "TR-KVKK", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("GB", "", datetime(2026, 1, 31, 9, tzinfo=UTC), "GB-UK-GDPR", datetime(2026, 2, 28, 9, tzinfo=UTC)),
        ("DE", "", datetime(2024, 1, 31, 9, tzinfo=UTC), "EU-GDPR", datetime(2024, 2, 29, 9, tzinfo=UTC)),
        ("US", "US-CA", datetime(2026, 3, 2, 9, tzinfo=UTC), "US-CA-CCPA", datetime(2026, 4, 16, 9, tzinfo=UTC)),
        ("US", "US-WV", datetime(2026, 3, 2, 9, tzinfo=UTC), "US-HOUSE", datetime(2026, 4, 16, 9, tzinfo=UTC)),
        ("CA", "CA-QC", datetime(2026, 3, 2, 9, tzinfo=UTC), "CA-PIPEDA", datetime(2026, 4, 1, 9, tzinfo=UTC)),
        ("TR", "", datetime(2016, 10, 6, 9, tzinfo=UTC), "HOUSE", datetime(2016, 11, 5, 9, tzinfo=UTC)),
        ("", "", datetime(2026, 3, 2, 9, tzinfo=UTC), "HOUSE", datetime(2026, 4, 1, 9, tzinfo=UTC)),
    ],
)
def test_the_clock_is_the_laws_of_that_day(country: str, region: str, on: datetime, code: str, due: datetime) -> None:
    found = clocks.clock_for(country, region, on.date())
    assert (found.code, found.span.after(on)) == (code, due)
    assert found.citation


def take_down(shop: Shop, **told: Any) -> Any:
    browser = shop.house.browser(Role.COMPLIANCE_OFFICER)
    return browser.post("/api/rights/requests", {"number": "+12025550102", **told}, content_type=JSON)


def test_the_most_overdue_stands_on_top_and_a_letters_clock_runs_from_when_it_came(shop: Shop, clock: Clock) -> None:
    for kind, days in (("access", 1), ("correction", 60), ("erasure", 46), ("objection", 90)):
        answer = take_down(shop, kind=kind, received_at=(NOW - timedelta(days=days)).isoformat())
        assert answer.status_code == 201, answer.content
    assert take_down(shop, kind="access", received_at=(NOW + timedelta(days=1)).isoformat()).status_code == 422
    rows = shop.house.browser(Role.COMPLIANCE_OFFICER).get("/api/rights/requests?state=waiting").json()
    assert [(row["kind"], row["overdue"], row["clock"]) for row in rows] == [
        ("correction", True, "US-HOUSE"),
        ("erasure", True, "US-HOUSE"),
        ("access", False, "US-HOUSE"),
    ]
    with shop.open():
        assert Suppression.objects.get().source == "objection", "an objection is a stop, at once"


def test_nothing_is_granted_without_a_proof_or_decided_without_a_reason_or_twice(shop: Shop) -> None:
    officer = shop.house.browser(Role.COMPLIANCE_OFFICER)
    opened = take_down(shop, kind="access").json()
    path = f"/api/rights/requests/{opened['request']['id']}"

    def ask(what: str, **told: Any) -> Any:
        return officer.post(f"{path}/{what}", told, content_type=JSON)

    assert ask("decision", grant=True, reason=" ").status_code == 422
    assert ask("decision", grant=True, reason="fine").json()["code"] == "number_not_proven"
    assert ask("proof", reason="showed the contract").json()["proven"] is True
    first = opened["request"]["due_at"]
    longer = ask("extension", reason="three archives").json()
    assert (longer["may_extend"], longer["due_at"] > first) == (False, True)
    assert ask("extension", reason="again").status_code == 409
    assert ask("decision", grant=True, reason="theirs", answer="Here it is.").json()["state"] == "done"
    assert ask("decision", grant=False, reason="no").json()["code"] == "rights_request_decided"
    found = stranger().post(at(shop, "/receipt"), {"receipt": opened["receipt"], "number": "+12025550102"})
    assert "this receipt is about this number" in found.content.decode()
    for role in (Role.AGENT, Role.SUPERVISOR, Role.LIST_MANAGER, Role.CAMPAIGN_MANAGER):
        assert shop.house.browser(role).get("/api/rights/requests").status_code == 403
