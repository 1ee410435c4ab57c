"""The gate's part of a room: its own user's folders, the credential of the switch, and the two processes that use it.

    gate/           of the gate's user; the service user's group may look in
      secrets/      0700: ari.json
      asterisk/     0700: the private Asterisk's etc, state, run and log
      run/          the gate's socket, open to the service user's group
      log/          gate.jsonl, and what both processes say
      spool/        sound as it is recorded, unless memory is at hand for it
    files/sounds/   what is played: brought by people, or spoken by the gate's voice; read by Asterisk
    recordings/     what was recorded: written by the gate, sealed, and read and destroyed by the service user

Answers “what are gated and Asterisk told, and where do they meet the rest?”. It starts nothing: the launcher does where
both are one user, a nurse of the gate's own user (``nurse.py``) where root started the room.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import shutil
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from ahize.kernel.errors import BadInput, Unavailable
from ahize.run.account import Account, can_reach, gate_account
from ahize.run.home import Home, base, write_private
from ahize.run.room import python
from ahize.run.supervisor import Part
from ahize.telephony.asterisk import reading
from ahize.telephony.asterisk.check import checked_url
from ahize.telephony.asterisk.files import keys_folder
from ahize.telephony.asterisk.machine import interfaces
from ahize.telephony.asterisk.program import Program, folders, furnish
from ahize.telephony.asterisk.settings import Settings, in_url

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  a folder of our own is made in it, and checked
_SPOOL_NEEDED_MB = 512
_PLACEHOLDER = "not-the-password"
"""For whoever reads the settings without a right to the password."""


def installed() -> Program:
    """Where ``./ahize asterisk install`` puts one, for all rooms."""
    return Program(base() / "asterisk" / "root")


@dataclass(frozen=True, slots=True)
class Told:
    """What a gate is told by the launcher, once the room is open. No secret: those it keeps itself."""

    clock_offset_s: float
    public_key: str
    world: str = "real"
    voice: str = ""
    recogniser: str = ""
    hears_on: str = ""
    recording_lock: str = ""
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateRoom:
    """Folders of one room's gate; ``path`` is the room's own.

    Attributes:
        program: the private Asterisk; None for one of the user's own.
    """

    room: Path
    account: Account
    service: Account
    program: Program | None

    @property
    def path(self) -> Path:
        return self.room / "gate"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def socket(self) -> Path:
        return self.run / "gate.sock"

    @property
    def sounds(self) -> Path:
        return self.room / "files" / "sounds"

    @property
    def recordings(self) -> Path:
        return self.room / "recordings"

    @property
    def settings_file(self) -> Path:
        return self.room / reading.FILE

    @property
    def credential_file(self) -> Path:
        return self.path / "secrets" / "ari.json"

    @property
    def spool(self) -> Path:
        """In memory where that is large enough, so that nobody's voice reaches a disk before it is encrypted."""
        own = SHARED_MEMORY / f"ahize-{self.account.uid}-{sha256(os.fsencode(self.room)).hexdigest()[:12]}"
        try:
            if own.exists():  # once begun, it stays there however full memory gets
                return own
            roomy = shutil.disk_usage(SHARED_MEMORY).free // 1_000_000 >= _SPOOL_NEEDED_MB
        except OSError:
            roomy = False
        if roomy and os.access(SHARED_MEMORY, os.W_OK):
            return own
        return self.path / "spool"

    @property
    def is_apart(self) -> bool:
        """Has the gate a user of its own?"""
        return self.account.uid != self.service.uid

    def settings(self, password: str = _PLACEHOLDER) -> reading.Read:
        """What ``asterisk.toml`` says. Raises: BadInput."""
        places = folders(self.program, self.path / "asterisk", spool=self.spool) if self.program else None
        return reading.read(self.settings_file, password=password, folders=places)

    def credential(self) -> dict[str, str]:
        """``url``, ``user`` and ``password`` of the switch; only the gate's user can read them."""
        told: dict[str, str] = json.loads(self.credential_file.read_bytes())
        return told

    # ── before anything runs ──────────────────────────────────────────────────────────────────────────────

    def lay_out(self) -> None:
        """What lies in the room itself, which only root may write where root started it."""
        self.account.folder(self.path, mode=0o2750, group=self.service.gid)
        self.service.folder(self.sounds.parent, mode=0o710, group=self.service.gid)  # the gate passes through
        for folder in (self.sounds, self.recordings):
            self.service.folder(folder, mode=0o2770, group=self.service.gid)
        if not self.settings_file.exists():
            self.settings_file.write_text(reading.EXAMPLE)
            self.service.own(self.settings_file)
        self.settings_file.chmod(0o644)  # it holds no secret, and both users read it

    def furnish(self, external: Mapping[str, str] | None) -> None:
        """What lies below ``gate/``. Its own user makes it: root writes nothing where another could plant a link.

        Args:
            external: address, user and password of an Asterisk of the user's own.
        """
        for folder in (self.run, self.log):
            self.account.folder(folder, mode=0o2750, group=self.service.gid)
        self.account.folder(self.credential_file.parent)
        self._make_spool()
        if external is not None:
            self._keep(external)
        else:
            kept = self.credential()["password"] if self._is_ours() else secrets.token_urlsafe(32)
            settings = self.settings(kept).settings
            self._keep({"url": settings.url, "user": settings.ari_user, "password": kept, "whose": "ours"})

    def _is_ours(self) -> bool:
        try:
            return self.credential().get("whose") == "ours"
        except (OSError, ValueError):
            return False

    def _keep(self, told: Mapping[str, str]) -> None:
        write_private(self.credential_file, json.dumps(dict(told)))

    def _make_spool(self) -> None:
        spool = self.spool
        try:
            spool.mkdir(mode=0o700)
        except FileExistsError:
            if spool.is_symlink() or spool.stat().st_uid != self.account.uid:
                raise Unavailable(f"{spool} is not ours.", next_step="Remove it, and start again.") from None
        self.account.folder(spool, mode=0o2770, group=self.service.gid)

    def tidy(self) -> None:
        """When all is stopped: a spool in memory is given back, unless somebody's voice still waits in it."""
        if self.spool.parent != SHARED_MEMORY:
            return
        for folder in (self.spool / "recording", self.spool / "monitor", self.spool):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def check(self) -> None:
        """Can it start? Raises: Unavailable or BadInput, with what to do."""
        settings = self.settings().settings
        if self.program is None:
            return
        if not self.program.is_whole:
            raise Unavailable(
                f"There is no Asterisk in {self.program.root}.",
                next_step="./ahize asterisk install brings one; or name yours: ./ahize up --asterisk http://HOST:8088",
            )
        if not can_reach(self.account, self.program.root):
            raise Unavailable(
                f"The user {self.account.name} cannot enter {self.program.root}.",
                next_step="Set AHIZE_HOME to a folder that it can enter, such as /var/lib/ahize.",
            )
        if settings.tls is not None:
            for file in (settings.tls.certificate, settings.tls.key):
                if not file.exists() or not can_reach(self.account, file):
                    raise BadInput(
                        f"{self.settings_file}: {file} cannot be read by the user {self.account.name}.",
                        next_step=f"chgrp {self.account.name} {file} && chmod 640 {file}",
                    )
        for what, address, port, kind in ports(settings):
            _check_free(what, address, port, kind, self.settings_file)

    # ── what both processes are told ──────────────────────────────────────────────────────────────────────

    def parts(self, told: Told) -> list[Part]:
        """Asterisk (where it is ours) and gated, in the order in which they start."""
        credential = self.credential()
        made: list[Part] = []
        beside: dict[str, str] = {}
        if self.program is not None:
            settings = replace(self.settings(credential["password"]).settings, interfaces=interfaces())
            places = furnish(settings, spool_mode=0o2770)
            home = {"PATH": "/usr/bin:/bin", "HOME": str(places.state), "LANG": "C.UTF-8"}
            beside = {
                "AHIZE_ASTERISK_LOG": str(places.log / "messages.log"),
                "AHIZE_STIR_KEYS": str(keys_folder(places)),
                "AHIZE_MEDIA_ADDRESS": settings.media_address,
            }
            made.append(Part("asterisk", self.program.command(places.etc, "-f"), home))
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "HOME": str(self.path),
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
            "PYTHONUNBUFFERED": "1",
            "PYTHONSAFEPATH": "1",
            "AHIZE_HOME": str(self.path),
            "AHIZE_WORLD": told.world,
            "AHIZE_CLOCK_OFFSET_S": repr(told.clock_offset_s),
            "AHIZE_PERMIT_PUBLIC_KEY": told.public_key,
            "AHIZE_ARI_URL": credential["url"],
            "AHIZE_ARI_USER": credential["user"],
            "AHIZE_ARI_PASSWORD": credential["password"],
            "AHIZE_VOICE": told.voice,
            "AHIZE_RECOGNISER": told.recogniser,
            "AHIZE_HEARS_ON": told.hears_on,
            "AHIZE_RECORDING_LOCK": told.recording_lock,
            **beside,
            **self._meeting_places(),
        }
        made.append(Part("gated", python("ahize.run.gated"), environment))
        return [part for part in made if part.name not in told.without]

    def _meeting_places(self) -> dict[str, str]:
        own = os.environ.get("AHIZE_RECORDINGS_SPOOL")  # of an Asterisk elsewhere, shared with this machine
        spool = own if own and self.program is None else str(self.spool / "recording")
        return {
            "AHIZE_GATE_SOCKET": str(self.socket),
            "AHIZE_SOUNDS": str(self.sounds),
            "AHIZE_RECORDINGS": str(self.recordings),
            "AHIZE_RECORDINGS_SPOOL": spool,
        }

    def environment(self) -> dict[str, str]:
        """What web, worker and dialerd are told of the line: where to meet, nothing secret."""
        read = self.settings()
        settings = read.settings
        sip = settings.sip_udp or settings.sip_tcp or settings.sip_tls
        host = settings.host or in_url(settings.bind)
        return {
            "AHIZE_TELEPHONE_LINE": "true",
            "AHIZE_PHONES": "true",
            "AHIZE_PHONE_WS": read.phone_ws,
            "AHIZE_PHONE_SIP": f"{host}:{sip}",
            **self._meeting_places(),
        }


def write_line(home: Home, gate: GateRoom) -> None:
    """For doctor and other commands: which line this room has while it runs; nothing secret."""
    url = "" if gate.program else "elsewhere"
    told = {"program": str(gate.program.root) if gate.program else "", "url": url, "apart": gate.is_apart}
    write_private(home.run / "line.json", json.dumps(told))


def gate_room(home: Home, service: Account, asterisk: str) -> tuple[GateRoom, dict[str, str] | None]:
    """The gate's room for ``--asterisk``, and the credential of the user's own Asterisk where one is named.

    Args:
        asterisk: empty for the installed one, else the address of ARI.
    """
    if not asterisk:
        return GateRoom(home.path, gate_account(service), service, installed()), None
    room = GateRoom(home.path, gate_account(service), service, None)
    return room, {"url": checked_url(asterisk), **_credential_from_user(), "whose": "the user's"}


def _credential_from_user() -> dict[str, str]:
    """From AHIZE_ARI_USER and AHIZE_ARI_PASSWORD, or AHIZE_ARI_PASSWORD_FILE."""
    user = os.environ.get("AHIZE_ARI_USER", "ahize")
    file = os.environ.get("AHIZE_ARI_PASSWORD_FILE")
    if file:
        path = Path(file)
        try:
            if path.stat().st_mode & 0o077:
                raise BadInput(f"Others may read {path}.", next_step=f"chmod 600 {path}")
            return {"user": user, "password": path.read_text().strip()}
        except OSError as failed:
            raise BadInput(
                f"{path} cannot be read: {failed.strerror}.", next_step="Correct AHIZE_ARI_PASSWORD_FILE."
            ) from None
    password = os.environ.get("AHIZE_ARI_PASSWORD", "")
    if not password:
        raise BadInput(
            "The password of your Asterisk's ARI user was not given.",
            next_step="Write it into a file (chmod 600) named by AHIZE_ARI_PASSWORD_FILE, or set AHIZE_ARI_PASSWORD;"
            " the user is AHIZE_ARI_USER (default: ahize).",
        )
    return {"user": user, "password": password}


Port = tuple[str, str, int, socket.SocketKind]


def ports(settings: Settings) -> list[Port]:
    """What it listens on, but for sound: name, address, port, kind."""
    asked: list[tuple[str, str, int | None, socket.SocketKind]] = [
        ("ari_port", settings.http_bind, settings.ari_port, socket.SOCK_STREAM),
        ("sip_udp", settings.bind, settings.sip_udp, socket.SOCK_DGRAM),
        ("sip_tcp", settings.bind, settings.sip_tcp, socket.SOCK_STREAM),
        ("sip_tls", settings.bind, settings.sip_tls, socket.SOCK_STREAM),
    ]
    return [(what, address, port, kind) for what, address, port, kind in asked if port is not None]


def is_free(address: str, port: int, kind: socket.SocketKind) -> str:
    """Empty where that port can be listened on, else why not."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as refused:
            return "taken" if refused.errno == errno.EADDRINUSE else (refused.strerror or str(refused)).lower()
    return ""


def _check_free(what: str, address: str, port: int, kind: socket.SocketKind, file: Path) -> None:
    if why := is_free(address, port, kind):
        raise Unavailable(
            f"Asterisk cannot listen on port {port} of {address}: {why}.",
            next_step=f"End what uses it, or set another {what} in {file}.",
        )
