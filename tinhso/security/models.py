"""Accounts and tokens."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import IsNull

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


class NationalLinkRow(Record):
    """That an account is somebody's whom the national identity knows by a subject.

    assurance: of the last sign-in; first_seen_at, last_seen_at: when it was vouched.

    PII: subject — kept while the account is open.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    assurance = models.PositiveSmallIntegerField()
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], name="security_one_account_of_a_subject"
            ),
            models.UniqueConstraint(
                fields=["account", "issuer"], name="security_one_subject_of_an_account"
            ),
        ]


class ProvisionRow(Record):
    """What a personnel system keeps of an account from outside.

    removed_at: since when it is gone for that system; the account stays, locked.

    PII: external_id — kept while the account is open.
    """

    account = models.OneToOneField(Account, on_delete=models.PROTECT)
    external_id = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)


class CoverRow(Record):
    """Who does the duty of an officer while they are absent; both days are included.

    A cover holds for one role at one organization. ended_at: when it was ended early.

    PII: reason — kept as long as the journal, which says who acted for whom.
    """

    absent = models.ForeignKey(
        "people.PersonRow", on_delete=models.PROTECT, related_name="+"
    )
    substitute = models.ForeignKey(
        "people.PersonRow", on_delete=models.PROTECT, related_name="+"
    )
    organization = models.ForeignKey("people.OrganizationRow", on_delete=models.PROTECT)
    role = models.CharField(max_length=30)
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=200)
    arranged_by = models.CharField(max_length=200)
    arranged_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="security_cover_ends_after_it_starts",
                condition=Q(last_day__gte=models.F("first_day")),
            ),
            models.CheckConstraint(
                name="security_nobody_covers_themselves",
                condition=~Q(absent=models.F("substitute")),
            ),
            ExclusionConstraint(
                name="security_one_cover_a_day",
                expressions=[
                    (F("absent"), RangeOperators.EQUAL),
                    (F("organization"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (
                        Func(
                            F("first_day"),
                            F("last_day"),
                            Value("[]"),
                            function="daterange",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(ended_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["substitute", "last_day"],
                name="security_covers_by_substitute",
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(
                fields=["organization", "last_day"], name="security_covers_of_agency"
            ),
        ]


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


class ClientRow(Record):
    """A system of somebody else that signs people in through us.

    Its secret and its addresses are kept by the library, under `key`; when it ends
    they are deleted there, and this row stays.

    PII: none
    """

    key = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=100)
    organization = models.ForeignKey("people.OrganizationRow", on_delete=models.PROTECT)
    purpose = models.CharField(max_length=300)
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class GrantRow(Record):
    """What somebody has agreed to hand over to a client, until they take it back.

    PII: account, scopes – kept as long as the account; the journal says the same.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    client = models.ForeignKey(ClientRow, on_delete=models.PROTECT)
    scopes = ArrayField(models.CharField(max_length=20))
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "client"],
                name="security_one_grant_a_client",
                condition=Q(ended_at=None),
            )
        ]


class SigningKeyRow(Record):
    """A key that signs what clients are told; locked, like a second factor.

    trusted_until: when what it signed has run out; empty for the newest.

    PII: none
    """

    pem = models.TextField()
    made_at = models.DateTimeField()
    signs_from = models.DateTimeField()
    trusted_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                IsNull(F("trusted_until"), True),
                name="security_one_newest_key",
                condition=Q(trusted_until=None),
            )
        ]


class SessionRow(Record):
    """Where somebody is signed in, beside the session that the framework keeps.

    key: of that session. browser, system: by their names, empty where unknown.

    PII: browser, system, begun_at, seen_at – deleted within an hour after the session
    ended (configuration; no source). No address and no user agent is kept.
    """

    key = models.CharField(max_length=40, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    browser = models.CharField(max_length=20, blank=True)
    system = models.CharField(max_length=20, blank=True)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()


class CallCount(models.Model):
    """How often somebody did something in a window of time; all servers count here.

    key: a digest of what and from where, so that no address is kept. An unlogged table:
    after a crash the counting begins anew.

    PII: none
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)


class AnsweredCall(Record):
    """What a machine's write was answered, so that its repetition is answered alike.

    digest: of method, address and content; status: of HTTP; body: JSON, its keys in
    the order they were answered.

    PII: body may hold a dossier — deleted three days after the call (configuration;
    no source).
    """

    account_id = models.UUIDField()
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "key"], name="security_answered_once"
            )
        ]
