"""Documents kept as they came: the paper behind an evidence record, the page on which somebody agreed.

A document lies under ``AHIZE_HOME/files/<folder>/<tenant>/<id>`` with its SHA-256 on record; what a stranger called it
is kept as text and never becomes a path. It is handed out again only as a download, and only while it is unchanged.
Refuses to know what a document proves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, NotFound, TooMany, Unavailable

SIZE_MAX = 20 << 20
"""A scanned contract or a page with its pictures; more is no single document."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was kept. An empty ``path``: there is none."""

    path: str = ""
    name: str = ""
    size: int = 0
    sha256: str = ""


NO_DOCUMENT = Document()


def keep(chunks: Iterable[bytes], *, name: str, tenant: UUID, of: UUID, folder: str, ending: str = "") -> Document:
    """Write a document to disk, whole or not at all.

    Args:
        of: the record it belongs to; its id is the file's name.
        ending: of the file's name, our own word and never the stranger's.

    Raises:
        BadInput: where it is empty.
        TooMany: where it is larger than ``SIZE_MAX``.
    """
    relative = f"{folder}/{tenant}/{of}{ending}"
    path = Path(settings.MEDIA_ROOT) / relative
    digest, size = hashlib.sha256(), 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > SIZE_MAX:
                    raise TooMany(
                        _("The document is larger than %(size)d MB.") % {"size": SIZE_MAX >> 20},
                        code="document_too_large",
                        next_step=_("Bring a smaller copy of it."),
                    )
                digest.update(chunk)
                file.write(chunk)
        if size == 0:
            raise BadInput(_("The document is empty."), code="empty_document", field="document")
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Unavailable(
            _("The document could not be kept: %(why)s.") % {"why": error.strerror}, code="document_not_kept"
        ) from error
    except (BadInput, TooMany):
        path.unlink(missing_ok=True)
        raise
    return Document(relative, (name or "document")[:200], size, digest.hexdigest())


def download(kept: Document) -> HttpResponse:
    """The document as a download, byte for byte as it was kept.

    Raises:
        NotFound: where there is none, or its file has gone or changed since: then it proves nothing any more.
    """
    path = Path(settings.MEDIA_ROOT) / kept.path
    if not kept.path or not path.is_file():
        raise NotFound(_("There is no such document."), code="no_document")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        raise NotFound(
            _("The document's file has changed since it was kept."),
            code="document_changed",
            next_step=_("Restore it from a back-up; its SHA-256 is on record."),
        )
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(kept.name, safe='')}"
    return response
