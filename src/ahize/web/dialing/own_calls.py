"""Calls to numbers of the house's own: a trunk's test, and an agent's ear at home.

The web asks for one here; clearance seals it only for a number that is shown to be the house's own (``clearance.py``),
the gate spends that permit like any other, and dialerd writes what came of it. Nobody else is ever called this way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import transaction
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from ahize.kernel.errors import BadInput, Conflict, NotFound, TooMany
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.dialing.models import OwnCall, OwnPurpose
from ahize.web.lines import phones
from ahize.web.lines.models import Trunk
from ahize.web.permissions import Person
from ahize.web.tenants.models import Seller
from ahize.web.tenants.queries import caller_ids

Cursor = psycopg.Cursor[tuple[Any, ...]]

A_DAY = timedelta(days=1)
TESTS_A_DAY = 20
"""So many tests of one number in a day; more is no test any more."""
ASKED = "own_call_asked"
"""The deed that wakes dialerd for it."""
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Own:
    """A number that may be called for a test, and why it is the house's own."""

    number: str
    what: str
    label: str


def own(person: Person, *, now: datetime) -> list[Own]:
    """Numbers this person may have called: the sellers', their caller IDs that can be called, and approved own ones."""
    found = [Own(one.e164, "mine", "") for one in phones.own_numbers(of=person.id).filter(approved_at__isnull=False)]
    found += [Own(one.e164, "caller_id", one.label) for one in caller_ids(at=now).filter(dialable=True)]
    found += [Own(one.phone_e164, "seller", one.name) for one in Seller.objects.exclude(phone_e164="").order_by("name")]
    return list({one.number: one for one in reversed(found)}.values())[::-1]


def ask_test(person: Person, trunk: Trunk, *, number: str, caller_id: str, now: datetime) -> OwnCall:
    """Call one of the house's own numbers over this trunk. Raises: BadInput, Conflict, TooMany."""
    if number not in {one.number for one in own(person, now=now)}:
        said = _("This number is not one of the house's own.")
        raise BadInput(
            said,
            code="not_own",
            next_step=_("Choose a caller ID or a seller's number, or enter your own telephone and have it approved."),
            fields=[{"field": "number", "message": said}],
        )
    if not trunk.enabled:
        raise Conflict(_("This trunk is switched off."), code="trunk_disabled")
    if OwnCall.objects.filter(purpose=OwnPurpose.TEST, e164=number, at__gt=now - A_DAY).count() >= TESTS_A_DAY:
        raise TooMany(_("This number was called %(n)d times today.") % {"n": TESTS_A_DAY}, code="too_many_tests")
    shown = _shown(trunk, number, caller_id, now)
    return _ask(person, now=now, purpose=OwnPurpose.TEST, trunk=trunk, e164=number, caller_id=shown)


def ask_phone(person: Person, seat: UUID, *, e164: str, now: datetime) -> OwnCall:
    """Call the agent at home; the engine keeps that leg up. Raises: Conflict."""
    shown = _shown(None, e164, "", now)
    return _ask(person, now=now, purpose=OwnPurpose.PHONE, seat_id=seat, e164=e164, caller_id=shown)


def tests_of(trunk: UUID) -> list[OwnCall]:
    """The latest tests of a trunk."""
    return list(OwnCall.objects.filter(trunk_id=trunk, purpose=OwnPurpose.TEST).order_by("-at", "-id")[:SHOWN])


def access_own_call(own_call: UUID) -> OwnCall:
    """One call of the tenant. Raises: NotFound."""
    found = OwnCall.objects.filter(pk=own_call).first()
    if found is None:
        raise NotFound(_("There is no such test."), code="no_own_call")
    return found


def _shown(trunk: Trunk | None, number: str, wanted: str, now: datetime) -> str:
    """The caller ID to show: the one that was wanted, else the first in force that this trunk may show."""
    may = [
        one.e164 for one in caller_ids(at=now) if trunk is None or not trunk.caller_ids or one.e164 in trunk.caller_ids
    ]
    if wanted and wanted not in may:
        said = _("This caller ID is not in force, or this trunk may not show it.")
        raise BadInput(said, fields=[{"field": "caller_id", "message": said}])
    if not may:
        raise Conflict(
            _("No caller ID is in force for this trunk."),
            code="no_caller_id",
            next_step=_("Enter one with its seller, with the proof that it may be shown."),
        )
    return wanted or next((one for one in may if one != number), may[0])


def _ask(person: Person, *, now: datetime, **what: Any) -> OwnCall:
    with transaction.atomic():
        made = OwnCall.objects.create(id=draw_id(now), tenant_id=person.tenant, user_id=person.id, at=now, **what)
        notices.tell_dialer(person.tenant, ASKED, {"own_call": str(made.pk)}, now=now)
        audit.record(
            tenant=person.tenant,
            by=person.id,
            action="ask_own_call",
            subject_kind="own_call",
            subject_id=made.pk,
            after={"purpose": made.purpose, "trunk": str(made.trunk_id) if made.trunk_id else None},
            now=now,
        )
    return made


# ── for dialerd ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Asked:
    """A call to an own number that waits for clearance."""

    id: UUID
    purpose: str
    trunk: UUID | None
    seat: UUID | None


def asked(cursor: Cursor, tenant: UUID, now: datetime) -> Sequence[Asked]:
    """Those of the last minute; an older one is no longer waited for."""
    cursor.execute(
        "SELECT id, purpose, trunk_id, seat_id FROM dialing_owncall"
        " WHERE tenant_id = %s AND state = 'asked' AND at > %s ORDER BY at, id",
        (tenant, now - timedelta(minutes=1)),
    )
    return [Asked(*row) for row in cursor.fetchall()]


def note(
    cursor: Cursor,
    own_call: UUID,
    state: str,
    now: datetime,
    *,
    why: str = "",
    cause: int | None = None,
    quality: Mapping[str, Any] | None = None,
) -> None:
    """What came of it: ``ringing``, ``answered``, ``ended`` or (by the gate) ``refused``.

    Args:
        quality: ``{"mos", "jitter_ms", "loss_share", "rtt_ms", "codec"}`` as measured, in the end or under way.
    """
    cursor.execute(
        "UPDATE dialing_owncall SET state = %s, why = CASE WHEN %s = '' THEN why ELSE %s END,"
        " answered_at = CASE WHEN %s = 'answered' THEN coalesce(answered_at, %s) ELSE answered_at END,"
        " ended_at = CASE WHEN %s IN ('ended', 'refused') THEN coalesce(ended_at, %s) ELSE ended_at END,"
        " cause = coalesce(%s, cause), quality = coalesce(%s, quality) WHERE id = %s AND state <> 'ended'",
        (
            *(state, why, why, state, now, state, now, cause),
            *(Jsonb(dict(quality)) if quality is not None else None, own_call),
        ),
    )
