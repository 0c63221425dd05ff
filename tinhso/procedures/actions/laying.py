"""Lay a made-up dossier out as rows, by the rules that acts follow."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from tinhso.kernel.ids import id_of
from tinhso.procedures.actions.drafts import refuse_channel
from tinhso.procedures.actions.receiving import case_of, parties
from tinhso.procedures.actions.submit import Application, digest_of, legal_limit
from tinhso.procedures.catalogue import fees
from tinhso.procedures.deadlines.working_time import WorkingTime, day_of
from tinhso.procedures.dossiers import scoring
from tinhso.procedures.dossiers.codes import searched
from tinhso.procedures.dossiers.punctuality import punctuality, resolution
from tinhso.procedures.dossiers.standing import (
    Standing,
    resumed_due,
    standing_after,
    task_due,
)
from tinhso.procedures.forms import reading
from tinhso.procedures.models import (
    DossierRow,
    EvaluationRow,
    FormerAnswersRow,
    MoveRow,
    SupplementRow,
    TaskRow,
)
from tinhso.procedures.queries.access import CITIZEN
from tinhso.procedures.queries.examples import pretended_files
from tinhso.procedures.queries.versions import (
    calendar_of,
    current_version_id,
    procedure_version,
    working_time,
)
from tinhso.procedures.types import (
    Action,
    AnswersInvalid,
    CourseImpossible,
    Effect,
    FieldKind,
    Index,
    Limit,
    MadeUpDossier,
    MadeUpTurn,
    Procedure,
    Status,
    Step,
)
from tinhso.procedures.workflow import machine

DOSSIERS, MOVES, TASKS = (
    DossierRow._meta.db_table,
    MoveRow._meta.db_table,
    TaskRow._meta.db_table,
)
SUPPLEMENTS, FORMER, RATINGS = (
    SupplementRow._meta.db_table,
    FormerAnswersRow._meta.db_table,
    EvaluationRow._meta.db_table,
)
Row = tuple[object, ...]


class TaskLine(NamedTuple):
    """A row of the table of tasks."""

    id: UUID
    dossier_id: UUID
    step: str
    role: str
    organization_id: UUID
    assignee_name: str
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None
    outcome: str


# In the order of writing: what others point to comes first.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    DOSSIERS: (
        *("id", "owner_id", "applicant_name", "organization_id", "procedure_id"),
        *("case", "calendar_id", "channel", "fee", "status", "step"),
        *("came_from", "submitted_at", "received_at", "ended_at", "resolved_at"),
        *("original_due_at", "due_at", "stopped_at", "result_data"),
        *("content_digest", "revision", "is_synthetic", "unread_at_desk"),
        *("unread_by_applicant", "answers", "idempotency_key", "code", "search"),
    ),
    MOVES: (
        *("id", "dossier_id", "at", "action", "step", "status"),
        *("actor_id", "actor_name", "note"),
    ),
    TASKS: TaskLine._fields,
    SUPPLEMENTS: (
        *("id", "dossier_id", "asked_at", "asked_by", "reasons", "answered_at"),
    ),
    FORMER: ("id", "dossier_id", "since", "until", "by_name", "answers"),
    RATINGS: (
        *("id", "dossier_id", "organization_id", "satisfaction", "comment"),
        *("scores", "officers", "at", "is_synthetic"),
    ),
}
# What needs more than the dossier itself, papers or other agencies, is not made up.
# Fees of made-up dossiers are paid outside: no bill is issued, and no clock waits.
PLAYED = {
    *(Effect.RECEIVE, Effect.ASK_SUPPLEMENT, Effect.TAKE_SUPPLEMENT),
    *(Effect.DRAFT_RESULT, Effect.SIGN_RESULT, Effect.SEAL_RESULT),
    *(Effect.REFUSE, Effect.WITHDRAW, Effect.RETURN_RESULT),
    *(Effect.BILL_FEE, Effect.BILL_DIFFERENCE),
}
# What a guard may ask of a dossier; the first two come about on the way.
FACTS = ("has_result", "is_supplemented", "is_extended", "is_consulting")
LOW_BITS = (1 << 62) - 1
ENCODE = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Leg:
    """An action of a course, and the step it leads to."""

    action: Action
    step: Step


@dataclass(slots=True)
class Laid:
    """The rows of a dossier by table; its own waits for its number."""

    place: tuple[UUID, date]
    stem: str
    applicant_name: str
    rows: dict[str, list[Row]]

    def number(self, count: int) -> None:
        """Give the dossier the code with this number of its agency and day."""
        code = f"{self.stem}{count:04}"
        [own] = self.rows[DOSSIERS]
        self.rows[DOSSIERS] = [(*own, code, searched(self.applicant_name, code))]


@dataclass(frozen=True, slots=True)
class Ground:
    """What dossiers of one procedure, unit and day have in common."""

    version_id: UUID
    procedure: Procedure
    code: str
    calendar_id: UUID
    working: WorkingTime
    limit: Limit
    day: date


@dataclass(slots=True)
class Layer:
    """Lays dossiers out; what many of them share is read once."""

    grounds: dict[tuple[str, str, UUID, date], Ground] = field(default_factory=dict)
    versions: dict[tuple[str, date], UUID] = field(default_factory=dict)
    units: dict[tuple[UUID, str, UUID], tuple[str, UUID]] = field(default_factory=dict)
    read: set[tuple[UUID, date]] = field(default_factory=set)

    def lay(self, dossier: MadeUpDossier, key: str) -> Laid:
        """Lay a dossier out, from its submission on; key: no other has it.

        :raises Invalid: as `write_made_up` says.
        """
        ground = self._ground(dossier)
        refuse_channel(ground.procedure, dossier.channel)
        self._read_first(dossier, ground)
        actions = tuple(turn.action for turn in dossier.turns)
        legs = _legs(ground.version_id, dossier.channel, actions)
        return Laid(
            place=(dossier.organization_id, ground.day),
            stem=f"{ground.code}-{ground.day:%y%m%d}-",
            applicant_name=dossier.applicant_name,
            rows=_rows(dossier, key, ground, legs),
        )

    def _ground(self, dossier: MadeUpDossier) -> Ground:
        day = day_of(dossier.at)
        key = (dossier.procedure_code, dossier.case, dossier.organization_id, day)
        if key not in self.grounds:
            version_id = self._version(dossier.procedure_code, day)
            procedure = procedure_version(version_id)
            code, calendar_id = self._unit(dossier, version_id, procedure)
            self.grounds[key] = Ground(
                version_id=version_id,
                procedure=procedure,
                code=code,
                calendar_id=calendar_id,
                working=working_time(calendar_id, dossier.at),
                limit=legal_limit(procedure, dossier.case, day),
                day=day,
            )
        return self.grounds[key]

    def _read_first(self, dossier: MadeUpDossier, ground: Ground) -> None:
        """Hold the answers of the first of a procedure and day against their form."""
        key = (ground.version_id, ground.day)
        if key not in self.read:
            self.read.add(key)
            _refuse_faulty(dossier, ground)

    def _version(self, code: str, day: date) -> UUID:
        if (code, day) not in self.versions:
            self.versions[code, day] = current_version_id(code=code, on=day)
        return self.versions[code, day]

    def _unit(
        self, dossier: MadeUpDossier, version_id: UUID, procedure: Procedure
    ) -> tuple[str, UUID]:
        """Refuse who does not receive it; answer the agency's code and calendar."""
        place = dossier.organization_id
        known = (version_id, dossier.case, place)
        if known not in self.units:
            case = case_of(procedure, dossier.case)
            found = parties(case, chosen_id=place, desk_id=None, at=dossier.at)
            self.units[known] = (found.agency.code, calendar_of(found.agency.code))
        return self.units[known]


@lru_cache(maxsize=4096)
def _legs(version_id: UUID, channel: str, course: tuple[str, ...]) -> tuple[Leg, ...]:
    """Walk a course through the workflow.

    :raises CourseImpossible: if a step does not offer what is done there.
    """
    workflow = procedure_version(version_id).workflow
    roles = {action.role for action in workflow.actions}
    facts = dict.fromkeys(FACTS, False)
    step, came_from, legs = workflow.start, "", []
    for key in course:
        data = {"answers": {}, "dossier": {"channel": channel, **facts}}
        options = machine.offered(workflow, step, data, roles)
        action = next((option for option in options if option.key == key), None)
        if action is None or not PLAYED.issuperset(action.effects):
            raise CourseImpossible(course=f"{step}: {key}")
        facts["is_supplemented"] |= Effect.ASK_SUPPLEMENT in action.effects
        facts["has_result"] |= Effect.DRAFT_RESULT in action.effects
        goal = machine.target(workflow, action, came_from)
        step, came_from = goal.key, (step if goal.key != step else came_from)
        legs.append(Leg(action, goal))
    return tuple(legs)


def _rows(
    dossier: MadeUpDossier, key: str, ground: Ground, legs: Sequence[Leg]
) -> dict[str, list[Row]]:
    states = _states(dossier, ground, legs)
    tasks = _tasks(dossier, ground, legs)
    written = ENCODE(dossier.answers)
    return {
        DOSSIERS: [(*_own_row(dossier, ground, legs, states), written, key)],
        MOVES: _moves(dossier, states),
        TASKS: list(tasks),
        **_supplement(dossier, legs, written),
        RATINGS: _ratings(dossier, ground, legs, states[-1], tasks),
    }


def _refuse_faulty(dossier: MadeUpDossier, ground: Ground) -> None:
    form = ground.procedure.form
    files = [one.key for one in form.fields() if one.kind is FieldKind.FILES]
    given = {**dossier.answers, **pretended_files(files)}
    _, faults = reading.read_form(form, given, ground.day)
    if faults:
        raise AnswersInvalid(faults)


def _states(
    dossier: MadeUpDossier, ground: Ground, legs: Sequence[Leg]
) -> list[Standing]:
    """Tell where the dossier stood after its submission and after each turn."""
    workflow = ground.procedure.workflow
    due_at = ground.working.due(dossier.at, ground.limit)
    start = workflow.step(workflow.start)
    states = [Standing(start.key, "", start.status, due_at)]
    for turn, leg in zip(dossier.turns, legs, strict=True):
        states.append(_next(states[-1], turn.at, leg.step, ground))
    return states


def _next(stood: Standing, at: datetime, step: Step, ground: Ground) -> Standing:
    def resume(stopped_at: datetime) -> datetime:
        return resumed_due(
            ground.working,
            ground.procedure.supplement_policy,
            limit=ground.limit,
            due_at=stood.due_at,
            stopped_at=stopped_at,
            at=at,
        )

    return standing_after(stood, step=step, at=at, resume=resume)


def _own_row(
    dossier: MadeUpDossier,
    ground: Ground,
    legs: Sequence[Leg],
    states: Sequence[Standing],
) -> Row:
    stands = states[-1]
    received = _turn_with(Effect.RECEIVE, dossier, legs)
    channel, answers = dossier.channel, dossier.answers
    fee = fees.total(ground.procedure, answers=answers, on=ground.day, channel=channel)
    application = Application(
        dossier.procedure_code,
        dossier.organization_id,
        channel,
        answers,
        "",
        dossier.case,
    )
    return (
        *(dossier.id, dossier.applicant_id, dossier.applicant_name),
        *(dossier.organization_id, ground.version_id, dossier.case),
        *(ground.calendar_id, channel.value, fee),
        *(int(stands.status), stands.step, stands.came_from, dossier.at),
        *(received and received.at, stands.ended_at, stands.resolved_at),
        *(states[0].due_at, stands.due_at, stands.stopped_at, "{}"),
        *(digest_of(application), len(states), True, 0, 0),
    )


def _turn_with(
    effect: Effect, dossier: MadeUpDossier, legs: Sequence[Leg]
) -> MadeUpTurn | None:
    """Find the last turn that has an effect."""
    found = [
        turn
        for turn, leg in zip(dossier.turns, legs, strict=True)
        if effect in leg.action.effects
    ]
    return found[-1] if found else None


def _moves(dossier: MadeUpDossier, states: Sequence[Standing]) -> list[Row]:
    first = MadeUpTurn("submit", dossier.at, dossier.account_id, dossier.applicant_name)
    return [
        (
            *(_id(dossier, turn.at, place), dossier.id, turn.at, turn.action),
            *(stands.step, int(stands.status), turn.actor_id, turn.actor_name),
            turn.note,
        )
        for place, (turn, stands) in enumerate(
            zip((first, *dossier.turns), states, strict=True)
        )
    ]


def _tasks(
    dossier: MadeUpDossier, ground: Ground, legs: Sequence[Leg]
) -> list[TaskLine]:
    """List who had to do something when; the last is open unless it has ended."""
    workflow = ground.procedure.workflow
    step, opened_at = workflow.step(workflow.start), dossier.at
    due_at = ground.working.hand_over_due(opened_at)
    tasks: list[TaskLine] = []
    for turn, leg in zip(dossier.turns, legs, strict=True):
        if leg.step.key == step.key:
            continue
        closed = (turn.at, leg.action.key)
        tasks.append(_task(dossier, len(tasks), step, opened_at, due_at, *closed))
        step, opened_at = leg.step, turn.at
        due_at = opened_at if step.is_end else task_due(ground.working, step, opened_at)
    if not step.is_end:
        tasks.append(_task(dossier, len(tasks), step, opened_at, due_at, None, ""))
    return tasks


def _task(
    dossier: MadeUpDossier,
    place: int,
    step: Step,
    opened_at: datetime,
    due_at: datetime,
    closed_at: datetime | None,
    outcome: str,
) -> TaskLine:
    return TaskLine(
        id=_id(dossier, opened_at, place),
        dossier_id=dossier.id,
        step=step.key,
        role=step.role,
        organization_id=dossier.organization_id,
        assignee_name="",
        opened_at=opened_at,
        due_at=due_at,
        closed_at=closed_at,
        outcome=outcome,
    )


def _supplement(
    dossier: MadeUpDossier, legs: Sequence[Leg], written: str
) -> dict[str, list[Row]]:
    """Lay out the one request for completion, and what it replaced."""
    asked = _turn_with(Effect.ASK_SUPPLEMENT, dossier, legs)
    given = _turn_with(Effect.TAKE_SUPPLEMENT, dossier, legs)
    return {
        SUPPLEMENTS: [
            (
                *(_id(dossier, asked.at, 0), dossier.id, asked.at, asked.actor_name),
                *(ENCODE(dict(asked.reasons)), given and given.at),
            )
        ]
        if asked
        else [],
        FORMER: [
            (
                *(_id(dossier, given.at, 0), dossier.id, dossier.at, given.at),
                *(given.actor_name, written),
            )
        ]
        if given
        else [],
    }


def _ratings(
    dossier: MadeUpDossier,
    ground: Ground,
    legs: Sequence[Leg],
    stands: Standing,
    tasks: Sequence[TaskLine],
) -> list[Row]:
    rating = dossier.rating
    if rating is None or stands.resolved_at is None:
        return []
    scores = {**_scores(dossier, ground, legs, stands, tasks), **rating.answers}
    points = {str(int(index)): scores[index] for index in sorted(scores)}
    return [
        (
            *(_id(dossier, rating.at, 0), dossier.id, dossier.organization_id),
            *(rating.satisfaction.value, "", ENCODE(points)),
            *(ENCODE(_officers(dossier, legs)), rating.at, True),
        )
    ]


def _scores(
    dossier: MadeUpDossier,
    ground: Ground,
    legs: Sequence[Leg],
    stands: Standing,
    tasks: Sequence[TaskLine],
) -> dict[Index, int]:
    assert stands.resolved_at is not None  # noqa: S101 - it was asked before
    return scoring.computed(
        total=resolution(
            stands.resolved_at,
            stands.due_at,
            Status(stands.status),
            stopped_at=stands.stopped_at,
        ),
        steps=[
            punctuality(one.closed_at, one.due_at)
            for one in tasks
            if one.closed_at and one.role != CITIZEN
        ],
        supplements=sum(Effect.ASK_SUPPLEMENT in leg.action.effects for leg in legs),
        channel=dossier.channel,
        is_online=ground.procedure.is_online,
    )


def _officers(dossier: MadeUpDossier, legs: Sequence[Leg]) -> list[dict[str, str]]:
    found = {
        str(turn.actor_id): turn.actor_name
        for turn, leg in zip(dossier.turns, legs, strict=True)
        if turn.actor_id and leg.action.role not in (CITIZEN, "system")
    }
    return [{"id": key, "name": name} for key, name in found.items()]


def _id(dossier: MadeUpDossier, at: datetime, place: int) -> UUID:
    """Make the id of a row of a dossier; place: among those of its table."""
    return id_of(at, place << 62 | dossier.id.int & LOW_BITS)
