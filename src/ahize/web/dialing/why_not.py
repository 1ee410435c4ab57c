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

from ahize.compliance.ruling import Ruling
from ahize.kernel.phone import calling_code
from ahize.web.campaigns.models import Campaign, CampaignState
from ahize.web.dialing.chain import canonical
from ahize.web.dialing.facts import Gathered, Subject, decide, gather, rule
from ahize.web.dialing.lawful import METHOD_OF_MODE, access_campaign

CHUNK = 5_000
CALLABLE = "callable"

_ROWS = """
    SELECT c.id, d.done, d.done_reason, d.leased_until IS NOT NULL, d.due_at, coalesce(d.attempts, 0),
           EXISTS (SELECT FROM dialing_attempt a WHERE a.contact_id = c.id AND a.live), p.id,
           (SELECT min(ph.state) FROM contacts_phone ph WHERE ph.contact_id = c.id),
           (SELECT min(cb.at) FROM dialing_callback cb WHERE cb.campaign_id = cl.campaign_id AND cb.contact_id = c.id
            AND cb.state = 'waiting')
    FROM campaigns_campaignlist cl
    JOIN contacts_contactlist l ON l.id = cl.list_id AND l.state = 'published'
    JOIN contacts_contact c ON c.list_id = l.id AND c.erased_at IS NULL
    LEFT JOIN dialing_due d ON d.campaign_id = cl.campaign_id AND d.contact_id = c.id
    LEFT JOIN LATERAL (
        SELECT ph.id FROM contacts_phone ph
        WHERE ph.contact_id = c.id AND ph.state = 'usable' AND NOT ph.do_not_dial
        ORDER BY ph.position < coalesce(d.phone_position, 0), ph.position LIMIT 1
    ) p ON true
    WHERE cl.campaign_id = %s ORDER BY cl.position, c."row" """

OF_THE_LAW = frozenset(
    {
        *("hours", "day", "holiday", "registry", "registry_stale", "registry_unpaid", "suppression", "consent_missing"),
        *("consent_revoked", "consent_scope", "consent_form", "consent_unregistered", "frequency", "method"),
        *("line_type", "purpose", "sector", "caller_id", "registration", "abandonment", "ring_time", "disclosure"),
        *("recording", "reassigned", "emergency", "protected_person", "data_protection", "barred", "campaign_hours"),
        *("campaign_state", "list_state", "phone_state", "in_call", "number_changed", "suppressed", "no_usable_phone"),
    }
)
"""Why a due row may be done without an outcome: clearance said so then. What it would say now is asked again."""


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

    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [campaign.pk])
        rows = cursor.fetchall()
    ask: list[tuple[UUID, UUID, bool]] = []
    for row in rows:
        contact, phone = row[0], row[7]
        reason = _of_the_house(campaign, row, now, as_if_running=as_if_running)
        if reason is not None:
            put(*reason, contact)
        else:
            ask.append((contact, phone, bool(row[1])))
    for contact, ruling, was_done in _rulings(campaign, ask, now, as_if_running=as_if_running):
        code, sentence = first_reason(ruling)
        if code == CALLABLE and was_done:
            code, sentence = "barred_before", _("Barred earlier; asked again when the campaign is started again")
        put(code, sentence, contact)
    return piles


def _of_the_house(
    campaign: Campaign, row: Sequence[Any], now: datetime, *, as_if_running: bool
) -> tuple[str, str] | None:
    """The first reason that needs no ruling, or None."""
    _contact, done, done_reason, leased, due_at, attempts, live, phone, worst_state, promised_at = row
    if campaign.state != CampaignState.RUNNING and not as_if_running:
        return f"campaign_{campaign.state}", _("The campaign does not run")
    legal = done_reason in OF_THE_LAW or done_reason.startswith("unknown ") if done else False
    no_phone = "no_phone" if worst_state is None else f"phone_{worst_state}"
    reasons = (
        ("max_attempts", done and done_reason == "max_attempts", _("All attempts are used up")),
        ("done", done and not legal, _("Finished in this campaign")),
        ("in_call", live, _("In a call, or just being dialled")),
        ("leased", leased, _("In the hopper")),
        ("callback", promised_at is not None and promised_at > now, _("A callback is promised for later")),
        ("not_due", due_at is not None and due_at > now and not done, _("Due again later")),
        ("max_attempts", attempts >= campaign.max_attempts, _("All attempts are used up")),
        (no_phone if worst_state != "usable" else "do_not_dial", phone is None, _("No phone that may be dialled")),
    )
    return next(((code, sentence) for code, holds, sentence in reasons if holds), None)


def _rulings(
    campaign: Campaign, ask: Sequence[tuple[UUID, UUID, bool]], now: datetime, *, as_if_running: bool
) -> Iterator[tuple[UUID, Ruling, bool]]:
    method = METHOD_OF_MODE[campaign.mode]
    known: dict[str, Ruling] = {}
    for start in range(0, len(ask), CHUNK):
        chunk = ask[start : start + CHUNK]
        subjects = [Subject(campaign.pk, contact, phone, method) for contact, phone, _done in chunk]
        gathered = gather(subjects, now)
        if as_if_running:
            terms = gathered.terms[campaign.pk]
            gathered.terms[campaign.pk] = replace(terms, state="running")
        for subject, (contact, _phone, was_done) in zip(subjects, chunk, strict=True):
            if subject.phone in gathered.people:
                yield contact, _ruling(gathered, subject, known), was_done


def _ruling(gathered: Gathered, subject: Subject, known: dict[str, Ruling]) -> Ruling:
    """The ruling, from those already known where no rule can tell the two apart."""
    facts = gathered.facts(subject)
    number = facts["number"]["e164"]
    like = number[:5] if number.startswith("+1") else f"+{calling_code(number)}"
    consents = [{**consent, "number": like} for consent in facts["consents"]]
    alike = {**facts, "number": {**facts["number"], "e164": like}, "consents": consents}
    key = canonical(alike)
    law = known.get(key)
    if law is None:
        law = known[key] = rule(facts)
    return decide(gathered, subject, ruling=law)


def first_reason(ruling: Ruling) -> tuple[str, str]:
    """The first reason of a ruling as a code and a sentence; ``callable`` where there is none."""
    if ruling.is_allowed:
        return CALLABLE, ""
    lawless = [name for name in ruling.unknown if name.startswith("law.")]
    if lawless:
        return lawless[0], _("No rulebook for %(country)s") % {"country": lawless[0].removeprefix("law.")}
    if "callee.zones" in ruling.unknown:
        return "unknown.callee.zones", _("The time zone is not known")
    if ruling.bars:
        return ruling.bars[0].ground, ruling.bars[0].because
    return f"unknown.{ruling.unknown[0]}", _("Not known, and needed: %(facts)s.") % {"facts": ruling.unknown[0]}
