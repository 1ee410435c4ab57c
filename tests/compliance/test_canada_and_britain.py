"""The laws of Canada and Britain stand whole: every rule of theirs by its id, and what waits for a later day."""

from __future__ import annotations

import pytest

from ahize.compliance.rulebook import shipped_documents

IDS = {
    "CA": {f"CA-{n:02}" for n in range(1, 23)},
    "CA-BC": {"CA-BC-1"},
    "GB": {f"GB-{n:02}" for n in range(1, 20)},
}


@pytest.mark.parametrize("layer", IDS)
def test_each_rule_stands_with_citation_and_mark(layer: str):
    (document,) = [one for one in shipped_documents() if one["layer"] == layer]
    named = {entry["id"] for entry in document["rules"]} | set(document.get("relationships", {}))
    assert IDS[layer] - named == set()
    assert all(entry["cites"] and entry["mark"] for entry in document["rules"])


def test_what_is_only_announced_binds_nobody():
    (document,) = [one for one in shipped_documents() if one["layer"] == "GB"]
    (pending,) = [entry for entry in document["rules"] if entry.get("status") == "pending"]
    assert (pending["id"], pending["kind"]) == ("GB-07", "note")
