"""``asterisk.toml``: a mistake is told with its file, its setting and what was expected."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ahize.kernel.errors import BadInput
from ahize.telephony.asterisk.reading import EXAMPLE, Read, parsed, read
from ahize.telephony.asterisk.settings import Settings, Tls

PASSWORD = "a-password-of-tests"


def of(tmp_path: Path, text: str) -> Read:
    path = tmp_path / "asterisk.toml"
    path.write_text(text)
    return read(path, password=PASSWORD)


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    made = read(tmp_path / "asterisk.toml", password=PASSWORD)
    assert made.settings == Settings(ari_password=PASSWORD)
    assert made.phone_ws == "ws://127.0.0.1:8088/ws"


def test_the_example_shows_the_defaults_and_every_setting() -> None:
    uncommented = "\n".join(
        line.removeprefix("# ") for line in EXAMPLE.splitlines() if " = " in line and line.startswith("# ")
    )
    given = tomllib.loads(uncommented)
    assert parsed(given, password=PASSWORD).settings == Settings(ari_password=PASSWORD)
    assert parsed({}, password=PASSWORD) == parsed(given, password=PASSWORD)


def test_everything_can_be_changed(tmp_path: Path) -> None:
    made = of(
        tmp_path,
        """
        ari_port = 9088
        http_bind = "127.0.0.2"
        phone_ws = "wss://calls.example.com/phone"
        bind = "0.0.0.0"
        sip_udp = 0
        sip_tcp = 5070
        sip_tls = 5071
        certificate = "/c.pem"
        key = "/k.pem"
        rtp = "20000-20999"
        codecs = ["alaw"]
        host = "sip.example.com"
        local_networks = ["10.0.0.0/8"]
        """,
    )
    assert made.phone_ws == "wss://calls.example.com/phone"
    assert made.settings == Settings(
        ari_password=PASSWORD,
        ari_port=9088,
        http_bind="127.0.0.2",
        bind="0.0.0.0",
        sip_udp=None,
        sip_tcp=5070,
        sip_tls=5071,
        tls=Tls(Path("/c.pem"), Path("/k.pem")),
        rtp=(20_000, 21_000),
        codecs=("alaw",),
        host="sip.example.com",
        local_networks=("10.0.0.0/8",),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("host = sip.example.com", "Invalid value"),
        ("sip_port = 5060", "There is no setting “sip_port”."),
        ('sip_udp = "5060"', "“sip_udp” is '5060'; expected is a whole number, 0 to close it."),
        ("sip_udp = true", "“sip_udp” is 'True'; expected is a whole number"),
        ("bind = 127", "“bind” is '127'; expected is an address in quotes."),
        ('rtp = "10000"', "“rtp” is “10000”; expected is a range"),
        ('codecs = ["ulaw", 7]', "expected is a list like"),
        ('phone_ws = "calls.example.com"', "expected is a ws:// or wss:// address"),
        ('certificate = "/c.pem"', "“key” is missing: TLS needs both."),
        ("sip_udp = 5060000", "5060000 is no port for SIP over UDP"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_what_was_expected(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadInput) as told:
        of(tmp_path, text)
    assert str(tmp_path / "asterisk.toml") in told.value.message
    assert says in told.value.message


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "asterisk.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="cannot be read"):
        read(tmp_path / "asterisk.toml", password=PASSWORD)
