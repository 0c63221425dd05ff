"""What other rooms and the doors may do with procedures."""

from tinhso.procedures.actions.batches import (
    advance_dossiers,
    assign_tasks,
    claim_tasks,
    recall_dossiers,
    release_tasks,
    sign_results,
)
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
from tinhso.procedures.actions.conversation import (
    open_conversation,
    open_message_file,
    read_conversation,
    send_dossier_message,
)
from tinhso.procedures.actions.corrections import correct_receipt
from tinhso.procedures.actions.desk_views import drop_view, keep_view
from tinhso.procedures.actions.drafts import (
    attach_file,
    choose_unit,
    discard_draft,
    remove_file,
    renew_draft,
    save_page,
    start_draft,
)
from tinhso.procedures.actions.erasing import forget_drafts
from tinhso.procedures.actions.evaluations import evaluate_dossier
from tinhso.procedures.actions.held import fill_from_result, use_held_paper
from tinhso.procedures.actions.intake import (
    Applicant,
    Sheet,
    confirm_dossier,
    save_intake,
    start_intake,
    supply_at_counter,
    take_in,
)
from tinhso.procedures.actions.made_up import write_made_up
from tinhso.procedures.actions.national import import_catalogue
from tinhso.procedures.actions.notices import issue_notice
from tinhso.procedures.actions.opening import open_whole_dossier
from tinhso.procedures.actions.paid import go_on_paid
from tinhso.procedures.actions.papers import remind_of_expiry, want_reminders
from tinhso.procedures.actions.portal import (
    act_from_portal,
    portal_receipt,
    queue_for_portal,
    take_from_portal,
    tell_portal,
)
from tinhso.procedures.actions.printing import (
    print_control_sheet,
    print_register,
    print_report_06a,
)
from tinhso.procedures.actions.publish import (
    CALENDARS,
    EXAMPLES,
    FORMS,
    LIFE_EVENTS,
    PROCEDURES,
    SERVICE_RULES,
    WORKFLOWS,
)
from tinhso.procedures.actions.reading import (
    open_answer_file,
    open_dossier,
    open_file,
    open_printed,
    open_receipt,
    open_result,
)
from tinhso.procedures.actions.receipts import issue_receipt, seal_receipts
from tinhso.procedures.actions.sheets import (
    apply_sheet,
    export_desk,
    take_sheet_back,
)
from tinhso.procedures.actions.signing import (
    drop_signature,
    print_application,
    send_signing_code,
    sign_application,
)
from tinhso.procedures.actions.silence import (
    take_tacit_actions,
)
from tinhso.procedures.actions.standing_in import recall_dossier, sign_instead
from tinhso.procedures.actions.submit import (
    submit_dossier,
    submit_draft,
    submit_with_files,
)
from tinhso.procedures.actions.tasks import claim_task, release_task
from tinhso.procedures.actions.work import (
    attach_supplement,
    extend_deadline,
    take_action,
)

__all__ = [
    "CALENDARS",
    "EXAMPLES",
    "FORMS",
    "LIFE_EVENTS",
    "PROCEDURES",
    "SERVICE_RULES",
    "WORKFLOWS",
    "Applicant",
    "Sheet",
    "accept_example",
    "act_from_portal",
    "advance_dossiers",
    "answer_consultation",
    "apply_sheet",
    "assign_tasks",
    "attach_file",
    "attach_supplement",
    "begin_procedure",
    "change_content",
    "choose_unit",
    "claim_task",
    "claim_tasks",
    "confirm_dossier",
    "correct_receipt",
    "discard_content",
    "discard_draft",
    "drop_example",
    "drop_signature",
    "drop_view",
    "edit_content",
    "evaluate_dossier",
    "export_desk",
    "extend_deadline",
    "fill_from_result",
    "forget_drafts",
    "go_on_paid",
    "import_catalogue",
    "issue_notice",
    "issue_receipt",
    "keep_example",
    "keep_mine",
    "keep_view",
    "open_answer_file",
    "open_conversation",
    "open_dossier",
    "open_file",
    "open_message_file",
    "open_printed",
    "open_receipt",
    "open_result",
    "open_whole_dossier",
    "portal_receipt",
    "print_application",
    "print_control_sheet",
    "print_register",
    "print_report_06a",
    "publish_content",
    "queue_for_portal",
    "read_conversation",
    "recall_dossier",
    "recall_dossiers",
    "release_task",
    "release_tasks",
    "remind_of_expiry",
    "remove_file",
    "renew_draft",
    "report_late_consultations",
    "save_intake",
    "save_page",
    "seal_receipts",
    "send_dossier_message",
    "send_signing_code",
    "sign_application",
    "sign_instead",
    "sign_results",
    "start_draft",
    "start_intake",
    "submit_dossier",
    "submit_draft",
    "submit_with_files",
    "supply_at_counter",
    "take_action",
    "take_from_portal",
    "take_in",
    "take_sheet_back",
    "take_tacit_actions",
    "tell_portal",
    "use_held_paper",
    "want_reminders",
    "write_made_up",
]
