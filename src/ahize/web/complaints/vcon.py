"""One attempt as a vCon: draft-ietf-vcon-vcon-core-04 (7 September 2026), syntax 0.4.0, unsigned; the bundle signs it.

Party 0 is the person called, party 1 whoever called for the seller. A recording lies beside it in the bundle under its
``filename`` with its hash; nothing is inside. Refuses to know where anything is kept.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

SYNTAX: Final = "0.4.0"
_RULED: Final = ("verdict", "bars", "unknown", "duties", "rulebook")
_WHY_INCOMPLETE: Final = {
    "no_answer": "no-answer",
    "busy": "busy",
    "congestion": "congestion",
    "abandoned": "hung-up",
    "hung_up": "hung-up",
    "machine": "voicemail-no-message",
}
"""Our outcomes in the draft's words; every other call that came to nothing has ``failed``."""


def of(
    attempt: Mapping[str, Any], *, number: str, made_at: datetime, sound: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The vCon of an attempt.

    Args:
        attempt: as ``history.told`` has it.
        sound: ``{path, sha512, bytes}`` of the opened recording in the bundle; None where none is in it.
    """
    start = _text(attempt["originated_at"] or attempt["at"])
    return {
        "vcon": SYNTAX,
        "uuid": str(attempt["id"]),
        "created_at": _text(made_at),
        "subject": f"{attempt['seller_name']}: {attempt['campaign_name']}",
        "parties": [
            {"tel": number, "role": "contact", "uuid": str(attempt["contact"])},
            {
                **({"tel": attempt["caller_id"]} if attempt["caller_id"] else {}),
                **({"name": attempt["agent_name"]} if attempt["agent_name"] else {"name": attempt["seller_name"]}),
                "role": "agent",
            },
        ],
        "dialog": [_dialog(attempt, start, sound)],
        "attachments": [
            _attached("ruling", start, {name: attempt[name] for name in _RULED}),
            _attached("script", start, {"version": attempt["campaign_version"], "text": attempt["script"]}),
            _attached("source", start, {"list": attempt["list_name"], "from": attempt["list_source"]}),
        ],
        "analysis": [
            {
                **{
                    "type": "disposition",
                    "dialog": 0,
                    "vendor": "Ahize",
                    "schema": "ahize/outcome",
                    "encoding": "json",
                },
                "body": _json({name: attempt[name] for name in ("outcome", "disposition", "method", "origin")}),
            }
        ],
    }


def _dialog(attempt: Mapping[str, Any], start: str, sound: Mapping[str, Any] | None) -> dict[str, Any]:
    both = {"start": start, "parties": [0, 1], "originator": 1}
    if sound is not None:
        return {
            **both,
            **{"type": "recording", "duration": float(attempt["talk_s"] or 0), "mediatype": "audio/wav"},
            **{"filename": sound["path"], "content_hash": f"sha512-{sound['sha512']}"},
        }
    if attempt["connected_at"] is not None:
        # Talked, and nothing of it is here to be heard.
        return {**both, "type": "recording", "duration": float(attempt["talk_s"] or 0)}
    return {**both, "type": "incomplete", "disposition": _WHY_INCOMPLETE.get(attempt["outcome"], "failed")}


def _attached(purpose: str, start: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{"purpose": purpose, "start": start, "party": 1, "dialog": 0, "mediatype": "application/json"},
        **{"encoding": "json", "body": _json(body)},
    }


def sha512(pieces: Any) -> tuple[str, int]:
    """As the draft writes it (base64url without padding), and how many bytes."""
    digest, size = hashlib.sha512(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return base64.urlsafe_b64encode(digest.digest()).decode("ascii").rstrip("="), size


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def _text(at: datetime | str) -> str:
    return at if isinstance(at, str) else at.isoformat()
