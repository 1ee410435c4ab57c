"""How often somebody may fail to sign in.

Three counters, by hash: this account from this address, this account from anywhere, this address on any account. The
first is tight; the second is wide, so that a stranger cannot lock somebody out; the third slows whoever tries many.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.utils.translation import ngettext

from ahize.kernel.errors import TooMany
from ahize.web.accounts.models import SignInFailure


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``failures`` in any ``window``."""

    failures: int
    window: timedelta


HERE = Limit(5, timedelta(minutes=5))
ANYWHERE = Limit(50, timedelta(hours=1))
ADDRESS = Limit(100, timedelta(minutes=10))
"""A whole call centre may stand behind one address and mistype on a Monday morning."""
LONGEST = max(limit.window for limit in (HERE, ANYWHERE, ADDRESS))


def keys(*, email: str, address: str) -> dict[str, Limit]:
    """The counters of one try, by the hash under which they are kept."""
    account = email.strip().lower()
    said = {
        f"account {account} from {address}": HERE,
        f"account {account}": ANYWHERE,
        f"address {address}": ADDRESS,
    }
    return {hashlib.sha256(words.encode()).hexdigest(): limit for words, limit in said.items()}


def check(*, email: str, address: str, now: datetime) -> None:
    """Refuse with the time to wait where a counter is full. Raises: TooMany."""
    wait = max(_wait(key, limit, now) for key, limit in keys(email=email, address=address).items())
    if wait <= timedelta(0):
        return
    seconds = ceil(wait.total_seconds())
    minutes = ceil(seconds / 60)
    raise TooMany(
        ngettext(
            "Too many failed tries to sign in. Try again in %(minutes)d minute.",
            "Too many failed tries to sign in. Try again in %(minutes)d minutes.",
            minutes,
        )
        % {"minutes": minutes},
        code="too_many_sign_ins",
        retry_after_s=seconds,
        retry_at=now + timedelta(seconds=seconds),
    )


def count(*, email: str, address: str, now: datetime) -> None:
    """One more failure, and away with those that no longer count."""
    SignInFailure.objects.filter(at__lt=now - LONGEST).delete()
    SignInFailure.objects.bulk_create(
        [SignInFailure(key=key, at=now) for key in keys(email=email, address=address)],
    )


def _wait(key: str, limit: Limit, now: datetime) -> timedelta:
    """How long until this counter has room; zero or less where it has."""
    latest = SignInFailure.objects.filter(key=key, at__gt=now - limit.window).order_by("-at")
    full = latest[limit.failures - 1 : limit.failures].first()
    return full.at + limit.window - now if full else timedelta(0)
