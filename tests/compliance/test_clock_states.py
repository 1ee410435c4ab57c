"""The clock in the states: barred days and holidays, days on which a law began, attempts a day, by the slow oracle."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.compliance.rulebook import Rulebook
from compliance._oracle import QUARTER, check_the_clock
from compliance.test_clock import SALE, consents, quarters

BOOK = Rulebook.load()
PLACES = {
    **dict.fromkeys(["US-PA", "US-RI", "US-FL", "US-CT", "US-ME", "US-NJ"], "America/New_York"),
    **dict.fromkeys(["US-AL", "US-LA", "US-MS", "US-TX", "US-OK"], "America/Chicago"),
    **dict.fromkeys(["US-UT", "US-SD"], "America/Denver"),
    "US-OR": "America/Los_Angeles",
    "US-AZ": "America/Phoenix",
}
LISTS = ["US-FL", "US-OK", "US-TX", "US-PA", "US-LA", "US-MS"]
STARTS = [
    datetime(2026, 11, 25, 12, tzinfo=UTC),  # the eve of Thanksgiving
    datetime(2026, 11, 27, 20, tzinfo=UTC),  # before a weekend
    datetime(2026, 10, 17, 12, tzinfo=UTC),  # the eve of Pennsylvania's Act 47
    datetime(2025, 12, 31, 12, tzinfo=UTC),  # the eve of Oregon's HB 3865
    datetime(2026, 3, 7, 12, tzinfo=UTC),
    datetime(2026, 10, 31, 6, tzinfo=UTC),
    datetime(2026, 7, 2, 12, tzinfo=UTC),
]


@st.composite
def situations(draw: st.DrawFn) -> dict[str, Any]:
    facts = copy.deepcopy(SALE)
    at = draw(st.sampled_from(STARTS)) + draw(quarters(0, 4 * 24))
    facts["at"] = at.isoformat()
    facts["method"] = draw(st.sampled_from(["manual", "manual", "prerecorded"]))
    facts["number"]["reassigned_checked_on"] = at.date().isoformat()
    facts["number"]["line_type"] = draw(st.sampled_from(["fixed", "mobile"]))
    regions = draw(st.lists(st.sampled_from(sorted(PLACES)), min_size=1, max_size=2, unique=True))
    facts["callee"] |= {"regions": regions, "zones": sorted({PLACES[region] for region in regions})}
    facts["callee"]["capacity"] = draw(st.sampled_from(["consumer", "business"]))
    facts["caller"]["registrations"] = ["US-FTC-SAN", "US-TX-ADAD", *regions]
    facts["setup"]["script_discloses"] = ["identity", "principal", "purpose", "goods", "opt_out"]
    lists = {code: {"listed": False, "version_on": at.date().isoformat()} for code in ["US-FTC", *LISTS]}
    facts["registries"] = lists
    if draw(st.booleans()):
        lists["US-PA"]["listed"] = True
        bought = at - timedelta(days=draw(st.sampled_from([30, 363, 364, 365])))
        facts["relationships"] = [{"kind": "purchase", "principal": "acme", "last_on": bought.date().isoformat()}]
    facts["consents"] = [draw(consents(at)) for _ in range(draw(st.integers(0, 2)))]
    facts["history"]["attempts"] = [
        {
            "at": (at - timedelta(days=1) + draw(quarters(-8, 4 * 22)) - QUARTER / 3).isoformat(),
            "principal": "acme",
            "channel": "voice",
            "method": "manual",
            "prerecorded": draw(st.booleans()),
            "product": "kitchenware",
        }
        for _ in range(draw(st.integers(0, 4)))
    ]
    return facts


@settings(max_examples=60, deadline=None)
@given(given_facts=situations())
def test_in_the_states_the_clock_changes_the_answer_just_when_the_ruling_says(given_facts):
    check_the_clock(BOOK, given_facts, timedelta(days=4))
