"""Persons, organizations and posts, as the doors use them."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.packs import actions as packs
from tinhso.kernel.packs import reader
from tinhso.people import actions, queries
from tinhso.people.models import PersonRow, PostRow
from tinhso.people.types import (
    AlreadyAppointed,
    Gender,
    OrganizationUnknown,
    PersonalNumberWrong,
    PersonAlreadyRegistered,
    PersonDataWrong,
    PersonUnknown,
    Role,
)

PACK = Path("packs/provinces/quang_ninh")
TODAY = date(2026, 6, 16)


def contents():
    pack = reader.find(PACK)[0]
    kinds = [
        kind
        for kind in packs.kinds()
        if kind.name in {"places", "organizations", "demo_people"}
    ]
    found, faults = reader.read(pack, kinds)
    assert not faults, [str(fault) for fault in faults]
    return [
        (kind, content)
        for kind in kinds
        for content in found
        if content.kind == kind.name
    ]


@pytest.fixture
def province(db, now):
    for kind, content in contents():
        kind.apply(content, SYSTEM, now)


def register(now, **values):
    values = {"full_name": "Nguyễn Thị Hoa", **values}
    return actions.register_person(**values, actor=SYSTEM, at=now)


@pytest.mark.django_db
def test_a_registered_person_is_found_by_number(now):
    person = register(
        now,
        full_name="  Nguyễn  Thị Hoa ",
        personal_number="022195999901",
        gender=Gender.FEMALE,
        birth_date=date(1995, 3, 12),
        phone="+84 912 345 678",
    )

    assert (person.full_name, person.phone) == ("Nguyễn Thị Hoa", "0912345678")
    assert queries.find_person(personal_number="022195999901") == person
    assert queries.get_person(person_id=person.id) == person


@pytest.mark.django_db
def test_the_journal_names_the_deed_and_not_the_person(now):
    person = register(now, personal_number="022195999901")

    entry = JournalEntry.objects.get(deed="people.register_person")

    assert entry.subject_id == person.id
    assert "Hoa" not in str(entry.details)
    assert "022195999901" not in str(entry.details)


@pytest.mark.django_db
def test_a_person_may_have_no_number(now):
    register(now)
    register(now)

    assert PersonRow.objects.filter(personal_number=None).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"full_name": " \u200b"}, "full_name"),
        ({"birth_date": date(2026, 6, 17)}, "birth_date"),
        ({"phone": "123"}, "phone"),
    ],
)
def test_wrong_data_is_refused_with_the_field(values, field, now):
    with pytest.raises(PersonDataWrong) as refused:
        register(now, **values)

    assert list(refused.value.fields) == [field]


@pytest.mark.django_db
def test_a_number_that_contradicts_the_gender_is_refused(now):
    with pytest.raises(PersonalNumberWrong):
        register(now, personal_number="022195999901", gender=Gender.MALE)


@pytest.mark.django_db
def test_nobody_is_registered_twice(now):
    register(now, personal_number="022195999901")

    with pytest.raises(PersonAlreadyRegistered):
        register(now, personal_number="022195999901")


@pytest.mark.django_db
def test_unknown_people_and_organizations_are_refused_by_name():
    assert queries.find_person(personal_number="022195999901") is None
    with pytest.raises(PersonUnknown):
        queries.get_person(person_id=uuid4())
    with pytest.raises(OrganizationUnknown):
        queries.get_organization(organization_id=uuid4())
    with pytest.raises(OrganizationUnknown):
        queries.organization_by_key(key="nobody", on=TODAY)


@pytest.mark.usefixtures("province")
def test_all_54_communes_receive_dossiers():
    receiving = queries.receiving_organizations(level="commune", on=TODAY)

    assert len(receiving) == 54
    assert len({organization.code for organization in receiving}) == 54
    assert {o.key for o in receiving} == {f"xa_{o.unit_code}" for o in receiving}
    assert queries.receiving_organizations(level="commune", on=date(2025, 6, 30)) == ()


@pytest.mark.usefixtures("province")
def test_only_the_code_seen_in_a_source_counts_as_known():
    known = [
        organization.code
        for organization in queries.organizations(on=TODAY)
        if organization.code_status == "known"
    ]

    assert known == ["H49"]


@pytest.mark.usefixtures("province")
def test_organizations_are_narrowed_by_unit_and_kind():
    ha_long = queries.organizations(on=TODAY, unit_code="06688")
    centers = queries.organizations(on=TODAY, kind="service_center", level="commune")

    assert [o.key for o in ha_long] == ["xa_06688", "ttpvhcc_06688"]
    assert [o.key for o in centers] == ["ttpvhcc_06688"]
    assert queries.get_organization(organization_id=ha_long[0].id) == ha_long[0]


@pytest.mark.usefixtures("province")
def test_the_department_of_the_sources_ended_in_2025():
    before = queries.organization_by_key(key="so_tttt", on=date(2025, 2, 28))

    assert before.valid_to == date(2025, 3, 1)
    with pytest.raises(OrganizationUnknown):
        queries.organization_by_key(key="so_tttt", on=TODAY)


@pytest.mark.usefixtures("province")
@pytest.mark.parametrize(
    "role", ["clerk", "case_officer", "leader", "registrar", "head_of_office"]
)
def test_the_full_commune_has_somebody_in_every_role(role):
    ward = queries.organization_by_key(key="xa_06688", on=TODAY)

    posts = queries.holders(organization_id=ward.id, role=role, on=TODAY)

    assert posts
    assert all(post.person.is_synthetic for post in posts)
    assert posts[0] in queries.posts_of(person_id=posts[0].person.id, on=TODAY)


@pytest.mark.usefixtures("province")
def test_every_demo_person_is_flagged_and_loading_twice_changes_nothing(now):
    before = (PersonRow.objects.count(), PostRow.objects.count())

    for kind, content in contents():
        kind.apply(content, SYSTEM, now)

    assert (PersonRow.objects.count(), PostRow.objects.count()) == before
    assert not PersonRow.objects.filter(is_synthetic=False).exists()


@pytest.mark.usefixtures("province")
def test_an_appointment_holds_from_its_day_and_only_once(now):
    person = register(now)
    ward = queries.organization_by_key(key="xa_06652", on=TODAY)
    post = {
        "person_id": person.id,
        "organization_id": ward.id,
        "role": Role.CLERK,
        "title": "Công chức",
        "on": TODAY,
        "actor": SYSTEM,
        "at": now,
    }

    made = actions.appoint(**post)

    assert queries.posts_of(person_id=person.id, on=TODAY) == (made,)
    assert queries.posts_of(person_id=person.id, on=date(2026, 6, 15)) == ()
    with pytest.raises(AlreadyAppointed):
        actions.appoint(**post)
    with pytest.raises(PersonUnknown):
        actions.appoint(**{**post, "person_id": uuid4()})
    with pytest.raises(OrganizationUnknown):
        actions.appoint(**{**post, "on": date(2020, 1, 1)})


@pytest.mark.usefixtures("province")
def test_the_database_refuses_a_post_held_twice():
    row = PostRow.objects.first()
    row.pk = uuid4()

    with (
        pytest.raises(IntegrityError, match="one_post_of_a_kind"),
        transaction.atomic(),
    ):
        row.save(force_insert=True)


def test_a_file_with_double_codes_and_unknown_parents_is_refused():
    content = next(c for kind, c in contents() if kind.name == "organizations")
    first, second = content.body["organizations"][:2]
    wrong = [first, {**second, "code": "H49", "parent": "nobody", "source": "x"}]

    faults = actions.check_organizations(
        replace(content, body={**content.body, "organizations": wrong})
    )

    assert set(faults) == {
        f"organizations.1.{field}" for field in ("code", "parent", "source")
    }


def test_demo_people_with_impossible_numbers_are_refused():
    content = next(c for kind, c in contents() if kind.name == "demo_people")
    wrong = [{**content.body["people"][0], "gender": "male"}]

    assert actions.check_demo_people(
        replace(content, body={**content.body, "people": wrong})
    )
