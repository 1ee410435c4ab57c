"""What the Reassigned Numbers Database said stands beside the phones, and nothing it did not say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ahize.kernel.errors import BadInput, Conflict
from ahize.web.audit.models import Entry
from ahize.web.base import draw_id
from ahize.web.consents.models import Consent
from ahize.web.contacts.models import Contact, ContactList, ListState, Phone
from ahize.web.contacts.reassigned import Told, load_answers, questions
from web.campaigns.house import NOW, House, build

pytestmark = pytest.mark.django_db(transaction=True)

GIVEN = datetime(2025, 3, 14, 16, 0, tzinfo=UTC)
NUMBERS = [f"+1212555010{n}" for n in range(4)]


@pytest.fixture
def house(tmp_path, settings) -> House:
    settings.MEDIA_ROOT = tmp_path / "files"
    house = build()
    with house.open():
        row = {"tenant_id": house.tenant}
        of = ContactList.objects.create(
            id=draw_id(NOW), seller_id=house.seller, name="List", state=ListState.PUBLISHED, created_at=NOW, **row
        )
        for place, number in enumerate(NUMBERS):
            contact = Contact.objects.create(
                id=draw_id(NOW), list=of, seller_id=house.seller, row=place, created_at=NOW, **row
            )
            Phone.objects.create(id=draw_id(NOW), contact=contact, position=0, e164=number, **row)
            Consent.objects.create(
                id=draw_id(NOW), seller_id=house.seller, e164=number, given_at=GIVEN, created_at=NOW, **row
            )
    return house


def heard(house: House, folder, text: str, on: date = date(2026, 11, 20)) -> Told:
    file = folder / "result.csv"
    file.write_text(text)
    with house.open():
        return load_answers(file, tenant=house.tenant, seller=house.seller, answered_on=on, by=None, now=NOW)


def known(house: House) -> list[tuple[str, date | None]]:
    with house.open():
        return list(Phone.objects.order_by("e164").values_list("reassigned", "reassigned_checked_on"))


def test_what_is_asked_is_the_day_of_the_first_consent(house):
    with house.open():
        asked = list(questions(house.seller, NOW.date()))
    assert asked == [f"{number[2:]},2025-03-14\n" for number in NUMBERS]


def test_answers_stand_beside_the_phones_and_no_data_is_no_answer(house, tmp_path):
    told = heard(
        house,
        tmp_path,
        "2125550100,2025-03-14,no\n2125550101,2025-03-14,yes\n2125550102,2025-03-14,no_data\n2125550103,2025-03-15,no\n",
    )
    assert (told.yes, told.no, told.no_data, told.too_late, told.phones) == (1, 2, 1, 1, 4)
    day = date(2026, 11, 20)
    assert known(house) == [("no", day), ("yes", day), ("", None), ("", None)]
    with house.open():
        assert [line[:10] for line in questions(house.seller, NOW.date())] == ["2125550102", "2125550103"]
        entry = Entry.objects.get(action="load_reassigned_answers")
    assert entry.after["answers"] == 4
    assert list((tmp_path / "files").rglob(entry.after["file"])), "the proof is kept"


def test_an_older_answer_changes_nothing_and_the_same_file_is_refused(house, tmp_path):
    heard(house, tmp_path, "2125550100,2025-03-14,yes\n")
    assert heard(house, tmp_path, "2125550100,2025-03-14,no\n", date(2026, 11, 1)).phones == 0
    assert known(house)[0] == ("yes", date(2026, 11, 20))
    with pytest.raises(Conflict):
        heard(house, tmp_path, "2125550100,2025-03-14,yes\n")


@pytest.mark.parametrize("text", ["2125550100,2025-03-14,no\n2125550101,oops\n", "<html></html>"])
def test_a_file_with_a_wrong_line_changes_nothing(house, tmp_path, text):
    with pytest.raises(BadInput):
        heard(house, tmp_path, text)
    assert known(house) == [("", None)] * 4
    with pytest.raises(BadInput):
        heard(house, tmp_path, "2125550100,2025-03-14,no\n", NOW.date() + timedelta(days=9))


def test_one_sellers_answers_never_serve_another(house, tmp_path):
    other = build("Other house")
    told = heard(other, tmp_path, "2125550100,2025-03-14,no\n")
    assert told.phones == 0
    assert known(house) == [("", None)] * 4
