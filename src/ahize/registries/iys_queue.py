"""By when must a consent be up at İYS, what goes first, and how long may an answer be relied on?

A consent that did not come through İYS is void unless it is recorded there within three business days, and a refusal
must be reported within three. What waits is handed in and what became of it is handed back; where it is kept, and which
days are business days in Türkiye, is the caller's to know.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal
from zoneinfo import ZoneInfo

from ahize.kernel.errors import Unavailable
from ahize.registries.iys import Client, Consent, Recipient, Refused, Said

Stage = Literal["pending", "accepted", "rejected", "expired_unsynced", "not_needed"]
IsBusinessDay = Callable[[dt.date], bool]

BUSINESS_DAYS = 3
"""Yönetmelik m. 5 and 9-10: for consents and for refusals alike."""
PRIVATE_AGE_MAX = dt.timedelta(hours=24)
"""How old an answer about a private person may be when the call is placed (house policy)."""
_AGAIN = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(minutes=30), dt.timedelta(hours=2))
_TURKEY = ZoneInfo("Europe/Istanbul")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One consent or refusal on its way up.

    Args:
        key: the caller's own name for it.
        try_at: not before; None for at once.
        transaction_id: İYS's, once it is up: the proof.
        why: what İYS said where it turned it down.
    """

    key: str
    consent: Consent
    stage: Stage = "pending"
    tries: int = 0
    try_at: dt.datetime | None = None
    transaction_id: str = ""
    accepted_at: dt.datetime | None = None
    why: str = ""


def deadline(given_at: dt.datetime, is_business_day: IsBusinessDay) -> dt.datetime:
    """The end of the third business day after the day it was given, Turkish time; the day itself does not count."""
    day, left = given_at.astimezone(_TURKEY).date(), BUSINESS_DAYS
    while left:
        day += dt.timedelta(days=1)
        left -= is_business_day(day)
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), _TURKEY).astimezone(dt.UTC)


def in_order(waiting: Iterable[Waiting], now: dt.datetime) -> list[Waiting]:
    """What may go up now: refusals first, then what is nearest its deadline."""
    due = [one for one in waiting if one.stage == "pending" and (one.try_at is None or one.try_at <= now)]
    return sorted(due, key=lambda one: (one.consent.status != "RET", one.consent.at, one.key))


def send(
    client: Client, waiting: Iterable[Waiting], *, clock: Callable[[], dt.datetime], is_business_day: IsBusinessDay
) -> Iterator[Waiting]:
    """Each as it stands after its turn, to be kept at once; the rest is left where İYS does not answer.

    A consent past its deadline is not sent: İYS would refuse it, and it is void. A refusal is always tried, late or
    not, unless İYS has no record of the person at all: it takes no first record that is a refusal, and nothing is to be
    withdrawn there. The refusal binds us either way.
    """
    for one in in_order(waiting, clock()):
        now = clock()
        if one.consent.status == "ONAY" and now >= deadline(one.consent.at, is_business_day):
            yield replace(one, stage="expired_unsynced", why="not recorded within three business days")
            continue
        try:
            yield _sent(client, one)
        except Refused as refused:
            yield replace(one, stage="rejected", tries=one.tries + 1, why=refused.message)
        except Unavailable as away:
            again = _AGAIN[min(one.tries, len(_AGAIN) - 1)]
            yield replace(one, tries=one.tries + 1, try_at=clock() + again, why=away.message)
            return


def _sent(client: Client, one: Waiting) -> Waiting:
    consent = one.consent
    if consent.status == "RET":
        known = client.status(consent.recipient, consent.recipient_type, consent.channel)
        if known is None:
            return replace(one, stage="not_needed", tries=one.tries + 1, why="İYS has no consent to withdraw")
        if known.consent.status == "RET":
            return replace(one, stage="accepted", tries=one.tries + 1, accepted_at=known.created_at)
    added = client.add(consent)
    return replace(
        one,
        stage="accepted",
        tries=one.tries + 1,
        transaction_id=added.transaction_id,
        accepted_at=added.created_at,
        why="",
    )


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Known:
    """The last answer about a person and channel. ``said`` None: İYS had no record."""

    said: Said | None
    asked_at: dt.datetime


def is_fresh(known: Known, recipient_type: Recipient, now: dt.datetime, is_business_day: IsBusinessDay) -> bool:
    """May a call rest on this answer? A private person's is good for 24 hours, a trader's for three business days."""
    if known.asked_at > now:
        return False
    if recipient_type == "BIREYSEL":
        return now - known.asked_at < PRIVATE_AGE_MAX
    return now < deadline(known.asked_at, is_business_day)


def fact(
    known: Known | None, recipient_type: Recipient, now: dt.datetime, is_business_day: IsBusinessDay
) -> dict[str, Any] | None:
    """The fact ``registries.TR-IYS`` for a ruling; None, that is Unknown, where no fresh answer is held.

    ``none`` is an answer: İYS was asked and had no record.
    """
    if known is None or not is_fresh(known, recipient_type, now, is_business_day):
        return None
    status = "none" if known.said is None else {"ONAY": "granted", "RET": "refused"}[known.said.consent.status]
    return {"status": status, "checked_at": known.asked_at.isoformat()}


def newest(known: Known | None, said: Said) -> Known:
    """What is known after a change was heard of; an older word never replaces a newer one.

    A change is as fresh as the moment it was made, not as the moment we heard of it: another may have followed.
    """
    if known is None:
        return Known(said, said.created_at)
    if known.said is not None and known.said.created_at > said.created_at:
        return known
    return Known(said, max(known.asked_at, said.created_at))
