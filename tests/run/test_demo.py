"""A minute of the demo, told on one line: each figure is a query's, each ring has its permit, and the reports agree.

Witnesses that know nothing of each other: the line of JSON, the database asked with plain SQL by its superuser, and the
carrier's own ledger, which no part of ours reads.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ahize.run import keys
from ahize.run.account import service_account
from ahize.run.database import admin_of
from ahize.run.home import Home
from ahize.run.keeper import Keeper
from ahize.run.room import DATABASES
from run.test_up import CLONE, SOURCES

pytestmark = pytest.mark.stack

SECONDS = 60
TALKS_MIN = 6
KEYS = [
    "seconds", "contacts", "attempts", "answered", "talks", "dispositions", "abandoned", "permits_sealed",
    "permits_spent", "events",
]  # fmt: skip
COUNTS = {
    "contacts": "SELECT count(*) FROM contacts_contact",
    "attempts": "SELECT count(*) FROM dialing_attempt",
    "answered": "SELECT count(*) FROM dialing_attempt WHERE answered_at IS NOT NULL",
    "talks": "SELECT count(*) FROM dialing_attempt WHERE connected_at IS NOT NULL",
    "dispositions": "SELECT count(*) FROM dialing_dispositionrecord WHERE corrects_id IS NULL",
    "abandoned": "SELECT count(*) FROM dialing_attempt WHERE outcome = 'abandoned'",
    "permits_sealed": "SELECT count(*) FROM dialing_permit",
    "permits_spent": "SELECT count(*) FROM dialing_permit WHERE spent_at IS NOT NULL",
    "events": "SELECT count(*) FROM dialing_journal",
}


@dataclass
class Shift:
    """One run of the demo in a home of its own, over; its PostgreSQL is started again to be asked."""

    path: Path
    said: dict[str, Any]
    keeper: Keeper = field(repr=False)

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        if self.keeper.process is None or self.keeper.process.poll() is not None:
            self.keeper.start()
        return psycopg.connect(admin_of(self.keeper.admin_url, DATABASES["demo"]), autocommit=True)

    def ahize(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command in this home, which opens and closes the database by itself."""
        self.keeper.stop()
        return ahize(self.path, *arguments)

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            done = connection.execute(query, values)
            return done.fetchall() if done.description else []

    def carrier(self) -> list[dict[str, Any]]:
        lines = (self.path / "demo" / "log" / "carrier.jsonl").read_text().splitlines()
        return [row | {"at": datetime.fromisoformat(row["at"])} for row in map(json.loads, lines)]


def ahize(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AHIZE_", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-P", "-m", "ahize.run.cli", *arguments],
        env={**kept, "AHIZE_HOME": str(home), "AHIZE_CLONE": str(CLONE), **SOURCES},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def demo(home: Path, *arguments: str) -> dict[str, Any]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    done = ahize(home, "demo", "--json", "--port", str(port), *arguments)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    said = json.loads(line)
    assert list(said) == KEYS
    return said  # type: ignore[no-any-return]


def shift(*arguments: str) -> Iterator[Shift]:
    with tempfile.TemporaryDirectory(prefix="ahize-t-", dir="/tmp", ignore_cleanup_errors=True) as made:
        path = Path(made)
        path.chmod(0o755)
        said = demo(path, *arguments)
        home, account = Home.of("demo", path), service_account()
        keeper = Keeper.of(home, account, password=keys.read(home.secrets).superuser)
        try:
            yield Shift(path, said, keeper)
        finally:
            keeper.stop()


@pytest.fixture(scope="module")
def minute() -> Iterator[Shift]:
    yield from shift("--for", str(SECONDS))


def test_every_figure_equals_a_query(minute: Shift) -> None:
    assert minute.said["seconds"] == SECONDS
    for name, query in COUNTS.items():
        assert minute.ask(query) == [(minute.said[name],)], name


def test_a_minute_shows_talks_and_each_dial_had_its_permit(minute: Shift) -> None:
    said = minute.said
    assert said["contacts"] == 40_000
    assert said["talks"] >= TALKS_MIN
    assert said["dispositions"] <= said["talks"] <= said["answered"] <= said["permits_spent"]
    assert said["permits_spent"] <= said["permits_sealed"] <= said["attempts"]
    barred = minute.ask("SELECT count(*) FROM dialing_attempt WHERE verdict <> 'allow'")[0][0]
    assert 0 < barred == said["attempts"] - said["permits_sealed"], "each attempt was ruled on, and some were barred"


CAMPAIGNS = {
    "A warmer home this winter": "GB",
    "Bu kış daha düşük fatura": "TR",
    "Lower bills this winter": "US",
}


def test_each_country_has_its_campaign_and_is_called(minute: Shift) -> None:
    assert minute.ask("SELECT name FROM campaigns_campaign WHERE state = 'running' ORDER BY name") == [
        (name,) for name in CAMPAIGNS
    ]
    rang = minute.ask(
        "SELECT k.name, c.country, count(*) FROM dialing_permit p JOIN dialing_attempt a ON a.id = p.attempt_id"
        " JOIN campaigns_campaign k ON k.id = a.campaign_id JOIN contacts_contact c ON c.id = a.contact_id"
        " WHERE p.spent_at IS NOT NULL GROUP BY 1, 2 ORDER BY 1"
    )
    assert {name: country for name, country, _ in rang} == CAMPAIGNS, rang
    free = minute.ask(
        "SELECT k.name FROM campaigns_campaignagent a JOIN campaigns_campaign k ON k.id = a.campaign_id"
        " JOIN accounts_user u ON u.id = a.user_id WHERE u.email = 'you@demo.example'"
    )
    assert free == [("Lower bills this winter",)]


def test_nobody_abroad_waits_for_what_nobody_said(minute: Shift) -> None:
    """Every fact that British and Turkish law asks for has a door, and the demo went through it."""
    told = minute.ask(
        "SELECT DISTINCT s.country, a.verdict FROM dialing_attempt a"
        " JOIN tenants_seller s ON s.id = a.seller_id WHERE s.country <> 'US'"
    )
    assert told
    assert {verdict for _, verdict in told} <= {"allow", "block"}
    asked = minute.ask("SELECT count(*) FROM consents_registryanswer WHERE registry = 'TR-IYS'")
    assert asked == minute.ask("SELECT count(*) FROM contacts_phone WHERE starts_with(e164, '+90')")


def test_what_rang_at_the_carrier_is_what_was_permitted(minute: Shift) -> None:
    permits = {
        str(attempt): (number, sealed_at, valid_until, spent_at)
        for attempt, number, sealed_at, valid_until, spent_at in minute.ask(
            "SELECT attempt_id, e164, sealed_at, valid_until, spent_at FROM dialing_permit"
        )
    }
    invites = [row for row in minute.carrier() if row["what"] == "invite"]
    assert len({row["detail"] for row in invites}) == len(invites), "a permit dials once"
    for row in invites:
        number, sealed_at, valid_until, spent_at = permits[row["detail"]]
        assert row["number"] == number
        assert sealed_at <= row["at"] < valid_until
        assert spent_at is not None
    assert len(invites) == minute.said["permits_spent"]


def test_no_number_rings_twice_at_once_and_no_agent_hears_two(minute: Shift) -> None:
    busy: dict[str, str] = {}  # a number or a seat, and the call that holds it
    for row in minute.carrier():
        call = row["call"]
        if row["what"] in ("invite", "joined"):
            who = row["number"] if row["what"] == "invite" else row["detail"]
            assert who not in busy, f"{who} is in call {busy.get(who)} and in {call}"
            busy[who] = call
        elif row["what"] == "ended":
            busy = {who: held for who, held in busy.items() if held != call}


def test_nothing_was_logged_that_ought_to_worry_anybody(minute: Shift) -> None:
    for name in ("web", "dialerd", "worker", "world", "seats"):
        log = (minute.path / "demo" / "log" / f"{name}.log").read_text()
        assert "Traceback" not in log, name
        assert not [line for line in log.splitlines() if "ERROR" in line], name


def test_reports_verify_finds_one_tampered_row_and_names_the_cell(minute: Shift) -> None:
    honest = minute.ahize("reports", "verify", "--json")
    assert honest.returncode == 0, honest.stdout + honest.stderr
    (proof,) = json.loads(honest.stdout)
    assert proof["cells"] > 0
    assert proof["mismatches"] == []
    wanted = minute.ask("SELECT attempt_id FROM dialing_permit WHERE spent_at IS NOT NULL ORDER BY sealed_at LIMIT 1")
    before = minute.ask("SELECT outcome FROM dialing_attempt WHERE id = %s", wanted[0][0])[0][0]
    after = "busy" if before != "busy" else "no_answer"
    with minute.connect() as forger:
        forger.execute("SET session_replication_role = replica")  # past every guard, as only a superuser can
        forger.execute("UPDATE dialing_attempt SET outcome = %s WHERE id = %s", (after, wanted[0][0]))
    forged = minute.ahize("reports", "verify")
    assert forged.returncode == 1, forged.stdout + forged.stderr
    assert f"outcome.{after}" in forged.stdout


@pytest.fixture(scope="module")
def stopped() -> Iterator[Shift]:
    yield from shift("--for", "15", "--seed", "2", "--seats", "5", "--without", "clearance")


def test_without_clearance_nothing_is_permitted_and_nobody_talks(stopped: Shift) -> None:
    said = stopped.said
    assert (said["permits_sealed"], said["permits_spent"], said["talks"], said["answered"]) == (0, 0, 0, 0)
    assert said["contacts"] == 40_000
    assert said["events"] > 0, "agents sat down all the same"
    assert stopped.carrier() == []
    assert "clearance is stopped" in (stopped.path / "demo" / "log" / "dialerd.log").read_text()


def test_another_seed_is_another_town(minute: Shift, stopped: Shift) -> None:
    who = (
        "SELECT first_name, last_name, e164 FROM contacts_contact "
        "JOIN contacts_phone ON contact_id = contacts_contact.id ORDER BY row LIMIT 100"
    )
    assert minute.ask(who) != stopped.ask(who)


def test_a_part_that_there_is_not_cannot_be_left_out(tmp_path: Path) -> None:
    done = ahize(tmp_path, "demo", "--without", "telepathy")
    assert done.returncode == 2
    assert "There is no part “telepathy”" in done.stderr
