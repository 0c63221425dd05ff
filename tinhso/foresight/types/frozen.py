"""The words of frozen proposals: a scenario as it is put before the Council."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound

MOST_FROZEN_MEMBERS = 10_000
LONGEST_TITLE, LONGEST_REASON = 200, 4000


@dataclass(frozen=True, slots=True)
class FrozenScenario:
    """A scenario that nobody changes any more.

    version, model_digest: of the model as its pack then declared it. told: run, ledger,
    target and chances as JSON. digest: SHA-256 of all that is told up to frozen_at.
    is_intact: whether the digest still fits. made_up: whether its inputs, or who froze
    it, are. paper_id: the document printed of it. put_by, put_at: who put it before the
    Council, and when.
    """

    id: UUID
    model: str
    version: int
    model_digest: str
    title: str
    reason: str
    levers: Mapping[str, float]
    members: int
    seed: int
    told: Mapping[str, Any]
    digest: str
    is_intact: bool
    made_up: bool
    frozen_by: str
    frozen_at: datetime
    paper_id: UUID | None = None
    put_by: str = ""
    put_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What a frozen scenario comes to when it is worked out again, from what it kept.

    is_same: to the last digit. digest: of what it came to now.
    """

    is_same: bool
    digest: str


class FrozenUnknown(NotFound):
    """There is no such proposal."""

    message = N_("Không có phương án đã chốt này.")


class NothingChanged(Invalid):
    """A scenario moves no lever; there is nothing to propose."""

    message = N_("Phương án không thay đổi gì so với hiện trạng.")


class AlreadyPutForward(Conflict):
    """A proposal was put before the Council already."""

    message = N_("Phương án này đã trình Hội đồng nhân dân.")


class TitleMissing(Invalid):
    """A proposal has no title."""

    message = N_("Hãy đặt tên cho phương án.")


class ReasonMissing(Invalid):
    """A proposal does not say why it is made."""

    message = N_("Hãy nêu lý do đề xuất.")


class TooManyMembers(Invalid):
    """A proposal is run with more members than are frozen."""

    message = N_("Phương án được chốt với tối đa {most} lần chạy.")
