import json
from datetime import UTC, date, datetime, time

import pytest

from ahize.compliance.facts import UNKNOWN, BadFacts, CallFacts

AT = "2026-03-02T20:59:59-05:00"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ([], ""),
        ("x", ""),
        ({"at": "2026-03-02T20:59:59"}, "at"),
        ({"at": "2026-03-02"}, "at"),
        ({"at": "9999-12-31T23:59:59Z"}, "at"),
        ({"channel": "phone"}, "channel"),
        ({"method": ["manual"]}, "method"),
        ({"promotes": "yes"}, "promotes"),
        ({"promotes": 1}, "promotes"),
        ({"caller": []}, "caller"),
        ({"caller": {"registrations": "US-FTC-SAN"}}, "caller.registrations"),
        ({"caller": {"registrations": ["US-FTC-SAN", 7]}}, "caller.registrations[1]"),
        ({"principal": {"registered_charity_in": ["us"]}}, "principal.registered_charity_in[0]"),
        ({"number": {"e164": "2125550123"}}, "number.e164"),
        ({"number": {"ported_on": "2026-02-30"}}, "number.ported_on"),
        ({"number": {"ported_on": "2026-W10-1"}}, "number.ported_on"),
        ({"callee": {"zones": ["America/New York"]}}, "callee.zones[0]"),
        ({"callee": {"zones": ["../../etc/passwd"]}}, "callee.zones[0]"),
        ({"callee": {"regions": ["New York"]}}, "callee.regions[0]"),
        ({"registries": {"US-FTC": {"listed": "no"}}}, "registries.US-FTC.listed"),
        ({"registries": ["US-FTC"]}, "registries"),
        ({"suppressions": {}}, "suppressions"),
        ({"suppressions": [{"scope": "me"}]}, "suppressions[0].scope"),
        ({"consents": [{}, {"channels": ["call"]}]}, "consents[1].channels[0]"),
        ({"consents": [{"window": {"from": "6pm", "to": "19:00"}}]}, "consents[0].window.from"),
        ({"history": {"attempts": [{"at": 7}]}}, "history.attempts[0].at"),
        ({"abandonment": {"share": 3}}, "abandonment.share"),
        ({"abandonment": {"share": float("nan")}}, "abandonment.share"),
        ({"abandonment": {"period_days": 30.5}}, "abandonment.period_days"),
        ({"setup": {"ring_s": -1}}, "setup.ring_s"),
        ({"setup": {"script_discloses": ["everything"]}}, "setup.script_discloses[0]"),
    ],
)
def test_what_cannot_be_read_names_its_field_and_what_was_expected(given, path):
    with pytest.raises(BadFacts) as caught:
        CallFacts.from_json(given)
    assert caught.value.path == path
    assert caught.value.expected
    assert caught.value.message.startswith(path or "facts")


def test_absent_and_null_are_unknown_and_unknown_is_neither_true_nor_false():
    facts = CallFacts.from_json({"at": AT, "promotes": None})
    assert facts.promotes is UNKNOWN
    assert facts.callee.zones is UNKNOWN
    assert facts.suppressions is UNKNOWN
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(facts.promotes)


def test_an_empty_set_of_zones_or_regions_tells_nothing_and_an_empty_list_of_stops_tells_that_there_are_none():
    facts = CallFacts.from_json({"callee": {"zones": [], "regions": []}, "suppressions": []})
    assert facts.callee.zones is UNKNOWN
    assert facts.callee.regions is UNKNOWN
    assert facts.suppressions == ()


def test_in_a_list_item_absent_ends_mean_none_and_other_absent_fields_are_unknown():
    (consent,) = CallFacts.from_json({"consents": [{"form": "esign"}]}).consents
    assert (consent.until, consent.revoked_at, consent.window, consent.flaws) == (None, None, None, frozenset())
    assert consent.signed is UNKNOWN


def test_instants_become_utc_and_pythons_own_values_are_taken_too():
    facts = CallFacts.from_json(
        {
            "at": datetime(2026, 3, 2, 12, tzinfo=UTC),
            "number": {"ported_on": date(2026, 3, 1)},
            "caller": {"registrations": {"US-FTC-SAN"}},
            "consents": ({"window": {"from": "18:00", "to": "24:00", "on": date(2026, 3, 2)}},),
        }
    )
    assert facts.at == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert facts.number.ported_on == date(2026, 3, 1)
    assert facts.consents[0].window.opens == time(18)
    assert facts.consents[0].window.closes is None
    assert CallFacts.from_json({"at": AT}).at == datetime(2026, 3, 3, 1, 59, 59, tzinfo=UTC)


def test_fields_the_contract_does_not_have_are_left_alone():
    assert CallFacts.from_json(json.loads('{"weather": "fair", "callee": {"shoe_size": 43}}')) == CallFacts.from_json(
        {}
    )
