"""One record is written by hand, checked field by field, and decided as any change."""

from datetime import date

import pytest

from tests.registries.conftest import SCHOOL, TODAY, school
from tests.registries.test_datasets import changed
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.errors import NotAllowed
from tinhso.registries import actions
from tinhso.registries.models import ChangeRow
from tinhso.registries.types import (
    ChangeEmpty,
    ChangeState,
    RecordWrong,
    SourceMissing,
)


@pytest.fixture
def type_in(keeper, now):
    """Hand in what the keeper typed."""

    def do(source="Quyết định 5/QĐ", actor=keeper, **changes):
        return actions.propose_record(
            key="schools",
            typed={**SCHOOL, **changes},
            source=source,
            on=TODAY,
            actor=actor,
            at=now,
        )

    return do


def test_what_is_typed_waits_to_be_decided_and_is_written(type_in, approver, read, now):
    change = type_in(stage="Tiểu học", longitude="107,08", latitude="20,95")

    assert change.state is ChangeState.PROPOSED
    actions.approve_change(change_id=change.id, actor=approver, at=now)
    found = read()
    assert found.values == SCHOOL
    assert found.shape["coordinates"] == [107.08, 20.95]


def test_what_is_wrong_is_named_field_by_field_and_nothing_is_kept(type_in):
    with pytest.raises(RecordWrong) as wrong:
        type_in(pupils="nhiều", stage="x", longitude="107", commune="06667")

    assert set(wrong.value.fields) == {"pupils", "stage", "latitude", "commune"}
    assert not ChangeRow.objects.exists()


def test_a_source_is_asked_for(type_in):
    with pytest.raises(SourceMissing):
        type_in(source=" ")


def test_the_same_again_is_no_change(load, type_in):
    load(school())

    with pytest.raises(ChangeEmpty):
        type_in(valid_from="01/07/2025")


def test_a_school_is_closed_by_hand(load, type_in, approver, read, now):
    load(school())

    change = type_in(ends="có", valid_from="01/09/2026")
    actions.approve_change(change_id=change.id, actor=approver, at=now)

    assert read().valid_to == date(2026, 9, 1)


def test_strangers_write_nothing(type_in, officer):
    with pytest.raises(NotAllowed):
        type_in(actor=officer)


def test_what_a_retired_field_said_stays(load, type_in, approver, read, now):
    load(school(pupils=300))
    about = {"type": "integer", "title": "Số học sinh", "x-en": "Pupils"}
    retired = changed("pupils", {**about, "x-retired": True})
    actions.REGISTERS.apply(retired, SYSTEM, now)

    change = type_in(name="Tên mới")
    actions.approve_change(change_id=change.id, actor=approver, at=now)

    assert read().values["pupils"] == 300
    assert read().label == "Tên mới"
