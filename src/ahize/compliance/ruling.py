"""What the rulebook answers, and the leave to dial that clearance seals after it.

Rule 1: a ruling says every reason, not only the first, and where each is written.
Rule 2: a permit is for one attempt, one number and a few seconds. This file knows its words, not the key that signs it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor
from typing import Any, Literal
from uuid import UUID

from ahize.compliance.sentences import Text
from ahize.kernel.ids import AttemptId, CampaignId, ContactId, FloorId, SellerId, TenantId

Verdict = Literal["allow", "block", "review"]
World = Literal["real", "made_up"]
Duty = str
"""What a lawful call must also do, as a word of the contract: ``show_caller_id``, ``connect_within_2s``…"""

LONGEST_PERMIT_S = 5.0
"""Ours, not the law's: facts read five seconds ago are old."""


def instant_text(at: datetime) -> str:
    """RFC 3339 in UTC with a Z; fractions of a second only where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant_of(text: str) -> datetime:
    """The other way round. Raises: ValueError where there is no offset."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"an instant needs an offset: {text}")
    return at.astimezone(UTC)


Value = str | Text | tuple["Value", ...]
"""What a sentence is filled with: a word or number, a name in both languages, or several."""


@dataclass(frozen=True, slots=True)
class Said:
    """Which sentence of ``sentences.BECAUSE``, and its values: what it takes to say it in another language."""

    key: str
    values: tuple[tuple[str, Value], ...]

    def to_json(self) -> dict[str, Any]:
        return {"key": self.key, "values": {name: _plain(value) for name, value in self.values}}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Said:
        return cls(given["key"], tuple((name, _rich(value)) for name, value in given["values"].items()))


def _plain(value: Value) -> Any:
    if isinstance(value, Text):
        return value._asdict()
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _rich(given: Any) -> Value:
    if isinstance(given, Mapping):
        return Text(**given)
    return tuple(_rich(one) for one in given) if isinstance(given, list) else str(given)


@dataclass(frozen=True, slots=True)
class Bar:
    """A no: which rule, on what ground, why in a sentence with values, and where it is written.

    Args:
        because: the sentence in English.
        said: the same as key and values, for other languages; None where the house, not the law, bars.
    """

    rule: str
    ground: str
    because: str
    cites: tuple[str, ...]
    said: Said | None = None

    def to_json(self) -> dict[str, Any]:
        plain = {"rule": self.rule, "ground": self.ground, "because": self.because, "cites": list(self.cites)}
        return plain if self.said is None else plain | {"said": self.said.to_json()}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Bar:
        said = Said.from_json(given["said"]) if given.get("said") else None
        return cls(given["rule"], given["ground"], given["because"], tuple(given["cites"]), said)


@dataclass(frozen=True, slots=True)
class Missing:
    """A rule could not be judged: these facts are Unknown to it."""

    rule: str
    facts: tuple[str, ...]


Finding = Bar | Missing
"""What one rule says. A rule that is kept, or does not apply, says nothing."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """All findings on one attempt at one instant.

    Args:
        verdict: ``allow``; ``block``: a rule bars; ``review``: none bars, but a needed fact is Unknown.
        unknown: names of the facts that were needed and not had.
        lawful_until: of an ``allow``, when the clock alone ends it; None: not within the horizon.
        next_lawful: of a ``block``, when the clock alone would allow; None: never by the clock alone.
        layers: the laws that were read, like ``("US",)``.
        federal_only: the callee's state has no law of its own in this rulebook yet.
        ring_s_min: how long the law has it ring before giving up; 0 where no rule says.
        house: the version of the house's own policy that was read beside the law; empty: none was.
        off: those of ``unknown`` that are laws we have, of countries the house has switched off.
        holidays: of which release the calendars are, as ``tzdata`` is of the zones; empty in older rulings.
    """

    verdict: Verdict
    bars: tuple[Bar, ...]
    unknown: tuple[str, ...]
    duties: tuple[Duty, ...]
    lawful_until: datetime | None
    next_lawful: datetime | None
    rulebook: str
    tzdata: str
    layers: tuple[str, ...]
    federal_only: bool
    ring_s_min: float = 0
    house: str = ""
    off: tuple[str, ...] = ()
    holidays: str = ""

    @property
    def is_allowed(self) -> bool:
        return self.verdict == "allow"

    @property
    def grounds(self) -> tuple[str, ...]:
        """Each ground once, in the order of the bars."""
        return tuple(dict.fromkeys(bar.ground for bar in self.bars))

    def to_json(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "bars": [bar.to_json() for bar in self.bars],
            "unknown": list(self.unknown),
            "duties": list(self.duties),
            "lawful_until": self.lawful_until and instant_text(self.lawful_until),
            "next_lawful": self.next_lawful and instant_text(self.next_lawful),
            "rulebook": self.rulebook,
            "tzdata": self.tzdata,
            "layers": list(self.layers),
            "federal_only": self.federal_only,
            "holidays": self.holidays,
            "ring_s_min": self.ring_s_min,
            **({"house": self.house} if self.house else {}),
            **({"off": list(self.off)} if self.off else {}),
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Ruling:
        return cls(
            verdict=given["verdict"],
            bars=tuple(Bar.from_json(bar) for bar in given["bars"]),
            unknown=tuple(given["unknown"]),
            duties=tuple(given["duties"]),
            lawful_until=instant_of(given["lawful_until"]) if given["lawful_until"] else None,
            next_lawful=instant_of(given["next_lawful"]) if given["next_lawful"] else None,
            rulebook=given["rulebook"],
            tzdata=given["tzdata"],
            layers=tuple(given["layers"]),
            federal_only=given["federal_only"],
            holidays=given.get("holidays", ""),
            ring_s_min=given.get("ring_s_min", 0),
            house=given.get("house", ""),
            off=tuple(given.get("off", ())),
        )


def ringing_s(ruling: Ruling, ring_s_max: int, now: datetime) -> tuple[int, int] | None:
    """How many seconds it must and may ring, so that no telephone rings past the end of the lawful time.

    A permit may be spent at its last instant. None: there is not even time for what the law has it ring.
    """
    least = ceil(ruling.ring_s_min)
    most = max(least, ring_s_max)
    if ruling.lawful_until is not None:
        most = min(most, floor((ruling.lawful_until - now).total_seconds() - LONGEST_PERMIT_S))
    return (least, most) if most >= max(least, 1) else None


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to dial one number once, within seconds. Sealed by clearance, verified and spent by the gate.

    Args:
        id: the attempt's own id, so that a permit cannot be spent for another attempt.
        number: E.164.
        epoch: which owner of the floor asked; an older one is refused.
        world: a real gate refuses made-up permits, a made-up gate the real ones.
        ring_s_min, ring_s_max: how long it must and may ring unanswered.
        duties: what the call must also do.
        federal_only: no law of the callee's own state was read; a real gate refuses it.
        signature: over ``payload()``; empty before sealing.
    """

    id: UUID
    attempt: AttemptId
    number: str
    tenant: TenantId
    seller: SellerId
    campaign: CampaignId
    contact: ContactId
    floor: FloorId
    epoch: int
    world: World
    caller_id: str
    sealed_at: datetime
    valid_until: datetime
    ring_s_min: int
    ring_s_max: int
    duties: tuple[Duty, ...]
    federal_only: bool
    signature: bytes = b""

    def __post_init__(self) -> None:
        assert self.id == self.attempt, "a permit carries its attempt's id"
        assert self.sealed_at.tzinfo is not None, "permits speak UTC"
        assert self.valid_until.tzinfo is not None, "permits speak UTC"
        lasts_s = (self.valid_until - self.sealed_at).total_seconds()
        assert 0 < lasts_s <= LONGEST_PERMIT_S, f"a permit lasts up to {LONGEST_PERMIT_S} s, not {lasts_s}"
        assert 0 <= self.ring_s_min <= self.ring_s_max, f"ringing {self.ring_s_min} to {self.ring_s_max} s"

    def covers(self, number: str, now: datetime) -> bool:
        """True where this leave is for that number at that instant. Says nothing of its signature or of spending."""
        return number == self.number and self.sealed_at <= now < self.valid_until

    def _unsigned(self) -> dict[str, Any]:
        return {
            "attempt": str(self.attempt),
            "caller_id": self.caller_id,
            "campaign": str(self.campaign),
            "contact": str(self.contact),
            "duties": list(self.duties),
            "epoch": self.epoch,
            "federal_only": self.federal_only,
            "floor": str(self.floor),
            "id": str(self.id),
            "number": self.number,
            "ring_s_max": self.ring_s_max,
            "ring_s_min": self.ring_s_min,
            "sealed_at": instant_text(self.sealed_at),
            "seller": str(self.seller),
            "tenant": str(self.tenant),
            "valid_until": instant_text(self.valid_until),
            "world": self.world,
        }

    def payload(self) -> bytes:
        """What is signed: all fields but the signature, as JSON with sorted keys and no spaces."""
        return json.dumps(self._unsigned(), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def to_json(self) -> dict[str, Any]:
        return {**self._unsigned(), "signature": base64.b64encode(self.signature).decode("ascii")}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Permit:
        return cls(
            id=UUID(given["id"]),
            attempt=AttemptId(UUID(given["attempt"])),
            number=given["number"],
            tenant=TenantId(UUID(given["tenant"])),
            seller=SellerId(UUID(given["seller"])),
            campaign=CampaignId(UUID(given["campaign"])),
            contact=ContactId(UUID(given["contact"])),
            floor=FloorId(UUID(given["floor"])),
            epoch=given["epoch"],
            world=given["world"],
            caller_id=given["caller_id"],
            sealed_at=instant_of(given["sealed_at"]),
            valid_until=instant_of(given["valid_until"]),
            ring_s_min=given["ring_s_min"],
            ring_s_max=given["ring_s_max"],
            duties=tuple(given["duties"]),
            federal_only=given["federal_only"],
            signature=base64.b64decode(given["signature"]),
        )
