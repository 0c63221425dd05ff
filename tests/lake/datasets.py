"""A dataset for the tests, where their subprocesses find it, too."""

from tinhso.lake.types import Column, Dataset, Kind

VISITS = Dataset(
    name="counters.visits",
    vi="Lượt đến",
    en="Visits",
    columns=(
        Column("visit_id", Kind.ID, "mã lượt", "visit"),
        Column("desk", Kind.TEXT, "quầy", "desk"),
        Column("number", Kind.WHOLE, "số", "number"),
        Column("came_on", Kind.DAY, "ngày đến", "day"),
        Column("came_at", Kind.MOMENT, "lúc đến", "moment"),
        Column("minutes", Kind.REAL, "chờ", "waited", "minutes", may_be_empty=True),
        Column("is_served", Kind.YES_NO, "đã xong", "served", may_be_empty=True),
    ),
    key="visit_id",
    version="came_at",
    month="came_on",
)
