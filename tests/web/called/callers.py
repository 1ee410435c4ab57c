"""Calls that were made, as clearance and dialerd would have written them, and strangers' browsers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.test import Client

from web.dialing.shop import NOW, Shop
from web.dialing.test_who_calls import seek

KNOWN, UNKNOWN = "+12025550100", "+12025550190"


def stranger(**headers: str) -> Client:
    """A browser that keeps no cookies worth having, and speaks English unless told."""
    return Client(HTTP_HOST="127.0.0.1", headers={"Accept-Language": "en", **headers}, enforce_csrf_checks=True)


def at(shop: Shop, path: str = "") -> str:
    return f"/called/{shop.tenant}{path}"


def called(shop: Shop, admin_url: str, *, index: int = 0, **columns: Any) -> str:
    """A call to one of the shop's people that rang and ended (or whatever is said of it); the attempt's id."""
    (answer,) = seek(shop, shop.ask(index))
    given = {
        "originated_at": NOW - timedelta(days=1),
        "ended_at": NOW - timedelta(days=1),
        "live": False,
        "outcome": "connected",
        **columns,
    }
    with psycopg.connect(admin_url) as db:
        sets = ", ".join(f"{name} = %s" for name in given)
        db.execute(f"UPDATE dialing_attempt SET {sets} WHERE id = %s", [*given.values(), answer.attempt])
    return str(answer.attempt)


class Clock:
    """The shell's clock, set by the test."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at
