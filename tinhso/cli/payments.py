"""`tinhso payments`: codes to pay by, and whether the ledger is whole."""

from dataclasses import asdict
from pathlib import Path

import click
import segno

from tinhso.cli.output import answer, json_option, refusing
from tinhso.payments import queries
from tinhso.payments.types import LedgerCheck, Transfer, TransferTo


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


def _differing(found: LedgerCheck) -> list[tuple[str, int]]:
    return [("debit and credit", found.total), *found.differences.items()]
