"""What was really dialled and should not have been, from stored rows alone.

Each kind is looked for on its own: dialled though the laws of the day bar it (decided again), without a ruling or a
permit that fits, after a stop that clearance did not see, with a stop that was never or too late written down, without
what the law has said (recorded unannounced, another script than was ruled on), and more abandoned than a law's cap.
In the normal state there is none. Refuses to know what any of it costs (``exposure.py``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from math import floor
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from ahize.compliance.facts import BadFacts, CallFacts
from ahize.compliance.packs import rules_of_kind
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import Ruling as Ruled
from ahize.compliance.terms import BadLaw
from ahize.kernel.errors import NotFound
from ahize.web.campaigns.models import Campaign
from ahize.web.complaints.authorities import book as authorities_book
from ahize.web.complaints.history import settings_of
from ahize.web.complaints.models import CaseNumber, Standing
from ahize.web.complaints.record import country_of
from ahize.web.consents.models import ConsentEvent, Covers, EventKind, Suppression
from ahize.web.dialing import abandoned
from ahize.web.dialing.models import Attempt, DispositionRecord, InboundCall, Permit, Ruling
from ahize.web.proof.laws import Books
from ahize.web.recordings.models import Recording
from ahize.web.tenants.models import Tenant

BATCH: Final = 500
RACE: Final = timedelta(seconds=1)
"""A stop bars the next permit within a second; a permit of that second was lawful."""
BARRED, UNPROVEN, NO_RULING, NO_PERMIT = "barred", "unproven", "no_ruling", "no_permit"
AFTER_STOP, LATE_STOP, DISCLOSURE, ABANDONMENT = "after_stop", "late_stop", "disclosure", "abandonment"
KINDS: Final = (BARRED, UNPROVEN, NO_RULING, NO_PERMIT, AFTER_STOP, LATE_STOP, DISCLOSURE, ABANDONMENT)


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that should not have been.

    Args:
        rules: of the laws that were not kept; empty where none of a law says it but our own promise.
        attempts: the calls that show it; ``count`` of them are too many.
        what: in short, for a reader: missing facts, the share, the days.
    """

    kind: str
    country: str
    at: datetime
    rules: tuple[str, ...]
    attempts: tuple[UUID, ...]
    count: int = 1
    what: str = ""


@dataclass(slots=True)
class Search:
    """All violations among what was dialled in ``[since, until)``.

    Args:
        told: is called with how many calls were looked at, after each batch.
    """

    since: datetime
    until: datetime
    now: datetime
    told: Callable[[int], None] = lambda _done: None
    _books: Books = field(default_factory=Books)

    def dialled(self) -> Any:
        return Attempt.objects.filter(at__gte=self.since, at__lt=self.until, originated_at__isnull=False)

    def found(self) -> Iterator[Violation]:
        """Each once, kind by kind for a call."""
        done = 0
        for batch in _batches(self.dialled().order_by("at", "pk")):
            yield from self._of_calls(batch)
            done += len(batch)
            self.told(done)
        yield from self._late_stops()
        yield from self._abandoned()

    # ── calls ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _of_calls(self, calls: Sequence[Attempt]) -> Iterator[Violation]:
        ids = [one.pk for one in calls]
        rulings = {one.attempt_id: one for one in Ruling.objects.filter(attempt_id__in=ids)}
        permits = {one.attempt_id: one for one in Permit.objects.filter(attempt_id__in=ids)}
        recorded = set(Recording.objects.filter(attempt_id__in=ids, not_kept="").values_list("attempt_id", flat=True))
        stops = _stops(calls)
        settings = settings_of(calls)
        for call in calls:
            ruling = rulings.get(call.pk)
            yield from self._of_permit(call, permits.get(call.pk))
            if ruling is None:
                yield self._call(call, NO_RULING, _unproven(call.e164))
                continue
            barred = list(self._of_ruling(call, ruling))
            yield from barred
            if not barred:
                yield from self._of_stops(call, ruling, stops.get(call.e164, ()))
                version = settings.get((call.campaign_id, call.campaign_version))
                yield from self._of_what_was_said(call, ruling, version, recorded=call.pk in recorded)

    def _call(self, call: Attempt, kind: str, rules: Sequence[str], what: str = "", country: str = "") -> Violation:
        where = country or country_of(call.e164)
        return Violation(kind, where, call.originated_at or call.at, tuple(rules), (call.pk,), what=what)

    def _of_permit(self, call: Attempt, permit: Permit | None) -> Iterator[Violation]:
        why = _unfit(call, permit)
        if why:
            yield self._call(call, NO_PERMIT, _unproven(call.e164), why)

    def _of_ruling(self, call: Attempt, row: Ruling) -> Iterator[Violation]:
        country = _country(row.facts) or country_of(call.e164)
        if row.ruling["verdict"] != "allow":
            kept = [bar["rule"] for bar in row.ruling["bars"]]
            if kept:
                yield self._call(call, BARRED, kept, country=country)
            else:
                yield self._call(call, UNPROVEN, _unproven(call.e164), ", ".join(row.ruling["unknown"]), country)
            return
        said = self._decided(row, row.facts)
        if said is None:
            yield self._call(call, UNPROVEN, _unproven(call.e164), f"rulebook {row.rulebook}", country)
        elif said.bars:
            yield self._call(call, BARRED, [bar.rule for bar in said.bars], country=country)
        elif not said.is_allowed:
            yield self._call(call, UNPROVEN, _unproven(call.e164), ", ".join(said.unknown), country)

    def _of_stops(self, call: Attempt, row: Ruling, stops: Sequence[Suppression]) -> Iterator[Violation]:
        """A stop that stood when it was cleared, and that clearance did not see, and that the law would have heeded."""
        seen = {_instant(one.get("at")) for one in row.facts.get("suppressions") or ()}
        for stop in stops:
            stood = stop.at + RACE < call.at and (stop.ended_at is None or stop.ended_at > call.at)
            if not stood or stop.seller_id not in (None, call.seller_id) or stop.at in seen:
                continue
            said = self._decided(
                row, {**row.facts, "suppressions": [*row.facts.get("suppressions", ()), _as_fact(stop)]}
            )
            if said is not None and said.bars:
                yield self._call(call, AFTER_STOP, [bar.rule for bar in said.bars], country=_country(row.facts))
                return

    def _of_what_was_said(
        self, call: Attempt, row: Ruling, version: Mapping[str, Any] | None, *, recorded: bool
    ) -> Iterator[Violation]:
        """The same facts with the script and the recording as they really were."""
        if version is None or call.connected_at is None:
            return
        setup = {**row.facts.get("setup", {})}
        kept = version.get("setup") or {}
        setup["script_discloses"] = list(version.get("script_discloses") or ())
        for name in ("announces_recording", "asks_recording_consent"):
            if name in kept:
                setup[name] = kept[name]
        if recorded or kept.get("records_call"):
            setup["records_call"] = True
        if setup == row.facts.get("setup"):
            return
        facts = {**row.facts, "setup": setup}
        said = self._decided(row, facts)
        if said is None:
            return
        rules = [bar.rule for bar in said.bars]
        for duty, fact in _SAID_BY_SETUP.items():
            if duty in said.duties and setup.get(fact) is False:
                rules += [rule.id for rule in self._book(row).behind(CallFacts.from_json(facts)).duties.get(duty, ())]
        if rules:
            yield self._call(call, DISCLOSURE, list(dict.fromkeys(rules)), country=_country(row.facts))

    def _decided(self, row: Ruling, facts: Mapping[str, Any]) -> Ruled | None:
        """By the laws of its day; None where their words are not here or the facts cannot be read."""
        try:
            return self._book(row).decide(CallFacts.from_json(facts), ahead=False)
        except (NotFound, BadLaw, BadFacts):
            return None

    def _book(self, row: Ruling) -> Rulebook:
        return self._books.of(row.ruling, row.sources)

    # ── stops ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _late_stops(self) -> Iterator[Violation]:
        """Somebody said stop, and it was not written down within the law's time."""
        for number, seller, said_at, attempts in self._said():
            country = country_of(number)
            term = authorities_book().stop_terms().get(country)
            due = term.due_at(said_at, home=term.zone) if term is not None else None
            if due is None:
                continue
            written = _written(number, seller, said_at)
            if (written or self.now) >= due:
                days = (written or self.now) - said_at
                what = f"{days.days} d" if written else f"{days.days} d, not written down"
                yield Violation(LATE_STOP, country, due, _stop_rules(country), attempts, what=what)

    def _said(self) -> Iterator[tuple[str, UUID | None, datetime, tuple[UUID, ...]]]:
        span = {"at__gte": self.since, "at__lt": self.until}
        said = DispositionRecord.objects.filter(flags__contains=["stop"], **span).select_related("attempt")
        corrected = DispositionRecord.objects.filter(corrects__isnull=False).values("corrects_id")
        for record in said.exclude(pk__in=corrected).order_by("at", "pk"):
            yield record.attempt.e164, record.attempt.seller_id, record.at, (record.attempt_id,)
        inbound = InboundCall.objects.filter(stopped_at__gte=self.since, stopped_at__lt=self.until).exclude(caller="")
        for call in inbound.order_by("stopped_at", "pk"):
            if call.stopped_at is not None:
                yield call.caller, call.seller_id, call.stopped_at, ()
        numbers = CaseNumber.objects.filter(case__received_at__gte=self.since, case__received_at__lt=self.until)
        for number in numbers.filter(standing=Standing.CONFIRMED).select_related("case").order_by("at", "pk"):
            yield number.e164, number.case.seller_id, number.case.received_at, ()
        events = ConsentEvent.objects.filter(kind=EventKind.REVOKED, **span).select_related("consent")
        for event in events.order_by("at", "pk"):
            yield event.consent.e164, event.consent.seller_id, event.at, ()

    # ── abandonment ─────────────────────────────────────────────────────────────────────────────────────────────

    def _abandoned(self) -> Iterator[Violation]:
        zone = ZoneInfo(Tenant.objects.get().zone)
        definitions = abandoned.definitions(min(self.until, self.now))
        campaigns = self.dialled().values_list("campaign_id", flat=True).distinct()
        for campaign in Campaign.objects.filter(pk__in=campaigns).order_by("created_at", "pk"):
            layers = self._layers(campaign.pk)
            for one in definitions:
                if one.layer not in layers:
                    continue
                rules = tuple(
                    rule.id
                    for rule in rules_of_kind(Rulebook.load(), "abandonment", one_day(self.until, self.now))
                    if rule.layer == one.layer
                )
                for start, end in self._periods(campaign, one, zone):
                    yield from self._over_cap(campaign, one, rules, start, end)

    def _layers(self, campaign: UUID) -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute(_LAYERS, [campaign, self.since, self.until])
            return {row[0] for row in cursor.fetchall()}

    def _periods(
        self, campaign: Campaign, law: abandoned.Definition, zone: ZoneInfo
    ) -> Iterator[tuple[datetime, datetime]]:
        """The law's own periods that touch the span; of a rolling day, those that end with an abandoned call."""
        way = abandoned.way_of(law.period_days)
        if way == "rolling":
            lost = Attempt.objects.filter(_ABANDONED, campaign=campaign, at__gte=self.since, at__lt=self.until)
            seen_until: datetime | None = None
            for at in lost.order_by("at").values_list("at", flat=True):
                start, end = at - timedelta(days=1), at + timedelta(microseconds=1)
                if seen_until is not None and at < seen_until:
                    continue
                yield start, end
                live, gone = self._shares(campaign, start, end)
                if live and gone / live > law.share_max:
                    seen_until = at + timedelta(days=1)  # A day over the cap is told once.
            return
        at = self.since
        last = min(self.until, self.now)
        while at < last:
            start = abandoned.begins(law.period_days, campaign.created_at, max(at, campaign.created_at), zone)
            end = _month_end(start, zone) if way == "month" else start + timedelta(days=law.period_days)
            yield start, end
            at = max(end, at + timedelta(seconds=1))

    def _shares(self, campaign: Campaign, start: datetime, end: datetime) -> tuple[int, int]:
        rows = Attempt.objects.filter(campaign=campaign, at__gte=start, at__lt=end)
        return rows.filter(_LIVE | Q(mistaken=True)).count(), rows.filter(_ABANDONED).count()

    def _over_cap(
        self,
        campaign: Campaign,
        law: abandoned.Definition,
        rules: tuple[str, ...],
        start: datetime,
        end: datetime,
    ) -> Iterator[Violation]:
        live, gone = self._shares(campaign, start, end)
        if not live or gone / live <= law.share_max:
            return
        rows = Attempt.objects.filter(_ABANDONED, campaign=campaign, at__gte=start, at__lt=end)
        ids = tuple(rows.order_by("-at", "pk").values_list("pk", flat=True)[:BATCH])
        last = rows.order_by("-at").values_list("at", flat=True).first() or start
        too_many = gone - floor(law.share_max * live + 1e-9)
        what = f"{gone}/{live} = {gone / live:.4f} > {law.share_max:g}"
        yield Violation(ABANDONMENT, _country_of_layer(law.layer), last, rules, ids, count=too_many, what=what)


_SAID_BY_SETUP: Final = {"announce_recording": "announces_recording", "ask_recording_consent": "asks_recording_consent"}
"""Duties of a call of which a campaign's set-up says whether they are done."""
_LIVE: Final = Q(heard_at__isnull=False, greeting__startswith="person:") & ~Q(outcome="hung_up")
"""As ``abandoned.LIVE_ANSWER`` says it in SQL."""
_ABANDONED: Final = Q(outcome="abandoned") | Q(mistaken=True)
_LAYERS: Final = """
    SELECT DISTINCT layer FROM dialing_attempt a JOIN dialing_ruling r ON r.attempt_id = a.id,
        jsonb_array_elements_text(r.ruling->'layers') AS layer
    WHERE a.campaign_id = %s AND a.at >= %s AND a.at < %s AND a.originated_at IS NOT NULL"""


def one_day(until: datetime, now: datetime) -> Any:
    """The day as of which laws are read for a span."""
    return min(until, now).astimezone(UTC).date()


def _batches(rows: Any) -> Iterator[list[Attempt]]:
    batch: list[Attempt] = []
    for row in rows.iterator(chunk_size=BATCH):
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _unfit(call: Attempt, permit: Permit | None) -> str:
    """What is wrong with the permit that a call was dialled on; empty: nothing."""
    if permit is None:
        return "none"
    try:
        signed = json.loads(permit.payload)
    except ValueError:
        return "unreadable"
    if permit.e164 != call.e164 or signed.get("number") != call.e164:
        return "another number"
    if permit.spent_at is not None and permit.spent_at > permit.valid_until:
        return "spent too late"
    if permit.voided_at is not None and permit.spent_at is None and (call.ringing_at or call.answered_at):
        return "void"
    return ""


def _stops(calls: Sequence[Attempt]) -> dict[str, list[Suppression]]:
    found: dict[str, list[Suppression]] = {}
    rows = Suppression.objects.filter(e164__in={one.e164 for one in calls}).filter(Q(channel=None) | Q(channel="voice"))
    for row in rows.order_by("at", "pk"):
        found.setdefault(row.e164, []).append(row)
    return found


def _as_fact(stop: Suppression) -> dict[str, Any]:
    """As ``consents/on_record.py`` says it to clearance."""
    scope = "channel" if stop.channel else "all" if stop.seller_id is None else "principal"
    told = {
        **{"scope": scope, "principal": str(stop.seller_id) if stop.seller_id else None, "channel": stop.channel},
        **{"at": stop.at.isoformat(), "source": stop.source, "covers": stop.covers or Covers.EVERYTHING},
    }
    return {name: value for name, value in told.items() if value}


def _instant(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return None


def _written(number: str, seller: UUID | None, said_at: datetime) -> datetime | None:
    """When a stop of this number stood from then on; None: never."""
    rows = Suppression.objects.filter(e164=number).filter(Q(ended_at=None) | Q(ended_at__gt=said_at))
    rows = rows.filter(Q(seller=None) | Q(seller_id=seller)) if seller is not None else rows
    first = rows.order_by("at").values_list("at", flat=True).first()
    return None if first is None else max(first, said_at)


def _country(facts: Mapping[str, Any]) -> str:
    return str((facts.get("callee") or {}).get("country") or "")


def _unproven(e164: str) -> tuple[str, ...]:
    return authorities_book().unproven.get(country_of(e164), ())


def _stop_rules(country: str) -> tuple[str, ...]:
    law = Rulebook.load().by_country.get(country)
    if law is None:
        return ()
    return tuple(dict.fromkeys(entry["id"] for entry in law.entries if entry["kind"] == "suppression"))


def _country_of_layer(layer: str) -> str:
    law = next((one for one in Rulebook.load().laws if one.layer == layer), None)
    first = layer[:2]
    return first if law is None or first in law.countries else sorted(law.countries)[0]


def _month_end(start: datetime, zone: ZoneInfo) -> datetime:
    day = start.astimezone(zone).date()
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return datetime.combine(following, time(), zone)


def sorted_by_time(found: Sequence[Violation]) -> list[Violation]:
    """For readers: the newest first."""
    return [replace(one) for one in sorted(found, key=lambda one: one.at, reverse=True)]
