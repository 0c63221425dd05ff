"""Second factors, as the library of sign-in keeps them."""

from uuid import UUID

from allauth.mfa.models import Authenticator


def forget(*, account_id: UUID) -> int:
    """Delete all of an account; say how many there were."""
    deleted, _ = Authenticator.objects.filter(user_id=account_id).delete()
    return int(deleted)


def of(*, account_id: UUID) -> tuple[tuple[int, str], ...]:
    """List those of an account, each with its kind."""
    found = Authenticator.objects.filter(user_id=account_id).order_by("pk")
    return tuple(found.values_list("pk", "type"))
