"""Who is acting, and what they may do."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from tinhso.kernel.actor import ANONYMOUS, Actor, ActorKind, Covered, Duty, Thing
from tinhso.kernel.clock import local
from tinhso.kernel.errors import NotAllowed
from tinhso.people import queries as people
from tinhso.people.types import Post, Role
from tinhso.security.models import AccessToken, Account, CoverRow, SessionRow
from tinhso.security.providers import factors, national, sessions
from tinhso.security.rules.policies import (
    ANSWERING,
    DESK,
    HEADS,
    KEEPERS,
    LEADERS,
    allows,
)
from tinhso.security.rules.policies import admits as _admits
from tinhso.security.types import (
    SIGN_IN_LABEL,
    Access,
    AccountInfo,
    Cover,
    CoverImpossible,
    Deed,
    OpenKey,
    OpenSession,
)


def may(*, actor: Actor, deed: Deed, thing: Thing | None = None) -> bool:
    """Tell whether an actor may do a deed to a thing."""
    return allows(actor, deed, thing)


def require(*, actor: Actor, deed: Deed, thing: Thing | None = None) -> None:
    """Pass only who may do a deed to a thing.

    :raises NotAllowed: if the policy says no.
    """
    if not allows(actor, deed, thing):
        raise NotAllowed


def desks_of(*, actor: Actor) -> frozenset[UUID]:
    """List the organizations whose dossiers an officer works on."""
    return actor.organizations(DESK)


def intake_desks_of(*, actor: Actor) -> frozenset[UUID]:
    """List the organizations at whose desks an officer takes dossiers in."""
    return actor.organizations([Role.CLERK])


def answering_for(*, actor: Actor) -> frozenset[UUID]:
    """List the organizations for which an officer answers other agencies."""
    return actor.organizations(ANSWERING)


def assessing_for(*, actor: Actor) -> frozenset[UUID]:
    """List the organizations for which an officer assesses or appraises."""
    return actor.organizations(KEEPERS | HEADS | ANSWERING)


def managed_by(*, actor: Actor) -> frozenset[UUID]:
    """List the organizations whose tasks an officer assigns to colleagues."""
    return actor.organizations(HEADS)


def directing_for(*, actor: Actor) -> frozenset[UUID]:
    """List the organizations on whose behalf somebody directs agencies."""
    return actor.organizations(LEADERS)


def admits(*, actor: Actor, access: Access) -> bool:
    """Tell whether an actor may come through an address with this access."""
    return _admits(actor, access)


def actor_of(*, account_id: UUID, at: datetime) -> Actor:
    """Say who acts through an account at a moment: its person and their posts.

    Answers the anonymous actor if the account is unknown or closed.
    """
    return _actor(BY_ACCOUNT, [account_id], at)


def actor_of_token(*, secret: str, at: datetime) -> Actor:
    """Say who acts through a machine's key; anonymous if it is wrong or over."""
    return _actor(BY_TOKEN, [sha256(secret.encode()).hexdigest(), at], at)


# Asked with each request, hence by hand; a closed account ends with its next one.
_PERSONS = Account._meta.get_field("person").related_model._meta.db_table
_WHO = f"""
SELECT a.id, a.person_id, a.is_officer, p.full_name, p.is_synthetic,
    a.is_officer AND EXISTS (
        SELECT 1 FROM {CoverRow._meta.db_table} c
        WHERE c.substitute_id = a.person_id AND c.ended_at IS NULL
        AND %s BETWEEN c.first_day AND c.last_day
    )
"""  # noqa: S608 - the names are our own
BY_ACCOUNT = f"""
{_WHO} FROM {Account._meta.db_table} a JOIN {_PERSONS} p ON p.id = a.person_id
WHERE a.id = %s AND a.is_active
"""
BY_TOKEN = f"""
{_WHO} FROM {AccessToken._meta.db_table} t
JOIN {Account._meta.db_table} a ON a.id = t.account_id
JOIN {_PERSONS} p ON p.id = a.person_id
WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s AND a.is_active
"""


def _actor(query: str, values: list[UUID | str | datetime], at: datetime) -> Actor:
    on = local(at).date()
    with connection.cursor() as cursor:
        cursor.execute(query, [on, *values])
        found = cursor.fetchone()
    if found is None:
        return ANONYMOUS
    account_id, person_id, is_officer, name, is_synthetic, is_substitute = found
    held = people.duties_of(person_id=person_id, on=on) if is_officer else ()
    own = tuple(Duty(role, organization_id) for role, organization_id in held)
    # Who holds no post of their own any more covers nobody either.
    covering = tuple(_covering(person_id, own, on)) if is_substitute and own else ()
    return Actor(
        kind=ActorKind.OFFICER if own else ActorKind.CITIZEN,
        id=account_id,
        person_id=person_id,
        name=name,
        duties=own + covering,
        is_synthetic=is_synthetic,
    )


def _covering(person_id: UUID, own: tuple[Duty, ...], on: date) -> Iterator[Duty]:
    """Walk through the duties somebody does for absent colleagues on a day."""
    covers = _covers_on(on).filter(substitute_id=person_id).select_related("absent")
    for row in covers.order_by("id"):
        held = people.duties_of(person_id=row.absent_id, on=on)
        if (row.role, row.organization_id) in held:
            account_id = account_of(person_id=row.absent_id)
            absent = Covered(account_id, row.absent_id, row.absent.full_name)
            yield Duty(row.role, row.organization_id, absent)


def _covers_on(day: date) -> QuerySet[CoverRow]:
    return CoverRow.objects.filter(first_day__lte=day, last_day__gte=day, ended_at=None)


def covers_of(*, actor: Actor, on: date) -> tuple[Cover, ...]:
    """List the covers that hold on a day or will: of one's own, and of one's people."""
    mine = Q(absent_id=actor.person_id) | Q(substitute_id=actor.person_id)
    theirs = Q(organization_id__in=managed_by(actor=actor))
    rows = CoverRow.objects.filter(mine | theirs, last_day__gte=on, ended_at=None)
    ordered = rows.select_related("absent", "substitute").order_by("first_day", "id")
    grouped: dict[tuple[UUID, UUID, UUID, date], list[CoverRow]] = {}
    for row in ordered:
        key = (row.absent_id, row.substitute_id, row.organization_id, row.first_day)
        grouped.setdefault(key, []).append(row)
    return tuple(cover_of(rows=group) for group in grouped.values())


def cover_of(*, rows: Sequence[CoverRow]) -> Cover:
    """Show the rows of one cover, a row for each role, as what they are together."""
    first = rows[0]
    return Cover(
        absent_id=first.absent_id,
        absent=first.absent.full_name,
        substitute_id=first.substitute_id,
        substitute=first.substitute.full_name,
        organization_id=first.organization_id,
        roles=tuple(row.role for row in rows),
        first_day=first.first_day,
        last_day=first.last_day,
        reason=first.reason,
        arranged_by=first.arranged_by,
    )


def coverable_posts(
    *, absent_id: UUID, substitute_id: UUID, organization_id: UUID, on: date
) -> tuple[Post, ...]:
    """List the posts of an officer at an organization that a colleague may cover.

    :raises CoverImpossible: if there are none, or the colleague may not do one of them.
    """

    def here(person_id: UUID) -> list[Post]:
        posts = people.posts_of(person_id=person_id, on=on)
        return [p for p in posts if p.organization.id == organization_id]

    theirs = {post.role for post in here(substitute_id)}
    posts = tuple(post for post in here(absent_id) if post.role in DESK)
    leads = any(post.role is Role.LEADER for post in posts)
    is_fit = theirs & DESK and (not leads or Role.LEADER in theirs)
    if absent_id == substitute_id or not posts or not is_fit:
        raise CoverImpossible({"substitute": [CoverImpossible.message]})
    return posts


def accounts_of(*, person_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Find the accounts through which people act, by person; some have none."""
    rows = Account.objects.filter(person_id__in=person_ids, is_active=True)
    return dict(rows.values_list("person_id", "id"))


def account_of(*, person_id: UUID) -> UUID | None:
    """Find the account through which an officer acts; None if there is none."""
    row = Account.objects.filter(person_id=person_id, is_active=True).first()
    return row.id if row else None


def names_of(*, account_ids: Collection[UUID]) -> dict[UUID, str]:
    """Name the people behind accounts."""
    rows = Account.objects.filter(pk__in=account_ids).select_related("person")
    return {row.id: row.person.full_name for row in rows}


def get_account(*, username: str) -> AccountInfo | None:
    """Find an account by its sign-in name; None if there is none."""
    row = Account.objects.filter(username=username).first()
    return _info(row) if row else None


def needs_second_factor(*, actor: Actor) -> bool:
    """Tell whether an officer must set up a one-time code or a passkey first."""
    if actor.kind is not ActorKind.OFFICER:
        return False
    if not settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR:
        return False
    return not Authenticator.objects.filter(user_id=actor.id).exists()


def has_second_factor(*, actor: Actor) -> bool:
    """Tell whether somebody has a one-time code or a passkey to show."""
    return bool(Authenticator.objects.filter(user_id=actor.id).exists())


def has_national_identity() -> bool:
    """Tell whether people can sign in by the national identity."""
    return national.is_set_up()


def sessions_of(*, actor: Actor, key: str, at: datetime) -> tuple[OpenSession, ...]:
    """List where somebody is signed in, the last used first.

    key: of the session that asks. What fell silent or is too old opens nothing any
    more, and is not listed.
    """
    if actor.id is None:
        return ()
    rows = SessionRow.objects.filter(
        account_id=actor.id,
        seen_at__gte=at - settings.TINHSO_SESSION_SILENCE,
        begun_at__gte=at - settings.TINHSO_SESSION_LENGTH,
    )
    alive = sessions.alive(keys=[row.key for row in rows], at=at)
    return tuple(
        OpenSession(
            id=row.id,
            browser=row.browser,
            system=row.system,
            begun_at=row.begun_at,
            seen_at=row.seen_at,
            is_here=row.key == key,
        )
        for row in rows.order_by("-seen_at", "id")
        if row.key in alive
    )


def keys_of(*, actor: Actor, at: datetime) -> tuple[OpenKey, ...]:
    """List the keys through which machines act for somebody, the newest first."""
    if actor.id is None:
        return ()
    rows = AccessToken.objects.filter(
        account_id=actor.id, revoked_at=None, expires_at__gt=at
    )
    return tuple(
        OpenKey(
            id=row.id,
            label=row.label,
            begun_at=row.created_at,
            ends_at=row.expires_at,
            is_sign_in=row.label == SIGN_IN_LABEL,
        )
        for row in rows.order_by("-created_at", "id")
    )


def proof_of(*, account_id: UUID) -> str:
    """Digest what somebody signs in with; another one after they change it."""
    passwords = Account.objects.filter(pk=account_id).values_list("password", flat=True)
    known = [*passwords, *factors.of(account_id=account_id)]
    return sha256(repr(known).encode()).hexdigest()


def _info(row: Account) -> AccountInfo:
    return AccountInfo(
        row.id, row.username, row.person_id, row.is_officer, row.is_active
    )
