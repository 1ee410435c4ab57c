"""Five doors: our API, allauth's for signing in, the page for people who are called, lead vendors', a sign of life."""

from __future__ import annotations

from allauth.headless.account import views as account
from allauth.headless.base import views as base
from allauth.headless.constants import Client
from allauth.headless.mfa import views as mfa
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from ahize.web.api import api


def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - whoever asks
    """The process serves requests. What it needs besides, ``doctor`` and the readiness list tell."""
    return JsonResponse({"alive": True})


# Only these of allauth's routes: signing up, changing one's address and mailed links are not ways into this house.
SIGN_IN = {
    "config": base.ConfigView,
    "auth/session": account.SessionView,
    "auth/login": account.LoginView,
    "auth/reauthenticate": account.ReauthenticateView,
    "auth/2fa/authenticate": mfa.AuthenticateView,
    "auth/2fa/reauthenticate": mfa.ReauthenticateView,
    "account/password/change": account.ChangePasswordView,
    "account/authenticators": mfa.AuthenticatorsView,
    "account/authenticators/totp": mfa.ManageTOTPView,
    "account/authenticators/recovery-codes": mfa.ManageRecoveryCodesView,
}

handler404 = "ahize.web.problems.not_found"
handler500 = "ahize.web.problems.our_mistake"

urlpatterns = [
    path("healthz", healthz),
    path("api/", api.urls),
    path("", include("ahize.web.called.urls")),
    path("", include("ahize.web.vendors.urls")),
    path(
        "_allauth/browser/v1/",
        include([path(route, view.as_api_view(client=Client.BROWSER)) for route, view in SIGN_IN.items()]),
    ),
]
