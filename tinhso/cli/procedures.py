"""`tinhso procedures`: the catalogue for operators."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from tinhso.cli.output import answer, json_option
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.procedures import actions, queries
from tinhso.procedures.types import ImportReport, ServiceCatalogue

SHOWN = 20


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
