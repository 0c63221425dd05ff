"""Take inputs of the digital-economy account in, and work shares out of them."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction

from tinhso.documents import queries as documents
from tinhso.documents.types import Sheet
from tinhso.foresight.models import AccountEstimateRow, AccountInputRow
from tinhso.foresight.queries.account import declared
from tinhso.foresight.queries.account_inputs import (
    as_estimate,
    as_version,
    newest_input,
)
from tinhso.foresight.rules.account import estimating, sheets
from tinhso.foresight.types.account import (
    Declared,
    Estimate,
    InputKind,
    InputVersion,
    Method,
    Settings,
)
from tinhso.foresight.types.account_refusals import (
    InputAlreadyTaken,
    InputMissing,
    PlaceUnknown,
    SourceMissing,
    WorkbookUnreadable,
    WorkbookWrong,
)
from tinhso.indicators import queries as indicators
from tinhso.indicators.types import PeriodWrong
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.text import clean
from tinhso.security import queries as security
from tinhso.security.types import Deed

MOST_ROWS, MOST_COLUMNS = 200, 120
NATION = "vn"


def take_account_input(
    *,
    kind: InputKind,
    place: str,
    period: str,
    content: bytes,
    name: str,
    source: str,
    actor: Actor,
    at: datetime,
    made_up: bool = False,
) -> InputVersion:
    """Take a workbook in as the next version of an input: all of it, or nothing.

    place: `vn` or the key of the province; period: a year; source: document, agency,
    day. made_up: flagged as such for good; what a made-up person sends is, too.

    :raises NotAllowed: if the actor keeps no account.
    :raises SourceMissing, PlaceUnknown, PeriodWrong: what is not said.
    :raises WorkbookUnreadable, WorkbookWrong: naming each cell that is wrong.
    :raises InputAlreadyTaken: if the newest version says the same.
    """
    security.require(actor=actor, deed=Deed.KEEP_ACCOUNT)
    told = clean(source)[:500]
    if not told:
        raise SourceMissing({"source": [SourceMissing.message]})
    _require_place(declared(), place)
    _require_year(period)
    data = _read(kind, content, name)
    is_synthetic = made_up or actor.is_synthetic
    which = {"kind": kind, "place": place, "period": period}
    digest = _digest({**which, "data": data})
    with transaction.atomic():
        _lock("inputs")
        rows = AccountInputRow.objects.filter(**which, is_synthetic=is_synthetic)
        newest = rows.order_by("-version").first()
        if newest and newest.digest == digest:
            raise InputAlreadyTaken
        row = AccountInputRow.objects.create(
            **which,
            version=newest.version + 1 if newest else 1,
            digest=digest,
            data=data,
            source=told,
            taken_by=actor.name[:200],
            taken_at=at,
            is_synthetic=is_synthetic,
        )
        _note("take_account_input", row, actor, at)
    return as_version(row)


def estimate_share(
    *,
    method: Method,
    period: str,
    settings: Settings,
    actor: Actor,
    at: datetime,
    made_up: bool = False,
) -> Estimate:
    """Work the province's share of a year out of the newest inputs, and keep it.

    It is an estimate and stays one. The same inputs and settings make no second one.

    :raises NotAllowed: if the actor keeps no account.
    :raises InputMissing: naming what nobody has uploaded.
    :raises TableRefused, GrdpWrong, SpreadWrong, DeltaWrong: if none comes of them.
    """
    security.require(actor=actor, deed=Deed.KEEP_ACCOUNT)
    found = declared()
    _require_year(period)
    with transaction.atomic():
        _lock("estimates")
        used = _inputs(found, method, period, made_up)
        worked = estimating.work_out(method, found.core, used, settings)
        row, is_new = _keep(found, method, period, used, worked, made_up, at)
        if is_new:
            _note("estimate_share", row, actor, at)
    return as_estimate(row)


def _keep(
    found: Declared,
    method: Method,
    period: str,
    used: estimating.Inputs,
    worked: estimating.WorkedOut,
    made_up: bool,
    at: datetime,
) -> tuple[AccountEstimateRow, bool]:
    """Keep what was worked out, once; tell whether it is new."""
    inputs = [one.digest for one in used.values()]
    which = {"method": method, "place": found.province, "period": period}
    told = {
        **which,
        "inputs": inputs,
        "settings": worked.settings,
        "core": [one.code for one in found.core],
        "made_up": made_up,
    }
    return AccountEstimateRow.objects.get_or_create(
        digest=_digest(told),
        defaults={
            **which,
            "share": worked.share,
            "low": worked.range.low if worked.range else None,
            "middle": worked.range.middle if worked.range else None,
            "high": worked.range.high if worked.range else None,
            "settings": worked.settings,
            "details": worked.details,
            "inputs": inputs,
            "made_at": at,
            "is_synthetic": made_up,
        },
    )


def _inputs(
    found: Declared, method: Method, period: str, made_up: bool
) -> Mapping[InputKind, InputVersion]:
    """Read the newest inputs a method stands on."""
    needs = (
        {InputKind.COMPONENTS: found.province}
        if method is Method.MINISTRY
        else {InputKind.VALUE_ADDED: found.province, InputKind.IO_TABLE: NATION}
    )
    used = {}
    for kind, place in needs.items():
        one = newest_input(kind=kind, place=place, period=period, made_up=made_up)
        if one is None:
            raise InputMissing(kind=kind.value, place=place, period=period)
        used[kind] = one
    return used


def _require_place(found: Declared, place: str) -> None:
    if place not in found.places:
        raise PlaceUnknown({"place": [PlaceUnknown.message]})


def _require_year(period: str) -> None:
    if len(indicators.period(key=period).key) != 4:
        raise PeriodWrong(key=period[:20])


def _read(kind: InputKind, content: bytes, name: str) -> Mapping[str, Any]:
    sheet = _sheet(content, name)
    read = sheets.read(kind, sheet.rows, first=sheet.first, reaching=sheet.reaching)
    if read.faults:
        raise WorkbookWrong(read.faults)
    if read.table is None:
        return {"values": read.values}
    return {
        "codes": list(read.table.codes),
        "flows": read.table.flows,
        "value_added": read.table.value_added,
        "output": read.table.output,
    }


def _sheet(content: bytes, name: str) -> Sheet:
    return documents.sheet_that_came_back(
        content=content,
        name=name,
        most_rows=MOST_ROWS,
        most_columns=MOST_COLUMNS,
        unreadable=WorkbookUnreadable,
    )


def _digest(told: Mapping[str, Any]) -> str:
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _lock(what: str) -> None:
    with connection.cursor() as cursor:
        name = f"account {what}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def _note(
    deed: str,
    row: AccountInputRow | AccountEstimateRow,
    actor: Actor,
    at: datetime,
) -> None:
    audit.write(
        f"foresight.{deed}",
        subject="foresight.Account",
        subject_id=row.pk,
        actor=actor,
        at=at,
        details={
            "place": row.place,
            "period": row.period,
            "digest": row.digest,
            "made_up": row.is_synthetic,
        },
    )
