"""Where the data of a list's people come from, and whether they were told what is done with them.

The laws of some countries read both; nobody is marketed to there until somebody has said so of the list. What is said
is in force from the next permit, and every word of it is in the audit. Refuses to know which law asks.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.contacts import queries
from ahize.web.contacts.models import ContactList, DataSource, ListState

NOTICE_MAX = 2000


def say(
    of: ContactList, *, data_source: str, notice_given: bool | None, notice: str, by: UUID | None, now: datetime
) -> ContactList:
    """Write down where a list's data come from and whether its people were given the privacy notice.

    Args:
        data_source: ``person``, ``broker`` or ``public``; empty where nobody knows.
        notice_given: None where nobody knows; calls that need it wait then.
        notice: which notice it was and how people got it; needed where they did.

    Raises:
        BadInput, Conflict.
    """
    notice = notice.strip()
    if data_source and data_source not in DataSource.values:
        known = ", ".join(DataSource.values)
        raise BadInput(
            _("%(field)s must be one of: %(known)s.") % {"field": "data_source", "known": known}, field="data_source"
        )
    if notice_given and not notice:
        raise BadInput(
            _("Say which privacy notice the people on this list were given, and how."),
            code="notice_not_named",
            next_step=_("Name its version or its address, and when and by which way people got it."),
            field="notice",
        )
    if len(notice) > NOTICE_MAX:
        raise BadInput(_("A value may have %(most)d letters.") % {"most": NOTICE_MAX}, field="notice")
    with transaction.atomic():
        of = queries.access_list(of.pk, lock=True)
        if of.state == ListState.UNDONE:
            raise Conflict(_("This list was undone."), code="list_undone")
        before = _said(of)
        of.data_source, of.notice_given, of.notice = data_source, notice_given, notice
        if _said(of) == before:
            return of
        of.save(update_fields=["data_source", "notice_given", "notice"])
        audit.record(
            tenant=of.tenant_id,
            by=by,
            action="say_origin",
            subject_kind="list",
            subject_id=of.pk,
            before=before,
            after=_said(of),
            now=now,
        )
        notices.tell_browsers(of.tenant_id, "lists", of.pk, now=now)
        # Whom only this kept from being called is put back in play.
        notices.tell_facts_changed(of.tenant_id, seller=of.seller_id, now=now)
    return of


def _said(of: ContactList) -> dict[str, str | bool | None]:
    return {"data_source": of.data_source, "notice_given": of.notice_given, "notice": of.notice}
