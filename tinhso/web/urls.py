"""Every address of the web, with the policy that guards it."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from tinhso.web.pages import (
    apply,
    dossiers,
    gallery,
    health,
    lookup,
    papers,
    procedures,
    start,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.start, name="start"),
    path("suc-khoe", health.health, name="health"),
    path("thu-tuc", procedures.search, name="procedures"),
    path("thu-tuc/<str:code>", procedures.procedure, name="procedure"),
    path("thu-tuc/<str:code>/bat-dau", apply.start, name="start_draft"),
    path("ho-so-nhap", apply.drafts, name="drafts"),
    path("nop-ho-so/<uuid:draft_id>", apply.hub, name="apply"),
    path("nop-ho-so/<uuid:draft_id>/noi-tiep-nhan", apply.unit, name="apply_unit"),
    path("nop-ho-so/<uuid:draft_id>/trang/<str:key>", apply.page, name="apply_page"),
    path("nop-ho-so/<uuid:draft_id>/kiem-tra", apply.check, name="apply_check"),
    path("nop-ho-so/<uuid:draft_id>/nop", apply.submit, name="apply_submit"),
    path("nop-ho-so/<uuid:draft_id>/da-nop", apply.applied, name="applied"),
    path("nop-ho-so/<uuid:draft_id>/cap-nhat", apply.renew, name="apply_renew"),
    path("nop-ho-so/<uuid:draft_id>/xoa", apply.discard, name="apply_discard"),
    path("ho-so", dossiers.dossiers, name="dossiers"),
    path("ho-so/<uuid:dossier_id>", dossiers.dossier, name="dossier"),
    path(
        "ho-so/<uuid:dossier_id>/tep/<uuid:file_id>",
        dossiers.dossier_file,
        name="dossier_file",
    ),
    path(
        "ho-so/<uuid:dossier_id>/giay-tiep-nhan.pdf",
        dossiers.receipt,
        name="dossier_receipt",
    ),
    path("ho-so/<uuid:dossier_id>/bo-sung", dossiers.supplement, name="supplement"),
    path("ho-so/<uuid:dossier_id>/rut", dossiers.withdraw, name="withdraw"),
    path("tin-nhan", dossiers.inbox, name="inbox"),
    path("tin-nhan/<uuid:message_id>", dossiers.message, name="message"),
    path("giay-to", papers.papers, name="papers"),
    path("giay-to/<uuid:document_id>.pdf", papers.paper, name="paper"),
    path("tra-cuu", lookup.progress, name="progress"),
    path("xac-minh", lookup.verify, name="verify"),
    path("xac-minh/<str:code>", lookup.verify_code, name="verify_code"),
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
