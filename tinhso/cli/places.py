"""`tinhso places`: administrative units for operators."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.errors import Invalid, Refused
from tinhso.places import actions, queries
from tinhso.places.types import BoundariesRefused, BoundaryReport, Conversion, Unit

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("places")
def group() -> None:
    """Administrative units: outlines, conversion of old addresses, lists."""


@group.command("load-boundaries")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="", help="Where the outlines come from.")
@click.option("--on", type=DAY, help="Day whose units the file shows; today.")
@click.option("--json", "as_json", is_flag=True, help="Keys: loaded, renamed, missing.")
def load_boundaries(file: Path, source: str, on: Any, as_json: bool) -> None:
    """Load outlines of units from a GeoJSON file, matched by their codes."""
    try:
        report = actions.load_boundaries(
            geojson=_read(file),
            source=source or file.name,
            on=_day(on),
            actor=SYSTEM,
            at=clock.now(),
        )
    except Refused as refusal:
        raise _failure(refusal) from refusal
    click.echo(json.dumps(_report(report)) if as_json else _told(report))


@group.command()
@click.argument("code")
@click.option("--on", type=DAY, help="Day to convert to; today.")
@click.option("--json", "as_json", is_flag=True, help="Keys: old, must_ask, choices.")
def convert(code: str, on: Any, as_json: bool) -> None:
    """Tell what became of the unit that last had CODE; lists all when it was split."""
    try:
        conversion = queries.convert_address(old_code=code, on=_day(on))
    except Refused as refusal:
        raise _failure(refusal) from refusal
    if as_json:
        click.echo(json.dumps(_converted(conversion), ensure_ascii=False))
        return
    click.echo(f"{conversion.old.code} {conversion.old.name} →")
    for choice in conversion.choices:
        click.echo(f"  {choice.unit.code} {choice.unit.name} ({choice.how})")
    if conversion.must_ask:
        click.echo("The unit was split: ask which part the address lies in.")


@group.command("list")
@click.option("--on", type=DAY, help="Day; today.")
@click.option("--level", type=click.IntRange(1, 3), default=3, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="A list of code, name, kind.")
def list_units(on: Any, level: int, as_json: bool) -> None:
    """List the units of a day: 1 province, 2 districts, 3 communes."""
    units = queries.units(on=_day(on), level=level)
    if as_json:
        click.echo(json.dumps([_unit(unit) for unit in units], ensure_ascii=False))
        return
    for unit in units:
        click.echo(f"{unit.code}  {unit.name}")


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        message = f"Tệp không phải JSON: {error}"
        raise BoundariesRefused({"": [message]}) from error
    return found if isinstance(found, dict) else {}


def _day(given: Any) -> date:
    return given.date() if given else clock.local(clock.now()).date()


def _failure(refusal: Refused) -> click.ClickException:
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    lines = [f"{field}: {text}" for field, texts in fields.items() for text in texts]
    return click.ClickException("\n".join([str(refusal), *lines]))


def _report(report: BoundaryReport) -> dict[str, object]:
    return {
        "loaded": report.loaded,
        "renamed": report.renamed,
        "missing": list(report.missing),
    }


def _told(report: BoundaryReport) -> str:
    lines = [f"{report.loaded} outlines loaded, {len(report.missing)} units without."]
    lines += [f"{given} was read as {code}." for given, code in report.renamed.items()]
    return "\n".join(lines)


def _converted(conversion: Conversion) -> dict[str, object]:
    return {
        "old": _unit(conversion.old),
        "must_ask": conversion.must_ask,
        "choices": [
            {
                **_unit(choice.unit),
                "how": choice.how,
                "note": choice.note,
                "certain": choice.certain,
            }
            for choice in conversion.choices
        ],
    }


def _unit(unit: Unit) -> dict[str, object]:
    return {"code": unit.code, "name": unit.name, "kind": unit.kind}
