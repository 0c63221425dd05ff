"""Numbers and addresses of people are hidden where they are not needed."""

import pytest

from tinhso.procedures.forms.masking import mask, masked
from tinhso.procedures.types import Field, FieldKind, Form, FormPage, Label, Section


def field(key, kind):
    return Field(key=key, kind=kind, label=Label(key, key))


def form(*pages):
    section = Section("s", Label("s", "s"), pages)
    return Form("f", 1, Label("f", "f"), (section,))


NUMBER = field("number", FieldKind.PERSONAL_NUMBER)
MAIL = field("mail", FieldKind.EMAIL)
NAME = field("name", FieldKind.NAME)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("022195999001", "•••••••••001"),
        ("0900000001", "•••••••001"),
        ("hoa@example.vn", "•••@example.vn"),
        ("01", "01"),
    ],
)
def test_only_the_end_stays(text, hidden):
    assert mask(text) == hidden


def test_names_stay_numbers_and_addresses_do_not():
    asked = form(FormPage("p", Label("p", "p"), (NUMBER, MAIL, NAME)))
    answers = {"number": "022195999001", "mail": "h@x.vn", "name": "Hoa", "other": 1}

    assert masked(asked, answers) == {
        "number": "•••••••••001",
        "mail": "•@x.vn",
        "name": "Hoa",
        "other": 1,
    }
    assert answers["number"] == "022195999001"


def test_what_is_empty_stays_empty():
    asked = form(FormPage("p", Label("p", "p"), (NUMBER, MAIL)))

    assert masked(asked, {"number": "", "mail": None}) == {"number": "", "mail": None}


def test_every_part_of_a_repeated_page_is_hidden():
    asked = form(FormPage("people", Label("p", "p"), (NUMBER,), repeats=3))
    answers = {"people": [{"number": "022195999001"}, {"number": "022195999002"}]}

    parts = masked(asked, answers)["people"]

    assert [part["number"][-3:] for part in parts] == ["001", "002"]
    assert all(part["number"].startswith("•") for part in parts)
