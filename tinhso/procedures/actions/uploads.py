"""The files that come with an application: whose they are, and where they belong."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias
from uuid import UUID

from tinhso.documents import actions as documents
from tinhso.documents import queries as stored
from tinhso.documents.types import File, Inspection, KeptFile, Upload
from tinhso.kernel.errors import N_, Invalid, NotFound, Phrase
from tinhso.kernel.ids import new_id
from tinhso.procedures.actions.storing import NewDossier
from tinhso.procedures.types import (
    AnswersInvalid,
    Field,
    FieldKind,
    Form,
)

# Files that are inspected already, by their id; None where it must wait.
Begun: TypeAlias = dict[UUID, Inspection | None]


def own_files(
    form: Form, answers: Mapping[str, Any], owner_id: UUID | None
) -> tuple[tuple[str, File], ...]:
    """List the files that answers name as (field, file), each the applicant's own.

    :raises AnswersInvalid: if one is unknown or somebody else's.
    """
    return tuple(
        (field, _own(field, file_id, owner_id))
        for field, file_id in named_files(form, answers)
    )


def read_uploads(
    form: Form, key: str, parts: Sequence[tuple[str, bytes]]
) -> tuple[Upload, ...]:
    """Lay out the files sent for a field of the form, which says what it accepts.

    :raises AnswersInvalid: if the form takes no files there.
    """
    field = _file_field(form, key)
    return tuple(
        Upload(new_id(), name, content, field.accepts, field.max_bytes)
        for name, content in parts
    )


def _file_field(form: Form, key: str) -> Field:
    for field in form.fields():
        if field.key == key and field.kind is FieldKind.FILES:
            return field
    raise AnswersInvalid({key: [Phrase(N_("Biểu mẫu không có mục đính kèm này."))]})


@contextmanager
def inspecting(taken: Mapping[str, Sequence[Upload]]) -> Iterator[Begun]:
    """Have the first file inspected while the answers are read.

    One only: who waits for an inspector must not keep others from theirs.
    """
    first = next((one for uploads in taken.values() for one in uploads), None)
    begun: Begun = {}
    if first is not None:
        with suppress(Invalid):  # it is refused in its turn, by its field
            begun[first.id] = documents.begin_inspection(upload=first)
    try:
        yield begun
    finally:
        for inspection in filter(None, begun.values()):
            inspection.drop()


def keep_uploads(
    taken: Mapping[str, Sequence[Upload]], new: NewDossier, begun: Begun
) -> list[KeptFile]:
    """Keep the files of the form's open pages; others came for nothing.

    An answer may name no other file: it could be somebody else's.
    """
    sent = {upload.id: upload for uploads in taken.values() for upload in uploads}
    for field, file_id in new.files:
        if file_id not in sent:
            raise AnswersInvalid({field: [_no_such_file()]})
    kept = []
    for field, file_id in sorted(new.files, key=lambda one: one[1] not in begun):
        try:
            kept.append(
                documents.keep_file(upload=sent[file_id], begun=begun.get(file_id))
            )
        except Invalid as refused:
            raise AnswersInvalid({field: [reason_of(refused)]}) from refused
    return kept


def _no_such_file() -> Phrase:
    return Phrase(N_("Không tìm thấy tệp đã tải lên."))


def reason_of(refused: Invalid) -> str:
    """Say why something was refused, in one sentence."""
    for messages in refused.fields.values():
        return messages[0]
    return str(refused)


def named_files(form: Form, answers: Mapping[str, Any]) -> tuple[tuple[str, UUID], ...]:
    """List the files that answers name as (field, file)."""
    return tuple(
        (field.key, UUID(name))
        for field in form.fields()
        if field.kind is FieldKind.FILES
        for name in answers.get(field.key) or []
    )


def _own(field: str, file_id: UUID, owner_id: UUID | None) -> File:
    try:
        file = stored.get_file(file_id=file_id)
    except NotFound:
        file = None
    if file is None or file.owner_id != owner_id:
        raise AnswersInvalid({field: [_no_such_file()]})
    return file


def fingerprinted(
    answers: Mapping[str, Any], taken: Mapping[str, Sequence[Upload]]
) -> dict[str, Any]:
    """Name files by their content, so that a repeated upload is the same content."""
    prints = {
        field: [upload.sha256 for upload in uploads] for field, uploads in taken.items()
    }
    return {**answers, **prints}
