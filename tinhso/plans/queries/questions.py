"""Read what the People's Council asked, and what it may ask about."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.documents import queries as documents
from tinhso.documents.types import File
from tinhso.indicators import queries as indicators
from tinhso.indicators.types import Target
from tinhso.kernel.actor import Actor, ActorKind
from tinhso.kernel.clock import local
from tinhso.people import queries as people
from tinhso.people.types import Organization, OrganizationKind
from tinhso.plans.models import AnswerRow, QuestionRow, TaskRow
from tinhso.plans.types import (
    Answer,
    Bureau,
    Question,
    QuestionUnknown,
    Subject,
    SubjectKind,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

MOST = 500
ASKED = (OrganizationKind.AGENCY, OrganizationKind.SERVICE_CENTER)


def questions(
    *, on: date, actor: Actor, subject: Subject | None = None
) -> tuple[Question, ...]:
    """List the questions somebody may read: overdue first, then by day, answered last.

    subject: about it only.
    """
    rows = _readable(actor).order_by("-id")
    if subject:
        rows = rows.filter(kind=subject.kind, subject=subject.key)
    found = [_question(row) for row in rows[:MOST]]
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.is_answered,
                not one.is_overdue(on=on),
                one.answer_by,
            ),
        )
    )


def get_question(*, question_id: UUID, actor: Actor) -> Question:
    """Read a question with its answers.

    :raises QuestionUnknown: if there is none, or the asker may not see it.
    """
    row = _readable(actor).filter(pk=question_id).first()
    if row is None:
        raise QuestionUnknown
    return _question(row)


def answer_file(
    *, question_id: UUID, answer_id: UUID, actor: Actor
) -> tuple[File, bytes]:
    """Read the file that came with an answer.

    :raises QuestionUnknown: if there is none that the asker may see.
    """
    found = _readable(actor).filter(pk=question_id).exists()
    row = AnswerRow.objects.filter(pk=answer_id, question=question_id).first()
    if not found or row is None or row.file_id is None:
        raise QuestionUnknown
    file = documents.get_file(file_id=row.file_id)
    return file, documents.read_file(file_id=file.id)


def subjects(*, actor: Actor) -> tuple[Subject, ...]:
    """List what a member of the Council may ask about.

    :raises NotAllowed: if the asker is none.
    """
    security.require(actor=actor, deed=Deed.ASK_AGENCIES)
    targets = (
        Subject(SubjectKind.TARGET, f"{plan}/{one.key}", _target(one))
        for plan, listed in sorted(indicators.plans().items())
        for one in listed
    )
    rows = TaskRow.objects.filter(is_own=False).order_by("plan__key", "id")
    tasks = (
        Subject(SubjectKind.TASK, str(one.id), f"{one.number}. {one.text['vi']}"[:400])
        for one in rows
    )
    measured = (
        Subject(SubjectKind.INDICATOR, key, one.vi[:400])
        for key, one in sorted(indicators.indicators().items())
    )
    return (*targets, *tasks, *measured)


def asked_agencies(*, on: date) -> tuple[Organization, ...]:
    """List the agencies of the province that are asked, by code."""
    return tuple(
        one
        for one in people.organizations(on=on, level="province")
        if one.kind in ASKED
    )


def _target(target: Target) -> str:
    return f"{target.clause_vi} ({target.due.key})"[:400]


def answers_for(*, actor: Actor, agency_id: UUID) -> bool:
    """Tell whether somebody answers the Council for an agency."""
    deed = Deed.ANSWER_COUNCIL
    return security.may(actor=actor, deed=deed, thing=Bureau(agency_id))


def _readable(actor: Actor) -> QuerySet[QuestionRow]:
    """Select all for the Council and leaders, for others those to their agencies."""
    rows = QuestionRow.objects.select_related("agency").prefetch_related("answers")
    if actor.kind is ActorKind.SYSTEM:
        return rows
    if security.may(actor=actor, deed=Deed.READ_QUESTIONS):
        return rows
    return rows.filter(Q(agency__in=security.desks_of(actor=actor)))


def _question(row: QuestionRow) -> Question:
    answers = sorted(row.answers.all(), key=lambda one: one.id)
    return Question(
        id=row.id,
        subject=Subject(SubjectKind(row.kind), row.subject, row.title),
        text=row.text,
        agency_id=row.agency_id,
        agency_name=row.agency.name,
        asked_by=row.asked_by,
        asked_at=local(row.asked_at),
        answer_by=row.answer_by,
        answers=tuple(_answer(one) for one in answers),
        is_synthetic=row.is_synthetic,
    )


def _answer(row: AnswerRow) -> Answer:
    return Answer(row.id, row.text, row.file_name, row.by_name, local(row.at))
