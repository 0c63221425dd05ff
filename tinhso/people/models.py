"""Tables of people."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from tinhso.kernel.records import Dated, Record
from tinhso.people.types import (
    CodeStatus,
    Gender,
    OrganizationKind,
    OrganizationLevel,
    Role,
)


class PersonRow(Record):
    """A person.

    PII: full_name, personal_number, birth_date, gender, ethnicity, phone, email,
    residence — kept while the person has dossiers or an account (Luật 91/2025).
    """

    full_name = models.CharField(max_length=200)
    sort_name = models.CharField(max_length=200, db_index=True)
    personal_number = models.CharField(max_length=12, null=True, unique=True)  # noqa: DJ001 - unique when known
    birth_date = models.DateField(null=True)
    gender = models.CharField(max_length=10, blank=True)
    ethnicity = models.CharField(max_length=50, blank=True)
    nationality = models.CharField(max_length=50, default="Việt Nam")
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    residence = models.CharField(max_length=300, blank=True)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_known_gender",
                condition=Q(gender__in=["", *Gender]),
            ),
            models.CheckConstraint(
                name="people_twelve_digits",
                condition=Q(personal_number=None)
                | Q(personal_number__regex=r"^[0-9]{12}$"),
            ),
        ]


class OrganizationRow(Record, Dated):
    """An organization during one period; its code may return with another meaning.

    PII: none
    """

    key = models.CharField(max_length=50)
    code = models.CharField(max_length=35)
    code_status = models.CharField(max_length=10, default=CodeStatus.KNOWN)
    receives = models.BooleanField(default=False)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=20)
    level = models.CharField(max_length=20)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    unit = models.ForeignKey("places.Unit", null=True, on_delete=models.PROTECT)
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    is_synthetic = models.BooleanField(default=False)
    source = models.CharField(max_length=300)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["key", "valid_from"], name="people_organization_key_and_day"
            ),
            models.CheckConstraint(
                name="people_known_organization_kind",
                condition=Q(kind__in=list(OrganizationKind)),
            ),
            models.CheckConstraint(
                name="people_known_organization_level",
                condition=Q(level__in=list(OrganizationLevel)),
            ),
            models.CheckConstraint(
                name="people_known_code_status",
                condition=Q(code_status__in=list(CodeStatus)),
            ),
            ExclusionConstraint(
                name="people_one_organization_a_key_a_day",
                expressions=[
                    (F("key"), RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            ExclusionConstraint(
                name="people_one_organization_a_code_a_day",
                expressions=[
                    (F("code"), RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class PostRow(Record, Dated):
    """A person's post at an organization during one period.

    PII: none
    """

    person = models.ForeignKey(PersonRow, on_delete=models.PROTECT)
    organization = models.ForeignKey(OrganizationRow, on_delete=models.PROTECT)
    role = models.CharField(max_length=30)
    title = models.CharField(max_length=100)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="people_known_role", condition=Q(role__in=list(Role))
            ),
            ExclusionConstraint(
                name="people_one_post_of_a_kind_a_day",
                expressions=[
                    (F("person"), RangeOperators.EQUAL),
                    (F("organization"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
