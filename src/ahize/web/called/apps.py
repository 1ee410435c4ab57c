"""The Django app of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class CalledConfig(AppConfig):
    """Names the app; nothing happens on start."""

    name = "ahize.web.called"
    label = "called"
