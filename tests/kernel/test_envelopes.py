"""What is sealed comes back as it was, from anywhere in it, to its key alone; and nothing else ever comes back."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.kernel.chance import stream
from ahize.kernel.envelopes import HEAD, SEGMENT, TAG, BrokenSeal, Envelope, Key, Lock, destroy, seal

KEY = Key.from_bytes(bytes(range(32)))
OTHER = Key.from_bytes(bytes(range(1, 33)))
DRAW = stream(4, "draw").randbytes
LONG = stream(5, "long").randbytes(3 * SEGMENT + 1_000)


def sealed(plain: bytes, *, step: int = 10_000, purpose: bytes = b"call 1", lock: Lock | None = None) -> bytes:
    out = io.BytesIO()
    chunks = (plain[at : at + step] for at in range(0, len(plain), step))
    told = seal(chunks, out, lock=lock or KEY.lock(), purpose=purpose, draw=DRAW)
    assert told.size == len(out.getvalue())
    return out.getvalue()


def opened(file: bytes, *, key: Key = KEY, purpose: bytes = b"call 1") -> Envelope:
    return Envelope(io.BytesIO(file), key=key, purpose=purpose)


def whole(file: bytes) -> bytes:
    return b"".join(opened(file).read())


@pytest.mark.parametrize("size", [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, len(LONG)])
def test_what_was_sealed_comes_back(size: int) -> None:
    file = sealed(LONG[:size])
    assert opened(file).size == size
    assert whole(file) == LONG[:size]
    assert len(file) == HEAD + size + TAG * max(1, -(-size // SEGMENT))


FILE = sealed(LONG)


@settings(deadline=None, max_examples=60)
@given(start=st.integers(0, len(LONG) + 10), length=st.integers(0, 2 * SEGMENT))
def test_any_part_of_it_comes_back(start: int, length: int) -> None:
    assert b"".join(opened(FILE).read(start, start + length)) == LONG[start : start + length]


@settings(deadline=None, max_examples=60)
@given(at=st.integers(0, len(FILE) - 1), bit=st.integers(0, 7))
def test_no_bit_can_be_changed(at: int, bit: int) -> None:
    changed = bytearray(FILE)
    changed[at] ^= 1 << bit
    with pytest.raises(BrokenSeal):
        whole(bytes(changed))


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"RIFF" * 100,
        FILE[:HEAD],
        FILE[:-1],
        FILE[: HEAD + SEGMENT + TAG],
        FILE[: HEAD + 2 * (SEGMENT + TAG)],
        FILE + b"x",
        FILE[:HEAD] + FILE[HEAD + SEGMENT + TAG :],
        FILE[:HEAD] + sealed(LONG)[HEAD:],
    ],
    ids=["empty", "other", "head", "last byte", "one segment", "two segments", "more", "first gone", "another's"],
)
def test_no_part_can_be_cut_off_moved_or_swapped(file: bytes) -> None:
    with pytest.raises(BrokenSeal):
        whole(file)


def test_it_opens_to_its_key_and_purpose_alone() -> None:
    with pytest.raises(BrokenSeal, match="another key"):
        opened(FILE, key=OTHER)
    with pytest.raises(BrokenSeal, match="belongs to something else"):
        opened(FILE, purpose=b"call 2")


def test_nothing_of_the_content_or_of_another_file_is_in_it() -> None:
    plain = b"The card is 4111 1111 1111 1111. " * 100
    first, second = sealed(plain), sealed(plain)
    assert b"4111" not in first
    assert first[40:] != second[40:]


def test_without_its_head_it_is_noise() -> None:
    file = io.BytesIO(FILE)
    destroy(file)
    with pytest.raises(BrokenSeal, match="destroyed"):
        opened(file.getvalue())
    assert len(file.getvalue()) == len(FILE)


def test_keys_are_bytes_and_back() -> None:
    assert Key.from_bytes(KEY.to_bytes()).to_bytes() == KEY.to_bytes()
    assert Lock.from_bytes(KEY.lock().to_bytes()).mark == KEY.lock().mark
    with pytest.raises(ValueError, match="32"):
        Key.from_bytes(b"short")
