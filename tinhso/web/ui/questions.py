"""Turn the fields of a form into questions on a page, and a page into answers."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext, gettext_lazy

from tinhso.documents.types import FileTooLarge
from tinhso.kernel.errors import N_, Invalid
from tinhso.kernel.text import clean, nfc
from tinhso.procedures.types import DossierFile, Field, FieldKind, FormPage
from tinhso.web.ui.held import source_of
from tinhso.web.ui.phrases import (
    ErrorLine,
    error_summary,
    first_messages,
    named,
    said,
)
from tinhso.web.ui.phrases import say_refusal as why
from tinhso.web.ui.writing import filesize

Question = dict[str, Any]
Upload: TypeAlias = "UploadedFile[Any]"

KINDS = {
    FieldKind.LONG_TEXT: "textarea",
    FieldKind.DATE: "date",
    FieldKind.CHOICE: "radio",
    FieldKind.YES_NO: "radio",
    FieldKind.NUMBER: "number",
    FieldKind.PHONE: "tel",
    FieldKind.EMAIL: "email",
}
DATE_EXAMPLE = N_("Ví dụ: 27/3/2026.")
# A date gets the whole keyboard: keypads of digits lack its strokes.
INPUT_MODES = {
    FieldKind.PERSONAL_NUMBER: "numeric",
    FieldKind.NUMBER: "numeric",
    FieldKind.DATE: "text",
}
SOURCES = {"person": gettext_lazy("tài khoản của bạn")}
# What browsers may fill in, for data about the applicant themselves (WCAG 1.3.5).
AUTOCOMPLETE = {
    "person.full_name": "name",
    "person.phone": "tel",
    "person.email": "email",
    "person.birth_date": "bday",
}
ENDINGS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg,.jpeg",
    "image/png": ".png",
}
TYPES = {"application/pdf": "PDF", "image/jpeg": "JPG", "image/png": "PNG"}


@dataclass(frozen=True, slots=True)
class Filled:
    """What a page is shown with: answers, their sources, files and what is wrong."""

    answers: Mapping[str, Any]
    sources: Mapping[str, str]
    files: Sequence[DossierFile] = ()
    faults: Mapping[str, str] | None = None
    folder: str = ""


def asked(page: FormPage) -> Iterator[Field]:
    """Walk through the fields that somebody answers; computed ones nobody does."""
    return (field for field in page.fields if field.kind is not FieldKind.COMPUTED)


def question(field: Field, filled: Filled, *, name: str = "") -> Question:
    """Show a field as a question; name: of the input, else the field's key."""
    name = name or field.key
    return {
        "name": name,
        "key": field.key,
        "is_file": field.kind is FieldKind.FILES,
        "kind": KINDS.get(field.kind, "text"),
        "label": said(field.label),
        "hint": " ".join(filter(None, [how_to(field), _known_from(field, filled)])),
        "error": (filled.faults or {}).get(name, ""),
        "value": shown(field, filled.answers.get(field.key)),
        "options": _options(field),
        "optional": field.required is False,
        "autocomplete": AUTOCOMPLETE.get(field.prefill, "off"),
        "inputmode": INPUT_MODES.get(field.kind, ""),
        "when": _when(field),
        **(_files(field, filled) if field.kind is FieldKind.FILES else {}),
    }


def shown(field: Field, value: Any) -> str:
    """Write an answer as it was typed; wrong ones stay as they are."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.kind is FieldKind.DATE:
        try:
            return date.fromisoformat(str(value)).strftime("%d/%m/%Y")
        except ValueError:
            return str(value)
    return str(value)


def rows(page: FormPage, filled: Filled, *, add: bool = False) -> list[dict[str, Any]]:
    """Show each entry of a repeating page as a group of questions."""
    given = filled.answers.get(page.key) or []
    entries = list(given) if isinstance(given, list) else []
    if (add or not entries) and len(entries) < page.repeats:
        entries.append({})
    return [_row(page, filled, place, entry) for place, entry in enumerate(entries)]


def _row(page: FormPage, filled: Filled, place: int, entry: Any) -> dict[str, Any]:
    here = Filled(entry, {}, (), filled.faults)
    return {
        "place": place,
        "number": place + 1,
        "questions": [
            question(field, here, name=f"{page.key}.{place}.{field.key}")
            for field in asked(page)
        ],
    }


def typed_on(page: FormPage, post: QueryDict) -> dict[str, Any]:
    """Read what was typed on a page; right or wrong is for the room to say."""
    if page.repeats:
        return {page.key: _typed_rows(page, post)}
    return {
        field.key: tidy(post.get(field.key, ""))
        for field in asked(page)
        if field.kind is not FieldKind.FILES and field.key in post
    }


def _typed_rows(page: FormPage, post: QueryDict) -> list[dict[str, str]]:
    dropped = post.get("drop", "")
    entries = []
    for place in range(page.repeats):
        names = {field.key: f"{page.key}.{place}.{field.key}" for field in asked(page)}
        entry = {
            key: tidy(post.get(name, "")) for key, name in names.items() if name in post
        }
        if str(place) != dropped and any(entry.values()):
            entries.append(entry)
    return entries


def tidy(text: str) -> str:
    """Bring a typed text to one form; a null byte has no place in a database."""
    return nfc(text).replace("\x00", "")


def sent_file(
    fields: Sequence[Field], files: MultiValueDict[str, Upload]
) -> tuple[Field, Upload] | None:
    """Find the file that came with a page, and the field it is for."""
    for field in fields:
        upload = files.get(field.key)
        if field.kind is FieldKind.FILES and isinstance(upload, UploadedFile):
            return field, upload
    return None


def is_unread(request: HttpRequest) -> bool:
    """Tell whether a body was so large that its files were left unread."""
    sent = int(request.META.get("CONTENT_LENGTH") or 0)
    return sent > settings.TINHSO_MAX_UPLOAD_BYTES


def refuse_unread_file(request: HttpRequest, field: Field) -> None:
    """Refuse a body so large that its files were left unread.

    :raises FileTooLarge: if it is.
    """
    if is_unread(request):
        limit = min(field.max_bytes, settings.TINHSO_MAX_UPLOAD_BYTES)
        raise FileTooLarge(name=gettext("vừa chọn"), limit_mb=limit // 2**20)


def faults_of(refusal: Invalid, *, field: str = "") -> dict[str, str]:
    """List what is wrong by input; a refused file is the fault of its field."""
    return dict(first_messages(refusal)) or {field: why(refusal)}


def summary_of(
    refusal: Invalid, *, labels: Mapping[str, str], field: str = ""
) -> Sequence[ErrorLine]:
    """List all messages for the top of the page, each naming its input, leading there.

    field: which input a refusal without fields is about, such as that of a file.
    """
    if not refusal.fields:
        return [{"field": field, "message": named(labels.get(field, ""), why(refusal))}]
    return error_summary(refusal, labels)


def labels_of(pages: Iterable[FormPage]) -> dict[str, str]:
    """Name the inputs of some pages; of several alike, each by its page, too."""
    listed = [(page, field) for page in pages for field in asked(page)]
    often = Counter(said(field.label) for _, field in listed)
    labels = {}
    for page, field in listed:
        label, title = said(field.label), said(page.title)
        label = f"{label} ({title.rstrip('?')})" if often[label] > 1 else label
        labels[field.key] = label
        labels.setdefault(page.key, title)
        for place in range(page.repeats):
            number = gettext("Mục {n}").format(n=place + 1)
            labels[f"{page.key}.{place}.{field.key}"] = f"{number}, {label}"
    return labels


def how_to(field: Field) -> str:
    """Say beforehand how an answer is written; the content's own hint comes first."""
    hint = said(field.hint)
    if field.kind is not FieldKind.DATE or re.search(r"\d", hint):
        return hint
    return f"{hint} {gettext(DATE_EXAMPLE)}".strip()


def read_day(text: str) -> date | None:
    """Read a day as the forms do: `27/3/2026`, `27-3-2026`, `27.3.2026`, `27032026`."""
    written = clean(text)
    parts = re.fullmatch(
        r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", written
    ) or re.fullmatch(r"(\d{2})(\d{2})(\d{4})", written)
    try:
        if parts is None:
            return date.fromisoformat(written)
        return date(int(parts[3]), int(parts[2]), int(parts[1]))
    except ValueError:
        return None


def source_name(source: str) -> str:
    """Name where a known answer came from; `person.seen` is from a person, too."""
    return source_of(source) or str(SOURCES.get(source.partition(".")[0], ""))


def _known_from(field: Field, filled: Filled) -> str:
    source = source_name(filled.sources.get(field.key, ""))
    if not source:
        return ""
    return gettext("Lấy từ {source}; sửa được nếu chưa đúng.").format(source=source)


def _options(field: Field) -> list[dict[str, str]]:
    if field.kind is FieldKind.YES_NO:
        return [
            {"value": "yes", "label": gettext("Có")},
            {"value": "no", "label": gettext("Không")},
        ]
    return [{"value": c.value, "label": said(c.label)} for c in field.choices]


def _files(field: Field, filled: Filled) -> dict[str, Any]:
    return {
        "limit": f"{field.max_bytes // 2**20} MB",
        "types": ", ".join(TYPES.get(name, name) for name in field.accepts),
        "accept": ",".join(ENDINGS.get(name, name) for name in field.accepts),
        "files": [
            {
                "id": file.file_id,
                "name": file.name,
                "size": filesize(file.size),
                "href": f"{filled.folder}{file.file_id}" if filled.folder else "",
                "remove_value": f"{field.key}:{file.file_id}",
            }
            for file in filled.files
            if file.field == field.key
        ],
    }


def _when(field: Field) -> str:
    """Write a simple condition for the page's script: `purpose=other`; else nothing."""
    match field.when:
        case {"var": str(name)}:
            return f"{name}=yes"
        case {"==": [{"var": str(name)}, str(value)]}:
            return f"{name}={value}"
    return ""
