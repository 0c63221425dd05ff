"""A number leads leaders to a directive, and tells of those that touched it."""

import re
from html import unescape

import pytest

from tests.web.test_measures import (  # noqa: F401 - fixtures
    ON_TIME,
    _built,
    _clock,
    counted,
    desk,
    words,
)


@pytest.fixture
def may(desk):  # noqa: F811
    return desk.get(f"{ON_TIME}?ky=2026-05&theo=agency&xem=bang")


def hrefs(response):
    return [
        unescape(one)
        for one in re.findall(r'href="(/chi-dao/moi[^"]*)"', text_of(response))
    ]


def text_of(response):
    return response.content.decode()


def test_a_number_leads_to_a_directive_and_tells_of_it(desk, may, ward):  # noqa: F811
    assert "Chưa có chỉ đạo nào." in words(may)
    whole = next(one for one in hrefs(may) if "noi=" not in one)

    form = desk.get(whole)
    assert "Hồ sơ giải quyết đúng hạn" in words(form)
    assert "tháng 5/2026" in words(form)
    hidden = dict(
        re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text_of(form))
    )
    issued = desk.post(
        "/chi-dao/moi",
        {
            **{name: unescape(value) for name, value in hidden.items()},
            "agency": str(ward.id),
            "text": "Giao một người theo dõi hạn.",
            "due_on": "22/06/2026",
        },
    )

    assert issued.status_code == 302
    again = desk.get(f"{ON_TIME}?ky=2026-05")
    assert "Giao một người theo dõi hạn." in words(again)


def test_a_part_beyond_its_bounds_leads_there_by_name(may):
    parts = [one for one in hrefs(may) if "noi=H49.06673" in one]

    assert len(parts) == 1 and "gia-tri=" in parts[0]


def test_who_leads_nothing_is_led_nowhere(counted, visit, clerk):  # noqa: F811
    found = visit(clerk).get(f"{ON_TIME}?ky=2026-05")

    assert found.status_code == 200 and hrefs(found) == []
