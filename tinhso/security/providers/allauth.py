"""How django-allauth signs people in here."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened at a desk or by the national identity, not by signing up."""

    def is_open_for_signup(self, request: object) -> bool:
        """Refuse sign-up."""
        return False
