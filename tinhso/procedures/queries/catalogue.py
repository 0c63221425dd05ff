"""Find procedures as people type."""

from datetime import date
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q, QuerySet

from tinhso.kernel.errors import NotFound
from tinhso.kernel.text import fold
from tinhso.people import queries as people
from tinhso.people.types import Organization
from tinhso.procedures.forms.schema import json_schema
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.queries.versions import current_version_id, procedure_version
from tinhso.procedures.types import Procedure, ProcedureNotInForce, ProcedureSummary
from tinhso.procedures.workflow.bpmn import bpmn_xml

# Below this, what trigrams call similar is not what people meant.
LEAST_SIMILARITY = 0.35
MOST_FOUND = 50


def search_procedures(*, text: str, on: date) -> tuple[ProcedureSummary, ...]:
    """Find the procedures in force that fit a text, best first; all for none.

    Diacritics do not matter, small typing errors are forgiven.
    """
    rows = _in_force(on)
    folded = fold(text)
    if folded:
        rows = (
            rows.annotate(likeness=TrigramWordSimilarity(folded, "folded"))
            .filter(likeness__gte=LEAST_SIMILARITY)
            .order_by("-likeness", "code")
        )
    return tuple(_summary(row) for row in rows[:MOST_FOUND])


def get_procedure(*, code: str, on: date) -> Procedure:
    """Read the version of a procedure in force on a day.

    :raises NotFound: if there is none.
    """
    try:
        return procedure_version(current_version_id(code=code, on=on))
    except ProcedureNotInForce:
        raise NotFound from None


def receiving_units(*, code: str, on: date) -> tuple[Organization, ...]:
    """List the organizations that receive dossiers of a procedure on a day."""
    procedure = get_procedure(code=code, on=on)
    return tuple(people.receiving_organizations(level=procedure.level, on=on))


def form_schema(*, code: str, on: date) -> dict[str, Any]:
    """Write the form of a procedure as JSON Schema."""
    return json_schema(get_procedure(code=code, on=on).form)


def workflow_diagram(*, code: str, on: date) -> bytes:
    """Draw the workflow of a procedure as BPMN 2.0 XML."""
    return bpmn_xml(get_procedure(code=code, on=on).workflow)


def _in_force(on: date) -> QuerySet[ProcedureVersion]:
    newest = (
        ProcedureVersion.objects.filter(valid_from__lte=on)
        .order_by("code", "-number")
        .distinct("code")
    )
    return ProcedureVersion.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), pk__in=newest.values("pk")
    ).order_by("code")


def _summary(row: ProcedureVersion) -> ProcedureSummary:
    procedure = procedure_version(row.pk)
    return ProcedureSummary(
        code=procedure.code,
        title=procedure.title,
        summary=procedure.summary,
        field=procedure.field,
        level=procedure.level,
    )
