"""``lawful_until`` and ``next_lawful`` in Canada and Britain, where other things move with the clock.

A province's holidays, a contract's end, a stop's term; since when a number is listed, a rest after an abandoned call.
"""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.compliance.rulebook import Rulebook
from ahize.kernel.plain_yaml import read_yaml
from ahize.kernel.windows import add_months
from compliance._lawyer_cases import LAW
from compliance._oracle import QUARTER, check_the_clock

BOOK = Rulebook.load()
CANADA = read_yaml((LAW / "ca" / "federal.cases.yaml").read_text("utf-8"))["situations"]
BRITAIN = read_yaml((LAW / "gb" / "national.cases.yaml").read_text("utf-8"))["situations"]
LOOK_AHEAD = timedelta(days=2)
PLACES = [
    ("CA-ON", ["America/Toronto"]),
    ("CA-ON", ["America/Toronto", "America/Winnipeg"]),
    ("CA-BC", ["America/Vancouver"]),
    ("CA-NL", ["America/St_Johns"]),
]


def days(low: int, high: int) -> st.SearchStrategy[timedelta]:
    return st.integers(low, high).map(timedelta)


def quarters(low: int, high: int) -> st.SearchStrategy[timedelta]:
    return st.integers(low, high).map(lambda n: n * QUARTER)


def with_consents(consent: dict[str, Any], at: datetime, draw: st.DrawFn) -> list[dict[str, Any]]:
    if not draw(st.booleans()):
        return []
    return [{**consent, "given_at": (at + draw(quarters(-40, 12))).isoformat()}]


@st.composite
def calls_to_canada(draw: st.DrawFn) -> dict[str, Any]:
    facts = copy.deepcopy(CANADA["sale"])
    start = draw(st.sampled_from([datetime(2026, 11, 10, 12, tzinfo=UTC), datetime(2026, 3, 7, 6, tzinfo=UTC)]))
    at = start + draw(quarters(0, 4 * 30))
    today = at.date()
    region, zones = draw(st.sampled_from(PLACES))
    facts |= {"at": at.isoformat(), "method": draw(st.sampled_from(["manual", "ai_voice"]))}
    facts["callee"] |= {"regions": [region], "zones": zones}
    facts["caller"]["registrations"] = ["CA-DNCL", "CA-BC"]
    facts["number"].pop("reassigned_checked_on")
    version = today - draw(days(29, 33))
    facts["registries"]["CA-DNCL"] = {"listed": draw(st.booleans()), "version_on": version.isoformat()}
    if draw(st.booleans()):
        ended = add_months(today, -18) + draw(days(-1, 3))
        contract = {"kind": "contract", "principal": "acme", "last_on": "2020-01-01", "ended_on": ended.isoformat()}
        facts["relationships"] = [contract]
    if draw(st.booleans()):
        said = datetime.combine(add_months(today, -36), datetime.min.time(), UTC) - draw(days(12, 16))
        said += draw(quarters(0, 95))
        facts["suppressions"] = [{"scope": "principal", "principal": "acme", "at": said.isoformat()}]
    if draw(st.booleans()):
        offered = at - timedelta(days=30) + draw(quarters(-4, 4 * 40))
        facts["history"]["attempts"] = [
            {"at": offered.isoformat(), "principal": "acme", "channel": "voice", "product": "kitchenware"}
        ]
    consent = CANADA["agreed recorded sale"]["set"]["consents"][0]
    facts["consents"] = with_consents(consent, at, draw)
    return facts


@st.composite
def calls_to_britain(draw: st.DrawFn) -> dict[str, Any]:
    facts = copy.deepcopy(BRITAIN["sale"])
    start = draw(st.sampled_from([datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 3, 28, 18, tzinfo=UTC)]))
    at = start + draw(quarters(0, 4 * 30))
    today = at.date()
    facts |= {"at": at.isoformat(), "method": draw(st.sampled_from(["manual", "predictive", "prerecorded"]))}
    listing = {
        "listed": draw(st.booleans()),
        "listed_on": (today - draw(days(25, 29))).isoformat(),
        "version_on": (today - draw(days(26, 29))).isoformat(),
    }
    facts["registries"] = {"GB-TPS": listing}
    abandoned = at - timedelta(hours=72) + draw(quarters(-4, 4 * 40))
    facts["history"]["abandoned"] = [{"at": abandoned.isoformat()}] if draw(st.booleans()) else []
    consent = BRITAIN["agreed sale"]["set"]["consents"][0]
    facts["consents"] = with_consents(consent, at, draw)
    return facts


@st.composite
def texts_of_charities(draw: st.DrawFn) -> dict[str, Any]:
    facts = copy.deepcopy(BRITAIN["sale"]) | {"channel": "sms", "method": "bulk", "purpose": "fundraising"}
    facts["principal"] |= {"org_type": "charity", "registered_charity_in": ["GB"]}
    at = datetime(2026, 2, 3, 12, tzinfo=UTC) + draw(quarters(0, 4 * 48))
    facts |= {"at": at.isoformat(), "registries": {}}
    gave = date(2026, 2, 3) + draw(days(-2, 3))
    facts["relationships"] = [
        {"kind": "donation", "principal": "acme", "last_on": gave.isoformat(), "opt_out_offered": True}
    ]
    return facts


@settings(max_examples=50, deadline=None)
@given(given_facts=st.one_of(calls_to_canada(), calls_to_britain(), texts_of_charities()))
def test_the_clock_alone_changes_the_answer_just_when_the_ruling_says(given_facts: dict[str, Any]):
    check_the_clock(BOOK, given_facts, LOOK_AHEAD)
