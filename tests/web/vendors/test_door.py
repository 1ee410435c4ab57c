"""A lead vendor's program, pointed at us instead of at VICIdial, works on; and gets no further than its own leads."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from ahize.kernel.errors import BadInput, Conflict
from ahize.web import base
from ahize.web.base import draw_id
from ahize.web.campaigns.models import CampaignList
from ahize.web.consents.models import Consent, Suppression
from ahize.web.contacts import services as contacts
from ahize.web.contacts.models import Contact, ContactList, Import, ImportReject
from ahize.web.dialing import stock
from ahize.web.dialing.models import Deed, Due
from ahize.web.vendors import services
from ahize.web.vendors.models import Post
from web.campaigns.house import NOW, House, build
from web.dialing import shop as shops

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "/vicidial/non_agent_api.php"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    class Set:
        def now(self) -> Any:
            return NOW

    monkeypatch.setattr(base, "CLOCK", Set())


@pytest.fixture
def house() -> House:
    return build()


class Vendor:
    """A program with its key."""

    def __init__(self, house: House | shops.Shop, supplier: str = "Leads & Co") -> None:
        with house.open():
            self.opened = services.open_door(
                tenant=house.tenant,
                seller=house.seller,
                supplier=supplier,
                source="broker",
                list_name="",
                by=draw_id(NOW),
                now=NOW,
            )
        self.word, self.key = self.opened.door.word, self.opened.key

    def asks(self, function: str, *, by: str = "get", **said: str) -> list[str]:
        told = {"user": self.word, "pass": self.key, "source": "test", "function": function, **said}
        client = Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
        answer = getattr(client, by)(ADDRESS, told)
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain")
        return answer.content.decode().splitlines()


BOB = {"phone_number": "2125550101", "phone_code": "1", "first_name": "Bob", "last_name": "Wilson", "state": "NY"}


def test_a_lead_becomes_a_contact_that_a_campaign_may_call(house: House) -> None:
    vendor = Vendor(house)
    assert vendor.asks("add_lead", **BOB, city="Chicago Heights", vendor_lead_code="V-7") == [
        f"SUCCESS: add_lead LEAD HAS BEEN ADDED - 2125550101|999|1|-5|{vendor.word}"
    ]
    with house.open():
        contact = Contact.objects.get()
        phone = contact.phones.get()
        assert (contact.first_name, contact.last_name, contact.region, contact.city) == (
            *("Bob", "Wilson", "US-NY", "Chicago Heights"),
        )
        assert (contact.external_id, contact.list.supplier, contact.list.source) == ("V-7", "Leads & Co", "broker")
        assert (phone.e164, phone.zones) == ("+12125550101", ["America/New_York"])
        deed = Deed.objects.get(kind="list_grew")
        assert deed.payload == {"list": str(contact.list_id), "contacts": [str(contact.pk)]}
        assert not Consent.objects.exists()


def test_whoever_comes_to_a_called_list_is_due_there_once() -> None:
    shop = shops.build()
    vendor = Vendor(shop)
    with shop.open():
        behind = vendor.opened.door.lists.get()
        CampaignList.objects.create(
            id=draw_id(NOW), tenant_id=shop.tenant, campaign_id=shop.campaign, list_id=behind.list_id, position=9
        )
    answer = vendor.asks("add_lead", **BOB, add_to_hopper="Y")
    assert answer[1] == f"NOTICE: add_lead ADDED TO HOPPER - 2125550101|1|1|{vendor.word}"
    with shop.open(), connection.cursor() as cursor:
        contact = Contact.objects.get(list=behind.list_id)
        for _again in range(2):
            cursor.execute(*stock.grown([contact.pk], now=NOW))
        assert [due.done for due in Due.objects.filter(campaign=shop.campaign, contact=contact)] == [False]


@pytest.mark.parametrize("by", ["get", "post"])
def test_a_program_may_ask_by_address_or_by_form(house: House, by: str) -> None:
    assert Vendor(house).asks("add_lead", by=by, **BOB)[0].startswith("SUCCESS: add_lead LEAD HAS BEEN ADDED")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"phone_number": "21255"}, "ERROR: add_lead INVALID PHONE NUMBER LENGTH - 21255|"),
        ({"phone_number": ""}, "ERROR: add_lead INVALID PHONE NUMBER - |"),
        ({"phone_number": "<script>|x\r\ny"}, "ERROR: add_lead INVALID PHONE NUMBER - <script> x  y|"),
        ({"list_id": "4711"}, "ERROR: add_lead NOT AN ALLOWED LIST ID - 2125550101|4711"),
        ({"source": ""}, "ERROR: Invalid Source - "),
        ({"duplicate_check": "DUPMOON"}, "ERROR: add_lead DUPLICATE CHECK NOT KNOWN - DUPMOON|"),
        ({"comments": "x" * 2_000}, "ERROR: FIELD TOO LONG - comments|2000"),
        ({"comments": "nul\0"}, "ERROR: UNREADABLE FIELD - comments"),
    ],
)
def test_what_is_no_lead_is_said_in_one_line_and_leaves_nothing(
    house: House, said: dict[str, str], answer: str
) -> None:
    assert Vendor(house).asks("add_lead", **{**BOB, **said})[0].startswith(answer)
    with house.open():
        assert not Contact.objects.exists()


def test_a_wrong_key_opens_nothing_and_is_counted(house: House) -> None:
    vendor = Vendor(house)
    vendor.key = "0" * 40
    answers = [vendor.asks("add_lead", **BOB)[0] for _try in range(6)]
    assert answers[0] == f"ERROR: Login incorrect, please try again - {vendor.word}"
    assert answers[-1] == f"ERROR: Too many login attempts, try again in 5 minutes - {vendor.word}"
    assert vendor.asks("", **BOB) == ["ERROR: NO FUNCTION SPECIFIED"]
    other = Vendor(house, "Other")
    assert other.asks("add_user", **BOB)[0].startswith("ERROR: auth USER DOES NOT HAVE PERMISSION")


def test_a_closed_door_and_an_old_key_are_nobodys(house: House) -> None:
    vendor = Vendor(house)
    by = house.people["administrator"]
    with house.open():
        again = services.new_key(vendor.opened.door, by=by, now=NOW)
    assert vendor.asks("add_lead", **BOB)[0].startswith("ERROR: Login incorrect")
    vendor.key = again.key
    assert vendor.asks("add_lead", **BOB)[0].startswith("SUCCESS")
    with house.open():
        services.close(vendor.opened.door, by=by, now=NOW)
        with pytest.raises(Conflict):
            services.add_list(vendor.opened.door, number="1001", name="More", by=by, now=NOW)
    assert vendor.asks("add_lead", **BOB)[0].startswith("ERROR: Login incorrect")


@pytest.mark.parametrize(
    ("check", "said", "words"),
    [
        ("DUPLIST", {}, "DUPLICATE PHONE NUMBER IN LIST - 2125550101|999|1"),
        ("DUPSYS", {}, "DUPLICATE PHONE NUMBER IN SYSTEM - 2125550101|999|1|999"),
        ("DUPSYS30DAY", {}, "DUPLICATE PHONE NUMBER IN SYSTEM"),
        ("DUPPHONEALTLIST", {"phone_number": "4155550102"}, "DUPLICATE PHONE NUMBER IN LIST - 4155550102|999|1"),
        ("DUPNAMEPHONELIST", {}, "DUPLICATE NAME PHONE IN LIST - Bob|Wilson|2125550101|999|1"),
        ("DUPLIST-DUPNAMEPHONESYS", {}, "DUPLICATE PHONE NUMBER IN LIST"),
        ("DUPNAMEPHONELIST", {"first_name": "Ann"}, None),
        ("DUPTITLEALTPHONELIST", {}, None),
        ("", {}, None),
    ],
)
def test_duplicates_are_found_as_far_as_the_vendor_asks(
    house: House, check: str, said: dict[str, str], words: str | None
) -> None:
    vendor = Vendor(house)
    vendor.asks("add_lead", **BOB, alt_phone="4155550102")
    answer = vendor.asks("add_lead", **{**BOB, **said}, duplicate_check=check)[0]
    assert answer.startswith(f"ERROR: add_lead {words}" if words else "SUCCESS: add_lead LEAD HAS BEEN ADDED")


def test_of_anothers_lead_a_vendor_learns_only_that_it_is_there(house: House) -> None:
    first, second = Vendor(house, "First"), Vendor(house, "Second")
    first.asks("add_lead", **BOB, email="bob@example.org")
    assert second.asks("add_lead", **BOB, duplicate_check="DUPSYS") == [
        "ERROR: add_lead DUPLICATE PHONE NUMBER IN SYSTEM - 2125550101|999||"
    ]
    assert second.asks("lead_field_info", lead_id="1", field_name="email")[0].startswith(
        "ERROR: lead_field_info LEAD NOT"
    )
    assert second.asks("update_lead", lead_id="1", first_name="Eve")[0].startswith(
        "ERROR: update_lead NO MATCHES FOUND"
    )


def test_a_lead_is_changed_with_its_history_kept_and_what_is_not_done_here_is_named(house: House) -> None:
    vendor = Vendor(house)
    vendor.asks("add_lead", **BOB, vendor_lead_code="V-7", custom_fields="Y", favorite_color="blue")
    answer = vendor.asks(
        "update_lead",
        search_method="VENDOR_LEAD_CODE",
        vendor_lead_code="V-7",
        last_name="Smith",
        state="NJ",
        custom_fields="Y",
        favorite_color="--BLANK--",
        status="SALE",
    )
    assert answer == [
        f"SUCCESS: update_lead LEAD HAS BEEN UPDATED - {vendor.word}|1",
        f"NOTICE: update_lead STATUS IS NOT DONE HERE - {vendor.word}|1",
    ]
    told = {
        name: vendor.asks("lead_field_info", lead_id="1", field_name=name)
        for name in ("last_name", "state", "favorite_color", "phone_number")
    }
    assert told == {
        "last_name": ["Smith"], "state": ["US-NJ"], "favorite_color": [""], "phone_number": ["+12125550101"],
    }  # fmt: skip
    with house.open():
        assert Contact.objects.get().changes.count() == 3
    assert vendor.asks("update_lead", lead_id="1", state="Atlantis")[0].startswith("ERROR: update_lead INVALID DATA")


def test_who_is_not_found_is_said_or_brought(house: House) -> None:
    vendor = Vendor(house)
    search = {"search_method": "PHONE_NUMBER", **BOB}
    assert vendor.asks("update_lead", **search)[0].startswith("ERROR: update_lead NO MATCHES FOUND IN THE SYSTEM")
    assert [line.split(" - ")[0] for line in vendor.asks("update_lead", **search, insert_if_not_found="Y")] == [
        "NOTICE: update_lead NO MATCHES FOUND IN THE SYSTEM",
        "SUCCESS: update_lead LEAD HAS BEEN ADDED",
    ]
    assert vendor.asks("update_lead", **search, no_update="Y") == [
        f"NOTICE: update_lead LEADS FOUND IN THE SYSTEM - {vendor.word}|1||+12125550101|999"
    ]
    assert vendor.asks("update_lead", first_name="X")[0].startswith("ERROR: update_lead NO VALID SEARCH METHOD")


def test_a_number_is_stopped_for_the_seller_or_for_the_house(house: House) -> None:
    vendor = Vendor(house)
    assert vendor.asks("add_dnc_phone", phone_number="2125550101", campaign_id="SPRING") == [
        f"SUCCESS: add_dnc_phone DNC NUMBER HAS BEEN ADDED - {vendor.word}|2125550101|SPRING"
    ]
    assert vendor.asks("add_dnc_phone", phone_number="2125550101", campaign_id="SPRING")[0].startswith(
        "ERROR: add_dnc_phone DNC NUMBER ALREADY EXISTS"
    )
    assert vendor.asks("add_dnc_phone", phone_number="2125550101", campaign_id="SYSTEM_INTERNAL")[0].startswith(
        "SUCCESS"
    )
    assert vendor.asks("add_dnc_phone", phone_number="2125550101")[0].startswith("ERROR: add_dnc_phone YOU MUST USE")
    assert vendor.asks("add_lead", **BOB, dnc_check="Y") == [
        f"ERROR: add_lead PHONE NUMBER IN DNC - 2125550101|{vendor.word}"
    ]
    with house.open():
        assert {one.seller_id for one in Suppression.objects.all()} == {house.seller, None}
        services.change(vendor.opened.door, may_update=False, may_stop=False, by=house.people["administrator"], now=NOW)
    assert "PERMISSION" in vendor.asks("add_dnc_phone", phone_number="2125550102", campaign_id="X")[0]
    assert "PERMISSION" in vendor.asks("update_lead", lead_id="1", first_name="X")[0]


def test_a_consent_counts_only_with_its_words_and_a_foreign_number_by_its_code(house: House) -> None:
    vendor = Vendor(house)
    agreed = {
        "consent_given_at": "2026-11-01 10:00", "consent_words": "You may call me", "consent_level": "express written",
        "consent_channels": "call",
    }  # fmt: skip
    vendor.asks("add_lead", **BOB, **agreed)
    bare = vendor.asks("add_lead", phone_number="2079460000", phone_code="44", consent_given_at="2026-11-01 10:00")
    assert bare[0].startswith("SUCCESS: add_lead LEAD HAS BEEN ADDED - 2079460000|999|2|0|")
    assert "NOTICE: add_lead REMARK CONSENT_WITHOUT_WORDS" in bare[1]
    with house.open():
        assert [one.e164 for one in Consent.objects.all()] == ["+12125550101"]
        assert Contact.objects.get(row=2).phones.get().e164 == "+442079460000"


def test_posts_are_counted_without_saying_of_whom_and_refused_rows_can_be_read(house: House) -> None:
    vendor = Vendor(house)
    vendor.asks("add_lead", **BOB, multi_alt_phones="4155550103_1_work!4155550104_1_sister house")
    vendor.asks("add_lead", phone_number="21255")
    with house.open():
        assert set(Post.objects.values_list("taken", "answer")) == {
            (True, "add_lead LEAD HAS BEEN ADDED"),
            (False, "add_lead INVALID PHONE NUMBER LENGTH"),
        }
        found, made = Import.objects.get(), ContactList.objects.get()
        assert (made.contacts_count, found.counts["contacts"], found.counts["phones"]) == (1, 1, 3)
        assert not ImportReject.objects.exists()
        with pytest.raises(Conflict):
            contacts.undo(found, by=None, now=NOW)


def test_a_door_needs_a_supplier_and_a_list_its_own_digits(house: House) -> None:
    by = house.people["administrator"]
    with house.open():
        with pytest.raises(BadInput):
            services.open_door(
                tenant=house.tenant, seller=house.seller, supplier=" ", source="", list_name="", by=by, now=NOW
            )
        door = Vendor(house).opened.door
        services.add_list(door, number="1001", name="Hot", by=by, now=NOW)
        with pytest.raises(Conflict):
            services.add_list(door, number="1001", name="Again", by=by, now=NOW)
        for wrong in ("12", "12a", "٣٤٥", "1234567890123"):
            with pytest.raises(BadInput):
                services.add_list(door, number=wrong, name="No", by=by, now=NOW)
