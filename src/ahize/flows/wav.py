"""A sound as it is brought: WAV of any usual kind to mono samples, or one error that says what was found instead.

Answers: what is in these bytes, and can it be played to a person? Refuses to know files, telephones and who brought it.
The words of every refusal stand here in English and Turkish.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import numpy as np
import numpy.typing as npt

from ahize.kernel.errors import BadInput

Samples = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float32]

FULL: Final = 32_767
"""The largest sample."""

LENGTH_S_MAX: Final = 600.0
RATES: Final = (4_000, 192_000)
SILENT_BELOW: Final = 100
"""A largest sample below this (-50 dB of full) is nothing that anybody hears on a telephone."""
CLIPPED_SHARE: Final = 0.01
"""More samples than this at the very edge: the recording was overdriven, and a telephone makes that worse."""

_EXPECTED: Final = (
    "Bring a WAV file: PCM (8, 16, 24 or 32 bits), float, µ-law or A-law, mono or stereo, up to 10 minutes.",
    "WAV dosyası getirin: PCM (8, 16, 24 veya 32 bit), float, µ-law veya A-law, mono veya stereo, en çok 10 dakika.",
)
_SAVE_AGAIN: Final = (
    "Export the sound once more from the program it was made with, as WAV, 16 bits.",
    "Sesi, yapıldığı programdan 16 bit WAV olarak yeniden dışa aktarın.",
)

SAYS: Final[Mapping[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    # code: (what is wrong, what to do), each in English and Turkish
    "sound_empty": (("The file is empty.", "Dosya boş."), _EXPECTED),
    "sound_of_other_kind": (("This is {found}, not a WAV file.", "Bu bir WAV dosyası değil: {found_tr}."), _EXPECTED),
    "sound_cut_short": (
        (
            "The WAV file is cut short: its header promises {promised} bytes of sound, and {there} are there.",
            "WAV dosyası yarım kalmış: başlığı {promised} bayt ses bildiriyor, dosyada {there} bayt var.",
        ),
        _SAVE_AGAIN,
    ),
    "sound_header_broken": (
        ("The WAV file's header makes no sense: {why}.", "WAV dosyasının başlığı anlaşılmıyor: {why_tr}."),
        _SAVE_AGAIN,
    ),
    "sound_of_other_coding": (
        (
            "The WAV file is coded as {found}; PCM, float, µ-law and A-law are understood.",
            "WAV dosyası {found} ile kodlanmış; PCM, float, µ-law ve A-law okunabilir.",
        ),
        _SAVE_AGAIN,
    ),
    "sound_has_no_sound": (("There is no sound in the WAV file.", "WAV dosyasında ses yok."), _SAVE_AGAIN),
    "sound_of_odd_rate": (
        (
            "The WAV file has {rate} samples a second; {least} to {most} are understood.",
            "WAV dosyasında saniyede {rate} örnek var; {least} ile {most} arası okunabilir.",
        ),
        _SAVE_AGAIN,
    ),
    "sound_too_long": (
        (
            "The sound lasts {length_s:.0f} s; at most {most_s:.0f} s can be played.",
            "Ses {length_s:.0f} sn sürüyor; en çok {most_s:.0f} sn çalınabilir.",
        ),
        ("Cut it into parts.", "Sesi parçalara bölün."),
    ),
    "sound_silent": (
        (
            "The sound is silent: its loudest moment is {peak_db:.0f} dB below full.",
            "Ses duyulmuyor: en yüksek anı tam düzeyin {peak_db:.0f} dB altında.",
        ),
        ("Record it again, with the microphone on.", "Mikrofonu açıp yeniden kaydedin."),
    ),
    "sound_clipped": (
        (
            "The sound is overdriven: {percent:.0f} % of it is as loud as can be.",
            "Ses aşırı yüksek kaydedilmiş: yüzde {percent:.0f} kadarı tavana vurmuş.",
        ),
        ("Record it again with less gain.", "Daha düşük kazançla yeniden kaydedin."),
    ),
}


class BadSound(BadInput):
    """A sound that cannot be played, and why: ``code`` is a key of ``SAYS``."""

    def __init__(self, code: str, **values: Any) -> None:
        (said, _), (step, _) = SAYS[code]
        super().__init__(said.format(**values), code=code, next_step=step, **values)
        self.values = values

    def sentence(self, language: str) -> str:
        """What is wrong; in English where the language is not known."""
        return SAYS[self.code][0][language == "tr"].format(**self.values)

    def step(self, language: str) -> str:
        """What to do about it."""
        return SAYS[self.code][1][language == "tr"]


@dataclass(frozen=True, slots=True)
class Sound:
    """
    Attributes:
        samples: mono, shape (frames,).
        rate: samples a second.
    """

    samples: Samples
    rate: int

    @property
    def length_s(self) -> float:
        return len(self.samples) / self.rate

    @property
    def peak(self) -> float:
        """The largest sample, as a share of the largest possible, 0 to 1."""
        return _peak(self.samples) / FULL if len(self.samples) else 0.0


@dataclass(frozen=True, slots=True)
class Layout:
    """What a WAV file's header says.

    Attributes:
        coding: ``pcm``, ``float``, ``mulaw`` or ``alaw``.
        begins, size: where the sound lies in the file, in bytes, as promised; it may be shorter.
    """

    coding: str
    channels: int
    rate: int
    bits: int
    begins: int
    size: int

    @property
    def frame(self) -> int:
        """Bytes of one moment of all channels."""
        return self.channels * self.bits // 8


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_wav(content: bytes, *, whole: bool = True) -> Sound:
    """The sound in a WAV file, stereo brought to mono; nothing is judged yet.

    Args:
        whole: False takes what is there, where a program wrote to a pipe and could promise anything.

    Raises: BadSound where it is none, or not whole.
    """
    layout = layout_of(content)
    there = len(content) - layout.begins
    if whole and layout.size > there:
        raise BadSound("sound_cut_short", promised=layout.size, there=there)
    frames = min(layout.size, there) // layout.frame
    if frames == 0:
        raise BadSound("sound_has_no_sound")
    if frames / layout.rate > LENGTH_S_MAX:  # before it is unpacked: four bytes of memory for each sample
        raise BadSound("sound_too_long", length_s=frames / layout.rate, most_s=LENGTH_S_MAX)
    raw = content[layout.begins : layout.begins + frames * layout.frame]
    values = decoded(raw, layout).reshape(frames, layout.channels)
    mono = values[:, 0] if layout.channels == 1 else values.astype(np.int32).mean(axis=1).round().astype(np.int16)
    return Sound(np.ascontiguousarray(mono), layout.rate)


def usable(sound: Sound) -> Sound:
    """The same sound. Raises: BadSound where a person would hear nothing, or nothing but noise."""
    if sound.length_s > LENGTH_S_MAX:
        raise BadSound("sound_too_long", length_s=sound.length_s, most_s=LENGTH_S_MAX)
    largest = _peak(sound.samples)
    if largest < SILENT_BELOW:
        raise BadSound("sound_silent", peak_db=-20 * np.log10(max(largest, 1) / FULL))
    share = float(np.mean(np.abs(sound.samples.astype(np.int32)) >= FULL))
    if share > CLIPPED_SHARE:
        raise BadSound("sound_clipped", percent=share * 100)
    return sound


def layout_of(head: bytes) -> Layout:
    """What the header says; ``head`` needs to reach to the sound's first byte.

    A promised size of zero or of all ones is a stream's, whose writer could not go back: then it is all that follows.
    """
    if not head:
        raise BadSound("sound_empty")
    if len(head) < 12 or head[:4] not in (b"RIFF", b"RF64") or head[8:12] != b"WAVE":
        found, found_tr = _named(head)
        raise BadSound("sound_of_other_kind", found=found, found_tr=found_tr)
    kind: bytes | None = None
    at = 12
    while at + 8 <= len(head):
        name, size = head[at : at + 4], struct.unpack_from("<I", head, at + 4)[0]
        at += 8
        if name == b"fmt ":
            kind = head[at : at + size]
        if name == b"data":
            if kind is None:
                _broken("the sound stands before its description", "ses, tanımından önce geliyor")
            stream = size == 0xFFFFFFFF or (size == 0 and len(head) > at)
            return _layout(kind, at, len(head) - at if stream else size)
        at += size + size % 2
    if kind is not None:
        raise BadSound("sound_has_no_sound")
    return _broken("it does not say how the sound is coded", "sesin nasıl kodlandığı yazılmamış")


_CODINGS: Final[Mapping[int, tuple[str, tuple[int, ...]]]] = {
    1: ("pcm", (8, 16, 24, 32)), 3: ("float", (32, 64)), 6: ("alaw", (8,)), 7: ("mulaw", (8,)),
}  # fmt: skip
_OTHERS: Final[Mapping[int, str]] = {
    2: "Microsoft ADPCM", 17: "IMA ADPCM", 49: "GSM 6.10", 64: "G.721", 80: "MPEG", 85: "MP3", 255: "AAC",
}  # fmt: skip
_EXTENSIBLE: Final = 0xFFFE


def _layout(kind: bytes, begins: int, size: int) -> Layout:
    if len(kind) < 16:
        _broken("its description is too short", "tanımı eksik")
    coding, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", kind)
    if coding == _EXTENSIBLE and len(kind) >= 26:
        coding = struct.unpack_from("<H", kind, 24)[0]
    if coding not in _CODINGS:
        raise BadSound("sound_of_other_coding", found=_OTHERS.get(coding, f"number {coding}"))
    name, allowed = _CODINGS[coding]
    if bits not in allowed:
        _broken(f"{bits} bits a sample", f"örnek başına {bits} bit")
    if channels not in (1, 2):
        _broken(f"{channels} channels instead of one or two", f"bir veya iki yerine {channels} kanal")
    if not RATES[0] <= rate <= RATES[1]:
        raise BadSound("sound_of_odd_rate", rate=rate, least=RATES[0], most=RATES[1])
    return Layout(name, channels, rate, bits, begins, size)


def _broken(why: str, why_tr: str) -> NoReturn:
    raise BadSound("sound_header_broken", why=why, why_tr=why_tr)


_KINDS: Final[tuple[tuple[int, bytes, str, str], ...]] = (
    (0, b"ID3", "an MP3 file", "MP3 dosyası"),
    (0, b"OggS", "an Ogg file", "Ogg dosyası"),
    (0, b"fLaC", "a FLAC file", "FLAC dosyası"),
    (4, b"ftyp", "an MP4 or M4A file", "MP4 veya M4A dosyası"),
    (0, b"FORM", "an AIFF file", "AIFF dosyası"),
    (0, b"\x1aE\xdf\xa3", "a WebM or Matroska file", "WebM veya Matroska dosyası"),
    (0, b"#!AMR", "an AMR file", "AMR dosyası"),
    (0, b".snd", "an AU file", "AU dosyası"),
    (0, b"0&\xb2u", "a Windows Media file", "Windows Media dosyası"),
    (0, b"PK\x03\x04", "a ZIP archive", "ZIP arşivi"),
    (0, b"%PDF", "a PDF document", "PDF belgesi"),
    (0, b"RIFF", "a RIFF file of another kind", "başka türden bir RIFF dosyası"),
)


def _named(head: bytes) -> tuple[str, str]:
    """What the bytes look like, in English and Turkish."""
    for at, mark, name, name_tr in _KINDS:
        if head[at : at + len(mark)] == mark:
            return name, name_tr
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        aac = head[1] & 0xF6 == 0xF0
        return ("an AAC file", "AAC dosyası") if aac else ("an MP3 file", "MP3 dosyası")
    start = head[:512]
    if all(byte >= 0x20 or byte in b"\t\r\n" for byte in start):
        return "a text", "bir metin"
    return "a file of an unknown kind", "türü bilinmeyen bir dosya"


# ── codings ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def decoded(raw: bytes, layout: Layout) -> Samples:
    """Whole frames as samples, channels in turn, shape (frames × channels,)."""
    match layout.coding, layout.bits:
        case "pcm", 8:
            return ((np.frombuffer(raw, np.uint8).astype(np.int16) - 128) << 8).astype(np.int16)
        case "pcm", 16:
            return np.frombuffer(raw, "<i2").astype(np.int16)
        case "pcm", 24:
            upper = np.frombuffer(raw, np.uint8).reshape(-1, 3)[:, 1:]
            return np.ascontiguousarray(upper).view("<i2").reshape(-1).astype(np.int16)
        case "pcm", 32:
            return (np.frombuffer(raw, "<i4") >> 16).astype(np.int16)
        case "float", bits:
            wide = np.frombuffer(raw, f"<f{bits // 8}").astype(np.float64)
            values = np.nan_to_num(wide, nan=0.0, posinf=1.0, neginf=-1.0)
            whole: Samples = np.rint(np.clip(values, -1.0, 1.0) * FULL).astype(np.int16)
            return whole
        case coding, _:
            return (_ALAW if coding == "alaw" else _MULAW)[np.frombuffer(raw, np.uint8)]


def _mulaw_table() -> Samples:
    """G.711 µ-law: what each byte stands for."""
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    size = ((((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -size, size).astype(np.int16)


def _alaw_table() -> Samples:
    """G.711 A-law: what each byte stands for."""
    code = np.arange(256, dtype=np.int32) ^ 0x55
    step, low = (code & 0x70) >> 4, (code & 0x0F) << 4
    size = np.where(step == 0, low + 8, (low + 0x108) << np.maximum(step - 1, 0))
    return np.where(code & 0x80, size, -size).astype(np.int16)


_MULAW: Final = _mulaw_table()
_ALAW: Final = _alaw_table()


def _peak(samples: Samples) -> int:
    return int(np.abs(samples.astype(np.int32)).max(initial=0))


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

HEADER_SIZE: Final = 44


def wav_header(*, frames: int, rate: int, channels: int) -> bytes:
    """The 44 bytes before 16-bit samples."""
    size, frame = frames * channels * 2, channels * 2
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", min(36 + size, 0xFFFFFFFF), b"WAVE", b"fmt ", 16, 1, channels, rate, rate * frame, frame, 16),
        *(b"data", min(size, 0xFFFFFFFF)),
    )


def to_wav(sound: Sound) -> bytes:
    """Mono, 16 bits, at the sound's own rate."""
    return wav_header(frames=len(sound.samples), rate=sound.rate, channels=1) + sound.samples.astype("<i2").tobytes()
