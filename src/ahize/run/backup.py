"""Everything that is kept, in one file; and back into an empty home, compared after.

A backup is a tar with ``manifest.json``, ``keys.json``, ``database.dump`` (pg_dump's custom format), ``files/`` and,
where there is one, ``asterisk.toml``. Recordings are left out: a copy would outlive the day on which they must go. The
rows are counted and the journal hashed in the very snapshot that is dumped, so that the numbers hold while people work
on. It holds all secrets: it is written 0600, and whoever has it has everything.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg
from psycopg import sql

from ahize.kernel.clock import SystemClock
from ahize.kernel.errors import BadInput, Conflict, Unavailable
from ahize.run import database, keys
from ahize.run.account import Account, service_account
from ahize.run.home import ROOMS, Home
from ahize.run.keeper import binaries
from ahize.run.keys import Keys
from ahize.run.phases import Phases, say
from ahize.run.room import DATABASES, Process, Room, entered, locked, opened
from ahize.telephony.asterisk import reading

FORMAT = 1
JOURNAL = "dialing_journal"
LINE = reading.FILE


def line_of(home: Home) -> Path:
    """The settings of the room's private Asterisk."""
    return home.path / LINE


def recordings_of(home: Home) -> Path:
    """Where sealed recordings lie."""
    return home.path / "recordings"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the backup holds, as counted when it was made.

    Attributes:
        room: ``up`` or ``demo``.
        made_at: ISO, UTC.
        server: PostgreSQL's version.
        tables: rows by table.
        journal: SHA-256 over all journal rows in order; empty where there is no journal.
        files: SHA-256 by path below ``files/``.
        line: SHA-256 of ``asterisk.toml``; empty where there was none.
        recordings: how many of them were left out.
    """

    room: str
    made_at: str
    server: str
    tables: dict[str, int]
    journal: str
    files: dict[str, str] = field(default_factory=dict)
    line: str = ""
    recordings: int = 0
    format: int = FORMAT


# ── backup ────────────────────────────────────────────────────────────────────────────────────────────────


def main_backup(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./ahize backup", description="Everything that is kept, in one file.")
    parser.add_argument("file", type=Path, help="must not exist yet")
    parser.add_argument("--room", choices=ROOMS, help="what to back up (default: what runs, else up)")
    given = parser.parse_args(arguments)
    if given.file.exists():
        raise BadInput(f"{given.file} exists already.", next_step="Name another file; a backup never overwrites.")
    if not given.file.absolute().parent.is_dir():
        raise BadInput(f"There is no folder {given.file.absolute().parent}.", next_step="Make it first.")
    with entered("owner", room=given.room) as room:
        manifest = back_up(room.home, room.keys, database.admin_of(room.admin_url, room.database), given.file)
    say(f"{given.file}: {given.file.stat().st_size / 1e6:.1f} MB, made {manifest.made_at}")
    rows = sum(manifest.tables.values())
    say(f"  {rows} rows in {len(manifest.tables)} tables, {len(manifest.files)} files")
    say(f"  journal, SHA-256 {manifest.journal or '–'}")
    if manifest.recordings:
        say(f"  {manifest.recordings} recordings are not in it: a copy would outlive the day on which they must go.")
        say(f"  They are sealed; copy {recordings_of(room.home)} with any tool, and let go of it when they are due.")
    say("  It holds every secret and every person's data: keep it like the database, encrypted and elsewhere.")
    return 0


def back_up(home: Home, held: Keys, admin_url: str, target: Path) -> Manifest:
    """Write the backup whole or not at all.

    Args:
        admin_url: a superuser's way in to the room's database: row-level security must not hide rows from a backup.
    """
    partial = target.with_name(target.name + ".partial")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            manifest = _write(home, held, admin_url, out)
            out.flush()
            os.fsync(out.fileno())
        partial.rename(target)
    except OSError as failed:
        raise Unavailable(
            f"The backup could not be written: {failed.strerror}.", next_step="Is the disk full?"
        ) from None
    finally:
        partial.unlink(missing_ok=True)
    (home.run / "last-backup.json").write_text(
        json.dumps({"made_at": manifest.made_at, "file": str(target.absolute())})
    )
    return manifest


def _write(home: Home, held: Keys, admin_url: str, out: IO[bytes]) -> Manifest:
    with (
        tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar,
        tempfile.TemporaryDirectory(prefix="ahize-backup-") as scratch,
        psycopg.connect(admin_url) as db,
    ):
        db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = _one(db, "SELECT pg_export_snapshot()")
        dump = Path(scratch, "database.dump")
        _tool("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={dump}", f"--dbname={admin_url}")
        files = {}
        for path in sorted(path for path in home.files.rglob("*") if path.is_file() and not path.is_symlink()):
            name = path.relative_to(home.files).as_posix()
            files[name] = _sha256(path)
            tar.add(path, f"files/{name}", recursive=False)
        manifest = Manifest(
            room=home.name,
            made_at=SystemClock().now().isoformat(timespec="seconds"),
            server=str(_one(db, "SHOW server_version")),
            tables=count_rows(db),
            journal=hash_journal(db),
            files=files,
            line=_sha256(line_of(home)) if line_of(home).is_file() else "",
            recordings=sum(path.is_file() for path in recordings_of(home).rglob("*")),
        )
        if manifest.line:
            tar.add(line_of(home), LINE, recursive=False)
        tar.add(dump, "database.dump")
        for name, told in (("keys.json", asdict(held)), ("manifest.json", asdict(manifest))):
            _add(tar, name, json.dumps(told, indent=1).encode())
    return manifest


def count_rows(db: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows by table of the schema ``public``."""
    names = db.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
    ).fetchall()
    return {
        str(name): int(_one(db, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))) for (name,) in names
    }


def hash_journal(db: psycopg.Connection[Any]) -> str:
    """SHA-256 over the journal's rows in the order of their ids, as PostgreSQL writes them."""
    if _one(db, "SELECT to_regclass(%s)", [JOURNAL]) is None:
        return ""
    key = _one(
        db,
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY array_position(indkey::int2[], attnum)) FROM pg_index"
        " JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)"
        " WHERE indrelid = %s::regclass AND indisprimary",
        [JOURNAL],
    )
    whole = hashlib.sha256()
    query = sql.SQL("COPY (SELECT * FROM {} ORDER BY {}) TO STDOUT").format(sql.Identifier(JOURNAL), sql.SQL(key))
    with db.cursor().copy(query) as rows:
        for row in rows:
            whole.update(row)
    return whole.hexdigest()


# ── restore ───────────────────────────────────────────────────────────────────────────────────────────────


def main_restore(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./ahize restore", description="A backup into an empty AHIZE_HOME, compared after."
    )
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--erased", type=Path, metavar="LIST", help="files/erased.jsonl of the room that was lost: erase them again"
    )
    given = parser.parse_args(arguments)
    if given.erased is not None and not given.erased.is_file():
        raise BadInput(f"There is no file {given.erased}.")
    account = service_account()
    phases = Phases()
    with _opened_backup(given.file) as tar:
        manifest, held = _manifest(tar, given.file), _keys(tar, given.file)
        home = Home.of(manifest.room)
        _must_be_empty(home)
        home.furnish(account)
        with locked(home, account), contextlib.ExitStack() as undo:
            undo.callback(_remove_contents, home)
            keys.keep(home.secrets, held, account)
            differences = _restore(tar, manifest, home, account, phases, erased=given.erased)
            if not differences:
                undo.pop_all()
    if differences:
        say("The restored data differ from the backup; nothing was kept:")
        for line in differences:
            say(f"  {line}")
        return 1
    if manifest.recordings:
        say(f"  {manifest.recordings} recordings were left out; bring your copy of them to {recordings_of(home)}")
    if given.erased is None:
        say("  Was anybody erased since this backup was made? They are back. Begin again with --erased LIST: the file")
        say("  erased.jsonl among the files of the room that was lost, or of its latest backup.")
    say(f"Restored to {home.path}. Next: ./ahize {manifest.room}")
    return 0


def _restore(
    tar: tarfile.TarFile, manifest: Manifest, home: Home, account: Account, phases: Phases, *, erased: Path | None
) -> list[str]:
    """Bring everything back and compare. What differs, as lines for a person; empty where nothing does."""
    with tempfile.TemporaryDirectory(prefix="ahize-restore-") as scratch, opened(home, account) as (room, _):
        dump = Path(scratch, "database.dump")
        with phases.phase("unpack"):
            _extract(tar, "database.dump", dump)
            for name in manifest.files:
                target = home.files / name
                for folder in reversed(target.relative_to(home.files).parents):
                    account.folder(home.files / folder)
                _extract(tar, f"files/{name}", target)
                account.own(target)
            if manifest.line:
                _extract(tar, LINE, line_of(home))
                account.own(line_of(home))
        with phases.phase("database"):
            if database.exists(room.admin_url, room.database):
                raise Conflict(
                    f"The server already has a database “{room.database}”.",
                    next_step="Restore goes only where nothing is: drop or rename it first.",
                )
            database.prepare(room.admin_url, room.keys.roles, database=room.database)
            into = database.admin_of(room.admin_url, room.database)
            try:
                _tool("pg_restore", "--exit-on-error", "--single-transaction", f"--dbname={into}", str(dump))
            except Unavailable:
                database.drop(room.admin_url, room.database)
                raise
        with phases.phase("compare"), psycopg.connect(into) as db:
            tables, journal = count_rows(db), hash_journal(db)
            files = {name: _sha256(home.files / name) for name in manifest.files}
        if erased is not None:
            with phases.phase("erase"):
                _erase_again(room, erased)
    say(f"  {'table':<44}{'backup':>10}{'restored':>10}")
    for name in sorted(manifest.tables.keys() | tables.keys()):
        was, now = manifest.tables.get(name), tables.get(name)
        if was or now or was != now:
            say(f"  {name:<44}{_shown(was):>10}{_shown(now):>10}{'' if was == now else '  differs'}")
    empty_before, empty_now = (sum(not rows for rows in counted.values()) for counted in (manifest.tables, tables))
    say(f"  {'empty tables':<44}{empty_before:>10}{empty_now:>10}")
    say(f"  {'files':<44}{len(manifest.files):>10}{len(files):>10}")
    say(f"  journal, SHA-256   backup   {manifest.journal or '–'}")
    say(f"                     restored {journal or '–'}")
    found = [
        f"table {name}: {_shown(manifest.tables.get(name))} rows in the backup, {_shown(tables.get(name))} restored"
        for name in sorted(manifest.tables.keys() | tables.keys())
        if manifest.tables.get(name) != tables.get(name)
    ]
    found += [f"file {name} differs" for name, mark in manifest.files.items() if files[name] != mark]
    if manifest.line and _sha256(line_of(home)) != manifest.line:
        found.append(f"{LINE} differs")
    return found + ([] if journal == manifest.journal else ["the journal's hash differs"])


def _erase_again(room: Room, erased: Path) -> None:
    """Whoever was erased since the backup is erased again, while nothing else runs. Raises: Unavailable."""
    migrated: tuple[Process, list[str]] = ("owner", ["ahize.run.database"])
    replayed: tuple[Process, list[str]] = ("worker", ["ahize.web.rights.replay", str(erased.absolute())])
    for process, module in (migrated, replayed):
        env = room.environment(process, url="http://127.0.0.1", clock_offset_s=0.0)
        command = [sys.executable, "-m", *module]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        for line in done.stdout.splitlines():
            say(f"  {line}")
        if done.returncode:
            raise Unavailable(
                "Not everybody on the list of the erased could be erased again.",
                next_step=(done.stderr.strip().splitlines() or ["Look at the list."])[-1],
            )


def _shown(rows: int | None) -> str:
    return "–" if rows is None else str(rows)


def _must_be_empty(home: Home) -> None:
    taken = home.exists or (home.pg / "data").exists() or line_of(home).exists()
    if taken or (home.files.is_dir() and any(home.files.iterdir())):
        raise Conflict(
            f"{home.path} already holds data; a restore goes only into an empty folder.",
            next_step="AHIZE_HOME=/some/empty/folder ./ahize restore FILE",
        )


def _remove_contents(home: Home) -> None:
    """After a failure the folder is as empty as before, so that the next try can begin."""
    for folder in (home.pg, home.files, home.secrets):
        shutil.rmtree(folder, ignore_errors=True)
    line_of(home).unlink(missing_ok=True)


@contextlib.contextmanager
def _opened_backup(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, mode="r:") as tar:
            yield tar
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.") from None
    except PermissionError:
        raise BadInput(f"{path} cannot be read by this user.") from None
    except tarfile.TarError:
        raise BadInput(f"{path} is not a backup of Ahize, or is cut short.") from None


def _manifest(tar: tarfile.TarFile, path: Path) -> Manifest:
    told = _json(tar, "manifest.json", path)
    if told.get("format") != FORMAT:
        raise BadInput(
            f"{path} is a backup of format {told.get('format')}; this release reads format {FORMAT}.",
            next_step="Restore it with the release that made it.",
        )
    manifest = Manifest(**told)
    wrong = [name for name in manifest.files if ".." in PurePosixPath(name).parts or PurePosixPath(name).is_absolute()]
    if manifest.room not in DATABASES or wrong:
        raise BadInput(f"{path} is not a backup that Ahize wrote.")
    return manifest


def _keys(tar: tarfile.TarFile, path: Path) -> Keys:
    return Keys(**_json(tar, "keys.json", path))


def _json(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    try:
        member = tar.extractfile(name)
        assert member is not None
        found: dict[str, Any] = json.load(member)
    except (KeyError, AssertionError, ValueError, tarfile.TarError):
        raise BadInput(f"{path} is not a backup of Ahize, or is cut short: it has no {name}.") from None
    return found


# ── small deeds ───────────────────────────────────────────────────────────────────────────────────────────


def _one(db: psycopg.Connection[Any], query: Any, parameters: Sequence[Any] = ()) -> Any:
    row = db.execute(query, parameters or None).fetchone()
    return row[0] if row else None


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    tar.addfile(entry, io.BytesIO(content))


def _extract(tar: tarfile.TarFile, name: str, target: Path) -> None:
    """One plain file to where we say; whatever else a tar can hold (links, devices, modes) is ignored."""
    try:
        content = tar.extractfile(name)
    except KeyError:
        content = None
    if content is None:
        raise BadInput(f"The backup has no {name}: it is cut short, or Ahize did not write it.")
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        shutil.copyfileobj(content, out)


def _tool(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; its password goes by the environment, not where ``ps`` shows it."""
    hidden = [database.without_password(part) for part in arguments]
    passwords = [password for _, password in hidden if password]
    env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
    if passwords:
        env["PGPASSWORD"] = passwords[0]
    done = subprocess.run(
        [binaries() / name, *(part for part, _ in hidden)], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if re.search("error|FATAL", line)] or done.stderr.splitlines()
        raise Unavailable(f"{name} failed: {said[0] if said else f'exit code {done.returncode}'}")
