"""Words become a sound once, whole, and no shell ever sees them; what cannot be said is refused in words."""

from __future__ import annotations

import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ahize.flows.sound import tone
from ahize.flows.wav import read_wav, to_wav
from ahize.kernel.errors import BadInput, Unavailable
from ahize.telephony import speech
from ahize.telephony.speech import CommandVoice, Speech, espeak, voice_of, voices

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Hummer:
    """Hums for every word, and counts how often it was asked."""

    version = "hum 1"

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def speaks(self, language: str) -> bool:
        return language in ("en", "tr")

    def say(self, text: str, language: str) -> bytes:
        self.asked.append((text, language))
        return to_wav(tone(hz=300, length_s=0.1 * len(text.split()), rate=22_050))


def program(folder: Path, body: str) -> tuple[str, ...]:
    script = folder / "voice.py"
    script.write_text(f"import sys\n{body}\n")
    return sys.executable, str(script), "{language}"


def test_what_was_said_once_is_not_said_again(tmp_path: Path) -> None:
    voice = Hummer()
    said = Speech([voice], tmp_path)
    first = said.said("Good day, call +16145550100", "en", NOW)
    assert said.said("Good  day,\ncall +16145550100", "en", NOW) == first
    assert said.said("Good day, call +16145550100", "tr", NOW) != first
    assert voice.asked == [
        ("Good day, call 1, 6 1 4, 5 5 5, 0 1 0 0", "en"),
        ("Good day, call 1, 6 1 4, 5 5 5, 0 1 0 0", "tr"),
    ]
    sound = read_wav(first.read_bytes())
    assert sound.rate == 8_000
    assert sound.length_s == pytest.approx(1.4, abs=0.01)


def test_another_voice_says_it_anew(tmp_path: Path) -> None:
    other = Hummer()
    other.version = "hum 2"
    assert Speech([Hummer()], tmp_path).said("Hello", "en", NOW) != Speech([other], tmp_path).said("Hello", "en", NOW)


def test_what_nobody_heard_for_long_goes(tmp_path: Path) -> None:
    said = Speech([Hummer()], tmp_path)
    old, fresh = said.said("Dear Ada", "en", NOW), said.said("Good day", "en", NOW + timedelta(days=2))
    assert said.tidy(unheard_since=NOW + timedelta(days=1)) == 1
    assert (old.exists(), fresh.exists()) == (False, True)


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("", "en", "bad_text"),
        (" …! ", "en", "bad_text"),
        ("a\x07b", "en", "bad_text"),
        ("a\x85b", "en", "bad_text"),
        ("word " * 500, "en", "bad_text"),
        ("hello", "ja", "no_voice_for_language"),
        ("hello", "en; rm -rf /", "bad_language"),
        ("hello", "--help", "bad_language"),
    ],
)
def test_what_cannot_be_said_is_refused(tmp_path: Path, text: str, language: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        Speech([Hummer()], tmp_path).said(text, language, NOW)
    assert refused.value.code == code


def test_words_reach_a_program_as_they_are(tmp_path: Path) -> None:
    kept = tmp_path / "heard.txt"
    body = f"open({str(kept)!r}, 'w').write(sys.argv[1] + '|' + sys.stdin.read()); sys.stdout.buffer.write(b'RIFF')"
    voice = CommandVoice("1", program(tmp_path, body), {})
    assert voice.say('$(reboot) `x` ; "y" -h', "en") == b"RIFF"
    assert kept.read_text() == 'en|$(reboot) `x` ; "y" -h'


@pytest.mark.parametrize(
    ("body", "code"),
    [("sys.exit('no such model')", "voice_failed"), ("pass", "voice_failed"), ("input(); input()", "voice_failed")],
)
def test_a_voice_that_fails_says_why(tmp_path: Path, body: str, code: str) -> None:
    with pytest.raises(Unavailable) as refused:
        CommandVoice("1", program(tmp_path, body), {}).say("hello", "en")
    assert refused.value.code == code


def test_a_voice_that_hangs_is_ended(tmp_path: Path) -> None:
    voice = CommandVoice("1", program(tmp_path, "while True: pass"), {}, timeout_s=0.2)
    with pytest.raises(Unavailable, match="did not finish"):
        voice.say("hello", "en")


def test_a_missing_voice_says_what_to_install() -> None:
    with pytest.raises(Unavailable) as missing:
        espeak("espeak-of-nowhere")
    assert "apt install espeak-ng" in missing.value.next_step
    with pytest.raises(Unavailable, match="no such program"):
        voice_of("/nowhere/piper --model {language}")


@pytest.mark.parametrize("template", ["", "cat 'open", "cat {model}"])
def test_a_voices_command_is_looked_over(template: str) -> None:
    with pytest.raises(BadInput):
        voice_of(template)


def test_a_command_of_the_settings_speaks(tmp_path: Path) -> None:
    sound = tmp_path / "en.wav"
    sound.write_bytes(to_wav(tone(hz=300, length_s=1, rate=16_000)))
    said = Speech([voice_of(f"cat {tmp_path}/{{language}}.wav")], tmp_path / "said").said("hello", "en", NOW)
    assert read_wav(said.read_bytes()).length_s == 1
    assert stat.S_IMODE(said.stat().st_mode) == 0o640


def test_a_full_disk_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(speech.os, "fsync", full)
    with pytest.raises(Unavailable, match="No space left"):
        Speech([Hummer()], tmp_path).said("hello", "en", NOW)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("language", "text"), [("en", "Press 1 to speak."), ("tr", "Görüşmek için 1'e basın.")])
def test_espeak_speaks(tmp_path: Path, language: str, text: str) -> None:
    said = read_wav(Speech([espeak()], tmp_path).said(text, language, NOW).read_bytes())
    assert 0.7 < said.length_s < 6
    assert said.peak > 0.1


def test_a_named_voice_needs_no_espeak(monkeypatch: pytest.MonkeyPatch) -> None:
    assert next(iter(voices("cat /dev/null"))).version == "cat /dev/null"
    assert len(voices("")) == 1
    monkeypatch.setattr(speech.shutil, "which", lambda program: "/bin/cat" if program == "cat" else None)
    assert len(voices("cat /dev/null")) == 1
    with pytest.raises(Unavailable, match="There is no voice"):
        voices("")
