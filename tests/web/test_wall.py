"""The wall of an operations room keeps itself up to date."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection

from tests.indicators.acts import count, hand_in
from tests.web.test_desk_browser import faults as axe
from tests.web.test_measures import (  # noqa: F401
    BOARD,
    _built,
    _clock,
    counted,
    desk,
)
from tinhso.web import live

WALL, EVENTS = f"{BOARD}/man-hinh", f"{BOARD}/su-kien"
WAITS = {"HTTP_ACCEPT": "text/event-stream"}


@pytest.fixture
def quick(monkeypatch):
    """Look often, and hold nobody for long."""
    monkeypatch.setattr(live, "SECONDS", 0.3)
    monkeypatch.setattr(live, "EVERY", 0.02)
    monkeypatch.setattr(live, "ASK_AGAIN", 100)


def sent(answer):
    """Read the events of an answer, each as its lines."""
    text = b"".join(answer.streaming_content).decode()
    return [one for one in text.split("\n\n") if one.startswith("id:")]


def test_the_wall_shows_numbers_exceptions_and_map_and_nothing_to_press(desk):  # noqa: F811
    answer = desk.get(WALL)

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert shown.count('<article class="card') == 5
    assert 'id="ngoai-le"' in shown and 'class="hexes"' in shown
    assert "<form" not in shown and "<button" not in shown


def test_who_asks_without_waiting_is_told_the_state_at_once(desk):  # noqa: F811
    began = time.monotonic()

    [event] = sent(desk.get(EVENTS))

    assert "event: numbers" in event
    assert time.monotonic() - began < live.SECONDS / 2


def test_what_is_known_is_not_told_again(desk):  # noqa: F811
    [event] = sent(desk.get(EVENTS))
    state = event.splitlines()[0].removeprefix("id: ")

    assert sent(desk.get(EVENTS, {"biet": state})) == []
    assert sent(desk.get(EVENTS, HTTP_LAST_EVENT_ID=state)) == []


def test_events_are_not_packed_into_lumps(desk):  # noqa: F811
    answer = desk.get(EVENTS, HTTP_ACCEPT_ENCODING="gzip")

    assert answer["Content-Encoding"] == "identity"
    assert answer["Content-Type"] == "text/event-stream"


def test_whoever_serves_nowhere_is_told_nothing(visit, citizen, counted):  # noqa: F811
    assert visit(citizen).get(EVENTS).status_code == 403


def test_a_change_is_told_while_a_page_waits(quick, db):
    states = iter(["1-0", "1-0", "2-0", *["2-0"] * 100])

    told = [one for one in live.changes(lambda: next(states), "1-0") if "id:" in one]

    assert told == ["id: 2-0\nevent: numbers\ndata: 2-0\n\n"]


def test_no_more_than_two_threads_are_held(quick, db):
    waiting = [live.changes(lambda: "1-0", "1-0") for _ in range(3)]
    for one in waiting:
        next(one)
        next(one)

    third = list(waiting[2])
    assert third == []
    assert len(list(waiting[0])) > 3
    waiting[1].close()
    assert len(list(live.changes(lambda: "1-0", "1-0"))) > 3


def hand_in_elsewhere(now):
    """Hand a dossier in and count it, in a thread without the browser's event loop."""

    def do():
        hand_in(now - timedelta(days=30))
        count(now)
        connection.close()

    thread = threading.Thread(target=do)
    thread.start()
    thread.join()


def let_go():
    """Wait until no page is waited for, for the database is taken away after a test."""
    held = [live.WAITING.acquire(timeout=5) for _ in range(2)]
    for _ in filter(None, held):
        live.WAITING.release()
    assert all(held)


@pytest.mark.browser
def test_a_number_changes_on_the_wall_without_a_hand(
    server,
    counted,  # noqa: F811 - before the browser, whose event loop keeps us from it
    open_as,
    leader,
    now,
    quick,
):
    page = open_as(leader, width=1280)
    page.goto(server + WALL)
    assert axe(page) == []
    numbers = page.locator(".cards .value")
    before = numbers.first.inner_text()

    page.evaluate("window.stayed = true")
    hand_in_elsewhere(now)

    page.wait_for_function(
        "was => document.querySelector('.cards .value').innerText !== was",
        arg=before,
        timeout=20_000,
    )
    assert page.evaluate("window.stayed") is True
    page.goto("about:blank")
    let_go()
