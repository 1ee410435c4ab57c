"""PostgreSQL survives its murder, and is nobody's but ours."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ahize.kernel.errors import Unavailable
from ahize.run.account import Account
from ahize.run.keeper import DURABLE, Keeper

pytestmark = pytest.mark.stack


@pytest.fixture
def keeper(place: Path, account: Account) -> Iterator[Keeper]:
    account.own(place)
    made = Keeper(
        data=place / "data",
        sockets=place,
        password="p'w\"d @/:",
        log=place / "log",
        account=account,
        settings=DURABLE,
    )
    yield made
    made.stop(patience_s=3)


def test_it_asks_for_a_password_on_our_socket_and_listens_nowhere_else(keeper: Keeper, account: Account) -> None:
    keeper.start()
    assert keeper.process is not None
    assert Path(f"/proc/{keeper.process.pid}").stat().st_uid == account.uid != 0
    assert keeper.data.stat().st_mode & 0o777 == 0o700
    with psycopg.connect(keeper.admin_url) as db:
        settings = dict(db.execute("SELECT name, setting FROM pg_settings").fetchall())
    assert settings["listen_addresses"] == ""
    assert {settings[name] for name in DURABLE} == {"on"}
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(keeper.sockets), user="postgres", password="another", dbname="postgres")


def test_what_was_committed_is_there_after_kill_9(keeper: Keeper) -> None:
    keeper.start()
    with psycopg.connect(keeper.admin_url, autocommit=True) as db:
        db.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    # A session in the middle of its work holds the shared memory of the dead server.
    busy = psycopg.connect(keeper.admin_url, autocommit=True)
    work = "SELECT count(*) FROM generate_series(1, 1000000000)"

    def run_into_the_end() -> None:
        with pytest.raises(psycopg.OperationalError):
            busy.execute(work)

    worker = threading.Thread(target=run_into_the_end)
    worker.start()
    assert keeper.process is not None
    os.kill(keeper.process.pid, signal.SIGKILL)
    keeper.process.wait()
    keeper.start()
    worker.join(10)
    with psycopg.connect(keeper.admin_url) as db:
        assert db.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(keeper: Keeper, account: Account) -> None:
    keeper.start()
    assert keeper.process is not None
    os.kill(keeper.process.pid, signal.SIGKILL)
    keeper.process.wait()
    keeper.clear_leftovers()
    stale = keeper.data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{keeper.data}\n1\n5432\n{keeper.sockets}\n\n")
    account.own(stale)
    keeper.start()
    assert keeper.answers()


def test_a_start_that_was_killed_half_way_begins_again(keeper: Keeper) -> None:
    half = keeper.data.with_name("data.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    keeper.start()
    assert keeper.answers()


def test_data_of_another_major_version_are_refused_and_left_alone(keeper: Keeper) -> None:
    keeper.start()
    keeper.stop()
    (keeper.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(Unavailable, match="is of PostgreSQL 17; this release of Ahize brings PostgreSQL 18"):
        keeper.start()


def test_it_stops_fast_with_sessions_open(keeper: Keeper) -> None:
    keeper.start()
    with psycopg.connect(keeper.admin_url):
        keeper.stop(patience_s=5)
    assert not (keeper.data / "postmaster.pid").exists()
