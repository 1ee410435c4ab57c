"""The Django app of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Names the app; nothing happens on start."""

    name = "ahize.web.planning"
    label = "planning"
