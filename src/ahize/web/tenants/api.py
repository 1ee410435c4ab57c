"""HTTP of tenants."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["tenants"])
