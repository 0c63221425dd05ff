"""Adopt procedures of the national catalogue for the counter, when first needed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.procedures.catalogue import adopting
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.models import (
    FormVersion,
    NationalVersion,
    ProcedureVersion,
    WorkflowVersion,
)
from tinhso.procedures.queries.catalogue import NATIONAL
from tinhso.procedures.queries.versions import current_version_id
from tinhso.procedures.types import (
    Channel,
    NotReceivedHere,
    Procedure,
    ProcedureNotInForce,
)


def counter_version(code: str, actor: Actor, at: datetime) -> UUID:
    """Find the version of a procedure that a counter takes in today.

    That of a pack; else the one made of the national catalogue as last imported.
    Needs the caller's transaction.

    :raises ProcedureNotInForce: if neither knows it.
    :raises NotReceivedHere: if no desk of the province takes it in.
    """
    try:
        return current_version_id(code=code, on=day_of(at))
    except ProcedureNotInForce:
        national = NationalVersion.objects.filter(code=code, is_newest=True).first()
        if national is None:
            raise
        return _adopt(national, actor, at)


def refuse_other_channels(procedure: Procedure) -> None:
    """Refuse what is not handed in at a counter.

    :raises NotReceivedHere: if the procedure does not name the counter.
    """
    if Channel.COUNTER not in procedure.channels:
        raise NotReceivedHere


def _adopt(row: NationalVersion, actor: Actor, at: datetime) -> UUID:
    """Publish what the catalogue says as a version, unless it is one already."""
    # Two desks may ask for the same procedure at the same moment.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [row.code])
    national = NATIONAL.validate_python(row.body)
    body = adopting.procedure_body(national, on=day_of(row.imported_at))
    if body is None:
        raise NotReceivedHere
    form = _form(adopting.form_body(national), at)
    workflow = WorkflowVersion.objects.filter(key=body["workflow"]).latest("number")
    same = ProcedureVersion.objects.filter(
        code=row.code, is_adopted=True, body=body, form=form, workflow=workflow
    ).first()
    return same.pk if same else _publish(row, body, form, workflow, actor, at)


def _form(body: dict[str, Any], at: datetime) -> FormVersion:
    versions = FormVersion.objects.filter(key=body["key"])
    newest = versions.order_by("-number").first()
    if newest is not None and newest.body == body:
        return newest
    return FormVersion.objects.create(
        key=body["key"],
        number=newest.number + 1 if newest else 1,
        body=body,
        published_at=at,
    )


def _publish(
    national: NationalVersion,
    body: dict[str, Any],
    form: FormVersion,
    workflow: WorkflowVersion,
    actor: Actor,
    at: datetime,
) -> UUID:
    known = ProcedureVersion.objects.filter(code=national.code)
    row = ProcedureVersion.objects.create(
        code=national.code,
        number=(known.aggregate(last=Max("number"))["last"] or 0) + 1,
        body=body,
        folded=national.folded,
        form=form,
        workflow=workflow,
        template_version=0,
        valid_from=day_of(national.imported_at),
        published_at=at,
        is_adopted=True,
    )
    audit.write(
        "procedures.adopt_procedure",
        subject="procedures.ProcedureVersion",
        subject_id=row.pk,
        actor=actor,
        at=at,
        details={"key": row.code, "number": row.number, "national": national.digest},
    )
    return row.pk
