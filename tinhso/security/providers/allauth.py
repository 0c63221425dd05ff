"""How django-allauth signs people in here."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import gettext_lazy


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened at a desk or by the national identity, not by signing up."""

    # The library has no Vietnamese; these are the sentences people can meet here.
    error_messages: ClassVar[dict[str, object]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("Tài khoản này đã khóa."),
        "enter_current_password": gettext_lazy("Hãy nhập mật khẩu hiện tại."),
        "incorrect_code": gettext_lazy("Mã chưa đúng."),
        "incorrect_password": gettext_lazy("Mật khẩu chưa đúng."),
        "invalid_login": gettext_lazy("Không đăng nhập được."),
        "rate_limited": gettext_lazy("Bạn thử quá nhanh. Hãy chờ một lát."),
        "same_as_current": gettext_lazy("Mật khẩu mới phải khác mật khẩu cũ."),
        "too_many_login_attempts": gettext_lazy(
            "Sai quá nhiều lần. Hãy thử lại sau ít phút."
        ),
        "username_password_mismatch": gettext_lazy(
            "Tên đăng nhập hoặc mật khẩu chưa đúng."
        ),
    }

    def is_open_for_signup(self, request: object) -> bool:
        """Refuse sign-up."""
        return False
