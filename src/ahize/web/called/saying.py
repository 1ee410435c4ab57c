"""“Is this really you?”: the agent's code for one call, and what the page says to whoever types it in.

The code stands for ten minutes of one live call and says who is calling for what, nothing else: whoever overhears or
guesses one learns that some seller calls somebody. Drawn once a call, so that reading it out twice is the same code.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import Conflict, NotFound
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.called import knocks
from ahize.web.called.models import CallWord
from ahize.web.called.record import purpose_in_words
from ahize.web.dialing.models import Attempt, Seat
from ahize.web.permissions import Person

GOOD = timedelta(minutes=10)
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Calling:
    """What the page confirms: on whose behalf, about what, and until when this code says so."""

    seller: str
    purpose: str
    until: datetime


def word_for(person: Person, attempt_id: UUID, *, now: datetime) -> CallWord:
    """The code of the call at this person's seat, drawn now or as it was. Raises: NotFound, Conflict."""
    with transaction.atomic():
        seat = Seat.objects.filter(user_id=person.id).first()
        attempt = Attempt.objects.filter(pk=attempt_id).first()
        if attempt is None or seat is None or seat.attempt_id != attempt_id:
            raise NotFound(_("This call is not at your seat."))
        if not attempt.live:
            raise Conflict(_("Nobody is on the line any more."), code="not_talking")
        CallWord.objects.filter(until__lte=now - GOOD).exclude(attempt=attempt).delete()
        found = CallWord.objects.select_for_update().filter(attempt=attempt).first()
        if found is not None and found.until > now:
            return found
        taken = set(CallWord.objects.values_list("word", flat=True))
        word = next(one for one in iter(_drawn, None) if one not in taken)
        row = found or CallWord(id=draw_id(now), tenant_id=person.tenant, attempt=attempt)
        row.word, row.at, row.until = word, now, now + GOOD
        row.save()
        audit.record(
            tenant=person.tenant,
            by=person.id,
            action="show_call_word",
            subject_kind="attempt",
            subject_id=attempt.pk,
            after={"until": row.until},
            now=now,
        )
    return row


def who_says(word: str, *, address: str, now: datetime) -> Calling | None:
    """Who calls with this code now; None where nobody does, in one word whatever is wrong with it. Raises: TooMany."""
    knocks.knock([(knocks.WORDS, address)], now=now)
    digits = "".join(one for one in word if one in "0123456789")
    rows = CallWord.objects.select_related("attempt__seller", "attempt__campaign")
    found = rows.filter(word=digits, until__gt=now).first()
    if found is None:
        return None
    attempt = found.attempt
    return Calling(attempt.seller.name, purpose_in_words(attempt.campaign.purpose), found.until)


def _drawn() -> str:
    return "".join(secrets.choice("0123456789") for _one in range(_DIGITS))
