"""Statements of banks: three forms, the same lines, each entered once."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from tinhso.cli.payments import group
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.errors import Invalid, NotAllowed
from tinhso.payments import actions, queries
from tinhso.payments.providers import statements
from tinhso.payments.types import (
    StatementForm,
    StatementIncomplete,
    StatementOfAnother,
    StatementUnreadable,
)

TABLE = """Ngân hàng mẫu,,,,
Sao kê tài khoản 1234567890,,,,
Ngày giao dịch,Số tham chiếu,Ghi nợ,Ghi có,Nội dung
26/11/2026 08:15,FT1,,"{amount}",NGUYEN THI HOA {reference} le phi
26/11/2026,FT2,"20,000",,Phi dich vu
27/11/2026,,,"5,000",Khong ro
27/11/2026,,,"5,000",Khong ro
Tổng cộng,,"20,000","18,000",
"""
SWIFT = """:20:STMT001
:25:970418/1234567890
:28C:12/1
:60F:C261126VND1000000,
:61:2611261126C{amount},NTRFNONREF//FT1
:86:NGUYEN THI HOA {reference}
 le phi
:61:2611261126D20000,NCHGNONREF//FT2
:86:Phi dich vu
:61:2611271127C5000,NTRFNONREF
:86:Khong ro
:61:2611271127C5000,NTRFNONREF
:86:Khong ro
:62F:C261127VND{closing},
-
"""
ENTRY = """<Ntry><Amt Ccy="VND">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>
<Sts>{status}</Sts>
<BookgDt><Dt>{day}</Dt></BookgDt>{more}</Ntry>"""
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Acct><Id><Othr><Id>1234567890</Id></Othr></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>
<Amt Ccy="VND">1000000</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
<Amt Ccy="VND">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
{entries}</Stmt></BkToCstmrStmt></Document>"""
FORMS = list(StatementForm)


def entry(amount, way, day, *, key="", purpose="", status="<Cd>BOOK</Cd>"):
    more = (
        f"<NtryDtls><TxDtls><Refs><AcctSvcrRef>{key}</AcctSvcrRef></Refs>"
        f"<RmtInf><Ustrd>{purpose}</Ustrd></RmtInf></TxDtls></NtryDtls>"
    )
    return ENTRY.format(amount=amount, way=way, day=day, status=status, more=more)


def written(form, *, reference="TS", amount=8000):
    """Write the same statement in a form."""
    closing = 1_000_000 + amount - 20_000 + 10_000
    told = {"reference": reference, "amount": amount, "closing": closing}
    if form is StatementForm.CAMT053:
        entries = "".join(
            (
                entry(
                    amount,
                    "CRDT",
                    "2026-11-26",
                    key="FT1",
                    purpose=f"NGUYEN THI HOA {reference} le phi",
                ),
                entry(20_000, "DBIT", "2026-11-26", key="FT2", purpose="Phi dich vu"),
                entry(5_000, "CRDT", "2026-11-27", purpose="Khong ro"),
                entry(5_000, "CRDT", "2026-11-27", purpose="Khong ro"),
                # Not booked yet, so it is not money that is there.
                entry(7, "CRDT", "2026-11-27", key="FT9", status="<Cd>PDNG</Cd>"),
            )
        )
        return CAMT.format(entries=entries, closing=closing).encode()
    text = {StatementForm.CSV: TABLE, StatementForm.MT940: SWIFT}[form]
    return text.format(**told).encode()


@pytest.fixture
def enter(collector, clerk, now):
    """Enter a statement of the ward's account as its clerk."""

    def do(content, form, **changes):
        told = {
            "organization_id": collector.organization_id,
            "content": content,
            "form": form,
            "actor": clerk,
            "at": now,
        }
        return actions.take_statement(**{**told, **changes})

    return do


@pytest.mark.parametrize("form", FORMS)
def test_each_form_says_the_same(form):
    found = statements.read(written(form), form)

    assert [line.amount for line in found.lines] == [8000, -20_000, 5000, 5000]
    assert [line.key for line in found.lines[:2]] == ["FT1", "FT2"]
    assert found.lines[0].purpose == "NGUYEN THI HOA TS le phi"
    assert found.lines[0].booked_on == date(2026, 11, 26)
    # Two lines alike are two payments.
    assert found.lines[2].key != found.lines[3].key


def test_lines_without_a_number_are_the_same_in_all_forms():
    keys = {
        tuple(line.key for line in statements.read(written(form), form).lines[2:])
        for form in FORMS
    }

    assert len(keys) == 1


@pytest.mark.parametrize("form", FORMS)
def test_money_that_fits_a_bill_settles_it_and_the_rest_waits(enter, issue, form):
    bill = issue()

    became = enter(written(form, reference=bill.reference), form)

    assert (became.paid, became.queued, became.outgoing) == (1, 2, 1)
    assert became.contradicting == ()
    assert queries.check_ledger().is_whole


@pytest.mark.parametrize("form", FORMS)
def test_the_same_statement_again_changes_nothing(enter, issue, form):
    content = written(form, reference=issue().reference)
    enter(content, form)

    again = enter(content, form)

    assert (again.paid, again.queued, again.repeated) == (0, 0, 3)


def test_a_number_that_comes_with_another_amount_is_told(enter, issue):
    bill = issue()
    enter(written(StatementForm.CSV, reference=bill.reference), StatementForm.CSV)

    other = written(StatementForm.MT940, reference=bill.reference, amount=9000)
    became = enter(other, StatementForm.MT940)

    assert became.contradicting == ("FT1",)
    assert became.repeated == 2
    assert queries.check_ledger().is_whole


def test_a_statement_of_another_account_is_refused(enter):
    content = written(StatementForm.MT940).replace(b"1234567890", b"999")

    with pytest.raises(StatementOfAnother):
        enter(content, StatementForm.MT940)


@pytest.mark.parametrize("form", [StatementForm.MT940, StatementForm.CAMT053])
def test_a_statement_that_does_not_add_up_is_refused_as_a_whole(enter, issue, form):
    bill = issue()
    content = written(form, reference=bill.reference).replace(b"998000", b"997000")

    with pytest.raises(StatementIncomplete) as refused:
        enter(content, form)

    assert "-1000" in str(refused.value.fields)
    assert queries.waiting_money(actor=SYSTEM).items == ()


def test_the_command_tells_what_became_of_each_line(
    collector, ward, issue, tmp_path, monkeypatch, now
):
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: now)
    file = tmp_path / "sao-ke.txt"
    file.write_bytes(written(StatementForm.MT940, reference=issue().reference))
    words = ["statement", ward.key, str(file), "--form", "mt940", "--json"]

    told = CliRunner().invoke(group, words)
    file.write_text("x", "utf-8")
    wrong = CliRunner().invoke(group, words)

    assert (told.exit_code, wrong.exit_code) == (0, 1)
    became = json.loads(told.output)
    assert (became["paid"], became["queued"], became["outgoing"]) == (1, 2, 1)
    assert json.loads(wrong.output)["refused"] == "StatementUnreadable"


def test_only_who_collects_enters_statements(enter, citizen):
    with pytest.raises(NotAllowed):
        enter(written(StatementForm.CSV), StatementForm.CSV, actor=citizen)


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
<Document xmlns="urn:x"><Stmt>&b;</Stmt></Document>"""
FOREIGN = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<Document xmlns="urn:x"><Stmt>&a;</Stmt></Document>"""


@pytest.mark.parametrize(
    ("form", "content"),
    [
        *((form, b"") for form in FORMS),
        *((form, b"\xff\xfe\x00") for form in FORMS),
        *((form, b"PK\x03\x04 a workbook") for form in FORMS),
        (StatementForm.CSV, b"a,b\n1,2\n"),
        (StatementForm.CSV, written(StatementForm.CSV).replace(b"8000", b"8.0.0")),
        (StatementForm.CSV, written(StatementForm.CSV).replace(b"8000", b"80,50")),
        (StatementForm.CSV, written(StatementForm.CSV).replace(b"26/11/2026", b"x")),
        (StatementForm.MT940, written(StatementForm.MT940).replace(b"VND", b"USD")),
        (StatementForm.MT940, written(StatementForm.MT940).replace(b":25:", b":26:")),
        (StatementForm.MT940, b":20:x\n:25:970418/1\n:61:nonsense\n"),
        (
            StatementForm.MT940,
            written(StatementForm.MT940)
            + written(StatementForm.MT940).replace(b"1234567890", b"9"),
        ),
        (StatementForm.CAMT053, BOMB),
        (StatementForm.CAMT053, FOREIGN),
        (StatementForm.CAMT053, b"<html/>"),
        (StatementForm.CAMT053, written(StatementForm.CAMT053)[:-200]),
        (
            StatementForm.CAMT053,
            written(StatementForm.CAMT053).replace(b">8000<", b">8000.50<"),
        ),
        (
            StatementForm.CAMT053,
            written(StatementForm.CAMT053).replace(b'"VND">8000', b'"USD">8000'),
        ),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(form, content):
    with pytest.raises(StatementUnreadable):
        statements.read(content, form)


def test_what_is_too_large_is_not_read():
    with pytest.raises(Invalid):
        statements.read(b" " * (statements.MOST_BYTES + 1), StatementForm.CSV)


def test_what_was_booked_as_one_is_taken_apart():
    parts = "".join(
        f"<TxDtls><Refs><AcctSvcrRef>P{n}</AcctSvcrRef></Refs>"
        f'<Amt Ccy="VND">{n}000</Amt>'
        f"<RmtInf><Ustrd>phan {n}</Ustrd></RmtInf></TxDtls>"
        for n in (1, 2)
    )
    batch = ENTRY.format(
        amount=3000,
        way="CRDT",
        day="2026-11-26",
        status="BOOK",
        more=f"<NtryDtls>{parts}</NtryDtls>",
    )
    content = CAMT.format(entries=batch, closing=1_003_000).encode()

    found = statements.read(content, StatementForm.CAMT053)

    assert [(line.key, line.amount) for line in found.lines] == [
        ("P1", 1000),
        ("P2", 2000),
    ]


def test_a_reversal_goes_the_other_way():
    content = written(StatementForm.MT940).replace(b"1126C8000,", b"1126RC8000,")

    found = statements.read(content, StatementForm.MT940)

    assert found.lines[0].amount == -8000
