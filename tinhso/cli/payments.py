"""`tinhso payments`: codes to pay by, and whether the ledger is whole."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import segno

from tinhso.cli import bank as banks
from tinhso.cli.output import answer, json_option, refusing
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.payments import actions, queries
from tinhso.payments.types import (
    LedgerCheck,
    Payment,
    StatementForm,
    Transfer,
    TransferTo,
)
from tinhso.people import queries as people


@click.group("payments")
def group() -> None:
    """Bills, payments, receipts, and the ledger behind them."""


@group.command()
@click.option("--bank", required=True, help="BIN of the bank, six digits.")
@click.option("--account", required=True, help="Account, or card with --card.")
@click.option("--card", is_flag=True, help="The number is that of a card.")
@click.option("--amount", type=int, help="In VND; left open if not given.")
@click.option("--purpose", default="", help="Up to 25 signs; diacritics are taken off.")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Draw it.")
@json_option
@refusing
def vietqr(
    bank: str,
    account: str,
    card: bool,
    amount: int | None,
    purpose: str,
    svg: Path | None,
    as_json: bool,
) -> None:
    """Write a transfer as a VietQR code.

    JSON: `text`: what the code says, and, read back from it, `bank`, `account`,
    `amount`, `purpose`, `to`; `svg`: the file, null without one.
    """
    to = TransferTo.CARD if card else TransferTo.ACCOUNT
    asked = Transfer(bank, account, amount, purpose, to)
    text = queries.vietqr_text(transfer=asked)
    if svg is not None:
        segno.make(text, error="m", micro=False).save(str(svg), kind="svg", scale=4)
    told = asdict(queries.read_vietqr(text=text))
    answer({"text": text, "svg": svg, **told}, text, as_json=as_json)


@group.command()
@json_option
@refusing
def check(as_json: bool) -> None:
    """Compare debit with credit, and the ledger with money and bills; 1 if they differ.

    JSON: `postings`: how many, `unbalanced`: how many of them, `total`: VND by which
    debit and credit differ, `differences`: by what is compared, `is_whole`.
    """
    found = queries.check_ledger()
    told = {**asdict(found), "is_whole": found.is_whole}
    lines = [f"{found.postings} postings, {found.unbalanced} unbalanced"]
    lines += [f"{name:24} {amount:>16,} VND" for name, amount in _differing(found)]
    answer(told, "\n".join(lines), as_json=as_json, success=found.is_whole)


@group.command("set-up")
@click.argument("unit")
@click.option("--tax-code", required=True)
@click.option("--bank", required=True, help="BIN of the bank, six digits.")
@click.option("--account", required=True, help="Where transfers go.")
@click.option("--form", required=True, help="Ký hiệu mẫu of its e-receipts.")
@click.option("--symbol", required=True, help="Ký hiệu of its e-receipts.")
@click.option("--chapter", required=True, help="Of the budget, three digits.")
@json_option
@refusing
def set_up(
    unit: str,
    tax_code: str,
    bank: str,
    account: str,
    form: str,
    symbol: str,
    chapter: str,
    as_json: bool,
) -> None:
    """Say how an agency collects; UNIT: its key, as `xa_06688`.

    JSON: `organization_id`, `name`, `tax_code`, `bank`, `account`, `form`, `symbol`,
    `chapter`.
    """
    now = clock.now()
    found = people.organization_by_key(key=unit, on=clock.local(now).date())
    made = actions.set_up_collecting(
        organization_id=found.id,
        tax_code=tax_code,
        bank=bank,
        account=account,
        form=form,
        symbol=symbol,
        chapter=chapter,
        actor=SYSTEM,
        at=now,
    )
    told = asdict(made)
    del told["owner_id"]
    line = f"{made.name}: {made.bank} {made.account}, {made.form} {made.symbol}"
    answer(told, line, as_json=as_json)


@group.command()
@click.argument("unit")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--form", type=click.Choice([one.value for one in StatementForm]), required=True
)
@json_option
@refusing
def statement(unit: str, file: Path, form: str, as_json: bool) -> None:
    """Enter the money that a statement of an agency's bank account shows.

    JSON: `paid`, `queued`: wait for a person, `repeated`: entered before, `outgoing`,
    `contradicting`: numbers that came before with something else; 1 if there are any.
    """
    now = clock.now()
    found = people.organization_by_key(key=unit, on=clock.local(now).date())
    became = actions.take_statement(
        organization_id=found.id,
        content=file.read_bytes(),
        form=StatementForm(form),
        actor=SYSTEM,
        at=now,
    )
    line = (
        f"{became.lines} lines: {became.paid} paid, {became.queued} wait,"
        f" {became.repeated} known, {became.outgoing} outgoing,"
        f" {len(became.contradicting)} contradict"
    )
    answer(asdict(became), line, as_json=as_json, success=not became.contradicting)


@group.command()
@click.option("--after", help="`next_after` of the answer before.")
@json_option
@refusing
def waiting(after: str | None, as_json: bool) -> None:
    """List money that fits no bill and waits for a person, the oldest first.

    JSON: `items`, each `id`, `method`, `transaction`, `amount`, `told`: the reference
    it came with, `why`, `received_at`, `is_synthetic`; `next_after`, null at the end.
    """
    page = queries.waiting_money(actor=SYSTEM, after=after)
    told = {"items": [_money(one) for one in page.items], "next_after": page.next_after}
    lines = [f"{one.id}  {one.amount:>14,} VND  {one.why}" for one in page.items]
    answer(told, "\n".join(lines), as_json=as_json)


@group.command("bank")
@click.option("--port", default=8093, show_default=True)
@click.option("--platform", default="http://localhost:8000", show_default=True)
@click.option("--code", envvar="TINHSO_PAYMENT_GATEWAY_CODE", default="")
@click.option("--secret", envvar="TINHSO_PAYMENT_GATEWAY_SECRET", default="")
@click.option("--notice-key", envvar="TINHSO_BANK_NOTICE_KEY", default="")
@json_option
def demo_bank(
    port: int, platform: str, code: str, secret: str, notice_key: str, as_json: bool
) -> None:
    """Serve a bank for trying that pays, delays, repeats, reorders and forges.

    JSON: `url`, printed before it serves; Ctrl+C ends it.
    """
    bank = banks.DemoBank(platform.rstrip("/"), code, secret, notice_key)
    url = f"http://localhost:{port}"
    answer({"url": url}, f"{url} pays at {platform}.", as_json=as_json)
    banks.serve(bank, port=port).serve_forever()


def _money(one: Payment) -> dict[str, Any]:
    told = asdict(one)
    return {name: told[name] for name in told if name not in {"bill", "state"}}


def _differing(found: LedgerCheck) -> list[tuple[str, int]]:
    return [("debit and credit", found.total), *found.differences.items()]
