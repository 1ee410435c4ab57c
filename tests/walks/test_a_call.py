"""From sitting down to a disposition, through the HTTP API, dialerd, clearance, the gate and back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.test import Client

from ahize.web import notices
from ahize.web.campaigns.models import Campaign
from ahize.web.consents.models import Suppression
from ahize.web.contacts.models import Phone
from ahize.web.dialing.models import (
    Attempt,
    Callback,
    DispositionRecord,
    Due,
    Journal,
    Permit,
    Ruling,
)
from ahize.web.permissions import Role
from walks.floor import Running, until
from web.dialing.shop import Shop

TAB = str(uuid5(NAMESPACE_URL, "tab one"))
OTHER_TAB = str(uuid5(NAMESPACE_URL, "tab two"))


class Desk:
    """An agent's browser."""

    def __init__(self, shop: Shop, role: Role = Role.AGENT, tab: str = TAB) -> None:
        self.shop, self.tab = shop, tab
        self.client: Client = shop.house.browser(role)

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(f"/api{path}", headers={"X-Seat-Session": self.tab})
        assert answer.status_code == status, answer.content
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 200, method: str = "post") -> Any:
        answer = getattr(self.client, method)(
            f"/api{path}",
            data=json.dumps(body or {}),
            content_type="application/json",
            headers={"X-Seat-Session": self.tab},
        )
        assert answer.status_code == status, answer.content
        return answer.json()

    def sit(self, *, ready: bool = True) -> None:
        self.post("/seat/open", {"campaign": str(self.shop.campaign), "session": self.tab})
        self.seat_is("paused")
        if ready:
            self.post("/seat/ready")

    def seat_is(self, *states: str, having: str = "") -> Any:
        def look() -> Any:
            seat = self.get("/seat")
            return seat if seat["state"] in states and (not having or seat[having]) else None

        return until(look, f"the seat is {states}")


def test_a_call_from_ready_to_sale(walk: Running):
    desk = Desk(walk.shop)
    desk.sit()
    talk = desk.seat_is("talking", having="call")
    call = talk["call"]
    assert call["contact"]["name"] == "Ann 0 Example"
    assert call["script"].startswith("Hello Ann 0, I am ")
    assert call["contact"]["zone"] == "America/New_York"
    assert {"sale", "not_interested"} <= {one["code"] for one in call["dispositions"]}
    draft = desk.post(f"/calls/{call['id']}/notes", {"text": "likes roses", "code": "sale", "version": 0}, method="put")
    assert draft["version"] == 1
    desk.post(f"/calls/{call['id']}/notes", {"text": "lost", "version": 0}, status=409, method="put")
    desk.post(f"/calls/{call['id']}/contact", {"fields": {"city": "Arlington"}}, method="patch")
    desk.post("/seat/finish-after", {"on": True})
    until(lambda: desk.get("/seat")["finish_after"], "the talk is the last one")
    with walk.shop.open():
        assert notices.Outbox.objects.filter(topic="seats").count() == 2  # sitting down, and this
    desk.post(f"/calls/{call['id']}/hang-up")
    wrap_up = desk.seat_is("wrap_up", having="call")
    assert wrap_up["call"]["notes"]["text"] == "likes roses"
    assert wrap_up["deadline"]
    wish = {"code": "sale", "idempotency_key": "once-and-only"}
    made = desk.post(f"/calls/{call['id']}/dispose", wish)
    assert desk.post(f"/calls/{call['id']}/dispose", wish)["id"] == made["id"]
    desk.post(f"/calls/{call['id']}/dispose", {**wish, "idempotency_key": "another-key"}, status=409)
    desk.seat_is("paused")
    with walk.shop.open():
        until(lambda: Due.objects.get(contact_id=call["contact"]["id"]).done, "the contact is done")
        attempt = Attempt.objects.get(pk=call["id"])
        assert (attempt.outcome, attempt.disposition, attempt.live) == ("connected", "sale", False)
        assert attempt.agent_id == desk.shop.agent().id
        assert DispositionRecord.objects.get(attempt=attempt).notes == "likes roses"
        assert Attempt.objects.count() == Ruling.objects.count() == Permit.objects.count() == 1
        until(lambda: Permit.objects.get().spent_at, "the permit is spent")
        assert Journal.objects.filter(event__type="Disposed").count() == 1


def test_remove_me_holds_from_its_answer_on(walk: Running):
    desk = Desk(walk.shop)
    desk.sit()
    call = desk.seat_is("talking", having="call")["call"]
    receipt = desk.post(f"/calls/{call['id']}/remove-me", {"reason": "please"})
    assert len(receipt["receipt"]) == 9
    desk.post(f"/calls/{call['id']}/dispose", {"code": "do_not_call", "idempotency_key": "remove-me-1"})
    desk.post("/seat/pause", {"code": "break"})
    officer = Desk(walk.shop, Role.COMPLIANCE_OFFICER)
    said = officer.post("/law/may-we-call", {"campaign": str(walk.shop.campaign), "contact": call["contact"]["id"]})
    assert said["verdict"] == "block"
    assert "suppression" in [bar["ground"] for bar in said["bars"]]
    assert said["sentences"]
    with walk.shop.open():
        assert Suppression.objects.get().e164 == call["number"]


def test_a_wrong_number_retires_the_phone_and_a_callback_is_a_promise(walk: Running):
    desk = Desk(walk.shop)
    desk.sit()
    first = desk.seat_is("talking", having="call")["call"]
    desk.post("/seat/finish-after", {"on": True})
    desk.post(f"/calls/{first['id']}/dispose", {"code": "wrong_number", "idempotency_key": "wrong-number"})
    desk.seat_is("paused")
    with walk.shop.open():
        assert Phone.objects.get(e164=first["number"]).state == "wrong_number"
    desk.post("/seat/ready")
    second = desk.seat_is("talking", having="call")["call"]
    desk.post("/seat/finish-after", {"on": True})
    path = f"/calls/{second['id']}/dispose"
    day = walk.clock.now() + timedelta(days=1)
    night = day.replace(hour=3, minute=0).isoformat()
    noon = day.replace(hour=17, minute=0).isoformat()
    refused = desk.post(
        path, {"code": "callback_mine", "callback_at": night, "idempotency_key": "at-night-1"}, status=422
    )
    assert refused["code"] == "unlawful_callback"
    slots = desk.get(f"/contacts/{second['contact']['id']}/callback-slots?on={day.date()}")
    assert {slot["lawful"] for slot in slots} == {True, False}
    assert all(slot["because"] for slot in slots if not slot["lawful"])
    desk.post(path, {"code": "callback_mine", "callback_at": noon, "idempotency_key": "at-noon-1"})
    assert [one["contact"] for one in desk.get("/callbacks/mine")] == [second["contact"]["id"]]
    with walk.shop.open():
        promise = Callback.objects.get()
        assert promise.owner_id == desk.shop.agent().id
        until(lambda: Due.objects.get(contact_id=promise.contact_id).due_at == promise.at, "due at the promise")


def test_a_second_tab_asks_to_take_over_and_the_first_is_read_only(walk: Running):
    first, second = Desk(walk.shop), Desk(walk.shop, tab=OTHER_TAB)
    first.sit(ready=False)
    wish = {"campaign": str(walk.shop.campaign), "session": OTHER_TAB}
    assert second.post("/seat/open", wish, status=409)["code"] == "seat_taken"
    assert second.post("/seat/open", {**wish, "take_over": True})["mine"]
    assert not first.get("/seat")["mine"]
    assert first.post("/seat/ready", status=409)["code"] == "seat_taken"


def test_a_typed_number_goes_through_clearance_like_any_other(walk: Running):
    desk = Desk(walk.shop)
    desk.sit(ready=False)
    desk.post("/seat/dial", {"number": "12"}, status=422)
    desk.post("/seat/dial", {"number": "(202) 555-0177"})
    call = desk.seat_is("talking", having="call")["call"]
    assert call["number"] == "+12025550177"
    assert call["why"]["origin"] == "typed"
    with walk.shop.open():
        assert Ruling.objects.get(pk=call["id"]).ruling["verdict"] == "allow"


def test_the_wallboard_and_a_stop_of_everything(walk: Running):
    desk, boss = Desk(walk.shop), Desk(walk.shop, Role.SUPERVISOR)
    boss.post("/floor/stop", {"hang_up": False})
    desk.sit()
    desk.seat_is("ready")
    until(lambda: desk.get("/seat")["reason"] == "stopped", "the reason is shown")
    board = boss.get("/floor")
    assert board["stopped"]
    assert board["dialer_running"]
    assert walk.switch.rang == []
    boss.post("/floor/resume")
    desk.seat_is("talking")
    board = boss.get("/floor")
    assert [seat["state"] for seat in board["seats"]] == ["talking"]
    assert board["campaigns"][0]["attempts"] == 1
    boss.post(f"/floor/seats/{board['seats'][0]['id']}/pause", {"code": "break"})
    desk.get("/floor", status=403)


def test_a_moved_seat_stands_in_its_new_campaign_on_both_screens(walk: Running):
    desk, boss = Desk(walk.shop), Desk(walk.shop, Role.SUPERVISOR)
    desk.sit(ready=False)
    manager = Desk(walk.shop, Role.CAMPAIGN_MANAGER)
    other = manager.post(f"/campaigns/{walk.shop.campaign}/copy", {"name": "Another"}, status=201)["id"]
    seat = boss.get("/floor")["seats"][0]
    assert seat["campaign"] == str(walk.shop.campaign)
    boss.post(f"/floor/seats/{seat['id']}/move", {"campaign": other})
    assert boss.get("/floor")["seats"][0]["campaign"] == other
    assert desk.get("/seat")["campaign"]["id"] == other


def test_a_call_survives_the_death_of_dialerd(walk: Running):
    desk = Desk(walk.shop)
    desk.sit()
    call = desk.seat_is("talking", having="call")["call"]
    walk.stop_dialerd(cleanly=False)
    desk.post(f"/calls/{call['id']}/dispose", {"code": "not_interested", "idempotency_key": "while-dead"})
    desk.post("/seat/pause", {"code": "break"})
    walk.start_dialerd()
    desk.seat_is("paused")
    with walk.shop.open():
        attempt = until(lambda: Attempt.objects.filter(pk=call["id"], live=False).first(), "the talk has ended")
        assert (attempt.outcome, attempt.disposition) == ("connected", "not_interested")
        contact = call["contact"]["id"]
        until(lambda: Due.objects.filter(contact_id=contact, leased_until=None, done=True), "its lease is over")
    assert len(walk.switch.rang) == len(set(walk.switch.rang))


def test_while_the_gate_is_away_nothing_is_asked(walk: Running):
    desk = Desk(walk.shop)
    desk.sit(ready=False)
    walk.stop_gate()
    until(lambda: desk.get("/seat")["reason"] == "gate_away", "the reason is shown")
    desk.post("/seat/ready")
    desk.seat_is("ready")
    with walk.shop.open():
        assert not Attempt.objects.exists()
    walk.start_gate()
    desk.seat_is("talking")


def test_while_no_trunk_can_be_reached_nothing_is_asked(walk: Running):
    """Not even clearance: each call would only be refused at the gate."""
    desk = Desk(walk.shop)
    desk.sit(ready=False)

    def say(state: str) -> None:
        trunks = [{"id": str(walk.shop.campaign), "state": state, "reason": "", "channels": 0}]
        standing = {"state": "up", "reason": "", "version": "22", "up_since": None, "trunks": trunks}
        walk.call(walk.switch.server.report, walk.floor.ledger.floor, "switch", standing)

    say("unreachable")
    until(lambda: not walk.floor.line_stands, "the engine hears of it")
    desk.post("/seat/ready")
    desk.seat_is("ready")
    with walk.shop.open():
        assert not Attempt.objects.exists()
    say("reachable")
    desk.seat_is("talking")


def test_a_wrap_up_that_runs_out_is_to_fix_undone_fixed_and_corrected(walk: Running):
    with walk.shop.open():
        Campaign.objects.update(wrap_up_s=1)
        notices.tell_dialer(walk.shop.tenant, "campaign_changed", {"campaign": str(walk.shop.campaign)})
    desk, boss = Desk(walk.shop), Desk(walk.shop, Role.SUPERVISOR)
    desk.sit()
    call = desk.seat_is("talking", having="call")["call"]
    desk.post("/seat/finish-after", {"on": True})
    desk.post(f"/calls/{call['id']}/notes", {"text": "was called away", "version": 0}, method="put")
    desk.post(f"/calls/{call['id']}/hang-up")
    desk.seat_is("paused")
    (missed,) = desk.get("/to-fix")
    assert missed["attempt"] == call["id"]
    assert missed["notes"]["text"] == "was called away"
    assert [one["attempt"] for one in boss.get("/to-fix")] == [call["id"]]
    desk.post(f"/to-fix/{call['id']}", {"code": "sale", "idempotency_key": "fixed-as-sale"})
    desk.post(f"/calls/{call['id']}/undo")
    assert len(desk.get("/to-fix")) == 1
    desk.post(f"/to-fix/{call['id']}", {"code": "hung_up", "idempotency_key": "fixed-as-hung-up"})
    assert desk.get("/to-fix") == []
    wish = {"code": "not_interested", "reason": "heard the recording", "idempotency_key": "corrected-1"}
    desk.post(f"/attempts/{call['id']}/correct", wish, status=403)
    boss.post(f"/attempts/{call['id']}/correct", wish)
    told = boss.get(f"/attempts/{call['id']}")
    codes = ["not_dispositioned", "sale", "not_dispositioned", "hung_up", "not_interested"]
    assert [record["code"] for record in told["records"]] == codes
    assert told["disposition"] == "not_interested"
    assert told["sentences"]
    with walk.shop.open():
        until(
            lambda: Due.objects.filter(contact_id=call["contact"]["id"], done=True, done_reason="not_interested"),
            "the correction has moved the contact",
        )


def test_preview_shows_the_contact_before_anything_rings(walk: Running):
    with walk.shop.open():
        Campaign.objects.update(mode="preview")
        notices.tell_dialer(walk.shop.tenant, "campaign_changed", {"campaign": str(walk.shop.campaign)})
    desk = Desk(walk.shop)
    desk.sit()
    offer = desk.seat_is("previewing", having="offer")["offer"]
    assert offer["contact"]["name"] == "Ann 0 Example"
    assert walk.switch.rang == []
    desk.post("/seat/skip")
    shown = until(
        lambda: (
            (seat := desk.get("/seat"))["offer"]
            and seat["offer"]["contact"]["id"] != offer["contact"]["id"]
            and seat["offer"]
        ),
        "the next one is shown",
    )
    desk.post("/seat/dial", {"contact": shown["contact"]["id"]})
    call = desk.seat_is("talking", having="call")["call"]
    assert call["contact"]["id"] == shown["contact"]["id"]
    assert call["why"]["origin"] == "preview"
