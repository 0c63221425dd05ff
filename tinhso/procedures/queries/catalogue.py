"""Read procedures: the province's own, and those of the national catalogue."""

from datetime import date
from typing import Any

from pydantic import TypeAdapter

from tinhso.kernel.errors import NotFound
from tinhso.people import queries as people
from tinhso.people.types import Organization
from tinhso.procedures.forms.schema import json_schema
from tinhso.procedures.models import NationalVersion
from tinhso.procedures.queries.versions import current_version_id, procedure_version
from tinhso.procedures.types import NationalProcedure, Procedure, ProcedureNotInForce
from tinhso.procedures.workflow.bpmn import bpmn_xml

NATIONAL = TypeAdapter(NationalProcedure)


def get_procedure(*, code: str, on: date) -> Procedure:
    """Read the version of a procedure in force on a day.

    :raises NotFound: if there is none.
    """
    try:
        return procedure_version(current_version_id(code=code, on=on))
    except ProcedureNotInForce:
        raise NotFound from None


def get_national(*, code: str) -> NationalProcedure:
    """Read a procedure as the national catalogue had it when last imported.

    :raises NotFound: if it was never imported.
    """
    row = NationalVersion.objects.filter(code=code, is_newest=True).first()
    if row is None:
        raise NotFound
    return NATIONAL.validate_python(row.body)


def receiving_units(*, code: str, on: date, case: str = "") -> tuple[Organization, ...]:
    """List the organizations that receive dossiers of a procedure's case on a day.

    Without a case, those of all its cases.
    """
    procedure = get_procedure(code=code, on=on)
    cases = [one for one in procedure.cases if not case or one.key == case]
    levels = dict.fromkeys(level for one in cases for level in one.desks)
    return tuple(
        unit
        for level in levels
        for unit in people.receiving_organizations(level=level, on=on)
    )


def form_schema(*, code: str, on: date) -> dict[str, Any]:
    """Write the form of a procedure as JSON Schema."""
    return json_schema(get_procedure(code=code, on=on).form)


def workflow_diagram(*, code: str, on: date) -> bytes:
    """Draw the workflow of a procedure as BPMN 2.0 XML."""
    return bpmn_xml(get_procedure(code=code, on=on).workflow)
