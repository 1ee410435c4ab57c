"""Where this machine gets Debian's packages from, read from its own apt sources.

Answers “which archive would its administrator choose?”: a mirror at hand, a house's own copy, a proxy's address. Only
where no Debian archive is named (another distribution) the public one is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

SOURCES = Path("/etc/apt")
PUBLIC = "http://deb.debian.org/debian"
_ONE_LINE = re.compile(r"deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.+)")


def mirror(sources: Path = SOURCES) -> str:
    """URI of a Debian archive with section ``main``."""
    named = [*_one_line(sources), *_deb822(sources)]
    return next((uri for uri, components in named if _is_debian(uri) and "main" in components), PUBLIC)


def _one_line(sources: Path) -> Iterator[tuple[str, list[str]]]:
    for path in [sources / "sources.list", *sorted((sources / "sources.list.d").glob("*.list"))]:
        for line in _read(path).splitlines():
            if found := _ONE_LINE.match(line.partition("#")[0].strip()):
                yield found[1], found[3].split()


def _deb822(sources: Path) -> Iterator[tuple[str, list[str]]]:
    for path in sorted((sources / "sources.list.d").glob("*.sources")):
        for stanza in re.split(r"\n\s*\n", _read(path)):
            lines = [line for line in stanza.splitlines() if not line.startswith("#")]
            # A value goes on in lines that begin with a space.
            fields = dict(re.findall(r"^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)", "\n".join(lines), re.MULTILINE))
            told = {key.lower(): value.split() for key, value in fields.items()}
            if "deb" in told.get("types", []) and told.get("enabled") != ["no"]:
                for uri in told.get("uris", []):
                    yield uri, told.get("components", [])


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _is_debian(uri: str) -> bool:
    """The archive itself: not its security updates, no other distribution, no vendor's own repository."""
    path = urlsplit(uri).path.rstrip("/")
    return bool(re.search(r"/debian(\.list)?$", path)) and '"' not in uri and " " not in uri
