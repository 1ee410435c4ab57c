"""Who is in the demo: how many people live there, who works in its house, and what it was asked to be."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PEOPLE = 40_000
SEATS = 20
ADMIN = "admin@demo.example"
SUPERVISOR = "supervisor@demo.example"
CAMPAIGNS = "campaigns@demo.example"
FREE_SEAT = "you@demo.example"
HOUSE = "Harbor Lane (demo)"
ZONE = "America/New_York"
LOGINS_FILE = "demo-logins.json"
MARK_FILE = "demo-seed.json"
HOUSE_MADE = 2
"""Counted up when a demo that stands from before could not go on: 2 has campaigns in three countries."""
STAFF = (
    ("administrator", ADMIN, "Deniz Admin"),
    ("supervisor", SUPERVISOR, "Sam Supervisor"),
    ("campaign_manager", CAMPAIGNS, "Cem Campaigns"),
    ("list_manager", "lists@demo.example", "Lale Lists"),
    ("compliance_officer", "compliance@demo.example", "Cora Compliance"),
    ("agent", FREE_SEAT, "Robin Free"),
)
"""One user for each role; the agent's seat is left free, for whoever wants to sit down."""

AGENTS = (
    ("Ada", "US"), ("Burak", "TR"), ("Grace", "GB"), ("Carla", "US"), ("Devin", "US"), ("Femi", "US"), ("Elif", "TR"),
    ("Ines", "US"), ("Tess", "GB"), ("Jamal", "US"), ("Lena", "US"), ("Mert", "TR"), ("Nora", "US"), ("Omar", "US"),
    ("Quinn", "GB"), ("Rosa", "US"), ("Pelin", "TR"), ("Kaya", "US"), ("Hakan", "US"), ("Selim", "US"),
)  # fmt: skip
"""Made-up agents in the order in which they are hired, and in which country's campaign each works."""


@dataclass(frozen=True, slots=True)
class Login:
    """A way in to the demo; made up anew in each house, never a default."""

    role: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the demo was asked to be, from the launcher's environment."""

    seed: int
    seats: int
    people: Path | None

    @classmethod
    def from_environment(cls) -> Asked:
        people = os.environ.get("AHIZE_DEMO_PEOPLE")
        return cls(
            seed=int(os.environ.get("AHIZE_DEMO_SEED", "1")),
            seats=int(os.environ.get("AHIZE_DEMO_SEATS", str(SEATS))),
            people=Path(people) if people else None,
        )

    def as_json(self) -> dict[str, Any]:
        return {"seed": self.seed, "seats": self.seats, "people": str(self.people) if self.people else None}
