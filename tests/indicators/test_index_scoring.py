"""Figures become points by stated rules, points totals, and nothing is guessed."""

import csv
from decimal import Decimal
from unicodedata import normalize

import pytest

from tests.conftest import SHARED_DATA
from tinhso.indicators import queries
from tinhso.indicators.rules.scoring import (
    agree,
    band_of,
    league,
    points_of,
    rounded,
    sums_of,
    total,
    total_of,
)
from tinhso.indicators.types import (
    Criterion,
    RuleKind,
    ScoreRule,
    Step,
    Total,
)
from tinhso.kernel.errors import Phrase

D = Decimal
INDICES = (
    *("awareness", "institutions", "infrastructure", "workforce", "security"),
    *("government_activity", "economy_activity", "society_activity"),
)
# Published of 2022: the nine main indices but the one not scored, and the total.
GOLDEN = {
    "Quảng Ninh": ".9581 .9000 .7648 .6250 .5382 .8385 .5904 .4505 .7024",
    "Đà Nẵng": "1.0 .9 .8253 .8487 .7578 .8575 .7836 .5197 .8002",
    "TP. Hồ Chí Minh": ".8917 .9 .8258 .6267 .5580 .8406 .7611 .3590 .7163",
    "Thừa Thiên Huế": ".95 .9 .6823 .6794 .6423 .8262 .6787 .3001 .6975",
    "Cần Thơ": ".9 .8 .7233 .7376 .7226 .7325 .7556 .2947 .6924",
}


@pytest.fixture
def criterion():
    def make(kind, maximum=20, **rule):
        scored = ScoreRule(RuleKind(kind), **rule)
        return Criterion("one", "1", Phrase("Một"), D(maximum), scored, False)

    return make


@pytest.fixture
def province(content):
    return queries.get_index_set(key="dti_province_2022")


def computed(index_set, line):
    *values, stated = map(D, line.split())
    sums = sums_of(index_set, dict(zip(INDICES, values, strict=True)))
    return sums, stated


@pytest.mark.parametrize("name", [n for n in GOLDEN if n != "TP. Hồ Chí Minh"])
def test_the_formula_gives_what_was_published_to_four_digits(province, name):
    sums, stated = computed(province, GOLDEN[name])

    assert sums["total"] == stated


def test_a_published_total_may_differ_by_the_rounding_of_its_values(province):
    sums, stated = computed(province, GOLDEN["TP. Hồ Chí Minh"])

    assert (sums["total"], stated) == (D("0.7164"), D("0.7163"))
    assert agree(stated, sums["total"])
    assert not agree(D("0.7162"), sums["total"])


def test_the_pillars_of_quang_ninh_are_those_published(province):
    sums, _ = computed(province, GOLDEN["Quảng Ninh"])

    assert (sums["government"], sums["economy"], sums["society"]) == (
        *(D("0.7804"), D("0.7187"), D("0.6864")),
    )


def test_the_golden_rows_are_those_of_the_shared_data(shared_data):
    rows = csv.DictReader(
        (shared_data / "dti_provinces_2022.csv").open(encoding="utf-8")
    )

    for row in rows:
        told = [D(value) for value in list(row.values())[2:]]
        assert told == [D(value) for value in GOLDEN[row["province"]].split()]


def test_a_pillar_without_one_of_its_values_has_none(province):
    sums = sums_of(province, dict.fromkeys(INDICES[:6], D("0.5")))

    assert sums == {"government": D("0.5000")}


def test_a_ratio_counts_against_its_target_and_no_further(criterion):
    half = criterion("ratio", target=D("0.5"))

    assert points_of(half, D(1), D(4)) == 10
    assert points_of(half, D(3), D(4)) == 20
    assert points_of(criterion("ratio"), D(1), D(3)) == D("6.6667")


def test_steps_count_from_their_lowest_figure(criterion):
    steps = tuple(Step(D(n), D(p)) for n, p in ((1, 5), (2, 10), (3, 15), (4, 20)))
    meetings = criterion("stepped", steps=steps)

    assert [points_of(meetings, D(n)) for n in (0, 1, 3, 9)] == [0, 5, 15, 20]


def test_yes_is_all_and_no_is_nothing(criterion):
    plan = criterion("yes_no")

    assert [points_of(plan, D(n)) for n in (1, 0)] == [20, 0]


@pytest.mark.parametrize(
    ("kind", "a", "b"),
    [
        ("ratio", "1", "0"),
        ("ratio", "5", "4"),
        ("points", "20.1", None),
        ("points", "-1", None),
        ("yes_no", "0.5", None),
    ],
)
def test_figures_that_cannot_be_are_refused(criterion, kind, a, b):
    with pytest.raises(ValueError, match=r".+"):
        points_of(criterion(kind), D(a), b and D(b))


def test_a_missing_figure_gives_no_points_and_never_zero(criterion):
    assert points_of(criterion("ratio"), None, D(4)) is None
    assert points_of(criterion("ratio"), D(1), None) is None


def test_a_total_says_how_complete_it_is(content):
    communes = queries.get_index_set(key="dti_commune_2026")

    part = total(communes, {"c1_1": D(7), "c2_1": D(15)})

    assert (part.points, part.of, part.maximum) == (22, 40, 960)
    assert (part.scored, part.items) == (2, 62)
    assert not part.is_complete
    assert part.share is None


def test_what_is_unaccounted_keeps_a_total_open(content):
    quality = queries.get_index_set(key="service_quality_766")
    all_points = {key: one.maximum for key, one in quality.items.items()}

    found = total(quality, all_points)

    assert (found.points, found.maximum) == (70, 100)
    assert (found.scored, found.items) == (found.items, found.items)
    assert not found.is_complete
    progress = next(one for one in quality.indices if one.key == "progress")
    assert total_of(progress, all_points).share == 1


def test_who_is_even_shares_a_rank():
    def of(points, scored=2):
        return Total(D(points), D(40), D(40), D(40), scored, 2)

    places = league(
        [
            *((f"first {n}", of(30 - n)) for n in range(14)),
            *(("b", of(10)), ("a", of(10)), ("c", of(9)), ("open", of(39, 1))),
        ]
    )

    assert [(one.rank, one.name) for one in places[14:]] == [
        *((15, "a"), (15, "b"), (17, "c"), (None, "open")),
    ]


def test_bands_are_called_by_their_lowest_points(content):
    bands = queries.get_index_set(key="service_quality_766").bands

    named = [str(band_of(bands, D(n)).title) for n in ("90", "89.9", "50", "49.9")]

    assert named == ["Xuất sắc", "Tốt", "Trung bình", "Yếu"]
    assert band_of(bands[:2], D(1)) is None


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="real data not found")
def test_the_commune_set_is_the_official_list(content):
    communes = queries.get_index_set(key="dti_commune_2026")
    path = SHARED_DATA / "dti_commune_2026.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))

    told = [
        (one.number, str(one.title), one.maximum) for one in communes.items.values()
    ]
    groups = {c.number: str(g.title) for g in communes.indices for c in g.criteria}
    assert told == [
        (r["code"], normalize("NFC", r["criterion"]), D(r["max_points"])) for r in rows
    ]
    assert groups == {r["code"]: r["group"] for r in rows}


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="real data not found")
def test_a_sheet_of_a_commune_sums_to_what_it_says(content):
    communes = queries.get_index_set(key="dti_commune_2026")
    path = SHARED_DATA / "dti_commune_2026.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    keys = {one.number: key for key, one in communes.items.items()}

    def summed(column):
        points = {keys[row["code"]]: D(row[column]) for row in rows}
        return total(communes, points)

    assert summed("self_points").points == D("787.84")
    assert summed("appraised_points").points == D("606.27")
    assert summed("self_points").share == rounded(D("787.84") / 960)
