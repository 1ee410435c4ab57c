"""Brings the switch's PJSIP objects in line with the houses that are to be telephoned for.

Asterisk takes them over ARI, so no file of a switch is written after it was set up, wherever it stands. They live in
its memory: after a restart all is pushed again. Refuses to know what a trunk or a telephone is; it is told fields.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping

from ahize.telephony.wire import Answer, Ari
from ahize.telephony.words import SEAT, TRUNK, Pushed

_ORDER = {"registration": 0, "identify": 1, "endpoint": 2, "aor": 3, "auth": 4, "profile": 5}
"""What names others goes first."""
_ADDED_TO = {"contact", "match"}
"""Fields that a second push adds to: the address before would go on being called."""
_SIGNS = "profile"
_UNSIGNED = "calls go out unsigned: Asterisk refuses the key or the address of the certificate"
_REGISTRAR = "asterisk/modules/res_pjsip_outbound_registration.so"

log = logging.getLogger(__name__)


class Pushing:
    """What was pushed into one switch."""

    def __init__(self) -> None:
        self._there: dict[tuple[str, str], Mapping[str, str]] = {}

    def forget(self) -> None:
        """The switch began anew, or may have: it is not known what it still has."""
        self._there.clear()

    async def sweep(self, ari: Ari, wanted: Collection[str]) -> None:
        """Remove telephones and trunks that an earlier life pushed and nobody wants any more. Raises: SwitchAway."""
        there = await ari.ask("GET", "endpoints/PJSIP")
        names = {str(endpoint["resource"]) for endpoint in (there.body if there.ok else ())}
        for name in names - set(wanted):
            if name.startswith((TRUNK, SEAT)):
                for kind in _ORDER:
                    ari.send("DELETE", _path(kind, name))

    async def bring(self, ari: Ari, wanted: Iterable[Pushed]) -> dict[str, str]:
        """Push what is new or changed, remove what is gone.

        Returns: the names of objects that Asterisk refused, up to a dot, each with its own words.

        Raises:
            SwitchAway: half of it may be done; push again after the next connect.
        """
        now = {(kind, name): fields for kind, name, fields in wanted}
        gone = sorted(self._there.keys() - now.keys(), key=lambda key: _ORDER[key[0]])
        for key in gone:
            del self._there[key]
        changed = [key for key, fields in now.items() if self._there.get(key) != fields]
        removed = [ari.send("DELETE", _path(*key)) for key in gone]
        for key in changed:
            if self._must_go_first(key, now[key]):
                ari.send("DELETE", _path(*key))
        answers: list[Answer] = await asyncio.gather(
            *(ari.send("PUT", _path(*key), body=_fields(now[key])) for key in changed)
        )
        await asyncio.gather(*removed)  # Whoever was let go cannot come in again when this is over.
        refused: dict[str, str] = {}
        for key, answer in zip(changed, answers, strict=True):
            if answer.ok:
                self._there[key] = now[key]
            else:
                log.error("Asterisk refused %s %s: %s", *key, answer.why)
                refused.setdefault(key[1].partition(".")[0], _UNSIGNED if key[0] == _SIGNS else answer.why)
        if any(kind == "registration" for kind, _ in (*gone, *changed)):
            # Registrations begin, and end, when their module reads its objects again.
            await ari.ask("PUT", _REGISTRAR)
        return refused

    def _must_go_first(self, key: tuple[str, str], fields: Mapping[str, str]) -> bool:
        """A second push changes what it names: what the first one said beside that would go on."""
        before = self._there.get(key)
        return bool(fields.keys() & _ADDED_TO) or (before is not None and bool(before.keys() - fields.keys()))


def _path(kind: str, name: str) -> str:
    whose = "res_stir_shaken" if kind == _SIGNS else "res_pjsip"
    return f"asterisk/config/dynamic/{whose}/{kind}/{name}"


def _fields(fields: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    return {"fields": [{"attribute": name, "value": value} for name, value in fields.items()]}
