"""Every address of the web, with the policy that guards it."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from tinhso.web.pages import (
    desk,
    desk_acts,
    desk_dossiers,
    desk_workflows,
    gallery,
    start,
)

DOSSIER = "lam-viec/ho-so/<uuid:dossier_id>"
desk_dossier_paths = [
    path(DOSSIER, desk_dossiers.dossier, name="desk_dossier"),
    path(f"{DOSSIER}/tep/<uuid:file_id>", desk_dossiers.file, name="desk_file"),
    path(f"{DOSSIER}/ket-qua.pdf", desk_dossiers.result, name="desk_result"),
    path(f"{DOSSIER}/nhan", desk_dossiers.claim, name="desk_claim"),
    path(f"{DOSSIER}/tra-lai", desk_dossiers.release, name="desk_release"),
    path(f"{DOSSIER}/hen-lai", desk_acts.extend, name="desk_extend"),
    path(f"{DOSSIER}/thao-tac/<slug:action_key>", desk_acts.act, name="desk_act"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.start, name="start"),
    path("ngon-ngu", set_language, name="set_language"),
    path("mau-giao-dien", gallery.gallery, name="gallery"),
    path("mau-giao-dien/ban-lam-viec", gallery.desk_gallery, name="gallery_desk"),
    path("lam-viec", desk.inbox, name="desk"),
    path("lam-viec/ky-so", desk.signing, name="desk_signing"),
    path("lam-viec/van-thu", desk.registry, name="desk_registry"),
    path("lam-viec/nhan", desk.claim_selected, name="desk_claim_selected"),
    path("lam-viec/tim", desk.search, name="desk_search"),
    path("lam-viec/quy-trinh/<str:code>", desk_workflows.workflow, name="desk_flow"),
    path("lam-viec/quy-trinh/<str:code>/bpmn", desk_workflows.bpmn, name="desk_bpmn"),
    *desk_dossier_paths,
    # Of the sign-in library only what is used: no sign-up, no mail, no reset.
    path("tai-khoan/dang-nhap", account.login, name="account_login"),
    path("tai-khoan/dang-xuat", account.logout, name="account_logout"),
    path("tai-khoan/da-khoa", account.account_inactive, name="account_inactive"),
    path("tai-khoan/xac-nhan", account.reauthenticate, name="account_reauthenticate"),
    path("tai-khoan/mat-khau", account.password_change, name="account_change_password"),
    path("tai-khoan/bao-mat/", include("allauth.mfa.urls")),
]
