"""The key of proof, as this process has it: the worker signs, all others only look."""

from __future__ import annotations

import base64
import os

from ahize.kernel.errors import Unavailable
from ahize.kernel.seals import Sealer


def sealer() -> Sealer:
    """What signs heads and bundles. Raises: Unavailable in a process that was not given it."""
    told = os.environ.get("AHIZE_PROOF_KEY", "")
    if not told:
        raise Unavailable(
            "This process was not given the key of proof: only the worker signs.",
            next_step="Hand the work to the worker; ./ahize proof runs as one.",
            code="no_proof_key",
        )
    return Sealer.from_bytes(base64.b64decode(told))


def public_key() -> bytes | None:
    """32 bytes that show who signed; None where this process was not told."""
    told = os.environ.get("AHIZE_PROOF_PUBLIC_KEY", "")
    return base64.b64decode(told) if told else None
