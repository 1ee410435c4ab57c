"""Registries whose layout nobody publishes: any table with a column of numbers, and what its loader says of it."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest
import xlsxwriter

from ahize.kernel.errors import BadInput, Conflict
from ahize.registries.registers import register
from ahize.web.consents import on_record, registries, tables
from web.campaigns.house import NOW, build

DAY = date(2026, 11, 1)


def read(folder, data: bytes, code: str = "IT-RPO", **how):
    file = folder / "list"
    file.write_bytes(data)
    table = tables.read_table(file, register(code), **how)
    return [f"+{number}" for number in table.numbers.tolist()], table


def workbook(*rows) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, ["" if cell is None else cell for cell in row])
    return out.getvalue()


def archive(**files: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("code", "data", "numbers"),
    [
        ("IT-RPO", b"0612345678\n3931234567\n", ["+390612345678", "+393931234567"]),
        ("IT-RPO", b"+39 06 1234 5678\r\n0039 393 1234567\r\n", ["+390612345678", "+393931234567"]),
        (
            "FR-BLOCTEL",
            b"T\xe9l\xe9phone;Nom\n01 99 00 11 22;A\n0692.12.34.56;B\n",
            ["+33199001122", "+33692123456", "+262692123456"],
        ),
        ("ES-ROBINSON", "id|Número de teléfono\n7|600000037\n".encode(), ["+34600000037"]),
        ("MX-REPEP", b"TELEFONO,ALTA\n5512345678,01/02/2026\n+5215587654321,\n", ["+525512345678", "+525587654321"]),
        ("AU-DNCR", b"0491 570 156\n491570157\n1300 123 456\n", ["+61491570156", "+61491570157", "+611300123456"]),
        ("NZ-MA", b"021 123 456\n+64 3 123 4567\n", ["+6421123456", "+6431234567"]),
        ("BR-NMP", b"(11) 98765-4321\n55 11 3456-7890\n", ["+5511987654321", "+551134567890"]),
        ("IN-NCPR", b"Sl No\tMobile No\n1\t9876543210\n2\t919876543211\n", ["+919876543210", "+919876543211"]),
        ("IN-NCPR", workbook(["serial", "subscriber number"], [1, 9876543210], [2, None]), ["+919876543210"]),
        (
            "IT-RPO",
            archive(**{"a.csv": b"3931234567\n", "b.csv": b"x;numero\n1;3931234568\n"}),
            ["+393931234567", "+393931234568"],
        ),
    ],
)
def test_numbers_are_found_however_they_are_written(tmp_path, code, data, numbers):
    assert read(tmp_path, data, code)[0] == numbers


def test_a_writing_of_two_meanings_lists_both(tmp_path):
    assert read(tmp_path, b"3906123456\n")[0] == ["+3906123456", "+393906123456"]


def test_a_column_is_named_by_its_heading_or_its_place(tmp_path):
    data = b"a,b\n3931234567,3931234568\n3931234569,\n"
    assert read(tmp_path, data, column="b")[0] == read(tmp_path, data, column="2")[0] == ["+393931234568"]


@pytest.mark.parametrize(
    ("data", "how", "code"),
    [
        (b"a,b\n3931234567,3931234568\n", {}, "several_phone_columns"),
        (b"name,town\nAnna,Roma\n", {}, "no_phone_column"),
        (b"name,town\nAnna,Roma\n", {"column": "tel"}, "unknown_column"),
        (b"3931234567\n+442079460500\n", {}, "registry_line"),
        (b"3931234567\nTOTALE 1\n", {}, "registry_line"),
        (b"numero,iscritto\n3931234567,soon\n", {"day_column": "iscritto"}, "registry_day"),
        (b"", {}, "registry_empty"),
        (b"PK\x03\x04 cut short", {}, "registry_line"),
    ],
)
def test_what_cannot_be_read_refuses_the_file_and_says_what_to_do(tmp_path, data, how, code):
    with pytest.raises(BadInput) as wrong:
        read(tmp_path, data, **how)
    assert wrong.value.code == code or data.startswith(b"PK")
    assert wrong.value.code.startswith(("registry_", "un", "no_", "several_"))


@pytest.fixture
def house(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    return build()


def loaded(house, folder, data: bytes, code: str, **how):
    file = folder / "list"
    file.write_bytes(data)
    how = {"as_of": DAY, "areas": None, "seller": house.seller, "by": None, "now": NOW, **how}
    with house.open():
        return registries.load(code, file, tenant=house.tenant, **how)


def said(house, e164: str, code: str):
    with house.open():
        found = on_record.facts_for(house.seller, [e164])[e164].registries.get(code)
    return found and {key: value for key, value in found.items() if key != "version"}


@pytest.mark.django_db(transaction=True)
def test_what_a_register_bars_is_told_at_the_load_and_marked_as_inferred(house, tmp_path):
    told = {"categories": ["Finance"], "modes": ["voice", "robocall"], "bands": ["18-21"], "days": ["sun", "holiday"]}
    made = loaded(house, tmp_path, b"Mobile\n9876543210\n", "IN-NCPR", told=told)
    attributes = {
        "categories": ["finance"],
        "modes": ["robocall", "voice"],
        "bands": ["18-21"],
        "days": ["holiday", "sun"],
    }
    assert (made.inferred, made.read_from, made.attributes) == (True, ["Mobile"], attributes)
    assert said(house, "+919876543210", "IN-NCPR") == {"listed": True, "version_on": "2026-11-01", **attributes}
    assert said(house, "+919876543211", "IN-NCPR") == {"listed": False, "version_on": "2026-11-01"}
    assert said(house, "+390612345678", "IN-NCPR") is None
    with pytest.raises(Conflict, match="loaded already"):
        loaded(house, tmp_path, b"Mobile\n9876543210\n", "IN-NCPR", told=told)
    mended = loaded(
        house, tmp_path, b"Mobile\n9876543210\n", "IN-NCPR", told={"modes": ["sms"]}, now=NOW + timedelta(1)
    )
    assert mended.attributes == {"modes": ["sms"]}
    assert said(house, "+919876543210", "IN-NCPR")["modes"] == ["sms"]
    for wrong in ({"modes": ["fax"]}, {"bands": ["6pm"]}, {"days": ["monday"]}, {"colours": ["red"]}):
        with pytest.raises(BadInput) as told_wrong:
            loaded(house, tmp_path, b"9876543219\n", "IN-NCPR", told=wrong)
        assert told_wrong.value.code == "registry_attribute"
    for code, how in (
        ("GB-TPS", {"column": "a"}),
        ("US-FTC", {"told": told}),
        ("IT-RPO", {"areas": ["212"]}),
        ("IT-RPO", {"change": True}),
    ):
        with pytest.raises(BadInput) as misplaced:
            loaded(house, tmp_path, b"3931234567\n", code, **how)
        assert misplaced.value.code == "registry_layout"


@pytest.mark.django_db(transaction=True)
def test_since_when_a_number_is_listed_comes_from_the_file_or_from_our_copies(house, tmp_path):
    rows = b"numero,alta\n5512345678,01/02/2026\n5512345679,\n5512345670,\n"
    loaded(house, tmp_path, rows, "MX-REPEP", day_column="alta", as_of=date(2026, 8, 1))
    assert said(house, "+525512345678", "MX-REPEP")["listed_on"] == "2026-02-01"
    assert "listed_on" not in said(house, "+525512345679", "MX-REPEP")
    loaded(house, tmp_path, rows + b"5512345671,\n", "MX-REPEP", as_of=DAY)
    assert said(house, "+525512345671", "MX-REPEP")["listed_on"] == "2026-08-02"
    assert said(house, "+525512345679", "MX-REPEP")["listed_on"] == "2026-09-01"
    # Where a consent counts that is younger than the listing, the day is one by which the number surely stood there.
    loaded(house, tmp_path, b"3931234567\n", "IT-RPO", as_of=date(2026, 10, 10))
    loaded(house, tmp_path, b"3931234567\n3931234568\n", "IT-RPO", as_of=DAY)
    assert said(house, "+393931234567", "IT-RPO")["listed_on"] == "2026-10-10"
    assert said(house, "+393931234568", "IT-RPO")["listed_on"] == "2026-11-01"
    with pytest.raises(BadInput) as ahead:
        loaded(house, tmp_path, b"n,d\n3931234567,2031-01-01\n", "IT-RPO", day_column="d")
    assert ahead.value.code == "registry_future"
