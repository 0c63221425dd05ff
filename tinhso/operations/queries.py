"""Read directives, as far as the asker may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.kernel.actor import Actor, ActorKind
from tinhso.kernel.clock import VIETNAM
from tinhso.operations.models import DirectiveRow
from tinhso.operations.types import Directive, DirectiveUnknown, Number, State
from tinhso.people import queries as people
from tinhso.people.types import Organization, OrganizationKind
from tinhso.procedures import queries as procedures
from tinhso.procedures.types import DossierState
from tinhso.security import queries as security
from tinhso.security.types import Deed

# So many are listed; a leader who has more open ones has other worries.
MOST = 500
AGENCIES = (OrganizationKind.AGENCY, OrganizationKind.SERVICE_CENTER)


@dataclass(frozen=True, slots=True)
class Side:
    """An organization a directive goes out from or to, as a policy sees it."""

    organization_id: UUID
    owner_id: UUID | None = None


def directives(
    *, actor: Actor, at: datetime, indicator: str = "", is_open: bool = False
) -> tuple[Directive, ...]:
    """List directives: the overdue ones first, then by their day; what ended, last.

    indicator: of one number. is_open: only those somebody has still to do with.
    """
    rows = _readable(actor).order_by("-id")
    if indicator:
        rows = rows.filter(indicator=indicator)
    if is_open:
        rows = rows.filter(dossier__ended_at=None)
    found = _read(rows[:MOST])
    return tuple(
        sorted(
            found,
            key=lambda one: (not one.is_open, not one.is_overdue_at(at), one.due_at),
        )
    )


def directives_of(
    *, indicator: str, actor: Actor, period: str = ""
) -> tuple[Directive, ...]:
    """List the directives that touched a number, the latest first.

    period: of one of its periods; of all unless told.
    """
    rows = _readable(actor).filter(indicator=indicator).order_by("-id")
    if period:
        rows = rows.filter(period=period)
    return tuple(_read(rows[:MOST]))


def overdue(*, on: date, actor: Actor) -> tuple[Directive, ...]:
    """List the directives that were over their day and unanswered on a day.

    What was sent back counts by its last answer. The longest overdue goes first.
    """
    rows = _readable(actor).filter(issued_at__lt=_end_of(on)).order_by("-id")
    found = [one for one in _read(rows[:MOST]) if one.is_overdue(on=on)]
    return tuple(sorted(found, key=lambda one: one.due_at))


def get_directive(*, directive_id: UUID, actor: Actor) -> Directive:
    """Read a directive.

    :raises DirectiveUnknown: if there is none, or the asker may not see it.
    """
    found = _read(_readable(actor).filter(pk=directive_id))
    if not found:
        raise DirectiveUnknown
    return found[0]


def directive_of(*, dossier_id: UUID, actor: Actor) -> Directive | None:
    """Find the directive a dossier is of, if it is of one the asker may see."""
    found = _read(_readable(actor).filter(dossier=dossier_id))
    return found[0] if found else None


def directed_agencies(*, actor: Actor, on: date) -> tuple[Organization, ...]:
    """List the agencies somebody may direct on a day, by code."""
    leading = security.directing_for(actor=actor)
    return tuple(
        one
        for one in people.organizations(on=on)
        if one.kind in AGENCIES and issuer_of(agency=one, leading=leading) is not None
    )


def issuer_of(*, agency: Organization, leading: Collection[UUID]) -> UUID | None:
    """Find on whose behalf a leader directs an agency: the one above, or itself."""
    for one in (agency.parent_id, agency.id):
        if one in leading:
            return one
    return None


def _end_of(day: date) -> datetime:
    """Find the first moment after a day, in Vietnam."""
    return datetime.combine(day + timedelta(1), time(), VIETNAM)


def _readable(actor: Actor) -> QuerySet[DirectiveRow]:
    """Select what the organizations somebody works for have issued or shall answer."""
    rows = DirectiveRow.objects.select_related("issuer", "agency")
    if actor.kind is ActorKind.SYSTEM:
        return rows
    seen = [
        one
        for one in actor.organizations()
        if security.may(actor=actor, deed=Deed.SEE_DIRECTIVES, thing=Side(one))
    ]
    return rows.filter(Q(issuer__in=seen) | Q(agency__in=seen))


def _read(rows: QuerySet[DirectiveRow]) -> list[Directive]:
    listed = list(rows)
    states = procedures.states_of(dossier_ids=[row.dossier_id for row in listed])
    return [_directive(row, states[row.dossier_id]) for row in listed]


def _directive(row: DirectiveRow, state: DossierState) -> Directive:
    """Read a directive from its row and how its dossier stands."""
    return Directive(
        id=row.id,
        dossier_id=row.dossier_id,
        code=state.code,
        revision=state.revision,
        number=Number(
            row.indicator, row.period, row.subject, row.subject_name, row.value
        ),
        text=str(state.answers.get("text") or ""),
        agency_id=row.agency_id,
        agency_name=row.agency.name,
        issuer_id=row.issuer_id,
        issuer_name=row.issuer.name,
        issued_by=row.issued_by,
        issued_at=row.issued_at,
        due_at=state.due_at,
        state=State(state.step_key),
        step=state.step,
        answered_at=state.resolved_at if state.step_key != State.WITHDRAWN else None,
        ended_at=state.ended_at,
        is_synthetic=state.is_synthetic,
    )
