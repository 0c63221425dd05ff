"""Questions of the People's Council and their answers; all of them stay."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record
from tinhso.plans.types import SubjectKind


class QuestionRow(Record):
    """A question on record.

    PII: asker, asked_by, a member of the Council in office — on record for good
    """

    kind = models.CharField(max_length=10)
    subject = models.CharField(max_length=120)
    title = models.CharField(max_length=400)
    text = models.CharField(max_length=4000)
    council = models.ForeignKey(
        "people.OrganizationRow", on_delete=models.PROTECT, related_name="+"
    )
    agency = models.ForeignKey(
        "people.OrganizationRow", on_delete=models.PROTECT, related_name="+"
    )
    asker = models.ForeignKey(
        "people.PersonRow", on_delete=models.PROTECT, related_name="+"
    )
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    answer_by = models.DateField()
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plans_known_subject", condition=Q(kind__in=list(SubjectKind))
            ),
            models.CheckConstraint(
                name="plans_questions_ask_something", condition=~Q(text="")
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "answer_by"], name="plans_to_answer"),
        ]


class AnswerRow(Record):
    """An answer on record; a later one adds to it.

    PII: by_name, name of an officer in office — on record for good
    """

    question = models.ForeignKey(
        QuestionRow, on_delete=models.PROTECT, related_name="answers"
    )
    text = models.CharField(max_length=4000)
    file = models.ForeignKey(
        "documents.FileRow", null=True, on_delete=models.PROTECT, related_name="+"
    )
    file_name = models.CharField(max_length=255, blank=True)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plans_answers_say_something", condition=~Q(text="")
            ),
        ]
