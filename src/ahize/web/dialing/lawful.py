"""May we call? The rulebook asked for people: facts as they come, a contact, a bare number, a time to promise.

Answers with the ruling and its sentences and writes nothing; clearance asks again, under lock, when it matters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ahize.compliance.again import law_ruling as rule
from ahize.compliance.explain import Language, because, explain
from ahize.compliance.facts import CallFacts
from ahize.compliance.ruling import Bar, Ruling
from ahize.kernel.errors import BadInput, NotFound
from ahize.kernel.phone import PhoneNumber
from ahize.web.campaigns.models import Campaign
from ahize.web.consents import on_record
from ahize.web.contacts.models import Phone, PhoneState
from ahize.web.contacts.whereabouts import whereabouts
from ahize.web.dialing import typed
from ahize.web.dialing.facts import Gathered, Person, Subject, decide, gather
from ahize.web.dialing.models import Attempt, Seat
from ahize.web.dialing.schemas import MayWeIn
from ahize.web.permissions import Person as Asker
from ahize.web.policies import queries as policies

SLOT = timedelta(minutes=30)
FIRST_SLOT, LAST_SLOT = time(7), time(22)
METHOD_OF_MODE = {
    "manual": "manual",
    "preview": "preview",
    "progressive": "progressive",
    "ratio": "predictive",
    "predictive": "predictive",
    "broadcast": "prerecorded",
}


def method_of(campaign: Campaign) -> str:
    """How the law calls the way in which this campaign dials."""
    return "ai_voice" if campaign.mode == "broadcast" and campaign.ai_voice else METHOD_OF_MODE[campaign.mode]


def rule_on(given: Mapping[str, Any]) -> dict[str, Any]:
    """The contract of ``law/facts.md``: ``{"id", "facts"}`` in, the ruling and its sentences out."""
    facts = given.get("facts")
    if not isinstance(facts, Mapping):
        raise BadInput(_("Write the facts as an object under “facts”."), field="facts", code="no_facts")
    ruling = _strictly(facts)
    return {"id": given.get("id"), **ruling.to_json(), "sentences": sentences(ruling)}


def _strictly(facts: Mapping[str, Any]) -> Ruling:
    """As ``rule``, but what cannot be read is the asker's to correct."""
    return policies.rulebook().decide(CallFacts.from_json(facts))


def may_we_call(asked: MayWeIn, *, now: datetime) -> dict[str, Any]:
    """The ruling on a contact of ours, or on a bare number, for a campaign."""
    campaign = access_campaign(asked.campaign)
    if (asked.contact is None) == (asked.number is None):
        raise BadInput(_("Give a contact or a number: one of them."), field="contact")
    at = asked.at or now
    phone = _phone_of(asked.contact) if asked.contact else _known_phone(campaign, str(asked.number), asked.region)
    if isinstance(phone, Phone):
        subject = Subject(campaign.pk, phone.contact_id, phone.pk, method_of(campaign))
        gathered = gather([subject], now)
        ruling = decide(gathered, subject, at)
        facts = gathered.facts(subject, at)
    else:
        gathered, subject = _nobodys(campaign, phone, now)
        facts = gathered.facts(subject, at)
        ruling = rule(gathered.book, facts)
    return {**ruling.to_json(), "sentences": sentences(ruling), "facts": facts}


def slots(
    person: Asker, contact_id: UUID, *, on: date, campaign_id: UUID | None, now: datetime
) -> list[dict[str, Any]]:
    """Half hours of that day on the person's own clock, each lawful for a promised call or with the reason why not."""
    phone = _phone_of(contact_id)
    campaign = access_campaign(campaign_id) if campaign_id else _campaign_of(person, contact_id)
    zones = phone.zones
    clock = ZoneInfo(zones[0]) if zones else ZoneInfo("UTC")
    subject = Subject(campaign.pk, phone.contact_id, phone.pk, "preview")
    gathered = gather([subject], now)
    at = datetime.combine(on, FIRST_SLOT, clock)
    found = []
    while at.timetz() <= datetime.combine(on, LAST_SLOT, clock).timetz() and at.date() == on:
        because = _why_not(gathered, subject, at, now)
        found.append({"at": at, "local_time": at.isoformat(), "lawful": not because, "because": because})
        at += SLOT
    return found


def why_not_at(campaign: Campaign, phone: Phone, at: datetime, *, now: datetime) -> str:
    """Why a call cannot be promised for then, as a sentence; empty where it can."""
    subject = Subject(campaign.pk, phone.contact_id, phone.pk, "preview")
    return _why_not(gather([subject], now), subject, at, now)


def _why_not(gathered: Gathered, subject: Subject, at: datetime, now: datetime) -> str:
    """Only what the clock decides counts against a promise: whatever else bars today may have changed by then."""
    if at <= now:
        return _("This time is over.")
    ruling = decide(gathered, subject, at)
    by_clock = [bar for bar in ruling.bars if bar.ground in ("hours", "day", "holiday", "campaign_hours")]
    if by_clock:
        return bar_sentence(by_clock[0])
    if "callee.zones" in ruling.unknown:
        return _("The person's time zone is not known.")
    return ""


def language() -> Language:
    """The reader's language, as the rulebook knows it."""
    return "tr" if (get_language() or "").startswith("tr") else "en"


def sentences(ruling: Ruling, *, zone: str | None = None) -> list[str]:
    """The ruling as a person would say it, in the reader's language."""
    law = replace(ruling, bars=tuple(bar for bar in ruling.bars if bar.rule not in HOUSE))
    said = explain(law, language(), zone=zone)
    return [said[0], *(bar_sentence(bar) for bar in ruling.bars if bar.rule in HOUSE), *said[1:]]


def bar_sentence(bar: Bar) -> str:
    """Why one rule bars: the law's sentence, or the house's."""
    return str(HOUSE[bar.rule]) if bar.rule in HOUSE else because(bar, language())


HOUSE = {
    "AHIZE-CAMPAIGN": gettext_lazy("The campaign does not run."),
    "AHIZE-LIST": gettext_lazy("The contact's list is not in use."),
    "AHIZE-PHONE": gettext_lazy("This phone is not marked as usable."),
    "AHIZE-HOURS": gettext_lazy("It is outside the campaign's own hours where the person is."),
    "AHIZE-RINGING": gettext_lazy("It would still ring when the lawful time ends."),
    "AHIZE-NUMBER": gettext_lazy("The contact's number changed since it was taken from the list."),
    "AHIZE-CALLER-ID": gettext_lazy("The campaign has no caller ID."),
    "AHIZE-LIVE": gettext_lazy("This contact or number is in another call."),
}
"""The house's own bars by rule; the law's sentences stand with the law."""


def access_campaign(campaign_id: UUID) -> Campaign:
    """The campaign, or a problem 404."""
    found = Campaign.objects.select_related("seller", "caller_id").filter(pk=campaign_id).first()
    if found is None:
        raise NotFound(_("There is no such campaign."), code="no_campaign")
    return found


def _campaign_of(person: Asker, contact_id: UUID) -> Campaign:
    """The campaign in which the asker last spoke to this contact, else the seat's."""
    last = Attempt.objects.filter(contact_id=contact_id, agent_id=person.id).order_by("-at").first()
    seat = Seat.objects.filter(user_id=person.id).first()
    campaign = last.campaign_id if last else (seat.wanted_id if seat else None)
    if campaign is None:
        raise BadInput(_("Say for which campaign."), field="campaign")
    return access_campaign(campaign)


def _phone_of(contact_id: UUID) -> Phone:
    """The phone that would be dialled, else the first."""
    phones = list(Phone.objects.filter(contact_id=contact_id).order_by("position"))
    if not phones:
        raise NotFound(_("There is no such contact, or it has no telephone number."), code="no_contact")
    return next((phone for phone in phones if phone.state == PhoneState.USABLE and not phone.do_not_dial), phones[0])


def _known_phone(campaign: Campaign, number: str, region: str | None) -> Phone | str:
    """The seller's phone row with this number, or the number itself in E.164."""
    found = typed.read(number, (region or campaign.seller.country).upper()).number
    known = Phone.objects.filter(e164=found.e164, contact__seller_id=campaign.seller_id, contact__erased_at=None)
    return known.order_by("contact__created_at").first() or found.e164


def _nobodys(campaign: Campaign, e164: str, now: datetime) -> tuple[Gathered, Subject]:
    """Facts of a number nobody of ours has: only what the number and the records say."""
    zones, regions, country = whereabouts(PhoneNumber(e164))
    nobody = UUID(int=0)
    subject = Subject(campaign.pk, nobody, nobody, method_of(campaign))
    gathered = gather([subject], now)
    gathered.people[nobody] = Person(
        contact=nobody,
        phone=nobody,
        e164=e164,
        line_type="",
        zones=tuple(zones),
        regions=tuple(regions),
        phone_state=PhoneState.USABLE,
        do_not_dial=False,
        reassigned="",
        reassigned_checked_on=None,
        country=country,
        region="",
        capacity="",
        erased=False,
        list_state="published",
        source="",
        notice_given=None,
        seller=campaign.seller_id,
    )
    gathered.records[campaign.seller_id, e164] = on_record.facts_for(campaign.seller_id, [e164])[e164]
    return gathered, subject
