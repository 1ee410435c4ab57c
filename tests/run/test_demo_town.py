"""The made-up town: fictional numbers only, each once, the same in every process with the same seed."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ahize.intake.nanp import area_codes
from ahize.kernel.phone import is_drama
from ahize.run.demo_markets import write_numbered
from ahize.run.demo_roll import PEOPLE
from ahize.sim import town

ON = date(2026, 11, 24)
CODES = [
    town.AreaCode(npa, min(code.regions).removeprefix("US-"))
    for npa, code in sorted(area_codes().items())
    if code.country == "US" and code.kind == "geographic" and code.regions
]
NUMBER = re.compile(r"\+1[2-9]\d\d55501\d\d|\+90555000\d{4}|\+44\d{10}")
ABROAD = {"+90": "TR", "+44": "GB"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    people = town.people(1, PEOPLE, on=ON, area_codes=CODES)
    return [dict(zip(town.HEADER, row, strict=True)) for row in people]


def test_every_number_is_fictional_and_stands_once(rows: list[dict[str, str]]):
    numbers = [row["Phone"] for row in rows]
    assert len(set(numbers)) == len(numbers) == PEOPLE
    assert all(NUMBER.fullmatch(number) and is_drama(number) for number in numbers)


def test_a_number_is_in_its_country_and_an_american_one_in_the_state_of_its_area_code(rows: list[dict[str, str]]):
    state = {code.npa: code.state for code in CODES}
    for row in rows:
        abroad = ABROAD.get(row["Phone"][:3])
        expected = (abroad, "") if abroad else ("US", state[row["Phone"][2:5]])
        assert (row["Country"], row["State"]) == expected


@pytest.mark.parametrize(
    ("column", "value", "share"),
    [
        ("Country", "TR", town.TURKISH_SHARE),
        ("Country", "GB", town.BRITISH_SHARE),
        ("Consumer or business", "business", town.BUSINESS_SHARE),
        ("Line type", "", town.UNKNOWN_LINE_SHARE),
        ("Last purchase", "", 1 - town.CUSTOMER_SHARE),
        ("Last inquiry", "", 1 - town.INQUIRER_SHARE),
    ],
)
def test_shares_are_as_published(rows: list[dict[str, str]], column: str, value: str, share: float):
    found = sum(row[column] == value for row in rows) / len(rows)
    # Five standard errors of a share drawn so often; Turkish numbers make up for what America has not.
    slack = 5 * (share * (1 - share) / len(rows)) ** 0.5
    assert share - slack <= found <= share + (0.1 if value == "TR" else slack)


def test_dates_lie_in_the_past(rows: list[dict[str, str]]):
    assert all(
        not row[name] or row[name] < ON.isoformat() for row in rows for name in ("Last purchase", "Last inquiry")
    )


def test_another_seed_is_another_town():
    first, second = (list(town.people(seed, 50, on=ON, area_codes=CODES)) for seed in (1, 2))
    assert first != second


def test_a_town_has_only_so_many_numbers():
    with pytest.raises(ValueError, match="only 24,100 fictional numbers exist"):
        list(town.numbers(1, 24_101, CODES[:1]))
    assert len(list(town.numbers(1, 10_100, CODES[:1]))) == 10_100


def test_the_registry_lists_its_share_of_american_numbers_in_order():
    american = [number for number, state in town.numbers(3, 10_000, CODES) if state not in ("TR", "GB")]
    listed = town.listed(3, american)
    assert abs(len(listed) / len(american) - town.LISTED_SHARE) < 0.03
    out = io.StringIO()
    town.write_registry(out, listed)
    lines = out.getvalue().splitlines()
    assert lines == sorted(lines)
    assert re.fullmatch(r"[2-9]\d\d,55501\d\d", lines[0])


PRINT = """
import hashlib, sys
from datetime import date
from ahize.sim import town
codes = [town.AreaCode("212", "NY"), town.AreaCode("305", "FL")]
rows = list(town.people(7, 500, on=date(2026, 11, 24), area_codes=codes))
rows += [tuple(town.listed(7, [row[6] for row in rows]))]
sys.stdout.write(hashlib.sha256(repr(rows).encode()).hexdigest())
"""


def test_the_same_seed_is_the_same_town_in_every_process():
    def drawn(hash_seed: str) -> str:
        told = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run([sys.executable, "-c", PRINT], env=told, capture_output=True, text=True, check=True)
        return done.stdout

    assert len({drawn("0"), drawn("1"), drawn("4711")}) == 1
    assert len(drawn("0")) == hashlib.sha256().digest_size * 2


def test_a_list_without_numbers_gets_made_up_ones_and_keeps_what_it_says(tmp_path: Path):
    given, file = tmp_path / "given.csv", tmp_path / "out.csv"
    given.write_text('"age";"job";"contact"\n' + '41;"admin.";"cellular"\n57;"services";"telephone"\n' * 3)
    assert write_numbered(given, file, seed=1) == 6
    rows = list(csv.DictReader(file.open(encoding="utf-8", newline="")))
    assert [row["contact"] for row in rows[:2]] == ["cellular", "telephone"]
    assert "Line type" not in rows[0], "the list tells the kind of line itself"
    assert all(is_drama(row["Phone"]) and row["Country"] in ("US", "TR") for row in rows)


def test_a_list_with_numbers_stays_as_it_came(tmp_path: Path):
    given, file = tmp_path / "given.csv", tmp_path / "out.csv"
    given.write_text("Name,Phone\nAda Example,+12025550100\n")
    write_numbered(given, file, seed=1)
    assert file.read_text().split() == given.read_text().split()
