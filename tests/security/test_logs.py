"""The log is one JSON object a line."""

import json
import logging
import os
import subprocess
import sys

import pytest

from tinhso.project.logs import Lines

SAY = """
import django, logging
django.setup()
logging.getLogger("tinhso.security").warning("một dòng\\nhai dòng")
"""


def line_of(**more):
    record = logging.LogRecord(
        "tinhso.security", logging.WARNING, "f.py", 1, "%s đã thử", ("ai\nđó",), None
    )
    vars(record).update(more)
    return Lines().format(record)


def test_a_line_says_when_who_and_what_and_cannot_be_forged():
    line = line_of(created=1_781_575_200.25)

    assert "\n" not in line
    assert json.loads(line) == {
        "at": "2026-06-16T02:00:00.250+00:00",
        "level": "warning",
        "logger": "tinhso.security",
        "message": "ai\nđó đã thử",
    }


def test_what_went_wrong_stays_on_the_line():
    try:
        raise ValueError("hỏng")
    except ValueError:
        line = line_of(exc_info=sys.exc_info())

    assert "\n" not in line
    assert "ValueError: hỏng" in json.loads(line)["exception"]


@pytest.mark.parametrize(("demo", "is_json"), [("", True), ("1", False)])
def test_the_platform_logs_so_but_where_it_is_tried_out(demo, is_json, tmp_path):
    environment = {
        **os.environ,
        "DATABASE_URL": "postgresql:///nowhere",
        "TINHSO_HOME": str(tmp_path),
        "TINHSO_SECRET_KEY": "logs",
        "TINHSO_DEMO": demo,
    }

    said = subprocess.run(
        [sys.executable, "-c", SAY],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stderr.strip()

    assert said.startswith("{") is is_json
    assert len(said.splitlines()) == (1 if is_json else 2)
