"""The store on PostgreSQL: one owner, leases in order, the journal first, deeds once; and who may not write what."""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from ahize.calls.events import AgentJoined, Answered, HungUp, Ringing
from ahize.dialer.commands import Conclude, DisposeFor, Originate, Recycle, SetSeat, Warn
from ahize.dialer.events import CampaignSet, Cleared, NumberSuppressed, SeatPaused, SeatReady, ShiftEnds, Tick
from ahize.kernel.errors import BadInput
from ahize.web import notices
from ahize.web.base import draw_id
from ahize.web.consents.services import suppress
from ahize.web.contacts.models import Phone
from ahize.web.dialing import desk, projection, seats, services
from ahize.web.dialing.chain import journal_hash
from ahize.web.dialing.models import (
    Attempt,
    Callback,
    Deed,
    DispositionRecord,
    Due,
    Journal,
    Permit,
    Seat,
)
from ahize.web.dialing.schemas import DisposeIn
from ahize.web.dialing.store import Deposed, Entry, FloorTaken
from ahize.web.permissions import Role
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

SECOND = timedelta(seconds=1)


def test_contacts_are_leased_in_list_order_and_once(shop: Shop):
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        first = ledger.lease(shop.campaign, 2, NOW)
        rest = ledger.lease(shop.campaign, 5, NOW)
    assert [one.contact for one in (*first, *rest)] == shop.contacts


def test_a_contact_without_a_usable_phone_is_done_and_says_why(shop: Shop):
    with shop.open():
        Phone.objects.filter(pk=shop.phones[0]).update(state="wrong_number")
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        assert [one.contact for one in ledger.lease(shop.campaign, 2, NOW)] == shop.contacts[1:]
    with shop.open():
        assert Due.objects.get(contact_id=shop.contacts[0]).done_reason == "no_usable_phone"


def test_a_new_owner_voids_leases_and_the_old_one_is_deposed(shop: Shop):
    with shops.ledger_of(shop, "old") as old, shops.ledger_of(shop, "new") as new:
        old.recover(NOW, seed=1, lines=10)
        old.lease(shop.campaign, 3, NOW)
        with pytest.raises(FloorTaken):
            new.recover(NOW + SECOND, seed=1, lines=10)
        recovered = new.recover(NOW + 4 * SECOND, seed=1, lines=10)
        assert recovered.epoch == 2
        with pytest.raises(Deposed):
            old.append([Entry(NOW + 5 * SECOND, Tick(), ())])
        with pytest.raises(Deposed):
            old.lease(shop.campaign, 1, NOW)
        assert len(new.lease(shop.campaign, 5, NOW + 5 * SECOND)) == 3


def test_the_journal_is_chained_and_read_back_as_it_was_hashed(shop: Shop):
    with shops.ledger_of(shop) as ledger:
        recovered = ledger.recover(NOW, seed=1, lines=10)
        ledger.append([Entry(NOW, recovered, ()), Entry(NOW, Tick(), ())])
        ledger.append([Entry(NOW + SECOND, Tick(), (Recycle(shop.campaign, shop.contacts[0], None, "done"),))])
    with shop.open():
        previous = ""
        lines = list(Journal.objects.order_by("seq"))
        assert [line.seq for line in lines] == [1, 2, 3]
        for line in lines:
            assert line.previous_hash == previous
            previous = line.hash
            assert line.hash == journal_hash(
                line.previous_hash,
                floor=line.floor_id,
                seq=line.seq,
                epoch=line.epoch,
                at=line.at,
                event=line.event,
                commands=line.commands,
            )
        assert Due.objects.get(contact_id=shop.contacts[0]).done


def test_a_screen_that_holds_one_row_and_wants_another_does_not_end_this_life(shop: Shop):
    """PostgreSQL ends the one of the two that has waited for a second first, and that is the ledger."""
    with shop.open():
        one, other = (
            seats.open_seat(
                shop.house.person(role), campaign=shop.campaign, session=draw_id(NOW), take_over=False, now=NOW
            ).pk
            for role in (Role.AGENT, Role.SUPERVISOR)
        )

    def append() -> None:
        with shops.ledger_of(shop) as ledger:
            ledger.recover(NOW, seed=1, lines=10)
            ledger.append([Entry(NOW, Tick(), tuple(SetSeat(seat, "ready", shop.campaign) for seat in (one, other)))])

    with ThreadPoolExecutor(1) as elsewhere:
        with shop.open():
            Seat.objects.select_for_update().get(pk=other)
            appended = elsewhere.submit(append)
            _until_it_waits(appended)
            Seat.objects.select_for_update().get(pk=one)
        appended.result(10)
    with shop.open():
        assert set(Seat.objects.filter(pk__in=(one, other)).values_list("state", flat=True)) == {"ready"}
        assert Journal.objects.count() == 1


def _until_it_waits(appended: Future[None]) -> None:
    """Until a lock of this connection keeps another one waiting. Only ``pg_locks`` is never a copy from before."""
    with connection.cursor() as cursor:
        while not appended.done():
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.fetchone():
                return


def test_a_call_leaves_its_times_its_outcome_and_its_spent_permit(shop: Shop):
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        (candidate,) = ledger.lease(shop.campaign, 1, NOW)
        ask = shop.ask(0)
        (cleared,) = clearance.rule_on([ask], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
        assert isinstance(cleared, Cleared)
        call = ask.attempt
        ledger.append(
            [
                Entry(NOW, cleared, (Originate(call, cleared.permit, 25),)),
                Entry(NOW + SECOND, Ringing(call), ()),
                Entry(NOW + 9 * SECOND, Answered(call), ()),
                Entry(
                    NOW + 20 * SECOND,
                    HungUp(call, 16, "callee"),
                    (
                        Conclude(call, "hung_up", 16, False),
                        Recycle(shop.campaign, candidate.contact, NOW + timedelta(days=1), "hung_up"),
                    ),
                ),
            ]
        )
    with shop.open():
        attempt = Attempt.objects.get(pk=call)
        assert (attempt.live, attempt.outcome, attempt.cause) == (False, "hung_up", 16)
        assert attempt.ringing_at == NOW + SECOND
        assert attempt.answered_at == NOW + 9 * SECOND
        assert attempt.ended_at == NOW + 20 * SECOND
        assert Permit.objects.get(pk=call).spent_at == NOW + SECOND
        due = Due.objects.get(contact_id=candidate.contact)
        assert (due.attempts, due.leased_until, due.due_at) == (1, None, NOW + timedelta(days=1))


def test_what_an_agent_said_in_a_talk_is_known_to_the_next_owner(shop: Shop):
    agent, session = shop.agent(), shops.draw_id(NOW)
    with shop.open():
        seat = seats.open_seat(agent, campaign=shop.campaign, session=session, take_over=False, now=NOW)
    with shops.ledger_of(shop, "old") as old, shops.clearance_of(shop) as clearance:
        old.recover(NOW, seed=1, lines=10)
        ask = shop.ask(0)
        (cleared,) = clearance.rule_on([ask], floor=old.floor, epoch=old.epoch, clock=shop.clock)
        call = ask.attempt
        old.append(
            [
                Entry(NOW, cleared, (Originate(call, cleared.permit, 25),)),
                Entry(NOW + SECOND, Answered(call), (SetSeat(seat.pk, "talking", shop.campaign, call),)),
                Entry(NOW + 2 * SECOND, AgentJoined(call, seat.pk), ()),
            ]
        )
        with shop.open():
            said = DisposeIn(code="not_interested", idempotency_key="said-in-the-talk")
            services.dispose(agent, call, said, now=NOW + 3 * SECOND)
        heard = old.asked(NOW + 3 * SECOND)
        old.append([Entry(NOW + 3 * SECOND, event, ()) for event in heard])
    with shops.ledger_of(shop, "new") as new:
        (open_call,) = new.recover(NOW + 10 * SECOND, seed=1, lines=10).calls
    assert open_call.said is not None
    assert (open_call.said.attempt, open_call.said.code) == (call, "not_interested")


def test_what_was_allowed_but_never_dialled_is_withdrawn_by_the_next_owner(shop: Shop):
    with shops.ledger_of(shop, "old") as old, shops.clearance_of(shop) as clearance:
        old.recover(NOW, seed=1, lines=10)
        asks = [shop.ask(0), shop.ask(1)]
        answers = clearance.rule_on(asks, floor=old.floor, epoch=old.epoch, clock=shop.clock)
        old.append([Entry(NOW, answers[1], (Originate(asks[1].attempt, answers[1].permit, 25),))])
    with shops.ledger_of(shop, "new") as new:
        recovered = new.recover(NOW + 10 * SECOND, seed=1, lines=10)
    assert [(one.attempt, one.state) for one in recovered.calls] == [(asks[1].attempt, "dialed")]
    with shop.open():
        assert Attempt.objects.get(pk=asks[0].attempt).outcome == "withdrawn"
        assert Permit.objects.get(pk=asks[0].attempt).void_reason == "engine_lost"


def test_deeds_come_in_order_and_are_taken_with_their_journal_line(shop: Shop):
    agent, session = shop.agent(), shops.draw_id(NOW)
    with shop.open():
        seat = seats.open_seat(agent, campaign=shop.campaign, session=session, take_over=False, now=NOW)
        seats.ready(agent, session=session, now=NOW)
        suppress(tenant=shop.tenant, seller=shop.seller, e164="+12025550100", source="agent", by=None, now=NOW)
        notices.tell_dialer(shop.tenant, "no_such_kind", {}, now=NOW)
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        told = ledger.asked(NOW)
        policies = [event for event in told if isinstance(event, CampaignSet)]
        events = told[len(policies) :]
        assert policies, "the house had set its policy before anybody came"
        assert events == [
            SeatPaused(seat.pk, "signed_in"),
            SeatReady(seat.pk, shop.campaign),
            NumberSuppressed("+12025550100", shop.seller),
        ]
        assert ledger.asked(NOW) == []
        ledger.append([Entry(NOW, event, ()) for event in (*policies, events[0])])
        ledger.recover(NOW + SECOND, seed=1, lines=10)
        assert ledger.asked(NOW) == events[1:]
    with shop.open():
        assert Deed.objects.filter(taken_at=None).count() == 2


def test_a_suppression_voids_what_is_sealed_and_not_spent(shop: Shop):
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        ask = shop.ask(0)
        clearance.rule_on([ask], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
        ledger.append([Entry(NOW + SECOND, NumberSuppressed("+12025550100", shop.seller), ())])
    with shop.open():
        assert Permit.objects.get(pk=ask.attempt).void_reason == "suppressed"


def test_a_seat_is_shown_as_the_engine_says_and_its_agent_is_told(shop: Shop):
    agent, session = shop.agent(), shops.draw_id(NOW)
    with shop.open():
        seat = seats.open_seat(agent, campaign=shop.campaign, session=session, take_over=False, now=NOW)
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.append([Entry(NOW, Tick(), (SetSeat(seat.pk, "paused", shop.campaign, None, None, "break"),))])
    with shop.open():
        seat = Seat.objects.get(pk=seat.pk)
        assert (seat.state, seat.pause_code) == ("paused", "break")
        assert notices.Outbox.objects.filter(topic="card", audience=agent.id).count() == 1


def test_the_stores_notices_are_those_of_everybody(shop: Shop, database):
    agent = shop.agent()
    with psycopg.connect(database["WEB"], autocommit=True) as ears:
        ears.execute(f"LISTEN {notices.BROWSERS}")
        with shop.open():
            notices.tell_browsers(shop.tenant, "card", shop.campaign, agent.id, now=NOW)
            notices.tell_browsers(shop.tenant, "floor", shop.campaign, now=NOW)
        with shops.ledger_of(shop) as ledger:
            ledger.recover(NOW, seed=1, lines=10)
            with ledger.transaction() as cursor:
                cursor.execute(*projection.notice(shop.tenant, NOW, "card", shop.campaign, agent.id))
                cursor.execute(*projection.notice(shop.tenant, NOW, "floor", shop.campaign))
        heard = [json.loads(notice.payload) for notice in ears.notifies(timeout=5, stop_after=4)]
    without_seq = [[tenant, *rest] for tenant, _seq, *rest in heard]
    assert len(heard) == 4
    assert without_seq[:2] == without_seq[2:]
    assert [seq for _, seq, *_ in heard] == sorted(seq for _, seq, *_ in heard)


def test_the_agent_of_a_call_hears_that_its_transfer_failed(shop: Shop):
    agent, session = shop.agent(), shops.draw_id(NOW)
    with shop.open():
        seat = seats.open_seat(agent, campaign=shop.campaign, session=session, take_over=False, now=NOW)
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        ask = shop.ask(0)
        (cleared,) = clearance.rule_on([ask], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
        call, other = ask.attempt, shops.draw_id(NOW)
        failed = Warn("transfer_failed", {"seat": str(other), "call": str(call)})
        ledger.append(
            [
                Entry(NOW, cleared, (Originate(call, cleared.permit, 25),)),
                Entry(NOW + SECOND, Answered(call), (SetSeat(seat.pk, "talking", shop.campaign, call),)),
                Entry(NOW + 2 * SECOND, AgentJoined(call, seat.pk), ()),
                Entry(NOW + 3 * SECOND, Tick(), (failed,)),
            ]
        )
    with shop.open():
        said = notices.Outbox.objects.filter(topic="warnings").values_list("subject_id", "audience")
        assert set(said) == {(f"transfer_failed {other}", None), (f"transfer_failed {call}", agent.id)}


def test_a_silent_screen_is_noticed_once(shop: Shop):
    agent, session = shop.agent(), shops.draw_id(NOW)
    with shop.open():
        seat = seats.open_seat(agent, campaign=shop.campaign, session=session, take_over=False, now=NOW)
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.append([Entry(NOW, Tick(), (SetSeat(seat.pk, "ready", shop.campaign),))])
        assert ledger.beat(NOW + 9 * SECOND, gate_up=True) == []
        assert ledger.beat(NOW + 10 * SECOND, gate_up=True) == [seat.pk]
        assert ledger.beat(NOW + 11 * SECOND, gate_up=True) == []


def test_an_agents_word_beats_the_expired_wrap_up(shop: Shop):
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        ask, other = shop.ask(0), shop.ask(1)
        clearance.rule_on([ask, other], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
        with shop.open():
            attempt = Attempt.objects.get(pk=ask.attempt)
            DispositionRecord.objects.create(tenant_id=shop.tenant, attempt=attempt, code="sale", at=NOW)
            attempt.disposition = "sale"
            attempt.save(update_fields=["disposition"])
        seat = shops.draw_id(NOW)
        ledger.append(
            [Entry(NOW, Tick(), [DisposeFor(one.attempt, seat, "not_dispositioned") for one in (ask, other)])]
        )
    with shop.open():
        assert Attempt.objects.get(pk=ask.attempt).disposition == "sale"
        assert Attempt.objects.get(pk=other.attempt).disposition == "not_dispositioned"


def test_a_promise_is_leased_to_its_owner_when_ready_and_to_anybody_later(shop: Shop):
    agent, session = shop.agent(), shops.draw_id(NOW)
    with shop.open():
        seat = seats.open_seat(agent, campaign=shop.campaign, session=session, take_over=False, now=NOW)
        promise = Callback.objects.create(
            tenant_id=shop.tenant,
            campaign_id=shop.campaign,
            contact_id=shop.contacts[2],
            phone_id=shop.phones[2],
            at=NOW,
            owner_id=agent.id,
            anyone_after=NOW + timedelta(minutes=15),
            made_at=NOW,
        )
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        assert shop.contacts[2] not in [one.contact for one in ledger.lease(shop.campaign, 5, NOW)]
        ledger.append([Entry(NOW, Tick(), (SetSeat(seat.pk, "ready", shop.campaign),))])
        (owed,) = ledger.lease(shop.campaign, 5, NOW)
        assert (owed.callback, owed.seat, owed.origin) == (promise.pk, seat.pk, "callback")
        ledger.append(
            [
                Entry(NOW, Tick(), (Recycle(shop.campaign, owed.contact, NOW, "later"),)),
                Entry(NOW, Tick(), (SetSeat(seat.pk, "paused", shop.campaign),)),
            ]
        )
        assert ledger.lease(shop.campaign, 5, NOW) == []
        (anybody,) = ledger.lease(shop.campaign, 5, NOW + timedelta(minutes=15))
        assert (anybody.callback, anybody.seat) == (promise.pk, None)


# ── who may not write what ──────────────────────────────────────────────────────────────────────────────────────

INSERTS = {
    "dialing_attempt": {"CLEARANCE"},
    "dialing_ruling": {"CLEARANCE"},
    "dialing_permit": {"CLEARANCE"},
    "dialing_journal": {"DIALERD"},
    "dialing_callback": {"WEB"},
    "dialing_seat": {"WEB"},
    "dialing_draft": {"WEB"},
    "dialing_deed": {"WEB", "WORKER", "DIALERD"},
    "dialing_dispositionrecord": {"WEB", "DIALERD"},
}
COLUMNS = {
    ("dialing_due", "leased_until"): {"DIALERD"},
    ("dialing_due", "lease_epoch"): {"DIALERD"},
    ("dialing_seat", "state"): {"DIALERD"},
    ("dialing_seat", "attempt_id"): {"DIALERD"},
    ("dialing_seat", "session"): {"WEB"},
    ("dialing_attempt", "outcome"): {"DIALERD"},
    ("dialing_attempt", "live"): {"DIALERD"},
    ("dialing_attempt", "verdict"): set(),
    ("dialing_attempt", "disposition"): {"WEB", "DIALERD"},
    ("dialing_permit", "valid_until"): set(),
    ("dialing_permit", "spent_at"): {"DIALERD"},
    ("dialing_ruling", "ruling"): set(),
    ("dialing_journal", "event"): set(),
    ("dialing_floor", "epoch"): {"DIALERD"},
    ("dialing_floor", "stopped"): {"WEB", "DIALERD"},
    ("dialing_deed", "taken_at"): {"DIALERD"},
    ("dialing_dispositionrecord", "code"): set(),
}
ROLES = ("WEB", "WORKER", "DIALERD", "CLEARANCE")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", INSERTS)
def test_only_its_writer_inserts(database, table: str, role: str):
    with psycopg.connect(database[role]) as db:
        if role in INSERTS[table]:
            assert db.execute("SELECT has_table_privilege(%s, 'INSERT')", [table]).fetchone() == (True,)
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(f"INSERT INTO {table} DEFAULT VALUES")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_only_its_writer_updates_a_column(database, table: str, column: str, role: str):
    with psycopg.connect(database[role]) as db:
        if role in COLUMNS[table, column]:
            db.execute(f"UPDATE {table} SET {column} = {column}")
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(f"UPDATE {table} SET {column} = {column}")


@pytest.mark.parametrize("table", ["dialing_journal", "dialing_ruling", "dialing_dispositionrecord"])
def test_what_is_written_once_stays_even_for_the_owner(shop: Shop, database, table: str):
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        recovered = ledger.recover(NOW, seed=1, lines=10)
        ask = shop.ask(0)
        clearance.rule_on([ask], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
        dispose = DisposeFor(ask.attempt, shops.draw_id(NOW), "not_dispositioned")
        ledger.append([Entry(NOW, recovered, (dispose,))])
    for statement in (f"UPDATE {table} SET hash = ''", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        wanted = statement.replace("hash = ''", "code = ''") if "disposition" in table else statement
        with psycopg.connect(database["OWNER"]) as db:
            db.execute("SELECT set_config('ahize.tenant', %s, true)", [str(shop.tenant)])
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                db.execute(wanted)


@pytest.mark.parametrize("table", [*INSERTS, "dialing_floor", "dialing_due"])
def test_another_tenants_rows_do_not_exist(shop: Shop, database, table: str):
    with psycopg.connect(database["WEB"]) as db:
        db.execute("SELECT set_config('ahize.tenant', %s, true)", [str(shops.draw_id(NOW))])
        assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_the_end_of_a_shift_and_a_pause_that_waits_stand_in_the_seats_row(shop: Shop):
    agent, session, until = shop.agent(), draw_id(NOW), NOW + timedelta(hours=2)
    with shop.open():
        opened = {"campaign": shop.campaign, "session": session, "take_over": False, "now": NOW}
        seat = seats.open_seat(agent, shift_ends_at=until, **opened)
        for wrong in (NOW, NOW + timedelta(hours=17)):
            with pytest.raises(BadInput):
                seats.shift_ends(agent, at=wrong, session=session, now=NOW)
        seats.pause(agent, code="", session=session, now=NOW)
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        signed_in, ends, pause = (one for one in ledger.asked(NOW) if isinstance(one, SeatPaused | ShiftEnds))
        assert (signed_in, ends) == (SeatPaused(seat.pk, seats.SIGNED_IN), ShiftEnds(seat.pk, until))
        assert pause == SeatPaused(seat.pk, "", True)
        leaving = SetSeat(seat.pk, "ready", shop.campaign, None, NOW + 30 * SECOND, "leaving:lunch")
        ledger.append([Entry(NOW, ends, ()), Entry(NOW, pause, (leaving,))])
        (found,) = ledger.recover(NOW + 5 * SECOND, seed=1, lines=10).seats
        assert (found.state, found.pause_code, found.until, found.since) == ("ready", "lunch", until, NOW)
        with shop.open():
            view = desk.seat_view(agent, session=session, now=NOW)
            assert (view["leaving"], view["shift_ends_at"]) == ("lunch", until)
        ledger.append([Entry(NOW, Tick(), (SetSeat(seat.pk, "closed", shop.campaign),))])
    with shop.open():
        assert Seat.objects.get(pk=seat.pk).shift_ends_at is None
