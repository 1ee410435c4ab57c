"""Which files are in this download? One, or those of a zip archive; and the hash of what was downloaded."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from ahize.kernel.errors import BadInput

UNPACKED_MAX = 64 << 30
"""The whole United States in XML is about 5 GB; what unpacks to more than this is no registry file."""


@contextmanager
def opened(source: Path) -> Iterator[tuple[Iterator[tuple[str, BinaryIO]], str]]:
    """The files by name, one after the other, and the SHA-256 of the whole download.

    Raises:
        BadInput: ``no_such_file``, ``registry_archive``.
    """
    try:
        with source.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            if file.read(4) != b"PK\x03\x04":
                yield iter([("", cast(BinaryIO, file))]), sha256
                return
            file.seek(0)
            try:
                with zipfile.ZipFile(file) as archive:
                    yield _members(archive), sha256
            # NotImplementedError: packed in a way that zipfile cannot read; RuntimeError: locked with a password.
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
                raise BadInput(
                    "The archive is damaged, cut short or locked.",
                    code="registry_archive",
                    next_step="Fetch the file again; nothing was loaded.",
                ) from error
    except OSError as error:
        raise BadInput(
            f"The registry file cannot be opened: {error.strerror}.",
            code="no_such_file",
            next_step="See whether the path is right and the file may be read.",
            path=str(source),
        ) from error


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, BinaryIO]]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if sum(entry.file_size for entry in entries) > UNPACKED_MAX:
        raise BadInput("The archive unpacks to more than any registry holds.", code="registry_archive")
    for entry in entries:
        with archive.open(entry) as member:
            yield entry.filename, cast(BinaryIO, member)  # it reads and seeks like a file
