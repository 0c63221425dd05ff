"""People choose how they are reached, without JavaScript; services report signed."""

import json
import time
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from tests.notify.conftest import KEY
from tests.web.test_citizen_after import AnyParam
from tinhso.cli.telephones.gateway import DemoGateway
from tinhso.notify import actions, queries
from tinhso.notify.actions.laying_out import ONE_CLICK, READ, UNSUBSCRIBE
from tinhso.notify.providers.links import unsubscribe_token
from tinhso.notify.types import Channel

SETTINGS = "/tai-khoan/kenh-nhan-tin"


@pytest.fixture
def hoa(visit, citizen):
    return visit(citizen)


def words(response):
    return unescape(response.content.decode())


@pytest.fixture
def controller(sign_in):
    return sign_in("Mai Thị Ngọc")


@pytest.fixture
def told(citizen, now):
    return actions.send_message(
        template_key="booking_reminder",
        person_id=citizen.person_id,
        params=AnyParam(),
        subject_id=None,
        dedupe_key="told",
        actor=citizen,
        at=now,
    )


@pytest.mark.django_db
def test_the_room_knows_where_its_links_lead(told):
    token = unsubscribe_token(told.person_id, "x")

    assert READ.format(told.id) == reverse("message", args=[told.id])
    assert UNSUBSCRIBE.format(token) == reverse("unsubscribe", args=[token])


def test_channels_and_quiet_hours_are_chosen(hoa, citizen):
    typed = {
        "order-0": "letter",
        "order-1": "email",
        "how": "every",
        "quiet_from": "22:00",
        "quiet_to": "06:00",
        "news": "1",
    }

    answer = hoa.post(SETTINGS, typed, follow=True)

    assert "Đã lưu" in words(answer)
    chosen = queries.channel_settings(person_id=citizen.person_id)
    assert chosen.order == (Channel.LETTER, Channel.EMAIL)
    assert chosen.is_every
    assert chosen.takes_news
    assert f"{chosen.quiet.starts:%H:%M}" == "22:00"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"order-0": "email", "order-1": "email"}, "chỉ được chọn một lần"),
        ({"order-0": "sms"}, "Không có kênh này"),
        ({"quiet_from": "25:00", "quiet_to": "1"}, "Hãy nhập cả giờ"),
        ({"quiet_from": "22:00"}, "Hãy nhập cả giờ"),
    ],
)
def test_a_wrong_choice_is_told_where_it_is(hoa, citizen, typed, said):
    answer = hoa.post(SETTINGS, typed)

    assert answer.status_code == 422
    assert said in words(answer)
    assert not queries.channel_settings(person_id=citizen.person_id).is_chosen


def test_the_link_in_a_letter_works_without_sign_in_and_can_be_undone(
    client, hoa, citizen, told
):
    address = UNSUBSCRIBE.format(
        unsubscribe_token(citizen.person_id, "booking_reminder")
    )
    client.logout()
    off = lambda: queries.channel_settings(person_id=citizen.person_id).off  # noqa: E731

    assert "Thôi nhận thư loại này?" in words(client.get(address))
    assert off() == frozenset()
    assert "Đã thôi nhận" in words(client.post(address, {"deed": "off"}))
    assert off() == {"booking_reminder"}
    assert "Bạn sẽ nhận lại" in words(client.post(address, {"deed": "on"}))
    assert off() == frozenset()
    assert client.get("/thoi-nhan/abc").status_code == 404


def test_a_mail_program_ends_letters_by_one_click(citizen, told):
    token = unsubscribe_token(citizen.person_id, "booking_reminder")
    address = ONE_CLICK.format(token)
    strict = Client(enforce_csrf_checks=True)

    assert strict.get(address)["Location"] == UNSUBSCRIBE.format(token)
    # RFC 8058, 3.1: a form of one field, without cookies.
    answer = strict.post(address, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 204
    chosen = queries.channel_settings(person_id=citizen.person_id)
    assert chosen.off == {"booking_reminder"}
    assert strict.post(ONE_CLICK.format("abc")).status_code == 404


def test_what_the_law_asks_for_cannot_be_stopped(client, citizen):
    token = unsubscribe_token(citizen.person_id, "supplement_asked")

    answer = client.post(UNSUBSCRIBE.format(token))

    assert answer.status_code == 409
    assert queries.channel_settings(person_id=citizen.person_id).off == frozenset()


def test_a_kind_of_message_is_received_again(hoa, citizen, now):
    token = unsubscribe_token(citizen.person_id, "booking_reminder")
    actions.unsubscribe(token=token, actor=citizen, at=now)
    assert "Nhắc lịch hẹn ngày mai" in words(hoa.get(SETTINGS))

    hoa.post(f"{SETTINGS}/nhan-lai", {"key": "booking_reminder"})

    assert "Nhắc lịch hẹn ngày mai" not in words(hoa.get(SETTINGS))


def test_a_strange_browser_is_refused(hoa, citizen):
    typed = {"endpoint": "http://169.254.169.254/", "p256dh": "x", "auth": "y"}

    answer = hoa.post(f"{SETTINGS}/trinh-duyet", typed)

    assert answer.status_code == 422
    assert queries.subscriptions_of(person_id=citizen.person_id) == ()


# Reports over HTTP


def send(client, content, headers):
    return client.post(
        "/api/v1/messages/reports/sms",
        content,
        content_type="application/json",
        headers=headers,
    )


@pytest.mark.django_db
def test_reports_are_taken_only_signed_and_tell_nothing(client, settings):
    settings.TINHSO_SMS_KEY = KEY
    content, headers = DemoGateway(key=KEY).report("sms", "unknown", "1")

    assert send(client, content, headers).status_code == 204
    assert send(client, content, headers).content == b""
    changed = {**headers, "X-Signature": "0" * 64}
    assert send(client, content, changed).status_code == 403
    assert send(client, content, {}).status_code == 403
    unreadable = json.dumps([1]).encode()
    gateway, moment = DemoGateway(key=KEY), str(int(time.time()))
    signed = gateway.sign(moment, unreadable)
    answer = send(client, unreadable, {"X-Time": moment, "X-Signature": signed})
    assert answer.status_code == 422


# Officers


def test_outages_are_announced_and_everybody_reads_it(
    visit, controller, client, desk_clock
):
    desk = visit(controller)
    typed = {
        "starts_day": "25/06/2026",
        "starts_hour": "22:00",
        "ends_day": "26/06/2026",
        "ends_hour": "02:00",
        "what_vi": "Bảo trì máy chủ",
        "what_en": "Maintenance",
    }
    early = desk.post("/lam-viec/tam-dung", {**typed, "starts_day": "18/06/2026"})
    assert early.status_code in (409, 422)
    wrong = desk.post("/lam-viec/tam-dung", {**typed, "ends_hour": "x"})
    assert "Hãy nhập ngày và giờ" in words(wrong)

    answer = desk.post("/lam-viec/tam-dung", typed, follow=True)

    assert "Đã báo." in words(answer)
    assert "Bảo trì máy chủ" in words(client.get("/tam-dung"))


def test_an_outage_that_is_near_stands_on_every_page(
    visit, controller, desk_clock, client, now
):
    actions.announce_outage(
        starts_at=now,
        ends_at=now.replace(hour=9),
        what={"vi": "Mất điện ở trung tâm", "en": "No power"},
        unplanned=True,
        reason="Mất điện",
        actor=controller,
        at=now,
    )

    for address in ("/", "/thu-tuc", "/lam-viec/tin-gui-di"):
        page = words(visit(controller).get(address))
        assert "Mất điện ở trung tâm" in page, address


def test_costs_and_previews_are_shown(visit, controller, desk_clock):
    page = words(visit(controller).get("/lam-viec/tin-gui-di?mau=supplement_asked"))

    assert "Ho so H49.06688-260616-0001 can bo sung" in page
    assert "Chưa xác minh" in page


def test_clerks_see_neither_letters_nor_costs(visit, clerk, desk_clock):
    desk = visit(clerk)
    for address in ("thu-giay", "tin-gui-di", "tam-dung"):
        assert desk.get(f"/lam-viec/{address}").status_code == 403
