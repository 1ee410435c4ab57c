"""Every sentence of the server in every language."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest

from ahize.web import catalogue
from ahize.web.catalogue import HERE, LOCALE, Message, compiled, missing, read, sentences, write

TURKISH = LOCALE / "tr" / "LC_MESSAGES" / "django.po"
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")


def test_no_turkish_sentence_is_missing_or_unsure() -> None:
    assert missing("tr") == [], "python -m ahize.web.catalogue adds them to django.po; then translate"


def test_turkish_has_nothing_that_the_code_no_longer_says() -> None:
    assert {message.id for message in read(TURKISH)} - set(sentences(HERE)) == {""}


def test_a_translation_fills_the_same_places() -> None:
    wrong = [
        message.id
        for message in read(TURKISH)
        if message.id
        and any(set(PLACE.findall(said)) - set(PLACE.findall(message.id + message.plural)) for said in message.said)
    ]
    wrong += [
        message.id
        for message in read(TURKISH)
        if message.id and not message.plural and set(PLACE.findall(message.id)) != set(PLACE.findall(message.said[0]))
    ]
    assert wrong == []


def test_people_are_addressed_formally() -> None:
    """“siz”, never “sen”: no imperative without its plural, as far as a few frequent words show it."""
    said = [word for message in read(TURKISH) for text in message.said for word in re.findall(r"\w+", text.lower())]
    assert not {"sen", "senin", "sana", "seni", "lütfen gir"} & set(said)


def test_what_is_written_reads_back_and_gettext_understands_it(tmp_path: Path) -> None:
    messages = [
        Message("", said=["Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"]),
        Message('A “quoted”\n"line" \\', said=['Bir “alıntı”\n"satır" \\']),
        Message("%(n)d minute", "%(n)d minutes", ["%(n)d dakika", "%(n)d dakika var"]),
        Message("unsure", said=["belirsiz"], fuzzy=True),
        Message("open", said=[""]),
    ]
    path = tmp_path / "django.po"
    write(path, messages)
    back = read(path)
    assert {one.id: (one.plural, one.said, one.fuzzy) for one in back} == {
        one.id: (one.plural, one.said, one.fuzzy) for one in messages
    }
    (tmp_path / "django.mo").write_bytes(compiled(back))
    with (tmp_path / "django.mo").open("rb") as binary:
        words = gettext.GNUTranslations(binary)
    assert words.gettext(messages[1].id) == messages[1].said[0]
    assert words.ngettext("%(n)d minute", "%(n)d minutes", 5) == "%(n)d dakika var"
    assert words.gettext("unsure") == "unsure", "an unsure translation is not shown"
    assert words.gettext("open") == "open"


def test_a_folder_of_somebody_elses_gets_its_binaries_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue.os, "access", lambda *_: False)
    folder = catalogue.ready(tmp_path)
    assert (folder / "tr" / "LC_MESSAGES" / "django.mo").stat().st_size > 100
