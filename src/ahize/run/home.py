"""Where the state lies: one folder with the private Python, and in it a room for real data and one for the demo.

``AHIZE_HOME`` (default: ``var`` in the clone) holds ``venv/`` and the room of ``./ahize up``; the demo's room is
``demo/`` inside it, so that made-up people never lie in one database with real ones. A room has

    pg/ log/ run/ secrets/ files/

Paths only; it does not know what is written there.
"""

from __future__ import annotations

import hashlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from ahize.kernel.errors import BadInput, Unavailable
from ahize.run.account import Account

# A Unix socket's path must fit in 108 bytes, closing zero included; PostgreSQL adds “/.s.PGSQL.5432.lock”.
SOCKET_FOLDER_MAX = 107 - len("/.s.PGSQL.5432.lock")
ROOMS = ("up", "demo")


def clone() -> Path:
    """The folder that ``./ahize`` was started from; from an installed package it is told by ``AHIZE_CLONE``."""
    told = os.environ.get("AHIZE_CLONE")
    return Path(told) if told else Path(__file__).resolve().parents[3]


def base() -> Path:
    """``AHIZE_HOME``, absolute."""
    told = os.environ.get("AHIZE_HOME")
    return Path(told).absolute() if told else clone() / "var"


@dataclass(frozen=True, slots=True)
class Home:
    """One room of state.

    Attributes:
        path: the room itself; what processes see as ``AHIZE_HOME``.
        name: ``up`` or ``demo``.
    """

    path: Path
    name: str

    @classmethod
    def of(cls, room: str, under: Path | None = None) -> Home:
        if room not in ROOMS:
            raise BadInput(f"There is no room “{room}”; it is one of {', '.join(ROOMS)}.")
        folder = under or base()
        return cls(folder / "demo" if room == "demo" else folder, room)

    @property
    def pg(self) -> Path:
        return self.path / "pg"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    @property
    def files(self) -> Path:
        return self.path / "files"

    @property
    def exists(self) -> bool:
        """Has anything been kept here yet?"""
        return self.secrets.is_dir()

    def furnish(self, account: Account) -> None:
        """Make the folders and give them to the service user; 0700 but for the room itself, which only leads on."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for folder in (self.pg, self.log, self.run, self.secrets, self.files):
                account.folder(folder)
        except PermissionError as refused:
            owner = _owner(self.path)
            raise Unavailable(
                f"{refused.filename} belongs to {owner} and cannot be written by {account.name}.",
                next_step=f"Start ./ahize as {owner}, or set AHIZE_HOME to a folder of your own.",
            ) from None
        except OSError as failed:
            raise Unavailable(
                f"{self.path} cannot be made: {failed.strerror}.", next_step="Set AHIZE_HOME to a folder with room."
            ) from None

    def socket_folder(self, account: Account) -> Path:
        """A folder for PostgreSQL's socket: in the room, or a short private one where the room's path is too long."""
        own = self.run / "pg"
        if len(os.fsencode(own)) <= SOCKET_FOLDER_MAX:
            return account.folder(own)
        mark = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        short = Path("/tmp") / f"ahize-{account.uid}-{mark}"  # noqa: S108  checked below: ours alone, or refused
        try:
            short.mkdir(mode=0o700)
            account.own(short)
        except FileExistsError:
            if short.is_symlink() or short.stat().st_uid != account.uid:
                raise Unavailable(
                    f"{short} is not ours.", next_step="Remove it, or set AHIZE_HOME to a shorter path."
                ) from None
        short.chmod(0o700)
        return short


def write_private(file: Path, text: str) -> None:
    """Written anew, for this user's eyes alone (0600)."""
    with open(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


def _owner(path: Path) -> str:
    for place in (path, *path.parents):
        if place.exists():
            try:
                return pwd.getpwuid(place.stat().st_uid).pw_name
            except KeyError:
                return str(place.stat().st_uid)
    return "nobody"
