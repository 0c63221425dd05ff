"""Inputs of the account as they were taken in, and what was worked out of them."""

from collections.abc import Iterator, Sequence

from tinhso.foresight.models import AccountEstimateRow, AccountInputRow
from tinhso.foresight.providers import account_sheets
from tinhso.foresight.queries.account import declared, gaps_of
from tinhso.foresight.rules.account import quarters
from tinhso.foresight.rules.account.methods import series_of
from tinhso.foresight.rules.account.sheets import GRDP
from tinhso.foresight.types.account import (
    Account,
    Declared,
    Estimate,
    InputKind,
    InputVersion,
    Method,
    Quarterly,
    Range,
)
from tinhso.foresight.types.account_refusals import (
    IndicatorConstant,
    InputMissing,
    QuartersWrong,
    TooFewYears,
)
from tinhso.indicators import queries as indicators
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
    found, known = declared(), estimates(made_up=made_up)
    return Account(
        declared=found,
        series=series_of(found.shares),
        gaps=gaps_of(found),
        inputs=input_versions(made_up=made_up),
        estimates=known,
        quarters=tuple(_all_quarters(found, made_up, known)),
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


def account_quarters(*, method: Method, made_up: bool, actor: Actor) -> Quarterly:
    """Carry the estimated years of a method on by quarter, by invoiced revenue.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises AccountUnknown: if no pack declares an account.
    :raises InputMissing: if nobody has taken invoices in.
    :raises TooFewYears, QuartersWrong, IndicatorConstant: if it cannot be.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    return _quarterly(declared(), method, made_up, estimates(made_up=made_up))


def _quarterly(
    found: Declared, method: Method, made_up: bool, known: Sequence[Estimate]
) -> Quarterly:
    invoices = _invoices(found.province, made_up)
    years: dict[int, Estimate] = {}
    for one in known:
        if one.method is method:
            years.setdefault(int(one.period), one)  # the newest stands first
    amounts = {y: one.share / 100 * one.details[GRDP] for y, one in years.items()}
    names, told = quarters.by_quarter(amounts, invoices.data["values"])
    used = sorted({int(name[:4]) for name in names} & years.keys())
    periods = (indicators.period(key=name) for name in names)
    return Quarterly(
        method=method,
        quarters=tuple(zip(periods, told.quarters, strict=True)),
        known_to=used[-1],
        years=tuple((year, years[year].share, amounts[year]) for year in used),
        rho=told.rho,
        beta=told.beta,
        inputs=(invoices.digest, *(d for year in used for d in years[year].inputs)),
        source=invoices.source,
        made_up=made_up,
    )


def _invoices(place: str, made_up: bool) -> InputVersion:
    """Find the newest totals of invoices."""
    kind = InputKind.E_INVOICES
    rows = AccountInputRow.objects.filter(kind=kind, place=place, is_synthetic=made_up)
    row = rows.order_by("-period", "-version").first()
    if row is None:
        raise InputMissing(kind=kind.value, place=place, period="")
    return as_version(row)


def _all_quarters(
    found: Declared, made_up: bool, known: Sequence[Estimate]
) -> Iterator[Quarterly]:
    """Carry on what can be; too few years are no fault."""
    for method in (Method.STATISTICS_OFFICE, Method.MINISTRY):
        try:
            yield _quarterly(found, method, made_up, known)
        except (InputMissing, TooFewYears, QuartersWrong, IndicatorConstant):
            continue


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
