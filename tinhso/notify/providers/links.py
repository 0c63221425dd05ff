"""Links in letters by which people do without further ones; signed, without sign-in."""

from uuid import UUID

from django.core import signing

from tinhso.notify.types import LinkWrong

SALT = "tinhso.notify.unsubscribe"


def unsubscribe_token(person_id: UUID, key: str) -> str:
    """Write what a link says: whose letters, and of which wording."""
    return signing.dumps([person_id.hex, key], salt=SALT)


def read_token(token: str) -> tuple[UUID, str]:
    """Read what a link says; it holds as long as the secret key.

    :raises LinkWrong: if it is not ours, or was changed.
    """
    try:
        person, key = signing.loads(token, salt=SALT)
        return UUID(person), str(key)
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkWrong from None
