"""Released rulebooks: what was decided by one can be decided by it again, for ever.

A release is one JSON file, named by version and hash: every law document as its YAML reads (days as ISO texts), the
holidays of its calendars as the library had them, and of which data they and the zones were. It is never written over:
a version whose words changed needs a new number. Beside it stand its golden rulings, which ``./ahize test`` decides
again; so a kind of rule that came to read its values otherwise is found (``docs/adr/0014-released-rulebooks.md``).
"""

from __future__ import annotations

import importlib.resources
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from ahize.compliance.examples import read_examples
from ahize.compliance.facts import CallFacts
from ahize.compliance.law_file import LawFile
from ahize.compliance.rulebook import Rulebook, plain_document, plain_documents
from ahize.compliance.terms import BadLaw
from ahize.kernel.canonical import canonical, sha256
from ahize.kernel.errors import BadInput, Conflict, NotFound

FIRST_YEAR: Final = 2010
YEARS: Final = 30
"""For which years a release keeps its holidays: of examples of old law to rulings of the next years. Ours."""
GOLDENS_OF_A_LAW: Final = 12
"""How many of a law's examples go into the golden rulings, spread over all of them."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d\Z")


@dataclass(frozen=True, slots=True)
class Release:
    """One released rulebook, not read yet."""

    version: str
    sha256: str
    file: Traversable

    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.read_text("utf-8"))
        return found


def document_of(book: Rulebook) -> dict[str, Any]:
    """A rulebook as a release keeps it, and as bundles carry it."""
    return {
        "version": book.version,
        "sha256": book.sha256,
        "laws": plain_documents(law.document for law in book.laws),
        "calendars": {
            law.layer: {
                name: one.given.get("kept") or one.keep(FIRST_YEAR, FIRST_YEAR + YEARS)
                for name, one in sorted(law.calendars.items())
            }
            for law in book.laws
            if law.calendars
        },
        "holidays": book.holidays,
        "tzdata": book.tzdata,
    }


def read(document: Mapping[str, Any]) -> Rulebook:
    """The rulebook again. Raises: BadLaw where its words are not those of its hash."""
    laws = [dated(law) for law in document["laws"]]
    for law in laws:
        for name, kept in document["calendars"].get(law["layer"], {}).items():
            law["calendars"][name]["kept"] = kept
    book = Rulebook.from_documents(laws, document["version"])
    if book.sha256 != document["sha256"]:
        raise BadLaw(f"rulebook {document['version']}: its words have the hash {book.sha256}, not {document['sha256']}")
    return book


def house_document(house: LawFile) -> Any:
    """A house's policy as JSON has it."""
    return plain_document(house.document)


def dated(given: Any) -> Any:
    """A law document from JSON: texts that are days become days, as YAML reads them."""
    if isinstance(given, Mapping):
        return {name: dated(value) for name, value in given.items()}
    if isinstance(given, list):
        return [dated(one) for one in given]
    return date.fromisoformat(given) if isinstance(given, str) and _DAY.match(given) else given


# ── what was released ────────────────────────────────────────────────────────────────────────────────────────────────


def shelf() -> Traversable:
    """Where the releases that come with this version stand."""
    return importlib.resources.files("ahize.compliance").joinpath("released")


def releases(folder: Traversable | None = None) -> list[Release]:
    """All of them, the oldest version first."""
    where = folder or shelf()
    names = [one for one in where.iterdir() if one.name.endswith(".json")] if where.is_dir() else []
    found = []
    for one in names:
        version, _, start = one.name.removesuffix(".json").rpartition("-")
        document = json.loads(one.read_text("utf-8"))
        if document["version"] != version or not document["sha256"].startswith(start):
            raise BadLaw(f"{one.name}: inside stands version {document['version']}, hash {document['sha256'][:12]}")
        found.append(Release(version, document["sha256"], one))
    return sorted(found, key=lambda one: _order(one.version))


def _order(version: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in version.split("."))


def find(version: str, folder: Traversable | None = None) -> Release:
    """A release by its version or the beginning of its hash. Raises: NotFound."""
    known = releases(folder)
    for one in known:
        if one.version == version or (len(version) >= 8 and one.sha256.startswith(version)):
            return one
    raise NotFound(
        f"Rulebook {version} was never released here.",
        next_step=f"Released are: {', '.join(one.version for one in known) or 'none yet'}.",
        code="no_rulebook",
    )


@lru_cache(maxsize=16)
def load(version: str) -> Rulebook:
    """Read once in a process. Raises: NotFound, BadLaw."""
    return read(find(version).document())


def freeze(book: Rulebook, folder: Path) -> tuple[Path, bool]:
    """Release a rulebook into a folder, with its golden rulings; the file, and whether it is new.

    Raises: Conflict where its version was released with other words.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for one in releases(folder):
        if one.version != book.version:
            continue
        if one.sha256 == book.sha256:
            return folder / one.file.name, False
        raise Conflict(
            f"Rulebook {book.version} was released with the hash {one.sha256[:12]}; its laws now have"
            f" {book.sha256[:12]}.",
            next_step="A released version stays as it is: give law/rulebook.yaml a new version.",
            code="version_taken",
        )
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.]*", book.version):
        raise BadInput(f"{book.version!r} is no version for a file: letters, digits and dots.", code="bad_version")
    stem = f"{book.version}-{book.sha256[:12]}"
    document = document_of(book)
    goldens = "".join(canonical(one) + "\n" for one in golden(read(document)))
    folder.joinpath(f"{stem}.golden.jsonl").write_text(goldens, "utf-8")
    path = folder / f"{stem}.json"
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path, True


# ── golden rulings ───────────────────────────────────────────────────────────────────────────────────────────────────


def golden(book: Rulebook) -> Iterator[dict[str, Any]]:
    """Facts from the laws' own examples, some of each, and what this rulebook says of them."""
    for name, text in sorted(_example_files()):
        cases = list(read_examples(text))
        step = max(1, -(-len(cases) // GOLDENS_OF_A_LAW))
        for case in cases[::step]:
            yield {"id": f"{name}: {case['id']}", "facts": case["facts"], **outcome(book, case["facts"])}


def outcome(book: Rulebook, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a golden line says of a ruling: enough to see what changed, and a hash of all but the zones' release."""
    said = book.decide(CallFacts.from_json(facts)).to_json()
    said.pop("tzdata")
    return {
        "verdict": said["verdict"],
        "rules": [bar["rule"] for bar in said["bars"]],
        "sha256": sha256(canonical(said)),
    }


def differing(release: Release) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Golden rulings that come out otherwise today: which, what was kept, what is said now."""
    book = read(release.document())
    beside = release.file.name.removesuffix(".json") + ".golden.jsonl"
    for line in _sibling(release.file, beside).read_text("utf-8").splitlines():
        kept = json.loads(line)
        now = outcome(book, kept["facts"])
        said = {name: kept[name] for name in now}
        if now != said:
            yield kept["id"], said, now


def _sibling(file: Traversable, name: str) -> Traversable:
    return file.parent / name if isinstance(file, Path) else shelf().joinpath(name)


def _example_files() -> Iterable[tuple[str, str]]:
    def walk(folder: Traversable, under: str) -> Iterator[tuple[str, str]]:
        for item in folder.iterdir():
            if item.is_dir():
                yield from walk(item, f"{under}{item.name}/")
            elif item.name.endswith(".cases.yaml"):
                yield f"{under}{item.name.removesuffix('.cases.yaml')}", item.read_text("utf-8")

    return walk(importlib.resources.files("ahize.compliance").joinpath("law"), "")
