"""The Django app of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class CalledConfig(AppConfig):
    """Names the app, and says how it forgets a number."""

    name = "ahize.web.called"
    label = "called"

    def ready(self) -> None:
        from ahize.web.called import forgetting  # noqa: PLC0415 - models load before it
        from ahize.web.rights import erasure  # noqa: PLC0415 - models load before it

        erasure.also["called"] = forgetting.forget
