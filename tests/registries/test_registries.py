"""Copies of do-not-call registries: what is read from their files, stored, and answered."""

from __future__ import annotations

import contextlib
import datetime as dt
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ahize.kernel.errors import AhizeError, BadInput, Conflict
from ahize.kernel.phone import is_e164
from ahize.registries.building import build_full, build_own
from ahize.registries.changing import build_changes
from ahize.registries.versions import RegistryVersion

DAY = dt.date(2026, 11, 20)


def _load(tmp_path: Path, text: str | bytes, name: str = "list.txt", **options) -> RegistryVersion:
    source = tmp_path / name
    source.write_bytes(text.encode() if isinstance(text, str) else text)
    return build_full(source, tmp_path / "kept", code="US-FTC", as_of=DAY, **options)


FLAT = "212,5550100\n212,5550101\n415,5550102\n"


@pytest.mark.parametrize(
    "text",
    [
        FLAT,
        FLAT.replace("\n", "\r\n"),
        FLAT.replace("\n", "\r\n").rstrip("\r\n"),
        FLAT.replace("\n", "\r"),
        FLAT.replace(",", ""),
        FLAT.replace(",", ";"),
        FLAT.replace(",", "\t"),
        "area,number\n" + FLAT,
        "\ufeff" + FLAT,
        '"212","5550100"\n"212","5550101"\n"415","5550102"\n',
        "(212) 555-0100\n+1 212 555 0101\n415-555-0102\n\n",
        "<list type='full' level='all' val=''><ac val='212'><ph val='5550100' /><ph val='5550101' /></ac>"
        "<ac val='415'>\n<ph val='5550102' /></ac></list>",
    ],
)
def test_full_files_of_every_look(tmp_path, text):
    version = _load(tmp_path, text)
    assert version.rows == 3
    assert version.areas == {"212", "415"}
    assert version.listed("+12125550100") is True
    assert version.listed("+14155550102") is True
    assert version.listed("+12125550102") is False
    assert version.listed("+13055550100") is None
    assert version.listed("+905550000001") is None
    assert version.listed("nonsense") is None


def test_the_misprinted_example_of_the_brochure(tmp_path):
    text = (
        "<list type=’full’ level=’ac’ val=’416’ /> <ac val=’416’>\n<ph val=’5550101’ /> <ph val=’102’ />\n</ac> </list>"
    )
    version = _load(tmp_path, text)
    assert version.listed("+14165550101") is True
    assert version.listed("+14160000102") is True


def test_one_file_for_each_area_in_a_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("212.txt", "212,5550100\n")
        archive.writestr("415.txt", "415,5550102\n")
    version = build_full(tmp_path / "all.zip", tmp_path / "kept", code="US-FTC", as_of=DAY)
    assert version.areas == {"212", "415"}


def test_an_area_without_a_number_is_covered_when_it_is_named(tmp_path):
    version = _load(tmp_path, FLAT, areas=["212", "415", "305"])
    assert version.listed("+13055550100") is False
    assert version.listed("+16465550100") is None


def test_numbers_outside_the_areas_are_refused(tmp_path):
    with pytest.raises(BadInput) as error:
        _load(tmp_path, FLAT, areas=["212"])
    assert error.value.code == "registry_areas"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "registry_empty"),
        ("area,number\n", "registry_empty"),
        ("212,5550100\n212,555010\n", "registry_line"),
        ("212,5550100\nhello\n", "registry_line"),
        ("212,5550118,2026-11-20,A\n", "registry_is_change"),
        ("<list type='full'><ph val='5550101'/></list>", "registry_line"),
        (b"\x00" * 50_000, "registry_line"),
        (b"PK\x03\x04 no archive", "registry_archive"),
    ],
)
def test_what_is_no_full_file_is_refused(tmp_path, text, code):
    with pytest.raises(BadInput) as error:
        _load(tmp_path, text)
    assert error.value.code == code
    assert not list((tmp_path).glob("kept/*"))


def test_the_line_is_named(tmp_path):
    with pytest.raises(BadInput, match="Line 3 "):
        _load(tmp_path, "212,5550100\n212,5550101\nhello\n")


def test_a_file_cut_short_does_not_free_numbers(tmp_path):
    whole = _load(tmp_path, "".join(f"212,555{n:04d}\n" for n in range(100)))
    with pytest.raises(Conflict) as error:
        _load(tmp_path, "".join(f"212,555{n:04d}\n" for n in range(94)), previous=whole)
    assert error.value.facts == {"before": 100, "after": 94}
    smaller = _load(tmp_path, "".join(f"212,555{n:04d}\n" for n in range(94)), previous=whole, may_shrink=True)
    assert smaller.rows == 94
    assert _load(tmp_path, "305,5550100\n", previous=whole).rows == 1


def test_changes_upon_a_full_file(tmp_path):
    base = _load(tmp_path, FLAT)
    change = tmp_path / "change.txt"
    change.write_text("212,5550118,2026-11-20,A\nD,2026-11-21,212,5550101\n4155550103;A;11/21/2026\n")
    version = build_changes(change, base, tmp_path / "kept", as_of=DAY + dt.timedelta(days=1))
    listed = [version.listed(f"+1{n}") for n in ("2125550118", "2125550101", "2125550100", "4155550103")]
    assert listed == [True, False, True, True]
    assert version.rows == 4
    assert base.listed("+12125550101") is True
    with pytest.raises(BadInput) as error:
        build_changes(change, base, tmp_path / "kept", as_of=DAY)
    assert error.value.code == "registry_order"
    change.write_text("212,5550118,2026-11-20\n")
    with pytest.raises(BadInput, match="Line 1 "):
        build_changes(change, base, tmp_path / "kept", as_of=DAY + dt.timedelta(days=1))
    change.write_text("305,5550118,A\n")
    with pytest.raises(BadInput) as error:
        build_changes(change, base, tmp_path / "kept", as_of=DAY + dt.timedelta(days=1))
    assert error.value.code == "registry_areas"


def test_change_files_in_xml(tmp_path):
    base = _load(tmp_path, FLAT)
    change = tmp_path / "change.xml"
    change.write_text(
        "<list type='change' level='ac' val='212'><ac val='212'><ph val='5550118' type='A' chgdate='2026-11-20' />"
        "<ph val='5550101' type='D' chgdate='2026-11-21' /></ac></list>"
    )
    version = build_changes(change, base, tmp_path / "kept", as_of=DAY + dt.timedelta(days=2))
    assert version.listed("+12125550118") is True
    assert version.listed("+12125550101") is False


def test_an_own_list_covers_the_world(tmp_path):
    numbers = ["+905550000001", "+12125550100", "+905550000001"]
    version = build_own(numbers, tmp_path / "kept", code="OWN", as_of=DAY, sha256="0" * 64)
    assert version.rows == 2
    assert version.manifest.lines == 3
    assert version.listed("+905550000001") is True
    assert version.listed("+905550000002") is False
    assert list(version.lookup(np.array([905550000001, 905550000002, 99], dtype=np.int64))) == [1, 0, 0]
    empty = build_own([], tmp_path / "kept", code="NONE", as_of=DAY, sha256="1" * 64)
    assert empty.listed("+12125550100") is False


def test_what_is_stored_opens_again(tmp_path):
    version = _load(tmp_path, FLAT)
    again = RegistryVersion.load(version.path)
    assert again.manifest == version.manifest
    assert again.as_of == DAY
    assert len(again.sha256) == 64
    assert np.concatenate(list(again.numbers())).tolist() == [12125550100, 12125550101, 14155550102]


@pytest.mark.parametrize("harm", ["cut", "flip", "magic", "header", "empty", "gone"])
def test_a_damaged_copy_is_refused(tmp_path, harm):
    path = _load(tmp_path, FLAT).path
    data = bytearray(path.read_bytes())
    match harm:
        case "cut":
            del data[-10:]
        case "flip":
            data[-1300] ^= 1
        case "magic":
            data[0] ^= 1
        case "header":
            data[20] = 0
        case "empty":
            data.clear()
    path.unlink()
    if harm != "gone":
        path.write_bytes(data)
    with pytest.raises(BadInput) as error:
        RegistryVersion.load(path)
    assert error.value.code == ("registry_missing" if harm == "gone" else "registry_damaged")


NUMBERS = st.integers(2_000_000_000, 2_009_999_999) | st.integers(9_990_000_000, 9_999_999_999)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=st.sets(NUMBERS, min_size=1, max_size=60), asked=st.lists(NUMBERS, max_size=60))
def test_exactly_the_numbers_of_the_file_are_listed(tmp_path, listed, asked):
    text = "".join(f"{n // 10_000_000},{n % 10_000_000:07d}\n" for n in listed)
    version = _load(tmp_path, text, areas=["200", "999"])
    assert version.rows == len(listed)
    every = [*listed, *asked]
    truth = [n in listed for n in every]
    assert [version.listed(f"+1{n}") for n in every] == truth
    assert version.lookup(np.array(every, dtype=np.int64) + 10_000_000_000).tolist() == [int(t) for t in truth]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.from_regex(r"[+ ]?[01]?2125550[ _0-9٢]{3,4}\n?", fullmatch=True) | st.text(max_size=14))
def test_a_text_that_is_no_number_is_nowhere_listed(tmp_path, text):
    """However much it looks like one, and whatever Python would read over in it."""
    version = _load(tmp_path, FLAT)
    ours = {"+12125550100", "+905550000001"}
    own = build_own(sorted(ours), tmp_path / "kept", code="OWN", as_of=DAY, sha256="0" * 64)
    known = {"+12125550100", "+12125550101", "+14155550102"}
    covered = is_e164(text) and text[:5] in ("+1212", "+1415") and len(text) == 12
    assert version.listed(text) is (text in known if covered else None)
    assert own.listed(text) is (text in ours if is_e164(text) else None)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300) | st.text("0123456789,AD\n<>='/achpvl \r", max_size=200).map(str.encode))
def test_any_bytes_give_a_version_or_a_clear_error(tmp_path, data):
    with contextlib.suppress(AhizeError):
        _load(tmp_path, data)
    (tmp_path / "change").write_bytes(data)
    base = build_full(_source(tmp_path), tmp_path / "kept", code="US-FTC", as_of=DAY)
    with contextlib.suppress(AhizeError):
        build_changes(tmp_path / "change", base, tmp_path / "kept", as_of=DAY + dt.timedelta(days=1))


def _source(tmp_path: Path) -> Path:
    path = tmp_path / "base.txt"
    path.write_text(FLAT)
    return path
