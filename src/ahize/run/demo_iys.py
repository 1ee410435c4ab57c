"""The made-up İYS of a room: its account as the house writes it down, and what it knows.

The house finds it as it would the real one: by ``secrets/iys.json``, whose ``url`` is this machine's
(``demo_iys_door.py``). What is put up to it is kept in ``run/made-up-iys.jsonl``.
"""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from ahize.run.home import write_private
from ahize.sim.consent_registry import MadeUpIys

PROVIDER, BRAND = "731000", "731001"
"""The made-up seller's numbers at the made-up İYS."""
JOURNAL = "made-up-iys.jsonl"


def write_account(home: Path, tenant: UUID) -> None:
    """The house's account, as docs/how-to/do-not-call.md shows it; a new password and port at each start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    own = {"username": "demo", "password": secrets.token_urlsafe(18), "url": url}
    write_private(_file(home), json.dumps({str(tenant): own}, indent=1))


def begin_anew(home: Path) -> None:
    """Forget what an earlier house put up."""
    (home / "run" / JOURNAL).unlink(missing_ok=True)


def _file(home: Path) -> Path:
    return home / "secrets" / "iys.json"


def account(home: Path) -> dict[str, str] | None:
    """Who may ask, how, and where; None where the house has written nothing down."""
    try:
        (own,) = json.loads(_file(home).read_bytes()).values()
    except (OSError, ValueError):
        return None
    found: dict[str, str] = own
    return found


def made_up_iys(home: Path, *, seed: int, clock: Callable[[], datetime]) -> MadeUpIys | None:
    """The registry with all that was put up to it; None where the house has no account."""
    own, file = account(home), home / "run" / JOURNAL
    if own is None:
        return None
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def keep(record: dict[str, Any]) -> None:
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(record, ensure_ascii=False) + "\n")

    return MadeUpIys(seed, own["password"], clock, [json.loads(line) for line in lines], keep)
