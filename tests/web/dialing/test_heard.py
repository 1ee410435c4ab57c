"""What detection said beside what was so; whoever was taken for a machine and hung up on counts as abandoned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from ahize.calls.events import AgentJoined, Answered, HumanHeard, HungUp, MachineHeard, Ringing
from ahize.dialer.commands import Conclude, Originate
from ahize.dialer.events import CampaignSet, Cleared
from ahize.kernel.ids import AttemptId, CallId
from ahize.web.audit.models import Entry
from ahize.web.dialing import abandoned, floor
from ahize.web.dialing.models import Attempt
from ahize.web.dialing.store import Entry as Line
from ahize.web.dialing.store import Ledger
from ahize.web.permissions import Role
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

JSON = "application/json"
SECOND = timedelta(seconds=1)


@pytest.fixture
def calls(shop: Shop) -> Any:
    """Three calls: a machine that nobody checked, a long greeting, a person who talked."""
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        made = [_call(shop, ledger, index) for index in range(3)]
        machine, unsure, person = made
        _hear(ledger, machine, MachineHeard(machine, "voicemail", "a beep after the greeting"), "machine")
        _hear(ledger, unsure, HumanHeard(unsure, "uncertain: a long greeting"), "")
        _hear(ledger, person, HumanHeard(person, "a short greeting, then silence"), "")
        with shop.open():
            # The last two were spoken with by the agent; one was a machine after all.
            for call, code in ((unsure, "no_message"), (person, "sale")):
                Attempt.objects.filter(pk=call).update(disposition=code)
        yield shop, ledger, made


def _call(shop: Shop, ledger: Ledger, index: int) -> CallId:
    with shops.clearance_of(shop) as clearance:
        (cleared,) = clearance.rule_on([shop.ask(index)], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
    assert isinstance(cleared, Cleared)
    call = CallId(cleared.attempt)
    ledger.append([Line(NOW, cleared, (Originate(call, cleared.permit, 25),))])
    ledger.append([Line(NOW + SECOND, Ringing(call), ()), Line(NOW + 2 * SECOND, Answered(call), ())])
    return call


def _hear(ledger: Ledger, call: CallId, event: Any, outcome: str) -> None:
    at = NOW + 3 * SECOND
    if outcome:
        ledger.append([Line(at, event, ()), Line(at, HungUp(call, 16, "us"), (_end(call, outcome),))])
    else:
        seat = UUID(int=1)
        ledger.append([Line(at, event, ()), Line(at, AgentJoined(call, seat), ())])
        with_agent = at + SECOND
        ledger.append([Line(with_agent, HungUp(call, 16, "callee"), (_end(call, "connected"),))])


def _end(call: CallId, outcome: str) -> Conclude:
    return Conclude(AttemptId(call), outcome, 16, outcome == "connected")


def say(shop: Shop, call: CallId, was: str, role: Role = Role.SUPERVISOR) -> Any:
    return shop.house.browser(role).post(f"/api/calls/{call}/heard", {"was": was}, content_type=JSON)


def seen(shop: Shop) -> dict[str, Any]:
    told: dict[str, Any] = shop.house.browser().get(f"/api/campaigns/{shop.campaign}/detection").json()
    return told


def share(shop: Shop) -> tuple[int, int]:
    from django.db import connection  # noqa: PLC0415 - after Django stands

    with shop.open(), connection.cursor() as cursor:
        return abandoned.counted(cursor, shop.campaign, [NOW - timedelta(days=1)])[0]


def test_a_person_taken_for_a_machine_counts_as_abandoned_and_tightens_the_budget(calls: Any) -> None:
    shop, ledger, (machine, *_rest) = calls
    live, lost = share(shop)
    assert lost == 0
    assert say(shop, machine, "person").status_code == 200
    assert share(shop) == (live + 1, 1)
    *_, told = (one for one in ledger.asked(NOW + 10 * SECOND) if isinstance(one, CampaignSet))
    assert told.settings.abandoned == 1
    with shop.open():
        assert Attempt.objects.get(pk=machine).mistaken
        assert floor.wallboard(now=NOW + 10 * SECOND)["today"]["abandoned"] == 1
        assert Entry.objects.get(action="say_who_picked_up").after == {"was": "person", "verdict": "machine"}
    assert say(shop, machine, "machine").status_code == 200, "the last word stands"
    assert share(shop) == (live, 0)


def test_the_matrix_counts_what_was_said_beside_what_was_so(calls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from ahize.web.dialing import heard  # noqa: PLC0415 - after Django stands

    monkeypatch.setattr(heard, "SINCE", timedelta(days=3650))
    shop, _ledger, (machine, unsure, _person) = calls
    assert seen(shop)["unheard"] >= 1
    say(shop, machine, "person")
    say(shop, unsure, "machine")
    told = seen(shop)
    counts = {(one["said"], one["was"]): one["count"] for one in told["counts"]}
    assert counts["machine", "person"] == 1
    assert counts["unsure", "machine"] == 1
    assert (told["mistaken_people"], told["precision"], told["person_cost"]) == (1, 0.0, 20)
    assert told["machine_from"] == pytest.approx(20 / 21)


def test_only_ones_own_calls_and_only_answered_ones(calls: Any) -> None:
    shop, _ledger, (machine, *_rest) = calls
    assert say(shop, machine, "person", Role.AGENT).status_code == 404
    assert say(shop, machine, "a dog").status_code == 422
