"""The penalty-exposure meter: which violations were found among what was dialled, and what authorities may ask.

A line is one kind under the same rules in one country; it opens its calls. Of one authority's penalty a call is counted
once, however many rules it broke. Amounts are those of the day of the call. Zero is the normal state. Refuses to add up
currencies, and to guess where no amount is on record.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import AhizeError, BadInput, NotFound
from ahize.web import jobs, notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.complaints import queries
from ahize.web.complaints.authorities import Book, Penalty, book
from ahize.web.complaints.models import JobState, Meter
from ahize.web.complaints.violations import Search, Violation
from ahize.web.rls import tenant_scope

AT_ONCE: Final = 2_000
"""So many calls are looked at while the reader waits; more are the worker's."""
LONGEST: Final = timedelta(days=5 * 366)
OPENED: Final = 500


# ── what it comes to ────────────────────────────────────────────────────────────────────────────────────────────


def added_up(found: Iterable[Violation], amounts: Book) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lines, the dearest first, and the totals by penalty."""
    lines: dict[tuple[Any, ...], dict[str, Any]] = {}
    totals: dict[str, dict[str, Any]] = {}
    charged: set[tuple[str, Any]] = set()
    for one in sorted(found, key=lambda one: (one.at, one.kind, one.rules)):
        line = lines.setdefault((one.kind, one.rules, one.country), _empty(one))
        line["count"] += one.count
        line["attempts"] = [*line["attempts"], *(str(each) for each in one.attempts)][:OPENED]
        line["first_at"] = min(line["first_at"], one.at.isoformat())
        line["last_at"] = max(line["last_at"], one.at.isoformat())
        if one.what and one.what not in line["what"]:
            line["what"] = [*line["what"], one.what][:20]
        for penalty in amounts.penalties:
            if any(penalty.reaches(rule, one.kind, one.country) for rule in one.rules):
                _charge(penalty, one, line, totals, charged)
    for line in lines.values():
        line["penalties"] = sorted(line["penalties"].values(), key=lambda each: each["id"])
    dearest = sorted(
        lines.values(), key=lambda line: (-max((p["most"] for p in line["penalties"]), default=0), line["kind"])
    )
    return dearest, sorted(totals.values(), key=lambda each: each["id"])


def _empty(one: Violation) -> dict[str, Any]:
    return {
        **{"kind": one.kind, "rules": list(one.rules), "country": one.country, "count": 0, "attempts": [], "what": []},
        **{"first_at": one.at.isoformat(), "last_at": one.at.isoformat(), "penalties": {}},
    }


def _charge(
    penalty: Penalty,
    one: Violation,
    line: dict[str, Any],
    totals: dict[str, dict[str, Any]],
    charged: set[tuple[str, Any]],
) -> None:
    amount = penalty.amount(one.at.astimezone(UTC).date())
    told = {
        **{"id": penalty.id, "authority": penalty.authority, "currency": penalty.currency, "per": penalty.per},
        **{"least": 0, "most": 0, "count": 0, "unknown": 0, "mark": amount.mark if amount else ""},
        "cites": list(penalty.cites),
    }
    of_line = line["penalties"].setdefault(penalty.id, dict(told))
    of_all = totals.setdefault(penalty.id, dict(told))
    times = _times(penalty, one, charged)
    for each in (of_line, of_all):
        each["count"] += times
        if amount is None:
            each["unknown"] += times
        else:
            each["least"] += times * amount.least
            each["most"] += times * amount.most


def _times(penalty: Penalty, one: Violation, charged: set[tuple[str, Any]]) -> int:
    """How often this penalty falls due for it: once for a call, once for a period, or once at all."""
    if penalty.per == "once":
        return _first(charged, (penalty.id, ""))
    if penalty.per == "period" or not one.attempts:
        return 1
    if one.count > 1 or one.kind == "abandonment":
        fresh = sum(_first(charged, (penalty.id, each)) for each in one.attempts[: one.count])
        return fresh + max(0, one.count - len(one.attempts))
    return _first(charged, (penalty.id, one.attempts[0]))


def _first(charged: set[tuple[str, Any]], key: tuple[str, Any]) -> int:
    if key in charged:
        return 0
    charged.add(key)
    return 1


# ── readings ────────────────────────────────────────────────────────────────────────────────────────────────────


def ask(*, since: datetime, until: datetime, tenant: UUID, by: UUID | None, now: datetime) -> tuple[Meter, bool]:
    """Write down that the meter is to be read; and whether it is small enough to be read at once.

    Raises: BadInput.
    """
    if since >= until:
        raise BadInput(_("The span ends before it begins."), code="bad_span", field="body.until")
    if since >= now:
        raise BadInput(_("The span has not begun yet."), code="bad_span", field="body.since")
    if until - since > LONGEST:
        raise BadInput(
            _("The span is longer than five years."), code="bad_span", field="body.since", next_step=_("Shorten it.")
        )
    with transaction.atomic():
        meter = Meter.objects.create(
            id=draw_id(now), tenant_id=tenant, asked_at=now, by=by, since=since, until=until, version=book().version
        )
        audit.record(
            tenant=tenant,
            by=by,
            action="read_exposure",
            subject_kind="meter",
            subject_id=meter.pk,
            after={"since": since, "until": until},
            now=now,
        )
    return meter, Search(since, until, now).dialled()[: AT_ONCE + 1].count() <= AT_ONCE


def read(meter_id: UUID, tenant: UUID, *, now: Callable[[], datetime], look: Callable[[], None] = lambda: None) -> None:
    """Look at every call of the span and keep what was found. May run twice: what is done stays as it is."""
    with jobs.told(lambda wrong: _failed(meter_id, tenant, wrong, now())), tenant_scope(tenant):
        meter = Meter.objects.select_for_update().filter(pk=meter_id).exclude(state=JobState.DONE).first()
        if meter is None:
            return
        search = Search(meter.since, meter.until, now())
        meter.total = search.dialled().count()

        def told(done: int) -> None:
            meter.done = done
            look()

        search.told = told
        meter.found, meter.totals = added_up(search.found(), book())
        meter.state, meter.ended_at, meter.done = JobState.DONE, now(), meter.total
        meter.save()
        notices.tell_browsers(tenant, "complaints", meter.pk, now=meter.ended_at)


def _failed(meter_id: UUID, tenant: UUID, wrong: AhizeError, at: datetime) -> None:
    with tenant_scope(tenant):
        Meter.objects.filter(pk=meter_id).update(state=JobState.FAILED, problem=wrong.message, ended_at=at)
        notices.tell_browsers(tenant, "complaints", meter_id, now=at)


def last() -> Meter | None:
    """The newest reading that is done."""
    return Meter.objects.filter(state=JobState.DONE).order_by("-asked_at", "-pk").first()


def running() -> Meter | None:
    """The newest that is asked for and not done."""
    return Meter.objects.exclude(state__in=(JobState.DONE, JobState.FAILED)).order_by("-asked_at", "-pk").first()


def access_meter(meter_id: UUID) -> Meter:
    """The reading, or a problem 404."""
    found = Meter.objects.filter(pk=meter_id).first()
    if found is None:
        raise NotFound(_("There is no such reading of the meter."), code="no_meter")
    return found


def told(meter: Meter) -> dict[str, Any]:
    """In the reader's language."""
    titles = {one.id: one.title_tr if queries.is_turkish() else one.title for one in book().penalties}
    kept = ("id", "asked_at", "since", "until", "state", "done", "total", "problem", "version", "ended_at")
    return {
        **{name: getattr(meter, name) for name in kept},
        "problem": jobs.in_words(meter.problem),
        "lines": [{**line, "penalties": _named(line["penalties"], titles)} for line in meter.found],
        "penalties": _named(meter.totals, titles),
        "totals": sums(meter.totals),
        "violations": sum(line["count"] for line in meter.found),
    }


def _named(penalties: Sequence[dict[str, Any]], titles: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {**one, "title": titles.get(one["id"], one["id"]), "authority_name": queries.authority_name(one["authority"])}
        for one in penalties
    ]


def sums(penalties: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """By currency; never one added to another."""
    found: dict[str, dict[str, Any]] = {}
    for one in penalties:
        total = found.setdefault(one["currency"], {"currency": one["currency"], "least": 0, "most": 0})
        total["least"] += one["least"]
        total["most"] += one["most"]
    return [found[name] for name in sorted(found)]


def as_csv(meter: Meter) -> str:
    """A row for each line and penalty; a line without an amount on record stands there too."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(
        [
            *("kind", "rules", "country", "count", "first_at", "last_at", "penalty", "authority", "currency", "least"),
            *("most", "counted", "without_amount", "mark", "cites", "attempts"),
        ]
    )
    for line in meter.found:
        said = [
            line["kind"],
            " ".join(line["rules"]),
            line["country"],
            line["count"],
            line["first_at"],
            line["last_at"],
        ]
        for one in line["penalties"] or [{}]:
            of = [
                one.get(name, "")
                for name in ("id", "authority", "currency", "least", "most", "count", "unknown", "mark")
            ]
            write.writerow([*said, *of, "; ".join(one.get("cites", ())), " ".join(line["attempts"])])
    return out.getvalue()
