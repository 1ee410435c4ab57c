"""Do the reports say what the journal saw?

Counts every cell of every campaign's report again, from the journal alone, and names each cell that differs. Also tells
where the chain of the journal is broken. It refuses to mend anything: a difference is for people to look at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from ahize.web.campaigns.models import Campaign
from ahize.web.dialing.models import DispositionRecord
from ahize.web.reports import journal, queries
from ahize.web.reports.cells import FUNNEL, Flags, Seen, funnel

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A figure that the journal does not confirm."""

    campaign: UUID
    cell: str
    report: int | float
    journal: int | float


@dataclass(slots=True)
class Proof:
    """What was checked and what did not hold."""

    cells: int = 0
    attempts: int = 0
    journal_lines: int = 0
    mismatches: list[Mismatch] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.mismatches and not self.breaks

    def as_json(self) -> dict[str, Any]:
        return {
            "cells": self.cells,
            "attempts": self.attempts,
            "journal_lines": self.journal_lines,
            "mismatches": [{**asdict(row), "campaign": str(row.campaign)} for row in self.mismatches],
            "journal_breaks": self.breaks,
        }


def recount(seen: Iterable[Seen], flags: Flags) -> dict[str, int | float]:
    """The cells of a report, from what the journal saw; hours are UTC's."""
    everything = list(seen)
    cells: dict[str, int | float] = {
        f"funnel.{name}": sum(map(funnel(name, flags).holds, everything)) for name in FUNNEL
    }
    cells["talk.seconds"] = round(sum(one.talk_s for one in everything), 1)
    cells["talk.ended"] = sum(one.connected_at is not None and one.ended_at is not None for one in everything)
    groups: Counter[str] = Counter()
    for one in everything:
        hour = one.at.astimezone(UTC).hour
        groups[f"hour.{hour}"] += 1
        groups[f"answered_hour.{hour}"] += one.answered_at is not None
        groups[f"outcome.{one.outcome}"] += bool(one.outcome)
        groups[f"disposition.{one.disposition}"] += bool(one.disposition)
    return cells | {name: n for name, n in groups.items() if not name.endswith(".")}


def verify() -> Proof:
    """Checks this tenant's reports over all time. Run it in one transaction, so that both sides see one instant."""
    told = journal.witness()
    corrections = DispositionRecord.objects.filter(corrects__isnull=False).order_by("at", "id")
    journal.corrected(told, corrections.values_list("attempt", "code").iterator())
    proof = Proof(journal_lines=told.lines, breaks=told.breaks)
    span = queries.Span(UTC)
    for campaign in Campaign.objects.order_by("created_at", "id").values_list("id", flat=True):
        seen = told.seen.get(campaign, {})
        proof.attempts += len(seen)
        report = queries.figures(campaign, span)
        confirmed = recount(seen.values(), queries.flags_of(campaign))
        for name in sorted(report.keys() | confirmed.keys()):
            proof.cells += 1
            said, found = report.get(name, 0), confirmed.get(name, 0)
            if said != found:
                proof.mismatches.append(Mismatch(campaign, name, said, found))
    return proof
