"""Is this number yours? A code is brought to it, and whoever types it in may read.

Three rules keep the page from being a tool against others. A code goes only to a number that this house itself has rung
within two years, so nobody can make us call or text a stranger. It is drawn and sent by the worker, after the page has
answered, so neither words nor time tell whether anything was sent. And it is sent by day where the number is, three
times a day at most. One code at a time stands for a number, ten minutes, five tries; the table holds a keyed hash.
By a call it has six digits, for eight are too many for an ear; the call itself needs a permit (``dialing/code_calls``).
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from ahize.kernel.errors import NotAllowed
from ahize.web.base import draw_id
from ahize.web.called import knocks
from ahize.web.called.models import Code, MadeUpMessage, Way
from ahize.web.called.senders import CodeSender
from ahize.web.contacts.models import Phone
from ahize.web.dialing import code_calls
from ahize.web.dialing.models import Attempt

log = logging.getLogger(__name__)

GOOD = timedelta(minutes=10)
TRIES = 5
READING = timedelta(minutes=30)
KEPT = timedelta(days=1)
SENT_OF_NUMBER = knocks.Limit("sent of number", 3, timedelta(days=1))
_DIGITS = {Way.TEXT: 8, Way.CALL: 6}


def ask(*, tenant: UUID, e164: str, language: str, now: datetime, way: Way = Way.TEXT) -> Code:
    """Somebody wants a code for this number. The same two statements whatever is on record; the worker does the rest.

    A code that is still good stays the one that is good: asking again neither replaces it nor sends it anew.
    """
    wished = {"language": language, "way": way, "asked_at": now, "until": now + GOOD}
    fresh = Code(id=draw_id(now), tenant_id=tenant, e164=e164, **wished)
    Code.objects.bulk_create([fresh], ignore_conflicts=True)
    stale = Code.objects.filter(e164=e164, until__lte=now)
    stale.update(hash="", handled_at=None, tries=0, **wished)
    return Code.objects.get(e164=e164)


def draw_and_send(code: UUID, sender: CodeSender | None, *, house: str, now: datetime) -> bool:
    """The worker's part: draw the code and have it brought, where it may be. May run twice: it is sent once.

    Args:
        sender: who brings text messages; None: nobody.
        house: by whom somebody who is called with it hears that they are called.

    Returns:
        Whether it was sent, or its call asked for.
    """
    row = Code.objects.select_for_update().filter(pk=code).first()
    if row is None or row.handled_at is not None or row.until <= now:
        return False
    row.handled_at = now
    drawn = ""
    if (sender is not None or row.way == Way.CALL) and may_be_sent(row.e164, now=now):
        drawn = "".join(secrets.choice("0123456789") for _one in range(_DIGITS[Way(row.way)]))
        row.hash = hashed(row.e164, drawn, row.tenant_id)
        knocks.count([(SENT_OF_NUMBER, row.e164), (knocks.SENT_OF_ALL, "")], now=now)
    row.save(update_fields=["handled_at", "hash"])
    if not drawn:
        return False
    if row.way == Way.CALL:
        code_calls.ask(tenant=row.tenant_id, e164=row.e164, code=drawn, house=house, language=row.language, now=now)
        return True
    assert sender is not None, "without one nothing is drawn for a text message"
    return _text(sender, row, drawn, now)


def _text(sender: CodeSender, row: Code, drawn: str, now: datetime) -> bool:
    with translation.override(row.language):
        words = _("Your code is %(code)s. It is good for ten minutes. Never tell it to anybody who calls you.")
        said = words % {"code": f"{drawn[:4]} {drawn[4:]}"}
    try:
        sender.send(e164=row.e164, words=said, language=row.language, now=now)
    except OSError as failed:
        log.error("a code could not be sent: %s", failed)
        return False
    return True


def may_be_sent(e164: str, *, now: datetime) -> bool:
    """Whether a code may go to this number now: we rang it ourselves, it is day there, and few went there today."""
    rung = Attempt.objects.filter(e164=e164, originated_at__gt=now - code_calls.RUNG_WITHIN)
    if not rung.exists() or knocks.full(SENT_OF_NUMBER, e164, now=now) or knocks.full(knocks.SENT_OF_ALL, "", now=now):
        return False
    zones = {one for found in Phone.objects.filter(e164=e164).values_list("zones", flat=True) for one in found}
    return bool(zones) and all(code_calls.is_day(zone, now) for zone in zones)


def prove(*, tenant: UUID, e164: str, code: str, now: datetime) -> str:
    """The right code opens what is on record about its number; what is handed back stands for it for half an hour.

    Raises: NotAllowed in the same words whatever is wrong: no code, an old one, a spent one, the wrong one.
    """
    row = Code.objects.select_for_update().filter(e164=e164).first()
    typed = "".join(one for one in code.translate(_PLAIN) if one in "0123456789")
    given = hashed(e164, typed, tenant)
    kept = row.hash if row is not None and row.hash and row.until > now and row.tries < TRIES else "0" * 64
    if not hmac.compare_digest(given, kept) or row is None:
        Code.objects.filter(e164=e164).update(tries=F("tries") + 1)
        raise NotAllowed(
            _("This code is not right, or no longer good."),
            code="code_not_right",
            next_step=_("Look again at the digits, or ask for a new code in ten minutes."),
        )
    token = secrets.token_urlsafe(32)
    row.hash, row.until, row.proof, row.proven_until = "", now, _sha256(token), now + READING
    row.save(update_fields=["hash", "until", "proof", "proven_until"])
    return token


def proven(token: str, *, now: datetime) -> str:
    """The number that this token stands for. Raises: NotAllowed."""
    row = Code.objects.filter(proof=_sha256(token), proven_until__gt=now).first() if token else None
    if row is None:
        raise NotAllowed(_("Your half hour is over."), code="not_proven", next_step=_("Ask for a new code to go on."))
    return row.e164


def proof_of(token: str) -> str:
    """What is kept of a token."""
    return _sha256(token)


def number_of_proof(proof: str, *, now: datetime) -> str:
    """The number that this proof stands for now; empty where it stands for none."""
    found = Code.objects.filter(proof=proof, proven_until__gt=now).values_list("e164", flat=True) if proof else []
    return next(iter(found), "")


def sweep(*, now: datetime) -> int:
    """Away with codes and made-up messages of yesterday: whoever typed a number here need not stay on record."""
    gone, _kinds = Code.objects.filter(asked_at__lt=now - KEPT).delete()
    MadeUpMessage.objects.filter(at__lt=now - KEPT).delete()
    code_calls.sweep(now=now)
    return gone


def hashed(e164: str, code: str, tenant: UUID) -> str:
    """What is kept of a code: without the house's key ten million guesses say nothing."""
    said = f"code of {e164} at {tenant}: {code}"
    return hmac.new(settings.FIELD_KEY, said.encode(), hashlib.sha256).hexdigest()


_PLAIN = {ord(one): str(value) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, one in enumerate(digits)}
"""Digits as some keyboards write them."""


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
