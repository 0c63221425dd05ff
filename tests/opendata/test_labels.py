"""Codes are read as what they stand for; files keep them, and say what they are."""

from io import BytesIO

import openpyxl
import pytest

from tests.opendata.places import body, column, stay
from tests.opendata.test_pages import _here, content, page  # noqa: F401
from tests.web.conftest import built  # noqa: F401
from tinhso.opendata import queries
from tinhso.opendata.models import VersionRow

REASONS = {
    "tour": {"vi": "Du lịch", "en": "Tourism"},
    "visit": {"vi": "Thăm thân", "en": "Visit"},
    "work": {"vi": "Công tác", "en": "Business"},
}


@pytest.fixture
def coded(stays, enter, publish):
    """Stays with a name for each, three reasons, two communes and a code unknown."""
    stays(
        *(
            stay(birth_year=1950 + n, reason=reason, commune=commune, nights=n)
            for commune in ("06688", "00000")
            for n, reason in enumerate(["tour", "visit", "tour", "other"])
        )
    )
    enter(
        body(
            "birth_year",
            column("commune", codes="units"),
            "nights",
            column("reason", values=REASONS),
        )
    )
    return publish()


def test_values_are_shown_as_what_they_stand_for_in_both_languages(coded, page):  # noqa: F811
    text = page("/du-lieu-mo/luu-tru")

    assert "<td>Thăm thân</td>" in text
    assert "<td>Phường Hạ Long</td>" in text
    # What stands for nothing says itself.
    assert "<td>other</td>" in text
    assert "<td>00000</td>" in text
    assert "<td>visit</td>" not in text
    assert "<td>Visit</td>" in page("/du-lieu-mo/luu-tru", language="en")


def test_rows_are_filtered_by_what_a_value_stands_for_and_by_its_code(coded, page):  # noqa: F811
    for value in ("Thăm thân", "tham than", "Visit", "visit"):
        text = page(f"/du-lieu-mo/luu-tru?cot=reason&gia-tri={value}")
        assert "Có 2 hàng." in text, value


def test_a_chart_is_drawn_by_what_has_few_values_that_stand_for_something(coded, page):  # noqa: F811
    text = page("/du-lieu-mo/luu-tru")

    # Not by the first column, which has a value a row.
    assert '<option value="birth_year">' in text
    assert '<option value="commune" selected>' in text
    assert ">Du lịch</text>" in page("/du-lieu-mo/luu-tru?ve=reason")


def test_a_chart_of_what_has_no_codes_is_by_few_texts(stays, enter, publish, page):  # noqa: F811
    stays(*(stay(guest=f"{n}", nights=n, birth_year=1900 + n) for n in range(50)))
    enter(body("birth_year", "nights", "reason", "commune", "came_on"))
    stays(stay(reason="khác"))
    publish()

    assert '<option value="reason" selected>' in page("/du-lieu-mo/luu-tru")


def test_the_dictionary_says_what_codes_stand_for_and_why_files_keep_them(coded, page):  # noqa: F811
    text = page("/du-lieu-mo/luu-tru")

    assert "<dt><code>visit</code></dt><dd>Thăm thân</dd>" in text
    # Only the communes that are there.
    assert text.count("<dt><code>0") == 1
    assert "mã không đổi khi tên đổi" in text


def test_files_keep_the_codes_and_the_workbook_explains_them(coded, client):
    _, csv = content(client, "csv")
    assert b"visit" in csv
    assert "Thăm thân".encode() not in csv

    book = openpyxl.load_workbook(BytesIO(content(client, "xlsx")[1]))
    told = list(book["codes"].values)
    assert told[0] == ("column", "value", "vi", "en")
    assert ("reason", "visit", "Thăm thân", "Visit") in told
    assert ("commune", "06688", "Phường Hạ Long", "Phường Hạ Long") in told


def test_programs_are_told_what_codes_stand_for(coded, client):
    answer = client.get(
        f"/api/3/action/datastore_search?resource_id={coded.id}&limit=1"
    )

    fields = {one["id"]: one["info"] for one in answer.json()["result"]["fields"]}
    assert fields["reason"]["values"]["visit"] == "Thăm thân"
    assert "values" not in fields["nights"]


def test_a_version_of_before_codes_were_known_is_shown_as_it_is(coded, page):  # noqa: F811
    row = VersionRow.objects.get()
    old = ("name", "kind", "title", "meaning", "unit")
    row.columns = [{name: one[name] for name in old} for one in row.columns]
    row.save()

    text = page("/du-lieu-mo/luu-tru")

    assert "<td>visit</td>" in text
    assert '<option value="birth_year" selected>' in text
    assert queries.find_version(name="luu-tru").columns[0].distinct is None
