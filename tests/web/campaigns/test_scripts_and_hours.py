"""A script is checked before anybody reads it aloud; a week is one we understand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahize.flows import merging
from ahize.kernel.errors import BadInput
from ahize.web.campaigns import catalogue, hours


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Hello {first_name}", []),
        ("Hello {first_nam}", ["unknown_field"]),
        ("Hello {field.Favourite colour}", []),
        ("Hello {field.}", ["unknown_field"]),
        ("A brace {{ and }}", []),
        ("A brace {", ["stray_brace"]),
        ("A brace }", ["stray_brace"]),
        ("{__class__}", ["unknown_field"]),
    ],
)
def test_a_text_says_what_is_wrong_with_it(text, codes):
    assert [problem.code for problem in merging.problems_in(text)] == codes


def test_an_empty_value_leaves_no_gap():
    assert merging.merged("Hello {first_name}, this is {agent_name}.", {"agent_name": "Zoë"}) == "Hello, this is Zoë."


def test_a_value_is_never_read_as_a_field_again():
    assert merging.merged("{first_name}", {"first_name": "{agent_name}", "agent_name": "no"}) == "{agent_name}"


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text):
    merging.problems_in(text)
    merging.merged(text, {})


def test_every_script_of_a_template_reads_without_a_problem():
    for template in catalogue.TEMPLATES.values():
        for language in ("en", "tr"):
            assert merging.problems_in(template.script(language)) == []
    assert merging.problems_in(catalogue.ABANDON_MESSAGE_EN) == []
    assert merging.problems_in(catalogue.ABANDON_MESSAGE_TR) == []


def test_every_template_can_take_a_person_off_the_list_and_keys_differ():
    for template in catalogue.TEMPLATES.values():
        codes = [catalogue.CODES[code] for code in template.codes]
        assert any("stop" in code.flags for code in codes)
        assert any("wrong_number" in code.flags for code in codes)
        keys = [code.key for code in codes if code.key]
        assert len(keys) == len(set(keys)), template.code
        for code in codes:
            assert set(code.flags) <= catalogue.FLAGS
            assert set(code.flags) & {"contact", "no_contact"}
            assert code.key or "not_offered" in code.flags


@pytest.mark.parametrize(
    "week",
    [
        {"mon": [["20:00", "09:00"]]},
        {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]},
        {"moon": []},
        {"mon": ["09:00"]},
        {"mon": [["9", "10"]]},
        {"mon": [["25:00", "26:00"]]},
    ],
)
def test_a_week_that_makes_no_sense_is_refused(week):
    with pytest.raises(BadInput):
        hours.week(week)


def test_a_day_not_named_is_a_day_without_calls():
    assert hours.week({"mon": [["12:00", "24:00"], ["09:00", "10:00"]]}) == {
        "mon": [["09:00", "10:00"], ["12:00", "24:00"]],
        **{day: [] for day in hours.DAYS[1:]},
    }
