"""`tinhso procedures`: the catalogue for operators."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from tinhso.cli.output import answer, json_option
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.people import queries as people
from tinhso.procedures import actions, queries
from tinhso.procedures.types import (
    Figures,
    ImportReport,
    Report06a,
    ServiceCatalogue,
)

SHOWN = 20
DAY = click.DateTime(formats=["%Y-%m-%d"])
COLUMNS = (
    *("received", "online", "direct", "carried_over"),
    *("resolved", "early", "on_time", "late"),
    *("in_progress", "open_within", "open_late"),
)


@click.group("procedures")
def group() -> None:
    """The catalogue of procedures."""


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def import_catalogue(file: Path, as_json: bool) -> None:
    """Import the national catalogue from a JSON Lines file, gzipped or not.

    JSON: `read`, `imported`, `unchanged`, `time_limits_stated`, `time_limits_parsed`,
    `fees_stated`, `fees_parsed`, `numbers_without_unit`, `not_understood`: a list of
    `line`, `code`, `field`, `reason`, `text`.
    """
    report = actions.import_catalogue(
        file=file, actor=SYSTEM, at=clock.now(), progress=_tell
    )
    answer(asdict(report), _as_text(report), as_json=as_json)


@group.command("export")
@click.option(
    "--format", "form", type=click.Choice(["jsonld", "turtle"]), required=True
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; unless told, it is printed.",
)
@json_option
def export_catalogue(form: str, output: Path | None, as_json: bool) -> None:
    """Export the procedures of today as CPSV-AP 3.2.0.

    JSON: `format`, `own`, `imported`, `file`, `content`: the text, or null where a
    file was written.
    """
    catalogue = queries.catalogue_as_cpsv(on=clock.local(clock.now()).date())
    told = {
        "format": form,
        "own": catalogue.own,
        "imported": catalogue.imported,
        "file": str(output) if output else None,
        "content": None,
    }
    parts = _written(catalogue, form)
    if output:
        with output.open("w", encoding="utf-8") as file:
            file.writelines(parts)
        text = f"{catalogue.own} own and {catalogue.imported} imported: {output}"
        answer(told, text, as_json=as_json)
    else:
        content = "".join(parts)
        answer({**told, "content": content}, content, as_json=as_json)


@group.command("report-06a")
@click.option("--from", "first", type=DAY, required=True, help="First day of it.")
@click.option("--to", "last", type=DAY, required=True, help="Last day, included.")
@click.option("--unit", help="Code of the deciding agency; the province unless told.")
@click.option(
    "--xlsx",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a workbook for Excel here as well.",
)
@json_option
def report(
    first: datetime, last: datetime, unit: str | None, xlsx: Path | None, as_json: bool
) -> None:
    """Count report 06a/VPCP of a period.

    JSON: `unit`, `first`, `last`, `made_at`, `lines`: by field, `total`, `synthetic`:
    made-up dossiers, which are in none of the lines, `file`. Each line has `field`,
    `received`, `online`, `direct`, `carried_over`, `resolved`, `early`, `on_time`,
    `late`, `in_progress`, `open_within`, `open_late`.
    """
    at = clock.now()
    found = queries.report_06a(
        organization_id=_unit(unit, at) if unit else None,
        first=first.date(),
        last=last.date(),
        actor=SYSTEM,
        at=at,
    )
    if xlsx:
        xlsx.write_bytes(queries.report_06a_as_xlsx(report=found))
    told = {
        "unit": found.unit,
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "made_at": found.made_at.isoformat(),
        "lines": [_line(line) for line in found.lines],
        "total": _line(found.total),
        "synthetic": _line(found.synthetic),
        "file": str(xlsx) if xlsx else None,
    }
    answer(told, _figures(found), as_json=as_json)


def _unit(code: str, at: datetime) -> UUID:
    for organization in people.organizations(on=clock.local(at).date()):
        if organization.code == code:
            return organization.id
    raise click.BadParameter(f"no agency has the code {code} today")


def _line(line: Figures) -> dict[str, object]:
    return {"field": line.field, **dict(zip(COLUMNS, line.columns(), strict=True))}


def _figures(found: Report06a) -> str:
    head = f"{found.unit}, {found.first} – {found.last}"
    rows = [*found.lines, found.total]
    lines = [f"{'  '.join(f'{n:7}' for n in r.columns())}  {r.field}" for r in rows]
    apart = f"Made-up dossiers, not in it: {found.synthetic.received}."
    return "\n".join([head, "  ".join(f"{c[:7]:>7}" for c in COLUMNS), *lines, apart])


def _written(catalogue: ServiceCatalogue, form: str) -> Iterator[str]:
    if form == "turtle":
        yield from queries.catalogue_as_turtle(catalogue=catalogue)
    else:
        yield json.dumps(catalogue.document, ensure_ascii=False)


def _tell(read: int) -> None:
    click.echo(f"· {read} read …", err=True)


def _as_text(report: ImportReport) -> str:
    limits, fees = report.time_limits_parsed, report.fees_parsed
    lines = [
        f"{report.read} read, {report.imported} imported,"
        f" {report.unchanged} unchanged.",
        f"Time limits: {limits} of {report.time_limits_stated} stated were understood,"
        f" and {report.numbers_without_unit} numbers stand without a unit.",
        f"Fees: {fees} of {report.fees_stated} stated were understood.",
    ]
    reasons = Counter(fault.reason.value for fault in report.not_understood)
    lines += [f"  {count:5} {reason}" for reason, count in reasons.most_common()]
    lines += [
        f"{fault.line}: {fault.code} {fault.reason.value}: {fault.text[:80]}"
        for fault in report.not_understood[:SHOWN]
    ]
    if len(report.not_understood) > SHOWN:
        lines.append(f"… {len(report.not_understood) - SHOWN} more with --json")
    return "\n".join(lines)
