"""The last question before a telephone rings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from ahize.compliance.ruling import Permit, World
from ahize.dialer.commands import SeekLeave
from ahize.dialer.gate import REASONS, Gate, Refused, Spent
from ahize.kernel.ids import AttemptId, CampaignId
from ahize.kernel.seals import Sealer
from dialer.desk import CALLER_ID, CAMPAIGN, FLOOR, NOW, SEALER, SELLER, candidate, permit

REAL = "+12125551234"


def a_permit(n: int = 1, **changes: Any) -> Permit:
    return permit(SeekLeave(AttemptId(UUID(int=n)), candidate(1), "predictive", 1), NOW, **changes)


def a_gate(world: World = "made_up", **changes: Any) -> Gate:
    return Gate(world=world, verifier=SEALER.verifier(), caller_ids={CALLER_ID}, **changes)


def test_a_good_permit_is_spent() -> None:
    good = a_permit()
    assert a_gate().spend(good, NOW) == Spent(good, NOW)


def test_a_permit_dials_once() -> None:
    gate = a_gate()
    gate.spend(a_permit(), NOW)
    assert gate.spend(a_permit(), NOW) == Refused("already_spent")


@pytest.mark.parametrize("back_s", [0, 3, 3600])
def test_a_spent_permit_stays_spent_when_the_clock_is_set_back(back_s: int) -> None:
    gate = a_gate()
    gate.spend(a_permit(), NOW)
    gate.spend(a_permit(2), NOW + timedelta(hours=1))
    assert isinstance(gate.spend(a_permit(), NOW + timedelta(seconds=3600 - back_s)), Refused)


def test_a_refused_permit_is_not_spent() -> None:
    gate = a_gate()
    gate.stop()
    assert gate.spend(a_permit(), NOW) == Refused("stopped")
    gate.resume()
    assert isinstance(gate.spend(a_permit(), NOW), Spent)


REFUSALS: list[tuple[str, World, dict[str, Any], float]] = [
    ("wrong_world", "real", {"number": REAL}, 0),
    ("wrong_world", "made_up", {"world": "real"}, 0),
    ("drama_number", "real", {"world": "real", "federal_only": False}, 0),
    ("not_a_drama_number", "made_up", {"number": REAL}, 0),
    ("federal_only", "real", {"world": "real", "number": REAL}, 0),
    ("not_yet_valid", "made_up", {}, -1),
    ("expired", "made_up", {}, 5),
    ("expired", "made_up", {}, 4.5),  # the INVITE would come too late
    ("caller_id", "made_up", {"caller_id": "+12125550111"}, 0),
    ("caller_id", "made_up", {"caller_id": "withheld"}, 0),
]


@pytest.mark.parametrize(("why", "world", "changes", "later_s"), REFUSALS)
def test_what_does_not_fit_is_refused_with_a_reason(
    why: str, world: World, changes: dict[str, Any], later_s: float
) -> None:
    assert a_gate(world).spend(a_permit(**changes), NOW + timedelta(seconds=later_s)) == Refused(why)  # type: ignore[arg-type]
    assert why in REASONS


def test_a_real_permit_for_a_real_number_with_its_state_s_law_is_spent() -> None:
    real = a_permit(world="real", number=REAL, federal_only=False)
    assert isinstance(a_gate("real").spend(real, NOW), Spent)


@pytest.mark.parametrize("changes", [{"number": "+12125550199"}, {"federal_only": False}, {"epoch": 9}])
def test_a_permit_that_was_changed_after_sealing_is_refused(changes: dict[str, Any]) -> None:
    assert a_gate().spend(replace(a_permit(), **changes), NOW) == Refused("bad_signature")


def test_another_key_seals_nothing() -> None:
    other = Gate(world="made_up", verifier=Sealer.from_bytes(b"\x07" * 32).verifier())
    assert other.spend(a_permit(), NOW) == Refused("bad_signature")


def test_a_deposed_owner_of_the_floor_is_refused() -> None:
    gate = a_gate()
    gate.raise_epoch(FLOOR, 2)
    assert gate.spend(a_permit(), NOW) == Refused("old_epoch")
    assert isinstance(gate.spend(a_permit(2, epoch=3), NOW), Spent)
    assert gate.spend(a_permit(3, epoch=2), NOW) == Refused("old_epoch")


@pytest.mark.parametrize("seller", [SELLER, None])
def test_a_revocation_voids_what_was_sealed_before_it(seller: Any) -> None:
    gate = a_gate()
    gate.void_number(candidate(1).number, seller, NOW)
    assert gate.spend(a_permit(), NOW) == Refused("permit_void")
    later = NOW + timedelta(seconds=1)
    fresh = a_permit(2, sealed_at=later, valid_until=later + timedelta(seconds=5))
    assert isinstance(gate.spend(fresh, later), Spent)


def test_one_seller_s_revocation_leaves_another_s_permit() -> None:
    gate = a_gate()
    gate.void_number(candidate(1).number, type(SELLER)(int=5), NOW)
    assert isinstance(gate.spend(a_permit(), NOW), Spent)


def test_a_single_permit_can_be_voided() -> None:
    gate = a_gate()
    gate.void(a_permit().id, NOW)
    assert gate.spend(a_permit(), NOW) == Refused("permit_void")


def test_a_stopped_campaign_does_not_stop_another() -> None:
    gate = a_gate()
    gate.stop(CAMPAIGN)
    other = CampaignId(UUID(int=101))
    assert gate.spend(a_permit(), NOW) == Refused("stopped")
    assert isinstance(gate.spend(a_permit(2, campaign=other), NOW), Spent)


def test_nothing_rings_while_nobody_listens() -> None:
    gate = a_gate()
    gate.listening = False
    assert gate.spend(a_permit(), NOW) == Refused("not_listening")


def test_too_many_in_a_second_wait() -> None:
    gate = a_gate(per_second_max=2)
    assert isinstance(gate.spend(a_permit(1), NOW), Spent)
    assert isinstance(gate.spend(a_permit(2), NOW), Spent)
    assert gate.spend(a_permit(3), NOW) == Refused("too_fast")
    assert isinstance(gate.spend(a_permit(3), NOW + timedelta(seconds=1)), Spent)
