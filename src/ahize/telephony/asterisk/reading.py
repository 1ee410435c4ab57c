"""``asterisk.toml``: what an administrator may change of the private Asterisk. Everything has a default.

Answers with checked settings, or with what is wrong, where, and what was expected.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ahize.kernel.errors import BadInput
from ahize.telephony.asterisk.settings import Folders, Settings, Tls

FILE = "asterisk.toml"
EXAMPLE = """\
# The private Asterisk of this room. Each line shows its default; ./ahize up --asterisk reads it at each start.

# ari_port = 8088            # ARI, and phones in browsers; its address is http_bind
# http_bind = "127.0.0.1"    # leave it: ARI is behind this door, and browsers elsewhere come through your proxy
# phone_ws = ""              # where browsers on other machines register, such as "wss://calls.example.com/phone"

# bind = "127.0.0.1"         # where SIP and sound are listened for; "0.0.0.0" for carriers and phones elsewhere
# sip_udp = 5060             # 0 closes it
# sip_tcp = 0
# sip_tls = 0                # needs certificate and key
# certificate = ""           # PEM with its chain
# key = ""                   # PEM
# rtp = "10000-11999"        # ports of sound, four for each call
# codecs = ["ulaw", "alaw", "g722", "opus"]

# host = ""                  # name or address by which others find this machine, behind NAT
# local_networks = []        # who needs none of that, such as ["192.168.0.0/16"]
"""
_KINDS: dict[str, tuple[type, str]] = {
    "ari_port": (int, "a whole number"),
    "http_bind": (str, "an address in quotes"),
    "phone_ws": (str, "a ws:// or wss:// address in quotes"),
    "bind": (str, "an address in quotes"),
    "sip_udp": (int, "a whole number, 0 to close it"),
    "sip_tcp": (int, "a whole number, 0 to close it"),
    "sip_tls": (int, "a whole number, 0 to close it"),
    "certificate": (str, "a path in quotes"),
    "key": (str, "a path in quotes"),
    "rtp": (str, 'a range like "10000-11999"'),
    "codecs": (list, 'a list like ["ulaw", "opus"]'),
    "host": (str, "a name in quotes"),
    "local_networks": (list, 'a list like ["192.168.0.0/16"]'),
}
_RANGE = re.compile(r"(\d{1,5})\s*-\s*(\d{1,5})")
_WS = re.compile(r"wss?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?")


@dataclass(frozen=True, slots=True)
class Read:
    """The settings, and where a browser's phone registers."""

    settings: Settings
    phone_ws: str


def read(path: Path, *, password: str, folders: Folders | None = None) -> Read:
    """What the file says; the defaults where there is none."""
    try:
        text = path.read_text()
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError) as failed:
        raise BadInput(
            f"{path} cannot be read: {failed}.", next_step="It must be a text in UTF-8, open to us."
        ) from None
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise BadInput(f"{path}: {wrong}.", next_step='Values of words stand in quotes: host = "a.example".') from None
    try:
        return parsed(given, password=password, folders=folders)
    except BadInput as wrong:
        raise BadInput(f"{path}: {wrong.message}", next_step=wrong.next_step) from None


def parsed(given: Mapping[str, Any], *, password: str, folders: Folders | None = None) -> Read:
    """The same of what was parsed already."""
    for name, value in given.items():
        if name not in _KINDS:
            raise BadInput(f"There is no setting “{name}”.", next_step=f"It is one of {', '.join(_KINDS)}.")
        kind, expected = _KINDS[name]
        right = isinstance(value, kind) and not isinstance(value, bool)
        if not right or (kind is list and not all(isinstance(each, str) for each in value)):
            raise BadInput(f"“{name}” is {str(value)[:60]!r}; expected is {expected}.", next_step="Correct that line.")
    values: dict[str, Any] = dict(given)
    phone_ws = values.pop("phone_ws", "")
    if phone_ws and not _WS.fullmatch(phone_ws):
        raise BadInput(
            f"“phone_ws” is “{phone_ws[:80]}”; expected is {_KINDS['phone_ws'][1]}.", next_step="Correct it."
        )
    if "rtp" in values:
        found = _RANGE.fullmatch(values["rtp"])
        if not found:
            raise BadInput(f"“rtp” is “{values['rtp'][:40]}”; expected is {_KINDS['rtp'][1]}.", next_step="Correct it.")
        values["rtp"] = (int(found[1]), int(found[2]) + 1)
    for name in ("sip_udp", "sip_tcp", "sip_tls"):
        if values.get(name) == 0:
            values[name] = None
    for name in ("codecs", "local_networks"):
        if name in values:
            values[name] = tuple(values[name])
    certificate, key = values.pop("certificate", ""), values.pop("key", "")
    if certificate and key:
        values["tls"] = Tls(Path(certificate), Path(key))
    elif certificate or key:
        raise BadInput(
            f"“{'key' if certificate else 'certificate'}” is missing: TLS needs both.", next_step="Add that line."
        )
    settings = replace(Settings(ari_password=password, **values), folders=folders)
    return Read(settings, phone_ws or settings.phone_ws)
