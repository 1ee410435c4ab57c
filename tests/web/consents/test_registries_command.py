"""``./ahize registries load``: the seller by name or id, the day, the areas; what is wrong is said."""

from __future__ import annotations

from datetime import date

import pytest

from ahize.kernel.errors import BadInput
from ahize.run.registries import main
from ahize.web.consents.models import RegistryVersion
from ahize.web.tenants.models import Seller
from web.campaigns.house import House, build
from web.consents.test_consents import facts

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


def seller_name(house: House) -> str:
    with house.open():
        return Seller.objects.get(pk=house.seller).name


def test_a_registry_is_loaded_for_a_seller_by_name_or_id(house, flat, capsys):
    name = seller_name(house)
    day = ["--as-of", "2026-01-05"]
    assert main(["load", "US-FTC", str(flat), *day, "--seller", name, "--areas", "212, 646"]) == 0
    assert capsys.readouterr().out == f"US-FTC of 2026-01-05 for {name}: 2 numbers, 2 area codes\n"
    assert facts(house).registries == {"US-FTC": {"listed": True, "version_on": "2026-01-05"}}
    assert facts(house, "+16465550123").registries == {"US-FTC": {"listed": False, "version_on": "2026-01-05"}}
    later = ["load", "US-FTC", str(flat), "--as-of", "2026-01-06", "--seller", str(house.seller)]
    assert main(later) == 0
    with house.open():
        assert [(one.as_of, one.areas) for one in RegistryVersion.objects.order_by("as_of")] == [
            (date(2026, 1, 5), ["212", "646"]),
            (date(2026, 1, 6), ["212"]),
        ]


def test_a_seller_that_is_none_is_said_with_those_that_are(house, flat):
    with pytest.raises(BadInput, match="seller is called") as wrong:
        main(["load", "US-FTC", str(flat), "--as-of", "2026-01-05", "--seller", "Nobody"])
    assert seller_name(house) in wrong.value.next_step


def test_a_day_that_is_none_is_said(house, flat):
    name = seller_name(house)
    with pytest.raises(BadInput, match="is no day"):
        main(["load", "US-FTC", str(flat), "--as-of", "yesterday", "--seller", name])
