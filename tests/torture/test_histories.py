"""Random histories leave no dossier silent; one that is would be told (G23)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from tinhso.kernel.packs import actions as packs
from tinhso.notify.models import MessageRow
from tinhso.procedures.models import DossierRow, TaskRow
from torture import histories
from torture.life import Life, Town


def test_no_dossier_falls_silent_whatever_happens():
    [figure] = histories.measure(short=True)

    assert figure.counts["silent"] == 0
    assert figure.n >= histories.SHORT


@pytest.fixture
def life(citizen, clerk, officer, leader, registrar, jurist, ward, department, now):
    contents = packs.contents(settings.TINHSO_PACKS, kind="examples")
    births = [one for one in contents if one.key == "birth_registration"]
    town = Town(
        actors={
            "clerk": clerk,
            "case_officer": officer,
            "leader": leader,
            "registrar": registrar,
            "citizen": citizen,
        },
        ward=ward.id,
        other_agency=department.id,
        jurist=jurist,
        examples=(births[0].body["examples"][0],),
        templates={},
    )
    life = Life(town)
    life.apply(0)
    return life


def test_a_good_life_is_not_complained_of(life):
    life.act(0, 0)
    life.wait(timedelta(hours=30))

    assert life.silent() == []
    assert life.done["acts"] == 1


def lose_the_task():
    TaskRow.objects.all().delete()


def lose_the_notice():
    MessageRow.objects.update(subject_id=uuid4())


def refuse_without_a_word():
    at = DossierRow.objects.get().submitted_at
    TaskRow.objects.update(closed_at=at)
    DossierRow.objects.update(status=3, ended_at=at)


@pytest.mark.parametrize(
    "lose", [lose_the_task, lose_the_notice, refuse_without_a_word]
)
def test_a_silent_dossier_is_told(life, lose):
    lose()

    assert life.silent()
