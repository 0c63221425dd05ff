"""Files of rows: what fits comes in once, what does not is told with its place."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner
from django.db import transaction

from tests.lake.conftest import forget
from tinhso.cli.main import main
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.packs import actions as packs
from tinhso.lake import actions, queries
from tinhso.lake.models import LoadRow, WaitingRow
from tinhso.lake.providers import cells, loading, published, tables
from tinhso.lake.providers.catalogue import find_table
from tinhso.lake.types import (
    CellsMerged,
    ColumnsDiffer,
    FileInOldFont,
    FileMostlyWrong,
    FileNotUnicode,
    FileTooLarge,
    FileUnreadable,
    SourceUnknown,
)

PACK = """
key: tourism
title: {vi: Du lịch, en: Tourism}
version: "1"
license: CC0-1.0
requires: []
source: tests
"""
SOURCE = """
key: tourism.visits
title: {vi: Lượt khách, en: Visits of guests}
fact: code
version: told_at
month: day
columns:
  - {name: code, kind: text, vi: Mã, en: code}
  - {name: place, kind: text, vi: Điểm đến, en: place}
  - {name: day, kind: day, vi: Ngày, en: day}
  - {name: guests, kind: whole, vi: Số khách, en: guests}
  - {name: income, kind: real, vi: Doanh thu, en: income, unit: VND, may_be_empty: true}
  - {name: is_foreign, kind: yes_no, vi: Khách quốc tế, en: foreign, may_be_empty: true}
  - {name: told_at, kind: moment, vi: Lúc báo, en: told at}
"""
HEAD = "Mã,Điểm đến,Ngày,Số khách,Doanh thu,Khách quốc tế,Lúc báo"
GOOD = 'A1,Vịnh Hạ Long,15/06/2026,"1.250","1.234.567,5",có,16/06/2026 08:30'


def declare(tmp_path, now, monkeypatch):
    """Declare the source of these tests, alone in the lake; answer its name."""
    folder = tmp_path / "packs" / "tourism"
    (folder / "sources").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    (folder / "sources" / "visits.yaml").write_text(SOURCE, "utf-8")
    packs.apply(tmp_path / "packs", actor=SYSTEM, at=now)
    monkeypatch.setattr(published, "_datasets", {})
    sources = published.Family(queries.datasets_of_sources, queries.source_among)
    monkeypatch.setattr(published, "_families", [sources])
    return "tourism.visits"


@pytest.fixture
def source(db, tmp_path, now, monkeypatch):
    """A source that a pack declares."""
    yield declare(tmp_path, now, monkeypatch)
    forget()


@pytest.fixture
def load(source, tmp_path, now):
    """Load lines of CSV below the head; answer what became of them."""
    count = 0

    def do(*lines, name="", head=HEAD, encoding="utf-8"):
        nonlocal count
        count += 1
        path = tmp_path / (name or f"khach-{count}.csv")
        path.write_bytes("\r\n".join([head, *lines, ""]).encode(encoding))
        return actions.load_file(source=source, path=path, at=now)

    return do


@pytest.fixture
def workbook(tmp_path):
    """Write a workbook with a head and what a test adds."""

    def do(fill, name="khach.xlsx"):
        path = tmp_path / name
        with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
            sheet = book.add_worksheet("Khách")
            for place, header in enumerate(HEAD.split(",")):
                sheet.write(0, place, header)
            fill(sheet)
        return path

    return do


def row(code, *, day="15/06/2026", guests="10", told="16/06/2026 08:30"):
    return f'{code},Cô Tô,{day},"{guests}",,,{told}'


def aside():
    return [one.reason for one in queries.set_aside()]


def test_cells_as_people_type_them_become_values(load, ask):
    done = load(GOOD)

    assert (done.rows, done.set_aside, done.is_fresh) == (1, 0, True)
    [found] = ask("SELECT * FROM tourism.visits")
    assert found[:6] == (
        "A1", "Vịnh Hạ Long", date(2026, 6, 15), 1250, 1234567.5, True,
    )  # fmt: skip
    assert found[6] == datetime(2026, 6, 16, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("Ngày", "2026-06-15", date(2026, 6, 15)),
        ("Ngày", "5/6/2026", date(2026, 6, 5)),
        ("Số khách", "-7", -7),
        ("Doanh thu", '"0,5"', 0.5),
        ("Doanh thu", "1234567", 1234567.0),
        ("Khách quốc tế", "Không", False),
        ("Khách quốc tế", "X", True),
        ("Lúc báo", "2026-06-16T01:30:00Z", datetime(2026, 6, 16, 1, 30, tzinfo=UTC)),
        ("Lúc báo", "16/06/2026 8:30:15", datetime(2026, 6, 16, 1, 30, 15, tzinfo=UTC)),
        ("Điểm đến", "Hạ Long", "Hạ Long"),
        ("Điểm đến", '"=WEBSERVICE(""http://x"")"', '=WEBSERVICE("http://x")'),
        (
            "Điểm đến",
            '"a, ""b"" \'); DROP TABLE cells"',
            'a, "b" \'); DROP TABLE cells',
        ),
    ],
)
def test_each_way_of_writing_a_cell_is_read(load, ask, column, cell, value):
    line = dict(zip(HEAD.split(","), row("A1").split(","), strict=True))
    line[column] = cell

    assert load(",".join(line.values())).rows == 1
    place = HEAD.split(",").index(column)
    assert ask("SELECT * FROM tourism.visits")[0][place] == value


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Ngày", "31/02/2026"),
        ("Ngày", "06/15/2026"),
        ("Ngày", "15/06/26"),
        ("Số khách", '"1,5"'),
        ("Số khách", "12.34"),
        ("Số khách", "99999999999999999999"),
        ("Số khách", "mười"),
        ("Doanh thu", "1.5"),
        ("Doanh thu", "=1+1"),
        ("Doanh thu", "NaN"),
        ("Khách quốc tế", "có lẽ"),
        ("Lúc báo", "16/06/2026"),
        ("Lúc báo", "25:00 16/06/2026"),
        ("Mã", ""),
    ],
)
def test_a_cell_that_does_not_fit_is_told_with_row_and_column(load, ask, column, cell):
    line = dict(zip(HEAD.split(","), row("A1").split(","), strict=True))
    line[column] = cell

    done = load(row("A0"), ",".join(line.values()), row("A2"))

    assert (done.rows, done.set_aside) == (2, 1)
    [reason] = aside()
    assert reason.startswith(f"khach-1.csv, hàng 3: {column}: ")
    assert ask("SELECT code FROM tourism.visits ORDER BY 1") == [("A0",), ("A2",)]


def test_a_line_that_is_broken_is_told_and_the_others_come_in(load, ask):
    done = load(row("A0"), row("A1") + ",more,cells", row("A2"))

    assert (done.rows, done.set_aside) == (2, 1)
    assert "dòng 3" in aside()[0]
    assert ask("SELECT code FROM tourism.visits ORDER BY 1") == [("A0",), ("A2",)]


def test_a_line_that_is_too_short_or_ends_within_quotes_is_told(load, ask):
    done = load(row("A0"), "A1,Cô Tô", row("A2"), 'A3,"Cô Tô')

    assert (done.rows, done.set_aside) == (2, 2)
    assert ["dòng 3" in aside()[1], "dòng 5" in aside()[0]] == [True, True]
    assert ask("SELECT code FROM tourism.visits ORDER BY 1") == [("A0",), ("A2",)]


def test_a_broken_line_moves_no_row_after_it(load):
    load(
        row("A0"), row("A1") + ",x", row("A2", guests="?"), "A3", row("A4", guests="?")
    )

    found = {reason.partition(":")[0].partition(", ")[2] for reason in aside()}
    assert found == {"dòng 3", "hàng 4", "dòng 5", "hàng 6"}


@pytest.mark.parametrize("sign", [";", "\t"])
def test_other_signs_between_cells_and_a_mark_of_order_are_known(load, ask, sign):
    head = "\ufeff" + HEAD.replace(",", sign)

    done = load(row("A0").replace(",", sign), head=head)

    assert (done.rows, done.set_aside) == (1, 0)


def test_a_row_that_was_set_aside_keeps_what_it_held(load):
    load(row("A0"), row("A1", guests="nhiều"))

    [kept] = queries.set_aside()
    assert (kept.values["code"], kept.values["guests"]) == ("A1", "nhiều")


def test_a_file_comes_in_once_whatever_it_is_called(load, ask):
    first = load(GOOD, name="a.csv")
    second = load(GOOD, name="b.csv")

    assert (first.is_fresh, second.is_fresh, second.rows) == (True, False, 0)
    assert ask("SELECT count(*) FROM tourism.visits__all") == [(1,)]


def test_a_fact_of_a_later_file_or_row_takes_the_place_of_the_earlier(load, ask):
    load(row("A1"), row("A2"), row("A2", guests="20", told="16/06/2026 09:00"))
    load(row("A1", guests="30", told="17/06/2026 08:00"))

    found = ask("SELECT code, guests FROM tourism.visits ORDER BY 1")

    assert found == [("A1", 30), ("A2", 20)]
    assert ask("SELECT count(*) FROM tourism.visits__all") == [(4,)]


class Died(BaseException):
    """As a process dies, nothing catches it."""


@pytest.mark.parametrize("is_after", [False, True])
def test_a_load_that_dies_is_taken_up(load, ask, monkeypatch, is_after):
    real = tables.append_columns

    def die(*args, **named):
        if is_after:
            real(*args, **named)
        raise Died

    with monkeypatch.context() as patched, pytest.raises(Died):
        patched.setattr(tables, "append_columns", die)
        load(row("A1"), row("A2", guests="nhiều"))

    load(row("A3"))

    assert ask("SELECT code FROM tourism.visits__all ORDER BY 1") == [("A1",), ("A3",)]
    assert len(aside()) == 1
    assert not LoadRow.objects.filter(appended_at=None).exists()
    assert not list(actions._stage_of("x", 1).parent.iterdir())


def test_without_its_number_a_load_would_be_there_twice(load, ask, monkeypatch):
    load(row("A1"))
    LoadRow.objects.all().delete()
    monkeypatch.setattr(tables, "_has", lambda *_: False)

    load(row("A1"))

    assert ask("SELECT count(*) FROM tourism.visits__all") == [(2,)]


def nothing_came(source):
    [state] = queries.tables()
    assert (state.rows, state.set_aside) == (0, 0)
    assert not LoadRow.objects.exists()


def test_a_table_of_files_outlives_a_rebuild_and_is_loaded_again_once_it_is_gone(
    committed_db, ask, tmp_path, now, monkeypatch
):
    source = declare(tmp_path, now, monkeypatch)
    path = tmp_path / "khach.csv"
    path.write_text(f"{HEAD}\n{GOOD}\n", "utf-8")
    actions.load_file(source=source, path=path, at=now)
    with transaction.atomic():
        actions.forget_tables()
    kept = ask("SELECT count(*) FROM tourism.visits")
    known = actions.load_file(source=source, path=path, at=now)
    Path(find_table(published.dataset_of(source)).metadata_location).unlink()

    with transaction.atomic():
        actions.forget_tables()
    again = actions.load_file(source=source, path=path, at=now)

    assert (kept, known.is_fresh, again.rows) == ([(1,)], False, 1)
    assert ask("SELECT count(*) FROM tourism.visits") == [(1,)]
    forget()


# "Hạ Long" and "Cẩm Phả", as the fonts of TCVN3 and of VNI have them.
OLD = ["H¹ Long", "CÈm Ph¶", "Haï Long", "Caåm Phaû"]


@pytest.mark.parametrize("typed", OLD)
def test_text_in_an_old_font_is_refused_with_a_sample(load, source, typed):
    with pytest.raises(FileInOldFont) as refused:
        load(row("A0").replace("Cô Tô", "Hạ Long"), row("A1").replace("Cô Tô", typed))

    assert refused.value.params["column"] == "Điểm đến"
    assert refused.value.params["sample"] == typed
    nothing_came(source)


def test_foreign_names_and_signs_are_no_old_font(load):
    names = ["Vịnh Hạ Long – Müller", "Đảo Cô Tô © 2026", "10×20 m², «Bãi Cháy»"]
    plenty = [row(f"B{n}").replace("Cô Tô", "Yên Tử") for n in range(10)]

    done = load(*(row(f"A{n}").replace("Cô Tô", f'"{name}"') for n, name in
                  enumerate(names)), *plenty)  # fmt: skip

    assert (done.rows, done.set_aside) == (13, 0)


@pytest.mark.parametrize("where", ["head", "rows"])
def test_a_file_that_is_not_unicode_is_refused(source, tmp_path, now, where):
    old = "Vịnh Hạ Long".encode("utf-16-le") + b"\xd0\xff"
    lines = [HEAD.encode(), row("A1").encode(), row("A2").encode()]
    if where == "head":
        lines[0] = old + lines[0]
    else:
        lines[2] = lines[2].replace("Cô Tô".encode(), b"C\xf4 T\xf4")
    path = tmp_path / "khach.csv"
    path.write_bytes(b"\n".join(lines))

    with pytest.raises(FileNotUnicode):
        actions.load_file(source=source, path=path, at=now)

    nothing_came(source)


def test_a_column_that_is_missing_is_named(load, source):
    with pytest.raises(ColumnsDiffer) as refused:
        load("A1,B", head="Mã,Điểm đến")

    assert "Số khách" in refused.value.params["columns"]
    nothing_came(source)


def test_columns_may_stand_in_any_order_beside_others(load, ask):
    turned = [*HEAD.split(",")[::-1], "Ghi chú"]
    cells_ = [*row("A1").replace('"', "").split(",")[::-1], "gì đó"]

    load(",".join(cells_), head=",".join(turned))

    assert ask("SELECT code, guests FROM tourism.visits") == [("A1", 10)]


def test_a_file_that_is_mostly_wrong_is_refused_whole(load, source, monkeypatch):
    monkeypatch.setattr(loading, "MOST_WRONG", 2)

    with pytest.raises(FileMostlyWrong) as refused:
        load(row("A0"), *(row(f"A{n}", guests="?") for n in range(1, 5)))

    assert refused.value.params["count"] == 4
    assert "hàng 3: Số khách" in refused.value.params["reason"]
    nothing_came(source)


def test_a_file_that_is_too_large_is_refused(load, source, monkeypatch):
    monkeypatch.setattr(loading, "MOST_ROWS", 3)

    with pytest.raises(FileTooLarge):
        load(*(row(f"A{n}") for n in range(4)))

    nothing_came(source)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"<html>Loi 502</html>"])
def test_what_is_no_table_is_refused(source, tmp_path, now, content):
    path = tmp_path / "khach.csv"
    path.write_bytes(content)

    with pytest.raises((FileUnreadable, ColumnsDiffer, FileNotUnicode)):
        actions.load_file(source=source, path=path, at=now)
    path.rename(tmp_path / "khach.xlsx")
    with pytest.raises(FileUnreadable):
        actions.load_file(source=source, path=tmp_path / "khach.xlsx", at=now)

    nothing_came(source)


def test_a_workbook_is_read_as_it_shows_and_computes_nothing(
    source, workbook, ask, now
):
    def fill(sheet):
        when = datetime(2026, 6, 16, 8, 30)  # noqa: DTZ001 - as a sheet has it
        sheet.write_row(1, 0, ["A1", "Hạ Long"])
        sheet.write_datetime(1, 2, datetime(2026, 6, 15))  # noqa: DTZ001
        sheet.write_row(1, 3, [1250, 1234567.5, True])
        sheet.write_datetime(1, 6, when)
        sheet.write_formula(2, 0, '=WEBSERVICE("http://127.0.0.1:9/")', value="A2")
        sheet.write_row(2, 1, ["Cô Tô", "15/06/2026", "1.250", "0,5", "không"])
        sheet.write(2, 6, "16/06/2026 08:30")
        sheet.write_row(3, 0, ["A3", "Cô Tô", "hôm qua", 1.5])

    done = actions.load_file(source=source, path=workbook(fill), at=now)

    assert (done.rows, done.set_aside) == (2, 1)
    found = ask("SELECT code, guests, income, is_foreign, day, told_at"
                " FROM tourism.visits ORDER BY 1")  # fmt: skip
    told = datetime(2026, 6, 16, 1, 30, tzinfo=UTC)
    assert found == [
        ("A1", 1250, 1234567.5, True, date(2026, 6, 15), told),
        ("A2", 1250, 0.5, False, date(2026, 6, 15), told),
    ]
    assert all(name in aside()[0] for name in ("hàng 4", "Ngày", "Số khách", "Lúc báo"))


def test_merged_cells_are_refused_with_their_place(source, workbook, now):
    path = workbook(lambda sheet: sheet.merge_range("B3:B5", "Hạ Long"))

    with pytest.raises(CellsMerged) as refused:
        actions.load_file(source=source, path=path, at=now)

    assert refused.value.params["cells"] == "B3:B5"
    nothing_came(source)


def test_a_source_that_nobody_declared_is_unknown(source, tmp_path, now):
    with pytest.raises(SourceUnknown):
        actions.load_file(source="tourism.nothing", path=Path("/x"), at=now)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ("month: guests", "month"),
        ("month: nothing", "month"),
        ("fact: income", "columns.income"),
        ("kind: money", "columns"),
        ("name: lake_seq", "columns"),
    ],
)
def test_a_declaration_that_cannot_be_is_named_by_its_field(tmp_path, wrong, field):
    folder = tmp_path / "tourism"
    (folder / "sources").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    name = wrong.partition(":")[0]
    lines = [
        line if name not in ("kind", "name") else line.replace("kind: real", wrong)
        for line in SOURCE.splitlines()
    ]
    if name == "name":
        lines = [line.replace("name: income", wrong) for line in SOURCE.splitlines()]
    if name in ("month", "fact"):
        lines = [wrong if line.startswith(name) else line for line in lines]
    (folder / "sources" / "visits.yaml").write_text("\n".join(lines), "utf-8")

    faults = packs.check(tmp_path)

    assert any(fault.field.startswith(field) for fault in faults), faults


def test_the_source_of_the_guide_is_one_that_can_be(tmp_path):
    guide = Path("docs/guides/load-a-spreadsheet.md").read_text("utf-8")
    folder = tmp_path / "tourism"
    (folder / "sources").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    declared = guide.partition("```yaml\n")[2].partition("```")[0]
    (folder / "sources" / "visits.yaml").write_text(declared, "utf-8")

    assert packs.check(tmp_path) == []
    (folder / "sources" / "visits.yaml").write_text(declared.replace("day", "dey"))
    assert packs.check(tmp_path) != []


def test_an_old_font_that_is_not_looked_for_would_come_in(load, monkeypatch):
    monkeypatch.setattr(cells, "is_old", lambda cell: "false")

    assert load(row("A1").replace("Cô Tô", OLD[0])).rows == 1


def test_the_commands_list_sources_and_load(source, tmp_path, now):
    path = tmp_path / "khach.csv"
    path.write_text(f"{HEAD}\n{GOOD}\n{row('A2', guests='?')}\n", "utf-8")

    def run(*words):
        result = CliRunner().invoke(main, ["lake", *words, "--json"])
        return result.exit_code, json.loads(result.stdout)

    code, listed = run("sources")
    assert (code, listed["sources"][0]["dataset"]) == (0, source)
    assert listed["sources"][0]["columns"][3]["header"] == "Số khách"
    code, told = run("load", source, str(path))
    assert (code, told["rows"], told["set_aside"]) == (0, 1, 1)
    code, told = run("load", "tourism.nothing", str(path))
    assert (code, told["refused"]) == (1, "SourceUnknown")
    assert run("set-aside")[1]["rows"][0]["reason"].startswith("khach.csv, hàng 3")
    assert WaitingRow.objects.count() == 1
