"""The Django app of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """Names the app; nothing happens on start."""

    name = "ahize.web.complaints"
    label = "complaints"
