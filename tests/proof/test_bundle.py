"""A bundle is the same bytes for the same content, and says what was done to it."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from ahize.kernel.chance import stream
from ahize.kernel.seals import Sealer
from ahize.proof import merkle
from ahize.proof.bundle import BadBundle, Reader, Writer
from ahize.proof.canonical import canonical
from ahize.proof.heads import Span, sealed

SEALER = Sealer.from_bytes(bytes(range(32)))
AT = datetime(2026, 11, 23, 20, tzinfo=UTC)
ITEMS = {
    "heads.json": b"[]",
    "recordings/a.wav": bytes(range(256)) * 40,
    "rulings.jsonl": b'{"seq":1}\n' * 300,
    "zz.txt": b"last",
}


def made(items: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with Writer(out, sealer=SEALER, tenant="t", made_at=AT, made_by="Ahize 1", about={"why": "Ü"}) as bundle:
        for path, content in (items or ITEMS).items():
            bundle.add(path, [content[:7], content[7:]])
    return out.getvalue()


def codes(raw: bytes, key: bytes | None = None) -> list[tuple[str, str]]:
    return [(flaw.code, flaw.where) for flaw in Reader(io.BytesIO(raw)).check(key)]


def rezipped(raw: bytes, change) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as given:
        entries = [(name, given.read(name)) for name in given.namelist()]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made_anew:
        for name, content in change(entries):
            made_anew.writestr(name, content)
    return out.getvalue()


def test_the_same_content_gives_the_same_bytes_and_reads_back():
    raw = made()
    assert raw == made()
    reader = Reader(io.BytesIO(raw))
    assert reader.check(SEALER.verifier().to_bytes()) == []
    assert {path: reader.read(path) for path in reader.paths} == ITEMS
    assert codes(raw, bytes(32)) == [("other_key", "manifest.json")]


def test_any_byte_changed_is_found_or_does_not_matter():
    raw, chance = made(), stream(7, "bytes changed")
    for at in [*(chance.randrange(len(raw)) for _ in range(400)), 0, len(raw) - 1]:
        bad = raw[:at] + bytes([raw[at] ^ (1 << chance.randrange(8))]) + raw[at + 1 :]
        try:
            reader = Reader(io.BytesIO(bad))
            if not reader.check():  # a byte of the zip's own bookkeeping, such as a time: the content stands
                assert {path: reader.read(path) for path in reader.paths} == ITEMS
        except BadBundle:
            continue


@pytest.mark.parametrize("kept", [0, 10, 900, -1])
def test_half_a_zip_says_so(kept: int):
    with pytest.raises(BadBundle, match="no whole zip"):
        Reader(io.BytesIO(made()[:kept]))


def test_what_was_done_is_named():
    raw = made()
    assert codes(rezipped(raw, lambda e: [x for x in e if x[0] != "zz.txt"])) == [("missing", "zz.txt")]
    assert codes(rezipped(raw, lambda e: [e[1], e[0], *e[2:]])) == [("reordered", "recordings/a.wav")]
    assert codes(rezipped(raw, lambda e: [("a", b""), *e])) == [("extra", "a")]
    assert codes(
        rezipped(raw, lambda e: [(n, c.replace(b"1", b"2") if n == "rulings.jsonl" else c) for n, c in e])
    ) == [("changed", "rulings.jsonl")]
    assert codes(rezipped(raw, lambda e: [(n, c + b"x" if n == "zz.txt" else c) for n, c in e])) == [
        ("changed", "zz.txt")
    ]


def with_manifest(raw: bytes, change) -> bytes:
    def swap(entries):
        *rest, (name, content) = entries
        manifest = json.loads(content)
        change(manifest)
        return [*rest, (name, canonical(manifest))]

    return rezipped(raw, swap)


def test_a_changed_manifest_is_found():
    raw = made()
    assert ("bad_signature", "manifest.json") in codes(with_manifest(raw, lambda m: m["about"].update(why="U")))
    assert ("bad_head", "manifest.json") in codes(with_manifest(raw, lambda m: m["items"].pop()))
    assert ("bad_line", "recordings/a.wav") in codes(with_manifest(raw, lambda m: m["items"].pop(0)))
    with pytest.raises(BadBundle, match="'ahize-bundle/2'; this reader knows 'ahize-bundle/1'"):
        Reader(io.BytesIO(with_manifest(raw, lambda m: m.update(format="ahize-bundle/2"))))
    with pytest.raises(BadBundle, match="improper path"):
        Reader(io.BytesIO(with_manifest(raw, lambda m: m["items"][0].update(path="../x"))))
    with pytest.raises(BadBundle, match=r"no manifest\.json"):
        Reader(io.BytesIO(rezipped(raw, lambda e: e[:-1])))


@pytest.mark.parametrize("path", ["", "/a", "../a", "a//b", "manifest.json", "a\\b", "heads.json"])
def test_a_writer_refuses_bad_paths_and_disorder(path: str):
    bundle = Writer(io.BytesIO(), sealer=SEALER, tenant="t", made_at=AT, made_by="x", about={})
    bundle.add("heads.json", b"")
    with pytest.raises(ValueError, match="path"):
        bundle.add(path, b"")


def test_a_path_leads_to_the_root_of_its_tree_and_nothing_else_does():
    # The standard's own shape: at 7 leaves the last is carried up twice.
    for size in range(1, 18):
        texts = [f"{n:064x}" for n in range(size)]
        tree = merkle.Tree(texts)
        assert tree.root == _split(texts).hex()
        for index, text in enumerate(texts):
            path = tree.path(index)
            assert merkle.leads_to(tree.root, text, index=index, size=size, path=path)
            assert not merkle.leads_to(tree.root, "f" * 64, index=index, size=size, path=path)
            assert not merkle.leads_to(tree.root, text, index=index, size=size, path=[*path, "00" * 32])
    assert merkle.root_of([]) == merkle.EMPTY


def _split(texts: list[str]) -> bytes:
    """As RFC 9162 defines it, from the top."""
    if len(texts) == 1:
        return merkle.leaf(texts[0])
    half = 1 << (len(texts) - 1).bit_length() - 1
    return merkle._node(_split(texts[:half]), _split(texts[half:]))


def test_a_head_is_signed_names_the_one_before_and_reads_back():
    first = sealed(
        SEALER, tenant="t", before=None, rulings=Span(1, 3, "aa"), audit=Span(1, 1), at="2026-11-23T20:00:00Z"
    )
    second = sealed(
        SEALER, tenant="t", before=first, rulings=Span(3, 4, "bb"), audit=Span(1, 2, "cc"), at="2026-11-23T20:00:01Z"
    )
    assert second.previous == first.hash
    assert second.is_signed(SEALER.verifier().to_bytes())
    assert not second.is_signed(bytes(32))
    again = type(second).from_json(second.to_json())
    assert again == second
    assert not type(second).from_json({**second.to_json(), "root": "bc"}).is_signed()
