"""What tells of people is read by its owner's officers only, and each read stands."""

from datetime import timedelta

import pytest

from tests.registries.conftest import TODAY
from tinhso.kernel.actor import ANONYMOUS
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import Invalid
from tinhso.registries import actions, queries
from tinhso.registries.types import Line, RegisterUnknown, Wanted

STAFF, PARCELS = "health_staff", "land_parcels"
NURSE = {"code": "GP1", "full_name": "Người Mô Phỏng", "title": "nurse"}


@pytest.fixture
def owner(sign_in):
    """An officer of Sở Y tế, which answers for the register of staff."""
    return sign_in("Lương Thị Mỹ")


@pytest.fixture
def nurse(load):
    facility = {"code": "CS1", "name": "Trạm", "kind": "station", "commune": "06688"}
    load(Line(1, {**facility, "ownership": "public"}), key="health_facilities")
    load(Line(1, {**NURSE, "facility": "CS1"}), key=STAFF)


def open_nurse(actor, now):
    return actions.open_record(
        key=STAFF, identifier="GP1", on=TODAY, actor=actor, at=now
    )


def deeds():
    found = JournalEntry.objects.filter(deed__startswith="registries.")
    return list(found.values_list("deed", flat=True))


def test_the_owner_reads_and_the_read_is_told(nurse, owner, now):
    assert open_nurse(owner, now).values["full_name"] == "Người Mô Phỏng"

    [reading] = queries.readings_of(key=STAFF, identifier="GP1", on=TODAY, actor=owner)
    assert (reading.at, reading.reader) == (now, "Lương Thị Mỹ")


@pytest.mark.parametrize("who", ["officer", "citizen", "keeper"])
def test_others_find_no_register_of_people(nurse, now, who, request):
    actor = request.getfixturevalue(who)

    with pytest.raises(RegisterUnknown):
        open_nurse(actor, now)
    assert queries.readings_of(key=STAFF, identifier="GP1", on=TODAY, actor=actor) == ()


def test_an_export_of_people_stands_in_the_journal(nurse, owner, now):
    actions.export_records(key=STAFF, wanted=Wanted(on=TODAY), actor=owner, at=now)

    entry = JournalEntry.objects.get(deed="registries.export_records")
    assert entry.details == {"register": STAFF, "rows": 1}
    [reading] = queries.readings_of(key=STAFF, identifier="GP1", on=TODAY, actor=owner)
    assert (reading.reader, reading.is_export) == ("Lương Thị Mỹ", True)


def test_a_list_that_left_before_does_not_count(nurse, owner, load, now):
    earlier = now - timedelta(days=1)
    actions.export_records(key=STAFF, wanted=Wanted(on=TODAY), actor=owner, at=earlier)

    assert queries.readings_of(key=STAFF, identifier="GP1", on=TODAY, actor=owner) == ()


def test_a_list_carries_nothing_personal_but_the_name(nurse, owner):
    wanted = Wanted(on=TODAY)
    [line] = queries.records(key=STAFF, wanted=wanted, actor=owner).items

    assert line.label == "Người Mô Phỏng"
    assert "full_name" not in line.values


def test_what_names_nobody_is_read_without_a_trace(load, keeper, now):
    before = deeds()

    actions.export_records(key="schools", wanted=Wanted(on=TODAY), actor=keeper, at=now)

    assert deeds() == before


def test_an_officer_elsewhere_sees_a_parcel_without_its_holder(load, officer, now):
    parcel = {"code": "P1", "label": "Thửa 1", "sheet": "1", "parcel": "1"}
    more = {"commune": "06688", "area": 100, "use": "ODT", "holder": "Ông Mô Phỏng"}
    load(Line(1, {**parcel, **more}), key=PARCELS)

    found = queries.get_record(key=PARCELS, identifier="P1", on=TODAY, actor=officer)

    assert "holder" not in found.values
    wanted = Wanted(on=TODAY, values={"area": "100"})
    page = queries.records(key=PARCELS, wanted=wanted, actor=officer)
    assert [one.identifier for one in page.items] == ["P1"]
    with pytest.raises(RegisterUnknown):
        queries.get_record(key=PARCELS, identifier="P1", on=TODAY, actor=ANONYMOUS)


def test_nobody_finds_by_a_field_they_may_not_see(load, officer):
    parcel = {"code": "P1", "label": "Thửa 1", "sheet": "1", "parcel": "1"}
    more = {"commune": "06688", "area": 100, "use": "ODT", "holder": "Ông Mô Phỏng"}
    load(Line(1, {**parcel, **more}), key=PARCELS)

    with pytest.raises(Invalid):
        queries.records(
            key=PARCELS,
            wanted=Wanted(on=TODAY, values={"holder": "Ông Mô Phỏng"}),
            actor=officer,
        )
