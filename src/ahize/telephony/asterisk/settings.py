"""What an Asterisk of ours must be told, checked before a file is written.

Answers “would it start with this, and open nothing that was not meant to be open?”. It refuses to know of trunks and
phones: those are pushed while it runs.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path

from ahize.kernel.errors import BadInput

CODECS = ("alaw", "g722", "gsm", "opus", "slin", "ulaw")
"""Those whose modules we load. Browsers speak opus, telephone networks ulaw (America, Japan) or alaw (elsewhere)."""
SPOKEN = ("ulaw", "alaw", "g722", "opus")
"""Unless told otherwise."""
RTP_PORTS_PER_LEG = 2
_RTP_PORTS_MIN = 16
_WORD = re.compile(r"[A-Za-z0-9._~-]+")
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_PASSWORD_MIN = 16
_UNSAFE_IN_A_PATH = re.compile(r"[;\x00-\x1f\x7f]|\s$|^\s")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a private Asterisk finds and puts things; all absolute.

    Attributes:
        etc: its configuration, written anew at each start.
        modules, data: of the unpacked packages; read only.
        state: its own small database, keys and the music we give it.
        spool: ``recording/`` and ``monitor/`` lie below it: sound that nobody has encrypted yet.
        run: its control socket; whoever can open that can do everything.
        log: ``messages.log``.
    """

    etc: Path
    modules: Path
    data: Path
    state: Path
    spool: Path
    run: Path
    log: Path


@dataclass(frozen=True, slots=True)
class Tls:
    """A certificate with its chain, and its key, both PEM, readable by Asterisk's user."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Settings:
    """The fixed part of an Asterisk.

    Attributes:
        ari_password: at least 16 characters, none of which means anything to Asterisk.
        ari_port: of its HTTP server: ARI, and the WebSocket of phones in browsers (``/ws``).
        folders: None for an Asterisk of the user's own, which knows its places.
        http_bind: loopback unless a firewall stands before it: ARI is behind the same door.
        bind: where SIP and sound are listened for.
        sip_udp, sip_tcp, sip_tls: ports; None closes one. TLS needs ``tls``.
        rtp: ports of sound, ``[first, until)``; a call takes two for each of its legs.
        codecs: what may be spoken at all; a trunk chooses among them.
        host: name or address by which other machines find this one, if it differs from ``bind`` (NAT).
        local_networks: who needs no ``host``, as CIDR.
        interfaces: other addresses of this machine (``machine.py``). A browser would be told those, and never
            ``127.0.0.1``, so where only that is listened on it is told it in their stead.
    """

    ari_password: str = field(repr=False)
    ari_user: str = "ahize"
    ari_port: int = 8088
    folders: Folders | None = None
    http_bind: str = "127.0.0.1"
    bind: str = "127.0.0.1"
    sip_udp: int | None = 5060
    sip_tcp: int | None = None
    sip_tls: int | None = None
    tls: Tls | None = None
    rtp: tuple[int, int] = (10_000, 12_000)
    codecs: tuple[str, ...] = SPOKEN
    host: str = ""
    local_networks: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _word("ARI user", self.ari_user)
        _word("ARI password", self.ari_password, shown=False)
        if len(self.ari_password) < _PASSWORD_MIN:
            raise BadInput(
                f"The ARI password has {len(self.ari_password)} characters; it needs at least {_PASSWORD_MIN}.",
                next_step="Leave it unset: Ahize draws one.",
            )
        for what, address in (("HTTP", self.http_bind), ("SIP", self.bind)):
            _address(what, address)
        _ports(self)
        _rtp(*self.rtp)
        _codecs(self.codecs)
        if self.host and not _NAME.fullmatch(self.host):
            raise BadInput(
                f"“{self.host[:80]}” is no host name or address of this machine.",
                next_step="Give the name or IPv4 address that carriers and phones reach, such as sip.example.com.",
            )
        for address in self.interfaces:
            _address("an interface", address)
        for network in self.local_networks:
            _network(network)
        if self.folders is not None:
            for name in Folders.__slots__:
                _path(f"folder {name}", getattr(self.folders, name))
        if (self.sip_tls is None) != (self.tls is None):
            raise BadInput(
                "SIP over TLS needs a port, a certificate and its key; one of them is missing.",
                next_step="Give all three, or none.",
            )
        if self.tls is not None:
            _path("certificate", self.tls.certificate)
            _path("key of the certificate", self.tls.key)

    @property
    def url(self) -> str:
        """Where the gate finds ARI."""
        return f"http://{in_url(self.http_bind)}:{self.ari_port}"

    @property
    def media_address(self) -> str:
        """The only address where sound is listened for; empty where that is every one."""
        return "" if ipaddress.ip_address(self.bind).is_unspecified else self.bind

    @property
    def phone_ws(self) -> str:
        """Where a browser's phone on this machine registers."""
        return f"ws://{in_url(self.http_bind)}:{self.ari_port}/ws"

    @property
    def calls_max(self) -> int:
        """How many calls of two legs its ports of sound carry at once."""
        first, until = self.rtp
        return (until - first) // (2 * RTP_PORTS_PER_LEG)


def in_url(address: str) -> str:
    """An address as it stands in a URL; what listens everywhere is reached on this machine."""
    there = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104  compared, not bound
    return f"[{there}]" if ":" in there else there


def _word(what: str, given: str, *, shown: bool = True) -> None:
    if not _WORD.fullmatch(given):
        raise BadInput(
            f"The {what}{f' “{given[:40]}”' if shown else ''} has characters that a configuration file would misread.",
            next_step="Use letters, digits and . _ ~ - only.",
        )


def _address(what: str, given: str) -> None:
    try:
        ipaddress.ip_address(given)
    except ValueError:
        raise BadInput(
            f"“{given[:80]}” is no address that {what} could listen on.",
            next_step="Give an IPv4 or IPv6 address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them.",
        ) from None


def _network(given: str) -> None:
    try:
        ipaddress.ip_network(given)
    except ValueError:
        raise BadInput(
            f"“{given[:80]}” is no network.", next_step="Write it with its length, such as 192.168.0.0/16."
        ) from None


def _ports(settings: Settings) -> None:
    named = {
        "ARI": settings.ari_port,
        "SIP over UDP": settings.sip_udp,
        "SIP over TCP": settings.sip_tcp,
        "SIP over TLS": settings.sip_tls,
    }
    for what, port in named.items():
        if port is not None and not 1 <= port <= 65535:
            raise BadInput(f"{port} is no port for {what}; it lies between 1 and 65535.")
    taken: dict[int, str] = {}
    for what, port in named.items():
        if port is None or what == "SIP over UDP":
            continue
        if port in taken:
            raise BadInput(
                f"{what} and {taken[port]} were both given port {port}.", next_step="Give each a port of its own."
            )
        taken[port] = what
    first, until = settings.rtp
    if settings.sip_udp is not None and first <= settings.sip_udp < until:
        raise BadInput(
            f"Port {settings.sip_udp} of SIP lies within the ports of sound ({first} to {until - 1}).",
            next_step="Move one of them.",
        )
    if settings.sip_udp is settings.sip_tcp is settings.sip_tls is None:
        raise BadInput("Neither UDP, TCP nor TLS was given a SIP port.", next_step="Give at least one of them.")


def _rtp(first: int, until: int) -> None:
    if not (1024 <= first < until <= 65536 and until - first >= _RTP_PORTS_MIN and first % 2 == 0):
        raise BadInput(
            f"{first} to {until - 1} cannot carry sound: an even first port from 1024 on is needed, and at least"
            f" {_RTP_PORTS_MIN} ports.",
            next_step="10000 to 11999 carries 500 calls.",
        )


def _codecs(given: tuple[str, ...]) -> None:
    unknown = [codec for codec in given if codec not in CODECS]
    if unknown or not given:
        what = f"“{unknown[0][:40]}” is no codec that Ahize loads" if unknown else "No codec was given"
        raise BadInput(f"{what}; there are {', '.join(CODECS)}.", next_step="ulaw,alaw,g722,opus suits most.")


def _path(what: str, given: Path) -> None:
    if not given.is_absolute() or _UNSAFE_IN_A_PATH.search(str(given)):
        raise BadInput(
            f"The {what} {str(given)[:120]!r} cannot stand in a configuration file of Asterisk.",
            next_step="Give an absolute path without semicolons and control characters.",
        )
