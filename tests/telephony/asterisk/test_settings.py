"""Bad settings are told before a file is written, and no value can become a line of configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahize.kernel.errors import BadInput
from ahize.telephony.asterisk.settings import Settings, Tls

PASSWORD = "a-password-of-tests"


def settings(**values: Any) -> Settings:
    return Settings(**{"ari_password": PASSWORD, **values})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"ari_password": "short"}, "5 characters; it needs at least 16"),
        ({"ari_password": "x" * 20 + "\n[admin]"}, "characters that a configuration file would misread"),
        ({"ari_user": "ahize]"}, "“ahize]” has characters"),
        ({"ari_port": 0}, "0 is no port for ARI"),
        ({"sip_udp": 70000}, "70000 is no port for SIP over UDP"),
        ({"sip_tcp": 8088}, "SIP over TCP and ARI were both given port 8088"),
        ({"sip_udp": 10_100}, "Port 10100 of SIP lies within the ports of sound"),
        ({"sip_udp": None}, "Neither UDP, TCP nor TLS"),
        ({"rtp": (10_001, 12_000)}, "10001 to 11999 cannot carry sound"),
        ({"rtp": (12_000, 10_000)}, "cannot carry sound"),
        ({"rtp": (65_000, 70_000)}, "cannot carry sound"),
        ({"codecs": ("ulaw", "mp3")}, "“mp3” is no codec that Ahize loads"),
        ({"codecs": ()}, "No codec was given"),
        ({"bind": "localhost"}, "“localhost” is no address that SIP could listen on"),
        ({"http_bind": "127.0.0.1:80"}, "is no address that HTTP could listen on"),
        ({"host": "sip.example.com\nbind=0.0.0.0"}, "is no host name"),
        ({"local_networks": ("10.0.0.0/99",)}, "“10.0.0.0/99” is no network"),
        ({"sip_tls": 5061}, "SIP over TLS needs a port, a certificate and its key"),
        ({"sip_tls": 5061, "tls": Tls(Path("cert.pem"), Path("/key.pem"))}, "The certificate 'cert.pem' cannot stand"),
    ],
)
def test_a_bad_value_is_told_with_what_was_expected(given: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput) as told:
        settings(**given)
    assert says in told.value.message


@given(st.text(min_size=16), st.sampled_from(["ari_user", "ari_password", "host"]))
def test_no_text_becomes_a_line_of_its_own(text: str, where: str) -> None:
    from ahize.telephony.asterisk.files import files  # noqa: PLC0415  beside what it proves

    try:
        made = settings(**{where: text})
    except BadInput:
        return
    plain = files(settings())
    for name, content in files(made).items():
        assert len(content.splitlines()) - len(plain[name].splitlines()) in (0, 2 * 2)
        assert [line for line in content.splitlines() if line.startswith("[")] in (
            [line for line in plain[name].splitlines() if line.startswith("[")],
            [f"[{text}]" if line == "[ahize]" else line for line in plain[name].splitlines() if line.startswith("[")],
        )


def test_the_password_does_not_stand_in_a_traceback() -> None:
    assert PASSWORD not in repr(settings())


def test_a_call_takes_four_ports_of_sound() -> None:
    assert settings(rtp=(10_000, 12_000)).calls_max == 500


def test_what_listens_everywhere_is_reached_on_this_machine() -> None:
    assert settings(http_bind="0.0.0.0").url == "http://127.0.0.1:8088"
    assert settings(http_bind="::").phone_ws == "ws://[::1]:8088/ws"
