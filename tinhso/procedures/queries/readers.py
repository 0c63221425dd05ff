"""Tell people which officers have read what they handed in."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import queries as audit
from tinhso.kernel.audit.types import Entry
from tinhso.people import queries as people
from tinhso.procedures.models import DossierRow, ListedRow
from tinhso.procedures.types import Reading, ReadKind, ReadPurpose
from tinhso.security import queries as security

READ_DOSSIER = "procedures.read_dossier"
READ_FILE = "procedures.read_file"
READ_RESULT = "procedures.read_result"
READ_PAPER = "procedures.read_paper"
EXPORT_DESK = "procedures.export_desk"
PRINT_REGISTER = "procedures.print_register"
_KINDS = {
    READ_DOSSIER: ReadKind.DOSSIER,
    READ_FILE: ReadKind.FILE,
    READ_RESULT: ReadKind.RESULT,
    READ_PAPER: ReadKind.PAPER,
}
MOST_READINGS, MOST_DOSSIERS = 200, 500


def readings_of(*, actor: Actor) -> tuple[Reading, ...]:
    """List who has read one's own dossiers, the newest first, one line a read."""
    rows = DossierRow.objects.filter(owner_id=actor.person_id).order_by("-id")
    codes = dict(rows.values_list("id", "code")[:MOST_DOSSIERS])
    single = audit.entries_about(
        subject_ids=list(codes), deeds=list(_KINDS), most=MOST_READINGS
    )
    found = [*_listed(list(codes)), *single]
    names = security.names_of(account_ids={e.actor_id for e in found if e.actor_id})
    agencies: dict[str, str] = {}
    lines = [_reading(entry, codes, names, agencies) for entry in found]
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True)[:MOST_READINGS])


def _listed(dossier_ids: list[UUID]) -> Iterator[Entry]:
    """Find the lists in which dossiers left, as one entry for each dossier."""
    rows = ListedRow.objects.filter(dossier_id__in=dossier_ids).order_by("-id")
    pairs = rows.values_list("entry_id", "dossier_id")[:MOST_READINGS]
    entries = {one.id: one for one in audit.entries(ids={entry for entry, _ in pairs})}
    for entry_id, dossier_id in pairs:
        yield replace(entries[entry_id], subject_id=dossier_id)


def _reading(
    entry: Entry, codes: dict[UUID, str], names: dict[UUID, str], known: dict[str, str]
) -> Reading:
    assert entry.subject_id is not None  # noqa: S101 - each is about a dossier
    purpose = entry.details.get("purpose")
    agency = str(entry.details.get("organization") or "")
    if agency and agency not in known:
        found = people.get_organization(organization_id=UUID(agency))
        known[agency] = found.name
    return Reading(
        at=entry.at,
        dossier_id=entry.subject_id,
        code=codes[entry.subject_id],
        kind=_KINDS.get(entry.deed, ReadKind.LIST),
        reader=names.get(entry.actor_id, "") if entry.actor_id else "",
        organization=known.get(agency, ""),
        purpose=ReadPurpose(str(purpose)) if purpose else None,
    )
