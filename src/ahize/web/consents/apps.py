"""The Django app of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    """Names the app; nothing happens on start."""

    name = "ahize.web.consents"
    label = "consents"
