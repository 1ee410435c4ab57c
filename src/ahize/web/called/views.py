"""The public page: plain forms and plain answers, without script, cookies or an account.

Each view does one thing inside the house's own wall and hands a template its words. What is personal travels in bodies
of forms, never in an address. A refusal is a page in words with its status, and what it counted stays counted.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from ahize.kernel.errors import AhizeError, BadInput, Unavailable
from ahize.web.base import Request
from ahize.web.called import codes, deeds, hearing, houses, knocks, record, saying, senders, stops, tasks
from ahize.web.called.models import MadeUpMessage, Way
from ahize.web.called.words import confirmation, kind_in_words, words
from ahize.web.consents.access import home_region
from ahize.web.consents.uploads import number_in
from ahize.web.dialing import code_calls
from ahize.web.recordings import playing
from ahize.web.recordings import services as recordings
from ahize.web.rights import receipts
from ahize.web.rls import tenant_scope
from ahize.web.tenants.models import Tenant

BODY_MAX = 32_768
TEXT_MAX = 10_000
NUMBER_MAX = 60
STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "media-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
REGIONS = ("US", "CA", "GB", "TR", "DE", "FR", "NL")
_COUNTRIES = {
    "US": "United States", "CA": "Canada", "GB": "United Kingdom", "TR": "Türkiye",
    "DE": "Deutschland", "FR": "France", "NL": "Nederland",
}  # fmt: skip
"""Each in its own language."""

View = Callable[..., HttpResponseBase]


@require_GET
def style(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - whoever asks
    """The page's looks, from here and nowhere else."""
    return HttpResponse(
        STYLE, content_type="text/css; charset=utf-8", headers={"Cache-Control": "public, max-age=86400"}
    )


def page(view: View) -> View:
    """A view of the public page: in the reader's language, small bodies only, every refusal in words."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @functools.wraps(view)
    def within(request: HttpRequest, **path: str) -> HttpResponseBase:
        asked = cast(Request, request)
        with translation.override(_language(request)):
            try:
                if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_MAX:
                    return _refused(asked, 413, words("")["too_large"])
                return view(asked, **path)
            except RequestDataTooBig:
                return _refused(asked, 413, words("")["too_large"])
            except AhizeError as error:
                answer = _refused(asked, error.status, _(error.message), _(error.next_step) if error.next_step else "")
                if "retry_after_s" in error.facts:
                    answer.headers["Retry-After"] = str(error.facts["retry_after_s"])
                return answer

    return within


def of_house(view: View) -> View:
    """A view of one house's page, inside that house's wall whoever is signed in elsewhere in the browser."""

    @page
    @functools.wraps(view)
    def within(request: Request, word: str, **path: str) -> HttpResponseBase:
        house = houses.by_word(word)
        with tenant_scope(house.pk):
            return view(request, house, **path)

    return within


# ── which house ─────────────────────────────────────────────────────────────────────────────────────────────────


@page
def which(request: Request) -> HttpResponse:
    """The only house's page; where there are several, whichever calls with the number that somebody saw."""
    only = houses.the_only_one()
    if only is not None:
        return _to(request, houses.address(only))
    found: list[dict[str, str]] | None = None
    if request.method == "POST":
        knocks.knock([(knocks.LOOKS, _address(request))], now=request.now)
        found = [{"name": one.name, "address": houses.address(one)} for one in houses.by_number(_number(request))]
        if len(found) == 1:
            return _to(request, found[0]["address"])
    return _shown(request, "which.html", None, found=found, asked=found is not None)


# ── the house's page ────────────────────────────────────────────────────────────────────────────────────────────


@of_house
def home(request: Request, house: Tenant) -> HttpResponse:
    return _shown(request, "home.html", house, **_reading(request, house))


@of_house
def stop(request: Request, house: Tenant) -> HttpResponse:
    """The same work, words, status and time for every number there is."""
    if request.method != "POST":
        return _to(request, houses.address(house))
    e164 = _number(request)
    address = _address(request)
    knocks.knock([(limit, address) for limit in knocks.STOPS], now=request.now)
    given = stops.stop(tenant=house.pk, e164=e164, now=request.now)
    return _to(request, f"{houses.address(house)}/receipt/{given.code}", fresh=True)


@of_house
def receipt(request: Request, house: Tenant, code: str = "") -> HttpResponse:
    """A receipt by its code, and whether it is about a number that somebody types in beside it."""
    if request.method == "POST":
        code = _text(request, "receipt", 60)
    if not code:
        return _to(request, houses.address(house))
    knocks.knock([(knocks.LOOKS, _address(request))], now=request.now)
    found = receipts.find(code)
    if found is None:
        return _refused(request, 404, words("")["receipt_none"], house=house)
    fits = None
    if request.POST.get("number"):
        fits = receipts.commitment(receipts.code_read(code), _number(request)) == found.receipt.facts["number"]
    return _shown(
        request,
        "receipt.html",
        house,
        code=receipts.code_read(code),
        what=kind_in_words(found.receipt.kind),
        found=found,
        due=found.receipt.facts.get("due", ""),
        fits=fits,
        fresh="fresh" in request.GET,
    )


@of_house
def code(request: Request, house: Tenant) -> HttpResponse:
    """Ask for a code, by a text message or a call. What follows looks the same whether one is brought or not."""
    if request.method != "POST":
        return _to(request, houses.address(house))
    e164 = _number(request)
    way = _way(request, house)
    knocks.knock(
        [
            (knocks.ASKS, _address(request)),
            *((limit, f"{house.pk} {e164}") for limit in knocks.ASKS_OF_NUMBER),
            (knocks.ASKS_OF_ALL, ""),
        ],
        now=request.now,
    )
    asked = codes.ask(tenant=house.pk, e164=e164, language=_language(request), now=request.now, way=way)
    tasks.send_later(asked.pk, house.pk)
    return _shown(request, "code.html", house, number=e164, made_up=senders.made_up(house.pk), called=way == Way.CALL)


@of_house
def read(request: Request, house: Tenant) -> HttpResponse:
    """What is on record, for whoever has the code or has shown it in the last half hour."""
    if request.method != "POST":
        return _to(request, houses.address(house))
    token = _text(request, "token", 100)
    if not token:
        e164 = _number(request)
        knocks.knock([(knocks.TRIES, _address(request))], now=request.now)
        knocks.check(knocks.TRIES_OF_ALL, "", now=request.now)
        try:
            token = codes.prove(tenant=house.pk, e164=e164, code=_text(request, "code", 40), now=request.now)
        except AhizeError as wrong:
            knocks.count([(knocks.TRIES_OF_ALL, "")], now=request.now)
            return _shown(
                request,
                "code.html",
                house,
                status=wrong.status,
                number=e164,
                problem=f"{_(wrong.message)} {_(wrong.next_step)}",
                made_up=senders.made_up(house.pk),
            )
    e164 = codes.proven(token, now=request.now)
    held = record.of_number(e164, house=house, now=request.now)
    for one in held["calls"]:
        if one["recording"] and not one["recording_silent"]:
            one["hear"] = f"{houses.address(house)}/hear/{hearing.ticket(UUID(one['recording']), token)}"
    asked = [one | {"what": kind_in_words(one["kind"])} for one in held["requests"]]
    return _shown(request, "record.html", house, token=token, record=held, requests_said=asked)


@of_house
def hear(request: Request, house: Tenant, ticket: str) -> HttpResponseBase:  # noqa: ARG001 - its wall stands
    """The sound of one's own call, or the part that ``Range`` names; each time it is begun stands in the audit."""
    found = hearing.recording_of(ticket, now=request.now)
    knocks.knock([(knocks.HEARS, found.attempt.e164)], now=request.now)
    wanted = request.headers.get("Range")
    answer = playing.played(found, wanted)
    if wanted is None or wanted.startswith("bytes=0-"):
        recordings.let_hear(found, now=request.now)
    if "save" in request.GET:
        answer.headers["Content-Disposition"] = 'attachment; filename="call.wav"'
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@of_house
def copy(request: Request, house: Tenant) -> HttpResponse:
    """The same as a file, with its receipt inside."""
    e164 = codes.proven(_text(request, "token", 100), now=request.now)
    knocks.knock([(knocks.DEEDS, f"{house.pk} {e164}")], now=request.now)
    held = record.of_number(e164, house=house, now=request.now)
    given = receipts.give("copy", tenant=house.pk, e164=e164, now=request.now, sha256=receipts.digest_of(held))
    body = json.dumps(held | {"receipt": given.code, "receipt_sha256": given.digest}, ensure_ascii=False, indent=1)
    answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="on-record.json"'
    return _safe(answer)


@of_house
def ask(request: Request, house: Tenant) -> HttpResponse:
    """A correction, an erasure, a complaint: taken down with its clock, and a receipt."""
    e164 = codes.proven(_text(request, "token", 100), now=request.now)
    knocks.knock([(knocks.DEEDS, f"{house.pk} {e164}")], now=request.now)
    given = deeds.ask(
        _text(request, "kind", 20),
        tenant=house.pk,
        e164=e164,
        said=_text(request, "said", TEXT_MAX),
        language=_language(request),
        now=request.now,
    )
    return _to(request, f"{houses.address(house)}/receipt/{given.code}", fresh=True)


@of_house
def really(request: Request, house: Tenant) -> HttpResponse:
    """Is the call that this person has now one of ours?"""
    if request.method != "POST":
        return _to(request, houses.address(house))
    said = saying.who_says(_text(request, "word", 20), address=_address(request), now=request.now)
    return _shown(
        request,
        "really.html",
        house,
        yes=confirmation(said.seller, said.purpose) if said else "",
        status=200,
    )


@of_house
def made_up_telephone(request: Request, house: Tenant) -> HttpResponse:
    """What the made-up telephone of a number shows; in made-up houses alone, where no number is anybody's."""
    if not senders.made_up(house.pk):
        return _refused(request, 404, words("")["not_found"], house=house)
    e164 = _number(request)
    texts = [(one.at, one.text) for one in MadeUpMessage.objects.filter(e164=e164).order_by("-at")[:5]]
    calls = [(one.at, one.heard) for one in code_calls.heard(e164)[:5]]
    shown = [words for _at, words in sorted(texts + calls, reverse=True)[:5]]
    return _shown(request, "made_up.html", house, number=e164, messages=shown)


@page
def nowhere(request: Request, rest: str = "") -> HttpResponse:  # noqa: ARG001 - whatever it was
    return _refused(request, 404, words("")["not_found"])


# ── small deeds ─────────────────────────────────────────────────────────────────────────────────────────────────


def _number(request: Request) -> str:
    """The number that was typed, in E.164. Raises: BadInput, whose words never hold it."""
    typed = _text(request, "number", NUMBER_MAX + 1)
    if not typed:
        raise BadInput(_("Please type in a telephone number."), code="no_number", field="number")
    if len(typed) > NUMBER_MAX:
        raise BadInput(_("This is too long for a telephone number."), code="phone_invalid", field="number")
    region = _text(request, "region", 2).upper()
    return number_in(typed, region if region in REGIONS else home_region(None))


def _reading(request: Request, house: Tenant) -> dict[str, Any]:
    """What the page says of codes: which ways there are, and whether the telephones rest now."""
    found = senders.ways(house.pk)
    return {
        "ways": [(one.value, words("")[f"way_{one.value}"]) for one in found],
        "calls_rest": Way.CALL in found and not senders.can_call_now(now=request.now),
    }


def _way(request: Request, house: Tenant) -> Way:
    """How the code shall come: as chosen, else the first way there is. Raises: BadInput, Unavailable."""
    found = senders.ways(house.pk)
    wished = _text(request, "way", 10)
    if not found or (wished and wished not in found):
        raise BadInput(words("")["read_none"] if not found else words("")["way_none"], code="no_way", field="way")
    way = Way(wished) if wished else found[0]
    if way == Way.CALL and not senders.can_call_now(now=request.now):
        raise Unavailable(words("")["calls_rest"], code="calls_rest", next_step=words("")["calls_rest_next"])
    return way


def _text(request: Request, name: str, most: int) -> str:
    """What was typed into one field, as the database can keep it."""
    text = str(request.POST.get(name, ""))[:most]
    return text.replace("\0", "").encode("utf-8", "replace").decode().strip()


def _language(request: HttpRequest) -> str:
    known = {code for code, _name in settings.LANGUAGES}
    wished = request.GET.get("lang") or (
        request.POST.get("lang") if request.method == "POST" and _small(request) else ""
    )
    return wished if wished in known else translation.get_language_from_request(request)


def _small(request: HttpRequest) -> bool:
    """Whether its body may be looked at."""
    return int(request.META.get("CONTENT_LENGTH") or 0) <= BODY_MAX


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _to(request: Request, address: str, *, fresh: bool = False) -> HttpResponse:
    marks = ["fresh=1"] if fresh else []
    wished = _language(request)
    if "lang" in request.GET or "lang" in request.POST:
        marks.append(f"lang={wished}")
    answer = HttpResponseRedirect(address + ("?" + "&".join(marks) if marks else ""))
    answer.status_code = 303
    return _safe(answer)


def _shown(request: Request, template: str, house: Tenant | None, *, status: int = 200, **context: Any) -> HttpResponse:
    language = translation.get_language() or "en"
    base = houses.address(house) if house else "/called"
    told = {
        "w": words(house.name if house else "", houses.country(house) if house else ""),
        "house": house,
        "base": base,
        "lang": language,
        "other": "en" if language == "tr" else "tr",
        "other_name": "English" if language == "tr" else "Türkçe",
        "here": request.path if request.method == "GET" else base,
        "regions": [(one, _COUNTRIES[one]) for one in REGIONS],
    }
    return _safe(render(request, f"called/{template}", told | context, status=status))


def _refused(
    request: Request, status: int, message: str, next_step: str = "", house: Tenant | None = None
) -> HttpResponse:
    return _shown(request, "refused.html", house, status=status, message=message, next_step=next_step)


def _safe(answer: HttpResponse) -> HttpResponse:
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
