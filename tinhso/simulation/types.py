"""The words of made-up activity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound
from tinhso.people.types import Gender

# Who acts on a dossier besides officers.
APPLICANT, CLOCK = "citizen", "system"
LEADER = "leader"
SCHEMA = Path(__file__).parent / "schema" / "activity.json"


class Hours(Protocol):
    """Working time, as `procedures` counts it. Hours are worked ones."""

    def due(self, received_at: datetime, limit: Any) -> datetime:
        """Answer when a time limit ends."""

    def between(self, start: datetime, end: datetime) -> float:
        """Answer the hours from start to end."""

    def add(self, start: datetime, hours: float) -> datetime:
        """Go on for some hours."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """One of several, and how often it comes beside the others."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Course:
    """What happens to some dossiers: actions in order, and how often it comes."""

    path: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Filed:
    """A procedure people file, how often, and with what.

    example, place: which example of which content the answers are of. fields: which
    attribute of the applicant an answer takes. result: what the officer enters.
    """

    code: str
    weight: float
    example: str
    place: int
    fields: Mapping[str, str]
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast agencies work: shares of the time a dossier may take.

    late: the share of dossiers that take longer, by up to `over` times their time.
    supply_days, fetch_hours: how long people take at most to complete and to fetch.
    """

    least: float
    most: float
    late: float
    over: float
    supply_days: float
    fetch_hours: float


@dataclass(frozen=True, slots=True)
class Rated:
    """How many rate an ended dossier, and how."""

    share: float
    levels: Sequence[Weighted]


@dataclass(frozen=True, slots=True)
class Changed:
    """A field of a register that changes: share of records a month, and by how much."""

    register: str
    field: str
    share: float
    by: float


@dataclass(frozen=True, slots=True)
class Words:
    """What a new record says: a text for the choice it was made with, in some field."""

    field: str
    by: str
    texts: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answered:
    """How it goes on with a new record: fields, their states, and how fast.

    days: that it may take; least, most, late, over: as `Pace` has them, of the days.
    rated: a field of yes or no, said by a share of people, with yes by a share of them.
    """

    field: str
    first: str
    working: str
    ended: Sequence[Weighted]
    ended_on: str
    due: str
    days: int
    least: float
    most: float
    late: float
    over: float
    rated: str
    share: float
    good: float


@dataclass(frozen=True, slots=True)
class Added:
    """Records of a register that come new; a_year: so many to the whole province.

    day: the field of the day on which one comes; choices: how often each, by field.
    """

    register: str
    a_year: float
    prefix: str
    day: str
    choices: Mapping[str, Sequence[Weighted]]
    words: Words
    answer: Answered


@dataclass(frozen=True, slots=True)
class Activity:
    """What is assumed of a province's activity.

    population: people who may file. a_day: dossiers on an average day. months,
    weekdays, hours: how many come then beside the average; they begin with January,
    Monday and midnight.
    """

    key: str
    population: int
    a_day: float
    months: Sequence[float]
    weekdays: Sequence[float]
    hours: Sequence[float]
    units: Sequence[Weighted]
    others: float
    channels: Sequence[Weighted]
    procedures: Sequence[Filed]
    courses: Sequence[Course]
    pace: Pace
    ratings: Rated
    registers: Sequence[Changed]
    added: Sequence[Added]


@dataclass(frozen=True, slots=True)
class Somebody:
    """A made-up person; the same number makes the same again."""

    id: UUID
    full_name: str
    personal_number: str
    birth_date: date
    gender: Gender
    residence: str
    phone: str


@dataclass(frozen=True, slots=True)
class Officer:
    """A made-up officer of a unit."""

    person: Somebody
    role: str
    title: str
    organization_id: UUID


@dataclass(frozen=True, slots=True)
class Turn:
    """Something done to a dossier; who: the officer, where one does it.

    role: of the workflow, `APPLICANT` and `CLOCK` among them. note, reasons: as the
    action asks for them, the latter by form field.
    """

    action: str
    role: str
    at: datetime
    who: Officer | None
    note: str
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rating:
    """What somebody says of an ended dossier: `very`, `satisfied` or `not`."""

    level: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """A dossier that is going to happen. files: the form fields that take one.

    signer: who signs its result, whether or not it comes to that.
    """

    id: UUID
    at: datetime
    filed: Filed
    applicant: Somebody
    case: str
    organization_id: UUID
    channel: str
    answers: Mapping[str, Any]
    files: tuple[str, ...]
    signer: Officer
    turns: tuple[Turn, ...]
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be made up. first, last: days, both included; until: nothing is later.

    share: of the province's activity, 0 to 1; seed: the same makes the same again.
    """

    key: str
    first: date
    last: date
    seed: int
    share: float
    until: datetime


@dataclass(frozen=True, slots=True)
class Simulated:
    """What came new. records: of registers; changes: of records that were there.

    lake_rows: acts in the lake.
    """

    people: int
    dossiers: int
    records: int
    changes: int
    lake_rows: int


class ActivityUnknown(NotFound):
    """No pack declares this activity."""

    message = N_("Không có gói nội dung nào khai báo hoạt động mô phỏng “{key}”.")


class NotADemonstration(Conflict):
    """Made-up activity is for demonstrations and trials only."""

    message = N_(
        "Chỉ mô phỏng hoạt động trên bản trình diễn hoặc thử nghiệm"
        " (TINHSO_DEMO=1), không trên hệ thống thật."
    )


class PeriodWrong(Invalid):
    """The period ends before it begins, or is too long."""

    message = N_(
        "Khoảng thời gian không đúng: ngày cuối phải sau ngày đầu, tối đa 5 năm."
    )


class NothingInForce(Invalid):
    """No unit takes dossiers in the period, or no procedure is in force."""

    message = N_("Trong khoảng thời gian này không có thủ tục hay nơi tiếp nhận nào.")
