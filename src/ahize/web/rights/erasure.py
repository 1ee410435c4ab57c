"""How far one number's erasure is, as screens show it."""

from __future__ import annotations

from typing import Any

from ahize.web.rights.models import Erasure

STEPS: tuple[str, ...] = ()


def told(erasure: Erasure) -> dict[str, Any]:
    """As ``ErasureOut`` says."""
    return {
        "step": erasure.step,
        "steps": len(STEPS),
        "counts": erasure.counts,
        "kept": erasure.kept,
        "began_at": erasure.began_at,
        "done_at": erasure.done_at,
        "digest": erasure.digest,
    }
