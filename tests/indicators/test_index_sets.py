"""Index sets stand in packs with their sources; what is unknown is said to be."""

import json
from copy import deepcopy
from decimal import Decimal

import pytest
from click.testing import CliRunner

from tinhso.cli.indexes import group
from tinhso.indicators import queries
from tinhso.indicators.actions import INDEX_DUTIES, INDEX_SCORES, INDEX_SETS
from tinhso.indicators.rules.scoring import rounded
from tinhso.indicators.types import IndexSetUnknown
from tinhso.kernel.packs import versions
from tinhso.kernel.packs.types import Content

D = Decimal


def body_of(kind, key):
    return deepcopy(versions.newest(kind=kind, key=key).body)


def find(kind, key):
    return versions.newest(kind=kind, key=key)


def test_the_resolutions_maxima_are_the_reported_part_of_1726(content):
    found = queries.get_index_set(key="dti_province_2020")

    maxima = {one.key: one.maximum for one in found.pillars}
    assert [maxima[f"{p}_reported"] for p in ("government", "economy", "society")] == [
        *(320, 240, 240),
    ]
    assert [maxima[p] for p in ("government", "economy", "society")] == [400, 300, 300]
    assert found.maximum == 1000


def test_the_baseline_is_429_47_of_800(content):
    [found] = queries.published_scores(key="dti_province_2020")
    pillars = queries.get_index_set(key="dti_province_2020").pillars

    maxima = {one.key: one.maximum for one in pillars}
    shares = {key: p / maxima[key] for key, p in found.pillar_points.items()}
    assert sum(found.pillar_points.values()) == D("429.47")
    assert {key: rounded(share) for key, share in shares.items()} == {
        "government_reported": D("0.7322"),
        "economy_reported": D("0.3559"),
        "society_reported": D("0.4573"),
    }
    assert "09-NQ/TU" in found.source
    assert found.total is None


def test_quang_ninh_of_2022_agrees_with_the_formulas(content):
    [found] = queries.published_scores(key="dti_province_2022")

    assert (found.total, found.rank) == (D("0.7024"), 3)
    assert found.computed == {**found.pillar_values, "total": found.total}


def test_922_scores_nine_indices_but_one(content):
    found = queries.get_index_set(key="dti_province_2022")

    assert len(found.indices) == 9
    assert len(found.items) == 8
    components = [one.unaccounted.criteria for one in found.indices if one.unaccounted]
    assert sum(components) + 3 == 98
    assert [one.maximum for one in found.pillars] == [700, 650, 650]


def test_every_set_says_its_act_and_what_is_uncertain(content):
    sets = queries.index_sets()

    assert len(sets) == 5
    assert all(len(one.act) > 40 and one.caution for one in sets)
    assert all(one.caution.english and one.title.english for one in sets)
    texts = [c.title for one in sets for c in one.items.values()]
    assert all(text.english for text in texts)


def test_a_set_nobody_declares_is_refused(content):
    with pytest.raises(IndexSetUnknown):
        queries.get_index_set(key="elsewhere")


def change_maximum(body):
    body["indices"][0]["criteria"][0]["maximum"] = 11


def change_total(body):
    body["maximum"] = 961


def double_key(body):
    body["indices"][1]["criteria"][0]["key"] = "c1_1"


def no_steps(body):
    body["indices"][0]["criteria"][0]["rule"] = {"kind": "stepped"}


def no_count(body):
    body["indices"][0]["criteria"][0]["rule"] = {"kind": "computed"}


def wrong_target(body):
    body["indices"][0]["criteria"][3]["rule"] = {"kind": "points", "target": 80}


def nothing_known(body):
    body["indices"][5]["criteria"] = []


def foreign_weight(body):
    weights = {"infrastructure": 80, "elsewhere": 20}
    title = {"vi": "Trụ cột", "en": "Pillar"}
    body["pillars"] = [{"key": "p", "title": title, "maximum": 100, "weights": weights}]


def wrong_pillar(body):
    weights = {"infrastructure": 80}
    title = {"vi": "Trụ cột", "en": "Pillar"}
    body["pillars"] = [{"key": "p", "title": title, "maximum": 100, "weights": weights}]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (change_maximum, {"indices.0.maximum"}),
        (change_total, {"maximum"}),
        (double_key, {"indices.0.criteria.0.key", "indices.1.criteria.0.key"}),
        (no_steps, {"indices.0.criteria.0.rule.steps"}),
        (no_count, {"indices.0.criteria.0.rule.from"}),
        (wrong_target, {"indices.0.criteria.3.rule.target"}),
        (nothing_known, {"indices.5.criteria"}),
        (foreign_weight, {"pillars.0.weights.elsewhere"}),
        (wrong_pillar, {"pillars.0.maximum"}),
    ],
)
def test_what_is_wrong_with_a_set_is_named(content, change, fields):
    body = body_of("index_sets", "dti_commune_2026")
    assert INDEX_SETS.check(Content("p", "index_sets", "k", body)) == {}

    change(body)

    assert set(INDEX_SETS.check(Content("p", "index_sets", "k", body))) == fields


def test_points_may_be_unaccounted_only_as_far_as_they_are_missing(content):
    body = body_of("index_sets", "service_quality_766")
    body["indices"][0]["unaccounted"]["points"] = 7

    found = INDEX_SETS.check(Content("p", "index_sets", "k", body))

    assert list(found) == ["indices.0.maximum"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda one: one.update(total=0.7034), "scores.0.total"),
        (lambda one: one["values"].update(happiness=1), "scores.0.values.happiness"),
        (
            lambda one: one["pillar_values"].update(society=0.7),
            "scores.0.pillar_values.society",
        ),
        (
            lambda one: one.update(pillar_points={"society": 651}),
            "scores.0.pillar_points.society",
        ),
    ],
)
def test_a_stated_score_that_contradicts_its_formula_is_named(content, change, field):
    body = body_of("index_scores", "dti_2022")
    assert INDEX_SCORES.compare(Content("p", "index_scores", "k", body), find) == {}

    change(body["scores"][0])

    found = INDEX_SCORES.compare(Content("p", "index_scores", "k", body), find)
    assert list(found) == [field]


def test_a_score_without_source_period_or_set_is_named(content):
    body = body_of("index_scores", "dti_2022")
    body["scores"][0].update(source="x", period="soon")
    faults = INDEX_SCORES.check(Content("p", "index_scores", "k", body))
    assert set(faults) == {"scores.0.source", "scores.0.period"}

    body["set"] = "elsewhere"
    found = INDEX_SCORES.compare(Content("p", "index_scores", "k", body), find)
    assert list(found) == ["set"]


def test_who_appraises_is_said_for_sets_that_are_there(content):
    body = body_of("index_duties", "appraisers")
    assert INDEX_DUTIES.compare(Content("p", "index_duties", "k", body), find) == {}
    assert queries.appraisers()["dti_commune_2026"] == "so_khcn"

    body["appraisers"]["elsewhere"] = "so_khcn"

    found = INDEX_DUTIES.compare(Content("p", "index_duties", "k", body), find)
    assert list(found) == ["appraisers.elsewhere"]


def asked(*words):
    found = CliRunner().invoke(group, [*words, "--json"])
    return found.exit_code, json.loads(found.stdout)


def test_commands_tell_sets_criteria_and_scores(content):
    _, listed = asked("list")
    _, shown = asked("show", "service_quality_766")
    _, scores = asked("scores", "dti_province_2022")

    sets = {one["key"]: one for one in listed["sets"]}
    assert (
        sets["dti_commune_2026"]["known"],
        sets["dti_commune_2026"]["criteria"],
    ) == (*("960", 62),)
    assert shown["known"] == "70"
    assert shown["indices"][0]["unaccounted"]["points"] == "8"
    assert len(shown["indices"][2]["criteria"]) == 3
    [ours] = scores["scores"]
    assert (ours["total"], ours["computed"]["total"]) == ("0.7024", "0.7024")
    assert asked("show", "elsewhere")[1]["refused"] == "IndexSetUnknown"
