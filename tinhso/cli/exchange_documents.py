"""`tinhso exchange document`: documents between agencies as edXML, sent and taken.

Carrying them is not done here: `--out` writes the envelope, `take` reads one.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from pydantic import TypeAdapter, ValidationError

from tinhso.cli.output import answer, json_option, refusing
from tinhso.exchange import actions, queries
from tinhso.exchange.types import (
    AgencyDocument,
    Attachment,
    Direction,
    KeptDocument,
    Staff,
    StatusCode,
)
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
OUT = click.option("--out", type=NEW_FILE, help="Write the signed envelope here.")
REASON = click.option("--reason", required=True)
_FORM = TypeAdapter(AgencyDocument)


@click.group("document")
def group() -> None:
    """Documents between agencies as edXML (QCVN 102:2016)."""


@group.command()
@click.argument("text")
@json_option
@refusing
def code(text: str, as_json: bool) -> None:
    """Read an agency's code in either order. JSON: `code`, `old`: empty if none."""
    today, old = queries.both_orders(code=text)
    answer({"code": today, "old": old}, f"{today}  {old or '–'}", as_json=as_json)


@group.command()
@click.argument("code")
@json_option
@refusing
def key(code: str, as_json: bool) -> None:
    """Make the key an agency of the province signs documents with; prints its PEM.

    JSON: `certificate`.
    """
    pem = actions.make_document_key(code=code, actor=SYSTEM, at=clock.now())
    answer({"certificate": pem}, pem, as_json=as_json)


@group.command()
@click.argument("code")
@click.argument("pem", type=FILE)
@json_option
@refusing
def certificate(code: str, pem: Path, as_json: bool) -> None:
    """Trust a certificate (PEM) for the documents of an agency. JSON: `fingerprint`."""
    fingerprint = actions.register_document_certificate(
        code=code, pem=pem.read_text("ascii"), actor=SYSTEM, at=clock.now()
    )
    answer({"fingerprint": fingerprint}, fingerprint, as_json=as_json)


@group.command("revoke-certificate")
@click.argument("fingerprint")
@REASON
@json_option
@refusing
def revoke_certificate(fingerprint: str, reason: str, as_json: bool) -> None:
    """Trust a certificate no more, from the next document on. JSON: `revoked`."""
    actions.revoke_document_certificate(
        fingerprint=fingerprint, reason=reason, actor=SYSTEM, at=clock.now()
    )
    answer({"revoked": fingerprint}, f"Revoked {fingerprint}.", as_json=as_json)


@group.command()
@click.argument("form", type=FILE)
@OUT
@json_option
@refusing
def send(form: Path, out: Path | None, as_json: bool) -> None:
    """Sign a document and put it into the outbox; the same again is once.

    FORM: JSON with `sender`, `receivers`, `number`, `notation`, `place`, `issued_on`,
    `subject`, `signer`, `files` beside it, and more. JSON: as `show`.
    """
    kept = actions.send_document(document=_document(form), actor=SYSTEM, at=clock.now())
    _written(kept, out, as_json)


@group.command()
@click.argument("id", type=UUID)
@REASON
@OUT
@json_option
@refusing
def recall(id: UUID, reason: str, out: Path | None, as_json: bool) -> None:
    """Recall a document that was sent; its head stays to be seen. JSON: as `show`."""
    kept = actions.recall_document(id=id, reason=reason, actor=SYSTEM, at=clock.now())
    _written(kept, out, as_json)


@group.command("replace")
@click.argument("id", type=UUID)
@click.argument("form", type=FILE)
@REASON
@OUT
@json_option
@refusing
def replace_(
    id: UUID, form: Path, reason: str, out: Path | None, as_json: bool
) -> None:
    """Send a document (FORM as for `send`) in place of another. JSON: as `show`."""
    kept = actions.replace_document(
        id=id,
        document=_document(form),
        reason=reason,
        actor=SYSTEM,
        at=clock.now(),
    )
    _written(kept, out, as_json)


@group.command()
@click.argument("file", type=FILE)
@click.option("--import", "is_import", is_flag=True, help="Of old: take SHA-1, marked.")
@json_option
@refusing
def take(file: Path, is_import: bool, as_json: bool) -> None:
    """Take a document that came; the same again is once. JSON: as `show`."""
    kept = actions.take_document(
        content=file.read_bytes(), is_import=is_import, actor=SYSTEM, at=clock.now()
    )
    answer(_told(kept), _line(kept), as_json=as_json)


@group.command("take-status")
@click.argument("file", type=FILE)
@json_option
@refusing
def take_status(file: Path, as_json: bool) -> None:
    """Take what a receiver tells of a document. JSON: `code`, `words`, `by`, `at`."""
    told = actions.take_status(content=file.read_bytes(), actor=SYSTEM, at=clock.now())
    answer(asdict(told), f"{told.by}: {told.code} {told.words}", as_json=as_json)


@group.command()
@click.argument("id", type=UUID)
@click.argument("code", type=click.Choice([one.value for one in StatusCode]))
@click.option("--by", required=True, help="Code of the receiving agency.")
@click.option("--description", default="")
@click.option("--staff", default="")
@click.option("--out", type=NEW_FILE, required=True, help="Write the message here.")
@json_option
@refusing
def status(
    id: UUID,
    code: str,
    by: str,
    description: str,
    staff: str,
    out: Path,
    as_json: bool,
) -> None:
    """Write what an agency here tells the sender of a document. JSON: `file`."""
    content = actions.send_status(
        id=id,
        by=by,
        code=StatusCode(code),
        description=description,
        staff=Staff(name=staff),
        actor=SYSTEM,
        at=clock.now(),
    )
    out.write_bytes(content)
    answer({"file": out}, f"Wrote {out}.", as_json=as_json)


@group.command()
@click.argument("file", type=FILE)
@click.option("--files", type=click.Path(file_okay=False, path_type=Path))
@json_option
@refusing
def read(file: Path, files: Path | None, as_json: bool) -> None:
    """Read a file without keeping it, and tell whose signature holds.

    --files: a folder for its attachments. JSON: what it says, `signed_by`, `is_old`,
    `refused`: why no signature holds.
    """
    looked = queries.look_into(content=file.read_bytes(), at=clock.now())
    said = asdict(looked.said)
    attachments = said.pop("attachments", ())
    said["attachments"] = [
        {**one, "content": len(one["content"])} for one in attachments
    ]
    if files is not None:
        _save(attachments, files)
    seal = {"signed_by": looked.signed_by, "is_old": looked.is_old}
    told = {**said, **seal, "refused": looked.refused}
    answer(told, "\n".join(f"{k:14} {v}" for k, v in told.items()), as_json=as_json)


@group.command("list")
@click.option("--direction", type=click.Choice([one.value for one in Direction]))
@json_option
@refusing
def list_(direction: str | None, as_json: bool) -> None:
    """List documents, the newest first. JSON: `documents`: as `show`."""
    wanted = Direction(direction) if direction else None
    found = queries.documents(direction=wanted)
    told = {"documents": [_told(one) for one in found]}
    answer(told, "\n".join(map(_line, found)), as_json=as_json)


@group.command()
@click.argument("id", type=UUID)
@json_option
@refusing
def show(id: UUID, as_json: bool) -> None:
    """Show the head of a document and what became of it, recalled or not.

    JSON: `id`, `document_id`, `kind`, `state`, `reason`, `statuses`, ….
    """
    kept = queries.get_document(id=id)
    lines = [_line(kept), kept.reason]
    lines += [f"{one.at:%F %R} {one.by} {one.words}" for one in kept.statuses]
    answer(_told(kept), "\n".join(filter(None, lines)), as_json=as_json)


@group.command()
@click.argument("id", type=UUID)
@click.argument("file", type=NEW_FILE)
@json_option
@refusing
def export(id: UUID, file: Path, as_json: bool) -> None:
    """Write the signed XML of a document, unless it was recalled. JSON: `file`."""
    file.write_bytes(queries.envelope_of(id=id))
    answer({"file": file}, f"Wrote {file}.", as_json=as_json)


def _document(form: Path) -> AgencyDocument:
    try:
        given = json.loads(form.read_text("utf-8"))
        files = [_attachment(form.parent / name) for name in given.pop("files", ())]
        code, day = given["sender"]["code"], given["issued_on"].replace("-", "/")
        given.setdefault("id", f"{code},{day},{given['number']}/{given['notation']}")
        made = _FORM.validate_python({"business": {}, "trace": [], **given})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise click.ClickException(f"{form}: {where}: {first['msg']}") from error
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise click.ClickException(f"{form}: {error}") from error
    return replace(made, attachments=tuple(files))


def _attachment(file: Path) -> Attachment:
    kind = guess_type(file.name)[0] or "application/octet-stream"
    return Attachment(file.name, kind, file.read_bytes())


def _save(attachments: Iterable[Mapping[str, Any]], folder: Path) -> None:
    """Write attachments under names that are no paths, never over another file."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in attachments:
        name = one["name"].lstrip(".") or "file"
        try:
            with (folder / name).open("xb") as out:
                out.write(one["content"])
        except FileExistsError:
            raise click.ClickException(f"{folder / name} is there already") from None


def _written(kept: KeptDocument, out: Path | None, as_json: bool) -> None:
    if out is not None:
        out.write_bytes(queries.envelope_of(id=kept.id))
    answer(_told(kept), _line(kept), as_json=as_json)


def _told(kept: KeptDocument) -> Mapping[str, Any]:
    return {**asdict(kept), "kind": kept.kind.name.lower()}


def _line(kept: KeptDocument) -> str:
    return (
        f"{kept.id} {kept.direction.value:8} {kept.kind.name.lower():7}"
        f" {kept.state.value:8} {kept.sender} {kept.code} {kept.subject}"
    )
