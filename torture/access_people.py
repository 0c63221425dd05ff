"""Everybody of the access walk gets an account, posts, covers, sessions and keys.

Needs Django set up, on the database of a run of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from tinhso.kernel.actor import SYSTEM, Actor
from tinhso.kernel.clock import local
from tinhso.people import actions as registry
from tinhso.people import queries as people
from tinhso.people.models import PostRow
from tinhso.people.types import Gender, Role
from tinhso.security import actions as security
from tinhso.security import queries as accounts
from tinhso.security.models import AccessToken, SessionRow
from torture.access_policy import COVERED, VISITORS, Visitor
from torture.browser import PASSWORD, Browser, Reply

# Where the posts are: two communes, the agency that is asked, one that is not.
PLACES = {
    "A": "xa_06688",
    "B": "xa_06970",
    "asked": "so_tu_phap",
    "elsewhere": "so_khcn",
    "center": "ttpvhcc_tinh",
}
VALID = timedelta(days=1)
# So that dossiers of the second commune come to an end, too.
STAFF_OF_B = (Role.CASE_OFFICER, Role.LEADER, Role.REGISTRAR)
# Made up so that no other text contains them. Numbers say: woman, born 1995.
CANARIES: Mapping[str, Mapping[str, str]] = {
    "A": {
        "number": "022195999771",
        "phone": "0987612345",
        "name": "Nguyễn Thị Kivazhelu",
        "residence": "Ngõ Kijwodrana, khu 3",
        "child": "Phạm Gia Kiqumbolet",
        "file": "kifxanorpel.pdf",
        "content": "KIHOLVEXTRAM",
        "message": "Kisyvurendo hỏi về hồ sơ",
        "answer": "Bệnh viện Kitpomagru",
        "view": "Bộ lọc Kivuswetrano",
        "sheet": "kishogarveti",
        "cover": "Việc riêng Kicoprumsela",
        "browser": "Kibrowzelta",
    },
    "B": {
        "number": "022195999772",
        "phone": "0976598712",
        "name": "Trần Thị Zovakmireh",
        "residence": "Thôn Zojtulfena, xã Ba Chẽ",
        "child": "Lê Minh Zoqedrabus",
        "file": "zofwilmaget.pdf",
        "content": "ZOHURKEPLAND",
        "message": "Zosygtamerlo hỏi về hồ sơ",
        "answer": "Bệnh viện Zotbunhecal",
        "view": "Bộ lọc Zovuntasibe",
        "sheet": "zoshikarmelo",
        "browser": "Zobrowkinta",
    },
}


@dataclass(frozen=True)
class Known:
    """Who was made: the visitors by name, and who works at the second commune."""

    actors: Mapping[str, Actor]
    staff: Mapping[str, Mapping[str, Actor]]
    units: Mapping[str, UUID]


def make_people(at: datetime) -> Known:
    """Make everybody; what has ended, ends afterwards with `end_people`."""
    on = local(at).date()
    units = {
        name: people.organization_by_key(key=key, on=on).id
        for name, key in PLACES.items()
    }
    for visitor in VISITORS:
        if visitor.account.startswith("di."):
            _open(visitor, units, at)
    for role in STAFF_OF_B:
        _appoint(_account(f"di.b.{role}", {}, True, at), role, units["B"], at)
    _cover(units["A"], at)
    staff = {
        "A": {role: _actor(name, at) for role, name in _staff_of_a().items()},
        "B": {role.value: _actor(f"di.b.{role}", at) for role in STAFF_OF_B},
    }
    staff["B"] |= {
        "clerk": _actor("canbo.bache", at),
        "head_of_office": _actor("di.head_elsewhere", at),
    }
    actors = {v.name: _actor(v.account, at) for v in VISITORS if v.account}
    return Known(actors, staff, units)


def _staff_of_a() -> dict[str, str]:
    names = ("clerk", "case_officer", "leader", "registrar", "head")
    found = {v.name: v.account for v in VISITORS if v.name in names}
    return {"head_of_office": found.pop("head"), **found}


def _actor(username: str, at: datetime) -> Actor:
    account = accounts.get_account(username=username)
    assert account is not None, username
    return accounts.actor_of(account_id=account.id, at=at)


def _open(visitor: Visitor, units: Mapping[str, UUID], at: datetime) -> None:
    of = visitor.owns
    told = CANARIES[of] if of else {}
    is_officer = bool(visitor.posts) or visitor.name == "post_over"
    person_id = _account(visitor.account, told, is_officer, at)
    for place, roles in visitor.posts.items():
        # What somebody does under a cover is no post of theirs.
        own = roles[:1]
        for role in own:
            _appoint(person_id, Role(role), units[place], at)
    if visitor.name == "post_over":
        _appoint(person_id, Role.CLERK, units["A"], at)


def _account(
    username: str, told: Mapping[str, str], is_officer: bool, at: datetime
) -> UUID:
    given: dict[str, Any] = {}
    if told:
        given = {
            "personal_number": told["number"],
            "birth_date": date(1995, 3, 12),
            "gender": Gender.FEMALE,
            "phone": told["phone"],
            "residence": told["residence"],
        }
    person = registry.register_person(
        full_name=told.get("name", f"Người {username.rpartition('.')[2]}"),
        is_synthetic=True,
        actor=SYSTEM,
        at=at,
        **given,
    )
    security.open_account(
        username=username,
        password=PASSWORD,
        person_id=person.id,
        is_officer=is_officer,
        actor=SYSTEM,
        at=at,
    )
    return person.id


def _appoint(person_id: UUID, role: Role, unit: UUID, at: datetime) -> None:
    registry.appoint(
        person_id=person_id,
        organization_id=unit,
        role=role,
        title="Công chức",
        on=local(at).date() - timedelta(30),
        actor=SYSTEM,
        at=at,
    )


def _cover(unit: UUID, at: datetime) -> None:
    """Let one stand in now; let another have done so until yesterday."""
    today, staff = local(at).date(), _staff_of_a()
    for name, role in COVERED.items():
        is_over = name == "cover_over"
        absent = _actor(staff[role], at)
        substitute = _actor(f"di.{name}", at)
        assert absent.person_id is not None and substitute.person_id is not None
        begun = at - timedelta(5) if is_over else at
        security.arrange_cover(
            absent_id=absent.person_id,
            substitute_id=substitute.person_id,
            organization_id=unit,
            first_day=local(begun).date(),
            last_day=today - timedelta(1) if is_over else today + timedelta(1),
            reason=CANARIES["A"]["cover"],
            actor=SYSTEM,
            at=begun,
        )


def cover_for(known: Known, of: str, at: datetime) -> UUID:
    """Let somebody do the clerk's work at a commune today; answer who does.

    At the first one it is the visitor who stands in.
    """
    if of == "A":
        person_id = known.actors["stand_in"].person_id
        assert person_id is not None
        return person_id
    clerk, officer = known.staff[of]["clerk"], known.staff[of]["case_officer"]
    assert clerk.person_id is not None and officer.person_id is not None
    security.arrange_cover(
        absent_id=clerk.person_id,
        substitute_id=officer.person_id,
        organization_id=known.units[of],
        first_day=local(at).date(),
        last_day=local(at).date(),
        reason="Nghỉ phép",
        actor=SYSTEM,
        at=at,
    )
    return officer.person_id


def end_people(known: Known, at: datetime) -> dict[str, dict[str, str]]:
    """Hand out what everybody comes with, then end what is to be over.

    Sessions and keys are made while they are still good; what ends them is the door's
    own question with each request.
    """
    found = {visitor.name: _comes_with(visitor, known, at) for visitor in VISITORS}
    closed = known.actors["closed"].id
    assert closed is not None
    security.close_account(account_id=closed, actor=SYSTEM, at=at)
    over = known.actors["post_over"].person_id
    PostRow.objects.filter(person_id=over).update(valid_to=local(at).date())
    return found


def _comes_with(visitor: Visitor, known: Known, at: datetime) -> dict[str, str]:
    if visitor.name == "portal":
        return {"cookie": "", "key": settings.TINHSO_PORTAL_KEY}
    if not visitor.account:
        return {"cookie": "", "key": ""}
    account_id = known.actors[visitor.name].id
    assert account_id is not None
    told = CANARIES[visitor.owns]["browser"] if visitor.owns else "Firefox"
    cookie = session(visitor.account, at, told) if visitor.has_session else ""
    if visitor.posts and not visitor.is_bare:
        # Not before: the page would ask for a code.
        factor = {"user_id": account_id, "type": Authenticator.Type.TOTP}
        Authenticator.objects.get_or_create(**factor, defaults={"data": {}})
    has_key = visitor.has_key
    return {
        "cookie": cookie,
        "key": key(account_id, at, told, visitor.name) if has_key else "",
    }


def session(username: str, at: datetime, browser: str) -> str:
    """Sign an account in through the page; answer the session's key.

    Then let it be seen, and have shown again who it is, at the end of the walk: no
    request finds anything to note about it, and none asks to sign in again.
    """
    visitor, end = Browser(_carry), at + VALID
    visitor.sign_in(username)
    # The next page says that they are signed in; no page of the walk may.
    visitor.ask("GET", "/")
    key, store = visitor.session(), SessionStore(visitor.session())
    shown = {"method": "password", "reauthenticated": True, "at": end.timestamp()}
    store[AUTHENTICATION_METHODS_SESSION_KEY] += [shown]
    store["seen"] = end.isoformat()
    store.save()
    SessionRow.objects.filter(key=key).update(browser=browser, seen_at=end)
    return key


def _carry(method: str, path: str, content: str, headers: Mapping[str, str]) -> Reply:
    """Ask the application in this process, before there is a server."""
    kind = headers.get("Content-Type", "")
    client = Client(enforce_csrf_checks=True)
    answer = client.generic(method, path, content, kind, headers=dict(headers))
    cookies = [cookie.OutputString() for cookie in answer.cookies.values()]
    told = dict(answer.headers.items())
    return Reply(path, answer.status_code, told, cookies, answer.content)


def agreed_to_by(actor: Actor, unit_id: UUID, at: datetime) -> dict[str, str]:
    """Let somebody agree that a system knows them; name what they can take back."""
    made = security.register_client(
        name="Học bạ số",
        organization_id=unit_id,
        purpose="Để biết bạn là cha mẹ của học sinh nào.",
        scopes=["openid", "profile"],
        redirects=["https://hoc.example/xong"],
        actor=SYSTEM,
        at=at,
    )
    security.grant(key=made.client.key, scopes=["openid"], actor=actor, at=at)
    (grant,) = accounts.grants_of(actor=actor)
    return {"grant_id": str(grant.id)}


def signed_in_of(account_id: UUID) -> dict[str, str]:
    """Name where an account is signed in, and the key it comes with."""
    session_id = SessionRow.objects.get(account_id=account_id).id
    key_id = AccessToken.objects.get(account_id=account_id).id
    return {"session_id": str(session_id), "key_id": str(key_id)}


def key(account_id: UUID, at: datetime, label: str, how: str) -> str:
    """Issue a key to an account; how: `key_revoked` and `key_over` are good no more."""
    issued = security.issue_token(
        account_id=account_id,
        label=label,
        valid_for=-VALID if how == "key_over" else VALID,
        actor=SYSTEM,
        at=at,
    )
    if how == "key_revoked":
        security.revoke_token(token_id=issued.id, actor=SYSTEM, at=at)
    return issued.secret
