"""What other rooms and the doors may ask of procedures."""

from tinhso.procedures.queries.building import (
    contents_built,
    drafted_procedure,
    examples_of,
    exported_pack,
    form_of,
    get_building,
    get_content,
    get_part,
    preview_page,
    procedures_using,
    published_parts,
    review_draft,
    texts_without_english,
    try_answers,
    writes_result,
)
from tinhso.procedures.queries.capacity import capacities, due_days
from tinhso.procedures.queries.catalogue import (
    form_schema,
    get_national,
    get_procedure,
    receiving_units,
    workflow_diagram,
)
from tinhso.procedures.queries.consultations import (
    consultations_of,
    consultations_to_answer,
    get_consultation,
    read_answer_file,
    usual_consultations,
)
from tinhso.procedures.queries.control import hand_overs
from tinhso.procedures.queries.conversation import (
    conversation_of,
    read_message_file,
)
from tinhso.procedures.queries.desk_list import inbox
from tinhso.procedures.queries.desk_sheet_back import returned_sheet
from tinhso.procedures.queries.desk_views import desk_procedures, views_of
from tinhso.procedures.queries.desks import (
    chosen,
    colleagues,
    forwardable,
    possible_signers,
    read_result,
    search_desk,
)
from tinhso.procedures.queries.dossier_register import register
from tinhso.procedures.queries.dossiers import (
    answers_versions,
    dossiers_of,
    drafts_at_desk,
    drafts_of,
    find_dossier,
    get_dossier,
    get_draft,
    public_progress,
    read_dossier_file,
    read_receipt,
    silent_dossiers,
    states_of,
    waiting_people,
)
from tinhso.procedures.queries.evaluations import (
    evaluation_of,
    evaluation_result,
    may_evaluate,
)
from tinhso.procedures.queries.examples import try_example
from tinhso.procedures.queries.export import catalogue_as_cpsv, catalogue_as_turtle
from tinhso.procedures.queries.held import (
    Offers,
    held_for_page,
    held_for_supplement,
    origins_of,
)
from tinhso.procedures.queries.made_up import acts_of_made_up, made_up_batches
from tinhso.procedures.queries.pages import (
    form_pages,
    next_page,
    open_fields,
    pages_open,
    read_back,
)
from tinhso.procedures.queries.papers import valid_until, validities_of
from tinhso.procedures.queries.portal import (
    portal_backlog,
)
from tinhso.procedures.queries.printed import printed_papers, read_printed
from tinhso.procedures.queries.readers import (
    readings_of,
)
from tinhso.procedures.queries.report06a import report_06a
from tinhso.procedures.queries.rows import RESULT, SIGNED_APPLICATION
from tinhso.procedures.queries.search import (
    MOST_FOUND,
    find_life_events,
    search_procedures,
)
from tinhso.procedures.queries.signing import application_signature
from tinhso.procedures.queries.terms import (
    charges_of,
    counting,
    days_off,
    expected,
    papers_of,
    service_hours,
    working_day,
)
from tinhso.procedures.queries.workbook import report_06a_as_xlsx

__all__ = [
    "MOST_FOUND",
    "RESULT",
    "SIGNED_APPLICATION",
    "Offers",
    "acts_of_made_up",
    "answers_versions",
    "application_signature",
    "capacities",
    "catalogue_as_cpsv",
    "catalogue_as_turtle",
    "charges_of",
    "chosen",
    "colleagues",
    "consultations_of",
    "consultations_to_answer",
    "contents_built",
    "conversation_of",
    "counting",
    "days_off",
    "desk_procedures",
    "dossiers_of",
    "drafted_procedure",
    "drafts_at_desk",
    "drafts_of",
    "due_days",
    "evaluation_of",
    "evaluation_result",
    "examples_of",
    "expected",
    "exported_pack",
    "find_dossier",
    "find_life_events",
    "form_of",
    "form_pages",
    "form_schema",
    "forwardable",
    "get_building",
    "get_consultation",
    "get_content",
    "get_dossier",
    "get_draft",
    "get_national",
    "get_part",
    "get_procedure",
    "hand_overs",
    "held_for_page",
    "held_for_supplement",
    "inbox",
    "made_up_batches",
    "may_evaluate",
    "next_page",
    "open_fields",
    "origins_of",
    "pages_open",
    "papers_of",
    "portal_backlog",
    "possible_signers",
    "preview_page",
    "printed_papers",
    "procedures_using",
    "public_progress",
    "published_parts",
    "read_answer_file",
    "read_back",
    "read_dossier_file",
    "read_message_file",
    "read_printed",
    "read_receipt",
    "read_result",
    "readings_of",
    "receiving_units",
    "register",
    "report_06a",
    "report_06a_as_xlsx",
    "returned_sheet",
    "review_draft",
    "search_desk",
    "search_procedures",
    "service_hours",
    "silent_dossiers",
    "states_of",
    "texts_without_english",
    "try_answers",
    "try_example",
    "usual_consultations",
    "valid_until",
    "validities_of",
    "views_of",
    "waiting_people",
    "workflow_diagram",
    "working_day",
    "writes_result",
]
