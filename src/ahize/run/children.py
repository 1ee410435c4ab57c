"""How a process of ours is born, and how it dies with its parent.

Each child leads its own process group, so that one signal reaches all it has started, and the kernel tells it when the
launcher is gone, however that came about (Linux: PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from ahize.run.account import Account

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def spawn(
    command: Sequence[str | os.PathLike[str]],
    *,
    account: Account,
    log: IO[bytes] | int | None,
    env: Mapping[str, str],
    cwd: Path,
    death_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child of this process.

    Args:
        account: whom it runs as; root may name anybody, others only themselves.
        log: where its output and complaints go; None for the parent's own.
        death_signal: what it gets when this process dies. Call from the main thread: the kernel watches that thread.
    """
    options: dict[str, object] = {}
    if not account.is_me:
        options = {"user": account.uid, "group": account.gid, "extra_groups": account.groups}
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]  # the options are the same for all overloads
        [os.fspath(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT if log is not None else None,
        env=dict(env),
        cwd=cwd,
        start_new_session=True,
        preexec_fn=die_with_parent(death_signal),  # noqa: PLW1509  the launcher has no threads
        **options,
    )


def die_with_parent(death_signal: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """For ``preexec_fn``: the child begins with no signal blocked and gets ``death_signal`` when this process dies."""
    parent = os.getpid()

    def in_child() -> None:
        # The launcher waits for its signals with all of them blocked; a child begins with none blocked.
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return in_child


def signal_group(leader: int, what: signal.Signals) -> None:
    """Signal a child and all it has started; nothing happens where they are gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, what)


def group_is_alive(leader: int) -> bool:
    """Is anybody of that process group left (also where its leader is dead)?

    Zombies do not count: in a container nobody may ever come to bury them.
    """
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return any(
        facts[0] != "Z" and int(facts[2]) == leader
        for entry in os.scandir("/proc")
        if entry.name.isdecimal() and (facts := _facts(int(entry.name)))
    )


def _facts(pid: int) -> list[str]:
    """What the kernel says of a process, from its state on (proc(5), field 3); empty where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def started_at(pid: int) -> int | None:
    """When a process began, in the kernel's ticks since boot; with the number it names one process for ever."""
    facts = _facts(pid)
    return int(facts[19]) if facts and facts[0] != "Z" else None
