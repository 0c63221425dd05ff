"""Report 06a, held against a slow and obvious count over random dossiers."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from tinhso.cli.main import main
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.ids import new_id
from tinhso.procedures import actions, queries
from tinhso.procedures.models import CalendarVersion, DossierRow, ProcedureVersion
from tinhso.procedures.types import Channel, Figures, PeriodWrong, Status

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 30)
AT = datetime(2026, 6, 20, 3, 0, tzinfo=UTC)
OPEN = (Status.REGISTERED, Status.IN_PROGRESS, Status.SUPPLEMENT_ASKED)
ENDS = (
    *(Status.DONE, Status.RETURNED, Status.NOT_RECEIVED),
    *(Status.WITHDRAWN, Status.STOPPED),
)


@pytest.fixture
def dossiers(content, citizen, ward, department):
    """Hundreds of dossiers around the period; nearly all real, a few made up."""
    chance = random.Random(6)
    versions = list(ProcedureVersion.objects.order_by("code"))
    calendar = CalendarVersion.objects.first()
    rows = [
        _dossier(n, chance, citizen, (ward, department), versions, calendar)
        for n in range(600)
    ]
    return DossierRow.objects.bulk_create(rows)


def _dossier(n, chance, citizen, units, versions, calendar):
    submitted = datetime(2026, 5, 10, tzinfo=UTC) + timedelta(
        minutes=chance.randrange(60 * 24 * 60)
    )
    due = submitted + timedelta(hours=chance.randrange(1, 400))
    resolved = submitted + timedelta(hours=chance.randrange(1, 600))
    if chance.random() < 0.1:
        resolved = due
    is_open = chance.random() < 0.35
    status = chance.choice(OPEN if is_open else ENDS)
    return DossierRow(
        id=new_id(),
        code=f"H49-X-{n:04}",
        owner_id=citizen.person_id,
        applicant_name="Nguyễn Thị Hoa",
        organization_id=chance.choice(units).id,
        procedure=chance.choice(versions),
        calendar=calendar,
        channel=chance.choice(list(Channel)),
        fee=0,
        answers={},
        status=status,
        step="x",
        submitted_at=submitted,
        original_due_at=due,
        due_at=due,
        resolved_at=None if is_open else resolved,
        ended_at=None if is_open or status is Status.DONE else resolved,
        stopped_at=submitted if status is Status.SUPPLEMENT_ASKED else None,
        idempotency_key=str(n),
        content_digest="x",
        is_synthetic=chance.random() < 0.1,
    )


def obvious(rows, at):
    """Count as a clerk would, one dossier after another."""
    first, last = FIRST, LAST
    counts = dict.fromkeys(queries_counts(), 0)
    for row in rows:
        came = row.submitted_at.astimezone(VIETNAM).date()
        done = row.resolved_at.astimezone(VIETNAM).date() if row.resolved_at else None
        if came > last or (done and done < first):
            continue
        if came < first:
            counts["carried_over"] += 1
        elif row.channel == Channel.ONLINE:
            counts["online"] += 1
        else:
            counts["direct"] += 1
        if done and done <= last:
            counts[classed(row, done)] += 1
        else:
            end = datetime(2026, 7, 1, tzinfo=VIETNAM)
            is_late = row.due_at < min(end, at) and row.stopped_at is None
            counts["open_late" if is_late else "open_within"] += 1
    return counts


def classed(row, done):
    if row.resolved_at > row.due_at:
        return "late"
    given_back = row.status in (
        *(Status.NOT_RECEIVED, Status.WITHDRAWN, Status.STOPPED),
    )
    is_early = done < row.due_at.astimezone(VIETNAM).date()
    return "early" if is_early and not given_back else "on_time"


def queries_counts():
    return [name for name in Figures.__dataclass_fields__ if name != "field"]


def told(line):
    return {name: getattr(line, name) for name in queries_counts()}


def report(unit=None, *, at=AT, actor=SYSTEM, first=FIRST, last=LAST):
    return queries.report_06a(
        organization_id=unit.id if unit else None,
        first=first,
        last=last,
        actor=actor,
        at=at,
    )


@pytest.mark.parametrize("at", [AT, datetime(2026, 8, 1, tzinfo=UTC)])
def test_the_report_counts_as_a_clerk_would(dossiers, ward, at):
    for unit in (ward, None):
        rows = [r for r in dossiers if unit is None or r.organization_id == unit.id]
        found = report(unit, at=at)

        rows = [row for row in rows if not row.procedure.code.startswith("0.")]
        real = [row for row in rows if not row.is_synthetic]
        assert told(found.total) == obvious(real, at)
        made_up = [row for row in rows if row.is_synthetic]
        assert told(found.synthetic) == obvious(made_up, at)
        assert min(told(found.total).values()) > 0


def test_lines_by_field_add_up_and_columns_balance(dossiers):
    found = report()

    assert len(found.lines) == 4
    assert {"Chứng thực", "Hộ tịch"} < {line.field for line in found.lines}
    for name in queries_counts():
        total = sum(getattr(line, name) for line in found.lines)
        assert total == getattr(found.total, name)
    for line in (*found.lines, found.total, found.synthetic):
        assert line.received == line.resolved + line.in_progress


def test_one_query_counts_all_on_one_table(dossiers, django_assert_num_queries):
    report()
    with django_assert_num_queries(1) as seen:
        report()

    assert "JOIN" not in seen.captured_queries[0]["sql"]


def test_figures_are_for_the_units_own_officers(clerk, citizen, ward, department):
    assert report(ward, actor=clerk).unit == ward.name
    for actor, unit in ((clerk, department), (clerk, None), (citizen, ward)):
        with pytest.raises(NotAllowed):
            report(unit, actor=actor)
    with pytest.raises(PeriodWrong):
        report(ward, first=LAST, last=FIRST)


def test_the_result_counts_not_its_fetching(submit, act, clerk, citizen, officer, now):
    dossier = act(submit(), "receive", clerk)
    dossier = act(dossier, "withdraw", citizen, minutes=30, note="Không cần nữa.")

    row = DossierRow.objects.get(pk=dossier.id)
    assert row.resolved_at == row.ended_at == now + timedelta(minutes=30)
    assert report(at=now + timedelta(days=9)).synthetic.on_time == 1


def test_the_workbook_holds_numbers_under_the_head_of_the_form(dossiers):
    found = report()
    book = load_workbook(BytesIO(queries.report_06a_as_xlsx(report=found)))
    sheet = book["06a"]

    assert sheet["C5"].value == "Số hồ sơ tiếp nhận"
    assert sheet["C8"].value == "(3)=(4)+(5)+(6)"
    rows = list(sheet.iter_rows(min_row=9, max_row=13, max_col=13, values_only=True))
    assert [row[1] for row in rows][-1] == "Tổng số"
    assert rows[-1][2:] == found.total.columns()
    assert all(isinstance(value, int) for row in rows for value in row[2:])
    other = book["Dữ liệu mô phỏng"]
    assert other["C9"].value == found.synthetic.received


def test_the_report_is_printed(dossiers, clerk, ward, now):
    pdf = actions.print_report_06a(
        organization_id=ward.id, first=FIRST, last=LAST, actor=clerk, at=now
    )

    assert pdf.startswith(b"%PDF")


def test_the_command_counts_and_writes_a_workbook(dossiers, tmp_path):
    file = tmp_path / "06a.xlsx"
    given = ["procedures", "report-06a", "--from", "2026-06-01", "--to", "2026-06-30"]
    done = CliRunner().invoke(main, [*given, "--json", "--xlsx", str(file)])
    unit = CliRunner().invoke(main, [*given, "--unit", "H49.06688"])

    assert done.exit_code == 0, done.output
    answer = json.loads(done.output)
    assert answer["total"]["received"] == report().total.received
    assert load_workbook(file)["06a"]["A1"].value == "Biểu số 06a/VPCP"
    assert unit.exit_code == 0, unit.output
    assert "Ủy ban nhân dân phường Hạ Long" in unit.output
    wrong = CliRunner().invoke(main, [*given, "--unit", "H49.99999"])
    assert wrong.exit_code == 2
