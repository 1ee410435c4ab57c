"""Every figure opens its calls, and the journal confirms each; a changed row is found and named."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from ahize.calls.events import AgentJoined, Answered, HungUp, Ringing
from ahize.dialer.commands import Conclude, Originate, SeekLeave
from ahize.dialer.events import Cleared, Disposed, Tick
from ahize.kernel.errors import BadInput
from ahize.web import notices
from ahize.web.dialing import seats
from ahize.web.dialing.store import Entry
from ahize.web.reports import people, queries
from ahize.web.reports.verify import verify
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

SECOND = timedelta(seconds=1)
ALWAYS = queries.Span(ZoneInfo("UTC"))


def call_somebody(shop: Shop, *, taken: bool = True) -> None:
    """One talk of 60.5 seconds with a sale, and one number that nobody answers. ``taken``: the floor knows."""
    agent, session = shop.agent(), shops.draw_id(NOW)
    with shop.open():
        seat = seats.open_seat(agent, campaign=shop.campaign, session=session, take_over=False, now=NOW)
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.lease(shop.campaign, 2, NOW)
        asks: list[SeekLeave] = [shop.ask(0), shop.ask(1)]
        ledger.append([Entry(NOW, Tick(), tuple(asks))])
        first, second = clearance.rule_on(asks, floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
        assert isinstance(first, Cleared)
        assert isinstance(second, Cleared)
        talk, silence = asks[0].attempt, asks[1].attempt
        ledger.append(
            [
                Entry(NOW, first, (Originate(talk, first.permit, 25),)),
                Entry(NOW, second, (Originate(silence, second.permit, 25),)),
                Entry(NOW + SECOND, Ringing(talk), ()),
                Entry(NOW + 9 * SECOND, Answered(talk), ()),
                Entry(NOW + 10 * SECOND, AgentJoined(talk, seat.pk), ()),
                Entry(NOW + 25 * SECOND, HungUp(silence, 19, "us"), (Conclude(silence, "no_answer", 19, False),)),
                Entry(NOW + 70.5 * SECOND, HungUp(talk, 16, "callee"), (Conclude(talk, "connected", 16, True),)),
            ]
        )
        with shop.open():
            from ahize.web.dialing.models import Attempt  # noqa: PLC0415  models load after settings

            Attempt.objects.filter(pk=talk).update(disposition="sale", disposed_at=NOW)
            if not taken:
                notices.tell_dialer(shop.tenant, "disposed", {"attempt": str(talk), "code": "sale"}, now=NOW)
                return
        ledger.append([Entry(NOW + 80 * SECOND, Disposed(talk, seat.pk, "sale", True, None), ())])


def test_each_figure_opens_just_its_calls(shop: Shop) -> None:
    call_somebody(shop)
    with shop.open():
        figures = queries.figures(shop.campaign, ALWAYS)
        for cell, figure in figures.items():
            opened = queries.behind(shop.campaign, cell, ALWAYS).count()
            assert opened == (1 if cell == "talk.seconds" else figure), cell
    assert figures["funnel.attempts"] == figures["funnel.dialled"] == 2
    assert figures["funnel.talks"] == figures["funnel.successes"] == figures["disposition.sale"] == 1
    assert figures["outcome.no_answer"] == 1
    assert figures["talk.seconds"] == 60.5


def test_the_journal_confirms_every_figure(shop: Shop) -> None:
    call_somebody(shop)
    with shop.open():
        proof = verify()
    assert proof.mismatches == []
    assert proof.breaks == []
    assert proof.cells > 10


def test_one_tampered_row_is_found_and_its_cells_are_named(shop: Shop, owner_url: str) -> None:
    call_somebody(shop)
    with psycopg.connect(owner_url) as owner:
        owner.execute("SELECT set_config('ahize.tenant', %s, true)", [str(shop.tenant)])
        owner.execute("UPDATE dialing_attempt SET outcome = 'busy' WHERE outcome = 'no_answer'")
    with shop.open():
        proof = verify()
    assert not proof.holds
    assert {row.cell for row in proof.mismatches} == {"outcome.busy", "outcome.no_answer"}


def test_what_a_dead_dialer_left_unanswered_is_settled_by_the_chain_of_rulings(shop: Shop) -> None:
    with shops.ledger_of(shop, "old") as old, shops.clearance_of(shop) as clearance:
        old.recover(NOW, seed=1, lines=10)
        ask = shop.ask(0)
        old.append([Entry(NOW, Tick(), (ask,))])
        clearance.rule_on([ask], floor=old.floor, epoch=old.epoch, clock=shop.clock)
    with shops.ledger_of(shop, "new") as new:
        recovered = new.recover(NOW + 10 * SECOND, seed=2, lines=10)
        new.append([Entry(NOW + 10 * SECOND, recovered, ())])
    with shop.open():
        assert verify().mismatches == []


def test_what_is_asked_for_while_verify_reads_is_no_mismatch(shop: Shop) -> None:
    with shops.ledger_of(shop, "running") as ledger, shops.clearance_of(shop) as clearance:
        ledger.append([Entry(NOW, ledger.recover(NOW, seed=1, lines=10), ())])
        ask = shop.ask(0)
        ledger.append([Entry(NOW, Tick(), (ask,))])
        with shop.open():
            assert (verify().mismatches, verify().attempts) == ([], 0), "no ruling yet, no attempt yet"
        clearance.rule_on([ask], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
        with shop.open():
            assert (verify().mismatches, verify().attempts) == ([], 1), "ruled on, and the answer on its way"


def test_what_an_agent_said_and_the_floor_has_not_heard_is_no_mismatch(shop: Shop) -> None:
    call_somebody(shop, taken=False)
    with shop.open():
        assert queries.figures(shop.campaign, ALWAYS)["disposition.sale"] == 1
        assert verify().mismatches == []


@pytest.mark.parametrize("text", ["Ann", "ann 1", "EXAMPLE", "0101", "+1202555", "2025550101"])
def test_people_are_found_by_part_of_a_name_or_number(shop: Shop, text: str) -> None:
    with shop.open():
        from ahize.web.contacts.models import Contact  # noqa: PLC0415
        from ahize.web.contacts.staging import search_key  # noqa: PLC0415

        for contact in Contact.objects.all():
            contact.search_key = search_key(contact.first_name, contact.last_name, contact.company)
            contact.save(update_fields=["search_key"])
        assert shop.contacts[1] in {found.pk for found in people.search(text)}


def test_a_search_that_would_show_everybody_is_refused(shop: Shop) -> None:
    with shop.open(), pytest.raises(BadInput):
        people.search("an")


def test_days_are_those_of_the_zone(shop: Shop) -> None:
    call_somebody(shop)
    tomorrow = NOW.date() + timedelta(days=1)
    with shop.open():
        later = queries.figures(shop.campaign, queries.Span(ZoneInfo("UTC"), since=tomorrow))
        up_to = queries.figures(shop.campaign, queries.Span(ZoneInfo("UTC"), until=tomorrow))
    assert later["funnel.attempts"] == 0
    assert up_to["funnel.attempts"] == 2


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "", "../../etc/passwd", "x" * 5000])
def test_a_zone_that_does_not_exist_is_refused_with_a_hint(zone: str) -> None:
    with pytest.raises(BadInput) as refused:
        queries.Span.of(zone, None, None)
    assert "Istanbul" in refused.value.next_step
