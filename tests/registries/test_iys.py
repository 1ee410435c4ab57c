"""İYS against a stand-in that keeps İYS's own rules: first refusals, old dates, tokens, limits, cursors."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ahize.kernel.errors import Unavailable
from ahize.registries.iys import (
    CHANGES_LAG,
    Account,
    Client,
    Consent,
    Refused,
    Reply,
    Request,
    Unreachable,
    pull,
    put_up,
    read_time,
    wire_time,
)

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)  # a Monday, noon in Türkiye
ACCOUNT = Account(731_000, 731_001, "house", "secret")
NUMBER = "+905550000001"


def too_late_from(given: dt.datetime) -> dt.datetime:
    """The end of the third business day after the day it was given: the stand-in's own rule."""
    day, left = dt.date.fromisoformat(wire_time(given)[:10]), 3
    while left:
        day += dt.timedelta(days=1)
        left -= day.weekday() < 5
    return read_time(f"{day + dt.timedelta(days=1)} 00:00:00")


@dataclass
class StandIn:
    """A made-up İYS in memory, with the manners of the real one as far as they are documented."""

    now: dt.datetime = NOW
    records: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)
    trouble: list[Reply | None] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)
    tokens: int = 0
    token: str = ""
    _ids: itertools.count[int] = field(default_factory=itertools.count)

    def __call__(self, request: Request) -> Reply:
        self.seen.append(request)
        if request.path == "/oauth2/token":
            return self._sign_in(request.form or {})
        if self.trouble:
            trouble = self.trouble.pop(0)
            if trouble is None:
                raise Unreachable
            return trouble
        return self._answer(request) if self.token and request.token == self.token else Reply(401)

    def _sign_in(self, form: Mapping[str, str]) -> Reply:
        if form.get("password") != ACCOUNT.password:
            return Reply(401, {"error": "invalid_grant"})
        self.tokens += 1
        self.token = f"token-{self.tokens}"
        return Reply(200, {"access_token": self.token, "expires_in": 7200, "token_type": "bearer"})

    def _answer(self, request: Request) -> Reply:
        place = urlsplit(request.path)
        assert place.path.startswith(ACCOUNT.base)
        match place.path.removeprefix(ACCOUNT.base):
            case "":
                return self._add(dict(request.body or {}))
            case "/status":
                body = request.body or {}
                found = self.records.get((body["recipient"], body["recipientType"], body["type"]))
                return Reply(200, found) if found else Reply(404)
            case "/changes":
                return self._changes(parse_qs(place.query))
        return Reply(404)

    def _add(self, body: dict[str, Any]) -> Reply:
        errors = [
            {"location": [name], "code": code, "message": "…"}
            for name, code in (("type", "H111"), ("source", "H113"), ("recipient", "H114"))
            if not body.get(name)
        ]
        key = (body["recipient"], body["recipientType"], body["type"])
        given = read_time(body["consentDate"])
        if given > self.now or self.now >= too_late_from(given):
            errors.append({"location": ["consentDate"], "code": "H178", "message": "…"})
        if body["status"] == "RET" and key not in self.records:
            errors.append({"location": ["status"], "code": "H174", "message": "…"})
        if errors:
            return Reply(422, {"errors": errors})
        return self.record(body)

    def record(self, body: dict[str, Any]) -> Reply:
        made = {"transactionId": f"t-{next(self._ids)}", "creationDate": wire_time(self.now)}
        row = {**body, **made}
        self.records[body["recipient"], body["recipientType"], body["type"]] = row
        self.log.append(row)
        return Reply(200, made)

    def _changes(self, asked: dict[str, list[str]]) -> Reply:
        feed, limit = asked["source"][0], int(asked["limit"][0])
        start = int(asked.get("after", ["0"])[0])
        until = self.now - CHANGES_LAG
        rows = []
        for place, row in enumerate(self.log[start:], start=start + 1):
            if read_time(row["creationDate"]) > until:
                break
            start = place
            if row["source"].startswith(f"{feed}_"):
                rows.append(row)
            if len(rows) == limit:
                break
        return Reply(200, {"after": str(start), "list": rows})


@dataclass
class Desk:
    """The stand-in, a client of it, and the time that passes while the client waits."""

    iys: StandIn = field(default_factory=StandIn)
    waits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = Client(self.iys, ACCOUNT, clock=lambda: self.iys.now, pause=self.pause)

    def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.iys.now += dt.timedelta(seconds=seconds)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def consent(status: str = "ONAY", **how: Any) -> Consent:
    given = {"recipient": NUMBER, "recipient_type": "BIREYSEL", "channel": "ARAMA", "source": "HS_CAGRI_MERKEZI"}
    return Consent(**{**given, "status": status, "at": NOW - dt.timedelta(hours=2), **how})


def test_a_consent_goes_up_as_the_documentation_shows_it(desk):
    given = consent(at=dt.datetime(2026, 11, 23, 6, 30, tzinfo=dt.UTC))
    added = desk.client.add(given)
    assert desk.iys.seen[-1].body == {
        "consentDate": "2026-11-23 09:30:00",
        "source": "HS_CAGRI_MERKEZI",
        "recipient": NUMBER,
        "recipientType": "BIREYSEL",
        "status": "ONAY",
        "type": "ARAMA",
    }
    assert desk.iys.seen[-1].path == "/sps/731000/brands/731001/consents"
    assert (added.transaction_id, added.created_at) == ("t-0", NOW)
    said = desk.client.status(NUMBER, "BIREYSEL", "ARAMA")
    assert said is not None
    assert said.consent == given
    assert desk.client.status(NUMBER, "BIREYSEL", "MESAJ") is None, "consent to calls is none to messages"


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"source": "IYS_WEB"}, "source"),
        ({"source": ""}, "source"),
        ({"recipient": "+12125550100"}, "recipient"),
        ({"recipient": "5550000001"}, "recipient"),
        ({"channel": "EPOSTA"}, "recipient"),
        ({"status": "BELKI"}, "status"),
        ({"recipient_type": "ESNAF"}, "recipientType"),
    ],
)
def test_what_iys_would_turn_down_for_its_form_is_not_sent(desk, wrong, place):
    with pytest.raises(Refused) as refused:
        desk.client.add(replace(consent(), **wrong))
    assert refused.value.facts["errors"] == [{"location": [place]}]
    assert desk.iys.seen == []


def test_a_refusal_of_iys_names_its_codes(desk):
    with pytest.raises(Refused, match=r"H174.*status"):
        desk.client.add(consent("RET"))
    with pytest.raises(Refused, match=r"H178.*consentDate"):
        desk.client.add(consent(at=NOW + dt.timedelta(hours=1)))


def test_a_token_is_used_until_it_ends_and_renewed_once(desk):
    desk.client.add(consent())
    desk.client.add(consent())
    assert desk.iys.tokens == 1
    desk.iys.now += dt.timedelta(hours=2)
    desk.client.status(NUMBER, "BIREYSEL", "ARAMA")
    assert desk.iys.tokens == 2
    desk.iys.token = "revoked over there"
    desk.client.status(NUMBER, "BIREYSEL", "ARAMA")
    assert desk.iys.tokens == 3


def test_a_wrong_password_is_said_and_not_tried_again(desk):
    client = Client(desk.iys, replace(ACCOUNT, password="wrong"), clock=lambda: NOW, pause=desk.pause)
    with pytest.raises(Unavailable, match="gives no token") as wrong:
        client.add(consent())
    assert wrong.value.code == "iys_denied"
    assert len(desk.iys.seen) == 1


def test_it_is_tried_again_with_growing_pauses_and_as_the_server_asks(desk):
    desk.iys.trouble = [None, Reply(503), Reply(429, retry_after_s=30.0)]
    assert desk.client.add(consent()).transaction_id == "t-0"
    assert desk.waits == [1.0, 2.0, 30.0]


def test_after_five_tries_it_is_away_and_nothing_is_known(desk):
    desk.iys.trouble = [Reply(500)] * 9
    with pytest.raises(Unavailable, match="HTTP 500, 5 times") as away:
        desk.client.status(NUMBER, "BIREYSEL", "ARAMA")
    assert away.value.code == "iys_away"
    desk.iys.trouble = [Reply(403)]
    with pytest.raises(Unavailable, match="HTTP 403"):
        desk.client.status(NUMBER, "BIREYSEL", "ARAMA")


@pytest.mark.parametrize("body", [None, {}, {"status": "ONAY"}, ["?"], {"recipient": 1, "consentDate": "gestern"}])
def test_what_cannot_be_read_is_no_answer(desk, body):
    desk.iys.trouble = [Reply(200, body)]
    with pytest.raises(Unavailable, match="cannot be read"):
        desk.client.status(NUMBER, "BIREYSEL", "ARAMA")


def test_an_answer_about_somebody_else_is_no_answer(desk):
    desk.client.add(consent())
    stranger = desk.iys.records[NUMBER, "BIREYSEL", "ARAMA"] | {"recipient": "+905550000009"}
    desk.iys.trouble = [Reply(200, stranger)]
    with pytest.raises(Unavailable, match="somebody else"):
        desk.client.status(NUMBER, "BIREYSEL", "ARAMA")


def test_no_more_than_fifty_are_added_in_a_minute(desk):
    for _ in range(51):
        desk.client.add(consent())
    assert desk.waits == [60.0]


# ── the rules of refusals ───────────────────────────────────────────────────────────────────────────────────────


def test_a_refusal_of_somebody_iys_does_not_know_needs_no_record(desk):
    assert put_up(desk.client, consent("RET")) is None
    assert desk.iys.records == {}


def test_a_refusal_withdraws_the_consent_on_record_and_twice_is_once(desk):
    put_up(desk.client, consent())
    assert put_up(desk.client, consent("RET")).transaction_id == "t-1"
    assert desk.iys.records[NUMBER, "BIREYSEL", "ARAMA"]["status"] == "RET"
    assert put_up(desk.client, consent("RET")).transaction_id == "t-1"
    assert len(desk.iys.log) == 2


def test_a_consent_of_last_week_is_too_late(desk):
    with pytest.raises(Refused, match="H178"):
        put_up(desk.client, consent(at=NOW - dt.timedelta(days=9)))


# ── changes ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_withdrawal_at_iys_itself_arrives_by_the_feed_and_wins(desk):
    desk.client.add(consent())
    desk.iys.now += dt.timedelta(minutes=10)
    desk.iys.record(consent("RET", source="IYS_3338", at=desk.iys.now).to_wire())
    assert pull(desk.client, "IYS", after="0", pulled_at=NOW, now=desk.iys.now).changes == (), (
        "the last hour is not in it"
    )
    desk.iys.now += dt.timedelta(hours=2)
    pulled = pull(desk.client, "IYS", after="0", pulled_at=NOW, now=desk.iys.now)
    assert [said.consent.status for said in pulled.changes] == ["RET"]


def test_the_cursor_goes_on_where_it_stood_over_pages(desk):
    for n in range(7):
        desk.iys.record(consent(recipient=f"+90555000001{n}").to_wire())
    desk.iys.now += dt.timedelta(hours=2)
    desk.client.changes("HS", "0", limit=3)
    first = pull(desk.client, "HS", after="", pulled_at=None, now=desk.iys.now)
    assert (len(first.changes), first.after, first.has_gap) == (7, "7", True)
    desk.iys.record(consent(recipient="+905550000020").to_wire())
    desk.iys.now += dt.timedelta(hours=2)
    second = pull(
        desk.client, "HS", after=first.after, pulled_at=desk.iys.now - dt.timedelta(hours=2), now=desk.iys.now
    )
    assert ([said.consent.recipient for said in second.changes], second.has_gap) == (["+905550000020"], False)


def test_a_puller_that_slept_a_week_knows_that_it_missed_something(desk):
    pulled = pull(desk.client, "HS", after="0", pulled_at=NOW - dt.timedelta(days=7), now=NOW)
    assert pulled.has_gap


def test_the_password_stands_in_no_repr():
    assert "secret" not in repr(ACCOUNT)
