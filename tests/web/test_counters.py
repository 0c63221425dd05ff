"""Appointments and the counter through their pages."""

import re
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.counters.conftest import (  # noqa: F401
    TOMORROW,
    book,
    call,
    desk,
    issue,
    moment,
    people,
    wait_for,
)
from tinhso.counters import actions, queries


@pytest.fixture(autouse=True)
def _built(built):
    """Pages name their files by content, so the files come first."""


@pytest.fixture(autouse=True)
def _clock(monkeypatch, settings, now):
    """The doors ask the clock; here it stands at a fixed moment, until it is moved."""
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False
    hand = SimpleNamespace(at=now + timedelta(minutes=5))
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: hand.at)
    return hand


def text_of(response):
    return response.content.decode()


def slot_page(desk, day=TOMORROW):  # noqa: F811
    return reverse("book_slot", args=[desk.organization_id, day])


def seat(desk, number=1):  # noqa: F811
    return reverse("counter", args=[desk.organization_id, number])


def citizen_pages(desk, booking):  # noqa: F811
    return [
        "/dat-lich",
        reverse("book_day", args=[desk.organization_id]),
        slot_page(desk),
        "/lich-hen",
        reverse("booking", args=[booking.id]),
        reverse("booking_cancel", args=[booking.id]),
    ]


def officer_pages(desk):  # noqa: F811
    names = ("counter_unit", "counter_kiosk", "counter_settings")
    pages = [reverse(name, args=[desk.organization_id]) for name in names]
    return [*pages, seat(desk)]


def public_pages(desk, ticket):  # noqa: F811
    return [
        f"/man-hinh/{desk.key}",
        reverse("ticket", args=[ticket.token]),
        reverse("ticket_slip", args=[ticket.token]),
    ]


def test_every_page_has_one_heading_and_nothing_inline(
    client,
    visit,
    book,  # noqa: F811
    issue,  # noqa: F811
    call,  # noqa: F811
    desk,  # noqa: F811
    people,  # noqa: F811
    clerk,
):
    booking, ticket = book(people.hoa), issue()
    issue(is_priority=True)
    call(2)

    def look(client, addresses):
        for address in addresses:
            response = client.get(address)
            assert response.status_code == 200, address
            text = text_of(response)
            assert len(re.findall(r"<h1", text)) == 1, address
            assert len(re.findall(r"<main", text)) == 1, address
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text), address

    look(client, public_pages(desk, ticket))
    look(visit(people.hoa), citizen_pages(desk, booking))
    look(visit(clerk), officer_pages(desk))


def test_strangers_sign_in_first_and_others_see_nothing(
    client,
    visit,
    book,  # noqa: F811
    desk,  # noqa: F811
    people,  # noqa: F811
):
    booking = book(people.hoa)
    for address in [*citizen_pages(desk, booking), *officer_pages(desk)]:
        assert client.get(address).status_code == 302, address
    as_citizen = visit(people.hung)
    for address in officer_pages(desk):
        assert as_citizen.get(address).status_code == 403, address
    foreign = visit(people.stranger)
    for address in officer_pages(desk):
        assert foreign.get(address).status_code == 404, address
        # 405: the overview takes no posts at all.
        answer = foreign.post(address, {"deed": "call"})
        assert answer.status_code in {404, 405}, address


def test_somebody_elses_booking_is_not_found(visit, book, people, clerk):  # noqa: F811
    booking = book(people.hoa)
    for stranger in (people.hung, clerk):
        client = visit(stranger)
        for name in ("booking", "booking_cancel"):
            address = reverse(name, args=[booking.id])
            assert client.get(address).status_code == 404
        cancel = reverse("booking_cancel", args=[booking.id])
        accept = reverse("booking_accept", args=[booking.id])
        assert client.post(cancel).status_code == 404
        assert client.post(accept).status_code == 404
        leave = reverse("waiting_leave", args=[uuid4()])
        assert client.post(leave).status_code == 404


def test_a_citizen_books_moves_and_cancels(visit, desk, people):  # noqa: F811
    client = visit(people.hoa)
    start = f"/dat-lich?don-vi={desk.organization_id}&thu-tuc=1.001193"
    days = client.get(start, follow=True)
    assert "Thứ Tư, 17/06/2026" in text_of(days)
    page = f"{slot_page(desk)}?thu-tuc=1.001193"

    nothing = client.post(page, {})
    assert (nothing.status_code, "Hãy chọn một giờ." in text_of(nothing)) == (422, True)
    done = client.post(page, {"gio": moment(8).isoformat()}, follow=True)
    booking = queries.my_bookings(actor=people.hoa)[0]
    assert booking.code in text_of(done)
    assert booking.procedure_code == "1.001193"

    move = f"{slot_page(desk)}?doi={booking.id}"
    client.post(move, {"gio": moment(8, 30).isoformat()})
    assert queries.my_bookings(actor=people.hoa)[0].starts_at == moment(8, 30)
    client.post(reverse("booking_cancel", args=[booking.id]))
    assert queries.my_bookings(actor=people.hoa)[0].state == "cancelled"


def test_a_full_slot_leads_to_the_waiting_list(
    visit,
    book,  # noqa: F811
    desk,  # noqa: F811
    people,  # noqa: F811
    now,
):
    booking = book(people.hoa)
    book(people.mai, moment(8, 30))
    client = visit(people.hung)
    page = slot_page(desk)

    assert "Ngày này đã đầy" in text_of(client.get(page))
    late = client.post(page, {"gio": moment(8).isoformat()})
    assert late.status_code == 409
    assert "vừa đầy" in text_of(late)
    assert "Thôi chờ" in text_of(client.post(page, {"cho": "ngay"}, follow=True))
    actions.cancel_booking(booking_id=booking.id, actor=people.hoa, at=now)
    held = queries.my_bookings(actor=people.hung)[0]
    assert "Nhận chỗ này" in text_of(client.get(reverse("booking", args=[held.id])))
    client.post(reverse("booking_accept", args=[held.id]))
    assert queries.my_bookings(actor=people.hung)[0].state == "booked"


@pytest.mark.parametrize(
    ("day", "given", "status"),
    [
        ("2020-01-01", {"gio": "2020-01-01T08:00:00+07:00"}, 422),
        ("2026-06-17", {"gio": "2026-06-17T08:00:00"}, 422),
        ("2026-06-17", {"gio": "9999-12-31T23:59:59+00:00"}, 422),
        ("9999-12-31", {"cho": "ngay"}, 422),
        ("2026-06-17", {"cho": "<script>"}, 404),
        ("hom-nay", {"gio": "x"}, 404),
    ],
)
def test_hostile_days_and_times_are_refused(
    visit,
    desk,  # noqa: F811
    people,  # noqa: F811
    day,
    given,
    status,
):
    answer = visit(people.hoa).post(slot_page(desk, day), given)

    assert answer.status_code == status
    assert queries.my_bookings(actor=people.hoa) == ()


def test_a_unit_without_a_desk_is_not_found(visit, desk, people):  # noqa: F811
    client = visit(people.hoa)
    for address in (
        reverse("book_day", args=[uuid4()]),
        reverse("book_slot", args=[uuid4(), TOMORROW]),
        "/man-hinh/xa_06970",
        "/man-hinh/khong-co",
        "/so/khong-co",
        "/dat-lich/khong-co",
    ):
        assert client.get(address).status_code == 404, address


def test_one_cannot_move_somebody_elses_booking(visit, book, desk, people):  # noqa: F811
    booking = book(people.hoa)
    client = visit(people.hung)

    for doi in (booking.id, "x", uuid4()):
        page = f"{slot_page(desk)}?doi={doi}"
        assert client.get(page).status_code == 404
        given = {"gio": moment(8, 30).isoformat()}
        assert client.post(page, given).status_code == 404


def test_the_counter_works_a_number_to_its_end(visit, issue, desk, clerk):  # noqa: F811
    client, address = visit(clerk), seat(desk)
    issued = client.post(
        reverse("counter_issue", args=[desk.organization_id]),
        {"letter": "A", "priority": "1"},
        follow=True,
    )
    assert "A001" in text_of(issued)
    assert "Ưu tiên" in text_of(issued)

    assert "A001" in text_of(client.post(address, {"deed": "call"}, follow=True))
    view = queries.at_counter(
        organization_id=desk.organization_id,
        number=1,
        actor=clerk,
        at=moment(9, day=TOMORROW - timedelta(1)),
    )
    ticket = {"ticket": view.current.id}
    for deed in ("recall", "serve", "finish"):
        client.post(address, {"deed": deed, **ticket})
    late = client.post(address, {"deed": "finish", **ticket}, follow=True)
    assert "vừa được xử lý ở nơi khác" in text_of(late)
    assert "Không còn ai chờ" in text_of(
        client.post(address, {"deed": "call"}, follow=True)
    )
    assert client.post(address, {"deed": "x"}).status_code == 404
    assert client.post(address, {"deed": "serve", "ticket": "x"}).status_code == 404
    assert client.get(seat(desk, 77)).status_code == 404


def test_officers_see_who_comes_on_another_day(
    visit,
    book,  # noqa: F811
    desk,  # noqa: F811
    people,  # noqa: F811
    clerk,
):
    booking = book(people.hoa)
    client = visit(clerk)
    address = reverse("counter_unit", args=[desk.organization_id])

    assert booking.code in text_of(client.get(f"{address}?ngay=2026-06-17"))
    for day in ("", "2026-06-18", "9999-12-31", "0001-01-01", "x"):
        response = client.get(f"{address}?ngay={day}")
        assert response.status_code == 200
        assert booking.code not in text_of(response)


def test_the_machine_takes_the_code_of_today(
    visit,
    book,  # noqa: F811
    desk,  # noqa: F811
    people,  # noqa: F811
    clerk,
    _clock,
):
    booking = book(people.hoa)
    address = reverse("counter_kiosk", args=[desk.organization_id])
    client = visit(clerk)

    early = client.post(address, {"code": booking.code})
    assert (early.status_code, "không phải cho hôm nay" in text_of(early)) == (
        422,
        True,
    )
    _clock.at = moment(7, 50)
    client.logout()
    client = visit(clerk)
    wrong = client.post(address, {"code": "<b>"})
    assert (wrong.status_code, "<b>" in text_of(wrong)) == (422, False)
    done = text_of(client.post(address, {"code": booking.code.lower()}))
    assert "A001" in done
    assert "Hoa" not in done


def test_what_the_public_sees_names_nobody(
    client,
    visit,
    book,  # noqa: F811
    call,  # noqa: F811
    desk,  # noqa: F811
    people,  # noqa: F811
    clerk,
    _clock,
):
    booking = book(people.hoa)
    _clock.at = moment(7, 50)
    ticket = actions.check_in(
        organization_id=desk.organization_id,
        code=booking.code,
        actor=clerk,
        at=_clock.at,
    )
    call(1, at=_clock.at)
    client.cookies.clear()

    for address in public_pages(desk, ticket):
        text = text_of(client.get(address))
        assert "A001" in text
        assert "Hoa" not in text
        assert booking.code not in text
    part = client.get(f"/man-hinh/{desk.key}", headers={"hx-request": "true"})
    assert "<html" not in text_of(part)
    assert "A001" in text_of(part)
    assert '<noscript><meta http-equiv="refresh"' in text_of(
        client.get(f"/man-hinh/{desk.key}")
    )


def test_settings_change_by_form_and_keep_what_was_typed(visit, desk, clerk):  # noqa: F811
    address = reverse("counter_settings", args=[desk.organization_id])
    client = visit(clerk)

    def send(**given):
        return client.post(address, given, follow=True)

    hours = {"weekday": "5", "opens": "08:00", "closes": "10:00", "slot_minutes": "20"}
    assert send(deed="add_window", **hours, quota="3").status_code == 200
    assert len(queries.get_desk(organization_id=desk.organization_id).windows) == 2
    again = send(deed="add_window", **hours, quota="3")
    assert (again.status_code, "chồng lên" in text_of(again)) == (422, True)
    assert 'value="08:00"' in text_of(again)
    wrong = send(deed="add_window", **{**hours, "opens": "8 giờ"}, quota="x")
    assert wrong.status_code == 422
    closed = send(
        deed="close", starts="2026-06-19T00:00", ends="2026-06-20T00:00", reason="Lễ"
    )
    assert "0 lịch hẹn bị hủy" in text_of(closed)
    early = {"starts": "0001-01-01T00:00", "ends": "9999-12-31T23:59", "reason": "x"}
    assert send(deed="close", **early).status_code == 422
    assert "C" in text_of(send(deed="set_group", letter="c", title="Đất đai"))
    assert send(deed="set_group", letter="1", title="x").status_code == 422
    assert send(deed="set_counter", number="3", letters="AC").status_code == 200
    assert send(deed="set_counter", number="3", letters="X").status_code == 422
    assert send(deed="x").status_code == 404
    saved = queries.get_desk(organization_id=desk.organization_id)
    assert [c.letters for c in saved.counters] == [(), (), ("A", "C")]
    for deed, id_ in (("remove_group", "C"), ("remove_counter", "3")):
        assert send(deed=deed, id=id_).status_code == 200
    assert send(deed="remove_window", id=str(saved.windows[0].id)).status_code == 200
    assert send(deed="reopen", id=str(saved.closures[0].id)).status_code == 200
    rules = {"days_ahead": "7", "offer_minutes": "60", "most_bookings": "2"}
    send(deed="change", **rules, priority_run="3", priority_groups="Người cao tuổi")
    changed = queries.get_desk(organization_id=desk.organization_id)
    assert (changed.days_ahead, changed.takes_bookings) == (7, False)
    assert changed.priority_groups == ("Người cao tuổi",)


def test_a_case_officer_sits_at_a_counter_and_changes_no_settings(
    visit,
    desk,  # noqa: F811
    officer,
):
    client = visit(officer)

    assert client.get(seat(desk)).status_code == 200
    address = reverse("counter_settings", args=[desk.organization_id])
    assert client.get(address).status_code == 403
    assert client.post(address, {"deed": "change"}).status_code == 403


def test_a_unit_without_a_desk_opens_one_from_the_page(visit, people):  # noqa: F811
    client = visit(people.stranger)
    page = text_of(client.get("/lam-viec/quay"))
    unit = re.search(r'name="unit" value="([^"]+)"', page)[1]

    opened = client.post("/lam-viec/quay", {"unit": unit}, follow=True)

    assert "Cài đặt quầy và lịch hẹn" in text_of(opened)
    assert client.post("/lam-viec/quay", {"unit": str(uuid4())}).status_code == 404
