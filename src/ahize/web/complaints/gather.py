"""What goes into an evidence bundle: everything about the numbers of a case, in the order of the items' paths.

Answers with items and, beside them, what could not be put in and why. A recording is opened only for whoever may hear
it, and checked to its end before it goes in; else its hash stands in its place. Refuses to sign and to write.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import override

from ahize.kernel.envelopes import BrokenSeal
from ahize.kernel.errors import NotFound, Unavailable
from ahize.proof.canonical import canonical
from ahize.web.complaints import history, journals, paper, queries, vcon
from ahize.web.complaints.models import Bundle, Case, Redecision, Standing
from ahize.web.complaints.redecide import attempts_of_case
from ahize.web.consents import timeline
from ahize.web.consents.models import Suppression
from ahize.web.consents.queries import consents, told
from ahize.web.dialing.models import Attempt
from ahize.web.recordings import files
from ahize.web.recordings.models import Recording

Content = bytes | Iterable[bytes]


@dataclass(slots=True)
class Gathered:
    """The items by path, and what is not in them: ``{path, code}``."""

    items: dict[str, Content] = field(default_factory=dict)
    notes: list[dict[str, str]] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)


def gather(case: Case, bundle: Bundle, redecision: Redecision) -> Gathered:
    """Everything but what the chain itself brings (``proof/exporting.py``)."""
    found = Gathered(attempts=attempts_of_case(case))
    numbers = sorted(case.numbers.exclude(standing=Standing.DISMISSED).values_list("e164", flat=True))
    with override(bundle.language):
        whole = queries.whole(case, bundle.asked_at)
        attempts = history.told(found.attempts)
        moments = [one for number in numbers for one in _moments(number, bundle.asked_at)]
    sounds = _recordings(found, bundle)
    _mail(case, found)
    beside = ("bundles", "related", "notes", "redecision")
    found.items["case.json"] = _json({name: value for name, value in whole.items() if name not in beside})
    found.items["consents.json"] = _json([_plain(one) for number in numbers for one in told(consents(e164=number))])
    found.items["suppressions.json"] = _json(
        list(Suppression.objects.filter(e164__in=numbers).order_by("at", "pk").values(*_OF_A_STOP))
    )
    found.items["lists.json"] = _json({number: history.lists_of(number) for number in numbers})
    found.items["registries.json"] = _json({number: history.registry_answers(number) for number in numbers})
    found.items["redecision.json"] = _json(
        {name: getattr(redecision, name) for name in ("at", "attempts", "same", "findings")}
    )
    lines = journals.slice_of(found.attempts).lines
    found.items["journal.jsonl"] = b"".join(canonical(one).encode() + b"\n" for one in lines)
    for (campaign, version), said in sorted(history.settings_of(found.attempts).items(), key=str):
        found.items[f"scripts/{campaign}-{version}.json"] = _json(said)
    for one in attempts:
        number = next(row.e164 for row in found.attempts if row.pk == one["id"])
        made = vcon.of(one, number=number, made_at=bundle.asked_at, sound=sounds.get(one["id"]))
        found.items[f"vcon/{one['id']}.json"] = _json(made)
    page = {
        **{"case": whole, "attempts": attempts, "moments": moments, "notes": found.notes},
        "redecision": {name: getattr(redecision, name) for name in ("attempts", "same", "findings")},
    }
    with override(bundle.language):
        found.items["timeline.pdf"] = paper.pdf(paper.said(page), language=bundle.language, made_at=bundle.asked_at)
    found.items["timeline.json"] = _json({"attempts": attempts, "moments": moments})
    return found


_OF_A_STOP: Final = (
    *("id", "seller_id", "e164", "channel", "covers", "at", "source", "reason", "receipt", "by"),
    *("end_asked_at", "end_asked_by", "end_reason", "ended_at", "end_confirmed_by"),
)


def _moments(number: str, now: datetime) -> Iterator[dict[str, Any]]:
    for one in reversed(timeline.timeline(number, seller=None, now=now)):
        yield {name: getattr(one, name) for name in one.__slots__}


def _plain(consent: dict[str, Any]) -> dict[str, Any]:
    kept = ("kind", "at", "door", "said", "channels", "registry", "registry_state")
    events = [{name: getattr(event, name) for name in kept} for event in consent["events"]]
    return {**consent, "events": events}


def _mail(case: Case, found: Gathered) -> None:
    if not case.mail:
        return
    path = Path(settings.MEDIA_ROOT) / case.mail
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() == case.mail_sha256:
        found.items["complaint.eml"] = content
    else:
        found.notes.append({"path": "complaint.eml", "code": "no_mail"})


def _recordings(found: Gathered, bundle: Bundle) -> dict[UUID, dict[str, Any]]:
    """Opened copies by attempt, where they may be and can be; each other one with its hash and why."""
    sounds: dict[UUID, dict[str, Any]] = {}
    rows = Recording.objects.filter(attempt_id__in=[one.pk for one in found.attempts]).order_by("attempt_id")
    for row in rows:
        path = f"recordings/{row.attempt_id}.wav"
        code = _unheard(row) or ("" if bundle.recordings else "not_asked")
        if not code:
            try:
                digest, size = vcon.sha512(_pieces(row))
                sounds[row.attempt_id] = {"path": path, "sha512": digest, "bytes": size}
                found.items[path] = _pieces(row)
                continue
            except (NotFound, Unavailable) as gone:
                code = gone.code
            except BrokenSeal:
                code = "broken_seal"
        found.notes.append({"path": path, "code": code})
        kept = ("began_at", "seconds", "expected_s", "gaps", "size", "sha256", "key", "cut_short", "deleted_at")
        found.items[f"recordings/{row.attempt_id}.json"] = _json(
            {**{name: getattr(row, name) for name in kept}, "why": code}
        )
    return sounds


def _unheard(row: Recording) -> str:
    return "deleted" if row.deleted_at is not None else "not_kept" if not row.path else ""


def _pieces(row: Recording) -> Iterator[bytes]:
    with files.opened(row.path, attempt=row.attempt_id, key=row.key) as envelope:
        yield from envelope.read(0, envelope.size)


def _json(value: Any) -> bytes:
    return canonical(_said(value)).encode()


def _said(value: Any) -> Any:
    """As JSON has it; instants in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, dict):
        return {str(name): _said(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_said(one) for one in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return float(value) if hasattr(value, "as_integer_ratio") else str(value)
