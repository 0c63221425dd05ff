"""`tinhso packs`: check, compare, apply and try the content packs."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from django.conf import settings

from tinhso.cli.output import answer, json_option
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.packs import actions as packs
from tinhso.kernel.packs import local
from tinhso.kernel.packs.types import Change, PackRefused
from tinhso.procedures import queries as procedures


@click.group("packs")
def group() -> None:
    """Check, compare and apply content packs."""


folder = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the packs lie; TINHSO_PACKS unless said.",
)
demo = click.option("--with-demo", is_flag=True, help="Synthetic packs, too.")


def names_faults(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command answer with the faults of the packs, if they have any."""

    @wraps(command)
    def inner(*, as_json: bool, **given: Any) -> None:
        try:
            command(as_json=as_json, **given)
        except PackRefused as refused:
            lines = [str(fault) for fault in refused.faults]
            answer({"faults": lines}, "\n".join(lines), as_json=as_json, success=False)

    return inner


@group.command()
@folder
@json_option
@names_faults
def check(folder: Path | None, as_json: bool) -> None:
    """Name file, line and field of everything wrong. JSON: `faults`."""
    faults = packs.check(folder or settings.TINHSO_PACKS)
    lines = [str(fault) for fault in faults]
    text = "\n".join(lines) or "No faults."
    answer({"faults": lines}, text, as_json=as_json, success=not faults)


@group.command()
@folder
@demo
@json_option
@names_faults
def diff(folder: Path | None, with_demo: bool, as_json: bool) -> None:
    """Tell what applying would change. JSON: `changes` or `faults`."""
    changes = packs.diff(folder or settings.TINHSO_PACKS, with_demo=with_demo)
    answer(_as_json(changes), _as_text(changes), as_json=as_json)


@group.command("try")
@folder
@json_option
@names_faults
def try_examples(folder: Path | None, as_json: bool) -> None:
    """Run the examples against the applied content.

    JSON: `tried` and `differences`, or `faults`.
    """
    examples = packs.contents(folder or settings.TINHSO_PACKS, kind="examples")
    different = [
        f"{example['title']}: {difference}"
        for content in examples
        for example in content.body["examples"]
        for difference in procedures.try_example(example=example)
    ]
    tried = sum(len(content.body["examples"]) for content in examples)
    text = "\n".join(different) or f"{tried} examples came out as they say."
    report = {"tried": tried, "differences": different}
    answer(report, text, as_json=as_json, success=not different)


@group.command()
@folder
@demo
@click.option(
    "--instead-of-local",
    "instead",
    multiple=True,
    metavar="KIND/KEY",
    help="Content made in the browser that the pack shall replace; may be repeated.",
)
@json_option
@names_faults
def apply(
    folder: Path | None, with_demo: bool, instead: tuple[str, ...], as_json: bool
) -> None:
    """Apply all packs in one transaction. JSON: `changes` or `faults`."""
    changes = packs.apply(
        folder or settings.TINHSO_PACKS,
        actor=SYSTEM,
        at=clock.now(),
        with_demo=with_demo,
        instead_of_local=instead,
    )
    answer(_as_json(changes), _as_text(changes), as_json=as_json)


@group.command("export-local")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
def export_local(folder: Path, as_json: bool) -> None:
    """Write what was made in the browser into a folder, as a pack. JSON: `files`."""
    files = [str(path) for path in local.export_to(folder)]
    text = "\n".join(files) or "Nothing was made in the browser."
    answer({"files": files}, text, as_json=as_json)


NOTES = {
    "local": ": made in the browser, differs from the pack, stays in force",
    "taken": ": made in the browser, the pack says the same now",
}


def _as_json(changes: list[Change]) -> dict[str, object]:
    return {
        "changes": [
            {"kind": c.kind, "key": c.key, "state": c.state, "version": c.version}
            for c in changes
        ]
    }


def _as_text(changes: list[Change]) -> str:
    lines = [
        f"{c.state:8} {c.kind}/{c.key} (version {c.version}){NOTES.get(c.state, '')}"
        for c in changes
    ]
    return "\n".join(lines) or "Nothing changes."
