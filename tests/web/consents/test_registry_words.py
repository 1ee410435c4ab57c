"""A refusal of a registry file is said in the reader's language, with its line and counts."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from ahize.kernel.errors import BadInput, Conflict
from ahize.web.consents.registry_words import WORDS, readers_language


def said(language: str, wrong: BadInput | Conflict) -> BadInput | Conflict:
    with override(language), pytest.raises(type(wrong)) as told, readers_language():
        raise wrong
    return told.value


def test_another_language_gets_the_sentence_of_the_code_with_its_facts():
    wrong = Conflict("The list would shrink …", code="registry_shrank", next_step="…", before=100, after=94)
    told = said("tr", wrong)
    assert "100" in told.message
    assert "94" in told.message
    assert told.message != WORDS["registry_shrank"][0] % wrong.facts, "it is Turkish"
    assert (told.code, told.facts) == (wrong.code, wrong.facts)


def test_english_keeps_every_detail_and_an_unknown_code_its_words():
    for language, wrong in (
        ("en", BadInput("Line 7 of the registry file is not ten digits.", code="registry_line", line=7)),
        ("tr", BadInput("Something else.", code="something_else")),
    ):
        assert said(language, wrong) is wrong


@pytest.mark.parametrize("code", WORDS)
def test_every_sentence_stands_in_turkish(code):
    told = said("tr", BadInput("…", code=code))
    assert told.message
    assert told.next_step
    assert (told.message, told.next_step) != WORDS[code]
