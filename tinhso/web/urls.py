"""Every address of the web; who may use it is declared beside each view."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from tinhso.web.pages import (
    apply,
    apply_sign,
    apply_submit,
    appointments,
    assessment_scores,
    assessments,
    bills,
    board,
    builder,
    builder_form,
    builder_procedure,
    builder_try,
    channels,
    consents,
    consultations,
    conversations,
    counter,
    counter_settings,
    covers,
    desk,
    desk_acts,
    desk_batches,
    desk_bills,
    desk_dossiers,
    desk_money,
    desk_plans,
    desk_sheets,
    desk_views,
    desk_workflows,
    directives,
    dossiers,
    economy,
    economy_inputs,
    evaluations,
    exchange,
    exchange_desk,
    forecasts,
    gallery,
    health,
    indexes,
    intake,
    lookup,
    maps,
    measures,
    mixes,
    national,
    offline,
    opendata,
    opendata_desk,
    outages,
    outgoing,
    oversight,
    papers,
    password,
    plan_tasks,
    plans,
    printed,
    procedures,
    proposals,
    queue_screen,
    register_changes,
    registers,
    reports,
    returns,
    reviews,
    scenarios,
    sessions,
    start,
)

DRAFT = "nop-ho-so/<uuid:draft_id>"
OWN = "ho-so/<uuid:dossier_id>"
DESK = "lam-viec/ho-so/<uuid:dossier_id>"
FEES = "lam-viec/thu-phi"
BILL = f"{FEES}/khoan/<str:reference>"
ASKED = "lam-viec/y-kien/<uuid:consultation_id>"
BOOK = "dat-lich/<uuid:organization_id>"
BOOKING = "lich-hen/<uuid:booking_id>"
BUILD = "lam-viec/bieu-mau"
ASSESSED = "lam-viec/bo-chi-so/<uuid:assessment_id>"
SCORED = f"{ASSESSED}/tieu-chi/<slug:item>"
REPORTS = "lam-viec/bao-cao"
SHEET = f"{REPORTS}/ky/<str:period>/<uuid:organization_id>"
REPORT = f"{REPORTS}/<slug:key>/<str:period>/<uuid:organization_id>"
BUILT = f"{BUILD}/thu-tuc/<str:code>"
FORM = f"{BUILD}/mau/<str:key>"
PART = f"{FORM}/phan/<str:section>"
PAGE = f"{PART}/trang/<str:page>"
REGISTER = "so-du-lieu/<slug:key>"
KEPT = "lam-viec/so-du-lieu"
CHANGE = f"{KEPT}/thay-doi/<uuid:change_id>"
OPEN_VERSION = "du-lieu-mo/<slug:slug>/<int:number>"
BOARD_REPORT = "lam-viec/dieu-hanh/<slug:key>/bao-cao.<str:form>"
DIRECTIVE = "chi-dao/<uuid:directive_id>"
COUNTER = "lam-viec/quay/<uuid:organization_id>"
PLAN = "lam-viec/ke-hoach/<slug:key>"
TASK = f"{PLAN}/<uuid:task_id>"
YEAR = "lam-viec/danh-gia-nam/<uuid:agency_id>/<int:year>"
PLAY = "lam-viec/kich-ban"
FROZEN = f"{PLAY}/da-chot/<uuid:scenario_id>"
QUESTION = "giam-sat/<uuid:question_id>"

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
    path("dich-vu-du-lieu", exchange.services, name="data_services"),
    path("dich-vu-du-lieu/<uuid:service_id>", exchange.service, name="data_service"),
    path(
        "dich-vu-du-lieu/<uuid:service_id>.json",
        exchange.document,
        name="data_service_openapi",
    ),
    path("du-lieu-mo", opendata.catalogue, name="opendata"),
    path("du-lieu-mo/co-quan", opendata.agencies, name="open_agencies"),
    path("du-lieu-mo/catalog.jsonld", opendata.catalogue_jsonld, name="open_catalogue"),
    path("du-lieu-mo/<slug:slug>.jsonld", opendata.dataset_jsonld, name="open_jsonld"),
    path("du-lieu-mo/<slug:slug>", opendata.dataset, name="open_dataset"),
    path(OPEN_VERSION, opendata.version, name="open_version"),
    path(f"{OPEN_VERSION}/du-lieu.<str:form>", opendata.download, name="open_file"),
    path("tra-cuu", lookup.progress, name="progress"),
    path("ban-do", maps.province, name="map"),
    path("ban-do/ranh-gioi.geojson", maps.outlines, name="map_outlines"),
    path("bo-chi-so", indexes.indexes, name="indexes"),
    path("bo-chi-so/<slug:key>", indexes.index_set, name="index_set"),
    path("so-du-lieu", registers.registers, name="registers"),
    path(REGISTER, registers.register, name="register"),
    path(f"{REGISTER}.xlsx", registers.excel, name="register_excel"),
    path(f"{REGISTER}/<path:identifier>", registers.record, name="record"),
    path("xac-minh", lookup.verify, name="verify"),
    path("xac-minh/<str:code>", lookup.verify_code, name="verify_code"),
    path("tam-dung", outages.outages, name="outages"),
    path("thoi-nhan/<str:token>", channels.unsubscribe, name="unsubscribe"),
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
    path(f"{DRAFT}/ky-so", apply_sign.sign, name="apply_sign"),
    path(f"{DRAFT}/ky-so/ma", apply_sign.code, name="apply_sign_code"),
    path(f"{DRAFT}/ky-so/bo", apply_sign.drop, name="apply_sign_drop"),
    path(f"{DRAFT}/to-khai.pdf", apply_sign.paper, name="apply_paper"),
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
    path("thanh-toan/<str:reference>", bills.bill, name="bill"),
    path("thanh-toan/<str:reference>/bien-lai", bills.receipt, name="bill_receipt"),
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
    path("lam-viec/bo-loc", desk_views.views, name="desk_views"),
    path("lam-viec/bo-loc/<uuid:view_id>/xoa", desk_views.drop, name="desk_view_drop"),
    path("lam-viec/ho-so.xlsx", desk_sheets.excel, name="desk_excel"),
    path("lam-viec/nhan-excel", desk_sheets.sheet, name="desk_sheet"),
    path(
        "lam-viec/nhan-excel/<uuid:sheet_id>",
        desk_sheets.apply,
        name="desk_sheet_apply",
    ),
    path("lam-viec/lich", desk_plans.month, name="desk_month"),
    path("lam-viec/tai-cong-viec", desk_plans.capacity, name="desk_capacity"),
    path("lam-viec/vang-mat", covers.covers, name="covers"),
    path("lam-viec/vang-mat/ket-thuc", covers.end, name="cover_end"),
    path("lam-viec/thu-giay", outgoing.letters, name="letters"),
    path(
        "lam-viec/thu-giay/<uuid:delivery_id>/da-gui",
        outgoing.post,
        name="letter_post",
    ),
    path("lam-viec/tin-gui-di", outgoing.outgoing, name="outgoing"),
    path("lam-viec/tam-dung", outages.announce, name="outage_announce"),
    path("lam-viec/tam-dung/<uuid:outage_id>/ket-thuc", outages.end, name="outage_end"),
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
    path(f"{DESK}/mo-du-lieu", desk_dossiers.reveal, name="desk_reveal"),
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
    path(f"{DESK}/so-sanh", desk_dossiers.compare, name="desk_compare"),
    path(f"{DESK}/nhan", desk_dossiers.claim, name="desk_claim"),
    path(f"{DESK}/ky-thay", desk_dossiers.sign_instead, name="desk_sign_instead"),
    path(f"{DESK}/rut-lai", desk_dossiers.recall, name="desk_recall"),
    path(f"{DESK}/tra-lai", desk_dossiers.release, name="desk_release"),
    path(f"{DESK}/hen-lai", desk_acts.extend, name="desk_extend"),
    path(f"{DESK}/thao-tac/<slug:action_key>", desk_acts.act, name="desk_act"),
    path(FEES, desk_bills.bills, name="desk_bills"),
    path(f"{FEES}/tim", desk_bills.find, name="desk_bill_find"),
    path(f"{FEES}/tien-cho", desk_money.money, name="desk_money"),
    path(f"{FEES}/tien-cho/xu-ly", desk_money.sort, name="desk_money_sort"),
    path(f"{FEES}/sao-ke", desk_money.statement, name="desk_statement"),
    path(BILL, desk_bills.bill, name="desk_bill"),
    path(f"{BILL}/tien-mat", desk_bills.cash, name="desk_bill_cash"),
    path(f"{BILL}/mien-giam", desk_bills.exempt, name="desk_bill_exempt"),
    path(f"{BILL}/rut", desk_bills.withdraw, name="desk_bill_withdraw"),
    path(f"{BILL}/bien-lai", desk_bills.receipt, name="desk_bill_receipt"),
    path(f"{BILL}/hoan", desk_bills.propose, name="desk_refund_propose"),
    path(f"{BILL}/hoan/<uuid:refund_id>", desk_bills.decide, name="desk_refund"),
    path("lam-viec/so-theo-doi", reports.register, name="desk_register"),
    path("lam-viec/so-theo-doi.pdf", reports.register_pdf, name="desk_register_pdf"),
    path("lam-viec/bao-cao-06a", reports.report, name="report_06a"),
    path("lam-viec/bao-cao-06a.pdf", reports.report_pdf, name="report_06a_pdf"),
    path("lam-viec/bao-cao-06a.xlsx", reports.report_excel, name="report_06a_excel"),
    path("lam-viec/danh-gia", evaluations.results, name="evaluations"),
    path("lam-viec/dieu-hanh/<slug:key>", board.board, name="board_of"),
    path("lam-viec/dieu-hanh/<slug:key>/man-hinh", board.wall, name="board_wall"),
    path("lam-viec/dieu-hanh/<slug:key>/su-kien", board.events, name="board_events"),
    path("lam-viec/dieu-hanh", board.first, name="board"),
    path(BOARD_REPORT, board.board_report, name="board_report"),
    path("lam-viec/chi-tieu/<slug:key>", measures.measure, name="measure"),
    path("lam-viec/chi-tieu/<slug:key>.csv", measures.measure_csv, name="measure_csv"),
    path(
        "lam-viec/chi-tieu/<slug:key>/du-bao.csv",
        forecasts.measure_forecast,
        name="measure_forecast",
    ),
    path(
        "lam-viec/chi-tieu/<slug:key>/nguon", measures.lineage, name="measure_lineage"
    ),
    path("lam-viec/muc-tieu", measures.targets, name="targets"),
    path("lam-viec/kinh-te-so", economy.economy, name="economy"),
    path(
        "lam-viec/kinh-te-so/so-dau-vao", economy_inputs.inputs, name="economy_inputs"
    ),
    path("lam-viec/kinh-te-so/nhap", economy_inputs.take, name="economy_take"),
    path(
        "lam-viec/kinh-te-so/uoc-tinh", economy_inputs.estimate, name="economy_estimate"
    ),
    path(
        "lam-viec/kinh-te-so/mau/<slug:kind>.xlsx",
        economy_inputs.template,
        name="economy_template",
    ),
    path("lam-viec/kinh-te-so.csv", economy.economy_csv, name="economy_csv"),
    path(PLAY, scenarios.scenarios, name="scenarios"),
    path(f"{PLAY}/da-chot", proposals.proposals, name="proposals"),
    path(FROZEN, proposals.proposal, name="proposal"),
    path(f"{FROZEN}/trinh", proposals.put_forward, name="proposal_put"),
    path(f"{FROZEN}.<str:form>", proposals.proposal_file, name="proposal_file"),
    path(f"{PLAY}/<slug:key>/re-nhat", mixes.mix, name="scenario_mix"),
    path(
        f"{PLAY}/<slug:key>/re-nhat.<str:form>",
        mixes.mix_file,
        name="scenario_mix_file",
    ),
    path(f"{PLAY}/<slug:key>/vi-sao", mixes.tornado, name="scenario_tornado"),
    path(
        f"{PLAY}/<slug:key>/vi-sao.<str:form>",
        mixes.tornado_file,
        name="scenario_tornado_file",
    ),
    path(f"{PLAY}/<slug:key>/ban-ke", mixes.story, name="scenario_story"),
    path(f"{PLAY}/<slug:key>/chot", proposals.freeze, name="scenario_freeze"),
    path(f"{PLAY}/<slug:key>", scenarios.scenario, name="scenario"),
    path(
        f"{PLAY}/<slug:key>/ket-qua", scenarios.scenario_result, name="scenario_result"
    ),
    path(
        f"{PLAY}/<slug:key>/so-cai", scenarios.scenario_ledger, name="scenario_ledger"
    ),
    path(
        f"{PLAY}/<slug:key>.<str:form>", scenarios.scenario_file, name="scenario_file"
    ),
    path("lam-viec/chia-se", exchange_desk.agreements, name="sharing"),
    path(
        "lam-viec/chia-se/de-nghi/<uuid:service_id>",
        exchange_desk.ask,
        name="sharing_ask",
    ),
    path(
        "lam-viec/chia-se/<uuid:agreement_id>",
        exchange_desk.agreement,
        name="sharing_agreement",
    ),
    path(
        "lam-viec/chia-se/<uuid:agreement_id>/quyet-dinh",
        exchange_desk.decide,
        name="sharing_decide",
    ),
    path(
        "lam-viec/chia-se/dang-ky/<uuid:subscription_id>",
        exchange_desk.subscription,
        name="sharing_subscription",
    ),
    path(
        "lam-viec/chia-se/dang-ky/<uuid:subscription_id>/quyet-dinh",
        exchange_desk.decide_subscription,
        name="sharing_subscription_decide",
    ),
    path("lam-viec/du-lieu-mo", opendata_desk.datasets, name="opendata_desk"),
    path(
        "lam-viec/du-lieu-mo/<slug:slug>/cong-bo",
        opendata_desk.publish,
        name="opendata_publish",
    ),
    path(
        "lam-viec/du-lieu-mo/<slug:slug>/<int:number>/thu-hoi",
        opendata_desk.withdraw,
        name="opendata_withdraw",
    ),
    path("lam-viec/quay", counter.counters, name="counters"),
    path(COUNTER, counter.unit, name="counter_unit"),
    path(f"{COUNTER}/cap-so", counter.issue, name="counter_issue"),
    path(f"{COUNTER}/tu-phuc-vu", counter.kiosk, name="counter_kiosk"),
    path(f"{COUNTER}/cai-dat", counter_settings.settings, name="counter_settings"),
    path(f"{COUNTER}/<int:number>", counter.counter, name="counter"),
]

for_leaders = [
    path("chi-dao", directives.directives, name="directives"),
    path("chi-dao/moi", directives.issue, name="directive_issue"),
    path(DIRECTIVE, directives.directive, name="directive"),
    path(f"{DIRECTIVE}/rut", directives.withdraw, name="directive_withdraw"),
]

for_planners = [
    path("lam-viec/ke-hoach", plans.plans, name="plans"),
    path("lam-viec/nhiem-vu", plans.mine, name="plan_mine"),
    path(f"{PLAN}.csv", plans.plan_csv, name="plan_csv"),
    path(PLAN, plans.plan, name="plan"),
    path(f"{PLAN}/dong", plans.close, name="plan_close"),
    path(TASK, plan_tasks.task, name="plan_task"),
    path(f"{TASK}/bao-cao", plan_tasks.report, name="plan_report"),
    path(f"{TASK}/xac-nhan", plan_tasks.accept, name="plan_accept"),
    path(f"{TASK}/tra-lai", plan_tasks.send_back, name="plan_send_back"),
    path(f"{TASK}/thay-doi", plan_tasks.change, name="plan_change"),
    path(f"{TASK}/them", plan_tasks.add, name="plan_add"),
    path(
        f"{TASK}/minh-chung/<uuid:evidence_id>",
        plan_tasks.evidence,
        name="plan_evidence",
    ),
    path("lam-viec/danh-gia-nam", reviews.reviews, name="reviews"),
    path(YEAR, reviews.review, name="review"),
    path(f"{YEAR}/tu-danh-gia", reviews.say, name="review_say"),
    path(f"{YEAR}/xep-loai", reviews.rate, name="review_rate"),
    path("giam-sat", oversight.oversight, name="oversight"),
    path("giam-sat/hoi", oversight.ask, name="oversight_ask"),
    path(QUESTION, oversight.question, name="question"),
    path(f"{QUESTION}/tra-loi", oversight.answer, name="question_answer"),
    path(
        f"{QUESTION}/tep/<uuid:answer_id>", oversight.answer_file, name="question_file"
    ),
]

for_keepers = [
    path("lam-viec/xep-hang/<slug:key>", indexes.league, name="index_league"),
    path(
        "lam-viec/xep-hang/<slug:key>.csv", indexes.league_csv, name="index_league_csv"
    ),
    path("lam-viec/bo-chi-so", assessments.assessments, name="assessments"),
    path("lam-viec/bo-chi-so/mo", assessments.begin, name="assessment_begin"),
    path(ASSESSED, assessments.assessment, name="assessment"),
    path(f"{ASSESSED}/gui", assessments.hand_in, name="assessment_hand_in"),
    path(f"{ASSESSED}/tu-danh-gia.xlsx", assessments.sheet, name="assessment_sheet"),
    path(f"{ASSESSED}/nap", assessments.take, name="assessment_take"),
    path(f"{ASSESSED}/thong-nhat", assessments.agree, name="assessment_agree"),
    path(f"{ASSESSED}/ket-thuc", assessments.conclude, name="assessment_conclude"),
    path(f"{ASSESSED}/cong-bo", assessments.publish, name="assessment_publish"),
    path(f"{ASSESSED}/gia-han", assessments.move, name="assessment_move"),
    path(
        f"{ASSESSED}/minh-chung/<uuid:evidence_id>",
        assessment_scores.evidence,
        name="assessment_evidence",
    ),
    path(SCORED, assessment_scores.score, name="assessment_score"),
    path(f"{SCORED}/tu-cham", assessment_scores.say_score, name="assessment_say"),
    path(f"{SCORED}/tham-dinh", assessment_scores.appraise, name="assessment_appraise"),
    path(f"{SCORED}/giai-trinh", assessment_scores.explain, name="assessment_explain"),
    path(f"{SCORED}/chot", assessment_scores.settle, name="assessment_settle"),
    path(f"{SCORED}/bo-tep", assessment_scores.drop, name="assessment_drop"),
    path(REPORTS, returns.returns, name="returns"),
    path(f"{REPORTS}/con-thieu", returns.owed, name="returns_owed"),
    path(f"{SHEET}.xlsx", returns.sheet, name="return_sheet"),
    path(f"{SHEET}/nap", returns.take, name="return_take"),
    path(REPORT, returns.one, name="return"),
    path(f"{REPORT}/nhap", returns.fill, name="return_fill"),
    path(f"{REPORT}/bo-tep", returns.drop, name="return_drop"),
    path(f"{REPORT}/duyet", returns.accept, name="return_accept"),
    path(f"{REPORT}/tra-lai", returns.send_back, name="return_send_back"),
    path(f"{REPORT}/sua", returns.correct, name="return_correct"),
    path(f"{REPORT}/minh-chung/<uuid:evidence_id>", returns.file, name="return_file"),
    path(KEPT, register_changes.kept, name="registers_kept"),
    path(f"{KEPT}/<slug:key>/nap", register_changes.take, name="register_take"),
    path(f"{KEPT}/<slug:key>/ghi", register_changes.edit, name="register_edit"),
    path(
        f"{KEPT}/<slug:key>/mau.xlsx",
        register_changes.template,
        name="register_template",
    ),
    path(CHANGE, register_changes.change, name="register_change"),
    path(f"{CHANGE}/sua.xlsx", register_changes.returned, name="register_returned"),
    path(f"{CHANGE}/gui", register_changes.hand_in, name="register_hand_in"),
    path(f"{CHANGE}/duyet", register_changes.approve, name="register_approve"),
    path(f"{CHANGE}/tra-lai", register_changes.reject, name="register_reject"),
    path(f"{CHANGE}/rut", register_changes.withdraw, name="register_withdraw"),
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

# Systems of others sign people in through us; `project.urls` puts these beside what
# the systems themselves ask, for the library looks for all of them in one place.
for_clients = [
    path("tai-khoan/openid/dong-y", consents.authorize, name="authorization"),
    path("tai-khoan/openid/thiet-bi", consents.device, name="device_authorization"),
    path("tai-khoan/openid/roi-di", consents.leave, name="logout"),
]

# Of the sign-in library only what is used: no sign-up, no mail, no reset.
for_signing_in = [
    path("tai-khoan/quoc-gia", national.begin, name="national_begin"),
    path("tai-khoan/quoc-gia/tra-ve", national.back, name="national_back"),
    path("tai-khoan/xac-thuc-them", national.step_up, name="step_up"),
    path("tai-khoan/dang-nhap", account.login, name="account_login"),
    path("tai-khoan/dang-xuat", account.logout, name="account_logout"),
    path("tai-khoan/da-khoa", account.account_inactive, name="account_inactive"),
    path("tai-khoan/xac-nhan", account.reauthenticate, name="account_reauthenticate"),
    path("tai-khoan/mat-khau", password.change, name="account_change_password"),
    path("tai-khoan/noi-dang-nhap", sessions.sessions, name="account_sessions"),
    path("tai-khoan/noi-dang-nhap/thoat", sessions.end, name="account_sessions_end"),
    path("tai-khoan/he-thong", consents.grants, name="account_grants"),
    path("tai-khoan/kenh-nhan-tin", channels.channels, name="account_channels"),
    path(
        "tai-khoan/kenh-nhan-tin/nhan-lai",
        channels.again,
        name="account_channels_again",
    ),
    path(
        "tai-khoan/kenh-nhan-tin/trinh-duyet",
        channels.browser,
        name="account_browser",
    ),
    path(
        "tai-khoan/he-thong/<uuid:grant_id>/thoi",
        consents.take_back,
        name="account_grant_end",
    ),
    path("tai-khoan/bao-mat/", include("allauth.mfa.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *for_everybody,
    *for_citizens,
    *for_officers,
    *for_leaders,
    *for_planners,
    *for_keepers,
    *for_builders,
    *for_signing_in,
]
