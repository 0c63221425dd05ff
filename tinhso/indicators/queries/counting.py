"""Count in the lake what a criterion computes; what is made up is never counted."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from tinhso.indicators.models import AssessmentRow
from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.types import Criterion, NothingCounted, Period
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.clock import local
from tinhso.lake import queries as lake
from tinhso.lake.types import DatasetUnknown, Limits, TableMissing

LIMITS = Limits(rows=1, seconds=20, memory=512 * 2**20, reads=2 * 2**30)
CODE = re.compile(r"[A-Z][0-9]{2}([.][0-9A-Za-z]+)*")
# Dossiers filed in a period with an agency, by what was done on them until a day.
DOSSIERS = """
SELECT
    count(*) FILTER (WHERE on_time OR (NOT resolved AND due_on >= DATE '{until}')),
    count(*) FILTER (WHERE channel = 'online'),
    count(*)
FROM (
    SELECT dossier_id,
        bool_or(resolved IS NOT NULL) AS resolved,
        bool_or(resolved IN ('early', 'on_time')) AS on_time,
        CAST(max(due_at) AS DATE) AS due_on,
        min(channel) AS channel
    FROM procedures.dossier_acts
    WHERE agency = '{agency}' AND NOT is_synthetic
        AND submitted_on BETWEEN DATE '{first}' AND DATE '{last}'
        AND acted_on <= DATE '{until}'
    GROUP BY dossier_id
) AS dossiers
"""
# Where the count of each computed criterion stands in the answer.
COUNTS: Mapping[str, int] = {"dossiers.on_time": 0, "dossiers.filed_online": 1}


def counted(
    row: AssessmentRow, criterion: Criterion, at: datetime
) -> tuple[Decimal, Decimal]:
    """Count a and b of a computed criterion for the unit of an assessment.

    :raises NothingCounted: if the platform has no real dossier of the period.
    """
    found = count(
        name=criterion.rule.comes_from,
        agency=row.unit.code,
        period=period_of(row.period),
        on=local(at).date(),
    )
    if found is None:
        raise NothingCounted({"a": [NothingCounted.message]})
    return found


def count(
    *, name: str, agency: str, period: Period, on: date
) -> tuple[Decimal, Decimal] | None:
    """Count a and b by the name of a count, as of a day; None if there is nothing.

    agency: code of the deciding agency; period: in which dossiers were filed.
    """
    if name not in COUNTS or not CODE.fullmatch(agency):
        return None
    sql = DOSSIERS.format(
        agency=agency,
        first=period.first,
        last=period.last,
        until=min(on, period.last),
    )
    try:
        answer = lake.ask(sql=sql, limits=LIMITS, actor=SYSTEM)
    except (DatasetUnknown, TableMissing):
        return None
    counts = answer.rows[0]
    if not counts[-1]:
        return None
    return Decimal(counts[COUNTS[name]]), Decimal(counts[-1])
