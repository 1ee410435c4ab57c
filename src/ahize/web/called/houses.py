"""Which house is this page of? By its word or id, by the number that called, or because there is but one.

A house may call for several sellers: the page is the house's, a stop there binds all of them, and what is read says for
whom each call was. Refuses to know which sellers a house has: that is between them and those who are called.
"""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict, NotFound
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.called.models import Page
from ahize.web.rls import setting_scope, tenant_scope
from ahize.web.tenants.models import CallerId, Seller, Tenant
from ahize.web.tenants.queries import ROLL_CALL, every_tenant, tenant_of_link

WORD = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)


def by_word(word: str) -> Tenant:
    """The house of this word, or of this id. Raises: NotFound."""
    try:
        return tenant_of_link(UUID(word))
    except (ValueError, Tenant.DoesNotExist):
        pass
    with setting_scope(ROLL_CALL, "on"):
        page = Page.objects.filter(word=word.lower()).first()
        if page is not None:
            return Tenant.objects.get(pk=page.tenant_id)
    raise NotFound(_("There is no such page."), code="no_called_page", next_step=_("Look at the address again."))


def by_number(e164: str) -> list[Tenant]:
    """The houses that show this number, or have shown it, or whose seller has it."""
    found = []
    for tenant in every_tenant():
        with tenant_scope(tenant.pk):
            if CallerId.objects.filter(e164=e164).exists() or Seller.objects.filter(phone_e164=e164).exists():
                found.append(tenant)
    return found


def the_only_one() -> Tenant | None:
    """The house, where the installation has but one."""
    tenants = every_tenant()
    return tenants[0] if len(tenants) == 1 else None


def address(tenant: Tenant) -> str:
    """The page's own address, its word where it has one. Inside any wall."""
    with setting_scope(ROLL_CALL, "on"):
        word = Page.objects.filter(tenant_id=tenant.pk).values_list("word", flat=True).first()
    return f"/called/{word or tenant.pk}"


def country(tenant: Tenant) -> str:
    """Where the house is at home, for examples: its oldest seller's country. Inside its wall."""
    return (
        Seller.objects.filter(tenant_id=tenant.pk).order_by("created_at").values_list("country", flat=True).first()
        or ""
    )


def name_page(word: str, *, tenant: UUID, by: UUID, now: datetime) -> Page:
    """Give the house's page a word that can be said on the telephone. Raises: BadInput, Conflict."""
    word = word.strip().lower()
    if WORD.fullmatch(word) is None or word in RESERVED:
        raise BadInput(_("Use up to 40 small letters, digits and dashes."), code="bad_word", field="word")
    page = Page.objects.filter(tenant_id=tenant).first() or Page(id=draw_id(now), tenant_id=tenant)
    before, page.word = page.word, word
    try:
        with transaction.atomic():
            page.save()
    except IntegrityError:
        raise Conflict(_("Another house has this word."), code="word_taken", next_step=_("Choose another.")) from None
    audit.record(
        tenant=tenant,
        by=by,
        action="name_called_page",
        subject_kind="called_page",
        subject_id=page.pk,
        before={"word": before},
        after={"word": word},
        now=now,
    )
    return page


RESERVED = frozenset({"style.css", "who", "stop", "receipt"})
