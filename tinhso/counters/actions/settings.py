"""Set up the desk of a unit: hours, closures, groups, counters."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from tinhso.counters.actions.bookings import cancel
from tinhso.counters.actions.locking import lock_to_set_up, note
from tinhso.counters.actions.offers import offer_added
from tinhso.counters.models import (
    HELD,
    ClosureRow,
    CounterRow,
    DeskRow,
    GroupRow,
    WindowRow,
)
from tinhso.counters.queries.bookings import rows
from tinhso.counters.queries.desks import get_desk
from tinhso.counters.rules import (
    DEFAULT_GROUPS,
    DEFAULT_PRIORITY,
    DEFAULT_WINDOWS,
    MAX_TEXT,
)
from tinhso.counters.types import (
    Closure,
    CounterUsed,
    Desk,
    SettingsWrong,
    UnitHasNoDesk,
    Window,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import N_, Phrase
from tinhso.kernel.text import clean
from tinhso.people import queries as people
from tinhso.security import queries as security
from tinhso.security.types import Deed

LIMITS = {
    "days_ahead": (1, 90),
    "offer_minutes": (10, 2880),
    "most_bookings": (1, 20),
    "priority_run": (1, 20),
    "slot_minutes": (5, 240),
    "quota": (1, 100),
    "number": (1, 99),
}

NEAR = timedelta(days=731)


def open_desk(*, organization_id: UUID, actor: Actor, at: datetime) -> Desk:
    """Open the desk of a unit with usual hours, two groups and two counters.

    A desk that is open already is left as it is.
    :raises UnitHasNoDesk: if the unit receives no dossiers today, or the actor works
        elsewhere.
    """
    receiver = people.find_receiver(organization_id=organization_id)
    today = local(at).date()
    if receiver is None or not receiver.takes(level=receiver.level, on=today):
        raise UnitHasNoDesk
    _refuse_stranger(organization_id, actor)
    with transaction.atomic():
        row, fresh = DeskRow.objects.get_or_create(
            organization_id=organization_id,
            defaults={"priority_groups": DEFAULT_PRIORITY},
        )
        if fresh:
            _furnish(row)
            note("open_desk", subject="Desk", subject_id=row.id, actor=actor, at=at)
    return get_desk(organization_id=organization_id)


def change_desk(
    *,
    organization_id: UUID,
    takes_bookings: bool,
    days_ahead: int,
    offer_minutes: int,
    most_bookings: int,
    priority_run: int,
    priority_groups: str,
    actor: Actor,
    at: datetime,
) -> Desk:
    """Change how a unit takes bookings and calls numbers.

    priority_groups: one a line; shown at the desk, and noted on no ticket.
    :raises SettingsWrong: if a number is out of its range.
    """
    numbers = {
        "days_ahead": days_ahead,
        "offer_minutes": offer_minutes,
        "most_bookings": most_bookings,
        "priority_run": priority_run,
    }
    _refuse_out_of_range(numbers)
    lines = filter(None, map(clean, priority_groups.splitlines()))
    values: dict[str, Any] = {
        **numbers,
        "takes_bookings": takes_bookings,
        "priority_groups": "\n".join(line[:MAX_TEXT] for line in lines)[:2000],
    }
    with transaction.atomic():
        row, _ = lock_to_set_up(organization_id, actor)
        DeskRow.objects.filter(pk=row.pk).update(**values)
        _note(row, "change_desk", actor, at, **numbers)
    return get_desk(organization_id=organization_id)


def add_window(
    *, organization_id: UUID, window: Window, actor: Actor, at: datetime
) -> Desk:
    """Add hours to a weekday; places in them go to those who wait for such a day.

    :raises SettingsWrong: if they cannot be, or meet other hours of the day.
    """
    opens, closes = _minutes(window.opens), _minutes(window.closes)
    _refuse_out_of_range({"slot_minutes": window.slot_minutes, "quota": window.quota})
    if window.weekday not in range(1, 8) or closes - opens < window.slot_minutes:
        raise _wrong(
            "closes", N_("Giờ kết thúc phải sau giờ bắt đầu ít nhất một lượt.")
        )
    with transaction.atomic():
        row, _ = lock_to_set_up(organization_id, actor)
        made = WindowRow(
            desk=row,
            weekday=window.weekday,
            opens=opens,
            closes=closes,
            slot_minutes=window.slot_minutes,
            quota=window.quota,
        )
        _save(made, "opens", N_("Khung giờ này chồng lên một khung giờ khác."))
        _note(row, "add_window", actor, at, weekday=window.weekday)
        offer_added(row, get_desk(organization_id=organization_id), window.weekday, at)
    return get_desk(organization_id=organization_id)


def remove_window(
    *, organization_id: UUID, window_id: UUID, actor: Actor, at: datetime
) -> Desk:
    """Take hours out of the week; what is booked in them still holds."""
    with transaction.atomic():
        row, _ = lock_to_set_up(organization_id, actor)
        WindowRow.objects.filter(desk=row, pk=window_id).delete()
        _note(row, "remove_window", actor, at)
    return get_desk(organization_id=organization_id)


def close_between(
    *, organization_id: UUID, closure: Closure, actor: Actor, at: datetime
) -> int:
    """Close for a time; bookings in it are cancelled, and their people told why.

    Answers how many bookings were cancelled.
    :raises SettingsWrong: if it ends before it starts or now, or gives no reason.
    """
    reason = clean(closure.reason)[:MAX_TEXT]
    if not reason:
        raise _wrong("reason", N_("Hãy nêu lý do. Người đã đặt lịch sẽ đọc lý do này."))
    if closure.ends_at <= max(closure.starts_at, at):
        raise _wrong("ends", N_("Thời điểm kết thúc phải sau thời điểm bắt đầu."))
    if closure.starts_at < at - NEAR or at + NEAR < closure.ends_at:
        raise _wrong("starts", N_("Chỉ đóng được trong vòng hai năm tới."))
    with transaction.atomic():
        row, _ = lock_to_set_up(organization_id, actor)
        ClosureRow.objects.create(
            desk=row,
            starts_at=closure.starts_at,
            ends_at=closure.ends_at,
            reason=reason,
        )
        hit = rows().filter(
            desk=row,
            state__in=HELD,
            starts_at__lt=closure.ends_at,
            ends_at__gt=closure.starts_at,
            starts_at__gt=at,
        )
        cancelled = list(hit)
        for booking in cancelled:
            cancel(booking, reason, actor, at, by_unit=True)
        _note(row, "close_between", actor, at, cancelled=len(cancelled))
    return len(cancelled)


def reopen(
    *, organization_id: UUID, closure_id: UUID, actor: Actor, at: datetime
) -> Desk:
    """Lift a closure; cancelled bookings stay cancelled."""
    with transaction.atomic():
        row, _ = lock_to_set_up(organization_id, actor)
        ClosureRow.objects.filter(desk=row, pk=closure_id).delete()
        _note(row, "reopen", actor, at)
    return get_desk(organization_id=organization_id)


def set_group(
    *, organization_id: UUID, letter: str, title: str, actor: Actor, at: datetime
) -> Desk:
    """Name a group of services, new or known, by its letter A to Z.

    :raises SettingsWrong: if letter or title cannot be.
    """
    letter, title = clean(letter).upper(), clean(title)[:100]
    if len(letter) != 1 or not "A" <= letter <= "Z":
        raise _wrong("letter", N_("Ký hiệu nhóm là một chữ cái từ A đến Z."))
    if not title:
        raise _wrong("title", N_("Hãy đặt tên cho nhóm việc."))
    with transaction.atomic():
        row, _ = lock_to_set_up(organization_id, actor)
        GroupRow.objects.update_or_create(
            desk=row, letter=letter, defaults={"title": title}
        )
        _note(row, "set_group", actor, at, letter=letter)
    return get_desk(organization_id=organization_id)


def remove_group(
    *, organization_id: UUID, letter: str, actor: Actor, at: datetime
) -> Desk:
    """Issue no more numbers of a group; those issued are still called.

    :raises SettingsWrong: if it is the last one.
    """
    with transaction.atomic():
        row, desk = lock_to_set_up(organization_id, actor)
        if [group.letter for group in desk.groups] == [letter]:
            raise _wrong("letter", N_("Phải còn ít nhất một nhóm việc."))
        GroupRow.objects.filter(desk=row, letter=letter).delete()
        _note(row, "remove_group", actor, at, letter=letter[:1])
    return get_desk(organization_id=organization_id)


def set_counter(
    *,
    organization_id: UUID,
    number: int,
    title: str,
    letters: str,
    actor: Actor,
    at: datetime,
) -> Desk:
    """Set up a counter, new or known, by its number.

    letters: the groups it serves, as `AB`; none means all.
    :raises SettingsWrong: if the number is out of its range, or a group is unknown.
    """
    _refuse_out_of_range({"number": number})
    wanted = "".join(sorted({c for c in letters.upper() if c.isalnum()}))
    with transaction.atomic():
        row, desk = lock_to_set_up(organization_id, actor)
        if set(wanted) - {group.letter for group in desk.groups}:
            raise _wrong("letters", N_("Không có nhóm việc nào mang ký hiệu này."))
        CounterRow.objects.update_or_create(
            desk=row,
            number=number,
            defaults={"title": clean(title)[:100], "letters": wanted},
        )
        _note(row, "set_counter", actor, at, number=number)
    return get_desk(organization_id=organization_id)


def remove_counter(
    *, organization_id: UUID, number: int, actor: Actor, at: datetime
) -> Desk:
    """Take a counter away that never called a number.

    :raises CounterUsed: if it did.
    """
    try:
        with transaction.atomic():
            row, _ = lock_to_set_up(organization_id, actor)
            CounterRow.objects.filter(desk=row, number=number).delete()
            _note(row, "remove_counter", actor, at, number=number)
    except ProtectedError:
        raise CounterUsed from None
    return get_desk(organization_id=organization_id)


def _refuse_stranger(organization_id: UUID, actor: Actor) -> None:
    unit = _Unit(organization_id)
    if not security.may(actor=actor, deed=Deed.SET_UP_COUNTERS, thing=unit):
        raise UnitHasNoDesk


class _Unit:
    """A unit before it has a desk, as a policy sees it."""

    owner_id = None

    def __init__(self, organization_id: UUID) -> None:
        self.organization_id: UUID | None = organization_id


def _furnish(row: DeskRow) -> None:
    WindowRow.objects.bulk_create(
        WindowRow(
            desk=row,
            weekday=window.weekday,
            opens=_minutes(window.opens),
            closes=_minutes(window.closes),
            slot_minutes=window.slot_minutes,
            quota=window.quota,
        )
        for window in DEFAULT_WINDOWS
    )
    GroupRow.objects.bulk_create(
        GroupRow(desk=row, letter=group.letter, title=group.title)
        for group in DEFAULT_GROUPS
    )
    CounterRow.objects.bulk_create(CounterRow(desk=row, number=n) for n in (1, 2))


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _refuse_out_of_range(numbers: dict[str, int]) -> None:
    wrong = {}
    for name, value in numbers.items():
        low, high = LIMITS[name]
        if not low <= value <= high:
            message = N_("Hãy nhập số từ {low} đến {high}.")
            wrong[name] = [Phrase(message, low=low, high=high)]
    if wrong:
        raise SettingsWrong(wrong)


def _wrong(field: str, message: str) -> SettingsWrong:
    return SettingsWrong({field: [Phrase(message)]})


def _save(row: WindowRow, field: str, message: str) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise _wrong(field, message) from None


def _note(
    row: DeskRow, deed: str, actor: Actor, at: datetime, **details: object
) -> None:
    note(deed, subject="Desk", subject_id=row.id, actor=actor, at=at, details=details)
