"""A machine finds a slot, books it, moves it and gives it up."""

from datetime import datetime

import pytest

from tests.api.test_journey import _at, call  # noqa: F401
from tests.counters.conftest import book, desk, moment, people  # noqa: F401


def test_a_machine_books_moves_and_cancels(call, desk, people):  # noqa: F811
    (shown,) = call("GET", "/desks").json()
    unit = shown["unit_id"]
    slots = call("GET", f"/desks/{unit}/slots?day=2026-06-17").json()
    assert [slot["free"] for slot in slots] == [1, 1]

    body = {
        "unit_id": unit,
        "starts_at": slots[0]["starts_at"],
        "procedure": "1.001193",
    }
    made = call("POST", "/bookings", actor=people.hoa, body=body)
    assert made.status_code == 201, made.content
    booking = made.json()
    full = call("POST", "/bookings", actor=people.hung, body=body)
    assert (full.status_code, full.json()["type"][-8:]) == (409, "SlotFull")

    path = f"/bookings/{booking['id']}"
    goal = {"starts_at": slots[1]["starts_at"]}
    moved = call("POST", f"{path}/move", actor=people.hoa, body=goal).json()
    assert datetime.fromisoformat(moved["starts_at"]) == moment(8, 30)
    assert len(call("GET", "/bookings", actor=people.hoa).json()) == 1
    assert call("DELETE", path, actor=people.hoa).json()["state"] == "cancelled"
    assert call("POST", f"{path}/accept", actor=people.hoa).status_code == 409


@pytest.mark.parametrize("method", ["DELETE", "POST"])
def test_somebody_elses_booking_is_not_there(call, book, people, method):  # noqa: F811
    booking = book(people.hoa)
    path = f"/bookings/{booking.id}" + ("/move" if method == "POST" else "")
    body = {"starts_at": moment(8, 30).isoformat()} if method == "POST" else None

    assert call(method, path, actor=people.hung, body=body).status_code == 404
    assert call(method, path, body=body).status_code == 401


def test_times_that_are_no_slots_are_refused(call, desk, people):  # noqa: F811
    unit = str(desk.organization_id)
    for day in (
        "2020-01-01T01:00:00Z",
        "2026-06-17T08:00:00",
        "9999-12-31T23:59:59Z",
    ):
        body = {"unit_id": unit, "starts_at": day}
        answer = call("POST", "/bookings", actor=people.hoa, body=body)
        assert answer.status_code == 422, (day, answer.content)
    past_the_end = f"/desks/{unit}/slots?day=9999-12-31"
    assert call("GET", past_the_end).json() == []
    strange = {"unit_id": str(people.hoa.id), "starts_at": moment(8).isoformat()}
    assert call("POST", "/bookings", actor=people.hoa, body=strange).status_code == 404


def test_the_queue_is_public_and_names_nobody(call, desk):  # noqa: F811
    shown = call("GET", f"/desks/{desk.organization_id}/queue").json()

    assert shown["called"] == []
    assert [line["letter"] for line in shown["lines"]] == ["A", "B"]
