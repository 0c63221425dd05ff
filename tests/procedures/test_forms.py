"""What people type is cleaned, read by its kind, and refused with a reason."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from tinhso.procedures import queries
from tinhso.procedures.forms import reading
from tinhso.procedures.forms.schema import json_schema
from tinhso.procedures.types import (
    Check,
    Choice,
    Field,
    FieldKind,
    Form,
    FormPage,
    Label,
    Section,
)

TODAY = date(2026, 6, 16)
L = Label("nhãn", "label")
K = FieldKind


def form_of(*fields, **page):
    pages = (FormPage("page", L, fields, **page),)
    computed = tuple(field for field in fields if field.kind is K.COMPUTED)
    return Form("form", 1, L, (Section("section", L, pages),), computed)


def read(field, value):
    answers, faults = reading.read_form(form_of(field), {"x": value}, TODAY)
    return faults["x"][0] if faults else answers["x"]


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (K.TEXT, "  Tổ 5,\t khu 3\u200b ", "Tổ 5, khu 3"),
        (K.NAME, unicodedata.normalize("NFD", "Nguyễn Thị Hoa"), "Nguyễn Thị Hoa"),
        (K.LONG_TEXT, "một \r\n hai", "một\nhai"),
        (K.DATE, "1/6/2026", "2026-06-01"),
        (K.DATE, "01.06.2026", "2026-06-01"),
        (K.DATE, "2026-06-01", "2026-06-01"),
        (K.NUMBER, "1.200", 1200),
        (K.NUMBER, "-12 345 678", -12345678),
        (K.YES_NO, "yes", True),
        (K.YES_NO, False, False),
        (K.PERSONAL_NUMBER, "022 195 999 001", "022195999001"),
        (K.PHONE, "+84 912 345 678", "0912345678"),
        (K.EMAIL, "hoa@vidu.vn", "hoa@vidu.vn"),
    ],
)
def test_answers_are_cleaned_by_their_kind(kind, typed, kept):
    assert read(Field("x", kind, L), typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "reason"),
    [
        (K.TEXT, "", "Hãy trả lời"),
        (K.TEXT, "  \u200b ", "Hãy trả lời"),
        (K.TEXT, 5, "phải là chữ"),
        (K.TEXT, "a" * 201, "tối đa 200"),
        (K.NAME, "Hoa123", "chỉ gồm chữ cái"),
        (K.NAME, "<script>", "chỉ gồm chữ cái"),
        (K.DATE, "31/02/2026", "ngày/tháng/năm"),
        (K.DATE, "hôm qua", "ngày/tháng/năm"),
        (K.DATE, "01/01/0001", "Năm không hợp lý"),
        (K.NUMBER, "nhiều", "số nguyên"),
        (K.NUMBER, "85.5", "số nguyên"),
        (K.NUMBER, "1.25", "số nguyên"),
        (K.NUMBER, "1.2500", "số nguyên"),
        (K.NUMBER, True, "số nguyên"),
        (K.NUMBER, "9" * 40, "số nguyên"),
        (K.YES_NO, "maybe", "Có hoặc Không"),
        (K.YES_NO, ["yes"], "Có hoặc Không"),
        (K.PERSONAL_NUMBER, "12345", "12 chữ số"),
        (K.PERSONAL_NUMBER, "922195999001", "12 chữ số"),
        (K.PHONE, "113", "10 chữ số"),
        (K.EMAIL, "hoa@", "ten@vidu.vn"),
        (K.FILES, ["../etc/passwd"], "Không tìm thấy tệp"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(kind, typed, reason):
    assert reason in read(Field("x", kind, L), typed)


def test_a_choice_must_be_one_of_those_offered():
    field = Field("x", K.CHOICE, L, choices=(Choice("a", L), Choice("b", L)))

    assert read(field, "a") == "a"
    assert "Hãy chọn" in read(field, "c")
    assert "Hãy chọn" in read(field, ["a"])


def test_bounds_of_a_number_are_named():
    field = Field("x", K.NUMBER, L, minimum=1, maximum=10)

    assert "nhỏ nhất là 1" in read(field, "0")
    assert "lớn nhất là 10" in read(field, "11")


def test_what_a_closed_field_answers_is_left_out():
    form = form_of(
        Field("known", K.YES_NO, L), Field("name", K.NAME, L, when={"var": "known"})
    )

    answers, faults = reading.read_form(form, {"known": False, "name": "Hoa"}, TODAY)

    assert (answers, faults) == ({"known": False}, {})


def test_computed_values_follow_the_answers():
    form = form_of(
        Field("born", K.DATE, L),
        Field(
            "age", K.COMPUTED, L, computed={"age": [{"var": "born"}, {"var": "today"}]}
        ),
        Field("school", K.TEXT, L, when={">=": [{"var": "age"}, 6]}),
    )

    young, _ = reading.read_form(form, {"born": "2024-01-01"}, TODAY)
    _, faults = reading.read_form(form, {"born": "2019-01-01"}, TODAY)

    assert young["age"] == 2
    assert set(faults) == {"school"}


def test_a_failed_check_says_its_own_message():
    check = Check(
        {"<=": [{"var": "x"}, {"var": "today"}]}, Label("Sai ngày", "Wrong day")
    )
    field = Field("x", K.DATE, L, checks=(check,))

    message = read(field, "17/06/2026")

    assert (str(message), message.english) == ("Sai ngày", "Wrong day")
    assert read(field, "16/06/2026") == "2026-06-16"


def test_groups_are_read_row_by_row():
    form = form_of(Field("x", K.NAME, L), repeats=2)

    answers, faults = reading.read_form(
        form, {"page": [{"x": "An"}, {"x": "3"}]}, TODAY
    )

    assert answers["page"][0] == {"x": "An"}
    assert set(faults) == {"page.1.x"}
    _, faults = reading.read_form(form, {"page": [{"x": "An"}] * 3}, TODAY)
    assert set(faults) == {"page"}


def test_the_json_schema_accepts_what_the_form_accepts():
    form = form_of(
        Field("name", K.NAME, L),
        Field("born", K.DATE, L, required=False),
        Field("count", K.NUMBER, L, minimum=0, when={"var": "name"}),
    )
    schema = json_schema(form)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)

    assert validator.is_valid({"name": "Hoa", "count": 0})
    assert not validator.is_valid({"born": "2026-01-01"})
    assert not validator.is_valid({"name": "Hoa", "unknown": 1})
    assert schema["required"] == ["name"]
    assert json_schema(replace(form, number=2))["$id"].endswith(":2")


def test_large_numbers_are_read_back_in_groups_and_years_are_not():
    field = Field("x", K.NUMBER, L, maximum=2_000_000_000)

    def shown(number):
        given = {"form": form_of(field), "answers": {"x": number}, "sources": {}}
        [line] = queries.read_back(**given, on=TODAY, language="vi")
        return line.value

    assert [shown(150_000_000), shown(2027)] == ["150.000.000", "2027"]
    assert read(field, "3.000.000.000") == "Số lớn nhất là 2.000.000.000."
