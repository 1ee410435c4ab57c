"""Columns, dates, amounts and the contact that a record makes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahize.intake.bench import bench, write_rows
from ahize.intake.check import check_file, render, settle_mapping
from ahize.intake.countries import country_of
from ahize.intake.fields import FIELDS, by_name, choices_of
from ahize.intake.mapping import fingerprint, propose_mapping
from ahize.intake.reader import read, sniff
from ahize.intake.reasons import Problem
from ahize.intake.rejects import defused, write_rejects
from ahize.intake.rows import Options, Row, convert
from ahize.intake.uploads import number_list
from ahize.intake.values import day_order, decimal_mark, parse_day, parse_decimal
from ahize.kernel.errors import BadInput


def _rows(text: str, region: str = "US") -> list[Row]:
    data = text.encode()
    truth = sniff(data)
    mapping = settle_mapping(truth, region=region)
    return [convert(record, mapping, Options(region)) for record in read(data, truth)]


def _fields(header: str) -> list[str | None]:
    return [column.field for column in propose_mapping(header.split(","), []).columns]


def test_headers_in_several_languages():
    assert _fields("First Name,Last Name,Cell Phone,Zip Code,State") == [
        "first_name", "last_name", "mobile_phone", "postal_code", "region"
    ]  # fmt: skip
    assert _fields("Adı,SOYADI,Cep Telefonu,Şehir,Posta Kodu,Ülke,E-Posta") == [
        "first_name", "last_name", "mobile_phone", "city", "postal_code", "country", "email"
    ]  # fmt: skip
    assert _fields("prénom,nom de famille,téléphone,pays") == ["first_name", "last_name", "phone", "country"]
    assert _fields("Last purchase,Consent date,DNC,Phone 2,Fax,Something else") == [
        "last_purchase_on", "consent_given_at", "do_not_call", "phone", "fax", None
    ]  # fmt: skip
    assert _fields("firstName,PhoneNumber,ZIPCODE,home_phone,recipientType") == [
        "first_name", "phone", "postal_code", "home_phone", "capacity"
    ]  # fmt: skip
    assert _fields("Name,Surname") == ["first_name", "last_name"]


def test_no_name_means_two_fields():
    for field in FIELDS:
        assert by_name()[field.key.replace("_", " ")].key == field.key
        for _, words in field.choices:
            assert all(choices_of(field.key)[w] for w in choices_of(field.key) if w in words)


def test_columns_without_names_are_known_by_their_cells():
    mapping = propose_mapping(
        ["a", "b"], [("ann@example.com", "212-555-0101"), ("bob@example.com", "2125550102")], region="US"
    )
    assert [c.field for c in mapping.columns] == ["email", "phone"]
    assert mapping.columns[1].because == "cells"


def test_a_person_has_the_last_word():
    samples = [("2125550101", "05/03/2026")]
    mapping = propose_mapping(["x", "y"], samples, region="US").with_fields(
        {0: None, 1: "last_inquiry_on"}, samples, region="TR"
    )
    assert [c.field for c in mapping.columns] == [None, "last_inquiry_on"]
    assert mapping.columns[1].order is not None
    assert mapping.columns[1].order.order == "dmy"
    with pytest.raises(BadInput):
        mapping.with_fields({0: "nonsense"}, samples)


def test_a_layout_has_one_fingerprint():
    assert fingerprint(["Name", "PHONE "]) == fingerprint(["name", "Phone"])
    assert fingerprint(["Name", "Phone"]) != fingerprint(["Phone", "Name"])


VICIDIAL = (
    "VL-3|FAIR|1002|44|2079460100||Zoe||Muller|||||London||EC1A1BB|GBR|U|0000-00-00||||call after 17:00|0|\n"
    "VL-4|FAIR|1002|1|2125550100||Ann||Lee||||Albany|NY||12207|USA|F|1980-05-17|2125550101||||0|\n"
)


@pytest.mark.parametrize("delimiter", ["|", "\t", ","])
def test_a_vicidial_list_needs_no_header(delimiter):
    text = VICIDIAL.replace("|", delimiter)
    truth = sniff(text.encode())
    assert (truth.preset, truth.header, truth.delimiter) == ("vicidial", False, delimiter)
    zoe, ann = _rows(text)
    assert [n.number.e164 for n in zoe.numbers] == ["+442079460100"]
    assert zoe.fields["country"] == "GB"
    assert zoe.fields["external_id"] == "VL-3"
    assert zoe.errors == []
    assert [n.number.e164 for n in ann.numbers] == ["+12125550100", "+12125550101"]
    assert ann.fields["birth_on"] == dt.date(1980, 5, 17)
    assert ann.fields["region"] == "NY"


def test_facts_of_the_law_come_in():
    (row,) = _rows(
        "phone,last purchase,last inquiry,line type,customer type,consent date,consent source,consent text,dnc,shoe\n"
        "212-555-0101,2026-03-05,3/6/2026,cell,B2B,2026-02-10 09:30:00,web form,Call me,no,44\n"
    )
    assert row.fields == {
        "last_purchase_on": dt.date(2026, 3, 5),
        "last_inquiry_on": dt.date(2026, 3, 6),
        "line_type": "mobile",
        "capacity": "business",
        "consent_given_at": dt.datetime(2026, 2, 10, 9, 30),
        "consent_form": "web",
        "consent_words": "Call me",
        "do_not_call": False,
    }
    assert row.extra == {"shoe": "44"}
    assert row.accepted


def test_what_is_not_understood_stays_unknown():
    (row,) = _rows(
        "phone,line type,capacity,do not call,last purchase\n2125550101,carrier pigeon,alien,maybe,yesterday\n"
    )
    assert row.fields == {"do_not_call": True}
    assert {p.code for p in row.warnings} >= {"value_unknown"}
    assert [p.code for p in row.errors] == ["bad_date"]
    assert row.accepted


def test_a_country_nobody_knows_is_not_taken_for_the_default():
    narnia, plus, none = _rows("phone,country\n2125550101,Narnia\n+12125550102,Narnia\n2125550103,n/a\n")
    assert narnia.numbers == []
    assert "country_unknown" in {p.code for p in narnia.errors}
    assert plus.accepted
    assert none.accepted


def test_a_country_by_its_calling_code():
    us, tr, letters = _rows("phone,country code\n2125550101,1\n5550000001,90\n5550000002,TR\n")
    assert [n.number.e164 for row in (us, tr, letters) for n in row.numbers] == [
        "+12125550101", "+905550000001", "+905550000002"
    ]  # fmt: skip
    (row,) = _rows("phone,ülke kodu\n5550000002,TR\n")
    assert row.numbers[0].number.e164 == "+905550000002"


def test_two_columns_of_one_name_are_both_kept():
    (row,) = _rows("phone,tag,tag\n2125550101,a,b\n")
    assert row.extra == {"tag": "a", "tag (2)": "b"}


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("05.03.2026", "mdy", "2026-03-05"),
        ("05/03/2026", "dmy", "2026-03-05"),
        ("05/03/2026", "mdy", "2026-05-03"),
        ("2026-03-05T10:11:12Z", "dmy", "2026-03-05"),
        ("2026/3/5", "dmy", "2026-03-05"),
        ("20260305", "dmy", "2026-03-05"),
        ("5 Mart 2026", "dmy", "2026-03-05"),
        ("Mar 5, 2026", "dmy", "2026-03-05"),
        ("5-Mar-26", "dmy", "2026-03-05"),
        ("05.03.2026 14:30", "dmy", "2026-03-05"),
        ("3/5/2026 2:30 PM", "mdy", "2026-03-05"),
        ("29.02.2026", "dmy", None),
        ("13/13/2026", "dmy", None),
        ("32.01.2026", "dmy", None),
        ("2026-03-05 25:00", "dmy", None),
        ("yesterday", "dmy", None),
        ("45000", "dmy", None),
        ("0000-00-00", "dmy", None),
    ],
)
def test_dates(text, order, expected):
    day = parse_day(text, order).day
    assert (day.isoformat() if day else None) == expected


def test_the_order_of_a_column_is_judged_as_a_whole():
    assert day_order(["01/02/2026", "13/02/2026"], "US").order == "dmy"
    assert day_order(["01/02/2026", "02/13/2026"], "TR").order == "mdy"
    assert day_order(["01/02/2026"], "US").assumed
    assert day_order(["01/02/2026"], "US").order == "mdy"


@given(
    st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %B %Y", "%Y%m%d"]),
)
def test_a_date_written_is_that_date(day, shape):
    if shape == "%Y%m%d" and not 1900 <= day.year <= 2099:
        return
    assert parse_day(day.strftime(shape), "dmy").day == day


@pytest.mark.parametrize(
    ("samples", "mark"),
    [
        (["1.250,50", "0,00"], ","),
        (["1,250.50", "7"], "."),
        (["1250.5"], "."),
        (["12", "13"], None),
        (["Ann", "1,5"], None),
        (["05.03.2026"], None),
        (["$1,250.00"], "."),
    ],
)
def test_the_decimal_mark_of_a_column(samples, mark):
    assert decimal_mark(samples, region="US", delimiter=",") == mark


def test_amounts():
    assert parse_decimal("1.250,50", ",") == Decimal("1250.50")
    assert parse_decimal("-3,00 TL", ",") == Decimal("-3.00")
    assert parse_decimal("1,2,3", ".") is None
    assert parse_decimal("1.2.3", ".") is None
    assert parse_decimal("x", ".") is None


def test_countries():
    names = ["USA", "Türkiye", "TÜRKİYE", "Almanya", "Deutschland", "GBR", "uk", "+90", "日本"]
    assert [country_of(name) for name in names] == ["US", "TR", "TR", "DE", "DE", "GB", "GB", "TR", "JP"]
    assert country_of("+1") is None
    assert country_of("Narnia") is None


@given(st.text(max_size=20))
def test_no_exported_cell_is_a_formula(text):
    out = defused(text)
    assert out.endswith(text)
    assert not out.lstrip().startswith(("=", "+", "-", "@"))


def test_rejects_are_a_file_of_four_columns_and_a_code():
    out = io.StringIO(newline="")
    problems = [Problem(7, "phone_invalid", "Phone", "=cmd|'/c calc'!A1"), Problem(7, "formula_like", "Phone", "=1")]
    assert write_rejects(out, problems) == 1
    rows = list(csv.reader(io.StringIO(out.getvalue())))
    assert rows[0] == ["row", "column", "value", "reason", "code"]
    assert rows[1] == ["7", "Phone", "'=cmd|'/c calc'!A1", "This is no telephone number.", "phone_invalid"]
    out = io.StringIO(newline="")
    assert write_rejects(out, problems, language="tr", warnings=True) == 2
    assert "Bu bir telefon numarası değil." in out.getvalue()


def test_a_named_column_must_be_there():
    data = b"name,phone\nAnn,2125550101\n"
    assert check_file(data, region="US", phone_columns=["PHONE"])["valid_e164"] == ["+12125550101"]
    assert check_file(data, region="US", phone_columns=["2"])["valid_e164"] == ["+12125550101"]
    with pytest.raises(BadInput) as error:
        check_file(data, phone_columns=["Handy"])
    assert error.value.code == "unknown_column"
    with pytest.raises(BadInput) as error:
        check_file("/no/such/file.csv")
    assert error.value.code == "no_such_file"


def test_a_page_for_people(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("name,phone\nAnn,2125550101\nBob,5550102\nCid,212 555 0101\n")
    page = render(path, region="US")
    assert "3 rows read" in page
    assert "2 numbers, 1 of them different (1 again)" in page
    assert "The area code is missing. (row 2)" in page


def test_the_bench_counts():
    told = bench(500, timer=iter([0.0, 2.0]).__next__)
    assert (told["rows"], told["numbers"], told["rows_per_s"]) == (500, 1000, 250)


@pytest.mark.parametrize(
    "text",
    [
        "2125550111\n(415) 555-0112\n+1-305-555-0113\n",
        "phone\n2125550111\n(415) 555-0112\n+1-305-555-0113\n",
        "name;number\nA;2125550111\nB;(415) 555-0112\nC;+1-305-555-0113\n",
    ],
)
def test_a_plain_list_of_numbers(text):
    entries = list(number_list(text.encode(), region="US"))
    assert [n.e164 for e in entries for n in e.numbers] == ["+12125550111", "+14155550112", "+13055550113"]
    assert [e.errors for e in entries] == [(), (), ()]


def test_a_number_lost_from_such_a_list_is_told():
    entries = list(number_list(b"phone\n2125550111\n555-0112\n", region="US"))
    assert [[p.code for p in e.errors] for e in entries] == [[], ["phone_no_area_code"]]
    for nothing in (b"", b"name\nAnn\n"):
        with pytest.raises(BadInput):
            list(number_list(nothing, region="US"))


def test_memory_does_not_grow_with_the_file(tmp_path):
    peaks = []
    for rows in (1_200, 5_000):
        path = tmp_path / f"{rows}.csv"
        write_rows(path, rows)
        truth = sniff(path)
        mapping = settle_mapping(truth, region="US")
        for record in read(path, truth):  # warms every cache
            convert(record, mapping, Options("US"))
            if record.row > 1_000:
                break
        tracemalloc.start()
        for record in read(path, truth):
            convert(record, mapping, Options("US"))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0] + 100_000
