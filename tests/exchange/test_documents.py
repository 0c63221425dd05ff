"""The outbox and the inbox: sent and taken once, recalled, told of, refused by name."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction

from tests.exchange.papers import PAPER, SENDER, Keys, recalled
from tinhso.cli.main import main
from tinhso.exchange import actions, queries
from tinhso.exchange.models import DocumentRow, DocumentStatusRow
from tinhso.exchange.providers import edxml, edxml_writing, xml_reading
from tinhso.exchange.types import (
    Agency,
    Business,
    Direction,
    DocumentForAnother,
    DocumentKeyMissing,
    DocumentKind,
    DocumentNotKnown,
    DocumentRecalled,
    DocumentSecret,
    DocumentSenderUnknown,
    DocumentSentTwice,
    DocumentSignatureWrong,
    DocumentSignerUnknown,
    DocumentState,
    DocumentUnsigned,
    EdxmlUnsafe,
    Named,
    ReasonMissing,
    RecallNotBySender,
    Staff,
    StatusCode,
    StatusMessage,
    StatusNotByReceiver,
)
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.ids import new_id
from tinhso.people.models import OrganizationRow
from tinhso.people.types import OrganizationKind, OrganizationLevel

pytestmark = pytest.mark.django_db
HERE, OTHER = "H49.06688", "H49.06685"


@pytest.fixture(autouse=True)
def agencies(db):
    """Two agencies of the province, and a central one with a name here alone."""
    for code, level in (
        (HERE, OrganizationLevel.COMMUNE),
        (OTHER, OrganizationLevel.COMMUNE),
        ("G22", OrganizationLevel.CENTRAL),
    ):
        OrganizationRow.objects.create(
            key=f"test_{code}",
            code=code,
            name=f"Cơ quan {code}",
            kind=OrganizationKind.AGENCY,
            level=level,
            valid_from=date(2025, 7, 1),
            is_synthetic=True,
            source="tests",
        )


@pytest.fixture
def by(now):
    return {"actor": SYSTEM, "at": now}


@pytest.fixture
def central(tmp_path, by):
    """An agency elsewhere, whose certificate is trusted here."""
    keys = Keys(tmp_path / "central")
    pem = keys.make("G22")
    actions.register_document_certificate(code="000.00.00.G22", pem=pem, **by)
    return keys


@pytest.fixture
def take(by):
    return lambda content, **more: actions.take_document(content=content, **more, **by)


@pytest.fixture
def own(by):
    """A document of an agency here, whose key is on this machine."""
    actions.make_document_key(code=HERE, **by)
    return replace(
        PAPER,
        id=f"{HERE},2026/06/16,5/UBND-VP",
        sender=Agency(HERE, "Phường Hạ Long"),
        receivers=(SENDER,),
    )


@pytest.fixture
def sent(own, by):
    return actions.send_document(document=own, **by)


def noted(deed):
    return [row.details for row in JournalEntry.objects.filter(deed=f"exchange.{deed}")]


def test_a_document_that_came_is_kept_whole_and_handed_out(central, take):
    content = central.signed()

    kept = take(content)

    assert queries.envelope_of(id=kept.id) == content
    assert queries.open_document(id=kept.id) == PAPER
    assert (kept.direction, kept.state) == (Direction.RECEIVED, DocumentState.VALID)
    assert (kept.sender, kept.code) == ("G22", "12/CQA-VP")
    assert kept.is_synthetic
    assert not kept.is_old
    assert queries.documents(direction=Direction.RECEIVED) == (kept,)
    assert queries.documents(direction=Direction.SENT) == ()
    assert [one["digest"] for one in noted("received_document")] == [kept.digest]


def test_the_same_document_is_taken_once_however_it_was_carried(central, take, now):
    first = take(central.signed())
    again = replace(PAPER, trace=())

    assert take(central.signed()) == first
    assert take(central.signed(again)) == first
    assert DocumentRow.objects.count() == 1
    assert len(noted("received_document")) == 1


def test_one_identifier_is_not_taken_for_two_contents(central, take):
    take(central.signed())

    with pytest.raises(DocumentSentTwice):
        take(central.signed(replace(PAPER, subject="Khác")))

    assert DocumentRow.objects.count() == 1
    assert [one["refused"] for one in noted("refuse_document")] == ["DocumentSentTwice"]


def test_a_document_for_another_agency_is_refused(central, take):
    for receivers in ((SENDER,), (Agency("H14", "Nơi khác"),)):
        with pytest.raises(DocumentForAnother):
            take(central.signed(replace(PAPER, receivers=receivers)))
    assert not DocumentRow.objects.exists()


@pytest.mark.parametrize(
    "paper",
    [
        replace(PAPER, subject="TUYỆT MẬT"),
        replace(PAPER, subject="[MẬT] Kế hoạch"),
        replace(PAPER, other=replace(PAPER.other, sphere="Độ mật: Tối mật")),
        replace(PAPER, kind_name="Tối mật"),
    ],
    ids=["subject", "brackets", "sphere", "kind"],
)
def test_a_secret_document_is_refused_before_it_is_kept(central, take, own, paper, by):
    with pytest.raises(DocumentSecret):
        take(central.signed(paper))
    with pytest.raises(DocumentSecret):
        actions.send_document(document=replace(paper, id="x", sender=own.sender), **by)

    assert not DocumentRow.objects.exists()
    told = noted("refuse_document")
    assert [one["refused"] for one in told] == ["DocumentSecret"] * 2
    assert "Kế hoạch" not in json.dumps(told, ensure_ascii=False)


def test_what_is_foul_is_refused_noted_and_not_kept(central, take):
    signed = central.signed()
    bomb = signed.replace(b"?>", b'?><!DOCTYPE b [<!ENTITY a "x">]>', 1)

    for content, refusal in (
        (edxml_writing.write_document(PAPER), DocumentUnsigned),
        (signed.replace(b"Place>H", b"Place>T"), DocumentSignatureWrong),
        (bomb, EdxmlUnsafe),
    ):
        assert content != signed
        with pytest.raises(refusal):
            take(content)

    assert not DocumentRow.objects.exists()
    assert len(noted("refuse_document")) == 3


def test_an_agency_signs_for_itself_alone(central, take, by):
    """Its key is trusted, but not for what another one says to send."""
    forged = central.sign(
        edxml_writing.write_document(replace(PAPER, sender=Agency(OTHER, "B"))), "G22"
    )

    with pytest.raises(DocumentSignerUnknown):
        take(forged)


def test_a_certificate_that_was_revoked_opens_nothing_more(central, take, by):
    (fingerprint,) = central.known
    with pytest.raises(ReasonMissing):
        actions.revoke_document_certificate(fingerprint=fingerprint, reason=" ", **by)
    actions.revoke_document_certificate(fingerprint=fingerprint, reason="Lộ khóa", **by)

    with pytest.raises(DocumentSignerUnknown):
        take(central.signed())
    with pytest.raises(DocumentSignerUnknown):
        actions.revoke_document_certificate(
            fingerprint=fingerprint, reason="Lộ khóa", **by
        )


def test_a_recalled_document_shows_its_head_and_the_reason_alone(central, take):
    kept = take(central.signed())

    message = take(central.signed(recalled()))

    found = queries.get_document(id=kept.id)
    assert (found.state, found.reason) == (DocumentState.RECALLED, "Ban hành nhầm")
    assert (found.code, found.subject) == (kept.code, kept.subject)
    assert message.kind is DocumentKind.RECALL
    for closed in (queries.open_document, queries.envelope_of):
        with pytest.raises(DocumentRecalled) as refused:
            closed(id=kept.id)
        assert "Ban hành nhầm" in str(refused.value)
    assert DocumentRow.objects.get(pk=kept.id).xml
    assert take(central.signed(recalled())).id == message.id
    assert take(central.signed()).state is DocumentState.RECALLED


def test_who_did_not_send_a_document_does_not_recall_it(central, take, own, by):
    kept = take(central.signed())
    stranger = recalled(sender=Agency("G15", "C"))
    pem = central.make("G15")
    actions.register_document_certificate(code="G15", pem=pem, **by)

    with pytest.raises(RecallNotBySender):
        take(central.signed(stranger))
    with pytest.raises(RecallNotBySender):
        actions.recall_document(id=kept.id, reason="x", **by)

    assert queries.get_document(id=kept.id).state is DocumentState.VALID
    assert queries.open_document(id=kept.id) == PAPER


def test_what_never_came_or_holds_no_more_is_not_recalled(central, take):
    with pytest.raises(DocumentNotKnown):
        take(central.signed(recalled()))
    take(central.signed())
    mute = Business(DocumentKind.RECALL, "", PAPER.id)
    with pytest.raises(ReasonMissing):
        take(central.signed(replace(PAPER, business=mute, attachments=())))
    take(central.signed(recalled()))

    with pytest.raises(DocumentRecalled):
        take(central.signed(recalled(content="lần nữa")))


def test_a_document_in_place_of_another_ends_it(central, take):
    kept = take(central.signed())
    business = Business(DocumentKind.REPLACE, "Sai số liệu", PAPER.id)
    new = replace(PAPER, id="G22,2026/06/16,13/CQA-VP", number="13", business=business)

    made = take(central.signed(new))

    assert queries.get_document(id=kept.id).state is DocumentState.REPLACED
    assert queries.open_document(id=made.id) == new


def test_an_update_leaves_the_document_as_it_is(central, take):
    kept = take(central.signed())
    business = Business(DocumentKind.UPDATE, "Sửa hạn", PAPER.id)

    take(central.signed(replace(PAPER, business=business, due=date(2026, 8, 1))))
    take(central.signed(replace(PAPER, business=business, due=date(2026, 9, 1))))

    assert queries.open_document(id=kept.id) == PAPER
    assert len(queries.documents()) == 3


def test_what_is_sent_is_signed_and_sent_once(own, sent, by, now):
    content = queries.envelope_of(id=sent.id)
    found = edxml.read_document(content)

    assert b"ecdsa-sha256" in content
    assert replace(found, trace=()) == replace(own, trace=())
    assert [one.code for one in found.trace] == [HERE]
    later = {**by, "at": now + timedelta(hours=1)}
    assert actions.send_document(document=own, **later) == sent
    with pytest.raises(DocumentSentTwice):
        actions.send_document(document=replace(own, content="Khác"), **by)
    assert len(noted("sent_document")) == 1


def test_what_one_agency_sends_another_here_takes(own, by, take):
    between = replace(own, receivers=(Agency(OTHER, "Phường bên"),))
    sent = actions.send_document(document=between, **by)

    taken = take(queries.envelope_of(id=sent.id))

    assert taken.direction is Direction.RECEIVED
    assert taken.digest == sent.digest


def test_only_agencies_here_with_a_key_send(own, by):
    with pytest.raises(DocumentSenderUnknown):
        actions.send_document(document=PAPER, **by)
    with pytest.raises(DocumentSenderUnknown):
        actions.make_document_key(code="G22", **by)
    with pytest.raises(DocumentKeyMissing):
        actions.send_document(document=replace(own, sender=Agency(OTHER, "B")), **by)


def test_what_was_sent_is_recalled_and_replaced(own, sent, by, take):
    with pytest.raises(ReasonMissing):
        actions.recall_document(id=sent.id, reason=" ", **by)

    message = actions.recall_document(id=sent.id, reason="Nhầm nơi nhận", **by)

    content = queries.envelope_of(id=message.id)
    assert b"BussinessDocType>1<" in content
    assert edxml.read_document(content).attachments == ()
    with pytest.raises(DocumentRecalled):
        actions.recall_document(id=sent.id, reason="Nữa", **by)

    next_one = replace(own, id=f"{HERE},2026/06/16,6/UBND-VP", number="6")
    kept = actions.send_document(document=next_one, **by)
    with pytest.raises(DocumentSentTwice):
        actions.replace_document(id=kept.id, document=next_one, reason="Sai", **by)
    better = replace(next_one, id=f"{HERE},2026/06/16,7/UBND-VP", number="7")
    made = actions.replace_document(id=kept.id, document=better, reason="Sai", **by)
    assert queries.get_document(id=kept.id).state is DocumentState.REPLACED
    assert made.kind is DocumentKind.REPLACE


def told(central, kept, code=StatusCode.RECEIVED, by="G22", **more):
    status = StatusMessage(
        about=Named(kept.sender, kept.code, kept.issued_on, kept.document_id),
        sender=Agency(by, "A"),
        code=code,
        at=kept.at,
        **more,
    )
    return central.sign(edxml_writing.write_status(status), by)


def test_receivers_tell_what_became_of_a_document(sent, central, by):
    actions.take_status(content=told(central, sent), **by)
    again = actions.take_status(content=told(central, sent), **by)
    done = told(central, sent, StatusCode.DONE, description="Xong")
    actions.take_status(content=done, **by)

    found = queries.get_document(id=sent.id)
    assert [one.code for one in found.statuses] == ["03", "06"]
    assert again == found.statuses[0]
    assert found.statuses[1].description == "Xong"
    assert found.statuses[0].words == "Đã tiếp nhận"


def test_a_status_of_nothing_or_by_a_stranger_is_refused(sent, central, by):
    unknown = replace(sent, document_id="H49.06688,2026/01/01,9/X")
    with pytest.raises(DocumentNotKnown):
        actions.take_status(content=told(central, unknown), **by)

    pem = central.make("G15")
    actions.register_document_certificate(code="G15", pem=pem, **by)
    with pytest.raises(StatusNotByReceiver):
        actions.take_status(content=told(central, sent, by="G15"), **by)

    assert not DocumentStatusRow.objects.exists()
    refused = [one["refused"] for one in noted("refuse_document")]
    assert refused == ["DocumentNotKnown", "StatusNotByReceiver"]


def test_an_agency_here_tells_the_sender(central, take, own, by):
    kept = take(central.signed())
    staff = Staff("Vũ Thị Lan", "Một cửa")
    given = {"id": kept.id, "code": StatusCode.ARRIVED, "staff": staff, **by}

    content = actions.send_status(by="h49.06688", **given)

    status = edxml.status_of(xml_reading.parse(content))
    assert (status.about.document_id, status.sender.code) == (PAPER.id, HERE)
    assert [one.by for one in queries.get_document(id=kept.id).statuses] == [HERE]
    actions.make_document_key(code=OTHER, **by)
    with pytest.raises(StatusNotByReceiver):
        actions.send_status(by=OTHER, **given)
    with pytest.raises(DocumentNotKnown):
        actions.send_status(by=HERE, **{**given, "id": new_id()})


def test_the_database_keeps_one_document_an_identifier(central, take):
    kept = take(central.signed())
    row = DocumentRow.objects.get(pk=kept.id)
    row.pk, row.said = new_id(), "0" * 64

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_what_was_changed_in_the_database_is_not_handed_out(central, take):
    kept = take(central.signed())
    DocumentRow.objects.filter(pk=kept.id).update(xml=b"<edXML/>")

    with pytest.raises(DocumentSignatureWrong):
        queries.open_document(id=kept.id)


def run(*words):
    result = CliRunner().invoke(main, ["exchange", "document", *words, "--json"])
    return result.exit_code, json.loads(result.output)


def test_the_commands_write_send_take_tell_and_recall(tmp_path, own, central, take):
    """What is written by hand comes back as it was."""
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.7")
    form = tmp_path / "paper.json"
    form.write_text(
        json.dumps(
            {
                "sender": {"code": HERE, "name": "Phường Hạ Long"},
                "receivers": [{"code": "G22", "name": "A"}],
                "number": "8",
                "notation": "UBND-VP",
                "place": "Quảng Ninh",
                "issued_on": "2026-06-16",
                "subject": "Về việc thử",
                "signer": {"full_name": "Nguyễn Văn Thử"},
                "files": ["scan.pdf"],
            }
        ),
        "utf-8",
    )
    file = tmp_path / "out.edxml"

    code, kept = run("send", str(form), "--out", str(file))
    assert (code, kept["document_id"]) == (0, f"{HERE},2026/06/16,8/UBND-VP")
    code, found = run("read", str(file), "--files", str(tmp_path / "in"))
    assert (code, found["subject"], found["signed_by"]) == (0, "Về việc thử", HERE)
    assert (tmp_path / "in" / "scan.pdf").read_bytes() == b"%PDF-1.7"

    code, listed = run("list")
    assert [one["document_id"] for one in listed["documents"]] == [kept["document_id"]]
    code, message = run("recall", kept["id"], "--reason", "Nhầm")
    assert (code, message["kind"]) == (0, "recall")
    code, refused = run("recall", kept["id"], "--reason", "Nhầm")
    assert (code, refused["refused"]) == (1, "DocumentRecalled")

    came = tmp_path / "came.edxml"
    came.write_bytes(central.signed())
    code, taken = run("take", str(came))
    assert (code, taken["sender"]) == (0, "G22")
    code, _ = run("status", taken["id"], "03", "--by", HERE, "--out", str(file))
    assert code == 0
    code, shown = run("show", taken["id"])
    assert shown["statuses"][0]["code"] == "03"
