"""What was released decides for ever as it did."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ahize.compliance import released
from ahize.compliance.facts import CallFacts
from ahize.compliance.house.document import law
from ahize.compliance.law_file import LawFile
from ahize.compliance.rulebook import Rulebook, shipped_documents
from ahize.compliance.rules.calling_hours import CallingHours
from ahize.compliance.terms import BadLaw
from ahize.kernel.errors import Conflict, NotFound


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with one release and few golden rulings."""
    folder = tmp_path_factory.mktemp("released")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(released, "GOLDENS_OF_A_LAW", 1)
        yield from _shelf(folder)


def _shelf(folder: Path) -> Iterator[Path]:
    assert released.freeze(Rulebook.load(), folder)[1]
    yield folder


def test_every_release_decides_its_golden_rulings_again():
    for one in released.releases():
        assert list(released.differing(one)) == [], one.version


def test_a_version_that_was_released_still_has_the_words_it_was_released_with():
    shipped = Rulebook.load()
    for one in released.releases():
        if one.version == shipped.version:
            assert one.sha256 == shipped.sha256, "give law/rulebook.yaml a new version, then ./ahize law release"


def test_every_law_comes_back_from_json_as_its_yaml_reads():
    for document, plain in zip(
        sorted(shipped_documents(), key=lambda one: one["layer"]),
        released.document_of(Rulebook.load())["laws"],
        strict=True,
    ):
        assert released.dated(json.loads(json.dumps(plain))) == document


def test_a_release_is_made_once_and_refuses_other_words(shelf: Path):
    shipped = Rulebook.load()
    path, new = released.freeze(shipped, shelf)
    assert not new
    before = path.read_bytes()
    documents = [law.document for law in shipped.laws]
    changed = [{**one, "authority": "Somebody else"} if one["layer"] == "GB" else one for one in documents]
    with pytest.raises(Conflict, match="was released with the hash"):
        released.freeze(Rulebook.from_documents(changed, shipped.version), shelf)
    assert path.read_bytes() == before
    path, new = released.freeze(Rulebook.from_documents(changed, "2099.1"), shelf)
    assert new
    assert [one.version for one in released.releases(shelf)] == [shipped.version, "2099.1"]


def test_a_kind_of_rule_that_came_to_read_its_values_otherwise_is_found(shelf: Path, monkeypatch: pytest.MonkeyPatch):
    (release, *_) = released.releases(shelf)
    assert list(released.differing(release)) == []
    monkeypatch.setattr(CallingHours, "judge", lambda _rule, _ask: iter(()))
    found = [name for name, _, _ in released.differing(release)]
    assert found


def test_the_holidays_of_a_release_are_its_own(shelf: Path, monkeypatch: pytest.MonkeyPatch):
    (release, *_) = released.releases(shelf)
    monkeypatch.setattr("ahize.compliance.calendars._library_days", lambda *_, **__: ())
    assert list(released.differing(release)) == []


def test_a_release_whose_words_were_changed_is_not_read(shelf: Path, tmp_path: Path):
    document = released.releases(shelf)[0].document()
    document["laws"][0]["authority"] = "Somebody else"
    with pytest.raises(BadLaw, match="its words have the hash"):
        released.read(document)
    with pytest.raises(NotFound, match="never released here"):
        released.find("1999.1", shelf)


def test_words_of_a_house_come_back_too():
    house = law([])
    again = LawFile(released.dated(json.loads(json.dumps(released.house_document(house)))))
    book = Rulebook.load()
    assert book.under(again, "1.0").house_sha256 == book.under(house, "1.0").house_sha256 != ""
    facts = CallFacts.from_json({"at": "2026-11-20T12:00:00Z", "channel": "voice", "callee": {"country": "GB"}})
    assert book.under(again, "1.0").decide(facts) == book.under(house, "1.0").decide(facts)
