"""Codes to pay by: as another program writes them, read back, refused by name."""

import json
import random
import xml.etree.ElementTree as ET

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from vietnam_qr_pay import QRPay, VietQRService

from tinhso.cli.main import main
from tinhso.kernel.text import unmarked
from tinhso.payments.queries import read_vietqr, vietqr_text
from tinhso.payments.rules.vietqr import MOST
from tinhso.payments.types import (
    AccountWrong,
    AmountWrong,
    BankWrong,
    PurposeWrong,
    Transfer,
    TransferTo,
    TransferWrong,
)

CASES = 10_000
WORDS = ["Lệ", "phí", "Đăng", "ký", "KHAI", "SINH", "phường", "Hạ", "TS7K3M", "15/QĐ"]


def transfers(count, seed=20261127):
    dice = random.Random(seed)
    for _ in range(count):
        to = dice.choice(list(TransferTo))
        is_card = to is TransferTo.CARD
        length = dice.randint(16, 19) if is_card else dice.randint(1, 19)
        letters = "0123456789" if is_card else "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        words = " ".join(dice.choices(WORDS, k=dice.randint(0, 6)))
        yield Transfer(
            bank=f"{dice.randrange(10**6):06d}",
            account="".join(dice.choices(letters, k=length)),
            amount=dice.choice([None, dice.randint(1, 10 ** dice.randint(1, 13) - 1)]),
            purpose=words[:25].strip(),
            to=to,
        )


def written_elsewhere(transfer):
    services = {
        TransferTo.ACCOUNT: VietQRService.BY_ACCOUNT_NUMBER,
        TransferTo.CARD: VietQRService.BY_CARD_NUMBER,
    }
    return QRPay.init_viet_qr(
        bank_bin=transfer.bank,
        bank_number=transfer.account,
        amount=str(transfer.amount) if transfer.amount else None,
        # The other program writes what it is given; taking marks off is ours.
        purpose=unmarked(transfer.purpose) or None,
        service=services[transfer.to],
    ).build()


def test_ten_thousand_codes_are_the_bytes_of_another_program():
    made = list(transfers(CASES))
    other = [
        transfer
        for transfer in made
        if vietqr_text(transfer=transfer) != written_elsewhere(transfer)
    ]

    assert other == []
    assert len(set(made)) > CASES * 0.99
    assert {(t.to, t.amount is None, bool(t.purpose)) for t in made} == {
        (to, is_open, says)
        for to in TransferTo
        for is_open in (True, False)
        for says in (True, False)
    }


@given(
    bank=st.from_regex(r"[0-9]{6}", fullmatch=True),
    account=st.from_regex(r"[0-9A-Z]{1,19}", fullmatch=True),
    amount=st.none() | st.integers(1, MOST),
    purpose=st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyẾỆƠĐ 0123456789-./", max_size=25),
)
def test_what_is_written_is_read_back(bank, account, amount, purpose):
    transfer = Transfer(bank, account, amount, purpose.strip())

    found = read_vietqr(text=vietqr_text(transfer=transfer))

    assert (found.bank, found.account, found.amount) == (bank, account, amount)
    assert found.purpose == unmarked(purpose.strip())


@given(data=st.data())
def test_a_code_with_another_sign_in_it_is_not_read(data):
    text = vietqr_text(transfer=Transfer("970418", "12345", 8000, "TS7K3M"))
    place = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.characters().filter(lambda c: c != text[place]))

    with pytest.raises(TransferWrong):
        read_vietqr(text=text[:place] + sign + text[place + 1 :])


@given(st.text())
def test_any_text_is_read_or_refused(text):
    with pytest.raises(TransferWrong):
        read_vietqr(text=text)


GOOD = {"bank": "970418", "account": "12345", "amount": 8000, "purpose": "TS7K3M"}


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"bank": "97041"}, BankWrong),
        ({"bank": "9704189"}, BankWrong),
        ({"bank": "９70418"}, BankWrong),
        ({"bank": "97041\n"}, BankWrong),
        ({"account": ""}, AccountWrong),
        ({"account": "1" * 20}, AccountWrong),
        ({"account": "12 345"}, AccountWrong),
        ({"account": "12345\n"}, AccountWrong),
        ({"account": "ab12"}, AccountWrong),
        ({"account": "1" * 15, "to": TransferTo.CARD}, AccountWrong),
        ({"account": "1" * 15 + "A", "to": TransferTo.CARD}, AccountWrong),
        ({"amount": 0}, AmountWrong),
        ({"amount": -1}, AmountWrong),
        ({"amount": MOST + 1}, AmountWrong),
        ({"purpose": "a" * 26}, PurposeWrong),
        ({"purpose": "TS\n7"}, PurposeWrong),
        ({"purpose": "TS\x007"}, PurposeWrong),
        ({"purpose": "TS\u202e7"}, PurposeWrong),
        ({"purpose": "nộp 💰"}, PurposeWrong),
        ({"purpose": " TS7"}, PurposeWrong),
    ],
)
def test_what_no_code_can_say_is_refused_by_name(wrong, refusal):
    assert vietqr_text(transfer=Transfer(**GOOD))

    with pytest.raises(refusal):
        vietqr_text(transfer=Transfer(**{**GOOD, **wrong}))


def run(*words):
    return CliRunner().invoke(main, ["payments", "vietqr", *words])


def test_the_command_writes_and_draws_a_code(tmp_path):
    file = tmp_path / "code.svg"
    words = ("--bank", "970418", "--account", "12345", "--amount", "8000")

    answer = run(*words, "--purpose", "Lệ phí", "--svg", str(file), "--json")

    told = json.loads(answer.output)
    assert answer.exit_code == 0
    assert told["purpose"] == "Le phi"
    assert told["text"] == run(*words, "--purpose", "Le phi").output.strip()
    assert ET.parse(file).getroot().tag.endswith("svg")


def test_the_command_refuses_by_name():
    answer = run("--bank", "970418", "--account", "1", "--amount", "0", "--json")

    assert answer.exit_code == 1
    assert json.loads(answer.output)["refused"] == "AmountWrong"
