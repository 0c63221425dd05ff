"""The words of people."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from tinhso.kernel.errors import N_, Invalid


class Gender(StrEnum):
    """As civil papers write it."""

    MALE = "male"
    FEMALE = "female"


class OrganizationKind(StrEnum):
    """What sort of organization."""

    AGENCY = "agency"
    SERVICE_CENTER = "service_center"
    BUSINESS = "business"


class Role(StrEnum):
    """What a post lets its holder do; the roles of the one-stop desks."""

    CLERK = "clerk"
    CASE_OFFICER = "case_officer"
    HEAD_OF_OFFICE = "head_of_office"
    LEADER = "leader"
    REGISTRAR = "registrar"
    CONTROLLER = "controller"
    UNIT_ADMIN = "unit_admin"
    SYSTEM_ADMIN = "system_admin"


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the platform knows them."""

    id: UUID
    full_name: str
    personal_number: str | None
    birth_date: date | None
    gender: Gender | None
    ethnicity: str
    nationality: str
    phone: str
    email: str
    residence: str
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class Organization:
    """An agency, a one-stop center or a business, during one period."""

    id: UUID
    code: str
    name: str
    short_name: str
    kind: OrganizationKind
    level: str
    parent_id: UUID | None
    unit_id: UUID | None
    address: str
    phone: str
    valid_from: date
    valid_to: date | None
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class Post:
    """A person's post at an organization, on the day it was asked for."""

    id: UUID
    person: Person
    organization: Organization
    role: Role
    title: str


class PersonalNumberWrong(Invalid):
    """The twelve digits cannot be, or contradict birth date or gender."""

    message = N_("Số định danh cá nhân chưa đúng.")
