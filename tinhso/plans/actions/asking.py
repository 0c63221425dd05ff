"""Ask an agency as a member of the People's Council, and answer; all of it stays."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.events import actions as events
from tinhso.kernel.text import clean
from tinhso.people.types import Role
from tinhso.plans.actions.locking import Uploads, agency_on, stored
from tinhso.plans.models import AnswerRow, QuestionRow
from tinhso.plans.queries.questions import answers_for, get_question, subjects
from tinhso.plans.types import (
    AnswerDayPassed,
    NotOfCouncil,
    Question,
    QuestionAnswered,
    QuestionAsked,
    QuestionOfAnother,
    QuestionTextMissing,
    QuestionUnknown,
    Subject,
    SubjectKind,
    SubjectUnknown,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

ENOUGH = 4000


def ask_question(
    *,
    kind: SubjectKind,
    subject: str,
    agency_id: UUID,
    text: str,
    answer_by: date,
    actor: Actor,
    at: datetime,
) -> Question:
    """Ask an agency about a target, a task or an indicator, to be answered by a day.

    subject: its key, as `queries.subjects` lists them.

    :raises NotOfCouncil: if the actor is no member of the Council.
    :raises SubjectUnknown, AgencyUnknown: if there is no such thing, or agency today.
    :raises QuestionTextMissing, AnswerDayPassed: if text or day cannot be.
    """
    if not security.may(actor=actor, deed=Deed.ASK_AGENCIES) or not actor.person_id:
        raise NotOfCouncil
    today = local(at).date()
    about = _subject(kind, subject, actor)
    agency = agency_on(agency_id, today, "agency")
    if not clean(text):
        raise QuestionTextMissing({"text": [QuestionTextMissing.message]})
    if answer_by <= today:
        raise AnswerDayPassed({"answer_by": [AnswerDayPassed.message]})
    with transaction.atomic():
        row = QuestionRow.objects.create(
            kind=about.kind,
            subject=about.key,
            title=about.title,
            text=text.strip()[:ENOUGH],
            council_id=min(actor.organizations([Role.COUNCIL_MEMBER])),
            agency_id=agency.id,
            asker_id=actor.person_id,
            asked_by=actor.name[:200],
            asked_at=at,
            answer_by=answer_by,
            is_synthetic=actor.is_synthetic,
        )
        _journal("ask_question", row, actor, at)
        told = QuestionAsked(
            subject_id=row.id,
            agency_id=agency.id,
            title=about.title,
            answer_by=answer_by,
        )
        events.record(told, actor=actor, at=at)
    return get_question(question_id=row.id, actor=actor)


def answer_question(
    *,
    question_id: UUID,
    text: str,
    actor: Actor,
    at: datetime,
    uploads: Uploads = (),
) -> Question:
    """Answer the Council for one's agency; another answer adds to the first.

    uploads: the first one is kept.

    :raises QuestionUnknown: if there is none that the actor may see.
    :raises QuestionOfAnother: if another agency was asked.
    :raises QuestionTextMissing, FilesWrong: if text or file cannot be.
    """
    found = get_question(question_id=question_id, actor=actor)
    if not answers_for(actor=actor, agency_id=found.agency_id):
        raise QuestionOfAnother
    if not clean(text):
        raise QuestionTextMissing({"text": [QuestionTextMissing.message]})
    with transaction.atomic():
        row = QuestionRow.objects.select_for_update().filter(pk=question_id).first()
        if row is None:
            raise QuestionUnknown
        files = [stored(*one, row.agency_id, actor, at) for one in uploads[:1]]
        AnswerRow.objects.create(
            question=row,
            text=text.strip()[:ENOUGH],
            file_id=files[0].id if files else None,
            file_name=files[0].name if files else "",
            by_name=actor.name[:200],
            at=at,
        )
        _journal("answer_question", row, actor, at)
        told = QuestionAnswered(
            subject_id=row.id,
            asker_id=row.asker_id,
            agency=found.agency_name,
            title=row.title,
        )
        events.record(told, actor=actor, at=at)
    return get_question(question_id=question_id, actor=actor)


def _subject(kind: SubjectKind, key: str, actor: Actor) -> Subject:
    for one in subjects(actor=actor):
        if (one.kind, one.key) == (kind, key):
            return one
    raise SubjectUnknown({"subject": [SubjectUnknown.message]})


def _journal(deed: str, row: QuestionRow, actor: Actor, at: datetime) -> None:
    audit.write(
        f"plans.{deed}",
        subject="plans.Question",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={"kind": str(row.kind)},
    )
