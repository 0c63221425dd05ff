"""An applicant's own signature, as the desk and the applicant see it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from tinhso.documents.types import Verdict
from tinhso.kernel.actor import Actor
from tinhso.procedures import queries
from tinhso.procedures.types import Dossier

STATES = {
    Verdict.VALID: (gettext_lazy("Chữ ký hợp lệ"), "good"),
    Verdict.UNKNOWN_SIGNER: (gettext_lazy("Chưa rõ chữ ký của ai"), "warn"),
}
WRONG = (gettext_lazy("Chữ ký không đúng với tờ khai"), "bad")


def checked(dossier: Dossier, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """Verify the applicant's signature on a dossier; None if they did not sign."""
    if not any(file.field == queries.SIGNED_APPLICATION for file in dossier.files):
        return None
    found = queries.application_signature(dossier_id=dossier.id, actor=actor, at=at)
    if found is None:
        return None
    state, tone = STATES.get(found.verdict, WRONG)
    return {
        "name": found.signature.name,
        "signed_at": found.signature.signed_at,
        "file_id": found.signature.file_id,
        "state": state,
        "tone": tone,
        "is_demo": found.is_demo,
        "is_before_supplement": _was_supplied_after(dossier, found.signature.signed_at),
    }


def _was_supplied_after(dossier: Dossier, signed_at: datetime) -> bool:
    """Tell whether answers were changed that the signature does not cover."""
    supplement = dossier.supplement
    if supplement is None or supplement.answered_at is None:
        return False
    return supplement.answered_at > signed_at


def label() -> str:
    """Name the file that the applicant signed."""
    return gettext("Tờ khai người nộp đã ký số")
