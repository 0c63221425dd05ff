"""Heads say how their year went, superiors rate them; both stay, version by version."""

from datetime import date

import pytest

from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed
from tinhso.people.models import OrganizationRow
from tinhso.plans import actions, queries
from tinhso.plans.models import TaskRow
from tinhso.plans.types import (
    LevelUnknown,
    NotTheirYear,
    ReviewTextMissing,
    SelfReviewMissing,
    Side,
    YearWrong,
)


@pytest.fixture
def speak(agency, now):
    def do(act, actor, level="good", text="Đã xong các việc được giao.", **changes):
        said = {"agency_id": agency.id, "year": 2026, "made_up": True, "at": now}
        return act(**{**said, "level": level, "text": text, "actor": actor, **changes})

    return do


def test_both_sides_stay_apart_and_disagreement_shows(speak, head, keeper):
    speak(actions.review_self, head, "excellent")
    speak(actions.review_self, head, "good", "Sửa lại sau khi đối chiếu.")
    found = speak(actions.rate_head, keeper, "complete", "Hai nhiệm vụ trễ hạn.")

    told = [(one.side, one.number, one.level) for one in found.entries]
    assert told == [
        (Side.SUPERIOR, 1, "complete"),
        (Side.SELF, 2, "good"),
        (Side.SELF, 1, "excellent"),
    ]
    assert found.differs
    assert not speak(actions.rate_head, keeper, "good", "Đồng ý.").differs


def test_the_numbers_of_the_year_are_those_of_its_tasks(speak, head, done, agency):
    done()
    found = speak(actions.review_self, head)

    assert (found.figures.tasks, found.figures.on_time) == (1, 1)
    assert found.figures.share == 100.0
    assert found.entries[0].figures["share"] == 100.0
    assert found.figures.dossiers_on_time is None
    assert found.figures.directives_overdue == 0


def test_made_up_tasks_count_in_a_demonstration_only(speak, head):
    assert speak(actions.review_self, head, made_up=False).figures.tasks == 0


def test_a_target_counts_by_how_it_stands(speak, head, task):
    TaskRow.objects.filter(pk=task.id).update(target="digital_economy")

    found = speak(actions.review_self, head).figures

    assert (found.targets, found.targets_met) == (1, 0)


def test_who_leads_nothing_here_says_nothing(speak, head, keeper, reporter, sign_in):
    speak(actions.review_self, head)
    other = sign_in("Phan Đức Long")
    for somebody in (reporter, other, keeper):
        with pytest.raises(NotTheirYear):
            speak(actions.review_self, somebody)
    for somebody in (head, reporter, other):
        with pytest.raises(NotTheirYear):
            speak(actions.rate_head, somebody)


def test_others_do_not_read_it(reporter, member, agency, now):
    for somebody in (reporter, member):
        with pytest.raises(NotAllowed):
            queries.get_review(
                agency_id=agency.id,
                year=2026,
                on=now.date(),
                made_up=True,
                actor=somebody,
            )


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (LevelUnknown, {"level": "brilliant"}),
        (ReviewTextMissing, {"text": " "}),
        (YearWrong, {"year": 2027}),
        (YearWrong, {"year": 2024}),
    ],
)
def test_what_cannot_be_is_refused(speak, head, refusal, changes):
    with pytest.raises(refusal):
        speak(actions.review_self, head, **changes)


def test_nobody_is_rated_unheard(speak, keeper):
    with pytest.raises(SelfReviewMissing):
        speak(actions.rate_head, keeper)


def test_a_dissolved_agency_has_no_later_year(speak, head, agency):
    OrganizationRow.objects.filter(pk=agency.id).update(valid_to=date(2026, 1, 1))

    with pytest.raises(YearWrong):
        speak(actions.review_self, head)


def test_each_version_is_in_the_journal(speak, head, keeper):
    speak(actions.review_self, head)
    speak(actions.rate_head, keeper)

    deeds = JournalEntry.objects.filter(subject="plans.Review").order_by("id")
    assert [one.deed for one in deeds] == ["plans.review_self", "plans.rate_head"]


def test_the_levels_are_content_and_uncertain(content):
    scale = queries.scale_on(on=date(2026, 6, 16))

    assert list(scale.levels) == ["excellent", "good", "complete", "not_complete"]
    assert not scale.is_certain and "90/2020" in scale.source
    assert queries.scale_on(on=date(2020, 1, 1)) is None
