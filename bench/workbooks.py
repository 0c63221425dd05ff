"""A desk's list of 100,000 dossiers as a workbook, and the same workbook taken back.

Goals: 10 seconds out, 5 seconds back with every row checked. The peers do the writing
and the reading alone: XlsxWriter with the same cells, calamine with the same file.

`TINHSO_BENCH_ROWS` sets how many, 100,000 unless told.
"""

import os
import sys
from datetime import datetime
from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING

from bench import apart
from bench.report import line

if TYPE_CHECKING:
    from tinhso.kernel.actor import Actor

ROWS = int(os.environ.get("TINHSO_BENCH_ROWS", 100_000))
OUT_SECONDS, BACK_SECONDS = 10.0, 5.0
# All on one desk, and open.
GATHER = """
SET session_replication_role = replica;
UPDATE procedures_dossierrow SET organization_id = '{ward}', receiver_id = NULL,
    ended_at = NULL, resolved_at = NULL, step = 'assess', status = 4
    WHERE idempotency_key LIKE 'fill-%';
DELETE FROM procedures_taskrow;
INSERT INTO procedures_taskrow (id, dossier_id, step, role, organization_id,
    assignee_name, opened_at, due_at, closed_at, outcome)
SELECT md5(id::text || 'open')::uuid, id, 'assess', 'case_officer', organization_id, '',
    submitted_at, due_at, NULL, '' FROM procedures_dossierrow WHERE ended_at IS NULL;
ANALYZE procedures_dossierrow, procedures_taskrow;
SET session_replication_role = origin;
"""


def main(words: list[str]) -> None:
    """Print one JSON line for each way."""
    if words == ["--measure"]:
        _measure()
    else:
        apart.measure("bench.workbooks", "--fill", str(ROWS))


def _measure() -> None:
    import django  # noqa: PLC0415 - the database is chosen by the environment

    django.setup()
    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.procedures import actions  # noqa: PLC0415
    from tinhso.procedures.queries import desk_sheet, desk_sheet_back  # noqa: PLC0415
    from tinhso.procedures.types import ALL_OPEN  # noqa: PLC0415

    at = clock.now()
    head = _head_of_a_full_desk(at)
    start = perf_counter()
    content = actions.export_desk(wanted=ALL_OPEN, actor=head, at=at)
    out = perf_counter() - start
    cells = list(desk_sheet.sheet_rows(actor=head, wanted=ALL_OPEN, at=at))
    start = perf_counter()
    desk_sheet.write_sheet(iter(cells), colleagues=(), about="")
    _say("workbook_out", out, perf_counter() - start, "XlsxWriter alone", OUT_SECONDS)

    start = perf_counter()
    checked = desk_sheet_back.check_sheet(
        content=content, name="a.xlsx", actor=head, at=at
    )
    back = perf_counter() - start
    assert checked.rows >= ROWS and not checked.faults
    start = perf_counter()
    CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    _say("workbook_back", back, perf_counter() - start, "calamine alone", BACK_SECONDS)


def _head_of_a_full_desk(at: datetime) -> "Actor":
    from django.db import connection  # noqa: PLC0415 - as above

    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.people import queries as people  # noqa: PLC0415
    from tinhso.security import queries as security  # noqa: PLC0415

    ward = people.organization_by_key(key="xa_06688", on=clock.local(at).date())
    with connection.cursor() as cursor:
        cursor.execute(GATHER.format(ward=ward.id))
    account = security.get_account(username="chanhvanphong.phuong")
    assert account is not None
    return security.actor_of(account_id=account.id, at=at)


def _say(bench: str, ours: float, peer: float, name: str, goal: float) -> None:
    line(f"{bench}_{ROWS}_rows", ours, "s", peer=name, peer_value=peer, goal_s=goal)


if __name__ == "__main__":
    main(sys.argv[1:])
