"""Do carriers let us in? What Asterisk knows of each sign-in, which ARI does not tell.

Its figures for Prometheus say *that* a carrier takes or refuses us, over the same HTTP server as ARI; its log, where it
lies on this machine, says in which words. Refuses to know trunks: a sign-in is named by its two addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import aiohttp

from ahize.telephony.trunks import Said
from ahize.telephony.words import Door, in_words

METRICS = "metrics"
"""Path of the figures on Asterisk's HTTP server."""
ANSWER_S = 3.0
_TAIL_BYTES = 65_536
"""So much of a log is read at once at most: strangers fill it too."""

_FIGURE = re.compile(
    r'^asterisk_pjsip_outbound_registration_status\{[^}\n]*username="(?P<me>[^"\n]*)",domain="(?P<there>[^"\n]*)"'
    r"[^}\n]*\} (?P<state>[0-9])",
    re.MULTILINE,
)
_REGISTERED, _REJECTED = "1", "2"
_SAID = re.compile(
    r"res_pjsip_outbound_registration\.c: (?:(?:Temporal|Fatal) response '(?P<one>\d+)'|'(?P<two>\d+)' fatal response"
    r"|(?P<three>403) Forbidden fatal response|(?P<none>No response)) received from '(?P<there>[^']*)' on registration"
    r" attempt to '(?P<me>[^']*)'"
)


class Registrations:
    """The sign-ins of one switch.

    Args:
        url, user, password: of its HTTP server, as for ARI.
        log: its ``messages.log``, where it lies on this machine.
    """

    def __init__(self, url: str, user: str, password: str, *, log: Path | None = None) -> None:
        self._url = f"{url}/{METRICS}"
        self._headers = {"Authorization": aiohttp.encode_basic_auth(user, password)}
        self._log = log
        self._read_to = 0
        self._words: dict[Door, Said] = {}

    async def ask(self) -> Mapping[Door, Said]:
        """How each stands now; one that has no answer yet is left out, and so are all where it tells no figures."""
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        try:
            async with (
                aiohttp.ClientSession(headers=self._headers, timeout=timeout) as session,
                session.get(self._url) as answer,
            ):
                told = await answer.text() if answer.status == 200 else ""
        except (aiohttp.ClientError, TimeoutError, OSError):
            return {}
        self._read_log()
        return dict(self._judged(told))

    def _judged(self, figures: str) -> Iterator[tuple[Door, Said]]:
        for found in _FIGURE.finditer(figures):
            door = found["me"], found["there"]
            if found["state"] == _REGISTERED:
                self._words.pop(door, None)  # What was said before is no longer so.
                yield door, ("registered", "")
            elif found["state"] == _REJECTED:
                yield door, self._words.get(door, ("rejected", "the carrier does not let us sign in"))

    def _read_log(self) -> None:
        """The last words of each carrier since last asked."""
        if self._log is None:
            return
        try:
            with self._log.open("rb") as lines:
                end = lines.seek(0, 2)
                begin = self._read_to if self._read_to <= end else 0  # It was begun anew.
                lines.seek(max(begin, end - _TAIL_BYTES))
                text = lines.read(_TAIL_BYTES)
        except OSError:
            return
        whole = text.rfind(b"\n") + 1
        self._read_to = end - len(text) + whole
        for found in _SAID.finditer(text[:whole].decode(errors="replace")):
            self._words[found["me"], found["there"]] = _said(found)


def _said(found: re.Match[str]) -> Said:
    if found["none"]:
        return "unreachable", "no answer where we sign in"
    sip = int(found["one"] or found["two"] or found["three"])
    if sip in (401, 403, 407):
        return "rejected", f"{in_words(sip)}: name or password of the trunk is not accepted"
    return "rejected", f"{in_words(sip)}: the carrier does not let us sign in"
