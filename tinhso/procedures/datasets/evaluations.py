"""What procedures publish to the lake: what applicants say of ended dossiers."""

from collections.abc import Iterator
from uuid import UUID

from tinhso.lake.types import (
    Column,
    Dataset,
    Dimension,
    Expectation,
    Kind,
    Values,
)
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.models import EvaluationRow
from tinhso.procedures.queries import made_up
from tinhso.procedures.types import (
    MOST_POINTS,
    Channel,
    DossierEvaluated,
    Index,
    Satisfaction,
)

# What was written in words is left out: people write names there.
EVALUATIONS = Dataset(
    name="procedures.evaluations",
    vi="Đánh giá của người nộp sau khi hồ sơ kết thúc",
    en="What applicants say after their dossiers ended",
    columns=(
        Column("evaluation_id", Kind.ID, "mã đánh giá", "the evaluation"),
        Column("dossier_id", Kind.ID, "mã nội bộ của hồ sơ", "the dossier, inside"),
        Column("procedure", Kind.TEXT, "mã thủ tục", "code of the procedure"),
        Column("agency", Kind.TEXT, "mã cơ quan giải quyết", "deciding agency's code"),
        Column("channel", Kind.TEXT, "kênh nộp", "how it was filed"),
        Column(
            "satisfaction",
            Kind.TEXT,
            "mức hài lòng: very, satisfied, not",
            "how satisfied: very, satisfied, not",
        ),
        Column(
            "points",
            Kind.WHOLE,
            "điểm của chín chỉ số, từ 0 đến 18 (TT 01/2018 Đ13)",
            "points of the nine indices, 0 to 18 (Circular 01/2018, Article 13)",
        ),
        Column("most_points", Kind.WHOLE, "điểm tối đa", "the most there could be"),
        Column("evaluated_at", Kind.MOMENT, "lúc đánh giá", "when it was said"),
        Column("evaluated_on", Kind.DAY, "ngày đánh giá", "the day, in Vietnam"),
        Column("is_synthetic", Kind.YES_NO, "dữ liệu mô phỏng", "made-up data"),
    ),
    key="evaluation_id",
    version="evaluated_at",
    month="evaluated_on",
    expectations=(
        Expectation(
            "dossier_is_evaluated_once",
            Dimension.UNIQUE,
            "mỗi hồ sơ được đánh giá một lần",
            "each dossier is evaluated once",
            column="dossier_id",
        ),
        Expectation(
            "points_are_of_nine_indices",
            Dimension.VALID,
            "điểm từ 0 đến 18",
            "points are 0 to 18",
            column="points",
            least=0,
            most=MOST_POINTS * len(Index),
        ),
        Expectation(
            "satisfaction_is_known",
            Dimension.VALID,
            "mức hài lòng có trong danh sách",
            "the level is on the list",
            column="satisfaction",
            among=tuple(Satisfaction),
        ),
        Expectation(
            "channel_is_known",
            Dimension.VALID,
            "kênh nộp có trong danh sách",
            "the channel is on the list",
            column="channel",
            among=tuple(Channel),
        ),
    ),
)


def evaluation_as_row(*, event: DossierEvaluated) -> Values:
    """Tell an evaluation as a row of `procedures.evaluations`."""
    row = EvaluationRow.objects.select_related(
        "organization", "dossier__procedure"
    ).get(pk=event.evaluation_id)
    return {
        "evaluation_id": row.id,
        "dossier_id": row.dossier_id,
        "procedure": row.dossier.procedure.code,
        "agency": row.organization.code,
        "channel": row.dossier.channel,
        "satisfaction": row.satisfaction,
        "points": sum(row.scores.values()),
        "most_points": MOST_POINTS * len(row.scores),
        "evaluated_at": row.at,
        "evaluated_on": day_of(row.at),
        "is_synthetic": row.is_synthetic,
    }


def evaluations_of_made_up(batch_id: UUID) -> Iterator[bytes]:
    """Tell the evaluations of a batch as CSV with a head."""
    return made_up.evaluations_of_made_up(batch_id=batch_id)
