"""Who runs what: the service user that keeps data and listens, and how root steps down to it.

Nothing of Ahize that listens or keeps data runs as root. An ordinary user is its own service user. Root gets a locked
system user (``ahize``), becomes it for everything that lives on, and never widens a folder that is not its own.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from ahize.kernel.errors import Unavailable

SERVICE_USER = "ahize"
GATE_USER = "ahize-gate"
"""Alone holds what can make a telephone ring: neither the web process nor dialerd can read its files."""
_PR_SET_PDEATHSIG, _PR_GET_PDEATHSIG = 1, 2  # prctl(2)


@dataclass(frozen=True, slots=True)
class Account:
    """An operating-system user; ``groups`` are those it is in besides its own."""

    name: str
    uid: int
    gid: int
    groups: tuple[int, ...] = ()

    @property
    def is_me(self) -> bool:
        return self.uid == os.geteuid()

    def own(self, path: Path) -> None:
        """Give one file or folder to this user; nothing to do where it is ours already."""
        if not self.is_me:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def own_tree(self, path: Path) -> None:
        """Give a folder and all below it to this user. Links are not followed."""
        if self.is_me:
            return
        self.own(path)
        for parent, folders, files in os.walk(path):
            for name in (*folders, *files):
                self.own(Path(parent, name))

    def folder(self, path: Path, *, mode: int = 0o700, group: int | None = None) -> Path:
        """Make a folder of this user; its mode is set also where it stands already.

        Args:
            group: who else may enter, where ``mode`` lets a group in.
        """
        path.mkdir(parents=True, exist_ok=True)
        self.own(path)
        if group is not None:
            os.chown(path, -1, group, follow_symlinks=False)
        path.chmod(mode)
        return path

    def become(self, *, home: Path) -> None:
        """Step down to this user for good. Only root can; for anybody else it must be who they are already."""
        if not self.is_me:
            # The kernel forgets “tell me when my parent dies” with a change of user; who started us may count on it.
            libc, asked = ctypes.CDLL(None), ctypes.c_int()
            libc.prctl(_PR_GET_PDEATHSIG, ctypes.byref(asked))
            os.setgroups([])
            os.setgid(self.gid)
            os.setuid(self.uid)
            libc.prctl(_PR_SET_PDEATHSIG, asked.value)
        os.environ.update(HOME=str(home), USER=self.name, LOGNAME=self.name)


def service_account() -> Account:
    """The user that listens and keeps data: myself, or for root the system user ``ahize``, made where it is missing."""
    return _system_account(SERVICE_USER) if os.geteuid() == 0 else _myself()


def gate_account(service: Account) -> Account:
    """The user of the gate and its switch: for root a second system user, in the service user's group; else myself."""
    if os.geteuid() != 0:
        return service
    return replace(_system_account(GATE_USER), groups=(service.gid,))


def _myself() -> Account:
    uid = os.geteuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:  # a container started with a bare number
        name = str(uid)
    return Account(name, uid, os.getegid())


def _system_account(name: str) -> Account:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        _add_system_user(name)
        entry = pwd.getpwnam(name)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _add_system_user(name: str) -> None:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    command += ["--shell", "/usr/sbin/nologin", name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Unavailable(
            f"The user “{name}” is missing and this system has no useradd to make it.",
            next_step=f"Add a system user named {name}, or start ./ahize as an ordinary user.",
        ) from None
    # 9: another start made it in the same moment.
    if done.returncode not in (0, 9):
        raise Unavailable(
            f"The user “{name}” could not be added: {done.stderr.strip()}",
            next_step=f"Add a system user named {name}, or start ./ahize as an ordinary user.",
        )


def can_reach(account: Account, path: Path) -> bool:
    """May this user read the file or enter the folder, and pass every folder above it?

    Judged by the mode bits, which is what an installation can promise; access lists can only add to them.
    """
    real = path.resolve()
    for place in (real, *real.parents):
        found = place.stat()
        in_group = found.st_gid in (account.gid, *account.groups)
        shift = 6 if found.st_uid == account.uid else 3 if in_group else 0
        bits = (found.st_mode >> shift) & 0o7
        needed = 0o1 if place != real else 0o5 if stat.S_ISDIR(found.st_mode) else 0o4
        if bits & needed != needed:
            return False
    return True
