"""Every layout of file that registries give out, and what is said of those that are broken."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import numpy as np
import pytest

from ahize.kernel.errors import BadInput
from ahize.registries import british, markup, parsing, reassigned
from ahize.registries.building import build_full
from ahize.registries.lines import Days
from ahize.registries.registers import register

DAY = dt.date(2026, 11, 20)


def numbers(blocks) -> list[int]:
    return [int(number) for block in blocks for number in block]


def full(text: str | bytes, **how) -> list[int]:
    return numbers(parsing.full(io.BytesIO(text if isinstance(text, bytes) else text.encode()), **how))


# ── the United States and Canada ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("end", ["\n", "\r\n", "", " "])
def test_xml_of_any_quotes_and_line_ends_gives_every_number_once(quote, end):
    local = [5550100 + 7 * n for n in range(3000)]
    phones = end.join(f"<ph val={quote}{n:07d}{quote} />" for n in local)
    text = f"<?xml version='1.0'?><!-- today's --><list type={quote}full{quote} level={quote}all{quote}>"
    text += f"{end}<ac val={quote}212{quote}>{end}{phones}{end}</ac>{end}</list>"
    assert full(text) == [2_120_000_000 + n for n in local]


def test_a_run_of_tags_that_look_alike_ends_where_one_does_not():
    text = (
        "<list type='full'><ac val='212'>\n<ph val='5550100' />\n<ph val='5550101' />\n<ph val='102' />\n"
        "<ph val='5550103'/>\n<ph val='5550104'/>\n</ac><ac val='415'>\n<ph val='5550105' />\n<ph val='5550106' />\n"
        "</ac></list>"
    )
    local = [2125550100, 2125550101, 2120000102, 2125550103, 2125550104, 4155550105, 4155550106]
    assert full(text) == local


def test_a_window_may_end_anywhere(monkeypatch):
    local = list(range(5550100, 5550400))
    text = "<list type='full' level='ac' val='212'>\n<ac val='212'>\n"
    text += "".join(f"<ph val='{n}' />\n" for n in local) + "</ac>\n</list>\n"
    for size in (37, 64, 101, 4096):
        monkeypatch.setattr(markup, "BLOCK", size)
        assert full(text) == [2_120_000_000 + n for n in local]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("<list type='full'>\n<ac val='212'>\n<ph val='5550100' />\n", "registry_cut_short", None),
        ("<list type='full'>\n<ac val='212'>\n<ph val='5550100' />\n<ph val='55", "registry_cut_short", None),
        ("<list>\n<ac val='212'>\n<ph val='5550100' />\n<html>\n<h1>Error</h1></list>", "registry_html", 4),
        ("<list>\n<ac val='212'>\n<ph val='5550100' />\nService unavailable\n</ac></list>", "registry_line", 4),
        ("<list>\n<ac val='212'>\n<phone val='5550100' />\n</ac></list>", "registry_line", 3),
        ("<list>\n<ac val='112'>\n<ph val='5550100' />\n</ac></list>", "registry_line", 3),
        ("<list type='change'><ac val='212'><ph val='5550100' type='A'/></ac></list>", "registry_is_change", None),
        ("<html><body>Please sign in</body></html>", "registry_html", 1),
        ("<!DOCTYPE html><html></html>", "registry_html", 1),
        ("212,5550100\n<p>504 Gateway Time-out</p>\n", "registry_html", 2),
    ],
)
def test_xml_that_is_none_is_refused_with_its_line(text, code, line):
    with pytest.raises(BadInput) as wrong:
        full(text)
    assert wrong.value.code == code
    assert wrong.value.next_step
    if line is not None:
        assert wrong.value.facts["line"] == line


def test_a_full_list_is_no_change_and_an_entry_without_a_kind_is_none():
    for text, code in (
        ("<list type='full'><ac val='212'><ph val='5550100'/></ac></list>", "registry_is_full"),
        ("<list type='change'><ac val='212'><ph val='5550100'/><ph val='5550101'/></ac></list>", "registry_line"),
        ("<list type='change'><ac val='212'><ph val='5550100' type='A' chgdate='?'/></ac></list>", "registry_line"),
    ):
        with pytest.raises(BadInput) as wrong:
            list(parsing.changes(io.BytesIO(text.encode()), Days()))
        assert wrong.value.code == code


def test_a_change_says_the_last_day_it_names_however_it_writes_days():
    for text in (
        "212,5550118,2026-11-20,A\n212,5550101,2026-11-21,D\n",
        "212,5550118,20261120,A\n212,5550101,20261121,D\n",
        "A,212,5550118,11/20/2026\nD,212,5550101,11/21/2026 10:15\n",
        "<list type='change'><ac val='212'><ph val='5550118' type='A' chgdate='2026-11-20'/>"
        "<ph val='5550101' type='D' chgdate='2026-11-21'/></ac></list>",
    ):
        days = Days()
        read = [(kind, numbers([block])) for kind, block in parsing.changes(io.BytesIO(text.encode()), days)]
        assert read == [("A", [2125550118]), ("D", [2125550101])]
        assert days.latest == dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "3175550100\r\n8125550117\r\n",
        "3175550100  \n8125550117  \n",
        "State,Phone\nIN,317-555-0100\nIN,(812) 555-0117\n",
        "317|5550100|IN|2026-10-01\n812|5550117|IN|2026-10-01\n",
        "Last;First;Phone\nOak;Ann;317 555 0100\nElm;Bob;8125550117\n",
        "id,npa,number\n1,317,5550100\n2,812,5550117\n",
    ],
)
def test_a_states_list_of_any_columns(text):
    assert full(text, state="IN") == [3175550100, 8125550117]


@pytest.mark.parametrize("text", ["IN,3175550100,8125550117\n", "IN,31755501\n", "IN\n,Ann,1234567890123\n"])
def test_a_line_with_no_number_or_two_is_none(text):
    with pytest.raises(BadInput):
        full(text, state="IN")


def test_the_file_of_an_archive_is_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("212.txt", "212,5550100\n")
        archive.writestr("415.txt", "415,5550102\n415,555\n")
    with pytest.raises(BadInput, match=r"In 415\.txt: Line 2 "):
        build_full(tmp_path / "all.zip", tmp_path / "kept", code="CA-DNCL", as_of=DAY)


@pytest.mark.parametrize("code", ["US-XX", "BE-DNCM", "OWN-", "OWN-ENEMY", ""])
def test_a_register_that_we_cannot_read_is_named_with_those_we_can(code):
    with pytest.raises(BadInput) as wrong:
        register(code)
    assert "GB-TPS" in wrong.value.next_step


# ── the United Kingdom ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "0207 9460100\r\n01632 960102\r\n07700 900103\r\n",
        "02079460100 \r\n01632960102 \r\n07700900103 \r\n",
        "02079460100 \n01632960102 \n07700900103 \n",
        "02079460100\n01632960102\n07700900103",
        "Telephone\n0207 9460100\n01632 960102\n07700 900103\n",
    ],
)
def test_british_files_of_both_layouts(text):
    read = numbers(british.numbers_of(io.BytesIO(text.encode())))
    assert read == [442079460100, 441632960102, 447700900103]


def test_british_numbers_of_nine_digits_keep_their_length():
    assert numbers(british.numbers_of(io.BytesIO(b"0169773555  \r\n02079460100 \r\n"))) == [44169773555, 442079460100]


@pytest.mark.parametrize("text", ["2125550100\r\n", "0207946010\n012\n", "+905550000001\n", "0607 9460100\r\n"])
def test_what_is_no_british_number_is_refused(text):
    with pytest.raises(BadInput, match="British number"):
        list(british.numbers_of(io.BytesIO(text.encode())))


def test_a_british_copy_covers_british_numbers_and_no_others(tmp_path):
    (tmp_path / "tps.txt").write_bytes(b"02079460100 \r\n0207 9460101\r\n02079460100 \r\n")
    copy = build_full(tmp_path / "tps.txt", tmp_path / "kept", code="GB-TPS", as_of=DAY)
    assert (copy.rows, copy.manifest.lines, copy.areas) == (2, 3, {"+44"})
    asked = ["+442079460100", "+442079460102", "+12125550100", "+4420794601", "+904420794601"]
    truth = [True, False, None, False, None]
    assert [copy.listed(number) for number in asked] == truth
    verdicts = copy.lookup(np.array([int(number) for number in asked])).tolist()
    assert verdicts == [{True: 1, False: 0, None: -1}[said] for said in truth]


# ── reassigned numbers ──────────────────────────────────────────────────────────────────────────────────────────


def test_answers_about_reassigned_numbers():
    text = b"number,date,answer\n2125550100,2025-03-14,no\n4155550101,2024-11-02,YES\n3055550102,2021-01-05,No Data\n"
    read = list(reassigned.answers(io.BytesIO(text)))
    assert [(one.e164, one.asked_for.isoformat(), one.said) for one in read] == [
        ("+12125550100", "2025-03-14", "no"),
        ("+14155550101", "2024-11-02", "yes"),
        ("+13055550102", "2021-01-05", "no_data"),
    ]


@pytest.mark.parametrize(
    "text", [b"", b"2125550100,2025-03-14\n", b"2125550100,2025-02-30,no\n", b"2125550100,2025-03-14,maybe\n"]
)
def test_an_answer_that_is_none_refuses_the_file(text):
    with pytest.raises(BadInput):
        list(reassigned.answers(io.BytesIO(text)))


def test_what_is_asked_about_reassigned_numbers():
    asked = list(reassigned.questions([("+12125550100", dt.date(2025, 3, 14))], today=DAY))
    assert asked == ["2125550100,2025-03-14\n"]
    for wrong in (("+905550000001", dt.date(2025, 3, 14)), ("+12125550100", DAY)):
        with pytest.raises(BadInput):
            list(reassigned.questions([wrong], today=DAY))
