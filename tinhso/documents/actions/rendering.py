"""Make documents from templates and data, with a code and a number."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from jsonschema import Draft202012Validator, FormatChecker

import tinhso
from tinhso.documents import queries
from tinhso.documents.actions.files import keep_own_pdf
from tinhso.documents.models import (
    DocumentRow,
    NumberRegister,
    StageRow,
    TemplateVersion,
)
from tinhso.documents.providers import fonts, typesetter
from tinhso.documents.rules import CODE_BYTES, verification_code, written_number
from tinhso.documents.types import (
    Document,
    DocumentState,
    NumberSeries,
    TemplateDataWrong,
    TemplateNotFound,
    TextNotPrintable,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.text import clean

VERIFY_PATH = "/xac-minh/"
# What stands on a paper for a character that its font lacks, and all that is safe to
# leave: Latin with all Vietnamese letters, and the usual punctuation.
STAND_IN = "□"
_NOT_SAFE = re.compile(
    "[^\\t\\n\\x20-\\x7e\\xa0-\\u017fƠơƯư\\u1ea0-\\u1ef9–—‘’“”•…‰₫€□]"
)


@dataclass(frozen=True, slots=True)
class _Given:
    """A number as the register gave it, and as it is written."""

    written: str = ""
    kind: str = ""
    year: int | None = None
    number: int | None = None


def prepare_fonts(*, home: Path, root: Path) -> Path:
    """Fill `home/fonts` from npm's folder below `root`; offline from then on.

    :raises FontsMissingError: if npm has not put them there.
    """
    return fonts.prepare(home=home, root=root)


def render_document(
    *,
    template_key: str,
    template_version: int | None,
    data: Mapping[str, Any],
    title: str,
    kind: str,
    organization_id: UUID,
    owner_id: UUID | None,
    synthetic: bool,
    number_series: NumberSeries | None,
    replaces: UUID | None,
    actor: Actor,
    at: datetime,
    look_up: str = "",
    evidence: Mapping[str, str] | None = None,
) -> Document:
    """Make a draft: PDF/A-2a from a template, with a code and, if asked, a number.

    template_version: None is the newest one that is valid on the day; title: at most
    300 characters; number_series: numbers run from 1 on 1 January without gaps, for
    each organization and kind (NĐ 30/2020, Điều 15); replaces: a draft that was never
    issued, whose number in the same register the new one takes over; look_up: the
    address that its QR code leads to, for papers that no leader signs; these show
    characters that the font lacks as □; evidence: what the file carries so that it
    proves itself, `content` as JSON and words for the reader: it is PDF/A-3a then.
    :raises TemplateNotFound: if there is no such version.
    :raises TemplateDataWrong: if the data do not fit the template's schema.
    :raises TextNotPrintable: if they hold characters that documents cannot show, and
        it will be signed.
    """
    with transaction.atomic():
        template = _template(template_key, template_version, at)
        values = _checked(template, data)
        given = _number_left_by(
            replaces, number_series, organization_id, at
        ) or _next_number(number_series, organization_id, at)
        code = verification_code(token_bytes(CODE_BYTES))
        typeset = (_printed_anyhow if look_up else printed)(
            text=template.text,
            data=values,
            document={
                **_about(code, given, clean(title), synthetic=synthetic),
                **_look_up(look_up),
                **({"evidence": dict(evidence)} if evidence else {}),
            },
            at=at,
        )
        file = keep_own_pdf(
            pdf=typeset.pdf,
            name=f"{clean(title)} {given.written}".strip(),
            owner_id=owner_id,
            organization_id=organization_id,
            at=at,
        )
        row = DocumentRow.objects.create(
            code=code,
            number=given.written,
            register_kind=given.kind,
            register_year=given.year,
            register_number=given.number,
            title=clean(title)[:300],
            kind=kind,
            state=DocumentState.DRAFT,
            template=template,
            data_digest=_digest(values),
            places=list(typeset.places),
            file=file,
            organization_id=organization_id,
            owner_id=owner_id,
            is_synthetic=synthetic,
            created_at=at,
        )
        StageRow.objects.create(document=row, state=row.state, file=file, at=at)
        _write_audit(row, actor, at)
    return queries.document_of(row, signatures=())


def print_sheet(
    *,
    template_key: str,
    data: Mapping[str, Any],
    title: str,
    synthetic: bool,
    at: datetime,
    look_up: str = "",
) -> bytes:
    """Fill the newest valid template for whoever asks, as PDF/A-2a; keeps nothing.

    Characters that the font lacks are shown as □.

    :raises TemplateNotFound: if there is none.
    :raises TemplateDataWrong: if the data do not fit the template's schema.
    """
    template = _template(template_key, None, at)
    about = {"title": clean(title), "synthetic": synthetic, **_look_up(look_up)}
    values = _checked(template, data)
    return _printed_anyhow(text=template.text, data=values, document=about, at=at).pdf


def print_for_signing(
    *,
    template_key: str,
    data: Mapping[str, Any],
    title: str,
    synthetic: bool,
    at: datetime,
) -> typesetter.Typeset:
    """Fill the newest valid template as it will be signed, each character as it is."""
    template = _template(template_key, None, at)
    about = {"title": clean(title), "synthetic": synthetic}
    values = _checked(template, data)
    return printed(text=template.text, data=values, document=about, at=at)


def printed(
    *,
    text: str,
    data: Mapping[str, Any],
    document: Mapping[str, Any],
    at: datetime,
) -> typesetter.Typeset:
    """Fill a template's text; keeps nothing."""
    home = settings.TINHSO_HOME
    return typesetter.typeset(
        text=text,
        data=data,
        document=document,
        home=home,
        font_folder=font_folder(),
        at=at,
    )


def _printed_anyhow(
    *,
    text: str,
    data: Mapping[str, Any],
    document: Mapping[str, Any],
    at: datetime,
) -> typesetter.Typeset:
    """Fill a paper that nobody signs: with a □ in it, it is worth more than none."""
    try:
        return printed(text=text, data=data, document=document, at=at)
    except TextNotPrintable:
        safe, about = _safe(data), _safe(document)
        return printed(text=text, data=safe, document=about, at=at)


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_SAFE.sub(STAND_IN, value)
    if isinstance(value, Mapping):
        return {key: _safe(inner) for key, inner in value.items()}
    return [_safe(inner) for inner in value] if isinstance(value, list) else value


def font_folder() -> Path:
    """Tell where the fonts lie, set up by now or before."""
    return fonts.prepare(
        home=settings.TINHSO_HOME, root=Path(tinhso.__file__).resolve().parents[1]
    )


def _template(key: str, version: int | None, at: datetime) -> TemplateVersion:
    versions = TemplateVersion.objects.filter(key=key)
    if version is None:
        versions = versions.filter(valid_from__lte=local(at).date())
    else:
        versions = versions.filter(number=version)
    found = versions.order_by("-number").first()
    if found is None:
        raise TemplateNotFound(key=key, version=version)
    return found


def _checked(template: TemplateVersion, data: Mapping[str, Any]) -> Any:
    values = _tidy(data)
    schema = json.dumps(template.data_schema, sort_keys=True)
    wrong: dict[str, list[str]] = {}
    for error in _validator(schema).iter_errors(values):
        field = ".".join(str(step) for step in error.absolute_path)
        wrong.setdefault(field, []).append(error.message)
    if wrong:
        raise TemplateDataWrong(wrong)
    return values


@lru_cache(maxsize=200)
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema), format_checker=FormatChecker())


def _tidy(value: Any) -> Any:
    """Bring texts to NFC and take out what cannot be seen but could deceive."""
    if isinstance(value, str):
        return "\n".join(clean(line) for line in value.splitlines())
    if isinstance(value, Mapping):
        return {str(key): _tidy(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_tidy(item) for item in value]
    return value


def _number_left_by(
    document_id: UUID | None,
    series: NumberSeries | None,
    organization_id: UUID,
    at: datetime,
) -> _Given | None:
    """Take a draft out of the way; answer its number if it may be given again."""
    if document_id is None:
        return None
    draft = (
        DocumentRow.objects.select_for_update()
        .filter(pk=document_id, state__in=[DocumentState.DRAFT, DocumentState.SIGNED])
        .first()
    )
    if draft is None:
        return None
    draft.state = DocumentState.REPLACED
    register = (draft.organization_id, draft.register_kind, draft.register_year)
    given = None
    if series and register == (organization_id, series.kind, local(at).year):
        number = draft.register_number
        given = _Given(draft.number, series.kind, draft.register_year, number)
        draft.register_number = None
    draft.save(update_fields=["state", "register_number"])
    return given


def _next_number(
    series: NumberSeries | None, organization_id: UUID, at: datetime
) -> _Given:
    """Take the next number under the register's lock, in the caller's transaction.

    A failed transaction gives its number back, so that there are no gaps.
    """
    if series is None:
        return _Given()
    year = local(at).year
    register, _ = NumberRegister.objects.select_for_update().get_or_create(
        organization_id=organization_id,
        kind=series.kind,
        year=year,
        defaults={"last_number": 0},
    )
    register.last_number += 1
    register.save(update_fields=["last_number"])
    written = written_number(register.last_number, series.symbol, year)
    return _Given(written, series.kind, year, register.last_number)


def _about(code: str, given: _Given, title: str, *, synthetic: bool) -> dict[str, Any]:
    url = f"{settings.TINHSO_ORIGIN}{VERIFY_PATH}{code}"
    return {
        "code": code,
        "verify_url": url,
        "qr": typesetter.qr_svg(url),
        "number": given.written,
        "title": title,
        "synthetic": synthetic,
    }


def _look_up(address: str) -> dict[str, str]:
    if not address:
        return {}
    return {"look_up_url": address, "look_up_qr": typesetter.qr_svg(address)}


def _digest(values: Any) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _write_audit(row: DocumentRow, actor: Actor, at: datetime) -> None:
    audit.write(
        "documents.render_document",
        subject="documents.Document",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={
            "template": row.template.key,
            "version": row.template.number,
            "number": row.number,
            "sha256": row.file.sha256,
        },
    )
