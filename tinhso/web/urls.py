"""Every address of the web; who may use it is declared beside each view."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from tinhso.web.pages import (
    apply,
    apply_submit,
    appointments,
    builder,
    builder_form,
    builder_procedure,
    builder_try,
    consultations,
    conversations,
    counter,
    counter_settings,
    desk,
    desk_acts,
    desk_batches,
    desk_dossiers,
    desk_workflows,
    dossiers,
    evaluations,
    gallery,
    health,
    intake,
    lookup,
    offline,
    papers,
    printed,
    procedures,
    queue_screen,
    reports,
    start,
)

DRAFT = "nop-ho-so/<uuid:draft_id>"
OWN = "ho-so/<uuid:dossier_id>"
DESK = "lam-viec/ho-so/<uuid:dossier_id>"
ASKED = "lam-viec/y-kien/<uuid:consultation_id>"
BOOK = "dat-lich/<uuid:organization_id>"
BOOKING = "lich-hen/<uuid:booking_id>"
BUILD = "lam-viec/bieu-mau"
BUILT = f"{BUILD}/thu-tuc/<str:code>"
FORM = f"{BUILD}/mau/<str:key>"
PART = f"{FORM}/phan/<str:section>"
PAGE = f"{PART}/trang/<str:page>"
COUNTER = "lam-viec/quay/<uuid:organization_id>"

for_everybody = [
    path("", start.start, name="start"),
    path("suc-khoe", health.health, name="health"),
    path("app.webmanifest", offline.manifest, name="manifest"),
    path("sw.js", offline.worker, name="worker"),
    path("ngoai-tuyen", offline.offline, name="offline"),
    path("ngon-ngu", set_language, name="set_language"),
    path("mau-giao-dien", gallery.gallery, name="gallery"),
    path("mau-giao-dien/ban-lam-viec", gallery.desk_gallery, name="gallery_desk"),
    path("thu-tuc", procedures.search, name="procedures"),
    path("thu-tuc/<str:code>", procedures.procedure, name="procedure"),
    path("tra-cuu", lookup.progress, name="progress"),
    path("xac-minh", lookup.verify, name="verify"),
    path("xac-minh/<str:code>", lookup.verify_code, name="verify_code"),
    path("man-hinh/<str:key>", queue_screen.screen, name="queue_screen"),
    path("so/<str:token>", queue_screen.ticket, name="ticket"),
    path("so/<str:token>/phieu", queue_screen.slip, name="ticket_slip"),
]

for_citizens = [
    path("thu-tuc/<str:code>/bat-dau", apply.start, name="start_draft"),
    path("ho-so-nhap", apply.drafts, name="drafts"),
    path(DRAFT, apply.hub, name="apply"),
    path(f"{DRAFT}/noi-tiep-nhan", apply.unit, name="apply_unit"),
    path(f"{DRAFT}/trang/<str:key>", apply.page, name="apply_page"),
    path(f"{DRAFT}/kiem-tra", apply_submit.check, name="apply_check"),
    path(f"{DRAFT}/nop", apply_submit.submit, name="apply_submit"),
    path(f"{DRAFT}/da-nop", apply_submit.applied, name="applied"),
    path(f"{DRAFT}/cap-nhat", apply.renew, name="apply_renew"),
    path(f"{DRAFT}/xoa", apply.discard, name="apply_discard"),
    path("ho-so", dossiers.dossiers, name="dossiers"),
    path("ai-da-xem", dossiers.readers, name="readers"),
    path(OWN, dossiers.dossier, name="dossier"),
    path(f"{OWN}/tep/<uuid:file_id>", dossiers.dossier_file, name="dossier_file"),
    path(f"{OWN}/giay-tiep-nhan.pdf", dossiers.receipt, name="dossier_receipt"),
    path(f"{OWN}/giay/<uuid:document_id>.pdf", printed.own, name="dossier_printed"),
    path(f"{OWN}/trao-doi", conversations.own, name="conversation"),
    path(
        f"{OWN}/trao-doi/<uuid:file_id>",
        conversations.own_file,
        name="conversation_file",
    ),
    path(f"{OWN}/danh-gia", evaluations.evaluate, name="evaluate"),
    path(f"{OWN}/bo-sung", dossiers.supplement, name="supplement"),
    path(f"{OWN}/rut", dossiers.withdraw, name="withdraw"),
    path(f"{OWN}/xac-nhan", dossiers.confirm, name="confirm_dossier"),
    path("dat-lich", appointments.units, name="book"),
    path(BOOK, appointments.days, name="book_day"),
    path(f"{BOOK}/<str:day>", appointments.slots, name="book_slot"),
    path("lich-hen", appointments.bookings, name="bookings"),
    path(BOOKING, appointments.booking, name="booking"),
    path(f"{BOOKING}/huy", appointments.cancel, name="booking_cancel"),
    path(f"{BOOKING}/nhan", appointments.accept, name="booking_accept"),
    path("lich-hen/cho/<uuid:waiting_id>", appointments.leave, name="waiting_leave"),
    path("tin-nhan", dossiers.inbox, name="inbox"),
    path("tin-nhan/<uuid:message_id>", dossiers.message, name="message"),
    path("giay-to", papers.papers, name="papers"),
    path("giay-to/<uuid:document_id>.pdf", papers.paper, name="paper"),
    path("giay-to/<uuid:document_id>/nhac", papers.remind, name="paper_remind"),
]

for_officers = [
    path("lam-viec", desk.inbox, name="desk"),
    path("lam-viec/ky-so", desk.signing, name="desk_signing"),
    path("lam-viec/van-thu", desk.registry, name="desk_registry"),
    path("lam-viec/nhan", desk.claim_selected, name="desk_claim_selected"),
    path("lam-viec/chon", desk_batches.preview, name="desk_batch"),
    path("lam-viec/chon/lam", desk_batches.do, name="desk_batch_do"),
    path("lam-viec/chon/thu-lai", desk_batches.undo, name="desk_batch_undo"),
    path("lam-viec/tim", desk.search, name="desk_search"),
    path("lam-viec/quy-trinh/<str:code>", desk_workflows.workflow, name="desk_flow"),
    path("lam-viec/quy-trinh/<str:code>/bpmn", desk_workflows.bpmn, name="desk_bpmn"),
    path("lam-viec/tiep-nhan", intake.start, name="intake"),
    path("lam-viec/tiep-nhan/<uuid:draft_id>", intake.sheet, name="intake_sheet"),
    path(f"{DESK}/da-tiep-nhan", intake.done, name="intake_done"),
    path(f"{DESK}/giay-tiep-nhan.pdf", intake.receipt, name="intake_receipt"),
    path(f"{DESK}/phieu", intake.slip, name="intake_slip"),
    path(f"{DESK}/bo-sung/<slug:action_key>", intake.supply, name="intake_supply"),
    path("lam-viec/y-kien", consultations.waiting, name="consultations"),
    path(ASKED, consultations.answer, name="consultation"),
    path(f"{ASKED}/tep/<uuid:file_id>", consultations.file, name="consultation_file"),
    path(DESK, desk_dossiers.dossier, name="desk_dossier"),
    path(f"{DESK}/tep/<uuid:file_id>", desk_dossiers.file, name="desk_file"),
    path(f"{DESK}/trao-doi", conversations.at_desk, name="desk_conversation"),
    path(
        f"{DESK}/trao-doi/<uuid:file_id>",
        conversations.desk_file,
        name="desk_conversation_file",
    ),
    path(f"{DESK}/ket-qua.pdf", desk_dossiers.result, name="desk_result"),
    path(f"{DESK}/giay/<uuid:document_id>.pdf", printed.paper, name="desk_printed"),
    path(f"{DESK}/phieu-kiem-soat.pdf", printed.control_sheet, name="desk_control"),
    path(f"{DESK}/sua-giay-tiep-nhan", printed.correct, name="desk_correct"),
    path(f"{DESK}/nhan", desk_dossiers.claim, name="desk_claim"),
    path(f"{DESK}/tra-lai", desk_dossiers.release, name="desk_release"),
    path(f"{DESK}/hen-lai", desk_acts.extend, name="desk_extend"),
    path(f"{DESK}/thao-tac/<slug:action_key>", desk_acts.act, name="desk_act"),
    path("lam-viec/so-theo-doi", reports.register, name="desk_register"),
    path("lam-viec/so-theo-doi.pdf", reports.register_pdf, name="desk_register_pdf"),
    path("lam-viec/bao-cao-06a", reports.report, name="report_06a"),
    path("lam-viec/bao-cao-06a.pdf", reports.report_pdf, name="report_06a_pdf"),
    path("lam-viec/bao-cao-06a.xlsx", reports.report_excel, name="report_06a_excel"),
    path("lam-viec/danh-gia", evaluations.results, name="evaluations"),
    path("lam-viec/quay", counter.counters, name="counters"),
    path(COUNTER, counter.unit, name="counter_unit"),
    path(f"{COUNTER}/cap-so", counter.issue, name="counter_issue"),
    path(f"{COUNTER}/tu-phuc-vu", counter.kiosk, name="counter_kiosk"),
    path(f"{COUNTER}/cai-dat", counter_settings.settings, name="counter_settings"),
    path(f"{COUNTER}/<int:number>", counter.counter, name="counter"),
]

for_builders = [
    path(BUILD, builder.contents, name="builder"),
    path(f"{BUILD}/moi", builder.new, name="builder_new"),
    path(f"{BUILD}/xuat.zip", builder.export, name="builder_export"),
    path(
        f"{BUILD}/cong-bo/<str:kind>/<str:key>",
        builder.publish,
        name="builder_publish",
    ),
    path(f"{BUILD}/bo/<str:kind>/<str:key>", builder.discard, name="builder_discard"),
    path(BUILT, builder.procedure, name="builder_procedure"),
    path(f"{BUILT}/thong-tin", builder_procedure.facts, name="builder_facts"),
    path(f"{BUILT}/ket-qua", builder_procedure.result, name="builder_result"),
    path(f"{BUILT}/vi-du", builder_try.examples, name="builder_examples"),
    path(f"{BUILT}/vi-du/moi", builder_try.example, name="builder_example"),
    path(f"{BUILT}/<slug:part>", builder_procedure.rows, name="builder_rows"),
    path(f"{BUILT}/<slug:part>/<str:item>", builder_procedure.row, name="builder_row"),
    path(FORM, builder_form.form, name="builder_form"),
    path(f"{FORM}/ten", builder_form.title, name="builder_title"),
    path(f"{FORM}/xem", builder_try.preview, name="builder_preview"),
    path(f"{FORM}/toan-bo", builder_try.whole, name="builder_whole"),
    path(PART, builder_form.section, name="builder_section"),
    path(PAGE, builder_form.page, name="builder_page"),
    path(f"{PAGE}/cau/<str:field>", builder_form.field, name="builder_field"),
]

# Of the sign-in library only what is used: no sign-up, no mail, no reset.
for_signing_in = [
    path("tai-khoan/dang-nhap", account.login, name="account_login"),
    path("tai-khoan/dang-xuat", account.logout, name="account_logout"),
    path("tai-khoan/da-khoa", account.account_inactive, name="account_inactive"),
    path("tai-khoan/xac-nhan", account.reauthenticate, name="account_reauthenticate"),
    path("tai-khoan/mat-khau", account.password_change, name="account_change_password"),
    path("tai-khoan/bao-mat/", include("allauth.mfa.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *for_everybody,
    *for_citizens,
    *for_officers,
    *for_builders,
    *for_signing_in,
]
