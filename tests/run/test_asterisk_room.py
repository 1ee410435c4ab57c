"""A room's telephone line: who may read what, what is refused before anything starts, and what a gate is told."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ahize.kernel.errors import AhizeError, BadInput, Unavailable
from ahize.run import gate_room as rooms
from ahize.run.account import Account
from ahize.run.gate_room import GateRoom, Told, gate_room
from ahize.run.home import Home
from ahize.telephony.asterisk.program import Program

ME = Account("me", os.geteuid(), os.getegid())
TOLD = Told(clock_offset_s=0.0, public_key="a2V5")


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GateRoom]:
    """In a folder with a short name: a socket's path has little room, and a test's own folder is long."""
    monkeypatch.setattr(rooms, "SHARED_MEMORY", tmp_path / "no-memory")
    with tempfile.TemporaryDirectory(prefix="ahize-g-", dir="/tmp") as place:
        made = GateRoom(Path(place) / "room", ME, ME, Program(tmp_path / "root"))
        made.room.mkdir()
        made.lay_out()
        yield made


def test_the_credential_is_drawn_once_and_its_users_alone(room: GateRoom) -> None:
    room.furnish(None)
    first = room.credential()
    assert len(first["password"]) >= 40
    assert stat.S_IMODE(room.credential_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(room.credential_file.parent.stat().st_mode) == 0o700
    room.furnish(None)
    assert room.credential() == first


def test_another_asterisks_password_is_never_used_for_ours(room: GateRoom) -> None:
    room.furnish({"url": "http://10.0.0.1:8088", "user": "u", "password": "theirs", "whose": "the user's"})
    room.furnish(None)
    assert room.credential()["password"] != "theirs"


def test_the_gate_is_told_the_password_and_no_key_and_no_way_into_the_database(room: GateRoom) -> None:
    room.furnish(None)
    asterisk, gated = room.parts(TOLD)
    assert (asterisk.name, gated.name) == ("asterisk", "gated")
    assert gated.environment["AHIZE_ARI_PASSWORD"] == room.credential()["password"]
    assert not [name for name in gated.environment if "DATABASE" in name or name.endswith(("SECRET_KEY", "PERMIT_KEY"))]
    assert room.credential()["password"] not in str(asterisk.environment) + str(asterisk.command)
    assert room.credential()["password"] not in str(room.environment())


def test_all_parts_meet_at_the_same_places(room: GateRoom) -> None:
    room.furnish(None)
    gated = room.parts(TOLD)[-1].environment
    others = room.environment()
    for name in ("AHIZE_GATE_SOCKET", "AHIZE_SOUNDS", "AHIZE_RECORDINGS_SPOOL"):
        assert gated[name] == others[name]
    assert others["AHIZE_TELEPHONE_LINE"] == others["AHIZE_PHONES"] == "true"
    assert others["AHIZE_PHONE_WS"] == "ws://127.0.0.1:8088/ws"
    assert others["AHIZE_PHONE_SIP"] == "127.0.0.1:5060"
    assert Path(gated["AHIZE_RECORDINGS_SPOOL"]).is_dir()


def test_what_is_recorded_stays_in_memory_where_there_is_enough(
    room: GateRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert room.spool == room.path / "spool"
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(rooms, "SHARED_MEMORY", memory)
    room.furnish(None)
    assert room.spool.parent == memory
    assert stat.S_IMODE(room.spool.stat().st_mode) & 0o007 == 0
    # Once begun it stays there: nobody must look for recordings in two places.
    monkeypatch.setattr(rooms, "_SPOOL_NEEDED_MB", 10**12)
    assert room.spool.parent == memory


def test_memory_is_given_back_unless_a_voice_waits_in_it(
    room: GateRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(rooms, "SHARED_MEMORY", memory)
    room.furnish(None)
    (room.spool / "recording").mkdir()
    (room.spool / "recording/call.wav").touch()
    room.tidy()
    assert (room.spool / "recording/call.wav").exists()
    (room.spool / "recording/call.wav").unlink()
    room.tidy()
    assert not any(memory.iterdir())


def test_somebody_elses_folder_in_memory_is_refused(
    room: GateRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(rooms, "SHARED_MEMORY", memory)
    room.spool.symlink_to(tmp_path)
    with pytest.raises(Unavailable, match="is not ours"):
        room.furnish(None)


def refused(room: GateRoom) -> AhizeError:
    with pytest.raises(AhizeError) as told:
        room.check()
    assert told.value.next_step
    return told.value


def test_without_an_asterisk_it_says_how_to_get_one(room: GateRoom) -> None:
    told = refused(room)
    assert told.message.startswith("There is no Asterisk in ")
    assert "./ahize asterisk install" in told.next_step


def whole(program: Program) -> None:
    """A folder that looks like an Asterisk, and is never started."""
    for place in (program.modules, program.data / "documentation", program.binary.parent):
        place.mkdir(parents=True, exist_ok=True)
    program.binary.touch()
    Path(program.command(Path("/"))[0]).touch()


def test_a_taken_port_is_told_with_the_setting_to_change(room: GateRoom) -> None:
    assert room.program is not None
    whole(room.program)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        room.settings_file.write_text(f'sip_udp = {port}\nari_port = 1024\nrtp = "20000-20099"\n')
        told = refused(room)
    assert told.message == f"Asterisk cannot listen on port {port} of 127.0.0.1: taken."
    assert "another sip_udp in" in told.next_step


def test_a_certificate_that_is_not_there_is_told(room: GateRoom) -> None:
    assert room.program is not None
    whole(room.program)
    room.settings_file.write_text('sip_tls = 5061\ncertificate = "/no/cert.pem"\nkey = "/no/key.pem"\n')
    assert "/no/cert.pem cannot be read by the user me" in refused(room).message


def test_a_mistake_in_the_settings_is_told_with_its_file(room: GateRoom) -> None:
    room.settings_file.write_text("sip_upd = 5060\n")
    told = refused(room)
    assert told.message.endswith("asterisk.toml: There is no setting “sip_upd”.")
    assert "sip_udp" in told.next_step


def test_the_settings_are_written_out_once_and_kept(room: GateRoom) -> None:
    assert room.settings_file.read_text().startswith("# The private Asterisk")
    assert room.settings().settings.sip_udp == 5060
    room.settings_file.write_text("sip_udp = 5070\n")
    room.lay_out()
    assert room.settings().settings.sip_udp == 5070


# ── an Asterisk of the user's own ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("url", ["8088", "ftp://x:8088", "http://user:secret@x:8088", "http://"])
def test_what_is_no_address_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadInput, match="no address of an Asterisk's HTTP server"):
        gate_room(Home(tmp_path, "up"), ME, url)


def test_its_password_comes_from_a_private_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path, "up")
    for name in ("AHIZE_ARI_PASSWORD", "AHIZE_ARI_PASSWORD_FILE", "AHIZE_ARI_USER"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(BadInput, match="was not given"):
        gate_room(home, ME, "http://10.0.0.1:8088")
    monkeypatch.setenv("AHIZE_ARI_PASSWORD", "from the environment")
    room, told = gate_room(home, ME, "http://10.0.0.1:8088/ari/")
    assert told is not None
    assert (told["url"], told["user"], told["password"]) == ("http://10.0.0.1:8088", "ahize", "from the environment")
    assert room.program is None
    file = tmp_path / "password"
    file.write_text("from a file\n")
    file.chmod(0o644)
    monkeypatch.setenv("AHIZE_ARI_PASSWORD_FILE", str(file))
    with pytest.raises(BadInput, match="Others may read"):
        gate_room(home, ME, "http://10.0.0.1:8088")
    file.chmod(0o600)
    _, told = gate_room(home, ME, "http://10.0.0.1:8088")
    assert told is not None
    assert told["password"] == "from a file"


def test_beside_it_only_the_gate_is_started(room: GateRoom) -> None:
    own = GateRoom(room.room, ME, ME, None)
    own.furnish({"url": "http://10.0.0.1:8088", "user": "u", "password": "p" * 20, "whose": "the user's"})
    assert [part.name for part in own.parts(TOLD)] == ["gated"]
