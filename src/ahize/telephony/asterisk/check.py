"""Is the Asterisk that runs the one that Ahize needs? Asked over ARI, so it works on any machine.

Each difference is a sentence with what to do. It asks and changes nothing.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ahize.kernel.errors import BadInput, Unavailable
from ahize.telephony.asterisk.dialplan import DIALPLAN_HASH
from ahize.telephony.asterisk.modules import modules

OLDEST = (22, 5)
"""REST over the event WebSocket came with it."""
NEWEST_KNOWN = (22, 10, 1)
"""At the time of this release; older ones of the line have known holes."""
MAJOR = 22


@dataclass(frozen=True, slots=True)
class Remark:
    """Attributes:
    grave: it cannot work so; else it works, and somebody should know.
    """

    says: str
    how: str
    grave: bool = True


def checked_url(url: str) -> str:
    """An address of ARI as a person wrote it. Raises: BadInput."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise BadInput(
            f"“{url[:120]}” is no address of an Asterisk's HTTP server.",
            next_step="It looks like http://127.0.0.1:8088; user and password stand in AHIZE_ARI_USER and"
            " AHIZE_ARI_PASSWORD.",
        )
    return url.rstrip("/").removesuffix("/ari")


class Ari:
    """Questions to one Asterisk."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = checked_url(url)
        self._told = b64encode(f"{user}:{password}".encode()).decode()
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(self, path: str) -> Any:
        """The answer's JSON.

        Raises:
            Unavailable: nobody answers, the password is wrong, or it is no Asterisk.
            LookupError: it has no such thing.
        """
        headers = {"Authorization": f"Basic {self._told}"}
        asked = urllib.request.Request(f"{self.url}/ari/{path}", headers=headers)  # noqa: S310  checked_url saw to it
        try:
            with self._opener.open(asked, timeout=5) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            if refused.code in (401, 403):
                raise Unavailable(
                    f"The Asterisk at {self.url} refuses our user or password.",
                    next_step="Compare AHIZE_ARI_USER and AHIZE_ARI_PASSWORD with ari.conf.",
                ) from None
            raise LookupError(f"{path}: {refused.code}") from None
        except (urllib.error.URLError, OSError) as failed:
            why = getattr(failed, "reason", failed)
            raise Unavailable(
                f"No Asterisk answers at {self.url}: {why}.",
                next_step="Is it running, is http.conf enabled, and is the address right?",
            ) from None
        except ValueError:
            raise Unavailable(
                f"What answers at {self.url} is no Asterisk.", next_step="Give the address of its HTTP server."
            ) from None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a running Asterisk says of itself."""

    version: str
    started_at: str
    modules: dict[str, str]
    dialplan: str


def facts(ari: Ari) -> Facts:
    """Ask. Raises: Unavailable."""
    try:
        ari.get("asterisk/ping")
        told = ari.get("asterisk/info")
        loaded = {row["name"].removesuffix(".so"): row["status"] for row in ari.get("asterisk/modules")}
        dialplan = ari.get("asterisk/variable?variable=AHIZE_DIALPLAN")["value"]
    except (LookupError, TypeError) as odd:
        raise Unavailable(
            f"What answers at {ari.url} is no Asterisk that we know ({odd}).",
            next_step="Give the address of the HTTP server of an Asterisk 22.",
        ) from None
    return Facts(told["system"]["version"], told["status"]["startup_time"], loaded, dialplan)


def differences(found: Facts, *, codecs: tuple[str, ...] = ("ulaw", "alaw")) -> list[Remark]:
    """What differs from what this release of Ahize was tested with; the gravest first."""
    return sorted(_differences(found, codecs), key=lambda remark: not remark.grave)


def _differences(found: Facts, codecs: tuple[str, ...]) -> Iterator[Remark]:
    number = version_of(found.version)
    if number[:2] < OLDEST:
        yield Remark(f"Asterisk {found.version} is too old.", "Ahize needs 22.5 or a newer 22.")
    elif number[0] != MAJOR:
        yield Remark(f"Asterisk {found.version} was not tested.", "Ahize is tested with Asterisk 22.", grave=False)
    elif number < NEWEST_KNOWN:
        newest = ".".join(map(str, NEWEST_KNOWN))
        yield Remark(
            f"Asterisk {found.version} is older than {newest}.",
            "./ahize asterisk install --update, or your distribution's update.",
            grave=False,
        )
    missing = [name for name in modules(codecs) if found.modules.get(name) != "Running"]
    if missing:
        yield Remark(
            f"Modules do not run: {', '.join(missing)}.",
            "Compare modules.conf with ./ahize asterisk config --out DIR, and look into Asterisk's log.",
        )
    if found.dialplan != DIALPLAN_HASH:
        yield Remark(
            "It has no dialplan of ours."
            if not found.dialplan
            else f"Its dialplan {found.dialplan[:40]} is not the one of this release ({DIALPLAN_HASH}).",
            "Include the extensions.conf that ./ahize asterisk config --out DIR writes, and reload: without it an"
            " answered person hears silence when the gate is away.",
        )


def version_of(text: str) -> tuple[int, ...]:
    """(22, 10, 1) of “22.10.1+dfsg-1”; (0,) where it is none."""
    numbers = []
    for part in text.split(".")[:3]:
        digits = "".join(char for char in part.partition("+")[0].partition("-")[0] if char.isdigit())
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers) or (0,)
