"""`tinhso restore`: from a backup to a home, on a machine that has nothing yet.

It imports nothing that asks for a database or a secret key.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click

from tinhso.cli.backups import restoring
from tinhso.cli.backups.types import Restored
from tinhso.cli.output import answer, json_option
from tinhso.kernel.clock import VIETNAM

F = TypeVar("F", bound=Callable[..., object])


def key_option(command: F) -> F:
    """Give a command its `--key`."""
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option(
        "--key",
        "key_file",
        required=True,
        type=file,
        help="As `tinhso backup key` wrote.",
    )(command)


@click.command("restore")
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--into", required=True, type=click.Path(path_type=Path))
@key_option
@click.option("--until", help="A moment, as 2026-11-26T09:30; in Vietnam if not said.")
@click.option("--backup", "which", help="Which one; the newest that fits unless told.")
@click.option("--without-log", is_flag=True, help="As of the base, and no further.")
@click.option("--witness", type=click.Path(exists=True, path_type=Path))
@json_option
def command(
    folder: Path,
    into: Path,
    key_file: Path,
    until: str | None,
    which: str | None,
    without_log: bool,
    witness: Path | None,
    as_json: bool,
) -> None:
    """Restore the backups in FOLDER into a home that is not there yet.

    WITNESS: heads of the journal kept elsewhere; an older copy shows against them.
    JSON: `backup`, `minutes`, `tables`, `rows`, `files`, `journal`, `head_size`,
    `root`, `records`, `left_out`, `last_record_at`.
    """
    wish = restoring.Wish(
        folder=folder.resolve(),
        key_file=key_file,
        into=into.absolute(),
        until=_moment(until),
        which=which,
        with_log=not without_log,
        witness=witness.resolve() if witness else None,
    )
    found = restoring.restore(
        wish=wish, say=lambda text: None if as_json else click.echo(f"· {text} …")
    )
    content, text = told(found)
    answer(content, f"{text}\nStart it with TINHSO_HOME={into}.", as_json=as_json)


def told(found: Restored) -> tuple[dict[str, object], str]:
    """Tell what came back and what was compared, for machines and for people."""
    minutes = round(found.seconds / 60, 2)
    content = {"minutes": minutes, **asdict(found)}
    until = f", until {found.last_record_at}" if found.last_record_at else ""
    apart = f"; {found.left_out} records lie after a gap" if found.left_out else ""
    return content, (
        f"{found.backup} restored in {minutes} minutes. Compared:"
        f" {found.rows} rows in {found.tables} tables, {found.files} files,"
        f" {found.journal} entries of the journal with all of its heads.\n"
        f"Head of {found.head_size}: {found.root}\n"
        f"Log: {found.records} records{until}{apart}."
    )


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text} is no moment", param_hint="--until"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
