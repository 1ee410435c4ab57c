"""What a client's file says, what may be learned from it, and what is refused."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ahize.kernel.errors import BadInput
from ahize.scores.cells import Style, day, folded, number, style_of
from ahize.scores.leaks import leaks_by_name
from ahize.scores.level import Level
from ahize.scores.model import ScoreModel, model_from_text
from ahize.scores.table import Table, table_of
from ahize.scores.training import Asked, fit, history_of, train
from scores.made_up import Columns, calls, part, without

TODAY = date(2026, 11, 24)
POINT = Style(comma=False, point=True)


def table(columns: Columns) -> Table:
    return table_of(list(columns), list(zip(*columns.values(), strict=True)))


@pytest.mark.parametrize(
    ("cells", "means"),
    [
        (["1,5", "2,25"], [1.5, 2.25]),
        (["1.234,5", "4.857"], [1234.5, 4857.0]),
        (["1,234.5", "4,857"], [1234.5, 4857.0]),
        (["4,857", "4,96"], [4.857, 4.96]),
        (["4.857", "-1.8"], [4.857, -1.8]),
        (["1.1", "1,2", "4,857", "4.857"], [1.1, 1.2, 4.857, 4.857]),
        (["€ 12", "12 %", "1 234", "1e3", "word", "1-2"], [12, 12, 1234, 1000, None, None]),
        ([".5", "1.234.567", "999" * 120], [0.5, 1234567, None]),
    ],
)
def test_numbers_as_people_write_them(cells, means):
    words = [folded(cell) for cell in cells]
    style = style_of(words, otherwise=POINT)
    assert [number(word, style) for word in words] == means


def test_days_as_people_write_them():
    assert [day(each) for each in ("2026-11-24", "24.11.2026 10:00", "31/02/2026", "24")] == [TODAY, TODAY, None, None]


@pytest.mark.parametrize(
    ("name", "leaks"),
    [
        *(
            (name, True)
            for name in ("duration", "Call Duration (s)", "callDuration", "talk_time_sec", "Görüşme süresi")
        ),
        *((name, True) for name in ("disposition", "Outcome", "call result code", "arama sonucu")),
        *((name, False) for name in ("poutcome", "previous outcome", "contract_duration", "campaign", "age", "talk")),
    ],
)
def test_what_only_the_call_tells_is_refused_by_name(name, leaks):
    assert bool(leaks_by_name([name])) is (leaks or name == "talk")


def test_a_leak_under_another_name_is_refused_by_test_and_can_be_kept():
    known = calls(2500)
    said = np.array(known["y"]) == "yes"
    hidden = {
        **without(known, "duration", "y"),
        "f7": known["duration"],
        "copy": ["1" if each else "0" for each in said],
        "order no": [f"{4000 + i % 700}" if each else "" for i, each in enumerate(said)],
        "fee": [f"{i % 9}" if i < 2200 else "" for i in range(2500)],
        "answer": known["y"],
    }
    found = {left.name: left for left in history_of(table(hidden), Asked("answer"), today=TODAY).left_out}
    assert {name: left.why for name, left in found.items()} == {
        "row_id": "identity",
        "f7": "leak_by_test",
        "copy": "leak_by_test",
        "order no": "leak_by_test",
        "fee": "emptied",
    }
    assert "afterwards" in found["order no"].says or "gives the outcome away" in found["order no"].says
    assert "--keep “f7”" in found["f7"].next_step
    kept = history_of(table(hidden), Asked("answer", keep=("f7",)), today=TODAY)
    assert "f7" in {field.name for field in kept.fields}


def test_honest_columns_are_not_refused():
    history = history_of(table(without(calls(2500), "duration")), Asked("y"), today=TODAY)
    assert {left.name for left in history.left_out} == {"row_id"}
    assert history.ordered


@pytest.mark.parametrize(
    ("change", "asked", "code", "says"),
    [
        ({"y": ["no"] * 300}, {}, "one_class", "All 300 outcomes"),
        ({"y": ["a", "b"] * 150}, {}, "which_is_yes", "means yes"),
        ({}, {"positive": "evet"}, "no_such_outcome", "No row"),
        ({}, {"target": "sold"}, "no_such_column", "no column “sold”"),
        ({"day": ["2026-01-01"] * 299 + ["2031-01-01"]}, {"time": "day"}, "future_date", "row 300"),
        ({"day": ["2026-01-01"] * 299 + ["soon"]}, {"time": "day"}, "not_a_date", "row 300"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_with_what_to_do(change, asked, code, says):
    with pytest.raises(BadInput, match=says) as refused:
        history_of(table({**calls(300), **change}), Asked(**{"target": "y", **asked}), today=TODAY)
    assert refused.value.code == code
    assert refused.value.next_step


def test_an_empty_file_and_one_without_a_usable_column_are_refused():
    with pytest.raises(BadInput, match="no rows") as refused:
        table_of(["a", "y"], [])
    assert refused.value.code == "empty_file"
    with pytest.raises(BadInput, match="No column is left") as refused:
        history_of(table({"same": ["a"] * 300, "y": calls(300)["y"]}), Asked("y"), today=TODAY)
    assert refused.value.code == "nothing_to_learn_from"


def test_columns_that_teach_nothing_are_left_out_by_name_and_the_rest_is_learned_from():
    rows = 2400
    known = {
        **without(calls(rows), "duration"),
        "street": [f"street {i % 1150}" for i in range(rows)],
        "signed": [f"2026-0{1 + i % 9}-01" for i in range(rows)],
        "renewal": [f"202{7 + i % 2}-05-01" for i in range(rows)],
        "score": [str(i % 40) if i % 10 else "n.v." for i in range(rows)],
        "void": [""] * rows,
    }
    history = history_of(table(known), Asked("y"), today=TODAY)
    why = {left.name: left.why for left in history.left_out}
    assert why == {
        "row_id": "identity",
        "street": "too_many_categories",
        "signed": "date",
        "renewal": "future_date",
        "void": "empty",
    }
    assert any("“score” changes its type: 240 of 2400" in note and "row 1)" in note for note in history.notes)
    assert {"age", "trade", "score"} <= {field.name for field in history.fields}


def test_copies_count_once_where_rows_have_names_and_unknown_outcomes_not_at_all():
    known = calls(400)
    twice = {name: [*cells, *cells[:30]] for name, cells in known.items()}
    twice["y"][3] = twice["y"][403] = ""
    history = history_of(table(twice), Asked("y", identity="row_id"), today=TODAY)
    assert len(history.rows) == 399
    assert any(note.startswith("29 rows repeat") for note in history.notes)
    assert any(note.startswith("2 rows have no outcome") for note in history.notes)


def model_of(columns: Columns) -> ScoreModel:
    """Points and trees of a short history, without the comparison that ``train`` makes first."""
    history = history_of(table(columns), Asked("y"), today=TODAY)
    fitted = fit(history.fields, history.yes, history.rows, kind="both", seed=1)
    return ScoreModel("y", "yes", fitted.columns, fitted.parts, Level(), (0.1, 0.2), {"scores": [1, 1, 1]}, ())


def test_equal_seeds_give_equal_files(model_text):
    assert model_of(calls(700)).as_text() == model_text
    assert model_from_text(model_text).as_text() == model_text


def test_rows_out_of_order_are_put_in_order():
    known = without(calls(900), "duration", "month")
    known["day"] = [date.fromordinal(739000 + i // 4).isoformat() for i in range(900)]
    back = {name: cells[::-1] for name, cells in known.items()}
    history = history_of(table(back), Asked("y", time="day"), today=TODAY)
    assert history.ordered
    days = [back["day"][row] for row in history.source[history.rows]]
    assert days == sorted(days)


def test_a_short_history_gets_points():
    trained = train(table(part(calls(400), 0, 300)), Asked("y"), today=TODAY)
    assert trained.model.parts.kind == "points"
    assert trained.model.parts.forest is None


@pytest.mark.parametrize(
    ("what", "by"),
    [
        ('"format":"ahize-score/1"', '"format":"pickle"'),
        ('"left":[1', '"left":[0'),
        ('"feature":[', '"feature":[99,'),
        ('"kind"', '"kin"'),
        ('"of":[[', '"of":[[1,'),
        ('{"columns"', '["columns"'),
    ],
)
def test_a_model_file_that_was_tampered_with_is_refused(what, by, model_text):
    broken = model_text.replace(what, by, 1)
    assert broken != model_text
    if what == '"kind"':  # for the reader only
        assert model_from_text(broken).as_text() == model_text
        return
    with pytest.raises(BadInput, match="no model that") as refused:
        model_from_text(broken)
    assert refused.value.code == "not_a_model"


@pytest.fixture(scope="module")
def model_text() -> str:
    return model_of(calls(700)).as_text()
