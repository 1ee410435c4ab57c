"""What did the journal see of each attempt?

Reads a floor's journal from its first line, checks the chain, and tells of every attempt what happened to it. It looks
at events and commands only, never at the tables that reports count, so it can bear witness against them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from ahize.web.dialing.apart import commitments_of
from ahize.web.dialing.chain import journal_hash
from ahize.web.dialing.forgetting import Receipts
from ahize.web.dialing.models import Deed, Journal, Ruling
from ahize.web.reports.cells import Seen

BATCH = 2_000
_BROKEN = {
    "changed": "was changed after it was written",
    "unreceipted": "lost whom it named, and no receipt says so",
}


@dataclass(slots=True)
class Witness:
    """All attempts of one tenant by campaign, and where the chain is broken (empty: nowhere)."""

    seen: dict[UUID, dict[UUID, Seen]] = field(default_factory=dict)
    lines: int = 0
    breaks: list[str] = field(default_factory=list)
    unanswered: set[UUID] = field(default_factory=set)
    _all: dict[UUID, Seen] = field(default_factory=dict)

    def begin(self, attempt: UUID, campaign: UUID, at: datetime) -> None:
        if attempt not in self._all:
            self._all[attempt] = self.seen.setdefault(campaign, {}).setdefault(attempt, Seen(attempt, at))

    def began_anew(self, calls: Collection[UUID]) -> None:
        """A new dialer knows these calls; whatever else was open was lost before it was dialled, or never answered."""
        for attempt, seen in self._all.items():
            if not seen.outcome and attempt not in calls:
                self.unanswered.add(attempt)

    def unsettled(self) -> set[UUID]:
        """Attempts whose answer the journal does not hold: a dead dialer never wrote it, or it is on its way."""
        return self.unanswered | {attempt for attempt, seen in self._all.items() if not seen.verdict}

    def settle(self, verdicts: Iterable[tuple[UUID, str]]) -> None:
        """What the chain of rulings says of them. What it does not know was asked for and never became an attempt."""
        asked = self.unsettled()
        for attempt, verdict in verdicts:
            asked.discard(attempt)
            seen = self._all[attempt]
            seen.verdict = verdict
            if verdict != "allow":
                seen.outcome = seen.outcome or "barred"
            elif attempt in self.unanswered:
                seen.outcome = seen.outcome or "withdrawn"
        for attempt in asked:
            del self._all[attempt]
            for of_campaign in self.seen.values():
                of_campaign.pop(attempt, None)

    def of(self, attempt: str) -> Seen | None:
        return self._all.get(UUID(attempt))


def witness() -> Witness:
    """Reads the whole journal of this tenant, in order."""
    told = Witness()
    previous: dict[UUID, str] = {}
    receipts = Receipts.read()
    lines = Journal.objects.order_by("floor_id", "seq").values_list(
        "floor_id", "seq", "epoch", "at", "event", "commands", "people", "previous_hash", "hash"
    )
    for floor, seq, epoch, at, event, commands, people, previous_hash, kept in lines.iterator(chunk_size=BATCH):
        told.lines += 1
        if previous_hash != previous.get(floor, ""):
            told.breaks.append(f"journal line {seq} does not follow the line before it")
        own = journal_hash(
            previous_hash,
            floor=floor,
            seq=seq,
            epoch=epoch,
            at=at,
            event=event,
            commands=commands,
            commitments=commitments_of(people),
        )
        standing = receipts.line(floor, seq, people, own=own, kept=kept)
        if standing in _BROKEN:
            told.breaks.append(f"journal line {seq} {_BROKEN[standing]}")
        previous[floor] = kept
        _commands(told, at, commands)
        _event(told, at, event)
    # What an agent said and the floor has not taken yet is on its way into the journal.
    said = Deed.objects.filter(kind="disposed", taken_at=None).order_by("seq")
    for payload in said.values_list("payload", flat=True):
        if seen := told.of(payload["attempt"]):
            seen.disposition = payload["code"]
    rulings = Ruling.objects.filter(attempt__in=told.unsettled()).values_list("attempt", "ruling__verdict")
    told.settle(rulings.iterator(chunk_size=BATCH))
    return told


def _commands(told: Witness, at: datetime, commands: list[dict[str, Any]]) -> None:
    for command in commands:
        match command["type"]:
            case "SeekLeave":
                told.begin(UUID(command["attempt"]), UUID(command["candidate"]["campaign"]), at)
            case "Originate":
                if seen := told.of(command["call"]):
                    seen.dialled = True
            case "Conclude":
                if seen := told.of(command["attempt"]):
                    seen.outcome = command["outcome"]
                    seen.ended_at = seen.ended_at or at
            case "DisposeFor":
                if seen := told.of(command["attempt"]):
                    seen.disposition = seen.disposition or command["code"]


def _event(told: Witness, at: datetime, event: dict[str, Any]) -> None:
    kind = event["type"]
    if kind == "Recovered":
        told.began_anew({UUID(call["attempt"]) for call in event["calls"]})
    seen = next((told.of(event[name]) for name in ("call", "attempt") if name in event), None)
    if seen is None:
        return
    match kind:
        case "Cleared":
            seen.verdict = "allow"
        case "Barred":
            seen.verdict = seen.outcome = "barred"
        case "OriginateRefused":
            seen.dialled = False
        case "Answered":
            seen.answered_at = seen.answered_at or at
        case "AgentJoined":
            seen.connected_at = seen.connected_at or at
        case "Disposed":
            seen.disposition = event["code"]


def corrected(told: Witness, records: Iterator[tuple[UUID, str]]) -> None:
    """Lets the later words count: ``records`` are (attempt, code), oldest first."""
    for attempt, code in records:
        if seen := told._all.get(attempt):
            seen.disposition = code
