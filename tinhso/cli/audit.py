"""`tinhso audit`: seal and verify the journal."""

import click

from tinhso.cli.output import answer, json_option
from tinhso.kernel import clock
from tinhso.kernel.audit import actions as audit


@click.group("audit")
def group() -> None:
    """Seal and verify the journal."""


@group.command()
@json_option
def seal(as_json: bool) -> None:
    """Seal what was written since the last time. JSON: `sealed`."""
    sealed = audit.seal(at=clock.now())
    answer({"sealed": sealed}, f"{sealed} entries sealed.", as_json=as_json)


@group.command()
@json_option
def verify(as_json: bool) -> None:
    """Recompute the whole journal. JSON: `entries`, `unsealed`, `faults`."""
    report = audit.verify()
    content = {
        "entries": report.entries,
        "unsealed": report.unsealed,
        "faults": list(report.faults),
    }
    text = "\n".join(report.faults) or f"{report.entries} entries, all as sealed."
    answer(content, text, as_json=as_json, success=not report.faults)
