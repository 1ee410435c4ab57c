"""``./ahize score`` as a person and as a program would call it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ahize.kernel.errors import BadInput, Conflict
from ahize.run.score import main
from ahize.scores.measures import auc
from scores.made_up import calls, part, without, written

ALL = calls(3000)
LATER = part(ALL, 2400, 3000)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("score")
    history = written(folder / "train.csv", part(ALL, 0, 2400), delimiter=";")
    line = ["train", "--csv", str(history), "--target", "y", "--model", str(folder / "model.json"), "--kind", "both"]
    assert main(line) == 0
    return folder


def predicted(folder: Path, columns, capsys, *more: str) -> tuple[dict, list[dict[str, str]]]:
    listed = written(folder / "list.csv", columns)
    out = folder / "out.csv"
    line = ["--model", str(folder / "model.json"), "--csv", str(listed), "--id", "row_id", "--out", str(out), "--json"]
    assert main(["predict", *line, *more]) == 0
    with out.open(newline="") as stream:
        return json.loads(capsys.readouterr().out), list(csv.DictReader(stream))


def ranking(rows: list[dict[str, str]]) -> float:
    return auc(np.array(LATER["y"]) == "yes", np.array([float(row["probability"]) for row in rows]))


def test_a_list_of_later_calls_is_ranked_and_every_row_has_its_line(trained, capsys):
    report, rows = predicted(trained, without(LATER, "y"), capsys)
    assert [row["row_id"] for row in rows] == LATER["row_id"]
    assert list(rows[0]) == ["row_id", "probability"]
    assert ranking(rows) > 0.66
    assert report["leaks"] == ["duration"]
    assert report["absent"] == []


def test_reasons_sum_to_the_probability_in_the_file(trained, capsys):
    _, rows = predicted(trained, LATER, capsys, "--reasons", str(trained / "why.csv"))
    with (trained / "why.csv").open(newline="") as stream:
        for said, why in zip(rows, csv.DictReader(stream), strict=True):
            total = sum(float(value) for name, value in why.items() if name not in ("row_id", "log_odds"))
            assert total == pytest.approx(float(why["log_odds"]), abs=1e-4)
            assert 1 / (1 + np.exp(-total)) == pytest.approx(float(said["probability"]), abs=1e-4)


def test_a_damaged_list_is_scored_whole_and_its_damage_is_named(trained, capsys):
    damaged = {
        "Wage": [f"{i}" for i in range(600)],
        "BALANCE ": [each.replace(".", ",") for each in LATER["balance"]],
        "what came last": LATER["last result"],
        "trade": ["pilot" if i % 5 == 0 else each for i, each in enumerate(LATER["trade"])],
        "row_id": [*LATER["row_id"][:599], "c2400"],
        "month": [""] * 600,
        "age": ["" if i % 10 == 0 else "??" if i == 11 else each for i, each in enumerate(LATER["age"])],
    }
    report, rows = predicted(trained, damaged, capsys)
    assert len(rows) == 600
    assert ranking(rows) > 0.62
    said = " ".join(report["notes"])
    assert "“what came last” is taken for it" in said
    assert "“month” is empty in this file" in said
    assert "“noise” is not in this file" in said
    assert "“age” was numbers in training and has 1 cells that are none (the first in row 12)" in said
    assert "1 rows have a “row_id” that another has too" in said
    assert set(report["absent"]) == {"month", "noise"}
    assert report["alarm"]
    assert any(
        "“trade”: 20% of the rows have a category that training did not know" in each["says"]
        for each in report["drift"]
    )


def test_known_outcomes_are_held_against_the_promise(trained, capsys):
    report, _ = predicted(trained, LATER, capsys, "--target", "y")
    assert report["outcomes"]["figures"]["auc"] > 0.66
    assert "alarms" in report["outcomes"]["watch"]


def test_evaluation_reports_all_three_ways(tmp_path, capsys):
    written(tmp_path / "calls.csv", part(ALL, 0, 1500))
    assert main(["evaluate", str(tmp_path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [left["name"] for left in report["left_out"] if left["why"] == "leak_by_name"] == ["duration"]
    for way, also in (("random", ()), ("in_time", ("within_month_auc",))):
        for kind in ("points", "boosting", "both"):
            assert {"auc", "alift", "brier", "lift_at_10", "ece", *also} <= report[way][kind].keys()
    assert 0.6 < report["in_time"]["both"]["auc"] < 0.83
    assert main(["evaluate", str(tmp_path / "calls.csv"), "--keep", "duration"]) == 0
    assert "look for a column that was filled after the call" in capsys.readouterr().out


def test_a_model_that_its_fairness_report_holds_back_wants_a_reason(tmp_path, capsys):
    known = part(without(ALL, "duration"), 0, 2400)
    rng = np.random.default_rng(2)
    known["origin"] = ["a" if each == "student" or rng.random() < 0.3 else "b" for each in known["trade"]]
    history = written(tmp_path / "train.csv", known)
    line = [
        "train",
        "--csv",
        str(history),
        "--target",
        "y",
        "--model",
        str(tmp_path / "model.json"),
        "--kind",
        "points",
    ]
    assert main([*line, "--group", "origin", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert "origin" not in report["columns"]
    assert report["held_back"]
    with pytest.raises(Conflict, match="holds this model back"):
        predicted(tmp_path, LATER, capsys)
    told, _ = predicted(tmp_path, LATER, capsys, "--despite", "reviewed by the data protection officer")
    assert any("reviewed by" in note for note in told["notes"])


def test_what_the_caller_did_wrong_is_said_and_an_old_model_stays(trained, tmp_path):
    old = (trained / "model.json").read_bytes()
    bad = written(tmp_path / "bad.csv", {"age": ["1", "2"], "y": ["no", "no"]})
    few = written(tmp_path / "few.csv", part(ALL, 0, 100))
    one_class = ["train", "--csv", str(bad), "--target", "y", "--model", str(trained / "model.json")]
    to_list = ["--csv", str(bad), "--id", "age", "--out", str(tmp_path / "out.csv")]
    for line, code in (
        (one_class, "one_class"),
        ([*one_class[:-1], str(tmp_path / "no" / "model.json")], "cannot_write"),
        (["predict", "--model", str(bad), *to_list], "not_a_model"),
        (["predict", "--model", str(tmp_path / "none"), *to_list], "no_such_file"),
        (
            ["predict", "--model", str(trained / "model.json"), *to_list[:2], "--id", "nr", *to_list[4:]],
            "no_such_column",
        ),
        (["evaluate", str(tmp_path / "none.csv")], "no_such_file"),
        (["evaluate", str(few), "--json"], "too_few_rows"),
    ):
        with pytest.raises(BadInput) as refused:
            main(line)
        assert refused.value.code == code
    assert (trained / "model.json").read_bytes() == old
    assert not (tmp_path / "out.csv").exists()


def test_other_commands_do_not_wait_for_what_scores_need():
    looked = "import sys, ahize.run.cli, ahize.run.score; print({'numpy', 'sklearn'} & sys.modules.keys())"
    said = subprocess.run([sys.executable, "-c", looked], capture_output=True, text=True, check=True).stdout
    assert said == "set()\n"
