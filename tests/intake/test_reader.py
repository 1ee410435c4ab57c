"""Files of every make: encodings, delimiters, quotes, workbooks, and what is no list at all."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import unicodedata
import zipfile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.intake.check import check_file
from ahize.intake.reader import is_blank, read, sniff
from ahize.kernel.errors import AhizeError, BadInput

LIST = "name,phone,city\nAnn,212-555-0101,Albany\nBob,212-555-0102,Buffalo\n"


def _rows(data: bytes, **options) -> list[tuple[str, ...]]:
    return [record.cells for record in read(data, sniff(data, **options))]


def _codes(data: bytes, name: str = "errors", **options) -> list[tuple[int, str]]:
    return [(entry["row"], entry["code"]) for entry in check_file(data, region="US", **options)[name]]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (LIST.encode(), "utf-8"),
        (codecs.BOM_UTF8 + LIST.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + LIST.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + LIST.encode("utf-16-be"), "utf-16-be"),
        (LIST.encode("utf-16-le"), "utf-16-le"),
        (LIST.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF32_LE + LIST.encode("utf-32-le"), "utf-32-le"),
        (LIST.replace("Ann", "Zoë").encode("latin-1"), "iso-8859-1"),
        (LIST.replace("Ann", "“Zoë”").encode("cp1252"), "windows-1252"),
        (LIST.replace("Ann", "Şule Işık").encode("cp1254"), "windows-1254"),
        (LIST.replace("Ann", "Guðrún Þórsdóttir").encode("cp1252"), "iso-8859-1"),
    ],
)
def test_encodings(data, name):
    truth = sniff(data)
    assert truth.encoding == name
    assert truth.columns == ("name", "phone", "city")
    assert [row[1] for row in _rows(data)] == ["212-555-0101", "212-555-0102"]


def test_turkish_letters_survive():
    names = "Ad;Telefon\nŞükrü Çağlayan;0555 000 00 01\nIğdır İli;0555 000 00 02\n"
    assert _rows(names.encode("cp1254"))[1][0] == "Iğdır İli"


def test_letters_late_in_a_long_file_count():
    data = (
        LIST.encode() + b"".join(b"Cid,212-555-0103,Troy\n" for _ in range(200_000)) + "Işıl,1,Muğla\n".encode("cp1254")
    )
    assert sniff(data).encoding == "windows-1254"


def test_two_files_glued_together():
    data = ("name,phone\n" + "".join(f"Zoë Müller {n},212-555-0101\n" for n in range(20))).encode()
    data += "Hélène,212-555-0102\n".encode("latin-1")
    assert _rows(data)[-1][0] == "Hélène"
    assert (21, "mixed_encoding") in _codes(data, "warnings")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter, eol):
    data = LIST.replace(",", delimiter).replace("\n", eol).encode()
    truth = sniff(data)
    assert (truth.delimiter, truth.eol) == (delimiter, {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}[eol])
    assert len(_rows(data)) == 2


def test_line_ends_inside_quotes_do_not_count():
    assert sniff(b'name,note\r\nAnn,"one\ntwo"\r\nBob,"a\rb"\r\n').eol == "CRLF"


def test_a_first_line_that_names_the_delimiter():
    truth = sniff(b"sep=;\nname;phone\nAnn, B;212-555-0101\n")
    assert (truth.delimiter, truth.columns) == (";", ("name", "phone"))
    assert _rows(b"sep=;\nname;phone\nAnn, B;212-555-0101\n") == [("Ann, B", "212-555-0101")]


def test_titles_above_the_header_and_totals_below():
    data = b"Spring list 2026,,\n,,\nname,phone,city\nAnn,212-555-0101,Albany\nTotal,,1\n"
    truth = sniff(data)
    assert (truth.header, truth.titles, truth.columns) == (True, 1, ("name", "phone", "city"))
    assert _codes(data) == [(2, "no_phone")]


def test_the_header_again_in_the_middle():
    data = (LIST + LIST).encode()
    found = check_file(data, region="US")
    assert found["rows_read"] == 5
    assert [(e["row"], e["code"]) for e in found["errors"]] == [(3, "repeated_header")]


def test_a_list_without_a_header():
    data = b"Ann,212-555-0101\nBob,212-555-0102\n"
    found = check_file(data, region="US")
    assert found["truth"]["header"] is False
    assert found["rows_read"] == 2
    assert found["valid_e164"] == ["+12125550101", "+12125550102"]
    assert found["numbers"][0]["column"] == "Column 2"


def test_a_first_row_without_its_number_is_no_header():
    assert check_file(b"Ann,\nBob,212-555-0102\nCid,212-555-0103\n", region="US")["truth"]["header"] is False
    assert check_file("Имя,Тел.\nБоб,212-555-0102\n".encode(), region="US")["truth"]["header"] is True


def test_one_column():
    assert check_file(b"2125550101\n2125550102\n", region="US")["valid_e164"] == ["+12125550101", "+12125550102"]
    assert check_file(b"phone\n2125550101\n", region="US")["rows_read"] == 1


def test_a_quote_that_never_closes_costs_its_own_row():
    data = b'name,phone\n"Ann,212-555-0101\nBob,212-555-0102\nCid,212-555-0103\n'
    found = check_file(data, region="US")
    assert [(e["row"], e["code"]) for e in found["errors"]] == [(1, "unclosed_quote")]
    assert found["valid_e164"] == ["+12125550102", "+12125550103"]


def test_a_quote_that_closes_too_late_costs_its_own_row():
    data = b'name,phone\n"Ann,212-555-0101\nBob,212-555-0102\n"Cid",212-555-0103\nDi,212-555-0104\n'
    found = check_file(data, region="US")
    assert (1, "unclosed_quote") in [(e["row"], e["code"]) for e in found["errors"]]
    assert found["valid_e164"] == ["+12125550102", "+12125550103", "+12125550104"]


def test_a_mark_of_inches_is_no_quote():
    assert _rows(b'name,phone\n5" pipe,212-555-0101\n') == [('5" pipe', "212-555-0101")]


def test_zero_bytes_are_taken_out():
    assert _rows(b"name,phone\nA\x00nn,212-555-0101\n") == [("Ann", "212-555-0101")]
    assert _codes(b"name,phone\nA\x00nn,212-555-0101\n", "warnings")[0] == (1, "nul_bytes")


def test_a_mark_of_order_in_the_middle_is_dropped():
    data = LIST.encode() + codecs.BOM_UTF8 + b"Cid,212-555-0103,Troy\n"
    assert _rows(data)[2] == ("Cid", "212-555-0103", "Troy")


def test_marks_of_direction_are_no_digits():
    data = "name,phone\nA,\u200f212-555-0101\u200e\n".encode()
    assert check_file(data, region="US")["valid_e164"] == ["+12125550101"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (codecs.BOM_UTF8, "empty_file"),
        (codecs.BOM_UTF16_LE, "empty_file"),
        (b"\r\n \n\t\n", "empty_file"),
        (b"%PDF-1.7 ...", "unreadable_file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "unreadable_file"),
        (b"\x1f\x8b\x08" + bytes(100), "unreadable_file"),
        (b"PK\x03\x04" + bytes(100), "unreadable_file"),
        (b"PK\x05\x06" + bytes(18), "unreadable_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "unreadable_file"),
        (bytes(1000), "unreadable_file"),
        (bytes(range(256)) * 20, "unreadable_file"),
        (b"name,phone\n" + b"x" * 4_100_000, "line_too_long"),
        (b"a," * 100_000 + b"\n" + b"1," * 100_000, "too_many_columns"),
        (b"name,phone\n", "no_data_rows"),
    ],
)
def test_what_is_no_list_says_so(data, code):
    found = check_file(data, region="US")
    assert (0, code) in [(e["row"], e["code"]) for e in found["errors"]]
    assert found["numbers"] == []


def test_a_locked_workbook_and_an_old_one_are_told_apart():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
    locked = check_file(ole + "EncryptedPackage".encode("utf-16-le"))["errors"][0]["reason"]
    assert "password" in locked
    assert ".xls " in check_file(ole)["errors"][0]["reason"]


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_bombs_and_other_archives_are_refused():
    bomb = _zip({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(60_000_000)})
    assert "too large" in check_file(bomb)["errors"][0]["reason"]
    assert "no workbook" in check_file(_zip({"list.csv": LIST.encode()}))["errors"][0]["reason"]
    assert "damaged" in check_file(_zip({"xl/workbook.xml": b"<broken"}))["errors"][0]["reason"]


def _book(fill) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        fill(book)
    return out.getvalue()


def test_a_workbook_with_everything():
    def fill(book: xlsxwriter.Workbook) -> None:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("People")
        sheet.write_row(0, 0, ["Name", "Phone", "Last purchase", "Balance"])
        sheet.write_row(1, 0, ["Ann", 2125550101.0])
        sheet.write_datetime(1, 2, dt.datetime(2026, 3, 5), day)
        sheet.write_number(1, 3, 1250.5)
        sheet.write_string(2, 0, "Bob")
        sheet.write_string(2, 1, "212-555-0102")
        sheet.write_string(2, 2, "2026-04-06")
        sheet.write_string(4, 0, "Cid")
        sheet.write_formula(4, 1, '="212555"&"0103"', None, "2125550103")
        sheet.write_boolean(4, 3, True)
        other = book.add_worksheet("More")
        other.write_row(0, 0, ["Phone"])
        other.write_row(1, 0, ["212-555-0199"])
        hidden = book.add_worksheet("Secret")
        hidden.write(0, 0, "x")
        hidden.hide()

    data = _book(fill)
    found = check_file(data, region="US")
    assert found["truth"]["header"] is True
    assert found["truth"]["sheet"] == "People"
    assert [s["name"] for s in found["truth"]["sheets"]] == ["People", "More"]
    assert found["valid_e164"] == ["+12125550101", "+12125550102", "+12125550103"]
    assert (found["rows_read"], found["blank_rows"]) == (3, 1)
    assert [d["iso"] for d in found["dates"]] == ["2026-03-05", "2026-04-06"]
    assert {w["code"] for w in found["warnings"]} >= {"formula_values", "other_sheets"}
    assert check_file(data, region="US", sheet="More")["valid_e164"] == ["+12125550199"]
    with pytest.raises(BadInput) as error:
        check_file(data, sheet="Nowhere")
    assert error.value.code == "unknown_sheet"


def test_an_empty_workbook():
    assert check_file(_book(lambda book: book.add_worksheet()))["errors"][0]["code"] == "empty_file"


def test_going_on_where_a_run_was_broken_off():
    truth = sniff(LIST.encode())
    assert [r.row for r in read(LIST.encode(), truth, after_row=1)] == [2]


def test_physical_lines_are_known():
    data = b'name,phone\n"A\nB",212-555-0101\n\nCid,212-555-0102\n'
    assert [(r.row, r.line) for r in read(data, sniff(data))] == [(1, 2), (2, 5)]


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12).map(
    lambda s: s.strip(" \ufeff\u00a0")
)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    eol=st.sampled_from(["\n", "\r\n"]),
)
def test_what_was_written_is_read(rows, delimiter, eol):
    """Any text that a CSV writer puts down comes back, cell by cell, once the delimiter is known."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=eol, quoting=csv.QUOTE_ALL)
    writer.writerow(("first name", "last name"))
    writer.writerows(rows)
    data = out.getvalue().encode()
    truth = sniff(data)
    assert truth.delimiter == delimiter
    filled = [tuple(unicodedata.normalize("NFC", c).strip(" \ufeff\u00a0") for c in row) for row in rows]
    assert [record.cells for record in read(data, truth)] == [row for row in filled if not is_blank(row)]


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=400)
    | st.text(max_size=300).map(lambda s: s.encode("utf-8", "surrogatepass"))
    | st.text('",;\n\r|=+0123 aE.', max_size=200).map(str.encode)
)
def test_any_bytes_give_a_result_or_a_clear_error(data):
    for prefix in (b"", LIST.encode(), codecs.BOM_UTF16_LE, b"PK\x03\x04"):
        try:
            found = check_file(prefix + data, region="US")
        except AhizeError as error:
            pytest.fail(f"raised {error.code}")
        assert set(found) == {
            "truth", "rows_read", "blank_rows", "numbers", "valid_e164",
            "errors", "warnings", "cells", "dates", "decimals",
        }  # fmt: skip


def _small_book(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("People")
    for row in range(20):
        sheet.write_row(row, 0, ["name" if row == 0 else f"Ann {row}", "phone" if row == 0 else 2125550100 + row])


SMALL_BOOK = _book(_small_book)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SMALL_BOOK) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_workbook_with_flipped_bytes_gives_a_result_or_a_clear_error(flips):
    data = bytearray(SMALL_BOOK)
    for place, byte in flips:
        data[place] = byte
    found = check_file(bytes(data), region="US")
    assert found["numbers"] or found["errors"]
