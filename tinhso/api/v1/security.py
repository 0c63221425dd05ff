"""Keys for machines, and the journal's newest head."""

from base64 import b64encode
from datetime import timedelta

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import HttpRequest
from ninja import Router, Status

from tinhso.api.auth import PUBLIC
from tinhso.api.v1.shapes import HeadOut, SignInIn, TokenOut
from tinhso.kernel import clock
from tinhso.kernel.audit import actions as audit
from tinhso.security import actions, queries

router = Router(tags=["security"])

SESSION = timedelta(hours=12)


@router.post("/sessions", response={201: TokenOut}, auth=PUBLIC)
def sign_in(request: HttpRequest, given: SignInIn) -> Status[TokenOut]:
    """Exchange a name and a password for a key of twelve hours."""
    at = clock.now()
    account_id = actions.sign_in_with_password(
        username=given.username, password=given.password
    )
    token = actions.issue_token(
        account_id=account_id,
        label="session",
        valid_for=SESSION,
        actor=queries.actor_of(account_id=account_id, at=at),
        at=at,
    )
    return Status(201, TokenOut(token=token.secret, expires_at=token.expires_at))


@router.get("/journal/head", response=HeadOut, auth=PUBLIC)
def journal_head(request: HttpRequest) -> HeadOut:
    """Read the newest signed head of the journal."""
    head = audit.newest_head()
    key = audit.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return HeadOut(
        size=head.size,
        root=head.root.hex(),
        signed_at=head.signed_at,
        signature=b64encode(head.signature).decode(),
        public_key=b64encode(key).decode(),
    )
