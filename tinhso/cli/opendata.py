"""`tinhso opendata`: what is published, publishing, and which agencies do."""

from dataclasses import asdict
from typing import Any

import click
from django.conf import settings

from tinhso.cli.output import answer, json_option, refusing
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.packs import actions as packs
from tinhso.opendata import actions, queries
from tinhso.opendata.types import FileFate, FileState, Version


@click.group("opendata")
def group() -> None:
    """Datasets for everybody, frozen from the lake through a privacy gate."""


@group.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the declared datasets and their newest versions.

    JSON: `datasets`, each `slug`, `title`, `publisher`, `version`, `rows`.
    """
    now = clock.now()
    found = queries.publishable(actor=SYSTEM, on=clock.local(now).date())
    told = [
        {
            "slug": one.entry.slug,
            "title": one.entry.title.vi,
            "publisher": one.entry.publisher,
            "version": one.newest.number if one.newest else None,
            "rows": one.newest.rows if one.newest else 0,
        }
        for one in found
    ]
    lines = [f"{one['slug']}: version {one['version']}, {one['rows']}" for one in told]
    answer({"datasets": told}, "\n".join(lines) or "None.", as_json=as_json)


@group.command()
@click.argument("slug")
@json_option
@refusing
def publish(slug: str, as_json: bool) -> None:
    """Freeze what the lake has now as the next version.

    JSON: `slug`, `number`, `rows`, `sha256`, `table_uuid`, `snapshot_id`, `formula`,
    `gate`; refused: `refused`, `message`.
    """
    made = actions.publish(slug=slug, actor=SYSTEM, at=clock.now())
    answer(_told(made), f"{slug} version {made.number}: {made.rows}", as_json=as_json)


@group.command()
@click.argument("slug")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Shown to everybody.")
@json_option
@refusing
def withdraw(slug: str, number: int, reason: str, as_json: bool) -> None:
    """Withdraw a version; a notice stays. JSON: as `publish`."""
    made = actions.withdraw(
        slug=slug, number=number, reason=reason, actor=SYSTEM, at=clock.now()
    )
    answer(_told(made), f"{slug} version {number} is withdrawn.", as_json=as_json)


@group.command("restore")
@json_option
def restore_files(as_json: bool) -> None:
    """Bring back files of versions that a restore lacks, from the lake.

    JSON: `kept`, how many; `remade`, `missing`, each `slug`, `number`, `why`.
    """
    found = actions.restore_files()
    remade = [one for one in found if one.fate is FileFate.REMADE]
    missing = [one for one in found if one.fate is FileFate.MISSING]
    told = {
        "kept": len(found) - len(remade) - len(missing),
        "remade": [_named(one) for one in remade],
        "missing": [_named(one) for one in missing],
    }
    lines = [
        f"{told['kept']} files are there, {len(remade)} were made anew.",
        *(f"MISSING {one.slug} version {one.number}: {one.why}" for one in missing),
    ]
    answer(told, "\n".join(lines), as_json=as_json, success=not missing)


def _named(one: FileState) -> dict[str, Any]:
    return {"slug": one.slug, "number": one.number, "why": one.why}


@group.command("agencies")
@json_option
def agencies(as_json: bool) -> None:
    """Tell which agencies publish, and which are late.

    JSON: `agencies`, each `code`, `name`, `datasets`, `published`, `publishes`,
    `due_on`, `is_late`; `count`, `publishing`, `late`, `percent`.
    """
    found = queries.agencies(at=clock.now())
    listed = [asdict(one) | {"publishes": one.publishes} for one in found]
    publishing = sum(one.publishes for one in found)
    told = {
        "agencies": listed,
        "count": len(found),
        "publishing": publishing,
        "late": sum(one.is_late for one in found),
        "percent": round(100 * publishing / len(found), 1) if found else 0.0,
    }
    lines = [
        f"{one.code} {one.name}: {one.published}/{one.datasets}"
        + (f", due {one.due_on}" if one.due_on else "")
        for one in found
    ]
    head = f"{publishing} of {len(found)} agencies publish, {told['late']} are late."
    answer(told, "\n".join([head, *lines]), as_json=as_json)


@group.command("try")
@json_option
def try_examples(as_json: bool) -> None:
    """Run the examples of the packs' datasets. JSON: `tried`, `differences`."""
    root = settings.TINHSO_PACKS
    bodies = [one.body for one in packs.contents(root, kind="datasets")]
    find = packs.finder(root)
    examples = [(body, one) for body in bodies for one in body.get("examples", ())]
    different = [
        f"{body['key']}: {example['title']}: {difference}"
        for body, example in examples
        for difference in queries.try_example(body=body, example=example, find=find)
    ]
    text = "\n".join(different) or f"{len(examples)} examples came out as they say."
    told = {"tried": len(examples), "differences": different}
    answer(told, text, as_json=as_json, success=not different)


def _told(version: Version) -> dict[str, Any]:
    told = asdict(version)
    names = ("slug", "number", "rows", "bytes", "sha256", "table", "table_uuid")
    more = ("snapshot_id", "formula", "gate", "withdrawn_at", "reason")
    return {name: told[name] for name in (*names, *more)}
