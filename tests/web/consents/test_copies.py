"""A seller's copies of registries: loaded, refused, in force at once, and remembered."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from ahize.kernel.errors import BadInput, Conflict
from ahize.registries.bodies import LISTED, NOT_COVERED, NOT_LISTED
from ahize.web.audit.models import Entry
from ahize.web.base import draw_id
from ahize.web.consents import copies, joined, on_record, registries
from ahize.web.consents.models import RegistryVersion
from web.campaigns.house import NOW, House, build

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "+12125550123"
DAY = date(2026, 11, 1)


@pytest.fixture
def house():
    return build()


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


def loaded(house: House, folder: Path, text: str | bytes, *, code: str = "us-ftc", **how) -> RegistryVersion:
    file = folder / "list.txt"
    file.write_bytes(text.encode("ascii") if isinstance(text, str) else text)
    how = {"as_of": DAY, "areas": None, "seller": house.seller, "by": None, "now": NOW, **how}
    with house.open():
        return registries.load(code, file, tenant=house.tenant, **how)


def said(house: House, e164: str = NUMBER) -> dict[str, tuple[bool, str]]:
    with house.open():
        found = on_record.facts_for(house.seller, [e164])[e164].registries
    return {code: (fact["listed"], fact["version_on"]) for code, fact in found.items()}


def refused(house: House, folder: Path, text: str | bytes, problem: str, **how) -> None:
    before = said(house)
    with pytest.raises((BadInput, Conflict)) as wrong:
        loaded(house, folder, text, **how)
    assert wrong.value.code == problem
    assert wrong.value.next_step, "what to do is not said"
    assert said(house) == before


def test_a_registry_says_listed_with_the_day_and_nothing_of_areas_it_does_not_cover(house, media):
    version = loaded(house, media, "212,5550123\n212,5550124\n", areas=["212", "646"], by=house.people["administrator"])
    assert (version.rows, version.areas, version.code) == (2, ["212", "646"], "US-FTC")
    assert said(house) == {"US-FTC": (True, "2026-11-01")}
    assert said(house, "+16465550123") == {"US-FTC": (False, "2026-11-01")}
    assert said(house, "+13055550123") == said(house, "+905550000001") == {}
    with house.open():
        entry = Entry.objects.get(action="load_registry")
    assert {"kind": "full", "rows": 2, "lines": 2, "sha256": version.sha256}.items() <= entry.after.items()


def test_a_decision_can_name_the_copy_it_rests_on(house, media):
    version = loaded(house, media, "212,5550123\n")
    with house.open():
        fact = on_record.facts_for(house.seller, [NUMBER])[NUMBER].registries["US-FTC"]
    assert fact["version"] == f"US-FTC/2026-11-01/{version.sha256[:12]}"


def test_the_newest_copy_that_covers_the_area_decides(house, media):
    loaded(house, media, "212,5550123\n646,5550123\n", as_of=date(2026, 10, 1))
    loaded(house, media, "646,5550199\n", areas=["646"], may_shrink=True)
    assert said(house, "+16465550123") == {"US-FTC": (False, "2026-11-01")}
    assert said(house) == {"US-FTC": (True, "2026-10-01")}


def test_many_are_answered_as_one_by_one(house, media):
    loaded(house, media, "212,5550123\n646,5550123\n", as_of=date(2026, 10, 1))
    loaded(house, media, "646,5550199\n", areas=["646"], may_shrink=True)
    loaded(house, media, "0207 9460100\r\n", code="GB-TPS")
    loaded(house, media, "phone\n(415) 555-0112\n", code="OWN-LITIGATOR")
    asked = ["+12125550123", "+16465550123", "+16465550199", "+442079460100", "+442079460101", "+14155550112"]
    numbers = np.array([int(number) for number in asked])
    with house.open():
        held = copies.copies(house.seller)
        many = held.lookup(numbers)
        for place, number in enumerate(asked):
            single = held.about(number)
            for code, scrubbed in many.items():
                verdict = int(scrubbed.verdicts[place])
                if code in single:
                    copy = scrubbed.copies[scrubbed.copy[place]]
                    assert (verdict == LISTED, copy.version) == (single[code]["listed"], single[code]["version"])
                elif code != "OWN-LITIGATOR":
                    assert verdict == NOT_COVERED
    assert many["OWN-LITIGATOR"].verdicts.tolist() == [NOT_LISTED] * 5 + [LISTED]


def test_a_copy_that_is_gone_makes_its_area_unknown_and_no_older_one_steps_in(house, media):
    loaded(house, media, "212,5550199\n", as_of=date(2026, 10, 1), areas=["212"])
    newest = loaded(house, media, "212,5550199\n212,5550123\n", areas=["212"])
    (media / "files" / newest.file).unlink()
    copies._maps.clear()
    assert said(house) == {}
    with house.open():
        verdicts = copies.copies(house.seller).lookup(np.array([12125550123, 12125550199]))["US-FTC"].verdicts
    assert verdicts.tolist() == [NOT_COVERED, NOT_COVERED]


def test_one_sellers_copy_never_serves_another(house, media):
    other = build("Other house")
    loaded(house, media, "212,5550123\n", areas=["212"])
    assert said(other) == {}
    with other.open():
        assert copies.copies(house.seller).held == ()


def test_a_litigator_is_suppressed_for_the_seller_whatever_the_registries_say(house, media):
    loaded(house, media, "phone,name\n(212) 555-0123,A\n+1-305-555-0113,B\n", code="own-litigator")
    with house.open():
        facts = on_record.facts_for(house.seller, [NUMBER, "+12125550124"])
    assert facts[NUMBER].registries == {}
    assert [(one["scope"], one["source"], one["covers"]) for one in facts[NUMBER].suppressions] == [
        ("principal", "litigator", "everything")
    ]
    assert facts["+12125550124"].suppressions == []
    refused(house, media, "phone\n2125550123\n12\n", "registry_line", code="OWN-LITIGATOR", as_of=date(2026, 11, 2))


def test_every_register_is_told_by_its_code(house, media):
    loaded(house, media, "416,5550101\n", code="CA-DNCL")
    loaded(house, media, "3175550100\r\n8125550117\r\n", code="US-IN")
    loaded(house, media, b"02079460100 \r\n07700900103 \r\n", code="GB-CTPS")
    assert said(house, "+14165550101") == {"CA-DNCL": (True, "2026-11-01")}
    assert said(house, "+13175550100") == {"US-IN": (True, "2026-11-01")}
    assert said(house, "+447700900103") == {"GB-CTPS": (True, "2026-11-01")}
    assert said(house, "+447700900104") == {"GB-CTPS": (False, "2026-11-01")}
    refused(house, media, "1\n", "unknown_registry", code="US-QQ")


BASE = "".join(f"212,555{n:04d}\n" for n in range(100, 200))


@pytest.mark.parametrize(
    ("text", "problem", "how"),
    [
        (BASE[:300], "registry_shrank", {}),
        (BASE[:-5], "registry_line", {}),
        (BASE + "<html><body>Session expired</body></html>\n", "registry_html", {}),
        ("<!DOCTYPE html>\n<html><head></head></html>", "registry_html", {}),
        ("<list type='full' level='ac' val='212'>\n<ac val='212'>\n<ph val='5550123' />\n", "registry_cut_short", {}),
        ("416,5550101\n", "registry_country", {}),
        (BASE, "registry_country", {"code": "CA-DNCL"}),
        (BASE, "registry_line", {"code": "GB-TPS"}),
        ("2125550123,NY\n", "registry_country", {"code": "US-IN"}),
        (BASE, "registry_loaded", {"as_of": DAY}),
        (BASE, "registry_repeated", {}),
        (BASE + "212,5550300\n", "registry_order", {"as_of": DAY - timedelta(days=1)}),
        ("212,5550300,2026-11-02,A\n", "registry_order", {"as_of": DAY, "change": True}),
        ("212,5550300,2026-10-31,A\n", "registry_order", {"change": True}),
        ("212,5550300,2026-11-09,A\n", "registry_order", {"change": True}),
        ("".join(f"212,777{n:04d},2026-11-02,D\n" for n in range(30)), "registry_order", {"change": True}),
        ("".join(f"212,555{n:04d},2026-11-02,D\n" for n in range(100, 120)), "registry_shrank", {"change": True}),
        ("416,5550300,2026-11-02,A\n", "registry_areas", {"change": True}),
        ("212,5550300,A\n", "registry_order", {"change": True, "code": "CA-DNCL"}),
        (BASE + "212,5550300\n", "registry_future", {"as_of": date(2027, 1, 1)}),
    ],
)
def test_what_is_wrong_with_a_file_is_said_and_what_stood_before_stands(house, media, text, problem, how):
    loaded(house, media, BASE)
    refused(house, media, text, problem, **{"as_of": DAY + timedelta(days=1), **how})


def test_a_copy_for_nobody_is_refused(house, media):
    with pytest.raises(BadInput, match="no such seller"):
        loaded(house, media, "212,5550123\n", seller=draw_id(NOW))


def test_a_change_is_in_force_for_the_next_question(house, media):
    loaded(house, media, BASE)
    assert said(house)["US-FTC"][0] is True
    change = "212,5550123,2026-11-02,D\n212,5550300,2026-11-02,A\n"
    loaded(house, media, change, as_of=DAY + timedelta(days=1), change=True, now=NOW + timedelta(days=1))
    assert said(house) == {"US-FTC": (False, "2026-11-02")}
    assert said(house, "+12125550300") == {"US-FTC": (True, "2026-11-02")}


def test_what_a_copy_said_on_a_day_gone_by_is_known_when_its_map_is_packed(house, media):
    moments: list[datetime] = []
    for day in range(6):
        moment = NOW + timedelta(days=day)
        number = f"212,777{day:04d}"
        text = BASE if day == 0 else f"{number},2026-11-{day + 1:02d},A\n"
        loaded(house, media, text, as_of=DAY + timedelta(days=day), change=day > 0, now=moment)
        moments.append(moment)
    assert len(list((media / "files").rglob("*.ahreg"))) == 2, "the copy in force and the one before"
    for day, moment in enumerate(moments):
        with house.open():
            known = [copies.listed_at(house.seller, f"+1212777{n:04d}", moment)["US-FTC"] for n in range(1, 6)]
        assert [fact["listed"] for fact in known] == [n <= day for n in range(1, 6)]
        assert {fact["version_on"] for fact in known} == {DAY + timedelta(days=day)}
    with house.open():
        assert copies.listed_at(house.seller, NUMBER, NOW - timedelta(days=1)) == {}


TPS = "+447700900{:03d}"


def tps(house: House, folder: Path, numbers: list[int], on: date, **how) -> None:
    text = "".join(f"{'0' + TPS.format(number)[3:]:<12}\r\n" for number in numbers)
    loaded(house, folder, text, code="GB-TPS", as_of=on, now=NOW + timedelta(days=99), **how)


def since(house: House, number: int) -> str | None:
    with house.open():
        facts = on_record.facts_for(house.seller, [TPS.format(number)])[TPS.format(number)]
    return facts.registries["GB-TPS"].get("listed_on")


def test_a_sole_copy_does_not_show_since_when_anybody_is_listed(house, media):
    tps(house, media, [1, 2], DAY)
    assert since(house, 1) is None
    assert since(house, 3) is None, "nor of whom it does not list"


def test_copies_held_show_the_earliest_day_on_which_a_number_may_have_joined(house, media):
    numbers = list(range(1, 50))
    tps(house, media, numbers, DAY)
    tps(house, media, [*numbers, 60], DAY + timedelta(days=10))
    tps(house, media, [*numbers, 60, 61], DAY + timedelta(days=30))
    assert since(house, 60) == "2026-11-02"
    assert since(house, 61) == "2026-11-12"
    assert since(house, 1) is None, "copies of thirty days do not show more"
    tps(house, media, [*numbers, 61], DAY + timedelta(days=35))
    tps(house, media, [*numbers, 60, 61], DAY + timedelta(days=40), may_repeat=True)
    assert since(house, 60) == "2026-12-07", "who left and came back joined anew"
    assert since(house, 61) == "2026-11-12"
    assert since(house, 1) == "2026-11-10", "it stood there already a month before the copy"


def test_who_joined_is_forgotten_with_the_copies_and_damage_tells_nothing(house, media):
    numbers = list(range(1, 50))
    for day in range(5):
        tps(house, media, [*numbers, 60 + day], DAY + timedelta(days=day))
    assert len(list((media / "files").rglob("*.joined.npz"))) == 2
    tps(house, media, [*numbers, 70], DAY + timedelta(days=5))
    assert since(house, 70) == "2026-11-06"
    for noted in (media / "files").rglob("*.joined.npz"):
        noted.write_bytes(b"PK broken")
    joined._kept.cache_clear()
    assert since(house, 70) is None
