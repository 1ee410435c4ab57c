"""The demo's house finds the made-up İYS as it would the real one: by its account, over HTTP, with the same client."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from ahize.registries import iys
from ahize.run import demo_iys, demo_iys_door
from ahize.web.consents.iys_line import HttpsLine

TENANT = UUID(int=7)
NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("secrets", "run"):
        (tmp_path / name).mkdir()
    return tmp_path


def client(home: Path) -> iys.Client:
    """As ``iys_house.client_maker`` makes one."""
    own = json.loads((home / "secrets" / "iys.json").read_bytes())[str(TENANT)]
    account = iys.Account(int(demo_iys.PROVIDER), int(demo_iys.BRAND), own["username"], own["password"])
    return iys.Client(HttpsLine(own["url"]), account, clock=lambda: NOW, pause=time.sleep)


def asked(home: Path, *, put_up: bool = False) -> list[str]:
    """One life of the registry: what it says of ten people, after the first without a record has agreed."""

    def ask() -> list[str]:
        speaks = client(home)
        numbers = [f"+9055500000{n:02d}" for n in range(10)]
        said = [speaks.status(number, "BIREYSEL", "ARAMA") for number in numbers]
        if put_up:
            nobody = numbers[said.index(None)]
            speaks.add(iys.Consent(nobody, "BIREYSEL", "ARAMA", "ONAY", "HS_WEB", NOW - timedelta(hours=1)))
        return [one.consent.status if one else "none" for one in said]

    async def life() -> list[str]:
        runner = await demo_iys_door.open_door(home, seed=1, clock=lambda: NOW)
        assert runner is not None
        try:
            return await asyncio.to_thread(ask)
        finally:
            await runner.cleanup()

    return asyncio.run(asyncio.wait_for(life(), 30))


def test_the_account_is_for_the_house_alone(home: Path) -> None:
    demo_iys.write_account(home, TENANT)
    assert (home / "secrets" / "iys.json").stat().st_mode & 0o077 == 0


def test_it_answers_over_http_and_remembers_what_was_put_up(home: Path) -> None:
    demo_iys.write_account(home, TENANT)
    first = asked(home, put_up=True)
    assert "none" in first
    demo_iys.write_account(home, TENANT)  # another start: another port, another password
    second = asked(home)
    place = first.index("none")
    assert (second[place], second[place + 1 :]) == ("ONAY", first[place + 1 :])
    demo_iys.begin_anew(home)
    assert asked(home) == first


def test_without_an_account_there_is_none(home: Path) -> None:
    assert asyncio.run(demo_iys_door.open_door(home, seed=1, clock=lambda: NOW)) is None
