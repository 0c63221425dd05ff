"""`tinhso notify`: what messages cost and look like, and when the platform rests."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import click

from tinhso.cli.output import answer, json_option, refusing
from tinhso.cli.telephones import serving
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.notify import actions, queries

MOMENT = "%d/%m/%Y %H:%M"


@click.group("notify")
def group() -> None:
    """Messages to people: what they cost, how they look, outages."""


group.add_command(serving.demo)


@group.command()
@click.option("--days", default=365, show_default=True, help="How far back.")
@json_option
def costs(days: int, as_json: bool) -> None:
    """Sum up what messages cost, by month and channel.

    JSON: `costs`: each with `month`, `channel`, `messages`, `segments`, `amount` (VND).
    """
    found = queries.costs(since=clock.now() - timedelta(days=days))
    lines = [
        f"{one.month}  {one.channel:8} {one.messages:>9,} messages"
        f" {one.segments:>9,} segments {one.amount:>12,} VND"
        for one in found
    ]
    told = {"costs": [asdict(one) for one in found]}
    answer(told, "\n".join(lines) or "Nothing was sent.", as_json=as_json)


@group.command()
@click.argument("key")
@click.option("--values", default="", help="JSON; unless given, the first example.")
@json_option
@refusing
def preview(key: str, values: str, as_json: bool) -> None:
    """Show a wording as each channel would.

    JSON: `values`, `subject`, `body`, `sms`, `segments`, `coding`, `push`, `zalo`.
    """
    template = queries.get_message_template(key=key)
    examples: tuple[Any, ...] = template.examples or ({},)
    given = json.loads(values) if values else examples[0]
    found = queries.preview(template=template, values=given)
    text = (
        f"{found.subject['vi']}\n\n{found.body['vi']}\n\n"
        f"SMS ({found.coding}, {found.segments}): {found.sms}"
    )
    answer(asdict(found), text, as_json=as_json)


@group.command("announce-outage")
@click.argument("start")
@click.argument("end")
@click.option("--vi", required=True, help="What rests, in Vietnamese.")
@click.option("--en", required=True, help="What rests, in English.")
@click.option("--unplanned", default="", help="Why it is announced no earlier.")
@json_option
@refusing
def announce_outage(
    start: str, end: str, vi: str, en: str, unplanned: str, as_json: bool
) -> None:
    """Announce an outage, as from "04/07/2026 22:00" to "05/07/2026 02:00".

    JSON: `id`, `starts_at`, `ends_at`, `is_planned`.
    """
    made = actions.announce_outage(
        starts_at=_moment(start),
        ends_at=_moment(end),
        what={"vi": vi, "en": en},
        unplanned=bool(unplanned),
        reason=unplanned,
        actor=SYSTEM,
        at=clock.now(),
    )
    names = ("id", "starts_at", "ends_at", "is_planned")
    told = {name: getattr(made, name) for name in names}
    answer(told, f"Announced: {made.id}.", as_json=as_json)


@group.command()
@json_option
def outages(as_json: bool) -> None:
    """List the outages that are announced or go on.

    JSON: `outages`: each with `id`, `starts_at`, `ends_at`, `what`, `is_planned`.
    """
    found = queries.outages(at=clock.now())
    lines = [f"{one.id}  {one.starts_at} – {one.ends_at}  {one.what}" for one in found]
    told = {"outages": [asdict(one) for one in found]}
    answer(told, "\n".join(lines) or "None is announced.", as_json=as_json)


def _moment(text: str) -> datetime:
    try:
        read = datetime.strptime(text, MOMENT)  # noqa: DTZ007 - made local at once
    except ValueError:
        raise click.BadParameter(f"{text}: write it as 04/07/2026 22:00") from None
    return read.replace(tzinfo=clock.VIETNAM)
