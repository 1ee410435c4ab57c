"""From words to a sound file: voices, and what they have said already.

A voice is a program that reads text on its standard input and writes WAV on its standard output; espeak-ng is one,
any other comes as a command in the settings. What was said once lies in a folder by the hash of voice, language and
words, ready to be played. Nothing here waits for a telephone: call it beside the event loop, in a thread.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from ahize.flows.aloud import aloud
from ahize.flows.sound import TELEPHONE_RATE, resampled
from ahize.flows.wav import read_wav, to_wav, usable
from ahize.kernel.errors import BadInput, Unavailable
from ahize.telephony.programs import Kind

TEXT_MAX: Final = 2_000
"""Characters said in one go: two minutes, which nobody listens to."""

TIMEOUT_S: Final = 20.0
VOICE: Final = Kind(
    "voice",
    "AHIZE_VOICE",
    "Install espeak-ng (Debian: apt install espeak-ng), name another voice, or upload recorded sounds.",
)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", re.ASCII)


class Voice(Protocol):
    """Says words."""

    @property
    def version(self) -> str:
        """Another one wherever the same words may sound otherwise."""

    def speaks(self, language: str) -> bool: ...

    def say(self, text: str, language: str) -> bytes:
        """WAV of any rate. Raises: Unavailable where the voice cannot speak now."""


@dataclass(frozen=True, slots=True)
class CommandVoice:
    """A voice that is a program: words on standard input, WAV on standard output, no shell between.

    Attributes:
        arguments: the command; ``{voice}`` and ``{language}`` are filled in.
        names: what the program calls each language; empty: every language, by our own name for it.
    """

    version: str
    arguments: tuple[str, ...]
    names: Mapping[str, str]
    timeout_s: float = TIMEOUT_S

    def speaks(self, language: str) -> bool:
        return not self.names or self._name(language) is not None

    def _name(self, language: str) -> str | None:
        return self.names.get(language) or self.names.get(language.partition("-")[0])

    def say(self, text: str, language: str) -> bytes:
        blanks = {"voice": self._name(language) or language, "language": language}
        said = VOICE.run(self.arguments, text.encode(), blanks=blanks, timeout_s=self.timeout_s)
        if not said:
            raise Unavailable(
                f"The voice {self.arguments[0]} said nothing.",
                code="voice_failed",
                next_step="Try its command by hand; docs/reference/flows.md says what a voice must do.",
            )
        return said


_SAME_NAME: Final = "ar bg bs ca cs da de el es et fa fi hr hu id it ka ku lt lv mk nl pl pt ro ru sk sl sq sr sv tr uk"
ESPEAK_NAMES: Final[Mapping[str, str]] = {
    **{language: language for language in _SAME_NAME.split()},
    **{"en": "en-us", "en-GB": "en-gb", "fr": "fr-fr", "pt-BR": "pt-br", "no": "nb"},
}


def espeak(program: str = "espeak-ng") -> CommandVoice:
    """Debian's espeak-ng: many languages, at once, without weights. Raises: Unavailable where it is not installed."""
    found = shutil.which(program)
    if found is None:
        raise VOICE.none(program, "there is no such program")
    try:
        told = subprocess.run([found, "--version"], capture_output=True, timeout=TIMEOUT_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        raise VOICE.none(program, "it cannot be started") from None
    version = told.stdout.decode("utf-8", "replace").partition("Data at")[0].strip()
    return CommandVoice(version, (found, "-v", "{voice}", "-s", "150", "--stdin", "--stdout"), ESPEAK_NAMES)


def voice_of(template: str) -> CommandVoice:
    """A voice as the settings name it, like ``/opt/piper/piper --model /opt/voices/{language}.onnx -f -``.

    Raises:
        BadInput: where it is no command, or has a placeholder that nothing fills.
        Unavailable: where the program is not there.
    """
    return CommandVoice(template, VOICE.arguments(template, "language", "voice"), {})


def voices(template: str) -> list[Voice]:
    """The settings' voice, if they name one, and espeak-ng for what that does not say.

    Raises: BadInput, Unavailable where there is no voice at all.
    """
    if not template:
        return [espeak()]
    named = voice_of(template)
    try:
        return [named, espeak()]
    except Unavailable:
        return [named]


class Speech:
    """What was said and can be played, in one folder.

    The words may name people, so the folder is private, names are hashes, and ``tidy`` lets go of what is old.
    """

    def __init__(self, voices: Sequence[Voice], folder: Path, *, rate: int = TELEPHONE_RATE) -> None:
        self.voices = tuple(voices)
        self.folder = folder
        self.rate = rate

    def said(self, text: str, language: str, now: datetime) -> Path:
        """A WAV file, mono, 16 bits, in which the words are said; made now if it is not there.

        Raises:
            BadInput: where the text is empty, too long or has control characters, or nobody speaks the language.
            Unavailable: where the voice fails or the file cannot be written.
        """
        words = _words(text, language)
        voice = self._voice(language)
        mark = hashlib.sha256("\0".join((voice.version, str(self.rate), language, words)).encode()).hexdigest()
        path = self.folder / mark[:2] / f"{mark}.wav"
        if not path.exists():
            sound = resampled(usable(read_wav(voice.say(words, language), whole=False)), self.rate)
            _write_whole(path, to_wav(sound))
        with contextlib.suppress(
            OSError
        ):  # It was tidied away this moment, or is another user's: only its age is lost.
            os.utime(path, (now.timestamp(), now.timestamp()))
        return path

    def _voice(self, language: str) -> Voice:
        found = next((voice for voice in self.voices if voice.speaks(language)), None)
        if found is None:
            raise BadInput(
                f"No voice speaks “{language}”.",
                code="no_voice_for_language",
                next_step="Upload recorded sounds for it, or name a voice in the settings.",
            )
        return found

    def tidy(self, *, unheard_since: datetime) -> int:
        """Remove what was not played since then; how many files."""
        gone = 0
        for path in self.folder.glob("??/*.wav"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < unheard_since.timestamp():
                    path.unlink()
                    gone += 1
        return gone


def _words(text: str, language: str) -> str:
    if not _LANGUAGE.match(language):
        raise BadInput("That is no language; expected a code like en or tr-TR.", code="bad_language")
    if any((ord(char) < 0x20 and char not in "\t\r\n") or ord(char) in range(0x7F, 0xA0) for char in text):
        raise BadInput(
            "The text has a control character, which no voice can say.",
            code="bad_text",
            next_step="Type the text anew instead of copying it.",
        )
    words = aloud(text, language)
    if not any(char.isalnum() for char in words):
        raise BadInput("There are no words to say.", code="bad_text")
    if len(words) > TEXT_MAX:
        raise BadInput(
            f"The text has {len(words)} characters; at most {TEXT_MAX} are said in one go.",
            code="bad_text",
            next_step="Say it in several steps of the flow.",
        )
    return words


def _write_whole(path: Path, content: bytes) -> None:
    """The file, whole or not at all; two that write the same at once do no harm."""
    try:
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".new", delete=False) as out:
            try:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
                Path(out.name).chmod(0o640)
                Path(out.name).replace(path)
            except OSError:
                Path(out.name).unlink(missing_ok=True)
                raise
    except OSError as wrong:
        raise Unavailable(
            f"What was said cannot be kept: {wrong.strerror}.",
            code="sound_not_kept",
            next_step="Make room on the disk that holds the sounds.",
        ) from None
