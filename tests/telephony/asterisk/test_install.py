"""The installer, against an apt of our own: what goes wrong is told in words, and nothing half-done counts."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from ahize.kernel.errors import AhizeError, Conflict, Unavailable
from ahize.telephony.asterisk import install as installing
from ahize.telephony.asterisk.install import install
from ahize.telephony.asterisk.modules import modules
from ahize.telephony.asterisk.program import Program
from ahize.telephony.asterisk.settings import CODECS

APT = """\
#!/bin/sh
# Plays apt-get for one package. Its archive is a folder; what it lacks, the network lacks.
archive={archive}
for word; do
    case $word in
        Dir::Cache::archives=*) cache=${{word#*=}} ;;
        Dir::Cache=*) cache=${{word#*=}}/archives ;;
        Dir::Etc::SourceList=*) suite=$(cut -d' ' -f4 "${{word#*=}}") ;;
        update) deed=update ;;
        --print-uris) deed=print ;;
        --download-only) deed=download ;;
    esac
done
echo "$deed $suite" >> "$archive/asked"
case $deed in
    update) [ -e "$archive/down" ] && {{ echo "E: Could not resolve 'near.example'" >&2; exit 100; }} ;;
    print) cat "$archive/$suite" 2>/dev/null ;;
    download)
        [ -e "$archive/full" ] && {{ echo "E: You don't have enough free space in $cache." >&2; exit 100; }}
        cp "$archive"/*.deb "$cache" ;;
esac
exit 0
"""


class Archive:
    """A Debian archive with one package, and the tools that reach it."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = place / "archive"
        self.folder.mkdir()
        programs = place / "bin"
        programs.mkdir()
        (programs / "apt-get").write_text(APT.format(archive=self.folder))
        (programs / "gpgv").write_text("")
        for program in programs.iterdir():
            program.chmod(0o755)
        (place / "keyrings").mkdir()
        (place / "keyrings/debian-archive-keyring.gpg").touch()
        monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
        self.keyrings = place / "keyrings"
        self.place = place
        self.into = place / "asterisk"

    def offers(self, suite: str, version: str, *, says: str | None = None, without: str = "") -> Path:
        """Let a suite have an Asterisk of that version, which on being started says which it is."""
        file = f"asterisk_1%3a{version}+dfsg-1_amd64.deb"
        tree = self.place / f"tree-{suite}"
        program = Program(tree)
        for folder in (program.modules, program.data / "documentation", program.data / "sounds/en_US_f_Allison"):
            folder.mkdir(parents=True)
        program.binary.parent.mkdir(parents=True)
        program.binary.touch()
        loader = Path(program.command(Path("/"))[0])
        loader.write_text(f"#!/bin/sh\necho 'Asterisk {says or version}+dfsg'\n")
        loader.chmod(0o755)
        for name in modules(CODECS):
            if name != without:
                (program.modules / f"{name}.so").touch()
        (tree / "DEBIAN").mkdir()
        (tree / "DEBIAN/control").write_text(
            f"Package: asterisk\nVersion: 1:{version}\nArchitecture: all\nMaintainer: x\nDescription: x\n"
        )
        made = self.folder / file
        subprocess.run(["dpkg-deb", "-Znone", "-b", tree, made], check=True, capture_output=True)
        shutil.rmtree(tree)
        told = hashlib.sha256(made.read_bytes()).hexdigest()
        (self.folder / suite).write_text(f"'http://x/{file}' {file} {made.stat().st_size} SHA256:{told}\n")
        return made

    def install(self, **more: bool) -> tuple[Program, list[str]]:
        said: list[str] = []
        sources = self.place / "no-sources"
        return install(self.into, said.append, sources=sources, keyrings=self.keyrings, **more), said

    def refused(self, **more: bool) -> AhizeError:
        with pytest.raises(AhizeError) as told:
            self.install(**more)
        assert told.value.next_step
        assert not Program(self.into / "root").is_whole
        return told.value

    def asked(self) -> list[str]:
        path = self.folder / "asked"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    return Archive(tmp_path, monkeypatch)


def test_it_is_fetched_unpacked_tried_and_the_second_run_has_nothing_to_do(archive: Archive) -> None:
    archive.offers("forky", "22.10.1")
    program, said = archive.install()
    assert program.is_whole
    assert program.version == "22.10.1"
    assert (program.data / "sounds/en").resolve().name == "en_US_f_Allison"
    assert stat.S_IMODE(program.root.stat().st_mode) == 0o755
    assert said[-1].startswith("Asterisk 22.10.1 is in ")
    asked = archive.asked()
    assert asked == ["update forky", "print forky", "download forky"]
    _, said = archive.install()
    assert "nothing to do" in said[0]
    assert archive.asked() == asked


def test_an_update_takes_the_newer_one_and_only_that(archive: Archive) -> None:
    first = archive.offers("forky", "22.10.1")
    archive.install()
    _, said = archive.install(update=True)
    assert said[-1].endswith("there is none newer.")
    first.unlink()
    archive.offers("forky", "22.11.0")
    program, _ = archive.install(update=True)
    assert program.version == "22.11.0"
    kept = [path.name for path in (archive.into / "apt/cache/archives").glob("*.deb")]
    assert kept == ["asterisk_1%3a22.11.0+dfsg-1_amd64.deb"]


def test_sid_is_asked_where_forky_has_none_or_another_line(archive: Archive) -> None:
    archive.offers("forky", "23.1.0").unlink()
    archive.offers("sid", "22.10.1")
    program, _ = archive.install()
    assert program.version == "22.10.1"


def test_only_another_line_of_asterisk_is_told(archive: Archive) -> None:
    archive.offers("sid", "23.1.0")
    assert "sid has Asterisk 23.1.0, and Ahize is tested with 22" in archive.refused().message


def test_without_a_network_it_says_why_and_takes_what_was_fetched_before(archive: Archive) -> None:
    archive.offers("forky", "22.10.1")
    (archive.folder / "down").touch()
    assert "Could not resolve" in archive.refused().message
    (archive.folder / "down").unlink()
    program, _ = archive.install()
    shutil.rmtree(program.root)
    (archive.folder / "down").touch()
    again, said = archive.install()
    assert again.is_whole
    assert any("what was fetched before is used" in line for line in said)


def test_a_half_fetched_package_is_fetched_again(archive: Archive) -> None:
    made = archive.offers("forky", "22.10.1")
    cache = archive.into / "apt/cache/archives"
    cache.mkdir(parents=True)
    (cache / made.name).write_bytes(made.read_bytes()[:100])
    assert archive.install()[0].is_whole


def test_a_package_that_is_not_what_the_index_says_is_never_unpacked(archive: Archive) -> None:
    made = archive.offers("forky", "22.10.1")
    forged = bytearray(made.read_bytes())
    forged[-1] ^= 1
    made.write_bytes(forged)
    assert "not what the archive's signed index says" in archive.refused().message


def test_a_run_that_was_killed_while_unpacking_leaves_no_asterisk(archive: Archive) -> None:
    archive.offers("forky", "22.10.1")
    left = archive.into / "root.new/usr/sbin"
    left.mkdir(parents=True)
    (left / "asterisk").touch()
    program, _ = archive.install()
    assert program.is_whole
    assert sorted(path.name for path in archive.into.iterdir()) == ["apt", "install.lock", "root"]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda a: (a.folder / "full").touch(), "You don't have enough free space"),
        (lambda a: (a.keyrings / "debian-archive-keyring.gpg").unlink(), "Debian's keys are not in"),
        (lambda a: (a.folder / "forky").write_text(""), "its suites have none"),
    ],
)
def test_what_is_missing_is_told(archive: Archive, spoil: Callable[[Archive], None], says: str) -> None:
    archive.offers("forky", "22.10.1")
    spoil(archive)
    assert says in archive.refused().message


def test_what_does_not_run_here_does_not_count(archive: Archive) -> None:
    archive.offers("forky", "22.10.1", says="error while loading shared libraries")
    assert "does not run here: Asterisk error while loading" in archive.refused().message


def test_a_module_that_the_package_lacks_is_named(archive: Archive) -> None:
    archive.offers("forky", "22.10.1", without="chan_websocket")
    assert archive.refused().message == "Debian's package has no module chan_websocket."


def test_without_apt_it_points_to_an_asterisk_of_ones_own(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(archive.place / "nothing"))
    told = archive.refused()
    assert "There is no apt-get here" in told.message
    assert "real-telephone.md" in told.next_step


def test_a_full_disk_is_told_before_anything_is_fetched(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing.shutil, "disk_usage", lambda _: SimpleNamespace(free=50_000_000))
    assert "50 MB free; an Asterisk with its downloads needs 900 MB" in archive.refused().message
    assert not archive.asked()


def test_two_at_once_are_kept_apart(archive: Archive) -> None:
    archive.offers("forky", "22.10.1")
    archive.into.mkdir()
    with installing._alone(archive.into), pytest.raises(Conflict):
        archive.install()


def test_another_machine_is_told(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "Program", lambda root: Program(root, "riscv64"))
    with pytest.raises(Unavailable, match="riscv64"):
        archive.install()
