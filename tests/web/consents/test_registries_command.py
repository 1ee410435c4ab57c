"""``./ahize registries load``: the seller by name or id, the day, the areas; what is wrong is said."""

from __future__ import annotations

from datetime import date

import pytest

from ahize.kernel.errors import BadInput, Conflict
from ahize.run import registries as command
from ahize.run.registries import carry_out, parsed
from ahize.web.consents.models import RegistryVersion
from ahize.web.tenants.models import Seller
from web.campaigns.house import House, build
from web.consents.test_copies import said

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house() -> House:
    return build("Command house")


@pytest.fixture
def flat(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    file = tmp_path / "us-ftc.txt"
    file.write_text("212,5550123\n212,5550124\n", encoding="ascii")
    return file


def run(*words: str) -> int:
    return carry_out(parsed(words))


def seller_name(house: House) -> str:
    with house.open():
        return Seller.objects.get(pk=house.seller).name


def test_a_registry_is_loaded_for_a_seller_by_name_or_id(house, flat, capsys):
    name = seller_name(house)
    day = ["--as-of", "2026-01-05"]
    assert run("load", "US-FTC", str(flat), *day, "--seller", name, "--areas", "212, 646") == 0
    assert capsys.readouterr().out == f"US-FTC of 2026-01-05 for {name}: 2 numbers, 2 area codes\n"
    assert said(house) == {"US-FTC": (True, "2026-01-05")}
    assert said(house, "+16465550123") == {"US-FTC": (False, "2026-01-05")}
    later = ["load", "US-FTC", str(flat), "--as-of", "2026-01-06", "--seller", str(house.seller)]
    with pytest.raises(Conflict, match="to the letter"):
        run(*later)
    assert run(*later, "--may-repeat") == 0
    assert run("list") == 0
    assert run("was", "+12125550123", "--on", "2026-12-31", "--seller", name) == 0
    assert "US-FTC: listed, in the copy of 2026-01-06 (US-FTC/2026-01-06/" in capsys.readouterr().out
    with house.open():
        assert [(one.as_of, one.areas) for one in RegistryVersion.objects.order_by("as_of")] == [
            (date(2026, 1, 5), ["212", "646"]),
            (date(2026, 1, 6), ["212"]),
        ]


def test_a_seller_that_is_none_is_said_with_those_that_are(house, flat):
    with pytest.raises(BadInput, match="seller is called") as wrong:
        run("load", "US-FTC", str(flat), "--as-of", "2026-01-05", "--seller", "Nobody")
    assert seller_name(house) in wrong.value.next_step


def test_a_day_that_is_none_is_said(house, flat):
    name = seller_name(house)
    with pytest.raises(BadInput, match="is no day"):
        run("load", "US-FTC", str(flat), "--as-of", "yesterday", "--seller", name)


def test_a_file_that_is_none_is_said_before_any_database_is_asked(tmp_path):
    with pytest.raises(BadInput, match="There is no file"):
        parsed(["load", "US-FTC", str(tmp_path / "none"), "--as-of", "2026-01-05", "--seller", "Acme"])


def test_where_several_rooms_run_one_must_be_named(monkeypatch):
    monkeypatch.setattr("ahize.run.room.running", lambda home: object())
    with pytest.raises(Conflict, match="Several rooms run: up, demo"):
        command._room(None)
    assert command._room("demo") == "demo"
    with pytest.raises(BadInput, match="no room “kitchen”"):
        command._room("kitchen")
    monkeypatch.setattr("ahize.run.room.running", lambda home: None)
    assert command._room(None) is None
