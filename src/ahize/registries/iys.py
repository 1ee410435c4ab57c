"""What do we say to İYS, Türkiye's registry of consents, and what does it answer?

Adding a consent, asking for one, following changes; the token, the limits a minute, and trying again. The wire, the
clock and the waiting are handed in, so that this file knows no network. It refuses to know whose consents they are and
what the law makes of an answer; ``iys_queue`` knows by when a consent must be up.

Source: dev.iys.org.tr; limits a minute as integrators report them.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from ahize.kernel.errors import BadInput, Unavailable

Channel = Literal["ARAMA", "MESAJ", "EPOSTA"]
State = Literal["ONAY", "RET"]
Recipient = Literal["BIREYSEL", "TACIR"]
Feed = Literal["HS", "IYS"]

OUR_SOURCES = frozenset(
    f"HS_{name}"
    for name in (
        *("FIZIKSEL_ORTAM", "ISLAK_IMZA", "WEB", "CAGRI_MERKEZI", "SOSYAL_MEDYA", "EPOSTA", "MESAJ", "MOBIL"),
        *("EORTAM", "ETKINLIK", "2015", "ATM", "KARAR"),
    )
)
"""Where we may say that a consent was taken. Sources that begin with IYS_ are the citizen's own acts: never sent."""

_TURKEY = ZoneInfo("Europe/Istanbul")
_WIRE_TIME = "%Y-%m-%d %H:%M:%S"
_PER_MINUTE = {"add": 50, "status": 100, "changes": 50, "token": 10}
_MINUTE = dt.timedelta(minutes=1)
_TRIES = 5
_PAUSE_S = 1.0
_PAUSE_S_MAX = 60.0
_TOKEN_MARGIN = dt.timedelta(seconds=60)
PAGE = 500
CHANGES_REACH = dt.timedelta(days=7)
CHANGES_LAG = dt.timedelta(hours=1)
"""The changes reach back so far, and the last so much is not in them yet."""


class Unreachable(Exception):
    """No answer came: the line, not İYS, has spoken. Whether the request arrived is unknown."""


@dataclass(frozen=True, slots=True)
class Request:
    """What goes out. ``body`` is JSON; ``form`` a form instead."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    token: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. ``retry_after_s``: as the header says, where it says anything."""

    status: int
    body: Any = None
    retry_after_s: float | None = None


class Line(Protocol):
    """The way to İYS."""

    def __call__(self, request: Request) -> Reply:
        """Raises: Unreachable."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """A provider's way in, and one of its brands."""

    iys_code: int
    brand_code: int
    username: str
    password: str = field(repr=False)

    @property
    def base(self) -> str:
        """Where the brand's consents are."""
        return f"/sps/{self.iys_code}/brands/{self.brand_code}/consents"


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent or refusal: one person, one channel.

    Args:
        recipient: E.164, or an e-mail address for EPOSTA.
        at: when it was given, aware.
        source: of ``OUR_SOURCES``; in what İYS says, also one that begins with ``IYS_``.
    """

    recipient: str
    recipient_type: Recipient
    channel: Channel
    status: State
    source: str
    at: dt.datetime
    retailer_code: int | None = None
    retailer_access: tuple[int, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        """As the API wants it: Turkish time without a zone."""
        wire: dict[str, Any] = {
            "consentDate": wire_time(self.at),
            "source": self.source,
            "recipient": self.recipient,
            "recipientType": self.recipient_type,
            "status": self.status,
            "type": self.channel,
        }
        if self.retailer_code is not None:
            wire["retailerCode"] = self.retailer_code
        if self.retailer_access:
            wire["retailerAccess"] = list(self.retailer_access)
        return wire


@dataclass(frozen=True, slots=True)
class Said:
    """What İYS says of one person and channel."""

    consent: Consent
    created_at: dt.datetime
    transaction_id: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """A consent is up."""

    transaction_id: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some changes, in the order of their creation, and the cursor behind them."""

    changes: tuple[Said, ...]
    after: str


class Refused(BadInput):
    """İYS turned a consent down; it will do so again until it is changed."""

    code = "iys_refused"


def wire_time(at: dt.datetime) -> str:
    """Turkish local time as İYS writes it."""
    assert at.tzinfo is not None, "İYS times come from aware datetimes"
    return at.astimezone(_TURKEY).strftime(_WIRE_TIME)


def read_time(text: str) -> dt.datetime:
    """UTC of a time as İYS writes it."""
    return dt.datetime.strptime(text, _WIRE_TIME).replace(tzinfo=_TURKEY).astimezone(dt.UTC)


class Client:
    """Speaks for one brand.

    Args:
        line: the way to İYS.
        clock: aware UTC now.
        pause: waits so many seconds.
    """

    def __init__(
        self,
        line: Line,
        account: Account,
        *,
        clock: Callable[[], dt.datetime],
        pause: Callable[[float], None],
    ) -> None:
        self._line = line
        self.account = account
        self._clock = clock
        self._pause = pause
        self._token = ""
        self._token_until: dt.datetime | None = None
        self._lately: dict[str, deque[dt.datetime]] = {kind: deque() for kind in _PER_MINUTE}

    def now(self) -> dt.datetime:
        """The client's clock."""
        return self._clock()

    # ── what can be asked ─────────────────────────────────────────────────────────────────────────────────

    def add(self, consent: Consent) -> Added:
        """Put a consent or a refusal up. The same one again is harmless: İYS keeps the last word of each person.

        Raises:
            Refused: with İYS's codes in ``facts["errors"]``.
            Unavailable: İYS does not answer, or answers nonsense.
        """
        _check(consent)
        reply = self._ask("add", Request("POST", self.account.base, body=consent.to_wire()))
        if reply.status == 422:
            raise _refusal(reply.body)
        try:
            return Added(str(reply.body["transactionId"]), read_time(reply.body["creationDate"]))
        except (KeyError, TypeError, ValueError) as wrong:
            raise _nonsense("the answer to an added consent") from wrong

    def status(self, recipient: str, recipient_type: Recipient, channel: Channel) -> Said | None:
        """What is on record for one person and channel; None where nothing is.

        Raises:
            Refused, Unavailable. Neither is an answer: who asked must not call.
        """
        body = {"recipient": recipient, "recipientType": recipient_type, "type": channel}
        reply = self._ask("status", Request("POST", f"{self.account.base}/status", body=body))
        if reply.status == 404:
            return None
        if reply.status == 422:
            raise _refusal(reply.body)
        said = _said(reply.body)
        if (said.consent.recipient, said.consent.recipient_type, said.consent.channel) != (
            *(recipient, recipient_type),
            channel,
        ):
            raise _nonsense("an answer about somebody else")
        return said

    def changes(self, feed: Feed, after: str = "", limit: int = PAGE) -> Page:
        """A page of changes: those we put up (HS), or those citizens made themselves (IYS).

        An empty page of IYS is no proof that nobody withdrew: that feed was announced before it was live.

        Raises:
            Refused, Unavailable.
        """
        asked = {"source": feed, "limit": str(limit), **({"after": after} if after else {})}
        reply = self._ask("changes", Request("GET", f"{self.account.base}/changes?{urlencode(asked)}"))
        if reply.status == 422:
            raise _refusal(reply.body)
        try:
            rows: Sequence[Any] = reply.body.get("list") or ()
            return Page(tuple(_said(row) for row in rows), str(reply.body.get("after") or after))
        except AttributeError as wrong:
            raise _nonsense("a page of changes") from wrong

    # ── how it is asked ───────────────────────────────────────────────────────────────────────────────────

    def _ask(self, kind: str, request: Request) -> Reply:
        """One request, with a token, within the limits, and again where that may help."""
        pause_s, is_renewed, why = _PAUSE_S, False, "it does not answer"
        for try_ in range(1, _TRIES + 1):
            reply = self._once(kind, request)
            if reply is not None and reply.status == 401 and not is_renewed:
                self._token, is_renewed = "", True
                reply = self._once(kind, request)
            if reply is not None and reply.status in {200, 201, 404, 422}:
                return reply
            if reply is not None and reply.status != 429 and reply.status < 500:
                raise Unavailable(
                    f"İYS does not let us do this (HTTP {reply.status}).",
                    code="iys_denied",
                    next_step="Check the İYS user name, the password and the brand's code.",
                )
            why = f"it answers HTTP {reply.status}" if reply is not None else why
            if try_ == _TRIES:
                break
            asked_for = reply.retry_after_s if reply is not None and reply.retry_after_s else 0.0
            self._pause(min(_PAUSE_S_MAX, max(pause_s, asked_for)))
            pause_s *= 2
        raise Unavailable(
            f"İYS cannot be reached: {why}, {_TRIES} times.",
            code="iys_away",
            next_step="Nothing was lost; it is tried again. Until then numbers that need an answer are not called.",
        )

    def _once(self, kind: str, request: Request) -> Reply | None:
        """None where no answer came."""
        try:
            token = self._signed_in()
            self._keep_within(kind)
            return self._line(Request(request.method, request.path, request.body, request.form, token))
        except Unreachable:
            return None

    def _signed_in(self) -> str:
        now = self._clock()
        if self._token and self._token_until is not None and now < self._token_until:
            return self._token
        self._keep_within("token")
        form = {"grant_type": "password", "username": self.account.username, "password": self.account.password}
        reply = self._line(Request("POST", "/oauth2/token", form=form))
        if reply.status >= 500 or reply.status == 429:
            raise Unreachable
        try:
            token, lives_s = str(reply.body["access_token"]), float(reply.body["expires_in"])
        except (KeyError, TypeError, ValueError):
            raise Unavailable(
                f"İYS gives no token (HTTP {reply.status}).",
                code="iys_denied",
                next_step="Check the İYS user name and password.",
            ) from None
        self._token, self._token_until = token, now + dt.timedelta(seconds=lives_s) - _TOKEN_MARGIN
        return token

    def _keep_within(self, kind: str) -> None:
        """Wait where the minute's share of this kind is used up."""
        lately, most = self._lately[kind], _PER_MINUTE[kind]
        now = self._clock()
        while lately and lately[0] <= now - _MINUTE:
            lately.popleft()
        if len(lately) >= most:
            self._pause((lately[0] + _MINUTE - now).total_seconds())
            now = self._clock()
            lately.popleft()
        lately.append(now)


@dataclass(frozen=True, slots=True)
class Pulled:
    """What following a feed brought.

    Args:
        after: the cursor to keep, once the changes are kept.
        has_gap: True where changes may have been missed: every number must be asked for anew.
    """

    changes: tuple[Said, ...]
    after: str
    has_gap: bool


def pull(client: Client, feed: Feed, *, after: str, pulled_at: dt.datetime | None, now: dt.datetime) -> Pulled:
    """All changes since the cursor.

    Args:
        after: the cursor kept from last time; empty the first time.
        pulled_at: when last time was; None the first time.

    Raises:
        Unavailable: nothing is to be kept of this pull then, nor its cursor.
    """
    has_gap = not after or pulled_at is None or now - pulled_at >= CHANGES_REACH - CHANGES_LAG
    changes: list[Said] = []
    for page in _pages(client, feed, after):
        changes += page.changes
        after = page.after
    return Pulled(tuple(changes), after, has_gap)


def _pages(client: Client, feed: Feed, after: str) -> Iterator[Page]:
    while True:
        page = client.changes(feed, after)
        yield page
        if not page.changes or page.after == after:
            return
        after = page.after


def put_up(client: Client, consent: Consent) -> Added | None:
    """Put a consent or a refusal up as İYS's rules want it; None where a refusal needs no record.

    İYS takes no first record that is a refusal: where it knows nothing of the person there is nothing to withdraw, and
    what it has as refused already is not sent again. The refusal binds us either way.

    Raises:
        Refused, Unavailable.
    """
    if consent.status == "RET":
        known = client.status(consent.recipient, consent.recipient_type, consent.channel)
        if known is None:
            return None
        if known.consent.status == "RET":
            return Added(known.transaction_id, known.created_at)
    return client.add(consent)


# ── borders ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _check(consent: Consent) -> None:
    """What İYS would turn down for its form is not sent."""
    wrong = (
        "type" if consent.channel not in get_args(Channel) else
        "status" if consent.status not in get_args(State) else
        "recipientType" if consent.recipient_type not in get_args(Recipient) else
        "source" if consent.source not in OUR_SOURCES else
        "recipient" if not _is_recipient(consent) else ""
    )  # fmt: skip
    if wrong:
        raise Refused(
            f"A consent's {wrong} is none that İYS takes from us.",
            next_step="Correct it; it was not sent.",
            errors=[{"location": [wrong]}],
        )


def _is_recipient(consent: Consent) -> bool:
    if consent.channel == "EPOSTA":
        return "@" in consent.recipient
    return consent.recipient.startswith("+90") and consent.recipient[1:].isdecimal() and len(consent.recipient) == 13


def _said(row: Any) -> Said:
    try:
        consent = Consent(
            recipient=str(row["recipient"]),
            recipient_type=_word(row["recipientType"], Recipient),
            channel=_word(row["type"], Channel),
            status=_word(row["status"], State),
            source=str(row["source"]),
            at=read_time(row["consentDate"]),
            retailer_code=row.get("retailerCode"),
            retailer_access=tuple(row.get("retailerAccess") or ()),
        )
        return Said(consent, read_time(row["creationDate"]), str(row.get("transactionId") or ""))
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise _nonsense("a consent") from wrong


def _word(text: Any, words: Any) -> Any:
    if text not in get_args(words):
        raise ValueError(text)
    return text


def _refusal(body: Any) -> Refused:
    errors = body.get("errors") if isinstance(body, Mapping) else None
    told = [error for error in errors or () if isinstance(error, Mapping)]
    codes = ", ".join(str(error.get("code", "?")) for error in told) or "without a code"
    places = sorted({str(place) for error in told for place in error.get("location") or ()})
    return Refused(
        f"İYS turned this down ({codes}{': ' + ', '.join(places) if places else ''}).",
        next_step="Correct what it names; it was not recorded.",
        errors=[dict(error) for error in told],
    )


def _nonsense(what: str) -> Unavailable:
    return Unavailable(
        f"İYS sent {what} that cannot be read.",
        code="iys_nonsense",
        next_step="Numbers that need its answer are not called until it makes sense again.",
    )
