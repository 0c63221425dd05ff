"""What other rooms and the doors may do with procedures."""

from tinhso.procedures.actions.batches import claim_tasks
from tinhso.procedures.actions.drafts import (
    attach_file,
    choose_unit,
    discard_draft,
    remove_file,
    renew_draft,
    save_page,
    start_draft,
)
from tinhso.procedures.actions.national import import_catalogue
from tinhso.procedures.actions.publish import (
    CALENDARS,
    EXAMPLES,
    FORMS,
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
    "PROCEDURES",
    "WORKFLOWS",
    "attach_file",
    "attach_supplement",
    "choose_unit",
    "claim_task",
    "claim_tasks",
    "discard_draft",
    "extend_deadline",
    "import_catalogue",
    "issue_receipt",
    "release_task",
    "remove_file",
    "renew_draft",
    "save_page",
    "start_draft",
    "submit_dossier",
    "submit_draft",
    "submit_with_files",
    "take_action",
]
