"""Leave alone what failed again and again, and count what was agreed."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from tinhso.exchange.types import Agreement, QuotaUsedUp

# Configuration; no source.
FAILURES, REST = 5, timedelta(seconds=20)


@dataclass(slots=True)
class Breaker:
    """Opens after failures in a row, and lets one call try again after a while."""

    failed: int = 0
    opened_at: datetime | None = None

    def lets_through(self, *, at: datetime) -> bool:
        """Tell whether a call may try; the one that tries keeps others waiting."""
        if self.opened_at is None:
            return True
        if at - self.opened_at < REST:
            return False
        self.opened_at = at
        return True

    def note(self, *, went_well: bool, at: datetime) -> None:
        """Remember how a call went."""
        self.failed = 0 if went_well else self.failed + 1
        if went_well:
            self.opened_at = None
        elif self.failed >= FAILURES:
            self.opened_at = at


@dataclass(slots=True)
class Quota:
    """Counts the calls of agreements by the minute and the day.

    days: what a day had when the counting began, by agreement.
    """

    _minute: int = 0
    _in_minute: dict[UUID, int] = field(default_factory=dict)
    _day: date | None = None
    _in_day: dict[UUID, int] = field(default_factory=dict)

    def knows(self, agreement: Agreement, *, on: date) -> bool:
        """Tell whether it knows how many calls a day had before."""
        return self._day == on and agreement.id in self._in_day

    def begin(self, agreement: Agreement, *, on: date, before: int) -> None:
        """Tell how many calls a day had before."""
        if self._day != on:
            self._day, self._in_day = on, {}
        self._in_day.setdefault(agreement.id, before)

    def take(self, agreement: Agreement, *, at: datetime) -> None:
        """Count a call.

        :raises QuotaUsedUp: if it is one too many.
        """
        minute = int(at.timestamp()) // 60
        if self._minute != minute:
            self._minute, self._in_minute = minute, {}
        used = self._in_minute.get(agreement.id, 0)
        today = self._in_day[agreement.id]
        if used >= agreement.per_minute or today >= agreement.per_day:
            raise QuotaUsedUp
        self._in_minute[agreement.id] = used + 1
        self._in_day[agreement.id] = today + 1
