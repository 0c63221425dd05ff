"""How django-allauth signs people in here, and what it says, for it has no Vietnamese.

What it says after a success stands in `web/templates/{account,mfa}/messages/`.
"""

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.security.models import Account
from tinhso.security.providers import secrets

LOG = logging.getLogger("tinhso.security")
TOO_MANY = gettext_lazy("Bạn đã thử quá nhiều lần. Hãy đợi vài phút rồi thử lại.")
WRONG_CODE = gettext_lazy("Mã xác thực chưa đúng.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened at a desk or by the national identity, not by signing up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("Tài khoản đã khóa"),
        "enter_current_password": gettext_lazy("Mật khẩu hiện nay chưa đúng."),
        "incorrect_code": WRONG_CODE,
        "incorrect_password": gettext_lazy("Mật khẩu chưa đúng."),
        "rate_limited": TOO_MANY,
        "too_many_login_attempts": TOO_MANY,
        "username_password_mismatch": gettext_lazy(
            "Tên đăng nhập hoặc mật khẩu chưa đúng."
        ),
    }

    def get_login_redirect_url(self, request: Any) -> str:
        """Lead officers to their desk, and everybody else to the front page."""
        is_officer = getattr(request.user, "is_officer", False)
        return reverse("desk") if is_officer else reverse("start")

    def authentication_failed(self, request: Any, **credentials: Any) -> None:
        """Log from where somebody failed to sign in, and to which account.

        What was typed is not logged: a name that is none may be a password.
        """
        known = Account.objects.filter(username=credentials.get("username", ""))
        account_id = known.values_list("pk", flat=True).first()
        address = self.get_client_ip(request)
        LOG.warning("sign-in failed: account %s, from %s", account_id, address)

    def is_open_for_signup(self, request: object) -> bool:
        """Refuse sign-up."""
        return False


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy(
            "Không tắt được bước xác thực thứ hai."
        ),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Hãy bật bước xác thực thứ hai trước khi tạo mã dự phòng."
        ),
        "incorrect_code": WRONG_CODE,
        "unknown_passkey": gettext_lazy(
            "Khóa truy cập này không mở được tài khoản. Hãy dùng khóa khác hoặc mã."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt the secret of one-time and recovery codes for the database."""
        return secrets.lock(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt it where a code is compared."""
        return secrets.unlock(encrypted_text)

    def validation_error(self, code: str, *args: Any) -> Any:
        """Speak of the passkey where one was offered; the library says "code"."""
        if code == "incorrect_code" and "credential" in context.request.POST:
            code = "unknown_passkey"
        return super().validation_error(code, *args)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Propose a name for a new passkey."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        if count < 2:
            return gettext("Khóa dự phòng") if count else gettext("Khóa chính")
        return gettext("Khóa số %(number)s") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind passkeys to the address people know, whatever a proxy calls us."""
        host = urlsplit(settings.TINHSO_ORIGIN).hostname or ""
        return {"id": host, "name": gettext("Tỉnh Số Quảng Ninh")}
