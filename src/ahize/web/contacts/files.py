"""The files of imports on disk, under ``AHIZE_HOME/files/imports``; and what an import's row says of reading them.

A file lies under its import's id: what a stranger called it is kept as text and never becomes a path.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from ahize.intake.mapping import Mapping, propose_mapping
from ahize.intake.reader import Truth, sniff
from ahize.intake.rows import Options
from ahize.kernel.errors import BadInput, TooMany, Unavailable
from ahize.web.contacts.models import Import

SIZE_MAX = 1 << 30
"""A list of a million rows is about 100 MB; ten times that is no list that one person brings."""

_SPARE_DISK = 256 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it was kept."""

    path: str
    size: int
    sha256: str
    lines: int


def path_of(name: str) -> Path:
    """Where a kept file lies."""
    return Path(settings.MEDIA_ROOT) / name


def keep(chunks: Iterable[bytes], *, tenant: UUID, name: UUID, folder: str = "imports") -> Kept:
    """Write an upload to disk, whole or not at all; its lines are counted for the progress bar."""
    relative = f"{folder}/{tenant}/{name}"
    path = path_of(relative)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(path.parent).free < _SPARE_DISK:
            raise Unavailable(
                _("The disk is almost full, so the file was not kept."),
                code="no_disk",
                next_step=_("Make room and try again."),
            )
        digest, size, lines = hashlib.sha256(), 0, 0
        with path.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > SIZE_MAX:
                    raise TooMany(
                        _("The file is larger than %(size)s MB.") % {"size": SIZE_MAX >> 20},
                        code="file_too_large",
                        next_step=_("Split it and bring the parts one by one."),
                    )
                digest.update(chunk)
                lines += chunk.count(b"\n")
                file.write(chunk)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Unavailable(
            _("The file could not be kept: %(why)s.") % {"why": error.strerror}, code="file_not_kept"
        ) from error
    except (TooMany, Unavailable):
        path.unlink(missing_ok=True)
        raise
    return Kept(relative, size, digest.hexdigest(), lines)


def drop(name: str) -> None:
    """The file is gone; it may be gone already."""
    if name:
        path_of(name).unlink(missing_ok=True)


def truth_of(found: Import) -> Truth:
    """What the file is, looked at anew: cheap, and nothing of it needs to be kept."""
    path = path_of(found.file)
    if not path.is_file():
        raise BadInput(
            _("The file of this import is no longer here."), code="file_gone", next_step=_("Bring it again.")
        )
    return sniff(path, region=found.region or None, sheet=found.options.get("sheet"))


def mapping_of(truth: Truth, chosen: dict[str, Any], *, region: str) -> Mapping:
    """The proposal for a file, with what a person chose: a column's place to our field, or null to keep it as it is."""
    proposal = propose_mapping(
        truth.columns, truth.samples, region=region or None, delimiter=truth.delimiter, preset=truth.preset
    )
    if not chosen:
        return proposal
    try:
        places = {int(place): field or None for place, field in chosen.items()}
    except ValueError as error:
        raise BadInput(_("A column is named by its place, counted from 0."), field="mapping") from error
    changed = {
        place: field
        for place, field in places.items()
        if not (0 <= place < len(proposal.columns)) or proposal.columns[place].field != field
    }
    return proposal.with_fields(changed, truth.samples, region=region or None)


def chosen_in(mapping: Mapping) -> dict[str, str | None]:
    """A mapping as it is kept: every column's place and field."""
    return {str(column.index): column.field for column in mapping.columns}


def options_of(found: Import) -> Options:
    """How the rows are read."""
    return Options(region=found.region or None, received_at=found.created_at)
