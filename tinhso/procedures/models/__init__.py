"""Tables of procedures. Versions are never changed; a dossier keeps the one it had."""

from tinhso.procedures.models.consultations import ConsultationRow
from tinhso.procedures.models.desk import ReturnedSheetRow, SavedViewRow
from tinhso.procedures.models.dossiers import (
    ApplicationSignatureRow,
    DossierCounter,
    DossierFileRow,
    DossierRow,
    DraftRow,
)
from tinhso.procedures.models.evaluations import EvaluationRow
from tinhso.procedures.models.portal import (
    PortalDossierRow,
    PortalMessageRow,
)
from tinhso.procedures.models.printed import NoticeRow, ReceiptRow
from tinhso.procedures.models.versions import (
    CalendarVersion,
    FormVersion,
    LifeEventsVersion,
    NationalVersion,
    ProcedureVersion,
    Published,
    WorkflowVersion,
)
from tinhso.procedures.models.work import (
    ExtensionRow,
    FormerAnswersRow,
    MoveRow,
    SupplementRow,
    TaskRow,
)

__all__ = [
    "ApplicationSignatureRow",
    "CalendarVersion",
    "ConsultationRow",
    "DossierCounter",
    "DossierFileRow",
    "DossierRow",
    "DraftRow",
    "EvaluationRow",
    "ExtensionRow",
    "FormVersion",
    "FormerAnswersRow",
    "LifeEventsVersion",
    "MoveRow",
    "NationalVersion",
    "NoticeRow",
    "PortalDossierRow",
    "PortalMessageRow",
    "ProcedureVersion",
    "Published",
    "ReceiptRow",
    "ReturnedSheetRow",
    "SavedViewRow",
    "SupplementRow",
    "TaskRow",
    "WorkflowVersion",
]
