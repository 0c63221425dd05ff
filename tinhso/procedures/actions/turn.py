"""One action being taken on a locked dossier, as its effects see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tinhso.documents.types import (
    NO_SECRET,
    Secret,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.events.types import Event
from tinhso.procedures.models import (
    DossierRow,
)
from tinhso.procedures.types import (
    Procedure,
    Step,
)


@dataclass
class Turn:
    """One action being taken: the locked dossier and what came with the action.

    task_due: until when the next step is to be done, where an effect knows better than
    the workflow. name: who acts, as the timeline says it. secret: the PIN or one-time
    code of whoever signs. is_owing: a fee is due now, which leads to
    `owing_step`. former_fee: VND before a completion, None without one.
    """

    row: DossierRow
    procedure: Procedure
    actor: Actor
    at: datetime
    note: str
    reasons: Mapping[str, str]
    data: Mapping[str, Any]
    uploads: Sequence[tuple[str, bytes]] = ()
    events: list[Event] = field(default_factory=list)
    task_due: datetime | None = None
    name: str = ""
    secret: Secret = NO_SECRET
    is_owing: bool = False
    owing_step: Step | None = None
    former_fee: int | None = None
