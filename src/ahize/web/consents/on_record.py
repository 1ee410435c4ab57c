"""What is on record about numbers, as facts for a ruling: all of it in one statement, whatever the count.

Facts have the shape of ``law/facts.md`` and stand by number. Absence is said by the empty list for what only we keep
(suppressions, consents, relationships), and by a missing registry for what others keep. Read them in the transaction
that holds ``locks.numbers_shared``. Every clearance asks this, so it is plain SQL: building a queryset takes longer
than answering it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from ahize.web.asking import ask
from ahize.web.consents.copies import copies
from ahize.web.consents.models import Channel, Consent, ConsentEvent
from ahize.web.consents.pseudonyms import pseudonyms, tenant_of
from ahize.web.consents.queries import Held, known


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on record about one number for one seller."""

    registries: dict[str, dict[str, Any]] = field(default_factory=dict)
    suppressions: list[dict[str, Any]] = field(default_factory=list)
    relationships: list[dict[str, Any]] = field(default_factory=list)
    consents: list[dict[str, Any]] = field(default_factory=list)


_ON_RECORD = """
    SELECT
        (SELECT json_agg(found) FROM (
            -- In force: the seller's own, and those that bind every seller.
            SELECT e164, seller_id, channel, at, source, covers FROM consents_suppression
            WHERE (seller_id = %(seller)s OR seller_id IS NULL) AND e164 = ANY(%(either)s) AND ended_at IS NULL
            ORDER BY at, id) AS found),
        (SELECT json_agg(found) FROM (
            SELECT e164, kind, last_on, ended_on, product, opt_out_offered FROM consents_relationship
            WHERE seller_id = %(seller)s AND e164 = ANY(%(numbers)s) ORDER BY last_on, id) AS found),
        (SELECT json_agg(found) FROM (
            -- Revoked ones too: that one was withdrawn is a fact of its own.
            SELECT id, e164, form, level, channels, methods, purposes, brand, product, "window", given_at, until,
                   proof_kept, signed, conditional, flaws,
                   (SELECT json_agg(event) FROM (
                       SELECT kind, at, channels, registry_state FROM consents_consentevent
                       WHERE consent_id = consent.id ORDER BY at, id) AS event) AS events
            FROM consents_consent AS consent
            WHERE seller_id = %(seller)s AND e164 = ANY(%(numbers)s) ORDER BY given_at, id) AS found),
        (SELECT json_agg(found) FROM (
            -- To the hour, never later than it was: contacts of one list then share their rulings.
            SELECT e164, registry, status, date_trunc('hour', checked_at, 'UTC') AS checked_at
            FROM consents_registryanswer
            WHERE seller_id = %(seller)s AND e164 = ANY(%(numbers)s) AND channel = %(channel)s
              AND checked_at IS NOT NULL) AS found),
        copies.loads, copies.last
    FROM (SELECT count(*) AS loads, max(loaded_at) AS last FROM consents_registryversion
          WHERE seller_id = %(seller)s) AS copies"""


def facts_for(seller: UUID, numbers: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> dict[str, Facts]:
    """Everything on record about each number for a seller.

    Registries: one entry for each registry whose copy covers the number's area, ``listed`` with the copy's day; a
    registry that is not held, or whose copies do not cover the area, is absent, that is, Unknown. A private list that
    names the number is a suppression.
    """
    return facts_asked(seller, numbers, using=using)()


def facts_asked(
    seller: UUID, numbers: Iterable[str], *, using: str = DEFAULT_DB_ALIAS
) -> Callable[[], dict[str, Facts]]:
    """The same, asked with other statements (``asking.together``)."""
    wanted = list(dict.fromkeys(numbers))
    # Whoever was erased is suppressed under a pseudonym: a list that brings the number back brings nobody back.
    erased = {name: e164 for e164 in wanted for name in pseudonyms(tenant_of(seller, using=using), e164)}
    params = {"seller": seller, "numbers": wanted, "either": [*wanted, *erased], "channel": Channel.VOICE.value}
    return ask(_ON_RECORD, params, lambda rows: _facts(seller, wanted, erased, rows[0], using), using=using)


def _facts(
    seller: UUID, wanted: Sequence[str], erased: Mapping[str, str], row_of_all: Sequence[Any], using: str
) -> dict[str, Facts]:
    *kept, loads, last = row_of_all
    suppressions, relationships, consents, answers = (rows or () for rows in kept)
    held = copies(seller, using=using, newest=(loads, last))
    found = {e164: Facts(registries=held.about(e164)) for e164 in wanted}
    for row in suppressions:
        found[erased.get(row["e164"], row["e164"])].suppressions.append(_suppression(row))
    for e164, one in found.items():
        one.suppressions.extend(held.suppressions(e164, seller))
    for row in relationships:
        found[row.pop("e164")].relationships.append(
            known({"principal": str(seller), **row, "product": row["product"] or None})
        )
    for row in consents:
        found[row["e164"]].consents.extend(_consent(row, seller).facts())
    for row in answers:
        found[row["e164"]].registries[row["registry"]] = {"status": row["status"], "checked_at": row["checked_at"]}
    return found


def _suppression(row: Mapping[str, Any]) -> dict[str, Any]:
    scope = "channel" if row["channel"] else "all" if row["seller_id"] is None else "principal"
    return known(
        {
            "scope": scope,
            "principal": row["seller_id"],
            "channel": row["channel"],
            "at": row["at"],
            "source": row["source"],
            "covers": row["covers"],
        }
    )


def _consent(row: Mapping[str, Any], seller: UUID) -> Held:
    values = {name: value for name, value in row.items() if name != "events"}
    events = (ConsentEvent(**{**event, "at": datetime.fromisoformat(event["at"])}) for event in row["events"] or ())
    until = row["until"] and datetime.fromisoformat(row["until"])
    given_at = datetime.fromisoformat(row["given_at"])
    return Held(Consent(**{**values, "seller_id": seller, "given_at": given_at, "until": until}), tuple(events))
