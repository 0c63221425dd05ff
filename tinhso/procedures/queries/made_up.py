"""Read batches of made-up dossiers, and their acts as the lake wants them."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import NotFound
from tinhso.people import queries as people
from tinhso.procedures.dossiers.punctuality import RESOLVED, RETURNED_OR_WITHDRAWN
from tinhso.procedures.models import (
    DossierRow,
    EvaluationRow,
    MadeUpBatchRow,
    MoveRow,
    ProcedureVersion,
    SupplementRow,
)
from tinhso.procedures.types import MOST_POINTS, MadeUpBatch

# What the dataset of acts tells of one act, for all of a batch. When an act was due is
# what was known then: a completion that came later re-dated the dossier.
ACTS = f"""
COPY (
    SELECT m.id AS act_id, d.id AS dossier_id, v.code AS procedure, o.code AS agency,
        o.code AS receiver, d.channel, m.action, m.step, m.status, m.at AS acted_at,
        days.acted_on, (d.submitted_at AT TIME ZONE %(zone)s)::date AS submitted_on,
        known.due_at, m.at > known.due_at AS is_late,
        CASE WHEN m.at IS DISTINCT FROM d.resolved_at
                OR m.status <> ALL (%(resolved)s) THEN NULL
            WHEN least(m.at, d.stopped_at) > known.due_at THEN 'late'
            WHEN days.acted_on < days.due_on AND m.status <> ALL (%(never_early)s)
                THEN 'early'
            ELSE 'on_time' END AS resolved,
        true AS is_synthetic
    FROM {DossierRow._meta.db_table} AS d
    JOIN {MoveRow._meta.db_table} AS m ON m.dossier_id = d.id
    JOIN {ProcedureVersion._meta.db_table} AS v ON v.id = d.procedure_id
    JOIN unnest(%(agencies)s::uuid[], %(codes)s::text[]) AS o (id, code)
        ON o.id = d.organization_id
    LEFT JOIN {SupplementRow._meta.db_table} AS s ON s.dossier_id = d.id
    CROSS JOIN LATERAL (SELECT CASE WHEN m.at < s.answered_at THEN d.original_due_at
        ELSE d.due_at END AS due_at) AS known
    CROSS JOIN LATERAL (SELECT (m.at AT TIME ZONE %(zone)s)::date AS acted_on,
        (known.due_at AT TIME ZONE %(zone)s)::date AS due_on) AS days
    WHERE d.is_synthetic AND d.id BETWEEN %(first)s AND %(last)s
        AND d.idempotency_key LIKE %(batch)s
    ORDER BY m.id
) TO STDOUT (FORMAT csv, HEADER true)
"""  # noqa: S608 - the names are our own


# The same for what applicants said.
EVALUATIONS = f"""
COPY (
    SELECT e.id AS evaluation_id, d.id AS dossier_id, v.code AS procedure,
        o.code AS agency, d.channel, e.satisfaction,
        said.points, said.most_points,
        e.at AS evaluated_at, (e.at AT TIME ZONE %(zone)s)::date AS evaluated_on,
        true AS is_synthetic
    FROM {DossierRow._meta.db_table} AS d
    JOIN {EvaluationRow._meta.db_table} AS e ON e.dossier_id = d.id
    JOIN {ProcedureVersion._meta.db_table} AS v ON v.id = d.procedure_id
    JOIN unnest(%(agencies)s::uuid[], %(codes)s::text[]) AS o (id, code)
        ON o.id = e.organization_id
    CROSS JOIN LATERAL (SELECT sum(told.value::int) AS points,
        %(most)s * count(*) AS most_points
        FROM jsonb_each_text(e.scores) AS told) AS said
    WHERE d.is_synthetic AND d.id BETWEEN %(first)s AND %(last)s
        AND d.idempotency_key LIKE %(batch)s
    ORDER BY e.id
) TO STDOUT (FORMAT csv, HEADER true)
"""  # noqa: S608 - the names are our own


def made_up_batches() -> tuple[MadeUpBatch, ...]:
    """List the batches of made-up dossiers in the order of writing."""
    return tuple(
        MadeUpBatch(row.id, row.number, row.dossiers, row.written_at)
        for row in MadeUpBatchRow.objects.order_by("number")
    )


def acts_of_made_up(*, batch_id: UUID) -> Iterator[bytes]:
    """Tell the acts of a batch as CSV with a head, piece by piece; empty is None.

    :raises NotFound: if there is no such batch.
    """
    statuses = {
        "resolved": [int(status) for status in RESOLVED],
        "never_early": [int(status) for status in RETURNED_OR_WITHDRAWN],
    }
    return _copied(ACTS, _batch(batch_id) | statuses)


def evaluations_of_made_up(*, batch_id: UUID) -> Iterator[bytes]:
    """Tell what was said of a batch's dossiers as CSV with a head, piece by piece.

    :raises NotFound: if there is no such batch.
    """
    return _copied(EVALUATIONS, _batch(batch_id) | {"most": MOST_POINTS})


def _batch(batch_id: UUID) -> dict[str, Any]:
    batch = MadeUpBatchRow.objects.filter(pk=batch_id).first()
    if batch is None:
        raise NotFound
    agencies = _agencies(batch)
    return {
        "zone": VIETNAM.key,
        "agencies": list(agencies),
        "codes": list(agencies.values()),
        "first": batch.first_id,
        "last": batch.last_id,
        "batch": f"{batch_id.hex}:%",
    }


def _copied(question: str, values: Mapping[str, Any]) -> Iterator[bytes]:
    with connection.cursor() as cursor, cursor.copy(question, values) as copy:
        yield from map(bytes, copy)


def _agencies(batch: MadeUpBatchRow) -> dict[UUID, str]:
    rows = DossierRow.objects.filter(pk__range=(batch.first_id, batch.last_id))
    ids = rows.order_by().values_list("organization_id", flat=True).distinct()
    return {one: people.get_organization(organization_id=one).code for one in set(ids)}
