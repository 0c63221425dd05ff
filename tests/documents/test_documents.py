"""Documents are made, numbered, signed, sealed, verified and revoked."""

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pikepdf
import pytest

from tests.documents.conftest import (
    AGENCY,
    EXAMPLE,
    LEADER,
    SOURCE,
    pdf_bytes,
    template_content,
)
from tinhso.documents import actions, queries, types
from tinhso.documents.models import SignatureRow
from tinhso.documents.types import NumberSeries, SignatureRole, Verdict
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.events.models import OutboxEvent

pytestmark = pytest.mark.django_db


def words_of(pdf):
    """The text of a PDF, by a program that is not ours."""
    run = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return run.stdout.decode()


needs_poppler = pytest.mark.skipif(
    shutil.which("pdfsig") is None, reason="poppler-utils is not installed"
)


def test_a_draft_has_a_code_a_number_and_a_pdf(render):
    document = render()

    assert document.state == types.DocumentState.DRAFT
    assert document.number == "01/GXN-UBND"
    assert len(document.code) == 19
    pdf = queries.document_pdf(document_id=document.id)
    assert pdf.startswith(b"%PDF-")


def test_the_pdf_says_that_it_is_pdf_a_and_accessible(render):
    with pikepdf.open(queries.file_path(file_id=render().file_id)) as pdf:
        about = pdf.open_metadata()

        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A")
        assert about["pdfuaid:part"] == "1"
        assert about["dc:title"] == "Giấy xác nhận"
        assert pdf.Root.Lang == "vi-VN"


@needs_poppler
@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        "*x* _y_ $z$ `w`",
        "#{panic()} \\u{41} ]#[ //",
        "Ằ Ẳ Ẵ Ặ Ậ Ệ Ộ Ợ Ự Ỵ đĐ ơ ư",
    ],
)
def test_data_stand_in_the_pdf_as_they_were_given(render, name):
    document = render(data={**EXAMPLE, "name": name})

    text = words_of(queries.document_pdf(document_id=document.id))

    assert name in text
    assert "ngày 06 tháng 6 năm 2026" in text


@needs_poppler
def test_only_synthetic_documents_say_so(render):
    marked, plain = render(), render(synthetic=False)

    assert "Dữ liệu mô phỏng" in words_of(queries.document_pdf(document_id=marked.id))
    assert "mô phỏng" not in words_of(queries.document_pdf(document_id=plain.id))


def test_characters_that_cannot_be_printed_are_refused_by_name(render):
    for name in ("😀", "漢字", "ﷺ"):
        with pytest.raises(types.TextNotPrintable):
            render(data={**EXAMPLE, "name": name}, look_up="")


def test_a_paper_that_nobody_signs_shows_a_box_for_what_it_cannot_print(render):
    safe = "".join(
        map(chr, [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180)])
    )
    letters = "".join(map(chr, range(0x1EA0, 0x1EFA))) + "ƠơƯư–—‘’“”•…‰₫€"
    document = render(data={**EXAMPLE, "name": f"Ngữ 😀漢 {safe} {letters}"})

    # However the text of the page is spaced out, both boxes are on it.
    assert words_of(queries.document_pdf(document_id=document.id)).count("□") == 2


def test_data_that_do_not_fit_are_refused_with_their_fields(render):
    with pytest.raises(types.TemplateDataWrong) as refused:
        render(data={"name": "", "date": "hôm qua"})

    assert set(refused.value.fields) == {"name", "date"}


def test_an_unknown_or_future_template_is_refused(render, now):
    with pytest.raises(types.TemplateNotFound):
        render(template_key="nothing")
    with pytest.raises(types.TemplateNotFound):
        render(at=now - timedelta(days=400))


def test_a_document_keeps_the_version_of_its_template(render, now):
    later = template_content(version=2, text=SOURCE.replace("Về việc thử", "Mới"))
    actions.TEMPLATES.apply(later, SYSTEM, now)

    assert render().template_version == 2
    assert render(template_version=1).template_version == 1


def test_a_template_that_does_not_compile_is_named_when_it_is_checked():
    assert actions.TEMPLATES.check(template_content()) == {}
    assert "source_file" in actions.TEMPLATES.check(template_content(text="#nothing()"))
    remote = template_content(text='#import "@preview/x:1.0.0": y')
    assert "source_file" in actions.TEMPLATES.check(remote)
    outside = template_content(text='#read("/etc/passwd")')
    assert "source_file" in actions.TEMPLATES.check(outside)
    assert "example.date" in actions.TEMPLATES.check(
        template_content(example={"name": "A", "date": 5})
    )


def test_numbers_run_for_each_organization_kind_and_year(render, now):
    other = NumberSeries("QĐ", "{number}/QĐ-UBND")
    new_year = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # midnight in Vietnam

    assert [render().number for _ in range(2)] == ["01/GXN-UBND", "02/GXN-UBND"]
    assert render(number_series=other).number == "01/QĐ-UBND"
    assert render(organization_id=uuid4()).number == "01/GXN-UBND"
    assert render(at=new_year).number == "01/GXN-UBND"
    assert render(number_series=None).number == ""
    assert render().number == "03/GXN-UBND"


def test_a_draft_made_again_keeps_its_number(render, sign, now):
    first = render()
    second = render(replaces=first.id)

    assert first.number == second.number == "01/GXN-UBND"
    assert render().number == "02/GXN-UBND"
    with pytest.raises(types.DocumentNotFound):
        sign(first, SignatureRole.PERSONAL)


def test_a_draft_made_again_in_another_year_takes_a_new_number(render, now):
    first, next_year = render(), now + timedelta(days=365)
    render(at=next_year)

    assert render(replaces=first.id, at=next_year).number == "02/GXN-UBND"


def test_an_issued_document_keeps_its_number_for_ever(issued, render):
    assert render(replaces=issued.id).number != issued.number


def test_a_refused_document_leaves_no_gap(render):
    with pytest.raises(types.TextNotPrintable):
        render(data={**EXAMPLE, "name": "😀"}, look_up="")

    assert render().number == "01/GXN-UBND"


def test_signature_then_seal_issue_a_document(issued, now):
    assert issued.state == types.DocumentState.ISSUED
    assert issued.issued_at == now
    assert [signature.role for signature in issued.signatures] == ["personal", "seal"]
    event = OutboxEvent.objects.get(name="documents.DocumentIssued")
    assert event.subject_id == issued.id


def test_every_stage_keeps_its_file(issued):
    assert len(queries.document_history(document_id=issued.id)) == 3


def test_the_seal_waits_for_the_signature(render, sign):
    with pytest.raises(types.SignatureOrderWrong):
        sign(render(), SignatureRole.SEAL)


def test_nobody_signs_twice(issued, sign):
    for role in SignatureRole:
        with pytest.raises(types.AlreadySigned):
            sign(issued, role)
    assert SignatureRow.objects.count() == 2


def test_a_personal_signature_needs_a_person(render, sign):
    nobody = types.Signatory(None, AGENCY, "A", "B", "C")

    with pytest.raises(types.SignatoryIncomplete):
        sign(render(), SignatureRole.PERSONAL, signatory=nobody)


def test_a_template_without_a_place_cannot_be_signed(render, sign, now):
    text = '#import "/nd30.typ": *\n#show: nd30\n#data.name'
    actions.TEMPLATES.apply(template_content(version=2, text=text), SYSTEM, now)

    with pytest.raises(types.NoSignaturePlace):
        sign(render(), SignatureRole.PERSONAL)


def test_an_issued_document_verifies_as_long_term_signed(issued, now):
    content = queries.document_pdf(document_id=issued.id)

    for later in (0, 1, 400, 8000):
        report = queries.verify_pdf(content=content, at=now + timedelta(days=later))

        assert report.verdict == Verdict.VALID
        assert report.is_demo
        roles = [signature.role for signature in report.signatures]
        assert roles == ["personal", "timestamp", "seal", "timestamp"]
        assert all(signature.timestamp_ok for signature in report.signatures)
    assert report.sha256 == issued.sha256
    assert report.signatures[0].name == LEADER.name
    assert report.signatures[0].signed_at == now


def test_a_signed_but_unsealed_document_verifies_with_one_signature(render, sign, now):
    signed = sign(render(), SignatureRole.PERSONAL)

    report = queries.verify_pdf(
        content=queries.document_pdf(document_id=signed.id), at=now
    )

    assert report.verdict == Verdict.VALID
    assert [s.role for s in report.signatures] == ["personal", "timestamp"]


def signed_ranges(content):
    """The bytes that signatures cover, read from the file itself."""
    covered = set()
    for piece in content.split(b"/ByteRange")[1:]:
        a, b, c, d = map(int, piece[piece.index(b"[") + 1 : piece.index(b"]")].split())
        covered |= set(range(a, a + b)) | set(range(c, c + d))
    return sorted(covered)


def test_one_flipped_bit_anywhere_in_what_is_signed_is_found(issued, now):
    content = queries.document_pdf(document_id=issued.id)
    covered = signed_ranges(content)
    step = len(covered) // 80

    for place, offset in enumerate(covered[::step]):
        changed = bytearray(content)
        changed[offset] ^= 1 << place % 8
        report = queries.verify_pdf(content=bytes(changed), at=now)

        assert report.verdict != Verdict.VALID, offset
    assert covered[0] == 0
    assert covered[-1] == len(content) - 1


def test_the_room_after_the_last_signature_hides_nothing(issued, now):
    content = bytearray(queries.document_pdf(document_id=issued.id))
    padding = content.rindex(b"00000000>")
    content[padding] = ord("7")

    report = queries.verify_pdf(content=bytes(content), at=now)

    assert report.verdict == Verdict.ALTERED


def test_whatever_is_added_after_the_last_signature_is_found(issued, now):
    content = queries.document_pdf(document_id=issued.id)

    for addition in (b"\n", b"% note\n", b"\n1 0 obj\n<<>>\nendobj\n%%EOF\n"):
        report = queries.verify_pdf(content=content + addition, at=now)

        assert report.verdict == Verdict.ALTERED


def test_another_authority_of_the_same_name_is_not_trusted(
    issued, now, settings, tmp_path
):
    content = queries.document_pdf(document_id=issued.id)
    settings.TINHSO_HOME = tmp_path / "elsewhere"

    report = queries.verify_pdf(content=content, at=now)

    assert report.verdict == Verdict.UNKNOWN_SIGNER


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"", Verdict.NOT_A_PDF),
        (b"hello", Verdict.NOT_A_PDF),
        (b"%PDF-1.7", Verdict.NOT_A_PDF),
        (b"%PDF-1.7\n" + b"\0" * 10_000, Verdict.NOT_A_PDF),
        (pdf_bytes(), Verdict.NOT_SIGNED),
        (b"%PDF-1.7\n/ByteRange [0 1 2 3]", Verdict.ALTERED),
    ],
)
def test_junk_gets_a_verdict_and_never_an_error(content, verdict, now):
    assert queries.verify_pdf(content=content, at=now).verdict == verdict


def test_random_changes_get_a_verdict_and_never_an_error(issued, now):
    content = queries.document_pdf(document_id=issued.id)
    random = Random(20260616)  # a fixed seed: the same run each time

    for _ in range(80):
        changed = bytearray(content)
        for _ in range(random.choice((1, 3, 20))):
            changed[random.randrange(len(changed))] = random.randrange(256)
        verdict = queries.verify_pdf(content=bytes(changed), at=now).verdict

        # Hexadecimal letters mean the same in either case.
        assert verdict != Verdict.VALID or changed.lower() == content.lower()


def test_a_signed_file_cut_anywhere_gets_a_verdict(issued, now):
    content = queries.document_pdf(document_id=issued.id)

    for cut in range(0, len(content), len(content) // 40):
        assert (
            queries.verify_pdf(content=content[:cut], at=now).verdict != Verdict.VALID
        )


@needs_poppler
def test_pdfsig_of_debian_finds_both_signatures_valid(issued, tmp_path):
    said = subprocess.run(
        ["pdfsig", "-nocert", str(queries.file_path(file_id=issued.file_id))],
        capture_output=True,
        text=True,
        check=False,
    ).stdout

    assert said.count("Signature is Valid.") == 2
    assert LEADER.name in said
    assert LEADER.organization_name in said


@needs_poppler
def test_pdfsig_of_debian_finds_one_flipped_byte(issued, tmp_path):
    content = bytearray(queries.document_pdf(document_id=issued.id))
    content[2000] ^= 1
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(content)

    said = subprocess.run(
        ["pdfsig", "-nocert", str(changed)], capture_output=True, text=True, check=False
    ).stdout

    assert "Signature is Valid." not in said


def test_the_public_sees_what_an_issued_document_is(issued):
    shown = queries.document_by_code(code=issued.code.lower().replace("-", " "))

    assert shown.number == issued.number
    assert shown.holder == "T*** V*** An"
    assert shown.organization_name == LEADER.organization_name
    assert shown.sha256 == issued.sha256


def test_the_public_learns_nothing_of_drafts_and_of_wrong_codes(render, sign):
    signed = sign(render(), SignatureRole.PERSONAL)

    for code in (signed.code, "AAAA-AAAA-AAAA-AAAA", "", "x" * 10_000, "'; --"):
        with pytest.raises(types.DocumentNotFound):
            queries.document_by_code(code=code)


def test_a_revoked_document_shows_so_and_cannot_be_signed(issued, sign, now):
    actions.revoke_document(
        document_id=issued.id, reason="Cấp sai thông tin", actor=SYSTEM, at=now
    )

    shown = queries.document_by_code(code=issued.code)
    assert (shown.state, shown.revoked_at) == (types.DocumentState.REVOKED, now)
    with pytest.raises(types.DocumentIsRevoked):
        sign(issued, SignatureRole.SEAL)
    with pytest.raises(types.DocumentIsRevoked):
        actions.revoke_document(
            document_id=issued.id, reason="Lần nữa", actor=SYSTEM, at=now
        )
    assert OutboxEvent.objects.filter(name="documents.DocumentRevoked").count() == 1


def test_only_issued_documents_are_revoked_and_with_a_reason(render, issued, now):
    with pytest.raises(types.DocumentNotIssued):
        actions.revoke_document(
            document_id=render().id, reason="Nhầm", actor=SYSTEM, at=now
        )
    with pytest.raises(types.ReasonMissing):
        actions.revoke_document(
            document_id=issued.id, reason=" \n", actor=SYSTEM, at=now
        )


def test_a_person_sees_their_issued_documents_page_by_page(render, sign, person):
    made = []
    for _ in range(3):
        document = render()
        sign(document, SignatureRole.PERSONAL)
        made.append(sign(document, SignatureRole.SEAL).id)
    render()

    first = queries.documents_of(person_id=person.id, limit=2)
    rest = queries.documents_of(person_id=person.id, limit=2, after=first.next_after)

    assert [d.id for d in (*first.items, *rest.items)] == made[::-1]
    assert rest.next_after is None


def test_the_keys_of_the_demo_authority_are_for_its_owner_only(issued, settings):
    keys = list((settings.TINHSO_HOME / "keys" / "signing").glob("*.pem"))

    assert len(keys) == 4
    assert all(key.stat().st_mode & 0o077 == 0 for key in keys)


def test_schema_and_example_of_a_template_are_plain_json():
    assert json.loads(types.TEMPLATE_SCHEMA.read_text("utf-8"))["required"]
