"""The account's arithmetic, against cases worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from tinhso.foresight.rules.account import (
    gaps,
    methods,
    nowcasts,
    ranges,
    regions,
    tables,
)
from tinhso.foresight.types.account import (
    Amount,
    Fact,
    IoTable,
    Method,
    Quotient,
    Share,
    Through,
)
from tinhso.foresight.types.account_refusals import (
    CellNegative,
    ColumnAboveOne,
    DeltaWrong,
    GrdpWrong,
    IndicatorConstant,
    IndustryMissing,
    IndustryTwice,
    IndustryUnknown,
    MethodsDiffer,
    OutputMissing,
    QuartersWrong,
    RegionAboveNation,
    ShareAboveOne,
    SpreadWrong,
    TableNotSquare,
    TableSingular,
    TooFewYears,
    ValueAddedMissing,
)
from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.types import Goal, Pillar, Target

# Farming, electronics, information services. Columns use 0.25, 0.5 and 0.5 of output.
CODES = ("01", "26", "62")
TABLE = IoTable(
    codes=CODES,
    flows=((10, 0, 0), (10, 100, 5), (5, 0, 20)),
    value_added=(75, 100, 25),
    output=(100, 200, 50),
)
CORE = {"26", "62"}


def test_a_coefficient_is_a_flow_over_the_users_output():
    found = tables.coefficients(TABLE)

    assert found.tolist() == [[0.1, 0, 0], [0.1, 0.5, 0.1], [0.05, 0, 0.4]]


def test_the_direct_share_is_what_core_industries_deliver():
    a = tables.coefficients(TABLE)

    found = tables.digital_shares(a, CODES, CORE, Through.DIRECT)

    assert found == pytest.approx({"01": 0.15, "26": 1, "62": 1}, rel=1e-15)


def test_the_share_by_leontief_counts_all_upstream():
    # I - A = [[.9,0,0],[-.1,.5,-.1],[-.05,0,.6]]; first column of the inverse:
    # 1/.9; (.05/.6)/.9 = .092592…; (.1 + .1·.083333…)/.9/.5 = .240740…
    a = tables.coefficients(TABLE)

    found = tables.digital_shares(a, CODES, CORE, Through.LEONTIEF)

    assert found["01"] == pytest.approx(0.5 / 5.4 + 13 / 54, rel=1e-13)
    assert (found["26"], found["62"]) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"flows": ((10, 0, 0), (-1, 100, 5), (5, 0, 20))}, CellNegative),
        ({"flows": ((10, 0, 0), (10, 100, float("nan")), (5, 0, 20))}, CellNegative),
        ({"flows": ((90, 0, 0), (10, 100, 5), (5, 0, 20))}, ColumnAboveOne),
        ({"flows": ((10, 0), (10, 100), (5, 0))}, TableNotSquare),
        ({"codes": ("01", "26", "34")}, IndustryUnknown),
        ({"codes": ("01", "26", "26")}, IndustryTwice),
        ({"value_added": (0, 100, 25)}, ValueAddedMissing),
        ({"output": (100, 0, 50)}, OutputMissing),
    ],
)
def test_a_table_that_cannot_be_is_refused_by_name(change, refusal):
    with pytest.raises(refusal):
        tables.coefficients(replace(TABLE, **change))


def test_a_refusal_names_the_industry():
    with pytest.raises(ColumnAboveOne, match="01"):
        tables.coefficients(replace(TABLE, output=(20, 200, 50)))


def test_what_cannot_be_inverted_is_refused():
    a = np.array([[0.5, 0.5], [0.5, 0.5]])

    with pytest.raises(TableSingular):
        tables.digital_shares(a, ("01", "26"), {"26"}, Through.LEONTIEF)


def test_more_than_all_of_an_industry_is_never_digital():
    a = np.array([[0.0, 0.0], [0.9, 0.5]])

    with pytest.raises(ShareAboveOne, match="01"):
        tables.digital_shares(a, ("01", "26"), {"26"}, Through.LEONTIEF)


def test_a_table_without_any_core_industry_is_refused():
    with pytest.raises(IndustryMissing):
        tables.digital_shares(np.zeros((1, 1)), ("01",), CORE, Through.DIRECT)


def test_vsic_has_88_divisions():
    assert len(tables.DIVISIONS) == 88


def office(**change):
    told = {
        "value_added": {"01": 400.0, "26": 30.0, "62": 10.0},
        "shares": {"01": 0.15, "26": 1.0, "62": 1.0},
        "core": CORE,
        "grdp": 500.0,
    }
    return methods.by_office(**(told | change))


def test_the_statistics_office_adds_core_and_digitalised_value_added():
    found = office()

    assert found.core == Amount(Method.STATISTICS_OFFICE, 40.0)
    assert found.other == Amount(Method.STATISTICS_OFFICE, 60.0)
    assert found.share == 20.0


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"value_added": {"01": 400.0, "26": 30.0}}, ValueAddedMissing),
        ({"value_added": {"01": -1.0, "26": 3.0, "62": 1.0}}, ValueAddedMissing),
        ({"shares": {"01": 0.15, "26": 1.0}}, IndustryMissing),
        ({"value_added": {"X": 1.0}}, IndustryUnknown),
        ({"grdp": 0.0}, GrdpWrong),
        ({"grdp": 99.0}, GrdpWrong),
    ],
)
def test_an_account_that_cannot_be_is_refused_by_name(change, refusal):
    with pytest.raises(refusal):
        office(**change)


def test_the_ministry_adds_three_components():
    found = methods.by_ministry(ict=20, platform=30, sector=50, grdp=1000)

    assert found.total == Amount(Method.MINISTRY, 100)
    assert found.share == 10.0


def test_amounts_of_two_methods_are_never_added():
    with pytest.raises(MethodsDiffer):
        Amount(Method.MINISTRY, 1.0) + Amount(Method.STATISTICS_OFFICE, 1.0)


def share(method, year, value, **more):
    return Share(method, "vn", period_of(str(year)), value, "Nguồn", **more)


def test_values_of_two_methods_are_two_series():
    told = [
        share(Method.MINISTRY, 2022, 14.26),
        share(Method.STATISTICS_OFFICE, 2022, 12.83),
        share(Method.MINISTRY, 2021, 11.91),
        share(Method.STATISTICS_OFFICE, 2022, 12.63, vintage="older"),
    ]

    found = methods.series_of(told)

    values = {(s.method.value, s.vintage): [x.value for x in s.shares] for s in found}
    assert values == {
        ("ministry", ""): [11.91, 14.26],
        ("statistics_office", ""): [12.83],
        ("statistics_office", "older"): [12.63],
    }


def test_one_series_of_two_methods_or_releases_is_refused():
    one = share(Method.MINISTRY, 2022, 14.26)

    with pytest.raises(MethodsDiffer):
        methods.as_series((one, share(Method.STATISTICS_OFFICE, 2023, 12.87)))
    with pytest.raises(MethodsDiffer):
        methods.as_series((one, replace(one, vintage="older")))


NATION = {"01": 500.0, "26": 300.0, "62": 200.0}
REGION = {"01": 60.0, "26": 30.0, "62": 10.0}
# Simple quotients: .6/.5 = 1.2, .3/.3 = 1, .1/.2 = .5.
A = np.full((3, 3), 0.2)


def test_simple_quotients_scale_rows_down_never_up():
    found = regions.regional(A, CODES, region=REGION, nation=NATION)

    assert found == pytest.approx(np.array([[0.2] * 3, [0.2] * 3, [0.1] * 3]))


def test_cross_industry_quotients_weigh_who_delivers_against_who_uses():
    found = regions.regional(
        A, CODES, region=REGION, nation=NATION, by=Quotient.CROSS_INDUSTRY
    )

    # q_12 = 1.2/1 > 1, q_21 = 1/1.2, q_31 = .5/1.2, q_32 = .5/1; diagonal simple.
    expected = [[0.2, 0.2, 0.2], [0.2 / 1.2, 0.2, 0.2], [0.1 / 1.2, 0.1, 0.1]]
    assert found == pytest.approx(np.array(expected), rel=1e-14)


def test_flegg_makes_a_small_province_buy_more_elsewhere():
    found = regions.regional(
        A, CODES, region=REGION, nation=NATION, by=Quotient.FLEGG, delta=0.3
    )

    size = np.log2(1.1) ** 0.3
    assert found[1, 0] == pytest.approx(0.2 * size / 1.2, rel=1e-14)
    assert found[0, 1] == pytest.approx(0.2 * min(1, 1.2 * size), rel=1e-14)
    assert found[0, 0] == 0.2


def test_flegg_with_no_delta_is_the_cross_industry_quotient():
    told = {"region": REGION, "nation": NATION}
    flegg = regions.regional(A, CODES, by=Quotient.FLEGG, delta=0, **told)
    cross = regions.regional(A, CODES, by=Quotient.CROSS_INDUSTRY, **told)

    assert flegg.tolist() == cross.tolist()


def test_a_province_like_the_nation_keeps_the_nations_table():
    found = regions.regional(A, CODES, region=NATION, nation=NATION)

    assert found.tolist() == A.tolist()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"region": {"01": 60.0, "26": 30.0}}, IndustryMissing),
        ({"region": {**REGION, "62": 201.0}}, RegionAboveNation),
        ({"region": {**REGION, "62": -1.0}}, ValueAddedMissing),
        ({"nation": {**NATION, "62": 0.0}}, ValueAddedMissing),
        ({"delta": 1.0}, DeltaWrong),
    ],
)
def test_a_province_that_cannot_be_is_refused_by_name(change, refusal):
    told = {"region": REGION, "nation": NATION, "by": Quotient.FLEGG}

    with pytest.raises(refusal):
        regions.regional(A, CODES, **(told | change))


YEARS = [100.0, 112.0, 121.0, 140.0, 150.0]


def indicator(quarters=20):
    season = [2.0, -1.0, 0.5, 3.0]
    return [20 + 0.7 * n + season[n % 4] for n in range(quarters)]


def test_quarters_add_up_to_their_years():
    found = nowcasts.nowcast(YEARS, indicator())

    sums = [sum(found.quarters[y * 4 : y * 4 + 4]) for y in range(5)]
    assert sums == pytest.approx(YEARS, rel=1e-15)
    assert 0 <= found.rho < 1


def test_quarters_of_an_indicator_that_tells_the_years_exactly_are_its_line():
    told = indicator(22)
    true = [3 + 0.5 * value for value in told]
    years = [sum(true[y * 4 : y * 4 + 4]) for y in range(5)]

    found = nowcasts.nowcast(years, told)

    assert found.quarters == pytest.approx(true, rel=1e-9)
    assert found.beta == pytest.approx((3, 0.5), rel=1e-7)


def test_without_correlation_the_years_errors_are_spread_evenly():
    # With rho = 0, V = I: each quarter gets its line and a quarter of the year's error.
    y, x = np.array(YEARS), np.array(indicator())
    design = np.column_stack([np.ones(20), x])
    sums = np.kron(np.eye(5), np.ones(4))
    beta = np.linalg.lstsq(sums @ design, y, rcond=None)[0]
    errors = y - sums @ design @ beta

    found, _ = nowcasts._quarters(y, design, sums, 0.0)

    assert found == pytest.approx(design @ beta + np.repeat(errors / 4, 4), rel=1e-9)


@pytest.mark.parametrize(
    ("years", "told", "refusal"),
    [
        (YEARS[:3], indicator(12), TooFewYears),
        ([*YEARS[:4], float("nan")], indicator(), TooFewYears),
        (YEARS, indicator(19), QuartersWrong),
        (YEARS, indicator(25), QuartersWrong),
        (YEARS, [*indicator(19), float("nan")], QuartersWrong),
        (YEARS, [5.0] * 20, IndicatorConstant),
    ],
)
def test_years_and_quarters_that_do_not_do_are_refused_by_name(years, told, refusal):
    with pytest.raises(refusal):
        nowcasts.nowcast(years, told)


def ranged(**change):
    told = {
        "a": tables.coefficients(TABLE),
        "codes": CODES,
        "core": CORE,
        "through": Through.DIRECT,
        "value_added": {"01": 400.0, "26": 30.0, "62": 10.0},
        "grdp": 500.0,
        "spread": 0.2,
        "members": 4000,
        "seed": 7,
    }
    return ranges.share_range(**(told | change))


def test_a_range_lies_around_the_share_and_is_the_same_by_seed():
    found = ranged()

    assert found.low < found.middle < found.high
    assert found.middle == pytest.approx(20.0, abs=0.2)
    assert found == ranged()
    assert found != ranged(seed=8)


def test_a_range_of_the_direct_share_is_as_wide_as_worked_out():
    # 400/500 · 100 · sd(0.1·f + 0.05·g), f and g independent of sd 0.2: about 1.79.
    found = ranged()

    sd = 80 * 0.2 * np.hypot(0.1, 0.05)
    assert found.high - found.low == pytest.approx(2 * 1.645 * sd, rel=0.05)


def test_without_spread_there_is_no_range():
    found = ranged(spread=0.0, members=100)

    assert (found.low, found.high) == pytest.approx((20.0, 20.0))


def test_leontief_widens_with_all_upstream():
    assert ranged(through=Through.LEONTIEF).middle > ranged().middle


@pytest.mark.parametrize("change", [{"spread": -0.1}, {"spread": 1.1}, {"members": 5}])
def test_a_spread_that_is_none_is_refused(change):
    with pytest.raises(SpreadWrong):
        ranged(**change)


TARGET = Target(
    key="digital_economy",
    plan="nq09_2025",
    number=11,
    pillar=Pillar.ECONOMY,
    clause_vi="",
    clause_en="",
    indicator="digital_economy_share",
    goal=Goal(at_least=20),
    due=period_of("2025"),
    source="Nghị quyết 09-NQ/TU",
)


def fact(key, year, value, **more):
    return Fact(key, "qn", period_of(str(year)), value, "", "Nguồn", **more)


def test_growth_is_told_from_what_is_known_before_what_is_estimated():
    found = gaps.growths(
        [
            fact("grdp", 2023, 315_000),
            fact("grdp", 2024, 347_500),
            fact("grdp", 2025, 395_000, is_estimate=True),
            fact("grdp_growth", 2023, 11.03),
            fact("grdp_growth", 2024, 8.42),
        ]
    )

    rates = {one.name: round(one.rate, 2) for one in found}
    assert rates == {
        "current_prices": 10.32,
        "with_estimate": 11.98,
        "constant_prices": 9.72,
    }


def test_from_three_to_twenty_percent_in_four_years():
    start = share(Method.UNSTATED, 2021, 3.0)
    [grew] = gaps.growths([fact("grdp", 2023, 100), fact("grdp", 2024, 110)])

    found = gaps.share_gap(TARGET, start, 20.0, [grew])

    assert (found.years, round(found.times, 2)) == (4, 6.67)
    assert round(found.needed[0].rate, 1) == 76.8


def test_half_of_a_fifth_of_grdp_is_most_of_manufacturing():
    found = gaps.manufacturing_gap(
        TARGET, low=47, high=50, goal=20, fact=fact("manufacturing_share", 2021, 12.5)
    )

    assert (found.low_of_grdp, found.high_of_grdp) == (9.4, 10.0)
    assert (found.low_of_all, found.high_of_all) == pytest.approx((75.2, 80.0))
