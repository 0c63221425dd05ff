"""Take dossiers in from the national portal, and tell it what becomes of them.

Since 1 July 2025 the portal is the legal front door for applications online. It may
repeat, reorder and omit: a dossier is stored once, whole or not at all, and every
refusal has a name that the portal is told.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from tinhso.documents import queries as documents
from tinhso.kernel.actor import Actor, ActorKind
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import Invalid, Phrase
from tinhso.people import actions as registry
from tinhso.people import queries as people
from tinhso.people.types import Person
from tinhso.procedures.actions.adopting import counter_version
from tinhso.procedures.actions.intake import attach_all
from tinhso.procedures.actions.submit import submit_with_files
from tinhso.procedures.actions.work import take_action
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.models import DossierRow, PortalDossierRow, PortalMessageRow
from tinhso.procedures.providers.portal import HttpPortal, Portal, PortalAwayError
from tinhso.procedures.types import (
    Channel,
    PortalAgencyUnknown,
    PortalApplicant,
    PortalContentDiffers,
    PortalDossier,
    PortalDossierUnknown,
    PortalFile,
    PortalFileDamaged,
    PortalFilesMissing,
    PortalReceipt,
    Status,
)

ATTEMPT_SECONDS, LONGEST_WAIT = 10, timedelta(hours=1)
MOST_AT_ONCE = 100


def take_from_portal(
    *, given: PortalDossier, actor: Actor, at: datetime
) -> PortalReceipt:
    """Store a dossier that the portal forwards; the same one again changes nothing.

    :raises PortalContentDiffers: if its code came before with another content.
    :raises PortalFilesMissing, PortalFileDamaged: if files are omitted or changed.
    :raises PortalAgencyUnknown: if no unit has the agency code today.
    :raises NameDiffers: if somebody else is registered under the number.
    :raises Invalid: as `submit_with_files` does.
    """
    digest = _digest(given)
    with transaction.atomic():
        _one_at_a_time(given.national_code)
        known = PortalDossierRow.objects.filter(
            national_code=given.national_code
        ).first()
        if known is not None:
            return _repeated(known, digest)
        _refuse_broken_files(given.files, given.files_announced)
        person = _person(given.applicant, actor, at)
        submission = submit_with_files(
            procedure_code=given.procedure_code,
            organization_id=_agency(given.agency_code, at),
            channel=Channel.ONLINE,
            answers=given.answers,
            uploads=_by_field(given.files),
            key=f"portal:{given.national_code}",
            case=given.case,
            version_id=counter_version(given.procedure_code, actor, at),
            actor=_as_applicant(person),
            at=at,
        )
        row = PortalDossierRow.objects.create(
            dossier_id=submission.dossier_id,
            national_code=given.national_code,
            digest=digest,
            received_at=at,
        )
        _audit("take_from_portal", row, actor, at)
    return _receipt(row, is_repeated=False)


def act_from_portal(
    *,
    national_code: str,
    action_key: str,
    note: str,
    answers: Mapping[str, Any],
    files: Sequence[PortalFile],
    files_announced: int,
    actor: Actor,
    at: datetime,
) -> PortalReceipt:
    """Do what the applicant did at the portal: supply what was asked for, withdraw.

    :raises PortalDossierUnknown: if the dossier has not come yet; to be sent again.
    :raises PortalFilesMissing, PortalFileDamaged: if files are omitted or changed.
    :raises Refused: as `take_action` does.
    """
    with transaction.atomic():
        row = _known(national_code)
        _refuse_broken_files(files, files_announced)
        dossier = DossierRow.objects.select_for_update().get(pk=row.dossier_id)
        owner = _as_applicant(people.get_person(person_id=dossier.owner_id))
        kept = attach_all(dossier.id, _by_field(files), owner, at)
        before = {key: dossier.answers.get(key) or [] for key in kept}
        take_action(
            dossier_id=dossier.id,
            action_key=action_key,
            revision=dossier.revision,
            note=note,
            data={**answers, **{key: [*before[key], *kept[key]] for key in kept}},
            actor=owner,
            at=at,
        )
        _audit(f"act_from_portal.{action_key}", row, actor, at)
    return portal_receipt(national_code=national_code)


def portal_receipt(*, national_code: str) -> PortalReceipt:
    """Tell the portal how one of its dossiers stands.

    :raises PortalDossierUnknown: if it never came.
    """
    return _receipt(_known(national_code), is_repeated=True)


def queue_for_portal(
    *, dossier_id: UUID, body: Mapping[str, Any], at: datetime
) -> bool:
    """Queue what happened for the portal, if the dossier came from there.

    body: what the message says besides the codes, its number and the moment.
    """
    with transaction.atomic():
        row = (
            PortalDossierRow.objects.select_for_update(of=("self",))
            .select_related("dossier")
            .filter(dossier_id=dossier_id)
            .first()
        )
        if row is None:
            return False
        row.told += 1
        row.save(update_fields=["told"])
        PortalMessageRow.objects.create(
            portal=row,
            number=row.told,
            body={
                "national_code": row.national_code,
                "code": row.dossier.code,
                "number": row.told,
                "at": at.isoformat(),
                **body,
                **_why(row.dossier, body),
            },
            queued_at=at,
            next_at=at,
        )
    return True


def _why(dossier: DossierRow, body: Mapping[str, Any]) -> dict[str, Any]:
    """Say what the applicant must be told with a status: reasons, or the refusal."""
    status = body.get("status")
    if status == Status.SUPPLEMENT_ASKED:
        return {"reasons": dossier.supplement.reasons}
    if status in (Status.NOT_RECEIVED, Status.STOPPED):
        return {"note": dossier.moves.order_by("-id")[0].note}
    return {}


def tell_portal(*, at: datetime, portal: Portal | None = None) -> int:
    """Send what waits, each dossier's messages in their order; answer how many went.

    What is not taken waits longer each time, an hour at the most, and is never dropped.
    A portal that does not answer ends the round.
    """
    if portal is None and not settings.TINHSO_PORTAL_URL:
        return 0
    portal = portal or HttpPortal(
        settings.TINHSO_PORTAL_URL, settings.TINHSO_PORTAL_KEY
    )
    waiting = PortalMessageRow.objects.filter(delivered_at=None, next_at__lte=at)
    first = waiting.order_by("portal_id", "number").distinct("portal_id")
    ids = list(first.values_list("portal_id", flat=True)[:MOST_AT_ONCE])
    sent = 0
    for portal_id in ids:
        taken, is_silent = _tell_about(portal_id, portal, at)
        sent += taken
        if is_silent:
            break
    return sent


def _tell_about(portal_id: UUID, portal: Portal, at: datetime) -> tuple[int, bool]:
    """Send the messages of one dossier until one is not taken.

    Answers how many were, and whether the portal is silent.
    """
    sent = 0
    while True:
        with transaction.atomic():
            message = (
                PortalMessageRow.objects.select_for_update(skip_locked=True)
                .filter(portal_id=portal_id, delivered_at=None)
                .order_by("number")
                .first()
            )
            if message is None or message.next_at > at:
                return sent, False
            is_silent = _send(message, portal, at)
            if message.delivered_at is None:
                return sent, is_silent
        sent += 1


def _send(message: PortalMessageRow, portal: Portal, at: datetime) -> bool:
    """Send one and note what came of it; tell whether the portal is silent."""
    message.attempts += 1
    is_silent = False
    try:
        portal.tell(_with_result(message.body))
        message.delivered_at, message.last_error = at, ""
    except PortalAwayError as away:
        is_silent = away.is_silent
        wait = timedelta(seconds=ATTEMPT_SECONDS * 2 ** min(message.attempts, 12))
        message.next_at = at + min(wait, LONGEST_WAIT)
        message.last_error = str(away)[:300]
    message.save()
    return is_silent


def _with_result(body: Mapping[str, Any]) -> dict[str, Any]:
    """Put the signed result into the message that announces it."""
    document = body.get("document_id")
    if not document:
        return dict(body)
    content = documents.document_pdf(document_id=UUID(document))
    result = {
        "sha256": sha256(content).hexdigest(),
        "content": b64encode(content).decode(),
    }
    return {**body, "result": result}


def _one_at_a_time(national_code: str) -> None:
    """Let the same dossier, sent twice at the same moment, wait for itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [national_code])


def _known(national_code: str) -> PortalDossierRow:
    row = PortalDossierRow.objects.filter(national_code=national_code).first()
    if row is None:
        raise PortalDossierUnknown(code=national_code)
    return row


def _repeated(row: PortalDossierRow, digest: str) -> PortalReceipt:
    if row.digest != digest:
        raise PortalContentDiffers(code=row.national_code)
    return _receipt(row, is_repeated=True)


def _receipt(row: PortalDossierRow, *, is_repeated: bool) -> PortalReceipt:
    dossier = DossierRow.objects.get(pk=row.dossier_id)
    return PortalReceipt(
        national_code=row.national_code,
        code=dossier.code,
        dossier_id=dossier.id,
        status=dossier.status,
        due_at=dossier.due_at,
        fee=dossier.fee,
        is_repeated=is_repeated,
    )


def _refuse_broken_files(files: Sequence[PortalFile], announced: int) -> None:
    if len(files) != announced:
        raise PortalFilesMissing(announced=announced, came=len(files))
    for file in files:
        if sha256(file.content).hexdigest() != file.sha256.lower():
            message = Phrase(PortalFileDamaged.message, name=file.name)
            raise PortalFileDamaged({file.field: [message]}, name=file.name)


def _by_field(files: Sequence[PortalFile]) -> dict[str, list[tuple[str, bytes]]]:
    found: dict[str, list[tuple[str, bytes]]] = {}
    for file in files:
        found.setdefault(file.field, []).append((file.name, file.content))
    return found


def _agency(code: str, at: datetime) -> UUID:
    found = people.organization_by_code(code=code, on=day_of(at))
    if found is None:
        message = Phrase(PortalAgencyUnknown.message, code=code)
        raise PortalAgencyUnknown({"agency_code": [message]}, code=code)
    return found.id


def _person(applicant: PortalApplicant, actor: Actor, at: datetime) -> Person:
    try:
        return registry.identify_person(
            **asdict(applicant),
            is_synthetic=settings.TINHSO_DEMO,
            actor=actor,
            at=at,
        )
    except Invalid as refused:
        # Told as the portal calls the fields.
        named = {f"applicant.{name}": why for name, why in refused.fields.items()}
        raise type(refused)(named, **refused.params) from refused


def _as_applicant(person: Person) -> Actor:
    """Act for a person whom the national e-identity has recognized."""
    return Actor(
        kind=ActorKind.CITIZEN,
        person_id=person.id,
        name=person.full_name,
        is_synthetic=person.is_synthetic,
    )


def _digest(given: PortalDossier) -> str:
    content = {
        **asdict(given),
        "files": [[file.field, file.name, file.sha256] for file in given.files],
    }
    text = json.dumps(content, sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()


def _audit(deed: str, row: PortalDossierRow, actor: Actor, at: datetime) -> None:
    audit.write(
        f"procedures.{deed}",
        subject="procedures.Dossier",
        subject_id=row.dossier_id,
        actor=actor,
        at=at,
        details={"national_code": row.national_code, "sha256": row.digest},
    )
