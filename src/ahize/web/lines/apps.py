"""The Django app of this folder."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class LinesConfig(AppConfig):
    """Names the app, and hears of people who sign out: their phone ends with their login."""

    name = "ahize.web.lines"
    label = "lines"

    def ready(self) -> None:
        import_module("ahize.web.lines.signed_out")
