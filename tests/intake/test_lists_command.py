"""``./ahize lists check`` as a person and as a program would call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ahize.intake.check import check_file
from ahize.kernel.errors import BadInput
from ahize.run.lists import main

FILE = Path(__file__).parent / "messy" / "02-windows-1254-semicolon.csv"


def test_the_json_is_that_of_the_check(capsys):
    line = [
        "check",
        str(FILE),
        "--region",
        "TR",
        "--phone-column",
        "Cep Telefonu",
        "--date-column",
        "Kayıt Tarihi",
        "--json",
    ]
    assert main(line) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == check_file(FILE, region="TR", phone_columns=["Cep Telefonu"], date_columns=["Kayıt Tarihi"])


def test_the_page(capsys):
    assert main(["check", str(FILE), "--region", "tr"]) == 0
    page = capsys.readouterr().out
    assert "windows-1254" in page
    assert "Digits are missing. (row 6)" in page


def test_the_bench(capsys):
    assert main(["bench", "--rows", "50"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 50


def test_what_the_caller_did_wrong_is_said():
    for line in (
        ["check", "/no/such/file"],
        ["check", str(FILE), "--phone-column", "x"],
        ["check", str(FILE), "--region", "XX"],
    ):
        with pytest.raises(BadInput):
            main(line)
