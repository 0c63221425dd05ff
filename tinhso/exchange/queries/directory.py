"""Who takes part, what they offer, and what was agreed."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.exchange.models import (
    AgreementRow,
    CertificateRow,
    MemberRow,
    ServiceRow,
    SubsystemRow,
    VersionRow,
)
from tinhso.exchange.rules import openapi
from tinhso.exchange.types import (
    Agreement,
    AgreementState,
    AgreementUnknown,
    Certificate,
    Directory,
    Member,
    MemberName,
    MemberUnknown,
    Service,
    ServiceName,
    ServiceUnknown,
    Subscription,
    Subsystem,
    SubsystemName,
    Use,
)
from tinhso.kernel.actor import Actor
from tinhso.security import queries as security
from tinhso.security.types import Deed


def version() -> int:
    """Count the changes of the directory so far."""
    row = VersionRow.objects.first()
    return row.number if row else 0


def directory() -> Directory:
    """Read all that gateways go by."""
    # Read first: what changes meanwhile is read once more.
    number = version()
    agreements: dict[tuple[SubsystemName, ServiceName], list[Agreement]]
    agreements = defaultdict(list)
    for one in map(agreement_of, _agreements()):
        agreements[one.consumer, one.service].append(one)
    members = [member_of(row) for row in MemberRow.objects.filter(ended_at=None)]
    return Directory(
        version=number,
        members={one.name: one for one in members},
        subsystems={one.name: one for one in map(subsystem_of, _subsystems())},
        services={one.name: one for one in map(service_of, _services())},
        agreements={pair: tuple(found) for pair, found in agreements.items()},
        certificates={one.fingerprint: one for one in _certificates()},
    )


def find_member(*, name: MemberName) -> Member:
    """Find a member.

    :raises MemberUnknown: if there is none.
    """
    row = MemberRow.objects.filter(
        instance=name.instance,
        member_class=name.member_class,
        code=name.code,
        ended_at=None,
    ).first()
    if row is None:
        raise MemberUnknown
    return member_of(row)


def services() -> tuple[Service, ...]:
    """List the services there are, by title."""
    return tuple(service_of(row) for row in _services().order_by("title", "id"))


def get_service(*, service_id: UUID) -> Service:
    """Get a service.

    :raises ServiceUnknown: if there is none.
    """
    row = _services().filter(pk=service_id).first()
    if row is None:
        raise ServiceUnknown
    return service_of(row)


def subsystems_of(*, organization_ids: Collection[UUID]) -> tuple[Subsystem, ...]:
    """List the subsystems of some organizations."""
    rows = _subsystems().filter(member__organization_id__in=organization_ids)
    return tuple(map(subsystem_of, rows.order_by("title", "id")))


def agreements_for(*, actor: Actor) -> tuple[Agreement, ...]:
    """List the agreements of the agencies an actor serves, the newest first."""
    rows = _agreements().order_by("-asked_at", "-id")
    own = actor.organizations()
    own_rows = rows.filter(
        Q(service__subsystem__member__organization_id__in=own)
        | Q(consumer__member__organization_id__in=own)
    )
    return tuple(one for one in map(agreement_of, own_rows) if may_see(actor, one))


def get_agreement(*, agreement_id: UUID, actor: Actor) -> Agreement:
    """Get an agreement of an agency the actor serves.

    :raises AgreementUnknown: if there is none the actor may know of.
    """
    row = _agreements().filter(pk=agreement_id).first()
    found = agreement_of(row) if row else None
    if found is None or not may_see(actor, found):
        raise AgreementUnknown
    return found


def may_see(actor: Actor, one: Agreement | Subscription) -> bool:
    """Tell whether an actor serves either side."""
    asking = Asking(organization_id=one.consumer_organization_id)
    return any(
        security.may(actor=actor, deed=Deed.SEE_EXCHANGE, thing=thing)
        for thing in (one, asking)
    )


@dataclass(frozen=True, slots=True)
class Asking:
    """The asking side of an agreement or subscription, as a policy sees it."""

    organization_id: UUID | None
    owner_id: UUID | None = None


def _subsystems() -> QuerySet[SubsystemRow]:
    rows = SubsystemRow.objects.filter(ended_at=None, member__ended_at=None)
    return rows.select_related("member")


def _services() -> QuerySet[ServiceRow]:
    rows = ServiceRow.objects.filter(
        ended_at=None, subsystem__ended_at=None, subsystem__member__ended_at=None
    )
    return rows.select_related("subsystem__member")


def _agreements() -> QuerySet[AgreementRow]:
    return AgreementRow.objects.select_related(
        "consumer__member", "service__subsystem__member"
    )


def _certificates() -> tuple[Certificate, ...]:
    rows = CertificateRow.objects.select_related("member")
    return tuple(
        Certificate(
            id=row.id,
            member=name_of(row.member),
            use=Use(row.use),
            fingerprint=row.fingerprint,
            pem=row.pem,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            revoked_at=row.revoked_at,
        )
        for row in rows
    )


def name_of(row: MemberRow) -> MemberName:
    """Name a member."""
    return MemberName(row.instance, row.member_class, row.code)


def member_of(row: MemberRow) -> Member:
    """Show a member."""
    return Member(
        id=row.id,
        name=name_of(row),
        title=row.title,
        organization_id=row.organization_id,
        gateway=row.gateway,
        is_synthetic=row.is_synthetic,
    )


def subsystem_of(row: SubsystemRow) -> Subsystem:
    """Show a subsystem."""
    return Subsystem(
        id=row.id,
        name=SubsystemName(name_of(row.member), row.code),
        title=row.title,
        member_id=row.member_id,
        organization_id=row.member.organization_id,
        key_digest=row.key_digest,
    )


def service_of(row: ServiceRow) -> Service:
    """Show a service."""
    subsystem = subsystem_of(row.subsystem)
    return Service(
        id=row.id,
        name=ServiceName(subsystem.name, row.code),
        title=row.title,
        subsystem_id=subsystem.id,
        organization_id=subsystem.organization_id,
        address=row.address,
        openapi=row.openapi,
        operations=openapi.operations(row.openapi),
        about=row.about,
        most_bytes=row.most_bytes,
        seconds=row.seconds,
        is_sandbox=row.is_sandbox,
    )


def agreement_of(row: AgreementRow) -> Agreement:
    """Show an agreement."""
    consumer, service = subsystem_of(row.consumer), service_of(row.service)
    return Agreement(
        id=row.id,
        consumer=consumer.name,
        consumer_id=consumer.id,
        consumer_title=consumer.title,
        consumer_organization_id=consumer.organization_id,
        service=service.name,
        service_id=service.id,
        service_title=service.title,
        organization_id=service.organization_id,
        operations=tuple(row.operations),
        fields=tuple(row.fields),
        purpose=row.purpose,
        source=row.source,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        per_minute=row.per_minute,
        per_day=row.per_day,
        state=AgreementState(row.state),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
    )
