"""The sweep for canaries finds what is planted, however it is packed."""

import gzip
import zipfile
from io import BytesIO

import pytest
import xlsxwriter

from torture.access import in_files, written
from torture.access_answers import pdf
from torture.canaries import Canaries, token

TOLD = {"A": {"name": "Nguyễn Thị Kivazhelu", "phone": "0987612345"}}
NAME = frozenset({("A", "name")})


@pytest.fixture
def canaries():
    return Canaries(TOLD)


def workbook(text):
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet().write_string(0, 0, text)
    return buffer.getvalue()


def archive(name, content):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return buffer.getvalue()


WAYS = {
    "plain": lambda text: f"<p>{text}</p>".encode(),
    "upper": lambda text: text.upper().encode(),
    "json": lambda text: f'{{"name": "{text}"}}'.encode(),
    "gzip": lambda text: gzip.compress(text.encode()),
    "pdf": lambda text: pdf(text.split()[-1]),
    "xlsx": workbook,
    "zip": lambda text: archive("a.txt", text),
    "name in a zip": lambda text: archive(f"{text}.txt", ""),
    "pdf in a zip": lambda text: archive("a.pdf", pdf(text.split()[-1])),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_planted_canary_is_found(canaries, way):
    assert canaries.among(WAYS[way](TOLD["A"]["name"])) == NAME


@pytest.mark.parametrize("way", WAYS)
def test_another_name_is_none(canaries, way):
    assert canaries.among(WAYS[way]("Lê Thị Thử")) == frozenset()


def test_a_number_is_found_however_it_is_spaced(canaries):
    found = frozenset({("A", "phone")})

    assert canaries.among(b"0987 612 345") == found
    assert canaries.among(b"0987.612.345") == found


def test_a_canary_in_a_log_is_found(canaries, tmp_path):
    log = tmp_path / "walk.log"
    log.write_text("ERROR: Nguyễn Thị Kivazhelu", "utf-8")
    kept = tmp_path / "files" / "a"
    kept.parent.mkdir()
    kept.write_text("Kivazhelu")

    logs = list(written(tmp_path))

    assert logs == [log]
    assert in_files(logs, canaries) == ["walk.log: name of A"]


def test_the_longest_word_is_looked_for():
    assert token("Ngõ Kijwodrana, khu 3") == b"kijwodrana"
