"""Accounts and tokens."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tinhso.kernel.records import Record


class Account(Record, AbstractBaseUser):
    """What a person signs in with; what they may do follows from their posts.

    PII: username, email — kept while the account is open.
    """

    username = models.CharField(max_length=100, unique=True)
    email = models.EmailField(blank=True)
    person = models.OneToOneField("people.PersonRow", on_delete=models.PROTECT)
    is_officer = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = BaseUserManager["Account"]()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        """Show the sign-in name."""
        return self.username


class AccessToken(Record):
    """A key for machines, kept as its SHA-256 only.

    PII: none
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
