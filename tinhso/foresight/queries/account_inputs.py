"""Inputs of the account as they were taken in, and what was worked out of them."""

from tinhso.foresight.models import AccountEstimateRow, AccountInputRow
from tinhso.foresight.providers import account_sheets
from tinhso.foresight.queries.account import declared, gaps_of
from tinhso.foresight.rules.account.methods import series_of
from tinhso.foresight.types.account import (
    Account,
    Estimate,
    InputKind,
    InputVersion,
    Method,
    Range,
)
from tinhso.kernel.actor import Actor
from tinhso.security import queries as security
from tinhso.security.types import Deed


def get_account(*, made_up: bool, actor: Actor) -> Account:
    """Read all that is known of the digital economy of the province.

    made_up: with estimates of made-up data instead of real ones.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises AccountUnknown: if no pack declares an account.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    found = declared()
    return Account(
        declared=found,
        series=series_of(found.shares),
        gaps=gaps_of(found),
        inputs=input_versions(made_up=made_up),
        estimates=estimates(made_up=made_up),
    )


def account_template(*, kind: InputKind, year: int, actor: Actor) -> bytes:
    """Hand out an empty workbook of a kind of input, to be filled in.

    year: the last of five, of quarters.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises AccountUnknown: if no pack declares an account.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    names = {one.code: one.vi for one in declared().core if one.is_division}
    return account_sheets.write(kind, year, names)


def input_versions(*, made_up: bool) -> tuple[InputVersion, ...]:
    """List all versions of inputs, the newest first; made_up: of made-up data."""
    rows = AccountInputRow.objects.filter(is_synthetic=made_up).order_by("-taken_at")
    return tuple(map(as_version, rows))


def newest_input(
    *, kind: InputKind, place: str, period: str, made_up: bool
) -> InputVersion | None:
    """Find the newest version of an input; of a table, of the newest year so far."""
    rows = AccountInputRow.objects.filter(
        kind=kind, place=place, is_synthetic=made_up, period__lte=period
    )
    if kind is not InputKind.IO_TABLE:
        rows = rows.filter(period=period)
    row = rows.order_by("-period", "-version").first()
    return as_version(row) if row else None


def estimates(*, made_up: bool) -> tuple[Estimate, ...]:
    """List what was worked out, by period, the newest first; made_up: of such data."""
    rows = AccountEstimateRow.objects.filter(is_synthetic=made_up)
    return tuple(map(as_estimate, rows.order_by("period", "-made_at")))


def as_version(row: AccountInputRow) -> InputVersion:
    """Tell an input."""
    return InputVersion(
        kind=InputKind(row.kind),
        place=row.place,
        period=row.period,
        version=row.version,
        digest=row.digest,
        source=row.source,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        made_up=row.is_synthetic,
        data=row.data,
    )


def as_estimate(row: AccountEstimateRow) -> Estimate:
    """Tell what was worked out."""
    told = (row.low, row.middle, row.high)
    low, middle, high = (value if value is not None else 0.0 for value in told)
    return Estimate(
        method=Method(row.method),
        place=row.place,
        period=row.period,
        share=row.share,
        range=None
        if None in told
        else Range(
            low,
            middle,
            high,
            row.settings["members"],
            row.settings["seed"],
            row.details["cut"],
        ),
        settings=row.settings,
        details=row.details,
        inputs=tuple(row.inputs),
        made_at=row.made_at,
        made_up=row.is_synthetic,
    )
