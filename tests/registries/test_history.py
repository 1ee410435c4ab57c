"""Changes give the copy that a full list would have given, and what a copy said stays known."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ahize.kernel.errors import BadInput
from ahize.registries import history
from ahize.registries.building import build_dense, build_own
from ahize.registries.changing import Difference, Draft, difference, publish
from ahize.registries.versions import SEAL, SUFFIX, RegistryVersion

DAY = dt.date(2026, 11, 1)
AREAS = ["212", "415"]
NUMBERS = st.integers(2_125_550_000, 2_125_690_000) | st.integers(4_150_000_000, 4_159_999_999)
MANY = st.sets(NUMBERS, min_size=1, max_size=60)


def built(folder, listed: set[int], day: int = 0) -> RegistryVersion:
    block = np.array(sorted(listed), dtype=np.int64)
    mark = f"{hash((day, frozenset(listed))) & (2**256 - 1):064x}"
    return build_dense([block], folder, code="US-FTC", as_of=DAY + dt.timedelta(days=day), areas=AREAS, sha256=mark)


def held(version: RegistryVersion) -> set[int]:
    return {int(number) - 10_000_000_000 for block in version.numbers() for number in block}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=MANY, after=MANY)
def test_a_change_makes_exactly_the_copy_that_the_full_list_would(tmp_path, before, after):
    older, newer = built(tmp_path / "a", before), built(tmp_path / "b", after, 1)
    change = difference(newer, older)
    assert change is not None
    assert set(change.added.tolist()) == {n + 10_000_000_000 for n in after - before}
    assert set(change.removed.tolist()) == {n + 10_000_000_000 for n in before - after}
    draft = Draft.of(older)
    draft.apply(change)
    made = publish(draft, older, tmp_path / "c", as_of=DAY + dt.timedelta(days=1), lines=1, sha256="c" * 64)
    assert held(made) == after
    assert made.rows == made.count() == len(after)
    assert held(older) == before, "the copy it was made of is as it was"


def test_what_is_so_already_stays_so(tmp_path):
    version = built(tmp_path, {2125550100})
    draft = Draft.of(version)
    again = np.array([12125550100], dtype=np.int64)
    draft.apply(Difference(again, np.array([12125550199, 14155550100], dtype=np.int64)))
    assert (draft.rows, draft.gained, draft.lost) == (1, 0, 0)


def days(folder, count: int) -> list[tuple[RegistryVersion, set[int]]]:
    """A register over some days, each kept as it came."""
    listed = {2_125_550_000 + n for n in range(1000)}
    made: list[tuple[RegistryVersion, set[int]]] = []
    for day in range(count):
        listed = (listed | {4_155_550_000 + day}) - {2_125_550_000 + day}
        version = built(folder, listed, day)
        history.keep(version, made[-1][0] if made else None, folder)
        made.append((version, set(listed)))
    return made


def test_every_day_is_answered_when_only_the_last_map_is_left(tmp_path):
    made = days(tmp_path, 40)
    gone = history.retire(tmp_path, [version.manifest.name for version, _ in made[:-1]])
    assert len(gone) == 39
    assert [path.suffix for path in tmp_path.iterdir()].count(SUFFIX) == 1
    assert [path.suffix for path in tmp_path.iterdir()].count(SEAL) == 1
    assert len(list(tmp_path.glob(f"*{history.SNAPSHOT}"))) == 2, "one for each month"
    for day, (version, listed) in enumerate(made):
        for number in (2_125_550_000 + day, 2_125_550_001 + day, 4_155_550_000 + day, 4_155_550_001 + day):
            assert history.listed_then(tmp_path, version.manifest.name, f"+1{number}") is (number in listed)
        assert history.listed_then(tmp_path, version.manifest.name, "+13055550100") is None
        assert history.listed_then(tmp_path, version.manifest.name, "?") is None


def test_a_snapshot_is_the_copy_itself(tmp_path):
    version, listed = days(tmp_path, 1)[0]
    history.retire(tmp_path, [version.manifest.name])
    again = history.recall(tmp_path, version.manifest.name)
    assert (held(again), again.manifest) == (listed, version.manifest)


def test_a_map_is_not_removed_before_it_is_kept(tmp_path):
    version = built(tmp_path, {2125550100})
    assert history.retire(tmp_path, [version.manifest.name]) == []
    assert version.path.exists()


def test_lists_of_the_house_are_kept_too(tmp_path):
    first = build_own(["+905550000001"], tmp_path, code="OWN-LITIGATOR", as_of=DAY, sha256="1" * 64)
    history.keep(first, None, tmp_path)
    later = DAY + dt.timedelta(days=1)
    numbers = [f"+9055500000{n:02d}" for n in range(1, 3)]
    second = build_own(numbers, tmp_path, code="OWN-LITIGATOR", as_of=later, sha256="2" * 64, previous=first)
    history.keep(second, first, tmp_path)
    history.retire(tmp_path, [first.manifest.name, second.manifest.name])
    for version, truth in ((first, False), (second, True)):
        assert history.listed_then(tmp_path, version.manifest.name, "+905550000002") is truth


@pytest.mark.parametrize("ending", [history.SNAPSHOT, history.CHANGE])
@pytest.mark.parametrize("harm", ["cut", "flip", "empty", "gone"])
def test_what_was_harmed_says_so_and_guesses_nothing(tmp_path, ending, harm):
    made = days(tmp_path, 3)
    names = [version.manifest.name for version, _ in made]
    history.retire(tmp_path, names)
    path = next(tmp_path.glob(f"*{ending}"))
    data = bytearray(path.read_bytes())
    match harm:
        case "cut":
            del data[-9:]
        case "flip":
            data[len(data) // 2] ^= 255
        case "empty":
            data.clear()
    path.unlink()
    if harm != "gone":
        path.write_bytes(data)
    with pytest.raises(BadInput) as wrong:
        [history.listed_then(tmp_path, name, "+14155559999") for name in names]
    assert wrong.value.code in {"registry_damaged", "registry_missing"}


# ── seals ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sealed_copy_is_opened_without_reading_it_all_and_a_changed_one_is_refused(tmp_path):
    version = built(tmp_path, {2125550100, 2125550101})
    assert version.path.with_suffix(SEAL).exists()
    data = bytearray(version.path.read_bytes())
    data[-1] ^= 1
    version.path.write_bytes(data)
    with pytest.raises(BadInput) as wrong:
        RegistryVersion.load(version.path, verify=False)
    assert wrong.value.code == "registry_damaged"


def test_a_copy_without_a_seal_is_hashed_and_sealed(tmp_path):
    version = built(tmp_path, {2125550100})
    seal = version.path.with_suffix(SEAL)
    seal.unlink()
    assert RegistryVersion.load(version.path, verify=False).listed("+12125550100") is True
    assert seal.exists()
