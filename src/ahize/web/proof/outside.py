"""Heads kept outside the database: what shows a whole that was rewritten, keys and all.

``keep`` is the port; each way is one class. A *file* gets one line for each head, appended and forced to disk; its
folder (``AHIZE_PROOF_FOLDER``, or the room's own) may be a USB stick or a write-once share. A *download* is the same
line in a text that a person saves, mails or prints. Refuses to know what a head seals.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from ahize.proof.canonical import when_text
from ahize.proof.checking import Kept
from ahize.web.base import draw_id
from ahize.web.proof.models import Anchor, AnchorKind, Head

_LINE: Final = re.compile(r"ahize-head/1 (?P<tenant>\S+) (?P<number>\d+) (?P<hash>[0-9a-f]{64}) ")


class Place(Protocol):
    """Somewhere outside that can keep a head."""

    kind: AnchorKind

    def keep(self, tenant: UUID, head: Head) -> str:
        """Keep it; where it is now, in words. Raises: OSError."""
        ...


class FilePlace:
    """A file for each house to which lines are only ever added."""

    kind = AnchorKind.FILE

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, tenant: UUID) -> Path:
        return self.folder / f"heads-{tenant}.txt"

    def keep(self, tenant: UUID, head: Head) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        out = os.open(self.file(tenant), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(out, (line(head) + "\n").encode())
            os.fsync(out)
        finally:
            os.close(out)
        return str(self.file(tenant))


def places() -> list[Place]:
    """Where heads are kept without anybody asking."""
    return [FilePlace(_folder())]


def _folder() -> Path:
    named = os.environ.get("AHIZE_PROOF_FOLDER", "")
    return Path(named) if named else Path(settings.MEDIA_ROOT) / "proof" / "heads"


def line(head: Head) -> str:
    """One head as one line, the same everywhere."""
    return f"ahize-head/1 {head.tenant_id} {head.number} {head.hash} {when_text(head.at)} {head.key} {head.signature}"


def keep(tenant: UUID, head: Head, place: Place, *, by: UUID | None, now: datetime) -> Anchor:
    """Keep a head at a place and write down that it is there."""
    return record(tenant, head, place.kind, by=by, now=now, where=place.keep(tenant, head))


def record(tenant: UUID, head: Head, kind: AnchorKind, *, by: UUID | None, now: datetime, where: str = "") -> Anchor:
    """Write down that a head is outside."""
    return Anchor.objects.create(
        id=draw_id(now), tenant_id=tenant, number=head.number, hash=head.hash, kind=kind, at=now, by=by, where=where
    )


def read_back(tenant: UUID) -> Iterator[Kept]:
    """The heads in the house's file outside."""
    file = FilePlace(_folder()).file(tenant)
    if file.exists():
        yield from heads_in(file.read_text("utf-8", errors="replace"), tenant, where=str(file))


def heads_in(text: str, tenant: UUID, *, where: str) -> Iterator[Kept]:
    """The heads of one house in any text that holds their lines, such as a saved page or a mail."""
    for found in _LINE.finditer(text):
        if found["tenant"] == str(tenant):
            yield Kept(int(found["number"]), found["hash"], where)


def printable(head: Head, house: str) -> str:
    """A text for a person to keep: what it is, the line, and the hash in groups that can be read aloud."""
    groups = " ".join(head.hash[at : at + 8] for at in range(0, len(head.hash), 8))
    return "\n".join(
        [
            _("Ahize: head %(number)s of %(house)s") % {"number": head.number, "house": house},
            _("Sealed at %(at)s") % {"at": when_text(head.at)},
            _("It seals every ruling before number %(until)s and every audit entry before number %(audit)s.")
            % {"until": head.until_seq, "audit": head.audit_until},
            "",
            groups,
            "",
            line(head),
            "",
            _("Keep this outside the house. Whoever changes one of them later cannot make this number again."),
            _("To hold it against what is there: ./ahize proof check --kept FILE"),
            "",
        ]
    )
