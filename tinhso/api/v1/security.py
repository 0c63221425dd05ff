"""Keys for machines."""

from datetime import timedelta

from django.http import HttpRequest
from ninja import Router, Status

from tinhso.api.auth import PUBLIC
from tinhso.api.limits import count, limited
from tinhso.api.v1.shapes import SignInIn, TokenOut
from tinhso.kernel import clock
from tinhso.security import actions, queries
from tinhso.security.types import SIGN_IN_LABEL

router = Router(tags=["security"])

SESSION = timedelta(hours=12)


@router.post("/sessions", response={201: TokenOut}, auth=PUBLIC)
@limited(most=60, minutes=1)
def sign_in(request: HttpRequest, given: SignInIn) -> Status[TokenOut]:
    """Exchange a name and a password for a key of twelve hours.

    A name is tried ten times in five minutes, from wherever; then 429.
    """
    at = clock.now()
    count("sign_in.name", given.username, most=10, minutes=5)
    account_id = actions.sign_in_with_password(
        username=given.username, password=given.password
    )
    token = actions.issue_token(
        account_id=account_id,
        label=SIGN_IN_LABEL,
        valid_for=SESSION,
        actor=queries.actor_of(account_id=account_id, at=at),
        at=at,
    )
    return Status(201, TokenOut(token=token.secret, expires_at=token.expires_at))
