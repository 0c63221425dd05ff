"""Registers, what they say of each thing through time, and what changed them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.expressions import RawSQL

from tinhso.kernel.records import Dated, Record
from tinhso.registries.types import ChangeState, LineKind

# What is known now, and has not been replaced by something better known.
KNOWN = Q(replaced_at__isnull=True)
# How PostgreSQL finds what lies in a box; a function of four columns.
BOX = "box(point(east, north), point(west, south))"


class RegisterRow(models.Model):
    """A register as its pack declares it.

    PII: none
    """

    key = models.CharField(primary_key=True, max_length=40)
    body = models.JSONField()
    # The names of its fields as people see them; an object of JSON keeps no order.
    field_names = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    version = models.PositiveIntegerField()


class RecordRow(Record):
    """A thing that a register knows, by its identifier; what is said of it is apart.

    PII: identifier, where the register's own is one — as long as the register, by its
    source
    """

    # Found by the index of its names.
    register = models.ForeignKey(RegisterRow, on_delete=models.PROTECT, db_index=False)
    identifier = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["register", "identifier"], name="registries_one_record_a_name"
            ),
        ]


class ChangeRow(Record):
    """Lines that go into a register together.

    PII: proposed_by, decided_by, names of officers in office — as long as the register
    """

    register = models.ForeignKey(RegisterRow, on_delete=models.PROTECT)
    register_version = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    source = models.CharField(max_length=300)
    file_name = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    # Of the workbook it came in, by the names of the fields, in their order.
    columns = models.JSONField(default=list)
    proposer_id = models.UUIDField(null=True)
    proposed_by = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    decider_id = models.UUIDField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    count_added = models.PositiveIntegerField(default=0)
    count_changed = models.PositiveIntegerField(default=0)
    count_ended = models.PositiveIntegerField(default=0)
    count_same = models.PositiveIntegerField(default=0)
    faults = models.PositiveIntegerField(default=0)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="registries_known_state", condition=Q(state__in=list(ChangeState))
            ),
            models.CheckConstraint(
                name="registries_decided_by_another",
                condition=Q(decider_id__isnull=True)
                | Q(proposer_id__isnull=True)
                | ~Q(decider_id=F("proposer_id"))
                | Q(state=ChangeState.WITHDRAWN),
            ),
        ]
        indexes = [
            models.Index(fields=["register", "-id"], name="registries_changes"),
        ]


class LineRow(models.Model):
    """A line of a change that waits to be decided; gone a while after it was.

    PII: values, cells, as the register has them — until the change is decided
    """

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(ChangeRow, on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    identifier = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=10)
    values = models.JSONField()
    shape = models.JSONField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    faults = models.JSONField(default=list)
    # As they stood in the workbook, so that it goes back as it came.
    cells = models.JSONField(default=list)
    # What the line was compared with; another one by now means it moved on.
    based_on = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change", "number"], name="registries_one_line_a_number"
            ),
            models.CheckConstraint(
                name="registries_known_kind", condition=Q(kind__in=list(LineKind))
            ),
        ]


class VersionRow(Record, Dated):
    """What a register says of a thing: from which day, and since when it was known.

    PII: label, values, as the register has them — as long as the register, by its
    source; nothing is overwritten, for decisions were made by what was known
    """

    record = models.ForeignKey(RecordRow, on_delete=models.PROTECT, db_index=False)
    register = models.ForeignKey(RegisterRow, on_delete=models.PROTECT, db_index=False)
    values = models.JSONField()
    label = models.CharField(max_length=300)
    folded = models.CharField(max_length=420)
    unit_code = models.CharField(max_length=10, blank=True)
    shape = models.JSONField(null=True)
    west = models.FloatField(null=True)
    south = models.FloatField(null=True)
    east = models.FloatField(null=True)
    north = models.FloatField(null=True)
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    change = models.ForeignKey(ChangeRow, on_delete=models.PROTECT, db_index=False)
    replaced_by = models.ForeignKey(
        ChangeRow,
        null=True,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="replaced",
    )
    is_synthetic = models.BooleanField(default=False)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            # On one day a register says one thing, as far as is known now.
            ExclusionConstraint(
                name="registries_one_version_a_day",
                expressions=[
                    (F("record"), RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=KNOWN,
            ),
            models.CheckConstraint(
                name="registries_known_before_replaced",
                condition=Q(replaced_at__isnull=True, replaced_by__isnull=True)
                | Q(replaced_at__gte=F("recorded_at"), replaced_by__isnull=False),
            ),
            models.CheckConstraint(
                name="registries_shape_in_a_box",
                condition=Q(shape__isnull=True, west__isnull=True)
                | Q(
                    shape__isnull=False,
                    west__lte=F("east"),
                    south__lte=F("north"),
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["record", "valid_from"], name="registries_by_record"),
            models.Index(
                fields=["register", "id"], name="registries_in_order", condition=KNOWN
            ),
            models.Index(fields=["change"], name="registries_by_change"),
            models.Index(
                fields=["replaced_by"],
                name="registries_by_replacement",
                condition=Q(replaced_by__isnull=False),
            ),
            GistIndex(
                RawSQL(BOX, ()),  # noqa: S611 - names of our own columns
                name="registries_by_box",
                condition=Q(west__isnull=False),
            ),
        ]
