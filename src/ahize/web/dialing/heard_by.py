"""Whom a flow speaks to: the language of one person, and the words for its merge fields. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from ahize.flows.merging import CONTACT_FIELDS, EXTRA

Cursor = psycopg.Cursor[tuple[Any, ...]]

_WHO = f"""
    SELECT coalesce(nullif(c.language, ''), k.language), c.fields, s.name, s.phone_e164, coalesce(nullif(s.brand, ''),
           s.name), k.product, k.name, a.caller_id, {", ".join(f"c.{name}" for name in CONTACT_FIELDS)}
    FROM dialing_attempt a JOIN contacts_contact c ON c.id = a.contact_id
    JOIN campaigns_campaign k ON k.id = a.campaign_id JOIN tenants_seller s ON s.id = a.seller_id WHERE a.id = %s"""  # noqa: S608 - our own names
_HOUSE = ("seller_name", "seller_phone", "brand", "product", "campaign_name", "caller_id")


@dataclass(frozen=True, slots=True)
class HeardBy:
    """``fields``: by merge field; an empty one is not known."""

    language: str = ""
    fields: dict[str, str] = field(default_factory=dict)


def heard_by(cursor: Cursor, attempt: UUID) -> HeardBy:
    """Who hears the flow of this attempt; nobody in particular where it is not the tenant's."""
    cursor.execute(_WHO, (attempt,))
    row = cursor.fetchone()
    if row is None:
        return HeardBy()
    language, extra, *rest = row
    named = dict(zip((*_HOUSE, *CONTACT_FIELDS), (str(one or "") for one in rest), strict=True))
    return HeardBy(language, named | {f"{EXTRA}{name}": str(value) for name, value in (extra or {}).items()})
