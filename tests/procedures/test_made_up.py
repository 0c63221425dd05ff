"""Made-up dossiers are what the same acts would have made, written at once."""

import csv
import io
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tests.fixtures import ENTRIES, SINGLE
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.events.models import OutboxEvent
from tinhso.kernel.events.types import EventContext
from tinhso.kernel.ids import id_of
from tinhso.procedures import actions, datasets
from tinhso.procedures.models import DossierRow, MadeUpBatchRow
from tinhso.procedures.types import (
    ASKED,
    AnswersInvalid,
    Channel,
    CourseImpossible,
    DossierEvaluated,
    DossierMoved,
    DossierSubmitted,
    MadeUpDossier,
    MadeUpRating,
    MadeUpTurn,
    Satisfaction,
)

# What only a real act has: its ids, its papers, and the files it came with.
APART = {
    *("id", "dossier_id", "code", "search", "idempotency_key", "result_data"),
    *("result_document_id", "receipt_document_id", "content_digest", "_state"),
    "is_synthetic",
}
REASONS = {"full_name": "Ghi chưa đủ."}
CODE = "1.004873"
POINTS = dict.fromkeys(ASKED, 2)


@pytest.fixture
def staff(citizen, clerk, officer, leader, registrar):
    return {
        "receive": clerk,
        "ask_supplement": clerk,
        "supply": citizen,
        "draft_result": officer,
        "submit_for_signing": officer,
        "sign": leader,
        "seal": registrar,
        "return_result": clerk,
        "withdraw": citizen,
        "lapse": SYSTEM,
    }


@pytest.fixture
def lived(staff, citizen, leader, ward, now):
    """A dossier that took its course act by act."""

    def do(course, *, is_rated=False):
        dossier = actions.submit_dossier(
            procedure_code=CODE,
            organization_id=ward.id,
            channel=Channel.ONLINE,
            answers=SINGLE,
            key=str(uuid4()),
            actor=citizen,
            at=now,
        )
        for action, at in course:
            needs = {
                "draft_result": {
                    "data": {**ENTRIES[CODE], "signer": str(leader.person_id)}
                },
                "ask_supplement": {"reasons": REASONS},
                "supply": {"data": SINGLE},
                "withdraw": {"note": "Không cần nữa."},
            }
            dossier = actions.take_action(
                dossier_id=dossier.id,
                action_key=action,
                revision=dossier.revision,
                actor=staff[action],
                at=at,
                **needs.get(action, {}),
            )
        if is_rated:
            actions.evaluate_dossier(
                dossier_id=dossier.id,
                satisfaction=Satisfaction.VERY,
                answers=POINTS,
                comment="",
                actor=citizen,
                at=course[-1][1] + timedelta(hours=1),
            )
        return DossierRow.objects.get(pk=dossier.id)

    return do


@pytest.fixture
def make_up(staff, citizen, ward, now):
    """The same course, made up."""

    def do(course, *, is_rated=False, batch_id=None, **changes):
        turns = tuple(
            MadeUpTurn(
                action=action,
                at=at,
                actor_id=staff[action].id,
                actor_name=staff[action].name,
                note="Không cần nữa." if action == "withdraw" else "",
                reasons=REASONS if action == "ask_supplement" else {},
            )
            for action, at in course
        )
        rating = MadeUpRating(
            Satisfaction.VERY,
            POINTS,
            (course or [("", now)])[-1][1] + timedelta(hours=1),
        )
        values = {
            "id": id_of(now, 7),
            "procedure_code": CODE,
            "case": "",
            "organization_id": ward.id,
            "applicant_id": citizen.person_id,
            "applicant_name": citizen.name,
            "account_id": citizen.id,
            "channel": Channel.ONLINE,
            "answers": SINGLE,
            "at": now,
            "turns": turns,
            "rating": rating if is_rated else None,
        }
        dossier = MadeUpDossier(**{**values, **changes})
        return actions.write_made_up(
            batch_id=batch_id or uuid4(), dossiers=[dossier], actor=SYSTEM, at=now
        )

    return do


def made_up():
    return DossierRow.objects.get(is_synthetic=True, idempotency_key__contains=":")


def told(rows):
    return [
        {name: value for name, value in vars(row).items() if name not in APART}
        for row in rows
    ]


def assert_alike(lived, made):
    assert told([made]) == told([lived])
    assert told(made.moves.order_by("id")) == told(lived.moves.order_by("id"))
    mine, theirs = (row.tasks.order_by("opened_at", "id") for row in (made, lived))
    assert told(mine) == told(theirs)
    for name in ("supplement", "evaluation"):
        pair = [[x] if (x := getattr(row, name, None)) else [] for row in (made, lived)]
        assert told(pair[0]) == told(pair[1])
    former = [row.former_answers.all() for row in (made, lived)]
    assert told(former[0]) == told(former[1])


@pytest.fixture
def straight(now):
    steps = ("receive", "draft_result", "submit_for_signing", "sign", "seal")
    course = [(key, now + timedelta(hours=2 * n)) for n, key in enumerate(steps, 1)]
    return [*course, ("return_result", now + timedelta(days=3))]


@pytest.fixture
def completed(now):
    steps = ("ask_supplement", "supply", "receive", "draft_result")
    return [(key, now + timedelta(hours=30 * n)) for n, key in enumerate(steps, 1)]


def test_a_straight_course_is_written_as_it_would_have_been(lived, make_up, straight):
    dossier = lived(straight, is_rated=True)

    assert make_up(straight, is_rated=True) == 1

    assert_alike(dossier, made_up())


def test_a_completion_dates_a_dossier_anew_in_both(lived, make_up, completed):
    dossier = lived(completed)

    make_up(completed)

    assert dossier.due_at != dossier.original_due_at
    assert_alike(dossier, made_up())


def test_what_waits_and_what_was_withdrawn_are_alike_too(lived, make_up, now):
    for course in ([], [("withdraw", now + timedelta(hours=1))]):
        dossier = lived(course)
        make_up(course, id=id_of(now, len(course)), batch_id=uuid4())

        made = DossierRow.objects.filter(idempotency_key__contains=":").latest("id")
        assert_alike(dossier, made)


def test_time_that_an_applicant_lets_pass_is_not_the_agencys(lived, make_up, now):
    course = [
        ("ask_supplement", now + timedelta(hours=2)),
        ("lapse", now + timedelta(days=31)),
    ]
    dossier, batch_id = lived(course), uuid4()

    make_up(course, batch_id=batch_id)

    assert dossier.resolved_at > dossier.due_at
    [*_, lapsed] = csv.DictReader(io.StringIO(written(batch_id)))
    assert lapsed["resolved"] == "on_time"
    assert acts_of(dossier)[-1]["resolved"] == "on_time"


def written(batch_id):
    return b"".join(datasets.acts_of_made_up(batch_id)).decode()


def test_the_lake_is_told_what_the_acts_would_have_told(
    lived, make_up, straight, completed, now
):
    for number, course in enumerate((straight, completed)):
        dossier = lived(course)
        batch_id = uuid4()
        make_up(course, id=id_of(now, number), batch_id=batch_id)

        rows = list(csv.DictReader(io.StringIO(written(batch_id))))

        assert [plain(row) for row in rows] == acts_of(dossier)


def test_the_lake_is_told_what_the_evaluation_would_have_told(
    lived, make_up, straight, now
):
    batch_id = uuid4()
    lived(straight, is_rated=True)
    make_up(straight, batch_id=batch_id, is_rated=True)
    [event] = OutboxEvent.objects.filter(name__endswith="DossierEvaluated")
    told = DossierEvaluated(
        subject_id=event.subject_id,
        evaluation_id=event.body["evaluation_id"],
        procedure_code=CODE,
    )

    text = b"".join(datasets.evaluations_of_made_up(batch_id)).decode()
    [row] = csv.DictReader(io.StringIO(text))

    beside = datasets.evaluation_as_row(event=told)
    for name in ("procedure", "agency", "channel", "satisfaction", "points"):
        assert row[name] == str(beside[name])
    assert moment(row["evaluated_at"]) == beside["evaluated_at"]
    assert row["evaluated_on"] == beside["evaluated_on"].isoformat()
    assert (row["satisfaction"], row["most_points"]) == ("very", "18")


def acts_of(dossier):
    kinds = {"DossierSubmitted": DossierSubmitted, "DossierMoved": DossierMoved}
    found = []
    for row in OutboxEvent.objects.filter(subject_id=dossier.id).order_by("id"):
        kind = kinds.get(row.name.partition(".")[2])
        if kind is None:
            continue
        names = {
            name: value
            for name, value in row.body.items()
            if name in kind.__dataclass_fields__
        }
        event = kind(
            **{**names, "subject_id": dossier.id, "due_at": moment(names["due_at"])}
        )
        context = EventContext(row.id, row.actor_id, row.recorded_at)
        found.append(plain(datasets.act_of(event=event, context=context)))
    return found


def moment(text):
    return datetime.fromisoformat(str(text))


def plain(row):
    """Write a row of either side alike, without what tells the two apart."""
    said = {
        name: value
        for name, value in row.items()
        if name not in ("act_id", "dossier_id", "is_synthetic")
    }
    for name in ("acted_at", "due_at"):
        said[name] = moment(said[name]).timestamp()
    said["is_late"] = str(said["is_late"])[0].lower()
    return {name: str(value or "") for name, value in said.items()}


def test_numbers_go_on_where_real_dossiers_stopped(lived, make_up):
    real = lived([])

    make_up([])

    stem, _, number = real.code.rpartition("-")
    assert made_up().code == f"{stem}-{int(number) + 1:04}"
    assert made_up().search.endswith(made_up().code.lower())


def test_all_of_it_is_flagged_and_the_journal_says_nobody_acted(make_up, straight):
    batch_id = uuid4()
    before = JournalEntry.objects.count()

    make_up(straight, is_rated=True, batch_id=batch_id)

    assert made_up().is_synthetic and made_up().evaluation.is_synthetic
    [entry] = JournalEntry.objects.order_by("-id")[
        : JournalEntry.objects.count() - before
    ]
    assert (entry.deed, entry.subject_id) == ("procedures.write_made_up", batch_id)
    assert entry.details == {"number": 1, "dossiers": 1}


def test_a_batch_is_written_once(make_up):
    batch_id = uuid4()

    assert make_up([], batch_id=batch_id) == 1
    assert make_up([], batch_id=batch_id) == 0

    assert MadeUpBatchRow.objects.count() == 1


def test_what_a_workflow_does_not_offer_is_refused(make_up, now):
    with pytest.raises(CourseImpossible) as refused:
        make_up([("seal", now + timedelta(hours=1))])

    assert refused.value.params == {"course": "intake: seal"}
    assert not MadeUpBatchRow.objects.exists()


def test_answers_that_break_the_form_are_refused(make_up):
    with pytest.raises(AnswersInvalid) as refused:
        make_up([], answers={**SINGLE, "birth_date": "2090-01-01"})

    assert "birth_date" in refused.value.fields


def test_the_ids_of_a_batch_can_be_made_again(now):
    assert id_of(now, 5) == id_of(now, 5)
    assert id_of(now, 5).version == 7
    assert isinstance(id_of(now + timedelta(seconds=1), 5), UUID)
    assert id_of(now, 6) < id_of(now + timedelta(milliseconds=1), 5)
