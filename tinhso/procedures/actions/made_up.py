"""Write made-up dossiers, thousands at a time, with all that happened to them.

What an act would write of the dossier itself is written, by the same rules: its code,
fee, dates, moves, tasks, request for completion and rating. Nobody acted, so the
journal has one entry for the batch, and nobody is told; there are no papers.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.ids import new_id
from tinhso.procedures.actions.laying import COLUMNS, Laid, Layer
from tinhso.procedures.models import DossierCounter, DossierRow, MadeUpBatchRow
from tinhso.procedures.types import MadeUpBefore, MadeUpDossier

# As submissions count, but many numbers at once; in order, so that none waits for one
# that waits for it.
NUMBERS = f"""
INSERT INTO {DossierCounter._meta.db_table} AS c (id, organization_id, day, last)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::date[], %s::int[])
ON CONFLICT (organization_id, day) DO UPDATE SET last = c.last + excluded.last
RETURNING organization_id, day, last
"""  # noqa: S608 - the name is our own
ONE_WRITER = 7_268_002  # any fixed number; PostgreSQL advisory locks have no names

Place = tuple[UUID, date]


def write_made_up(
    *, batch_id: UUID, dossiers: Sequence[MadeUpDossier], actor: Actor, at: datetime
) -> int:
    """Write a batch of made-up dossiers, flagged as such; say how many.

    dossiers: in the order of their ids, at least one, whole days only. A batch that was
    written before is left alone: 0.

    :raises MadeUpBefore: if the same dossiers stand in another batch.
    :raises AnswersInvalid: if the answers of the first of a procedure and day break
        its form; the others are taken as they are.
    :raises CourseImpossible: if one does what its workflow does not offer.
    :raises ProcedureNotInForce, UnitDoesNotReceive, ChannelNotOffered: as submitting.
    """
    if MadeUpBatchRow.objects.filter(pk=batch_id).exists():
        return 0
    if DossierRow.objects.filter(pk=dossiers[0].id).exists():
        raise MadeUpBefore
    layer = Layer()
    laid = [
        layer.lay(one, f"{batch_id.hex}:{place}")
        for place, one in enumerate(dossiers, start=1)
    ]
    with transaction.atomic():
        _copy(_with_codes(laid))
        _note(batch_id, dossiers, actor, at)
    return len(dossiers)


def _with_codes(laid: Sequence[Laid]) -> Sequence[Laid]:
    """Give each its code, from the counter of its agency and day."""
    next_of = _numbered(Counter(one.place for one in laid))
    for one in laid:
        one.number(next_of[one.place])
        next_of[one.place] += 1
    return laid


def _numbered(wanted: Counter[Place]) -> dict[Place, int]:
    """Take some numbers of each agency and day; answer the first of each."""
    places = sorted(wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            NUMBERS,
            [
                [new_id() for _ in places],
                [organization for organization, _ in places],
                [day for _, day in places],
                [wanted[place] for place in places],
            ],
        )
        rows = cursor.fetchall()
    return {(org, day): last - wanted[org, day] + 1 for org, day, last in rows}


def _copy(laid: Sequence[Laid]) -> None:
    for table, columns in COLUMNS.items():
        names = ", ".join(f'"{name}"' for name in columns)
        rows = (row for one in laid for row in one.rows.get(table, ()))
        _copy_rows(f"COPY {table} ({names}) FROM STDIN", rows)


def _copy_rows(sql: str, rows: Iterable[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)


def _note(
    batch_id: UUID, dossiers: Sequence[MadeUpDossier], actor: Actor, at: datetime
) -> None:
    """Number the batch and journal it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_WRITER])
    last = MadeUpBatchRow.objects.aggregate(last=Max("number"))["last"]
    row = MadeUpBatchRow.objects.create(
        id=batch_id,
        number=(last or 0) + 1,
        dossiers=len(dossiers),
        first_id=dossiers[0].id,
        last_id=dossiers[-1].id,
        written_at=at,
    )
    audit.write(
        "procedures.write_made_up",
        subject="procedures.MadeUpBatch",
        subject_id=batch_id,
        actor=actor,
        at=at,
        details={"number": row.number, "dossiers": row.dossiers},
    )
