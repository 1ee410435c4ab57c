"""Whatever facts are given, they are decided or refused with a field's name; never anything else."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.compliance import facts as words
from ahize.compliance.explain import explain
from ahize.compliance.facts import BadFacts, CallFacts
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import Ruling

BOOK = Rulebook.load()
NUMBER = "+16145550118"
sellers = st.sampled_from(["acme", "other"])
flags = st.booleans()
days = st.sampled_from(
    ["1991-02-28", "2003-10-01", "2024-02-29", "2025-05-24", "2026-10-23", "2026-11-20", "2026-11-30"]
)
instants = st.sampled_from(
    [
        "2003-09-30T23:59:59-04:00",
        "2026-01-15T16:00:00Z",
        "2026-11-01T05:30:00Z",
        "2026-11-23T15:00:00Z",
        "2027-03-14T07:00:00Z",
    ]
)


def of(known: frozenset[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(known))


def sets(known: frozenset[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(of(known), max_size=3)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with any of the fields, each perhaps null."""
    return st.fixed_dictionaries({}, optional={name: st.none() | field for name, field in fields.items()})


hours = st.sampled_from(["00:00", "08:00", "21:00", "23:30", "24:00"])
consents = some(
    form=of(words.CONSENT_FORMS),
    level=of(words.CONSENT_LEVELS),
    principal=sellers,
    channels=sets(words.CHANNELS),
    methods=sets(words.CONSENT_METHODS),
    purposes=sets(words.PURPOSES),
    given_at=instants,
    until=instants,
    revoked_at=instants,
    number=st.sampled_from([NUMBER, "+16145550119"]),
    signed=flags,
    conditional=flags,
    proof_kept=flags,
    flaws=sets(words.FLAWS),
    window=some(**{"from": hours.filter(lambda hour: hour != "24:00"), "to": hours, "on": days}),
)
any_facts = some(
    at=instants,
    channel=of(words.CHANNELS),
    method=of(words.METHODS),
    purpose=of(words.PURPOSES),
    promotes=flags,
    caller=some(
        country=st.sampled_from(["US", "CA", "GB", "IN"]),
        role=of(words.ROLES),
        registrations=st.lists(
            st.sampled_from(["US-FTC-SAN", "CA-DNCL", "CA-BC", "GB-FCA", "IN-PE", "NZ-MA"]), max_size=2
        ),
        pays_registry_for=st.lists(st.just("614"), max_size=1),
    ),
    principal=some(
        id=sellers,
        org_type=of(words.ORG_TYPES),
        sector=of(words.SECTORS),
        registered_charity_in=st.lists(st.sampled_from(["US", "CA"]), max_size=1),
    ),
    cli=some(
        e164=st.sampled_from([NUMBER, "+442079460500", "+911400000500"]),
        kind=of(words.CLI_KINDS),
        dialable=flags,
        rights_proven=flags,
        route_country=st.sampled_from(["US", "GB"]),
    ),
    number=some(
        e164=st.sampled_from([NUMBER, "+905550001122"]),
        line_type=of(words.LINE_TYPES),
        reassigned=st.sampled_from(["yes", "no"]),
        reassigned_checked_on=days,
        ported_on=days,
        source=st.sampled_from(["recipient", "published", "list"]),
    ),
    callee=some(
        country=st.sampled_from(["US", "US", "PR", "TR", "CA", "GB", "AT", "IN", "MX", "AU", "NZ", "JP", "BR"]),
        regions=st.lists(st.sampled_from(["US-OH", "CA-ON", "CA-BC", "GB-ENG"]), max_size=2),
        zones=st.lists(
            st.sampled_from(["America/New_York", "America/Vancouver", "Europe/London", "Etc/GMT-14"]), max_size=3
        ),
        capacity=of(words.CAPACITIES),
        member_of=st.lists(sellers, max_size=1),
        donor_of=st.lists(sellers, max_size=1),
        emergency_declared=flags,
    ),
    registries=st.dictionaries(
        st.sampled_from(["US-FTC", "US-OH", "CA-DNCL", "GB-TPS", "IN-NCPR", "MX-REUS", "AU-DNCR"]),
        some(
            listed=flags,
            listed_on=days,
            version_on=days,
            categories=st.lists(st.sampled_from(["1", "5"]), max_size=2),
            modes=st.lists(st.sampled_from(["voice", "robocall"]), max_size=2),
            bands=st.lists(st.sampled_from(["18-21", "evening"]), max_size=2),
            days=st.lists(st.sampled_from(["sun", "holiday"]), max_size=2),
        ),
        max_size=3,
    ),
    suppressions=st.lists(
        some(
            scope=st.sampled_from(["principal", "brand", "channel", "all"]),
            principal=sellers,
            channel=of(words.CHANNELS),
            at=instants,
            covers=st.sampled_from(["marketing", "everything"]),
        ),
        max_size=2,
    ),
    product=st.sampled_from(["cookware", "newspaper_subscription"]),
    relationships=st.lists(
        some(
            kind=of(words.RELATIONSHIPS),
            principal=sellers,
            last_on=days,
            ended_on=days,
            product=st.just("cookware"),
            opt_out_offered=flags,
        ),
        max_size=2,
    ),
    consents=st.lists(consents, max_size=2),
    history=some(
        attempts=st.lists(
            some(at=instants, principal=sellers, channel=of(words.CHANNELS), prerecorded=flags), max_size=4
        ),
        abandoned=st.lists(st.fixed_dictionaries({"at": instants}), max_size=1),
    ),
    data=some(notice_given=flags, source=st.just("broker"), transfer_safeguard=st.sampled_from(["none", "adequacy"])),
    abandonment=some(share=st.floats(0, 1), period_days=st.integers(0, 60)),
    setup=some(
        ring_s=st.integers(0, 60),
        message_names_caller=flags,
        opt_out_mechanism=flags,
        opt_out_prompt_s=st.integers(0, 9),
        opt_out_disconnects=flags,
        opt_out_toll_free=flags,
        abandon_message_promotes=flags,
        fax_opt_out_notice=flags,
        records_call=flags,
        numbers_from=st.sampled_from(["list", "random", "sequential"]),
        script_discloses=sets(words.DISCLOSURES),
    ),
)


@settings(max_examples=300, deadline=None)
@given(given_facts=any_facts)
def test_any_readable_facts_come_to_a_ruling_that_keeps_its_own_word(given_facts):
    facts = CallFacts.from_json(given_facts)
    ruling = BOOK.decide(facts)
    assert (ruling.verdict == "block") == bool(ruling.bars)
    assert (ruling.verdict == "allow") == (not ruling.bars and not ruling.unknown)
    assert ruling.lawful_until is None or (ruling.verdict == "allow" and ruling.lawful_until > facts.at)
    assert ruling.next_lawful is None or (ruling.verdict == "block" and ruling.next_lawful > facts.at)
    assert Ruling.from_json(json.loads(json.dumps(ruling.to_json()))) == ruling
    assert BOOK.decide(facts) == ruling
    for language in ("en", "tr"):
        assert explain(ruling, language)
    for change in (ruling.lawful_until, ruling.next_lawful):
        if change is not None:
            then = BOOK.decide(CallFacts.from_json({**given_facts, "at": change}))
            assert then.is_allowed is (ruling.verdict == "block")


anything = st.recursive(
    st.none() | flags | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
FIELDS = ["at", "channel", "caller", "callee", "number", "registries", "suppressions", "consents", "history", "setup"]


@settings(max_examples=200, deadline=None)
@given(given_facts=st.dictionaries(st.sampled_from(FIELDS), anything, max_size=4))
def test_what_cannot_be_read_is_refused_by_name(given_facts):
    field = ""
    try:
        BOOK.decide(CallFacts.from_json(given_facts))
    except BadFacts as refused:
        field = refused.path.split(".")[0].split("[")[0]
    assert field in ["", *given_facts]
