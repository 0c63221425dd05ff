"""The words of people."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound


class Gender(StrEnum):
    """As civil papers write it."""

    MALE = "male"
    FEMALE = "female"


class OrganizationKind(StrEnum):
    """What sort of organization."""

    AGENCY = "agency"
    SERVICE_CENTER = "service_center"
    BUSINESS = "business"


class OrganizationLevel(StrEnum):
    """Which tier of government; NONE for businesses. Districts ended on 1 July 2025."""

    CENTRAL = "central"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    NONE = "none"


class CodeStatus(StrEnum):
    """Whether an agency code is the published one or stands in until it is known."""

    KNOWN = "known"
    UNCERTAIN = "uncertain"


class Role(StrEnum):
    """What a post lets its holder do; the roles of the one-stop desks.

    COUNCIL_MEMBER: sits in the People's Council; reads and asks, and works at no desk.
    """

    CLERK = "clerk"
    CASE_OFFICER = "case_officer"
    HEAD_OF_OFFICE = "head_of_office"
    LEADER = "leader"
    REGISTRAR = "registrar"
    CONTROLLER = "controller"
    UNIT_ADMIN = "unit_admin"
    SYSTEM_ADMIN = "system_admin"
    COUNCIL_MEMBER = "council_member"


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
    """An agency, a one-stop center or a business, during one period.

    key: the same through all periods; receives: takes dossiers in its own name.
    """

    id: UUID
    key: str
    code: str
    code_status: CodeStatus
    name: str
    short_name: str
    kind: OrganizationKind
    level: OrganizationLevel
    receives: bool
    parent_id: UUID | None
    unit_id: UUID | None
    unit_code: str | None
    address: str
    phone: str
    valid_from: date
    valid_to: date | None
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class Receiver:
    """What must be known of an organization to send it a dossier."""

    id: UUID
    code: str
    level: str
    receives: bool
    valid_from: date
    valid_to: date | None

    def takes(self, *, level: str, on: date) -> bool:
        """Tell whether it takes dossiers of a level on a day."""
        return self.is_there(on=on) and self.receives and self.level == level

    def is_there(self, *, on: date) -> bool:
        """Tell whether it exists on a day."""
        ended = self.valid_to is not None and self.valid_to <= on
        return self.valid_from <= on and not ended


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


class PersonDataWrong(Invalid):
    """Something about a person is missing or cannot be; `fields` says what."""

    message = N_("Thông tin về cá nhân chưa đúng.")


class PersonAlreadyRegistered(Conflict):
    """Somebody is registered under that personal number already."""

    message = N_("Số định danh cá nhân này đã có trong hệ thống.")


class NameDiffers(Invalid):
    """Another name is registered under the personal number."""

    message = N_(
        "Họ tên không khớp với người đã đăng ký số định danh này. Hãy kiểm tra lại."
    )


@dataclass(frozen=True, slots=True)
class MadeUpPost:
    """A post of somebody who does not exist, from a day on."""

    organization_id: UUID
    role: Role
    title: str
    since: date


@dataclass(frozen=True, slots=True)
class MadeUpPerson:
    """A person who does not exist, for demonstrations and trials.

    post: the one they hold, if they are officers.
    """

    id: UUID
    full_name: str
    personal_number: str
    birth_date: date
    gender: Gender
    residence: str
    phone: str
    post: MadeUpPost | None = None


class PostUnknown(NotFound):
    """Nobody holds such a post that day."""


class PersonUnknown(NotFound):
    """No such person, or the asker may not know that there is."""

    message = N_("Không tìm thấy người này.")


class OrganizationUnknown(NotFound):
    """No such organization on that day."""

    message = N_("Không tìm thấy cơ quan, tổ chức này.")


class AlreadyAppointed(Conflict):
    """The person holds that post on that day already."""

    message = N_("Người này đã giữ vị trí đó vào ngày này.")
