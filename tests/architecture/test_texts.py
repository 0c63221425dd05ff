"""What people read is plain Vietnamese and plain English, and complete in both."""

from dataclasses import replace

import pytest
from babel.messages.pofile import read_po

from tinhso.cli import messages, texts
from tinhso.cli.plain_language import findings, read_rules

CONTENT = texts.rules_content()
VIETNAMESE, ENGLISH = (read_rules(CONTENT, name) for name in ("vi", "en"))


def test_every_text_for_people_is_plain():
    found = [f"{place}: {f.rule}: {f.proposal}: {f.text}" for place, f in texts.check()]

    assert found == [], "write it plainly, or name the reason in plain_language.yaml"


def test_exceptions_have_a_reason_and_are_still_needed():
    assert all(entry["reason"] for entry in CONTENT["exceptions"])
    assert all(CONTENT["abbreviations"].values())
    assert texts.idle_exceptions() == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Một câu " + "dài " * 20, "long"),
        ("Vui lòng thử lại.", "word"),
        ("HÃY NỘP NGAY", "capitals"),
        ("Nộp tại TTPVHCC.", "abbreviation"),
        ("Hồ sơ được nhận được xem được ký.", "passive"),
    ],
)
def test_each_rule_catches_what_it_is_for(text, rule):
    assert rule in [f.rule for f in findings(text, VIETNAMESE)]


@pytest.mark.parametrize(
    "text",
    [
        "Số định danh cá nhân (CCCD) gồm 12 chữ số.",
        "Mẫu 01, số 15/NĐ-CP, <b>{unit}</b> %(when)s.",
        "Một câu ngắn. " * 10,
        "Hồ sơ đã được nhận.",
    ],
)
def test_plain_texts_pass(text):
    assert list(findings(text, VIETNAMESE)) == []


def test_english_is_held_to_words_of_its_own():
    text = "Utilize this in order to apply."

    assert [f.rule for f in findings(text, ENGLISH)] == ["word", "word"]
    assert list(findings(text, replace(ENGLISH, words={}))) == []


def test_what_citizens_read_is_looked_at_and_what_officers_read_is_not():
    places = {place for place, _, _ in texts.all_texts()}

    for wanted in (
        "tinhso/web/templates/dossiers/dossier.html",
        "tinhso/procedures/types/refusals.py",
        "tinhso/web/ui/dossiers.py",
    ):
        assert wanted in places
    assert any(place.startswith("paper_expires.yaml") for place in places)
    assert not any("/desk/" in place or "_entry" in place for place in places)


def test_every_text_of_the_interface_has_its_english():
    [file] = messages.catalogues()
    with file.open("rb") as source:
        known = {_first(m.id): m for m in read_po(source, locale="en") if m.id}
    missing = [
        _first(m.id)
        for m in messages.collect()
        if m.id and not _is_whole(known.get(_first(m.id)))
    ]

    assert missing == [], "run `tinhso messages collect` and translate these"


def test_every_text_of_a_pack_has_english_of_its_own():
    by_place = {}
    for place, language, text in texts.all_texts():
        if ".yaml" in place:
            by_place.setdefault(place, {})[language] = text
    # Names and numbers are alike in both; a sentence is not.
    copied = [
        place
        for place, both in by_place.items()
        if both["vi"] == both["en"] and len(both["vi"].split()) > 4
    ]

    assert by_place
    assert copied == []


def _first(text):
    return text if isinstance(text, str) else text[0]


def _is_whole(message):
    if message is None or message.fuzzy:
        return False
    found = message.string
    return bool(found) if isinstance(found, str) else all(found)
