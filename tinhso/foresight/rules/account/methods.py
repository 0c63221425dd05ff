"""The two official methods: what they add up, and that they are never one."""

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby

from tinhso.foresight.rules.account.tables import require_codes
from tinhso.foresight.types.account import (
    Amount,
    IndustryPart,
    Method,
    MinistryAccount,
    OfficeAccount,
    Share,
    ShareSeries,
)
from tinhso.foresight.types.account_refusals import (
    GrdpWrong,
    IndustryMissing,
    MethodsDiffer,
    ValueAddedMissing,
)

OFFICE, MINISTRY = Method.STATISTICS_OFFICE, Method.MINISTRY


def by_office(
    *,
    value_added: Mapping[str, float],
    shares: Mapping[str, float],
    core: Collection[str],
    grdp: float,
) -> OfficeAccount:
    """Work the account out as the statistics office does: core, and digitalised rest.

    value_added: {VSIC-2: billion VND}; shares: {VSIC-2: 0 to 1}; grdp: billion VND,
    current prices.

    :raises IndustryUnknown, IndustryMissing, ValueAddedMissing: naming the industry.
    :raises GrdpWrong: if GRDP is none, or less than its digital part.
    """
    require_codes(list(value_added))
    for code, value in value_added.items():
        if not value >= 0:
            raise ValueAddedMissing(code=code)
        if code not in shares:
            raise IndustryMissing(code=code)
    for code in sorted(set(core) & set(shares)):
        if code not in value_added:
            raise ValueAddedMissing(code=code)
    parts = tuple(
        IndustryPart(code, value, shares[code], code in core)
        for code, value in value_added.items()
    )
    account = OfficeAccount(
        core=_sum(parts, is_core=True),
        other=_sum(parts, is_core=False),
        grdp=grdp,
        industries=parts,
    )
    _require_grdp(grdp, account.total)
    return account


def _sum(parts: Iterable[IndustryPart], *, is_core: bool) -> Amount:
    found = (one.digital for one in parts if one.is_core is is_core)
    return Amount(OFFICE, sum(found))


def by_ministry(
    *, ict: float, platform: float, sector: float, grdp: float
) -> MinistryAccount:
    """Work the account out as the ministry does: ICT, platforms, sectors; billion VND.

    :raises GrdpWrong: if GRDP is none, or less than its digital part.
    :raises ValueAddedMissing: naming a component that is below zero.
    """
    told = {"ICT": ict, "Internet": platform, "ngành": sector}
    for name, value in told.items():
        if not value >= 0:
            raise ValueAddedMissing(code=name)
    account = MinistryAccount(
        ict=Amount(MINISTRY, ict),
        platform=Amount(MINISTRY, platform),
        sector=Amount(MINISTRY, sector),
        grdp=grdp,
    )
    _require_grdp(grdp, account.total)
    return account


def _require_grdp(grdp: float, total: Amount) -> None:
    if not grdp > 0 or total.value > grdp:
        raise GrdpWrong


def series_of(shares: Iterable[Share]) -> tuple[ShareSeries, ...]:
    """Sort shares into series, each of one method, place and vintage."""

    def of(one: Share) -> tuple[str, str, str]:
        return one.method.value, one.place, one.vintage

    ordered = sorted(shares, key=lambda one: (*of(one), one.period))
    return tuple(as_series(tuple(group)) for _, group in groupby(ordered, key=of))


def as_series(shares: tuple[Share, ...]) -> ShareSeries:
    """Make one series of shares.

    :raises MethodsDiffer: if they are of two methods, places or releases.
    """
    first = shares[0]
    for one in shares:
        if one.method is not first.method:
            raise MethodsDiffer(one=first.method.value, other=one.method.value)
        if (one.place, one.vintage) != (first.place, first.vintage):
            raise MethodsDiffer(
                one=f"{first.place} {first.vintage}".strip(),
                other=f"{one.place} {one.vintage}".strip(),
            )
    return ShareSeries(first.method, first.place, first.vintage, shares)
