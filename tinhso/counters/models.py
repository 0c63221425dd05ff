"""Tables of counters."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from tinhso.counters.types import BookingState, TicketState
from tinhso.kernel.records import Record

HELD = [BookingState.BOOKED, BookingState.OFFERED]
# A place that was attended stays taken: nobody else may have it, too.
TAKEN = [*HELD, BookingState.ATTENDED]
AT_COUNTER = [TicketState.CALLED, TicketState.SERVING]


class DeskRow(Record):
    """How a unit takes bookings and calls numbers; locked by whoever changes either.

    PII: none
    """

    organization = models.OneToOneField(
        "people.OrganizationRow", on_delete=models.PROTECT
    )
    takes_bookings = models.BooleanField(default=True)
    days_ahead = models.PositiveSmallIntegerField(default=14)
    offer_minutes = models.PositiveSmallIntegerField(default=240)
    most_bookings = models.PositiveSmallIntegerField(default=3)
    priority_run = models.PositiveSmallIntegerField(default=2)
    priority_groups = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="counters_sensible_settings",
                condition=Q(days_ahead__range=(1, 90))
                & Q(offer_minutes__range=(10, 2880))
                & Q(most_bookings__range=(1, 20))
                & Q(priority_run__range=(1, 20)),
            )
        ]


class WindowRow(Record):
    """Hours of a weekday, in minutes from midnight, cut into slots.

    PII: none
    """

    desk = models.ForeignKey(DeskRow, on_delete=models.CASCADE)
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveIntegerField()
    closes = models.PositiveIntegerField()
    slot_minutes = models.PositiveSmallIntegerField()
    quota = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="counters_sensible_window",
                condition=Q(weekday__range=(1, 7))
                & Q(closes__gt=F("opens"), closes__lt=1440)
                & Q(slot_minutes__range=(5, 240), quota__range=(1, 100)),
            ),
            ExclusionConstraint(
                name="counters_windows_do_not_overlap",
                expressions=[
                    (F("desk"), RangeOperators.EQUAL),
                    (F("weekday"), RangeOperators.EQUAL),
                    (
                        Func(F("opens"), F("closes"), function="int4range"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class ClosureRow(Record):
    """A time in which the unit takes nobody.

    PII: none
    """

    desk = models.ForeignKey(DeskRow, on_delete=models.CASCADE)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="counters_closure_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
            )
        ]


class GroupRow(Record):
    """A group of services with numbers of its own.

    PII: none
    """

    desk = models.ForeignKey(DeskRow, on_delete=models.CASCADE)
    letter = models.CharField(max_length=1)
    title = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "letter"], name="counters_one_group_a_letter"
            ),
            models.CheckConstraint(
                name="counters_letter_a_to_z", condition=Q(letter__regex=r"^[A-Z]$")
            ),
        ]


class CounterRow(Record):
    """A counter; `preferred_run` counts preferred calls in a row (rules.choose).

    PII: none
    """

    desk = models.ForeignKey(DeskRow, on_delete=models.CASCADE)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=100, blank=True)
    letters = models.CharField(max_length=26, blank=True)
    is_open = models.BooleanField(default=False)
    preferred_run = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "number"], name="counters_one_counter_a_number"
            )
        ]


class BookingRow(Record):
    """A place in a slot: booked, or held for the first in line.

    PII: person, procedure_code and time together tell an intention — to be erased
    when the unit no longer needs them; no period is set by a source that was seen.
    """

    desk = models.ForeignKey(DeskRow, on_delete=models.PROTECT)
    person = models.ForeignKey("people.PersonRow", on_delete=models.PROTECT)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=9, unique=True)
    procedure_code = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=10)
    offer_until = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    reminded_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "starts_at", "place"],
                name="counters_one_person_a_place",
                condition=Q(state__in=TAKEN),
            ),
            ExclusionConstraint(
                name="counters_one_booking_a_person_a_time",
                expressions=[
                    (F("person"), RangeOperators.EQUAL),
                    (
                        Func(F("starts_at"), F("ends_at"), function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state=BookingState.BOOKED),
            ),
            models.CheckConstraint(
                name="counters_known_booking_state",
                condition=Q(state__in=list(BookingState)),
            ),
            models.CheckConstraint(
                name="counters_an_offer_ends",
                condition=~Q(state=BookingState.OFFERED) | Q(offer_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["desk", "starts_at"], name="counters_bookings"),
            models.Index(
                fields=["offer_until"],
                name="counters_offers",
                condition=Q(state=BookingState.OFFERED),
            ),
        ]


class WaitRow(Record):
    """Somebody in line for a slot, or for any slot of a day; ended when served.

    PII: person — as the booking it leads to.
    """

    desk = models.ForeignKey(DeskRow, on_delete=models.PROTECT)
    person = models.ForeignKey("people.PersonRow", on_delete=models.PROTECT)
    day = models.DateField()
    starts_at = models.DateTimeField(null=True)
    procedure_code = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "person", "day", "starts_at"],
                name="counters_once_in_a_line",
                condition=Q(ended_at=None),
                nulls_distinct=False,
            )
        ]


class TicketRow(Record):
    """A number of one day; it carries no name and no reason for its priority.

    PII: booking, through which the person is found — as the booking.
    """

    desk = models.ForeignKey(DeskRow, on_delete=models.PROTECT)
    day = models.DateField()
    letter = models.CharField(max_length=1)
    place = models.PositiveIntegerField()
    token = models.CharField(max_length=24, unique=True)
    is_priority = models.BooleanField(default=False)
    booking = models.OneToOneField(BookingRow, null=True, on_delete=models.PROTECT)
    procedure_code = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=10, default=TicketState.WAITING)
    counter = models.ForeignKey(
        CounterRow, null=True, on_delete=models.PROTECT, related_name="+"
    )
    wanted = models.ForeignKey(
        CounterRow, null=True, on_delete=models.PROTECT, related_name="+"
    )
    calls = models.PositiveSmallIntegerField(default=0)
    issued_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    first_called_at = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "day", "letter", "place"],
                name="counters_one_ticket_a_number",
            ),
            models.UniqueConstraint(
                fields=["counter", "day"],
                name="counters_one_number_at_a_counter",
                condition=Q(state__in=AT_COUNTER),
            ),
            models.CheckConstraint(
                name="counters_known_ticket_state",
                condition=Q(state__in=list(TicketState)),
            ),
            models.CheckConstraint(
                name="counters_called_to_a_counter",
                condition=~Q(state__in=AT_COUNTER) | Q(counter__isnull=False),
            ),
        ]
