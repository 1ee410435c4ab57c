"""Bugs planted in the intake of complaints: each is found by the check that stands for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from ahize.web.complaints import authorities, intake, numbers
from ahize.web.complaints.models import Source
from ahize.web.consents import ledger
from ahize.web.consents import services as suppressions
from ahize.web.consents.models import ConsentEvent, Suppression
from web.complaints import test_intake as watched
from web.dialing.shop import NOW, Shop


def the_stop_stands_before_the_commit(shop: Shop) -> None:
    with shop.open():
        given = intake.Complaint(source=Source.SCREEN, door="voice", received_at=NOW, numbers=[watched.CALLED])
        intake.open_case(given, tenant=shop.tenant, by=None, now=NOW)
        assert Suppression.objects.filter(e164=watched.CALLED, ended_at=None).exists()


def a_day_in_istanbul(_shop: Shop) -> None:
    came = datetime(2026, 5, 25, 9, tzinfo=UTC)
    watched.test_each_deadline_is_counted_in_its_own_calendar(
        "TR", "", came, "TR-RET-STOP", "2026-06-02T21:00:00+00:00"
    )


def _forgets_mail(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda case, *given, **more: None if case.source == Source.MAIL else real(case, *given, **more)


def _after_the_commit(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given, **more: transaction.on_commit(lambda: real(*given, **more))


def _ends_no_consent(_real: Callable[..., Any]) -> Callable[..., Any]:
    def only_stopped(*, tenant: Any, seller: Any, e164: str, by: Any, now: datetime, **_more: Any) -> Any:
        made = suppressions.suppress(tenant=tenant, seller=seller, e164=e164, source="complaint", by=by, now=now)
        return ledger.Withdrawal(made, ())

    return only_stopped


def _american(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _name: real("US")


PLANTED: dict[str, tuple[Any, str, Callable[..., Any], Callable[[Shop], None]]] = {
    "a revocation by mail is forgotten": (
        *(numbers, "stop", _forgets_mail),
        watched.test_a_mails_numbers_are_proposed_and_the_one_we_called_is_stopped_before_anybody_looks,
    ),
    "the stop is written after the transaction": (
        *(numbers, "stop", _after_the_commit),
        the_stop_stands_before_the_commit,
    ),
    "what was agreed goes on": (
        *(ledger, "revoke", _ends_no_consent),
        watched.test_a_complaint_stops_the_number_and_ends_what_was_agreed,
    ),
    "a deadline is counted in another country's calendar": (authorities, "_calendar", _american, a_day_in_istanbul),
}


@pytest.mark.parametrize("name", PLANTED)
def test_each_planted_bug_is_found(shop: Shop, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    module, what, planted, check = PLANTED[name]
    monkeypatch.setattr(module, what, planted(getattr(module, what)))
    with pytest.raises((AssertionError, ConsentEvent.DoesNotExist)):
        check(shop)


def test_without_a_bug_the_stop_stands_before_the_commit(shop: Shop) -> None:
    the_stop_stands_before_the_commit(shop)
