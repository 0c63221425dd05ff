"""Tables of procedures. Versions are never changed; a dossier keeps the one it had."""

from tinhso.procedures.models.consultations import ConsultationRow
from tinhso.procedures.models.conversation import DossierMessageRow
from tinhso.procedures.models.desk import ReturnedSheetRow, SavedViewRow
from tinhso.procedures.models.dossiers import (
    ApplicationSignatureRow,
    DossierCounter,
    DossierFileRow,
    DossierRow,
    DraftRow,
)
from tinhso.procedures.models.erasure import ErasureRow
from tinhso.procedures.models.evaluations import EvaluationRow
from tinhso.procedures.models.made_up import MadeUpBatchRow
from tinhso.procedures.models.papers import PaperRow
from tinhso.procedures.models.portal import (
    PortalDossierRow,
    PortalMessageRow,
)
from tinhso.procedures.models.printed import NoticeRow, ReceiptRow
from tinhso.procedures.models.reading import ListedRow
from tinhso.procedures.models.versions import (
    CalendarVersion,
    FormVersion,
    LifeEventsVersion,
    NationalVersion,
    ProcedureVersion,
    Published,
    ServiceRulesVersion,
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
    "DossierMessageRow",
    "DossierRow",
    "DraftRow",
    "ErasureRow",
    "EvaluationRow",
    "ExtensionRow",
    "FormVersion",
    "FormerAnswersRow",
    "LifeEventsVersion",
    "ListedRow",
    "MadeUpBatchRow",
    "MoveRow",
    "NationalVersion",
    "NoticeRow",
    "PaperRow",
    "PortalDossierRow",
    "PortalMessageRow",
    "ProcedureVersion",
    "Published",
    "ReceiptRow",
    "ReturnedSheetRow",
    "SavedViewRow",
    "ServiceRulesVersion",
    "SupplementRow",
    "TaskRow",
    "WorkflowVersion",
]
