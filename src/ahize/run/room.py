"""A room that is open: its database answers, its keys are read, and it can tell each process what it needs to know.

``launcher.py`` opens a room to run it; the other commands enter one for a moment, whether it runs or not.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ahize.kernel.errors import Conflict, Unavailable
from ahize.run import database, keys
from ahize.run.account import Account, service_account
from ahize.run.children import started_at
from ahize.run.home import ROOMS, Home
from ahize.run.keeper import Keeper
from ahize.run.keys import Keys

Process = Literal["web", "worker", "dialerd", "owner"]
DATABASES: Mapping[str, str] = {"up": database.DATABASE, "demo": f"{database.DATABASE}_demo"}
SERVER = "AHIZE_DATABASE_URL"

# Each process is told the ways in that its work needs, and no others.
CODE_SENDER = "AHIZE_CODE_SENDER"
"""The one setting of the user's that web and worker are handed as it is: who carries codes to called people."""

_WAYS_IN: Mapping[str, tuple[str, ...]] = {
    "web": ("WEB",),
    "worker": ("WORKER",),
    "dialerd": ("DIALERD", "CLEARANCE"),
    "owner": ("OWNER",),
}


@dataclass(frozen=True, slots=True)
class Running:
    """The launcher that runs a room, as it wrote of itself."""

    pid: int
    started_at: int
    url: str
    clock_offset_s: float
    external: bool
    """Whether PostgreSQL is the user's own (AHIZE_DATABASE_URL)."""

    @property
    def is_alive(self) -> bool:
        return started_at(self.pid) == self.started_at


def running(home: Home) -> Running | None:
    """Who runs this room now; None where nobody does."""
    try:
        found = Running(**json.loads((home.run / "launcher.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    return found if found.is_alive else None


@dataclass(frozen=True, slots=True)
class Room:
    """A room whose database answers."""

    home: Home
    account: Account
    keys: Keys
    admin_url: str

    @property
    def database(self) -> str:
        return DATABASES[self.home.name]

    def urls(self) -> dict[str, str]:
        """All five ways in."""
        return database.environment(self.admin_url, self.keys.roles, database=self.database)

    def environment(
        self, process: Process, *, url: str, clock_offset_s: float, ui: Path | None = None
    ) -> dict[str, str]:
        """Everything that a process of this room is told, and nothing of the user's own Python or PostgreSQL."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AHIZE_", "PYTHON", "PG", "DJANGO_")) or name == "AHIZE_CLONE"
        }
        ways = {f"{SERVER}_{end}": self.urls()[f"{SERVER}_{end}"] for end in _WAYS_IN[process]}
        made_up = self.home.name == "demo"
        told = {
            "AHIZE_HOME": str(self.home.path),
            "AHIZE_PROCESS": process,
            "AHIZE_URL": url,
            "AHIZE_ORIGINS": _origins(url),
            "AHIZE_CLOCK_OFFSET_S": repr(clock_offset_s),
            "AHIZE_WORLD": "made_up" if made_up else "real",
            "AHIZE_TELEPHONE_LINE": "true" if made_up else "false",
            "DJANGO_SETTINGS_MODULE": "ahize.web.settings",
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),  # where this process found us
            "PYTHONUNBUFFERED": "1",
            "PYTHONSAFEPATH": "1",
        }
        if process in ("web", "worker"):  # the worker keeps heads outside, the web reads them back
            told |= {name: value for name, value in os.environ.items() if name.startswith("AHIZE_PROOF_FOLDER")}
        if process in ("web", "worker") and CODE_SENDER in os.environ:
            told[CODE_SENDER] = os.environ[
                CODE_SENDER
            ]  # the web says whether codes are brought, the worker brings them
        if ui is not None:
            told["AHIZE_UI_DIST"] = str(ui)
        return (
            kept
            | ways
            | told
            | self.keys.environment(
                clearance=process == "dialerd", proof=process == "worker", numbers=process in ("dialerd", "worker")
            )
        )

    def without_database(self, environment: Mapping[str, str]) -> dict[str, str]:
        """The same, for a process that has no door but the network's: no way in, no secret key."""
        hidden = (
            "AHIZE_DATABASE_URL",
            "AHIZE_SECRET_KEY",
            "AHIZE_FIELD_KEY",
            "AHIZE_RECORDING_KEY",
            "AHIZE_PROOF_",
            "DJANGO_",
            "AHIZE_PROCESS",
        )
        return {name: value for name, value in environment.items() if not name.startswith(hidden)}


def _origins(url: str) -> str:
    """Where browsers find us; a loopback address also under its name."""
    return f"{url},{url.replace('127.0.0.1', 'localhost')}" if "127.0.0.1" in url else url


@contextlib.contextmanager
def opened(home: Home, account: Account) -> Iterator[tuple[Room, Keeper | None]]:
    """Open a room: its keys, and its PostgreSQL (or the server of AHIZE_DATABASE_URL), which stops at the end.

    The caller holds the room's lock.
    """
    drawn = keys.read_or_draw(home.secrets, account)
    server = os.environ.get(SERVER)
    elsewhere = home.run / "database-is-elsewhere"
    if server:
        elsewhere.touch()
        account.own(elsewhere)
    elif elsewhere.exists():  # an empty server of ours would look like the loss of everything
        raise Unavailable(
            f"The data of {home.path} are on a PostgreSQL of your own.",
            next_step=f"Set {SERVER} as before; to begin anew here, remove {elsewhere}.",
        )
    keeper = None if server else Keeper.of(home, account, password=drawn.superuser)
    if keeper is not None:
        keeper.start()
    try:
        yield Room(home, account, drawn, server or (keeper.admin_url if keeper else "")), keeper
    finally:
        if keeper is not None:
            keeper.stop()


@contextlib.contextmanager
def entered(process: Process, *, room: str | None = None) -> Iterator[Room]:
    """Enter a room for the length of one command, and become that process: environment set, Django set up.

    Where the room runs, its database is used; where it does not, PostgreSQL is started for this command alone.

    Args:
        room: ``up`` or ``demo``; None for the one that runs, else the one that has something in it.
    """
    home = chosen(room)
    account = service_account()
    with contextlib.ExitStack() as stack:
        runner = running(home)
        if runner is not None:
            held = keys.read(home.secrets)
            if runner.external and not os.environ.get(SERVER):
                raise Unavailable(
                    f"{home.path} runs on a PostgreSQL of your own.", next_step=f"Set {SERVER} as when it was started."
                )
            server = os.environ.get(SERVER) or Keeper.of(home, account, password=held.superuser).admin_url
            found = Room(home, account, held, server)
        else:
            stack.enter_context(locked(home, account))
            found, _ = stack.enter_context(opened(home, account))
            database.prepare(found.admin_url, found.keys.roles, database=found.database)
        url, offset = (runner.url, runner.clock_offset_s) if runner else ("http://127.0.0.1:8740", 0.0)
        before = dict(os.environ)
        os.environ.update(found.environment(process, url=url, clock_offset_s=offset))
        try:
            yield found
        finally:
            os.environ.clear()
            os.environ.update(before)
            if os.geteuid() == 0:
                account.own_tree(home.files)


def chosen(room: str | None = None) -> Home:
    """The room a command means. Raises: Unavailable where nothing was ever started."""
    if room is not None:
        home = Home.of(room)
        if not home.exists:
            raise Unavailable(f"Nothing is kept in {home.path} yet.", next_step=f"Run ./ahize {room}.")
        return home
    homes = [Home.of(name) for name in ROOMS]
    found = [home for home in homes if running(home)] or [home for home in homes if home.exists]
    if not found:
        raise Unavailable(f"Nothing is kept in {homes[0].path} yet.", next_step="Run ./ahize up, or ./ahize demo.")
    return found[0]


@contextlib.contextmanager
def locked(home: Home, account: Account) -> Iterator[None]:
    """Nobody else runs, backs up or restores this room meanwhile. The kernel lets go of it however we end."""

    path = home.run / "launcher.lock"
    with path.open("a") as held:
        account.own(path)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = running(home)
            where = f" (process {other.pid}, {other.url})" if other else ""
            raise Conflict(
                f"Ahize is already running in {home.path}{where}.",
                next_step="Run ./ahize stop first, or set AHIZE_HOME to another folder.",
            ) from None
        yield


def write_running(home: Home, url: str, clock_offset_s: float, *, external: bool) -> None:
    """This process says that it runs the room."""
    mine: dict[str, Any] = {
        "pid": os.getpid(),
        "started_at": started_at(os.getpid()),
        "url": url,
        "clock_offset_s": clock_offset_s,
        "external": external,
    }
    new = home.run / "launcher.json.new"
    new.write_text(json.dumps(mine))
    new.rename(home.run / "launcher.json")


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours, found where this process found it."""
    return [sys.executable, "-P", "-m", module, *arguments]
