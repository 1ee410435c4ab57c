"""A column is what its cells say, where its name says something else."""

from __future__ import annotations

import pytest

from ahize.intake.mapping import propose_mapping


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (("cellular", "telephone", "cellular"), "line_type"),
        (("telephone",), "line_type"),
        (("Ada Example", "cellular"), "full_name"),
        (("M", "L"), "full_name"),
        ((), "full_name"),
    ],
)
def test_a_column_called_contact_that_holds_kinds_of_line_is_no_name(cells: tuple[str, ...], field: str):
    mapping = propose_mapping(("contact", "phone"), [(cell, "+12025550100") for cell in cells])
    assert mapping.columns[0].field == field


def test_a_kind_of_line_is_read_once():
    mapping = propose_mapping(("line type", "contact"), [("mobile", "cellular")])
    assert [column.field for column in mapping.columns] == ["line_type", None]
