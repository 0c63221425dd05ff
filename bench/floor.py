"""The floor under a submission: what is left when nothing is read and nothing checked.

A bare WSGI application behind the same server. It takes the same request, makes its
bytes durable, and writes the same rows with the same statement. No key, no form, no
look into the file, no routing: what the platform does beyond comes on top of this.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from random import choice
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.signals import request_finished  # noqa: E402

from tinhso.documents import actions as documents  # noqa: E402
from tinhso.documents.providers import store  # noqa: E402
from tinhso.documents.types import KeptFile  # noqa: E402
from tinhso.kernel.actor import SYSTEM  # noqa: E402
from tinhso.kernel.audit import actions as audit  # noqa: E402
from tinhso.kernel.events import actions as events  # noqa: E402
from tinhso.kernel.ids import new_id  # noqa: E402
from tinhso.people import queries as people  # noqa: E402
from tinhso.procedures.actions.storing import NewDossier, insert  # noqa: E402
from tinhso.procedures.actions.submit import WITH_CODE  # noqa: E402
from tinhso.procedures.models import DossierRow  # noqa: E402
from tinhso.procedures.queries.versions import procedure_version  # noqa: E402
from tinhso.procedures.types import DossierSubmitted  # noqa: E402

_like: list[NewDossier] = []


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Store a submission like the newest one there is."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length)
    if not body:
        start("200 OK", [])
        return [b""]
    code = _submit(body)
    request_finished.send(sender=None)  # gives the connection back
    start("201 Created", [("Content-Type", "application/json")])
    return [b'{"code": "%s"}' % code.encode()]


def _submit(body: bytes) -> str:
    if not _like:
        _like.append(_newest())
    file_id, model = new_id(), _like[0]
    unit_id, code = choice(_units(model.day))
    new = replace(
        model,
        id=new_id(),
        organization_id=unit_id,
        receiver_id=unit_id,
        receiver_code=code,
        key=str(file_id),
        files=((model.files[0][0], file_id),),
    )
    digest = store.keep(home=settings.TINHSO_HOME, content=body)
    file = KeptFile(file_id, "scan.pdf", "application/pdf", len(body), digest)
    entry = audit.writing(
        "entry",
        "procedures.submit_dossier",
        subject="procedures.Dossier",
        subject_id=new.id,
        actor=SYSTEM,
        at=new.at,
        details={"content": new.digest},
        added=WITH_CODE,
    )
    event = DossierSubmitted(
        subject_id=new.id,
        code="",
        owner_id=new.owner_id,
        organization_id=new.organization_id,
        procedure_code="1.001193",
        due_at=new.due_at,
    )
    told = events.recording(event, actor=SYSTEM, at=new.at, added=WITH_CODE)
    taken = documents.taking_in(
        files=[file], owner_id=new.owner_id, actor=SYSTEM, at=new.at
    )
    return insert(new, SYSTEM, entry, told, taken)


@cache
def _units(on: date) -> list[tuple[UUID, str]]:
    """List the communes, so that no one's counter makes all others wait."""
    found = people.receiving_organizations(level="commune", on=on)
    return [(unit.id, unit.code) for unit in found]


def _newest() -> NewDossier:
    row = DossierRow.objects.filter(file_rows__isnull=False).latest("id")
    workflow = procedure_version(row.procedure_id).workflow
    return NewDossier(
        id=row.id,
        owner_id=row.owner_id,
        applicant_name=row.applicant_name,
        organization_id=row.organization_id,
        receiver_id=row.organization_id,
        receiver_code=row.code.rsplit("-", 2)[0],
        case=row.case,
        procedure_id=row.procedure_id,
        calendar_id=row.calendar_id,
        channel=row.channel,
        fee=row.fee,
        answers=row.answers,
        files=[(each.field, each.file_id) for each in row.file_rows.all()],
        step=workflow.step(workflow.start),
        day=row.submitted_at.date(),
        at=row.submitted_at,
        due_at=row.due_at,
        hand_over_due=row.due_at,
        key=row.idempotency_key,
        digest=row.content_digest,
        is_synthetic=row.is_synthetic,
    )
