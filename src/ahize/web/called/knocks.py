"""How often may somebody ask? Counted by keyed hashes of addresses and numbers, by kind of deed.

A full counter is told in words with the time to wait, and writes nothing: ten thousand requests cost ten thousand
look-ups in an index. What is counted is never whether a number is known. Stopping is limited by address alone, and
widely: no limit of all people together may keep one of them from it.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ahize.kernel.errors import TooMany
from ahize.web.called.models import Knock

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` in any ``window``, of what ``kind`` names."""

    kind: str
    most: int
    window: timedelta


MINUTES_10, HOUR, DAY = timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)

STOPS = (Limit("stop of address", 30, MINUTES_10), Limit("stops of address", 100, DAY))
ASKS = Limit("ask of address", 10, MINUTES_10)
ASKS_OF_NUMBER = (Limit("ask of number", 3, HOUR), Limit("asks of number", 6, DAY))
ASKS_OF_ALL = Limit("asks of all", 1_000, HOUR)
TRIES = Limit("try of address", 20, MINUTES_10)
TRIES_OF_ALL = Limit("wrong tries of all", 500, HOUR)
WORDS = Limit("word of address", 10, MINUTES_10)
LOOKS = Limit("look of address", 60, MINUTES_10)
DEEDS = Limit("deed of number", 20, DAY)
HEARS = Limit("hearing of number", 300, HOUR)
LONGEST = DAY
SENT_OF_ALL = Limit("sent of all", 200, HOUR)
SWEPT = 50
"""One knock in so many sweeps out what no longer counts."""

_told: dict[str, datetime] = {}
_TOLD_MAX = 1_000
_TELL_EVERY = timedelta(minutes=10)


def knock(pairs: Sequence[tuple[Limit, str]], *, now: datetime) -> None:
    """Count one more of each, or refuse where one is full. Raises: TooMany with the time to wait."""
    keyed = [(limit, key(limit.kind, of)) for limit, of in pairs]
    for limit, hashed in keyed:
        wait = waits(limit, hashed, now=now)
        if wait > timedelta(0):
            _log(limit, hashed, now)
            raise too_many(wait, now=now)
    Knock.objects.bulk_create([Knock(key=hashed, at=now) for _limit, hashed in keyed])
    if int(now.timestamp() * 1_000) % SWEPT == 0:
        sweep(now=now)


def check(limit: Limit, of: str, *, now: datetime) -> None:
    """Refuse where it is full, and count nothing. Raises: TooMany."""
    hashed = key(limit.kind, of)
    wait = waits(limit, hashed, now=now)
    if wait > timedelta(0):
        _log(limit, hashed, now)
        raise too_many(wait, now=now)


def count(pairs: Sequence[tuple[Limit, str]], *, now: datetime) -> None:
    """Count one more of each, without refusing."""
    Knock.objects.bulk_create([Knock(key=key(limit.kind, of), at=now) for limit, of in pairs])


def full(limit: Limit, of: str, *, now: datetime) -> bool:
    """Whether it has no room."""
    return waits(limit, key(limit.kind, of), now=now) > timedelta(0)


def sweep(*, now: datetime) -> int:
    """Away with what no longer counts."""
    return Knock.objects.filter(at__lt=now - LONGEST).delete()[0]


def key(kind: str, of: str) -> str:
    """Under what it is kept: whoever has the table learns no address and no number."""
    return hmac.new(settings.FIELD_KEY, f"called {kind}: {of}".encode(), hashlib.sha256).hexdigest()


def waits(limit: Limit, hashed: str, *, now: datetime) -> timedelta:
    """How long until this counter has room; zero or less where it has."""
    latest = Knock.objects.filter(key=hashed, at__gt=now - limit.window).order_by("-at")
    full = latest[limit.most - 1 : limit.most].first()
    return full.at + limit.window - now if full else timedelta(0)


def too_many(wait: timedelta, *, now: datetime) -> TooMany:
    """The refusal, in words."""
    seconds = ceil(wait.total_seconds())
    minutes = ceil(seconds / 60)
    said = ngettext(
        "This was asked too often. Please try again in %(minutes)d minute.",
        "This was asked too often. Please try again in %(minutes)d minutes.",
        minutes,
    )
    return TooMany(
        said % {"minutes": minutes},
        code="too_many_knocks",
        next_step=_("You can also write to us, or tell whoever calls you."),
        retry_after_s=seconds,
        retry_at=now + timedelta(seconds=seconds),
    )


def _log(limit: Limit, hashed: str, now: datetime) -> None:
    """Once in a while for each, so that a flood does not fill the log as well."""
    last = _told.get(hashed)
    if last is not None and now - last < _TELL_EVERY:
        return
    if len(_told) >= _TOLD_MAX:
        _told.clear()
    _told[hashed] = now
    log.warning("the page for called people refuses: %s is full (%s)", limit.kind, hashed[:12])
