"""A private Asterisk on this machine: unpacked packages, a folder for what it writes, and the command that runs it.

Nothing is installed into the system: the packages' own loader and libraries run it. Answers “where is it, which
version is it, how is it started?”. It starts nothing itself: tests and the launcher do.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ahize.kernel.errors import Unavailable
from ahize.telephony.asterisk.files import certificates_folder, files, keys_folder, music_folder
from ahize.telephony.asterisk.music import music
from ahize.telephony.asterisk.settings import Folders, Settings

_LOADERS = {"x86_64": "ld-linux-x86-64.so.2", "aarch64": "ld-linux-aarch64.so.1"}
_TRIPLETS = {"x86_64": "x86_64-linux-gnu", "aarch64": "aarch64-linux-gnu"}
_LOG_MAX_BYTES = 20_000_000  # looked at when it starts; strangers that try numbers fill it
_VERSION = re.compile(rb"\b(2\d\.\d{1,2}\.\d{1,2})\b")


@dataclass(frozen=True, slots=True)
class Program:
    """Unpacked packages.

    Attributes:
        root: the folder that stands for ``/``.
        machine: as ``uname -m`` says.
    """

    root: Path
    machine: str = platform.machine()

    @property
    def libraries(self) -> Path:
        return self.root / "usr/lib" / _TRIPLETS.get(self.machine, self.machine)

    @property
    def binary(self) -> Path:
        return self.root / "usr/sbin/asterisk"

    @property
    def modules(self) -> Path:
        return self.libraries / "asterisk/modules"

    @property
    def data(self) -> Path:
        return self.root / "usr/share/asterisk"

    @property
    def is_whole(self) -> bool:
        """Has everything that a start needs?"""
        return all(place.exists() for place in (self.binary, self._loader, self.modules, self.data / "documentation"))

    @property
    def _loader(self) -> Path:
        return self.libraries / _LOADERS.get(self.machine, "ld-linux.so")

    def command(self, etc: Path, *more: str) -> list[str]:
        """Run it with the configuration in ``etc``: in the foreground with ``-f``, a remote command with ``-rx``."""
        run = [str(self._loader), "--library-path", str(self.libraries), str(self.binary)]
        return [*run, "-C", str(etc / "asterisk.conf"), *more]

    def missing(self, names: list[str]) -> list[str]:
        """Which of these modules are not there."""
        return [name for name in names if not (self.modules / f"{name}.so").exists()]

    @property
    def version(self) -> str:
        """As its package says it; empty where nothing does."""
        known = self.root / "ahize-version"
        if known.exists():
            return known.read_text().strip()
        try:
            found = _VERSION.search(self.binary.read_bytes())
        except OSError:
            return ""
        return found[1].decode() if found else ""


def folders(program: Program, place: Path, *, spool: Path | None = None) -> Folders:
    """Where one instance keeps its things, all below ``place`` but for the spool, which may lie in memory."""
    return Folders(
        etc=place / "etc",
        modules=program.modules,
        data=program.data,
        state=place / "state",
        spool=spool or place / "spool",
        run=place / "run",
        log=place / "log",
    )


def furnish(
    settings: Settings, *, own: Callable[[Path], None] = lambda _path: None, spool_mode: int = 0o700
) -> Folders:
    """Make its folders (0700) and write its configuration anew.

    Args:
        own: gives a file or folder to Asterisk's user.
        spool_mode: of the folders of what is recorded, where somebody else fetches it.
    """
    places = settings.folders
    assert places is not None
    if len(os.fsencode(places.run / "asterisk.ctl")) > 107:
        raise Unavailable(
            f"{places.run} is too long a path for Asterisk's control socket.",
            next_step="Set AHIZE_HOME to a folder with a shorter path.",
        )
    music_place = music_folder(places)
    made = [
        places.etc,
        places.state,
        places.state / "keys",
        certificates_folder(places),
        music_place,
        keys_folder(places),
    ]
    made += [places.run, places.log]
    # Without them a recording is answered with 500.
    spool = [places.spool, places.spool / "recording", places.spool / "monitor"]
    for folder in (*made, *spool):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(spool_mode if folder in spool else 0o700)
        own(folder)
    log = places.log / "messages.log"
    if log.exists() and log.stat().st_size > _LOG_MAX_BYTES:
        log.rename(log.with_suffix(".log.1"))
    for name, text in files(settings).items():
        _write(places.etc / name, text.encode(), own)
    _write(music_place / "ahize.wav", music(), own)
    return places


def _write(path: Path, content: bytes, own: Callable[[Path], None]) -> None:
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(content)
    own(path)
