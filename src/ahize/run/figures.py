"""How a bench says its figures: one line of JSON for a program, a table for a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def show(figures: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(dict(figures)))
        return
    width = max(map(len, figures), default=0)
    for name, value in figures.items():
        print(f"{name:>{width}}  {value}")
