"""What ./ahize doctor says of a telephone line: each trap has a sentence, and what to do about it."""

from __future__ import annotations

import shutil
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ahize.run import doctor_line
from ahize.run.doctor_line import line, lookup
from ahize.run.finding import Finding
from ahize.telephony.asterisk.modules import modules
from ahize.telephony.asterisk.program import Program
from ahize.telephony.asterisk.settings import SPOKEN

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def there(ahize_home: Path) -> Path:
    """A home with an Asterisk and a gate, neither of which runs."""
    program = Program(ahize_home / "asterisk/root")
    for place in (program.modules, program.data / "documentation", program.binary.parent):
        place.mkdir(parents=True)
    program.binary.touch()
    Path(program.command(Path("/"))[0]).touch()
    for name in modules(SPOKEN):
        (program.modules / f"{name}.so").touch()
    (program.root / "ahize-version").write_text("22.10.1\n")
    (ahize_home / "gate").mkdir()
    (ahize_home / "files/sounds").mkdir(parents=True)
    (ahize_home / "asterisk.toml").write_text('rtp = "20000-20099"\n')
    return ahize_home


def found(what: str) -> Finding:
    return next(finding for finding in line(NOW) if finding.what == what)


def test_where_no_line_was_ever_set_up_nothing_is_said(ahize_home: Path) -> None:
    assert list(line(NOW)) == []


def test_what_is_in_order_needs_no_deed(there: Path) -> None:
    seen = {finding.what: finding for finding in line(NOW)}
    assert {"Asterisk", "modules", "host names", "voice", "words", "gate's user", "ports of sound"} <= set(seen)
    assert all(not finding.how for finding in seen.values() if finding.state == "good")


def test_an_old_asterisk_is_told(there: Path) -> None:
    (there / "asterisk/root/ahize-version").write_text("22.4.0\n")
    told = found("Asterisk")
    assert (told.state, told.how.split(",")[0]) == ("look", "./ahize asterisk install --update")


def test_a_missing_module_is_named(there: Path) -> None:
    next(there.glob("asterisk/root/usr/lib/*/asterisk/modules/app_amd.so")).unlink()
    told = found("modules")
    assert (told.state, told.says) == ("bad", "missing: app_amd")


def test_a_name_that_takes_long_is_told_with_the_line_for_hosts(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_line, "lookup", lambda name: doctor_line.Lookup(name != "A.ROOT-SERVERS.NET", 1.5))
    told = found("host names")
    assert told.state == "bad"
    assert "A.ROOT-SERVERS.NET is not found after 1.5 s" in told.says
    assert told.how == f"Add this line to /etc/hosts: 127.0.0.1 {socket.gethostname()} A.ROOT-SERVERS.NET"


def test_a_resolver_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asleep = doctor_line.threading.Event()
    monkeypatch.setattr(doctor_line, "_NAME_WITHIN_S", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: asleep.wait(5))
    begun = time.monotonic()
    assert not lookup("anything").found
    assert time.monotonic() - begun < 2
    asleep.set()


def test_without_a_voice_nothing_can_be_said(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.delenv("AHIZE_VOICE", raising=False)
    told = found("voice")
    assert told.state == "bad"
    assert "espeak-ng" in told.how


def test_one_user_for_all_is_told(there: Path) -> None:
    assert found("gate's user").state == "look"


def test_taken_ports_of_sound_are_counted(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_line, "_can_bind", lambda _address, port: port >= 20_016)
    told = found("ports of sound")
    assert told.state == "bad"
    assert told.says.startswith("8 of 50 cannot be used of 20000 to 20099")


def test_a_port_that_somebody_holds_is_seen() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        assert not doctor_line._can_bind("127.0.0.1", held.getsockname()[1])


def certificate(path: Path, *, until: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sip.example.com")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(until - timedelta(days=90))
        .not_valid_after(until)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))


@pytest.mark.parametrize(
    ("days", "state", "says"),
    [(80, "good", "valid until"), (5, "look", "ends in 5 days"), (-1, "bad", "SIP over TLS is refused")],
)
def test_a_certificate_is_told_three_weeks_before_it_ends(there: Path, days: int, state: str, says: str) -> None:
    certificate(there / "cert.pem", until=NOW + timedelta(days=days))
    (there / "asterisk.toml").write_text(
        f'sip_tls = 5061\ncertificate = "{there / "cert.pem"}"\nkey = "{there / "key.pem"}"\n'
    )
    told = found("certificate")
    assert told.state == state
    assert says in told.says


def test_a_broken_certificate_is_told(there: Path) -> None:
    (there / "cert.pem").write_text("rubbish")
    (there / "asterisk.toml").write_text(
        f'sip_tls = 5061\ncertificate = "{there / "cert.pem"}"\nkey = "{there / "key.pem"}"\n'
    )
    assert "cannot be read" in found("certificate").says


def test_a_mistake_in_the_settings_is_a_finding_too(there: Path) -> None:
    (there / "asterisk.toml").write_text("rtp = 7\n")
    told = found("asterisk.toml")
    assert told.state == "bad"
    assert "“rtp” is '7'; expected is a range" in told.says
