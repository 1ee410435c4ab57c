"""Keys and passwords of one room: drawn once, kept 0600, handed only to the processes that need them.

AHIZE_SECRET_KEY          Django's; all processes that set Django up
AHIZE_PERMIT_KEY          private half of the permit seal (base64 of 32 bytes): clearance alone, so dialerd alone
AHIZE_PERMIT_PUBLIC_KEY   public half: every gate
AHIZE_FIELD_KEY           seals secrets in the database, such as trunks' passwords; all processes that set Django up
AHIZE_PROOF_KEY           private half of what signs heads and bundles (base64 of 32 bytes): the worker alone
AHIZE_PROOF_PUBLIC_KEY    public half: all processes that set Django up
AHIZE_NUMBER_KEY          makes pseudonyms of erased numbers (base64 of 32 bytes): worker and dialerd, never the web
AHIZE_RECORDING_KEY       opens recordings (base64 of 32 bytes): web and worker; its public half seals them, at the gate

The password of the switch is not here: the gate keeps it among its own files (``gate_room.py``).
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ahize.kernel.envelopes import Key
from ahize.kernel.errors import Unavailable
from ahize.kernel.seals import Sealer
from ahize.run import database
from ahize.run.account import Account

_FILE = "keys.json"


@dataclass(frozen=True, slots=True)
class Keys:
    """Everything secret that a room needs.

    Attributes:
        superuser: password of our own cluster's superuser.
        roles: password by role of the database.
        django: Django's SECRET_KEY.
        permit: private Ed25519 key of permits, base64.
        field: 32 bytes, base64; empty in a room from before it was drawn, where it follows ``django``.
        recording: private X25519 key of recordings, base64.
        proof: private Ed25519 key of heads and bundles, base64; never the permits' key, for who lets dial shall not
            be able to vouch for it.
        next_proof: the one that takes its place, while every house is handed over; else empty.
        number: 32 bytes, base64, from which pseudonyms of erased numbers come.
    """

    superuser: str
    roles: dict[str, str]
    django: str
    permit: str
    field: str = ""
    recording: str = ""
    proof: str = ""
    number: str = ""
    next_proof: str = ""

    def environment(self, *, clearance: bool, proof: bool = False, numbers: bool | None = None) -> dict[str, str]:
        """Variables for a process; the private permit key only for the one that clears, that of proof for who signs.

        Args:
            numbers: whether it may make pseudonyms of numbers; whoever clears may.
        """
        public = Sealer.from_bytes(base64.b64decode(self.permit)).verifier().to_bytes()
        told = {
            "AHIZE_SECRET_KEY": self.django,
            "AHIZE_PERMIT_PUBLIC_KEY": base64.b64encode(public).decode(),
        }
        if self.field:
            told["AHIZE_FIELD_KEY"] = self.field
        if self.proof:
            shown = Sealer.from_bytes(base64.b64decode(self.proof)).verifier().to_bytes()
            told["AHIZE_PROOF_PUBLIC_KEY"] = base64.b64encode(shown).decode()
            told |= {"AHIZE_PROOF_KEY": self.proof} if proof else {}
        if self.number and (clearance if numbers is None else numbers):
            told["AHIZE_NUMBER_KEY"] = self.number
        return told | ({"AHIZE_PERMIT_KEY": self.permit} if clearance else {"AHIZE_RECORDING_KEY": self.recording})

    @property
    def recording_lock(self) -> str:
        """What seals recordings and cannot open them, base64."""
        return base64.b64encode(Key.from_bytes(base64.b64decode(self.recording)).lock().to_bytes()).decode()


def draw_proof() -> str:
    """A new key of heads and bundles."""
    return base64.b64encode(Sealer(Ed25519PrivateKey.generate()).to_bytes()).decode()


def draw() -> Keys:
    """New ones, kept nowhere."""
    return Keys(
        superuser=secrets.token_urlsafe(24),
        roles=database.draw_passwords(),
        django=secrets.token_urlsafe(48),
        permit=base64.b64encode(Sealer(Ed25519PrivateKey.generate()).to_bytes()).decode(),
        field=base64.b64encode(secrets.token_bytes(32)).decode(),
        recording=base64.b64encode(secrets.token_bytes(32)).decode(),
        proof=draw_proof(),
        number=base64.b64encode(secrets.token_bytes(32)).decode(),
    )


def read(folder: Path) -> Keys:
    """The keys of a room. Raises: Unavailable where there are none or the file is broken."""
    path = folder / _FILE
    try:
        return Keys(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        raise Unavailable(
            f"There are no keys in {folder}: nothing was started here yet.",
            next_step="Run ./ahize up, or ./ahize demo.",
        ) from None
    except PermissionError:
        raise Unavailable(
            f"{path} cannot be read by this user.", next_step="Run ./ahize as the user that started it."
        ) from None
    except (ValueError, TypeError):
        raise Unavailable(f"{path} is broken.", next_step="Restore it from a backup: ./ahize restore FILE.") from None


def keep(folder: Path, keys: Keys, account: Account) -> None:
    """Write them whole or not at all."""
    path, new = folder / _FILE, folder / (_FILE + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(asdict(keys), out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    account.own(new)
    new.rename(path)


def read_or_draw(folder: Path, account: Account) -> Keys:
    """The keys of a room, drawn now if it has none; in an older room, those that it has not yet."""
    if not (folder / _FILE).exists():
        keep(folder, draw(), account)
    found = read(folder)
    if not (found.recording and found.proof and found.number):
        fresh = draw()
        names = ("recording", "proof", "number")
        found = replace(found, **{name: getattr(found, name) or getattr(fresh, name) for name in names})
        keep(folder, found, account)
    return found
