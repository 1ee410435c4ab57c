"""Who is this person, and what did we ever do about them? Search by number or name, and a contact's whole page."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from ahize.intake.folding import plain_key
from ahize.kernel.errors import BadInput, NotFound
from ahize.web.accounts.models import User
from ahize.web.consents import queries as consents
from ahize.web.consents.models import Relationship, Suppression
from ahize.web.contacts.models import Contact, FieldChange, Phone

SHORTEST_SEARCH = 3
MOST_FOUND = 50


def search(text: str) -> list[Contact]:
    """Up to MOST_FOUND contacts whose number ends or begins with these digits, or whose name begins with these letters.

    Raises: BadInput for fewer than SHORTEST_SEARCH letters or digits.
    """
    digits = re.sub(r"[^0-9]", "", text)
    letters = plain_key(text)
    contacts = Contact.objects.select_related("list").prefetch_related(
        Prefetch("phones", Phone.objects.order_by("position"))
    )
    if len(digits) >= SHORTEST_SEARCH and not re.search(r"[^\W\d_]", text):
        numbers = Phone.objects.filter(Q(e164__startswith=f"+{digits}") | Q(e164__endswith=digits))
        found = contacts.filter(id__in=numbers.values("contact")[: MOST_FOUND * 2])
    elif len(letters) >= SHORTEST_SEARCH:
        found = contacts.filter(search_key__contains=letters)
    else:
        raise BadInput(_("Type at least three letters of a name or three digits of a number."), code="search_too_short")
    return list(found.order_by("last_name", "first_name", "id")[:MOST_FOUND])


def access_contact(contact_id: UUID) -> Contact:
    """The contact, or 404: the tenant wall has already hidden everybody else's."""
    contact = Contact.objects.select_related("list", "seller").filter(id=contact_id).first()
    if contact is None:
        raise NotFound(_("There is no such person, or none that you may see."))
    return contact


def page(contact_id: UUID) -> dict[str, Any]:
    """Everything kept about one contact except the attempts, which have their own door."""
    contact = access_contact(contact_id)
    phones = list(contact.phones.order_by("position"))
    numbers = [phone.e164 for phone in phones]
    changes = list(FieldChange.objects.filter(contact=contact).order_by("-at"))
    names = dict(User.objects.filter(id__in={change.by for change in changes if change.by}).values_list("id", "name"))
    return {
        "contact": contact,
        "phones": phones,
        "suppressions": list(Suppression.objects.filter(e164__in=numbers).order_by("-at")),
        "consents": consents.told(
            consents.consents(seller=contact.seller_id).filter(e164__in=numbers).order_by("-given_at")
        ),
        "relationships": list(
            Relationship.objects.filter(e164__in=numbers, seller=contact.seller).order_by("-last_on")
        ),
        "changes": [(change, names.get(change.by, "") if change.by else "") for change in changes],
    }
