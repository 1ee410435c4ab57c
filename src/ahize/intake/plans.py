"""Is this run of digits a whole telephone number of that country?

One number at a time: the North American plan by our own table of area codes, all other countries through
``phonenumbers``. The answer is the number in E.164 or the code of a reason. It never adds a digit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult
from phonenumbers.shortnumberinfo import is_valid_short_number_for_region

from ahize.intake.nanp import area_codes
from ahize.kernel.phone import calling_code, is_drama

_SEQUENCES = frozenset(
    {"1234567", "12345678", "123456789", "1234567890", "12345678901", "0123456789", "9876543210", "0987654321"}
)
_EMERGENCY = frozenset(
    {"000", "110", "111", "112", "113", "115", "118", "119", "155", "156", "911", "933", "988", "999"}
)
_PREMIUM = frozenset({PhoneNumberType.PREMIUM_RATE})
# Germany's numbers have at most 11 digits today; longer ones that also read as international are international.
_LONGEST_NATIONAL = 11


@dataclass(frozen=True, slots=True)
class Taken:
    """A number that is whole: E.164, the country it belongs to (or empty), flags and the codes of remarks."""

    e164: str
    country: str
    flags: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """No number, for the reason with this code."""

    code: str


Verdict = Taken | Refused


def read_digits(run: str, region: str | None) -> Verdict:  # noqa: PLR0911 - a list of cases.
    """Reads one run of digits and punctuation.

    Args:
        run: ASCII digits with spaces, dots, hyphens, brackets; a plus may lead.
        region: ISO 3166-1 of the country whose way of writing is meant, or None.
    """
    digits = re.sub(r"[^0-9]", "", run)
    plus = run.lstrip(" ([").startswith("+")
    if not digits:
        return Refused("phone_invalid")
    if _is_placeholder(digits, plus=plus, region=region):
        return Refused("phone_placeholder")
    if plus:
        return _international(digits, region)
    if region is None:
        return _with_prefix(digits, region) or Refused("phone_no_country")
    if len(digits) < 7:
        # The library also knows codes of five and six digits for text messages; here they are numbers cut short.
        short = digits in _EMERGENCY or digits[1:] == "11" or (len(digits) <= 4 and _is_short_code(digits, region))
        return Refused("phone_short_code" if short else "phone_too_short")
    if _calling_code(region) == "1":
        return _with_prefix(digits, region) or _nanp_as_written(digits, region)
    return _national(digits, region)


def _international(digits: str, region: str | None, codes: tuple[str, ...] = ()) -> Verdict:
    if digits.startswith("1"):
        return _nanp(digits[1:], region, codes)
    if calling_code("+" + digits) == "1" or not 7 <= len(digits) <= 15:
        return Refused(
            "phone_too_long" if len(digits) > 15 else "phone_too_short" if len(digits) < 7 else "phone_invalid"
        )
    return _judge(digits, region, codes)


def _with_prefix(digits: str, region: str | None) -> Verdict | None:
    """The reading of 011… or 00… as an international number, or None where the digits do not begin so."""
    for prefix in ("011", "00"):
        rest = digits.removeprefix(prefix)
        if rest != digits and len(rest) >= 8 and not rest.startswith("0"):
            verdict = _international(rest, region, ("international_prefix",))
            if isinstance(verdict, Taken):
                return verdict
    return None


def _nanp_as_written(digits: str, region: str) -> Verdict:
    if len(digits) == 11 and digits.startswith("1"):
        return _nanp(digits[1:], region)
    if len(digits) == 10:
        return _nanp(digits, region)
    if len(digits) == 7:
        return Refused("phone_no_area_code" if digits[0] not in "01" else "phone_too_short")
    return Refused("phone_too_short" if len(digits) < 10 else "phone_too_long")


def _nanp(national: str, region: str | None, codes: tuple[str, ...] = ()) -> Verdict:
    if len(national) != 10:
        return Refused("phone_too_short" if len(national) < 10 else "phone_too_long")
    area = area_codes().get(national[:3])
    if area is None:
        # A code younger than our table may be known to the library; a fictional number under none is just wrong.
        verdict = _judge("1" + national, region, codes)
        in_service = isinstance(verdict, Taken) and not is_drama(verdict.e164)
        return verdict if in_service or isinstance(verdict, Refused) else Refused("phone_invalid")
    exchange = national[3:6]
    if area.kind == "premium" or exchange == "976":
        return Refused("phone_premium")
    if exchange[0] in "01" or exchange[1:] == "11":
        return Refused("phone_invalid")
    flags: list[str] = []
    if area.kind == "toll-free":
        flags.append("toll_free")
        codes = (*codes, "toll_free")
    elif not area.is_geographic:
        flags.append("non_geographic")
    elif area.kind == "geographic-new":
        flags.append("new_area_code")
    return _taken("+1" + national, area.country, region, tuple(flags), codes)


def _taken(e164: str, country: str, region: str | None, flags: tuple[str, ...], codes: tuple[str, ...]) -> Taken:
    if country and region and country != region:
        flags = (*flags, f"country_{country}")
        codes = (*codes, "other_country")
    if is_drama(e164):
        codes = (*codes, "fictional_number")
    return Taken(e164, country, flags, codes)


def _national(digits: str, region: str) -> Verdict:
    """A number as written inside a country outside North America; a calling code without its plus is understood."""
    code = _calling_code(region)
    try:
        parsed = phonenumbers.parse(digits, region)
    except NumberParseException:
        return _with_prefix(digits, region) or Refused("phone_invalid")
    inside = f"{parsed.country_code}{(parsed.italian_leading_zero and '0') or ''}{parsed.national_number}"
    verdict = _judge(inside, region)
    if digits.startswith(code) and len(digits) > len(code) + 5:
        outside = _judge(digits, region)
        if isinstance(outside, Taken) and isinstance(verdict, Taken) and outside.e164 != verdict.e164:
            return outside if len(digits) > _LONGEST_NATIONAL else Refused("phone_ambiguous")
        if isinstance(outside, Taken):
            return outside
    if isinstance(verdict, Refused):
        if digits.startswith("00") and (abroad := _with_prefix(digits, region)):
            return abroad
        return Refused(_by_length(digits, region)) if verdict.code in _VAGUE else verdict
    return verdict


_VAGUE = frozenset({"phone_invalid", "phone_too_short", "phone_too_long"})


def _by_length(digits: str, region: str) -> str:
    """What is wrong with a number that the plan refuses, told by the length of the country's ordinary ones."""
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE) or phonenumbers.example_number(
        region
    )
    if example is None:
        return "phone_invalid"
    local = digits.removeprefix(_calling_code(region)) if len(digits) > _LONGEST_NATIONAL else digits
    missing = len(str(example.national_number)) - len(local.lstrip("0"))
    return "phone_too_short" if missing > 0 else "phone_too_long" if missing < 0 else "phone_invalid"


def _judge(digits: str, region: str | None, codes: tuple[str, ...] = ()) -> Verdict:  # noqa: PLR0911 - cases.
    """Whether these digits, calling code first, are a number that may be in service."""
    e164 = "+" + digits
    try:
        parsed = phonenumbers.parse(e164, None)
    except NumberParseException:
        return Refused("phone_invalid")
    country = phonenumbers.region_code_for_number(parsed) or _only_region(parsed.country_code or 0)
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.is_valid_number(parsed):
        if phonenumbers.number_type(parsed) in _PREMIUM:
            return Refused("phone_premium")
        flags = ("toll_free",) if phonenumbers.number_type(parsed) == PhoneNumberType.TOLL_FREE else ()
        return _taken(e164, country if country != "001" else "", region, flags, (*codes, *flags))
    if is_drama(e164):
        return _taken(e164, country, region, (), codes)
    match phonenumbers.is_possible_number_with_reason(parsed):
        case ValidationResult.TOO_SHORT | ValidationResult.INVALID_LENGTH:
            return Refused("phone_too_short")
        case ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return Refused("phone_no_area_code")
        case ValidationResult.TOO_LONG:
            return Refused("phone_too_long")
    return Refused("phone_invalid")


@lru_cache(maxsize=512)
def _calling_code(region: str) -> str:
    return str(phonenumbers.country_code_for_region(region))


@lru_cache(maxsize=512)
def _only_region(code: int) -> str:
    regions = phonenumbers.region_codes_for_country_code(code)
    return regions[0] if regions else ""


@lru_cache(maxsize=4096)
def _is_short_code(digits: str, region: str) -> bool:
    parsed = phonenumbers.PhoneNumber(country_code=int(_calling_code(region)), national_number=int(digits))
    return bool(is_valid_short_number_for_region(parsed, region))


def _is_placeholder(digits: str, *, plus: bool, region: str | None) -> bool:
    national = digits
    if plus:
        national = digits[len(calling_code("+" + digits)) :] if not digits.startswith("0") else digits
    elif region is not None:
        code = _calling_code(region)
        if len(digits) > 10 and digits.startswith(code):
            national = digits[len(code) :]
        elif digits.startswith("0") and code != "1":
            national = digits.lstrip("0") or digits
    return (
        (len(set(national)) == 1 and len(national) >= 7)
        or set(digits) == {"0"}
        or digits in _SEQUENCES
        or national in _SEQUENCES
    )


@lru_cache(maxsize=1024)
def region_of_calling_code(text: str, hint: str | None) -> str | None:
    """The country by whose rules a number after this calling code is read, or None where the text is no such code.

    Args:
        text: like ``44`` or ``+1``.
        hint: the country that is likely; taken where it has that code, since several may share one.
    """
    digits = re.sub(r"\D", "", text)
    if not digits or len(digits) > 3 or not re.fullmatch(r"\+?\s*0{0,2}\d{1,3}", text.strip()):
        return None
    regions = phonenumbers.region_codes_for_country_code(int(digits))
    if hint in regions:
        return hint
    return regions[0] if regions and regions[0] != "001" else None
