"""What an applicant signed of their own will, and whether it is still true."""

from datetime import datetime
from uuid import UUID

from tinhso.documents import queries as documents
from tinhso.documents.types import FileDamaged, Verdict
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotFound
from tinhso.procedures.models import ApplicationSignatureRow, DossierRow
from tinhso.procedures.queries.access import may_read
from tinhso.procedures.queries.rows import read_signature
from tinhso.procedures.types import CheckedSignature


def application_signature(
    *, dossier_id: UUID, actor: Actor, at: datetime
) -> CheckedSignature | None:
    """Verify the applicant's signature on a dossier; None if they did not sign.

    :raises NotFound: if it does not exist or the asker may not see it.
    """
    row = DossierRow.objects.filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    found = ApplicationSignatureRow.objects.filter(dossier_id=dossier_id).first()
    signature = read_signature(found)
    if signature is None:
        return None
    try:
        content = documents.read_file(file_id=signature.file_id)
    except FileDamaged:
        return CheckedSignature(signature, Verdict.ALTERED, is_demo=False)
    report = documents.verify_pdf(content=content, at=at)
    return CheckedSignature(signature, report.verdict, report.is_demo)
