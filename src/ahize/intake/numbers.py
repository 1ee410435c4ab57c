"""Which telephone numbers stand in this cell, and why are the others refused?

A cell may hold none, one or several numbers, with labels, extensions and remarks, as people and spreadsheets leave
them. Each comes out in E.164 or is refused with a code of ``reasons``. Digits that are not there are never made up,
and where two readings are possible there is none. It knows nothing of rows, files and laws.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from ahize.intake.folding import fold, words
from ahize.intake.plans import Refused, Taken, read_digits
from ahize.intake.reasons import REASONS
from ahize.kernel.phone import PhoneNumber

_EMPTY_WORDS = words(
    "n/a na n.a. n.a none null nil nan no yok bilinmiyor unknown unk tbd x xx xxx - -- --- . ? ?? aucun "
    "keine ninguno empty blank (blank) (null) (none) #n/a #na #null! not available no phone no number "
    "telefon yok"
) | {"not available", "no phone", "no number", "telefon yok", "no tel", "\\n"}
_FAX = frozenset({"fax", "faks", "telefax", "belgegeçer", "belgecgecer", "télécopie", "telecopie", "telecopieur", "f"})
_LABELS = _FAX | words(
    "home house cell cellular mobile mob work office main direct phone tel telephone telefon landline "
    "land primary secondary other alt alternate business bus whatsapp wa mother father son daughter wife "
    "husband h w c m t p o ev iş is cep gsm mobil sabit telefonu ofis büro buro şirket sirket cep1 cep2 "
    "privat handy mobil arbeit büro festnetz portable domicile bureau fixe móvil movil casa trabajo fijo "
    "celular oficina cellulare ufficio"
)
_SPLIT = re.compile(r"[;,/|\n\\&]|(?<=[\s\d)])(?:or|and|ve|veya|ya da|oder|und|ou|et|y|o|e)(?=[\s\d(+])", re.IGNORECASE)
_EXT = re.compile(
    r"(?:(?<![^\W\d_])(?:extension|extn|ext|xtn|x|dahili|dah|poste|durchwahl|dw|anexo|interno|int)[.:\s]*|#\s*)(\d{1,8})(?!\d)",
    re.IGNORECASE,
)
_PAUSED = re.compile(r"(?<=\d)\s*(?:,{2,}|[pw])\s*(\d{1,8})\s*$", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*[^\W\d_][^()\[\]]*)[)\]]")
_WORD = re.compile(r"[^\W\d_]+[.'’]?")
_RUN = re.compile(r"\+?[ ]*[(\[]?\+?\d[\d ()\[\]./\-]*")
_SCIENTIFIC = re.compile(r"\+?(\d+)(?:[.,](\d+))?[eE]([+-]?)(\d{1,3})")
_FLOAT = re.compile(r"(\+?\d{7,15})[.,]0+")
_SIMPLE = re.compile(r"\+?(?:[0-9]|\([0-9])[0-9 ().\-]{5,22}", re.ASCII)
_VANITY = re.compile(r"\+?(1[ .-]*)?\(?([2-9]\d\d)\)?[ .-]*([0-9A-Z][0-9A-Z .-]*)", re.ASCII)
_SHEET_ERROR = re.compile(r"#+|#[A-Z/0]+[!?]?", re.IGNORECASE)
# No cell of numbers is longer; a whole document in one cell must not keep the patterns busy for minutes.
_CELL_MAX = 1000
_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


@dataclass(frozen=True, slots=True)
class Found:
    """A number that was accepted.

    Args:
        number: in E.164.
        country: ISO 3166-1 of the number, empty where it belongs to none, like a toll-free one.
        ext: extension to dial after the answer, digits only, or empty.
        label: the word that stood beside it, in lower case as it was written, or empty.
        flags: ``toll_free``, ``country_JM`` (another country than the row's), ``new_area_code``.
        do_not_dial: True for a fax machine: kept, never called.
    """

    number: PhoneNumber
    country: str = ""
    ext: str = ""
    label: str = ""
    flags: tuple[str, ...] = ()
    do_not_dial: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell came to: the numbers, and the codes of what was refused or remarked (keys of ``REASONS``)."""

    found: tuple[Found, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """True where something in the cell was refused."""
        return any(REASONS[code].severity == "error" for code in self.codes)


NOTHING = Reading()


def read_numbers(cell: str, region: str | None, *, fax: bool = False) -> Reading:
    """All numbers of one cell.

    Args:
        cell: the text as it came.
        region: ISO 3166-1 of the country whose way of writing is meant, or None: then only numbers with + are read.
        fax: True where the column itself says fax.
    """
    if not cell or cell.isspace():
        return NOTHING
    if _SIMPLE.fullmatch(cell) and not _FLOAT.fullmatch(cell):
        verdict = read_digits(cell, region)
        if isinstance(verdict, Taken):
            return Reading((_found(verdict, fax=fax),), verdict.codes)
    if len(cell) > _CELL_MAX:
        return Reading((), ("phone_invalid",))
    reading = _read_hard(cell, region)
    if fax:
        reading = replace(
            reading, found=tuple(replace(f, label=f.label or "fax", do_not_dial=True) for f in reading.found)
        )
    return reading


def _found(taken: Taken, *, ext: str = "", label: str = "", fax: bool = False) -> Found:
    is_fax = fax or label in _FAX
    return Found(
        number=PhoneNumber(taken.e164),
        country=taken.country,
        ext=ext,
        label=label or ("fax" if fax else ""),
        flags=taken.flags,
        do_not_dial=is_fax,
    )


def _read_hard(cell: str, region: str | None) -> Reading:
    codes: list[str] = []
    text, guard = _unguard(cell.strip(" \t\r\n\ufeff"))
    codes += guard
    if "phone_invalid" in codes:
        return Reading((), tuple(codes))
    folded = fold(text)
    text = folded.text.strip()
    if not text or text.casefold() in _EMPTY_WORDS:
        return Reading((), tuple(codes))
    if folded.mixed_digits:
        codes.append("mixed_digit_scripts")
    if _SHEET_ERROR.fullmatch(text) or any(
        (c.isdigit() and not c.isascii()) or (c.isnumeric() and not c.isdigit()) for c in text
    ):
        return Reading((), (*codes, "phone_invalid"))
    if science := _SCIENTIFIC.fullmatch(text.replace(" ", "")):
        digits = _exact_digits(science)
        if digits is None:
            return Reading((), (*codes, "phone_scientific_lossy"))
        text = digits
        codes.append("phone_scientific_exact")
    elif decimal := _FLOAT.fullmatch(text.replace(" ", "")):
        text = decimal[1]
        codes.append("phone_float_suffix")
    vanity = _vanity(text, region)
    if vanity:
        text = vanity
        codes.append("vanity_letters")
    found, more = _read_tokens(_tokens(text), region)
    return Reading(tuple(found), (*codes, *more))


def _unguard(text: str) -> tuple[str, list[str]]:  # noqa: PLR0911 - a list of cases.
    """Takes off what a spreadsheet needs to leave digits alone, and what looks like a formula but is a number."""
    if len(text) > 2 and text.startswith('="') and text.endswith('"'):
        return text[2:-1], ["formula_guard"]
    if text.startswith(("'", "’", "`")) and len(text) > 1:
        return text[1:], ["formula_guard"]
    if text.startswith('"') and text.endswith('"') and len(text) > 2:
        return text[1:-1], ["formula_guard"]
    if text[:1] in {"=", "@", "＝", "＠"}:
        rest = text[1:].strip()
        if _SIMPLE.fullmatch(rest):
            return rest, ["formula_like"]
        return text, ["formula_like", "phone_invalid"]
    if text.startswith("-") and _SIMPLE.fullmatch(text[1:].strip()):
        return text[1:].strip(), ["formula_like"]
    return text, []


def _exact_digits(science: re.Match[str]) -> str | None:
    """All digits of a number in scientific notation, or None where the notation has lost some.

    The mantissa must show exactly one digit more than the exponent says; filling up with zeros would call a stranger.
    """
    whole, fraction, sign, exponent = science[1], science[2] or "", science[3], int(science[4])
    digits = whole + fraction
    if sign == "-" or len(whole) != 1 or whole == "0" or len(digits) != exponent + 1:
        return None
    return digits if len(digits) >= 8 else None


def _vanity(text: str, region: str | None) -> str | None:
    """Keypad letters as digits, where the whole cell is one North American number of ten digits and capitals."""
    if not is_north_american(region) or not any("A" <= c <= "Z" for c in text):
        return None
    match = _VANITY.fullmatch(text)
    if match is None:
        return None
    rest = re.sub(r"[ .-]", "", match[3])
    words = [word.casefold() for word in re.findall(r"[A-Z]+", match[3])]
    if len(rest) != 7 or any(word in _LABELS and len(word) > 1 for word in words) or re.search(r"X\d+$", rest):
        return None
    return match[2] + rest.translate(_KEYPAD)


@lru_cache(maxsize=512)
def is_north_american(region: str | None) -> bool:
    """True where the country's own numbers begin with +1."""
    from phonenumbers import country_code_for_region  # noqa: PLC0415 - kept out of the hot import path.

    return region is not None and country_code_for_region(region) == 1


@dataclass(slots=True)
class _Token:
    """A run of digits with what stood around it."""

    run: str
    label: str = ""
    ext: str = ""
    wordy: bool = False  # words other than labels stood in the same segment
    before: str = ""  # the separator that parts it from the token before

    @property
    def digits(self) -> str:
        return "".join(c for c in self.run if c.isdigit())

    @property
    def is_full(self) -> bool:
        return len(self.digits) >= 7


def _tokens(text: str) -> list[_Token]:
    """Segments, labels, extensions and runs of digits of a cell, in the order they stand."""
    text = re.sub(r"^\s*(?:tel|callto|sms|sip)\s*:\s*(?=[+\d(])", "", text, flags=re.IGNORECASE)
    text = re.sub(r";\s*ext\s*=\s*", " ext ", text, flags=re.IGNORECASE)
    text = re.sub(r";\s*phone-context=\S*", "", text, flags=re.IGNORECASE)
    text = _PAUSED.sub(r" ext \1", text)
    text = re.sub(r"(\+\s*\d{1,3}[\s.-]*)\(\s*0\s*\)", r"\1 ", text)
    text = re.sub(r"(?<=\d)\s*(?=\+\d)", ";", text)
    tokens: list[_Token] = []
    position = 0
    separator = ""
    for match in [*_SPLIT.finditer(text), None]:
        segment = text[position : match.start() if match else len(text)]
        tokens += _segment(segment, separator, tokens[-1] if tokens else None)
        if match:
            separator, position = match[0].strip() or "\n", match.end()
    return tokens


def _segment(segment: str, separator: str, previous: _Token | None) -> Iterable[_Token]:
    """The tokens of one segment; an extension with no number of its own goes to the token before."""
    label = ""
    wordy = False

    def bracketed(match: re.Match[str]) -> str:
        nonlocal label, wordy
        word = _lower(match[1].strip(" .:"))
        if word in _LABELS:
            label = word
        elif _EXT.fullmatch(match[1].strip()):
            return " " + match[1] + " "
        else:
            wordy = True
        return " "

    segment = _BRACKETS.sub(bracketed, segment)
    tokens: list[_Token] = []
    position = 0
    pending = label
    while position < len(segment):
        ext = _EXT.search(segment, position)
        run = _RUN.search(segment, position)
        if run is None and ext is None:
            break
        if ext is not None and (run is None or ext.start() <= run.start()):
            owner = tokens[-1] if tokens else previous
            if owner is not None and not owner.ext:
                owner.ext = ext[1]
            position = ext.end()
            continue
        assert run is not None
        end = min(run.end(), ext.start()) if ext is not None else run.end()
        pending, strange = _labels(segment[position : run.start()], pending)
        wordy = wordy or strange
        tokens.append(_Token(segment[run.start() : end], label=pending, before=separator if not tokens else " "))
        pending = ""
        position = max(end, run.start() + 1)
    after, strange = _labels(segment[position:], "")
    wordy = wordy or strange
    if tokens and not tokens[-1].label:
        tokens[-1].label = after or label
    for token in tokens:
        token.wordy = wordy
    return tokens


def _lower(word: str) -> str:
    """Lower case that keeps the Turkish dotted i one letter."""
    return word.replace("İ", "i").lower()


def _labels(words: str, label: str) -> tuple[str, bool]:
    """The label among some words, and whether there were words that are none."""
    strange = False
    for word in _WORD.findall(words):
        plain = _lower(word.strip(".'’"))
        if plain in _LABELS:
            label = label if label and plain in {"phone", "tel", "telephone", "telefon", "telefonu", "no"} else plain
        elif plain not in {"no", "nr", "num", "number", "numara", "numarası", "or", "and", "ve", "veya"}:
            strange = True
    return label, strange


def _read_tokens(tokens: list[_Token], region: str | None) -> tuple[list[Found], list[str]]:
    found: list[Found] = []
    codes: list[str] = []
    if not tokens:
        return found, ["phone_invalid"]
    for token in _joined(tokens):
        if not token.is_full and ((token.wordy and len(tokens) > 1) or not token.digits):
            codes.append("phone_text_ignored")
            continue
        if not token.is_full and found and not token.run.strip().startswith("+"):
            codes.append("phone_partial_second")
            continue
        if token.wordy:
            codes.append("phone_text_ignored")
        for verdict in _verdicts(token.run, region):
            if isinstance(verdict, Refused):
                codes.append(verdict.code)
                continue
            codes += verdict.codes
            one = _found(verdict, ext=token.ext, label=token.label)
            if one.number not in (f.number for f in found):
                found.append(one)
    if not found and all(code == "phone_text_ignored" for code in codes):
        codes.append("phone_invalid")
    return found, codes


def _joined(tokens: list[_Token]) -> list[_Token]:
    """Pieces that are one number broken by separators, like ``917/555/0123`` or ``030/23125016``, put together."""
    pieces_only = not any(token.is_full for token in tokens)
    digits = sum(len(token.digits) for token in tokens)
    plain = not any(token.wordy or token.label or token.ext for token in tokens[:-1]) and not tokens[-1].wordy
    area_and_rest = (
        len(tokens) == 2
        and tokens[1].before in {"/", "\\"}
        and 2 <= len(tokens[0].digits) <= 5
        and 5 <= len(tokens[1].digits) <= 8
    )
    if len(tokens) > 1 and plain and (area_and_rest or (pieces_only and 7 <= digits <= 15)):
        whole = " ".join(token.run for token in tokens)
        return [replace(tokens[-1], run=whole, label=tokens[0].label, before="")]
    return tokens


def _verdicts(run: str, region: str | None) -> list[Taken | Refused]:
    """One verdict; or two, where a single space parts two whole numbers and no other reading is possible."""
    verdict = read_digits(run, region)
    if isinstance(verdict, Taken) or verdict.code != "phone_too_long":
        return [verdict]
    pairs = []
    for gap in re.finditer(r"\s+", run.strip()):
        left, right = (read_digits(part, region) for part in (run.strip()[: gap.start()], run.strip()[gap.end() :]))
        if isinstance(left, Taken) and isinstance(right, Taken):
            pairs.append((left, right))
    if len(pairs) != 1:
        return [verdict]
    left, right = pairs[0]
    return [replace(left, codes=(*left.codes, "numbers_split_by_space")), right]
