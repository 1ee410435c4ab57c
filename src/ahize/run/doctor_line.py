"""``./ahize doctor`` on the telephone line: does what stands behind the gate work, and what will stop it one day?

It looks and changes nothing, and rings nobody. Where no line was ever set up it says nothing: that is a need of
production, told there.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509

from ahize.kernel.errors import AhizeError
from ahize.run.account import service_account
from ahize.run.finding import Finding, State
from ahize.run.gate_room import GateRoom, installed
from ahize.run.home import Home
from ahize.run.room import running
from ahize.telephony.asterisk.check import NEWEST_KNOWN, Ari, differences, facts, version_of
from ahize.telephony.asterisk.modules import modules
from ahize.telephony.asterisk.program import Program
from ahize.telephony.asterisk.settings import SPOKEN, Settings, Tls
from ahize.telephony.recognisers import recognisers
from ahize.telephony.speaking import STOP_WORDS

ROOT_SERVER = "A.ROOT-SERVERS.NET"
"""Asterisk asks for it, to learn its own address, where the host's own name does not tell; on every call."""
_SLOW_S = 0.05
_NAME_WITHIN_S = 2.0
_CERTIFICATE_SOON = timedelta(days=21)


def line(now: datetime) -> Iterator[Finding]:
    """Findings about the line of ``./ahize up``."""
    home, service = Home.of("up"), service_account()
    # Looking makes no user: the gate's folder tells whose it is.
    gate = GateRoom(home.path, service, service, installed())
    if not gate.path.exists() and not installed().is_whole:
        return
    if installed().is_whole:
        yield _version(installed())
        yield _modules(installed())
    yield from _names()
    yield _voice()
    yield _words()
    if not gate.path.exists():
        return
    yield _users(gate)
    try:
        settings = gate.settings().settings
    except AhizeError as wrong:
        yield Finding("bad", "asterisk.toml", wrong.message, wrong.next_step)
        return
    if settings.tls is not None:
        yield _certificate(settings.tls, now)
    if running(home) is not None:
        yield from _switch(gate)
    elif installed().is_whole:
        yield _sound_ports(settings)


def _version(program: Program) -> Finding:
    known = ".".join(map(str, NEWEST_KNOWN))
    if version_of(program.version) < NEWEST_KNOWN:
        how = "./ahize asterisk install --update, when nobody is at work: older ones have known holes."
        return Finding("look", "Asterisk", f"{program.version}; the newest known to this release is {known}", how)
    return Finding("good", "Asterisk", f"{program.version}, in {program.root}")


def _modules(program: Program) -> Finding:
    wanted = modules(SPOKEN)
    if missing := program.missing(wanted):
        return Finding("bad", "modules", f"missing: {', '.join(missing)}", "./ahize asterisk install --update")
    return Finding("good", "modules", f"all {len(wanted)} are there")


def _names() -> Iterator[Finding]:
    own = socket.gethostname()
    asked = {name: lookup(name) for name in (own, ROOT_SERVER)}
    # What is not there is no harm where that is known at once; only our own name should be.
    odd = {name: told for name, told in asked.items() if told.took_s > _SLOW_S or (name == own and not told.found)}
    if not odd:
        yield Finding("good", "host names", f"{own} and {ROOT_SERVER} are told at once")
        return
    says = "; ".join(
        f"{name} {'is found' if told.found else 'is not found'} after {told.took_s:.1f} s" for name, told in odd.items()
    )
    state: State = "bad" if any(told.took_s > _SLOW_S for told in odd.values()) else "look"
    how = f"Add this line to /etc/hosts: 127.0.0.1 {' '.join(odd)}"
    yield Finding(state, "host names", f"{says}; a call may wait for that", how)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Of one name: was it found, and how long did the answer take (at most two seconds)?"""

    found: bool
    took_s: float


def lookup(name: str) -> Lookup:
    """Ask this machine's resolver, as Asterisk would."""
    begun = time.monotonic()
    answers: list[Lookup] = []

    def ask() -> None:
        try:
            socket.getaddrinfo(name, None)
            found = True
        except OSError:
            found = False
        answers.append(Lookup(found, time.monotonic() - begun))

    asking = threading.Thread(target=ask, daemon=True)  # a resolver cannot be told to hurry
    asking.start()
    asking.join(_NAME_WITHIN_S)
    return answers[0] if answers else Lookup(False, _NAME_WITHIN_S)


def _voice() -> Finding:
    if shutil.which("espeak-ng") is None and not os.environ.get("AHIZE_VOICE"):
        how = "apt-get install espeak-ng, or name another program in AHIZE_VOICE."
        return Finding("bad", "voice", "there is none: the message that the law asks for cannot be spoken", how)
    return Finding("good", "voice", os.environ.get("AHIZE_VOICE") or "espeak-ng")


def _words() -> Finding:
    """Who understands an opt-out that is said; keys work without anybody."""
    told = os.environ.get("AHIZE_RECOGNISER", "")
    try:
        ears = recognisers(told)
    except AhizeError as why:
        return Finding("bad", "words", why.message, why.next_step)
    known = [language for language in STOP_WORDS if any(one.understands(language) for one in ears)]
    if not known:
        how = "Name a program in AHIZE_RECOGNISER (docs/reference/flows.md), or leave it: keys opt out."
        return Finding("look", "words", "nobody understands an opt-out that is said", how)
    return Finding("good", "words", f"an opt-out that is said is understood in: {', '.join(known)}")


def _users(gate: GateRoom) -> Finding:
    if gate.path.stat().st_uid == gate.sounds.stat().st_uid:
        return Finding(
            "look",
            "gate's user",
            "web, dialerd and the gate are one user: whoever breaks into one of them can make telephones ring",
            "Start ./ahize as root, which gives the gate a user of its own and keeps nothing running as root.",
        )
    return Finding("good", "gate's user", "its own: nobody else can read the password that makes telephones ring")


def _certificate(tls: Tls, now: datetime) -> Finding:
    try:
        ends = x509.load_pem_x509_certificate(tls.certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as failed:
        how = "It must be PEM, the server's own certificate first."
        return Finding("bad", "certificate", f"{tls.certificate} cannot be read: {failed}", how)
    days = (ends - now).days
    if ends <= now:
        says, state = f"ended on {ends:%d %B %Y}: SIP over TLS is refused", "bad"
    elif ends - now < _CERTIFICATE_SOON:
        says, state = f"ends in {days} days, on {ends:%d %B %Y}", "look"
    else:
        return Finding("good", "certificate", f"valid until {ends:%d %B %Y}")
    made: State = "bad" if state == "bad" else "look"
    return Finding(made, "certificate", says, f"Renew {tls.certificate}, and restart ./ahize up.")


def _sound_ports(settings: Settings) -> Finding:
    first, until = settings.rtp
    taken = [port for port in range(first, until, 2) if not _can_bind(settings.bind, port)]
    legs = (until - first) // 2
    where = f"{first} to {until - 1} (UDP) on {settings.bind}"
    if len(taken) * 10 > legs:
        how = "Set another rtp in asterisk.toml, or end what holds them; a call without a port is silent."
        return Finding("bad", "ports of sound", f"{len(taken)} of {legs} cannot be used of {where}", how)
    others = "" if settings.bind.startswith("127.") else "; your firewall must let them in"
    return Finding("good", "ports of sound", f"{where}, for {settings.calls_max} calls{others}")


def _can_bind(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def _switch(gate: GateRoom) -> Iterator[Finding]:
    """The one that runs, asked over ARI where we may know the password."""
    try:
        told = gate.credential()
    except PermissionError:
        yield Finding("look", "switch", "only root and the gate may ask it", "sudo ./ahize doctor")
        return
    except (OSError, ValueError):
        return
    try:
        found = facts(Ari(told["url"], told["user"], told["password"]))
    except AhizeError as away:
        yield Finding("bad", "switch", away.message, away.next_step)
        return
    remarks = differences(found)
    for remark in remarks:
        yield Finding("bad" if remark.grave else "look", "switch", remark.says, remark.how)
    if not remarks:
        yield Finding("good", "switch", f"{told['url']} answers, with our dialplan")
