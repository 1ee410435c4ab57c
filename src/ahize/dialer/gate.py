"""May this permit be spent now? The last question before a telephone rings.

Both worlds ask it here: the gate beside Asterisk and the made-up one. It is told the time, holds the public key only,
and answers ``Spent`` or ``Refused`` with a reason. It refuses to know the law: clearance has ruled, the gate makes sure
that what was ruled is what is done, once, here, now, by the present owner of the floor.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args
from uuid import UUID

from ahize.compliance.ruling import LONGEST_PERMIT_S, Permit, World
from ahize.kernel.ids import CampaignId, FloorId, SellerId
from ahize.kernel.phone import is_drama, is_e164
from ahize.kernel.seals import Verifier

Why = Literal[
    "bad_signature",
    "wrong_world",  # sealed for the other world
    "drama_number",  # a fictional number at a real gate
    "not_a_drama_number",  # a real number at the made-up gate
    "federal_only",  # no law of the callee's own state was read
    "old_epoch",  # asked by a deposed owner of the floor
    "already_spent",
    "not_yet_valid",
    "expired",
    "permit_void",  # revoked after it was sealed
    "stopped",
    "caller_id",
    "not_listening",  # nobody would hear the answer
    "too_fast",
]
REASONS: tuple[str, ...] = get_args(Why)
REACHES = timedelta(seconds=0.5)
"""How long a call may take from here to the carrier: its INVITE must come while the permit still holds."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Dial it. It cannot be spent again."""

    permit: Permit
    at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing may ring."""

    why: Why


class Gate:
    """One gate, beside one switch.

    Args:
        world: whose permits it takes.
        verifier: clearance's public key.
        caller_ids: the numbers that may be shown; None: any well-formed one that clearance named.
        per_second_max: most originates in any second; None: no such cap.
    """

    def __init__(
        self,
        *,
        world: World,
        verifier: Verifier,
        caller_ids: Collection[str] | None = None,
        per_second_max: int | None = None,
    ) -> None:
        self.world = world
        self.verifier = verifier
        self.caller_ids = caller_ids
        self.per_second_max = per_second_max
        self.listening = True
        self._epochs: dict[FloorId, int] = {}
        self._spent: dict[UUID, datetime] = {}
        self._void: dict[UUID, datetime] = {}
        self._void_numbers: dict[tuple[str, SellerId | None], datetime] = {}
        self._stopped: set[CampaignId | None] = set()
        self._lately: deque[datetime] = deque()
        self._swept_at: datetime | None = None
        self._latest: datetime | None = None

    def spend(self, permit: Permit, now: datetime) -> Spent | Refused:
        """Verify everything, then spend. A refusal spends nothing."""
        # A clock set back must not bring a spent and forgotten permit to life again.
        self._latest = now = now if self._latest is None else max(now, self._latest)
        self._sweep(now)
        why = self._objection(permit, now)
        if why is not None:
            return Refused(why)
        self._epochs[permit.floor] = permit.epoch
        self._spent[permit.id] = permit.valid_until
        if self.per_second_max is not None:
            self._lately.append(now)
        return Spent(permit, now)

    def _objection(self, permit: Permit, now: datetime) -> Why | None:
        """The first reason to refuse, or None. What anybody could forge is looked at first."""
        checks: tuple[tuple[bool, Why], ...] = (
            (not self.verifier.holds(permit.payload(), permit.signature), "bad_signature"),
            (permit.world != self.world, "wrong_world"),
            (self.world == "real" and is_drama(permit.number), "drama_number"),
            (self.world == "made_up" and not is_drama(permit.number), "not_a_drama_number"),
            (self.world == "real" and permit.federal_only, "federal_only"),
            (permit.epoch < self._epochs.get(permit.floor, 0), "old_epoch"),
            (permit.id in self._spent, "already_spent"),
            (now < permit.sealed_at, "not_yet_valid"),
            (now + REACHES >= permit.valid_until, "expired"),
            (self._is_void(permit), "permit_void"),
            (not self._stopped.isdisjoint((None, permit.campaign)), "stopped"),
            (not self._may_show(permit.caller_id), "caller_id"),
            (not self.listening, "not_listening"),
            (self._too_fast(now), "too_fast"),
        )
        return next((why for objects, why in checks if objects), None)

    def _is_void(self, permit: Permit) -> bool:
        if permit.id in self._void:
            return True
        revoked = (self._void_numbers.get((permit.number, seller)) for seller in (None, permit.seller))
        return any(at is not None and permit.sealed_at <= at for at in revoked)

    def _may_show(self, caller_id: str) -> bool:
        return is_e164(caller_id) and (self.caller_ids is None or caller_id in self.caller_ids)

    def _too_fast(self, now: datetime) -> bool:
        if self.per_second_max is None:
            return False
        while self._lately and now - self._lately[0] >= timedelta(seconds=1):
            self._lately.popleft()
        return len(self._lately) >= self.per_second_max

    # ── what the gate is told ───────────────────────────────────────────────────────────────────────────────────

    def raise_epoch(self, floor: FloorId, epoch: int) -> None:
        """The floor has a new owner: permits of older epochs are refused from now on."""
        self._epochs[floor] = max(epoch, self._epochs.get(floor, 0))

    def void(self, permit: UUID, now: datetime) -> None:
        """This permit must not be spent any more."""
        self._void[permit] = now + timedelta(seconds=LONGEST_PERMIT_S)

    def void_number(self, number: str, seller: SellerId | None, now: datetime) -> None:
        """Every permit for this number sealed until now is void, for one seller or (None) for all."""
        self._void_numbers[number, seller] = now

    def stop(self, campaign: CampaignId | None = None) -> None:
        """No further originate, for one campaign or (None) for all."""
        self._stopped.add(campaign)

    def resume(self, campaign: CampaignId | None = None) -> None:
        """Takes a stop back."""
        self._stopped.discard(campaign)

    def _sweep(self, now: datetime) -> None:
        """Forget what time alone refuses by now: a spent or voided permit that has expired."""
        if self._swept_at is not None and now - self._swept_at < timedelta(seconds=60):
            return
        self._swept_at = now
        old = now - timedelta(seconds=2 * LONGEST_PERMIT_S)
        self._spent = {permit: until for permit, until in self._spent.items() if until > old}
        self._void = {permit: until for permit, until in self._void.items() if until > old}
        self._void_numbers = {key: at for key, at in self._void_numbers.items() if at > old}
