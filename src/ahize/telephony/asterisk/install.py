"""Brings an Asterisk 22 into a folder: Debian's packages, fetched by apt into private folders and unpacked there.

Nothing is installed into the system and nobody needs to be root. apt checks the archive's signature with Debian's
keyring; the checksums are compared once more before anything is unpacked, since the downloads are kept. An unfinished
run leaves nothing that counts as an Asterisk; the next run takes up what was fetched. It starts nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ahize.kernel.errors import Conflict, Unavailable
from ahize.telephony.asterisk.mirrors import SOURCES, mirror
from ahize.telephony.asterisk.modules import modules
from ahize.telephony.asterisk.program import Program
from ahize.telephony.asterisk.settings import CODECS

MAJOR = "22"
"""The line that is tested; it is maintained until 2029. Older ones lack parts, newer ones are not known."""
SUITES = ("forky", "sid")
"""Debian 12 and 13 carry no Asterisk. The next release does; sid will walk on to another Asterisk one day."""
NEEDED_MB = 900
_KEYRINGS = ("debian-archive-keyring.pgp", "debian-archive-keyring.gpg")
_LINE = re.compile(r"'(?P<uri>[^']+)' (?P<file>\S+\.deb) (?P<size>\d+) SHA256:(?P<sum>[0-9a-f]{64})")
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_ANOTHER_WAY = "Or run an Asterisk 22 of your own: docs/how-to/real-telephone.md."


@dataclass(frozen=True, slots=True)
class Package:
    """One file of the archive, and what it must be."""

    file: str
    size: int
    sum: str

    def is_whole(self, folder: Path) -> bool:
        path = folder / self.file
        try:
            if path.stat().st_size != self.size:
                return False
            with path.open("rb") as opened:
                return hashlib.file_digest(opened, "sha256").hexdigest() == self.sum
        except OSError:
            return False


def install(
    place: Path,
    say: Callable[[str], None],
    *,
    update: bool = False,
    sources: Path = SOURCES,
    keyrings: Path = Path("/usr/share/keyrings"),
    expired: bool = False,
) -> Program:
    """Bring an Asterisk below ``place`` (``root/`` there) and answer it.

    Args:
        update: look for a newer one although one is there.
        expired: for tests beside a frozen copy of the archive: its index may be past its date.
    """
    program = Program(place / "root")
    if program.is_whole and program.version and not update:
        say(f"Asterisk {program.version} is in {program.root}; nothing to do (--update looks for a newer one).")
        return program
    _check_machine(program, place)
    keyring = _keyring(keyrings)
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o755)
    with _alone(place):
        apt = _Apt(place / "apt", mirror(sources), keyring, _ARCHITECTURES[program.machine], expired=expired)
        packages, version = _chosen(apt, say)
        if program.is_whole and program.version == version:
            say(f"Asterisk {version} is in {program.root}, and there is none newer.")
            return program
        _fetch(apt, packages, say)
        _unpack(apt.archives, packages, place, version, say)
    say(f"Asterisk {version} is in {program.root}. Start it with ./ahize up --asterisk")
    return program


# ── what must be here ─────────────────────────────────────────────────────────────────────────────────────


def _check_machine(program: Program, place: Path) -> None:
    if program.machine not in _ARCHITECTURES:
        raise Unavailable(
            f"This machine is a {program.machine}; packages are known for {' and '.join(_ARCHITECTURES)}.",
            next_step=_ANOTHER_WAY,
        )
    for tool, package in (("apt-get", "apt"), ("dpkg-deb", "dpkg"), ("gpgv", "gpgv")):
        if shutil.which(tool) is None:
            raise Unavailable(
                f"There is no {tool} here, which fetches and unpacks Debian's packages.",
                next_step=f"On a system with apt: apt-get install {package}. {_ANOTHER_WAY}",
            )
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    if not os.access(there, os.W_OK):
        raise Unavailable(
            f"{there} cannot be written by this user.", next_step="Give another folder: --into DIR, or set AHIZE_HOME."
        )
    free_mb = shutil.disk_usage(there).free // 1_000_000
    if free_mb < NEEDED_MB:
        raise Unavailable(
            f"{there} has {free_mb} MB free; an Asterisk with its downloads needs {NEEDED_MB} MB while it is unpacked.",
            next_step="Make room, or give a folder on another disk: --into DIR.",
        )


def _keyring(folder: Path) -> Path:
    for name in _KEYRINGS:
        if (folder / name).exists():
            return folder / name
    raise Unavailable(
        f"Debian's keys are not in {folder}, so nobody could tell its packages from forged ones.",
        next_step="apt-get install debian-archive-keyring, and again.",
    )


@contextlib.contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / "install.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                f"Somebody is installing into {place} already.", next_step="Wait until that is done."
            ) from None
        yield


# ── apt, in folders of its own ────────────────────────────────────────────────────────────────────────────


class _Apt:
    """apt-get for one suite, which sees nothing of the system but its proxy settings."""

    def __init__(self, place: Path, archive: str, keyring: Path, architecture: str, *, expired: bool) -> None:
        self.place = place
        self.archive = archive
        self.archives = place / "cache/archives"
        self._list = place / "sources.list"
        self._keyring = keyring
        for folder in (place / "state/lists/partial", self.archives / "partial", place / "empty/partial"):
            folder.mkdir(parents=True, exist_ok=True)
        (place / "status").touch()
        settings = {
            "Dir::State": place / "state",
            "Dir::State::status": place / "status",
            "Dir::Cache": place / "cache",
            "Dir::Etc::SourceList": self._list,
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::Etc::Preferences": "/dev/null",
            "Dir::Etc::PreferencesParts": "/dev/null",
            "Dir::Log": place,
            "APT::Architecture": architecture,
            "APT::Architectures": architecture,
            "APT::Default-Release": "",
            # As root apt would become a user who may not enter our folders.
            "APT::Sandbox::User": "root",
            "APT::Update::Error-Mode": "any",
            "Acquire::ForceHash": "SHA256",  # else the list of what to fetch names MD5 sums
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            "Acquire::http::Timeout": "30",
            "Acquire::AllowInsecureRepositories": "false",
            "APT::Get::AllowUnauthenticated": "false",
        }
        if expired:
            settings["Acquire::Check-Valid-Until"] = "false"
        self._options = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]

    def use(self, suite: str) -> None:
        self._list.write_text(f"deb [signed-by={self._keyring}] {self.archive} {suite} main\n")

    def run(self, *words: str, options: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["apt-get", *self._options, *options, *words],
            env={**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def packages(self) -> list[Package]:
        """All that Asterisk needs, as the archive's signed index says; empty where the suite has none."""
        nothing_yet = ("-o", f"Dir::Cache::archives={self.place / 'empty'}")
        told = self.run(
            "install", "--print-uris", "--no-install-recommends", "-qq", "-y", "asterisk", options=nothing_yet
        )
        rows = [found.groupdict() for found in map(_LINE.match, told.stdout.splitlines()) if found]
        return [Package(row["file"], int(row["size"]), row["sum"]) for row in rows]


def _chosen(apt: _Apt, say: Callable[[str], None]) -> tuple[list[Package], str]:
    """The packages of the first suite that has our Asterisk, and its version."""
    said: list[str] = []
    for suite in SUITES:
        apt.use(suite)
        say(f"Asking {apt.archive} for Asterisk in Debian {suite} …")
        updated = apt.run("update", "-qq")
        if updated.returncode:
            said.append(_reason(updated.stderr))
        packages = apt.packages()  # without a network, of what was asked last time
        version = next((_version(each.file) for each in packages if each.file.startswith("asterisk_")), "")
        if version.split(".")[0] == MAJOR:
            if updated.returncode and not all(each.is_whole(apt.archives) for each in packages):
                continue
            if updated.returncode:
                say(f"  the archive does not answer; what was fetched before is used ({said[-1]})")
            return packages, version
        if packages and not updated.returncode:
            said.append(f"{suite} has Asterisk {version}, and Ahize is tested with {MAJOR}")
    raise Unavailable(
        f"No Asterisk {MAJOR} could be had from {apt.archive}: {said[-1] if said else 'its suites have none'}.",
        next_step=f"Check this machine's network and its apt sources, and run it again. {_ANOTHER_WAY}",
    )


def _version(file: str) -> str:
    """22.10.1 of ``asterisk_1%3a22.10.1+dfsg….deb``."""
    found = re.search(r"_(?:\d+%3a)?(\d+(?:\.\d+)+)", file)
    return found[1] if found else ""


def _reason(said: str) -> str:
    """The line of apt's complaints that says why."""
    lines = [line.strip() for line in said.splitlines() if line.startswith(("E:", "W:", "Err"))]
    telling = [line for line in lines if re.search("expired|NO_PUBKEY|signature|resolve|connect|space|403|404", line)]
    return re.sub(r"^[EW]: ", "", (telling or lines or ["no reason was given"])[0])[:300]


def _fetch(apt: _Apt, packages: list[Package], say: Callable[[str], None]) -> None:
    wanted = [each for each in packages if not each.is_whole(apt.archives)]
    for each in wanted:
        (apt.archives / each.file).unlink(missing_ok=True)  # half of it, or another's
    if wanted:
        size_mb = sum(each.size for each in wanted) / 1e6
        say(f"Fetching {len(wanted)} of {len(packages)} packages, {size_mb:.0f} MB …")
        done = apt.run("install", "--download-only", "--no-install-recommends", "-qq", "-y", "asterisk")
        if done.returncode:
            raise Unavailable(
                f"The packages could not be fetched: {_reason(done.stderr)}",
                next_step="Run it again: what has come is kept.",
            )
    else:
        say(f"All {len(packages)} packages are here already.")
    spoilt = [each.file for each in packages if not each.is_whole(apt.archives)]
    if spoilt:
        raise Unavailable(
            f"{len(spoilt)} packages are not what the archive's signed index says, {spoilt[0]} among them.",
            next_step="Run it again; if it stays so, somebody between here and the archive changes files.",
        )
    for old in set(apt.archives.glob("*.deb")) - {apt.archives / each.file for each in packages}:
        old.unlink()
    (apt.place / "packages.txt").write_text("".join(f"{each.sum}  {each.file}\n" for each in packages))


# ── unpack ────────────────────────────────────────────────────────────────────────────────────────────────


def _unpack(archives: Path, packages: list[Package], place: Path, version: str, say: Callable[[str], None]) -> None:
    new, old, final = place / "root.new", place / "root.old", place / "root"
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    new.mkdir()
    new.chmod(0o755)  # the service user runs it
    say(f"Unpacking {len(packages)} packages into {final} …")
    for each in packages:
        done = subprocess.run(
            ["dpkg-deb", "-x", archives / each.file, new],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(new, ignore_errors=True)
            why = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
            raise Unavailable(
                f"{each.file} could not be unpacked: {why}",
                next_step="Make room on that disk, and run it again: the downloads are kept.",
            )
    _finish(Program(new))
    _try(Program(new))
    (new / "ahize-version").write_text(version + "\n")
    if final.exists():
        final.rename(old)
    new.rename(final)
    shutil.rmtree(old, ignore_errors=True)


def _finish(program: Program) -> None:
    """What the packages' own scripts would do, which do not run here."""
    english = program.data / "sounds/en"
    if not english.exists():
        found = sorted(program.data.glob("sounds/en_*"))
        if found:
            english.symlink_to(found[0].name)


def _try(program: Program) -> None:
    said = program.command(Path("/nonexistent"), "-V")
    try:
        done = subprocess.run(said, capture_output=True, text=True, check=False, timeout=60)
    except OSError as failed:
        raise Unavailable(f"What was unpacked cannot be run: {failed.strerror}.", next_step=_ANOTHER_WAY) from None
    if done.returncode or not done.stdout.startswith(f"Asterisk {MAJOR}."):
        raise Unavailable(
            f"What was unpacked does not run here: {(done.stderr or done.stdout).strip()[-300:]}",
            next_step=_ANOTHER_WAY,
        )
    if missing := program.missing(modules(CODECS)):
        raise Unavailable(
            f"Debian's package has no module {missing[0]}" + (f" and {len(missing) - 1} more." if missing[1:] else "."),
            next_step=_ANOTHER_WAY,
        )
