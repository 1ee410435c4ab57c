"""What do the copies that a seller holds say of a number, of ten million, and of a number on a day gone by?

Each process maps the copies in force once and shares their pages with all others. Before every answer it looks whether
the seller has a newer row, in the transaction that asks, and maps anew where there is one: what is loaded is in force
for the next question anywhere. Whatever a fact rests on, it names.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, Max, QuerySet

from ahize.kernel.errors import BadInput
from ahize.kernel.phone import is_e164
from ahize.registries import history
from ahize.registries.bodies import NOT_COVERED, Ints, Verdicts
from ahize.registries.registers import PRIVATE
from ahize.registries.versions import RegistryVersion as Copy
from ahize.registries.versions import area_of
from ahize.web.consents import joined
from ahize.web.consents.models import RegistryVersion

log = logging.getLogger(__name__)


def folder_of(tenant: UUID, seller: UUID) -> Path:
    """Where a seller's copies lie: one folder each, so that none can serve another."""
    folder = Path(settings.MEDIA_ROOT) / "registries" / str(tenant) / str(seller)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def seller_rows(seller: UUID, *, using: str = DEFAULT_DB_ALIAS) -> QuerySet[RegistryVersion]:
    """A seller's loads, the newest day first."""
    return RegistryVersion.objects.using(using).filter(seller_id=seller).order_by("-as_of", "-loaded_at", "-id")


@dataclass(frozen=True, slots=True)
class Held:
    """One copy that decides for some numbers."""

    code: str
    as_of: date
    areas: frozenset[str]
    file: str
    sha256: str
    loaded_at: datetime
    attributes: Mapping[str, list[str]] = field(default_factory=dict)

    def covers(self, area: str) -> bool:
        """Whether it would name a number of this area if it were listed. No areas: it covers all."""
        return not self.areas or area in self.areas

    @property
    def version(self) -> str:
        """What stands in decisions: code, day and the beginning of the hash."""
        return f"{self.code}/{self.as_of.isoformat()}/{self.sha256[:12]}"

    def since(self, e164: str) -> dict[str, str]:
        """Since when a number that it lists is listed, as a fact; empty where the copies held do not show it."""
        day = joined.listed_on(Path(settings.MEDIA_ROOT) / self.file, e164)
        return {} if day is None else {"listed_on": day.isoformat()}

    def opened(self) -> Copy | None:
        """The copy, or None where it cannot be read: its numbers are Unknown then."""
        try:
            return opened(self.file)
        except BadInput as unreadable:
            log.error("registry copy %s cannot be read: %s", self.file, unreadable.message)
            return None


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What one registry says of many numbers.

    Args:
        verdicts: ``LISTED``, ``NOT_LISTED`` or ``NOT_COVERED`` of ``registries.bodies``, shape (n,).
        copy: which of ``copies`` answered, shape (n,); -1 where none did.
        copies: the copies that answered.
    """

    verdicts: Verdicts
    copy: npt.NDArray[np.int16]
    copies: Sequence[Held]


@dataclass(frozen=True, slots=True)
class Copies:
    """What a seller holds and what is in force of it, the newest day first."""

    held: Sequence[Held] = field(default=())

    def about(self, e164: str) -> dict[str, dict[str, Any]]:
        """The fact for each public registry whose newest copy for this number can be read."""
        return {
            one.code: {
                **{"listed": listed, "version_on": one.as_of.isoformat(), "version": one.version},
                **(one.since(e164) if listed and joined.is_dated(one.code) else {}),
                **(one.attributes if listed else {}),
            }
            for one, listed in self._answers(e164)
            if not one.code.startswith(PRIVATE)
        }

    def suppressions(self, e164: str, seller: UUID) -> list[dict[str, Any]]:
        """A suppression for each private list that names the number, in the words of the facts."""
        return [
            {
                **{"scope": "principal", "principal": str(seller), "at": one.loaded_at.isoformat()},
                **{"source": one.code.removeprefix(PRIVATE).lower(), "covers": "everything", "version": one.version},
            }
            for one, listed in self._answers(e164)
            if listed and one.code.startswith(PRIVATE)
        ]

    def _answers(self, e164: str) -> list[tuple[Held, bool]]:
        if not self.held or not is_e164(e164):
            return []
        area, settled, found = area_of(e164), set(), []
        for one in self.held:
            if one.code in settled or not one.covers(area):
                continue
            # The newest copy that covers the area decides, readable or not: an older one may lack who joined since.
            settled.add(one.code)
            copy = one.opened()
            listed = copy.listed(e164) if copy is not None else None
            if listed is not None:
                found.append((one, listed))
        return found

    def lookup(self, numbers: Ints) -> dict[str, Scrubbed]:
        """Every registry's answers for many numbers at once, from the bytes that a single check reads.

        Args:
            numbers: E.164 without the plus, shape (n,).

        Returns:
            By registry code, private lists among them. What no copy covers is ``NOT_COVERED``, never clean.
        """
        found: dict[str, Scrubbed] = {}
        for code in dict.fromkeys(one.code for one in self.held):
            mine = [one for one in self.held if one.code == code]
            verdicts = np.full(len(numbers), NOT_COVERED, dtype=np.int8)
            which = np.full(len(numbers), -1, dtype=np.int16)
            barred = np.zeros(len(numbers), dtype=np.bool_)
            for place, one in enumerate(mine):
                copy = one.opened()
                if copy is None:
                    # It decides for what it covers though it cannot be read; which that is, only its row knows.
                    barred |= _covered(one, numbers)
                    continue
                open_ = np.flatnonzero((which < 0) & ~barred) if place or barred.any() else None
                said = copy.lookup(numbers if open_ is None else numbers[open_])
                known = said != NOT_COVERED
                if open_ is None:
                    verdicts, which[known] = said, place
                else:
                    verdicts[open_[known]], which[open_[known]] = said[known], place
            found[code] = Scrubbed(verdicts, which, mine)
        return found


def _covered(one: Held, numbers: Ints) -> npt.NDArray[np.bool_]:
    return np.fromiter((one.covers(area_of(f"+{number}")) for number in numbers.tolist()), np.bool_, len(numbers))


# ── the copies in force, mapped ─────────────────────────────────────────────────────────────────────────────────

_maps: dict[str, Copy] = {}
_in_force: dict[UUID, tuple[tuple[int, datetime | None], Copies]] = {}


def opened(file: str) -> Copy:
    """A copy mapped into memory, once a process: its file is never changed once written.

    Raises:
        BadInput: it is missing or damaged.
    """
    copy = _maps.get(file)
    if copy is None:
        copy = _maps[file] = Copy.load(Path(settings.MEDIA_ROOT) / file, verify=False)
    return copy


def copies(seller: UUID, *, using: str = DEFAULT_DB_ALIAS, newest: tuple[int, datetime | None] | None = None) -> Copies:
    """The copies of a seller that are in force now, as this transaction sees them.

    Args:
        newest: how many loads there are and when the last was, where this transaction has read it already.
    """
    if newest is None:
        state = seller_rows(seller, using=using).aggregate(loads=Count("id"), last=Max("loaded_at"))
        newest = (state["loads"], state["last"])
    if not newest[0]:
        return Copies()
    known = _in_force.get(seller)
    if known is None or known[0] != newest:
        known = _in_force[seller] = (newest, Copies(_deciding(seller_rows(seller, using=using))))
        # What is out of force is let go of, so that the disk gets its room back.
        keep = {one.file for one in known[1].held}
        for file in [file for file in _maps if f"/{seller}/" in file and file not in keep]:
            _maps.pop(file, None)
    return known[1]


def _deciding(rows: QuerySet[RegistryVersion]) -> list[Held]:
    """Of the newest day first, those that cover something no newer one of their registry covers."""
    covered: dict[str, set[str]] = {}
    whole: set[str] = set()
    found = []
    for row in rows.values_list("code", "as_of", "areas", "file", "sha256", "loaded_at", "attributes"):
        one = Held(row[0], row[1], frozenset(row[2]), row[3], row[4], row[5], row[6])
        mine = covered.setdefault(one.code, set())
        if one.code in whole or (one.areas and one.areas <= mine):
            continue
        mine |= one.areas
        if not one.areas:
            whole.add(one.code)
        found.append(one)
    return found


# ── days gone by ────────────────────────────────────────────────────────────────────────────────────────────────


def listed_at(seller: UUID, e164: str, at: datetime) -> Mapping[str, dict[str, Any]]:
    """What each registry's copies that were in force at ``at`` said of the number, from what is kept.

    Returns:
        By code: ``listed`` (None where the copy is not kept or cannot be read), ``version_on``, ``version``,
        ``loaded_at``. A registry without a copy for this number then is absent.
    """
    found: dict[str, dict[str, Any]] = {}
    for one in _deciding(seller_rows(seller).filter(loaded_at__lte=at)):
        if one.code in found or not one.covers(area_of(e164)):
            continue
        path = Path(settings.MEDIA_ROOT) / one.file
        try:
            listed = history.listed_then(path.parent, path.stem, e164)
        except BadInput as unreadable:
            log.error("registry copy %s cannot be read: %s", one.file, unreadable.message)
            listed = None
        found[one.code] = {
            "listed": listed,
            "version_on": one.as_of,
            "version": one.version,
            "loaded_at": one.loaded_at,
        }
    return found
