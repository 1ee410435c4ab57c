"""What does a mail of complaint say? Who, when, which numbers, from which authority: each proposed, none believed.

Reads RFC 822 as it comes, broken or not: what cannot be read is told in codes, and the rest is used. A number is
proposed only where it can be read in one way; digits that are not there are never made up. Refuses to know whom we
called.
"""

from __future__ import annotations

import email
import email.policy
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any, Final

from ahize.intake.numbers import read_numbers
from ahize.web.complaints.authorities import Book

TEXT_MAX: Final = 20_000
READ_MAX: Final = 400_000
PROPOSED_MAX: Final = 200
"""More numbers than this are a list and no complaint; so many are shown, and how many more there were."""

_CANDIDATE: Final = re.compile(r"(?<![\w.@/])\+?\(?\d[\d()./\-\s\u00a0]{5,24}\d(?![\w@])")
_DATE: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[\s\u00a0]+\d{1,2}[.:]\d{2})?|\d{4}")
_REFERENCE: Final = re.compile(
    r"(?:reference|ref\.?|case|complaint|ticket|file|docket|başvuru|şikayet|şikâyet|dosya|evrak|sayı)"
    r"\s*(?:no\.?|number|id|numarası|#)?\s*[:#]?\s*([A-Z0-9][A-Z0-9./-]*\d[A-Z0-9./-]*)",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_BREAK: Final = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A number as it can be read; ``raw`` is how it stands in the mail."""

    e164: str
    raw: str


@dataclass(slots=True)
class Mail:
    """What was read. ``notes``: ``no_text``, ``no_date``, ``bad_date``, ``date_in_future``, ``cut_short``,
    ``broken``, ``no_number``, ``many_numbers``."""

    sender: str = ""
    address: str = ""
    subject: str = ""
    text: str = ""
    sent_at: datetime | None = None
    numbers: list[Proposed] = field(default_factory=list)
    more_numbers: int = 0
    authority: str = ""
    reference: str = ""
    notes: list[str] = field(default_factory=list)


def read_mail(raw: bytes, *, region: str, book: Book, now: datetime) -> Mail:
    """All that can be had of a mail; never raises for what stands in it.

    Args:
        region: the country by which a number without + is read; empty: only numbers with + are.
    """
    found = Mail()
    message = email.message_from_bytes(raw[: 1 << 25], policy=email.policy.default)
    assert isinstance(message, EmailMessage), "the default policy makes these"
    found.sender, found.address = parseaddr(_header(message, "From", found))
    found.subject = _header(message, "Subject", found)[:500]
    found.sent_at = _sent_at(message, found, now)
    found.text = _text(message, found)
    if not found.text.strip():
        found.notes.append("no_text")
    whole = f"{found.subject}\n{found.text}"
    found.authority = _authority(found.address, whole, book)
    reference = _REFERENCE.search(whole)
    found.reference = reference[1].strip(".-/")[:120] if reference and found.authority else ""
    if found.authority and not region:
        region = book.authorities[found.authority].country
    _numbers(whole, region, found)
    return found


def _header(message: EmailMessage, name: str, found: Mail) -> str:
    try:
        return _kept(str(message.get(name) or "")).strip()
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):  # headers that Python's parser trips over
        _note(found, "broken")
        return ""


def _sent_at(message: EmailMessage, found: Mail, now: datetime) -> datetime | None:
    given = _header(message, "Date", found)
    if not given:
        _note(found, "no_date")
        return None
    try:
        at = parsedate_to_datetime(given)
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        _note(found, "bad_date")
        return None
    if at > now:
        _note(found, "date_in_future")
        return None
    return at


def _text(message: EmailMessage, found: Mail) -> str:
    parts = list(_parts(message, found))
    plain = [text for kind, text in parts if kind == "text/plain"]
    rich = [_plain(text) for kind, text in parts if kind == "text/html"]
    whole = "\n".join(plain if any(text.strip() for text in plain) else rich)
    if len(whole) > READ_MAX:
        _note(found, "cut_short")
    return whole[:READ_MAX]


def _parts(message: EmailMessage, found: Mail) -> Iterator[tuple[str, str]]:
    if message.defects:
        _note(found, "broken")
    try:
        for part in message.walk():
            if part.defects:
                _note(found, "broken")
            if part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment":
                yield part.get_content_type(), _kept(_decoded(part, found))
    except (ValueError, LookupError, AttributeError, TypeError):
        _note(found, "broken")


def _decoded(part: Any, found: Mail) -> str:
    try:
        payload = part.get_payload(decode=True) or b""
        charset = part.get_content_charset() or "utf-8"
    except (ValueError, LookupError, AssertionError):
        _note(found, "broken")
        return ""
    for one in (charset, "utf-8", "cp1254"):
        try:
            return str(payload.decode(one))
        except (LookupError, UnicodeDecodeError):
            continue
    _note(found, "broken")
    return str(payload.decode("utf-8", "replace"))


def _kept(text: str) -> str:
    """What PostgreSQL can keep: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _plain(rich: str) -> str:
    return html.unescape(_TAG.sub(" ", _BREAK.sub("\n", rich)))


def _authority(address: str, text: str, book: Book) -> str:
    """By the address it comes from; else by a name that stands in it, where it is only one's."""
    domain = address.rpartition("@")[2].lower()
    for one in book.authorities.values():
        if any(domain == known or domain.endswith(f".{known}") for known in one.mail):
            return one.id
    named = {one.id for one in book.authorities.values() if any(word in text for word in one.words)}
    return named.pop() if len(named) == 1 else ""


def _numbers(text: str, region: str, found: Mail) -> None:
    seen: dict[str, Proposed] = {}
    for raw in _candidates(text):
        reading = read_numbers(raw, region or None)
        # One reading or none: what could be two numbers is for a person to read.
        if len(reading.found) == 1:
            e164 = reading.found[0].number.e164
            seen.setdefault(e164, Proposed(e164, raw))
    found.numbers = list(seen.values())[:PROPOSED_MAX]
    found.more_numbers = len(seen) - len(found.numbers)
    if not seen:
        _note(found, "no_number")
    if found.more_numbers:
        _note(found, "many_numbers")


def _candidates(text: str) -> Iterator[str]:
    for line in _lines(text):
        for match in _CANDIDATE.finditer(line):
            raw = " ".join(match[0].split())
            if not _DATE.fullmatch(raw):
                yield raw


def _lines(text: str) -> Iterable[str]:
    # A number does not go over the end of a line; a line longer than a page is no sentence of anybody's.
    return (line[:5_000] for line in text.splitlines())


def _note(found: Mail, code: str) -> None:
    if code not in found.notes:
        found.notes.append(code)
