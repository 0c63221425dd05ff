"""People who do not exist come thousands at a time, flagged, and once."""

from dataclasses import replace
from datetime import date

import pytest

from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.ids import new_id
from tinhso.people import actions, queries
from tinhso.people.models import PersonRow
from tinhso.people.types import Gender, MadeUpPerson, MadeUpPost, Role


@pytest.fixture
def clerk(ward):
    return MadeUpPerson(
        id=new_id(),
        full_name="Lý Thị Mô Phỏng",
        personal_number="022190000001",
        birth_date=date(1990, 2, 3),
        gender=Gender.FEMALE,
        residence="Tổ 1, phường Hạ Long",
        phone="0900000000",
        post=MadeUpPost(ward.id, Role.CLERK, "Công chức (mô phỏng)", date(2025, 7, 1)),
    )


@pytest.fixture
def register(now):
    def do(*people):
        return actions.register_made_up(people=people, actor=SYSTEM, at=now)

    return do


def test_they_are_flagged_and_hold_their_posts(register, clerk, ward, now):
    assert register(clerk) == 1

    row = PersonRow.objects.get(pk=clerk.id)
    assert (row.is_synthetic, row.sort_name) == (True, "phong ly thi mo")
    [post] = queries.posts_of(person_id=clerk.id, on=now.date())
    assert (post.role, post.organization.id) == (Role.CLERK, ward.id)


def test_who_is_there_already_stays(register, clerk, now):
    register(clerk)

    again = register(clerk, replace(clerk, id=new_id(), full_name="Ai Khác"))

    assert again == 0
    assert queries.get_person(person_id=clerk.id).full_name == "Lý Thị Mô Phỏng"
    assert len(queries.posts_of(person_id=clerk.id, on=now.date())) == 1


def test_one_entry_of_the_journal_tells_of_them_all(register, clerk):
    other = replace(clerk, id=new_id(), personal_number="022190000002", post=None)
    before = JournalEntry.objects.count()

    register(clerk, other)

    assert JournalEntry.objects.count() == before + 1
    assert JournalEntry.objects.latest("id").details == {"people": 2}
