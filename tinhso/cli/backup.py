"""`tinhso backup`, `tinhso drill`: save everything, and show that it comes back."""

import os
import signal
import tempfile
from dataclasses import asdict
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from threading import Event
from types import FrameType
from uuid import UUID

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from tinhso.cli.backups import create as creating
from tinhso.cli.backups import folder as folders
from tinhso.cli.backups import log, receive, restoring, retention, sealing
from tinhso.cli.backups.types import Manifest, NoFolderSet
from tinhso.cli.output import answer, json_option
from tinhso.cli.restore import key_option, told
from tinhso.cli.run import database_url
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.audit import queries as journal

# The journal knows by it when the last backup and the last drill were.
BACKUPS = UUID("0193b7c0-0000-7000-8000-00000000b4c4")
CREATED, DRILLED = "backup.create", "backup.drill"
folder_argument = click.argument(
    "folder", required=False, type=click.Path(file_okay=False, path_type=Path)
)


@click.group("backup", invoke_without_command=True)
@click.pass_context
def group(context: click.Context) -> None:
    """Save everything, encrypted; without a verb: `create`."""
    if context.invoked_subcommand is None:
        context.invoke(create)


@group.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def key(file: Path, as_json: bool) -> None:
    """Make the key that opens backups, and write it to FILE, which is kept apart.

    JSON: `recipient`, its public half, for TINHSO_BACKUP_RECIPIENTS.
    """
    signer = sealing.signing_key(home=settings.TINHSO_HOME).public_key()
    recipient = sealing.write_key_file(file=file, signer=signer)
    text = f"{file} written: keep it apart.\nTINHSO_BACKUP_RECIPIENTS={recipient}"
    answer({"recipient": recipient}, text, as_json=as_json)


@group.command()
@folder_argument
@json_option
def create(folder: Path | None = None, as_json: bool = False) -> None:
    """Save everything while the platform runs, and forget what is old.

    JSON: `backup`, `tables`, `rows`, `files`, `bytes`, `head_size`, `root`, `damaged`,
    `forgotten`.
    """
    where, source = _folder(folder), _source()
    manifest = creating.create(folder=where, source=source, at=clock.now())
    forgotten = retention.forget(
        folder=where,
        older_than=timedelta(days=settings.TINHSO_BACKUP_KEEP_DAYS),
        signer=sealing.signing_key(home=source.home).public_key(),
        at=clock.now(),
    )
    _note(CREATED, {"backup": manifest.id})
    content = {**_said(manifest), "forgotten": asdict(forgotten)}
    text = (
        f"{manifest.id}: {content['rows']} rows in {content['tables']} tables,"
        f" {manifest.files} files, journal of {content['head_size']}."
    )
    damaged = "".join(f"\nDAMAGED in the store: {one}" for one in manifest.damaged)
    answer(content, text + damaged, as_json=as_json, success=not damaged)


@group.command("list")
@folder_argument
@json_option
def list_(folder: Path | None, as_json: bool) -> None:
    """List the backups, the oldest first, and how far the log goes.

    JSON: `backups`, each as `create` answers; `log_until`.
    """
    where, signer = _folder(folder), _signer()
    found = [_said(one) for one in folders.manifests(folder=where, signer=signer)]
    _, record = log.newest(folder=where, signer=signer)
    until = record.at if record else None
    lines = [f"{one['backup']}  {one['rows']} rows  {one['bytes']} B" for one in found]
    content = {"backups": found, "log_until": until}
    answer(content, "\n".join([*lines, f"log until {until}"]), as_json=as_json)


@group.command()
@folder_argument
@json_option
def check(folder: Path | None, as_json: bool) -> None:
    """Read every piece of every base, without opening any. JSON: `backups`, `pieces`.

    That they open and give back what was saved, only `tinhso drill` shows.
    """
    where = _folder(folder)
    found = list(folders.manifests(folder=where, signer=_signer()))
    for manifest in found:
        folders.check_pieces(folder=where, manifest=manifest)
    pieces = sum(len(one.pieces) for one in found)
    text = f"{len(found)} backups, {pieces} pieces as they were written."
    answer({"backups": len(found), "pieces": pieces}, text, as_json=as_json)


@group.command("receive")
@folder_argument
@click.option("--every", default=receive.EVERY_SECONDS, show_default=True)
@json_option
def receive_(folder: Path | None, every: float, as_json: bool) -> None:
    """Keep the log until Ctrl+C: what is written is away EVERY so many seconds.

    `tinhso run` does it where TINHSO_BACKUP_FOLDER is set. JSON: `until`.
    """
    where, source, ends = _folder(folder), _source(), Event()

    def leave(number: int, frame: FrameType | None) -> None:
        ends.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    with folders.only_writer(folder=where, what="log"):
        receiver = receive.Receiver(
            folder=where,
            home=source.home,
            url=source.url,
            recipients=source.recipients,
        )
        receive.follow(receiver=receiver, now=clock.now, ends=ends, every=every)
    answer({"until": clock.now()}, "Everything is away.", as_json=as_json)


@click.command("drill")
@folder_argument
@key_option
@json_option
def drill(folder: Path | None, key_file: Path, as_json: bool) -> None:
    """Restore the newest backup beside the platform, compare, and take it away again.

    JSON: as `tinhso restore` answers, with `minutes`.
    """
    where = _folder(folder)
    room = settings.TINHSO_HOME / "backup"
    room.mkdir(parents=True, exist_ok=True, mode=0o700)
    # PostgreSQL runs as another user, and must come through.
    room.chmod(0o711)
    with tempfile.TemporaryDirectory(prefix="drill-", dir=room) as place:
        Path(place).chmod(0o711)
        wish = restoring.Wish(where, key_file, Path(place) / "home")
        found = restoring.restore(
            wish=wish, say=lambda text: None if as_json else click.echo(f"· {text} …")
        )
    content, text = told(found)
    _note(DRILLED, {"backup": found.backup, "minutes": content["minutes"]})
    answer(content, text, as_json=as_json)


def state(*, at: datetime) -> tuple[bool, str]:
    """Tell how old the newest backup and the last drill are, and whether too old."""
    where = settings.TINHSO_BACKUP_FOLDER
    if where is None:
        return True, "NONE is made: TINHSO_BACKUP_FOLDER is not set"
    newest = list(folders.manifests(folder=where, signer=_signer()))[-1:]
    if not newest:
        return False, f"none yet in {where}"
    age = at - newest[0].at
    drilled = journal.entries_about(subject_ids=[BACKUPS], deeds=[DRILLED], most=1)
    since = at - drilled[0].at if drilled else None
    _, record = log.newest(folder=where, signer=_signer())
    behind = f"{(at - record.at).total_seconds():.0f} s behind" if record else "none"
    fine = age <= timedelta(hours=settings.TINHSO_BACKUP_EVERY_HOURS)
    tried = since is not None and since <= timedelta(
        days=settings.TINHSO_DRILL_EVERY_DAYS
    )
    last = f"{since.days} days ago" if since is not None else "never"
    hours = age.total_seconds() / 3600
    return fine and tried, f"{hours:.1f} h old, log {behind}, last drill {last}"


def _said(manifest: Manifest) -> dict[str, object]:
    held = manifest.moment
    return {
        "backup": manifest.id,
        "tables": len(held.counts),
        "rows": sum(held.counts.values()),
        "files": manifest.files,
        "bytes": sum(piece.bytes for piece in manifest.pieces),
        "head_size": held.head.size if held.head else 0,
        "root": held.head.root if held.head else "",
        "damaged": manifest.damaged,
    }


def _folder(given: Path | None) -> Path:
    folder = given or settings.TINHSO_BACKUP_FOLDER
    if folder is None:
        raise NoFolderSet
    return Path(folder).resolve()


def _source() -> creating.Source:
    return creating.Source(
        home=settings.TINHSO_HOME,
        url=os.environ.get("DATABASE_URL") or database_url(),
        recipients=sealing.recipients_of(texts=settings.TINHSO_BACKUP_RECIPIENTS),
        platform=version("tinhso"),
    )


def _signer() -> Ed25519PublicKey:
    return sealing.signing_key(home=settings.TINHSO_HOME).public_key()


def _note(deed: str, details: dict[str, object]) -> None:
    """Write into the journal when it was, which tells `tinhso doctor`, too."""
    audit.write(
        deed,
        subject="platform.Backup",
        subject_id=BACKUPS,
        actor=SYSTEM,
        at=clock.now(),
        details=details,
    )
