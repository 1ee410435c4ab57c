"""Signing in, being thrown out, and coming in by a link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.test import Client

from ahize.web import base
from ahize.web.accounts import services, throttle
from ahize.web.accounts.models import SignInFailure, User
from ahize.web.notices import Outbox
from ahize.web.permissions import Role
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import every_tenant
from web.houses import PASSWORD, House, found_house

pytestmark = pytest.mark.django_db

LOGIN = "/_allauth/browser/v1/auth/login"


@pytest.fixture
def house() -> House:
    return found_house("acme")


def browser() -> Client:
    """A browser as strict as a real one: it must bring the CSRF token that our page was given."""
    client = Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1", HTTP_ORIGIN=settings.ORIGINS[0])
    client.get("/_allauth/browser/v1/auth/session")
    return client


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else ""
    return getattr(client, method)(
        path, "" if body is None else body, content_type="application/json", headers={"X-CSRFToken": token, **headers}
    )


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return send(client, "post", LOGIN, {"email": email, "password": password})


def test_the_right_password_opens_and_me_says_who(house: House) -> None:
    client = browser()
    assert client.get("/api/me").status_code == 401
    assert sign_in(client, " Agent@ACME.example ".strip()).status_code == 200
    me = client.get("/api/me").json()
    assert (me["email"], me["role"], me["tenant"]["name"]) == ("agent@acme.example", "agent", "acme")
    assert "take_seat" in me["verbs"]
    assert me["world"]["kind"] == "made_up"
    with tenant_scope(house.tenant):
        assert User.objects.get(role=Role.AGENT).signed_in_at is not None


def test_a_session_cookie_is_for_the_server_alone(house: House) -> None:
    client = browser()
    sign_in(client, "agent@acme.example")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"


def test_wrong_password_and_unknown_address_are_answered_alike(house: House) -> None:
    wrong = sign_in(browser(), "agent@acme.example", "not the password")
    unknown = sign_in(browser(), "nobody@acme.example", "not the password")
    assert wrong.status_code == unknown.status_code == 400
    assert wrong.json() == unknown.json()


def test_without_the_csrf_token_nothing_is_sent(house: House) -> None:
    client = Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1")
    refused = client.post(LOGIN, {"email": "a@b.example", "password": "x"}, content_type="application/json")
    assert refused.status_code == 403
    assert refused.json()["code"] == "csrf"
    client = browser()
    sign_in(client, "agent@acme.example")
    refused = client.patch("/api/me", {"language": "tr"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")


def test_another_sites_page_is_refused(house: House) -> None:
    refused = send(browser(), "post", LOGIN, {}, Origin="https://evil.example")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")


def test_after_five_failures_the_right_password_must_wait_too_and_is_told_how_long(house: House) -> None:
    for _ in range(throttle.HERE.failures):
        assert sign_in(browser(), "agent@acme.example", "wrong").status_code == 400
    refused = sign_in(browser(), "agent@acme.example")
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_sign_ins"
    assert 0 < int(refused.headers["Retry-After"]) <= 300
    assert "5 minutes" in refused.json()["message"]
    assert sign_in(browser(), "supervisor@acme.example").status_code == 200, "others are not held up"
    SignInFailure.objects.all().delete()
    before = base.CLOCK.now() - throttle.HERE.window
    for _ in range(throttle.HERE.failures):
        throttle.count(email="agent@acme.example", address="127.0.0.1", now=before)
    assert sign_in(browser(), "agent@acme.example").status_code == 200


def test_a_stranger_elsewhere_cannot_lock_somebody_out(house: House) -> None:
    now = base.CLOCK.now()
    for _ in range(throttle.HERE.failures):
        throttle.count(email="agent@acme.example", address="203.0.113.7", now=now)
    assert sign_in(browser(), "agent@acme.example").status_code == 200


def test_one_address_cannot_try_many_accounts(house: House) -> None:
    now = base.CLOCK.now()
    for n in range(throttle.ADDRESS.failures):
        throttle.count(email=f"{n}@acme.example", address="127.0.0.1", now=now)
    assert sign_in(browser(), "agent@acme.example").status_code == 429


def test_disabling_somebody_ends_their_sessions_and_tells_their_tabs(house: House) -> None:
    agent = house.browser(Role.AGENT)
    assert agent.get("/api/me").status_code == 200
    user = house.users[Role.AGENT]
    admin = house.browser()
    changed = admin.patch(f"/api/users/{user.id}", {"is_active": False}, content_type="application/json")
    assert changed.status_code == 200, changed.content
    assert agent.get("/api/me").status_code == 401
    assert sign_in(browser(), user.email).status_code == 400
    with tenant_scope(house.tenant):
        assert Outbox.objects.filter(topic="signed_out", audience=user.id).exists()


@pytest.mark.parametrize("change", [{"role": "supervisor"}, {"is_active": False}])
def test_a_changed_right_ends_sessions_at_once(house: House, change: dict[str, Any]) -> None:
    agent = house.browser(Role.AGENT)
    user = house.users[Role.AGENT]
    house.browser().patch(f"/api/users/{user.id}", change, content_type="application/json")
    assert agent.get("/api/me").status_code == 401


def test_a_changed_password_ends_the_other_sessions(house: House) -> None:
    elsewhere = house.browser(Role.AGENT)
    client = browser()
    sign_in(client, "agent@acme.example")
    changed = send(
        client,
        "post",
        "/_allauth/browser/v1/account/password/change",
        {"current_password": PASSWORD, "new_password": "another long password"},
    )
    assert changed.status_code in {200, 401}, changed.content
    assert elsewhere.get("/api/me").status_code == 401
    assert sign_in(browser(), "agent@acme.example", "another long password").status_code == 200


def test_somebody_must_be_left_to_administrate(house: House) -> None:
    admin = house.users[Role.ADMINISTRATOR]
    refused = house.browser().patch(f"/api/users/{admin.id}", {"role": "agent"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "last_administrator")


def test_an_invited_person_comes_in_once(house: House) -> None:
    link = house.browser().post(
        "/api/invitations",
        {"email": "new@acme.example", "name": "New", "role": "agent"},
        content_type="application/json",
    )
    assert link.status_code == 201, link.content
    path = f"/api{link.json()['path']}"
    client = browser()
    assert client.get(path).json() == {"email": "new@acme.example", "name": "New", "tenant": "acme", "resets": False}
    short = send(client, "post", path, {"name": "New", "email": "", "password": "short"})
    assert short.status_code == 422
    assert short.json()["fields"][0]["field"] == "password"
    joined = send(client, "post", path, {"name": "New", "email": "", "password": "long enough for anybody"})
    assert joined.json() == {"signed_in": True}, joined.content
    assert client.get("/api/me").json()["email"] == "new@acme.example"
    assert send(browser(), "post", path, {"name": "X", "password": "long enough for anybody"}).status_code == 404


def test_a_reset_link_sets_a_new_password_and_ends_sessions(house: House) -> None:
    elsewhere = house.browser(Role.AGENT)
    user = house.users[Role.AGENT]
    link = house.browser().post(f"/api/users/{user.id}/reset-link", content_type="application/json").json()
    assert send(browser(), "post", f"/api{link['path']}", {"password": "another long password"}).status_code == 200
    assert elsewhere.get("/api/me").status_code == 401
    assert sign_in(browser(), user.email, "another long password").status_code == 200


def test_the_first_administrator_founds_the_house() -> None:
    now = base.CLOCK.now()
    first = services.first_admin_link(now, name="Home")
    again = services.first_admin_link(now, name="Home")
    assert first is not None
    assert again is not None
    assert len(every_tenant()) == 1
    values = {"name": "Ada", "email": "ada@home.example", "password": "long enough for anybody"}
    client = browser()
    assert send(client, "post", f"/api{first.path}", values).status_code == 404, "the newer link voids the older"
    assert send(client, "post", f"/api{again.path}", values).status_code == 200
    assert client.get("/api/me").json()["role"] == "administrator"
    assert services.first_admin_link(now) is None


def test_an_old_link_is_dead(house: House) -> None:
    with tenant_scope(house.tenant):
        link = services.invite(
            email="late@acme.example",
            name="",
            role=Role.AGENT,
            by=house.person(),
            now=base.CLOCK.now() - services.INVITED_FOR - timedelta(seconds=1),
        )
    assert browser().get(f"/api{link.path}").json()["code"] == "link_dead"


def test_signing_out_ends_this_session_and_tells_its_tabs(house: House) -> None:
    client = browser()
    sign_in(client, "agent@acme.example")
    assert send(client, "delete", "/_allauth/browser/v1/auth/session").status_code == 401
    assert client.get("/api/me").status_code == 401
    with tenant_scope(house.tenant):
        assert Outbox.objects.filter(topic="signed_out", audience=house.users[Role.AGENT].id).exists()


def test_language_is_the_users_own(house: House) -> None:
    client = house.browser(Role.AGENT)
    assert client.patch("/api/me", {"language": "tr"}, content_type="application/json").json()["language"] == "tr"
    assert client.get("/api/users").json()["title"] == "Yetkiniz yok"


def test_a_second_factor_can_be_added_and_is_then_asked_for(house: House) -> None:
    client = browser()
    sign_in(client, "agent@acme.example")
    totp = "/_allauth/browser/v1/account/authenticators/totp"
    secret = client.get(totp).json()["meta"]["secret"]

    def code() -> str:
        return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    send(client, "post", "/_allauth/browser/v1/auth/reauthenticate", {"password": PASSWORD})
    added = send(client, "post", totp, {"code": code()})
    assert added.status_code == 200, added.content
    client = browser()
    half = sign_in(client, "agent@acme.example")
    assert half.status_code == 401
    assert client.get("/api/me").status_code == 401, "a password alone no longer opens"
