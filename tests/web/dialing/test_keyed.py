"""A key that ends such calls suppresses the number with its journal line; the rest follows. And two agents' words."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from ahize.calls.events import AgentJoined, FlowEnded, HungUp, StopPressed
from ahize.dialer.commands import Conclude, Connect
from ahize.dialer.events import Barred
from ahize.kernel.ids import AttemptId
from ahize.web.audit.models import Entry
from ahize.web.consents import keyed as following
from ahize.web.consents.models import Suppression
from ahize.web.consents.services import ask_unsuppress
from ahize.web.dialing import queries, services
from ahize.web.dialing.models import Attempt, DispositionRecord
from ahize.web.dialing.schemas import DisposeIn
from ahize.web.dialing.store import Entry as Line
from ahize.web.permissions import Role
from ahize.web.rls import TENANT_SETTING
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop
from web.dialing.test_talk import SECOND, Talk, talk

__all__ = ["talk"]


def test_from_the_keys_commit_on_no_permit_is_sealed(talk: Talk) -> None:
    talk.hear(StopPressed(talk.call))
    shop = talk.shop
    attempt = talk.attempt()
    with shop.open():
        suppression = Suppression.objects.get(e164=attempt.e164)
        assert (suppression.seller_id, suppression.covers, suppression.source) == (
            attempt.seller_id,
            "everything",
            "key_press",
        )
        assert attempt.stop_receipt == suppression.receipt
    talk.hear(HungUp(talk.call, 16, "callee"), Conclude(AttemptId(talk.call), "played", 16, False))
    with shops.clearance_of(shop) as clearance:
        given = {"floor": talk.ledger.floor, "epoch": talk.ledger.epoch, "clock": shop.clock}
        (answer,) = clearance.rule_on([shop.ask(0, salt=7)], **given)
    assert isinstance(answer, Barred)
    assert "suppression" in answer.grounds
    told = [one.number for one in talk.asked()]
    assert told == [attempt.e164], "the engine drops the number wherever it waits"


def test_a_second_key_keeps_the_first_receipt_and_answers_who_asked_to_lift_it(talk: Talk) -> None:
    talk.hear(StopPressed(talk.call))
    receipt = talk.attempt().stop_receipt
    with talk.shop.open():
        who = talk.shop.house.users[Role.COMPLIANCE_OFFICER].pk
        ask_unsuppress(Suppression.objects.get(), reason="mistake", by=who, now=NOW)
    talk.hear(StopPressed(talk.call))
    assert talk.attempt().stop_receipt == receipt
    with talk.shop.open():
        assert Suppression.objects.get().end_asked_by is None


def test_everything_else_of_a_withdrawal_follows_once(talk: Talk) -> None:
    talk.hear(StopPressed(talk.call))
    with talk.shop.open():
        assert following.follow_up(talk.shop.tenant, now=talk.at + SECOND) == 1
        assert following.follow_up(talk.shop.tenant, now=talk.at + 2 * SECOND) == 0
        assert Entry.objects.filter(action="revoke_consents").count() == 1
        assert Suppression.objects.count() == 1


def test_dialerd_may_suppress_and_never_lift(shop: Shop, emptied: dict[str, str]) -> None:
    with psycopg.connect(emptied["DIALERD"]) as db:
        db.execute("SELECT set_config(%s, %s, false)", (TENANT_SETTING, str(shop.tenant)))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("UPDATE consents_suppression SET ended_at = now()")


def test_a_broadcasts_end_stands_in_its_report(talk: Talk) -> None:
    talk.hear(StopPressed(talk.call))
    talk.hear(FlowEnded(talk.call, "opted_out"))
    with talk.shop.open():
        told = queries.broadcast(talk.shop.campaign)
    assert (told["dialled"], told["opted_out"], told["ends"]) == (1, 1, {"opted_out": 1})


# ── fronter and closer ──────────────────────────────────────────────────────────────────────────────────────────


def said(code: str) -> DisposeIn:
    return DisposeIn(code=code, idempotency_key=f"key-of-{code}")


def handed_over(talk: Talk) -> None:
    talk.hear(AgentJoined(talk.call, talk.other), Connect(talk.call, talk.other), talk.set(talk.seat, "wrap_up"))


def test_the_closer_has_the_last_word_and_the_fronters_is_kept(talk: Talk) -> None:
    handed_over(talk)
    shop, now = talk.shop, talk.at + timedelta(seconds=5)
    with shop.open():
        services.dispose(shop.agent(), talk.call, said("hung_up"), now=now)
    (word,) = talk.asked()
    assert (word.seat, word.code) == (talk.seat, "hung_up"), "the talk goes on, nobody hangs up"
    with shop.open():
        services.dispose(shop.house.person(Role.SUPERVISOR), talk.call, said("sale"), now=now)
        last = DispositionRecord.objects.get(corrects__isnull=False)
        assert (last.code, last.corrects and last.corrects.code) == ("sale", "hung_up")
        assert Attempt.objects.get(pk=talk.call).disposition == "sale"
    assert talk.asked()[-1].seat == talk.other


def test_a_stranger_to_the_talk_says_nothing(talk: Talk) -> None:
    from ahize.kernel.errors import NotFound  # noqa: PLC0415 - beside its only use

    talk.hear(HungUp(talk.call, 16, "callee"))
    stranger = talk.shop.house.person(Role.ADMINISTRATOR)
    assert stranger.id != talk.attempt().agent_id
    with talk.shop.open(), pytest.raises(NotFound):
        services.dispose(talk.shop.house.person(Role.LIST_MANAGER), talk.call, said("sale"), now=NOW)


def test_a_line_written_twice_changes_nothing(talk: Talk) -> None:
    talk.ledger.append([Line(talk.at, StopPressed(talk.call), ()), Line(talk.at, StopPressed(talk.call), ())])
    with talk.shop.open():
        assert Suppression.objects.count() == 1
