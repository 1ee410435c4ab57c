"""What is asked of a talk, who may ask it, what is written of it, and that a supervisor's ears leave a trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from ahize.calls.events import AgentJoined, Answered, HungUp, Ringing
from ahize.dialer.commands import (
    Command,
    Conclude,
    Connect,
    Consult,
    Hold,
    JoinAll,
    Listen,
    Originate,
    PauseRecording,
    SetSeat,
)
from ahize.dialer.events import (
    Cleared,
    DigitsAsked,
    DropAsked,
    EarsAsked,
    Event,
    HoldAsked,
    ParkAsked,
    PhoneLost,
    PhoneUp,
    RecordingPauseAsked,
    TransferAsked,
    TransferEnded,
)
from ahize.kernel.ids import AttemptId, CallId, CampaignId, SeatId
from ahize.telephony.house import house_of as read_house
from ahize.web.audit.models import Entry
from ahize.web.base import draw_id
from ahize.web.campaigns.models import Campaign, CampaignAgent
from ahize.web.dialing import desk, floor, queries, seats
from ahize.web.dialing.models import Attempt, Leg, Seat
from ahize.web.dialing.store import Entry as Line
from ahize.web.dialing.store import Ledger
from ahize.web.lines.models import Sound
from ahize.web.permissions import Role
from ahize.web.rls import tenant_scope
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

JSON = "application/json"
SECOND = timedelta(seconds=1)


class Talk:
    """A call at the agent's seat, and a second seat of the supervisor's that is ready."""

    def __init__(self, shop: Shop, ledger: Ledger) -> None:
        self.shop, self.ledger, self.at = shop, ledger, NOW
        ledger.recover(NOW, seed=1, lines=10)
        with shops.clearance_of(shop) as clearance:
            (cleared,) = clearance.rule_on([shop.ask(0)], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
        assert isinstance(cleared, Cleared)
        self.call = CallId(cleared.attempt)
        self.session = draw_id(NOW)
        with shop.open():
            now = shop.clock.now()
            opened = {"campaign": shop.campaign, "take_over": False, "now": now}
            self.seat = SeatId(seats.open_seat(shop.agent(), session=self.session, **opened).pk)
            supervisor = shop.house.person(Role.SUPERVISOR)
            self.other = SeatId(seats.open_seat(supervisor, session=draw_id(NOW), **opened).pk)
            # Requests come at the machine's own time: both tabs were heard just now.
            Seat.objects.update(alive_at=_system_now())
        ledger.asked(NOW)
        self.hear(cleared, Originate(self.call, cleared.permit, 25))
        for event in (Ringing(self.call), Answered(self.call)):
            self.hear(event)
        self.hear(AgentJoined(self.call, self.seat), Connect(self.call, self.seat), self.set(self.seat, "talking"))
        self.hear(AgentJoined(self.call, self.seat), self.set(self.other, "ready"))

    def set(self, seat: SeatId, state: Any) -> SetSeat:
        attempt = AttemptId(self.call) if state == "talking" else None
        return SetSeat(seat, state, CampaignId(self.shop.campaign), attempt)

    def hear(self, event: Event, *commands: Command) -> None:
        self.at += SECOND
        self.ledger.append([Line(self.at, event, commands)])

    def post(self, path: str, body: dict[str, Any] | None = None, role: Role = Role.AGENT) -> Any:
        return self.shop.house.browser(role).post(
            f"/api/{path}", body or {}, content_type=JSON, headers={"X-Seat-Session": str(self.session)}
        )

    def asks(self, what: str, body: dict[str, Any] | None = None) -> Any:
        return self.post(f"calls/{self.call}/{what}", body)

    def asked(self) -> Sequence[Event]:
        return self.ledger.asked(self.at)

    def attempt(self) -> Attempt:
        with self.shop.open():
            return Attempt.objects.get(pk=self.call)

    def legs(self) -> list[tuple[str, UUID, bool]]:
        with self.shop.open():
            return [(leg.kind, leg.seat_id, leg.until is None) for leg in Leg.objects.order_by("since", "id")]


@pytest.fixture
def talk(shop: Shop) -> Any:
    with shops.ledger_of(shop) as ledger:
        yield Talk(shop, ledger)


def test_each_wish_becomes_the_engines_event(talk: Talk) -> None:
    with talk.shop.open():
        sound = Sound.objects.create(
            **{"tenant_id": talk.shop.tenant, "name": "offer", "language": "en", "version": 1, "use": "voicemail"},
            **{"path": "x", "sha256": "x", "size": 1, "seconds": 1, "created_at": NOW, "approved_at": NOW},
        ).pk
    seat, call = talk.seat, talk.call
    for what, body, event in (
        ("hold", {"on": True}, HoldAsked(seat, call, True)),
        ("digits", {"digits": "12*#A"}, DigitsAsked(seat, call, "12*#A")),
        ("recording-pause", {"on": False}, RecordingPauseAsked(seat, call, False)),
        ("drop", {"sound": str(sound)}, DropAsked(seat, call, sound)),
        ("transfer", {"to": str(talk.other), "warm": False}, TransferAsked(seat, call, talk.other, None, False)),
        (
            "transfer",
            {"campaign": str(talk.shop.campaign)},
            TransferAsked(seat, call, None, CampaignId(talk.shop.campaign), True),
        ),
        ("park", {"on": True}, ParkAsked(seat, call, True)),
    ):
        answer = talk.asks(what, body)
        assert answer.status_code == 200, (what, answer.content)
        assert list(talk.asked()) == [event], what


@pytest.mark.parametrize(
    ("what", "body", "status", "code"),
    [
        ("digits", {"digits": "12x"}, 422, "bad_input"),
        ("digits", {"digits": "1" * 33}, 422, "bad_input"),
        ("drop", {"sound": str(draw_id(NOW))}, 404, "no_sound"),
        ("transfer", {"to": str(draw_id(NOW))}, 404, "no_seat"),
        ("transfer", {"to": str(draw_id(NOW)), "campaign": str(draw_id(NOW))}, 422, "bad_input"),
        ("transfer", {"campaign": str(draw_id(NOW))}, 404, "no_campaign"),
        ("transfer/end", {"how": "complete"}, 409, "no_transfer"),
        ("transfer/end", {"how": "sideways"}, 422, "bad_input"),
        ("park", {"on": False}, 409, "in_call"),
    ],
)
def test_what_makes_no_sense_is_refused(talk: Talk, what: str, body: dict[str, Any], status: int, code: str) -> None:
    refused = talk.asks(what, body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert not talk.asked()


def test_only_the_seat_that_has_the_call_may_ask(talk: Talk) -> None:
    strange = talk.post(f"calls/{draw_id(NOW)}/hold")
    assert strange.status_code == 404
    talk.session = draw_id(NOW)
    assert talk.asks("hold").json()["code"] == "seat_taken"


def test_a_colleague_who_is_busy_or_gone_is_not_asked(talk: Talk) -> None:
    assert talk.asks("transfer", {"to": str(talk.seat)}).status_code == 422
    talk.hear(HungUp(talk.call, 16, "callee"), talk.set(talk.other, "talking"))
    assert talk.asks("transfer", {"to": str(talk.other)}).json()["code"] == "seat_not_free"


def test_a_warm_handover_is_kept_leg_by_leg(talk: Talk) -> None:
    seat, other, call = talk.seat, talk.other, talk.call
    talk.hear(TransferAsked(seat, call, other, None, True), Consult(call, other), talk.set(other, "talking"))
    assert (talk.attempt().held, talk.attempt().consulting) == (True, other)
    assert talk.asks("transfer", {"to": str(other)}).json()["code"] == "transfer_under_way"
    assert talk.asks("transfer/end", {"how": "complete"}).status_code == 200
    assert list(talk.asked()) == [TransferEnded(seat, call, "complete")]
    with talk.shop.open():
        shown = desk.call_view(talk.shop.agent(), talk.attempt(), talk.at)["talk"]
    name = "supervisor of shop"
    assert (shown["consulting"], shown["others"]) == (name, [{"name": name, "kind": "consult"}])
    talk.hear(TransferEnded(seat, call, "complete"), Connect(call, other))
    talk.hear(AgentJoined(call, other), talk.set(seat, "wrap_up"))
    attempt = talk.attempt()
    assert (attempt.held, attempt.consulting, attempt.transferred_from) == (False, None, seat)
    assert attempt.agent_id == talk.shop.house.users[Role.SUPERVISOR].pk
    assert talk.legs() == [("talk", seat, False), ("consult", other, False), ("talk", other, True)]
    talk.hear(HungUp(call, 16, "callee"), Conclude(AttemptId(call), "talked", 16, True))
    assert all(not is_open for _kind, _seat, is_open in talk.legs())
    with talk.shop.open():
        told = queries.attempt(call)["legs"]
    assert [one["kind"] for one in told] == ["talk", "consult", "talk"]
    assert all(one["since"] <= one["until"] for one in told)


def test_taking_back_and_three_at_once(talk: Talk) -> None:
    seat, other, call = talk.seat, talk.other, talk.call
    talk.hear(TransferAsked(seat, call, other, None, True), Consult(call, other))
    talk.hear(TransferEnded(seat, call, "back"), Hold(call, False), talk.set(other, "ready"))
    assert (talk.attempt().held, talk.attempt().consulting) == (False, None)
    assert talk.legs()[-1] == ("consult", other, False)
    talk.hear(TransferAsked(seat, call, other, None, True), Consult(call, other))
    talk.hear(TransferEnded(seat, call, "all"), JoinAll(call))
    assert (talk.attempt().held, talk.attempt().three_way) == (False, True)
    talk.hear(AgentJoined(call, other))
    assert ("talk", seat, True) in talk.legs(), "in a conference the first agent is still there"


def test_hold_and_recording_pause_stand_on_the_screen_and_in_the_audit(talk: Talk) -> None:
    talk.asks("recording-pause", {"on": True})
    talk.hear(HoldAsked(talk.seat, talk.call, True), Hold(talk.call, True), PauseRecording(talk.call, True))
    with talk.shop.open():
        shown = desk.seat_view(talk.shop.agent(), session=talk.session, now=talk.at)["call"]["talk"]
        assert Entry.objects.filter(action="pause_recording").count() == 1
        (on_the_wall,) = [one for one in floor.wallboard(now=talk.at)["seats"] if one["id"] == talk.seat]
    assert (shown["held"], shown["recording_paused"], on_the_wall["held"]) == (True, True, True)


def test_somebody_parked_is_found_and_taken(talk: Talk) -> None:
    browser = talk.shop.house.browser(Role.AGENT)
    assert browser.get("/api/desk/parked").json() == []
    talk.hear(ParkAsked(talk.seat, talk.call, True), Hold(talk.call, True), talk.set(talk.seat, "wrap_up"))
    (waiting,) = browser.get("/api/desk/parked").json()
    assert (waiting["id"], waiting["name"]) == (str(talk.call), "Ann 0 Example")
    assert talk.asks("park", {"on": False}).status_code == 200
    assert list(talk.asked()) == [ParkAsked(talk.seat, talk.call, False)]
    assert talk.asks("hold").status_code == 404


def test_nobody_sees_who_is_parked_in_a_campaign_that_is_not_theirs(talk: Talk) -> None:
    talk.hear(ParkAsked(talk.seat, talk.call, True), Hold(talk.call, True, True), talk.set(talk.seat, "paused"))
    with talk.shop.open():
        CampaignAgent.objects.all().delete()
    assert talk.shop.house.browser(Role.AGENT).get("/api/desk/parked").json() == []
    assert talk.asks("park", {"on": False}).json()["code"] == "not_parked"
    assert len(talk.shop.house.browser(Role.SUPERVISOR).get("/api/desk/parked").json()) == 1
    assert talk.legs() == [("talk", talk.seat, False)], "whoever is parked is with nobody"


def test_who_can_take_a_person_over_is_told(talk: Talk) -> None:
    told = talk.shop.house.browser(Role.AGENT).get("/api/desk/transfer-targets").json()
    (seat,) = told["seats"]
    assert (seat["id"], seat["state"], seat["campaign"]) == (str(talk.other), "ready", "Opinions")
    assert [one["name"] for one in told["campaigns"]] == ["Opinions"]


# ── ears ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_use_of_a_supervisors_ears_is_written_down(talk: Talk) -> None:
    path = f"floor/seats/{talk.seat}/ears"
    assert talk.post(path, {"how": "listen"}).status_code == 403
    assert talk.post(path, {"how": "listen"}, Role.SUPERVISOR).status_code == 200
    assert list(talk.asked()) == [EarsAsked(talk.other, talk.seat, "listen")]
    with talk.shop.open():
        entry = Entry.objects.get(action="listen_in")
        assert (entry.by, entry.after["how"]) == (talk.shop.house.users[Role.SUPERVISOR].pk, "listen")
        assert (entry.after["agent"], entry.after["attempt"]) == (
            str(talk.shop.house.users[Role.AGENT].pk),
            str(talk.call),
        )
    talk.hear(EarsAsked(talk.other, talk.seat, "listen"), Listen(talk.other, talk.seat, "listen"))
    talk.hear(EarsAsked(talk.other, talk.seat, "whisper"), Listen(talk.other, talk.seat, "whisper"))
    talk.hear(EarsAsked(talk.other, talk.seat, "off"), Listen(talk.other, talk.seat, "off"))
    assert talk.legs()[1:] == [("listen", talk.other, False), ("whisper", talk.other, False)]
    with talk.shop.open():
        shown = desk.call_view(talk.shop.agent(), talk.attempt(), talk.at)["talk"]["others"]
    assert shown == [], "who only listens is not announced"


def test_ears_need_somebody_who_talks_and_another_seat(talk: Talk) -> None:
    silent = talk.post(f"floor/seats/{talk.other}/ears", {"how": "listen"}, Role.ADMINISTRATOR)
    assert silent.json()["code"] == "no_phone", "the administrator has no seat to hear with"
    own = talk.post(f"floor/seats/{talk.other}/ears", {"how": "listen"}, Role.SUPERVISOR)
    assert own.status_code == 422
    talk.hear(HungUp(talk.call, 16, "callee"), talk.set(talk.seat, "wrap_up"))
    over = talk.post(f"floor/seats/{talk.seat}/ears", {"how": "listen"}, Role.SUPERVISOR)
    assert over.json()["code"] == "not_talking"
    assert talk.post(f"floor/seats/{talk.seat}/ears", {"how": "off"}, Role.SUPERVISOR).status_code == 200


# ── phones ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_phones_state_is_on_the_seats_screen(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings  # noqa: PLC0415 - after Django stands

    monkeypatch.setattr(settings.ENVIRONMENT, "phones", True)
    browser = talk.shop.house.browser(Role.SUPERVISOR)

    def seen() -> tuple[str, str]:
        view = browser.get("/api/seat").json()
        return view["phone"]["state"], view["reason"]

    talk.ledger.beat(_system_now(), gate_up=True)
    assert seen() == ("none", "no_phone")
    browser.post("/api/desk/phone", {"kind": "browser"}, content_type=JSON)
    talk.asked()
    assert talk.ledger.deeds.house_changed
    assert [str(one.seat) for one in read_house(talk.ledger.house(_system_now())).phones] == [str(talk.other)]
    assert not talk.ledger.deeds.house_changed
    assert seen() == ("waiting", "no_phone")
    talk.hear(PhoneUp(talk.other))
    assert seen()[0] == "up"
    talk.hear(PhoneLost(talk.other))
    assert seen() == ("lost", "phone_lost")


def _system_now() -> Any:
    from ahize.web.base import CLOCK  # noqa: PLC0415 - after Django stands

    return CLOCK.now()


def test_a_phone_ends_when_its_seat_is_left_or_taken_over(talk: Talk) -> None:
    browser, shop = talk.shop.house.browser(Role.SUPERVISOR), talk.shop
    person, now = shop.house.person(Role.SUPERVISOR), _system_now()

    def state() -> str:
        browser.post("/api/desk/phone", {"kind": "browser"}, content_type=JSON)
        return str(browser.get("/api/desk/phone").json()["state"])

    assert state() == "waiting"
    session = draw_id(now)
    with shop.open():
        seats.open_seat(person, campaign=shop.campaign, session=session, take_over=True, now=now)
    assert browser.get("/api/desk/phone").json()["state"] == "none", "it rang in the other window"
    assert state() == "waiting"
    with shop.open():
        seats.close(person, session=session, now=now)
    assert browser.get("/api/desk/phone").json()["state"] == "none"


def test_one_campaigns_words_do_not_keep_the_house_from_telephoning(talk: Talk) -> None:
    with talk.shop.open():
        Campaign.objects.update(abandon_message="{seller_name} " * 400)
    (words,) = read_house(talk.ledger.house(NOW)).words
    assert len(words.text) == 2000


def test_the_house_has_each_campaigns_message_with_the_sellers_words(talk: Talk) -> None:
    (words,) = read_house(talk.ledger.house(NOW)).words
    assert (words.campaign, words.text, words.language) == (
        talk.shop.campaign,
        "Acme Garden Tools, +12025550100",
        "en",
    )
    with tenant_scope(talk.shop.tenant):
        assert Seat.objects.count() == 2


def test_the_house_says_which_talks_are_recorded_and_what_is_said_before(talk: Talk) -> None:
    with tenant_scope(talk.shop.tenant):
        Campaign.objects.filter(pk=talk.shop.campaign).update(
            setup={"records_call": True, "announces_recording": True}, language="tr"
        )
    (words,) = read_house(talk.ledger.house(NOW)).words
    assert (words.records, words.announces, words.asks) == (True, True, False)
    assert words.announcement == "Bu görüşme kaydedilmektedir."
