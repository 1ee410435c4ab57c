"""What would İYS, Türkiye's registry of consents, answer about the made-up town?

A made-up one with the manners of the real one as far as they are documented: tokens, one record for each person and
channel, no first record that is a refusal, nothing older than three business days, changes of the last week but for the
last hour. What the town's people agreed to before our time hangs on the number alone, so that it is the same in every
process with the same seed; what is put up is a journal that its host keeps. It refuses to know wires and lists.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from ahize.kernel.chance import stream
from ahize.registries.iys import CHANGES_LAG, CHANGES_REACH, Reply, Request, read_time, wire_time

AGREED_SHARE: Final = {"BIREYSEL": 0.55, "TACIR": 0.10}
REFUSED_SHARE: Final = {"BIREYSEL": 0.08, "TACIR": 0.06}
"""Of private persons and of traders; of the rest nothing is on record. Ours to choose: see made-up-world.md."""
_OLDEST: Final = dt.datetime(2024, 1, 8, 6, 0, tzinfo=dt.UTC)
_SPREAD_S: Final = 600 * 24 * 3600
_SOURCES: Final = ("HS_WEB", "HS_CAGRI_MERKEZI", "HS_FIZIKSEL_ORTAM", "IYS_MOBIL")
_TOKEN_S: Final = 7200
BUSINESS_DAYS: Final = 3

Record = dict[str, Any]
Key = tuple[str, str, str]


@dataclass(slots=True)
class MadeUpIys:
    """The registry of one made-up world.

    Args:
        password: what whoever asks must know, under any user name.
        clock: aware UTC now.
        journal: what was put up in earlier lives, oldest first.
        keep: is handed each record that is put up, before it is acknowledged.
    """

    seed: int
    password: str
    clock: Callable[[], dt.datetime]
    journal: list[Record] = field(default_factory=list)
    keep: Callable[[Record], None] = lambda _record: None
    _last: dict[Key, Record] = field(init=False)
    _tokens: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._last = {_key(record): record for record in self.journal}

    def __call__(self, request: Request) -> Reply:
        """One request, one reply: a line as ``registries.iys`` wants it."""
        place = urlsplit(request.path)
        if place.path == "/oauth2/token":
            return self._sign_in(request.form or {})
        if request.token not in self._tokens:
            return Reply(401)
        body = dict(request.body or {})
        match place.path.rsplit("/consents", 1)[-1]:
            case "":
                return self._add(body)
            case "/status":
                found = self._known((body.get("recipient", ""), body.get("recipientType", ""), body.get("type", "")))
                return Reply(200, found) if found else Reply(404)
            case "/changes":
                return self._changes(parse_qs(place.query))
        return Reply(404)

    def _sign_in(self, form: Mapping[str, str]) -> Reply:
        if form.get("password") != self.password:
            return Reply(401, {"error": "invalid_grant"})
        token = f"made-up-{len(self._tokens) + 1}"
        self._tokens.add(token)
        return Reply(200, {"access_token": token, "expires_in": _TOKEN_S, "token_type": "bearer"})

    def _known(self, key: Key) -> Record | None:
        return self._last.get(key) or self._from_before(key)

    def _from_before(self, key: Key) -> Record | None:
        """What this person said before the house ever asked."""
        recipient, kind, channel = key
        if kind not in AGREED_SHARE or channel not in ("ARAMA", "MESAJ"):
            return None
        chance = stream(self.seed, f"İYS {recipient} {kind} {channel}")
        draw, at = chance.random(), _OLDEST + dt.timedelta(seconds=chance.randrange(_SPREAD_S))
        if draw >= AGREED_SHARE[kind] + REFUSED_SHARE[kind]:
            return None
        agreed = draw < AGREED_SHARE[kind]
        return {
            **{"recipient": recipient, "recipientType": kind, "type": channel},
            **{"status": "ONAY" if agreed else "RET", "source": chance.choice(_SOURCES) if agreed else "IYS_MOBIL"},
            **{"consentDate": wire_time(at), "creationDate": wire_time(at + dt.timedelta(hours=3))},
            "transactionId": f"{chance.getrandbits(64):016x}",
        }

    def _add(self, body: Record) -> Reply:
        errors = [
            {"location": [name], "code": code, "message": "…"}
            for name, code in (("type", "H111"), ("source", "H113"), ("recipient", "H114"))
            if not body.get(name)
        ]
        if errors:
            return Reply(422, {"errors": errors})
        now, given = self.clock(), read_time(body["consentDate"])
        if given > now or now >= _too_late_from(given):
            errors.append({"location": ["consentDate"], "code": "H178", "message": "…"})
        if body["status"] == "RET" and self._known(_key(body)) is None:
            errors.append({"location": ["status"], "code": "H174", "message": "…"})
        if errors:
            return Reply(422, {"errors": errors})
        made = {"transactionId": f"{self.seed}-{len(self.journal) + 1}", "creationDate": wire_time(now)}
        record = {**body, **made}
        self.keep(record)
        self.journal.append(record)
        self._last[_key(record)] = record
        return Reply(200, made)

    def _changes(self, asked: Mapping[str, list[str]]) -> Reply:
        feed, limit = asked["source"][0], int(asked.get("limit", ["500"])[0])
        now = self.clock()
        after = int(asked.get("after", ["0"])[0])
        rows: list[Record] = []
        for place, record in enumerate(self.journal[after:], start=after + 1):
            at = read_time(record["creationDate"])
            if at > now - CHANGES_LAG or len(rows) == limit:
                break
            after = place
            if record["source"].startswith(f"{feed}_") and at > now - CHANGES_REACH:
                rows.append(record)
        return Reply(200, {"after": str(after), "list": rows})


def _key(record: Mapping[str, Any]) -> Key:
    return str(record["recipient"]), str(record["recipientType"]), str(record["type"])


def _too_late_from(given: dt.datetime) -> dt.datetime:
    """The end of the third working day after the day it was given; of holidays the made-up one knows nothing."""
    day, left = dt.date.fromisoformat(wire_time(given)[:10]), BUSINESS_DAYS
    while left:
        day += dt.timedelta(days=1)
        left -= day.weekday() < 5
    return read_time(f"{day + dt.timedelta(days=1)} 00:00:00")
