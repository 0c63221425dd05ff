"""`tinhso audit`: seal and verify the journal, and hand it out for others to."""

from pathlib import Path

import click

from tinhso.cli.output import answer, json_option
from tinhso.kernel import clock
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.audit import checking, queries


@click.group("audit")
def group() -> None:
    """Seal and verify the journal, and hand it out for others to."""


@group.command()
@json_option
def seal(as_json: bool) -> None:
    """Seal what was written since the last time. JSON: `sealed`."""
    sealed = audit.seal(at=clock.now())
    answer({"sealed": sealed}, f"{sealed} entries sealed.", as_json=as_json)


@group.command()
@click.option("--witness", type=click.Path(exists=True, path_type=Path))
@json_option
def verify(witness: Path | None, as_json: bool) -> None:
    """Recompute the whole journal. JSON: `entries`, `unsealed`, `faults`.

    WITNESS: heads kept elsewhere; an older copy of the database shows against them.
    """
    report = checking.verify()
    faults = list(report.faults)
    if witness:
        faults += queries.faults_against(witness.read_text("utf-8").splitlines())
    content = {
        "entries": report.entries,
        "unsealed": report.unsealed,
        "faults": faults,
    }
    text = "\n".join(faults) or f"{report.entries} entries, all as sealed."
    answer(content, text, as_json=as_json, success=not faults)


@group.command()
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
def export(folder: Path, as_json: bool) -> None:
    """Write entries and heads into FOLDER, as `tinhso-verify` reads them.

    JSON: `entries`, `heads`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    heads = [queries.head_line(head) for head in queries.heads()]
    with (folder / "entries.jsonl").open("wb") as file:
        entries = sum(file.write(line + b"\n") > 0 for line in queries.sealed_entries())
    (folder / "heads.jsonl").write_text("".join(f"{h}\n" for h in heads), "utf-8")
    content = {"entries": entries, "heads": len(heads)}
    answer(content, f"{entries} entries, {len(heads)} heads.", as_json=as_json)


@group.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def witness(file: Path, as_json: bool) -> None:
    """Add the newest head to FILE, which is kept elsewhere, and check it against them.

    JSON: `size`, `faults`; nothing is added where there are faults.
    """
    kept = file.read_text("utf-8").splitlines() if file.exists() else []
    faults, newest = queries.faults_against(kept), queries.newest_head()
    line = queries.head_line(newest)
    if not faults and kept[-1:] != [line]:
        with file.open("a", encoding="utf-8") as lines:
            lines.write(f"{line}\n")
    text = "\n".join(faults) or f"{newest.size} entries witnessed."
    content = {"size": newest.size, "faults": faults}
    answer(content, text, as_json=as_json, success=not faults)
