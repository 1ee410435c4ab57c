"""Why a registry's file, or a line that went up to a registry, was refused, in the reader's language.

``ahize.registries`` knows no language but English and says it with every detail; whoever reads another gets the
sentence for its code here, with the line, the counts and the areas that the error carries.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from ahize.kernel.errors import AhizeError

_AGAIN: Final = gettext_noop("Fetch the file again from the registry; nothing was loaded.")

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "registry_line": (gettext_noop("Line %(line)s of the registry file is not what such a line should be."), _AGAIN),
    "registry_html": (
        gettext_noop("Line %(line)s of the registry file is part of a web page, not of a list."),
        gettext_noop("Sign in at the registry and fetch the file again; nothing was loaded."),
    ),
    "registry_cut_short": (gettext_noop("The registry file ends in the midst of the list: it was cut short."), _AGAIN),
    "registry_empty": (gettext_noop("The registry file holds no number."), _AGAIN),
    "registry_archive": (gettext_noop("The archive is damaged, cut short or locked."), _AGAIN),
    "registry_is_change": (
        gettext_noop("This is a change file, not a full one."),
        gettext_noop("Load it as a change."),
    ),
    "registry_is_full": (
        gettext_noop("This is a full file, not a change."),
        gettext_noop("Load it as a full file."),
    ),
    "registry_areas": (
        gettext_noop("The file holds numbers of area codes that it should not cover: %(areas)s."),
        gettext_noop("Name all area codes of the file, or load the right file."),
    ),
    "registry_country": (
        gettext_noop("The file belongs to another country or state than this registry: %(areas)s."),
        gettext_noop("Load it under its own registry's code."),
    ),
    "area_code": (gettext_noop("An area code has three digits, like 212."), gettext_noop("Correct the area codes.")),
    "registry_shrank": (
        gettext_noop("The list would shrink from %(before)s to %(after)s numbers."),
        gettext_noop("Fetch the file again. If the list is really so much smaller, confirm it."),
    ),
    "registry_order": (
        gettext_noop("This change does not follow on the copy that is held."),
        gettext_noop("Load the changes in the order of their days, or load a full file."),
    ),
    "registry_damaged": (
        gettext_noop("The stored registry copy is damaged."),
        gettext_noop("Load the registry file again; until then its numbers count as not looked up."),
    ),
    "registry_missing": (
        gettext_noop("The stored registry copy cannot be opened."),
        gettext_noop("Load the registry file again."),
    ),
    "registry_unwritable": (
        gettext_noop("The registry copy cannot be written."),
        gettext_noop("Make room on the disk, or have the folder's rights set, and load the file again."),
    ),
    "no_such_file": (
        gettext_noop("The registry file cannot be opened."),
        gettext_noop("See whether the path is right and the file may be read."),
    ),
    "registry_attribute": (
        gettext_noop("“%(word)s” is nothing that a register says of a number."),
        gettext_noop("What can be given: %(expected)s."),
    ),
    "unknown_registry": (
        gettext_noop("This is no registry whose files we can read."),
        gettext_noop("Choose one of those there are."),
    ),
}


_REFUSALS: Final = (
    (
        re.compile(r"how the consent was taken is not known, or not one that İYS takes from us"),
        gettext_noop("How the consent was taken is not known, or is no way that İYS takes from us."),
    ),
    (re.compile(r"İYS turned this down \((?P<what>.*)\)\."), gettext_noop("İYS turned it down: %(what)s.")),
    (
        re.compile(r"A consent's (?P<what>\w+) is none that İYS takes from us\."),
        gettext_noop("It was not sent: İYS does not take it with this %(what)s."),
    ),
)


def refusal(problem: str) -> str:
    """Why a consent registry would not take a line; kept in English, told in the reader's language."""
    for pattern, sentence in _REFUSALS:
        match = pattern.fullmatch(problem)
        if match is not None:
            return _(sentence) % match.groupdict()
    return problem


@contextmanager
def readers_language() -> Iterator[None]:
    """Errors of ``ahize.registries`` raised inside leave in the reader's language."""
    try:
        yield
    except AhizeError as error:
        words = WORDS.get(error.code)
        if words is None or (get_language() or "en").startswith("en"):
            raise
        facts = defaultdict(lambda: "–", {name: str(value) for name, value in error.facts.items()})
        told = _(words[0]) % facts
        raise type(error)(told, code=error.code, next_step=_(words[1]) % facts, **error.facts) from error
