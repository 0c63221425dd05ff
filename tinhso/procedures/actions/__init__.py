"""What other rooms and the doors may do with procedures."""

from tinhso.procedures.actions.batches import claim_tasks
from tinhso.procedures.actions.building import (
    begin_procedure,
    change_content,
    discard_content,
    edit_content,
    keep_mine,
    publish_content,
)
from tinhso.procedures.actions.building_examples import (
    accept_example,
    drop_example,
    keep_example,
)
from tinhso.procedures.actions.consultations import (
    answer_consultation,
    report_late_consultations,
)
from tinhso.procedures.actions.drafts import (
    attach_file,
    choose_unit,
    discard_draft,
    remove_file,
    renew_draft,
    save_page,
    start_draft,
)
from tinhso.procedures.actions.intake import (
    Applicant,
    Sheet,
    confirm_dossier,
    save_intake,
    start_intake,
    take_in,
)
from tinhso.procedures.actions.national import import_catalogue
from tinhso.procedures.actions.publish import (
    CALENDARS,
    EXAMPLES,
    FORMS,
    LIFE_EVENTS,
    PROCEDURES,
    WORKFLOWS,
)
from tinhso.procedures.actions.receipts import issue_receipt
from tinhso.procedures.actions.submit import (
    submit_dossier,
    submit_draft,
    submit_with_files,
)
from tinhso.procedures.actions.work import (
    attach_supplement,
    claim_task,
    extend_deadline,
    release_task,
    take_action,
)

__all__ = [
    "CALENDARS",
    "EXAMPLES",
    "FORMS",
    "LIFE_EVENTS",
    "PROCEDURES",
    "WORKFLOWS",
    "Applicant",
    "Sheet",
    "accept_example",
    "answer_consultation",
    "attach_file",
    "attach_supplement",
    "begin_procedure",
    "change_content",
    "choose_unit",
    "claim_task",
    "claim_tasks",
    "confirm_dossier",
    "discard_content",
    "discard_draft",
    "drop_example",
    "edit_content",
    "extend_deadline",
    "import_catalogue",
    "issue_receipt",
    "keep_example",
    "keep_mine",
    "publish_content",
    "release_task",
    "remove_file",
    "renew_draft",
    "report_late_consultations",
    "save_intake",
    "save_page",
    "start_draft",
    "start_intake",
    "submit_dossier",
    "submit_draft",
    "submit_with_files",
    "take_action",
    "take_in",
]
