"""A made-up period stands in people, dossiers, registers and lake; flagged, once."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction

from tinhso.cli.demo import load_records, read
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.lake import actions as writing
from tinhso.lake import queries as lake
from tinhso.lake.types import Limits
from tinhso.people.models import PersonRow
from tinhso.procedures import queries as procedures
from tinhso.procedures.models import DossierRow, EvaluationRow, MoveRow, TaskRow
from tinhso.procedures.types import MadeUpBefore, Status
from tinhso.registries.models import ChangeRow, RecordRow, VersionRow
from tinhso.simulation import actions
from tinhso.simulation.actions import arrivals, bulk
from tinhso.simulation.types import (
    ActivityUnknown,
    NotADemonstration,
    NothingInForce,
    PeriodWrong,
)

LIMITS = Limits(rows=1000, seconds=30, memory=2**30, reads=2**33)


def asked(sql):
    return lake.ask(sql=sql, limits=LIMITS, actor=SYSTEM).rows


def test_a_period_is_there_and_flagged(simulate):
    made = simulate()

    rows = DossierRow.objects.all()
    assert made.dossiers == rows.count() > 30
    assert rows.filter(is_synthetic=False).count() == 0
    assert not PersonRow.objects.filter(is_synthetic=False).exists()
    assert rows.values("organization").distinct().count() > 15
    assert rows.filter(status=Status.RETURNED).count() > 0.7 * rows.count()


def test_every_act_stands_in_the_lake_and_says_it_is_made_up(simulate):
    made = simulate()

    told = asked(
        "SELECT count(*), count(DISTINCT dossier_id), bool_and(is_synthetic)"
        " FROM procedures.dossier_acts"
    )
    assert told == [(MoveRow.objects.count(), made.dossiers, True)]
    assert made.lake_rows >= MoveRow.objects.count()


def test_the_same_wish_again_makes_nothing_new(simulate):
    simulate()
    before = list(DossierRow.objects.order_by("id").values_list("id", "code"))

    again = simulate()

    assert (again.people, again.dossiers, again.lake_rows) == (0, 0, 0)
    assert list(DossierRow.objects.order_by("id").values_list("id", "code")) == before


def test_one_that_died_half_way_is_begun_anew(simulate, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 20)
    write, done = bulk.write_days, []

    def dying(*args):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(write(*args))
        return done[-1]

    monkeypatch.setattr(bulk, "write_days", dying)
    with pytest.raises(KeyboardInterrupt):
        simulate()
    monkeypatch.setattr(bulk, "write_days", write)
    rest = simulate()

    assert all(done) and rest.dossiers
    assert sum(done) + rest.dossiers == DossierRow.objects.count()
    assert asked("SELECT count(*) FROM procedures.dossier_acts") == [
        (MoveRow.objects.count(),)
    ]


def test_days_another_wish_has_are_refused(simulate, wish):
    simulate()

    with pytest.raises(MadeUpBefore):
        simulate(last=date(2026, 5, 20))


def test_figures_of_the_province_count_none_of_it(simulate, wish):
    made = simulate()

    report = procedures.report_06a(
        organization_id=None,
        first=wish.first,
        last=wish.last,
        actor=SYSTEM,
        at=wish.until,
    )

    assert (report.total.received, report.synthetic.received) == (0, made.dossiers)


def test_some_rate_and_those_whose_dossier_ended(simulate):
    simulate(share=0.004)

    rated = EvaluationRow.objects.select_related("dossier")
    assert rated.exists()
    assert all(one.is_synthetic and one.dossier.ended_at for one in rated)
    assert {len(one.scores) for one in rated} == {9}


def test_made_up_records_of_registers_change(simulate, now, content):
    load_records(read("records/schools.yaml"), now)
    before = VersionRow.objects.filter(register="schools").count()

    made = simulate(first=date(2026, 4, 1), last=date(2026, 6, 10))

    assert made.changes > 0
    assert VersionRow.objects.filter(register="schools").count() > before
    assert not VersionRow.objects.filter(is_synthetic=False).exists()
    assert simulate(first=date(2026, 4, 1), last=date(2026, 6, 10)).changes == 0


def test_reports_come_day_by_day_and_are_flagged(simulate, wish):
    made = simulate(share=0.05)

    rows = VersionRow.objects.filter(register="citizen_reports")
    come = rows.filter(values__state="received")
    assert made.records == come.count() > 30
    assert not rows.filter(is_synthetic=False).exists()
    assert not rows.exclude(replaced_at=None).exists()
    assert {row.valid_from for row in come} <= set(days_of(wish))
    assert come.values("unit_code").distinct().count() > 15
    assert all(row.shape["type"] == "Point" for row in come)
    answered = rows.filter(values__state__in=["resolved", "refused"], valid_to=None)
    assert 0 < answered.count() <= made.records


def days_of(wish):
    return [wish.first + timedelta(n) for n in range((wish.last - wish.first).days + 1)]


def test_reports_are_the_same_again_and_nothing_comes_twice(simulate, wish):
    simulate(share=0.05)
    before = said_of_reports()

    again = simulate(share=0.05)

    assert (again.records, again.changes) == (0, 0)
    assert said_of_reports() == before
    with transaction.atomic():
        VersionRow.objects.all().delete()
        RecordRow.objects.all().delete()
        ChangeRow.objects.all().delete()
        simulate(share=0.05)
        assert said_of_reports() == before


def said_of_reports():
    rows = VersionRow.objects.filter(register="citizen_reports")
    rows = rows.order_by("record__identifier", "valid_from")
    return list(rows.values_list("values", "shape", "valid_from", "valid_to"))


def test_answers_that_were_not_written_come_with_the_next_run(simulate, monkeypatch):
    load, sources = arrivals.registries.load_records, []

    def dying(**words):
        if words["source"].endswith("xử lý"):
            raise KeyboardInterrupt
        sources.append(words["source"])
        return load(**words)

    monkeypatch.setattr(arrivals.registries, "load_records", dying)
    with pytest.raises(KeyboardInterrupt):
        simulate(share=0.05)
    monkeypatch.setattr(arrivals.registries, "load_records", load)
    rest = simulate(share=0.05)

    assert len(sources) == 1 and rest.records == 0 < rest.changes


def test_reports_stand_in_the_lake_flagged(simulate, now):
    made = simulate(share=0.05)

    for event in OutboxEvent.objects.filter(name="registries.RecordsChanged"):
        events.deliver(event_id=event.id, at=now)
    writing.append_waiting(at=now)

    assert asked(
        "SELECT count(DISTINCT record_id), bool_and(is_synthetic)"
        " FROM registries.citizen_reports"
    ) == [(made.records, True)]


def test_written_at_once_is_what_would_have_been_played(wish, now):
    small = replace(wish, last=wish.first, share=0.002)

    played = actions.play(wish=small, actor=SYSTEM, at=now)
    written = actions.simulate(wish=small, workers=1, actor=SYSTEM, at=now)

    assert played.dossiers == written.dossiers > 3
    mine = DossierRow.objects.filter(idempotency_key__startswith="played-")
    theirs = DossierRow.objects.filter(idempotency_key__contains=":")
    assert told(mine) == told(theirs)


def told(dossiers):
    """Tell of dossiers all that does not hang on when they were written."""
    names = ("owner_id", "organization_id", "procedure_id", "channel", "fee", "status")
    names += ("step", "submitted_at", "received_at", "ended_at", "resolved_at")
    names += ("due_at", "revision", "is_synthetic", "stopped_at", "applicant_name")
    acts = ("at", "action", "step", "status", "actor_id", "actor_name", "note")
    tasks = ("step", "role", "opened_at", "due_at", "closed_at", "outcome")
    return Counter(
        (
            *(getattr(row, name) for name in names),
            tuple(row.moves.order_by("id").values_list(*acts)),
            tuple(row.tasks.order_by("opened_at", "id").values_list(*tasks)),
            EvaluationRow.objects.filter(dossier=row)
            .values_list("satisfaction")
            .first(),
        )
        for row in dossiers
    )


def test_it_is_refused_where_things_are_real(simulate, settings):
    settings.TINHSO_DEMO = False

    with pytest.raises(NotADemonstration):
        simulate()

    assert not DossierRow.objects.exists() and not TaskRow.objects.exists()


def test_what_cannot_be_is_refused_by_name(simulate):
    for refusal, changes in (
        (PeriodWrong, {"last": date(2026, 5, 1)}),
        (PeriodWrong, {"last": date(2036, 5, 1)}),
        (ActivityUnknown, {"key": "elsewhere"}),
        (NothingInForce, {"first": date(2025, 1, 1), "last": date(2025, 1, 2)}),
    ):
        with pytest.raises(refusal):
            simulate(**changes)
