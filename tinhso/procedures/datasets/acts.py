"""What procedures publish to the lake: each act on a dossier, and nobody's name."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from tinhso.kernel.events.types import EventContext
from tinhso.lake.types import (
    Column,
    Dataset,
    Dimension,
    Expectation,
    Kind,
    Values,
)
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.dossiers.punctuality import RESOLVED, resolution
from tinhso.procedures.models import DossierRow, MoveRow
from tinhso.procedures.queries import made_up
from tinhso.procedures.types import (
    Channel,
    DeadlineExtended,
    DossierMoved,
    DossierSubmitted,
    Status,
)

Act = DossierSubmitted | DossierMoved | DeadlineExtended

# A dossier's code is left out, for anybody may ask for its progress by it; the ids lead
# to nobody without the platform.
DOSSIER_ACTS = Dataset(
    name="procedures.dossier_acts",
    vi="Các việc đã làm trên hồ sơ thủ tục hành chính",
    en="Acts on dossiers of administrative procedures",
    columns=(
        Column("act_id", Kind.ID, "mã việc", "the act"),
        Column("dossier_id", Kind.ID, "mã nội bộ của hồ sơ", "the dossier, inside"),
        Column("procedure", Kind.TEXT, "mã thủ tục", "code of the procedure"),
        Column("agency", Kind.TEXT, "mã cơ quan giải quyết", "deciding agency's code"),
        Column("receiver", Kind.TEXT, "mã nơi tiếp nhận", "receiving agency's code"),
        Column("channel", Kind.TEXT, "kênh nộp", "how it was filed"),
        Column("action", Kind.TEXT, "việc đã làm", "what was done"),
        Column("step", Kind.TEXT, "bước sau việc đó", "the step it led to"),
        Column("status", Kind.WHOLE, "trạng thái, từ 1 đến 10", "status, 1 to 10"),
        Column("acted_at", Kind.MOMENT, "lúc làm", "when it was done"),
        Column("acted_on", Kind.DAY, "ngày làm", "the day it was done, in Vietnam"),
        Column("submitted_on", Kind.DAY, "ngày nộp", "the day it was filed"),
        Column("due_at", Kind.MOMENT, "hạn trả kết quả", "when the dossier is due"),
        Column("is_late", Kind.YES_NO, "làm sau hạn", "whether it was done after that"),
        Column(
            "resolved",
            Kind.TEXT,
            "kết quả đúng hạn không: early, on_time, late; chỉ ở việc giải quyết xong",
            "punctuality, of the act that resolved the dossier only",
            may_be_empty=True,
        ),
        Column("is_synthetic", Kind.YES_NO, "dữ liệu mô phỏng", "made-up data"),
    ),
    key="act_id",
    version="acted_at",
    month="acted_on",
    expectations=(
        Expectation(
            "procedure_is_known",
            Dimension.COMPLETE,
            "mỗi việc có mã thủ tục",
            "each act has the code of a procedure",
            column="procedure",
        ),
        Expectation(
            "agency_is_known",
            Dimension.COMPLETE,
            "mỗi việc có mã cơ quan giải quyết",
            "each act has the code of the deciding agency",
            column="agency",
        ),
        Expectation(
            "act_is_there_once",
            Dimension.UNIQUE,
            "mỗi việc chỉ có một hàng",
            "each act is one row",
            column="act_id",
        ),
        Expectation(
            "status_is_one_of_ten",
            Dimension.VALID,
            "trạng thái từ 1 đến 10",
            "the status is 1 to 10",
            column="status",
            least=1,
            most=10,
        ),
        Expectation(
            "channel_is_known",
            Dimension.VALID,
            "kênh nộp có trong danh sách",
            "the channel is on the list",
            column="channel",
            among=tuple(Channel),
        ),
        Expectation(
            "agency_code_has_its_form",
            Dimension.VALID,
            "mã cơ quan theo QĐ 20/2020/QĐ-TTg",
            "the agency's code has the form of QĐ 20/2020/QĐ-TTg",
            column="agency",
            pattern=r"[A-Z][0-9]{2}([.].+)?",
        ),
        Expectation(
            "comes_within_a_day",
            Dimension.TIMELY,
            "vào kho trong 24 giờ",
            "it is in the lake within 24 hours",
            column="acted_at",
            within_hours=24,
        ),
        Expectation(
            "late_is_after_due",
            Dimension.CONSISTENT,
            "trễ khi và chỉ khi làm sau hạn",
            "late means after the due date, and only that",
            holds="is_late = (acted_at > due_at)",
        ),
        Expectation(
            "day_is_of_the_moment",
            Dimension.CONSISTENT,
            "ngày làm là ngày của lúc làm, ở Việt Nam, và không trước ngày nộp",
            "the day is that of the moment, in Vietnam, and not before the filing",
            holds="acted_on = acted_at::DATE AND acted_on >= submitted_on",
        ),
    ),
)


def act_of(*, event: Act, context: EventContext) -> Values:
    """Tell an act as a row of `procedures.dossier_acts`."""
    row = DossierRow.objects.select_related("organization", "receiver").get(
        pk=event.subject_id
    )
    action = _action(event)
    step, status = _where(row, event, action)
    at, due_at = context.recorded_at, _due(event)
    return {
        "act_id": context.event_id,
        "dossier_id": row.id,
        "procedure": row.procedure.code,
        "agency": row.organization.code,
        "receiver": (row.receiver or row.organization).code,
        "channel": row.channel,
        "action": action,
        "step": step,
        "status": int(status),
        "acted_at": at,
        "acted_on": day_of(at),
        "submitted_on": day_of(row.submitted_at),
        "due_at": due_at,
        "is_late": at > due_at,
        "resolved": _resolved(row, at, due_at, Status(status)),
        "is_synthetic": row.is_synthetic,
    }


def made_up_batches() -> tuple[UUID, ...]:
    """List the batches of made-up dossiers."""
    return tuple(batch.id for batch in made_up.made_up_batches())


def acts_of_made_up(batch_id: UUID) -> Iterator[bytes]:
    """Tell the acts of a batch as `act_of` does, as CSV with a head."""
    return made_up.acts_of_made_up(batch_id=batch_id)


def _action(event: Act) -> str:
    if isinstance(event, DossierMoved):
        return event.action
    return "submit" if isinstance(event, DossierSubmitted) else "extend"


def _where(row: DossierRow, event: Act, action: str) -> tuple[str, int]:
    """Tell step and status after an act, from the timeline if the event does not."""
    if isinstance(event, DossierMoved):
        return event.step, event.status
    move = MoveRow.objects.filter(dossier=row, action=action).earliest("id")
    return move.step, move.status


def _due(event: Act) -> datetime:
    return event.new_due_at if isinstance(event, DeadlineExtended) else event.due_at


def _resolved(
    row: DossierRow, at: datetime, due_at: datetime, status: Status
) -> str | None:
    """Class the act that resolved the dossier; None for all others."""
    if row.resolved_at != at or status not in RESOLVED:
        return None
    return resolution(at, due_at, status, stopped_at=row.stopped_at).value
