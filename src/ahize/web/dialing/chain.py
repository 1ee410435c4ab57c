"""The hashes that chain journal lines and rulings; one form for all who keep or show them (``ahize.proof``)."""

from __future__ import annotations

from ahize.proof.canonical import canonical, committed, journal_hash, ruling_hash

__all__ = ["canonical", "committed", "journal_hash", "ruling_hash"]
