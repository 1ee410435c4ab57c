"""A number typed by hand: whose is it, and where may its clock stand?

Answers with a phone row: the one already known to the seller, or a new contact on the seller's list of typed numbers.
It is ruled on like any other; nothing here makes a call lawful.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from ahize.intake.numbers import Found, read_numbers
from ahize.kernel.errors import BadInput
from ahize.web.base import draw_id
from ahize.web.campaigns.models import Campaign
from ahize.web.contacts.models import Contact, ContactList, ListState, Phone, PhoneState
from ahize.web.contacts.whereabouts import whereabouts

LIST_NAME = "Typed numbers"
SOURCE = "typed"


def read(number: str, region: str) -> Found:
    """One whole number. Raises: BadInput ``bad_number`` with the reason's code."""
    reading = read_numbers(number, region or None)
    if len(reading.found) != 1:
        raise BadInput(
            _("This is not one whole telephone number."),
            code="bad_number",
            next_step=_("Type it with its area code, or with + and the country code."),
            reasons=list(reading.codes),
        )
    return reading.found[0]


def phone_for(campaign: Campaign, *, number: str, region: str | None, now: datetime, by: UUID) -> Phone:
    """The phone to dial for a typed number, on the campaign's seller's behalf."""
    found = read(number, (region or campaign.seller.country).upper())
    known = (
        Phone.objects.filter(
            e164=found.number.e164,
            contact__seller_id=campaign.seller_id,
            contact__erased_at=None,
            contact__list__state=ListState.PUBLISHED,
            state=PhoneState.USABLE,
        )
        .order_by("contact__created_at", "position")
        .first()
    )
    if known is not None:
        return known
    kept = ContactList.objects.filter(seller_id=campaign.seller_id, source=SOURCE, name=LIST_NAME).first()
    if kept is None:
        kept = ContactList.objects.create(
            id=draw_id(now),
            tenant_id=campaign.tenant_id,
            seller_id=campaign.seller_id,
            name=LIST_NAME,
            source=SOURCE,
            state=ListState.PUBLISHED,
            created_at=now,
            by=by,
        )
    zones, regions, country = whereabouts(found.number)
    kept.contacts_count += 1
    kept.save(update_fields=["contacts_count"])
    contact = Contact.objects.create(
        id=draw_id(now),
        tenant_id=campaign.tenant_id,
        seller_id=campaign.seller_id,
        list=kept,
        row=kept.contacts_count,
        country=country or found.country,
        created_at=now,
    )
    return Phone.objects.create(
        id=draw_id(now),
        tenant_id=campaign.tenant_id,
        contact=contact,
        position=0,
        e164=found.number.e164,
        ext=found.ext,
        zones=zones,
        regions=regions,
        do_not_dial=found.do_not_dial,
    )
