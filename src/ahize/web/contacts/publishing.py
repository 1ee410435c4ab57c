"""From staging to a published list, and back: set by set in SQL, so that a million rows need no memory here.

Whatever the choice, a row of which no contact can be made never comes in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import ForeignObjectRel
from django.utils.translation import gettext as _

from ahize.kernel.errors import Conflict
from ahize.web.consents import services as consents
from ahize.web.contacts.models import Contact, ContactList, Import


@dataclass(frozen=True, slots=True)
class Choice:
    """Which staged rows stay out."""

    without_bad_rows: bool
    skip_in_file: bool
    skip_there: bool


@dataclass(frozen=True, slots=True)
class Published:
    """What became of the rows, and the numbers that must not be called, by what the wish covers."""

    contacts: int
    phones: int
    relationships: int
    consents: int
    stops: dict[str, list[str]]


# The staged row's id becomes the contact's, the staged phone's id the phone's: sorted by time, drawn by the worker.
_TAKEN = """
CREATE TEMP TABLE taken ON COMMIT DROP AS
SELECT id, "row", contact, records FROM contacts_importrow
WHERE import_id = %(import)s
  AND NOT (bad AND %(without_bad)s)
  AND NOT (duplicate = 'file' AND %(skip_file)s)
  AND NOT (duplicate = 'there' AND %(skip_there)s)
"""
_CONTACTS = """
INSERT INTO contacts_contact (
    id, tenant_id, seller_id, list_id, "row", external_id, first_name, last_name, company, address, city, region,
    postal_code, country, email, language, capacity, fields, search_key, created_at)
SELECT t.id, %(tenant)s, %(seller)s, %(list)s, t."row", c.external_id, c.first_name, c.last_name, c.company, c.address,
    c.city, c.region, c.postal_code, c.country, c.email, c.language, c.capacity, c.fields, c.search_key, %(now)s
FROM taken t, jsonb_to_record(t.contact) AS c(
    external_id text, first_name text, last_name text, company text, address text, city text, region text,
    postal_code text, country text, email text, language text, capacity text, fields jsonb, search_key text)
"""
_PHONES = """
INSERT INTO contacts_phone (
    id, tenant_id, contact_id, position, e164, ext, label, line_type, zones, regions, state, state_reason, do_not_dial,
    reassigned)
SELECT p.id, %(tenant)s, t.id, p.position, p.e164, p.ext, p.label, p.line_type, p.zones, p.regions, 'usable', '',
    p.do_not_dial, ''
FROM contacts_importphone p JOIN taken t USING ("row") WHERE p.import_id = %(import)s
"""
_RELATIONSHIPS = """
INSERT INTO consents_relationship (
    id, tenant_id, seller_id, contact_id, e164, kind, last_on, ended_on, product, source, import_id, created_at, by)
SELECT gen_random_uuid(), %(tenant)s, %(seller)s, t.id, p.e164, r ->> 'kind', (r ->> 'last_on')::date,
    (r ->> 'ended_on')::date, coalesce(r ->> 'product', ''), %(source)s, %(import)s, %(now)s, %(by)s
FROM taken t JOIN contacts_importphone p ON p.import_id = %(import)s AND p."row" = t."row",
    jsonb_array_elements(t.records -> 'relationships') r
WHERE t.records ? 'relationships'
"""
# A withdrawal that the row states is an event of its own, written in the same statement.
_CONSENTS = """
WITH agreed AS (
INSERT INTO consents_consent (
    id, tenant_id, seller_id, contact_id, e164, form, level, channels, methods, purposes, brand, product, given_at,
    until, words, words_version, source, proof_kept, flaws, import_id, created_at, by)
SELECT gen_random_uuid(), %(tenant)s, %(seller)s, t.id, p.e164, coalesce(c ->> 'form', ''), coalesce(c ->> 'level', ''),
    ARRAY(SELECT jsonb_array_elements_text(c -> 'channels')), '{}', '{}', coalesce(c ->> 'brand', ''), '',
    (c ->> 'given_at')::timestamptz, (c ->> 'until')::timestamptz, coalesce(c ->> 'words', ''),
    coalesce(c ->> 'words_version', ''), %(source)s, (c ->> 'proof_kept')::boolean, '{}', %(import)s, %(now)s, %(by)s
FROM taken t JOIN contacts_importphone p ON p.import_id = %(import)s AND p."row" = t."row",
    LATERAL (SELECT t.records -> 'consent') AS said(c)
WHERE t.records ? 'consent' AND (c ->> 'given_at')::timestamptz <= %(now)s
RETURNING id, contact_id), withdrawn AS (
INSERT INTO consents_consentevent (
    id, tenant_id, consent_id, kind, at, door, said, channels, registry, registry_state, registry_reference, created_at,
    by)
SELECT gen_random_uuid(), %(tenant)s, a.id, 'revoked', (t.records -> 'consent' ->> 'revoked_at')::timestamptz, 'import',
    '', '{}', '', '', '', %(now)s, %(by)s
FROM agreed a JOIN taken t ON t.id = a.contact_id WHERE t.records -> 'consent' ? 'revoked_at')
SELECT count(*) FROM agreed
"""
_TAKEN_BACK = """
INSERT INTO consents_consentevent (
    id, tenant_id, consent_id, kind, at, door, said, channels, registry, registry_state, registry_reference, created_at)
SELECT gen_random_uuid(), c.tenant_id, c.id, 'taken_back', %(now)s, 'import', '', '{}', '', '', '', %(now)s
FROM consents_consent c WHERE c.import_id = %(import)s
"""
_STOPS = """
SELECT t.records ->> 'stop', p.e164 FROM taken t
JOIN contacts_importphone p ON p.import_id = %(import)s AND p."row" = t."row"
WHERE t.records ? 'stop'
"""
_LEFT_OUT = """
INSERT INTO contacts_importreject (id, tenant_id, import_id, "row", "column", code, value, warning)
SELECT gen_random_uuid(), %(tenant)s, %(import)s, r."row", '', 'duplicate_' || CASE r.duplicate WHEN 'file' THEN
    'in_file' ELSE 'there' END, '', false
FROM contacts_importrow r
WHERE r.import_id = %(import)s
  AND (r.duplicate = 'file' AND %(skip_file)s OR r.duplicate = 'there' AND %(skip_there)s)
"""


def publish(found: Import, made: ContactList, choice: Choice, *, now: datetime) -> Published:
    """Put the chosen rows into the list; call it inside the transaction of the acceptance."""
    published = place(found, made, choice, now=now)
    with connection.cursor() as cursor:
        # Until PostgreSQL has looked at the new rows it may search all of a tenant's for one contact's phones; its own
        # look comes a minute later. A server that does not let us (before 17) says so in a warning and goes on.
        cursor.execute("ANALYZE contacts_contact, contacts_phone, consents_relationship, consents_consent")
    return published


def place(found: Import, made: ContactList, choice: Choice, *, now: datetime) -> Published:
    """Put what is staged of an import into its list, however little it is."""
    named: dict[str, Any] = {
        "import": found.pk,
        "tenant": found.tenant_id,
        "seller": found.seller_id,
        "list": made.pk,
        "source": found.source or found.supplier or "import",
        "now": now,
        "by": found.by,
        "without_bad": choice.without_bad_rows,
        "skip_file": choice.skip_in_file,
        "skip_there": choice.skip_there,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, named)
        cursor.execute("ANALYZE taken")
        contacts = _done(cursor, _CONTACTS, named)
        phones = _done(cursor, _PHONES, named)
        relationships = _done(cursor, _RELATIONSHIPS, named)
        cursor.execute(_CONSENTS, named)
        consents = int(cursor.fetchone()[0])
        cursor.execute(_STOPS, named)
        stops: dict[str, list[str]] = {"everything": [], "marketing": []}
        for covers, e164 in cursor.fetchall():
            stops[covers].append(e164)
        cursor.execute(_LEFT_OUT, named)
        cursor.execute("DROP TABLE taken")
    return Published(contacts, phones, relationships, consents, stops)


def suppress_named(published: Published, found: Import, made: ContactList, *, by: UUID | None, now: datetime) -> int:
    """Suppress whom the rows say must not be called, as part of the acceptance; how many are new."""
    return sum(
        consents.suppress_at_once(
            numbers,
            tenant=found.tenant_id,
            seller=found.seller_id,
            source="import",
            covers=covers,
            by=by,
            now=now,
            reason=made.name,
        )
        for covers, numbers in published.stops.items()
        if numbers
    )


def _done(cursor: Any, statement: str, named: dict[str, Any]) -> int:
    cursor.execute(statement, named)
    return int(cursor.rowcount)


def refuse_if_used(made: ContactList) -> None:
    """Raise where somebody points to the list or to one of its contacts: an attempt, a callback, a campaign.

    The floors above are not known here; the database's own references are.
    """
    own = Contact._meta.app_label
    for model, path in ((Contact, "contact"), (ContactList, "list")):
        for relation in model._meta.get_fields(include_hidden=True):
            if not isinstance(relation, ForeignObjectRel):
                continue
            other = relation.related_model
            if other._meta.app_label == own:
                continue
            field = relation.field.name
            chosen = {f"{field}__list": made} if path == "contact" else {field: made}
            count = other._base_manager.filter(**chosen).count()
            if count:
                raise Conflict(
                    _REASONS.get(other._meta.model_name or "", _in_use)() % {"count": count},
                    code="list_in_use",
                    next_step=_NEXT_STEPS.get(other._meta.model_name or "", _nothing_to_do)(),
                    what=other._meta.model_name,
                    count=count,
                )


def _called() -> str:
    return _("People on this list have been called (%(count)d attempts), so it can no longer be undone.")


def _in_campaign() -> str:
    return _("The list stands in %(count)d campaigns.")


def _waiting() -> str:
    return _("%(count)d of its contacts wait to be called.")


def _promised() -> str:
    return _("%(count)d of its contacts were promised a call.")


def _in_use() -> str:
    return _("Something else refers to this list (%(count)d).")


def _nothing_to_do() -> str:
    return _("Suppress the numbers instead, or end the campaign that calls them.")


def _take_out() -> str:
    return _("Take the list out of its campaigns first.")


_REASONS = {"attempt": _called, "campaignlist": _in_campaign, "due": _waiting, "callback": _promised}
_NEXT_STEPS = {"campaignlist": _take_out, "due": _take_out}


def unpublish(found: Import, made: ContactList, *, now: datetime) -> None:
    """Take out everything the import brought; of its consents it is written down that they were taken back."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM consents_relationship WHERE import_id = %s", [found.pk])
        cursor.execute(_TAKEN_BACK, {"import": found.pk, "now": now})
        for table in ("contacts_fieldchange", "contacts_phone"):
            cursor.execute(
                f"DELETE FROM {table} t USING contacts_contact c WHERE t.contact_id = c.id AND c.list_id = %s",  # noqa: S608 - two constants
                [made.pk],
            )
        cursor.execute("DELETE FROM contacts_contact WHERE list_id = %s", [made.pk])
