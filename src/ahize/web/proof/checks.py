"""Check all that was ever kept: both ledgers, every head, and the heads that were kept outside. And say it in words.

Reads row by row, so that millions take time and no memory. Refuses to repair anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ahize.proof import checking
from ahize.proof.checking import Break, Kept, Line, Report
from ahize.proof.heads import Head as HeadValue
from ahize.web.audit.models import Entry
from ahize.web.audit.services import entry_hash
from ahize.web.dialing.forgetting import Receipts, ruling_own_hash
from ahize.web.dialing.models import Ruling
from ahize.web.proof import keys, outside
from ahize.web.proof.models import Anchor, Head

CHUNK = 2_000


def check(tenant: UUID, *, kept: Iterable[Kept] = ()) -> Report:
    """Walk everything of the tenant, inside whose wall we are.

    Args:
        kept: heads that somebody kept outside, besides those of the house's own files and records.
    """
    receipts = Receipts.read()
    return checking.check(
        heads(),
        (ruling_line(one, receipts) for one in rulings()),
        _audit_lines(),
        tenant=str(tenant),
        key=keys.public_key(),
        kept=[*_recorded(), *outside.read_back(tenant), *kept],
    )


def heads() -> Iterator[HeadValue]:
    """All heads, in order."""
    return (one.value for one in Head.objects.order_by("number").iterator(chunk_size=CHUNK))


def rulings() -> Iterator[Ruling]:
    """All rulings, in order."""
    return iter(Ruling.objects.order_by("seq").iterator(chunk_size=CHUNK))


def ruling_line(row: Ruling, receipts: Receipts) -> Line:
    """A ruling as the check has it, its hash made anew; of one without whom it named, what its receipt says."""
    standing, own = receipts.ruling(row), ruling_own_hash(row)
    match standing:
        case "forgotten" | "unreceipted":
            return Line(row.seq, row.previous_hash, row.hash, own, standing)
        case "on_receipt":
            return Line(row.seq, row.previous_hash, row.hash, row.hash, standing)
        case "whole":
            return Line(row.seq, row.previous_hash, row.hash, own)
        case "changed":  # also where the hash does not cover what was put there
            return Line(row.seq, row.previous_hash, row.hash, "" if own == row.hash else own)


def _audit_lines() -> Iterator[Line]:
    found: QuerySet[Any] = Entry.objects.exclude(hash="").order_by("number", "id")
    for one in found.iterator(chunk_size=CHUNK):
        yield Line(one.number or 0, one.previous_hash, one.hash, entry_hash(one))


def _recorded() -> Iterator[Kept]:
    for number, known, kind in Anchor.objects.values_list("number", "hash", "kind").distinct().order_by("number"):
        yield Kept(number, known, kind)


def sentence(found: Break) -> str:
    """The first place that does not fit, in words."""
    which = {
        "rulings": _("Ruling %(n)s"),
        "audit": _("Audit entry %(n)s"),
        "heads": _("Head %(n)s"),
    }[found.ledger]
    where = which % {"n": found.number if found.until - found.number <= 1 else f"{found.number}–{found.until - 1}"}
    said = {
        "missing": _("is missing"),
        "twice": _("stands there twice, or not in order"),
        "unlinked": _("does not follow the one before it"),
        "changed": _("does not say what it said when it was written"),
        "root": _("is not what was sealed: this stretch was written anew"),
        "signature": _("has a signature that does not hold"),
        "key": _("is signed by another key than the key of proof"),
        "span": _("does not begin where the head before it ended"),
        "tenant": _("belongs to another house"),
        "kept": _("is another one than was kept outside"),
        "gone": _("was kept outside and is not here: the end was cut off"),
        "unreceipted": _("lost the number it was about, and no receipt says that it was erased"),
    }[found.code]
    return f"{where} {said}."
