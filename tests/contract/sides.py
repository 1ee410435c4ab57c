"""Both sides of the store's and clearance's ports, spoken to in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Protocol

from ahize.dialer.commands import Command, SeekLeave
from ahize.dialer.events import Barred, Cleared, Event, Recovered
from ahize.dialer.values import CampaignSettings, Candidate, Method
from ahize.kernel.chance import stream
from ahize.kernel.ids import AttemptId, CampaignId, ContactId, FloorId, PhoneId, SellerId, TenantId, new_uuid
from ahize.kernel.seals import Sealer, Verifier
from ahize.sim.clearance import SimClearance, ordinary_seller
from ahize.sim.store import Deposed as SimDeposed
from ahize.sim.store import Person, SimStore
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

PEOPLE = 3


class Side(Protocol):
    """One implementation: a floor with one running campaign of three people in Washington, at ten in the morning."""

    campaign: CampaignId
    deposed: type[Exception]
    verifier: Verifier

    def take(self, now: datetime) -> Recovered:
        """A new engine takes the floor."""

    def lease(self, n: int, now: datetime) -> list[Candidate]: ...

    def append(self, now: datetime, event: Event, commands: Sequence[Command], *, life: int = -1) -> None:
        """As the engine of that life; -1 is the latest."""

    def rule(self, candidate: Candidate, now: datetime, method: Method = "progressive") -> Cleared | Barred: ...

    def outcome(self, call: AttemptId) -> str: ...

    def suppress(self, candidate: Candidate, now: datetime) -> None:
        """Committed when this returns."""


class Simulated:
    """``sim.store`` and ``sim.clearance``."""

    deposed = SimDeposed

    def __init__(self) -> None:
        ids = stream(5, "contract")
        sealer = Sealer.from_bytes(stream(5, "key").randbytes(32))
        self.verifier = sealer.verifier()
        self.campaign, self.seller = CampaignId(new_uuid(NOW, ids)), SellerId(new_uuid(NOW, ids))
        self.store = SimStore(FloorId(new_uuid(NOW, ids)), 5)
        self.store.campaigns[self.campaign] = _settings(self.campaign, self.seller)
        self.store.add(
            [
                Person(
                    ContactId(new_uuid(NOW, ids)),
                    self.campaign,
                    self.seller,
                    PhoneId(new_uuid(NOW, ids)),
                    f"+12025550{100 + n}",
                    region="US-DC",
                )
                for n in range(PEOPLE)
            ],
            NOW,
        )
        self.clearance = SimClearance(
            self.store, sealer, TenantId(new_uuid(NOW, ids)), "+12125550100", ordinary_seller(str(self.seller))
        )
        self.ids, self.epochs = ids, [0]

    def take(self, now: datetime) -> Recovered:
        recovered = self.store.recover(now)
        self.epochs.append(recovered.epoch)
        return recovered

    def lease(self, n: int, now: datetime) -> list[Candidate]:
        return self.store.lease(self.campaign, n, now)

    def append(self, now: datetime, event: Event, commands: Sequence[Command], *, life: int = -1) -> None:
        self.store.append(now, event, commands, epoch=self.epochs[life])

    def rule(self, candidate: Candidate, now: datetime, method: Method = "progressive") -> Cleared | Barred:
        answer = self.clearance.rule(SeekLeave(AttemptId(new_uuid(now, self.ids)), candidate, method, 1), now)
        assert answer is not None, "clearance lives"
        return answer

    def outcome(self, call: AttemptId) -> str:
        return self.store.attempts[call].outcome

    def suppress(self, candidate: Candidate, now: datetime) -> None:
        self.store.suppress(candidate.number, candidate.seller, now)


class Postgres:
    """``web.dialing.store`` and ``web.dialing.clearance``, each with its own role."""

    def __init__(self, shop: Shop, stack: ExitStack) -> None:
        from ahize.web.dialing.store import Deposed  # noqa: PLC0415 - Django is set up by now

        self.shop, self.stack = shop, stack
        self.deposed: type[Exception] = Deposed
        self.campaign = CampaignId(shop.campaign)
        self.verifier = shops.sealer().verifier()
        self.clearance = stack.enter_context(shops.clearance_of(shop))
        self.ids = stream(5, "contract")
        self.ledgers: list[shops.Ledger] = []

    def take(self, now: datetime) -> Recovered:
        ledger = self.stack.enter_context(shops.ledger_of(self.shop, f"engine {len(self.ledgers)}"))
        self.ledgers.append(ledger)
        return ledger.recover(now, seed=len(self.ledgers), lines=10)

    def lease(self, n: int, now: datetime) -> list[Candidate]:
        return self.ledgers[-1].lease(self.campaign, n, now)

    def append(self, now: datetime, event: Event, commands: Sequence[Command], *, life: int = -1) -> None:
        from ahize.web.dialing.store import Entry  # noqa: PLC0415 - Django is set up by now

        self.ledgers[life].append([Entry(now, event, commands)])

    def rule(self, candidate: Candidate, now: datetime, method: Method = "progressive") -> Cleared | Barred:
        if now > self.shop.clock.now():
            self.shop.clock.move_to(now)
        ledger = self.ledgers[-1]
        assert ledger.floor is not None, "the floor was taken"
        ask = SeekLeave(AttemptId(new_uuid(now, self.ids)), candidate, method, 1)
        (answer,) = self.clearance.rule_on([ask], floor=ledger.floor, epoch=ledger.epoch, clock=self.shop.clock)
        return answer

    def outcome(self, call: AttemptId) -> str:
        from ahize.web.dialing.models import Attempt  # noqa: PLC0415 - Django is set up by now

        with self.shop.open():
            return str(Attempt.objects.get(pk=call).outcome)

    def suppress(self, candidate: Candidate, now: datetime) -> None:
        from ahize.web.consents.services import suppress  # noqa: PLC0415 - Django is set up by now

        with self.shop.open():
            suppress(
                tenant=self.shop.tenant,
                seller=self.shop.seller,
                e164=candidate.number,
                source="agent",
                by=None,
                now=now,
            )


@contextmanager
def postgres(shop: Shop) -> Iterator[Postgres]:
    with ExitStack() as stack:
        yield Postgres(shop, stack)


def _settings(campaign: CampaignId, seller: SellerId) -> CampaignSettings:
    return CampaignSettings(
        campaign=campaign,
        seller=seller,
        version=1,
        running=True,
        mode="progressive",
        ratio=1.0,
        ring_s_max=25,
        connect_s=2.0,
        wrap_up_s=30,
        preview_s=20,
        abandon_cap=0.03,
        max_attempts=6,
        recycling={},
    )


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)
