"""Flows for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ahize.flows.flow import Flow
from ahize.flows.reading import read_flow

EXAMPLE = Path(__file__).parents[2] / "docs/examples/reminder.yaml"


def made(nodes: dict[str, Any], **top: Any) -> Flow:
    """A flow in English from these nodes, beginning at the first."""
    document = {"flow": "tried", "version": 1, "languages": ["en"], "start": next(iter(nodes)), "nodes": nodes, **top}
    return read_flow(yaml.safe_dump(document, sort_keys=False))


END: dict[str, Any] = {"end": "done"}
