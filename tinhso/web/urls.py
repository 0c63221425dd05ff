"""Every address of the web, with the policy that guards it."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from tinhso.web.pages import gallery, start

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.start, name="start"),
    path("ngon-ngu", set_language, name="set_language"),
    path("mau-giao-dien", gallery.gallery, name="gallery"),
    path("mau-giao-dien/ban-lam-viec", gallery.desk_gallery, name="gallery_desk"),
    # Of the sign-in library only what is used: no sign-up, no mail, no reset.
    path("tai-khoan/dang-nhap", account.login, name="account_login"),
    path("tai-khoan/dang-xuat", account.logout, name="account_logout"),
    path("tai-khoan/da-khoa", account.account_inactive, name="account_inactive"),
    path("tai-khoan/xac-nhan", account.reauthenticate, name="account_reauthenticate"),
    path("tai-khoan/mat-khau", account.password_change, name="account_change_password"),
    path("tai-khoan/bao-mat/", include("allauth.mfa.urls")),
]
