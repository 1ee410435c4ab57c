"""Fifteen files as life sends them, each with what must come of it.

The files and the expectations are our own work. A policy in one line each: digits are never completed by guessing; a
shifted row is refused; text is kept as it came; one good number saves a contact.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from ahize.intake.check import check_file, write_check

MESSY = Path(__file__).parent / "messy"
FILES = sorted(path for path in MESSY.iterdir() if not path.name.endswith(".expected.json"))


def _columns(params: dict[str, Any], key: str) -> list[str]:
    wanted = params.get(key, [])
    return [wanted.removeprefix("all named ")] if isinstance(wanted, str) else wanted


def _run(path: Path, expected: dict[str, Any]) -> dict[str, Any]:
    params = expected["params"]
    return check_file(
        path,
        region=params["default_region"],
        phone_columns=_columns(params, "phone_columns"),
        date_columns=_columns(params, "date_columns"),
    )


@pytest.fixture(params=FILES, ids=lambda path: path.name[:2])
def case(request: pytest.FixtureRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    path: Path = request.param
    expected = json.loads(Path(f"{path}.expected.json").read_text(encoding="utf-8"))
    return expected, _run(path, expected)


def test_all_fifteen_are_here():
    assert len(FILES) == 15


def test_the_file_is_recognised(case):
    expected, found = case
    encodings = {expected["truth"]["encoding"], *expected.get("encoding_also_ok", ())}
    assert found["truth"]["encoding"] in encodings
    assert {**found["truth"], "encoding": None} == {**expected["truth"], "encoding": None}
    assert found["rows_read"] == expected["rows_read"]
    assert found["blank_rows"] == expected["blank_rows"]


def test_the_numbers_are_exactly_those(case):
    expected, found = case
    undecided = {entry["row"] for entry in expected.get("undecided", ())}
    wanted = {(n["row"], n["e164"]): n for n in expected["numbers"]}
    got = {(n["row"], n["e164"]): n for n in found["numbers"] if n["row"] not in undecided}
    assert set(got) == set(wanted)
    for key, number in wanted.items():
        for part in ("ext", "label", "flags", "do_not_dial"):
            assert got[key].get(part) == number.get(part), (key, part)
    if not undecided:
        assert found["valid_e164"] == sorted(expected["valid_e164"])


def test_the_errors_are_exactly_those(case):
    expected, found = case
    undecided = {entry["row"] for entry in expected.get("undecided", ())}
    for error in expected["errors"]:
        fine = {error["code"], *error.get("also_ok", ())}
        matching = [e for e in found["errors"] if e["row"] == error["row"] and e["code"] in fine]
        assert matching, error
        if "column" in error:
            assert matching[0]["column"] == error["column"]
        if matching[0]["code"] == error["code"]:
            assert matching[0]["scope"] == error["scope"]
    listed = {error["row"] for error in expected["errors"]} | undecided
    assert [e for e in found["errors"] if e["row"] not in listed] == []


def test_the_warnings_are_there(case):
    expected, found = case
    got = {(w["row"], w["code"]) for w in found["warnings"]}
    assert {(w["row"], w["code"]) for w in expected["warnings"]} <= got


def test_cells_dates_and_amounts_are_decoded(case):
    expected, found = case
    for name in ("cells", "dates", "decimals"):
        got = [tuple(sorted(entry.items())) for entry in found[name]]
        for entry in expected.get(name, ()):
            assert tuple(sorted(entry.items())) in got, entry


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[:2])
def test_the_streamed_json_is_the_same(path):
    expected = json.loads(Path(f"{path}.expected.json").read_text(encoding="utf-8"))
    params = expected["params"]
    out = io.StringIO()
    write_check(
        path,
        out,
        region=params["default_region"],
        phone_columns=_columns(params, "phone_columns"),
        date_columns=_columns(params, "date_columns"),
    )
    assert json.loads(out.getvalue()) == _run(path, expected)
