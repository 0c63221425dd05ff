"""What a pack assumes fits what the procedures ask."""

from copy import deepcopy
from dataclasses import replace

import pytest

from tinhso.kernel.packs import versions
from tinhso.kernel.packs.types import Content
from tinhso.procedures import queries as procedures
from tinhso.procedures.forms import reading
from tinhso.procedures.queries.examples import pretended_files
from tinhso.procedures.types import Need
from tinhso.simulation.actions import ACTIVITIES
from tinhso.simulation.queries import activities, get_activity, get_province
from tinhso.simulation.rules.declared import faults_of
from tinhso.simulation.rules.plans import plans_of


@pytest.fixture
def body(content):
    return deepcopy(versions.newest(kind="activity", key="quang_ninh").body)


def test_every_answer_and_every_result_fits_its_form(wish):
    day = wish.first
    met = {one.filed.code: one for one in planned(wish, share=0.3)}

    assert set(met) == {one.code for one in get_activity(key=wish.key).procedures}
    for plan in met.values():
        procedure = procedures.get_procedure(code=plan.filed.code, on=day)
        answers = {**plan.answers, **pretended_files(plan.files)}
        assert reading.read_form(procedure.form, answers, day)[1] == {}
        officer_form = procedure.result.officer_form
        assert reading.read_form(officer_form, plan.filed.result, day)[1] == {}


def planned(wish, share):
    province = get_province(wish=replace(wish, share=share))
    return plans_of(province.world(wish.first), wish.first)


def test_actions_have_the_words_they_need(wish):
    for plan in planned(wish, share=0.1):
        procedure = procedures.get_procedure(code=plan.filed.code, on=wish.first)
        for turn in plan.turns:
            action = procedure.workflow.action(turn.action)
            assert bool(turn.note) == (Need.REASON in action.needs)
            assert bool(turn.reasons) == (Need.FIELD_REASONS in action.needs)


def test_packs_say_which_activities_there_are(content):
    assert activities() == ("quang_ninh",)


def test_the_rate_is_the_known_one(content):
    assert get_activity(key="quang_ninh").a_day == 447_203 / 151


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda body: body["procedures"][1].update(place=99), "procedures.1.example"),
        (lambda body: body["registers"][0].update(field="size"), "registers.0.field"),
        (lambda body: body["added"][0].update(day="on"), "added.0"),
        (lambda body: body["added"][0].update(register="schools_"), "added.0"),
        (lambda body: body["added"][0]["answer"].update(first="new"), "added.0"),
    ],
)
def test_what_no_content_has_is_named(body, change, field):
    def find(kind, key):
        return versions.newest(kind=kind, key=key)

    change(body)

    content = Content("demo", "activity", "quang_ninh", body)
    assert list(ACTIVITIES.compare(content, find)) == [field]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda body: body["rate"].update(last="2024-12-31"), "rate.last"),
        (lambda body: body["pace"].update(most=0.01), "pace.most"),
        (lambda body: body.update(hours=[0] * 24), "hours"),
        (lambda body: body["ratings"]["levels"].update(great=3), "ratings.levels"),
        (
            lambda body: body["added"][0]["words"]["texts"].pop("road"),
            "added.0.words.texts",
        ),
        (
            lambda body: body["added"][0]["answer"]["pace"].update(most=0.05),
            "added.0.answer.pace.most",
        ),
    ],
)
def test_what_cannot_be_assumed_is_named(body, change, field):
    assert faults_of(body) == {}

    change(body)

    assert list(faults_of(body)) == [field]
