"""The demo's three countries: each list is read as its country writes, each register says what it must."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ahize.intake.check import settle_mapping
from ahize.intake.reader import read, sniff
from ahize.intake.rows import Options, convert
from ahize.kernel.phone import is_drama
from ahize.run import demo_roll
from ahize.run.demo_markets import (
    BRITISH,
    MARKETS,
    REGISTRY_AGE_DAYS,
    TURKISH,
    Market,
    People,
    _british_copies,
    load_registries,
)
from ahize.sim import town
from ahize.web.campaigns import hours
from ahize.web.campaigns.set_up import DISCLOSURES
from ahize.web.consents import queries
from ahize.web.consents.copies import copies
from web.campaigns.house import build

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def people() -> People:
    return People.drawn(1, 6000, now=NOW)


def test_everybody_lives_in_one_country(people: People) -> None:
    assert sum(map(len, people.rows.values())) == 6000
    for country, prefix in (("US", "+1"), ("GB", "+44"), ("TR", "+90")):
        numbers = people.numbers(country)
        assert numbers
        assert all(number.startswith(prefix) for number in numbers)


def test_a_turkish_list_is_understood_as_it_was_meant(people: People, tmp_path: Path) -> None:
    rows, file = people.rows["TR"], tmp_path / "uydurma.csv"
    town.write_people(file, map(town.in_turkish, rows), header=town.TURKISH_HEADER)
    truth = sniff(file, region="TR")
    mapping = settle_mapping(truth, region="TR", phone_columns=())
    options = Options(region="TR")
    for record, row in zip(read(file, truth), rows, strict=True):
        said = dict(zip(town.HEADER, row, strict=True))
        made = convert(record, mapping, options)
        assert not made.errors, made.errors
        assert [one.number.e164 for one in made.numbers] == [said["Phone"]]
        assert made.fields["first_name"] == said["First name"]
        assert made.fields["capacity"] == said["Consumer or business"]
        assert made.fields["country"] == "TR"
        assert made.fields.get("language") == "tr"
        bought = said["Last purchase"]
        assert made.fields.get("last_purchase_on") == (date.fromisoformat(bought) if bought else None)


def test_who_joined_a_british_register_lately_stands_in_its_later_copies(people: People) -> None:
    copies = [copy for copy in _british_copies(1, people.numbers("GB")) if copy.code == "GB-TPS"]
    assert [copy.age_days for copy in copies] == sorted((copy.age_days for copy in copies), reverse=True)
    assert copies[-1].age_days == REGISTRY_AGE_DAYS
    for older, newer in pairwise(copies):
        assert set(older.numbers) <= set(newer.numbers)
        assert len(older.numbers) >= 0.95 * len(newer.numbers), "no load is refused as shrunken"
    assert len(copies[0].numbers) < len(copies[-1].numbers)


@pytest.mark.parametrize("market", MARKETS, ids=lambda market: market.country)
def test_a_campaigns_words_can_be_read_aloud(market: Market) -> None:
    text = market.settings.get("script", "")
    assert set(market.settings.get("script_discloses", ())) <= DISCLOSURES
    if text:
        fields = {"first_name", "agent_name", "seller_name", "seller_phone", "product"}
        assert set(re.findall(r"\{(\w+)\}", text)) == fields, "a misspelt one would be refused at the start"
        assert hours.week(market.settings["hours"])


def test_who_sells_abroad_shows_a_number_of_that_country() -> None:
    for market, prefix in ((BRITISH, "+44"), (TURKISH, "+90")):
        assert market.caller_id["e164"] == market.seller["phone_e164"]
        assert market.caller_id["e164"].startswith(prefix)
        assert market.notice, "the law there asks for the notice"
    assert is_drama(BRITISH.caller_id["e164"])


def test_most_agents_work_in_the_united_states_and_some_in_each_other_country() -> None:
    at = Counter(country for _, country in demo_roll.AGENTS)
    assert at["US"] > len(demo_roll.AGENTS) / 2
    assert at["GB"] >= 3 <= at["TR"]
    assert len({name for name, _ in demo_roll.AGENTS}) == len(demo_roll.AGENTS) == demo_roll.SEATS


@pytest.mark.django_db(transaction=True)
def test_copies_held_show_since_when_the_british_are_listed_and_are_renewed(
    people: People, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    house, numbers = build(), people.numbers("GB")

    def load(now: datetime, *, anew: bool) -> None:
        load_registries(BRITISH, 1, numbers, anew=anew, tenant=house.tenant, seller=house.seller, now=now)

    with house.open():
        load(NOW, anew=True)
        held = copies(house.seller)
        since = [fact for number in numbers if (fact := held.about(number)["GB-TPS"])["listed"]]
        assert all("listed_on" in fact for fact in since), "nobody waits for a day that nobody knows"
        young = [fact for fact in since if date.fromisoformat(fact["listed_on"]) > NOW.date() - timedelta(days=28)]
        assert 0 < len(young) < len(since) / 10, "the listing of some does not bind yet"
        load(NOW + timedelta(days=26), anew=False)
        newest = queries.registry_versions(seller=house.seller).order_by("-as_of").first()
        assert newest is not None
        assert newest.as_of == (NOW + timedelta(days=26 - REGISTRY_AGE_DAYS)).date()
