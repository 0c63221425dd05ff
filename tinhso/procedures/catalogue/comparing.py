"""Hold a procedure against the form, workflow and template it names."""

from collections.abc import Iterator, Mapping
from typing import Any

from tinhso.procedures.catalogue.reading import read_form
from tinhso.procedures.forms.logic import paths
from tinhso.procedures.types.forms import FieldKind, Form
from tinhso.procedures.types.workflow import Effect

Body = Mapping[str, Any]

# What a result may tell besides answers and officer's data; see `draft_result`.
TOLD = {
    "dossier.code",
    "organization.name",
    "organization.address",
    "signer.name",
    "signer.title",
    "today",
}


def procedure_faults(
    body: Body,
    *,
    form: Body | None,
    officer_form: Body | None,
    workflow: Body | None,
    template: Body | None,
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a procedure beside the parts it names."""
    result = body["result"]
    if form is None:
        yield "form", f"no pack has a form {body['form']!r}"
    if workflow is None:
        yield "workflow", f"no pack has a workflow {body['workflow']!r}"
    yield from _writing_faults(body, workflow, template)
    if result.get("officer_form") and officer_form is None:
        wanted = result["officer_form"]
        yield "result.officer_form", f"no pack has a form {wanted!r}"
    if form is not None:
        applicant = read_form(form, number=0)
        officer = read_form(officer_form, number=0) if officer_form else None
        yield from _paper_faults(body, applicant)
        yield from _fee_faults(body, applicant)
        yield from _data_faults(result.get("data", {}), applicant, officer)


def _writing_faults(
    body: Body, workflow: Body | None, template: Body | None
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with how the result is written, if it is written here."""
    result = body["result"]
    if workflow is not None and drafts_result(workflow) and not result.get("template"):
        yield "result.template", "the workflow drafts a result, which needs a template"
    if result.get("template") and template is None:
        yield "result.template", f"no pack has a template {result['template']!r}"
    if template is not None:
        yield from _template_faults(result.get("data", {}), template)
        if template["valid_from"] > body["valid_from"]:
            message = (
                f"the template holds from {template['valid_from']},"
                f" the procedure from {body['valid_from']} already"
            )
            yield "result.template", message


def drafts_result(workflow: Body) -> bool:
    """Tell whether an action of a workflow writes the result from a template."""
    effects = (action.get("effects", ()) for action in workflow.get("actions", ()))
    return any(Effect.DRAFT_RESULT in each for each in effects)


def _paper_faults(body: Body, form: Form) -> Iterator[tuple[str, str]]:
    taken = {f.key for f in form.fields() if f.kind is FieldKind.FILES}
    for place, paper in enumerate(body["papers"]):
        if paper.get("field") and paper["field"] not in taken:
            message = f"the form takes no files in {paper['field']!r}"
            yield f"papers.{place}.field", message
        yield from _unanswered(f"papers.{place}.when", paper.get("when"), form)


def _fee_faults(body: Body, form: Form) -> Iterator[tuple[str, str]]:
    for place, fee in enumerate(body["fees"]):
        at = f"fees.{place}"
        for part in ("when", "quantity", "times"):
            yield from _unanswered(f"{at}.{part}", fee.get(part), form)
        if fee["unit"] != "dossier" and "quantity" not in fee:
            yield f"{at}.quantity", f"a fee per {fee['unit']} needs one"
        if "when" in fee and "title" not in fee:
            yield f"{at}.title", "a fee with `when` says in words when that is"
        for channel in set(fee.get("channels", ())) - set(body["channels"]):
            yield f"{at}.channels", f"the procedure does not offer {channel!r}"
        starts = [band["above"] for band in fee.get("beyond", ())]
        if starts != sorted(set(starts)):
            yield f"{at}.beyond", "each band begins above the one before"


def _unanswered(at: str, rule: Any, form: Form) -> Iterator[tuple[str, str]]:
    known = {f"answers.{name}" for name in _names(form)}
    for path in paths(rule):
        if path not in known:
            yield at, f"nothing answers {path!r}"


def _data_faults(
    data: Body, form: Form, officer: Form | None
) -> Iterator[tuple[str, str]]:
    known = TOLD | {f"answers.{name}" for name in _names(form)}
    known |= {f"officer.{name}" for name in _names(officer)} if officer else set()
    for name, rule in data.items():
        for path in paths(rule):
            if path not in known:
                yield f"result.data.{name}", f"nothing answers {path!r}"


def _template_faults(data: Body, template: Body) -> Iterator[tuple[str, str]]:
    schema = template["data_schema"]
    for name in schema.get("required", ()):
        if name not in data:
            yield "result.data", f"the template requires {name!r}"
    for name in data:
        if name not in schema.get("properties", {}):
            yield f"result.data.{name}", "the template does not know it"


def _names(form: Form) -> set[str]:
    groups = {page.key for page in form.pages() if page.repeats}
    return {field.key for field in form.fields()} | groups
