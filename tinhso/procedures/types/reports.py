"""The words of report 06a/VPCP and of the register of dossiers (form 06)."""

from dataclasses import dataclass
from datetime import date, datetime

from tinhso.procedures.types.catalogue import Channel
from tinhso.procedures.types.printed import Punctuality


@dataclass(frozen=True, slots=True)
class Figures:
    """A line of report 06a, in dossiers.

    online, direct: received in the period; direct: at the counter or by post.
    carried_over: from before. open_within: waiting for a supplement included.

    >>> Figures("", online=2, direct=1, carried_over=1, early=3, open_late=1).received
    4
    """

    field: str
    online: int = 0
    direct: int = 0
    carried_over: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    open_within: int = 0
    open_late: int = 0

    @property
    def received(self) -> int:
        """Column 3: all that was to be dealt with."""
        return self.online + self.direct + self.carried_over

    @property
    def resolved(self) -> int:
        """Column 7."""
        return self.early + self.on_time + self.late

    @property
    def in_progress(self) -> int:
        """Column 11."""
        return self.open_within + self.open_late

    def columns(self) -> tuple[int, ...]:
        """List the columns 3 to 13 in the order of the form."""
        return (
            self.received,
            self.online,
            self.direct,
            self.carried_over,
            self.resolved,
            self.early,
            self.on_time,
            self.late,
            self.in_progress,
            self.open_within,
            self.open_late,
        )


@dataclass(frozen=True, slots=True)
class Report06a:
    """Report 06a/VPCP of a unit, or of the province, in a period, both days included.

    lines: by field, of real dossiers only; synthetic: made-up ones, counted apart.
    """

    unit: str
    first: date
    last: date
    made_at: datetime
    lines: tuple[Figures, ...]
    total: Figures
    synthetic: Figures


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A line of form 06. returned_at: when the result was handed over."""

    code: str
    procedure: str
    applicant: str
    residence: str
    phone: str
    agency: str
    channel: Channel
    submitted_at: datetime
    due_at: datetime
    resolved_at: datetime | None
    returned_at: datetime | None
    punctuality: Punctuality | None
    note: str
    is_synthetic: bool
