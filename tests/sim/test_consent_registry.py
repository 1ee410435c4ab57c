"""The made-up İYS keeps İYS's rules, and says the same of the same person in every life."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ahize.kernel.clock import VirtualClock
from ahize.kernel.errors import Unavailable
from ahize.registries.iys import CHANGES_LAG, Account, Client, Consent, Recipient, Refused, pull, put_up
from ahize.sim.consent_registry import AGREED_SHARE, REFUSED_SHARE, MadeUpIys

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday, noon in Türkiye
NUMBERS = [f"+90555000{n:04d}" for n in range(2000)]


class Desk:
    def __init__(self, *, seed: int = 1, journal: list[dict[str, Any]] | None = None, password: str = "secret") -> None:
        self.clock = VirtualClock(NOW)
        self.kept: list[dict[str, Any]] = []
        self.iys = MadeUpIys(seed, "secret", self.clock.now, journal or [], self.kept.append)
        account = Account(731000, 731001, "demo", password)
        self.client = Client(self.iys, account, clock=self.clock.now, pause=self.wait)

    def wait(self, seconds: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(seconds=seconds))

    def said(self, number: str, kind: Recipient = "BIREYSEL") -> str:
        found = self.client.status(number, kind, "ARAMA")
        return found.consent.status if found else "none"

    def with_(self, status: str) -> str:
        return next(number for number in NUMBERS if self.said(number) == status)


def consent(number: str, status: Any = "ONAY", *, hours_ago: float = 2) -> Consent:
    return Consent(number, "BIREYSEL", "ARAMA", status, "HS_WEB", NOW - timedelta(hours=hours_ago))


@pytest.mark.parametrize("kind", ["BIREYSEL", "TACIR"])
def test_the_town_agreed_in_these_shares(kind: Recipient) -> None:
    desk = Desk()
    counts = Counter(desk.said(number, kind) for number in NUMBERS)
    assert abs(counts["ONAY"] / len(NUMBERS) - AGREED_SHARE[kind]) < 0.05
    assert abs(counts["RET"] / len(NUMBERS) - REFUSED_SHARE[kind]) < 0.03


def test_the_same_seed_says_the_same_in_every_life() -> None:
    first, again, other = Desk(), Desk(), Desk(seed=2)
    some = NUMBERS[:60]
    assert [first.said(number) for number in some] == [again.said(number) for number in some]
    assert [first.said(number) for number in some] != [other.said(number) for number in some]


def test_what_is_put_up_is_kept_and_known_in_the_next_life() -> None:
    desk = Desk()
    nobody, agreed = desk.with_("none"), desk.with_("ONAY")
    assert put_up(desk.client, consent(nobody)) is not None
    assert put_up(desk.client, consent(agreed, "RET")) is not None
    assert (desk.said(nobody), desk.said(agreed)) == ("ONAY", "RET")
    later = Desk(journal=desk.kept)
    assert (later.said(nobody), later.said(agreed)) == ("ONAY", "RET")
    assert len(desk.kept) == 2


def test_what_the_real_one_refuses_is_refused() -> None:
    desk = Desk()
    nobody = desk.with_("none")
    assert put_up(desk.client, consent(nobody, "RET")) is None, "there is nothing to withdraw"
    for wrong, code in ((consent(nobody, "RET"), "H174"), (consent(nobody, hours_ago=24 * 8), "H178")):
        with pytest.raises(Refused, match=code):
            desk.client.add(wrong)
    with pytest.raises(Unavailable):
        Desk(password="wrong").said(nobody)
    assert desk.kept == []


def test_changes_are_told_after_an_hour_and_once() -> None:
    desk = Desk()
    nobody = desk.with_("none")
    first = pull(desk.client, "HS", after="", pulled_at=None, now=desk.clock.now())
    assert (first.changes, first.after, first.has_gap) == ((), "0", True)
    put_up(desk.client, consent(nobody))
    assert pull(desk.client, "HS", after="0", pulled_at=NOW, now=desk.clock.now()).changes == ()
    desk.wait(CHANGES_LAG.total_seconds() + 60)
    told = pull(desk.client, "HS", after="0", pulled_at=NOW, now=desk.clock.now())
    assert [said.consent.recipient for said in told.changes] == [nobody]
    assert pull(desk.client, "HS", after=told.after, pulled_at=NOW, now=desk.clock.now()).changes == ()
    assert pull(desk.client, "IYS", after="0", pulled_at=NOW, now=desk.clock.now()).changes == ()
