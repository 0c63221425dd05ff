"""People see which officers read what they handed in, one line a read."""

import pytest
from django.urls import reverse

from tests.web.test_desk import text_of
from tests.web.test_desk_browser import SMALL_TARGETS, faults
from tinhso.kernel.audit.models import JournalEntry
from tinhso.procedures import queries
from tinhso.procedures.types import ReadKind

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
        assert set(entry.details) == {"organization"}


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
