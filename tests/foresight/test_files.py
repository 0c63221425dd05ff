"""Files of series: what is read, what is refused by name and cell, and the command."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tinhso.cli.foresight import group
from tinhso.foresight import queries
from tinhso.foresight.types import FileForecast, SeriesFileWrong, SeriesTooShort

HEAD = "series,period,value\n"
LINES = "A,2020,1\nA,2021,2\nA,2022,4\n"


def told(text: str | bytes, **more: bool) -> FileForecast:
    content = text.encode() if isinstance(text, str) else text
    return queries.forecast_file(content=content, horizon=2, level=80, **more)


def faults(text: str | bytes) -> dict[str, list[str]]:
    with pytest.raises(SeriesFileWrong) as refused:
        told(text)
    return refused.value.fields


def test_a_file_of_years_is_forecast():
    [one] = told(HEAD + LINES).forecasts

    assert [a.period for a in one.ahead] == ["2023", "2024"]
    assert one.ahead[0].mean > 4


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEAD + LINES,
        (HEAD + LINES).replace("\n", "\r\n"),
        (HEAD + LINES).replace(",", ";"),
        (HEAD + LINES).replace(",", "\t"),
        "chuỗi;kỳ;giá trị\nA;năm 2020;1,0\nA;năm 2021;2,0\nA;năm 2022;4,0\n",
        "value,period,series\n4,2022,A\n\n1,2020,A\n2,2021,A\n",
    ],
    ids=["bom", "crlf", "semicolons", "tabs", "vietnamese", "any order"],
)
def test_a_file_is_read_however_it_was_written(text):
    [plain], [one] = told(HEAD + LINES).forecasts, told(text).forecasts

    assert one.ahead == plain.ahead


@pytest.mark.parametrize(
    ("first", "following"),
    [
        (["2024-Q1", "2024-Q2", "2024-Q3"], "2024-Q4"),
        (["quý I/2024", "quý 2 năm 2024", "2024Q3"], "2024-Q4"),
        (["2024-10", "tháng 11/2024", "12/2024"], "2025-01"),
        (["2022", "năm 2023", "2024"], "2025"),
    ],
)
def test_periods_are_read_as_people_write_them(first, following):
    rows = "".join(f"A,{period},{n}\n" for n, period in enumerate(first))

    [one] = told(HEAD + rows).forecasts

    assert one.ahead[0].period == following


def test_an_empty_value_or_a_missing_line_is_a_gap():
    [one] = told(HEAD + "A,2018,1\nA,2019,\nA,2020,2\nA,2022,4\n").forecasts

    assert one.bridged == ("2019", "2021")


def test_what_lies_before_a_long_gap_is_left_aside():
    [one] = told(HEAD + "A,1990,900\n" + LINES).forecasts

    assert one.since == "2020"
    assert one.ahead == told(HEAD + LINES).forecasts[0].ahead


@pytest.mark.parametrize(
    ("text", "cell", "said"),
    [
        (HEAD + "A,2020,abc\n", "dòng 2, cột value", "abc"),
        (HEAD + "A,2020,1\nA,2021,inf\n", "dòng 3, cột value", "inf"),
        (HEAD + "A,2020,1\nA,2021,1e999\n", "dòng 3, cột value", "vô hạn"),
        (HEAD + "A,2020,NaN\n", "dòng 2, cột value", "NaN"),
        (HEAD + "A,2020,1\nA,2020,2\n", "dòng 3, cột period", "dòng 2"),
        (HEAD + "A,2020,1\nA,2021-01,2\n", "dòng 3, cột period", "trộn"),
        (HEAD + "A,2020-13,1\n", "dòng 2, cột period", "2020-13"),
        (HEAD + ",2020,1\n", "dòng 2, cột series", "tên"),
        (HEAD + "A,2020,1,9\n", "dòng 2", "4 ô"),
        ("series,period,amount\nA,2020,1\n", "dòng 1, cột amount", "amount"),
        ("series,period\nA,2020\n", "dòng 1, cột value", "Thiếu"),
        ("series,period,value,value\nA,2020,1,1\n", "dòng 1, cột value", "hai lần"),
        ('series,period,value\n"A,2020,1\n', "dòng 2", "không đọc được"),
        ("", "", "không có dòng"),
        ("\ufeff \n", "", "không có dòng"),
        (HEAD, "", "không có số liệu"),
        (HEAD.encode() + b"\xff\xfe\n", "", "UTF-8"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(text, cell, said):
    found = faults(text)

    assert any(said in reason for reason in found[cell])


def test_all_lines_are_read_before_the_first_is_refused():
    found = faults(HEAD + "A,2020,x\nB,2020,1\nB,2020,1\nB,Q9,1\n")

    assert list(found) == [
        "dòng 2, cột value",
        "dòng 4, cột period",
        "dòng 5, cột period",
    ]


def test_a_series_of_two_points_is_refused_by_name_with_its_cell():
    with pytest.raises(SeriesTooShort) as refused:
        told(HEAD + LINES + "B,2020,1\nB,2021,2\n")

    [(cell, [reason])] = refused.value.fields.items()
    assert cell == "dòng 6, cột series"
    assert "“B” chỉ có 2 kỳ" in reason


def test_short_series_are_left_out_and_named_when_asked():
    found = told(HEAD + LINES + "B,2020,1\n", skips_short=True)

    assert [one.series.name for one in found.forecasts] == ["A"]
    assert found.left_out == ("B",)


def as_file(tmp_path: Path, rows: list[list[str]]) -> str:
    path = tmp_path / "series.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["series", "period", "value"], *rows])
    return str(path)


def run(*words: str) -> tuple[int, list[dict[str, object]]]:
    found = CliRunner().invoke(group, ["forecast", *words, "--json"])
    return found.exit_code, [json.loads(line) for line in found.stdout.splitlines()]


def test_the_command_prints_a_json_line_a_series_and_period(tmp_path):
    rows = [
        [name, str(2010 + n), str(n * k)]
        for k, name in enumerate("AB", 1)
        for n in range(6)
    ]

    code, lines = run(as_file(tmp_path, rows), "--horizon", "3", "--level", "90")

    assert code == 0
    assert [(one["series"], one["period"]) for one in lines] == [
        (name, str(year)) for name in "AB" for year in (2016, 2017, 2018)
    ]
    assert all(one["low"] <= one["mean"] <= one["high"] for one in lines)
    assert {one["level"] for one in lines} == {90}


def test_the_command_prints_nothing_of_a_file_with_a_fault(tmp_path):
    rows = [
        ["A", "2020", "1"],
        ["A", "2021", "2"],
        ["A", "2022", "3"],
        ["B", "2020", "?"],
    ]

    code, [line] = run(as_file(tmp_path, rows))

    assert code == 1
    assert line["refused"] == "SeriesFileWrong"
    assert "dòng 5, cột value" in line["fields"]


def test_the_command_tells_how_earlier_forecasts_came_out(tmp_path):
    rows = [["A", str(2000 + n), str(n % 5 + n)] for n in range(15)]

    code, [line] = run(as_file(tmp_path, rows), "--backtest")

    assert code == 0
    assert line["errors"] > 0
    assert 0 <= line["coverage"] <= 1


def test_public_investment_of_provinces_is_forecast_month_by_month(
    tmp_path, shared_data
):
    with (shared_data / "state_investment_monthly.csv").open() as file:
        held = list(csv.DictReader(file))
    rows = [[one["series"], one["month"], one["billion_vnd"]] for one in held]

    code, lines = run(as_file(tmp_path, rows), "--skip-short", "--backtest")

    assert code == 0
    tried = [one for one in lines if one["errors"]]
    errors = sum(one["errors"] for one in tried)
    assert sum(one["mase"] * one["errors"] for one in tried) < sum(
        one["naive_mase"] * one["errors"] for one in tried
    )
    assert 0.72 < sum(one["coverage"] * one["errors"] for one in tried) / errors < 0.88


def test_papi_scores_of_quang_ninh_are_forecast_over_their_gaps(tmp_path, shared_data):
    with (shared_data / "papi_quang_ninh.csv").open() as file:
        held = list(csv.DictReader(file))
    rows = [
        [name, one["year"], value]
        for one in held
        for name, value in one.items()
        if name != "year"
    ]

    code, lines = run(as_file(tmp_path, rows), "--horizon", "2")

    assert code == 0
    assert len(lines) == 2 * 29
    assert any(one["bridged"] for one in lines)
