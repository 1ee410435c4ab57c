"""The locks name exactly what the project asks for, by hash, and no host."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CLONE = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((CLONE / "pyproject.toml").read_text())
WANTED = {
    "run": PROJECT["project"]["dependencies"],
    "score": PROJECT["project"]["optional-dependencies"]["score"],
    "dev": PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"],
}


def locked(name: str) -> dict[str, set[str]]:
    """Versions by package; several where the Python decides which."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(
        r"^([\w.-]+)==([^\s;]+)", (CLONE / f"locks/{name}.txt").read_text(), re.MULTILINE
    ):
        found.setdefault(canonicalize_name(package), set()).add(version)
    return found


@pytest.mark.parametrize("name", ["run", "score", "dev"])
def test_what_the_project_asks_for_is_locked(name: str) -> None:
    have = locked(name)
    asked = [Requirement(line) for line in WANTED[name]]
    wrong = [
        str(requirement)
        for requirement in asked
        if not (versions := have.get(canonicalize_name(requirement.name)))
        or not all(requirement.specifier.contains(version, prereleases=True) for version in versions)
    ]
    assert wrong == [], "make the locks again: locks/README.md"


def test_what_scores_add_moves_nothing_that_is_there() -> None:
    assert locked("run").keys() & locked("score").keys() == set()


def test_tests_run_on_what_is_shipped() -> None:
    shipped, tested = {**locked("run"), **locked("score")}, locked("dev")
    assert {name: tested.get(name) for name in shipped} == shipped


@pytest.mark.parametrize("name", ["run", "score", "dev"])
def test_every_package_has_hashes_and_no_host_is_named(name: str) -> None:
    text = (CLONE / f"locks/{name}.txt").read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text


def test_the_screens_lock_names_no_host() -> None:
    lock = json.loads((CLONE / "ui/package-lock.json").read_bytes())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    unlocked = [name for name, package in lock["packages"].items() if name and "version" not in package]
    assert unlocked == []
