"""What is backed up comes back, row for row, and is proven to."""

from __future__ import annotations

import json
import re
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ahize.kernel.errors import BadInput, Conflict
from ahize.run import backup, database
from ahize.run.account import Account
from ahize.run.home import Home
from ahize.run.room import locked, opened

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def origin(account: Account) -> Iterator[Path]:
    """A small room that was backed up: a journal of three rows, some other rows, two files."""
    with tempfile.TemporaryDirectory(prefix="ahize-t-", dir="/tmp") as made:
        folder = Path(made)
        folder.chmod(0o755)
        _fill_and_save(folder, account)
        yield folder


@pytest.fixture
def saved(origin: Path) -> Path:
    return origin / "saved.ahize"


def _fill_and_save(folder: Path, account: Account) -> None:
    home = Home.of("up", folder / "one")
    home.furnish(account)
    with locked(home, account), opened(home, account) as (room, _):
        database.prepare(room.admin_url, room.keys.roles, database=room.database)
        admin = database.admin_of(room.admin_url, room.database)
        with psycopg.connect(admin) as db:
            db.execute("CREATE TABLE dialing_journal (floor_id int, seq int, event text, PRIMARY KEY (floor_id, seq))")
            db.execute("INSERT INTO dialing_journal VALUES (1, 2, 'b'), (1, 1, 'a'), (1, 3, 'ç\n')")
            db.execute("CREATE TABLE people AS SELECT generate_series(1, 500) AS n")
            db.execute("ALTER TABLE people ENABLE ROW LEVEL SECURITY")
            db.execute("ALTER TABLE people FORCE ROW LEVEL SECURITY")
            db.execute("GRANT SELECT ON people TO ahize_web")
        (home.files / "a" / "b").mkdir(parents=True)
        (home.files / "a" / "b" / "list.csv").write_bytes(b"name;phone\n" * 1000)
        (home.files / "empty").write_bytes(b"")
        backup.line_of(home).write_text("sip_udp = 5070\n")
        (backup.recordings_of(home) / "2026").mkdir(parents=True)
        (backup.recordings_of(home) / "2026" / "one.ahr").write_bytes(b"sealed")
        backup.back_up(home, room.keys, admin, folder / "saved.ahize")


def restore(saved: Path, into: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("AHIZE_HOME", str(into))
    return backup.main_restore([str(saved)])


def test_rows_files_rights_and_keys_come_back(
    saved: Path,
    origin: Path,
    place: Path,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert restore(saved, place / "two", monkeypatch) == 0
    said = capsys.readouterr().err
    assert re.search(r"people +500 +500", said)
    first, second = re.findall(r"[0-9a-f]{64}", said)
    assert first == second
    assert (place / "two/secrets/keys.json").read_bytes() == (origin / "one/secrets/keys.json").read_bytes()
    assert (place / "two/files/a/b/list.csv").read_bytes() == b"name;phone\n" * 1000
    assert (place / "two/asterisk.toml").read_text() == "sip_udp = 5070\n"
    assert "1 recordings were left out" in said
    assert not (place / "two/recordings/2026").exists()
    home = Home.of("up", place / "two")
    with (
        locked(home, account),
        opened(home, account) as (room, _),
        psycopg.connect(room.urls()["AHIZE_DATABASE_URL_WEB"]) as db,
    ):
        assert db.execute("SELECT count(*) FROM people").fetchone() == (0,)  # the wall came back too


def test_a_restore_never_overwrites(saved: Path, origin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Conflict, match="only into an empty folder"):
        restore(saved, origin / "one", monkeypatch)


def test_what_differs_is_named_and_nothing_is_kept(
    saved: Path, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tampered = place / "tampered.ahize"
    with tarfile.open(saved) as old, tarfile.open(tampered, "w") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            raw = content.read()
            if member.name == "manifest.json":
                told = json.loads(raw)
                told["tables"]["people"] = 501
                raw = json.dumps(told).encode()
            backup._add(new, member.name, raw)
    assert restore(tampered, place / "two", monkeypatch) == 1
    assert "table people: 501 rows in the backup, 500 restored" in capsys.readouterr().err
    assert not (place / "two" / "secrets").exists()
    assert restore(saved, place / "two", monkeypatch) == 0


@pytest.mark.parametrize("size", [0, 700, 5000])
def test_a_file_that_is_cut_short_is_refused(
    saved: Path, place: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    short = place / "short"
    short.write_bytes(saved.read_bytes()[:size])
    with pytest.raises(BadInput, match="is not a backup of Ahize, or is cut short"):
        restore(short, place / "two", monkeypatch)


def test_nobody_else_may_read_a_backup(saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
