"""The keys with which calls are signed (STIR/SHAKEN), as files: Asterisk takes them in no other way.

They lie in a folder that only the gate's user reads, which is Asterisk's too, for as long as a trunk has them. Refuses
to know if a key is one; Asterisk says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from ahize.telephony.house import Trunk
from ahize.telephony.words import trunk_name


class Keys:
    """Those of one switch.

    Args:
        folder: 0700, of the gate's user.
        own: gives a file to Asterisk's user, where that is another.
    """

    def __init__(self, folder: Path, *, own: Callable[[Path], None] = lambda _path: None) -> None:
        self._folder, self._own = folder, own

    def path(self, trunk: Trunk) -> str:
        """Where its key lies; another key lies elsewhere, so that Asterisk reads it."""
        if not trunk.stir_key:
            return ""
        return str(self._folder / f"{trunk_name(trunk.id)}-{sha256(trunk.stir_key.encode()).hexdigest()[:16]}.pem")

    def keep(self, trunks: Iterable[Trunk]) -> None:
        """These trunks' keys lie there, and no others."""
        wanted = {Path(self.path(trunk)): trunk.stir_key for trunk in trunks if trunk.stir_key}
        for path in set(self._folder.glob("*.pem")) - set(wanted):
            path.unlink(missing_ok=True)
        for path, key in wanted.items():
            with (
                suppress(FileExistsError),
                open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out,
            ):
                out.write(key)
                self._own(path)
