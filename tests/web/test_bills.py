"""Fees on pages: the citizen pays, the desk takes cash, exempts and gives back."""

import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.procedures.test_dossier_fees import COPIES
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.payments import actions as payments
from tinhso.payments import queries as bills
from tinhso.payments.types import BillState, Method
from tinhso.procedures import actions, queries
from tinhso.procedures.types import Channel, Status

pytestmark = pytest.mark.usefixtures("built", "desk_clock")


@pytest.fixture
def collector(ward, now):
    return payments.set_up_collecting(
        organization_id=ward.id,
        tax_code="0100109106",
        bank="970418",
        account="1234567890",
        form="01BLP",
        symbol="QN26E",
        chapter="805",
        actor=SYSTEM,
        at=now,
    )


@pytest.fixture
def owing(collector, citizen, clerk, ward, now):
    """A dossier that was received and waits for its fee."""
    dossier = actions.submit_dossier(
        procedure_code="2.000635",
        organization_id=ward.id,
        channel=Channel.ONLINE,
        answers=COPIES,
        key=str(uuid4()),
        actor=citizen,
        at=now,
    )
    return actions.take_action(
        dossier_id=dossier.id,
        action_key="receive",
        revision=dossier.revision,
        actor=clerk,
        at=now + timedelta(minutes=1),
    )


@pytest.fixture
def bill(owing):
    [found] = bills.bills_for(subject_id=owing.id, actor=SYSTEM)
    return found


def happen(at):
    for event in OutboxEvent.objects.order_by("id"):
        events.deliver(event_id=event.id, at=at)


def again(bill):
    return bills.get_bill(reference=bill.reference, actor=SYSTEM)


def text_of(response):
    return response.content.decode()


def test_the_dossier_says_what_is_due_and_leads_to_the_bill(
    visit, citizen, owing, bill
):
    page = text_of(visit(citizen).get(reverse("dossier", args=[owing.id])))

    assert "Cần nộp phí, lệ phí" in page
    assert "Nộp 24.000\xa0₫" in page or "Nộp 24.000 ₫" in page
    assert reverse("bill", args=[bill.reference]) in page
    assert "Tạm dừng, chờ bạn nộp phí" in page


def test_the_bill_shows_code_account_and_words(visit, citizen, bill):
    page = text_of(visit(citizen).get(reverse("bill", args=[bill.reference])))

    assert "data:image/svg+xml" in page
    assert "1234567890" in page
    assert bill.reference in page
    assert "Dữ liệu mô phỏng" in page
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)


def test_nobody_else_opens_a_bill(visit, sign_in, bill):
    other = visit(sign_in("Đỗ Văn Thành"))

    for name in ("bill", "bill_receipt"):
        assert other.get(reverse(name, args=[bill.reference])).status_code == 404


def test_a_page_that_waits_is_loaded_anew_once_the_money_came(
    visit, citizen, bill, now
):
    client, address = visit(citizen), reverse("bill", args=[bill.reference])
    waits = client.get(address, headers={"HX-Request": "true"})
    payments.record_payment(
        reference=bill.reference,
        amount=bill.amount,
        transaction_key="1",
        actor=SYSTEM,
        at=now,
    )

    assert "HX-Refresh" not in waits
    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    paid = text_of(client.get(address))
    assert "Xem biên lai" in paid
    receipt = text_of(client.get(reverse("bill_receipt", args=[bill.reference])))
    assert "Hai mươi bốn nghìn đồng" in receipt


def test_what_comes_back_from_a_gateway_is_not_believed(visit, citizen, bill):
    address = reverse("bill", args=[bill.reference])

    page = visit(citizen).get(f"{address}?vnp_ResponseCode=00&vnp_TxnRef=x")

    assert "Đang chờ ngân hàng báo đã nhận tiền." in text_of(page)
    assert again(bill).state is BillState.OPEN


def test_a_clerk_takes_cash_once_though_the_button_is_pressed_twice(
    visit, clerk, owing, bill, now
):
    client = visit(clerk)
    page = text_of(client.get(reverse("desk_bill", args=[bill.reference])))
    [key] = re.findall(r'name="key" value="([^"]+)"', page)

    for _ in range(2):
        response = client.post(
            reverse("desk_bill_cash", args=[bill.reference]), {"key": key}
        )
        assert response.status_code == 302

    assert again(bill).state is BillState.PAID
    happen(now + timedelta(hours=1))
    dossier = queries.get_dossier(dossier_id=owing.id, actor=SYSTEM, at=now)
    assert dossier.status is Status.IN_PROGRESS
    page = text_of(client.get(reverse("desk_bill_receipt", args=[bill.reference])))
    assert "Tiền mặt tại quầy" in page
    assert "Vũ Thị Lan" in page
    listed = text_of(client.get(reverse("desk_bills")))
    assert "Tiền mặt tại quầy" in listed


def test_the_list_shows_what_is_owed_and_finds_by_code(visit, clerk, bill):
    client = visit(clerk)

    listed = text_of(client.get(reverse("desk_bills")))
    found = client.get(reverse("desk_bill_find"), {"ma": f" {bill.reference.lower()} "})
    unknown = client.get(reverse("desk_bill_find"), {"ma": "TSX"}, follow=True)

    assert bill.reference in listed
    assert found["Location"] == reverse("desk_bill", args=[bill.reference])
    assert "Không tìm thấy" in text_of(unknown)


def test_a_bill_is_taken_back_with_a_reason_only(visit, clerk, bill):
    client, address = visit(clerk), reverse("desk_bill_withdraw", args=[bill.reference])

    client.post(address, {"reason": " "})
    assert again(bill).state is BillState.OPEN
    client.post(address, {"reason": "Thu nhầm."})

    assert again(bill).state is BillState.WITHDRAWN


def test_another_ward_does_not_know_the_bill(visit, sign_in, bill):
    client = visit(sign_in("Triệu Thị Sen"))

    assert client.get(reverse("desk_bill", args=[bill.reference])).status_code == 404
    answer = client.post(reverse("desk_bill_cash", args=[bill.reference]), {"key": "1"})
    assert answer.status_code == 404


def test_giving_back_takes_two_people(visit, clerk, leader, bill, now):
    payments.record_payment(
        reference=bill.reference,
        amount=bill.amount,
        transaction_key="1",
        actor=SYSTEM,
        at=now,
    )
    address = reverse("desk_refund_propose", args=[bill.reference])
    visit(clerk).post(address, {"amount": "8.000", "reason": "Thu thừa một bản."})
    [proposed] = bills.refunds_for(reference=bill.reference, actor=SYSTEM)
    decide = reverse("desk_refund", args=[bill.reference, proposed.id])

    alone = visit(clerk).post(decide, {"deed": "make"})
    page = text_of(visit(leader).get(reverse("desk_bill", args=[bill.reference])))
    visit(leader).post(decide, {"deed": "make", "method": Method.CASH})

    assert alone.status_code == 403
    assert "Thu thừa một bản." in page
    [made] = bills.refunds_for(reference=bill.reference, actor=SYSTEM)
    assert made.amount == 8000
    assert made.state == "made"
    assert bills.check_ledger().is_whole


@pytest.fixture
def unknown_money(collector, ward, now, settings):
    settings.TINHSO_DEMO = True
    payments.take_transfer(
        organization_id=ward.id,
        transaction_key="FT9",
        amount=24_000,
        purpose="nop le phi",
        actor=SYSTEM,
        at=now,
    )
    [money] = bills.waiting_money(actor=SYSTEM).items
    return money


def test_a_leader_assigns_money_that_nobody_knew(
    visit, leader, clerk, bill, unknown_money
):
    page = text_of(visit(leader).get(reverse("desk_money")))
    visit(leader).post(
        reverse("desk_money_sort"),
        {
            "money": unknown_money.id,
            "reference": bill.reference.lower(),
            "deed": "assign",
        },
    )

    assert "không có mã khoản thu" in page
    assert again(bill).state is BillState.PAID
    assert visit(clerk).get(reverse("desk_money")).status_code == 403


def test_money_goes_back_with_a_reason(visit, leader, unknown_money):
    client, address = visit(leader), reverse("desk_money_sort")
    given = {"money": unknown_money.id, "deed": "return"}

    client.post(address, given)
    assert bills.waiting_money(actor=SYSTEM).items
    client.post(address, {**given, "reason": "Chuyển nhầm."})

    assert not bills.waiting_money(actor=SYSTEM).items
    assert client.post(address, {"money": "x"}).status_code == 404


def test_a_statement_is_entered_on_the_page(visit, clerk, bill, ward):
    rows = f'16/06/2026,FT1,,"24,000",NGUYEN THI HOA {bill.reference}'
    table = f"Ngày giao dịch,Số tham chiếu,Ghi nợ,Ghi có,Nội dung\n{rows}\n"
    given = {"unit": ward.id, "form": "csv"}
    client = visit(clerk)

    for content in (table, table, "x", ""):
        file = BytesIO(content.encode())
        file.name = "sao-ke.csv"
        client.post(reverse("desk_statement"), {**given, "file": file})
    nothing = client.post(reverse("desk_statement"), given)

    assert nothing.status_code == 302
    assert again(bill).state is BillState.PAID
    assert bills.check_ledger().is_whole


def test_made_up_money_settles_no_real_bill(visit, leader, bill, ward, now, settings):
    settings.TINHSO_DEMO = False
    payments.take_transfer(
        organization_id=ward.id,
        transaction_key="FT8",
        amount=24_000,
        purpose="",
        actor=SYSTEM,
        at=now,
    )
    [money] = bills.waiting_money(actor=SYSTEM).items
    given = {"money": money.id, "reference": bill.reference, "deed": "assign"}

    answer = visit(leader).post(reverse("desk_money_sort"), given, follow=True)

    assert "Tiền mô phỏng" in text_of(answer)
    assert again(bill).state is BillState.OPEN


def test_the_clerk_who_took_a_dossier_in_is_led_to_its_bill(visit, clerk, owing, bill):
    page = text_of(visit(clerk).get(reverse("intake_done", args=[owing.id])))

    assert "Cần thu phí, lệ phí" in page
    assert reverse("desk_bill", args=[bill.reference]) in page


def test_the_desk_sees_on_the_dossier_what_is_owed_back(
    visit, clerk, officer, citizen, owing, bill, now
):
    payments.record_payment(
        reference=bill.reference,
        amount=bill.amount,
        transaction_key="1",
        actor=SYSTEM,
        at=now,
    )
    happen(now)
    address = reverse("desk_dossier", args=[owing.id])
    assert "Đã thu thừa" not in text_of(visit(clerk).get(address))
    for action, actor, more in (
        ("ask_supplement_in_assessment", officer, {"reasons": {"copies": "Thừa."}}),
        ("supply", citizen, {"data": {"copies": 1}}),
    ):
        dossier = queries.get_dossier(dossier_id=owing.id, actor=SYSTEM, at=now)
        actions.take_action(
            dossier_id=dossier.id,
            action_key=action,
            revision=dossier.revision,
            actor=actor,
            at=now + timedelta(hours=1),
            **more,
        )

    page = text_of(visit(clerk).get(address))

    assert re.search(r"Đã thu thừa 16\.000.₫, phải trả lại\.", page)
    assert reverse("desk_bill", args=[bill.reference]) in page
