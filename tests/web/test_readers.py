"""People see which officers read what they handed in, one line a read."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.web.test_desk import text_of
from tests.web.test_desk_browser import SMALL_TARGETS, faults
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.procedures import actions, queries
from tinhso.procedures.models import DossierRow
from tinhso.procedures.types import ALL_OPEN, ReadKind, ReadPurpose

pytestmark = pytest.mark.usefixtures("built", "desk_clock")


def look(client, dossier):
    client.get(reverse("desk_dossier", args=[dossier.id]))
    client.get(reverse("desk_file", args=[dossier.id, dossier.files[0].file_id]))


def test_each_read_is_a_line_with_who_and_for_whom(visit, clerk, citizen, dossier):
    look(visit(clerk), dossier)

    file, page = queries.readings_of(actor=citizen)
    assert (page.kind, file.kind) == (ReadKind.DOSSIER, ReadKind.FILE)
    assert page.reader == "Vũ Thị Lan"
    assert page.organization == "Ủy ban nhân dân phường Hạ Long"
    shown = text_of(visit(citizen).get(reverse("readers")))
    assert "Vũ Thị Lan" in shown
    assert "Xem giấy tờ đính kèm" in shown


def test_who_reads_their_own_leaves_no_line(visit, citizen, dossier):
    visit(citizen).get(reverse("dossier", args=[dossier.id]))

    assert queries.readings_of(actor=citizen) == ()


def test_somebody_elses_readers_are_not_shown(visit, clerk, sign_in, dossier):
    look(visit(clerk), dossier)
    other = sign_in("Phạm Văn Minh")

    assert queries.readings_of(actor=other) == ()
    assert "Chưa cán bộ nào" in text_of(visit(other).get(reverse("readers")))


def test_a_read_that_is_refused_leaves_no_line(visit, sign_in, citizen, dossier):
    foreign = visit(sign_in("Triệu Thị Sen"))

    assert foreign.get(reverse("desk_dossier", args=[dossier.id])).status_code == 404
    assert queries.readings_of(actor=citizen) == ()


def test_no_name_or_number_stands_in_the_journal(visit, clerk, dossier):
    look(visit(clerk), dossier)

    for entry in JournalEntry.objects.filter(deed__startswith="procedures.read_"):
        assert set(entry.details) == {"organization", "purpose"}


NUMBER, PHONE = "022195999001", "0900000001"
HIDDEN = {"•" * 9 + "001", "•" * 7 + "001"}


def test_who_works_on_a_dossier_sees_the_numbers_and_the_line_says_so(
    visit, clerk, citizen, dossier
):
    shown = text_of(visit(clerk).get(reverse("desk_dossier", args=[dossier.id])))

    assert NUMBER in shown and PHONE in shown
    assert queries.readings_of(actor=citizen)[0].purpose is ReadPurpose.HANDLING


@pytest.mark.parametrize("page", ["desk_dossier", "desk_conversation", "desk_compare"])
def test_numbers_are_hidden_from_who_only_looks_on(
    visit, leader, citizen, dossier, page
):
    shown = text_of(visit(leader).get(reverse(page, args=[dossier.id])))

    assert NUMBER not in shown and PHONE not in shown
    assert queries.readings_of(actor=citizen)[0].purpose is ReadPurpose.LOOKING_ON


def test_hidden_numbers_are_shown_for_a_purpose_that_their_owner_sees(
    visit, leader, citizen, dossier
):
    address = reverse("desk_reveal", args=[dossier.id])

    shown = text_of(visit(leader).post(address, {"purpose": "complaint"}))

    assert NUMBER in shown and PHONE in shown
    assert not any(hidden in shown for hidden in HIDDEN)
    (line,) = queries.readings_of(actor=citizen)
    assert line.purpose is ReadPurpose.COMPLAINT
    seen = text_of(visit(citizen).get(reverse("readers")))
    assert "Giải quyết khiếu nại, tố cáo" in seen


@pytest.mark.parametrize("purpose", ["", "handling", "curiosity"])
def test_without_a_purpose_nothing_is_shown_or_written(
    visit, leader, citizen, dossier, purpose
):
    address = reverse("desk_reveal", args=[dossier.id])

    answer = visit(leader).post(address, {"purpose": purpose})

    assert answer.status_code == 302
    assert queries.readings_of(actor=citizen) == ()


def test_forms_and_papers_of_a_dossier_are_reads_too(
    visit, clerk, citizen, dossier, now
):
    actions.issue_receipt(dossier_id=dossier.id, actor=SYSTEM, at=now)
    client = visit(clerk)
    act, extend = ["desk_act", dossier.id, "not_receive"], ["desk_extend", dossier.id]
    for name, *given in (
        act,
        extend,
        ["desk_correct", dossier.id],
        ["intake_done", dossier.id],
        ["intake_slip", dossier.id],
        ["intake_receipt", dossier.id],
        ["desk_control", dossier.id],
    ):
        before = len(queries.readings_of(actor=citizen))
        assert client.get(reverse(name, args=given)).status_code == 200, name
        assert len(queries.readings_of(actor=citizen)) == before + 1, name


def test_who_stands_in_a_list_that_was_downloaded_sees_who_took_it(
    visit, clerk, citizen, dossier, now
):
    content = actions.export_desk(wanted=ALL_OPEN, actor=clerk, at=now)

    assert content
    (line,) = queries.readings_of(actor=citizen)
    assert (line.kind, line.reader) == (ReadKind.LIST, "Vũ Thị Lan")
    assert "Tải về danh sách" in text_of(visit(citizen).get(reverse("readers")))


def test_who_stands_in_a_printed_register_sees_who_printed_it(
    clerk, citizen, ward, dossier, now
):
    day = dossier.submitted_at.date()
    actions.print_register(
        organization_id=ward.id,
        first=day - timedelta(days=1),
        last=day + timedelta(days=1),
        actor=clerk,
        at=now,
    )

    (line,) = queries.readings_of(actor=citizen)
    assert line.kind is ReadKind.LIST


def test_what_was_erased_is_said_to_be(visit, clerk, citizen, dossier, now):
    DossierRow.objects.filter(pk=dossier.id).update(
        answers={},
        applicant_name="",
        content_digest="",
        ended_at=now,
        erased_at=now,
    )

    for actor, page in ((citizen, "dossier"), (clerk, "desk_dossier")):
        shown = text_of(visit(actor).get(reverse(page, args=[dossier.id])))
        assert "Dữ liệu cá nhân đã được xóa" in shown


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(server, open_as, visit, clerk, citizen, dossier, width):
    look(visit(clerk), dossier)
    page = open_as(citizen, width=width)

    page.goto(server + reverse("readers"))

    assert faults(page) == []
    assert page.evaluate(SMALL_TARGETS) == []
    wide = "document.documentElement.scrollWidth > window.innerWidth"
    assert not page.evaluate(wide)
