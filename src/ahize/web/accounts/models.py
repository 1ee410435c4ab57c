"""Users and invitations, and the counted failures of those who could not sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from ahize.web.base import TenantModel, fresh_id
from ahize.web.permissions import Person, Role

EMAIL_SETTING = "ahize.signing_in"
"""Transaction-local: the one user who may be read before the tenant is known, by address (somebody signing in)."""
INVITE_SETTING = "ahize.invite"
"""Transaction-local: the one invitation that may be read before the tenant is known, by the hash of its token."""

ROLES = [(role.value, role.value) for role in Role]


class UserManager(BaseUserManager["User"]):
    """Users are made by ``services``: by invitation, or as the first administrator."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who works here. ``session_epoch`` counts up when all open sessions must end."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=ROLES)
    language = models.CharField(max_length=2, default="en")
    is_active = models.BooleanField(default=True)
    session_epoch = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    signed_in_at = models.DateTimeField(null=True)
    last_login = None  # Django would fill it from the machine's clock

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(Lower("email"), name="accounts_user_email_lower"),)

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """A session holds this; it stops fitting when the password or the epoch changes, and so the session ends."""
        return self._session_hash()

    def get_session_auth_fallback_hash(self) -> Any:
        """Sessions signed with a rotated secret key end: nobody is signed in by an old key."""
        return iter(())

    def _session_hash(self) -> str:
        said = f"{self.password}/{self.session_epoch}"
        return salted_hmac("ahize.web.accounts.session", said, algorithm="sha256").hexdigest()

    def as_person(self) -> Person:
        return Person(
            id=self.id,
            tenant=self.tenant_id,
            name=self.name,
            email=self.email,
            role=Role(self.role),
            language=self.language,
        )


class Invite(TenantModel):
    """A way in, once, until a time. Only the hash of its token is kept.

    ``email`` is empty for the first administrator, who brings one. ``user`` is set where it resets the password of
    somebody who is here already.
    """

    email = models.EmailField(blank=True)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=ROLES)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class SignInFailure(models.Model):
    """One failure to sign in, under the hash of the account or of the address it came from."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=["key", "at"], name="accounts_failure_key_at"),)
