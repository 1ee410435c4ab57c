"""What a row of a file becomes: a contact, its phones, and what it says about consent, purchases and refusals.

Pure: a read row in, plain values out. A fact that the row does not state stays out; nothing is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from ahize.intake.folding import plain_key
from ahize.intake.places import region_of
from ahize.intake.rows import Row, RowNumber
from ahize.web.contacts.whereabouts import whereabouts

CONTACT_TEXTS = (
    "external_id", "first_name", "last_name", "company", "address", "city", "region", "postal_code", "country",
    "email", "language", "capacity", "search_key",
)  # fmt: skip
"""The text columns of a contact, in the order of staging."""

_ADDRESS = ("address_1", "address_2", "address_3")
_KEPT = ("title", "middle_name", "job_title", "gender", "birth_on", "notes", "source", "phone_extension", "time_zone")
"""Our fields without a column of their own; kept among the contact's further fields under their key."""

_CHANNELS = {
    "voice": frozenset({"voice", "call", "calls", "phone", "telephone", "tel", "arama", "telefon"}),
    "sms": frozenset({"sms", "text", "texts", "message", "mesaj"}),
    "email": frozenset({"email", "mail", "eposta", "posta"}),
    "fax": frozenset({"fax", "faks"}),
}
_LINE_OF_COLUMN = {"mobile_phone": "mobile", "fax": "fax"}
"""Only what the column's own meaning states; a home or office number may be of any line."""


@dataclass(slots=True)
class StagedPhone:
    """A number as it will be dialled."""

    e164: str
    ext: str
    label: str
    line_type: str
    zones: list[str]
    regions: list[str]
    do_not_dial: bool


@dataclass(slots=True)
class Staged:
    """One row, ready to be published.

    Args:
        records: ``relationships`` and ``consents`` in plain JSON, and ``stop``: what the row says must not be called
            (``everything`` or ``marketing``), or empty.
    """

    row: int
    bad: bool
    contact: dict[str, Any]
    phones: list[StagedPhone]
    records: dict[str, Any] = field(default_factory=dict)

    @property
    def has_zone(self) -> bool:
        return any(phone.zones for phone in self.phones)


def staged(row: Row) -> Staged:
    """What an accepted row becomes."""
    fields = row.fields
    country = _text(fields, "country") or row.region or ""
    address_region = region_of(_text(fields, "region"), country) or "" if country and "region" in fields else ""
    postal_code = _text(fields, "postal_code") if country in ("US", "PR") else ""
    named_zone = _text(fields, "time_zone")
    phones = []
    number_country = ""
    for place, one in enumerate(row.numbers):
        zones, regions, of_number = whereabouts(
            one.number, address_region=address_region, postal_code=postal_code, named_zone=named_zone
        )
        number_country = number_country or of_number
        phones.append(
            StagedPhone(
                e164=one.number.e164,
                ext=one.found.ext or (_text(fields, "phone_extension") if place == 0 else ""),
                label=one.found.label or one.column.name,
                line_type=_line_type(row, one),
                zones=zones,
                regions=regions,
                do_not_dial=one.found.do_not_dial,
            )
        )
    first, last = _names(row)
    extra: dict[str, str] = {key: _text(fields, key) for key in _KEPT if key in fields} | dict(row.extra)
    if "region" in fields and not address_region:
        extra["region"] = _text(fields, "region")
    company = _text(fields, "company")
    contact: dict[str, Any] = {
        "external_id": _text(fields, "external_id"),
        "first_name": first,
        "last_name": last,
        "company": company,
        "address": ", ".join(_text(fields, key) for key in _ADDRESS if key in fields),
        "city": _text(fields, "city"),
        "region": address_region,
        "postal_code": _text(fields, "postal_code"),
        "country": _text(fields, "country") or number_country,
        "email": _text(fields, "email"),
        "language": _text(fields, "language"),
        "capacity": _text(fields, "capacity"),
        "search_key": search_key(first, last, company),
        "fields": extra,
    }
    return Staged(row.row, bool(row.errors), contact, phones, _records(row, phones))


def search_key(first_name: str, last_name: str, company: str) -> str:
    """A name as a search finds it: letters folded, the Turkish ones too."""
    return plain_key(f"{first_name} {last_name} {company}")


def _text(fields: dict[str, Any], key: str) -> str:
    value = fields.get(key, "")
    return value.isoformat() if isinstance(value, date) else str(value)


def _names(row: Row) -> tuple[str, str]:
    """First and last name; a full name is parted at its last space, or at a comma the other way round."""
    first, last = _text(row.fields, "first_name"), _text(row.fields, "last_name")
    whole = _text(row.fields, "full_name")
    if not whole or first or last:
        return first or (whole if last else ""), last
    before, comma, after = whole.partition(",")
    if comma and after.strip():
        return after.strip(), before.strip()
    before, space, after = whole.rpartition(" ")
    return (before.strip(), after) if space else (whole, "")


def _line_type(row: Row, one: RowNumber) -> str:
    """The line's kind where the row states it: by the column, or by the kind-of-line column for plain numbers."""
    if one.found.do_not_dial:
        return "fax"
    by_column = _LINE_OF_COLUMN.get(one.column.field or "", "")
    if by_column:
        return by_column
    stated = _text(row.fields, "line_type")
    return stated if one.column.field == "phone" or len(row.numbers) == 1 else ""


def _records(row: Row, phones: list[StagedPhone]) -> dict[str, Any]:
    fields = row.fields
    records: dict[str, Any] = {}
    related = [
        {"kind": kind, "last_on": _day(fields[key]).isoformat()}
        for kind, key in (
            ("purchase", "last_purchase_on"),
            ("inquiry", "last_inquiry_on"),
            ("donation", "last_donation_on"),
        )
        if key in fields
    ]
    if "relationship_kind" in fields and "relationship_last_on" in fields:
        told = {"kind": _text(fields, "relationship_kind"), "last_on": _day(fields["relationship_last_on"]).isoformat()}
        if "relationship_ended_on" in fields:
            told["ended_on"] = _day(fields["relationship_ended_on"]).isoformat()
        if "relationship_product" in fields:
            told["product"] = _text(fields, "relationship_product")
        related.append(told)
    if related:
        records["relationships"] = related
    if fields.get("do_not_call") is True:
        records["stop"] = "everything"
    elif fields.get("consent_status") == "refused" and "consent_given_at" not in fields:
        records["stop"] = "marketing"
    consent = _consent(row, phones)
    if consent:
        records["consent"] = consent
    return records


def _consent(row: Row, phones: list[StagedPhone]) -> dict[str, Any] | None:
    """The consent a row states. One without a day is none (``file-formats.md``): nobody could say when it was given."""
    fields = row.fields
    if "consent_given_at" not in fields:
        return None
    zone = next((phone.zones[0] for phone in phones if phone.zones), "UTC")
    given = _moment(fields["consent_given_at"], zone)
    consent: dict[str, Any] = {"given_at": given.isoformat()}
    if "consent_until" in fields:
        consent["until"] = _moment(fields["consent_until"], zone).isoformat()
    if "consent_revoked_at" in fields:
        consent["revoked_at"] = _moment(fields["consent_revoked_at"], zone).isoformat()
    elif fields.get("consent_status") == "refused":
        consent["revoked_at"] = given.isoformat()
    for key in ("form", "level"):
        if f"consent_{key}" in fields:
            consent[key] = _text(fields, f"consent_{key}")
    consent["channels"] = _channels(_text(fields, "consent_channels"))
    for key in ("words", "words_version", "brand"):
        if f"consent_{key}" in fields:
            consent[key] = _text(fields, f"consent_{key}")
    if "consent_proof" in fields:
        # A recording or a certificate holds the words, where the list does not repeat them.
        consent.setdefault("words", _text(fields, "consent_proof"))
        consent["proof_kept"] = True
    return consent


def _channels(text: str) -> list[str]:
    words = set(plain_key(text.replace("-", "")).split())
    return [channel for channel, names in _CHANNELS.items() if words & names]


def _day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def _moment(value: Any, zone: str) -> datetime:
    """A moment of the file; without an offset it is local time where the person is, as far as we know."""
    moment: datetime = value if isinstance(value, datetime) else datetime.combine(value, time())
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))
