"""`tinhso registers`: what registers say, and loading them from files."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from tinhso.cli.output import answer, json_option
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.errors import Refused
from tinhso.registries import actions, queries
from tinhso.registries.types import Change, ProposedLine, Register, Wanted

DAY = click.DateTime(["%Y-%m-%d"])
SHOWN = 20


@click.group("registers")
def group() -> None:
    """Registers of the province: records that keep their history."""


@group.command("list")
@json_option
def list_registers(as_json: bool) -> None:
    """List the registers and how many records they hold today.

    JSON: `registers`, each `key`, `vi`, `en`, `owner`, `openness`, `shape`, `records`.
    """
    today = _today()
    found = [_told(one, today) for one in queries.registers(on=today, actor=SYSTEM)]
    lines = [f"{one['key']:22} {one['records']:8}  {one['vi']}" for one in found]
    answer({"registers": found}, "\n".join(lines), as_json=as_json)


def _told(register: Register, today: date) -> dict[str, Any]:
    count = queries.count_records(
        key=register.key, wanted=Wanted(on=today), actor=SYSTEM
    )
    names = ("key", "vi", "en", "owner", "openness", "shape")
    return {**{name: getattr(register, name) for name in names}, "records": count}


@group.command()
@click.argument("key")
@click.argument("identifier")
@click.option("--on", type=DAY, help="On which day; today unless told.")
@click.option("--known-at", type=click.DateTime(), help="As known at this moment.")
@json_option
def show(
    key: str,
    identifier: str,
    on: datetime | None,
    known_at: datetime | None,
    as_json: bool,
) -> None:
    """Show what a register says of a thing on a day, as known at a moment.

    JSON: the record; refused: `refused`, `message`.
    """
    moment = known_at and known_at.replace(tzinfo=clock.VIETNAM)
    try:
        found = queries.get_record(
            key=key,
            identifier=identifier,
            on=on.date() if on else _today(),
            actor=SYSTEM,
            known_at=moment,
        )
    except Refused as refusal:
        _refused(refusal, as_json)
    else:
        text = "\n".join(f"{name}: {value}" for name, value in found.values.items())
        answer(asdict(found), text, as_json=as_json)


@group.command()
@click.argument("key")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="Where the records come from, in words.")
@click.option("--from", "on", type=DAY, help="From when they hold; today unless told.")
@click.option("--synthetic", is_flag=True, help="They are made up.")
@json_option
def load(
    key: str,
    file: Path,
    source: str,
    on: datetime | None,
    synthetic: bool,
    as_json: bool,
) -> None:
    """Load records from a file: .csv, .xlsx or .geojson.

    JSON: `change`, `added`, `changed`, `ended`, `same`, `wrong`, and `faults`, the
    first of them: `row`, `field`, `reason`. Refused: `refused`, `message`.
    """
    try:
        change = actions.load_file(
            key=key,
            path=file,
            source=source,
            on=on.date() if on else _today(),
            actor=SYSTEM,
            at=clock.now(),
            is_synthetic=synthetic,
        )
    except Refused as refusal:
        _refused(refusal, as_json)
    else:
        _loaded(change, as_json)


def _loaded(change: Change, as_json: bool) -> None:
    wrong = queries.lines(
        change_id=change.id, on=_today(), actor=SYSTEM, only_wrong=True, most=SHOWN
    )
    faults = [fault for line in wrong for fault in _faults(line)]
    told = {
        "change": str(change.id),
        "added": change.count_added,
        "changed": change.count_changed,
        "ended": change.count_ended,
        "same": change.count_same,
        "wrong": change.faults,
        "faults": faults,
    }
    lines = [f"{one['row']}: {one['field']}: {one['reason']}" for one in faults]
    head = f"{change.rows} rows, {change.faults} wrong"
    answer(told, "\n".join([head, *lines]), as_json=as_json)


def _faults(line: ProposedLine) -> list[dict[str, object]]:
    return [
        {"row": line.number, "field": fault.field, "reason": str(fault.reason)}
        for fault in line.faults
    ]


def _refused(refusal: Refused, as_json: bool) -> None:
    told = {"refused": refusal.code, "message": str(refusal)}
    answer(told, f"{refusal.code}: {refusal}", as_json=as_json, success=False)


def _today() -> date:
    return clock.local(clock.now()).date()
