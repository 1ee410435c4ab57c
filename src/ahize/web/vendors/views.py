"""The door itself, at the address that vendors' programs have: ``/vicidial/non_agent_api.php``, GET or POST.

Every answer is plain text with status 200, as those programs expect, refusals too. What was posted is written nowhere
but into the lead; the key least of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ahize.kernel.errors import TooMany
from ahize.web.accounts import throttle
from ahize.web.base import Request, draw_id
from ahize.web.rls import tenant_scope
from ahize.web.vendors import services
from ahize.web.vendors.answers import Line, Refusal
from ahize.web.vendors.leads import DEEDS, SOURCE_MIN, Asked
from ahize.web.vendors.models import WORD_MAX, Door, Post

BODY_MAX = 65_536
VALUE_MAX = 1_024
FIELDS_MAX = 200


@csrf_exempt
@require_http_methods(["GET", "POST"])
def post(request: HttpRequest) -> HttpResponse:
    """One asking and its answer."""
    try:
        answer = list(_answers(cast(Request, request)))
    except Refusal as refusal:
        answer = [str(refusal.line)]
    return HttpResponse("".join(f"{line}\n" for line in answer), content_type="text/plain; charset=utf-8")


def _answers(request: Request) -> Iterator[str]:
    said = _said(request)
    function, word = said.get("function", ""), said.get("user", "")[:WORD_MAX]
    now = request.now
    if not function:
        raise Refusal("", "NO FUNCTION SPECIFIED")
    if function == "version":
        told = f"DATE: {now:%Y-%m-%d %H:%M:%S}|EPOCH: {int(now.timestamp())}|DST: 0|TZ: 0|TZNOW: 0|"
        yield f"VERSION: 2.14|BUILD: ahize|{told}"
        return
    door = _door(request, word, said.get("pass", ""))
    deed = DEEDS.get(function)
    if deed is None:
        raise Refusal("auth", "USER DOES NOT HAVE PERMISSION TO USE THIS FUNCTION", word, function)
    with tenant_scope(door.tenant_id):
        try:
            if len(said.get("source", "")) < SOURCE_MIN:
                raise Refusal("", "Invalid Source", said.get("source", ""))
            with transaction.atomic():
                answer = list(deed(Asked(door, said, now)))
        except Refusal as refusal:
            answer = [refusal.line]
        _keep(request, door, function, answer)
    yield from map(str, answer)


def _said(request: Request) -> dict[str, str]:
    """What was said, by address or by form; the last word of a name counts."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_MAX:
        raise Refusal("", "REQUEST TOO LARGE")
    pairs = [*request.GET.items(), *request.POST.items()]
    if len(pairs) > FIELDS_MAX:
        raise Refusal("", "TOO MANY FIELDS", len(pairs))
    said = {}
    for name, value in ((name, str(value)) for name, value in pairs):
        if "\0" in value or not _whole(value) or not name.isprintable() or len(name) > 60:
            raise Refusal("", "UNREADABLE FIELD", name)
        if len(value) > VALUE_MAX:
            raise Refusal("", "FIELD TOO LONG", name, len(value))
        said[name] = value
    return said


def _whole(text: str) -> bool:
    """Whether no half of a surrogate pair is in it, which no database keeps."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _door(request: Request, word: str, key: str) -> Door:
    now, address = request.now, str(request.META.get("REMOTE_ADDR", ""))
    named = f"vendor {word}"
    try:
        throttle.check(email=named, address=address, now=now)
    except TooMany as wait:
        minutes = -(-int(wait.facts["retry_after_s"]) // 60)
        raise Refusal("", f"Too many login attempts, try again in {minutes} minutes", word) from None
    door = services.opened_by(word, key)
    if door is None:
        throttle.count(email=named, address=address, now=now)
        raise Refusal("", "Login incorrect, please try again", word)
    return door


def _keep(request: Request, door: Door, function: str, answer: list[Line | str]) -> None:
    first = answer[0]
    reason, taken = (first.reason, first.kind != "ERROR") if isinstance(first, Line) else (function, True)
    Post.objects.create(
        id=draw_id(request.now),
        tenant_id=door.tenant_id,
        door=door,
        at=request.now,
        deed=function,
        taken=taken,
        answer=reason[:120],
    )
