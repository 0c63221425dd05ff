"""The account as packs state it, what targets ask, what is worked out of uploads."""

import io
import json
from copy import deepcopy

import pytest
import xlsxwriter
from click.testing import CliRunner

from tinhso.cli.digital_economy import group
from tinhso.foresight import actions, queries
from tinhso.foresight.models import AccountEstimateRow, AccountInputRow
from tinhso.foresight.rules.account.sheets import LAYOUT, SHEET
from tinhso.foresight.types.account import (
    InputKind,
    Method,
    Quotient,
    Settings,
    Through,
)
from tinhso.foresight.types.account_refusals import (
    AccountUnknown,
    GrdpWrong,
    InputAlreadyTaken,
    InputMissing,
    PlaceUnknown,
    SourceMissing,
    WorkbookUnreadable,
    WorkbookWrong,
)
from tinhso.indicators.types import PeriodWrong
from tinhso.kernel.actor import SYSTEM, Actor, ActorKind
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.packs import versions
from tinhso.kernel.packs.types import Content

SOURCE = "Niên giám thống kê 2024, Cục Thống kê tỉnh"
# Farming, electronics, information services of a nation a thousand times smaller.
CODES = ["01", "26", "62"]
NATION = [
    ["Bán \\ Mua", *CODES],
    ["01", 10, 0, 0],
    ["26", 10, 100, 5],
    ["62", 5, 0, 20],
    ["VA", 75, 100, 25],
    ["GO", 100, 200, 50],
]
PROVINCE = [
    ["Mã", "Tên", "Giá trị"],
    ["GRDP", "", 100],
    ["01", "", 30],
    ["26", "", 40],
    ["62", "", 10],
]


def workbook(kind, rows, layout=LAYOUT):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_row(0, 0, [layout, kind])
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                is_formula = isinstance(value, str) and value.startswith("=")
                write = sheet.write_formula if is_formula else sheet.write
                write(number, place, value)
    return buffer.getvalue()


@pytest.fixture
def take(content, now):
    def do(kind, rows, place="quang_ninh", **more):
        told = {"period": "2024", "source": SOURCE, "actor": SYSTEM, "at": now}
        return actions.take_account_input(
            kind=kind,
            place=place,
            name="so-lieu.xlsx",
            **(told | {"content": workbook(kind.value, rows)} | more),
        )

    return do


@pytest.fixture
def both(take):
    take(InputKind.IO_TABLE, NATION, place="vn")
    take(InputKind.VALUE_ADDED, PROVINCE)


def estimate(now, **more):
    told = {
        "method": Method.STATISTICS_OFFICE,
        "period": "2024",
        "settings": Settings(members=200),
        "actor": SYSTEM,
        "at": now,
    }
    return actions.estimate_share(**(told | more))


def faults(refused):
    return {(one.sheet, one.cell): one.told for one in refused.value.faults}


# What packs state.


def test_the_two_methods_are_two_series_and_an_earlier_release_a_third(content):
    found = queries.get_account(made_up=False, actor=SYSTEM)

    nation = {
        (one.method, one.vintage): [share.value for share in one.shares]
        for one in found.series
        if one.place == "vn"
    }
    assert nation == {
        (Method.STATISTICS_OFFICE, ""): [12.66, 12.87, 12.83, 12.87, 13.17],
        (Method.STATISTICS_OFFICE, "earlier"): [12.66, 12.88, 12.63, 12.33],
        (Method.MINISTRY, ""): [11.91, 14.26, 18.3],
    }


def test_the_provinces_missing_years_are_said_and_stay_blank(content):
    found = queries.get_account(made_up=False, actor=SYSTEM)

    mine = [one for one in found.series if one.place == "quang_ninh"]
    [known] = mine
    assert [(s.period.key, s.value) for s in known.shares] == [("2021", 3.0)]
    assert known.method is Method.UNSTATED
    blank = {
        (one.method.value, one.period.key)
        for one in found.declared.absent
        if one.place == "quang_ninh"
    }
    assert {("statistics_office", "2024"), ("ministry", "2022")} <= blank


def test_every_value_has_a_source_and_what_is_unsure_is_marked(content):
    found = queries.get_account(made_up=False, actor=SYSTEM).declared

    assert all(one.source for one in (*found.shares, *found.facts, *found.core))
    certain = {one.code for one in found.core if one.is_certain}
    assert certain == {"26", "4651"}


def test_who_serves_no_province_is_told_no_account(content):
    with pytest.raises(NotAllowed):
        queries.get_account(made_up=False, actor=Actor(kind=ActorKind.CITIZEN))


def test_without_a_pack_there_is_no_account(db):
    with pytest.raises(AccountUnknown):
        queries.account_gaps(actor=SYSTEM)


def body():
    return deepcopy(dict(versions.newest(kind="accounts", key="digital_economy").body))


def check(told):
    return actions.ACCOUNTS.check(Content("t", "accounts", "x", told))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda b: b["published"][1].update(place="nowhere"), "published.1.place"),
        (lambda b: b["published"][1].update(source="nobody"), "published.1.source"),
        (lambda b: b["published"].append(dict(b["published"][1])), "published.22"),
        (lambda b: b["absent"][2].update({"from": 2022}), "absent.2"),
        (lambda b: b["absent"][2].update(to=2000), "absent.2.to"),
        (lambda b: b["core"][0].update(code="34"), "core.0.code"),
        (lambda b: b["core"][1].update(code="26"), "core.1.code"),
        (lambda b: b.update(province="nowhere"), "province"),
    ],
)
def test_a_pack_that_contradicts_itself_is_told_where(content, change, field):
    told = body()
    change(told)

    assert list(check(told)) == [field]


def test_a_pack_that_names_no_indicator_is_told_where(content):
    told = body()
    told["measures"]["share"] = "nothing"

    def find(kind, key):
        return versions.newest(kind=kind, key=key)

    found = actions.ACCOUNTS.compare(Content("t", "accounts", "x", told), find)

    assert list(found) == ["measures.share"]


# What targets ask.


def test_three_to_twenty_percent_asks_for_77_percent_a_year(content):
    found, later = queries.account_gaps(actor=SYSTEM).shares

    assert (later.goal, later.due.key, later.years) == (30.0, "2030", 9)
    assert (found.start.value, found.goal, found.years) == (3.0, 20.0, 4)
    rates = {one.growth.name: round(one.rate) for one in found.needed}
    assert rates == {"current_prices": 77, "with_estimate": 80, "constant_prices": 76}


def test_the_growth_needed_follows_the_values_that_are_stored(content, now):
    told = body()
    [base] = [f for f in told["facts"] if f["key"] == "grdp" and f["period"] == 2023]
    base["value"] = 347_500
    versions.keep(Content("t", "accounts", "digital_economy", told), now)

    found, _ = queries.account_gaps(actor=SYSTEM).shares

    assert round(found.needed[0].growth.rate, 6) == 0
    assert found.needed[0].rate == pytest.approx(100 * ((20 / 3) ** 0.25 - 1))


def test_a_target_that_is_reached_asks_for_nothing(content, now):
    told = body()
    told["published"][0]["value"] = 21
    versions.keep(Content("t", "accounts", "digital_economy", told), now)

    [left] = queries.account_gaps(actor=SYSTEM).shares
    assert left.goal == 30


def test_manufacturing_would_have_to_be_four_fifths_digital(content):
    [found] = queries.account_gaps(actor=SYSTEM).manufacturing

    assert (found.low, found.high, found.fact.value) == (47, 50, 11.9)
    assert (found.low_of_grdp, found.high_of_grdp) == (9.4, 10.0)
    assert (round(found.low_of_all), round(found.high_of_all)) == (79, 84)


def asked(*words):
    answer = CliRunner().invoke(group, [*words, "--json"])
    return json.loads(answer.stdout)


def test_the_command_prints_gaps_with_inputs_and_sources(content):
    found = asked("gap")

    [first, *_] = found["shares"][0]["needed"]
    assert round(first["percent_a_year"]) == 77
    assert [fact["value"] for fact in first["facts"]] == [315_000, 347_500]
    assert all(fact["source"] for fact in first["facts"])
    assert "09-NQ/TU" in found["shares"][0]["start"]["source"]
    assert found["manufacturing"][0]["fact"]["source"]


def test_the_command_shows_one_method_and_its_blank_years(content):
    found = asked("show", "--method", "ministry")

    assert {one["method"] for one in found["series"]} == {"ministry"}
    assert {"2022", "2025"} <= {one["period"] for one in found["absent"]}


# What is uploaded.


def test_an_upload_is_a_version_that_says_who_when_and_from_where(take, now):
    found = take(InputKind.VALUE_ADDED, PROVINCE)

    assert (found.version, found.source, found.taken_by) == (1, SOURCE, SYSTEM.name)
    assert found.taken_at == now
    assert found.data == {"values": {"GRDP": 100.0, "01": 30.0, "26": 40.0, "62": 10.0}}
    entry = JournalEntry.objects.get(deed="foresight.take_account_input")
    assert entry.details["digest"] == found.digest


def test_a_correction_is_another_version_and_the_first_stays(take):
    take(InputKind.VALUE_ADDED, PROVINCE)
    second = take(InputKind.VALUE_ADDED, [*PROVINCE[:-1], ["62", "", 11]])

    assert second.version == 2
    told = AccountInputRow.objects.order_by("version").values_list("data", flat=True)
    assert [one["values"]["62"] for one in told] == [10, 11]


def test_the_same_again_is_refused(take):
    take(InputKind.VALUE_ADDED, PROVINCE)

    with pytest.raises(InputAlreadyTaken):
        take(InputKind.VALUE_ADDED, PROVINCE)


@pytest.mark.parametrize(
    ("kind", "rows", "wrong"),
    [
        (
            InputKind.VALUE_ADDED,
            [*PROVINCE, ["34", "", 1], ["61", "", "1,5"], ["63", "", -2]],
            {"A7": "34", "C8": "1,5", "C9": "-2.0"},
        ),
        (InputKind.VALUE_ADDED, [*PROVINCE, ["62", "", 3]], {"A7": "62"}),
        (InputKind.VALUE_ADDED, [["Mã", "Tên", "x"], ["GRDP", "", None]], {"C3": ""}),
        (
            InputKind.VALUE_ADDED,
            [*PROVINCE, ["63", "", "='[2]a'!B2"]],
            {"C7": ""},
        ),
        (InputKind.FIRMS, [["Mã", "Tên", "Số"], ["62", "", 1.5]], {"C3": "1.5"}),
        (InputKind.E_INVOICES, [["Mã"], ["2024Q5", "", 3]], {"A3": "2024Q5"}),
        (
            InputKind.IO_TABLE,
            [["", "01", "34"], *([code, 1, 1] for code in ("01", "34", "VA", "GO"))],
            {"C2": "34"},
        ),
        (
            InputKind.IO_TABLE,
            [NATION[0], ["26", 1, 2, 3], *NATION[2:]],
            {"A3": "26"},
        ),
        (
            InputKind.IO_TABLE,
            [*NATION[:2], ["26", -10, 100, 5], *NATION[3:]],
            {"B4": "-10.0"},
        ),
        (
            InputKind.IO_TABLE,
            [*NATION[:-1], ["GO", 20, 200, 50]],
            {"B2": "01"},
        ),
        (
            InputKind.IO_TABLE,
            [*NATION[:-2], ["VA", 75, None, 25], NATION[-1]],
            {"C2": "26"},
        ),
    ],
)
def test_wrong_cells_are_named_and_nothing_is_written(take, kind, rows, wrong):
    with pytest.raises(WorkbookWrong) as refused:
        take(kind, rows, place="vn")

    assert set(faults(refused)) == {(SHEET, cell) for cell in wrong}
    told = {cell: value for (_, cell), value in faults(refused).items() if value}
    assert told == {cell: value for cell, value in wrong.items() if value}
    assert not AccountInputRow.objects.exists()


def test_a_workbook_of_another_kind_or_none_at_all_is_refused(take):
    with pytest.raises(WorkbookWrong):
        take(InputKind.VALUE_ADDED, [], content=workbook("firms", PROVINCE))
    with pytest.raises(WorkbookUnreadable):
        take(InputKind.VALUE_ADDED, [], content=b"a,b\n1,2\n")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"source": " \u200b"}, SourceMissing),
        ({"place": "nowhere"}, PlaceUnknown),
        ({"period": "2024Q1"}, PeriodWrong),
        ({"actor": Actor(kind=ActorKind.OFFICER)}, NotAllowed),
    ],
)
def test_an_upload_that_says_too_little_is_refused_by_name(take, change, refusal):
    with pytest.raises(refusal):
        take(InputKind.VALUE_ADDED, PROVINCE, **change)


@pytest.mark.parametrize("kind", list(InputKind))
def test_a_template_comes_back_without_a_fault_of_its_own(take, kind):
    content = queries.account_template(kind=kind, year=2024, actor=SYSTEM)

    with pytest.raises(WorkbookWrong) as refused:
        take(kind, [], content=content)

    # An empty one lacks numbers, and nothing else.
    messages = {str(one.message) for one in refused.value.faults}
    assert all("Thiếu" in one or "Chưa" in one or "chưa" in one for one in messages)


# What is worked out.


def test_an_estimate_knows_the_digests_of_all_it_stands_on(both, now):
    found = estimate(now)

    # Quotients of 26 and 62: (40/80)/(100/200) = 1 and (10/80)/(25/200) = 1.
    # 40 + 10 + 30 · (0.1 + 0.05) = 54.5 of 100.
    assert found.share == pytest.approx(54.5)
    assert found.range.low < 54.5 < found.range.high
    inputs = AccountInputRow.objects.values_list("digest", flat=True)
    assert set(found.inputs) == set(inputs)
    assert not found.made_up


def test_an_estimate_by_leontief_and_cross_quotients_is_another_one(both, now):
    settings = Settings(
        through=Through.LEONTIEF, quotient=Quotient.CROSS_INDUSTRY, members=200
    )

    found = estimate(now, settings=settings)

    assert found.share > 54.5
    assert found.settings["through"] == "leontief"


def test_the_same_inputs_make_no_second_estimate(both, now):
    assert estimate(now) == estimate(now)
    assert AccountEstimateRow.objects.count() == 1


def test_an_estimate_needs_its_inputs(take, now):
    take(InputKind.VALUE_ADDED, PROVINCE)

    with pytest.raises(InputMissing, match="io_table"):
        estimate(now)


def test_made_up_inputs_are_flagged_and_never_mixed_with_real_ones(take, both, now):
    with pytest.raises(InputMissing):
        estimate(now, made_up=True)
    take(InputKind.VALUE_ADDED, PROVINCE, made_up=True)
    take(InputKind.IO_TABLE, NATION, place="vn", made_up=True)

    found = estimate(now, made_up=True)

    assert found.made_up
    assert queries.get_account(made_up=False, actor=SYSTEM).estimates == ()


def test_the_ministrys_components_are_an_account_of_their_own(take, now):
    rows = [["ICT", "", 5], ["PLATFORM", "", 2], ["SECTOR", "", 3], ["GRDP", "", 200]]
    take(InputKind.COMPONENTS, [["Mã"], *rows])

    found = estimate(now, method=Method.MINISTRY)

    assert (found.share, found.range) == (5.0, None)


def test_more_digital_than_grdp_is_refused_and_nothing_is_kept(take, now):
    rows = [["ICT", "", 5], ["PLATFORM", "", 2], ["SECTOR", "", 3], ["GRDP", "", 9]]
    take(InputKind.COMPONENTS, [["Mã"], *rows])

    with pytest.raises(GrdpWrong):
        estimate(now, method=Method.MINISTRY)
    assert not AccountEstimateRow.objects.exists()


def test_the_command_writes_a_template_and_takes_it_filled_in(content, tmp_path):
    file = tmp_path / "mau.xlsx"

    written = asked("template", str(file), "--kind", "value_added")
    file.write_bytes(workbook("value_added", PROVINCE))
    words = ["import", str(file), "--kind", "value_added", "--place", "quang_ninh"]
    refused = asked(*words, "--year", "2024")
    taken = asked(*words, "--year", "2024", "--source", SOURCE)

    assert written == {"written": str(file)}
    assert refused["refused"] == "SourceMissing"
    assert taken["version"] == 1


def test_the_command_names_the_wrong_cell_by_sheet(content, tmp_path):
    file = tmp_path / "sai.xlsx"
    file.write_bytes(workbook("firms", [["Mã"], ["62", "", "nhiều"]]))
    words = ["import", str(file), "--kind", "firms", "--place", "quang_ninh"]

    found = asked(*words, "--year", "2024", "--source", SOURCE)

    assert list(found["fields"]) == [f"{SHEET}!C3"]
