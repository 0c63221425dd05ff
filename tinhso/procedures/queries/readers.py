"""Tell people which officers have read what they handed in."""

from uuid import UUID

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import queries as audit
from tinhso.kernel.audit.types import Entry
from tinhso.people import queries as people
from tinhso.procedures.models import DossierRow
from tinhso.procedures.types import Reading, ReadKind
from tinhso.security import queries as security

READ_DOSSIER = "procedures.read_dossier"
READ_FILE = "procedures.read_file"
READ_RESULT = "procedures.read_result"
_KINDS = {
    READ_DOSSIER: ReadKind.DOSSIER,
    READ_FILE: ReadKind.FILE,
    READ_RESULT: ReadKind.RESULT,
}
MOST_READINGS, MOST_DOSSIERS = 200, 500


def readings_of(*, actor: Actor) -> tuple[Reading, ...]:
    """List who has read one's own dossiers, the newest first, one line a read."""
    rows = DossierRow.objects.filter(owner_id=actor.person_id).order_by("-id")
    codes = dict(rows.values_list("id", "code")[:MOST_DOSSIERS])
    found = audit.entries_about(
        subject_ids=list(codes), deeds=list(_KINDS), most=MOST_READINGS
    )
    names = security.names_of(account_ids={e.actor_id for e in found if e.actor_id})
    agencies: dict[str, str] = {}
    return tuple(_reading(entry, codes, names, agencies) for entry in found)


def _reading(
    entry: Entry, codes: dict[UUID, str], names: dict[UUID, str], known: dict[str, str]
) -> Reading:
    assert entry.subject_id is not None  # noqa: S101 - each is about a dossier
    agency = str(entry.details.get("organization") or "")
    if agency and agency not in known:
        found = people.get_organization(organization_id=UUID(agency))
        known[agency] = found.name
    return Reading(
        at=entry.at,
        dossier_id=entry.subject_id,
        code=codes[entry.subject_id],
        kind=_KINDS[entry.deed],
        reader=names.get(entry.actor_id, "") if entry.actor_id else "",
        organization=known.get(agency, ""),
    )
