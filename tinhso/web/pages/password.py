"""Changing one's password, for those who have one."""

from allauth.account import views as account
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext

from tinhso.security.types import Access
from tinhso.web.policy import guarded


@guarded(Access.SIGNED_IN)
def change(request: HttpRequest) -> HttpResponseBase:
    """Change one's password; who signs in with a passkey alone has none to change."""
    user = request.user
    if user.is_authenticated and not user.has_usable_password():
        text = gettext("Bạn đăng nhập bằng khóa truy cập, không có mật khẩu để đổi.")
        messages.info(request, text)
        return redirect("mfa_index")
    answer: HttpResponseBase = account.password_change(request)
    return answer
