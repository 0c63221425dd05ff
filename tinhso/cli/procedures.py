"""`tinhso procedures`: the catalogue for operators."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from tinhso.cli.output import answer, json_option
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.procedures import actions
from tinhso.procedures.types import ImportReport

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
