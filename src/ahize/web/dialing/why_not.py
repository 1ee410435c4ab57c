"""Of N contacts, how many can be called now, and the first reason for each of the rest.

The counts sum to N. Reasons of the house come first (done, in hand, not due…), then the first of the ruling's, decided
by the same lines as clearance over the same facts; contacts whose facts differ in nothing a rule can see are ruled on
once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from ahize.compliance.explain import unknown
from ahize.compliance.ruling import Ruling
from ahize.web.campaigns.models import Campaign, CampaignState
from ahize.web.dialing.facts import Subject, gather
from ahize.web.dialing.lawful import access_campaign, bar_sentence, language, method_of
from ahize.web.dialing.sheet import Sheet
from ahize.web.dialing.stock import OF_THE_LAW

CHUNK = 5_000
CALLABLE = "callable"

# Plain reads put together here: one statement with every join is planned badly while a fresh import has no statistics.
_CONTACTS = """
    SELECT id FROM contacts_contact WHERE list_id = %s AND erased_at IS NULL ORDER BY "row" """
_LISTS = """
    SELECT cl.list_id FROM campaigns_campaignlist cl
    JOIN contacts_contactlist l ON l.id = cl.list_id AND l.state = 'published'
    WHERE cl.campaign_id = %s ORDER BY cl.position"""
_DUE = """
    SELECT contact_id, done, done_reason, leased_until IS NOT NULL, due_at, attempts, phone_position
    FROM dialing_due WHERE campaign_id = %s"""
_LIVE = "SELECT contact_id FROM dialing_attempt WHERE live"
_PROMISES = "SELECT contact_id, at FROM dialing_callback WHERE campaign_id = %s AND state = 'waiting'"
_PHONES = """
    SELECT contact_id, id, position, state, do_not_dial FROM contacts_phone WHERE contact_id = ANY(%s)
    ORDER BY position"""

NEVER_DUE = (False, "", False, None, 0, 0)
"""A contact without a due row: the campaign was never started with its list."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one contact stands in the campaign, before any ruling. ``phone`` is the one that would be dialled now."""

    contact: UUID
    done: bool
    done_reason: str
    leased: bool
    due_at: datetime | None
    attempts: int
    live: bool
    promised_at: datetime | None
    phone: UUID | None
    phone_state: str


@dataclass(slots=True)
class Pile:
    """The contacts under one reason."""

    code: str
    sentence: str
    contacts: list[UUID] = field(default_factory=list)


def panel(campaign_id: UUID, *, sample: int, now: datetime, as_if_running: bool = False) -> dict[str, Any]:
    """The panel as ``WhyNotOut`` says."""
    campaign = access_campaign(campaign_id)
    piles = sort(campaign, now, as_if_running=as_if_running)
    reasons = [
        {"code": pile.code, "count": len(pile.contacts), "sentence": pile.sentence, "sample": pile.contacts[:sample]}
        for pile in sorted(piles.values(), key=lambda pile: (-len(pile.contacts), pile.code))
        if pile.code != CALLABLE
    ]
    able = len(piles[CALLABLE].contacts) if CALLABLE in piles else 0
    return {
        "campaign": campaign.pk,
        "at": now,
        "total": sum(len(pile.contacts) for pile in piles.values()),
        "callable": able,
        "reasons": reasons,
    }


def sort(campaign: Campaign, now: datetime, *, as_if_running: bool = False) -> dict[str, Pile]:
    """Every contact of the campaign's lists under its first reason, or ``callable``."""
    piles: dict[str, Pile] = {}

    def put(code: str, sentence: str, contact: UUID) -> None:
        piles.setdefault(code, Pile(code, sentence)).contacts.append(contact)

    ask: list[tuple[UUID, UUID, bool]] = []
    reasons = _reasons()
    for one in _standings(campaign):
        code = _of_the_house(campaign, one, now, as_if_running=as_if_running)
        if code is not None:
            put(code, reasons[code.split("_", 1)[0] if code.startswith(("campaign_", "phone_")) else code], one.contact)
        elif one.phone is not None:
            ask.append((one.contact, one.phone, one.done))
    for contact, ruling, was_done in _rulings(campaign, ask, now, as_if_running=as_if_running):
        code, sentence = first_reason(ruling)
        if code == CALLABLE and was_done:
            code, sentence = "barred_before", _("Barred earlier; asked again when the campaign is started again")
        put(code, sentence, contact)
    return piles


def _standings(campaign: Campaign) -> Iterator[Standing]:
    """Every contact of the campaign's lists, in dialing order."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [campaign.pk])
        due = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_LIVE)
        live = {row[0] for row in cursor.fetchall()}
        cursor.execute(_PROMISES, [campaign.pk])
        promises = dict(cursor.fetchall())
        cursor.execute(_LISTS, [campaign.pk])
        for (kept,) in cursor.fetchall():
            cursor.execute(_CONTACTS, [kept])
            contacts = [row[0] for row in cursor.fetchall()]
            for start in range(0, len(contacts), CHUNK):
                chunk = contacts[start : start + CHUNK]
                cursor.execute(_PHONES, [chunk])
                phones: dict[UUID, list[tuple[Any, ...]]] = {}
                for row in cursor.fetchall():
                    phones.setdefault(row[0], []).append(row[1:])
                for contact in chunk:
                    done, why_done, leased, due_at, attempts, position = due.get(contact, NEVER_DUE)
                    phone, state = _phone(phones.get(contact, []), position)
                    yield Standing(
                        contact=contact,
                        done=done,
                        done_reason=why_done,
                        leased=leased,
                        due_at=due_at,
                        attempts=attempts,
                        live=contact in live,
                        promised_at=promises.get(contact),
                        phone=phone,
                        phone_state=state,
                    )


def _phone(phones: Sequence[tuple[Any, ...]], position: int) -> tuple[UUID | None, str]:
    """The phone that a lease would choose (``leases.py``), else None and the state of the first."""
    usable = [phone for phone in phones if phone[2] == "usable" and not phone[3]]
    if usable:
        return next((phone[0] for phone in usable if phone[1] >= position), usable[0][0]), "usable"
    return None, next((phone[2] for phone in phones if phone[2] != "usable"), "usable" if phones else "")


def _of_the_house(campaign: Campaign, one: Standing, now: datetime, *, as_if_running: bool) -> str | None:
    """The first reason that needs no ruling, as a code, or None."""
    if campaign.state != CampaignState.RUNNING and not as_if_running:
        return f"campaign_{campaign.state}"
    legal = one.done and (one.done_reason in OF_THE_LAW or one.done_reason.startswith("unknown "))
    no_phone = {"": "no_phone", "usable": "do_not_dial"}.get(one.phone_state, f"phone_{one.phone_state}")
    reasons = (
        ("max_attempts", one.done and one.done_reason == "max_attempts"),
        ("done", one.done and not legal),
        ("in_call", one.live),
        ("leased", one.leased),
        ("callback", one.promised_at is not None and one.promised_at > now),
        ("not_due", one.due_at is not None and one.due_at > now and not one.done),
        ("max_attempts", one.attempts >= campaign.max_attempts),
        (no_phone, one.phone is None),
    )
    return next((code for code, holds in reasons if holds), None)


def _reasons() -> dict[str, str]:
    """The house's reasons as sentences."""
    return {
        "campaign": _("The campaign does not run"),
        "max_attempts": _("All attempts are used up"),
        "done": _("Finished in this campaign"),
        "in_call": _("In a call, or just being dialled"),
        "leased": _("In the hopper"),
        "callback": _("A callback is promised for later"),
        "not_due": _("Due again later"),
        "no_phone": _("No telephone number"),
        "do_not_dial": _("The list says: do not dial this number"),
        "phone": _("No phone that may be dialled"),
    }


def _rulings(
    campaign: Campaign, ask: Sequence[tuple[UUID, UUID, bool]], now: datetime, *, as_if_running: bool
) -> Iterator[tuple[UUID, Ruling, bool]]:
    was_done = {phone: done for _contact, phone, done in ask}
    asked = [(contact, phone) for contact, phone, _done in ask]
    sheet = _sheet(campaign, asked, now, as_if_running=as_if_running, ahead=False)
    for subject, ruling in zip(sheet.subjects, sheet.rulings(now), strict=True):
        yield subject.contact, ruling, was_done[subject.phone]


def sheet_of(campaign: Campaign, now: datetime) -> Sheet:
    """Every contact that the campaign is not finished with, as if it ran, with the phone that would be dialled."""
    ask = []
    for one in _standings(campaign):
        code = _of_the_house(campaign, one, now, as_if_running=True)
        if one.phone is not None and code not in ("done", "max_attempts"):
            ask.append((one.contact, one.phone))
    return _sheet(campaign, ask, now, as_if_running=True, ahead=True)


def sample_of(campaign: Campaign, now: datetime, *, due_before: datetime, most: int) -> tuple[Sheet, list[int], int]:
    """Up to ``most`` contacts whose turn may come before then, evenly from the whole list, as if the campaign ran.

    Answers with their sheet, how often each was tried before, and of how many they are a part.
    """
    ask = []
    for one in _standings(campaign):
        code = _of_the_house(campaign, one, now, as_if_running=True)
        in_time = one.done or one.due_at is None or one.due_at < due_before
        if one.phone is not None and in_time and code not in ("done", "max_attempts"):
            ask.append((one.contact, one.phone, one.attempts))
    step = max(1.0, len(ask) / most)
    part = [ask[int(place * step)] for place in range(min(most, len(ask)))]
    sheet = _sheet(campaign, [row[:2] for row in part], now, as_if_running=True, ahead=True)
    return sheet, [tries for _, _, tries in part], len(ask)


def _sheet(
    campaign: Campaign, ask: Sequence[tuple[UUID, UUID]], now: datetime, *, as_if_running: bool, ahead: bool
) -> Sheet:
    sheet = Sheet(method_of(campaign), ahead=ahead)
    for start in range(0, len(ask), CHUNK):
        subjects = [Subject(campaign.pk, contact, phone, sheet.method) for contact, phone in ask[start : start + CHUNK]]
        gathered = gather(subjects, now)
        if as_if_running:
            gathered.terms[campaign.pk] = replace(gathered.terms[campaign.pk], state="running")
        sheet.add(gathered, subjects)
    return sheet


def first_reason(ruling: Ruling) -> tuple[str, str]:
    """The first reason of a ruling as a code and a sentence; ``callable`` where there is none."""
    if ruling.is_allowed:
        return CALLABLE, ""
    lawless = [name for name in ruling.unknown if name.startswith("law.")]
    if lawless:
        return lawless[0], unknown(lawless[0], language(), off=lawless[0] in ruling.off)
    if "callee.zones" in ruling.unknown:
        return "unknown.callee.zones", unknown("callee.zones", language())
    if ruling.bars:
        return ruling.bars[0].ground, bar_sentence(ruling.bars[0])
    return f"unknown.{ruling.unknown[0]}", unknown(ruling.unknown[0], language())
