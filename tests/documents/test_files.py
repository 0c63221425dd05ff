"""Files come in whole, harmless and durable, or not at all."""

import errno
import os
import unicodedata
import zlib
from uuid import uuid4

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents.conftest import image_bytes, pdf_bytes
from tinhso.documents import actions, queries, types
from tinhso.documents.models import FileRow
from tinhso.documents.rules import MAX_NAME, clean_file_name
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(now):
    def keep(content, name="giay-to.pdf", **changes):
        wanted = {
            "owner_id": None,
            "organization_id": None,
            "accepted": types.WHAT_PEOPLE_SEND,
            "max_bytes": 2**20,
            "actor": SYSTEM,
            "at": now,
        }
        return actions.store_file(content=content, name=name, **{**wanted, **changes})

    return keep


def javascript(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
    )


def launch(pdf):
    pdf.pages[0].obj.AA = pikepdf.Dictionary(
        O=pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
    )


def attachment(pdf):
    pdf.attachments["virus.exe"] = b"MZ"


def test_a_stored_file_reads_back_and_stands_in_the_journal(store):
    content = pdf_bytes()

    file = store(content, "Giấy chứng sinh.pdf")

    assert queries.read_file(file_id=file.id) == content
    assert queries.get_file(file_id=file.id) == file
    assert (file.state, file.name) == (types.FileState.CHECKED, "Giấy chứng sinh.pdf")
    assert file.media_type == types.PDF
    assert JournalEntry.objects.filter(
        deed="documents.store_file", subject_id=file.id
    ).exists()


def test_a_file_that_is_refused_stands_in_the_log_without_its_name(store, caplog):
    with pytest.raises(types.FileTypeNotAccepted):
        store(b"<html>", "don-cua-nguyen-thi-hoa.html")

    assert "file refused: FileTypeNotAccepted" in caplog.text
    assert "hoa" not in caplog.text


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_pictures_come_in(store, kind):
    file = store(image_bytes(kind), f"anh.{kind.lower()}")

    assert file.media_type == f"image/{kind.lower()}"


def test_the_same_bytes_twice_are_two_files_and_one_blob(store, settings):
    first, second = store(pdf_bytes()), store(pdf_bytes())

    assert first.id != second.id
    assert queries.file_path(file_id=first.id) == queries.file_path(file_id=second.id)
    blobs = [p for p in (settings.TINHSO_HOME / "files").rglob("*") if p.is_file()]
    assert len(blobs) == 1


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"", "a.pdf", types.FileEmpty),
        (b"%PDF-" + b"x" * 2**20, "a.pdf", types.FileTooLarge),
        (b"MZ\x90\x00" + b"\0" * 100, "a.pdf", types.FileTypeNotAccepted),
        (b"PK\x03\x04" + b"\0" * 100, "a.docx", types.FileTypeNotAccepted),
        (b"<html><script>", "a.pdf", types.FileTypeNotAccepted),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a", types.FileTypeNotAccepted),
        (b"GIF89a;%PDF-1.7", "a.pdf", types.FileTypeNotAccepted),
        (pdf_bytes(), "a.jpg", types.FileNameMisleads),
        (image_bytes("PNG"), "a.pdf", types.FileNameMisleads),
        (pdf_bytes(encryption=pikepdf.Encryption("o", "u")), "a", types.FileEncrypted),
        (pdf_bytes(encryption=pikepdf.Encryption("o", "")), "a", types.FileEncrypted),
        (pdf_bytes()[:-200], "a.pdf", types.FileTruncated),
        (b"%PDF-1.7\n%%EOF\n", "a.pdf", types.FileTruncated),
        (image_bytes("PNG")[:-20], "a.png", types.FileTruncated),
        (image_bytes("JPEG")[:-20], "a.jpg", types.FileTruncated),
        (image_bytes("PNG")[:30], "a.png", types.FileTruncated),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "a.jpg", types.FileTruncated),
        (pdf_bytes(change=javascript), "a.pdf", types.FileActive),
        (pdf_bytes(change=launch), "a.pdf", types.FileActive),
        (pdf_bytes(change=attachment), "a.pdf", types.FileActive),
    ],
)
def test_what_may_not_come_in_is_refused_by_name_and_never_written(
    store, settings, content, name, refusal
):
    with pytest.raises(refusal) as refused:
        store(content, name)

    assert refused.value.status == 422
    assert name.partition(".")[0] in str(refused.value)
    assert not FileRow.objects.exists()
    assert not (settings.TINHSO_HOME / "files").exists()


def test_active_content_packed_out_of_sight_is_found(store):
    packed = pdf_bytes(
        change=javascript, object_stream_mode=pikepdf.ObjectStreamMode.generate
    )
    assert b"JavaScript" not in packed

    with pytest.raises(types.FileActive):
        store(packed)


def test_a_pdf_whose_tables_unfold_into_gigabytes_is_refused(store):
    bomb = zlib.compress(b"\0" * 2**27, 9)
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>"
    content = b"%PDF-1.7\n1 0 obj\n" + head % len(bomb) + b"\nstream\n" + bomb
    content += b"\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"

    with pytest.raises(types.FileTruncated):
        store(content)


def test_a_picture_that_unfolds_into_a_billion_pixels_is_refused(store):
    def chunk(kind, body):
        checked = kind + body
        return (
            len(body).to_bytes(4, "big")
            + checked
            + zlib.crc32(checked).to_bytes(4, "big")
        )

    side = (40_000).to_bytes(4, "big")
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", side + side + b"\x08\2\0\0\0")
    content += chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")

    with pytest.raises(types.FileTooManyPixels):
        store(content, "anh.png")


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\an\\ảnh.pdf", "ảnh.pdf"),
        (unicodedata.normalize("NFD", "Nguyễn Đức.pdf"), "Nguyễn Đức.pdf"),
        ("don\u202efdp.exe.pdf", "donfdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("\x00\x1f.pdf", "tep.pdf"),
        ("", "tep.pdf"),
        ("....", "tep.pdf"),
    ],
)
def test_hostile_names_become_plain_ones(store, given_name, kept):
    assert store(pdf_bytes(), given_name).name == kept


def test_a_name_of_ten_thousand_letters_is_cut_and_keeps_its_ending(store):
    name = store(pdf_bytes(), "ễ" * 10_000 + ".pdf").name

    assert len(name) == MAX_NAME
    assert name.endswith("ễ.pdf")


@given(st.text(max_size=300))
def test_any_name_becomes_a_safe_one(name):
    kept = clean_file_name(name)

    assert 0 < len(kept) <= MAX_NAME
    assert not set(kept) & set('/\\:*?"<>|\r\n\0')
    assert clean_file_name(kept) == kept


@pytest.mark.parametrize("make", [pdf_bytes, image_bytes, lambda: image_bytes("JPEG")])
def test_a_file_cut_anywhere_is_refused_by_name(store, make):
    content = make()

    for cut in range(1, len(content) - 12, max(1, len(content) // 60)):
        with pytest.raises(Invalid):
            store(content[:cut], "tep")


def test_released_files_stay_released(store, now):
    file = store(pdf_bytes())

    for _ in range(2):
        (released,) = actions.release_files(file_ids=[file.id], actor=SYSTEM, at=now)

    assert released.state == types.FileState.RELEASED
    with pytest.raises(types.FileNotFound):
        actions.release_files(file_ids=[file.id, uuid4()], actor=SYSTEM, at=now)


def test_a_file_that_changed_on_disk_is_not_handed_out(store):
    file = store(pdf_bytes())
    queries.file_path(file_id=file.id).write_bytes(b"something else")

    with pytest.raises(types.FileDamaged):
        queries.read_file(file_id=file.id)


@pytest.mark.parametrize("fails", ["fsync", "open"])
def test_a_disk_that_fails_is_a_named_refusal_and_leaves_nothing(
    store, settings, monkeypatch, fails
):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    actions.prepare_inspection()
    monkeypatch.setattr(os, fails, full)

    with pytest.raises(types.StorageUnavailable):
        store(pdf_bytes())

    monkeypatch.undo()
    kept = [p for p in settings.TINHSO_HOME.rglob("*") if p.is_file()]
    assert not [p for p in kept if "files" in p.parts]
    assert not FileRow.objects.exists()


def test_an_unknown_file_is_not_found():
    with pytest.raises(types.FileNotFound):
        queries.get_file(file_id=uuid4())
