"""What agents hear with: credentials for one login, made afresh each time, gone with it; and numbers of their own.

Answers: which phone has a seat, and may it ring? Refuses to know calls and switches. A password is told once and kept
only as the digest that SIP asks for.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ahize.intake.numbers import read_numbers
from ahize.kernel.errors import BadInput, Conflict, NotFound
from ahize.web import notices
from ahize.web.accounts.models import User
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.lines.models import OwnNumber, PhoneKind, SeatPhone
from ahize.web.lines.trunks import CHANGED
from ahize.web.permissions import Person, second_person

REALM = "ahize"


@dataclass(frozen=True, slots=True)
class Made:
    """A phone just made; its password is nowhere else. Empty for a telephone number, which signs in nowhere."""

    row: SeatPhone
    user: str
    password: str


def user_of(seat: UUID) -> str:
    """The name with which a seat's phone signs in."""
    return f"seat-{seat}"


def needed() -> bool:
    """Whether calls reach agents through a telephone of theirs at all (in the made-up world they do not)."""
    return bool(settings.ENVIRONMENT.phones)


def make(person: Person, seat: UUID, *, kind: str, own_number: UUID | None, now: datetime) -> Made:
    """A phone for this seat and login; an earlier one ends at once. Raises: BadInput, NotFound, Conflict."""
    number = _approved(person, own_number) if kind == PhoneKind.NUMBER else ""
    password = secrets.token_urlsafe(24) if kind != PhoneKind.NUMBER else ""
    user = User.objects.get(pk=person.id)
    SeatPhone.objects.filter(user=user).delete()
    row = SeatPhone.objects.create(
        id=draw_id(now),
        tenant_id=person.tenant,
        seat_id=seat,
        user=user,
        kind=kind,
        ha1=_ha1(user_of(seat), password) if password else "",
        number=number,
        session_epoch=user.session_epoch,
        made_at=now,
        until=now + timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )
    _tell(person.tenant, seat, person.id, now)
    return Made(row, user_of(seat) if password else "", password)


def take_away(user: UUID, *, now: datetime) -> None:
    """The phone of this user, where there is one, is no more."""
    for row in SeatPhone.objects.filter(user_id=user):
        row.delete()
        _tell(row.tenant_id, row.seat_id, user, now)


def of_seat(seat: UUID | None) -> SeatPhone | None:
    """The phone of a seat."""
    return None if seat is None else SeatPhone.objects.filter(seat_id=seat).first()


def state_of(row: SeatPhone | None) -> str:
    """``none``, ``waiting`` for its first sign, ``up`` or ``lost``."""
    if row is None:
        return "none"
    return "waiting" if row.up is None else "up" if row.up else "lost"


def _ha1(user: str, password: str) -> str:
    # The digest that SIP's authentication is built on; RFC 8760's stronger ones are not spoken by every phone.
    return hashlib.md5(f"{user}:{REALM}:{password}".encode(), usedforsecurity=False).hexdigest()


def _tell(tenant: UUID, seat: UUID, user: UUID, now: datetime) -> None:
    notices.tell_dialer(tenant, CHANGED, {}, now=now)
    notices.tell_browsers(tenant, "card", seat, user, now=now)


# ── numbers of one's own ────────────────────────────────────────────────────────────────────────────────────────


def own_numbers(*, of: UUID | None = None) -> QuerySet[OwnNumber]:
    """Those in use, of one person or of all."""
    found = OwnNumber.objects.select_related("user").filter(ended_at=None).order_by("user__name", "e164")
    return found if of is None else found.filter(user_id=of)


def say_mine(person: Person, *, number: str, region: str, mine: bool, now: datetime) -> OwnNumber:
    """Enter a number as one's own. It is called only after another person has approved it."""
    if not mine:
        raise _bad("mine", _("Confirm that this is your own telephone."))
    reading = read_numbers(number, region or None)
    if len(reading.found) != 1:
        raise BadInput(
            _("This is not one whole telephone number."),
            code="bad_number",
            next_step=_("Type it with its area code, or with + and the country code."),
            fields=[{"field": "number", "message": _("This is not one whole telephone number.")}],
            reasons=list(reading.codes),
        )
    e164 = reading.found[0].number.e164
    if own_numbers(of=person.id).filter(e164=e164).exists():
        raise Conflict(_("You have entered this number already."), code="own_number_exists")
    made = OwnNumber.objects.create(id=draw_id(now), tenant_id=person.tenant, user_id=person.id, e164=e164, at=now)
    _keep(made, "enter_own_number", person, now)
    return made


def approve(own: OwnNumber, *, by: Person, now: datetime) -> OwnNumber:
    """Say that the number is indeed that person's. Never one's own."""
    second_person(
        own.user_id,
        by.id,
        refused=_("Nobody approves a number of their own."),
        next_step=_("Have another person approve it."),
    )
    if own.approved_at is None:
        own.approved_at, own.approved_by = now, by.id
        own.save(update_fields=["approved_at", "approved_by"])
        _keep(own, "approve_own_number", by, now)
    return own


def end(own: OwnNumber, *, by: Person, now: datetime) -> None:
    """Nobody calls it any more; a phone that rings there ends."""
    own.ended_at = now
    own.save(update_fields=["ended_at"])
    for row in SeatPhone.objects.filter(user_id=own.user_id, number=own.e164):
        take_away(row.user_id, now=now)
    _keep(own, "end_own_number", by, now)


def access_own_number(own_number: UUID, *, of: UUID | None = None) -> OwnNumber:
    """One in use. Raises: NotFound."""
    found = own_numbers(of=of).filter(pk=own_number).first()
    if found is None:
        raise NotFound(_("There is no such number of one's own."), code="no_own_number")
    return found


def _approved(person: Person, own_number: UUID | None) -> str:
    if own_number is None:
        raise _bad("own_number", _("Say at which of your numbers to call you."))
    own = access_own_number(own_number, of=person.id)
    if own.approved_at is None:
        raise Conflict(
            _("This number waits for approval."),
            code="own_number_not_approved",
            next_step=_("Ask an administrator to approve it."),
        )
    return own.e164


def _keep(own: OwnNumber, action: str, by: Person, now: datetime) -> None:
    audit.record(
        tenant=by.tenant,
        by=by.id,
        action=action,
        subject_kind="own_number",
        subject_id=own.pk,
        after={"user": str(own.user_id)},
        now=now,
    )
    notices.tell_browsers(by.tenant, "lines", own.pk, now=now)


def _bad(field: str, said: str) -> BadInput:
    return BadInput(said, fields=[{"field": field, "message": said}])
