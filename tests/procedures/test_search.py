"""People find a procedure as they type: without marks, by what has happened."""

import json
from pathlib import Path

import pytest

from tests.procedures.test_national import RECORD, needs_the_file
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.errors import NotFound
from tinhso.procedures import actions, queries

WHOLE = Path("../shared/data/tthc_catalogue.jsonl.gz")
pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture
def imported(tmp_path, now):
    """Import two records: one of our own code, one only the nation has."""
    path = tmp_path / "some.jsonl"
    abroad = {"ma_thu_tuc": "2.000806", "ten_thu_tuc": "Đăng ký kết hôn có yếu tố"}
    marriage = {**RECORD, **abroad}
    birth = {**RECORD, "ma_thu_tuc": "1.001193", "ten_thu_tuc": "Khai sinh cũ"}
    path.write_text("\n".join(map(json.dumps, (marriage, birth))), "utf-8")
    actions.import_catalogue(file=path, actor=SYSTEM, at=now)


@pytest.fixture
def whole(now):
    actions.import_catalogue(file=WHOLE, actor=SYSTEM, at=now)


def codes(text, now):
    found = queries.search_procedures(text=text, on=now.date())
    return [procedure.code for procedure in found]


def events(text, now):
    found = queries.find_life_events(text=text, on=now.date())
    return {event.key: [p.code for p in event.procedures] for event in found}


@pytest.mark.parametrize("nothing", [" ", "\t\n", "\u3000", "\x1c"])
def test_blanks_are_no_words(imported, now, nothing):
    assert codes(nothing, now) == codes("", now)
    assert codes(f"khai{nothing}sinh", now) == codes("khai sinh", now)


def test_what_can_be_applied_for_here_goes_first_and_only_once(imported, now):
    found = queries.search_procedures(text="đăng ký", on=now.date())

    assert [p.is_ours for p in found] == [True] * (len(found) - 1) + [False]
    assert [p.code for p in found].count("1.001193") == 1
    assert found[-1].code == "2.000806"


def test_an_event_of_life_leads_to_the_procedures_known_here(imported, now):
    assert events("sắp lấy chồng", now) == {
        "marriage": ["1.000894", "1.004873", "2.000806"]
    }
    assert events("sinh con", now) == {"birth": ["1.001193", "1.004222"]}
    assert events("", now) == {}


def test_an_event_of_life_forgives_a_wrong_letter(now):
    assert "birth" in events("shinh con", now)
    assert "birth" not in events("sinh vật cảnh", now)


def test_an_imported_procedure_is_read_in_full(imported):
    procedure = queries.get_national(code="2.000806")

    assert procedure.ways[0].limit.amount == 3
    assert procedure.papers[0].title == "Đơn đề nghị theo mẫu."
    with pytest.raises(NotFound):
        queries.get_national(code="9.999999")


@needs_the_file
@pytest.mark.parametrize(
    ("typed", "code", "within"),
    [
        ("khai sinh", "1.001193", 1),
        ("dang ky khai sinh", "1.001193", 1),
        ("dang ki khai shinh", "1.001193", 2),
        ("doc than", "1.004873", 1),
        ("ket hon", "1.000894", 3),
        ("dang ky tam tru", "1.004194", 3),
        ("thuong tru", "1.004222", 4),
        ("thành lập hộ kinh doanh", "1.001612", 3),
        ("ho kinh donah", "1.001612", 8),
        ("ly lich tu phap", "3.000333", 5),
        ("cap lai giay phep lai xe", "3.000348", 3),
        ("chứng thực bản sao", "2.000815", 3),
        ("1.014801", "1.014801", 1),
    ],
)
def test_the_whole_catalogue_answers_as_people_type(whole, now, typed, code, within):
    assert code in codes(typed, now)[:within]


@needs_the_file
@pytest.mark.parametrize(
    ("typed", "event", "first"),
    [
        ("sinh con", "birth", "1.001193"),
        ("mở quán ăn", "eatery", "1.001612"),
        ("mat giay to", "lost_papers", "2.000635"),
        ("tôi muốn xây nhà", "building", "1.013229"),
    ],
)
def test_events_of_life_lead_into_the_whole_catalogue(whole, now, typed, event, first):
    assert events(typed, now)[event][0] == first


@needs_the_file
def test_every_procedure_a_life_event_names_is_in_the_catalogue(whole, now):
    words = ("sinh con", "cưới", "qua đời", "mất giấy tờ", "chuyển nhà", "mở quán ăn")
    words += ("hộ kinh doanh", "xây nhà", "sổ đỏ", "mua xe", "sao y", "con nuôi")

    told = [events(word, now) for word in words]

    assert len({key for each in told for key in each}) == 12
    assert sum(len(codes) for each in told for codes in each.values()) >= 38
