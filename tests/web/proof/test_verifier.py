"""A stranger's program on a bundle of ours: one file, run without anything of Ahize in reach."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ahize.kernel.errors import Conflict
from ahize.kernel.seals import Sealer
from ahize.proof.verifier import NAME
from ahize.web.proof import exporting, sealing
from web.dialing.shop import NOW, Shop
from web.proof.test_proof import KEY, dialled, worker

SPAN = {"since": NOW.replace(hour=0), "until": NOW.replace(hour=23)}


@pytest.fixture
def bundle(shop: Shop, tmp_path: Path) -> Callable[..., Path]:
    def make(sealer: Sealer = KEY, **asked: Any) -> Path:
        with shop.open():
            made = exporting.ask(exporting.Asked(**asked), tenant=shop.tenant, by=None, now=NOW)
        with worker():
            exporting.make(made.pk, shop.tenant, sealer=sealer, now=NOW)
        path = tmp_path / f"{made.pk}.zip"
        path.write_bytes(exporting.file_of(made).read_bytes())
        return path

    return make


def verified(path: Path, *options: str) -> dict[str, Any]:
    """What the program in the bundle says of the bundle."""
    with zipfile.ZipFile(path) as packed:
        program = path.parent / NAME
        program.write_bytes(packed.read(NAME))
    done = subprocess.run(
        [sys.executable, "-I", "-S", program, path, "--json", *options],
        capture_output=True, text=True, check=False, cwd=path.parent,
    )  # fmt: skip
    said = json.loads(done.stdout)
    assert done.returncode == (0 if said["holds"] else 1), done.stderr
    return {**said, "code": done.returncode}


def test_what_we_export_holds_before_a_stranger(shop: Shop, bundle: Callable[..., Path]):
    dialled(shop, 0, 1, 2, 0)
    for asked, rulings in ((SPAN, 4), ({"number": "+12025550100"}, 2)):
        said = verified(bundle(**asked), "--key", KEY.verifier().to_bytes().hex())
        assert said["problems"] == []
        assert (said["rulings"], said["sealed"], said["heads"], said["notes"]) == (rulings, rulings, 1, [])


def test_another_key_is_told(shop: Shop, bundle: Callable[..., Path]):
    dialled(shop, 0)
    problems = verified(bundle(**SPAN), "--key", "00" * 32)["problems"]
    assert any("is signed by" in one for one in problems)


def test_a_key_that_was_handed_over_is_followed_to_the_next_one_and_back(shop: Shop, bundle: Callable[..., Path]):
    following = Sealer.from_bytes(bytes([7] * 32))
    old, new = (one.verifier().to_bytes().hex() for one in (KEY, following))
    dialled(shop, 0, 1)
    with worker():
        assert sealing.hand_over(shop.tenant, KEY, following, now=NOW) is None, "nothing was sealed yet"
        sealing.seal_all(shop.tenant, KEY, now=NOW)
        head = sealing.hand_over(shop.tenant, KEY, following, now=NOW)
        assert sealing.hand_over(shop.tenant, KEY, following, now=NOW) is None
        with pytest.raises(Conflict, match="signed by another key"):
            sealing.seal_all(shop.tenant, KEY, now=NOW)
    assert head is not None
    assert (head.key, head.last_key) == (new, old)
    path = bundle(following, number="+12025550100")
    for key in (old, new):
        assert verified(path, "--key", key)["problems"] == []
    assert any("is signed by" in one for one in verified(path, "--key", "00" * 32)["problems"])
    with zipfile.ZipFile(path) as packed:
        content = {name: packed.read(name) for name in packed.namelist()}
    content["heads.json"] = content["heads.json"].replace(head.handover.encode(), b"0" * 128)
    with zipfile.ZipFile(path, "w") as packed:
        for name, given in content.items():
            packed.writestr(name, given)
    problems = verified(path, "--key", old)["problems"]
    assert any("the key before it did not sign that" in one for one in problems)
    assert any("it is signed by another key" in one for one in problems)


def _lines(content: bytes, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
    return b"\n".join(change(content.splitlines())) + b"\n"


def _lie(line: bytes) -> bytes:
    told = json.loads(line)
    told["ruling"] = told["ruling"].replace('"verdict":"allow"', '"verdict":"block"')
    return json.dumps(told).encode()


FORGERIES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "one byte of the rulings": ("rulings.jsonl", lambda content: content.replace(b"+12025550100", b"+12025550109", 1)),
    "a verdict": ("rulings.jsonl", lambda content: _lines(content, lambda lines: [_lie(lines[0]), *lines[1:]])),
    "a ruling left out": ("rulings.jsonl", lambda content: _lines(content, lambda lines: [lines[0], *lines[2:]])),
    "two rulings swapped": ("rulings.jsonl", lambda content: _lines(content, lambda lines: lines[::-1])),
    "the last ruling cut off": ("rulings.jsonl", lambda content: _lines(content, lambda lines: lines[:-1])),
    "an earlier hour of the law": ("rulebooks/", lambda content: content.replace(b'"08:00"', b'"00:00"')),
    "a root": ("heads.json", lambda content: content.replace(b'"root":"', b'"root":"0', 1)),
    "a clock": ("zones/America/New_York", lambda content: content.replace(b"EST5EDT", b"EST6EDT")),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_whatever_was_changed_is_found_even_where_the_manifest_was_made_anew(
    shop: Shop, bundle: Callable[..., Path], forgery: str
):
    dialled(shop, 0, 1, 2)
    path = bundle(**SPAN)
    place, change = FORGERIES[forgery]
    with zipfile.ZipFile(path) as packed:
        items = {name: packed.read(name) for name in packed.namelist() if name != "manifest.json"}
        whole = {name: packed.read(name) for name in packed.namelist()}
    (name,) = (name for name in items if name.startswith(place))
    changed = change(items[name])
    assert changed != items[name], "the forgery changes something"
    with zipfile.ZipFile(path, "w") as packed:
        for one, content in whole.items():
            packed.writestr(one, changed if one == name else content)
    assert any(one.startswith(name) for one in verified(path)["problems"])
    if place == "zones/America/New_York":
        return  # Nothing but the manifest speaks for the zones: which release they are of, a ruling says.
    forger = KEY.from_bytes(b"\x07" * 32)
    with path.open("wb") as out, exporting.Writer(
        out, sealer=forger, tenant=str(shop.tenant), made_at=NOW, made_by="a forger", about={}
    ) as again:  # fmt: skip
        for one, content in items.items():
            again.add(one, changed if one == name else content)
    assert verified(path)["problems"] != []


def test_half_a_bundle_and_one_of_another_version_are_answered_in_words(
    shop: Shop, bundle: Callable[..., Path], tmp_path: Path
):
    dialled(shop, 0)
    path = bundle(**SPAN)
    program = tmp_path / NAME
    with zipfile.ZipFile(path) as packed:
        program.write_bytes(packed.read(NAME))
        manifest = json.loads(packed.read("manifest.json"))
    other, half, start = (tmp_path / f"{name}.zip" for name in ("other", "half", "start"))
    half.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    start.write_bytes(path.read_bytes()[:100])
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("manifest.json", json.dumps({**manifest, "format": "ahize-bundle/9"}))
    for file, words in (
        (half, "half of one"),
        (start, "no whole zip"),
        (other, "ahize-bundle/9"),
        (tmp_path / "none.zip", "not there"),
    ):
        done = subprocess.run([sys.executable, "-I", program, file], capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert words in done.stdout
        assert "Traceback" not in done.stderr
