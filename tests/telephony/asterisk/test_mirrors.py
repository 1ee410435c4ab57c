"""Packages come from where this machine's administrator gets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahize.telephony.asterisk.mirrors import PUBLIC, mirror

DEB822 = """\
Types: deb deb-src
# http://snapshot.example/
URIs: {uri}
Suites: bookworm bookworm-updates
Components: main contrib
{more}
Types: deb
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main
"""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("sources.list", "deb http://near.example/debian bookworm main\n", "http://near.example/debian"),
        (
            "sources.list",
            "# deb http://old.example/debian buster main\n"
            "deb http://security.example/debian-security bookworm-security main\n"
            "deb [arch=amd64 signed-by=/k.gpg] https://near.example/os/debian/ bookworm main contrib\n",
            "https://near.example/os/debian/",
        ),
        ("sources.list.d/a.list", "deb http://near.example/debian bookworm non-free\n", PUBLIC),
        ("sources.list.d/a.list", "deb https://vendor.example/node nodistro main\n", PUBLIC),
        ("sources.list.d/ubuntu.list", "deb http://near.example/ubuntu noble main\n", PUBLIC),
        (
            "sources.list.d/debian.sources",
            DEB822.format(uri="http://near.example/debian", more=""),
            "http://near.example/debian",
        ),
        (
            "sources.list.d/debian.sources",
            DEB822.format(uri="http://near.example/debian", more="Enabled: no\n"),
            PUBLIC,
        ),
        (
            "sources.list.d/debian.sources",
            DEB822.format(uri="mirror+file:///etc/apt/mirrors/debian.list", more=""),
            "mirror+file:///etc/apt/mirrors/debian.list",
        ),
        ("sources.list", "rubbish\ndeb\n\x00", PUBLIC),
    ],
)
def test_the_archive_of_this_machine_is_found(tmp_path: Path, name: str, text: str, expected: str) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / name).write_text(text)
    assert mirror(tmp_path) == expected


def test_without_apt_sources_it_is_the_public_one(tmp_path: Path) -> None:
    assert mirror(tmp_path / "missing") == PUBLIC
