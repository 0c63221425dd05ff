"""The words of the desk: what an officer looks for, keeps, and hands out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

# Long enough to notice a mistake, too short for the next desk to have begun.
RECALL_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """Which of the open dossiers of one's desks are wanted; empty fields want all.

    role: whom they wait for, `own` for any role of one's own; color: of the clock;
    text: part of a code or of the applicant's name, diacritics or not; mine: only what
    one has claimed oneself; procedure: its code; due_from, due_to: days on which the
    result is due, both included; assignee_id: the account of who has claimed them.
    """

    role: str = ""
    color: str = ""
    text: str = ""
    mine: bool = False
    procedure: str = ""
    due_from: date | None = None
    due_to: date | None = None
    assignee_id: UUID | None = None


ALL_OPEN = DeskFilter()


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter under a name; shared_with: the organization whose officers see it."""

    id: UUID
    name: str
    wanted: DeskFilter
    is_own: bool
    shared_with: UUID | None


@dataclass(frozen=True, slots=True)
class DueDay:
    """How many open dossiers are due on a day, by color of the clock."""

    day: date
    counts: Mapping[str, int]
    is_working: bool

    @property
    def total(self) -> int:
        """Add the colors up."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class SheetChange:
    """A dossier that a workbook gives to a colleague; row: in the workbook, from 1."""

    row: int
    dossier_id: UUID
    code: str
    person_id: UUID
    person: str
    before: str


class SheetWrong(StrEnum):
    """What can be wrong with a row of a workbook that came back."""

    UNKNOWN = "unknown"  # no open dossier of one's desks has the code
    TWICE = "twice"  # the code stands in an earlier row, too
    MOVED_ON = "moved_on"  # somebody acted since the workbook was handed out
    NOBODY = "nobody"  # no colleague is called so
    CANNOT = "cannot"  # the colleague holds no post that may do the task


@dataclass(frozen=True, slots=True)
class SheetFault:
    """What is wrong in a cell of a workbook, such as `K17`; value: what it says."""

    cell: str
    wrong: SheetWrong
    value: str


@dataclass(frozen=True, slots=True)
class ReturnedSheet:
    """A workbook that came back: how many rows it has and what it would change."""

    id: UUID
    file_name: str
    rows: int
    changes: tuple[SheetChange, ...]
    faults: tuple[SheetFault, ...]


@dataclass(frozen=True, slots=True)
class Workload:
    """What an officer has in hand, and how fast they have worked lately.

    account_id: empty for what nobody has claimed. counts: open dossiers by color of
    the clock. done: steps finished within the days looked back at. days: of work that
    is in hand at that pace, None where nothing was finished.
    """

    account_id: UUID | None
    name: str
    roles: tuple[str, ...]
    counts: Mapping[str, int]
    done: int
    days: float | None
    absent_until: date | None = None

    @property
    def total(self) -> int:
        """Add the colors up."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Capacity:
    """How a unit's work is spread; days_back: of work, over which the pace is taken.

    unclaimed: what waits for somebody, by role. arrived, finished: dossiers of the unit
    within the same days.
    """

    organization_id: UUID
    organization: str
    days_back: int
    officers: tuple[Workload, ...]
    unclaimed: tuple[Workload, ...]
    arrived: int
    finished: int
