"""Reading the ledger, and proving that nobody touched it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from ahize.web.audit.models import ChainHead, Entry
from ahize.web.audit.services import entry_hash


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found. ``number`` is the first entry that does not fit; ``None`` if all do."""

    entries: int
    head: str
    number: int | None = None
    why: str = ""

    @property
    def whole(self) -> bool:
        return self.number is None


def entries(
    *,
    before: int | None = None,
    action: str = "",
    subject_kind: str = "",
    subject_id: str = "",
    by: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Entry]:
    """The ledger, latest first, over ``[since, until)``; ``before`` continues a page (an entry's id)."""
    found = Entry.objects.order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    if action:
        found = found.filter(action=action)
    if subject_kind:
        found = found.filter(subject_kind=subject_kind)
    if subject_id:
        found = found.filter(subject_id=subject_id)
    if by is not None:
        found = found.filter(by=by)
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    return found


def verify() -> Verdict:
    """Walk the tenant's chain from its first entry to its head; call ``services.seal`` first.

    A changed, missing, inserted or swapped entry breaks a hash; a tail cut off disagrees with the head. Who can rewrite
    the whole chain and its head is found only by a head kept elsewhere, which is why the head is shown.
    """
    head = ChainHead.objects.first()
    walked = _walk(Entry.objects.exclude(hash="").order_by("number", "id").iterator(chunk_size=2_000))
    if not walked.whole:
        return walked
    if head is None:
        return walked if walked.entries == 0 else Verdict(walked.entries, "", 1, "the chain has lost its head")
    if (walked.entries, walked.head) != (head.number, head.hash):
        return Verdict(walked.entries, head.hash, walked.entries + 1, "entries are missing at the end")
    return walked


def _walk(chain: Iterator[Entry]) -> Verdict:
    number, previous = 0, ""
    for entry in chain:
        if entry.number != number + 1:
            return Verdict(number, previous, number + 1, "an entry is missing or there twice")
        if entry.previous_hash != previous:
            return Verdict(number, previous, entry.number, "it does not follow the entry before it")
        if entry.hash != entry_hash(entry):
            return Verdict(number, previous, entry.number, "it does not say what it said when it was written")
        number, previous = entry.number, entry.hash
    return Verdict(number, previous)
