"""Issue directives and withdraw them; agencies answer through the pages of dossiers."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tinhso.indicators import queries as indicators
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.errors import Phrase
from tinhso.kernel.events import actions as events
from tinhso.kernel.text import clean
from tinhso.operations import rules
from tinhso.operations.models import DirectiveRow
from tinhso.operations.queries import (
    AGENCIES,
    Side,
    get_directive,
    issuer_of,
)
from tinhso.operations.types import (
    NO_NUMBER,
    PROCEDURE,
    WITHDRAW,
    AgencyGone,
    DayPassed,
    DayTooFar,
    Directive,
    DirectiveIssued,
    NotDirected,
    Number,
    TextMissing,
)
from tinhso.people import queries as people
from tinhso.people.types import Organization, OrganizationUnknown
from tinhso.procedures import actions as procedures
from tinhso.procedures import queries as dossiers
from tinhso.procedures.types import Channel, Limit, LimitUnit, Stated
from tinhso.security import queries as security
from tinhso.security.types import Deed


def issue_directive(
    *,
    agency_id: UUID,
    text: str,
    due_on: date,
    key: str,
    actor: Actor,
    at: datetime,
    number: Number = NO_NUMBER,
) -> Directive:
    """Have an agency do something by a day, and answer with evidence.

    key: chosen by the sender, the same for each try. number: which it stands on. It is
    due when the agency closes on that day, or on the next one it works.

    :raises NotAllowed: if the actor leads nothing.
    :raises AgencyGone: if there is no such agency today.
    :raises NotDirected: if the actor's organization does not direct it.
    :raises TextMissing: if it does not say what is to be done.
    :raises DayPassed, DayTooFar: if the agency has no day for it, or too many.
    """
    security.require(actor=actor, deed=Deed.ISSUE_DIRECTIVE)
    agency = _agency(agency_id, at)
    issuer_id = _issuer(agency, actor)
    if not clean(text):
        raise TextMissing({"text": [TextMissing.message]})
    stated = Stated(limit=_limit(agency, due_on, at))
    with transaction.atomic():
        dossier = procedures.submit_dossier(
            procedure_code=PROCEDURE,
            organization_id=agency.id,
            channel=Channel.INTERNAL,
            answers={
                "number": _words(number),
                "text": text.strip(),
                "due_on": due_on.isoformat(),
            },
            key=key,
            desk_id=issuer_id,
            stated=stated,
            actor=actor,
            at=at,
        )
        row, is_new = DirectiveRow.objects.get_or_create(
            dossier_id=dossier.id,
            defaults={
                **_columns(number),
                "issuer_id": issuer_id,
                "agency_id": agency.id,
                "issued_by": actor.name[:200],
                "issued_at": at,
            },
        )
        if is_new:
            _audit("issue_directive", row, actor, at)
            told = DirectiveIssued(subject_id=dossier.id, agency_id=agency.id)
            events.record(told, actor=actor, at=at)
    return get_directive(directive_id=row.id, actor=actor)


def withdraw_directive(
    *, directive_id: UUID, reason: str, actor: Actor, at: datetime
) -> Directive:
    """Take a directive back; only who issued it can.

    :raises DirectiveUnknown: if there is none, or the actor may not see it.
    :raises Refused: as `take_action` of procedures does.
    """
    with transaction.atomic():
        found = get_directive(directive_id=directive_id, actor=actor)
        procedures.take_action(
            dossier_id=found.dossier_id,
            action_key=WITHDRAW,
            revision=found.revision,
            note=reason,
            actor=actor,
            at=at,
        )
        _audit("withdraw_directive", DirectiveRow(id=found.id), actor, at)
    return get_directive(directive_id=directive_id, actor=actor)


def _agency(agency_id: UUID, at: datetime) -> Organization:
    try:
        found = people.get_organization(organization_id=agency_id)
    except OrganizationUnknown:
        raise AgencyGone({"agency": [AgencyGone.message]}) from None
    today = local(at).date()
    is_over = found.valid_to is not None and found.valid_to <= today
    if is_over or found.valid_from > today or found.kind not in AGENCIES:
        raise AgencyGone({"agency": [AgencyGone.message]})
    return found


def _issuer(agency: Organization, actor: Actor) -> UUID:
    """Find on whose behalf the actor directs an agency."""
    found = issuer_of(agency=agency, leading=security.directing_for(actor=actor))
    if found is None:
        raise NotDirected({"agency": [NotDirected.message]})
    security.require(actor=actor, deed=Deed.ISSUE_DIRECTIVE, thing=Side(found))
    return found


def _limit(agency: Organization, due_on: date, at: datetime) -> Limit:
    hours = dossiers.service_hours(organization_id=agency.id, at=at)
    one_day = Limit(1, LimitUnit.DAYS)
    received_on = hours.counting(at, one_day).received_on
    days = rules.days_until(due_on=due_on, received_on=received_on)
    if days is not None:
        return Limit(days, LimitUnit.DAYS)
    if due_on > received_on:
        message = Phrase(DayTooFar.message, most=rules.MOST_DAYS)
        raise DayTooFar({"due_on": [message]}, most=rules.MOST_DAYS)
    message = Phrase(DayPassed.message, earliest=received_on)
    raise DayPassed({"due_on": [message]}, earliest=received_on)


def _words(number: Number) -> str:
    """Write the number for whoever reads the dossier."""
    known = indicators.indicators().get(number.indicator)
    title = known.vi if known else number.indicator
    parts = (title, number.period, number.subject_name, number.value)
    return " · ".join(part for part in parts if part)[:500]


def _columns(number: Number) -> dict[str, str]:
    return {
        "indicator": number.indicator[:60],
        "period": number.period[:20],
        "subject": number.subject[:60],
        "subject_name": number.subject_name[:200],
        "value": number.value[:100],
    }


def _audit(deed: str, row: DirectiveRow, actor: Actor, at: datetime) -> None:
    audit.write(
        f"operations.{deed}",
        subject="operations.Directive",
        subject_id=row.id,
        actor=actor,
        at=at,
    )
