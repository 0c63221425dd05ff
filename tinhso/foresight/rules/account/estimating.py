"""Work a share out of inputs as they were taken in, by one method at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tinhso.foresight.rules.account import methods, ranges, regions, tables
from tinhso.foresight.rules.account.sheets import GRDP
from tinhso.foresight.types.account import (
    CoreIndustry,
    InputKind,
    InputVersion,
    IoTable,
    Method,
    Range,
    Settings,
)

Inputs = Mapping[InputKind, InputVersion]


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A share in percent, how sure it is, and how it came about."""

    share: float
    range: Range | None
    settings: Mapping[str, Any]
    details: Mapping[str, Any]


def work_out(
    method: Method, core: Sequence[CoreIndustry], inputs: Inputs, settings: Settings
) -> WorkedOut:
    """Work a share out.

    :raises TableRefused, GrdpWrong, SpreadWrong, DeltaWrong: if none comes of it.
    """
    if method is Method.MINISTRY:
        return _by_ministry(inputs[InputKind.COMPONENTS].data["values"])
    return _by_office(core, inputs, settings)


def _by_ministry(told: Mapping[str, float]) -> WorkedOut:
    found = methods.by_ministry(
        ict=told["ICT"],
        platform=told["PLATFORM"],
        sector=told["SECTOR"],
        grdp=told[GRDP],
    )
    return WorkedOut(found.share, None, {}, dict(told))


def _by_office(
    core: Sequence[CoreIndustry], inputs: Inputs, settings: Settings
) -> WorkedOut:
    told = dict(inputs[InputKind.VALUE_ADDED].data["values"])
    grdp = told.pop(GRDP)
    table = table_of(inputs[InputKind.IO_TABLE])
    codes = table.codes
    # Of more than two digits an industry cannot be held apart here.
    mine = {one.code for one in core if one.is_division and one.code in codes}
    a = regions.regional(
        tables.coefficients(table),
        codes,
        region=told,
        nation=dict(zip(codes, table.value_added, strict=True)),
        by=settings.quotient,
        delta=settings.delta,
    )
    account = methods.by_office(
        value_added=told,
        shares=tables.digital_shares(a, codes, mine, settings.through),
        core=mine,
        grdp=grdp,
    )
    drawn = ranges.share_range(
        a=a,
        codes=codes,
        core=mine,
        through=settings.through,
        value_added=told,
        grdp=grdp,
        spread=settings.spread,
        members=settings.members,
        seed=settings.seed,
    )
    return WorkedOut(
        share=account.share,
        range=drawn,
        settings=asdict(settings),
        details={
            GRDP: grdp,
            "core": account.core.value,
            "other": account.other.value,
            "cut": drawn.cut,
            "core_codes": sorted(mine),
            "left_out": sorted({one.code for one in core} - mine),
        },
    )


def table_of(version: InputVersion) -> IoTable:
    """Read the table of an input."""
    data = version.data
    return IoTable(
        tuple(data["codes"]), data["flows"], data["value_added"], data["output"]
    )
