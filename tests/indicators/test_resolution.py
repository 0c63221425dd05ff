"""Resolution 09-NQ/TU stands in packs: each clause, with the values documents state."""

import json
from copy import deepcopy
from datetime import date

import pytest
from click.testing import CliRunner

from tinhso.cli.indicators import group
from tinhso.indicators import queries
from tinhso.indicators.actions import INDICATORS, TARGETS
from tinhso.indicators.types import Pillar, PlanUnknown, State
from tinhso.kernel.packs import versions
from tinhso.kernel.packs.types import Content

TODAY = date(2026, 11, 26)


@pytest.fixture
def targets(content):
    return {(t.plan, t.key): t for plan in queries.plans().values() for t in plan}


@pytest.fixture
def standings(content):
    found = queries.standings(on=TODAY)
    return {(one.target.plan, one.target.key): one for one in found}


def test_there_are_twenty_targets_for_2025_and_eight_for_2030(content):
    plans = queries.plans()

    numbers = {key: {one.number for one in lines} for key, lines in plans.items()}
    assert numbers == {"nq09_2025": set(range(1, 21)), "nq09_2030": set(range(1, 9))}


def test_the_pillars_have_ten_five_and_five(content):
    lines = queries.plans()["nq09_2025"]

    clauses = {(one.number, one.pillar) for one in lines}
    counted = [sum(pillar is one for _, pillar in clauses) for one in Pillar]
    assert counted == [10, 5, 5]


def test_each_line_says_who_decided_it(targets):
    assert all("09-NQ/TU" in one.source for one in targets.values())
    assert all(one.clause_vi and one.clause_en for one in targets.values())


def test_the_digital_economy_stands_where_the_resolution_found_it(standings):
    found = standings["nq09_2025", "digital_economy"]

    assert (found.latest.value, found.latest.period.key) == (3.0, "2021")
    assert found.target.goal.at_least == 20.0
    assert found.state is State.OUTDATED


def test_states_follow_from_what_documents_say(standings):
    states = {
        key: standings["nq09_2025", key].state
        for key in (
            *("productivity", "fibre", "pupils", "smartphones", "files_district"),
            *("dossiers_commune", "work_on_platform"),
        )
    }

    assert states == {
        "productivity": State.MISSED,
        "fibre": State.OUTDATED,
        "pupils": State.MET,
        "smartphones": State.UNKNOWN,
        "files_district": State.ENDED,
        "dossiers_commune": State.MISSED,
        "work_on_platform": State.MET,
    }


def test_every_value_has_its_source(content):
    values = [value for one in queries.indicators().values() for value in one.values]

    assert len(values) >= 15
    assert all(len(value.source) > 20 for value in values)


def test_the_command_lists_every_target_with_its_parts(content):
    found = CliRunner().invoke(group, ["targets", "--on", "2026-11-26", "--json"])

    told = json.loads(found.stdout)
    assert found.exit_code == 0
    assert len(told["targets"]) == len(queries.standings(on=TODAY))
    assert sum(told["states"].values()) == len(told["targets"])
    [fibre] = [one for one in told["targets"] if one["key"] == "fibre"]
    assert (fibre["unit"], fibre["goal"], fibre["due"]) == (
        *("percent", {"at_least": 95.0}, "2025"),
    )
    assert fibre["latest"]["is_about"] and fibre["latest"]["source"]


def test_a_plan_nobody_declares_is_refused(content):
    with pytest.raises(PlanUnknown):
        queries.standings(on=TODAY, plan="elsewhere")
    found = CliRunner().invoke(group, ["targets", "--plan", "elsewhere", "--json"])
    assert (found.exit_code, json.loads(found.stdout)["refused"]) == (1, "PlanUnknown")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda body: body["indicators"][1].update(key="open_data_agencies"), ".1.key"),
        (lambda body: body["indicators"][2]["values"][0].update(period="24"), "period"),
        (lambda body: body["indicators"][2]["values"][0].update(source="x"), "source"),
    ],
)
def test_a_wrong_indicator_is_named(content, change, field):
    body = deepcopy(
        versions.newest(kind="indicators", key="digital_transformation").body
    )
    assert INDICATORS.check(Content("p", "indicators", "k", body)) == {}

    change(body)

    [found] = INDICATORS.check(Content("p", "indicators", "k", body))
    assert found.endswith(field)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda line: line.update(key="equipment"), "clauses.0.targets.1.key"),
        (lambda line: line.pop("at_least"), "clauses.0.targets.0"),
        (lambda line: line.update(due="soon"), "clauses.0.targets.0.due"),
    ],
)
def test_a_wrong_target_is_named(content, change, field):
    body = deepcopy(versions.newest(kind="targets", key="nq09_2025").body)

    change(body["clauses"][0]["targets"][0])

    assert list(TARGETS.check(Content("p", "targets", "k", body))) == [field]


def test_a_target_of_nothing_measured_is_named(content):
    body = deepcopy(versions.newest(kind="targets", key="nq09_2025").body)
    body["clauses"][0]["targets"][0]["indicator"] = "happiness"

    def find(kind, key):
        return versions.newest(kind=kind, key=key)

    found = TARGETS.compare(Content("p", "targets", "k", body), find)
    assert list(found) == ["clauses.0.targets.0.indicator"]
