"""``./ahize doctor``: what is in order here, and what production still needs and how to get it.

It looks and changes nothing. A finding is *good*, *look* (works, but somebody should know) or *bad* (will not work, or
will lose data). What production needs is listed apart, since a demo on a laptop lacks it rightly.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path

import psycopg

from ahize.kernel.clock import SystemClock
from ahize.kernel.errors import AhizeError
from ahize.run import database, keys, screen
from ahize.run.account import service_account
from ahize.run.doctor_line import line
from ahize.run.finding import Finding, State
from ahize.run.gate_room import installed
from ahize.run.home import ROOMS, Home, base, clone
from ahize.run.keeper import Keeper
from ahize.run.room import DATABASES, SERVER, running

_MARKS: dict[State, str] = {"good": "✓", "look": "!", "bad": "✗", "need": "·"}
_CLOCK_UNSYNCHRONISED = 5  # adjtimex(2), TIME_ERROR
_DISK_LOOK_MB, _DISK_BAD_MB = 5_000, 500
_BACKUP_OLD = timedelta(days=1)
_PURGE_LATE = timedelta(days=2)
"""As the readiness list has it (``web/retention/purge.py``), which needs Django."""
LAST_PURGES = """
    SELECT t.name, coalesce(max(r.at), t.created_at) FROM tenants_tenant t
    LEFT JOIN retention_receipt r ON r.tenant_id = t.id GROUP BY t.id ORDER BY 2
"""


def main(arguments: Sequence[str]) -> int:
    """The exit code: 1 where something is bad."""
    parser = argparse.ArgumentParser(
        prog="./ahize doctor", description="What is in order, and what production still needs."
    )
    parser.add_argument("--json", action="store_true", help="one line a finding, for programs")
    given = parser.parse_args(arguments)
    now = SystemClock().now()
    found = [finding for look in (_machine, _environment, _rooms, line, _production) for finding in look(now)]
    if given.json:
        for finding in found:
            print(json.dumps(asdict(finding), ensure_ascii=False))
    else:
        _print(found)
    return 1 if any(finding.state == "bad" for finding in found) else 0


def _print(found: Sequence[Finding]) -> None:
    here = [finding for finding in found if finding.state != "need"]
    needed = [finding for finding in found if finding.state == "need"]
    for title, findings in (("Here", here), ("What production still needs", needed)):
        print(f"{title}\n")
        for finding in findings:
            print(f"  {_MARKS[finding.state]} {finding.what:<18} {finding.says}")
            if finding.how:
                print(f"    {'':<18} → {finding.how}")
        print()


def _machine(_now: datetime) -> Iterator[Finding]:
    home = base()
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free_mb = shutil.disk_usage(place).free // 1_000_000
    state: State = "bad" if free_mb < _DISK_BAD_MB else "look" if free_mb < _DISK_LOOK_MB else "good"
    yield Finding(state, "disk", f"{free_mb / 1000:.1f} GB free below {home}", "Make room." if state != "good" else "")
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    yield Finding("good" if memory_gb > 3 else "look", "memory", f"{memory_gb:.1f} GB, {os.cpu_count()} cores")
    yield _clock()


def _clock() -> Finding:
    try:
        told = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))  # all zero: only asks
    except (OSError, AttributeError):
        told = -1
    if told == _CLOCK_UNSYNCHRONISED:
        return Finding(
            "look",
            "clock",
            "nobody keeps this machine's clock right; calling hours are judged by it",
            "apt-get install systemd-timesyncd, or chrony; in a container the host keeps it.",
        )
    return Finding("good", "clock", "kept right by the system") if told >= 0 else Finding("look", "clock", "not known")


def _environment(now: datetime) -> Iterator[Finding]:
    yield Finding("good", "Python", f"{sys.version.split()[0]}, {sys.prefix}")
    lock, mark = clone() / "locks" / "run.txt", Path(sys.prefix) / "locked" / "run.txt"
    if mark.exists() and lock.exists() and mark.read_bytes() != lock.read_bytes():
        yield Finding("look", "packages", "not the locked ones", "Run ./ahize help: it installs what is locked.")
    else:
        yield Finding("good", "packages", "as locked" if mark.exists() else "not installed by ./ahize")
    tzdata = metadata.version("tzdata")
    old = int(tzdata.split(".")[0]) < now.year
    yield Finding(
        "look" if old else "good",
        "time zones",
        f"tzdata {tzdata}; phonenumbers {metadata.version('phonenumbers')}",
        "They decide whose evening it is: update this release." if old else "",
    )
    ui = clone() / "ui"
    stamp = ui / "dist" / ".built-from"
    if not stamp.exists() or stamp.read_text() != screen.digest(ui):
        yield Finding("look", "screens", "not built from the present sources", "The next ./ahize up builds them.")
    else:
        yield Finding("good", "screens", "built")


def _rooms(now: datetime) -> Iterator[Finding]:
    for home in map(Home.of, ROOMS):
        try:
            if home.exists:
                yield from _room(home, now)
            else:
                yield Finding("look", home.name, "nothing kept yet", f"./ahize {home.name}")
        except PermissionError:
            yield Finding(
                "look", home.name, f"{home.path} is not ours to look into", "Run as the user that started it."
            )


def _room(home: Home, now: datetime) -> Iterator[Finding]:
    other = running(home)
    yield Finding("good", home.name, f"runs at {other.url} (process {other.pid})" if other else "does not run")
    open_to_others = [path for path in home.secrets.iterdir() if path.stat().st_mode & 0o077]
    if open_to_others or home.secrets.stat().st_mode & 0o077:
        yield Finding("bad", "secrets", "others may read them", f"chmod -R go= {home.secrets}")
    else:
        yield Finding("good", "secrets", "readable by their owner only")
    server = os.environ.get(SERVER)
    if server or other:
        yield _postgres(home, server)
    else:
        yield Finding("good", "PostgreSQL", "starts with the room")
    if home.name == "up":
        yield _backup(home, now)
        if server or other:
            yield from _purged(home, server, now)


def _postgres(home: Home, server: str | None) -> Finding:
    try:
        with _database(home, server) as db:
            facts = [
                db.execute(f"SHOW {name}").fetchone()
                for name in ("server_version", "fsync", "synchronous_commit", "full_page_writes")
            ]
    except (psycopg.Error, AhizeError) as refused:
        said = str(refused).strip().splitlines()[-1]
        return Finding("bad", "PostgreSQL", f"does not answer: {said}", f"See {home.log / 'postgres.log'}.")
    version, *durable = (str(fact[0]) if fact else "" for fact in facts)
    if "off" in durable:
        return Finding("bad", "PostgreSQL", f"{version}, and may forget what it acknowledged", "Turn fsync on.")
    return Finding("good", "PostgreSQL", f"{version}, {'yours' if server else 'kept by us'}, durable")


def _database(home: Home, server: str | None) -> psycopg.Connection:
    held = keys.read(home.secrets)
    admin = server or Keeper.of(home, service_account(), password=held.superuser).admin_url
    return psycopg.connect(database.admin_of(admin, DATABASES[home.name]), connect_timeout=5)


def _purged(home: Home, server: str | None, now: datetime) -> Iterator[Finding]:
    """Houses in which no purge has ended lately; a database that does not answer was told already."""
    try:
        with _database(home, server) as db:
            rows = db.execute(LAST_PURGES).fetchall()
    except (psycopg.Error, AhizeError):
        return
    for name, at in rows:
        if now - at > _PURGE_LATE:
            yield Finding(
                "look",
                "purge",
                f"{name}: none has ended since {at:%Y-%m-%d}; what went beyond its term since then is still kept",
                "./ahize retention plan, then ./ahize retention purge; see whether the worker runs.",
            )


def _backup(home: Home, now: datetime) -> Finding:
    try:
        told = json.loads((home.run / "last-backup.json").read_bytes())
        age = now - datetime.fromisoformat(told["made_at"])
    except (OSError, ValueError, KeyError):
        return Finding("look", "backup", "none was ever made", "./ahize backup FILE, each night, to another machine")
    hours = age.total_seconds() / 3600
    state: State = "look" if age > _BACKUP_OLD else "good"
    how = "./ahize backup FILE, each night, to another machine" if state == "look" else ""
    return Finding(state, "backup", f"{hours:.0f} h old", how)


def _production(_now: datetime) -> Iterator[Finding]:
    """What a laptop may do without and a floor of agents may not."""
    needs: Sequence[tuple[str, str, str, Callable[[], bool]]] = (
        (
            "telephone line",
            "there is none: everything works but dialling, and the readiness list says so",
            "./ahize asterisk install, then ./ahize up --asterisk, and a trunk on its screen;"
            " docs/how-to/real-telephone.md.",
            lambda: installed().is_whole or (Home.of("up").path / "gate").exists(),
        ),
        (
            "PostgreSQL",
            "one server on one disk",
            f"A server with a standby and continuous archiving, named by {SERVER}; docs/how-to/production.md.",
            lambda: SERVER in os.environ,
        ),
        (
            "TLS and a name",
            "the web process speaks plain HTTP on this machine",
            "A proxy with a certificate before it, and ./ahize up --origin https://NAME. Browsers give a microphone"
            " only to TLS, or to this machine itself.",
            lambda: False,
        ),
        (
            "start at boot",
            "nothing starts ./ahize after a restart of this machine",
            "The systemd unit in docs/how-to/production.md.",
            lambda: any(Path("/etc/systemd/system").glob("ahize*.service")),
        ),
        (
            "backups elsewhere",
            "a backup on the same disk dies with it",
            "docs/how-to/back-up.md has the nightly line and the yearly drill.",
            lambda: False,
        ),
    )
    for what, says, how, met in needs:
        if not met():
            yield Finding("need", what, says, how)
