"""Who calls: a key in `Authorization: Bearer`, and the access each address declares."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from tinhso.kernel import clock
from tinhso.kernel.actor import ANONYMOUS, Actor, ActorKind
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.http import SAFE
from tinhso.security import actions
from tinhso.security import queries as security
from tinhso.security.types import Access


class Caller(HttpBearer):
    """Admit callers with a valid key and the access an address asks for."""

    def __init__(self, access: Access) -> None:
        super().__init__()
        self.access = access

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Name the caller, or None for 401.

        :raises NotAllowed: if the key is good but not for this address.
        :raises TooManyCalls: if the account writes too often.
        """
        actor = security.actor_of_token(secret=token, at=clock.now())
        if actor.kind is ActorKind.ANONYMOUS:
            return None
        request.auth = actor  # type: ignore[attr-defined]  # known, if refused
        if not security.admits(actor=actor, access=self.access):
            raise NotAllowed
        if request.method not in SAFE and actor.id is not None:
            actions.count_write(account_id=actor.id, at=clock.now())
        return actor


class Anybody(Caller):
    """Admit everybody; a key shows more to those who may see more."""

    def __init__(self) -> None:
        super().__init__(Access.PUBLIC)

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Name the caller; a key that is wrong is still no key."""
        if "Authorization" not in request.headers:
            return ANONYMOUS
        found: Actor | None = super().__call__(request)
        return found


SIGNED_IN = Caller(Access.SIGNED_IN)
OFFICER = Caller(Access.OFFICER)
# An address that needs no key says so by name, never by leaving `auth` out.
PUBLIC = None
ANYBODY = Anybody()


def caller(request: HttpRequest) -> Actor:
    """Tell who calls."""
    actor = getattr(request, "auth", None)
    return actor if isinstance(actor, Actor) else ANONYMOUS
