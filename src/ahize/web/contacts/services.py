"""Changing lists and contacts: bring a file, map it, accept or throw it away, undo; correct a field; retire a phone.

A list is published whole, in one transaction, or not at all. Refuses to know campaigns and attempts: whatever points
to a contact keeps it from being undone, whoever that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ahize.intake.mapping import fingerprint
from ahize.intake.reader import Truth
from ahize.kernel.errors import BadInput, Conflict
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.consents import reporting
from ahize.web.contacts import files, publishing, queries
from ahize.web.contacts.models import (
    Contact,
    ContactList,
    DataSource,
    FieldChange,
    Import,
    ImportState,
    ListState,
    Phone,
    PhoneState,
)
from ahize.web.contacts.reading import unstage
from ahize.web.contacts.staging import search_key
from ahize.web.tenants.models import Seller

CORRECTED = (
    "first_name", "last_name", "company", "address", "city", "region", "postal_code", "email", "language",
)  # fmt: skip
"""What somebody who talks to a person may put right. Numbers, country and capacity are facts of law: not these."""

FURTHER = "fields."
VALUE_MAX = 500


def receive(
    chunks: Iterable[bytes],
    *,
    tenant: UUID,
    seller: UUID | None,
    filename: str,
    by: UUID | None,
    now: datetime,
    name: str = "",
    supplier: str = "",
    source: str = "",
    region: str = "",
) -> Import:
    """Keep a file and look at it: encoding, delimiter, columns, a proposed mapping (or the one remembered)."""
    owner = _seller(seller)
    import_id = draw_id(now)
    kept = files.keep(chunks, tenant=tenant, name=import_id)
    found = Import(
        id=import_id,
        tenant_id=tenant,
        seller=owner,
        filename=filename[:200] or "list",
        size=kept.size,
        sha256=kept.sha256,
        file=kept.path,
        supplier=supplier.strip(),
        source=source.strip(),
        region=(region or owner.country).upper()[:2],
        options={"name": name.strip()},
        created_at=now,
        by=by,
    )
    try:
        truth = files.truth_of(found)
        found.truth = truth.as_json()
        found.fingerprint = fingerprint(truth.columns)
        earlier = queries.remembered(found)
        mapping = files.mapping_of(truth, earlier.mapping if earlier else {}, region=found.region)
        found.mapping = files.chosen_in(mapping)
        if earlier:
            found.options["remembered_from"] = str(earlier.pk)
        found.total_rows = _rows_expected(truth, kept.lines)
        found.save(force_insert=True)
    except BaseException:
        files.drop(kept.path)
        raise
    audit.record(
        tenant=tenant,
        by=by,
        action="receive_import",
        subject_kind="import",
        subject_id=found.pk,
        after={"sha256": kept.sha256, "size": kept.size, "supplier": found.supplier, "source": found.source},
        now=now,
    )
    notices.tell_browsers(tenant, "imports", found.pk, now=now)
    return found


def _rows_expected(truth: Truth, lines: int) -> int:
    """How many rows there will be about: for a progress bar, no more."""
    if truth.kind == "workbook":
        return next((sheet.rows for sheet in truth.sheets if sheet.name == truth.sheet), 0)
    return max(0, lines - truth.skip)


def start_reading(
    found: Import,
    *,
    mapping: Mapping[str, Any] | None,
    now: datetime,
    region: str | None = None,
    sheet: str | None = None,
) -> Import:
    """Settle the mapping and put the import to work; the caller hands the job to the worker.

    Reading again, with another mapping, is possible until the list is accepted.
    """
    with transaction.atomic():
        found = queries.access_import(found.pk, lock=True)
        _in_state(found, ImportState.RECEIVED, ImportState.READY, ImportState.FAILED, ImportState.CANCELLED)
        if region is not None:
            found.region = region.upper()
        if sheet is not None:
            found.options["sheet"] = sheet
        truth = files.truth_of(found)
        settled = files.mapping_of(truth, found.mapping if mapping is None else dict(mapping), region=found.region)
        if not settled.phones:
            raise BadInput(
                _("No column is mapped to a telephone number."),
                code="no_phone_column",
                next_step=_("Choose the column that holds the numbers."),
                field="mapping",
            )
        unstage(found.pk)
        found.rejects.all().delete()
        found.truth, found.mapping = truth.as_json(), files.chosen_in(settled)
        found.state, found.cancel_asked, found.problem = ImportState.READING, False, None
        found.checkpoint, found.counts, found.progress_rows = {}, {}, 0
        found.save()
        notices.tell_browsers(found.tenant_id, "imports", found.pk, now=now)
    return found


def cancel(found: Import, *, by: UUID | None, now: datetime) -> Import:
    """Stop reading at the next batch; nothing of it stays but the file."""
    with transaction.atomic():
        found = queries.access_import(found.pk, lock=True)
        _in_state(found, ImportState.READING)
        found.cancel_asked = True
        found.save(update_fields=["cancel_asked"])
        _audit(found, "cancel_import", by=by, now=now)
        notices.tell_browsers(found.tenant_id, "imports", found.pk, now=now)
    return found


def accept(
    found: Import,
    *,
    by: UUID | None,
    now: datetime,
    without_bad_rows: bool = False,
    duplicates_in_file: str = "skip",
    duplicates_there: str = "keep",
    name: str = "",
    acquired_on: date | None = None,
    price_cents: int | None = None,
) -> Import:
    """Publish the list whole, in one transaction.

    Args:
        without_bad_rows: leave out every row in which anything was refused, also where a number was found.
        duplicates_in_file, duplicates_there: ``skip`` or ``keep`` rows whose every number stands in an earlier row, or
            in a published list of the seller's.
    """
    for said in (duplicates_in_file, duplicates_there):
        if said not in ("skip", "keep"):
            raise BadInput(_("Duplicates are either skipped or kept."), field="duplicates_in_file")
    with transaction.atomic():
        found = queries.access_import(found.pk, lock=True)
        _in_state(found, ImportState.READY)
        made = ContactList.objects.create(
            id=draw_id(now),
            tenant_id=found.tenant_id,
            seller_id=found.seller_id,
            name=name.strip() or found.options.get("name") or found.filename,
            supplier=found.supplier,
            source=found.source,
            data_source=found.source if found.source in DataSource.values else "",
            acquired_on=acquired_on,
            price_cents=price_cents,
            state=ListState.PUBLISHED,
            created_at=now,
            by=by,
        )
        choice = publishing.Choice(
            without_bad_rows=without_bad_rows,
            skip_in_file=duplicates_in_file == "skip",
            skip_there=duplicates_there == "skip",
        )
        published = publishing.publish(found, made, choice, now=now)
        if not published.contacts:
            raise Conflict(
                _("No row of this file can become a contact."),
                code="nothing_to_accept",
                next_step=_("Look at the refused rows, or choose other columns."),
            )
        made.contacts_count = published.contacts
        made.save(update_fields=["contacts_count"])
        reporting.report_import(found.pk, seller=found.seller_id, now=now)
        stopped = publishing.suppress_named(published, found, made, by=by, now=now)
        unstage(found.pk)
        found.list, found.state, found.accepted_at = made, ImportState.ACCEPTED, now
        found.counts |= {
            "contacts": published.contacts,
            "phones": published.phones,
            "relationships": published.relationships,
            "consents": published.consents,
            "newly_suppressed": stopped,
        }
        found.save()
        _audit(
            found,
            "accept_import",
            by=by,
            now=now,
            after={
                "list": str(made.pk),
                "contacts": published.contacts,
                "without_bad_rows": without_bad_rows,
                "duplicates_in_file": duplicates_in_file,
                "duplicates_there": duplicates_there,
            },
        )
        notices.tell_browsers(found.tenant_id, "imports", found.pk, now=now)
        notices.tell_browsers(found.tenant_id, "lists", made.pk, now=now)
        if published.relationships or published.consents:  # People of other lists may have them, too.
            notices.tell_facts_changed(found.tenant_id, seller=found.seller_id, now=now)
    return found


def discard(found: Import, *, by: UUID | None, now: datetime) -> Import:
    """Throw an import away before it was accepted: file, staged rows and refusals are gone."""
    with transaction.atomic():
        found = queries.access_import(found.pk, lock=True)
        _in_state(found, ImportState.RECEIVED, ImportState.READY, ImportState.FAILED, ImportState.CANCELLED)
        unstage(found.pk)
        found.rejects.all().delete()
        found.state = ImportState.DISCARDED
        found.save(update_fields=["state"])
        _audit(found, "discard_import", by=by, now=now)
        notices.tell_browsers(found.tenant_id, "imports", found.pk, now=now)
        transaction.on_commit(lambda: files.drop(found.file))
    return found


def undo(found: Import, *, by: UUID | None, now: datetime, reason: str = "") -> Import:
    """Take an accepted list back: its contacts and relationships go, its consents count no more. Suppressions stay.

    Refused once anybody on it was called, or while something else points to it; the problem says what.
    """
    with transaction.atomic():
        found = queries.access_import(found.pk, lock=True)
        _in_state(found, ImportState.ACCEPTED)
        assert found.list_id is not None, "an accepted import has its list"
        made = queries.access_list(found.list_id, lock=True)
        publishing.refuse_if_used(made)
        publishing.unpublish(found, made, now=now)
        found.rejects.all().delete()
        made.state, made.contacts_count = ListState.UNDONE, 0
        made.save(update_fields=["state", "contacts_count"])
        found.state = ImportState.UNDONE
        found.save(update_fields=["state"])
        _audit(found, "undo_import", by=by, now=now, after={"list": str(made.pk)}, reason=reason)
        notices.tell_browsers(found.tenant_id, "imports", found.pk, now=now)
        notices.tell_browsers(found.tenant_id, "lists", made.pk, now=now)
        transaction.on_commit(lambda: files.drop(found.file))
    return found


def import_of(made: ContactList) -> Import:
    """The import that brought a list."""
    found = Import.objects.filter(list=made).first()
    if found is None:
        raise Conflict(_("This list was not imported from a file."), code="no_import")
    return found


def _in_state(found: Import, *states: ImportState) -> None:
    if found.state not in states:
        raise Conflict(
            _("The import is %(state)s; this needs it %(expected)s.")
            % {"state": found.state, "expected": ", ".join(states)},
            code="import_state",
            state=found.state,
        )


def _audit(
    found: Import,
    action: str,
    *,
    by: UUID | None,
    now: datetime,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        tenant=found.tenant_id,
        by=by,
        action=action,
        subject_kind="import",
        subject_id=found.pk,
        after=after,
        reason=reason,
        now=now,
    )


def _seller(seller: UUID | None) -> Seller:
    rows = list(Seller.objects.filter(pk=seller) if seller else Seller.objects.order_by("id")[:2])
    if len(rows) != 1:
        raise BadInput(
            _("Say for which seller the list is."),
            next_step="" if rows else _("Enter the seller's identity first."),
            field="seller",
        )
    return rows[0]


# ── contacts and phones ─────────────────────────────────────────────────────────────────────────────────────────


def correct(
    contact: Contact,
    changes: Mapping[str, str],
    *,
    by: UUID | None,
    now: datetime,
    attempt: UUID | None = None,
) -> list[FieldChange]:
    """Put fields right, with the history kept. ``fields.<column>`` names one of the list's own columns.

    Returns:
        What really changed.
    """
    made: list[FieldChange] = []
    with transaction.atomic():
        contact = queries.access_contact(contact.pk, lock=True)
        for name, value in changes.items():
            before = _value(contact, name)
            after = str(value).strip()
            if len(after) > VALUE_MAX:
                raise BadInput(_("A value may have %(most)d letters.") % {"most": VALUE_MAX}, field=name)
            if before == after:
                continue
            if name.startswith(FURTHER):
                contact.fields[name.removeprefix(FURTHER)] = after
            else:
                setattr(contact, name, after)
            made.append(
                FieldChange(
                    id=draw_id(now),
                    tenant_id=contact.tenant_id,
                    contact=contact,
                    field=name,
                    before=before,
                    after=after,
                    at=now,
                    by=by,
                    attempt_id=attempt,
                )
            )
        if made:
            contact.search_key = search_key(contact.first_name, contact.last_name, contact.company)
            contact.save()
            FieldChange.objects.bulk_create(made)
            notices.tell_browsers(contact.tenant_id, "contacts", contact.pk, now=now)
            if "region" in changes:  # Of what may be corrected, the one that a law reads.
                numbers = list(contact.phones.values_list("e164", flat=True))
                notices.tell_facts_changed(contact.tenant_id, seller=contact.seller_id, numbers=numbers, now=now)
    return made


def _value(contact: Contact, name: str) -> str:
    if name.startswith(FURTHER) and name.removeprefix(FURTHER) in contact.fields:
        return str(contact.fields[name.removeprefix(FURTHER)])
    if name not in CORRECTED:
        raise BadInput(
            _("“%(name)s” is not a field that can be corrected here.") % {"name": name},
            code="field_not_correctable",
            field=name,
            fields_allowed=[*CORRECTED, *(f"{FURTHER}{column}" for column in contact.fields)],
        )
    return str(getattr(contact, name))


def put_phone_state(phone: Phone, state: str, *, reason: str, by: UUID | None, now: datetime) -> Phone:
    """Retire a phone, or bring one back: its person stays as they are."""
    if state not in PhoneState.values:
        raise BadInput(
            _("%(field)s must be one of: %(known)s.") % {"field": "state", "known": ", ".join(PhoneState.values)},
            field="state",
        )
    with transaction.atomic():
        phone = queries.access_phone(phone.pk)
        before = phone.state
        if before == state:
            return phone
        phone.state, phone.state_reason, phone.state_at = state, reason, now
        phone.save(update_fields=["state", "state_reason", "state_at"])
        audit.record(
            tenant=phone.tenant_id,
            by=by,
            action="put_phone_state",
            subject_kind="phone",
            subject_id=phone.pk,
            before={"state": before},
            after={"state": state},
            reason=reason,
            now=now,
        )
        notices.tell_browsers(phone.tenant_id, "contacts", phone.contact_id, now=now)
        if state == PhoneState.USABLE:
            notices.tell_facts_changed(phone.tenant_id, numbers=[phone.e164], now=now)
    return phone
