"""Bundles of rulings: by a span of time, by a called number, or of attempts.

``items`` gives what a bundle needs for a stranger to decide each ruling again, in the order of their paths, so that
others put theirs between (``heapq.merge``). A span has its rulings as neighbours in the chain; a bundle of one number
holds nobody else's, so each carries the path to its signed head instead. Only the worker signs.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tomllib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ahize.compliance import released
from ahize.compliance.law_file import LawFile
from ahize.kernel.canonical import canonical, in_order
from ahize.kernel.errors import AhizeError, BadInput, NotFound
from ahize.kernel.phone import is_e164
from ahize.kernel.seals import Sealer
from ahize.kernel.windows import OUTERMOST_ZONES, zone_data
from ahize.proof.bundle import Writer
from ahize.proof.canonical import when_text
from ahize.proof.merkle import Tree
from ahize.proof.verifier import NAME, program
from ahize.web import jobs
from ahize.web.audit import services as audit
from ahize.web.audit.models import Entry
from ahize.web.audit.services import entry_text
from ahize.web.base import draw_id
from ahize.web.consents.pseudonyms import pseudonyms
from ahize.web.dialing.forgetting import Receipts
from ahize.web.dialing.models import Attempt, Ruling
from ahize.web.proof import sealing
from ahize.web.proof.laws import house_of, rulebook_of
from ahize.web.proof.models import Anchor, Export, Head, State
from ahize.web.rls import current_tenant, tenant_scope

log = logging.getLogger(__name__)

CHUNK = 1_000
_TREES_KEPT = 4
ERASED_SINCE = gettext_noop("Somebody in this bundle was erased since it was made. Please ask for it again.")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rulings. Exactly one of span, number and attempts is given; times are ``[since, until)``."""

    since: datetime | None = None
    until: datetime | None = None
    number: str = ""
    attempts: tuple[UUID, ...] = ()

    def to_json(self) -> dict[str, Any]:
        if self.number:
            return {"kind": "number", "number": self.number}
        if self.attempts:
            return {"kind": "attempts", "attempts": [str(one) for one in self.attempts]}
        assert self.since is not None, "a span has a beginning"
        assert self.until is not None, "a span has an end"
        return {"kind": "span", "since": when_text(self.since), "until": when_text(self.until)}

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> Asked:
        if given["kind"] == "span":
            return cls(since=parse_datetime(given["since"]), until=parse_datetime(given["until"]))
        return cls(number=given.get("number", ""), attempts=tuple(UUID(one) for one in given.get("attempts", ())))

    @property
    def neighbours(self) -> bool:
        """Does it hold all rulings of a stretch?"""
        return self.since is not None

    def rows(self) -> QuerySet[Ruling]:
        found = Ruling.objects.order_by("seq")
        if self.number:
            tenant = current_tenant()
            assert tenant is not None, "inside the tenant's wall"
            names = [self.number, *pseudonyms(tenant, self.number)]  # who brings the number finds what was erased
            return found.filter(attempt_id__in=Attempt.objects.filter(e164__in=names).values("pk"))
        if self.attempts:
            return found.filter(attempt_id__in=self.attempts)
        if self.since is None:  # of a number that was erased since
            return found.none()
        ends = Ruling.objects.filter(at__gte=self.since, at__lt=self.until).aggregate(a=Min("seq"), b=Max("seq"))
        return found.none() if ends["a"] is None else found.filter(seq__gte=ends["a"], seq__lte=ends["b"])


def checked(asked: Asked) -> Asked:
    """The same. Raises: BadInput naming what is wrong with it."""
    ways = [asked.since is not None or asked.until is not None, bool(asked.number), bool(asked.attempts)]
    if sum(ways) != 1:
        raise BadInput(_("Ask for a span of time, or a number, or attempts: exactly one of them."), field="since")
    if asked.number and not is_e164(asked.number):
        raise BadInput(
            _("This is no telephone number."),
            next_step=_("Write it with its country, like +12025550123."),
            field="number",
        )
    if ways[0]:
        if asked.since is None or asked.until is None:
            raise BadInput(_("A span needs a beginning and an end."), field="until")
        if asked.since >= asked.until:
            raise BadInput(_("The span ends before it begins."), field="until")
    return asked


# ── what is in it ────────────────────────────────────────────────────────────────────────────────────────────────────


def items(asked: Asked) -> Iterator[tuple[str, bytes | Iterable[bytes]]]:
    """Path and content of each item, in the order of their paths. Inside the tenant's wall; all must be sealed."""
    rows, receipts = asked.rows(), Receipts.read()
    told = _receipts_of(rows, receipts)
    heads = sorted({*_heads(rows), *_heads_of_entries(told)}, key=lambda head: head.number)
    yield NAME, program()
    if told:
        yield "erasures.jsonl", _erasures(told)
    yield "heads.json", canonical([one.value.to_json(_anchors(one)) for one in heads]).encode()
    laws, houses = _laws(rows)
    for label, text in sorted(houses.items()):
        yield f"house/{label}.json", text.encode()
    for path, text in sorted(laws.items()):
        yield path, text.encode()
    yield "rulings.jsonl", _lines(asked, rows, receipts)
    for name in sorted(_zones(rows, [*laws.values(), *houses.values()])):
        yield f"zones/{name}", zone_data(name)


def _zones(rows: QuerySet[Ruling], laws: Iterable[str]) -> set[str]:
    """The time zones that deciding these rulings again asks for: the callees', those the laws name, the outermost."""
    callees = rows.order_by().values_list("facts__callee__zones", flat=True).distinct()
    named = {name for zones in callees for name in zones or ()}
    return named.union(*(_named_zones(json.loads(law)) for law in laws), OUTERMOST_ZONES)


def _named_zones(law: Any) -> Iterator[str]:
    if isinstance(law, list):
        for one in law:
            yield from _named_zones(one)
    elif isinstance(law, dict):
        for name, value in law.items():
            if name == "zone" and isinstance(value, str):
                yield value
            elif name == "also_by":
                yield from value
            else:
                yield from _named_zones(value)


def _heads(rows: QuerySet[Ruling]) -> list[Head]:
    """The heads over these rulings, in order."""
    ends = rows.aggregate(a=Min("seq"), b=Max("seq"))
    if ends["a"] is None:
        return []
    found = Head.objects.filter(until_seq__gt=ends["a"], first_seq__lte=ends["b"]).order_by("number")
    wanted = []
    seqs = rows.values_list("seq", flat=True).iterator(chunk_size=CHUNK)
    seq = next(seqs, None)
    for head in found:
        if seq is None or seq >= head.until_seq:
            continue
        wanted.append(head)
        while seq is not None and seq < head.until_seq:
            seq = next(seqs, None)
    return wanted


def _anchors(head: Head) -> list[dict[str, Any]]:
    later = Anchor.objects.filter(number__gte=head.number).order_by("number")[:3]
    return [{"number": one.number, "hash": one.hash, "kind": one.kind, "at": when_text(one.at)} for one in later]


def _laws(rows: QuerySet[Ruling]) -> tuple[dict[str, str], dict[str, str]]:
    """The rulebooks by path and the house's policies by version, as far as they are here."""
    named = rows.order_by().values_list("rulebook", "sources__law", "ruling__house").annotate(n=Count("pk"))
    laws: dict[str, str] = {}
    houses: dict[str, str] = {}
    for rulebook, law, house in {(one[0], canonical(one[1]), one[2] or "") for one in named}:
        told = {} if law == "null" else _json(law)
        try:
            document = released.document_of(rulebook_of(rulebook, told.get("sha256", "")))
            laws[f"rulebooks/{document['version']}-{document['sha256'][:12]}.json"] = in_order(document)
            if house:
                policy = LawFile(house_of(house, told.get("house_sha256", "")))
                houses[house] = in_order(released.house_bundled(policy, house))
        except NotFound as missing:  # The bundle is whole without it; who verifies is told which words are not there.
            log.error("%s", missing.message)
    return laws, houses


def _json(text: str) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(text))


def _receipts_of(rows: QuerySet[Ruling], receipts: Receipts) -> list[Entry]:
    """The audit's entries that say which of these rulings lost their number, in the order of their chain."""
    gone = rows.exclude(forgotten_at=None).iterator(chunk_size=CHUNK)
    ids = {receipt.id for row in gone if (receipt := receipts.of_ruling(row)) is not None}
    return list(Entry.objects.filter(pk__in=ids).exclude(hash="").order_by("number"))


def _heads_of_entries(entries: Iterable[Entry]) -> list[Head]:
    """The heads that seal them, as far as they are sealed."""
    found = (Head.objects.filter(audit_first__lte=one.number, audit_until__gt=one.number).first() for one in entries)
    return [head for head in found if head is not None]


def _erasures(entries: Iterable[Entry]) -> Iterator[bytes]:
    """A line for each receipt: the entry's text as it is hashed, and its way to the head that seals it."""
    paths = Paths()
    for one in entries:
        yield _line(
            {"entry": entry_text(one), "previous_hash": one.previous_hash, "hash": one.hash, **paths.of_entry(one)}
        )


def _forgotten(row: Ruling, receipts: Receipts) -> dict[str, Any]:
    """Of a ruling that lost its number: when, and which entry of the audit says so (none: nobody says so)."""
    if row.forgotten_at is None:
        return {}
    receipt = receipts.of_ruling(row)
    entry = None if receipt is None else Entry.objects.filter(pk=receipt.id).values_list("number", flat=True).first()
    return {"forgotten": {"at": when_text(row.forgotten_at), "entry": entry}}


def _lines(asked: Asked, rows: QuerySet[Ruling], receipts: Receipts) -> Iterator[bytes]:
    paths, expected, last = Paths(), None, rows.order_by("-seq").values_list("seq", flat=True).first()
    for row in rows.iterator(chunk_size=CHUNK):
        if expected is not None and row.seq != expected:
            yield _line({"seq_from": expected, "seq_until": row.seq})
        edge = expected is None or row.seq == last
        proof = paths.of(row) if edge or not asked.neighbours else {}
        expected = row.seq + 1
        law = (row.sources or {}).get("law", {})
        yield _line(
            {
                **{"attempt": str(row.attempt_id), "seq": row.seq, "at": when_text(row.at)},
                **{"facts": canonical(row.facts), "ruling": canonical(row.ruling)},
                **({} if row.sources is None else {"sources": canonical(row.sources)}),
                **({"number": row.number, "salt": row.salt} if row.salt else {}),
                **({"commitment": row.commitment} if row.commitment else {}),
                **_forgotten(row, receipts),
                **{"rulebook": row.rulebook, "house": row.ruling.get("house", "")},
                **({"rulebook_sha256": law["sha256"]} if law else {}),
                **{"previous_hash": row.previous_hash, "hash": row.hash},
                **proof,
            }
        )


def _line(value: dict[str, Any]) -> bytes:
    return canonical(value).encode() + b"\n"


@dataclass(slots=True)
class Paths:
    """Where rulings, and entries of the audit, stand under their heads; the last few trees are kept."""

    _trees: OrderedDict[tuple[str, int], tuple[Head, Tree]] = field(default_factory=OrderedDict)

    def of(self, row: Ruling) -> dict[str, Any]:
        """``head``, ``index``, ``size`` and ``path`` of a ruling; ``unsealed`` where no head covers it yet."""
        return self._way("rulings", row.seq)

    def of_entry(self, entry: Entry) -> dict[str, Any]:
        """The same of an entry that has its place in the chain."""
        return self._way("audit", entry.number or 0)

    def _way(self, ledger: str, number: int) -> dict[str, Any]:
        first, until = _ENDS[ledger]
        found = next(
            (
                (head, tree)
                for (of, _), (head, tree) in self._trees.items()
                if of == ledger and getattr(head, first) <= number < getattr(head, until)
            ),
            None,
        )
        if found is None:
            head = Head.objects.filter(**{f"{first}__lte": number, f"{until}__gt": number}).first()
            if head is None:
                return {"unsealed": True}
            found = self._trees[ledger, head.number] = (head, Tree(_hashes(ledger, head)))
            while len(self._trees) > _TREES_KEPT:
                self._trees.popitem(last=False)
        head, tree = found
        index = number - getattr(head, first)
        return {"head": head.number, "index": index, "size": tree.size, "path": tree.path(index)}


_ENDS: Final = {"rulings": ("first_seq", "until_seq"), "audit": ("audit_first", "audit_until")}


def _hashes(ledger: str, head: Head) -> Iterator[str]:
    if ledger == "rulings":
        sealed = Ruling.objects.filter(seq__gte=head.first_seq, seq__lt=head.until_seq).order_by("seq")
        return sealed.values_list("hash", flat=True).iterator()
    entries = Entry.objects.filter(number__gte=head.audit_first, number__lt=head.audit_until).order_by("number")
    return entries.values_list("hash", flat=True).iterator()


# ── made and kept ────────────────────────────────────────────────────────────────────────────────────────────────────


def made_by() -> str:
    """As bundles name it."""
    try:
        return f"Ahize {version('ahize')}"
    except PackageNotFoundError:  # run from its folder, as ./ahize does
        project = Path(__file__).resolve().parents[4] / "pyproject.toml"
        return (
            f"Ahize {tomllib.loads(project.read_text('utf-8'))['project']['version']}" if project.exists() else "Ahize"
        )


def write(out: IO[bytes], asked: Asked, *, tenant: UUID, sealer: Sealer, now: datetime) -> int:
    """A whole bundle into a stream; how many rulings. Inside the tenant's wall, everything sealed."""
    count = asked.rows().count()
    about = {**asked.to_json(), "rulings": count}
    with Writer(out, sealer=sealer, tenant=str(tenant), made_at=now, made_by=made_by(), about=about) as bundle:
        for path, content in items(asked):
            bundle.add(path, content)
    return count


def ask(asked: Asked, *, tenant: UUID, by: UUID | None, now: datetime) -> Export:
    """Write down that a bundle is wanted; the caller hands it to the worker. Raises: BadInput."""
    wanted = checked(asked)
    with transaction.atomic():
        made = Export.objects.create(id=draw_id(now), tenant_id=tenant, about=wanted.to_json(), asked_at=now, by=by)
        told = wanted.to_json()
        told.pop("number", None)  # An entry of the audit is never erased, so no number stands in it.
        audit.record(
            tenant=tenant,
            by=by,
            action="export_rulings",
            subject_kind="export",
            subject_id=made.pk,
            now=now,
            after=told,
        )
    return made


def file_of(export: Export) -> Path:
    """Where its file lies once it is done."""
    return Path(settings.MEDIA_ROOT) / "proof" / "exports" / str(export.tenant_id) / f"{export.pk}.zip"


def make(export_id: UUID, tenant: UUID, *, sealer: Sealer, now: datetime) -> None:
    """Make the bundle of an export: seal what is new, write the file whole or not at all."""
    sealing.seal_all(tenant, sealer, now=now)
    with tenant_scope(tenant):
        export = Export.objects.filter(pk=export_id).exclude(state=State.DONE).first()
        if export is None:
            return
        final = file_of(export)
        final.parent.mkdir(parents=True, exist_ok=True)
        part = final.with_suffix(".part")
    with jobs.told(lambda wrong: _failed(export, part, wrong, now)), tenant_scope(tenant):
        with part.open("wb") as out:
            export.rulings = write(out, Asked.from_json(export.about), tenant=tenant, sealer=sealer, now=now)
            out.flush()
            os.fsync(out.fileno())
        with part.open("rb") as made:
            export.sha256 = hashlib.file_digest(made, "sha256").hexdigest()
        export.bytes = part.stat().st_size
        part.rename(final)
        export.state, export.error, export.done_at = State.DONE, "", now
        export.save(update_fields=["rulings", "sha256", "bytes", "state", "error", "done_at"])


def let_go(number: str, attempts: Iterable[UUID]) -> int:
    """Bundles that name somebody who is erased lose their file, and requests for them the number; how many.

    They can be made again, without the number. In the caller's transaction, as the worker.
    """
    gone = 0
    erased = set(attempts)
    for export in Export.objects.order_by("asked_at", "id"):
        asked = Asked.from_json(export.about)
        of_them = asked.number == number if asked.number else asked.rows().filter(attempt_id__in=erased).exists()
        if not of_them:
            continue
        file_of(export).unlink(missing_ok=True)
        if asked.number:
            export.about = {"kind": "number", "number": ""}
        export.state = State.FAILED
        export.error = ERASED_SINCE
        export.save(update_fields=["about", "state", "error"])
        gone += 1
    return gone


def _failed(export: Export, part: Path, wrong: AhizeError, now: datetime) -> None:
    part.unlink(missing_ok=True)
    with tenant_scope(export.tenant_id):
        export.state, export.error, export.done_at = State.FAILED, wrong.message, now
        export.save(update_fields=["state", "error", "done_at"])
