"""Calls as they really come about: cleared, journaled, dialled, answered, ended."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.conninfo import conninfo_to_dict

from ahize.calls.events import Answered, HungUp, Ringing
from ahize.dialer.commands import Conclude, Originate
from ahize.dialer.events import Cleared, Tick
from ahize.web.dialing.store import Entry
from ahize.web.rls import TENANT_SETTING
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

SECOND = timedelta(seconds=1)
KEPT = ("dialing_ruling", "dialing_journal", "dialing_permit", "dialing_attempt", "dialing_dispositionrecord")


def call(shop: Shop, *indexes: int, answered: bool = False) -> list[UUID]:
    """Each of these people is called once at the shop's NOW; the attempts."""
    made = []
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.lease(shop.campaign, len(indexes), NOW)
        asks = [shop.ask(index) for index in indexes]
        ledger.append([Entry(NOW, Tick(), tuple(asks))])
        for ask, said in zip(
            asks, clearance.rule_on(asks, floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock), strict=True
        ):
            assert isinstance(said, Cleared), said
            lines = [
                Entry(NOW, said, (Originate(ask.attempt, said.permit, 25),)),
                Entry(NOW + SECOND, Ringing(ask.attempt), ()),
            ]
            if answered:
                lines.append(Entry(NOW + 5 * SECOND, Answered(ask.attempt), ()))
            ended = HungUp(ask.attempt, 19, "us")
            lines.append(Entry(NOW + 25 * SECOND, ended, (Conclude(ask.attempt, "no_answer", 19, False),)))
            ledger.append(lines)
            made.append(ask.attempt)
    return made


@contextmanager
def worker() -> Iterator[None]:
    """The same connection, as the worker's role."""
    from django.db import connections  # noqa: PLC0415  settings stand before

    mine = connections["default"].settings_dict
    before = {name: mine[name] for name in ("USER", "PASSWORD")}
    told = conninfo_to_dict(os.environ["AHIZE_DATABASE_URL_WORKER"])
    connections["default"].close()
    mine.update(USER=told["user"], PASSWORD=told["password"])
    try:
        yield
    finally:
        connections["default"].close()
        mine.update(before)


def plant(owner_url: str, tenant: UUID, statement: str, *params: Any) -> None:
    """Change rows behind everybody's back, as the owner, past the triggers that keep them."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("SELECT set_config(%s, %s, false)", [TENANT_SETTING, str(tenant)])
        for table in KEPT:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            owner.execute(statement, params)
        finally:
            for table in KEPT:
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def version_of(shop: Shop, **settings: Any) -> None:
    """What the campaign's present version was set to, on record."""
    from ahize.web.campaigns.models import CampaignVersion  # noqa: PLC0415  models load after settings

    with shop.open():
        CampaignVersion.objects.create(
            tenant_id=shop.tenant, campaign_id=shop.campaign, version=1, at=NOW, settings=settings
        )


__all__ = ["call", "plant", "version_of", "worker"]
