"""Retention is tested on the dialing tests' shop: everything committed, clearance as its own role."""

from web.dialing.conftest import shop

__all__ = ["shop"]
