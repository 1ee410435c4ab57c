"""Django's settings: one module, filled from the environment.

The launcher writes the environment; ``Environment`` below is the whole list of what it may say. There is no default
secret and no default account. Without a secret key, each process draws its own, and sessions end with it.
"""

from __future__ import annotations

import base64
import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from psycopg.conninfo import conninfo_to_dict
from pydantic_settings import BaseSettings, SettingsConfigDict

from ahize.web import catalogue

HERE = Path(__file__).resolve().parent
_DEVELOPMENT_URL = "postgresql://{role}@127.0.0.1:5432/ahize"


class Environment(BaseSettings):
    """What the launcher (or systemd) tells this process. Each name is written ``AHIZE_…`` in capitals."""

    model_config = SettingsConfigDict(env_prefix="AHIZE_", extra="ignore")

    process: Literal["web", "worker", "dialerd", "owner"] = "web"
    """Which process this is: it picks the database role behind Django's ``default``."""

    database_url_owner: str = _DEVELOPMENT_URL.format(role="ahize_owner")
    database_url_web: str = _DEVELOPMENT_URL.format(role="ahize_web")
    database_url_worker: str = _DEVELOPMENT_URL.format(role="ahize_worker")
    database_url_dialerd: str = _DEVELOPMENT_URL.format(role="ahize_dialerd")
    database_url_clearance: str = _DEVELOPMENT_URL.format(role="ahize_clearance")

    home: Path = HERE.parents[2] / "var"
    """State that is not in the database: ``files/``, ``log/``, ``run/``, ``secrets/``."""

    secret_key: str = ""
    """Signs cookies; else ``<home>/secrets/web.key``; else drawn afresh."""

    origins: str = "http://127.0.0.1:8000,http://localhost:8000"
    """Where browsers find us, comma-separated. Any other Host or Origin is refused."""

    world: Literal["real", "made_up"] = "real"
    """Which telephone world this installation dials into."""

    telephone_line: bool = False
    """Whether something that can dial stands behind the gate; without it the readiness list says so."""

    phones: bool = False
    """Whether agents hear through telephones of their own; in the made-up world they need none."""

    phone_ws: str = ""
    """Where a browser's phone registers, like ``wss://calls.example.org/ws``; empty: nowhere, and the desk says so."""

    phone_sip: str = ""
    """Where an ordinary SIP phone registers, ``host:port``; empty: nowhere."""

    field_key: str = ""
    """Seals trunks' secrets in the database (base64 of 32 bytes); else it is derived from the secret key."""

    recordings: Path | None = None
    """Sealed recordings, written by the gate; else ``<home>/recordings``."""

    recording_key: str = ""
    """Opens recordings (base64 of 32 bytes; older ones behind commas). The gate has its public half alone."""

    number_key: str = ""
    """Makes pseudonyms of erased numbers (base64 of 32 bytes; older ones behind commas): worker and dialerd alone."""

    code_sender: str = ""
    """Carries codes to people who are called: a program, given number, words and language as JSON on standard input."""

    ui_dist: Path = HERE.parents[2] / "ui" / "dist"
    """The built screens."""


ENVIRONMENT = Environment()


def _secret_key() -> str:
    file = ENVIRONMENT.home / "secrets" / "web.key"
    if ENVIRONMENT.secret_key:
        return ENVIRONMENT.secret_key
    if file.is_file():
        return file.read_text(encoding="ascii").strip()
    return secrets.token_urlsafe(48)


def _field_key() -> bytes:
    """32 bytes. Without one of its own it follows the secret key, and what was sealed is lost when that is changed."""
    if not ENVIRONMENT.field_key:
        return HKDF(SHA256(), 32, salt=None, info=b"ahize/fields").derive(SECRET_KEY.encode())
    key = base64.b64decode(ENVIRONMENT.field_key)
    assert len(key) == 32, "AHIZE_FIELD_KEY is the base64 of 32 bytes"
    return key


def database(url: str) -> dict[str, Any]:
    """Django's words for a PostgreSQL URL, Unix sockets and TLS options included."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    told = {"application_name": f"ahize {ENVIRONMENT.process}", "connect_timeout": "5"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "ahize"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": told | parts,
    }


def _apps(*names: str) -> list[str]:
    """The apps whose folder stands."""
    return [name for name in names if find_spec(name) is not None]


SECRET_KEY = _secret_key()
FIELD_KEY = _field_key()
RECORDING_KEYS = ENVIRONMENT.recording_key
NUMBER_KEYS = ENVIRONMENT.number_key
RECORDINGS_ROOT = ENVIRONMENT.recordings or ENVIRONMENT.home / "recordings"
DEBUG = False

ORIGINS = [origin.strip().rstrip("/") for origin in ENVIRONMENT.origins.split(",") if origin.strip()]
ALLOWED_HOSTS = sorted({urlsplit(origin).hostname or "" for origin in ORIGINS})
CSRF_TRUSTED_ORIGINS = ORIGINS
HTTPS_ONLY = all(origin.startswith("https://") for origin in ORIGINS)

DATABASES = {
    "default": database(getattr(ENVIRONMENT, f"database_url_{ENVIRONMENT.process}")),
    "clearance": database(ENVIRONMENT.database_url_clearance),
}
# The same few statements for every call: planned once, not each time.
DATABASES["clearance"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 2}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",  # allauth asks for it; we show no messages
    "ahize.web.audit",
    "ahize.web.tenants",
    "ahize.web.accounts",
    *_apps(
        "ahize.web.lines",
        "ahize.web.consents",
        "ahize.web.policies",
        "ahize.web.contacts",
        "ahize.web.campaigns",
        "ahize.web.vendors",
        "ahize.web.dialing",
        "ahize.web.recordings",
        "ahize.web.reports",
        "ahize.web.planning",
        "ahize.web.staffing",
        "ahize.web.proof",
        "ahize.web.rights",
        "ahize.web.called",
        "ahize.web.complaints",
        "ahize.web.retention",
    ),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "ahize.web.middleware.headers",
    "ahize.web.middleware.own_pages_only",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "ahize.web.middleware.PersonAndWall",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "ahize.web.urls"
WSGI_APPLICATION = None
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

# Who signs in, and how.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["ahize.web.accounts.signin.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "ahize.web.accounts.signin.Adapter"
ACCOUNT_RATE_LIMITS: dict[str, str] = {"login": "", "login_failed": ""}  # ours stand in accounts/throttle.py
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Ahize"

SESSION_COOKIE_NAME = "__Host-ahize-session" if HTTPS_ONLY else "ahize-session"
SESSION_COOKIE_AGE = 14 * 3600  # a long shift; tomorrow everybody signs in again
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_NAME = "csrftoken"
CSRF_HEADER_NAME = "HTTP_X_CSRFTOKEN"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = HTTPS_ONLY
CSRF_FAILURE_VIEW = "ahize.web.middleware.csrf_refused"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0

# Words and time. Sentences of the server stand in locale/, those of the screens in ui/.
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("tr", "Türkçe")]
LOCALE_PATHS = [catalogue.ready(ENVIRONMENT.home / "run")]

# Uploads stream to disk; their size is limited where they are received.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
MEDIA_ROOT = ENVIRONMENT.home / "files"
STATIC_URL = "/static/"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # links are handed over by people, not mailed
SILENCED_SYSTEM_CHECKS: list[str] = []

# To standard error; whoever started the process keeps it. What people did wrong (4xx) is theirs to read, not the log's.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"level": "WARNING"},
        "django.request": {"level": "CRITICAL"},  # ours are logged with their trace in api.py
        "procrastinate": {"level": "WARNING"},
    },
}
