"""The Django app of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    """Names the app, and tells erasures what is held."""

    name = "ahize.web.retention"
    label = "retention"

    def ready(self) -> None:
        from ahize.web.retention import holds  # noqa: PLC0415 - models load before it
        from ahize.web.rights import erasure  # noqa: PLC0415 - models load before it

        erasure.holding["retention"] = holds.held
        erasure.also["retention"] = holds.forget
