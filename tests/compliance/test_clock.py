"""``lawful_until`` and ``next_lawful`` against a slow oracle that decides again every quarter of an hour."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.compliance.rulebook import Rulebook
from ahize.kernel.plain_yaml import read_yaml
from compliance._lawyer_cases import LAW
from compliance._oracle import QUARTER, check_the_clock

BOOK = Rulebook.load()
SALE = read_yaml((LAW / "us" / "federal.cases.yaml").read_text("utf-8"))["situations"]["sale"]
LOOK_AHEAD = timedelta(days=3)
STARTS = [
    datetime(2026, 11, 23, tzinfo=UTC),
    datetime(2026, 3, 7, 12, tzinfo=UTC),
    datetime(2026, 10, 31, 6, tzinfo=UTC),
]
ZONES = ["America/New_York", "America/Chicago", "America/Phoenix", "Pacific/Honolulu", "America/Anchorage"]


def quarters(low: int, high: int) -> st.SearchStrategy[timedelta]:
    return st.integers(low, high).map(lambda n: n * QUARTER)


@st.composite
def situations(draw: st.DrawFn) -> dict[str, Any]:
    facts = copy.deepcopy(SALE)
    at = draw(st.sampled_from(STARTS)) + draw(quarters(0, 4 * 36))
    day = at.date()
    facts["at"] = at.isoformat()
    facts["method"] = draw(st.sampled_from(["manual", "prerecorded", "ai_voice"]))
    selling = draw(st.booleans())
    facts["purpose"], facts["promotes"] = ("sales", True) if selling else ("service", False)
    facts["callee"]["zones"] = draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True))
    facts["number"]["line_type"] = draw(st.sampled_from(["fixed", "mobile"]))
    facts["number"]["ported_on"] = (day - timedelta(days=draw(st.integers(11, 17)))).isoformat()
    facts["number"]["reassigned_checked_on"] = (day - timedelta(days=draw(st.integers(26, 31)))).isoformat()
    facts["registries"]["US-FTC"] = {
        "listed": draw(st.booleans()),
        "version_on": (day - timedelta(days=draw(st.integers(27, 32)))).isoformat(),
    }
    if draw(st.booleans()):
        bought = at - timedelta(days=draw(st.sampled_from([30, 545, 546, 547, 548, 549, 550])))
        facts["relationships"] = [{"kind": "purchase", "principal": "acme", "last_on": bought.date().isoformat()}]
    facts["consents"] = [draw(consents(at)) for _ in range(draw(st.integers(0, 2)))]
    facts["history"]["attempts"] = [
        {
            "at": (at - timedelta(days=30) + draw(quarters(-8, 4 * 60)) - QUARTER / 3).isoformat(),
            "principal": "acme",
            "channel": "voice",
            "prerecorded": True,
        }
        for _ in range(draw(st.integers(0, 4)))
    ]
    return facts


@st.composite
def consents(draw: st.DrawFn, at: datetime) -> dict[str, Any]:
    given_at = at + draw(quarters(-40, 8))
    consent: dict[str, Any] = {
        "form": "esign",
        "level": draw(st.sampled_from(["invitation", "express", "express_written"])),
        "principal": "acme",
        "channels": ["voice"],
        "methods": ["live", "automated", "ai"],
        "purposes": ["sales"],
        "given_at": given_at.isoformat(),
        "number": "+13045550118",
        "signed": True,
        "conditional": False,
        "proof_kept": True,
    }
    if draw(st.booleans()):
        consent["until"] = (at + draw(quarters(-4, 4 * 50))).isoformat()
    if draw(st.booleans()):
        consent["revoked_at"] = (at + draw(quarters(-4, 4 * 50))).isoformat()
    if draw(st.booleans()):
        hour = draw(st.integers(0, 22))
        on = (at + timedelta(days=draw(st.integers(-1, 2)))).date().isoformat()
        consent["window"] = {"from": f"{hour:02}:00", "to": f"{hour + 1:02}:30"[:5], "on": on}
    return consent


@settings(max_examples=75, deadline=None)
@given(given_facts=situations())
def test_the_clock_alone_changes_the_answer_just_when_the_ruling_says(given_facts):
    check_the_clock(BOOK, given_facts, LOOK_AHEAD)
