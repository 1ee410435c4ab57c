"""The laws that this house's rulings were decided by, kept word for word; and the rulebook again, for each ruling.

Looked for in this order: what ships now, what this house kept, what was released. Refuses to decide.
"""

from __future__ import annotations

import json
import logging
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from ahize.compliance import released
from ahize.compliance.house.document import law as house_law
from ahize.compliance.law_file import LawFile
from ahize.compliance.rulebook import Rulebook
from ahize.kernel.canonical import in_order
from ahize.kernel.errors import NotFound
from ahize.web.policies.models import Change
from ahize.web.policies.queries import added_up
from ahize.web.proof.models import LawKind, LawText

log = logging.getLogger(__name__)

_NEW = """
    SELECT DISTINCT sources->'law' FROM dialing_ruling WHERE tenant_id = %s AND seq >= %s AND seq < %s
      AND sources IS NOT NULL"""
_BOOKS_MOST = 32


def keep_laws(tenant: UUID, first: int, until: int, *, now: datetime) -> int:
    """Keep the laws of these rulings, where they are not kept yet; how many are new."""
    with connection.cursor() as cursor:
        cursor.execute(_NEW, [tenant, first, until])
        named = [one if isinstance(one, dict) else json.loads(one) for (one,) in cursor.fetchall()]
    new = 0
    for law in named:
        new += _keep(tenant, LawKind.RULEBOOK, law["sha256"], law["rulebook"], now)
        if law.get("house_sha256"):
            new += _keep(tenant, LawKind.HOUSE, law["house_sha256"], law["house"], now)
    return new


def _keep(tenant: UUID, kind: LawKind, sha256: str, version: str, now: datetime) -> int:
    if LawText.objects.filter(kind=kind, sha256=sha256).exists():
        return 0
    text = _rulebook_text(sha256) if kind is LawKind.RULEBOOK else _house_text(sha256, version)
    if text is None:
        # It was decided by a release of Ahize that is not this one any more. What was released can still be read.
        log.error("the words of %s %s (%s) are not here to be kept", kind.value, version, sha256[:12])
        return 0
    LawText.objects.create(tenant_id=tenant, kind=kind, sha256=sha256, version=version, text=text, at=now)
    return 1


def _rulebook_text(sha256: str) -> str | None:
    shipped = Rulebook.load()
    if shipped.sha256 == sha256:
        return in_order(released.document_of(shipped))
    try:
        return in_order(released.find(sha256).document())
    except NotFound:
        return None


def _house_text(sha256: str, label: str) -> str | None:
    """The house's policy as it stood at that version, from its own log."""
    version = label.rpartition(".")[2]
    if not version.isdigit():
        return None
    stood = added_up(Change.objects.filter(version__lte=int(version)).order_by("version"))
    house = house_law(stood.lines)
    book = Rulebook.load().under(house, label)
    return in_order(released.house_document(house)) if book.house_sha256 == sha256 else None


@dataclass(slots=True)
class Books:
    """Rulebooks by what a ruling's ``sources["law"]`` names, read once each. Of one tenant.

    Args:
        instead: the laws to read in place of those that were; the house's policy stays that of the ruling's time.
        always: one rulebook for all.
    """

    instead: Rulebook | None = None
    always: Rulebook | None = None
    _kept: OrderedDict[str, Rulebook] = field(default_factory=OrderedDict)

    def of(self, ruling: Mapping[str, Any], sources: Mapping[str, Any] | None) -> Rulebook:
        """The rulebook that decided it. Raises: NotFound where its words are not here."""
        if self.always is not None:
            return self.always
        law = (sources or {}).get("law") or _old_law(ruling)
        name = in_order(law)
        book = self._kept.get(name)
        if book is None:
            book = self._kept[name] = self._read(law, law.get("off", ()))
            while len(self._kept) > _BOOKS_MOST:
                self._kept.popitem(last=False)
        return book

    def _read(self, law: Mapping[str, Any], off: Iterable[str]) -> Rulebook:
        book = self.instead or rulebook_of(law["rulebook"], law.get("sha256", ""))
        if not law.get("house"):
            return book
        return book.under(LawFile(house_of(law["house"], law.get("house_sha256", ""))), law["house"], off=off)


def _old_law(ruling: Mapping[str, Any]) -> dict[str, Any]:
    """What a ruling from before sources were kept says of its laws."""
    return {
        "rulebook": ruling["rulebook"],
        "house": ruling.get("house", ""),
        **({"off": sorted(_country_off(ruling))} if ruling.get("off") else {}),
    }


def _country_off(ruling: Mapping[str, Any]) -> list[str]:
    return [name.removeprefix("law.") for name in ruling.get("off", ())]


def rulebook_of(version: str, sha256: str = "") -> Rulebook:
    """By version, and by hash where one is known. Raises: NotFound, BadLaw."""
    shipped = Rulebook.load()
    if (sha256 and shipped.sha256 == sha256) or (not sha256 and shipped.version == version):
        return shipped
    kept = LawText.objects.filter(kind=LawKind.RULEBOOK, **({"sha256": sha256} if sha256 else {"version": version}))
    text = kept.values_list("text", flat=True).first()
    return released.read(json.loads(text)) if text is not None else released.load(sha256 or version)


def house_of(label: str, sha256: str = "") -> dict[str, Any]:
    """The house's policy of that version, as its YAML would read. Raises: NotFound."""
    text = (
        LawText.objects.filter(kind=LawKind.HOUSE, **({"sha256": sha256} if sha256 else {"version": label}))
        .values_list("text", flat=True)
        .first()
    )
    if text is None and not sha256:
        version = label.rpartition(".")[2]
        stood = added_up(Change.objects.filter(version__lte=int(version)).order_by("version"))
        text = in_order(released.house_document(house_law(stood.lines)))
    elif text is None:
        text = _house_text(sha256, label)
    if text is None:
        raise NotFound(f"The house's policy {label} is not here word for word.", code="no_house_policy")
    found: dict[str, Any] = released.dated(json.loads(text))
    return found
